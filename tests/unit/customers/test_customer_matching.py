"""Who a caller may be, and what a search means: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cti_bridge.customers import matching, terms
from cti_bridge.customers.ports import Customer, Found, Identity, Terms
from cti_bridge.protocol.values import ContactSummary
from cti_bridge.protocol.vocabulary import (
    Channel,
    CustomerId,
    Direction,
    IdentityKind,
    InteractionId,
    InteractionState,
    MatchKind,
    MatchReason,
)
from cti_bridge.telephony.ports import Number, NumberKind

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MAIN = "+34944210017"


def customer(name: str, *identities: Identity, days_ago: int | None = None) -> Customer:
    return Customer(
        customer_id=CustomerId(name),
        version=1,
        name=name,
        updated_at=NOW,
        last_contact_at=None if days_ago is None else NOW - timedelta(days=days_ago),
        identities=identities,
    )


def phone(extension: str = "", *, confirmed: bool = False, value: str = MAIN) -> Identity:
    return Identity(
        kind=IdentityKind.PHONE,
        value=value,
        extension=extension,
        source="import crm",
        confirmed_at=NOW if confirmed else None,
    )


def number(extension: str = "", kind: NumberKind = NumberKind.E164) -> Number:
    return Number(kind=kind, value=MAIN, extension=extension)


def found(*customers: Customer, exact: int = 0, total: int = 0) -> Found:
    return Found(customers=customers, exact_total=exact, total=total or len(customers))


def test_recent_contact_ranks_and_the_never_contacted_come_last() -> None:
    result = matching.result(
        number(),
        found(
            customer("old", phone(), days_ago=400),
            customer("never", phone(confirmed=True)),
            customer("new", phone(), days_ago=1),
            exact=3,
        ),
        {},
    )
    assert [match.card.name for match in result.matches] == ["new", "old", "never"]
    assert (result.kind, result.total) == (MatchKind.SEVERAL, 3)


def test_confirmed_speaks_first_among_the_customers_own_identities() -> None:
    one = customer("one", phone(), phone(confirmed=True))
    result = matching.result(number(), found(one, exact=1), {})
    assert result.kind is MatchKind.ONE
    assert result.matches[0].reason is MatchReason.NUMBER_CONFIRMED
    assert (result.matches[0].confirmed_at, result.matches[0].source) == (NOW, "import crm")


@pytest.mark.parametrize(
    ("caller", "held", "reason"),
    [
        ("", "", MatchReason.NUMBER_ON_FILE),
        ("4012", "4012", MatchReason.NUMBER_ON_FILE),
        ("4012", "", MatchReason.NUMBER_WITHOUT_EXTENSION),
        ("", "4012", MatchReason.NUMBER_WITHOUT_EXTENSION),
        ("4012", "4013", None),
    ],
)
def test_extensions(caller: str, held: str, reason: MatchReason | None) -> None:
    result = matching.result(number(caller), found(customer("x", phone(held))), {})
    assert [match.reason for match in result.matches] == ([reason] if reason else [])
    assert result.kind is (MatchKind.ONE if reason else MatchKind.NONE)


def test_the_main_number_names_people_only_where_nobody_has_exactly_it() -> None:
    people = (customer("a", phone("1")), customer("b", phone("2")))
    company = customer("company", phone())
    alone = matching.result(number(), found(*people), {})
    assert {match.card.name for match in alone.matches} == {"a", "b"}
    joined = matching.result(number(), found(company, *people, exact=1, total=3), {})
    assert [match.card.name for match in joined.matches] == ["company"]
    assert (joined.kind, joined.total) == (MatchKind.ONE, 1)


def test_an_internal_extension_is_its_own_reason() -> None:
    caller = Number(kind=NumberKind.EXTENSION, value="1003")
    result = matching.result(caller, found(customer("x", phone(value="1003")), exact=1), {})
    assert result.matches[0].reason is MatchReason.EXTENSION


def test_the_cut_is_counted_and_is_never_one() -> None:
    crowd = [customer(f"c{at}", phone(), days_ago=at) for at in range(20)]
    result = matching.result(number(), found(*crowd, exact=1000, total=1000), {})
    assert (result.kind, len(result.matches), result.total) == (MatchKind.SEVERAL, 20, 1000)


def test_the_last_contacts_are_on_the_card() -> None:
    last = ContactSummary(
        interaction_id=InteractionId("i"),
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        started_at=NOW,
        state=InteractionState.CLOSED,
    )
    one = customer("one", phone())
    result = matching.result(number(), found(one, exact=1), {one.customer_id: (last,)})
    assert result.matches[0].card.last_contacts == (last,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Núñez  GAR", Terms(words=("nunez", "gar"))),
        ("612 34", Terms(words=("612", "34"), prefixes=("+3461234",), tails=("43216",))),
        ("+34 612", Terms(words=("34", "612"), prefixes=("+34612",))),
        (
            "0034612",
            Terms(words=("0034612",), prefixes=("+34612", "0034612"), tails=("2164300",)),
        ),
        (
            "34612345",
            Terms(
                words=("34612345",),
                prefixes=("+3434612345", "+34612345", "34612345"),
                tails=("54321643",),
            ),
        ),
        ("A@Ejemplo", Terms(prefixes=("a@ejemplo",))),
        ("cl-1", Terms(words=("cl", "1"), prefixes=("cl-1", "CL-1"))),
        ("a", Terms()),
        ("@", Terms()),
        ("%_*", Terms(prefixes=("%_*",))),
        ("12", Terms(words=("12",), prefixes=("12",))),
        ("", Terms()),
        ("\u202e\x00", Terms()),
    ],
)
def test_what_a_search_means(text: str, expected: Terms) -> None:
    assert terms.read(text, "ES") == expected


def test_a_trunk_prefix_is_not_part_of_the_number() -> None:
    assert "+442079460" in terms.read("020 7946 0", "GB").prefixes


def test_a_search_is_bounded() -> None:
    wanted = terms.read("palabra " * 10_000, "ES")
    assert len(wanted.words) == terms.MAX_TERMS
    prefixes = terms.read("9" * 9_999, "ES").prefixes
    assert max(map(len, prefixes)) == len("+34") + terms.MAX_TEXT
