"""Relations that a source says, made when all of its rows are in: whoever is named may stand in a
later row, or in a source of its own.

What nobody can be found for waits, and is looked for again at the end of the source's next run.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    and_,
    any_,
    bindparam,
    delete,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from cti_bridge.customers.changes import FieldChange, of_relation
from cti_bridge.customers.sources.records import RowError
from cti_bridge.customers.sources.relating import (
    MOST_OF_A_HOUSEHOLD,
    Employment,
    employment,
)
from cti_bridge.customers.text import fold_words
from cti_bridge.protocol.customer_values import RelationView
from cti_bridge.protocol.vocabulary import CustomerKind, IdentityKind, RelationKind
from cti_bridge.store.bulk import insert_many
from cti_bridge.store.customer_changes import change_rows
from cti_bridge.store.import_links import WORKS_AT
from cti_bridge.store.import_load import listed, survivors
from cti_bridge.store.source_tables import source_links, source_records
from cti_bridge.store.tables import customer_changes, customers, identities, relations

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement, Connection, Row

    from cti_bridge.store.engine import Database

    AnyRow = Row[*tuple[Any, ...]]
    Ends = tuple[int, int, RelationKind]

_MEMBER: Final = "source_n = :source_n AND kind = 'household' AND target = house.value"
_MEMBERS: Final = {
    "sqlite": text(
        "SELECT house.value, r.customer_n FROM json_each(:targets) AS house"
        " JOIN source_links AS l ON l.n IN"
        f" (SELECT n FROM source_links WHERE {_MEMBER} LIMIT :most)"
        " JOIN source_records AS r ON r.source_n = l.source_n AND r.key = l.key"
        " WHERE r.customer_n IS NOT NULL ORDER BY house.value, l.n"
    ),
    "postgresql": text(
        "SELECT house.value, r.customer_n FROM unnest(CAST(:targets AS text[])) AS house(value),"
        f' LATERAL (SELECT n, key FROM source_links WHERE {_MEMBER} COLLATE "C" LIMIT :most) AS l'
        " JOIN source_records AS r ON r.source_n = :source_n AND r.key = l.key"
        " WHERE r.customer_n IS NOT NULL ORDER BY house.value, l.n"
    ),
}
"""Of each household as many as are asked for, however many share its key."""
_MADE: Final = {
    dialect: text(
        f"UPDATE source_links SET pending = false, made_n = done.made_n,"
        f" made_target = done.target, made_role = done.role FROM {done}"
        " WHERE source_links.n = done.n"
    )
    for dialect, done in {
        "sqlite": (
            "(SELECT json_extract(value, '$.n') AS n, json_extract(value, '$.made_n') AS made_n,"
            " json_extract(value, '$.target') AS target, json_extract(value, '$.role') AS role"
            " FROM json_each(:done)) AS done"
        ),
        "postgresql": (
            "jsonb_to_recordset(CAST(CAST(:done AS text) AS jsonb))"
            " AS done(n bigint, made_n bigint, target text, role text)"
        ),
    }.items()
}
AT_ONCE: Final = 500
SHOWN: Final = 20
_ORGANISATION: Final[ColumnElement[str]] = literal_column("'organisation'")
"""Not as a parameter, or the index of organisations is not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrelated:
    """Relations that wait for somebody who is not on file: how many, and the first of them."""

    count: int = 0
    first: tuple[RowError, ...] = ()


@dataclass(slots=True)
class _Work:
    """A batch of what is said, and what there is of it."""

    source: str
    now: datetime
    files: dict[int, AnyRow] = field(default_factory=dict)  # of all whom it may relate
    stands: dict[Ends, str] = field(default_factory=dict)  # to the role
    # where each person works: roles, by organisation
    jobs: defaultdict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    told: defaultdict[int, list[FieldChange]] = field(default_factory=lambda: defaultdict(list))
    added: list[dict[str, Any]] = field(default_factory=list)
    roles: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[RowError] = field(default_factory=list)


