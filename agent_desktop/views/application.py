"""The Qt application and its window: what needs widgets of the composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from agent_desktop.views import i18n, theme
from agent_desktop.views.window import Window, choose_language, choose_theme

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.preferences import Preferences


def make_application() -> QApplication:
    """The one application; closing the last window does not stop the loop by itself."""
    found = QCoreApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    app.setApplicationName("Ficha")
    app.setDesktopFileName("ficha")
    app.setQuitOnLastWindowClosed(False)
    return app


def dress(app: QApplication, preferences: Preferences, *, language: str, mode: str) -> None:
    """Typeface, colours and words; what is given overrides what the desk remembers."""
    wanted = mode or preferences.text("theme")
    chosen: theme.Mode = "dark" if wanted == "dark" else "light" if wanted == "light" else "system"
    theme.install(app, chosen)
    app.setWindowIcon(theme.icon("headset", "accent", 32))
    i18n.use_language(language or preferences.text("language"))


def make_window(desktop: Desktop) -> Window:
    window = Window(desktop)
    desktop.settings.language_chosen.connect(lambda code: choose_language(desktop, code))
    desktop.settings.theme_chosen.connect(lambda mode: choose_theme(desktop, mode))
    return window
