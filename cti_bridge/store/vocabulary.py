"""Which words customers have, and about how many have them; each answer in bounded work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import String, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from cti_bridge.customers import typos

if TYPE_CHECKING:
    from sqlalchemy import Connection

COMMON: Final = 48
"""Of the words with one beginning the most frequent, which an intersection goes by."""
LOOKED_AT: Final = 4_000
"""So many words are compared with one that was mistyped."""
LAST: Final = "\U0010ffff"

_SAME_BEGINNING: Final = text(
    "SELECT word, sum(holders) OVER () AS total, count(*) OVER () AS words"
    " FROM customer_vocabulary WHERE word >= :prefix AND word < :after"
    " ORDER BY holders DESC LIMIT :most"
)
_NEAR_SQLITE: Final = text(
    "SELECT word, holders FROM json_each(:starts) AS start JOIN customer_vocabulary"
    " ON word >= start.value AND word < start.value || :last LIMIT :most"
)
_NEAR_POSTGRESQL: Final = text(
    "SELECT word, holders FROM unnest(:starts) AS start(value) JOIN customer_vocabulary"
    ' ON word >= (start.value COLLATE "C") AND word < ((start.value || :last) COLLATE "C")'
    " LIMIT :most"
).bindparams(bindparam("starts", type_=ARRAY(String)), bindparam("last", type_=String))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A word as typed, and what there is of it."""

    starts: tuple[str, ...]  # any of these must begin a word
    common: tuple[str, ...]  # the most frequent words that do
    whole: bool  # `common` is all of them
    holders: int  # about so many customers have one


def asked(connection: Connection, *starts: str) -> Asked:
    """What there is of the words with any of these beginnings."""
    common: list[str] = []
    holders, whole = 0, True
    for start in starts:
        given = {"prefix": start, "after": start + LAST, "most": COMMON}
        rows = connection.execute(_SAME_BEGINNING, given).all()
        if rows:
            common += [row.word for row in rows]
            holders += int(rows[0].total)
            whole = whole and rows[0].words <= COMMON
    return Asked(starts=starts, common=tuple(common), whole=whole, holders=holders)


def meant(connection: Connection, word: str) -> tuple[str, ...]:
    """Words that are there and may have been meant by one that was typed, the nearest first."""
    starts = typos.beginnings(word)
    if not starts:
        return ()
    given = {"last": LAST, "most": LOOKED_AT}
    if connection.dialect.name == "sqlite":
        rows = connection.execute(_NEAR_SQLITE, {"starts": json.dumps(starts), **given})
    else:
        rows = connection.execute(_NEAR_POSTGRESQL, {"starts": list(starts), **given})
    return typos.closest(word, ((row.word, row.holders) for row in rows))
