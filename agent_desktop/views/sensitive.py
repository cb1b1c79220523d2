"""Which fields are sensitive, and which of them has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from agent_desktop.viewmodels.sensitive import SensitivePause

PROPERTY: Final = "sensitive"


def mark(field: QWidget, kind: str) -> None:
    """`kind` as in [privacy] of the bridge: "key", "email", "phone", "notes"."""
    field.setProperty(PROPERTY, kind)


def kind_of(widget: QWidget | None) -> str:
    """Of the field itself, or of what it stands in; "" for none."""
    while isinstance(widget, QWidget):
        if kind := widget.property(PROPERTY):
            return str(kind)
        widget = widget.parentWidget()
    return ""


class FocusWatch(QObject):
    """Tells of each field that gets the focus; of none when the window loses it, or the field
    goes with its page."""

    def __init__(self, model: SensitivePause, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._model.at_field(kind_of(new))
