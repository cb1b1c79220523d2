"""Pairs, merges and undos made up for the page Duplicates' tests and pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cti_bridge.protocol.customer_values import MergeView
from cti_bridge.protocol.merge_values import (
    MergeField,
    MergePlan,
    PairReason,
    PairView,
    UndoItem,
    UndoPlan,
)
from cti_bridge.protocol.merging import (
    PairsListed,
)
from cti_bridge.protocol.vocabulary import CustomerId
from tests.helpers import page_values as made


def same(name: str, value: str) -> MergeField:
    both = (value,) if value else ()
    return MergeField(
        name=name, survivor=both, absorbed=both, result=both, side="survivor", why="same"
    )


def differs(name: str, left: Any, right: Any, side: Any, why: str) -> MergeField:
    sides = {"survivor": left, "absorbed": right, "both": tuple(dict.fromkeys((*left, *right)))}
    return MergeField(
        name=name, survivor=left, absorbed=right, result=sides[side], side=side, why=why
    )


def plan(n: int = 0, **changes: Any) -> MergePlan:
    """Of customers c{2n} and c{2n+1}."""
    first, second = 2 * n, 2 * n + 1
    name = made.PEOPLE[n % len(made.PEOPLE)][0]
    short = f"{name.split()[0]} {name.split()[-1][0]}."
    values: dict[str, Any] = {
        "survivor": made.card(first, name=name, version=3),
        "absorbed": made.card(second, name=short, version=5),
        "fields": (
            differs("name", (name,), (short,), "survivor", "longer"),
            same("kind", "person"),
            differs("organisation", (), ("Comercial Ría de Bilbao, S. L.",), "absorbed", "only"),
            differs("status", ("active",), ("deceased",), "absorbed", "graver"),
            same("born", "1980-05-31"),
            differs("language", ("es",), ("eu",), "survivor", "corrected"),
            differs(
                "since",
                ("2019-03-01T09:00:00+00:00",),
                ("2011-10-20T09:00:00+00:00",),
                "absorbed",
                "earlier",
            ),
            differs("tags", ("VIP",), ("Moroso", "Factura mensual"), "both", "together"),
            same("custom.contract", "C-4711"),
        ),
        "shared": 1,
        "moves": {"interaction": 14, "note": 2, "address": 1},
        "stays": {"interaction": 83, "note": 1, "relation": 2},
    }
    return MergePlan(**values | changes)


def pair(n: int = 0, **changes: Any) -> PairView:
    values: dict[str, Any] = {
        "plan": plan(n),
        "probability": 0.998 - 0.013 * n,
        "reasons": (
            PairReason(field="home", agreement="same_phone", weight=9.1),
            PairReason(field="family", agreement="first_surname", weight=5.2),
            PairReason(field="given", agreement="initial", weight=2.0),
            PairReason(field="born", agreement="different", weight=-3.4),
            PairReason(field="email", agreement="unknown"),
        ),
    }
    return PairView(**values | changes)


def listed(
    count: int, *, of: int = 0, first: int = 0, cursor: str = "", **more: Any
) -> PairsListed:
    pairs = tuple(pair(first + n) for n in range(count))
    return PairsListed(request_id=0, pairs=pairs, cursor=cursor, open=of or count)


def merge(n: int = 0, **changes: Any) -> MergeView:
    name = made.PEOPLE[n % len(made.PEOPLE)][0]
    values: dict[str, Any] = {
        "merge_id": f"m{n}",
        "survivor": CustomerId(f"c{2 * n}"),
        "survivor_name": name,
        "absorbed": CustomerId(f"c{2 * n + 1}"),
        "absorbed_name": f"{name.split()[0]} {name.split()[-1][0]}.",
        "at": made.NOW - timedelta(days=3 * n, hours=2),
        "by": "automatic" if n % 3 == 1 else made.AGENTS[n % 4],
        "automatic": n % 3 == 1,
        "probability": 0.9993,
    }
    return MergeView(**values | changes)


def undo_plan(**changes: Any) -> UndoPlan:
    at = made.NOW - timedelta(hours=3)
    one = merge(0)
    values: dict[str, Any] = {
        "merge": one,
        "version": 7,
        "survivor_name": one.survivor_name,
        "absorbed_name": one.absorbed_name,
        "back": {"identity": 2, "interaction": 14, "note": 2},
        "items": (
            UndoItem(
                key="field:language", kind="field", side="survivor", text="language", detail="eu"
            ),
            UndoItem(
                key="interaction:i1",
                kind="interaction",
                side="absorbed",
                at=at,
                text="+34612345001",
                detail="voice",
            ),
            UndoItem(
                key="note:n1",
                kind="note",
                side="survivor",
                at=at,
                text="Prefiere que le llamen por la tarde.",
                detail=made.AGENTS[1],
            ),
            UndoItem(key="identity:p", kind="identity", side="survivor", text="+34944210099"),
        ),
    }
    return UndoPlan(**values | changes)
