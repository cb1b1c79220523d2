"""What comes into the inbox besides the switch's own events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from cti_bridge.acd.agent import AgentRecord
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Arrival, Outward
    from cti_bridge.protocol.commands import AnyCommand
    from cti_bridge.protocol.values import CustomerCard, MatchResult
    from cti_bridge.protocol.vocabulary import (
        AgentId,
        ClearCause,
        CustomerId,
        InteractionId,
        MonitorMode,
        OfferId,
    )
    from cti_bridge.telephony.ports import CallDelivered, CallId, LiveCall, Switch, SwitchEvent

TimerKey: TypeAlias = tuple[str, str]
"""What is due ("offer", "answer", "wrap-up", "grace", "wake", "look", "treat"), and of what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A delivered call, and who the caller may be (PENDING: the look-up outran its time)."""

    event: CallDelivered
    match: MatchResult


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedLate:
    call: CallId
    match: MatchResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command; `card` and `match` are what was looked up for it beforehand."""

    agent: AgentId
    command: AnyCommand
    card: CustomerCard | None = None
    match: MatchResult | None = None
    made: InteractionId | None = None  # the id of the contact that a split makes


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    record: AgentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The session went without a sign-out."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    key: TimerKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted:
    interaction: InteractionId
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingIs:
    """The switch took what was asked of a call's recording."""

    call: CallId
    file: str
    state: Literal["on", "paused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRecorded:
    """A recording that the queue's rule asked for and the switch did not begin."""

    interaction: InteractionId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorIs:
    """The switch took a monitor's mode."""

    monitor: CallId
    mode: MonitorMode


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorFailed:
    monitor: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFailed:
    offer: OfferId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginateFailed:
    interaction: InteractionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCallFailed:
    """A consultation or blind transfer that the switch did not take."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallGone:
    """The switch no longer knows this call."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The switch says that this call is alive, which it could not before."""

    live: LiveCall


@dataclass(frozen=True, slots=True, kw_only=True)
class NotParked:
    """The switch could not answer a waiting call for the bridge; it is as it was."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class DialFailed:
    """A call from inside a contact that the switch did not place."""

    call: CallId
    code: str = ""  # the switch's, or the rule of `Permit` that forbids it


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn:
    """A contact of another channel than the telephone."""

    arrival: Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """The customer wrote; `stored` is the contact as the store has it, where it was over, with
    its customer's card as `match`."""

    interaction: InteractionId
    at: datetime
    stored: Interaction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerGone:
    interaction: InteractionId
    cause: ClearCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """Nothing is said in this chat."""

    interaction: InteractionId


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged:
    """Whoever is taken for the absorbed is the survivor from now on."""

    absorbed: CustomerId
    survivor: CustomerCard


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersSeparated:
    """A customer that had been merged is itself again, and these contacts are its own."""

    customer: CustomerCard
    contacts: frozenset[InteractionId]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersErased:
    """There are no such customers any more; `own`: numbers that were theirs alone."""

    customers: frozenset[CustomerId]
    own: frozenset[str]


Input: TypeAlias = (
    "SwitchEvent | Arrived | MatchedLate | Asked | Came | Lost | Left | Due | Muted"
    " | AnswerFailed | OriginateFailed | SecondCallFailed | CallGone | Found | NotParked"
    " | DialFailed | CameIn | Wrote | CustomerGone | Rests | RecordingIs | NotRecorded"
    " | MonitorIs | MonitorFailed | CustomersMerged | CustomersSeparated"
    " | CustomersErased"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAction:
    """A command to the switch, given once the step stands; the commands of one call keep
    their order. `answers`: the asker's reply waits for it."""

    name: str
    call: CallId
    run: Callable[[Switch], Awaitable[None]]
    answers: bool = False
    done: Input | None = None
    failed: Callable[[str], Input | None] | None = None  # of the SwitchError's code
    calls: Outward | None = None  # whom it would call: asked for before it is given
    ends: bool = False  # that its call is over already is no refusal


def when_gone(call: CallId) -> Callable[[str], Input | None]:
    """For an action that fails because its call is over: the contact must learn of it."""
    return lambda code: CallGone(call=call) if code == "gone" else None
