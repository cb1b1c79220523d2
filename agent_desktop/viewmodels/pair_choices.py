"""What a person changes of a merge that the bridge proposed: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

if TYPE_CHECKING:
    from cti_bridge.protocol.merge_values import MergeField, MergePlan, MergeSide, PairView

LABELS: Final = frozenset({"tags", "alerts"})
OTHER: Final[dict[MergeSide, MergeSide]] = {
    "survivor": "absorbed",
    "absorbed": "survivor",
    "both": "both",
}


def choices_of(pair: PairView) -> tuple[MergeField, ...]:
    """Those that differ first."""
    fields = pair.plan.fields
    same = tuple(one for one in fields if one.why == "same")
    return tuple(one for one in fields if one.why != "same") + same


def sides_of(field: MergeField) -> tuple[MergeSide, ...]:
    """From left to right."""
    if field.name in LABELS:
        return ("survivor", "both", "absorbed")
    return ("survivor", "absorbed")


def with_side(plan: MergePlan, name: str, side: MergeSide) -> MergePlan:
    """The plan with one field chosen; "both" of a field that has no both is left alone."""
    fields = tuple(
        _chosen(one, side) if one.name == name and side in sides_of(one) else one
        for one in plan.fields
    )
    return replace(plan, fields=fields)


def _chosen(field: MergeField, side: MergeSide) -> MergeField:
    together = tuple(dict.fromkeys((*field.survivor, *field.absorbed)))
    result = {"survivor": field.survivor, "absorbed": field.absorbed, "both": together}[side]
    return replace(field, side=side, result=result, why="picked")


def mirrored(plan: MergePlan) -> MergePlan:
    """With the other one as the survivor, and the same result."""
    return replace(
        plan,
        survivor=plan.absorbed,
        absorbed=plan.survivor,
        moves=plan.stays,
        stays=plan.moves,
        fields=tuple(
            replace(one, survivor=one.absorbed, absorbed=one.survivor, side=OTHER[one.side])
            for one in plan.fields
        ),
    )
