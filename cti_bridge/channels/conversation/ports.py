"""Messages as the bridge keeps them, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.protocol.vocabulary import Author, Delivery, MessageKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.values import Address, Draft
    from cti_bridge.protocol.vocabulary import (
        AccessKind,
        AgentId,
        BlobId,
        InteractionId,
        MessageId,
    )

SHOWN: Final = 20_000
"""Characters of a text that a list shows; a longer one is opened by itself."""


RECORDED: Final = "audio/x-recorded-call"
"""The media type under which the bridge keeps the sound of a recorded call: such a file is for
those who may hear it, and goes out with no message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    blob: BlobId
    name: str  # cleaned
    media_type: str
    size: int
    inline: str = ""  # Content-ID without its brackets
    suspicious: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """What an e-mail has besides a text."""

    subject: str = ""
    sender: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    recipients: int = 0  # To and Cc before they were cut to 50
    html: str = ""  # sanitised
    quoted: str = ""
    remote_images: int = 0
    automatic: str = ""
    header_id: str = ""  # Message-ID without its brackets
    in_reply_to: str = ""
    references: tuple[str, ...] = ()  # the newest 50
    mailbox: str = ""  # its code
    original: BlobId | None = None  # byte for byte as it came, or as it goes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: MessageId
    interaction: InteractionId
    kind: MessageKind
    author: Author
    agent: AgentId | None = None
    name: str = ""
    at: datetime
    text: str = ""
    code: str = ""
    delivery: Delivery = Delivery.RECEIVED
    delivery_detail: str = ""
    changed_at: datetime | None = None
    undo_until: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    seconds: float = 0.0
    email: Email | None = None
    seq: int = 0  # within its contact, ascending; given by the store


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFacts:
    """What is kept of a chat besides its messages; stored with its contact."""

    interaction: InteractionId
    site: str
    visitor: str  # the browser's random name
    form: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    language: str = ""
    read_to: MessageId | None = None  # by the customer
    agent_read_to: MessageId | None = None
    rating: int | None = None
    rating_comment: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobInfo:
    id: BlobId
    size: int
    name: str = ""  # as it was put, for an attachment of the same name
    media_type: str = ""
    sha256: str = ""  # hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the messages of one contact come to: what its glance is made of."""

    unread: int = 0  # of the customer, that no agent has seen
    waiting_since: datetime | None = None  # the customer's first message without an answer
    last_text: str = ""  # beginning of the newest message, or of its subject
    read_seq: int = 0  # what the agents have seen
    last_seq: int = 0  # of what was said last


class BlobWriter(Protocol):
    """Bytes on their way in; nothing is there before `finish`. Raises StoreError."""

    @property
    def size(self) -> int:
        """So far."""

    async def write(self, data: bytes) -> None: ...

    async def finish(self, *, media_type: str = "") -> BlobId: ...

    async def drop(self) -> None:
        """Forgets what was written; safe to call twice, and after `finish`."""


class Blobs(Protocol):
    """Bytes that are never changed. Raises StoreError."""

    def writer(self, *, name: str = "") -> BlobWriter: ...

    def stream(self, blob: BlobId) -> AsyncIterator[bytes]:
        """Pieces of at most 1 MiB. LookupError: there is no such blob."""

    async def put(self, data: bytes, *, name: str = "", media_type: str = "") -> BlobId: ...

    async def put_stream(
        self, parts: AsyncIterator[bytes], *, name: str = "", media_type: str = ""
    ) -> BlobId: ...

    async def get(self, blob: BlobId, offset: int = 0, limit: int | None = None) -> bytes:
        """LookupError: there is no such blob."""

    async def size(self, blob: BlobId) -> int: ...

    async def info(self, blob: BlobId) -> BlobInfo | None: ...

    async def sweep(self) -> int:
        """Forgets old files that nobody uses; how many."""


class MessageStore(Protocol):
    """Where conversations stand. Raises `cti_bridge.errors.StoreError`.

    A single message comes whole (`get`). Of several, texts longer than `SHOWN` characters come
    with their first `SHOWN` + 1.
    """

    async def add(self, message: Message) -> Message | None:
        """Stored, with its `seq`; None: a message with this id is there already."""

    async def save(self, message: Message) -> None:
        """Writes over what can change: delivery, its detail, the interaction, `agent`, and of an
        e-mail all but its texts."""

    async def get(self, message: MessageId) -> Message | None: ...

    async def page(
        self, interaction: InteractionId, before: MessageId | None, limit: int
    ) -> tuple[tuple[Message, ...], bool]:
        """Oldest first, the newest `limit` of those before; and whether there are more."""

    async def after(self, interaction: InteractionId, seq: int, limit: int) -> tuple[Message, ...]:
        """Those with a higher `seq`, oldest first: what a reconnecting browser missed."""

    async def count(self, interaction: InteractionId) -> int: ...

    async def copy(
        self, messages: Sequence[MessageId], source: InteractionId, target: InteractionId
    ) -> int:
        """New entries of `target` with the same content; how many."""

    async def by_header(self, header_ids: Sequence[str]) -> tuple[Message, ...]:
        """E-mails with one of these Message-IDs, newest first."""

    async def deliveries(self, states: Sequence[Delivery], limit: int) -> tuple[Message, ...]:
        """What is in one of these states, oldest first: the outbox at a start."""

    async def draft(self, interaction: InteractionId) -> Draft | None: ...

    async def save_draft(self, interaction: InteractionId, draft: Draft | None) -> None: ...

    async def chat(self, interaction: InteractionId) -> ChatFacts | None: ...

    async def save_chat(self, facts: ChatFacts) -> None: ...

    async def chats_of(self, visitor: str, limit: int) -> tuple[ChatFacts, ...]:
        """Newest first."""

    async def open_chats(self, limit: int) -> tuple[ChatFacts, ...]:
        """Those that have not ended, newest first: whose browsers may come back."""

    async def blob_owner(self, blob: BlobId) -> InteractionId | None:
        """The first contact whose message or draft has it as attachment or original."""

    async def blob_owners(self, blob: BlobId) -> tuple[InteractionId, ...]:
        """All of them: a message that was split off shares its files. The first one first."""

    async def tallies(
        self, interactions: Sequence[InteractionId]
    ) -> Mapping[InteractionId, Tally]:
        """Of those on which something was written."""

    async def save_reads(self, reads: Mapping[InteractionId, int]) -> None:
        """The agents have seen everything up to this `seq`; a lower one changes nothing."""

    async def setting(self, name: str) -> str: ...

    async def save_setting(self, name: str, value: str) -> None:
        """Small facts of the channels: a mailbox's place, the secret of the web listener."""


class ConversationListener(Protocol):
    """A channel that must know what is written and read, whoever did it. Called after it was
    stored, in the order of each contact's `seq`; must not block."""

    def message_added(self, message: Message) -> None: ...

    def message_changed(self, message: Message) -> None: ...

    def agent_read(self, interaction: InteractionId, message: MessageId, seq: int) -> None:
        """Its agent has seen everything up to this one."""


class Looks(Protocol):
    """Told of each file that somebody fetches; must not block."""

    def looked(
        self, actor: Actor, kind: AccessKind, contact: InteractionId, detail: str
    ) -> None: ...


class Unseen:
    """A `Looks` where nobody writes it down."""

    def looked(
        self, actor: Actor, kind: AccessKind, contact: InteractionId, detail: str
    ) -> None: ...
