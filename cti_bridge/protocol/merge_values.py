"""Parts of frames about customers that are, or may be, one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import field

from cti_bridge.protocol.customer_values import MergeView
from cti_bridge.protocol.frames import Value
from cti_bridge.protocol.values import CustomerCard

MergeSide: TypeAlias = Literal["survivor", "absorbed", "both"]
"""Whose value a field takes; "both" of labels, which add up."""
PairVerdict: TypeAlias = Literal["distinct", "later", "open"]


class PairReason(Value, frozen=True, kw_only=True):
    """What one field says of two customers; codes, which the desktop words."""

    field: str  # "family", "born", "home", "email", …
    agreement: str  # "same", "similar", "exchanged", "different", …
    weight: float = 0.0  # bits: above 0 it speaks for one customer


class MergeField(Value, frozen=True, kw_only=True):
    """One field of the two files, and of the one that they will be.

    A field without a value is an empty tuple, one of labels has several. Dates are ISO 8601.
    """

    name: str  # "name", "status", "tags", "custom.contract", …
    survivor: tuple[str, ...]
    absorbed: tuple[str, ...]
    result: tuple[str, ...]
    side: MergeSide
    why: str  # code: "same", "only", "corrected", "newer", "longer", "graver", "picked", …


class MergePlan(Value, frozen=True, kw_only=True):
    """What a merge will do; nothing is done yet."""

    survivor: CustomerCard
    absorbed: CustomerCard
    fields: tuple[MergeField, ...]
    shared: int = 0  # identities that both have
    moves: dict[str, int] = field(default_factory=dict)  # what goes over, by kind
    stays: dict[str, int] = field(default_factory=dict)  # what the survivor has of each
    doubts: tuple[str, ...] = ()  # codes: "born", "kind", "two_keys", "distinct", "labels_cut"


class PairView(Value, frozen=True, kw_only=True):
    """Two customers that may be one, with the merge that the rules propose."""

    plan: MergePlan
    probability: float  # 0 to 1
    reasons: tuple[PairReason, ...] = ()
    put_off: bool = False


class UndoItem(Value, frozen=True, kw_only=True):
    """One thing that came to the survivor after the merge, and where it will go."""

    key: str  # names it in `UndoMerge.picks`
    kind: str  # "interaction", "note", "identity", "address", "relation", "consent", "field"
    side: MergeSide
    at: datetime | None = None
    text: str = ""  # a number, the beginning of a note, a field's name …
    detail: str = ""  # a channel, an author, a value


class UndoPlan(Value, frozen=True, kw_only=True):
    """What taking a merge back will do."""

    merge: MergeView
    version: int  # of the survivor, as the plan saw it
    survivor_name: str  # as they will be called
    absorbed_name: str
    back: dict[str, int] = field(default_factory=dict)  # what goes back, by kind
    items: tuple[UndoItem, ...] = ()  # newest first
    more: int = 0  # items that are not told, and go where their number belongs
