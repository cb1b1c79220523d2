"""One who handles contacts: what was asked for is stored, what is shown is derived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cti_bridge.protocol.vocabulary import AgentActivity, AgentMode, InteractionState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import AgentId, InteractionId, QueueId

RONA = "rona"  # ring on no answer
DECLINED = "declined"
ANSWER_FAILED = "answer-failed"
BRIDGE_REASONS = frozenset({RONA, DECLINED, ANSWER_FAILED})
"""Not-ready reasons that the bridge gives; no agent may choose them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """Who signs in."""

    agent_id: AgentId
    login: str
    name: str
    queues: frozenset[QueueId]


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
    capacity: int = 1  # contacts at once; room for chat
    work: tuple[InteractionId, ...] = ()
    activity: AgentActivity = AgentActivity.LOGGED_OUT
    since: datetime  # of the activity
    idle_since: datetime  # last made ready or last served; a rescinded offer does not touch it
    history: str = ""  # id of the open row of the history

    @property
    def free(self) -> bool:
        """Whether a contact may be offered."""
        return self.online and self.mode is AgentMode.READY and len(self.work) < self.capacity

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

    def with_work(self, interaction: InteractionId) -> Agent:
        if interaction in self.work:
            return self
        return replace(self, work=(*self.work, interaction))

    def without_work(self, interaction: InteractionId) -> Agent:
        """Less this contact; the mode that was asked for meanwhile is not applied here."""
        return replace(self, work=tuple(one for one in self.work if one != interaction))


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
