"""Which customers may stand to each other in which way. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cti_bridge.protocol.vocabulary import MUTUAL_RELATIONS, CustomerKind, RelationKind

if TYPE_CHECKING:
    from cti_bridge.protocol.customer_values import RelationView
    from cti_bridge.protocol.vocabulary import CustomerId

ABOVE: Final = frozenset({RelationKind.PART_OF, RelationKind.PARENT_OF, RelationKind.GUARDIAN_OF})
"""Nobody stands above themselves by these, however many steps it takes."""

_BETWEEN: Final = {
    RelationKind.WORKS_AT: (CustomerKind.PERSON, CustomerKind.ORGANISATION),
    RelationKind.PART_OF: (CustomerKind.ORGANISATION, CustomerKind.ORGANISATION),
    **dict.fromkeys(
        (
            RelationKind.PARENT_OF,
            RelationKind.GUARDIAN_OF,
            RelationKind.PARTNER_OF,
            RelationKind.SIBLING_OF,
            RelationKind.HOUSEHOLD,
        ),
        (CustomerKind.PERSON, CustomerKind.PERSON),
    ),
}


class RelationError(ValueError):
    """The relation cannot be written; says why."""

    def __init__(self, relation: RelationView, why: str) -> None:
        super().__init__(why)
        self.relation = relation


def key(relation: RelationView) -> tuple[CustomerId, RelationKind, bool]:
    """What makes two of them the same for one customer."""
    backward = relation.backward and relation.kind not in MUTUAL_RELATIONS
    return relation.customer_id, relation.kind, backward


def check(relation: RelationView, kind: CustomerKind, other: CustomerKind) -> None:
    """Raises RelationError where a customer of `kind` cannot stand so to one of kind `other`."""
    between = _BETWEEN.get(relation.kind)
    if between is None:
        return
    pair = (other, kind) if relation.backward else (kind, other)
    if pair != between:
        one, two = between
        raise RelationError(relation, f"{relation.kind} is of a {one} and a {two}")


def mirrored(
    relation: RelationView, customer: CustomerId, name: str, kind: CustomerKind
) -> RelationView:
    """The same, as the file of the other one shows it; `customer` is whose it was."""
    mutual = relation.kind in MUTUAL_RELATIONS
    return replace(
        relation,
        customer_id=customer,
        name=name,
        other_kind=kind,
        backward=not mutual and not relation.backward,
    )
