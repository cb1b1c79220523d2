"""A call comes in: its queue, its customer, its place."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cti_bridge.acd import menus, variables
from cti_bridge.acd.enqueueing import enqueue
from cti_bridge.acd.interaction import Interaction, evolve
from cti_bridge.acd.ports import Audience
from cti_bridge.acd.recording import DO_NOT_RECORD
from cti_bridge.acd.wishes import preferring
from cti_bridge.protocol.events import MatchFound
from cti_bridge.protocol.vocabulary import InteractionId, InteractionState, MatchKind

if TYPE_CHECKING:
    from cti_bridge.acd.inputs import Arrived, MatchedLate
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.values import MatchResult

logger = logging.getLogger(__name__)


def arrived(step: Step, arrival: Arrived) -> None:
    """NEW, and QUEUED in the same transaction; a call that is known already is left alone."""
    event = arrival.event
    if step.of_call(event.call) is not None:
        logger.warning("call %s was delivered twice", event.call)
        return
    said = variables.bounded(event.variables)
    wishes = variables.wishes(said, step.rules)
    menu = step.rules.menu_for(event.dnis, event.line, event.first_dialled)
    queue = wishes.queue or step.rules.queue_for(event.dnis, event.line, event.first_dialled)
    if wishes.queue is not None:
        menu = None  # the dial plan has asked already
    elif menu is not None:
        queue = step.rules.after_menu(menu)
    contact = Interaction(
        id=InteractionId(step.new_id()),
        queue=queue,
        call=event.call,
        arrived_as=event.call,
        caller=event.caller,
        dnis=event.dnis,
        first_dialled=event.first_dialled,
        line=event.line,
        variables=said,
        language=wishes.language,
        priority=wishes.priority,
        skills=wishes.skills,
        started_at=event.at,
        queued_at=step.now,
        changed_at=step.now,
        received_ns=event.received_ns,
        **known(arrival.match),
    )
    step.journey(contact.id, "delivered", step.rules.line_name(event.line))
    if said:
        step.journey(contact.id, "variables", variables.told(said))
    if wishes.ignored:
        step.journey(contact.id, "variables_ignored", ", ".join(wishes.ignored))
    _tell_match(step, contact, arrival.match)
    if menu is None:
        enqueue(step, contact, queue)
    else:
        menus.begin(step, contact, menu)


def matched_late(step: Step, late: MatchedLate) -> None:
    """A look-up that outran its time; a customer that was chosen meanwhile stays."""
    contact = next(
        (
            one
            for one in step.interactions.values()
            if one.match is not None
            and one.match.kind is MatchKind.PENDING
            and one.arrived_as == late.call
        ),
        None,
    )
    if contact is None:
        return
    if contact.customer is None:
        contact = identified(contact, late.match)
        _attach_missed(step, contact)
        if contact.state is InteractionState.QUEUED and contact.prefer is None:
            contact = preferring(step, contact, None)
    else:
        contact = evolve(contact, match=None)
    step.save(contact)
    _tell_match(step, contact, late.match)
    agents = frozenset({contact.agent} if contact.agent else ())
    queues = frozenset({contact.queue} if contact.queue and not agents else ())
    if agents or queues:
        step.tell(
            MatchFound(interaction_id=contact.id, match=late.match),
            Audience(agents=agents, queues=queues),
        )


def identified(contact: Interaction, match: MatchResult) -> Interaction:
    return evolve(contact, **known(match))


def known(match: MatchResult) -> dict[str, Any]:
    """Exactly one customer is taken for the caller; several wait for the agent's choice."""
    if match.kind is MatchKind.ONE and match.matches:
        card = match.matches[0].card
        return {
            "match": match,
            "customer": card.customer_id,
            "customer_name": card.name,
            "unrecorded": DO_NOT_RECORD in card.alerts,
        }
    return {"match": match}


def _attach_missed(step: Step, contact: Interaction) -> None:
    row = step.missed.get(contact.id)
    if row is not None and contact.customer is not None:
        step.save(replace(row, customer=contact.customer, customer_name=contact.customer_name))


def _tell_match(step: Step, contact: Interaction, match: MatchResult) -> None:
    if match.kind is MatchKind.PENDING:
        return
    what = f"match_{match.kind.value}"
    if match.kind is MatchKind.SEVERAL:
        step.journey(contact.id, what, figures={"total": match.total})
    else:
        why = match.matches[0].reason.value if match.matches else ""
        step.journey(contact.id, what, code=why)
