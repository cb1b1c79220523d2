"""Contacts on record: a customer's timeline, the history page, one contact in full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import and_, bindparam, func, or_, select, text

from cti_bridge.acd.views import interaction_view
from cti_bridge.customers.text import fold
from cti_bridge.protocol.frames import NOTES_SHOWN
from cti_bridge.protocol.values import (
    ContactSummary,
    InteractionFile,
    JourneyStep,
    MediaView,
    RoutingDecision,
    SegmentView,
)
from cti_bridge.protocol.vocabulary import FINAL, CustomerId, Direction, InteractionState
from cti_bridge.store import acd_tables as t
from cti_bridge.store.acd_reading import interaction_of, segment_of
from cti_bridge.store.customer_rows import HOME
from cti_bridge.store.prepared import PreparedSelect
from cti_bridge.store.tables import customers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select, TextClause

    from cti_bridge.acd.rules import Rules
    from cti_bridge.acd.segment import Segment
    from cti_bridge.protocol.values import HistoryFilter
    from cti_bridge.protocol.vocabulary import InteractionId
    from cti_bridge.store.engine import Database

MAX_JOURNEY: Final = 500
MOST_OPEN: Final = 500
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_i = t.interactions
SUMMARY = (
    _i.c.id,
    _i.c.channel,
    _i.c.direction,
    _i.c.started_at,
    _i.c.state,
    _i.c.queue_name,
    _i.c.agent_id,
    _i.c.agent_name,
    _i.c.subject,
    _i.c.customer_id,
    _i.c.customer_name,
    _i.c.number,
    _i.c.talk_seconds,
    _i.c.transfers,
    _i.c.disposition,
    _i.c.recording.is_not(None).label("recorded"),
    func.substr(_i.c.notes, 1, NOTES_SHOWN).label("notes"),
)


# built once: to build a statement costs more than to run this one
_LAST_CONTACTS: Final = PreparedSelect(
    select(*SUMMARY)
    .where(
        _i.c.customer_id == bindparam("customer"), or_(*(_i.c.state == state for state in FINAL))
    )
    .order_by(_i.c.started_at.desc(), _i.c.id.desc())
    .limit(bindparam("each"))
)


def _open_of(hint: str) -> TextClause:
    """The states as in the index, word for word, or it is not used."""
    return text(
        f"SELECT id FROM interactions {hint}"
        f" WHERE customer_id = :customer AND {t.OPEN.text} LIMIT {MOST_OPEN}"
    )


# left to itself SQLite goes through all contacts of the customer
_OPEN_OF: Final = {
    "sqlite": _open_of("INDEXED BY ix_interactions_open_customer"),
    "postgresql": _open_of(""),
}


class SqlHistory:
    """Implements `acd.ports.History`, and the timeline that the customer file asks for."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database, self._rules = database, rules

    async def page(
        self,
        customer: CustomerId,
        before: datetime | None = None,
        before_id: InteractionId | None = None,
        limit: int = 50,
    ) -> tuple[tuple[ContactSummary, ...], bool]:
        query = select(*SUMMARY).where(_i.c.customer_id == _home_of(customer))
        if before is not None:
            query = query.where(_before(before, before_id or ""))
        rows = await self._database.reading(lambda c: _rows(c, query, limit + 1))
        return tuple(map(summary_of, rows[:limit])), len(rows) > limit

    async def last_contacts(
        self, customers: Sequence[CustomerId], each: int = 3
    ) -> dict[CustomerId, tuple[ContactSummary, ...]]:
        """The newest of each that are over, newest first."""
        return await self._database.reading(
            lambda connection: read_last_contacts(connection, customers, each), urgent=True
        )

    async def open_matters(
        self, customer: CustomerId, limit: int
    ) -> tuple[tuple[ContactSummary, ...], int]:
        missed = select(func.count()).where(
            t.missed_calls.c.customer_id == customer, t.missed_calls.c.closed_at.is_(None)
        )

        def work(connection: Connection) -> tuple[tuple[ContactSummary, ...], int]:
            open_ = _OPEN_OF[connection.dialect.name]
            ids = connection.execute(open_, {"customer": customer}).scalars().all()
            query = select(*SUMMARY).where(_i.c.id.in_(ids))
            rows = _rows(connection, query, limit) if ids else []
            return tuple(map(summary_of, rows)), connection.execute(missed).scalar_one()

        return await self._database.reading(work)

    async def search(
        self, wanted: HistoryFilter, cursor: str, limit: int
    ) -> tuple[tuple[ContactSummary, ...], str]:
        query = select(*SUMMARY).where(*_conditions(wanted))
        if cursor:
            query = query.where(_before(*_read_cursor(cursor)))
        rows = await self._database.reading(lambda c: _rows(c, query, limit + 1))
        following = _cursor(rows[limit - 1]) if len(rows) > limit else ""
        return tuple(map(summary_of, rows[:limit])), following

    async def open(self, interaction: InteractionId) -> InteractionFile | None:
        rules = self._rules
        return await self._database.reading(lambda c: _open(c, interaction, rules))


