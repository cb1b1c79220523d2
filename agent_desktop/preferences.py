"""What this desk remembers: never a password, never a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QSettings

if TYPE_CHECKING:
    from pathlib import Path

_TEXTS: Final = {
    "url": "",
    "login": "",
    "language": "",  # "" follows the system
    "theme": "system",
    "audio/input": "",
    "audio/output": "",
    "mail-zoom": "",  # "" is as designed
}


class Preferences:
    """Text values by name (KeyError for an unknown one), and the window's shape as bytes."""

    def __init__(self, file: Path | None = None) -> None:
        """`file` instead of the user's own settings: for the demo and for tests."""
        if file is None:
            self._settings = QSettings("Ficha", "agent-desktop")
        else:
            self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    def text(self, name: str) -> str:
        value = self._settings.value(name, _TEXTS[name])
        return value if isinstance(value, str) else _TEXTS[name]

    def set_text(self, name: str, value: str) -> None:
        if name not in _TEXTS:
            raise KeyError(name)
        self._settings.setValue(name, value)

    def shape(self, name: str) -> QByteArray:
        value = self._settings.value(f"shape/{name}", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_shape(self, name: str, value: QByteArray) -> None:
        self._settings.setValue(f"shape/{name}", value)
