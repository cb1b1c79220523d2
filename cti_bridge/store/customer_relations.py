"""Writes how customers stand to each other: one row for each relation, seen from both files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from cti_bridge.customers.changes import FieldChange, of_relation
from cti_bridge.customers.relations import ABOVE, RelationError, check, key, mirrored
from cti_bridge.protocol.vocabulary import MUTUAL_RELATIONS, CustomerId, CustomerKind
from cti_bridge.store.customer_changes import write_changes
from cti_bridge.store.tables import customers, relations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from cti_bridge.customers.ports import Customer
    from cti_bridge.protocol.customer_values import RelationView
    from cti_bridge.protocol.vocabulary import RelationKind

    Other = Row[*tuple[Any, ...]]

_CHUNK: Final = 500


def write_relations(
    connection: Connection,
    customer_n: int,
    customer: Customer,
    before: Sequence[RelationView],
    source: str,
) -> dict[CustomerId, int]:
    """The customer's relations in place of `before`, those that its file showed.

    Returns the others whose file changed by it, with their new versions. Raises RelationError
    for one who is not there, for kinds that do not go together, and for whoever would stand
    above themselves.
    """
    was = {key(one): one for one in before}
    wanted = {key(one): one for one in customer.relations}
    touched = [one for name, one in was.items() if name not in wanted]
    written = [one for name, one in wanted.items() if _news(was.get(name), one)]
    others = _others(connection, (*touched, *wanted.values()))
    for one in customer.relations:
        _check(one, customer.kind, others)
    for one in touched:
        connection.execute(delete(relations).where(_row(customer_n, others, one)))
    for one in written:
        _write(connection, customer_n, others, one, known=key(one) in was)
    told: dict[CustomerId, list[FieldChange]] = {}
    for one in (*touched, *written):
        change = _seen_from_there(customer, was.get(key(one)), wanted.get(key(one)))
        told.setdefault(one.customer_id, []).append(change)
    return {
        other: _tell(connection, others[other], customer, changes, source)
        for other, changes in told.items()
        if other in others
    }


def _news(before: RelationView | None, after: RelationView) -> bool:
    return before is None or before.role != after.role


def _others(connection: Connection, related: Iterable[RelationView]) -> Mapping[CustomerId, Other]:
    ids = sorted({one.customer_id for one in related})
    columns = (customers.c.n, customers.c.id, customers.c.kind, customers.c.version)
    found: dict[CustomerId, Other] = {}
    for at in range(0, len(ids), _CHUNK):
        query = select(*columns).where(
            customers.c.id.in_(ids[at : at + _CHUNK]), customers.c.merged_into.is_(None)
        )
        found |= {CustomerId(row.id): row for row in connection.execute(query)}
    return found


def _check(relation: RelationView, kind: CustomerKind, others: Mapping[CustomerId, Other]) -> None:
    other = others.get(relation.customer_id)
    if other is None:
        raise RelationError(relation, "no such customer")
    check(relation, kind, other.kind)


def _ends(customer_n: int, other_n: int, relation: RelationView) -> tuple[int, int]:
    if relation.kind in MUTUAL_RELATIONS:
        return min(customer_n, other_n), max(customer_n, other_n)
    return (other_n, customer_n) if relation.backward else (customer_n, other_n)


def _row(customer_n: int, others: Mapping[CustomerId, Other], relation: RelationView) -> Any:
    first, second = _ends(customer_n, others[relation.customer_id].n, relation)
    return (
        (relations.c.customer_n == first)
        & (relations.c.other_n == second)
        & (relations.c.kind == relation.kind)
    )


def _write(
    connection: Connection,
    customer_n: int,
    others: Mapping[CustomerId, Other],
    relation: RelationView,
    *,
    known: bool,
) -> None:
    where = _row(customer_n, others, relation)
    # it may stand there beyond what the file showed
    done = connection.execute(update(relations).where(where).values(role=relation.role))
    if known or done.rowcount:
        return
    first, second = _ends(customer_n, others[relation.customer_id].n, relation)
    if first == second:
        raise RelationError(relation, "the customer itself")
    if relation.kind in ABOVE and leads(connection, relation.kind, second, first):
        raise RelationError(relation, f"{relation.kind} would go round in a circle")
    connection.execute(
        insert(relations).values(
            customer_n=first, other_n=second, kind=relation.kind, role=relation.role
        )
    )


def leads(connection: Connection, kind: RelationKind, start: int, goal: int) -> bool:
    """Whether `goal` is reached from `start` by relations of one kind, however many."""
    way = (
        select(relations.c.other_n.label("n"))
        .where(relations.c.customer_n == start, relations.c.kind == kind)
        .cte("way", recursive=True)
    )
    step = relations.alias("step")
    # UNION, not UNION ALL: what was seen is not walked again, so it ends
    way = way.union(
        select(step.c.other_n).join(way, step.c.customer_n == way.c.n).where(step.c.kind == kind)
    )
    found = connection.execute(select(way.c.n).where(way.c.n == goal).limit(1)).first()
    return found is not None


def _seen_from_there(
    customer: Customer, before: RelationView | None, after: RelationView | None
) -> FieldChange:
    def there(one: RelationView | None) -> dict[str, str | bool] | None:
        if one is None:
            return None
        return of_relation(mirrored(one, customer.customer_id, customer.name, customer.kind))

    return FieldChange(field="relations", old=there(before), new=there(after))


def _tell(
    connection: Connection,
    other: Other,
    customer: Customer,
    changes: Sequence[FieldChange],
    source: str,
) -> int:
    """The other's file has changed: whoever edits it must see that before saving."""
    at, by = customer.updated_at, customer.updated_by
    connection.execute(
        update(customers)
        .where(customers.c.n == other.n)
        .values(version=customers.c.version + 1, updated_at=at, updated_by=by)
    )
    write_changes(connection, other.n, changes, at=at, by=by, source=source)
    return int(other.version) + 1
