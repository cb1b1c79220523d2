"""The sample is the same for the same seed, plausible, and harmless."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

from cti_bridge.customers.identities import normalise
from cti_bridge.customers.sample import SCRIPT, generate
from cti_bridge.customers.sample_contacts import AGENTS, DISPOSITIONS, contacts_of
from cti_bridge.protocol.vocabulary import IdentityKind, InteractionState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAMPLE = list(generate(3_000, now=NOW))
NOBODYS = re.compile(r"\+34(75|79)\d{7}|\+44(7700900|2079460)\d{3}|\+1\d{3}55501\d{2}")


def test_the_same_seed_gives_the_same_customers_from_any_start() -> None:
    assert list(generate(3_000, now=NOW)) == SAMPLE
    assert list(generate(50, now=NOW, start=2_000)) == SAMPLE[2_000:2_050]
    assert list(generate(50, now=NOW, start=2_000, seed=2)) != SAMPLE[2_000:2_050]


def test_numbers_and_addresses_are_nobodys() -> None:
    for sample in SAMPLE:
        for identity in sample.customer.identities:
            if identity.kind is IdentityKind.PHONE:
                assert NOBODYS.fullmatch(identity.value), identity.value
            if identity.kind is IdentityKind.EMAIL:
                assert identity.value.endswith(("@example.com", "@example.org", "@example.net"))


def test_identities_are_as_normalising_would_write_them() -> None:
    for sample in SAMPLE[:500]:
        for identity in sample.customer.identities:
            assert normalise(identity.kind, identity.value, "ES") == (identity.value, "")


def test_the_script_is_among_the_first() -> None:
    held = [(i.value, s.customer.name) for s in SAMPLE[:6] for i in s.customer.identities]
    assert (SCRIPT.known_number, SCRIPT.known_name) in held
    assert (SCRIPT.english_number, SCRIPT.english_name) in held
    assert (SCRIPT.long_number, SCRIPT.long_name) in held
    sharing = [name for value, name in held if value == SCRIPT.shared_number]
    assert sharing == list(SCRIPT.shared_names)
    everybody = {i.value for s in SAMPLE for i in s.customer.identities}
    assert SCRIPT.unknown_number not in everybody


def test_a_number_belongs_to_one_customer_but_for_the_family() -> None:
    mobiles = [s.customer.identities[0].value for s in SAMPLE]
    assert len(set(mobiles)) == len(mobiles) - 2
    ids = {s.customer.customer_id for s in SAMPLE}
    assert len(ids) == len(SAMPLE)


def test_a_million_numbers_are_all_different() -> None:
    from cti_bridge.customers.sample import _number

    numbers = {_number(at, at % 10 < 7) for at in range(6, 1_000_000)}
    assert len(numbers) == 999_994


def test_past_contacts_are_over_and_in_order() -> None:
    kinds = set()
    for index, sample in enumerate(SAMPLE[:400]):
        past = contacts_of(sample.customer, index, mean=3.0, now=NOW)
        assert past == contacts_of(sample.customer, index, mean=3.0, now=NOW)
        starts = [contact.started_at for contact in past]
        assert starts == sorted(starts)
        for contact in past:
            kinds.add(contact.state)
            answered = contact.established_at is not None
            assert contact.started_at < contact.cleared_at <= contact.closed_at < NOW
            assert (contact.agent in AGENTS) is answered
            assert (contact.disposition in DISPOSITIONS) is answered
            assert (contact.state is InteractionState.CLOSED) is answered
    assert kinds == {InteractionState.CLOSED, InteractionState.ABANDONED}


def test_past_contacts_are_those_of_an_office() -> None:
    """Forty on a working day of 10,000 customers, a quarter of it on a Saturday, in local hours,
    most of them answered soon."""
    now = datetime(2026, 3, 2, 22, 0, tzinfo=timezone(timedelta(hours=-5)))
    made = [
        contact
        for index, sample in enumerate(SAMPLE)
        for contact in contacts_of(sample.customer, index, mean=2.2, now=now)
    ]
    assert {9, 18} <= {c.started_at.hour for c in made} <= set(range(9, 19))
    days = Counter(c.started_at.weekday() for c in made)
    assert 6 not in days
    weekday = sum(days[day] for day in range(5)) / (5 * 104) * 10_000 / len(SAMPLE)
    assert 30 < weekday < 50
    assert 0.15 < days[5] / (sum(days[day] for day in range(5)) / 5) < 0.4
    today = sum(c.started_at.date() == now.date() for c in made)
    assert today < 3 * weekday * len(SAMPLE) / 10_000
    soon = sum(
        c.established_at is not None and c.established_at - c.started_at <= timedelta(seconds=20)
        for c in made
    )
    assert 0.8 < soon / len(made) < 0.92
    assert 0.02 < sum(c.established_at is None for c in made) / len(made) < 0.08
