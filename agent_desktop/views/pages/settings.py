"""The Settings page: one column of cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.settings_cards import (
    AboutCard,
    HeadsetCard,
    KeysCard,
    LookCard,
    PasswordCard,
)
from agent_desktop.views.widgets import Panel, Text, column, row, scrolled

if TYPE_CHECKING:
    from agent_desktop.viewmodels.settings import SettingsViewModel


class SettingsPage(Retranslated, QWidget):
    def __init__(self, settings: SettingsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("level", "bg")
        self._title = Text("", "title")
        self.look = LookCard(settings)
        self.headset = HeadsetCard(settings) if settings.audio is not None else None
        self.keys = KeysCard()
        self.password = PasswordCard(settings)
        self.about = AboutCard(settings)
        cards = (self.look, self.headset, self.keys, self.password, self.about)
        inner = QWidget()
        inner.setMaximumWidth(820)
        inner.setLayout(
            column(*(c for c in cards if c), None, spacing=16, margins=(24, 24, 24, 24))
        )
        area = scrolled(inner)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft)
        head = Panel(edge="bottom")
        head.setLayout(row(self._title, None, margins=(24, 16, 24, 16)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(area, 1)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Settings"))
