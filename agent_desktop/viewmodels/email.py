"""Writing e-mail: one draft for each contact, saved as it is typed, sent once, taken back."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels import addresses
from agent_desktop.viewmodels.asking import is_back
from agent_desktop.viewmodels.canned import unfilled
from cti_bridge.protocol.commands import (
    CompleteWrapUp,
    ComposeEmail,
    Done,
    Refused,
    RetrySend,
    SaveDraft,
    SendEmail,
    UndoSend,
)
from cti_bridge.protocol.values import Address, AttachmentView, Draft
from cti_bridge.protocol.vocabulary import (
    Channel,
    Delivery,
    InteractionId,
    MessageId,
    MessageKind,
    RefusalCode,
    Verb,
)

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.addresses import Mode
    from agent_desktop.viewmodels.commanding import Commands
    from agent_desktop.viewmodels.uploads import Uploads
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import Conversation, MessageView
    from cti_bridge.protocol.vocabulary import CustomerId

SAVE_MS: Final = 1_000  # at most once in this time
MAX_TEXT: Final = 100_000  # characters
MAX_WRITINGS: Final = 64
FORGOTTEN: Final = re.compile(
    r"\b(adjunt\w*|attach(ed|ment|ments|ing)?|anex[oa]s?|enclosed)\b", re.IGNORECASE
)
GONE: Final = frozenset({Delivery.SENDING, Delivery.SENT, Delivery.DELIVERED, Delivery.READ})

Problem = Literal["no_recipient", "bad_address", "empty", "uploading", "upload_failed", "unfilled"]
Doubt = Literal["no_subject", "forgotten_attachment"]


class Conversations(Protocol):
    """What was written; see `ConversationsViewModel`."""

    @property
    def changed(self) -> SignalInstance: ...
    def get(self, key: InteractionId | None) -> Conversation | None: ...
    def open(self, key: InteractionId) -> None: ...
    def again(self, key: InteractionId) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What is being written on one contact. `saved` is what the bridge is known to hold;
    `kept` are files that were attached before: of a forwarded message, or of an earlier day."""

    draft: Draft
    saved: Draft | None = None
    kept: tuple[AttachmentView, ...] = ()
    saving: bool = False
    sending: MessageId | None = None
    error: RefusalCode | None = None  # of the last attempt to save or send
    finish_as: str | None = None  # disposition to finish with once it is out

    @property
    def dirty(self) -> bool:
        return self.saved != self.draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The newest mail that left a contact, until it can no longer come back."""

    message_id: MessageId
    writing: Writing
    finish_as: str | None = None


class EmailViewModel(QObject):
    """Signals, each with an InteractionId: `changed` (anything shown), `loaded` (other words
    belong in the fields). `composed` when a new mail was begun by this desk."""

    changed = Signal(object)
    loaded = Signal(object)
    composed = Signal(object)

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        commands: Commands,
        work: WorkViewModel,
        conversations: Conversations,
        uploads: Uploads,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._commands = link, store, commands
        self._work, self._conversations, self._uploads = work, conversations, uploads
        self._writings: dict[InteractionId, Writing] = {}
        self._thrown: dict[InteractionId, Writing] = {}
        self._sent: dict[InteractionId, Sent] = {}
        self._adopted: dict[InteractionId, Draft] = {}
        self._pause = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._pause.timeout.connect(self.save_all)
        conversations.changed.connect(self._conversation)
        uploads.changed.connect(self._uploaded)
        store.changed.connect(self._follow)

    # -- what is shown

    def writing(self, key: InteractionId | None) -> Writing | None:
        return self._writings.get(key) if key else None

    def thrown(self, key: InteractionId) -> bool:
        """Whether a draft was thrown away here that can still come back."""
        return key in self._thrown

    def sent(self, key: InteractionId) -> Sent | None:
        return self._sent.get(key)

    def may_write(self, key: InteractionId | None) -> bool:
        view = self._store.state.interactions.get(key) if key else None
        return view is not None and Verb.REPLY in view.verbs

    def signature(self, key: InteractionId) -> str:
        conversation = self._conversations.get(key)
        return conversation.signature if conversation else ""

    def answered(self, key: InteractionId) -> MessageView | None:
        """The message that is replied to, or forwarded."""
        writing = self._writings.get(key)
        return self._message(key, writing.draft.in_reply_to) if writing else None

    def known(self, key: InteractionId) -> tuple[Address, ...]:
        """Whom a recipient may be: everybody of the thread; the customer's own come first."""
        conversation = self._conversations.get(key)
        found: list[Address] = []
        for message in reversed(conversation.messages if conversation else ()):
            found += [a for a in (message.sender, *message.to, *message.cc) if a is not None]
        own = self._own(key)
        return addresses.unique(a for a in found if a.address.lower() not in own)

    # -- beginning

    def begin(self, key: InteractionId, mode: Mode, message_id: MessageId | None = None) -> None:
        """Opens the composer; what is already being written changes its mode and recipients
        and keeps its words."""
        message = self._message(key, message_id) or self._newest(key)
        if not self.may_write(key) or (message is None and mode != "new"):
            return
        before = self._writings.get(key)
        draft = self._draft_for(key, mode, message)
        kept = _files(message) if message and mode == "forward" else ()
        if before is not None:
            draft = msgspec.structs.replace(
                draft, text=before.draft.text, bcc=before.draft.bcc, quote=before.draft.quote
            )
            kept = kept or before.kept
        saved = before.saved if before else None
        self._thrown.pop(key, None)
        self._put(key, Writing(draft=draft, saved=saved, kept=kept))
        self.loaded.emit(key)

    def compose(self, address: str = "", customer_id: CustomerId | None = None) -> None:
        """A new mail, a contact of its own, in hand at once."""
        draft = Draft(mode="new", to=addresses.parse(address), quote=False)
        command = ComposeEmail(request_id=0, draft=draft, customer_id=customer_id)

        def made(reply: AnyReply) -> None:
            if isinstance(reply, Done) and reply.id:
                self._work.select(InteractionId(reply.id))
                self.composed.emit(InteractionId(reply.id))

        self._commands.do("compose", command, made)

    def _draft_for(self, key: InteractionId, mode: Mode, message: MessageView | None) -> Draft:
        if message is None:
            return Draft(mode="new", quote=False)
        to, cc = addresses.recipients(message, mode, self._own(key))
        subject = message.subject or self._subject(key)
        return Draft(
            mode=mode,
            to=to,
            cc=cc,
            subject=addresses.subject_of(subject, mode),
            in_reply_to=message.message_id,
        )

    def _subject(self, key: InteractionId) -> str:
        view = self._store.state.interactions.get(key)
        return view.subject if view else ""

    def _own(self, key: InteractionId) -> frozenset[str]:
        conversation = self._conversations.get(key)
        own = {address for _code, address in self._store.state.settings.mailboxes}
        if conversation and conversation.mailbox:
            own.add(conversation.mailbox)
        return frozenset(address.lower() for address in own)

    # -- typing

    def change(self, key: InteractionId, **fields: Any) -> None:
        """Fields of the draft, as they are typed; saved within a second."""
        writing = self._writings.get(key)
        if writing is None or writing.sending is not None:
            return
        if "text" in fields:
            fields["text"] = fields["text"][:MAX_TEXT]
        draft = msgspec.structs.replace(writing.draft, **fields)
        if draft != writing.draft:
            self._put(key, replace(writing, draft=draft))

    def remove_kept(self, key: InteractionId, blob_id: str) -> None:
        writing = self._writings.get(key)
        if writing is not None:
            kept = tuple(f for f in writing.kept if f.blob_id != blob_id)
            self._put(key, replace(writing, kept=kept))

    def discard(self, key: InteractionId) -> None:
        """Throws the draft away; `restore` brings it back while the contact is open."""
        writing = self._writings.pop(key, None)
        if writing is None:
            return
        self._thrown[key] = _at_rest(writing)
        self._uploads.clear(owner_of(key))
        if self._link.state is LinkState.ONLINE:
            self._link.request(SaveDraft(request_id=0, interaction_id=key, draft=None))
        self.loaded.emit(key)
        self.changed.emit(key)

    def restore(self, key: InteractionId) -> None:
        writing = self._thrown.pop(key, None)
        if writing is not None:
            self._put(key, replace(writing, saved=None, error=None))
            self.loaded.emit(key)

    # -- saving

    def save_all(self) -> None:
        """Everything that the bridge does not hold yet."""
        if self._link.state is not LinkState.ONLINE:
            return  # the link's return calls again
        for key, writing in tuple(self._writings.items()):
            ours = writing.dirty and not writing.saving and writing.sending is None
            if ours and self.may_write(key):
                self._save(key, writing)

    def _save(self, key: InteractionId, writing: Writing) -> None:
        told = writing.draft
        self._writings[key] = replace(writing, saving=True)

        def answered(reply: AnyReply) -> None:
            now = self._writings.get(key)
            if now is None:
                return
            if isinstance(reply, Refused):
                lost = self._link.state is not LinkState.ONLINE
                fresh = replace(now, saving=False, error=None if lost else reply.code)
            else:
                stamped = msgspec.structs.replace(now.draft, saved_at=self._store.now())
                saved = msgspec.structs.replace(told, saved_at=stamped.saved_at)
                fresh = replace(now, saving=False, error=None, draft=stamped, saved=saved)
            self._writings[key] = fresh
            if fresh.dirty and fresh.error is None:
                self._pause.start()
            self.changed.emit(key)

        self._link.request(SaveDraft(request_id=0, interaction_id=key, draft=told), answered)

    # -- sending

    def problems(self, key: InteractionId) -> tuple[Problem, ...]:
        """Why it cannot go out yet."""
        writing = self._writings.get(key)
        if writing is None:
            return ()
        draft, owner = writing.draft, owner_of(key)
        everybody = (*draft.to, *draft.cc, *draft.bcc)
        checks: tuple[tuple[Problem, bool], ...] = (
            ("no_recipient", not everybody),
            ("bad_address", not all(addresses.valid(a.address) for a in everybody)),
            ("empty", not draft.text.strip() and draft.mode != "forward"),
            ("uploading", self._uploads.busy(owner)),
            ("upload_failed", any(f.error for f in self._uploads.of(owner))),
            ("unfilled", bool(unfilled(draft.text) or unfilled(draft.subject))),
        )
        return tuple(problem for problem, found in checks if found)

    def doubts(self, key: InteractionId) -> tuple[Doubt, ...]:
        """What an agent may have forgotten; sending goes on when asked for again."""
        writing = self._writings.get(key)
        if writing is None:
            return ()
        checks: tuple[tuple[Doubt, bool], ...] = (
            ("no_subject", not writing.draft.subject.strip()),
            (
                "forgotten_attachment",
                not writing.draft.attachments and bool(FORGOTTEN.search(writing.draft.text)),
            ),
        )
        return tuple(doubt for doubt, found in checks if found)

    def can_send(self, key: InteractionId) -> bool:
        writing = self._writings.get(key)
        return (
            writing is not None
            and writing.sending is None
            and self._link.state is LinkState.ONLINE
            and self.may_write(key)
            and not self.problems(key)
        )

    def send(self, key: InteractionId, finish_as: str | None = None) -> None:
        """Puts it into the outbox; with a disposition the contact is finished once it is out."""
        if self.can_send(key):
            message_id = MessageId(str(uuid.uuid4()))
            writing = replace(
                self._writings[key], sending=message_id, finish_as=finish_as, error=None
            )
            self._writings[key] = writing
            self.changed.emit(key)
            self._hand_over(key, writing, message_id)

    def _hand_over(self, key: InteractionId, writing: Writing, message_id: MessageId) -> None:
        command = SendEmail(
            request_id=0, interaction_id=key, message_id=message_id, draft=writing.draft
        )

        def answered(reply: AnyReply) -> None:
            now = self._writings.get(key)
            if now is None or now.sending != message_id:
                return
            if not isinstance(reply, Refused):
                self._left(key, now, message_id)
            elif self._link.state is LinkState.ONLINE:
                self._writings[key] = replace(now, sending=None, error=reply.code)
            self.changed.emit(key)  # with the link lost it is handed over again, once

        self._link.request(command, answered)

    def _left(self, key: InteractionId, writing: Writing, message_id: MessageId) -> None:
        del self._writings[key]
        self._sent[key] = Sent(
            message_id=message_id,
            writing=_at_rest(writing),
            finish_as=writing.finish_as,
        )
        self._uploads.clear(owner_of(key))
        conversation = self._conversations.get(key)
        if conversation is not None and conversation.draft is not None:
            self._adopted[key] = conversation.draft  # older than what was sent
        self.loaded.emit(key)
        self._conversation(key)  # the message may have come before the answer

    # -- after it

    def undo(self, key: InteractionId, message_id: MessageId) -> None:
        command = UndoSend(request_id=0, interaction_id=key, message_id=message_id)
        self._commands.do(f"undo {message_id}", command, lambda _reply: self._undone(key))

    def _undone(self, key: InteractionId) -> None:
        sent = self._sent.pop(key, None)
        if sent is None and key not in self._writings:
            self._adopted.pop(key, None)
            self._conversations.again(key)  # the bridge has made it the draft
        elif sent is not None and key not in self._writings:
            self._put(key, replace(sent.writing, saved=None))
            self.loaded.emit(key)
        self.changed.emit(key)

    def retry(self, key: InteractionId, message_id: MessageId) -> None:
        command = RetrySend(request_id=0, interaction_id=key, message_id=message_id)
        self._commands.do(f"retry {message_id}", command)

    def pending(self, what: str, message_id: MessageId) -> bool:
        return self._commands.pending(f"{what} {message_id}")

    def undo_seconds(self, message: MessageView) -> float:
        """How long it can still be taken back; 0: no longer."""
        if message.delivery is not Delivery.UNDOABLE or message.undo_until is None:
            return 0.0
        return max(0.0, (message.undo_until - self._store.now()).total_seconds())

    # -- what happens by itself

    def _conversation(self, key: InteractionId) -> None:
        conversation = self._conversations.get(key)
        if conversation is None or conversation.channel is not Channel.EMAIL:
            return
        self._adopt(key, conversation)
        sent = self._sent.get(key)
        if sent is not None:
            self._watch(key, sent)
        self.changed.emit(key)

    def _adopt(self, key: InteractionId, conversation: Conversation) -> None:
        """A draft of before, of this agent or the last one, unless something is written here."""
        draft = conversation.draft
        if draft is None or key in self._writings or key in self._thrown or key in self._sent:
            return
        if self.may_write(key) and self._adopted.get(key) != draft:
            self._adopted[key] = draft  # once: what is sent or thrown away must not come back
            self._writings[key] = Writing(draft=draft, saved=draft, kept=draft.files)
            self.loaded.emit(key)

    def _watch(self, key: InteractionId, sent: Sent) -> None:
        """Finishes what was to be finished, once the mail can no longer be taken back."""
        message = self._message(key, sent.message_id)
        if message is None or message.delivery is Delivery.UNDOABLE:
            return
        if message.delivery is Delivery.TAKEN_BACK:  # this may come before the answer
            self._undone(key)
            return
        del self._sent[key]
        if message.delivery in GONE and sent.finish_as is not None:
            self._finish(key, sent.finish_as)

    def _finish(self, key: InteractionId, disposition: str) -> None:
        view = self._store.state.interactions.get(key)
        if view is not None:
            command = CompleteWrapUp(
                request_id=0, interaction_id=key, disposition=disposition, notes=view.notes
            )
            self._commands.do(f"finish {key}", command)

    def _uploaded(self, owner: str) -> None:
        key = InteractionId(owner.removeprefix(OWNER))
        if owner.startswith(OWNER) and key in self._writings:
            self._put(key, self._writings[key])

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self._writings, self._thrown, self._sent, self._adopted = {}, {}, {}, {}
        elif is_back(old, new):
            self._resume()
        elif old.interactions is not new.interactions and any(
            w.dirty and w.error is None for w in self._writings.values()
        ):
            self._pause_for_save()  # it may be this agent's again

    def _resume(self) -> None:
        """The bridge is back: what may not have arrived is given to it again."""
        for key, writing in tuple(self._writings.items()):
            if writing.sending is not None:
                self._hand_over(key, writing, writing.sending)
        self.save_all()

    # -- inside

    def _put(self, key: InteractionId, writing: Writing) -> None:
        files = (*writing.kept, *self._uploaded_files(key))
        draft = msgspec.structs.replace(
            writing.draft, files=files, attachments=tuple(f.blob_id for f in files)
        )
        self._writings[key] = replace(writing, draft=draft)
        self._forget_old()
        self._pause_for_save()
        self.changed.emit(key)

    def _pause_for_save(self) -> None:
        """Not at each key, and not only when the typing ends."""
        if not self._pause.isActive():
            self._pause.start()

    def _uploaded_files(self, key: InteractionId) -> tuple[AttachmentView, ...]:
        return tuple(
            AttachmentView(blob_id=f.blob_id, name=f.name, size=f.size)
            for f in self._uploads.of(owner_of(key))
            if f.blob_id is not None
        )

    def _forget_old(self) -> None:
        while len(self._writings) > MAX_WRITINGS:
            clean = next((k for k, w in self._writings.items() if not w.dirty), None)
            self._writings.pop(clean or next(iter(self._writings)))

    def _message(self, key: InteractionId, message_id: MessageId | None) -> MessageView | None:
        conversation = self._conversations.get(key)
        messages = conversation.messages if conversation else ()
        return next((m for m in messages if m.message_id == message_id), None)

    def _newest(self, key: InteractionId) -> MessageView | None:
        """The one that a reply answers when none is named."""
        conversation = self._conversations.get(key)
        mails = [m for m in (conversation.messages if conversation else ()) if _is_mail(m)]
        return mails[-1] if mails else None


OWNER: Final = "email "


def owner_of(key: InteractionId) -> str:
    """Under which its uploads stand."""
    return f"{OWNER}{key}"


def _at_rest(writing: Writing) -> Writing:
    """As it can come back: with the files that were sent up."""
    return replace(writing, kept=writing.draft.files, sending=None, saving=False, finish_as=None)


def _is_mail(message: MessageView) -> bool:
    return message.kind is MessageKind.EMAIL and message.delivery is not Delivery.TAKEN_BACK


def _files(message: MessageView) -> tuple[AttachmentView, ...]:
    return tuple(f for f in message.attachments if not f.inline)
