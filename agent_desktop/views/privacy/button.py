"""In the head of a file: who looked at it, and what its customer may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel


class PrivacyButton(Retranslated, Button):
    """A menu; hidden from whoever may do none of it."""

    def __init__(self, desktop: Desktop, file: CustomerFileViewModel) -> None:
        super().__init__("", "quiet", icon="shield")
        self._desktop, self._file = desktop, file
        self.choices = QMenu(self)
        self.log = self.choices.addAction("")
        self.rights = self.choices.addAction("")
        self.setMenu(self.choices)
        self.log.triggered.connect(self._show_log)
        self.rights.triggered.connect(self._show_rights)
        file.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.setToolTip(self.tr("Privacy…"))
        self.setAccessibleName(self.tr("Privacy of this customer"))
        self.log.setText(self.tr("Who looked at this customer"))
        self.rights.setText(self.tr("Hold, hand out or erase…"))
        self.refresh()

    def refresh(self) -> None:
        logs, rights = self._desktop.privacy.may, self._desktop.rights.may_look
        self.log.setVisible(logs)
        self.rights.setVisible(rights)
        self.setVisible(logs or rights)
        self.setEnabled(self._file.file is not None)

    def _show_log(self) -> None:
        if self._file.customer_id is not None and self._file.card is not None:
            self._desktop.privacy.show_customer(self._file.customer_id, self._file.card.name)

    def _show_rights(self) -> None:
        if self._file.customer_id is not None and self._file.card is not None:
            self._desktop.rights.open(self._file.customer_id, self._file.card.name)
