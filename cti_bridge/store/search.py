"""Search as you type: which customers, by recent contact, in bounded work.

How many customers have each word is known beforehand (`vocabulary`), so the way is chosen, not
tried:

- Where one of the words is rare, all who have it are looked at, and ranked: exact.
- Where enough customers have all of the words, the customers contacted last are walked from the
  newest on, in an index that holds their words; the page soon is full, and exact.
- Common words that few have together ("maría garcía lo") are intersected in the full-text index
  by their most frequent whole words: its lists are walked side by side, not merged, and what
  comes out is ranked.

What is typed with an error is looked for last, with the words that may have been meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, literal_column, or_, select, text

from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.store import field_search, vocabulary
from cti_bridge.store.tables import customers, identities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.engine import Row

    from cti_bridge.customers.ports import Terms
    from cti_bridge.store.vocabulary import Asked

    Hits = list[Row[int, datetime | None]]

BEGINNINGS: Final = 400
"""Up to so many with one beginning, or end, of a number or address are ranked."""
CANDIDATES: Final = 1_000
"""Up to so many hits of an intersection are ranked."""
STEPS: Final = 400_000
"""About so many entries of its lists are gone through for them, where there are more hits."""
FEW: Final = 2_000
"""A word that so many have is rare: each of them is looked at."""
STROLL: Final = 2_000
"""So many of the customers contacted last are looked through in any case."""
WALK: Final = 40_000
"""And so many where that should fill the page."""
NEWEST: Final = 10_000
"""So many of the newest customers, where few were in contact."""
ALIKE: Final = 10
"""Where fewer are found, so many are filled up to with what was perhaps meant."""
CHUNK: Final = 1_000
TAIL: Final = 9
"""Last digits in the index of them."""

SOME: Final = 2_000
"""Words are intersected until about so many customers are left; of them the other words are
asked of what is written there."""
MANY_WORDS: Final = 8
"""An intersection by more words than these with one beginning costs more than it spares."""

_FTS5: Final = text(
    "SELECT rowid AS n FROM customer_search WHERE customer_search MATCH :query"
    " ORDER BY rowid DESC LIMIT :most"
).columns(customers.c.n)
_IN_GIN: Final = text("array_to_tsvector(string_to_array(words, ' ')) @@ CAST(:query AS tsquery)")
# as in migration 0014, word for word, or the index is not used
_TAIL: Final[dict[str, ColumnElement[str]]] = {
    "sqlite": literal_column(
        " || ".join(f"substr(value, -{place}, 1)" for place in range(1, TAIL + 1))
    ),
    "postgresql": literal_column(f'"left"(reverse(value), {TAIL}) COLLATE "C"'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    n: int
    alike: bool = False  # spelt otherwise than was typed


def rows(connection: Connection, terms: Terms, limit: int) -> list[Hit]:
    """At most `limit` customers, by recent contact, then newest customer; those that are spelt
    otherwise come after all others."""
    found: dict[int, float] = {}
    for prefix in terms.prefixes:
        _collect(found, _by_prefix(connection, prefix))
    for tail in terms.tails:
        _collect(found, _by_tail(connection, tail))
    if terms.phrase:
        _collect(found, _by_field(connection, terms))
    if terms.words:
        words = [vocabulary.asked(connection, word) for word in terms.words]
        _collect(found, _by_words(connection, words, limit))
    hits = [Hit(n=n) for n in _ranked(found)[:limit]]
    if terms.words and len(hits) < min(ALIKE, limit):
        most = min(ALIKE, limit) - len(hits)
        hits += [Hit(n=n, alike=True) for n in _alike(connection, terms.words, found, most)]
    return hits


def _collect(found: dict[int, float], hits: Iterable[Row[int, datetime | None]]) -> None:
    for n, at in hits:
        found[n] = at.timestamp() if at is not None else 0.0


def _ranked(found: dict[int, float]) -> list[int]:
    return sorted(found, key=lambda n: (found[n], n), reverse=True)


# -- numbers, addresses, keys, custom fields -----------------------------------------------------


def _by_prefix(connection: Connection, prefix: str) -> Hits:
    query = (
        select(customers.c.n, customers.c.last_contact_at)
        .join(identities, identities.c.customer_n == customers.c.n)
        .where(identities.c.value >= prefix, identities.c.value < after(prefix))
        .where(customers.c.merged_into.is_(None))
        .limit(BEGINNINGS)
    )
    return list(connection.execute(query).all())


def _by_tail(connection: Connection, tail: str) -> Hits:
    """`tail` are the last digits, the last one first."""
    column = _TAIL[connection.dialect.name]
    ends = (
        select(identities.c.customer_n)
        .where(
            column >= tail,
            column < after(tail),
            # not as a parameter, or the index is not used
            identities.c.kind == literal_column(f"'{IdentityKind.PHONE}'"),
        )
        .limit(BEGINNINGS)
        .subquery()
    )
    query = select(customers.c.n, customers.c.last_contact_at).join(
        ends, ends.c.customer_n == customers.c.n
    )
    query = query.where(customers.c.merged_into.is_(None))
    return list(connection.execute(query).all())


def _by_field(connection: Connection, terms: Terms) -> Hits:
    whose = field_search.holders(terms, terms.phrase).subquery()
    query = select(customers.c.n, customers.c.last_contact_at).join(
        whose, whose.c.customer_n == customers.c.n
    )
    return list(connection.execute(query.where(customers.c.merged_into.is_(None))).all())


# -- words ---------------------------------------------------------------------------------------


def _by_words(connection: Connection, words: Sequence[Asked], limit: int) -> Hits:
    rare = min(words, key=lambda word: word.holders)
    if rare.holders == 0:
        return []
    if rare.holders <= FEW:
        return _indexed(connection, [rare], words, 2 * FEW)
    everybody = max(connection.execute(select(func.max(customers.c.n))).scalar() or 0, 1)
    share = prod(min(word.holders / everybody, 1.0) for word in words)
    wanted = int(2 * limit / share) if share * WALK > limit else STROLL
    hits = _walked(connection, words, limit, max(STROLL, min(wanted, WALK)))
    if len(hits) < limit and share * everybody > FEW:  # not many of them were in contact
        hits += _newest(connection, words, limit, everybody - NEWEST)
    if len(hits) < limit:
        lists = sum(word.holders for word in words)
        most = int(STEPS * share * everybody / lists)
        by = _telling(words, everybody)
        hits += _indexed(connection, by, words, max(2 * limit, min(most, CANDIDATES)))
    return hits


def _telling(words: Sequence[Asked], everybody: int) -> list[Asked]:
    """Those to intersect, the rarest first; what begins with one letter tells nothing."""
    left = float(everybody)
    chosen: list[Asked] = []
    for word in sorted(words, key=lambda word: word.holders):
        short = any(len(start) < 2 for start in word.starts)
        if chosen and (left <= SOME or short or len(word.common) > MANY_WORDS):
            continue
        left *= min(word.holders / everybody, 1.0)
        chosen.append(word)
    return chosen


def _walked(connection: Connection, words: Sequence[Asked], limit: int, walk: int) -> Hits:
    """From the newest contact back, until there are `limit` hits or `walk` customers are seen."""
    at = customers.c.last_contact_at
    lately = (
        select(customers.c.n, at, customers.c.words)
        .where(at.is_not(None), customers.c.merged_into.is_(None))
        .order_by(at.desc(), customers.c.n.desc())
        .limit(walk)
        .subquery()
    )
    query = select(lately.c.n, lately.c.last_contact_at)
    query = query.where(*(_has(lately.c.words, word) for word in words))
    return list(connection.execute(query.limit(limit)).all())


def _newest(connection: Connection, words: Sequence[Asked], limit: int, floor: int) -> Hits:
    """From the newest customer back."""
    c = customers.c
    query = select(c.n, c.last_contact_at).where(c.n > floor, c.merged_into.is_(None))
    query = query.where(*(_has(c.words, word) for word in words))
    return list(connection.execute(query.order_by(c.n.desc()).limit(limit)).all())


def _indexed(
    connection: Connection, by: Sequence[Asked], words: Sequence[Asked], most: int
) -> Hits:
    """At most `most` of those of the full-text index who have `by`, and of them those who have
    all the `words`."""
    c = customers.c
    wanted = select(c.n, c.last_contact_at).where(c.merged_into.is_(None))
    wanted = wanted.where(*(_has(c.words, word) for word in words))
    if connection.dialect.name != "sqlite":
        # the planner would look at each of ten million for the sake of the limit
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = " & ".join(_either(map(_gin, _listed(word, 0)), " | ") for word in by)
        return list(connection.execute(wanted.where(_IN_GIN).limit(most), {"query": query}))
    query = " AND ".join(_either(map(_fts5, _listed(word, 3)), " OR ") for word in by)
    most = most if len(by) == len(words) else max(most, 2 * SOME)
    found = connection.execute(_FTS5, {"query": query, "most": most}).scalars().all()
    hits: Hits = []
    for at in range(0, len(found), CHUNK):
        hits += connection.execute(wanted.where(c.n.in_(found[at : at + CHUNK]))).all()
    return hits


def _listed(word: Asked, short: int) -> list[tuple[str, bool]]:
    """What the full-text index is asked for: whole words, or beginnings (True), which it has
    ready for up to `short` letters, and else merges: only of few."""
    if word.holders <= FEW or all(len(start) <= short for start in word.starts):
        return [(start, True) for start in word.starts]
    return [(one, False) for one in word.common]


def _fts5(said: tuple[str, bool]) -> str:
    """Words are letters and digits only."""
    word, begins = said
    return f'"{word}"*' if begins else f'"{word}"'


def _gin(said: tuple[str, bool]) -> str:
    word, begins = said
    return f"'{word}':*" if begins else f"'{word}'"


def _either(parts: Iterable[str], word: str) -> str:
    return f"({word.join(parts)})"


def _has(column: ColumnElement[str], word: Asked) -> ColumnElement[bool]:
    spaced = " " + column
    return or_(*(spaced.contains(f" {start}", autoescape=True) for start in word.starts))


# -- what may have been meant --------------------------------------------------------------------


def _alike(
    connection: Connection, typed: Sequence[str], found: dict[int, float], most: int
) -> list[int]:
    """`most` further customers who have the words, but for some edits."""
    meant = [(word, *vocabulary.meant(connection, word)) for word in typed]
    if all(len(starts) == 1 for starts in meant):
        return []
    words = [vocabulary.asked(connection, *starts) for starts in meant]
    others: dict[int, float] = {}
    _collect(others, _by_words(connection, words, most + len(found)))
    return [n for n in _ranked(others) if n not in found][:most]


def after(prefix: str) -> str:
    """The least text that is greater than all that begin with `prefix`, compared by bytes."""
    return prefix + vocabulary.LAST
