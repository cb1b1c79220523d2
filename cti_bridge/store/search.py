"""Search as you type: which customers, by recent contact, in bounded work.

The customers who had contact lately are walked from the newest on: a common word ("garcía" in a
million customers) soon fills the page with them, and that page is exact. A rare word has few
hits in the full-text index: all of them are ranked, which is exact too. What lies between is
walked for longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from cti_bridge.store.tables import customers, identities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.engine import Row

    from cti_bridge.customers.ports import Terms

CANDIDATES: Final = 1_000
"""Up to so many hits are all ranked."""
STROLL: Final = 2_000
"""So many of the customers contacted last are looked through at first."""
WALK: Final = 20_000
"""And so many where the word is neither common among them nor rare among all."""

_FTS5: Final = text(
    "SELECT n, last_contact_at FROM customers WHERE merged_into IS NULL AND n IN"
    " (SELECT rowid FROM customer_search"
    " WHERE customer_search MATCH :query ORDER BY rowid DESC LIMIT :most)"
).columns(customers.c.n, customers.c.last_contact_at)
_GIN: Final = text(
    "SELECT n, last_contact_at FROM customers"
    " WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(:query AS tsquery)"
    " AND merged_into IS NULL LIMIT :most"
).columns(customers.c.n, customers.c.last_contact_at)


def rows(connection: Connection, terms: Terms, limit: int) -> list[int]:
    """`customers.n` of at most `limit` hits, by recent contact, then newest customer."""
    found: dict[int, float] = {}
    for prefix in terms.prefixes:
        _collect(found, _by_prefix(connection, prefix))
    if terms.words:
        _collect(found, _by_words(connection, terms.words, limit))
    return sorted(found, key=lambda n: (found[n], n), reverse=True)[:limit]


def _collect(found: dict[int, float], hits: Iterable[Row[int, datetime | None]]) -> None:
    for n, at in hits:
        found[n] = at.timestamp() if at is not None else 0.0


def _by_prefix(connection: Connection, prefix: str) -> list[Row[int, datetime | None]]:
    query = (
        select(customers.c.n, customers.c.last_contact_at)
        .join(identities, identities.c.customer_n == customers.c.n)
        .where(identities.c.value >= prefix, identities.c.value < after(prefix))
        .where(customers.c.merged_into.is_(None))
        .limit(CANDIDATES)
    )
    return list(connection.execute(query).all())


def _by_words(
    connection: Connection, words: tuple[str, ...], limit: int
) -> list[Row[int, datetime | None]]:
    lately = _lately(connection, words, limit, STROLL)
    if len(lately) >= limit:
        return lately
    hits = _indexed(connection, words)
    if len(hits) <= CANDIDATES:
        return hits
    return hits + _lately(connection, words, limit, WALK)


def _indexed(connection: Connection, words: tuple[str, ...]) -> list[Row[int, datetime | None]]:
    """Quoted for the index's own language; `words` are letters and digits only."""
    if connection.dialect.name == "sqlite":
        query = " AND ".join(f'"{word}"*' for word in words)
        statement = _FTS5
    else:
        query = " & ".join(f"'{word}':*" for word in words)
        statement = _GIN
    parameters = {"query": query, "most": CANDIDATES + 1}
    return list(connection.execute(statement, parameters).all())


def _lately(
    connection: Connection, words: tuple[str, ...], limit: int, walk: int
) -> list[Row[int, datetime | None]]:
    """From the newest contact back, until there are `limit` hits or `walk` customers are seen."""
    at = customers.c.last_contact_at
    newest = select(at).where(at.is_not(None)).order_by(at.desc())
    floor = connection.execute(newest.offset(walk).limit(1)).scalar()
    query = select(customers.c.n, at).where(at.is_not(None), customers.c.merged_into.is_(None))
    if floor is not None:
        query = query.where(at > floor)
    for word in words:
        query = query.where((" " + customers.c.words).contains(f" {word}", autoescape=True))
    return list(connection.execute(query.order_by(at.desc()).limit(limit)).all())


def after(prefix: str) -> str:
    """The least text that is greater than all that begin with `prefix`, compared by bytes."""
    return prefix + "\U0010ffff"
