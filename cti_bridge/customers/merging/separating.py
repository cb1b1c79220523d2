"""From a merge that stands to the two files that it will be: pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cti_bridge.customers.merging.confirming import fields_only, record_of
from cti_bridge.customers.merging.fields import fields_of, group_of
from cti_bridge.customers.merging.ports import Separation, Since
from cti_bridge.customers.merging.survivorship import Side
from cti_bridge.customers.merging.undo import Item, give, sorted_out, unwrite
from cti_bridge.customers.merging.views import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.customers.merging.ports import Standing

FIELD = "field"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A separation, and what came since with where it goes."""

    separation: Separation
    since: tuple[Since, ...]
    survivor_name: str
    absorbed_name: str


def split(
    standing: Standing, picks: Mapping[str, Side] | None = None, *, distinct: bool = True
) -> Split:
    """`picks`: by `Item.key`; what is not named goes where its number belongs, and an edit
    stays where it was made."""
    now = record_of(standing.survivor.customer)
    unwritten = unwrite(standing.written, standing.later, now)
    since = (*_edits(standing, fields_only(unwritten.since)), *standing.since)
    items = sorted_out((one.item for one in since), picks or {})
    since = tuple(replace(one, item=item) for one, item in zip(since, items, strict=True))
    given = tuple(item for item in items if item.side is Side.ABSORBED)
    groups = {item.ref for item in given if item.kind == FIELD}
    taken = [name for name in fields_only(unwritten.since) if group_of(name) in groups]
    survivor, absorbed = give(
        unwritten, fields_of(standing.absorbed), now, standing.written.survivor, taken
    )
    return Split(
        separation=Separation(
            merge_id=standing.merge.merge_id,
            version=standing.survivor.customer.version,
            survivor=survivor,
            absorbed=absorbed,
            later=unwritten.later,
            given=tuple(item for item in given if item.kind != FIELD),
            distinct=distinct,
        ),
        since=since,
        survivor_name=str(survivor.get("name", "")),
        absorbed_name=str(absorbed.get("name", "")),
    )


def _edits(standing: Standing, fields: tuple[str, ...]) -> tuple[Since, ...]:
    """Fields that somebody wrote since, each group once, with what they say now."""
    now = fields_of(standing.survivor.customer)
    return tuple(
        Since(item=Item(kind=FIELD, ref=name), text=name, detail=", ".join(said(now, name)))
        for name in dict.fromkeys(map(group_of, fields))
    )
