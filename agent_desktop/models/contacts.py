"""Own and waiting contacts as one list with two headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import InteractionId

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
ROW: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    kind: Literal["own", "waiting"]
    count: int


class ContactsModel(QAbstractListModel):
    """Rows change in place; the model resets only when their order or number changes."""

    def __init__(self, words: Callable[[Any], str], parent: QObject | None = None) -> None:
        """`words` gives a row's accessible text."""
        super().__init__(parent)
        self._words = words
        self._rows: list[Any] = []

    def set_contacts(
        self, own: Sequence[InteractionView], waiting: Sequence[InteractionView]
    ) -> None:
        rows = [
            Heading(kind="own", count=len(own)),
            *own,
            Heading(kind="waiting", count=len(waiting)),
            *waiting,
        ]
        if [_key(r) for r in rows] != [_key(r) for r in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        for number, row in enumerate(rows):
            if row != self._rows[number]:
                self._rows[number] = row
                self.dataChanged.emit(self.index(number), self.index(number))

    def row_of(self, interaction_id: InteractionId | None) -> int:
        """-1 where it is not in the list."""
        for number, row in enumerate(self._rows):
            if not isinstance(row, Heading) and row.interaction_id == interaction_id:
                return number
        return -1

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _key(row: Any) -> object:
    return row.kind if isinstance(row, Heading) else row.interaction_id
