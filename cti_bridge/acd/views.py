"""Values as the desktops see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cti_bridge.acd import parties
from cti_bridge.acd.ledger import shares
from cti_bridge.acd.ports import NOTHING_WRITTEN, Glance
from cti_bridge.acd.recording import of_call, running
from cti_bridge.acd.verbs import verbs_of
from cti_bridge.protocol.values import (
    AgentView,
    InteractionView,
    LineView,
    MissedView,
    OfferView,
    QueueView,
)
from cti_bridge.protocol.vocabulary import AgentMode, Channel, InteractionState
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.missed import Missed
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.rules import Rules
    from cti_bridge.protocol.vocabulary import QueueId
    from cti_bridge.telephony.ports import LineStatus


def view_of(
    floor: Floor, rules: Rules, contact: Interaction, offer: Offer | None = None
) -> InteractionView:
    """With its place in the queue, and what its conversation shows."""
    position = floor.position(contact.id) if contact.state is InteractionState.QUEUED else 0
    written = contact.channel is not Channel.VOICE
    glance = floor.conversations.glance(contact.id) if written else NOTHING_WRITTEN
    return interaction_view(contact, offer, rules, position=position, glance=glance)


def interaction_view(
    contact: Interaction,
    offer: Offer | None,
    rules: Rules,
    *,
    position: int = 0,
    glance: Glance = NOTHING_WRITTEN,
) -> InteractionView:
    number, second, tape = contact.caller.number, contact.consult, running(contact)
    shown = of_call(contact)
    waiting = contact.state is InteractionState.QUEUED
    return InteractionView(
        interaction_id=contact.id,
        version=contact.version,
        channel=contact.channel,
        direction=contact.direction,
        state=contact.state,
        queue_id=contact.queue,
        queue_name=rules.queue_name(contact.queue),
        agent_id=contact.agent,
        ani="" if number.kind is NumberKind.VISITOR else number.value,
        ani_withheld=number.kind is NumberKind.WITHHELD,
        display_name=contact.caller.display_name,
        dnis=contact.dnis,
        first_dialled=contact.first_dialled,
        customer_id=contact.customer,
        customer_name=contact.customer_name,
        match=None if waiting else contact.match,  # the files of callers, to their agent only
        started_at=contact.started_at,
        queued_at=contact.queued_at,
        established_at=contact.established_at,
        changed_at=contact.changed_at,
        wrap_up_until=contact.wrap_up_until,
        wrap_up_extensions_left=contact.wrap_up_extensions_left,
        disposition=contact.disposition,
        notes=contact.notes,
        verbs=verbs_of(
            contact,
            offer.state if offer else None,
            rules.can(contact),
            record=rules.record(contact.queue),
        ),
        muted=contact.muted,
        muted_by_link=contact.muted_by_link,
        consult=second.state if second else "conference" if contact.parties else "",
        consult_party=second.to if second else "",
        parties=parties.views(contact),
        last_digits=contact.last_digits,
        failure=contact.failure,
        subject=contact.subject,
        language=contact.language,
        due_at=_due_at(contact, rules),
        priority=contact.priority,
        position=position,
        wanted_agent_id=contact.wanted_agent,
        wanted_until=contact.wanted_until,
        wake_at=contact.wake_at,
        handover=contact.handover,
        parent_id=contact.parent,
        readers=glance.readers,
        unread=glance.unread,
        waiting_reply_since=glance.waiting_reply_since,
        last_text=glance.last_text,
        customer_typing=glance.customer_typing,
        customer_here=glance.customer_here,
        call_to=contact.call_to.value if contact.call_to else "",
        call=contact.call_state,
        variables=dict(contact.variables),
        recording=shown.state if shown else "",
        recording_since=tape.since if tape else None,
        recording_seconds=round(tape.seconds, 1) if tape else 0.0,
        recordings=contact.recording.begun if contact.recording else 0,
    )


_UNANSWERED = (InteractionState.QUEUED, InteractionState.OFFERED)


def _due_at(contact: Interaction, rules: Rules) -> datetime | None:
    if contact.state not in _UNANSWERED or contact.queued_at is None:
        return None
    level = rules.service_level(contact.queue, contact.channel)
    return contact.queued_at + timedelta(seconds=level)


def same_to_see(one: Interaction | None, other: Interaction) -> bool:
    """Whether a desktop would see no difference."""
    if one is None:
        return False
    seen = replace(
        one,
        version=other.version,
        pop_ms=other.pop_ms,
        segment=other.segment,
        call_part=other.call_part,
        overflowed=other.overflowed,
        came_to=other.came_to,
        prefer=other.prefer,
        prefer_until=other.prefer_until,
        prefer_why=other.prefer_why,
        treatment=other.treatment,
        changed_at=other.changed_at,
    )
    return seen == other


def offer_view(
    floor: Floor, offer: Offer, contact: Interaction, rules: Rules, now: datetime
) -> OfferView:
    left = (offer.expires_at - now).total_seconds()
    return OfferView(
        offer_id=offer.id,
        interaction=view_of(floor, rules, contact, offer),
        made_at=offer.made_at,
        expires_at=offer.expires_at,
        expires_in_ms=max(0, round(left * 1000)),
    )


def agent_view(agent: Agent, rules: Rules) -> AgentView:
    limit = rules.reason_seconds(agent.reason) if agent.mode is AgentMode.NOT_READY else 0
    return AgentView(
        agent_id=agent.id,
        login=agent.login,
        name=agent.name,
        mode=agent.mode,
        reason=agent.reason,
        next_mode=agent.next_mode,
        next_reason=agent.next_reason,
        activity=agent.activity,
        since=agent.since,
        version=agent.version,
        shares=shares(agent.hands, agent.capacity),
        reason_until=agent.mode_since + timedelta(seconds=limit) if limit else None,
        phone=agent.phone.rpartition("/")[2],
    )


def missed_view(row: Missed, rules: Rules, taken_by: str) -> MissedView:
    number = row.caller.number
    return MissedView(
        interaction_id=row.id,
        number=number.value,
        withheld=number.kind is NumberKind.WITHHELD,
        display_name=row.caller.display_name,
        customer_id=row.customer,
        customer_name=row.customer_name,
        queue_id=row.queue,
        queue_name=rules.queue_name(row.queue),
        at=row.at,
        waited_seconds=round(row.waited_seconds),
        attempts=row.attempts,
        taken_by=taken_by,
    )


def queue_view(floor: Floor, rules: Rules, name: QueueId, now: datetime) -> QueueView:
    queue, figures = rules.queue(name), floor.figures[name].on(now.astimezone().date())
    line, roster = floor.pool.line(name), floor.pool.roster
    mine, opened = roster.of_queue(name), rules.is_open(name, now)
    next_place = line.by_channel.get(Channel.VOICE, 0) + 1
    idle = roster.ready[Channel.VOICE] & mine
    return QueueView(
        queue_id=name,
        name=queue.name,
        waiting=line.waiting,
        oldest_since=line.oldest,
        ready_agents=(roster.any_ready & mine).bit_count(),
        signed_in_agents=(roster.signed_in & mine).bit_count(),
        answered_today=figures.answered,
        abandoned_today=figures.abandoned,
        service_level=figures.service_level,
        service_level_seconds=round(queue.service_level_seconds),
        service_level_target=queue.service_level_target,
        waiting_by_channel=line.by_channel,
        open=opened,
        opens_at=None if opened else rules.opens_at(name, now),
        expected_wait_seconds=0 if idle else floor.seconds_to(name, Channel.VOICE, next_place),
    )


def line_view(line: LineStatus) -> LineView:
    return LineView(
        line_id=line.line, name=line.name, up=line.up, detail=line.detail, since=line.since
    )