async def relate(
    database: Database,
    source_n: int,
    source: str,
    now: datetime,
    between: Callable[[float], Awaitable[float]] | None = None,
) -> Unrelated:
    """Makes what the source says and is not made yet; `source` as it stands at what it writes.

    Raises StoreError, and what `between` raises.
    """
    after, count, first = 0, 0, list[RowError]()
    while True:
        began = time.monotonic()
        work = _Work(source=source, now=now)
        last = await database.writing(
            lambda c, after=after, work=work: _some(c, source_n, after, work)  # type: ignore[misc]
        )
        if last is None:
            return Unrelated(count=count, first=tuple(first))
        after = last
        count += len(work.waiting)
        first += work.waiting[: SHOWN - len(first)]
        if between is not None:
            await between(time.monotonic() - began)


def _some(connection: Connection, source_n: int, after: int, work: _Work) -> int | None:
    """The row of the last that was looked at; None: there were none."""
    links = connection.execute(
        select(source_links, source_records.c.customer_n)
        .join(
            source_records,
            and_(
                source_records.c.source_n == source_links.c.source_n,
                source_records.c.key == source_links.c.key,
            ),
        )
        .where(source_links.c.source_n == source_n, source_links.c.pending.is_(True))
        .where(source_links.c.n > after, source_records.c.customer_n.is_not(None))
        .order_by(source_links.c.n)
        .limit(AT_ONCE)
    ).all()
    if not links:
        return None
    _clear(work)  # of an attempt that the database undid
    if connection.dialect.name == "postgresql":
        # of tables that have no statistics yet it would look at each row, for few of them
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    workers = [one for one in links if one.kind == WORKS_AT]
    members = [one for one in links if one.kind != WORKS_AT]
    houses = _households(connection, source_n, members)
    by_key = _by_key(connection, work.source, {one.target for one in workers if one.target})
    by_name = _by_name(connection, {one.name for one in workers if one.name})
    named = {one.customer_n for one in links} | {one.made_n for one in workers if one.made_n}
    named |= {n for house in houses.values() for n in house}
    home = survivors(connection, named)
    involved = {home.get(n, n) for n in named}
    involved |= {n for found in (*by_key.values(), *by_name.values()) for n in found}
    _load(connection, work, involved)
    for one in workers:
        _employ(work, one, home, by_key, by_name)
    for one in members:
        _house(work, one, home, houses)
    _write(connection, work)
    return int(links[-1].n)


def _clear(work: _Work) -> None:
    for part in (work.files, work.stands, work.jobs, work.told, work.added, work.roles, work.gone):
        part.clear()
    work.done.clear()
    work.waiting.clear()


# -- who is meant --------------------------------------------------------------------------------


def _by_key(connection: Connection, source: str, keys: set[str]) -> dict[str, list[int]]:
    """Organisations with this key: those of the source itself, or of any other."""
    if not keys:
        return {}
    rows = connection.execute(
        select(identities.c.value, identities.c.source, customers.c.n)
        .join(customers, customers.c.n == identities.c.customer_n)
        .where(identities.c.value.in_(sorted(keys)), identities.c.kind == IdentityKind.KEY)
        .where(customers.c.kind == CustomerKind.ORGANISATION, customers.c.merged_into.is_(None))
        .order_by(customers.c.n)
    ).all()
    own = {row.value for row in rows if row.source == source}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.source == source or row.value not in own:
            found[row.value].append(row.n)
    return {key: list(dict.fromkeys(ns)) for key, ns in found.items()}


def _by_name(connection: Connection, names: set[str]) -> dict[str, list[int]]:
    """Organisations that are called so, whatever the case and the accents; by the name's words."""
    words = {" ".join(fold_words(name)) for name in names} - {""}
    if not words:
        return {}
    # many were imported with their name as the organisation too
    wanted = sorted(words | {f"{one} {one}" for one in words})
    rows = connection.execute(
        select(customers.c.n, customers.c.name)
        .where(customers.c.kind == _ORGANISATION, customers.c.words.in_(wanted))
        .where(customers.c.merged_into.is_(None))
        .order_by(customers.c.n)
    ).all()
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        found[" ".join(fold_words(row.name))].append(row.n)
    return {name: ns for name, ns in found.items() if name in words}


