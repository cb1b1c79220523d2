"""That the server carries a voice that should go to the telephone system directly: one small line,
for nothing is wrong that an agent could mend."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_desktop.views.widgets import IconLabel, Text, row


class Detour(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Text("", "small", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setLayout(row(IconLabel("headset", "text-2", 16), self._text, spacing=6))
        self.hide()

    def text(self) -> str:
        return self._text.text()

    def say(self, text: str) -> None:
        """ "" hides it."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
