"""Pairs that may be one customer, and what was said of them; implements
`customers.merging.ports.PairStore`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from cti_bridge.customers.merging.ports import PairState, Reason, StoredPair
from cti_bridge.protocol.vocabulary import CustomerId
from cti_bridge.store.merge_tables import duplicate_pairs as p
from cti_bridge.store.tables import customers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from cti_bridge.customers.merging.ports import PairLike, ReasonLike
    from cti_bridge.store.engine import Database

WAITING: Final = (PairState.OPEN, PairState.LATER)
REASONS_KEPT: Final = 20
_CHUNK: Final = 400
_a, _b = customers.alias("a"), customers.alias("b")


class SqlPairs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, pairs: Sequence[PairLike], at: datetime) -> int:
        def work(connection: Connection) -> int:
            return sum(
                _put(connection, pairs[start : start + _CHUNK], at)
                for start in range(0, len(pairs), _CHUNK)
            )

        return await self._database.writing(work) if pairs else 0

    async def page(self, after: str, limit: int) -> tuple[tuple[StoredPair, ...], str]:
        place = _read_cursor(after)

        def work(connection: Connection) -> list[Row[Any]]:
            found: list[Row[Any]] = []
            for state in WAITING:
                if place is not None and WAITING.index(place[0]) > WAITING.index(state):
                    continue
                behind = place[1:] if place is not None and place[0] is state else None
                query = _query(state, behind).limit(limit + 1 - len(found))
                found += connection.execute(query).all()
                if len(found) > limit:
                    break
            return found

        rows = await self._database.reading(work)
        return tuple(map(_pair, rows[:limit])), _cursor(rows, limit)

    async def above(self, probability: float, limit: int) -> tuple[StoredPair, ...]:
        query = _query(PairState.OPEN, None).where(p.c.probability >= probability).limit(limit)
        rows = await self._database.reading(lambda c: c.execute(query).all())
        return tuple(map(_pair, rows))

    async def drop_older(self, found_before: datetime) -> int:
        old = delete(p).where(p.c.state == PairState.OPEN, p.c.at < found_before)
        return await self._database.writing(lambda c: c.execute(old).rowcount)

    async def waiting(self) -> tuple[int, int]:
        query = select(p.c.state, func.count()).where(p.c.state.in_(WAITING)).group_by(p.c.state)
        rows = await self._database.reading(lambda c: c.execute(query).all())
        counted = {state: int(many) for state, many in rows}
        return counted.get(PairState.OPEN, 0), counted.get(PairState.LATER, 0)

    async def between(self, a: CustomerId, b: CustomerId) -> StoredPair | None:
        query = _pairs().where(
            or_(and_(_a.c.id == a, _b.c.id == b), and_(_a.c.id == b, _b.c.id == a))
        )
        row = await self._database.reading(lambda c: c.execute(query).first())
        return _pair(row) if row is not None else None

    async def judge(
        self, a: CustomerId, b: CustomerId, state: PairState, *, by: str, at: datetime
    ) -> bool:
        def work(connection: Connection) -> bool:
            query = select(customers.c.n).where(customers.c.id.in_((a, b)))
            both = sorted(connection.execute(query).scalars())
            if len(both) != 2:
                return False
            done = connection.execute(
                update(p)
                .where(
                    p.c.a_n == both[0],
                    p.c.b_n == both[1],
                    p.c.state.in_((*WAITING, PairState.DISTINCT)),
                )
                .values(state=state, by=by, at=at)
            )
            return done.rowcount == 1

        return await self._database.writing(work)


# -- writing -------------------------------------------------------------------------------------


def _put(connection: Connection, pairs: Sequence[PairLike], at: datetime) -> int:
    """A pair whose member was merged meanwhile is the survivor's."""
    home = _homes(connection, {n for pair in pairs for n in (pair.a, pair.b)})
    best: dict[tuple[int, int], PairLike] = {}
    for pair in pairs:
        a, b = home.get(pair.a), home.get(pair.b)
        if a is None or b is None or a == b:
            continue
        key = (min(a, b), max(a, b))
        if key not in best or best[key].probability < pair.probability:
            best[key] = pair
    rows = [
        {
            "a_n": a,
            "b_n": b,
            "probability": pair.probability,
            "reasons": as_json(pair.reasons),
            "state": PairState.OPEN,
            "by": "",
            "at": at,
        }
        for (a, b), pair in best.items()
    ]
    if rows:
        _upsert(connection, rows)
    return _waiting_of(connection, best)


