"""Rows of contacts back to values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from cti_bridge.acd.agent import Agent
from cti_bridge.acd.interaction import LIVE, Consult, Interaction, Party
from cti_bridge.acd.ledger import Hand
from cti_bridge.acd.missed import Missed
from cti_bridge.acd.offer import Offer
from cti_bridge.acd.recording import Recording
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.writes import Break, OpenWork, Waited
from cti_bridge.protocol.vocabulary import AgentMode, ClearCause, Direction, InteractionState
from cti_bridge.store import acd_tables as t
from cti_bridge.telephony.ports import Caller, MediaFigures, Number, NumberKind

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection, Row

    from cti_bridge.protocol.vocabulary import InteractionId


def load(connection: Connection, today: datetime) -> OpenWork:
    """What is open, and what waited since `today`."""
    i, s = t.interactions, t.segments
    states = [InteractionState(state) for state in t.OPEN_STATES]
    is_open = i.c.state.in_(states)
    of_open = s.c.interaction_id.in_(select(i.c.id).where(is_open))
    alive = connection.execute(select(t.bridge_life.c.alive_at)).scalar()
    return OpenWork(
        interactions=tuple(map(interaction_of, connection.execute(select(i).where(is_open)))),
        segments=tuple(
            map(
                segment_of,
                connection.execute(select(s).where(or_(s.c.ended_at.is_(None), of_open))),
            )
        ),
        offers=tuple(
            map(
                _offer_of,
                connection.execute(select(t.offers).where(t.offers.c.ended_at.is_(None))),
            )
        ),
        missed=tuple(
            map(
                _missed_of,
                connection.execute(
                    select(t.missed_calls)
                    .where(t.missed_calls.c.closed_at.is_(None))
                    .order_by(t.missed_calls.c.at)
                ),
            )
        ),
        agents=tuple(map(_agent_of, connection.execute(select(t.agents)))),
        outbox=tuple(
            (row.id, bytes(row.frames))
            for row in connection.execute(select(t.outbox).order_by(t.outbox.c.id))
        ),
        waited=tuple(_waited(connection, today)),
        breaks=tuple(_breaks(connection, today)),
        alive_at=alive,
    )


def _breaks(connection: Connection, today: datetime) -> list[Break]:
    """A period that began a day before midnight or earlier is none that a limit is for."""
    m = t.agent_modes
    rows = connection.execute(
        select(m.c.agent_id, m.c.reason, m.c.began_at, m.c.ended_at).where(
            m.c.mode == AgentMode.NOT_READY,
            m.c.reason != "",
            m.c.began_at >= today - timedelta(days=1),
            or_(m.c.ended_at.is_(None), m.c.ended_at >= today),
        )
    )
    return [
        Break(agent=row.agent_id, reason=row.reason, since=row.began_at, until=row.ended_at)
        for row in rows
    ]


def one_contact(connection: Connection, name: InteractionId) -> Interaction | None:
    """One contact as it stands, over or not."""
    row = connection.execute(select(t.interactions).where(t.interactions.c.id == name)).first()
    return interaction_of(row) if row is not None else None


def _waited(connection: Connection, today: datetime) -> list[Waited]:
    i = t.interactions
    rows = connection.execute(
        select(i.c.queue_id, i.c.channel, i.c.queued_at, i.c.established_at, i.c.ended_at).where(
            i.c.started_at >= today,
            i.c.channel.in_(sorted(LIVE)),
            or_(i.c.failure.is_(None), i.c.failure != ClearCause.TURNED_AWAY),
            i.c.direction == Direction.INBOUND,
            i.c.queue_id.is_not(None),
            i.c.queued_at.is_not(None),
            or_(i.c.established_at.is_not(None), i.c.state == InteractionState.ABANDONED),
        )
    )
    found: list[Waited] = []
    for row in rows:
        until = row.established_at or row.ended_at
        if until is not None:
            seconds = (until - row.queued_at).total_seconds()
            answered = row.established_at is not None
            found.append(
                Waited(queue=row.queue_id, channel=row.channel, seconds=seconds, answered=answered)
            )
    return found


def caller_of(row: Row[Any]) -> Caller:
    return Caller(
        number=Number(kind=row.number_kind, value=row.number, extension=row.number_extension),
        display_name=row.display_name,
        asserted=getattr(row, "asserted", False),
        source=getattr(row, "identity_source", ""),
    )


def interaction_of(row: Row[Any]) -> Interaction:
    routing = row.routing or {}
    return Interaction(
        id=row.id,
        version=row.version,
        channel=row.channel,
        direction=row.direction,
        state=row.state,
        queue=row.queue_id,
        priority=row.priority,
        wanted_agent=row.wanted_agent,
        agent=row.agent_id,
        offer=row.offer_id,
        segment=row.segment_id,
        call=row.call_id,
        arrived_as=row.call_id,
        **_others(row.consult),
        outside=row.outside_call_id,
        outside_segment=row.outside_segment_id,
        caller=caller_of(row),
        dnis=row.dnis,
        first_dialled=row.first_dialled,
        line=row.line_id,
        customer=row.customer_id,
        customer_name=row.customer_name,
        started_at=row.started_at,
        queued_at=row.queued_at,
        established_at=row.established_at,
        ended_at=row.ended_at,
        changed_at=row.changed_at,
        wrap_up_until=row.wrap_up_until,
        wrap_up_extensions_left=row.wrap_up_extensions_left,
        disposition=row.disposition,
        notes=row.notes,
        failure=row.failure,
        missed=row.missed_id,
        pop_ms=row.pop_ms,
        transfers=row.transfers,
        talk_seconds=row.talk_seconds,
        subject=row.subject,
        language=row.language,
        handover=row.handover,
        wake_at=row.wake_at,
        parent=row.parent_id,
        variables=row.variables or {},
        prefer=routing.get("prefer"),
        prefer_until=_time(routing.get("prefer_until")),
        prefer_why=routing.get("prefer_why", ""),
        wanted_until=_time(routing.get("wanted_until")),
        skills=routing.get("skills", {}),
        call_to=_number(routing.get("call_to")),
        write_to=routing.get("write_to", ""),
        overflowed=tuple(routing.get("overflowed", ())),
        came_to=tuple(routing.get("came_to", ())),
        unrecorded=routing.get("unrecorded", False),
        recording=_recording(row.recording),
    )


def _others(stored: dict[str, Any] | None) -> dict[str, Any]:
    """Consultation and conference; a contact of a version that knew three parties alone has its
    third there as a consultation."""
    if not stored:
        return {}
    if "parties" not in stored:
        if stored["state"] != "conference":
            return {"consult": Consult(**stored)}
        third = Party(call=stored["call"], to=stored["to"], segment=stored["segment"])
        return {"parties": (third,)}
    instead = Party(**stored["instead"]) if stored["instead"] else None
    return {
        "consult": Consult(**stored["consult"]) if stored["consult"] else None,
        "parties": tuple(Party(**one) for one in stored["parties"]),
        "instead": instead,
        "call_part": instead.segment if instead else None,
    }


def _recording(kept: dict[str, Any] | None) -> Recording | None:
    return Recording(**{**kept, "since": _time(kept["since"])}) if kept else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _number(parts: list[str] | None) -> Number | None:
    if parts is None:
        return None
    kind, value, extension = parts
    return Number(kind=NumberKind(kind), value=value, extension=extension)


def segment_of(row: Row[Any]) -> Segment:
    media = None
    if row.packets_received is not None:
        media = MediaFigures(
            packets_received=row.packets_received,
            packets_lost=row.packets_lost,
            packets_late=row.packets_late,
            packets_sent=row.packets_sent,
            jitter_ms=row.jitter_ms,
        )
    return Segment(
        id=row.id,
        interaction=row.interaction_id,
        agent=row.agent_id,
        party=row.party,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        held_since=row.held_since,
        hold_seconds=row.hold_seconds,
        wrap_up_seconds=row.wrap_up_seconds,
        cause=row.cause,
        media=media,
    )


def _offer_of(row: Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        interaction=row.interaction_id,
        agent=row.agent_id,
        state=row.state,
        made_at=row.made_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        shown_at=row.shown_at,
    )


def _missed_of(row: Row[Any]) -> Missed:
    return Missed(
        id=row.id,
        caller=caller_of(row),
        customer=row.customer_id,
        customer_name=row.customer_name,
        queue=row.queue_id,
        at=row.at,
        waited_seconds=row.waited_seconds,
        attempts=row.attempts,
        taken_by=row.taken_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        closed_reason=row.closed_reason,
    )


def _agent_of(row: Row[Any]) -> Agent:
    return Agent(
        id=row.id,
        login=row.login,
        name=row.name,
        version=row.version,
        mode=row.mode,
        reason=row.reason,
        mode_since=row.mode_since,
        next_mode=row.next_mode,
        next_reason=row.next_reason,
        hands=tuple(Hand(interaction=name) for name in row.work),
        since=row.mode_since,
        idle_since=row.idle_since,
        history=row.mode_row,
    )
