"""What a dial plan says of a caller: bounded, believed where it makes sense, shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.acd import variables
from cti_bridge.acd.rules import Rules
from cti_bridge.config.values import Agent as Section
from cti_bridge.config.values import Config, Queue
from tests.helpers.floor import World

CONFIG = Config(
    queues=(
        Queue(id="support", name="Support", dnis=("+34944210000",)),
        Queue(id="sales", name="Sales"),
    ),
    agents=(Section(login="ana", skills={"french": 6}), Section(login="bea")),
)
RULES = Rules(CONFIG, frozenset())


@pytest.mark.parametrize(
    ("said", "queue", "language", "priority", "skills", "ignored"),
    [
        ({}, None, "", 0, {}, ()),
        ({"queue": "sales"}, "sales", "", 0, {}, ()),
        ({"queue": "nowhere"}, None, "", 0, {}, ("queue",)),
        ({"language": "ES-es"}, None, "es", 0, {}, ()),
        ({"language": "7"}, None, "", 0, {}, ("language",)),
        ({"priority": "-20"}, None, "", -20, {}, ()),
        ({"priority": "1001"}, None, "", 0, {}, ("priority",)),
        ({"priority": "a lot"}, None, "", 0, {}, ("priority",)),
        ({"skill_french": "5"}, None, "", 0, {"french": 5}, ()),
        ({"skill_french": "11"}, None, "", 0, {}, ("skill_french",)),
        ({"skill_latin": "5"}, None, "", 0, {}, ("skill_latin",)),
        ({"customer": "C-1", "choice": "2"}, None, "", 0, {}, ()),
    ],
)
def test_what_makes_sense_takes_part_and_the_rest_is_ignored(
    said, queue, language, priority, skills, ignored
):
    wishes = variables.wishes(said, RULES)
    assert (wishes.queue, wishes.language, wishes.priority) == (queue, language, priority)
    assert (wishes.skills, wishes.ignored) == (skills, ignored)


def test_what_an_adapter_must_not_send_is_left_out():
    many = {f"n{n}": "x" for n in range(40)}
    assert len(variables.bounded(many)) == variables.MOST
    odd = {"Upper": "x", "": "x", "empty": " ", "lines": "a\nb\x00\u202ec", "long": "y" * 999}
    assert variables.bounded(odd) == {"lines": "a b c", "long": "y" * 200}


@given(st.dictionaries(st.text(), st.text()))
def test_nothing_that_is_said_is_too_much(said):
    kept = variables.bounded(said)
    wishes = variables.wishes(kept, RULES)
    assert wishes.queue in (None, "support", "sales")
    assert abs(wishes.priority) <= variables.HIGHEST_PRIORITY
    assert all(0 < len(value) <= variables.LONGEST for value in kept.values())


def test_they_travel_with_the_contact_and_route_it():
    world = World(config=CONFIG)
    world.come("bea")
    call = world.ring(variables={"queue": "sales", "skill_french": "5", "priority": "3"})
    contact = world.contact(call)
    assert (contact.queue, contact.priority, contact.state) == ("sales", 3, "queued")
    world.come("ana")
    assert world.contact(call).agent == "ana"
    view = world.offer().offer.interaction
    assert view.variables == {"queue": "sales", "skill_french": "5", "priority": "3"}


def test_the_journey_tells_them_and_what_was_ignored():
    world = World(config=CONFIG)
    call = world.ring(variables={"customer": "C-1", "queue": "nowhere"})
    contact = world.contact(call)
    assert contact.queue == "support"
    steps = {w.what: w.detail for w in world.store.log if hasattr(w, "what")}
    assert steps["variables"] == "customer: C-1 · queue: nowhere"
    assert steps["variables_ignored"] == "queue"
