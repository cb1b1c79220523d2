"""Customers become one, and two again, while contacts name them."""

from __future__ import annotations

import pytest

from cti_bridge.acd.becoming import REMEMBERED
from cti_bridge.acd.inputs import CustomersErased, CustomersMerged, CustomersSeparated
from cti_bridge.errors import StoreError
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.values import CustomerCard, Match, MatchResult
from cti_bridge.protocol.vocabulary import CustomerId, MatchKind, MatchReason
from tests.helpers.floor import World, one_match

ANA = CustomerCard(customer_id=CustomerId("c-2"), version=5, name="Ana Peña Gil")
OLD = CustomerId("c-1")
MERGED = CustomersMerged(absorbed=OLD, survivor=ANA)


@pytest.fixture
def world() -> World:
    return World(match=one_match("Ana P.", OLD))


def several(*cards: CustomerCard) -> MatchResult:
    found = tuple(
        Match(card=card, reason=MatchReason.NUMBER_ON_FILE, matched_value="+34612345099")
        for card in cards
    )
    return MatchResult(kind=MatchKind.SEVERAL, matches=found, total=len(found))


def test_a_call_in_hand_shows_the_survivor_at_once(world: World) -> None:
    agent = world.come("ana")
    call = world.ring()
    world.told.clear()
    world.give(MERGED)
    contact = world.contact(call)
    assert (contact.customer, contact.customer_name) == ("c-2", "Ana Peña Gil")
    [(told, to)] = [pair for pair in world.told if isinstance(pair[0], InteractionChanged)]
    assert to.agents == {agent}
    assert told.interaction.customer_id == "c-2"
    assert told.interaction.match.matches[0].card == ANA
    assert told.interaction.match.matches[0].reason is MatchReason.NUMBER_ON_FILE


def test_a_call_that_was_looked_up_before_the_merge_pops_the_survivor(world: World) -> None:
    agent = world.come("ana")
    world.give(MERGED)
    call = world.ring()  # the look-up still says c-1
    assert world.contact(call).customer == "c-2"
    assert world.offers_to(agent)
    assert world.offer().offer.interaction.match.matches[0].card == ANA


def test_two_of_a_choice_that_became_one_are_one(world: World) -> None:
    other = CustomerCard(customer_id=CustomerId("c-9"), version=1, name="Otra")
    old = CustomerCard(customer_id=OLD, version=1, name="Ana P.")
    world.match = several(old, ANA, other)
    call = world.ring()
    world.give(MERGED)
    match = world.contact(call).match
    assert match is not None
    assert [one.card.customer_id for one in match.matches] == ["c-2", "c-9"]
    assert (match.kind, match.total) == (MatchKind.SEVERAL, 2)
    assert world.contact(call).customer is None  # still the agent's choice


def test_the_last_two_of_a_choice_that_became_one_are_the_caller(world: World) -> None:
    world.match = several(CustomerCard(customer_id=OLD, version=1, name="Ana P."), ANA)
    call = world.ring()
    world.give(MERGED)
    contact = world.contact(call)
    assert contact.match is not None
    assert contact.match.kind is MatchKind.ONE
    assert contact.customer == "c-2"


def test_a_choice_that_was_cut_keeps_its_count(world: World) -> None:
    shown = several(CustomerCard(customer_id=OLD, version=1, name="Ana P."), ANA)
    world.match = MatchResult(kind=MatchKind.SEVERAL, matches=shown.matches, total=40)
    call = world.ring()
    world.give(MERGED)
    match = world.contact(call).match
    assert match is not None
    assert (match.kind, match.total) == (MatchKind.SEVERAL, 39)


def test_a_missed_call_is_the_survivors(world: World) -> None:
    call = world.ring()
    world.switch.far_end_clears(call)
    world.settle()
    world.give(MERGED)
    [row] = world.floor.missed.values()
    assert (row.customer, row.customer_name) == ("c-2", "Ana Peña Gil")


def test_a_chain_of_merges_ends_at_the_last_survivor(world: World) -> None:
    world.give(MERGED)
    last = CustomerCard(customer_id=CustomerId("c-3"), version=1, name="Ana")
    world.give(CustomersMerged(absorbed=ANA.customer_id, survivor=last))
    assert world.contact(world.ring()).customer == "c-3"


