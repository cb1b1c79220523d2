"""Reading e-mail: which messages stand open, as what, and what was asked for besides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from cti_bridge.protocol.commands import MarkRead, MessageOpened, OpenMessage, Refused
from cti_bridge.protocol.vocabulary import Author, Channel, MessageKind

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from agent_desktop.link import LinkPort
    from agent_desktop.state import Store
    from agent_desktop.viewmodels.commanding import Commands
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import Conversation, MessageView
    from cti_bridge.protocol.vocabulary import InteractionId, MessageId

KEPT: Final = 200  # messages whose state is remembered


class Conversations(Protocol):
    @property
    def changed(self) -> SignalInstance: ...
    def get(self, key: InteractionId | None) -> Conversation | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one message is shown. `open` None: as its place says, the newest open."""

    open: bool | None = None
    plain: bool = False
    images: bool = False  # remote ones, asked for
    quoted: bool = False
    whole: MessageView | None = None


class ReadingViewModel(QObject):
    """Signals: `changed` with a MessageId that is to be shown anew."""

    changed = Signal(object)

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        commands: Commands,
        conversations: Conversations,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._commands = link, store, commands
        self._conversations = conversations
        self._looks: dict[MessageId, Look] = {}
        self._read: dict[InteractionId, MessageId] = {}

    def look(self, message_id: MessageId) -> Look:
        return self._looks.get(message_id, Look())

    def message(self, shown: MessageView) -> MessageView:
        """The whole one, where it was fetched; its delivery is always the newest."""
        whole = self.look(shown.message_id).whole
        return whole if whole is not None else shown

    def toggle(self, message_id: MessageId, *, open_now: bool) -> None:
        self._set(message_id, replace(self.look(message_id), open=not open_now))

    def show_plain(self, message_id: MessageId, *, plain: bool) -> None:
        self._set(message_id, replace(self.look(message_id), plain=plain))

    def show_images(self, message_id: MessageId) -> None:
        self._set(message_id, replace(self.look(message_id), images=True))

    def show_quoted(self, message_id: MessageId, *, quoted: bool) -> None:
        self._set(message_id, replace(self.look(message_id), quoted=quoted))

    def fetch(self, shown: MessageView) -> None:
        """The whole of a message that was cut, or its original."""
        if self.look(shown.message_id).whole is not None:
            return
        command = OpenMessage(
            request_id=0, interaction_id=shown.interaction_id, message_id=shown.message_id
        )
        key = f"message {shown.message_id}"
        if self._commands.do(key, command, lambda reply: self._opened(shown.message_id, reply)):
            self.changed.emit(shown.message_id)

    def fetching(self, message_id: MessageId) -> bool:
        return self._commands.pending(f"message {message_id}")

    def mark_read(self, key: InteractionId) -> None:
        """The newest of the customer was on the screen of the agent whose contact it is."""
        conversation, view = self._conversations.get(key), self._store.state.interactions.get(key)
        session = self._store.state.session
        if conversation is None or view is None or session is None:
            return
        newest = _newest_of_customer(conversation)
        ours = view.agent_id == session.agent_id and view.channel is not Channel.VOICE
        if newest is None or not ours or self._read.get(key) == newest:
            return
        if self._link.state is LinkState.ONLINE:
            self._read[key] = newest
            command = MarkRead(request_id=0, interaction_id=key, message_id=newest)
            self._link.request(command, lambda reply: self._marked(key, reply))

    def _marked(self, key: InteractionId, reply: AnyReply) -> None:
        if isinstance(reply, Refused):
            self._read.pop(key, None)  # said again when it is looked at the next time

    def _opened(self, message_id: MessageId, reply: AnyReply) -> None:
        if isinstance(reply, MessageOpened):
            self._set(message_id, replace(self.look(message_id), whole=reply.message))

    def _set(self, message_id: MessageId, look: Look) -> None:
        self._looks.pop(message_id, None)
        self._looks[message_id] = look
        while len(self._looks) > KEPT:
            self._looks.pop(next(iter(self._looks)))
        self.changed.emit(message_id)


def _newest_of_customer(conversation: Conversation) -> MessageId | None:
    for message in reversed(conversation.messages):
        if message.author is Author.CUSTOMER and message.kind is not MessageKind.EVENT:
            return message.message_id
    return None
