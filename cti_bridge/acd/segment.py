"""One party's part of a contact, so that a transfer is told truly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import AgentId, ClearCause, InteractionId, SegmentId
    from cti_bridge.telephony.ports import MediaFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """`agent` None: an outside party, whose number is `party`."""

    id: SegmentId
    interaction: InteractionId
    agent: AgentId | None = None
    party: str = ""
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    held_since: datetime | None = None
    hold_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    cause: ClearCause | None = None
    media: MediaFigures | None = None

    def answered(self, at: datetime) -> Segment:
        return self if self.answered_at else replace(self, answered_at=at)

    def held(self, at: datetime) -> Segment:
        return self if self.held_since else replace(self, held_since=at)

    def retrieved(self, at: datetime) -> Segment:
        if self.held_since is None:
            return self
        seconds = self.hold_seconds + (at - self.held_since).total_seconds()
        return replace(self, held_since=None, hold_seconds=seconds)

    def ended(self, cause: ClearCause, at: datetime, media: MediaFigures | None = None) -> Segment:
        """Over for `cause`; the first end counts, later figures of the voice are added."""
        if self.ended_at is not None:
            return replace(self, media=self.media or media)
        done = self.retrieved(at)
        return replace(done, ended_at=at, cause=cause, media=media)

    def wrapped_up(self, at: datetime) -> Segment:
        if self.ended_at is None:
            return self
        return replace(self, wrap_up_seconds=(at - self.ended_at).total_seconds())

    @property
    def talk_seconds(self) -> float:
        """From the answer to the end, hold taken off; 0 while it runs or was never answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0.0
        return max(0.0, (self.ended_at - self.answered_at).total_seconds() - self.hold_seconds)