def test_a_separation_gives_back_what_is_named_and_nothing_else(world: World) -> None:
    world.give(MERGED)
    theirs, ours = world.ring(), world.ring("+34612345000")
    card = CustomerCard(customer_id=OLD, version=7, name="Ana P.")
    contacts = frozenset({world.contact(theirs).id})
    world.give(CustomersSeparated(customer=card, contacts=contacts))
    assert world.contact(theirs).customer == OLD
    match = world.contact(theirs).match
    assert match is not None
    assert match.matches[0].card == card
    assert world.contact(ours).customer == "c-2"
    assert world.contact(world.ring("+34612345001")).customer == OLD  # is itself again


def test_a_merge_that_cannot_be_stored_now_is_remembered(world: World) -> None:
    call = world.ring()
    world.store.failure = StoreError("unreachable", "gone")
    with pytest.raises(StoreError):
        world.give(MERGED)
    world.store.failure = None
    assert world.floor.homes[OLD] == ANA
    world.give(MERGED)  # the writer tries again
    assert world.contact(call).customer == "c-2"


def test_what_is_remembered_is_bounded(world: World) -> None:
    for number in range(REMEMBERED + 50):
        world.give(CustomersMerged(absorbed=CustomerId(f"x-{number}"), survivor=ANA))
    assert len(world.floor.homes) == REMEMBERED
    assert f"x-{REMEMBERED + 49}" in world.floor.homes


# -- erased


def gone(*own: str) -> CustomersErased:
    return CustomersErased(customers=frozenset({OLD}), own=frozenset(own))


def test_a_call_that_was_looked_up_before_the_erasure_is_nobodys(world: World) -> None:
    agent = world.come("ana")
    world.give(gone())
    call = world.ring()  # the look-up still says c-1
    contact = world.contact(call)
    assert (contact.customer, contact.customer_name) == (None, "")
    assert world.offers_to(agent)
    match = world.offer().offer.interaction.match
    assert match is not None
    assert (match.kind, match.matches) == (MatchKind.NONE, ())


def test_a_call_in_hand_that_was_missed_by_the_store_is_nobodys_at_once(world: World) -> None:
    world.come("ana")
    call = world.ring()
    assert world.contact(call).customer == OLD
    world.told.clear()
    world.give(gone())
    assert world.contact(call).customer is None
    [told] = [event for event, _ in world.told if isinstance(event, InteractionChanged)]
    assert "Ana P." not in str(told)


def test_of_a_choice_the_other_is_left(world: World) -> None:
    world.match = several(CustomerCard(customer_id=OLD, version=1, name="Ana P."), ANA)
    call = world.ring()
    world.give(gone())
    contact = world.contact(call)
    assert contact.match is not None
    assert [one.card for one in contact.match.matches] == [ANA]
    assert (contact.match.kind, contact.customer) == (MatchKind.ONE, "c-2")


def test_a_missed_call_has_no_number_any_more_and_a_new_one_its_own_row(world: World) -> None:
    call = world.ring()
    world.switch.far_end_clears(call)
    world.settle()
    world.give(gone())
    [row] = world.floor.missed.values()
    assert (row.customer, row.customer_name, row.caller.number.value) == (None, "", "")
    world.match = MatchResult(kind=MatchKind.NONE)
    again = world.ring()
    world.switch.far_end_clears(again)
    world.settle()
    assert sorted(one.attempts for one in world.floor.missed.values()) == [1, 1]


def test_a_missed_call_of_nobody_from_a_number_that_was_theirs_is_blank_too(world: World) -> None:
    world.match = MatchResult(kind=MatchKind.NONE)
    call = world.ring("+34612345099")
    other = world.ring("+34612345000")
    for one in (call, other):
        world.switch.far_end_clears(one)
    world.settle()
    world.give(gone("+34612345099"))
    numbers = sorted(row.caller.number.value for row in world.floor.missed.values())
    assert numbers == ["", "+34612345000"]


def test_who_was_merged_into_one_who_is_erased_is_nobody(world: World) -> None:
    world.give(MERGED)
    world.give(CustomersErased(customers=frozenset({OLD, ANA.customer_id}), own=frozenset()))
    assert world.contact(world.ring()).customer is None
