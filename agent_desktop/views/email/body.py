"""An e-mail contact: its thread above, and the answer below while one is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import i18n, words
from agent_desktop.views.email.composer import Composer
from agent_desktop.views.email.thread import Thread
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, EmptyState, Notice, Panel, row
from cti_bridge.protocol.vocabulary import Channel, Delivery

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.addresses import Mode
    from cti_bridge.protocol.values import Conversation, MessageView
    from cti_bridge.protocol.vocabulary import InteractionId, MessageId

SHARES: Final = (45, 55)  # percent of the height: the thread, the answer
REPLY, REPLY_ALL, FORWARD = "Ctrl+Shift+R", "Ctrl+Shift+A", "Ctrl+Shift+F"
TIGHT: Final = 560  # pixels: below it there is no room for both


class EmailBody(Retranslated, QWidget):
    """Follows the open contact. Signals: `selection_changed` (of messages to split off)."""

    FILLS: ClassVar = True
    selection_changed = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._email = desktop, desktop.email
        self._empty = EmptyState("email")
        self._empty.acted.connect(self._again)
        self.messages = Thread(desktop)
        self.composer = Composer(desktop)
        self.undo = Notice("accent", banner=True)
        self.undo.acted.connect(self._undo)
        self.lost = Notice("warn", banner=True)
        self.lost.acted.connect(self._rescue)
        self._bar = Panel(edge="top")
        self.reply_button = Button("", "secondary", icon="reply")
        self.reply_all_button = Button("", "quiet", icon="reply-all")
        self.forward_button = Button("", "quiet", icon="forward")
        self._bar.setLayout(
            row(
                self.reply_button,
                self.reply_all_button,
                self.forward_button,
                None,
                margins=(16, 8, 16, 8),
            )
        )
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.messages)
        self._split.addWidget(self.composer)
        self.messages.setMinimumHeight(96)
        self._undoable: MessageView | None = None
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self._split, self.lost, self.undo, self._bar):
            layout.addWidget(part)
        layout.setStretch(0, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)

    def _connect(self) -> None:
        desktop = self._desktop
        desktop.work.selected_changed.connect(self.refresh)
        desktop.work.interaction_changed.connect(self.refresh)
        desktop.conversations.changed.connect(self._changed)
        self._email.changed.connect(self._changed)
        self._email.composed.connect(lambda _key: self.focus_first())
        desktop.commands.changed.connect(self._render_undo)
        desktop.ticked.connect(self._tick)
        self.messages.answer_asked.connect(self._answer)
        self.messages.compose_asked.connect(lambda to: self._email.compose(to))
        self.messages.call_asked.connect(desktop.work_actions.dial)
        self.messages.selection_changed.connect(self.selection_changed)
        self.composer.peeked.connect(lambda _on: self._fit())
        self._bind_keys()
        self.reply_button.clicked.connect(self.reply)
        self.reply_all_button.clicked.connect(self.reply_all)
        self.forward_button.clicked.connect(self.forward)

    def _bind_keys(self) -> None:
        """While the keyboard is in the e-mail."""
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (
            (REPLY, self.reply),
            (REPLY_ALL, self.reply_all),
            (FORWARD, self.forward),
        ):
            QShortcut(QKeySequence(keys), self, act, context=here)

    def retranslate(self) -> None:
        for button, keys in (
            (self.reply_button, REPLY),
            (self.reply_all_button, REPLY_ALL),
            (self.forward_button, FORWARD),
        ):
            button.setToolTip(QKeySequence(keys).toString())
        self.reply_button.setText(self.tr("Reply"))
        self.reply_all_button.setText(self.tr("Reply to all"))
        self.forward_button.setText(self.tr("Forward"))
        self.refresh()

    # -- what the frame asks

    def focus_first(self) -> None:
        """Into what is being written; else to the thread."""
        if self.composer.isVisible():
            self.composer.focus_text()
        elif self.messages.cards:
            next(reversed(self.messages.cards.values())).head.setFocus()

    def selected_messages(self) -> tuple[MessageId, ...]:
        return self.messages.selected()

    def set_selecting(self, on: bool) -> None:
        self.messages.set_selecting(on)

    def reply(self) -> None:
        self._answer("reply", None)

    def reply_all(self) -> None:
        self._answer("reply_all", None)

    def forward(self) -> None:
        self._answer("forward", None)

    def send_and_finish(self) -> None:
        if self.composer.isVisible():
            self.composer.ask_send(finish=True)

    # -- what it shows

    @property
    def key(self) -> InteractionId | None:
        """The open contact, while it is an e-mail."""
        view = self._desktop.work.interaction
        return view.interaction_id if view and view.channel is Channel.EMAIL else None

    def refresh(self) -> None:
        key = self.key
        conversation = self._desktop.conversations.get(key) if key else None
        self._stack.setCurrentIndex(0 if conversation is None else 1)
        if conversation is None:
            self._say_empty(key)
            return
        self.messages.show_conversation(conversation)
        writing, may = self._email.writing(key), self._email.may_write(key)
        self.composer.show_contact(key)
        self._show_composer(on=writing is not None and may)
        self._bar.setVisible(may and writing is None)
        self.reply_all_button.setVisible(_to_many(conversation))
        self.reply_button.setVisible(bool(conversation.messages))
        self.forward_button.setVisible(bool(conversation.messages))
        self._render_lost()
        self._tick()

    def _say_empty(self, key: InteractionId | None) -> None:
        refused = self._desktop.conversations.error(key) if key else None
        if refused is not None:
            self._empty.set_words(
                self.tr("The messages cannot be shown"),
                words.refusal(refused.code),
                self.tr("Try again"),
            )
        else:
            self._empty.set_words(self.tr("Loading…"))

    def _show_composer(self, *, on: bool) -> None:
        begins = on and not self.composer.isVisibleTo(self)
        self.composer.setVisible(on)
        self._fit()
        if begins:
            self.composer.peek.setChecked(False)
            height = self._split.height()
            self._split.setSizes([height * share // 100 for share in SHARES])

    def _fit(self) -> None:
        """Where there is no room for both, one of them."""
        writing = self.composer.isVisibleTo(self)
        tight = writing and self.height() < TIGHT
        self.composer.set_tight(tight)
        peeking = self.composer.peek.isChecked()
        self.messages.setVisible(not tight or peeking)
        self.composer.set_folded(tight and peeking)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _changed(self, key: InteractionId) -> None:
        if key == self.key:
            self.refresh()

    # -- what went out, and what did not

    def _tick(self) -> None:
        key = self.key
        if key is None or not self.isVisible():
            return
        conversation = self._desktop.conversations.get(key)
        waiting = [
            m
            for m in (conversation.messages if conversation else ())
            if m.delivery is Delivery.UNDOABLE and self._email.undo_seconds(m) > 0
        ]
        self._undoable = waiting[-1] if waiting else None
        self._render_undo()
        if conversation is not None and self.window().isActiveWindow():
            self._desktop.reading.mark_read(key)

    def _render_undo(self) -> None:
        message = self._undoable
        if message is None:
            self._render_thrown()
            return
        left = formats.number(max(1, round(self._email.undo_seconds(message))))
        sent = self._email.sent(message.interaction_id)
        said = self.tr("Goes out in {seconds} s.").format(seconds=left)
        if sent is not None and sent.finish_as is not None:
            choices = self._desktop.store.state.settings.dispositions
            name = words.choice(choices, sent.finish_as, i18n.language())
            said += " " + self.tr("Then the contact is finished: {result}").format(result=name)
        pending = self._email.pending("undo", message.message_id)
        self.undo.say(said, icon="send", action="" if pending else self.tr("Undo"))

    def _render_thrown(self) -> None:
        thrown = self.key is not None and self._email.thrown(self.key)
        said = self.tr("The draft was thrown away.") if thrown else ""
        self.undo.say(said, icon="remove", action=self.tr("Bring it back"))

    def _undo(self) -> None:
        if self._undoable is not None:
            self._email.undo(self._undoable.interaction_id, self._undoable.message_id)
        elif self.key is not None:
            self._email.restore(self.key)

    def _render_lost(self) -> None:
        """Somebody else has the contact now: what was typed here can still be copied."""
        key = self.key
        writing = self._email.writing(key)
        lost = (
            writing is not None
            and writing.dirty
            and bool(writing.draft.text.strip())
            and not self._email.may_write(key)
        )
        said = self.tr("What you wrote here was not saved.") if lost else ""
        self.lost.say(said, action=self.tr("Copy the text"))

    def _rescue(self) -> None:
        writing = self._email.writing(self.key)
        if writing is not None:
            QGuiApplication.clipboard().setText(writing.draft.text)

    # -- what is done

    def _answer(self, mode: Mode, message_id: MessageId | None) -> None:
        key = self.key
        if key is not None and self._email.may_write(key):
            self._email.begin(key, mode, message_id)
            self.refresh()
            self.composer.focus_text()

    def _again(self) -> None:
        if self.key is not None:
            self._desktop.conversations.open(self.key)


def _to_many(conversation: Conversation) -> bool:
    newest = conversation.messages[-1] if conversation.messages else None
    return newest is not None and len(newest.to) + len(newest.cc) > 1
