"""Keeps what the distributor's steps change; one step is one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, delete, insert, or_, update

from cti_bridge.acd.ports import StaleWrite
from cti_bridge.acd.writes import (
    AddOutbox,
    AddStep,
    CloseMode,
    DropOutbox,
    OpenMode,
    SaveAgent,
    SaveInteraction,
    SaveMissed,
    SaveOffer,
    SaveSegment,
    StillAlive,
)
from cti_bridge.customers.text import fold
from cti_bridge.protocol.vocabulary import InteractionState
from cti_bridge.store import acd_tables as t
from cti_bridge.store.acd_reading import load, one_contact
from cti_bridge.store.prepared import Prepared
from cti_bridge.store.tables import customers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.missed import Missed
    from cti_bridge.acd.recording import Recording
    from cti_bridge.acd.segment import Segment
    from cti_bridge.acd.writes import OpenWork, Write
    from cti_bridge.protocol.vocabulary import InteractionId
    from cti_bridge.store.engine import Database
    from cti_bridge.telephony.ports import Caller

Values = dict[str, Any]
WORDS_KEPT = 2_000


class SqlAcdStore:
    """Implements `acd.ports.AcdStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def commit(self, writes: Sequence[Write]) -> None:
        await self._database.writing(lambda connection: _commit(connection, writes))

    async def load(self, *, today: datetime) -> OpenWork:
        return await self._database.reading(lambda connection: load(connection, today))

    async def contact(self, interaction: InteractionId) -> Interaction | None:
        return await self._database.reading(lambda c: one_contact(c, interaction))


# -- writing -------------------------------------------------------------------------------------


def _insert_of(table: Table) -> Prepared:
    names = [column.name for column in table.columns if column.autoincrement is not True]
    return Prepared(insert(table).values({n: bindparam(n, type_=table.c[n].type) for n in names}))


def _update_of(table: Table) -> Prepared:
    columns: Values = {
        one.name: bindparam(one.name, type_=one.type) for one in table.columns if one.name != "id"
    }
    kind = table.c.id.type
    statement = update(table).where(table.c.id == bindparam("row_id", type_=kind)).values(columns)
    if "version" in table.c:
        statement = statement.where(
            table.c.version == bindparam("row_version", type_=table.c.version.type)
        )
    return Prepared(statement)


_INSERTS = {
    table.name: _insert_of(table)
    for table in (
        t.interactions,
        t.agents,
        t.offers,
        t.segments,
        t.missed_calls,
        t.journey,
        t.agent_modes,
        t.outbox,
    )
}
_UPDATES = {
    table.name: _update_of(table)
    for table in (t.interactions, t.agents, t.offers, t.segments, t.missed_calls)
}
_CLOSE_MODE = (
    update(t.agent_modes)
    .where(t.agent_modes.c.id == bindparam("row_id"))
    .values(ended_at=bindparam("at"))
)
_ALIVE = update(t.bridge_life).where(t.bridge_life.c.id == 1).values(alive_at=bindparam("at"))
_DROP = delete(t.outbox).where(t.outbox.c.id.in_(bindparam("ids", expanding=True)))
_CONTACTED = (
    update(customers)
    .where(customers.c.id == bindparam("row_id"))
    .where(
        or_(customers.c.last_contact_at.is_(None), customers.c.last_contact_at < bindparam("at"))
    )
    .values(last_contact_at=bindparam("at"))
)


def _commit(connection: Connection, writes: Sequence[Write]) -> None:
    by_type: dict[type, list[Any]] = defaultdict(list)
    for write in writes:
        by_type[type(write)].append(write)
    for kind, group in by_type.items():
        _WRITERS[kind](connection, group)


def _interactions(connection: Connection, group: list[SaveInteraction]) -> None:
    for one in group:
        row = _interaction_row(one)
        _save_versioned(connection, t.interactions, row, one.expected)
        contact = one.interaction
        if contact.customer is not None and contact.state is InteractionState.CLOSED:
            connection.execute(_CONTACTED, {"row_id": contact.customer, "at": contact.started_at})


def _agents(connection: Connection, group: list[SaveAgent]) -> None:
    for one in group:
        _save_versioned(connection, t.agents, _agent_row(one.agent), one.expected)


def _save_versioned(
    connection: Connection, table: Table, row: Values, expected: int | None
) -> None:
    if expected is None:
        _INSERTS[table.name].run(connection, [row])
        return
    named = {**row, "row_id": row["id"], "row_version": expected}
    del named["id"]
    if _UPDATES[table.name].run(connection, [named]) != 1:
        raise StaleWrite(f"{table.name} {row['id']} is no longer at version {expected}")


def _save_plain(connection: Connection, table: Table, row: Values, *, new: bool) -> None:
    if new:
        _INSERTS[table.name].run(connection, [row])
        return
    named = {**row, "row_id": row["id"]}
    del named["id"]
    if _UPDATES[table.name].run(connection, [named]) != 1:
        raise StaleWrite(f"{table.name} {row['id']} is gone")


def _offers(connection: Connection, group: list[SaveOffer]) -> None:
    for one in group:
        offer = one.offer
        row = {
            "id": offer.id,
            "interaction_id": offer.interaction,
            "agent_id": offer.agent,
            "state": offer.state,
            "made_at": offer.made_at,
            "expires_at": offer.expires_at,
            "ended_at": offer.ended_at,
            "shown_at": offer.shown_at,
        }
        _save_plain(connection, t.offers, row, new=one.new)


def _segments(connection: Connection, group: list[SaveSegment]) -> None:
    for one in group:
        _save_plain(connection, t.segments, _segment_row(one.segment), new=one.new)


def _missed(connection: Connection, group: list[SaveMissed]) -> None:
    for one in group:
        _save_plain(connection, t.missed_calls, _missed_row(one.missed), new=one.new)


def _steps(connection: Connection, group: list[AddStep]) -> None:
    rows = [
        {
            "interaction_id": one.interaction,
            "at": one.at,
            "what": one.what,
            "detail": one.detail,
            "code": one.code,
            "figures": dict(one.figures) or None,
            "decision": msgspec.to_builtins(one.decision) if one.decision else None,
        }
        for one in group
    ]
    _INSERTS[t.journey.name].run(connection, rows)


def _open_modes(connection: Connection, group: list[OpenMode]) -> None:
    rows = [
        {
            "id": one.id,
            "agent_id": one.agent,
            "mode": one.mode,
            "reason": one.reason,
            "began_at": one.at,
            "ended_at": None,
        }
        for one in group
    ]
    _INSERTS[t.agent_modes.name].run(connection, rows)


def _close_modes(connection: Connection, group: list[CloseMode]) -> None:
    connection.execute(_CLOSE_MODE, [{"row_id": one.id, "at": one.at} for one in group])


def _add_outbox(connection: Connection, group: list[AddOutbox]) -> None:
    _INSERTS[t.outbox.name].run(
        connection, [{"id": o.id, "at": o.at, "frames": o.frames} for o in group]
    )


def _drop_outbox(connection: Connection, group: list[DropOutbox]) -> None:
    connection.execute(_DROP, {"ids": [name for one in group for name in one.ids]})


def _alive(connection: Connection, group: list[StillAlive]) -> None:
    at = group[-1].at
    if connection.execute(_ALIVE, {"at": at}).rowcount == 0:
        connection.execute(insert(t.bridge_life), {"id": 1, "alive_at": at})


_WRITERS: dict[type, Callable[[Connection, Any], None]] = {
    SaveInteraction: _interactions,
    SaveAgent: _agents,
    SaveOffer: _offers,
    SaveSegment: _segments,
    SaveMissed: _missed,
    AddStep: _steps,
    OpenMode: _open_modes,
    CloseMode: _close_modes,
    AddOutbox: _add_outbox,
    DropOutbox: _drop_outbox,
    StillAlive: _alive,
}


# -- values to rows ------------------------------------------------------------------------------


def _interaction_row(one: SaveInteraction) -> Values:
    c = one.interaction
    return {
        "id": c.id,
        "version": c.version,
        "channel": c.channel,
        "direction": c.direction,
        "state": c.state,
        "queue_id": c.queue,
        "queue_name": one.queue_name,
        "priority": c.priority,
        "wanted_agent": c.wanted_agent,
        "agent_id": c.agent,
        "agent_name": one.agent_name,
        "offer_id": c.offer,
        "segment_id": c.segment,
        "call_id": c.call,
        "consult": _others(c),
        "outside_call_id": c.outside,
        "outside_segment_id": c.outside_segment,
        **_caller_row(c.caller, 255),
        "asserted": c.caller.asserted,
        "identity_source": c.caller.source,
        "dnis": c.dnis,
        "first_dialled": c.first_dialled,
        "line_id": c.line,
        "customer_id": c.customer,
        "customer_name": c.customer_name,
        "started_at": c.started_at,
        "queued_at": c.queued_at,
        "established_at": c.established_at,
        "ended_at": c.ended_at,
        "changed_at": c.changed_at,
        "wrap_up_until": c.wrap_up_until,
        "wrap_up_extensions_left": c.wrap_up_extensions_left,
        "disposition": c.disposition,
        "notes": c.notes,
        "words": words_of(
            c.customer_name, c.caller.display_name, c.caller.number.value, c.notes, c.subject
        ),
        "failure": c.failure,
        "missed_id": c.missed,
        "pop_ms": c.pop_ms,
        "transfers": c.transfers,
        "talk_seconds": c.talk_seconds,
        "subject": c.subject,
        "language": c.language,
        "handover": c.handover,
        "wake_at": c.wake_at,
        "parent_id": c.parent,
        "routing": _routing(c),
        "variables": dict(c.variables) or None,
        "recording": _recording(c.recording),
    }


def _others(c: Interaction) -> Values | None:
    """Who is on the line besides the caller: few contacts have anybody."""
    consult = asdict(c.consult) if c.consult else None
    if not c.parties and c.instead is None:
        return consult
    return {
        "consult": consult,
        "parties": [asdict(one) for one in c.parties],
        "instead": asdict(c.instead) if c.instead else None,
    }


def _routing(c: Interaction) -> Values | None:
    """What few contacts have: one column for all of it keeps a call's row short."""
    to = c.call_to
    found = {
        "prefer": c.prefer,
        "prefer_until": c.prefer_until and c.prefer_until.isoformat(),
        "prefer_why": c.prefer_why,
        "wanted_until": c.wanted_until and c.wanted_until.isoformat(),
        "skills": dict(c.skills),
        "call_to": [to.kind.value, to.value, to.extension] if to else None,
        "write_to": c.write_to,
        "overflowed": list(c.overflowed),
        "came_to": list(c.came_to),
        "unrecorded": c.unrecorded,
    }
    return {name: value for name, value in found.items() if value} or None


def _recording(one: Recording | None) -> Values | None:
    if one is None:
        return None
    return {**asdict(one), "since": one.since.isoformat() if one.since else None}


def words_of(*texts: str) -> str:
    """What a search through the history looks into."""
    return fold(" ".join(text for text in texts if text))[:WORDS_KEPT]


def _caller_row(caller: Caller, longest: int = 64) -> Values:
    return {
        "number_kind": caller.number.kind,
        "number": caller.number.value[:longest],
        "number_extension": caller.number.extension[:16],
        "display_name": caller.display_name,
    }


def _agent_row(agent: Agent) -> Values:
    return {
        "id": agent.id,
        "version": agent.version,
        "login": agent.login,
        "name": agent.name,
        "mode": agent.mode,
        "reason": agent.reason,
        "mode_since": agent.mode_since,
        "idle_since": agent.idle_since,
        "next_mode": agent.next_mode,
        "next_reason": agent.next_reason,
        "work": list(agent.work),
        "mode_row": agent.history,
    }


def _segment_row(segment: Segment) -> Values:
    media = segment.media
    return {
        "id": segment.id,
        "interaction_id": segment.interaction,
        "agent_id": segment.agent,
        "party": segment.party,
        "started_at": segment.started_at,
        "answered_at": segment.answered_at,
        "ended_at": segment.ended_at,
        "held_since": segment.held_since,
        "hold_seconds": segment.hold_seconds,
        "wrap_up_seconds": segment.wrap_up_seconds,
        "cause": segment.cause,
        "packets_received": media.packets_received if media else None,
        "packets_lost": media.packets_lost if media else None,
        "packets_late": media.packets_late if media else None,
        "packets_sent": media.packets_sent if media else None,
        "jitter_ms": media.jitter_ms if media else None,
    }


def _missed_row(row: Missed) -> Values:
    return {
        "id": row.id,
        **_caller_row(row.caller),
        "customer_id": row.customer,
        "customer_name": row.customer_name,
        "queue_id": row.queue,
        "at": row.at,
        "waited_seconds": row.waited_seconds,
        "attempts": row.attempts,
        "taken_by": row.taken_by,
        "closed_at": row.closed_at,
        "closed_by": row.closed_by,
        "closed_reason": row.closed_reason,
    }
