"""The Privacy page: who looked at whom, what one customer may ask for, lists out of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.privacy.customer import CustomerRightsView
from agent_desktop.views.privacy.export import ExportView
from agent_desktop.views.privacy.log import AccessLogView
from agent_desktop.views.widgets import Button, Panel, Text, row

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.state import State

LOG, CUSTOMER, EXPORT = range(3)


class PrivacyPage(Retranslated, QWidget):
    """Signals: `customer_requested(CustomerId)` whose file is to be opened."""

    customer_requested = Signal(object)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self.setProperty("level", "bg")
        self._title = Text("", "title")
        self.tabs = QButtonGroup(self)
        self.to_log, self.to_customer, self.to_export = (
            Button("", "toggle", small=True) for _ in range(3)
        )
        for number, button in enumerate((self.to_log, self.to_customer, self.to_export)):
            self.tabs.addButton(button, number)
        self.log = AccessLogView(desktop)
        self.customer, self.export = CustomerRightsView(desktop), ExportView(desktop)
        self._stack = QStackedWidget()
        for part in (self.log, self.customer, self.export):
            self._stack.addWidget(part)
        head = Panel(edge="bottom")
        buttons = (self.to_log, self.to_customer, self.to_export)
        head.setLayout(row(self._title, None, *buttons, spacing=12, margins=(24, 12, 24, 12)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._stack, 1)
        self.to_log.setChecked(True)
        self.tabs.idClicked.connect(self.show_part)
        self.customer.customer_requested.connect(self.customer_requested)
        self.customer.log_requested.connect(self._who_looked)
        desktop.privacy.asked.connect(self._show_log)
        desktop.rights.asked.connect(self._show_customer)
        desktop.store.changed.connect(self._follow)
        self.retranslate()
        if desktop.rights.customer_id is not None:  # whose menu has built this page
            self.show_part(CUSTOMER)

    def retranslate(self) -> None:
        self._title.setText(self.tr("Privacy"))
        self.to_log.setText(self.tr("Who looked"))
        self.to_customer.setText(self.tr("One customer"))
        self.to_export.setText(self.tr("Export"))
        self._follow_permissions()

    def show_part(self, number: int) -> None:
        self.tabs.button(number).setChecked(True)
        self._stack.setCurrentIndex(number)
        self.entered()

    def entered(self) -> None:
        """The keyboard begins in what is shown."""
        shown = self._stack.currentWidget()
        if isinstance(shown, AccessLogView | CustomerRightsView | ExportView):
            shown.entered()

    def rest(self) -> None:
        """The keyboard where it presses nothing."""
        shown = self._stack.currentWidget()
        if shown is self.customer:
            self.customer.rest()
        elif shown is not None:
            shown.setFocus()

    def _show_log(self) -> None:
        self.show_part(LOG)

    def _show_customer(self) -> None:
        self.show_part(CUSTOMER)

    def _follow(self, old: State, new: State) -> None:
        if old.settings is not new.settings:
            self._follow_permissions()

    def _follow_permissions(self) -> None:
        rights, export = self._desktop.rights, self._desktop.export
        self.to_customer.setVisible(rights.may_look)
        self.to_export.setVisible(export.may)

    def _who_looked(self) -> None:
        rights = self._desktop.rights
        if rights.customer_id is not None:
            self._desktop.privacy.of_customer(rights.customer_id, self.customer.name())
            self.show_part(LOG)
