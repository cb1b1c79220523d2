"""The life of one contact from the customer, on any channel."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import Enum, auto
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from cti_bridge.acd.machine import InvalidTransition
from cti_bridge.protocol.vocabulary import FINAL, Channel, Direction, InteractionState, MatchKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.acd.recording import Recording
    from cti_bridge.acd.treating import Treating
    from cti_bridge.protocol.values import MatchResult
    from cti_bridge.protocol.vocabulary import (
        AgentId,
        ClearCause,
        CustomerId,
        InteractionId,
        OfferId,
        QueueId,
        SegmentId,
    )
    from cti_bridge.telephony.ports import Caller, CallId, LineId, Number

S = InteractionState


class Trigger(Enum):
    ENQUEUE = auto()
    OFFER = auto()
    ESTABLISH = auto()
    RETURN = auto()  # declined, rung out (RONA), transferred inside, or the agent vanished
    HOLD = auto()  # a call gets music; a chat rests
    RETRIEVE = auto()
    PARK = auto()  # put aside by its agent until a time, or asked for at a time
    WAKE = auto()
    CLEAR = auto()  # the call, or the agent's part of it, is over
    CUSTOMER_LEFT = auto()  # before anybody answered; or turned away by the queue's rules
    REOPEN = auto()  # the customer wrote again
    CLOSE = auto()


TRANSITIONS: dict[tuple[InteractionState, Trigger], InteractionState] = {
    (S.NEW, Trigger.ENQUEUE): S.QUEUED,
    (S.NEW, Trigger.CUSTOMER_LEFT): S.ABANDONED,
    (S.NEW, Trigger.PARK): S.PARKED,  # a call-back asked for at a time
    (S.NEW, Trigger.ESTABLISH): S.CONNECTED,  # an outgoing call is answered; or it is written
    (S.NEW, Trigger.CLEAR): S.WRAP_UP,  # an outgoing call is not
    (S.NEW, Trigger.CLOSE): S.CLOSED,  # an outgoing call that never left
    (S.QUEUED, Trigger.OFFER): S.OFFERED,
    (S.QUEUED, Trigger.CUSTOMER_LEFT): S.ABANDONED,
    (S.OFFERED, Trigger.ESTABLISH): S.CONNECTED,
    (S.OFFERED, Trigger.RETURN): S.QUEUED,
    (S.OFFERED, Trigger.CUSTOMER_LEFT): S.ABANDONED,
    (S.CONNECTED, Trigger.HOLD): S.HELD,
    (S.CONNECTED, Trigger.PARK): S.PARKED,
    (S.CONNECTED, Trigger.RETURN): S.QUEUED,
    (S.CONNECTED, Trigger.CLEAR): S.WRAP_UP,
    (S.HELD, Trigger.RETRIEVE): S.CONNECTED,
    (S.HELD, Trigger.RETURN): S.QUEUED,
    (S.HELD, Trigger.CLEAR): S.WRAP_UP,
    (S.PARKED, Trigger.WAKE): S.QUEUED,
    (S.WRAP_UP, Trigger.REOPEN): S.CONNECTED,  # its agent is still at it
    (S.WRAP_UP, Trigger.CLOSE): S.CLOSED,
    (S.CLOSED, Trigger.REOPEN): S.QUEUED,
}
TALKING = frozenset({S.CONNECTED, S.HELD})
LIVE = frozenset({Channel.VOICE, Channel.CHAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult:
    """A further call, of a transfer or a consultation: not with the others yet."""

    call: CallId
    to: str
    segment: SegmentId
    blind: bool = False
    state: Literal["dialling", "talking"] = "dialling"
    active: bool = True  # the agent talks to this party, not to the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody who was consulted and is in conference now, beside `Interaction.call`."""

    call: CallId
    to: str
    segment: SegmentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    id: InteractionId
    version: int = 0  # of the stored row; 0: not stored yet
    channel: Channel = Channel.VOICE
    direction: Direction = Direction.INBOUND
    state: InteractionState = S.NEW
    queue: QueueId | None = None
    priority: int = 0  # higher goes first; raised when the caller was already served
    wanted_agent: AgentId | None = None  # transferred to this agent: nobody else is offered it
    wanted_until: datetime | None = None  # until then; None: as long as it waits
    prefer: AgentId | None = None  # whose turn it is first, until `prefer_until`
    prefer_until: datetime | None = None
    prefer_why: str = ""  # "last_agent", "owner"
    skills: Mapping[str, int] = field(default_factory=dict)  # asked for besides the queue's
    subject: str = ""
    language: str = ""
    handover: str = ""  # what the last agent wrote to the next one
    wake_at: datetime | None = None  # PARKED until then
    call_to: Number | None = None  # whom a call-back would dial
    write_to: str = ""  # whom an e-mail would answer, were this chat one
    parent: InteractionId | None = None  # the contact it was split from
    overflowed: tuple[str, ...] = ()  # steps of overflow that were done, as "queue:index"
    came_to: tuple[QueueId, ...] = ()  # queues that it waited in before its present one
    agent: AgentId | None = None
    offer: OfferId | None = None
    segment: SegmentId | None = None  # the agent's part
    call: CallId | None = None  # None once it is cleared
    arrived_as: CallId | None = None  # the call it began with
    call_part: SegmentId | None = None  # of a call that is not the caller's: the far end's segment
    call_state: Literal["", "dialling", "talking"] = ""  # of that call
    treatment: Treating | None = None  # what a waiting caller hears; never stored
    recording: Recording | None = None  # None: nothing of it was ever recorded
    consult: Consult | None = None
    parties: tuple[Party, ...] = ()  # of a conference, in the order in which they came
    instead: Party | None = None  # who `call` is, once the caller left a conference
    outside: CallId | None = None  # the party the caller was transferred to
    outside_segment: SegmentId | None = None
    caller: Caller
    dnis: str = ""
    first_dialled: str = ""
    line: LineId | None = None
    variables: Mapping[str, str] = field(default_factory=dict)  # of the dial plan, and of menus
    customer: CustomerId | None = None
    customer_name: str = ""
    unrecorded: bool = False  # this customer's calls are not recorded, whatever the queue says
    match: MatchResult | None = None
    started_at: datetime
    queued_at: datetime | None = None  # its place; a requeue keeps it
    established_at: datetime | None = None  # the first answer
    ended_at: datetime | None = None  # of the talking
    changed_at: datetime
    wrap_up_until: datetime | None = None
    wrap_up_extensions_left: int = 0
    disposition: str = ""
    notes: str = ""
    muted: bool = False
    muted_by_link: bool = False
    last_digits: str = ""
    failure: ClearCause | None = None
    missed: InteractionId | None = None  # the missed call that this one answers
    received_ns: int = 0  # monotonic, when the INVITE was read; 0: not of this life
    pop_ms: float | None = None
    transfers: int = 0
    talk_seconds: float = 0.0

    def apply(self, trigger: Trigger, *, at: datetime, **changes: Any) -> Interaction:
        """The contact after `trigger`, with what else changes; raises InvalidTransition.

        One copy for both: a copy of so many fields is what costs most in a turn.
        """
        try:
            state = TRANSITIONS[self.state, trigger]
        except KeyError:
            raise InvalidTransition(self.state, trigger) from None
        return evolve(self, state=state, changed_at=at, **changes)

    @property
    def alive(self) -> bool:
        """Whether anything can still become of it."""
        pending = self.match is not None and self.match.kind is MatchKind.PENDING
        calls = self.call or self.consult or self.outside
        return self.state not in FINAL or bool(calls) or pending

    @property
    def caller_left(self) -> bool:
        """Out of a conference, which goes on without: nobody else is given what is left of it."""
        return self.instead is not None

    @property
    def live(self) -> bool:
        """A customer is there and waits: by telephone, or in a chat."""
        return self.channel in LIVE

    @property
    def like_a_call(self) -> bool:
        """What the switch must be asked for: a call, or a call-back with its call."""
        return self.channel is Channel.VOICE or (
            self.channel is Channel.CALLBACK and self.call is not None
        )

    @property
    def on_line(self) -> LineId | None:
        """The line of its call: who has a telephone at another node cannot take it. None: no
        call, or one of a line that says nothing."""
        return self.line if self.call is not None and self.like_a_call else None

    @property
    def resting(self) -> bool:
        """A chat in which nothing is said: it takes nothing of its agent."""
        return self.channel is Channel.CHAT and self.state is S.HELD and self.call is None

    @property
    def offerable(self) -> bool:
        """Whether it waits for an agent, and nothing else is being done with it."""
        return self.state is S.QUEUED and not (self.treatment and self.treatment.busy)

    @property
    def served(self) -> bool:
        """Whether somebody has talked to the caller."""
        return self.established_at is not None


_NAMES = tuple(one.name for one in fields(Interaction))
_VALUES = attrgetter(*_NAMES)
_PUT = {name: vars(Interaction)[name].__set__ for name in _NAMES}  # past what keeps it frozen


def evolve(contact: Interaction, **changes: Any) -> Interaction:
    """`dataclasses.replace` for this one class, in a third of its time: every turn copies some.

    Raises TypeError for a field that it has not.
    """
    if not changes.keys() <= _PUT.keys():
        raise TypeError(f"a contact has no {', '.join(sorted(changes.keys() - _PUT.keys()))}")
    made = object.__new__(Interaction)
    for put, value in zip(_PUT.values(), _VALUES(contact), strict=True):
        put(made, value)
    for name, value in changes.items():
        _PUT[name](made, value)
    return made
