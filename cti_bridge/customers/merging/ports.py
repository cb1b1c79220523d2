"""What merging needs of the store and of the distributor, in values of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cti_bridge.customers.merging.fields import Fields
    from cti_bridge.customers.merging.plan import Dossier, Plan
    from cti_bridge.customers.merging.undo import Item, Owners, Written
    from cti_bridge.customers.ports import Customer
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId, InteractionId


class PairState(StrEnum):
    OPEN = "open"
    LATER = "later"  # somebody put it off: it comes after all that are open
    DISTINCT = "distinct"  # two customers: never asked again
    MERGED = "merged"
    FOLLOWED = "followed"  # one of them was merged: the survivor's pair speaks for it


class ReasonLike(Protocol):
    """What one field says of a pair; codes, and the weight in bits."""

    @property
    def field(self) -> str: ...
    @property
    def agreement(self) -> str: ...
    @property
    def weight(self) -> float: ...


class PairLike(Protocol):
    """A pair as a search for duplicates finds it; `a` and `b` are rows of customers, a < b."""

    @property
    def a(self) -> int: ...
    @property
    def b(self) -> int: ...
    @property
    def probability(self) -> float: ...
    @property
    def reasons(self) -> Sequence[ReasonLike]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    field: str
    agreement: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPair:
    """Two customers that may be one, as the store keeps them."""

    a: CustomerId
    b: CustomerId
    rows: tuple[int, int]
    probability: float
    reasons: tuple[Reason, ...] = ()
    state: PairState = PairState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why two are taken for one; kept with the merge."""

    probability: float | None = None
    reasons: tuple[Reason, ...] = ()
    automatic: bool = False


BY_HAND: Final = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A merge on record."""

    merge_id: str
    survivor: CustomerId
    survivor_name: str
    absorbed: CustomerId
    absorbed_name: str  # as it was called then
    at: datetime
    by: str
    automatic: bool = False
    probability: float | None = None
    reasons: tuple[Reason, ...] = ()
    undone_at: datetime | None = None
    undone_by: str = ""
    # the merge of the survivor into another, which has to be undone first; "": none
    blocked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """One thing that came to the survivor after a merge, as people know it."""

    item: Item
    at: datetime | None = None
    text: str = ""  # a number, the beginning of a note, a code of the channel …
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All there is to know to take a merge back."""

    merge: Merge
    written: Written
    later: tuple[Written, ...]  # merges into the same survivor since, that stand; oldest first
    survivor: Dossier
    absorbed: Customer
    owners: Owners
    since: tuple[Since, ...] = ()  # newest first
    back: Mapping[str, int] = field(default_factory=dict)  # what goes back, by kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """A merge taken back, as it is to be stored."""

    merge_id: str
    version: int  # of the survivor, as it was read
    survivor: Fields  # the records of both (`confirming`), as they will be
    absorbed: Fields
    later: tuple[Written, ...]  # as `Standing.later`
    given: tuple[Item, ...] = ()  # what came since and goes to the absorbed
    distinct: bool = True  # the two are not the same: the pair never comes back


@dataclass(frozen=True, slots=True, kw_only=True)
class Separated:
    """What a separation moved of the distributor's."""

    survivor_version: int
    absorbed_version: int
    contacts: frozenset[InteractionId] = frozenset()  # that are the absorbed's from now on


class MergeStore(Protocol):
    """Every method may raise `cti_bridge.errors.StoreError`."""

    async def dossiers(self, customers: Sequence[CustomerId]) -> Mapping[CustomerId, Dossier]:
        """By the id that was asked for, as it is: of a merged one too. Unknown ones are left
        out."""

    async def merge(
        self, plan: Plan, *, merge_id: str, by: str, at: datetime, evidence: Evidence
    ) -> bool:
        """Does the plan; False where either file is no longer at the plan's version."""

    async def merges(
        self, customer: CustomerId | None, before: str, limit: int
    ) -> tuple[tuple[Merge, ...], bool]:
        """Newest first, of one survivor (its standing ones) or of all; older than the merge
        `before` (""; none); and whether there are more."""

    async def standing(self, merge_id: str) -> Standing | None: ...

    async def separate(self, done: Separation, *, by: str, at: datetime) -> Separated | None:
        """None: the survivor is no longer at that version, or the merge no longer stands."""

    async def hand_over(
        self, contacts: frozenset[InteractionId], source: CustomerId, target: CustomerId
    ) -> None:
        """Of these contacts, those that still name `source`: what a writer wrote meanwhile."""

    async def settle(self, newest: int) -> int:
        """Contacts that still name a customer of the `newest` merges that was absorbed, brought
        to the survivor; how many. What a writer wrote while a merge was being made."""


class Merges(Protocol):
    """What a file shows of how it came to be."""

    async def merges_into(self, customer: CustomerId, limit: int) -> tuple[Merge, ...]:
        """Those that stand, newest first. Raises StoreError."""


class PairStore(Protocol):
    """Every method may raise `cti_bridge.errors.StoreError`."""

    async def put(self, pairs: Sequence[PairLike], at: datetime) -> int:
        """New ones are open; known ones get the new probability, and keep what was said of
        them. How many are open or put off of those. May run beside the bridge."""

    async def page(self, after: str, limit: int) -> tuple[tuple[StoredPair, ...], str]:
        """The most probable first, what was put off at the end; the next page's cursor ("": no
        more). Raises ValueError for a cursor that is none."""

    async def waiting(self) -> tuple[int, int]:
        """How many are open, and how many put off."""

    async def between(self, a: CustomerId, b: CustomerId) -> StoredPair | None: ...

    async def judge(
        self, a: CustomerId, b: CustomerId, state: PairState, *, by: str, at: datetime
    ) -> bool:
        """False: there is no such pair, or the two are one by now."""

    async def above(self, probability: float, limit: int) -> tuple[StoredPair, ...]:
        """Open ones, the most probable first."""

    async def drop_older(self, found_before: datetime) -> int:
        """Open ones that the last search of all did not find again; how many."""


class Floor(Protocol):
    """The distributor's hand: contacts in its memory name customers too."""

    async def merged(self, absorbed: CustomerId, survivor: CustomerCard) -> None:
        """From now on whoever is taken for the absorbed is the survivor."""

    async def separated(self, absorbed: CustomerCard, contacts: frozenset[InteractionId]) -> None:
        """The absorbed is a customer again, and these contacts are its own."""


class NoFloor:
    """Where no contact is handled: the command line."""

    async def merged(self, absorbed: CustomerId, survivor: CustomerCard) -> None:
        """Nobody holds a contact."""

    async def separated(self, absorbed: CustomerCard, contacts: frozenset[InteractionId]) -> None:
        """Nobody holds a contact."""
