"""Texts by their stems in the database; implements `texts.ports.TextStore`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, literal_column, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from cti_bridge.protocol.vocabulary import FINAL
from cti_bridge.store import acd_tables as acd
from cti_bridge.store import conversation_tables as conversations
from cti_bridge.store.history import SUMMARY, summary_of
from cti_bridge.store.tables import customers, notes
from cti_bridge.store.text_tables import text_todo, texts
from cti_bridge.texts.ports import Found
from cti_bridge.texts.stems import MAX_TEXT, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select

    from cti_bridge.protocol.values import TextKind
    from cti_bridge.store.engine import Database
    from cti_bridge.texts.ports import Reader

    AnySelect = Select[*tuple[Any, ...]]
    Source = tuple[Any, ...]

STROLL: Final = 5_000
"""So many of the newest texts are looked through before the index is asked (PostgreSQL)."""
CANDIDATES: Final = 2_000
READ_AT_ONCE: Final = 2_000_000
"""Characters of one batch: a mail may have a hundred thousand."""

i, m = acd.interactions, conversations.messages
_ROW: Final = {c.name: bindparam(c.name, type_=c.type) for c in texts.columns if c.name != "n"}
_INSERT: Final = {
    name: (made := dialect.insert(texts).values(_ROW)).on_conflict_do_update(
        index_elements=["kind", "ref"],
        set_={n: made.excluded[n] for n in ("interaction_id", "at", "stems")},
    )
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_KEY: Final[BindParameter[Any]] = bindparam("refs", expanding=True)
_SOURCES: Final[dict[TextKind, AnySelect]] = {
    "note": (
        select(
            notes.c.id.label("ref"), notes.c.at,
            func.substr(notes.c.text, 1, MAX_TEXT).label("text"),
            customers.c.language, literal_column("NULL").label("interaction_id"),
        )
        .join(customers, customers.c.n == notes.c.customer_n)
        .where(notes.c.id.in_(_KEY))
    ),
    "contact": select(
        i.c.id.label("ref"), i.c.started_at.label("at"),
        (i.c.subject + "\n" + i.c.notes).label("text"), i.c.language,
        i.c.id.label("interaction_id"),
    ).where(i.c.id.in_(_KEY)),
    "message": (
        select(
            m.c.id.label("ref"), m.c.at, func.substr(m.c.text, 1, MAX_TEXT).label("text"),
            i.c.language, m.c.interaction_id,
        )
        .outerjoin(i, i.c.id == m.c.interaction_id)
        .where(m.c.id.in_(_KEY))
    ),
}  # fmt: skip
_FTS5: Final = text(
    "SELECT rowid AS n FROM text_search WHERE text_search MATCH :query AND rowid < :before"
    " ORDER BY rowid DESC LIMIT :most"
)
_IS_SAID: Final = "array_to_tsvector(string_to_array(stems, ' ')) @@ CAST(:query AS tsquery)"
_LATELY: Final = text(
    f"SELECT n FROM texts WHERE n < :before AND n >= :floor AND {_IS_SAID}"
    " ORDER BY n DESC LIMIT :most"
)
_GIN: Final = text(
    f"SELECT n FROM (SELECT n FROM texts WHERE {_IS_SAID} AND n < :before LIMIT {CANDIDATES})"
    " AS hits ORDER BY n DESC LIMIT :most"
)
END: Final = 2**62


class SqlTexts:
    def __init__(self, database: Database) -> None:
        self._database = database

    # -- what was written ----------------------------------------------------------------------

    async def read_some(self, most: int) -> int:
        todo, sources = await self._database.reading(lambda c: _written(c, most))
        if not todo:
            return 0
        rows = await asyncio.to_thread(_read, sources)
        there = {(row["kind"], row["ref"]) for row in rows}
        gone = {(row.kind, row.ref) for row in todo} - there

        def work(connection: Connection) -> None:
            if rows:
                connection.execute(_INSERT[connection.dialect.name], rows)
            for kind, ref in gone:
                connection.execute(delete(texts).where(texts.c.kind == kind, texts.c.ref == ref))
            connection.execute(delete(text_todo).where(text_todo.c.n.in_([r.n for r in todo])))

        await self._database.writing(work)
        return len(todo)

    # -- search --------------------------------------------------------------------------------

    async def search(
        self, asked: Sequence[Sequence[str]], reader: Reader, before: int | None, limit: int
    ) -> tuple[tuple[Found, ...], int | None]:
        def work(connection: Connection) -> tuple[list[Found], int | None]:
            start, found = END if before is None else before, list[Found]()
            for _ in range(3):  # of many that this reader may not see
                hits = _hits(connection, asked, start, 2 * limit)
                seen = _seen(connection, hits, reader)
                for n in hits:
                    if len(found) == limit:
                        return found, found[-1].n
                    found += [seen[n]] if n in seen else []
                if len(hits) < 2 * limit:
                    return found, None
                start = hits[-1]
            return found, start

        found, following = await self._database.reading(work)
        return tuple(found), following


def _written(
    connection: Connection, most: int
) -> tuple[list[Row[Any]], list[tuple[TextKind, Row[Any]]]]:
    todo = list(connection.execute(select(text_todo).order_by(text_todo.c.n).limit(most)))
    refs: defaultdict[TextKind, set[str]] = defaultdict(set)
    for row in todo:
        refs[row.kind].add(row.ref)
    sources = [
        (kind, row)
        for kind, wanted in refs.items()
        for row in connection.execute(_SOURCES[kind], {"refs": sorted(wanted)})
    ]
    return todo, sources


def _read(sources: Sequence[tuple[TextKind, Row[Any]]]) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "ref": row.ref,
            "interaction_id": row.interaction_id,
            "at": row.at,
            "stems": " ".join(sorted(stems(row.text, row.language or ""))),
        }
        for kind, row in sources
    ]


def _hits(
    connection: Connection, asked: Sequence[Sequence[str]], before: int, most: int
) -> list[int]:
    """Stems are letters and digits only."""
    given: dict[str, Any] = {"before": before, "most": most}
    if connection.dialect.name == "sqlite":
        words = (" OR ".join(f'"{stem}"' for stem in word) for word in asked)
        query = " AND ".join(f"({word})" for word in words)
        return list(connection.execute(_FTS5, {**given, "query": query}).scalars())
    words = (" | ".join(f"'{stem}'" for stem in word) for word in asked)
    given["query"] = " & ".join(f"({word})" for word in words)
    newest = connection.execute(select(func.max(texts.c.n))).scalar() or 0
    floor = min(before, newest + 1) - STROLL
    lately = list(connection.execute(_LATELY, {**given, "floor": floor}).scalars())
    if len(lately) >= most:
        return lately
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    return list(connection.execute(_GIN, given).scalars())


def _seen(connection: Connection, hits: Sequence[int], reader: Reader) -> dict[int, Found]:
    """Those of the hits that the reader may see, with their texts."""
    if not hits:
        return {}
    rows = list(connection.execute(select(texts).where(texts.c.n.in_(hits))))
    refs = {kind: [row.ref for row in rows if row.kind == kind] for kind in _SOURCES}
    said = {
        (kind, row.ref): row
        for kind, wanted in refs.items()
        if wanted
        for row in connection.execute(_SOURCES[kind], {"refs": wanted})
    }
    contacts = _contacts(connection, [r.interaction_id for r in rows if r.interaction_id], reader)
    owners = _owners(connection, refs["note"])
    found: dict[int, Found] = {}
    for row in rows:
        source = said.get((row.kind, row.ref))
        contact = contacts.get(row.interaction_id)
        owner = owners.get(row.ref) if row.kind == "note" else None
        if source is None or (contact is None and owner is None):
            continue
        found[row.n] = Found(
            n=row.n,
            kind=row.kind,
            ref=row.ref,
            at=source.at,
            text=source.text,
            language=source.language or "",
            customer_id=owner.id if owner else contact.customer_id if contact else None,
            customer_name=owner.name if owner else contact.customer_name if contact else "",
            contact=contact,
        )
    return found


def _contacts(connection: Connection, ids: Sequence[str], reader: Reader) -> dict[str, Any]:
    """What is over may be read by all who read history; else as the conversation itself."""
    if not ids:
        return {}
    mine: list[ColumnElement[bool]] = [
        i.c.state.in_(list(FINAL)),
        i.c.agent_id == reader.agent,
        i.c.wanted_agent == reader.agent,
    ]
    if reader.queues:
        mine.append(i.c.queue_id.in_(sorted(reader.queues)))
    query: Select[Any] = select(*SUMMARY).where(i.c.id.in_(ids), or_(*mine))
    return {row.id: summary_of(row) for row in connection.execute(query)}


def _owners(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    if not ids:
        return {}
    query: Select[Any] = select(notes.c.id.label("note"), customers.c.id, customers.c.name)
    query = query.join(customers, customers.c.n == notes.c.customer_n).where(notes.c.id.in_(ids))
    return {row.note: row for row in connection.execute(query)}
