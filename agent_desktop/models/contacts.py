"""Contacts as a list: own ones under headings, waiting ones by the thousand."""

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
STEPS: Final = 64  # separate insertions and removals; more are told as one new arrangement


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    kind: Literal["own", "parked"]
    count: int


class ContactsModel(QAbstractListModel):
    """Only what differs is told to the view: a selection, a scroll position and thousands of
    other rows stay as they are."""

    def __init__(self, words: Callable[[Any], str], parent: QObject | None = None) -> None:
        """`words` gives a row's accessible text."""
        super().__init__(parent)
        self._words = words
        self._rows: list[Any] = []
        self._at: dict[object, int] = {}

    def set_own(self, own: Sequence[InteractionView], parked: Sequence[InteractionView]) -> None:
        """Under a heading each; no heading where there is nothing."""
        rows: list[Any] = []
        if own:
            rows += [Heading(kind="own", count=len(own)), *own]
        if parked:
            rows += [Heading(kind="parked", count=len(parked)), *parked]
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[Any]) -> None:
        keys = [_key(row) for row in rows]
        wanted = set(keys)
        before = [_key(row) for row in self._rows]
        staying = [key for key in before if key in wanted]
        known = set(before)
        if staying == [key for key in keys if key in known]:
            gone = _ranges([key in wanted for key in before])
            fresh = _ranges([key in known for key in keys])
            if len(gone) + len(fresh) <= STEPS:
                self._remove(gone)
                self._insert(fresh, rows)
                self._settle(keys)
                self._renew(rows)
                return
        self._arrange(rows, keys)

    def row_of(self, interaction_id: InteractionId | None) -> int:
        """-1 where it is not in the list."""
        return self._at.get(interaction_id, -1)

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

    # -- inside

    def _remove(self, ranges: list[tuple[int, int]]) -> None:
        for first, last in reversed(ranges):
            self.beginRemoveRows(ROOT, first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()

    def _insert(self, ranges: list[tuple[int, int]], rows: Sequence[Any]) -> None:
        for first, last in ranges:
            self.beginInsertRows(ROOT, first, last)
            self._rows[first:first] = rows[first : last + 1]
            self.endInsertRows()

    def _renew(self, rows: Sequence[Any]) -> None:
        for number, row in enumerate(rows):
            if row is not self._rows[number] and row != self._rows[number]:
                self._rows[number] = row
                index = self.index(number)
                self.dataChanged.emit(index, index)

    def _arrange(self, rows: Sequence[Any], keys: list[object]) -> None:
        """Another order: what the view remembers is carried to where its row is now."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        holders = [_key(self._rows[index.row()]) for index in held]
        self._rows = list(rows)
        self._settle(keys)
        moved = [self.index(at) if (at := self._at.get(k, -1)) >= 0 else ROOT for k in holders]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _settle(self, keys: list[object]) -> None:
        self._at = {key: at for at, key in enumerate(keys)}


def _key(row: Any) -> object:
    return row.kind if isinstance(row, Heading) else row.interaction_id


def _ranges(stays: list[bool]) -> list[tuple[int, int]]:
    """First and last of each run that does not stay."""
    found: list[tuple[int, int]] = []
    for at, stay in enumerate(stays):
        if stay:
            continue
        if found and found[-1][1] == at - 1:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found