def _households(
    connection: Connection, source_n: int, members: Sequence[AnyRow]
) -> Mapping[str, list[int]]:
    """Whose rows share each key that these have, or had; one more than there may be."""
    wanted = ({one.target for one in members} | {one.made_target for one in members}) - {""}
    if not wanted:
        return {}
    given = {
        "source_n": source_n,
        "most": MOST_OF_A_HOUSEHOLD + 1,
        "targets": listed(connection, sorted(wanted)),
    }
    found: defaultdict[str, list[int]] = defaultdict(list)
    for target, n in connection.execute(_MEMBERS[connection.dialect.name], given):
        if n not in found[target]:
            found[target].append(n)
    return found


def _load(connection: Connection, work: _Work, involved: set[int]) -> None:
    """Their rows, held until the end, and how they stand to each other."""
    c, r = customers.c, relations.c
    files = (
        select(c.n, c.id, c.name, c.kind)
        .where(_among(connection, c.n, involved), c.merged_into.is_(None))
        .order_by(c.n)
    )
    work.files.update({row.n: row for row in connection.execute(files.with_for_update())})
    kinds = (RelationKind.WORKS_AT, RelationKind.HOUSEHOLD)
    standing = select(relations).where(
        _among(connection, r.customer_n, involved), r.kind.in_(kinds)
    )
    for row in connection.execute(standing):
        _stand(work, (row.customer_n, row.other_n, row.kind), row.role)


