"""What the distributor needs of others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from cti_bridge.protocol.vocabulary import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.writes import OpenWork, Write
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import (
        ContactSummary,
        CustomerCard,
        HistoryFilter,
        InteractionFile,
        MatchResult,
    )
    from cti_bridge.protocol.vocabulary import (
        AgentId,
        Channel,
        ClearCause,
        CustomerId,
        InteractionId,
        MessageId,
        QueueId,
        RefusalCode,
    )
    from cti_bridge.telephony.ports import Caller, Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is told of an event, beside the permission that its class declares.

    Both empty: everybody with the permission. Sessions that `watch` are told everything.
    """

    agents: frozenset[AgentId] = frozenset()
    queues: frozenset[QueueId] = frozenset()


class Publisher(Protocol):
    """The hub's door for the rooms: stamps `seq`, remembers, sends. Never blocks."""

    def publish(self, event: AnyEvent, to: Audience) -> None: ...


class Customers(Protocol):
    """The customer file as the distributor sees it."""

    async def match(self, caller: Caller) -> MatchResult:
        """Who the caller may be; the distributor puts the time budget on it."""

    async def match_key(self, key: str, source: str, caller: Caller) -> MatchResult:
        """Who has this customer number in the system `source` (""; any): one exact match is
        taken; else it is asked beside the caller's own number."""

    async def card(self, customer: CustomerId) -> CustomerCard | None: ...

    async def teach(self, customer: CustomerId, caller: Caller, by: str) -> None:
        """An agent said that this caller is this customer: the index learns the number."""


class Permit(Protocol):
    """The rules of whom we may call. Raises StoreError."""

    async def may_call(
        self, number: Number, customer: CustomerId | None, *, answering: bool
    ) -> RefusalCode | None:
        """None: yes. `answering`: they called or wrote to us of their own accord."""


class Anybody:
    """For a bridge, or a test, without a customer file: all may be called."""

    async def may_call(
        self, number: Number, customer: CustomerId | None, *, answering: bool
    ) -> RefusalCode | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outward:
    """Whom a command to the switch would call."""

    number: Number
    customer: CustomerId | None = None
    answering: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A contact that comes by another channel than the telephone, or out of one that ended.

    `id` is chosen by the channel: the same arrival again is the same contact.
    """

    id: InteractionId
    channel: Channel
    direction: Direction = Direction.INBOUND
    caller: Caller
    queue: QueueId
    at: datetime
    queued_at: datetime | None = None  # its place, where it waited before (a call-back's)
    subject: str = ""
    language: str = ""
    match: MatchResult | None = None  # None: nobody was looked for
    customer: CustomerId | None = None  # known already: as from the thread
    customer_name: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)  # besides the queue's
    priority: int = 0
    prefer: AgentId | None = None  # whose turn it is first, for the queue's `prefer_seconds`
    agent: AgentId | None = None  # in this agent's hand at once: what an agent composes
    wake_at: datetime | None = None  # PARKED until then: a call-back asked for at a time
    call_to: Number | None = None
    write_to: str = ""  # the address to which an e-mail could answer a chat; "": not known
    parent: InteractionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an arrival."""

    id: InteractionId
    turned_away: str = ""  # the queue's rules: "closed", "full", "nobody"; "": it waits
    outcome: str = ""  # of those: "hang_up", "email", "callback", …
    reply: str = ""  # code of the reply to give, where the rules name one


