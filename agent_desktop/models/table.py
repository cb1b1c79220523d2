"""A read-only table over frozen rows: columns are data, updates are diffs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW = Qt.ItemDataRole.UserRole
SORT = Qt.ItemDataRole.UserRole + 1
STYLE = Qt.ItemDataRole.UserRole + 2  # of the text: "", strong, muted, ok, warn, bad
ICON = Qt.ItemDataRole.UserRole + 3  # (name, role) of an icon before the text, or None
Row = TypeVar("Row")
_ALIGN = {
    False: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    True: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
}


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`text` is called at each paint: the view gives it, in its language."""

    title: str
    text: Callable[[Row], str]
    sort: Callable[[Row], Any] | None = None
    right: bool = False  # figures
    tip: Callable[[Row], str] | None = None
    style: Callable[[Row], str] | None = None
    icon: Callable[[Row], tuple[str, str] | None] | None = None


class Cell(NamedTuple):
    text: str
    style: str
    icon: tuple[str, str] | None
    right: bool


class RowsModel(QAbstractTableModel, Generic[Row]):
    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns, self._key = tuple(columns), key
        self._rows: list[Row] = []
        self._spoken: Callable[[Row], str] | None = None

    # -- rows -----------------------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace the rows, resetting only when the set or order of keys changed."""
        if [self._key(r) for r in rows] != [self._key(r) for r in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        for number, row in enumerate(rows):
            if row != self._rows[number]:
                self._rows[number] = row
                self._told(number, number)

    def append(self, rows: Sequence[Row]) -> None:
        if rows:
            first = len(self._rows)
            self.beginInsertRows(ROOT, first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def row(self, number: int) -> Row:
        return self._rows[number]

    def cell(self, row: int, column: int) -> Cell:
        """All that is painted of a cell, without a way through Qt for each part of it."""
        value, shown = self._rows[row], self._columns[column]
        return Cell(
            shown.text(value),
            shown.style(value) if shown.style else "",
            shown.icon(value) if shown.icon else None,
            shown.right,
        )

    def find(self, key: Hashable) -> int:
        """The row's number, or -1."""
        return next((n for n, row in enumerate(self._rows) if self._key(row) == key), -1)

    def touch(self) -> None:
        """What the rows say changed though they did not: an age, a language."""
        if self._rows:
            self._told(0, len(self._rows) - 1)

    def _told(self, first: int, last: int) -> None:
        right = max(len(self._columns) - 1, 0)
        self.dataChanged.emit(self.index(first, 0), self.index(last, right))

    # -- words ----------------------------------------------------------------------------------

    def set_columns(self, columns: Sequence[Column[Row]]) -> None:
        """The same columns in another language."""
        if len(columns) != len(self._columns):
            raise ValueError("another number of columns")
        self._columns = tuple(columns)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)
        self.touch()

    def set_spoken(self, spoken: Callable[[Row], str]) -> None:
        """What a screen reader says of a row, on its first column."""
        self._spoken = spoken

    # -- Qt -------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            spoken = self._spoken if index.column() == 0 else None
            return spoken(row) if spoken else column.text(row)
        return _aside(row, column, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[self._columns[section].right]
        return None


def _aside(row: Row, column: Column[Row], role: int) -> Any:
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return _ALIGN[column.right]
    if role == SORT:
        return (column.sort or column.text)(row)
    if role == ROW:
        return row
    asked = {Qt.ItemDataRole.ToolTipRole: column.tip, STYLE: column.style, ICON: column.icon}
    answer = asked.get(role)
    return answer(row) if answer else None
