"""What names a customer goes with it: at a merge to the survivor, at its undo back.

Every table that names customers stands here or in `STAYS`; a test asks that of the whole
metadata, so that a table that comes later is not forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, cast, exists, false, func, insert, literal, null, select
from sqlalchemy import update as update_of

from cti_bridge.store import acd_tables
from cti_bridge.store.merge_parts import PARTS
from cti_bridge.store.merge_tables import merge_moves, merges
from cti_bridge.store.privacy_tables import legal_holds
from cti_bridge.store.source_tables import source_records
from cti_bridge.store.tables import consents, customers, notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Select, Table

    from cti_bridge.store.merge_parts import Part, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Rows that go as they are; each is known by its key, of one column or more."""

    kind: str
    table: Table
    key: tuple[str, ...]
    owner: str  # the column that names the customer
    by_id: bool = False  # by `customers.id` instead of its `n`

    @property
    def ref(self) -> ColumnElement[str]:
        """The key as `merge_moves.ref` has it."""
        first, *rest = (cast(self.table.c[name], Text) for name in self.key)
        found: ColumnElement[str] = first
        for one in rest:
            found = found + "|" + one
        return found

    @property
    def owner_column(self) -> Column[Any]:
        return self.table.c[self.owner]


FOLLOWERS: Final = (
    Follower(kind="note", table=notes, key=("id",), owner="customer_n"),
    Follower(kind="consent", table=consents, key=("n",), owner="customer_n"),
    Follower(
        kind="interaction",
        table=acd_tables.interactions,
        key=("id",),
        owner="customer_id",
        by_id=True,
    ),
    Follower(
        kind="missed",
        table=acd_tables.missed_calls,
        key=("id",),
        owner="customer_id",
        by_id=True,
    ),
    # what a source says of the absorbed, it says of the survivor from now on
    Follower(
        kind="source_record",
        table=source_records,
        key=("source_n", "key"),
        owner="customer_n",
    ),
)
STAYS: Final = frozenset(
    {
        ("customers", "merged_into"),  # is rewritten itself
        ("identities", "customer_n"),  # parts
        ("addresses", "customer_n"),
        ("relations", "customer_n"),
        ("relations", "other_n"),
        ("field_values", "customer_n"),  # of fields: written anew where those are (field_search)
        ("field_todo", "customer_n"),
        ("customer_changes", "customer_n"),  # who wrote the absorbed's fields, when it had them
        ("merges", "survivor_n"),
        ("merges", "absorbed_n"),
        ("duplicate_pairs", "a_n"),  # `merge_pairs`
        ("duplicate_pairs", "b_n"),
        ("access_log", "customer_id"),  # who looked at which file: as it was then, and chained
        ("legal_holds", "customer_id"),  # `hold_too`
        ("erasures", "customer_id"),
    }
)
"""What is not moved, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A customer by its row and by its id."""

    n: int
    id: str


# -- there ---------------------------------------------------------------------------------------


def move_all(connection: Connection, merge_n: int, source: Names, target: Names) -> None:
    """Everything of `source`, written down."""
    for part in PARTS:
        _move_part(connection, part, merge_n, source.n, target.n)
    for one in FOLLOWERS:
        mine = one.owner_column == _name(one, source)
        moved = select(
            literal(merge_n),
            literal(one.kind),
            one.ref,
            false(),
            null(),
        ).where(mine)
        columns = ["merge_n", "kind", "ref", "shared", "row"]
        connection.execute(insert(merge_moves).from_select(columns, moved))
        connection.execute(
            update_of(one.table).where(mine).values({one.owner: _name(one, target)})
        )


def hold_too(connection: Connection, source: Names, target: Names) -> None:
    """What nobody may erase stays so as a part of another file; after an undo both are held,
    until somebody releases them."""
    held = select(
        literal(target.id), legal_holds.c.at, legal_holds.c.by, legal_holds.c.reason
    ).where(
        legal_holds.c.customer_id == source.id,
        ~exists().where(legal_holds.c.customer_id == target.id),
    )
    columns = ["customer_id", "at", "by", "reason"]
    connection.execute(insert(legal_holds).from_select(columns, held))


def _name(one: Follower, customer: Names) -> int | str:
    return customer.id if one.by_id else customer.n


def _move_part(connection: Connection, part: Part, merge_n: int, source: int, target: int) -> None:
    have = part.read(connection, target)
    rows = []
    for ref, said in part.read(connection, source).items():
        shared = ref in have or said.get("other") == target
        part.remove(connection, source, ref)
        # what may not stand at the other comes back with an undo, as what both had does
        shared = shared or not part.add(connection, target, said)
        rows.append(_move(merge_n, part.kind, ref, said, shared=shared))
    if rows:
        connection.execute(insert(merge_moves), rows)


