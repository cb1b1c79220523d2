"""Parts of a file of which two customers may have the same: identities, addresses, relations.

Each is known by what it says (`ref`), not by its row: an edit of the file may write rows anew.
Where both have one, the absorbed's row goes with the merge, and its undo writes it again.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from sqlalchemy import and_, delete, insert, or_, select

from cti_bridge.customers.relations import ABOVE
from cti_bridge.customers.text import fold
from cti_bridge.protocol.vocabulary import MUTUAL_RELATIONS, IdentityKind, RelationKind
from cti_bridge.store.customer_relations import leads
from cti_bridge.store.tables import addresses, customers, identities, relations

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

logger = logging.getLogger(__name__)
Said: TypeAlias = dict[str, Any]
"""What a row says, as JSON can hold it."""


class Part(Protocol):
    """One kind; rows by their `ref`, in their order."""

    kind: str

    def read(self, connection: Connection, n: int) -> dict[str, Said]: ...
    def add(self, connection: Connection, n: int, said: Said) -> bool:
        """False where it may not stand there: nothing is written."""

    def remove(self, connection: Connection, n: int, ref: str) -> None: ...

    def seen(self, connection: Connection, ref: str, said: Said) -> list[str]:
        """By what it may be known today: another customer that it names may have been merged,
        or be itself again."""


@dataclass(frozen=True, slots=True)
class _Identities:
    kind = "identity"

    def read(self, connection: Connection, n: int) -> dict[str, Said]:
        query = select(identities).where(identities.c.customer_n == n).order_by(identities.c.n)
        found: dict[str, Said] = {}
        for row in connection.execute(query):
            at: datetime | None = row.confirmed_at
            found[identity_ref(row.kind.value, row.value, row.extension)] = {
                "kind": row.kind.value,
                "value": row.value,
                "extension": row.extension,
                "label": row.label,
                "source": row.source,
                "confirmed_at": at.isoformat() if at else None,
            }
        return found

    def add(self, connection: Connection, n: int, said: Said) -> bool:
        at = said["confirmed_at"]
        row = {
            **said,
            "kind": IdentityKind(said["kind"]),
            "confirmed_at": datetime.fromisoformat(at) if at else None,
        }
        connection.execute(insert(identities).values(customer_n=n, **row))
        return True

    def remove(self, connection: Connection, n: int, ref: str) -> None:
        kind, extension, value = ref.split("|", 2)
        connection.execute(
            delete(identities).where(
                identities.c.customer_n == n,
                identities.c.kind == IdentityKind(kind),
                identities.c.value == value,
                identities.c.extension == extension,
            )
        )

    def seen(self, connection: Connection, ref: str, said: Said) -> list[str]:
        return [ref]


def identity_ref(kind: str, value: str, extension: str) -> str:
    return f"{kind}|{extension}|{value}"


@dataclass(frozen=True, slots=True)
class _Addresses:
    kind = "address"

    def read(self, connection: Connection, n: int) -> dict[str, Said]:
        """Two of a customer that read the same are one here, and stay where they are."""
        return {ref: said for ref, (_, said) in self._rows(connection, n).items()}

    def _rows(self, connection: Connection, n: int) -> dict[str, tuple[list[int], Said]]:
        query = select(addresses).where(addresses.c.customer_n == n).order_by(addresses.c.n)
        found: dict[str, tuple[list[int], Said]] = {}
        for row in connection.execute(query):
            said = {name: getattr(row, name) for name in _ADDRESS}
            rows, _ = found.setdefault(_address_ref(said), ([], said))
            rows.append(row.n)
        return found

    def add(self, connection: Connection, n: int, said: Said) -> bool:
        connection.execute(insert(addresses).values(customer_n=n, **said))
        return True

    def remove(self, connection: Connection, n: int, ref: str) -> None:
        rows, _ = self._rows(connection, n).get(ref, ([], {}))
        if rows:
            connection.execute(delete(addresses).where(addresses.c.n.in_(rows)))

    def seen(self, connection: Connection, ref: str, said: Said) -> list[str]:
        return [ref]


_ADDRESS: Final = ("label", "street", "postcode", "city", "region", "country")


def _address_ref(said: Said) -> str:
    """Whatever it is called, and in whatever letters it is written."""
    told = "\n".join(fold(str(said[name])) for name in _ADDRESS if name != "label")
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Relations:
    """Seen from the one customer: to whom (`other`), and whether the other is its subject."""

    kind = "relation"

    def read(self, connection: Connection, n: int) -> dict[str, Said]:
        mine = or_(relations.c.customer_n == n, relations.c.other_n == n)
        found: dict[str, Said] = {}
        for row in connection.execute(select(relations).where(mine).order_by(relations.c.n)):
            forward = row.customer_n == n
            said: Said = {
                "other": row.other_n if forward else row.customer_n,
                "kind": row.kind.value,
                "backward": not forward and row.kind not in MUTUAL_RELATIONS,
                "role": row.role,
            }
            found[_relation_ref(said)] = said
        return found

    def add(self, connection: Connection, n: int, said: Said) -> bool:
        """Nobody is related to themselves, nobody stands above themselves by many steps, and
        nothing is said twice."""
        other = _root(connection, said["other"])
        if other == n:
            return False
        first, second = self._ends(n, other, said)
        kind = RelationKind(said["kind"])
        if connection.execute(select(relations.c.n).where(_same(first, second, kind))).first():
            return True
        if kind in ABOVE and leads(connection, kind, second, first):
            logger.warning("%s of customers %d and %d would go in a circle", kind, first, second)
            return False
        connection.execute(
            insert(relations).values(
                customer_n=first, other_n=second, kind=kind, role=said["role"]
            )
        )
        return True

    def remove(self, connection: Connection, n: int, ref: str) -> None:
        said = self.read(connection, n).get(ref)
        if said is not None:
            first, second = self._ends(n, said["other"], said)
            kind = RelationKind(said["kind"])
            connection.execute(delete(relations).where(_same(first, second, kind)))

    def seen(self, connection: Connection, ref: str, said: Said) -> list[str]:
        from cti_bridge.store.merge_tables import merges

        other = said["other"]
        split = select(merges.c.absorbed_n).where(merges.c.survivor_n == other)
        others = [_root(connection, other), *connection.execute(split).scalars()]
        return [_relation_ref({**said, "other": one}) for one in dict.fromkeys(others)]

    def _ends(self, n: int, other: int, said: Said) -> tuple[int, int]:
        if RelationKind(said["kind"]) in MUTUAL_RELATIONS:
            return min(n, other), max(n, other)
        return (other, n) if said["backward"] else (n, other)


def _relation_ref(said: Said) -> str:
    return f"{said['kind']}|{'from' if said['backward'] else 'to'}|{said['other']}"


def _same(first: int, second: int, kind: RelationKind) -> ColumnElement[bool]:
    return and_(
        relations.c.customer_n == first, relations.c.other_n == second, relations.c.kind == kind
    )


def _root(connection: Connection, n: int) -> int:
    """Who this customer is today."""
    into = select(customers.c.merged_into).where(customers.c.n == n)
    return int(connection.execute(into).scalar() or n)


PARTS: Final[tuple[Part, ...]] = (_Identities(), _Addresses(), _Relations())
