"""Which of two values stays when two files become one, and why: pure.

In this order: what the user picked; the only one there is; what an agent corrected before what a
source said; the newer one; the longer one; the survivor's. Labels add up. Some fields have a rule
of their own: nobody comes back to life by a merge, and a customer is one since the earlier day.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.merging.fields import CUSTOM, LABELS, NAMES, group_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.customers.merging.fields import Fields, Flat


class Side(StrEnum):
    """Whose value; `BOTH` of labels only."""

    SURVIVOR = "survivor"
    ABSORBED = "absorbed"
    BOTH = "both"


class Why(StrEnum):
    SAME = "same"
    PICKED = "picked"
    ONLY = "only"  # the other has none
    CORRECTED = "corrected"  # by an agent; the other comes from a source
    NEWER = "newer"
    LONGER = "longer"
    GRAVER = "graver"  # of two states of an account
    EARLIER = "earlier"
    TOGETHER = "together"
    SURVIVOR = "survivor"  # nothing speaks for the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """Who wrote a field last: whether a person, and when (None: not known)."""

    agent: bool = False
    at: datetime | None = None


UNKNOWN: Final = Wrote()
GRAVITY: Final = ("prospect", "active", "closed", "deceased")
EARLIEST: Final = frozenset({"since"})
KEPT: Final = frozenset({"pinned_note", "owner"})
"""Neither newer nor longer says anything of these: the survivor's, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What becomes of one field (a group of them: the three names, all tags)."""

    name: str
    side: Side
    why: Why


def choose(
    name: str,
    survivor: Fields,
    absorbed: Fields,
    wrote: tuple[Mapping[str, Wrote], Mapping[str, Wrote]] = ({}, {}),
    pick: Side | None = None,
) -> Choice:
    """Of one group of fields; `wrote` of the survivor and of the absorbed, by group."""
    mine, other = _of(survivor, name), _of(absorbed, name)
    if mine == other:
        return Choice(name=name, side=Side.SURVIVOR, why=Why.SAME)
    if pick is not None and (pick is not Side.BOTH or name in LABELS):
        return Choice(name=name, side=pick, why=Why.PICKED)
    if name in LABELS:
        return Choice(name=name, side=Side.BOTH, why=Why.TOGETHER)
    if not mine or not other:
        side = Side.SURVIVOR if mine else Side.ABSORBED
        return Choice(name=name, side=side, why=Why.ONLY)
    side, why = _rule(name, mine, other, wrote[0].get(name, UNKNOWN), wrote[1].get(name, UNKNOWN))
    return Choice(name=name, side=side, why=why)


def _rule(name: str, mine: Fields, other: Fields, my: Wrote, their: Wrote) -> tuple[Side, Why]:
    if name == "status":
        graver = _gravity(other[name]) > _gravity(mine[name])
        return (Side.ABSORBED if graver else Side.SURVIVOR), Why.GRAVER
    if name in EARLIEST:
        earlier = str(other[name]) < str(mine[name])
        return (Side.ABSORBED if earlier else Side.SURVIVOR), Why.EARLIER
    if name in KEPT:
        return Side.SURVIVOR, Why.SURVIVOR
    if my.agent is not their.agent:
        return (Side.SURVIVOR if my.agent else Side.ABSORBED), Why.CORRECTED
    if my.at is not None and their.at is not None and my.at != their.at:
        return (Side.SURVIVOR if my.at > their.at else Side.ABSORBED), Why.NEWER
    if (first := _length(mine)) != (second := _length(other)):
        return (Side.SURVIVOR if first > second else Side.ABSORBED), Why.LONGER
    return Side.SURVIVOR, Why.SURVIVOR


def _of(fields: Fields, name: str) -> dict[str, Flat]:
    return {field: value for field, value in fields.items() if group_of(field) == name}


def _gravity(status: Flat) -> int:
    return GRAVITY.index(str(status)) if status in GRAVITY else -1


def _length(fields: Fields) -> int:
    return sum(len(value) for value in fields.values() if isinstance(value, str))


def groups(*sides: Fields) -> tuple[str, ...]:
    """What there is to choose, in the order in which a file shows it."""
    found = {group_of(field) for fields in sides for field in fields}
    first = [name for name in ORDER if name in found]
    return (*first, *sorted(found.difference(first)))


ORDER: Final = (
    NAMES[0],
    "kind",
    "organisation",
    "status",
    "born",
    "language",
    "time_zone",
    "owner",
    "since",
    *LABELS,
    "pinned_note",
    CUSTOM,
)
