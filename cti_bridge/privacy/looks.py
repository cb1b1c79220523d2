"""Which looks a command was, once it is answered: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.privacy.ports import Access
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.merging import (
    DuplicatePairs,
)
from cti_bridge.protocol.searching import (
    ListTimeline,
    OpenInteraction,
    SearchHistory,
    SearchTexts,
)
from cti_bridge.protocol.subject_rights import PlanErasure
from cti_bridge.protocol.vocabulary import AccessKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cti_bridge.privacy.ports import Person, Work
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.values import HistoryFilter, MatchResult
    from cti_bridge.protocol.vocabulary import AgentId, CustomerId, InteractionId

LOOKS: Final = (
    c.OpenCustomer,
    ListTimeline,
    c.FieldHistory,
    c.SearchCustomers,
    SearchHistory,
    SearchTexts,
    DuplicatePairs,
    OpenInteraction,
    c.OpenConversation,
    c.ListMessages,
    c.OpenMessage,
    c.FetchBlob,
)
"""Commands that show something of a customer: none is done that could not be written down."""
FOUND: Final[dict[type, str]] = {
    c.SearchCustomers: "customers",
    SearchTexts: "hits",
    DuplicatePairs: "pairs",
}
"""Where the answer to a search has what was found; of one that found nothing nothing is noted."""
TEXT: Final = 200


def looks(
    person: Person, command: AnyCommand, reply: AnyReply, work: Work, now: datetime
) -> Iterator[Access]:
    """Of a contact in the agent's own hand nothing is noted: that is work, and its pop was."""
    match command:
        case c.OpenCustomer() | ListTimeline() | c.FieldHistory() | PlanErasure():
            yield _look(person, command.customer_id, work, now)
        case c.SearchCustomers() | SearchTexts() | DuplicatePairs():
            if found := len(getattr(reply, FOUND[type(command)], ())):
                text = getattr(command, "text", "duplicates")[:TEXT]
                yield _search(person, now, f"{text} ({found})")
        case SearchHistory():
            yield from _history(person, command.filter, work, now)
        case OpenInteraction() | c.OpenConversation() | c.ListMessages() | c.OpenMessage():
            if not work.in_hand(person.agent_id, command.interaction_id):
                yield _contact(person, command.interaction_id, now)
        case _:
            return


def pop(
    agent: AgentId, name: str, contact: InteractionId, match: MatchResult | None, now: datetime
) -> Iterator[Access]:
    """A line for each card that the offer carried."""
    for one in match.matches if match else ():
        yield Access(
            at=now,
            agent=agent,
            name=name,
            kind=AccessKind.POP,
            customer=one.card.customer_id,
            contact=contact,
        )


def _history(person: Person, wanted: HistoryFilter, work: Work, now: datetime) -> Iterator[Access]:
    """Of a search that names nobody in particular, as the page begins, nothing."""
    if wanted.customer_id is not None:
        yield _look(person, wanted.customer_id, work, now)
    elif wanted.text:
        yield _search(person, now, wanted.text[:TEXT])


def _look(person: Person, customer: CustomerId, work: Work, now: datetime) -> Access:
    return Access(
        at=now,
        agent=person.agent_id,
        name=person.name,
        kind=AccessKind.VIEW,
        customer=customer,
        contact=work.contact_with(person.agent_id, customer),
    )


def _search(person: Person, now: datetime, what: str) -> Access:
    return Access(
        at=now, agent=person.agent_id, name=person.name, kind=AccessKind.SEARCH, detail=what
    )


def _contact(person: Person, contact: InteractionId, now: datetime) -> Access:
    """The store puts in whose it is."""
    return Access(
        at=now,
        agent=person.agent_id,
        name=person.name,
        kind=AccessKind.CONTACT,
        contact=contact,
    )
