"""Telling that the phone rings when the window is not looked at: tray and task bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from agent_desktop.views import sentences, theme, words

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from agent_desktop.desktop import Desktop
    from agent_desktop.state import Offer


class Notifier:
    """A tray icon where the system has a tray; an alert in the task bar in any case."""

    def __init__(self, desktop: Desktop, window: QWidget, parent: QObject) -> None:
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(theme.icon("headset", "accent", 22), parent)
            self._tray.setToolTip("Ficha")
            menu = QMenu(window)
            menu.addAction("Ficha").triggered.connect(self._bring)
            self._tray.setContextMenu(menu)
            self._tray.activated.connect(lambda _reason: self._bring())
            self._tray.messageClicked.connect(self._bring)
            self._tray.show()
        desktop.offers.rang.connect(self._rang)

    def _rang(self, offer: Offer) -> None:
        if self._window.isActiveWindow():
            return
        QApplication.alert(self._window, 0)
        if self._tray is not None:
            view = offer.view.interaction
            title = words.contact(view.channel, view.direction)
            text = " · ".join(p for p in (sentences.caller(view), view.queue_name) if p)
            self._tray.showMessage(title, text, self._tray.icon())

    def _bring(self) -> None:
        """A person asked for the window; nothing else ever raises it."""
        self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()