class Contacts(Protocol):
    """The distributor as the channels see it. What changes is stored when a method returns;
    raises StoreError where it cannot be, and CommandRefused for what makes no sense."""

    def find(self, interaction: InteractionId) -> Interaction | None:
        """An open contact, as it stands; at once."""

    async def arrive(self, arrival: Arrival) -> Taken: ...

    async def customer_wrote(self, interaction: InteractionId, at: datetime) -> bool:
        """A new message of the customer: what rests goes on, what is parked wakes up, what is
        closed comes back into its queue, to the same agent first. False: no such contact."""

    async def customer_left(self, interaction: InteractionId, cause: ClearCause) -> None:
        """Ends a chat: abandoned where nobody answered, else wrap-up for its agent."""

    async def rest(self, interaction: InteractionId) -> None:
        """Nothing is said in this chat: HELD, until `customer_wrote` or its agent goes on."""

    def expected_wait(self, interaction: InteractionId) -> tuple[int, int | None]:
        """Position (1: next; 0: not waiting) and expected seconds (None: not known)."""

    def service(self, queue: QueueId) -> tuple[bool, datetime | None]:
        """Whether the queue is open with somebody signed in who could take a chat, and when it
        opens next."""


class ContactObserver(Protocol):
    """A channel that must know what becomes of its contacts."""

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        """After it was stored; in order; must not block."""

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """The queue's rules say "email" or "hang_up" of a contact that is not a call; `reply` is
        the code of the text to give. Must not block."""


SHORTEST_MESSAGE: Final = 1.5
"""Seconds; less is a caller who hung up at the tone."""


@runtime_checkable
class Voicemails(Protocol):
    """An observer that keeps what callers left on the machine."""

    def voicemail_left(self, contact: Interaction, file: Path, seconds: float) -> None:
        """`file`: WAV in the spool, from now on the observer's. Must not block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a list shows of a conversation."""

    unread: int = 0
    waiting_reply_since: datetime | None = None
    last_text: str = ""
    customer_typing: bool = False
    customer_here: bool = True
    readers: tuple[str, ...] = ()


NOTHING_WRITTEN = Glance()


class NoConversations:
    """Where nothing is written: telephone only."""

    def glance(self, interaction: InteractionId) -> Glance:
        return NOTHING_WRITTEN

    async def split(
        self, source: InteractionId, messages: Sequence[MessageId], target: InteractionId
    ) -> bool:
        return False


class Conversations(Protocol):
    """What is written, as the distributor sees it."""

    def glance(self, interaction: InteractionId) -> Glance: ...

    async def split(
        self, source: InteractionId, messages: Sequence[MessageId], target: InteractionId
    ) -> bool:
        """Copies messages into another contact, which is stored right after; False: none of
        them is in the source."""


@runtime_checkable
class Recordings(Protocol):
    """An observer that keeps what was recorded of calls."""

    def call_recorded(self, contact: InteractionId, file: Path, agent: str) -> None:
        """`file`: WAV in the spool, from now on the observer's; the contact may be over. `agent`:
        the name of who talked. Must not block."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in UTC."""

    def monotonic_ns(self) -> int: ...


class StaleWrite(Exception):
    """Another writer changed the row first; nothing of the transaction was kept."""


class AcdStore(Protocol):
    """Where contacts stand. Raises `cti_bridge.errors.StoreError`."""

    async def commit(self, writes: Sequence[Write]) -> None:
        """All of it in one transaction, or none; raises StaleWrite."""

    async def load(self, *, today: datetime) -> OpenWork:
        """What was open when the last life ended, and the contacts since `today`."""

    async def contact(self, interaction: InteractionId) -> Interaction | None:
        """One contact as it stands, over or not."""


class History(Protocol):
    """What is on record of contacts. Raises `cti_bridge.errors.StoreError`."""

    async def page(
        self,
        customer: CustomerId,
        before: datetime | None,
        before_id: InteractionId | None,
        limit: int,
    ) -> tuple[tuple[ContactSummary, ...], bool]:
        """A customer's contacts, newest first, and whether there are more."""

    async def search(
        self, wanted: HistoryFilter, cursor: str, limit: int
    ) -> tuple[tuple[ContactSummary, ...], str]:
        """Newest first, and the next page's cursor ("" at the end); ValueError: bad cursor."""

    async def open(self, interaction: InteractionId) -> InteractionFile | None: ...
