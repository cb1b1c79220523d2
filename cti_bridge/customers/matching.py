"""Who a caller may be, and why: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.customers.ports import HIDDEN
from cti_bridge.customers.text import fold_words
from cti_bridge.protocol.values import Match, MatchResult
from cti_bridge.protocol.vocabulary import MatchKind, MatchReason
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cti_bridge.customers.ports import Customer, Found, Identity
    from cti_bridge.protocol.values import ContactSummary
    from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind
    from cti_bridge.telephony.ports import Number

MAX_MATCHES: Final = 20

WITHHELD: Final = MatchResult(kind=MatchKind.WITHHELD)
NOBODY: Final = MatchResult(kind=MatchKind.NONE)


def result(
    number: Number,
    found: Found,
    last: Mapping[CustomerId, tuple[ContactSummary, ...]],
) -> MatchResult:
    """Ranked by recent contact, customers never contacted last.

    A company's main number names the people behind it only where nobody has exactly this
    number and extension.
    """
    ranked = sorted(found.customers, key=_recency, reverse=True)
    exact = [(c, i) for c in ranked if (i := identity_of(c, number, exact=True)) is not None]
    pairs = exact or [
        (c, i) for c in ranked if (i := identity_of(c, number, exact=False)) is not None
    ]
    total = found.exact_total if exact else found.total
    if not pairs:
        return NOBODY
    matches = tuple(
        Match(
            card=customer.card(tuple(last.get(customer.customer_id, ()))),
            reason=reason(number, identity),
            matched_value=identity.written,
            source=identity.source,
            confirmed_at=identity.confirmed_at,
        )
        for customer, identity in pairs[:MAX_MATCHES]
    )
    return _result(matches, max(total, len(pairs)))


def plain(
    kind: IdentityKind,
    value: str,
    found: Found,
    *,
    on_file: MatchReason,
    confirmed: MatchReason,
    name: str = "",
) -> MatchResult:
    """Who has this very identity; of several, first whoever is called `name`, then by recent
    contact."""
    called = fold_words(name)
    ranked = sorted(
        found.customers,
        key=lambda c: (bool(called) and set(fold_words(c.name)) == set(called), *_recency(c)),
        reverse=True,
    )
    matches = tuple(
        Match(
            card=customer.card(tuple(found.last.get(customer.customer_id, ()))),
            reason=confirmed if identity.confirmed_at else on_file,
            matched_value="" if kind in HIDDEN else value,
            source=identity.source,
            confirmed_at=identity.confirmed_at,
        )
        for customer in ranked[:MAX_MATCHES]
        for identity in customer.identities
        if (identity.kind, identity.value) == (kind, value)
    )
    return _result(matches, max(found.total, len(matches)))


def together(results: Iterable[MatchResult]) -> MatchResult:
    """One answer of several questions: each customer once, with its first reason."""
    matches: dict[CustomerId, Match] = {}
    hidden = 0
    for one in results:
        hidden = max(hidden, one.total - len(one.matches))
        for match in one.matches:
            matches.setdefault(match.card.customer_id, match)
    return _result(tuple(matches.values())[:MAX_MATCHES], len(matches) + hidden)


def _result(matches: tuple[Match, ...], total: int) -> MatchResult:
    if not matches:
        return NOBODY
    kind = MatchKind.ONE if total == 1 else MatchKind.SEVERAL
    return MatchResult(kind=kind, matches=matches, total=total)


def identity_of(customer: Customer, number: Number, *, exact: bool) -> Identity | None:
    """The customer's identity that this number is; confirmed ones speak first."""
    same = [
        identity
        for identity in customer.identities
        if identity.value == number.value
        and (identity.extension == number.extension or (not exact and _main(identity, number)))
    ]
    return max(same, key=lambda identity: identity.confirmed_at is not None, default=None)


def reason(number: Number, identity: Identity) -> MatchReason:
    if identity.extension != number.extension:
        return MatchReason.NUMBER_WITHOUT_EXTENSION
    if identity.confirmed_at is not None:
        return MatchReason.NUMBER_CONFIRMED
    if number.kind is NumberKind.EXTENSION:
        return MatchReason.EXTENSION
    return MatchReason.NUMBER_ON_FILE


def _main(identity: Identity, number: Number) -> bool:
    """Main number against an extension behind it; two different extensions are two people."""
    return not identity.extension or not number.extension


def _recency(customer: Customer) -> tuple[bool, float]:
    at = customer.last_contact_at
    return (at is not None, at.timestamp() if at is not None else 0.0)
