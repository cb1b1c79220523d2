"""What was written on contacts: asked for when one is opened, current while it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import Asker, is_back
from cti_bridge.protocol.commands import (
    ConversationOpened,
    ListMessages,
    LookAt,
    MessagesListed,
    OpenConversation,
    Refused,
)
from cti_bridge.protocol.events import MessageAdded, MessageChanged
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import Conversation, MessageView
    from cti_bridge.protocol.vocabulary import InteractionId

WRITTEN: Final = frozenset({Channel.CHAT, Channel.EMAIL, Channel.VOICEMAIL, Channel.CALLBACK})
LOOK_MS: Final = 250  # a contact that is only passed by on the way down the list is not asked for
PAGE: Final = 100
EARLY_KEPT: Final = 200


class ConversationsViewModel(QObject):
    """Signals: `changed` (an InteractionId), `message_added` (a MessageView, of any open
    conversation)."""

    changed = Signal(object)
    message_added = Signal(object)

    def __init__(
        self, link: LinkPort, store: Store, work: WorkViewModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._work = link, store, work
        self._asker = Asker(link)
        self._early: dict[InteractionId, list[MessageView]] = {}  # said while it was asked for
        self._errors: dict[InteractionId, Refused] = {}
        self._stale: set[InteractionId] = set()  # from before a cut: asked for again
        self._looking: InteractionId | None = None
        self._rest = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._rest.timeout.connect(self._rested)
        work.selected_changed.connect(self._selected)
        work.interaction_changed.connect(self._open_selected)
        link.received.connect(self._received)
        store.changed.connect(self._store_changed)

    # -- what is here

    @property
    def current(self) -> Conversation | None:
        """Of the open contact."""
        return self.get(self._work.selected)

    def get(self, key: InteractionId | None) -> Conversation | None:
        return self._store.state.conversations.get(key) if key else None

    def busy(self, key: InteractionId) -> bool:
        return self._asker.waiting(f"open {key}")

    def error(self, key: InteractionId) -> Refused | None:
        """Why it could not be opened; None where it was, or is being asked for."""
        return self._errors.get(key)

    # -- what is asked

    def open(self, key: InteractionId) -> None:
        """Asks for it, unless it is here and current."""
        if self.busy(key) or (self.get(key) is not None and key not in self._stale):
            return
        self._errors.pop(key, None)
        self._early[key] = []
        command = OpenConversation(request_id=0, interaction_id=key)
        self._asker.ask(f"open {key}", command, lambda reply: self._opened(key, reply))
        self.changed.emit(key)

    def again(self, key: InteractionId) -> None:
        """Asks for it anew, whatever is here."""
        self._stale.add(key)
        self.open(key)

    def older(self, key: InteractionId) -> None:
        known = self.get(key)
        if known is None or not known.more or not known.messages:
            return
        if self._asker.waiting(f"older {key}"):
            return
        command = ListMessages(
            request_id=0, interaction_id=key, before=known.messages[0].message_id, limit=PAGE
        )
        self._asker.ask(f"older {key}", command, lambda reply: self._older(key, reply))

    def _opened(self, key: InteractionId, reply: AnyReply) -> None:
        early = self._early.pop(key, [])
        if isinstance(reply, ConversationOpened):
            self._stale.discard(key)
            here = {m.message_id for m in reply.conversation.messages}
            newer = tuple(m for m in early if m.message_id not in here)
            self._store.take(reply.conversation, newer)
        elif isinstance(reply, Refused):
            self._errors[key] = reply
        self.changed.emit(key)

    def _older(self, key: InteractionId, reply: AnyReply) -> None:
        if isinstance(reply, MessagesListed):
            self._store.take_older(key, reply.messages, more=reply.more)

    # -- what happens by itself

    def _received(self, frame: object) -> None:
        if isinstance(frame, MessageAdded | MessageChanged):
            early = self._early.get(frame.message.interaction_id)
            if early is not None and isinstance(frame, MessageAdded):
                early.append(frame.message)
                del early[:-EARLY_KEPT]
        if isinstance(frame, MessageAdded):
            self.message_added.emit(frame.message)

    def _selected(self) -> None:
        self._look_away()
        view = self._work.interaction
        if view is None or view.channel not in WRITTEN:
            self._rest.stop()
        elif self._work.is_own or self._work.ringing:
            self._rest.stop()
            self.open(view.interaction_id)
        else:
            self._rest.start()

    def _open_selected(self) -> None:
        """What was waiting has become this agent's, or a call has turned into a voicemail."""
        view = self._work.interaction
        if view is not None and view.channel in WRITTEN and self._work.is_own:
            self._look_away()
            if view.interaction_id not in self._errors:
                self.open(view.interaction_id)

    def _rested(self) -> None:
        view = self._work.interaction
        if view is not None and view.channel in WRITTEN and not self._work.is_own:
            self._looking = view.interaction_id
            self._say_looking(view.interaction_id, looking=True)
            self.open(view.interaction_id)

    def _look_away(self) -> None:
        if self._looking is not None and self._looking != self._work.selected:
            self._say_looking(self._looking, looking=False)
            self._looking = None
        elif self._work.is_own:
            self._looking = None  # nobody is told of the one who has it

    def _say_looking(self, key: InteractionId, *, looking: bool) -> None:
        if self._link.state is LinkState.ONLINE:
            self._link.request(LookAt(request_id=0, interaction_id=key, looking=looking))

    def _store_changed(self, old: State, new: State) -> None:
        if new.session is None and old.session is not None:
            self._early, self._errors, self._stale = {}, {}, set()
            self._looking = None
        if is_back(old, new) or (old.session is not new.session and new.session is not None):
            self._return(old)
        if old.conversations is not new.conversations:
            for key, conversation in new.conversations.items():
                if old.conversations.get(key) is not conversation:
                    self.changed.emit(key)

    def _return(self, old: State) -> None:
        """What was missed during a cut is asked for: at once for the open one, for the others
        when they are opened."""
        self._stale |= set(old.conversations)
        self._errors.clear()
        self._looking = None
        if self._store.state.link is LinkState.ONLINE:
            self._selected()