def _waiting_of(connection: Connection, pairs: Iterable[tuple[int, int]]) -> int:
    wanted = list(pairs)
    if not wanted:
        return 0
    query = select(func.count()).where(
        tuple_(p.c.a_n, p.c.b_n).in_(wanted), p.c.state.in_(WAITING)
    )
    return int(connection.execute(query).scalar_one())


def _homes(connection: Connection, rows: Iterable[int]) -> dict[int, int]:
    query = select(customers.c.n, customers.c.merged_into).where(customers.c.n.in_(sorted(rows)))
    return {n: into or n for n, into in connection.execute(query)}


def _upsert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What was said of a pair stays said."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(p)
    statement = statement.on_conflict_do_update(
        index_elements=[p.c.a_n, p.c.b_n],
        set_={
            "probability": statement.excluded.probability,
            "reasons": statement.excluded.reasons,
            "at": statement.excluded.at,
        },
        where=or_(*(p.c.state == state for state in WAITING)),  # IN does not go with many rows
    )
    connection.execute(statement, list(rows))


def as_json(reasons: Sequence[ReasonLike]) -> list[dict[str, Any]]:
    """The weightiest, for and against."""
    kept = sorted(reasons, key=lambda one: abs(one.weight), reverse=True)[:REASONS_KEPT]
    return [
        {"field": str(one.field), "agreement": str(one.agreement), "weight": round(one.weight, 2)}
        for one in kept
    ]


def reasons_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(
        Reason(field=one["field"], agreement=one["agreement"], weight=one["weight"])
        for one in stored
    )


# -- reading -------------------------------------------------------------------------------------


def _pairs() -> Select[Any]:
    return (
        select(
            p.c.a_n,
            p.c.b_n,
            p.c.probability,
            p.c.reasons,
            p.c.state,
            _a.c.id.label("a"),
            _b.c.id.label("b"),
        )
        .join(_a, _a.c.n == p.c.a_n)
        .join(_b, _b.c.n == p.c.b_n)
        .where(_a.c.merged_into.is_(None), _b.c.merged_into.is_(None))
    )


def _query(state: PairState, behind: tuple[float, int, int] | None) -> Select[Any]:
    """Along the index, from its end."""
    order = (p.c.probability, p.c.a_n, p.c.b_n)
    query = _pairs().where(p.c.state == state).order_by(*(one.desc() for one in order))
    return query if behind is None else query.where(_before(behind))


def _before(place: tuple[float, int, int]) -> ColumnElement[bool]:
    return tuple_(p.c.probability, p.c.a_n, p.c.b_n) < tuple_(*place)


def _pair(row: Row[Any]) -> StoredPair:
    return StoredPair(
        a=CustomerId(row.a),
        b=CustomerId(row.b),
        rows=(row.a_n, row.b_n),
        probability=row.probability,
        reasons=reasons_of(row.reasons),
        state=row.state,
    )


def _cursor(rows: Sequence[Row[Any]], limit: int) -> str:
    if len(rows) <= limit:
        return ""
    last = rows[limit - 1]
    return f"{last.state.value} {last.probability!r} {last.a_n} {last.b_n}"


def _read_cursor(cursor: str) -> tuple[PairState, float, int, int] | None:
    """Raises ValueError for what is no cursor of ours."""
    if not cursor:
        return None
    state, probability, a, b = cursor[:100].split(" ")
    place = (PairState(state), float(probability), int(a), int(b))
    if place[0] not in WAITING or max(place[2:]) >= 2**63:
        raise ValueError("no such page")
    return place
