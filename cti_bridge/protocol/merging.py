"""Two files of one customer made one and parted again, and pairs that may be one."""

from __future__ import annotations

from typing import ClassVar

from msgspec import field

from cti_bridge.protocol.customer_values import MergeView
from cti_bridge.protocol.frames import Command, PageSize, Reply, Version
from cti_bridge.protocol.merge_values import (
    MergePlan,
    MergeSide,
    PairVerdict,
    PairView,
    UndoPlan,
)
from cti_bridge.protocol.vocabulary import CustomerId, Permission


class MergeCustomers(Command, frozen=True, kw_only=True, tag="merge-customers"):
    """Makes one file of two; `Done.id` is the merge's. With `dry_run` it only says what it would
    do. A version of 0 is any; another than the file's is refused with CONFLICT."""

    permission: ClassVar[Permission] = Permission.MERGE_CUSTOMERS
    survivor: CustomerId
    absorbed: CustomerId
    survivor_version: Version = 0
    absorbed_version: Version = 0
    picks: dict[str, MergeSide] = field(default_factory=dict)  # by field; others by rule
    dry_run: bool = False


class UndoMerge(Command, frozen=True, kw_only=True, tag="undo-merge"):
    """Makes two files of one again; `Done.id` is the customer that is itself again. Refused with
    WRONG_STATE while its survivor is merged into another, and TOO_LATE where it was done."""

    permission: ClassVar[Permission] = Permission.MERGE_CUSTOMERS
    merge_id: str
    version: Version = 0  # of the survivor, from the plan; 0: any
    picks: dict[str, MergeSide] = field(default_factory=dict)  # by `UndoItem.key`
    distinct: bool = True  # they are two, and are not shown as a pair again
    dry_run: bool = False


class ListMerges(Command, frozen=True, kw_only=True, tag="list-merges"):
    """The merges on record, newest first."""

    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId | None = None  # those that stand, into this one; None: all
    before: str = ""  # `merge_id` of the last one shown
    limit: PageSize = 100


class DuplicatePairs(Command, frozen=True, kw_only=True, tag="duplicate-pairs"):
    """Pairs that may be one customer, the most probable first, those put off at the end."""

    permission: ClassVar[Permission] = Permission.MERGE_CUSTOMERS
    cursor: str = ""
    limit: PageSize = 20


class JudgePair(Command, frozen=True, kw_only=True, tag="judge-pair"):
    """Says of a pair that they are two, that somebody looks later, or that it is open again;
    that they are one is said by `MergeCustomers`."""

    permission: ClassVar[Permission] = Permission.MERGE_CUSTOMERS
    a: CustomerId
    b: CustomerId
    verdict: PairVerdict


class MergePlanned(Reply, frozen=True, kw_only=True, tag="merge-planned"):
    plan: MergePlan


class UndoPlanned(Reply, frozen=True, kw_only=True, tag="undo-planned"):
    plan: UndoPlan


class MergesListed(Reply, frozen=True, kw_only=True, tag="merges-listed"):
    merges: tuple[MergeView, ...]
    more: bool = False


class PairsListed(Reply, frozen=True, kw_only=True, tag="pairs-listed"):
    pairs: tuple[PairView, ...]
    cursor: str = ""  # "" when this was the last page
    open: int = 0  # that nobody has looked at, of all
    put_off: int = 0
