"""What desks are told unasked, as each role is shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.privacy.contact_masks import is_of
from cti_bridge.protocol.events import (
    ConversationChanged,
    InteractionChanged,
    MatchFound,
    MessageAdded,
    MessageChanged,
    MissedChanged,
    OfferMade,
    WaitingChanged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.privacy.masks import Veil
    from cti_bridge.privacy.ports import Work
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import Snapshot
    from cti_bridge.protocol.vocabulary import AgentId, Role

VEILED: Final = (
    OfferMade,
    InteractionChanged,
    MatchFound,
    WaitingChanged,
    MissedChanged,
    MessageAdded,
    MessageChanged,
    ConversationChanged,
)
"""Events that hold something of customers, or of what is said on a contact."""


class Showing:
    def __init__(self, veils: Mapping[Role, Veil], work: Work) -> None:
        self._veils, self._work = veils, work

    def veil(self, role: Role) -> Veil | None:
        """None: nothing is hidden from it."""
        return self._veils.get(role)

    def unseen(self, role: Role) -> frozenset[str]:
        """What this role is not shown, as [[privacy.mask]] names it."""
        veil = self.veil(role)
        return veil.fields if veil is not None else frozenset()

    def snapshot(self, role: Role, agent: AgentId, snapshot: Snapshot) -> Snapshot:
        veil = self.veil(role)
        return veil.over(snapshot, messages=True, own=agent) if veil else snapshot

    def event(self, role: Role, event: AnyEvent, *, own: bool) -> AnyEvent:
        """As a session of this role is shown it, `own`: of whose contact it tells; the very event
        where nothing is hidden."""
        veil = self.veil(role)
        return veil.over(event, messages=not own) if veil and isinstance(event, VEILED) else event

    def owner(self, event: AnyEvent) -> AgentId | None:
        """Who has the contact in hand that the event tells of; None where nobody is hidden
        anything of it."""
        if not self._veils or not isinstance(event, VEILED):
            return None
        match event:
            case InteractionChanged(interaction=view):
                return view.agent_id if is_of(view, view.agent_id) else None
            case MessageAdded(message=said) | MessageChanged(message=said):
                return self._work.holder(said.interaction_id)
            case ConversationChanged(interaction_id=contact):
                return self._work.holder(contact)
            case _:
                return None
