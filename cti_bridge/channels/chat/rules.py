"""One chat as its visitor sees it: a value, what changes it, and what is due. No I/O, no clock.

The contact's life is the distributor's; a chat follows it. What a chat itself decides is time:
who is awaited, since when, and what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from cti_bridge.protocol.vocabulary import Author, InteractionState

if TYPE_CHECKING:
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId

S = InteractionState
EndedBy: TypeAlias = Literal["customer", "agent", "idle", "closed"]


class Phase(StrEnum):
    WAITING = "waiting"
    TALKING = "talking"
    RESTING = "resting"  # an agent has it and nothing is said: it takes nothing of the agent
    ENDED = "ended"


PHASES: Final[dict[InteractionState, Phase]] = {
    S.NEW: Phase.WAITING,
    S.QUEUED: Phase.WAITING,
    S.OFFERED: Phase.WAITING,
    S.CONNECTED: Phase.TALKING,
    S.HELD: Phase.RESTING,
    S.PARKED: Phase.RESTING,
    S.WRAP_UP: Phase.ENDED,
    S.CLOSED: Phase.ENDED,
    S.ABANDONED: Phase.ENDED,
}


class News(Enum):
    """What a visitor is told of a change."""

    NOTHING = auto()
    JOINED = auto()
    WAITING = auto()
    ENDED = auto()


_BOTH: Final = (Phase.TALKING, Phase.RESTING)
NEWS: Final[dict[tuple[Phase, Phase], News]] = {
    (Phase.WAITING, Phase.WAITING): News.NOTHING,
    **{(Phase.WAITING, there): News.JOINED for there in _BOTH},
    **{(there, Phase.WAITING): News.WAITING for there in _BOTH},
    **{(one, other): News.NOTHING for one in _BOTH for other in _BOTH},
    **{(phase, Phase.ENDED): News.ENDED for phase in (Phase.WAITING, *_BOTH)},
    **{(Phase.ENDED, phase): News.NOTHING for phase in Phase},  # for good
}
"""(before, after): what is told; a chat that has ended stays so."""


class Due(Enum):
    REST = auto()  # takes nothing of its agent from now on
    IDLE = auto()  # the visitor, who is awaited, has said nothing for too long
    GONE = auto()  # no page of the visitor has been connected for too long


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long is too long, in seconds; 0: never."""

    rest: float = 180
    idle: float = 900
    gone: float = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    id: InteractionId
    site: str
    phase: Phase = Phase.WAITING
    agent: AgentId | None = None
    agent_name: str = ""
    awaited: Author = Author.AGENT  # whose word is awaited
    spoken_at: datetime  # when somebody said something last
    away_since: datetime | None = None  # no page is connected
    answered: bool = False  # an agent has said something
    ended_by: EndedBy | None = None

    def standing(
        self, state: InteractionState, agent: AgentId | None, name: str
    ) -> tuple[Chat, News]:
        """As its contact stands now, and what the visitor is told."""
        phase = PHASES[state]
        news = NEWS[self.phase, phase]
        if self.phase is Phase.ENDED:
            return self, News.NOTHING
        has_agent = phase in _BOTH
        if news is News.NOTHING and has_agent and agent != self.agent:
            news = News.JOINED
        changed = replace(
            self,
            phase=phase,
            agent=agent if has_agent else None,
            agent_name=name if has_agent else "",
        )
        return changed, news

    def over(self, by: EndedBy = "closed") -> Chat:
        """Ended; by whom is noted once: the first one did it."""
        return replace(
            self,
            phase=Phase.ENDED,
            agent=None,
            agent_name="",
            ended_by=self.ended_by or by,
        )

    def ending(self, by: EndedBy) -> Chat:
        """Somebody has asked for the end, which the distributor is about to bring."""
        return replace(self, ended_by=self.ended_by or by)

    def said(self, author: Author, at: datetime) -> Chat:
        """What the system says changes nothing: nobody answers it."""
        if author is Author.SYSTEM:
            return self
        by_agent = author is Author.AGENT
        return replace(
            self,
            awaited=Author.CUSTOMER if by_agent else Author.AGENT,
            spoken_at=max(self.spoken_at, at),
            answered=self.answered or by_agent,
        )

    def came(self) -> Chat:
        return replace(self, away_since=None)

    def went(self, at: datetime) -> Chat:
        """The last page is gone; the first moment counts."""
        return replace(self, away_since=self.away_since or at)

    def due(self, pace: Pace) -> tuple[datetime, Due] | None:
        """What comes next, and when. A visitor who waits for an agent's word is never idle."""
        moments: list[tuple[datetime, Due]] = []
        if self.phase is Phase.ENDED:
            return None
        if self.away_since is not None and pace.gone:
            moments.append((self.away_since + timedelta(seconds=pace.gone), Due.GONE))
        if self.awaited is Author.CUSTOMER and self.phase in _BOTH:
            if pace.rest and self.phase is Phase.TALKING:
                moments.append((self.spoken_at + timedelta(seconds=pace.rest), Due.REST))
            if pace.idle:
                moments.append((self.spoken_at + timedelta(seconds=pace.idle), Due.IDLE))
        return min(moments, key=lambda one: one[0], default=None)

    @property
    def state(self) -> Literal["waiting", "talking", "ended"]:
        """As the wire calls it."""
        match self.phase:
            case Phase.WAITING:
                return "waiting"
            case Phase.TALKING | Phase.RESTING:
                return "talking"
            case Phase.ENDED:
                return "ended"
