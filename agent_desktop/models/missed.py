"""Rows of the missed calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desktop.models.table import Column, RowsModel
from cti_bridge.protocol.values import MissedView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from agent_desktop.viewmodels.missed import MissedViewModel


class MissedModel(RowsModel[MissedView]):
    def __init__(
        self,
        missed: MissedViewModel,
        columns: Sequence[Column[MissedView]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=lambda row: row.interaction_id, parent=parent)
        self._missed = missed
        missed.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.set_rows(self._missed.rows)
        self.touch()  # pending and refused show in the row without changing it
