"""Merging as the wire shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.customers.merging.fields import LABELS, fields_of, group_of, labels
from cti_bridge.customers.merging.ports import PairState
from cti_bridge.protocol.customer_values import MergeView
from cti_bridge.protocol.merge_values import (
    MergeField,
    MergePlan,
    PairReason,
    PairView,
    UndoItem,
)

if TYPE_CHECKING:
    from cti_bridge.customers.merging.fields import Fields
    from cti_bridge.customers.merging.plan import Plan
    from cti_bridge.customers.merging.ports import Merge, Since, StoredPair


def plan_view(plan: Plan) -> MergePlan:
    mine, other = fields_of(plan.survivor.customer), fields_of(plan.absorbed.customer)
    result = fields_of(plan.result)
    shown = tuple(
        MergeField(
            name=one.name,
            survivor=said(mine, one.name),
            absorbed=said(other, one.name),
            result=said(result, one.name),
            side=one.side.value,
            why=one.why.value,
        )
        for one in plan.choices
    )
    return MergePlan(
        survivor=plan.survivor.customer.card(),
        absorbed=plan.absorbed.customer.card(),
        fields=shown,
        shared=len(plan.shared),
        moves={kind: many for kind, many in plan.absorbed.counts.items() if many},
        stays={kind: many for kind, many in plan.survivor.counts.items() if many},
        doubts=tuple(doubt.value for doubt in plan.doubts),
    )


def said(fields: Fields, name: str) -> tuple[str, ...]:
    """One group of fields, as people read it: the name stands for its parts."""
    if name in LABELS:
        return labels(fields, name)
    value = fields.get(name)
    if value is None and name == "name":
        return tuple(str(fields[one]) for one in fields if group_of(one) == name)
    return () if value is None else (_text(value),)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def pair_view(pair: StoredPair, plan: Plan) -> PairView:
    return PairView(
        plan=plan_view(plan),
        probability=pair.probability,
        reasons=tuple(
            PairReason(field=one.field, agreement=one.agreement, weight=one.weight)
            for one in pair.reasons
        ),
        put_off=pair.state is PairState.LATER,
    )


def merge_view(merge: Merge) -> MergeView:
    return MergeView(
        merge_id=merge.merge_id,
        survivor=merge.survivor,
        survivor_name=merge.survivor_name,
        absorbed=merge.absorbed,
        absorbed_name=merge.absorbed_name,
        at=merge.at,
        by=merge.by,
        automatic=merge.automatic,
        probability=merge.probability,
        undone_at=merge.undone_at,
        undone_by=merge.undone_by,
        blocked_by=merge.blocked_by,
    )


def item_view(since: Since) -> UndoItem:
    return UndoItem(
        key=since.item.key,
        kind=since.item.kind,
        side=since.item.side.value,
        at=since.at,
        text=since.text,
        detail=since.detail,
    )