def _move(merge_n: int, kind: str, ref: str, said: Said, *, shared: bool) -> dict[str, Any]:
    return {"merge_n": merge_n, "kind": kind, "ref": ref, "shared": shared, "row": said}


# -- and back ------------------------------------------------------------------------------------


def return_all(connection: Connection, merge_n: int, source: Names, target: Names) -> None:
    """What a merge moved from `target` to `source` and is still there; what both had is written
    again. What another merge that stands brought too stays at `source` as well."""
    for part in PARTS:
        _return_part(connection, part, merge_n, source.n, target.n)
    for one in FOLLOWERS:
        still = and_(one.owner_column == _name(one, source), one.ref.in_(moved(one, merge_n)))
        connection.execute(
            update_of(one.table).where(still).values({one.owner: _name(one, target)})
        )


def moved(one: Follower, merge_n: int) -> Select[Any]:
    """The `ref` of each row of this kind that a merge moved."""
    return select(merge_moves.c.ref).where(
        merge_moves.c.merge_n == merge_n, merge_moves.c.kind == one.kind
    )


def _return_part(
    connection: Connection, part: Part, merge_n: int, source: int, target: int
) -> None:
    have = part.read(connection, source)
    for move in _moves(connection, part.kind, merge_n):
        now = [ref for ref in part.seen(connection, move.ref, move.row) if ref in have]
        if move.shared:
            part.add(connection, target, move.row)
        elif now:
            said = have[now[0]]
            part.remove(connection, source, now[0])
            if _still_brought(connection, part.kind, now[0], source, merge_n):
                part.add(connection, source, said)
            part.add(connection, target, said)


def _still_brought(connection: Connection, kind: str, ref: str, survivor: int, but: int) -> bool:
    """Whether another merge into the survivor found the same there: from now on it brought it."""
    other = connection.execute(
        select(merge_moves.c.n)
        .join(merges, merges.c.n == merge_moves.c.merge_n)
        .where(
            merges.c.survivor_n == survivor,
            merges.c.undone_at.is_(None),
            merges.c.n != but,
            merge_moves.c.kind == kind,
            merge_moves.c.ref == ref,
            merge_moves.c.shared.is_(True),
        )
        .order_by(merge_moves.c.n)
        .limit(1)
    ).scalar()
    if other is None:
        return False
    one = merge_moves.c.n == other
    connection.execute(update_of(merge_moves).where(one).values(shared=False))
    return True


def _moves(connection: Connection, kind: str, merge_n: int) -> Sequence[Any]:
    query = select(merge_moves).where(merge_moves.c.merge_n == merge_n, merge_moves.c.kind == kind)
    return connection.execute(query.order_by(merge_moves.c.n)).all()


# -- what came since -----------------------------------------------------------------------------


def give(
    connection: Connection, kind: str, refs: Iterable[str], source: Names, target: Names
) -> None:
    """Some of `source`'s, picked by hand, to `target`."""
    wanted = set(refs)
    part = next((one for one in PARTS if one.kind == kind), None)
    if part is not None:
        for ref, said in part.read(connection, source.n).items():
            if ref in wanted and ref not in part.read(connection, target.n):
                part.remove(connection, source.n, ref)
                part.add(connection, target.n, said)
        return
    one = follower(kind)
    refs = sorted(wanted)
    for at in range(0, len(refs), _CHUNK):
        mine = and_(one.owner_column == _name(one, source), one.ref.in_(refs[at : at + _CHUNK]))
        connection.execute(
            update_of(one.table).where(mine).values({one.owner: _name(one, target)})
        )


def follower(kind: str) -> Follower:
    return next(one for one in FOLLOWERS if one.kind == kind)


_CHUNK: Final = 500


def counts(connection: Connection, merge_n: int) -> dict[str, int]:
    """What a merge moved, by kind."""
    query = select(merge_moves.c.kind, func.count()).where(merge_moves.c.merge_n == merge_n)
    rows = connection.execute(query.group_by(merge_moves.c.kind)).all()
    return {kind: int(many) for kind, many in rows}


def owned(connection: Connection, customer: Names) -> dict[str, int]:
    """How much there is of each kind that would move."""
    found = {part.kind: len(part.read(connection, customer.n)) for part in PARTS}
    for one in FOLLOWERS:
        mine = select(func.count()).where(one.owner_column == _name(one, customer))
        found[one.kind] = int(connection.execute(mine).scalar_one())
    return found


def names(connection: Connection, n: int) -> Names:
    return Names(
        n=n, id=connection.execute(select(customers.c.id).where(customers.c.n == n)).scalar_one()
    )
