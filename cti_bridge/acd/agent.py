"""One who handles contacts: what was asked for is stored, what is shown is derived."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cti_bridge.acd.ledger import USUAL, USUAL_INTERRUPTIONS, Hand, room
from cti_bridge.protocol.vocabulary import AgentActivity, AgentMode, InteractionState
from cti_bridge.telephony.ports import Device

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import AgentId, Channel, InteractionId, QueueId
    from cti_bridge.telephony.ports import LineId

RONA = "rona"  # ring on no answer
DECLINED = "declined"
ANSWER_FAILED = "answer-failed"
PHONE_BUSY = "phone-busy"
PHONE_REFUSED = "phone-refused"
PHONE_UNREACHABLE = "phone-unreachable"
BRIDGE_REASONS = frozenset(
    {RONA, DECLINED, ANSWER_FAILED, PHONE_BUSY, PHONE_REFUSED, PHONE_UNREACHABLE}
)
"""Not-ready reasons that the bridge gives; no agent may choose them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """Who signs in."""

    agent_id: AgentId
    login: str
    name: str
    queues: frozenset[QueueId]
    skills: Mapping[str, int] = field(default_factory=dict)
    capacity: Mapping[Channel, int] = field(default_factory=lambda: USUAL)
    interrupted_by: Mapping[Channel, frozenset[Channel]] = field(
        default_factory=lambda: USUAL_INTERRUPTIONS
    )
    phone: str = ""  # an own telephone at the switch, as `Agent.phone`
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    id: AgentId
    login: str = ""
    name: str = ""
    queues: frozenset[QueueId] = frozenset()
    version: int = 0  # of the stored row; 0: not stored yet
    mode: AgentMode = AgentMode.LOGGED_OUT
    reason: str = ""
    mode_since: datetime
    next_mode: AgentMode | None = None
    next_reason: str = ""
    online: bool = False  # a session is up; never stored
    skills: Mapping[str, int] = field(default_factory=dict)  # 1..10
    capacity: Mapping[Channel, int] = field(default_factory=lambda: USUAL)
    interrupted_by: Mapping[Channel, frozenset[Channel]] = field(
        default_factory=lambda: USUAL_INTERRUPTIONS
    )
    phone: str = ""  # "1003", or "madrid/1003" of one of several nodes; "": the headset
    node: str = ""  # the line whose calls that telephone can take; "": any
    hands: tuple[Hand, ...] = ()
    activity: AgentActivity = AgentActivity.LOGGED_OUT
    since: datetime  # of the activity
    idle_since: datetime  # last made ready or last served; a rescinded offer does not touch it
    history: str = ""  # id of the open row of the history

    @property
    def work(self) -> tuple[InteractionId, ...]:
        """What the agent has, in the order it came."""
        return tuple(hand.interaction for hand in self.hands)

    @property
    def device(self) -> Device:
        """Where the agent is heard."""
        return Device(f"phone:{self.phone}" if self.phone else f"headset:{self.id}")

    @property
    def willing(self) -> bool:
        """Whether the agent is here for more, and did not ask for a pause after the work."""
        ready = self.online and self.mode is AgentMode.READY
        return ready and self.next_mode in (None, AgentMode.READY)

    @property
    def free(self) -> bool:
        """Whether a contact of any channel at all may be offered."""
        return self.willing and any(fits(self, channel) for channel in self.capacity)

    def free_for(self, channel: Channel) -> bool:
        """Whether a contact of this channel may be offered."""
        return self.willing and fits(self, channel)

    def with_mode(self, mode: AgentMode, reason: str, *, at: datetime) -> Agent:
        """The agent in `mode` from now on; a wish for later is over."""
        idle = at if mode is AgentMode.READY and self.mode is not mode else self.idle_since
        return replace(
            self,
            mode=mode,
            reason=reason if mode is AgentMode.NOT_READY else "",
            mode_since=at,
            next_mode=None,
            next_reason="",
            idle_since=idle,
        )

    def with_work(self, interaction: InteractionId, channel: Channel) -> Agent:
        """With this contact, which counts from now on."""
        return self.with_hand(interaction, channel, counts=True)

    def with_hand(
        self, interaction: InteractionId, channel: Channel | None = None, *, counts: bool
    ) -> Agent:
        """With this contact, counting or at rest; `channel` None: as it was. The same agent
        where nothing changes, or where one without a channel is not in hand."""
        known = next((one for one in self.hands if one.interaction == interaction), None)
        kind = channel or (known.channel if known else None)
        if kind is None:
            return self
        hand = Hand(interaction=interaction, channel=kind, counts=counts)
        if hand == known:
            return self
        if known is None:
            return replace(self, hands=(*self.hands, hand))
        return replace(self, hands=tuple(hand if one is known else one for one in self.hands))

    def without_work(self, interaction: InteractionId) -> Agent:
        """Less this contact; the mode that was asked for meanwhile is not applied here."""
        return replace(
            self, hands=tuple(one for one in self.hands if one.interaction != interaction)
        )


def fits(agent: Agent, channel: Channel) -> bool:
    """Whether one contact more of this channel is within the agent's capacity, ready or not."""
    return room(agent.hands, agent.capacity, agent.interrupted_by, channel)


def reaches(agent: Agent, line: LineId | None) -> bool:
    """Whether a call of this line can be brought to the agent: a telephone hears the calls of
    its own node, a headset all."""
    return not (agent.phone and agent.node and line) or agent.node == line


ACTIVITY_OF_WORK: dict[InteractionState, AgentActivity] = {
    InteractionState.NEW: AgentActivity.BUSY,  # an outgoing call that rings
    InteractionState.OFFERED: AgentActivity.RESERVED,
    InteractionState.CONNECTED: AgentActivity.BUSY,
    InteractionState.HELD: AgentActivity.BUSY,
    InteractionState.WRAP_UP: AgentActivity.WRAP_UP,
}
_FIRST_SHOWN = (AgentActivity.BUSY, AgentActivity.RESERVED, AgentActivity.WRAP_UP)


def activity_of(mode: AgentMode, work: Iterable[InteractionState]) -> AgentActivity:
    """What is shown of an agent: its work where there is some, else its mode."""
    doing = {ACTIVITY_OF_WORK[state] for state in work if state in ACTIVITY_OF_WORK}
    for activity in _FIRST_SHOWN:
        if activity in doing:
            return activity
    return AgentActivity(mode.value)
