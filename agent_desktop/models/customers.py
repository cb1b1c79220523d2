"""Rows of the customer search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desktop.models.table import Column, RowsModel
from cti_bridge.protocol.values import CustomerCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from agent_desktop.viewmodels.customers import CustomersViewModel


class CustomersModel(RowsModel[CustomerCard]):
    def __init__(
        self,
        customers: CustomersViewModel,
        columns: Sequence[Column[CustomerCard]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=lambda card: card.customer_id, parent=parent)
        self._customers = customers
        customers.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.set_rows(self._customers.results)