def read_last_contacts(
    connection: Connection, customers: Sequence[CustomerId], each: int
) -> dict[CustomerId, tuple[ContactSummary, ...]]:
    """Newest first; one trip through the index for each of the few customers of a pop."""
    return {
        customer: tuple(
            summary_of(row)
            for row in _LAST_CONTACTS.all(connection, {"customer": customer, "each": each})
        )
        for customer in customers
    }


def summary_of(row: Row[Any]) -> ContactSummary:
    return ContactSummary(
        interaction_id=row.id,
        channel=row.channel,
        direction=row.direction,
        started_at=row.started_at,
        state=row.state,
        queue_name=row.queue_name,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        subject=row.subject,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        number=row.number,
        talk_seconds=round(row.talk_seconds),
        transfers=row.transfers,
        disposition=row.disposition,
        notes=row.notes,
        recorded=bool(row.recorded),
    )


def _rows(connection: Connection, query: Select[Any], limit: int) -> list[Row[Any]]:
    ordered = query.order_by(_i.c.started_at.desc(), _i.c.id.desc()).limit(limit)
    return list(connection.execute(ordered))


def _before(at: datetime, name: str) -> ColumnElement[bool]:
    return and_(_i.c.started_at <= at, or_(_i.c.started_at < at, _i.c.id < name))


def _conditions(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    same = {
        _i.c.agent_id: wanted.agent_id,
        _i.c.queue_id: wanted.queue_id,
        _i.c.channel: wanted.channel,
        _i.c.direction: wanted.direction,
        _i.c.disposition: wanted.disposition,
        _i.c.customer_id: _home_of(wanted.customer_id) if wanted.customer_id else None,
        _i.c.state: wanted.state,
    }
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in same.items() if value is not None and value != ""
    ]
    if wanted.since is not None:
        conditions.append(_i.c.started_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(_i.c.started_at < wanted.until)
    if wanted.missed_only:
        conditions.append(_i.c.state == InteractionState.ABANDONED)
        conditions.append(_i.c.direction == Direction.INBOUND)
    return conditions + [_has(word) for word in _words(wanted.text)]


def _home_of(customer: CustomerId) -> ColumnElement[str]:
    """Its own id, or its survivor's where it was merged."""
    home = select(customers.c.id).where(customers.c.n == HOME).scalar_subquery()
    return func.coalesce(home, customer).params(customer_id=customer)


def _words(text: str) -> list[str]:
    """Every word must be found; a number is looked for without its separators."""
    compact = "".join(c for c in text if c not in " .-/()")
    if compact.lstrip("+").isdigit():
        return [compact]
    return fold(text).split()[:10]


def _has(word: str) -> ColumnElement[bool]:
    return _i.c.words.contains(word, autoescape=True)


def _cursor(row: Row[Any]) -> str:
    micros = (row.started_at - _EPOCH) // timedelta(microseconds=1)
    return f"{micros}.{row.id}"


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    """Raises ValueError for what is no cursor of ours."""
    micros, _, name = cursor.partition(".")
    try:
        return _EPOCH + timedelta(microseconds=int(micros)), name
    except OverflowError as error:
        raise ValueError("no such page") from error


def _step(row: Row[Any]) -> JourneyStep:
    return JourneyStep(
        at=row.at,
        what=row.what,
        detail=row.detail,
        code=row.code,
        figures=row.figures or {},
        decision=msgspec.convert(row.decision, RoutingDecision) if row.decision else None,
    )


def _open(connection: Connection, name: InteractionId, rules: Rules) -> InteractionFile | None:
    row = connection.execute(select(_i).where(_i.c.id == name)).one_or_none()
    if row is None:
        return None
    contact = interaction_of(row)
    parts = connection.execute(
        select(t.segments)
        .where(t.segments.c.interaction_id == name)
        .order_by(t.segments.c.started_at, t.segments.c.id)
    )
    steps = connection.execute(
        select(t.journey)
        .where(t.journey.c.interaction_id == name)
        .order_by(t.journey.c.n)
        .limit(MAX_JOURNEY)
    )
    return InteractionFile(
        interaction=interaction_view(contact, None, rules),
        segments=tuple(_segment_view(segment_of(part)) for part in parts),
        journey=tuple(_step(row) for row in steps),
        pop_ms=contact.pop_ms,
    )


def _segment_view(segment: Segment) -> SegmentView:
    media = segment.media
    return SegmentView(
        segment_id=segment.id,
        agent_id=segment.agent,
        party=segment.party,
        started_at=segment.started_at,
        answered_at=segment.answered_at,
        ended_at=segment.ended_at,
        hold_seconds=segment.hold_seconds,
        wrap_up_seconds=segment.wrap_up_seconds,
        cause=segment.cause,
        media=MediaView(
            packets_received=media.packets_received,
            packets_lost=media.packets_lost,
            packets_late=media.packets_late,
            jitter_ms=media.jitter_ms,
            packets_sent=media.packets_sent,
        )
        if media
        else None,
    )
