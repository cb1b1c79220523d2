"""Which messages become a contact of their own, and whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.handling import MAX_SUBJECT
from agent_desktop.views import sentences
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Field, Panel, Text, column, row
from cti_bridge.protocol.vocabulary import Author, MessageKind, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import MessageView
    from cti_bridge.protocol.vocabulary import MessageId

SHOWN: Final = 100  # messages, the newest
LENGTH: Final = 90  # characters of each
_ID: Final = Qt.ItemDataRole.UserRole


class SplitPanel(Retranslated, Panel):
    """Space ticks a message, Ctrl+Return splits, Escape leaves. Signals: `closed`."""

    closed = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(level="raised", parent=parent)
        self._desktop, self._model = desktop, desktop.work_actions
        self._title = Text("", "strong")
        self.list = QListWidget()
        self.list.setProperty("level", "raised")
        self.list.setFixedHeight(104)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemChanged.connect(lambda _item: self._enable())
        self.subject = QLineEdit()
        self.subject.setMaxLength(MAX_SUBJECT)
        self._subject = Field(self.subject)
        self.queue = Choice(stretches=True)
        self._queue = Field(self.queue)
        self.go, self.leave = Button("", "primary", icon="split"), Button("", "quiet")
        self.go.clicked.connect(self._split)
        self.leave.clicked.connect(self.closed)
        fields = row(self._subject, self._queue)
        fields.setStretch(0, 1)
        fields.setStretch(1, 1)
        self.setLayout(
            column(
                self._title,
                self.list,
                fields,
                row(self.go, None, self.leave),
                spacing=6,
                margins=(12, 8, 12, 8),
            )
        )
        self.setFocusProxy(self.list)
        self._model.changed.connect(self._enable)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Messages that become a contact of their own"))
        self.list.setAccessibleName(self._title.text())
        self._subject.set_label(self.tr("Subject"))
        self._queue.set_label(self.tr("Goes to"))
        self.go.setText(self.tr("Split"))
        self.leave.setText(self.tr("Cancel"))
        self._fill_queues()

    def begin(self, chosen: Sequence[MessageId] = ()) -> None:
        """`chosen` are ticked already."""
        self._fill_queues()
        self.list.clear()
        conversation = self._desktop.conversations.current
        messages = conversation.messages if conversation else ()
        for message in [m for m in messages if m.kind is not MessageKind.EVENT][-SHOWN:]:
            item = QListWidgetItem(self._words(message))
            item.setData(_ID, message.message_id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = message.message_id in chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        view = self._model.interaction
        self.subject.setText(view.subject if view else "")
        self.list.setCurrentRow(self.list.count() - 1)
        self.list.setFocus()
        self._enable()

    def ticked(self) -> tuple[MessageId, ...]:
        items = (self.list.item(number) for number in range(self.list.count()))
        return tuple(i.data(_ID) for i in items if i.checkState() is Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    # -- inside

    def _fill_queues(self) -> None:
        queues = self._desktop.store.state.settings.queues
        self.queue.set_choices([("", self.tr("Me, as my own contact")), *queues])

    def _words(self, message: MessageView) -> str:
        view = self._model.interaction
        who = message.name
        if not who and message.author is Author.CUSTOMER and view is not None:
            who = sentences.caller(view)
        text = " ".join((message.subject or message.text).split())
        text = text if len(text) <= LENGTH else text[:LENGTH] + "…"
        when = formats.when(message.at, self._desktop.store.now())
        return " · ".join(p for p in (when, who, text) if p)

    def _enable(self) -> None:
        self.go.setEnabled(bool(self.ticked()) and self._model.can(Verb.SPLIT))

    def _split(self) -> None:
        if self.go.isEnabled():
            self._model.split(self.ticked(), self.queue.currentData() or None, self.subject.text())
            self.closed.emit()
