"""Cards that were shown with an offer, noted behind the telling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.privacy.looks import pop
from cti_bridge.protocol.events import MatchFound, OfferMade

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.acd.ports import Audience, Publisher
    from cti_bridge.privacy.recorder import AccessRecorder
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.vocabulary import AgentId


class PopNotes:
    """Implements `acd.ports.Publisher`: the frame has gone out before anything is noted."""

    def __init__(
        self,
        publisher: Publisher,
        recorder: Callable[[], AccessRecorder],
        agent_name: Callable[[AgentId | None], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._publisher, self._recorder = publisher, recorder
        self._agent_name, self._now = agent_name, clock

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self._publisher.publish(event, to)
        match event:
            case OfferMade():
                contact = event.offer.interaction
                shown = contact.interaction_id, contact.match
            case MatchFound():
                shown = event.interaction_id, event.match
            case _:
                return
        now, recorder = self._now(), self._recorder()
        for agent in to.agents:
            for entry in pop(agent, self._agent_name(agent), *shown, now):
                recorder.note_pop(entry)
