"""What the rows of a source say of whom their customers are related to: kept as it is said, and
made once all rows are in (`import_relations`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, text, update

from cti_bridge.store.bulk import insert_many
from cti_bridge.store.import_load import LISTS, listed
from cti_bridge.store.source_tables import source_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from cti_bridge.customers.sources.rows import ImportRow

WORKS_AT: Final = "works_at"
HOUSEHOLD: Final = "household"
_CHUNK: Final = 1_000
_KNOWN: Final = {
    dialect: text(
        "SELECT n, key, kind, target, name, role FROM source_links"
        f" WHERE source_n = :source_n AND key IN {LISTS[dialect]}"
    )
    for dialect in LISTS
}
_SAYS: Final = ("target", "name", "role", "line")


def keep_links(connection: Connection, source_n: int, rows: Mapping[str, ImportRow]) -> None:
    """`rows` by their keys. What says the same as before is not touched, so it is not made again;
    what a row does not say stays as it was said."""
    keys = sorted(rows)
    for at in range(0, len(keys), _CHUNK):
        some = keys[at : at + _CHUNK]
        given = {"source_n": source_n, "values": listed(connection, some)}
        found = connection.execute(_KNOWN[connection.dialect.name], given)
        known = {(row.key, row.kind): row for row in found}
        said = [one for key in some for one in _said(source_n, key, rows[key])]
        fresh = [one for one in said if (one["key"], one["kind"]) not in known]
        insert_many(connection, source_links, fresh)
        _change(connection, known, said)


def _said(source_n: int, key: str, row: ImportRow) -> Iterator[dict[str, Any]]:
    links = row.links or {}
    common = {"source_n": source_n, "key": key, "line": row.line, "pending": True}
    name, target = links.get("works_at", ""), links.get("works_at_key", "")
    if name or target:
        role = links.get("job_title", "")
        yield {**common, "kind": WORKS_AT, "target": target, "name": name, "role": role}
    if household := links.get("household"):
        yield {**common, "kind": HOUSEHOLD, "target": household, "name": "", "role": ""}


def _change(
    connection: Connection, known: Mapping[tuple[str, str], Any], said: list[dict[str, Any]]
) -> None:
    changed = []
    for one in said:
        row = known.get((one["key"], one["kind"]))
        if row is None:
            continue
        same = (one["target"], one["name"]) == (row.target, row.name)
        if same and one["role"] in ("", row.role):
            continue
        changed.append({"row_n": row.n, **{f"new_{name}": one[name] for name in _SAYS}})
    if changed:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _SAYS}
        connection.execute(
            update(source_links)
            .where(source_links.c.n == bindparam("row_n"))
            .values(values | {"pending": True}),
            changed,
        )
