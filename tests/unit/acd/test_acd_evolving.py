"""A contact is copied quickly, and exactly as `dataclasses.replace` copies it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from cti_bridge.acd.interaction import Interaction, evolve
from cti_bridge.protocol.vocabulary import InteractionState

NAMES = [one.name for one in fields(Interaction)]


def contact() -> Interaction:
    """Each of its fields another one's in nothing."""
    made = object.__new__(Interaction)
    for name in NAMES:
        object.__setattr__(made, name, f"the {name}")
    return made


def test_a_copy_is_what_replace_makes_whatever_the_field():
    before = contact()
    for name in NAMES:
        after = evolve(before, **{name: "changed"})
        assert after == replace(before, **{name: "changed"})
        assert before == contact()


def test_several_fields_or_none():
    before = contact()
    again = evolve(before)
    assert again == before
    assert again is not before
    after = evolve(before, state=InteractionState.OFFERED, version=7)
    assert (after.state, after.version, after.queue) == (
        InteractionState.OFFERED,
        7,
        before.queue,
    )


def test_a_field_that_it_has_not_is_refused():
    with pytest.raises(TypeError, match="no colour"):
        evolve(contact(), colour="red")


def test_the_copy_is_frozen_too():
    with pytest.raises(FrozenInstanceError):
        evolve(contact(), version=2).version = 3
