"""What the search for duplicates takes and gives, and what it needs of others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from datetime import date, datetime

LOWEST: Final = 0.05
"""Pairs less probable than this are not worth anybody's look."""
REVIEW: Final = 0.5
"""More likely one customer than two: the bound that needs no labelled pairs."""


class Kind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class Field(StrEnum):
    """What a reason speaks of."""

    GIVEN = "given"
    FAMILY = "family"
    NAME = "name"  # of an organisation
    BORN = "born"
    HOME = "home"  # telephone and street, which a household shares as one thing
    PLACE = "place"  # town and postcode
    EMAIL = "email"
    KEY = "key"
    EMPLOYER = "employer"
    KINSHIP = "kinship"  # surname and birthday, which twins share as one thing
    OTHERS = "others"  # what further pairs of the two say


class Agreement(StrEnum):
    """How far two values of a field are the same."""

    SAME = "same"
    SAME_PHONE = "same_phone"
    ONE_PHONE = "one_phone"  # the same, and each has another one besides
    SAME_PHONE_AND_STREET = "same_phone_and_street"
    SAME_STREET = "same_street"
    OTHER_PHONE = "other_phone"  # the same street, and telephones that differ
    SIMILAR_STREET = "similar_street"
    SAME_POSTCODE = "same_postcode"
    SAME_CITY = "same_city"  # and the postcode of one is not known
    OTHER_POSTCODE = "other_postcode"  # of the same city
    OTHER_HOME = "other_home"  # neither telephone nor street, and both are known
    SAME_DOMAIN = "same_domain"
    CONTAINED = "contained"  # all words of one are words of the other
    FAMILIAR = "familiar"  # Pilar and Pili
    SECOND_NAME = "second_name"  # one has it behind another: Isabel, and Miguel Isabel
    INITIAL = "initial"
    EXCHANGED = "exchanged"  # given and family name, day and month, the two surnames
    FIRST_NAME = "first_name"  # the same first given name, and other ones behind it
    FIRST_SURNAME = "first_surname"  # the same first one, and one has no second
    ONE_SURNAME = "one_surname"  # one is the same, the other is not
    ONE_MISTYPED = "one_mistyped"  # one surname is the same, the other is nearly
    SIMILAR = "similar"
    NEAR = "near"  # some letters of it
    SAME_YEAR = "same_year"
    RELATIVES = "relatives"
    FITS_BOTH = "fits_both"  # both are one with a third
    FITS_ANOTHER = "fits_another"  # one of the two is another record instead
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # one of the two has none, so it says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A customer as the search reads it; everything but `n` may be missing."""

    n: int
    kind: Kind | None = None  # None: told by the name
    name: str = ""
    given: str = ""
    family: str = ""
    organisation: str = ""
    born: date | None = None
    addresses: tuple[Address, ...] = ()
    phones: tuple[str, ...] = ()  # E.164, an extension behind ";ext="
    emails: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()  # (source, key)
    changed: bool = True  # since the point from which the search asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What one field says of a pair. `weight` is the binary logarithm of how many times more
    often customers that are one agree so than two that are not: above 0 it speaks for one."""

    field: Field
    agreement: Agreement
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two customers that may be one; `a` is less than `b`."""

    a: int
    b: int
    probability: float
    reasons: tuple[Reason, ...] = ()

    def agreement(self, field: Field) -> Agreement:
        found = (reason.agreement for reason in self.reasons if reason.field is field)
        return next(found, Agreement.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a search may take."""

    memory_mb: int = 1024
    threads: int = 2
    disk_mb: int = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    step: str  # "read", "train", "compare"
    done: int
    total: int  # 0: not known


class Records(Protocol):
    """Every method may raise `cti_bridge.errors.StoreError`."""

    def pages(self, since: datetime | None) -> AsyncIterator[Sequence[Record]]:
        """All customers in the order of `n`; `changed` is of those written after `since`."""


class Pairs(Protocol):
    """Takes what was found."""

    async def put(self, pairs: Sequence[Pair]) -> None:
        """Pairs come once each, in no order that means something."""


class Engine(Protocol):
    """One search, in a thread: `add` all records, then `pairs` once, then `close`."""

    def add(self, records: Sequence[Record]) -> None: ...

    def pairs(self, progress: Callable[[Progress], None]) -> Iterator[Sequence[Pair]]:
        """Those of at least `LOWEST` that hold a changed record. Raises `Cancelled`."""

    def cancel(self) -> None:
        """From any thread: what runs is stopped, and raises `Cancelled`."""

    def close(self) -> None: ...


class Cancelled(Exception):
    """The search was stopped; nothing of it is left on the disk."""


class EngineError(Exception):
    """The search cannot go on; a sentence that says why and what to do."""
