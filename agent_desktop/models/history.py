"""Rows of the history page, fetched page by page as the table is scrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desktop.models.table import ROOT, Column, Index, RowsModel
from cti_bridge.protocol.values import ContactSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from agent_desktop.viewmodels.history import HistoryViewModel


class HistoryModel(RowsModel[ContactSummary]):
    """Asks the view-model for the next page when the view nears the end of the rows."""

    def __init__(
        self,
        history: HistoryViewModel,
        columns: Sequence[Column[ContactSummary]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=lambda row: row.interaction_id, parent=parent)
        self._history = history
        history.restarted.connect(self._restart)
        history.added.connect(self.append)

    def canFetchMore(self, parent: Index = ROOT) -> bool:
        return not parent.isValid() and self._history.can_fetch_more

    def fetchMore(self, parent: Index = ROOT) -> None:
        if not parent.isValid():
            self._history.fetch_more()

    def _restart(self) -> None:
        self.beginResetModel()
        self._rows.clear()
        self.endResetModel()
