"""What an agent says in chats: drafts, messages on their way, typing and reading told."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import is_back
from cti_bridge.protocol.commands import MarkRead, Refused, SendMessage, SetTyping
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    InteractionId,
    MessageId,
    RefusalCode,
    Verb,
)

if TYPE_CHECKING:
    from datetime import datetime

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.conversations import ConversationsViewModel
    from agent_desktop.viewmodels.uploads import Uploads
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import BlobId

MAX_TEXT: Final = 4_000  # characters of one message
MAX_DRAFT: Final = 20_000  # characters in the field
MAX_DRAFTS: Final = 64
MAX_UNSENT: Final = 50  # messages of one chat that the bridge does not have
IDLE_MS: Final = 4_000  # without a key, and one is no longer typing
AGAIN: Final = frozenset(
    {RefusalCode.INTERNAL, RefusalCode.OVERLOADED, RefusalCode.STORE_AWAY, RefusalCode.THROTTLED}
)
"""Refusals after which the same message may be sent again; it is said once all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A message that the bridge has not told back yet. `refused` says why it does not have it."""

    message_id: MessageId
    text: str
    attachments: tuple[BlobId, ...] = ()
    names: tuple[str, ...] = ()  # of the attachments
    at: datetime
    refused: RefusalCode | None = None


class ChatViewModel(QObject):
    """Signals: `changed` (an InteractionId: draft or messages on their way), `loaded` (another
    chat's draft belongs in the field)."""

    changed = Signal(object)
    loaded = Signal()

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        work: WorkViewModel,
        conversations: ConversationsViewModel,
        uploads: Uploads,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._work = link, store, work
        self._conversations, self._uploads = conversations, uploads
        self._drafts: dict[InteractionId, str] = {}
        self._unsent: dict[InteractionId, tuple[Unsent, ...]] = {}
        self._read: dict[InteractionId, MessageId] = {}
        self._typing: InteractionId | None = None
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self.stop_typing)
        work.selected_changed.connect(self._selected)
        conversations.changed.connect(self._told)
        store.changed.connect(self._store_changed)

    # -- what is shown

    @property
    def interaction(self) -> InteractionView | None:
        """The open contact, where it is a chat."""
        view = self._work.interaction
        return view if view is not None and view.channel is Channel.CHAT else None

    @property
    def draft(self) -> str:
        view = self.interaction
        return self._drafts.get(view.interaction_id, "") if view else ""

    def unsent(self, key: InteractionId) -> tuple[Unsent, ...]:
        return self._unsent.get(key, ())

    @property
    def can_write(self) -> bool:
        """Whether the open chat goes on and is this agent's."""
        view = self.interaction
        return view is not None and Verb.REPLY in view.verbs and self._work.is_own

    @property
    def too_long(self) -> int:
        """Characters more than one message may have."""
        return max(0, len(self.draft.strip()) - MAX_TEXT)

    @property
    def can_send(self) -> bool:
        view = self.interaction
        if view is None or not self.can_write or self.too_long:
            return False
        owner = upload_owner(view.interaction_id)
        return bool(self.draft.strip() or self._uploads.blobs(owner)) and not (
            self._uploads.busy(owner) or len(self.unsent(view.interaction_id)) >= MAX_UNSENT
        )

    # -- what is done

    def type(self, text: str) -> None:
        view = self.interaction
        if view is None or text == self.draft:
            return
        self._drafts.pop(view.interaction_id, None)
        if text:
            self._drafts[view.interaction_id] = text[:MAX_DRAFT]
            while len(self._drafts) > MAX_DRAFTS:
                self._drafts.pop(next(iter(self._drafts)))
        if text.strip() and self.can_write:
            self._start_typing(view.interaction_id)
        elif not text.strip():
            self.stop_typing()
        self.changed.emit(view.interaction_id)

    def send(self) -> bool:
        """Whether something went out; what cannot be sent stays in the field."""
        view = self.interaction
        if view is None or not self.can_send:
            return False
        key = view.interaction_id
        owner = upload_owner(key)
        files = [f for f in self._uploads.of(owner) if f.blob_id is not None]
        made = Unsent(
            message_id=MessageId(str(uuid.uuid4())),
            text=self.draft.strip(),
            attachments=tuple(f.blob_id for f in files if f.blob_id is not None),
            names=tuple(f.name for f in files),
            at=self._store.now(),
        )
        self._drafts.pop(key, None)
        self._uploads.clear(owner)
        self._unsent[key] = (*self.unsent(key), made)
        self.stop_typing()
        self._post(key, made)
        self.changed.emit(key)
        self.loaded.emit()
        return True

    def retry(self, key: InteractionId, message_id: MessageId) -> None:
        """Sends a refused message again: the same one, so that it is said once."""
        for made in self.unsent(key):
            if made.message_id == message_id and made.refused is not None:
                self._put(key, replace(made, refused=None))
                self._post(key, made)

    def drop(self, key: InteractionId, message_id: MessageId) -> None:
        """A refused message is given up; its text comes back into an empty field."""
        for made in self.unsent(key):
            if made.message_id == message_id and made.refused is not None:
                self._forget(key, message_id)
                self._drafts.setdefault(key, made.text)
                self.changed.emit(key)
                self.loaded.emit()

    def seen(self) -> None:
        """The newest message of the customer in the open chat is on the screen."""
        view = self.interaction
        conversation = self._conversations.current
        if view is None or conversation is None or not self._work.is_own:
            return
        newest = next(
            (m for m in reversed(conversation.messages) if m.author is Author.CUSTOMER), None
        )
        key = view.interaction_id
        if newest is None or self._link.state is not LinkState.ONLINE:
            return
        if self._read.get(key) != newest.message_id:
            self._read[key] = newest.message_id
            command = MarkRead(request_id=0, interaction_id=key, message_id=newest.message_id)
            self._link.request(command)

    def stop_typing(self) -> None:
        self._idle.stop()
        if self._typing is not None:
            self._say_typing(self._typing, typing=False)
            self._typing = None

    # -- inside

    def _start_typing(self, key: InteractionId) -> None:
        if self._typing != key:
            self.stop_typing()
            self._typing = key
            self._say_typing(key, typing=True)
        self._idle.start()

    def _say_typing(self, key: InteractionId, *, typing: bool) -> None:
        if self._link.state is LinkState.ONLINE and key in self._store.state.interactions:
            self._link.request(SetTyping(request_id=0, interaction_id=key, typing=typing))

    def _post(self, key: InteractionId, made: Unsent) -> None:
        command = SendMessage(
            request_id=0,
            interaction_id=key,
            message_id=made.message_id,
            text=made.text,
            attachments=made.attachments,
        )
        self._link.request(command, lambda reply: self._answered(key, made, reply))

    def _answered(self, key: InteractionId, made: Unsent, reply: AnyReply) -> None:
        here = any(m.message_id == made.message_id for m in self.unsent(key))
        if here and isinstance(reply, Refused):
            self._put(key, replace(made, refused=reply.code))

    def _put(self, key: InteractionId, made: Unsent) -> None:
        self._unsent[key] = tuple(
            made if m.message_id == made.message_id else m for m in self.unsent(key)
        )
        self.changed.emit(key)

    def _forget(self, key: InteractionId, message_id: MessageId) -> None:
        left = tuple(m for m in self.unsent(key) if m.message_id != message_id)
        if left:
            self._unsent[key] = left
        else:
            self._unsent.pop(key, None)

    def _told(self, key: InteractionId) -> None:
        """What the bridge has told back is no longer on its way."""
        conversation = self._conversations.get(key)
        if conversation is None or key not in self._unsent:
            return
        told = {m.message_id for m in conversation.messages}
        for made in self.unsent(key):
            if made.message_id in told:
                self._forget(key, made.message_id)

    def _selected(self) -> None:
        self.stop_typing()
        self.loaded.emit()

    def _store_changed(self, old: State, new: State) -> None:
        if new.session is None and old.session is not None:
            self._drafts, self._unsent, self._read = {}, {}, {}
            self._typing = None
            self._idle.stop()
        if is_back(old, new):
            self._return()
        if old.interactions is not new.interactions:
            for kept in (self._read, self._drafts):
                for key in [
                    k for k in kept if k in old.interactions and k not in new.interactions
                ]:
                    del kept[key]

    def _return(self) -> None:
        """What a cut has stopped goes out by itself, in its order."""
        self._read.clear()
        for key, waiting in list(self._unsent.items()):
            for made in waiting:
                if made.refused in AGAIN:
                    self.retry(key, made.message_id)


def upload_owner(key: InteractionId) -> str:
    return f"chat {key}"
