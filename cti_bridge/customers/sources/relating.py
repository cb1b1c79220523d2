"""What a source says of who works where, against what stands on file. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_OF_A_HOUSEHOLD: Final = 12
"""So many rows may share one key; of more it is a placeholder, and nobody is related by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """At which organisation, by its row, and as what."""

    at: int
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to be written, and whose relation goes."""

    write: Employment | None = None
    leave: int | None = None


STAYS: Final = Move()


def employment(says: Employment, made: Employment | None, roles: Mapping[int, str]) -> Move:
    """`made` is what the source said last (None: nothing yet), `roles` what the file says of the
    same person, by organisation.

    What somebody has taken away or written otherwise since stays so: the source's word counts
    again only where its last one still stands. A relation that is there already is filled where
    it has no role. An empty role says nothing.
    """
    if made is None:
        missing = says.at not in roles or (says.role != "" and not roles[says.at])
        return Move(write=says) if missing else STAYS
    if roles.get(made.at) != made.role:
        return STAYS
    if made.at == says.at:
        return Move(write=says) if says.role not in ("", made.role) else STAYS
    return Move(write=says if says.at not in roles else None, leave=made.at)
