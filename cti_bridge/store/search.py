"""Search as you type: which customers, by recent contact, in bounded work.

A rare word has few hits: all of them are ranked, which is exact. A common one ("garcía" in a
million customers) has too many to sort at each key press, so the customers who had contact
lately are walked from the newest on; a common word soon fills the page with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select, text

from cti_bridge.store.tables import customers, identities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.engine import Row

    from cti_bridge.customers.ports import Terms

CANDIDATES: Final = 1_000
"""Up to so many hits are all ranked."""
WALK: Final = 20_000
"""So many of the customers contacted last are looked through for a common word."""

_FTS5: Final = text(
    "SELECT n, last_contact_at FROM customers WHERE n IN (SELECT rowid FROM customer_search"
    " WHERE customer_search MATCH :query ORDER BY rowid DESC LIMIT :most)"
).columns(customers.c.n, customers.c.last_contact_at)
_GIN: Final = text(
    "SELECT n, last_contact_at FROM customers"
    " WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(:query AS tsquery)"
    " LIMIT :most"
).columns(customers.c.n, customers.c.last_contact_at)

_recent = (
    select(customers.c.n, customers.c.words, customers.c.last_contact_at)
    .where(customers.c.last_contact_at.is_not(None))
    .order_by(customers.c.last_contact_at.desc())
    .limit(bindparam("walk"))
    .subquery()
)


def rows(connection: Connection, terms: Terms, limit: int) -> list[int]:
    """`customers.n` of at most `limit` hits, by recent contact, then newest customer."""
    found: dict[int, float] = {}
    for prefix in terms.prefixes:
        _collect(found, _by_prefix(connection, prefix))
    if terms.words:
        hits = _by_words(connection, terms.words)
        _collect(found, hits)
        if len(hits) > CANDIDATES:
            _collect(found, _lately(connection, terms.words, limit))
    return sorted(found, key=lambda n: (found[n], n), reverse=True)[:limit]


def _collect(found: dict[int, float], hits: Iterable[Row[int, datetime | None]]) -> None:
    for n, at in hits:
        found[n] = at.timestamp() if at is not None else 0.0


def _by_prefix(connection: Connection, prefix: str) -> list[Row[int, datetime | None]]:
    query = (
        select(customers.c.n, customers.c.last_contact_at)
        .join(identities, identities.c.customer_n == customers.c.n)
        .where(identities.c.value >= prefix, identities.c.value < after(prefix))
        .limit(CANDIDATES)
    )
    return list(connection.execute(query).all())


def _by_words(connection: Connection, words: tuple[str, ...]) -> list[Row[int, datetime | None]]:
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
    connection: Connection, words: tuple[str, ...], limit: int
) -> list[Row[int, datetime | None]]:
    query = select(_recent.c.n, _recent.c.last_contact_at)
    for word in words:
        query = query.where((" " + _recent.c.words).contains(f" {word}", autoescape=True))
    query = query.order_by(_recent.c.last_contact_at.desc()).limit(limit)
    return list(connection.execute(query, {"walk": WALK}).all())


def after(prefix: str) -> str:
    """The least text that is greater than all that begin with `prefix`, compared by bytes."""
    return prefix + "\U0010ffff"
