"""What was written on a contact of the history: mails, a chat's transcript, a voicemail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.viewmodels.conversations import WRITTEN
from agent_desktop.viewmodels.links import judge
from agent_desktop.viewmodels.voicemail import (
    VoicemailPlayer,
    recordings_of,
    voicemail_of,
)
from agent_desktop.views import sentences, words
from agent_desktop.views.attachments import AttachmentStrip
from agent_desktop.views.chat.pieces import pieces
from agent_desktop.views.chat.transcript import Transcript
from agent_desktop.views.email.thread import Thread, open_outside
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.recordings import Recordings
from agent_desktop.views.voicemail import Player
from agent_desktop.views.widgets import EmptyState, scrolled
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import Conversation, InteractionView
    from cti_bridge.protocol.vocabulary import InteractionId

MARGIN: Final = 16


def has_writing(view: InteractionView) -> bool:
    """Or was said, and recorded."""
    return view.channel in WRITTEN or view.recordings > 0


class PastConversation(Retranslated, QWidget):
    """Read only. Signals: `call_requested(number)`."""

    call_requested = Signal(str)

    def __init__(
        self,
        desktop: Desktop,
        parent: QWidget | None = None,
        *,
        opener: Callable[[str], object] = open_outside,
    ) -> None:
        super().__init__(parent)
        self._desktop, self._opener = desktop, opener
        self._view: InteractionView | None = None
        self._drawn: InteractionId | None = None
        self._fresh: InteractionView | None = None
        self._empty = EmptyState("chat")
        self._empty.acted.connect(self._again)
        self.mails = Thread(desktop, read_only=True, opener=opener)
        self.mails.compose_asked.connect(self._compose)
        self.mails.call_asked.connect(self.call_requested)
        self.chat = Transcript()
        self.chat.asked.connect(self._asked)
        self.files = AttachmentStrip(desktop)
        # the work page has a player of its own
        self.voice = VoicemailPlayer(desktop.blobs, desktop.audio, self)
        desktop.call_began.connect(self.voice.pause)
        self.recordings = Recordings(desktop)
        self._stack = QStackedWidget()
        self._talk, self._heard = QWidget(), QWidget()
        self._above, self._spoken = QVBoxLayout(), QVBoxLayout()  # where recordings stand
        self._lay_out()
        desktop.conversations.changed.connect(self._changed)
        self.retranslate()

    def _lay_out(self) -> None:
        talk = QVBoxLayout(self._talk)
        talk.setContentsMargins(0, 0, 0, 0)
        talk.addWidget(self.chat, 1)
        talk.addWidget(self.files)
        heard = QVBoxLayout(self._heard)
        heard.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        heard.addWidget(Player(self.voice))
        heard.addStretch(1)
        for part in (self._empty, self.mails, self._talk, self._heard):
            self._stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setLayout(self._spoken)
        self._spoken.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._spoken.addStretch(1)
        self._call = scrolled(inner)
        self._stack.addWidget(self._call)
        layout.addLayout(self._above)
        layout.addWidget(self._stack, 1)
        self._above.addWidget(self.recordings)

    def retranslate(self) -> None:
        self._drawn = None
        self.refresh()

    def show_contact(self, view: InteractionView) -> None:
        """Asks for what was written on it, once it is looked at."""
        self._view = view
        conversations, key = self._desktop.conversations, view.interaction_id
        if len(recordings_of(conversations.get(key))) < view.recordings and self._fresh != view:
            self._fresh = view
            conversations.again(key)  # a recording is whole some time after its call
        else:
            conversations.open(key)
        self.refresh()

    def leave(self) -> None:
        """It is looked at no longer: nothing goes on speaking."""
        self.voice.pause()
        self.recordings.leave()

    def refresh(self) -> None:
        view = self._view
        conversation = self._desktop.conversations.get(view.interaction_id) if view else None
        if view is not None:
            self.recordings.show_of(view, conversation)
        if view is not None and view.channel is Channel.VOICE and conversation is not None:
            self._spoken.insertWidget(0, self.recordings)
            self._stack.setCurrentWidget(self._call)
            return
        self._above.addWidget(self.recordings)
        if view is None or conversation is None:
            self._say_empty(view)
        elif not conversation.messages:
            self._stack.setCurrentWidget(self._empty)
            self._empty.set_words(self.tr("Nothing was written on this contact"))
        else:
            self._show(view, conversation)

    def _show(self, view: InteractionView, conversation: Conversation) -> None:
        if view.channel is Channel.EMAIL:
            self.mails.show_conversation(conversation)
            self._stack.setCurrentWidget(self.mails)
        elif view.channel is Channel.VOICEMAIL:
            self.voice.show(voicemail_of(conversation))
            self._stack.setCurrentWidget(self._heard)
        else:
            self._show_chat(view, conversation)

    def _show_chat(self, view: InteractionView, conversation: Conversation) -> None:
        wanted = pieces(conversation, (), self._desktop.store.now(), sentences.caller(view))
        another = self._drawn != view.interaction_id
        self._drawn = view.interaction_id
        self.chat.show_pieces(wanted, another=another)
        if another:
            self.files.show_attachments(())
            self.files.hide()
        self._stack.setCurrentWidget(self._talk)

    def _say_empty(self, view: InteractionView | None) -> None:
        self._stack.setCurrentWidget(self._empty)
        refused = self._desktop.conversations.error(view.interaction_id) if view else None
        if refused is None:
            self._empty.set_words(self.tr("Loading…"))
        else:
            self._empty.set_words(
                self.tr("It cannot be shown"), words.refusal(refused.code), self.tr("Try again")
            )

    def _changed(self, key: InteractionId) -> None:
        if self._view is not None and key == self._view.interaction_id:
            self.refresh()

    def _again(self) -> None:
        if self._view is not None:
            self._desktop.conversations.again(self._view.interaction_id)

    def _compose(self, address: str) -> None:
        self._desktop.email.compose(address, self._view.customer_id if self._view else None)

    def _asked(self, address: str) -> None:
        """A link of the transcript."""
        kind, _, rest = address.partition(":")
        if self._view is None:
            return
        if kind == "older":
            self._desktop.conversations.older(self._view.interaction_id)
        elif kind == "file":
            self._show_file(rest)
        elif kind == "mailto":
            self._compose(rest)
        elif judge(address).kind in ("open", "ask"):
            self._opener(address)

    def _show_file(self, blob_id: str) -> None:
        assert self._view is not None
        conversation = self._desktop.conversations.get(self._view.interaction_id)
        messages = conversation.messages if conversation else ()
        files = tuple(a for m in messages for a in m.attachments if a.blob_id == blob_id)
        self.files.show_attachments(files[:1])
        self.files.setVisible(bool(files))
