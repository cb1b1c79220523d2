"""Pairs follow their customers through a merge, and come back with its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, insert, or_, select, update

from cti_bridge.customers.merging.ports import PairState
from cti_bridge.store.merge_tables import duplicate_pairs as p
from cti_bridge.store.merge_tables import merge_moves
from cti_bridge.store.pairs import WAITING

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

KIND = "pair"
_FOLLOW = (*WAITING, PairState.DISTINCT)


def follow(
    connection: Connection, merge_n: int, survivor: int, absorbed: int, by: str, at: datetime
) -> None:
    """The absorbed's pairs become the survivor's; theirs is settled."""
    mine = or_(p.c.a_n == absorbed, p.c.b_n == absorbed)
    for row in connection.execute(select(p).where(mine, p.c.state.in_(_FOLLOW))).all():
        other = row.b_n if row.a_n == absorbed else row.a_n
        said: dict[str, Any] = {"other": other, "state": row.state.value}
        if other == survivor:
            _set(connection, absorbed, other, state=PairState.MERGED, by=by, at=at)
        else:
            _set(connection, absorbed, other, state=PairState.FOLLOWED)
            said |= _passed_on(connection, row, survivor, other)
        connection.execute(
            insert(merge_moves).values(
                merge_n=merge_n, kind=KIND, ref=str(other), shared=False, row=said
            )
        )


def _passed_on(connection: Connection, row: Row[Any], survivor: int, other: int) -> dict[str, Any]:
    """What the survivor's pair with the same customer was, and is now: said once to be two
    customers they stay two, else the more probable counts."""
    there = connection.execute(select(p).where(_between(survivor, other))).first()
    if there is None:
        first, second = sorted((survivor, other))
        values = {**row._asdict(), "a_n": first, "b_n": second}
        connection.execute(insert(p).values(values))
        return {"was": None, "is": row.state.value}
    state = row.state if row.state is PairState.DISTINCT else there.state
    probability = max(there.probability, row.probability)
    _set(connection, survivor, other, state=state, probability=probability)
    was = {"state": there.state.value, "probability": there.probability}
    return {"was": was, "is": state.value}


def unfollow(
    connection: Connection,
    merge_n: int,
    survivor: int,
    absorbed: int,
    *,
    distinct: bool,
    by: str,
    at: datetime,
) -> None:
    """As they were; what somebody said of the survivor's meanwhile stays said of it."""
    moved = select(merge_moves).where(merge_moves.c.merge_n == merge_n, merge_moves.c.kind == KIND)
    for move in connection.execute(moved).all():
        said, other = move.row, move.row["other"]
        if other != survivor:
            _set(connection, absorbed, other, state=PairState(said["state"]))
            _give_back(connection, said, survivor, other)
    _settle(connection, survivor, absorbed, distinct=distinct, by=by, at=at)


def _give_back(connection: Connection, said: dict[str, Any], survivor: int, other: int) -> None:
    untouched = and_(_between(survivor, other), p.c.state == PairState(said["is"]))
    if said["was"] is None:
        connection.execute(delete(p).where(untouched))
    else:
        was = said["was"]
        state, probability = PairState(was["state"]), was["probability"]
        values = {"state": state, "probability": probability}
        connection.execute(update(p).where(untouched).values(values))


def _settle(
    connection: Connection,
    survivor: int,
    absorbed: int,
    *,
    distinct: bool,
    by: str,
    at: datetime,
) -> None:
    """The two themselves: told apart for good, or open again."""
    state = PairState.DISTINCT if distinct else PairState.OPEN
    done = connection.execute(
        update(p).where(_between(survivor, absorbed)).values(state=state, by=by, at=at)
    )
    if not done.rowcount and distinct:
        first, second = sorted((survivor, absorbed))
        connection.execute(
            insert(p).values(
                a_n=first, b_n=second, probability=0.0, reasons=[], state=state, by=by, at=at
            )
        )


def _set(connection: Connection, one: int, other: int, **values: object) -> None:
    connection.execute(update(p).where(_between(one, other)).values(**values))


def _between(one: int, other: int) -> ColumnElement[bool]:
    first, second = sorted((one, other))
    return and_(p.c.a_n == first, p.c.b_n == second)
