"""Whose word counts where a source and the file differ: decided for each field by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

T = TypeVar("T")


class Rule(StrEnum):
    AGENT_FIRST = "agent_first"  # what somebody corrected by hand stays
    SOURCE_FIRST = "source_first"  # the source is the truth, each time
    NEWEST = "newest"  # who wrote last
    ONLY_IF_EMPTY = "only_if_empty"  # the source fills gaps


DEFAULT: Final = Rule.AGENT_FIRST
RULED: Final = ("name", "organisation", "language", "since", "owner", "kind", "status", "born",
                "given_name", "family_name", "time_zone", "identities")  # fmt: skip
"""Fields with a rule; of tags and notes nothing is ever taken away."""


def survivor(
    rule: Rule,
    *,
    said: T | None,
    says: T,
    stands: T,
    by_hand: bool,
    changed_at: datetime | None = None,
    written_at: datetime | None = None,
) -> T:
    """The field's value from now on.

    `said` is what this source said last (None: nothing yet), `says` what it says now, `stands`
    what the file says; `by_hand`: a person wrote what stands there. `changed_at` is when the
    source says that its row was changed, `written_at` when the file's field was written.
    An empty `says` says nothing.
    """
    if not says or says == stands:
        return stands
    if rule is Rule.SOURCE_FIRST:
        return says
    if not stands:  # somebody may have emptied it
        return stands if says == said and rule is not Rule.ONLY_IF_EMPTY else says
    if rule is Rule.ONLY_IF_EMPTY or says == said:  # it says nothing new
        return stands
    if rule is Rule.NEWEST and changed_at is not None and written_at is not None:
        return says if changed_at > written_at else stands
    if rule is Rule.NEWEST:
        return says  # changed since the last time we asked
    corrected = by_hand and stands != said  # else it is the source's own word, which has changed
    return stands if corrected else says