def _among(connection: Connection, column: Column[int], ns: Iterable[int]) -> ColumnElement[bool]:
    """One parameter, however many there are: thousands of them cost more than the query."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(sorted(ns), ARRAY(BigInteger)))
    listed_ = text("SELECT value FROM json_each(:among)").bindparams(among=json.dumps(sorted(ns)))
    return column.in_(listed_.columns(customers.c.n))


def _stand(work: _Work, ends: Ends, role: str | None) -> None:
    if role is None:
        del work.stands[ends]
        work.jobs[ends[0]].pop(ends[1], None)
        return
    work.stands[ends] = role
    if ends[2] is RelationKind.WORKS_AT:
        work.jobs[ends[0]][ends[1]] = role


# -- what follows --------------------------------------------------------------------------------


def _employ(
    work: _Work,
    link: AnyRow,
    home: dict[int, int],
    by_key: dict[str, list[int]],
    by_name: dict[str, list[int]],
) -> None:
    person = work.files.get(home.get(link.customer_n, link.customer_n))
    found = by_key.get(link.target, []) or by_name.get(" ".join(fold_words(link.name)), [])
    if person is None:
        return
    if person.kind is not CustomerKind.PERSON:
        _wait(work, link, f"{person.name} is an organisation on file, and works nowhere")
        return
    if len(found) != 1:
        several = "several organisations are" if found else "no organisation on file is"
        called = " or ".join(f"{one!r}" for one in (link.target, link.name) if one)
        _wait(work, link, f"{several} {called}; the row is in, and this is tried again")
        return
    made = None
    if link.made_n is not None:
        made = Employment(at=home.get(link.made_n, link.made_n), role=link.made_role)
    says = Employment(at=found[0], role=link.role)
    move = employment(says, made, work.jobs[person.n])
    if move.leave is not None:
        _drop(work, (person.n, move.leave, RelationKind.WORKS_AT))
    if move.write is not None:
        _set(work, (person.n, move.write.at, RelationKind.WORKS_AT), move.write.role)
    role = says.role or (made.role if made is not None and made.at == says.at else "")
    _done(work, link, made_n=says.at, made_role=role)


def _house(
    work: _Work, link: AnyRow, home: dict[int, int], houses: Mapping[str, list[int]]
) -> None:
    me = work.files.get(home.get(link.customer_n, link.customer_n))
    if me is None:
        return
    if me.kind is not CustomerKind.PERSON:
        _wait(work, link, f"{me.name} is an organisation on file, and of no household")
        return
    if len(houses.get(link.target, ())) > MOST_OF_A_HOUSEHOLD:
        what = f"more than {MOST_OF_A_HOUSEHOLD} rows share {link.target!r}"
        _wait(work, link, f"{what}; the row is in, without relations")
        return
    if link.made_target != link.target:
        _move_in(
            work,
            me.n,
            was=_others(work, me.n, houses.get(link.made_target, ()), home),
            now=_others(work, me.n, houses.get(link.target, ()), home),
        )
    _done(work, link, made_target=link.target)


def _move_in(work: _Work, me: int, *, was: Iterable[int], now: Iterable[int]) -> None:
    for other in was:
        ends = (min(me, other), max(me, other), RelationKind.HOUSEHOLD)
        if work.stands.get(ends) == "":  # nobody has said more of it
            _drop(work, ends)
    for other in now:
        ends = (min(me, other), max(me, other), RelationKind.HOUSEHOLD)
        if ends not in work.stands:
            _set(work, ends, "")


def _others(work: _Work, me: int, house: Iterable[int], home: dict[int, int]) -> Iterable[int]:
    roots = dict.fromkeys(home.get(n, n) for n in house)
    return [
        n
        for n in roots
        if n != me and n in work.files and work.files[n].kind is CustomerKind.PERSON
    ]


def _wait(work: _Work, link: AnyRow, what: str) -> None:
    work.waiting.append(RowError(line=link.line, field=link.kind, what=what))


def _done(
    work: _Work,
    link: AnyRow,
    *,
    made_n: int | None = None,
    made_target: str = "",
    made_role: str = "",
) -> None:
    work.done.append({"n": link.n, "made_n": made_n, "target": made_target, "role": made_role})


def _set(work: _Work, ends: Ends, role: str) -> None:
    before = work.stands.get(ends)
    one = {"customer_n": ends[0], "other_n": ends[1], "kind": ends[2], "role": role}
    if before is None:
        work.added.append(one)
    else:
        work.roles.append({f"row_{name}": value for name, value in one.items()})
    _stand(work, ends, role)
    _tell(work, ends, before, role)


def _drop(work: _Work, ends: Ends) -> None:
    before = work.stands[ends]
    _stand(work, ends, None)
    work.gone.append({"row_customer_n": ends[0], "row_other_n": ends[1], "row_kind": ends[2]})
    _tell(work, ends, before, None)


def _tell(work: _Work, ends: Ends, before: str | None, after: str | None) -> None:
    """Both files say it, each as it is seen from there."""
    first, second, kind = ends
    mutual = kind is RelationKind.HOUSEHOLD
    for n, other, backward in ((first, second, False), (second, first, not mutual)):
        old, new = (
            None
            if role is None
            else of_relation(
                RelationView(
                    customer_id=work.files[other].id, kind=kind, role=role, backward=backward
                )
            )
            for role in (before, after)
        )
        work.told[n].append(FieldChange(field="relations", old=old, new=new))


def _write(connection: Connection, work: _Work) -> None:
    same = and_(*(relations.c[name] == bindparam(f"row_{name}") for name in _ENDS))
    if work.gone:
        connection.execute(delete(relations).where(same), work.gone)
    insert_many(connection, relations, work.added)
    if work.roles:
        changed = update(relations).where(same).values(role=bindparam("row_role"))
        connection.execute(changed, work.roles)
    if work.told:
        changed = update(customers).where(_among(connection, customers.c.n, work.told))
        connection.execute(
            changed.values(
                version=customers.c.version + 1, updated_at=work.now, updated_by=work.source
            )
        )
        at, by = work.now, work.source
        rows = [
            row
            for n in sorted(work.told)
            for row in change_rows(n, work.told[n], at=at, by=by, source=by)
        ]
        insert_many(connection, customer_changes, rows)
    if work.done:
        connection.execute(_MADE[connection.dialect.name], {"done": json.dumps(work.done)})


_ENDS: Final = ("customer_n", "other_n", "kind")
