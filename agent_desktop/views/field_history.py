"""A popover: what stood in a field, what stands there since, and who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Card, Text, column, scrolled
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from agent_desktop.viewmodels.field_history import FieldHistoryViewModel
    from cti_bridge.protocol.customer_values import ChangedValue, FieldChangeView

WIDTH: Final = 360
HEIGHT: Final = 320
LONGEST: Final = 200
_SAID: Final = ("value", "street", "postcode", "city", "role", "purpose", "label")
"""Parts of an entry of a list that say what it is."""


class FieldHistoryPopover(Retranslated, QFrame):
    """Opens beside what it is about; Escape or a click elsewhere closes it."""

    def __init__(self, history: FieldHistoryViewModel, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._history = history
        self._card = Card()
        self._rows = QWidget()
        self._list = QVBoxLayout(self._rows)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(12)
        self._list.addStretch(1)
        self._state = Text("", "muted", wrap=True)
        self.more = Button("", "quiet", small=True)
        self.more.clicked.connect(history.load_more)
        for part in (self._state, scrolled(self._rows), self.more):
            self._card.body.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._card)
        self.setFixedSize(WIDTH, HEIGHT)
        self._title = ""
        history.changed.connect(self._render)
        self.retranslate()

    def retranslate(self) -> None:
        self.more.setText(self.tr("Older changes"))
        self._render()

    def open_at(self, place: QWidget, title: str) -> None:
        self._title = title
        self._card.set_title(self.tr("{field}: history").format(field=title))
        corner = place.mapToGlobal(QPoint(place.width() - WIDTH, place.height() + 4))
        screen = place.screen().availableGeometry()
        corner.setX(max(screen.left(), min(corner.x(), screen.right() - WIDTH)))
        corner.setY(max(screen.top(), min(corner.y(), screen.bottom() - HEIGHT)))
        self.move(corner)
        self._render()
        self.show()

    def _render(self) -> None:
        history = self._history
        while self._list.count() > 1:
            item = self._list.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for change in history.changes:
            self._list.insertWidget(self._list.count() - 1, _change(change))
        self.more.setVisible(history.more)
        self._state.setText(self._say())
        self._state.setVisible(bool(self._state.text()))

    def _say(self) -> str:
        history = self._history
        if history.error is not None:
            return words.refusal(history.error)
        if history.busy and not history.changes:
            return self.tr("Loading…")
        if history.more or history.created_at is None:
            return ""
        made = self.tr("File made by {name}, {day}.").format(
            name=history.created_by or "–", day=formats.when(history.created_at)
        )
        return made if history.changes else self.tr("Never changed since.") + " " + made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


def _change(change: FieldChangeView) -> QWidget:
    box = QWidget()
    who = " · ".join(
        part for part in (change.by, words.source(change.source), formats.when(change.at)) if part
    )
    old, new = value_in_words(change.old), value_in_words(change.new)
    nothing = QCoreApplication.translate("FieldHistory", "nothing")
    said = Text(f"{old or nothing} → {new or nothing}", wrap=True, select=True)
    box.setLayout(column(said, Text(who, "faint", wrap=True), spacing=2))
    return box


def value_in_words(value: ChangedValue) -> str:
    """One line; of an entry of a list what it says, less its codes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        yes, no = (QCoreApplication.translate("FieldHistory", one) for one in ("yes", "no"))
        return yes if value else no
    if isinstance(value, dict):
        parts = [str(value[name]) for name in _SAID if value.get(name)]
        if value.get("kind") == IdentityKind.PHONE and parts:
            parts[0] = formats.phone(parts[0])
        return ", ".join(parts)[:LONGEST]
    return str(value)[:LONGEST]
