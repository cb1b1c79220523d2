"""A customer's contacts, newest first, that grow at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.protocol.values import ContactSummary

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
ROW: Final = Qt.ItemDataRole.UserRole


class TimelineModel(QAbstractListModel):
    def __init__(
        self,
        words: Callable[[ContactSummary], str],
        more: Callable[[], None],
        can_more: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._more, self._can_more = words, more, can_more
        self._rows: list[ContactSummary] = []

    def set_rows(self, rows: Sequence[ContactSummary]) -> None:
        old = self._rows
        if len(rows) > len(old) and list(rows[: len(old)]) == old and old:
            self.beginInsertRows(ROOT, len(old), len(rows) - 1)
            self._rows = list(rows)
            self.endInsertRows()
        elif list(rows) != old:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()

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

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._can_more()

    def fetchMore(self, parent: Index) -> None:
        if not parent.isValid():
            self._more()
