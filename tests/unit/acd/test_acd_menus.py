"""What a caller is asked before the queue, as ladders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.values import Config, Menu, MenuKey, Queue, Treatment
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.vocabulary import ClearCause, InteractionState, Verb
from cti_bridge.telephony.ports import SwitchError
from tests.helpers.floor import World

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.telephony.ports import CallId

S = InteractionState
NUMBER = "+34944219999"
MENUS = (
    Menu(
        id="start",
        dnis=(NUMBER,),
        say=("hello", "choose"),
        otherwise="support",
        keys=(
            MenuKey(key="1", queue="sales"),
            MenuKey(key="2", menu="account", language="en", priority=5),
            MenuKey(key="3", menu="start"),
            MenuKey(key="9", hang_up=True),
        ),
    ),
    Menu(id="account", say=("type-it",), collect="customer", digits=6, otherwise="support"),
)
CONFIG = Config(
    queues=(
        Queue(
            id="support", name="Support", waiting=Treatment(kind="music", music="calm", every=30)
        ),
        Queue(id="sales", name="Sales", dnis=("+34944210001",)),
    ),
    menus=MENUS,
)


@pytest.fixture
def world() -> World:
    return World(config=CONFIG)


def ring(world: World) -> CallId:
    return world.ring(dnis=NUMBER)


def in_menu(world: World) -> CallId:
    """A caller to whom the menu has been said."""
    call = ring(world)
    world.switch.announcement_ends(call)
    world.settle()
    return call


def press(world: World, call: CallId, keys: str) -> None:
    world.switch.far_end_presses(call, keys)
    world.settle()


def of(world: World, call: CallId) -> Interaction:
    return world.contact(call)


def heard(world: World) -> list[tuple[str, ...]]:
    wanted = ("park", "announce")
    return [(name, *words) for name, _, *words in world.switch.commands if name in wanted]


def steps(world: World, call: CallId) -> list[str]:
    name = of(world, call).id
    return [
        one.what
        for one in world.store.log
        if getattr(one, "interaction", None) == name and hasattr(one, "what")
    ]


def test_a_menu_is_said_and_its_key_chooses_the_queue(world):
    call = ring(world)
    assert of(world, call).state is S.NEW
    assert heard(world) == [("park", "hold"), ("announce", "hello", "choose")]
    press(world, call, "1")
    contact = of(world, call)
    assert (contact.state, contact.queue) == (S.QUEUED, "sales")
    assert steps(world, call) == ["delivered", "match_none", "menu", "menu_key", "queued"]


def test_nobody_is_offered_it_before_and_the_wait_begins_with_the_queue(world):
    ana = world.come("ana")
    call = ring(world)
    world.advance(3)
    assert world.offers_to(ana) == []
    press(world, call, "1")
    [offer] = world.offers_to(ana)
    contact = of(world, call)
    assert offer.interaction == contact.id
    assert contact.queued_at == world.clock.at
    assert (contact.queued_at - contact.started_at).total_seconds() == 3


def test_it_is_connected_not_answered_again(world):
    ana = world.come("ana")
    call = ring(world)
    press(world, call, "1")
    [offer] = world.offers_to(ana)
    world.ask(ana, c.AcceptOffer(request_id=0, offer_id=offer.id))
    assert "connect" in [name for name, *_ in world.switch.commands]
    assert of(world, call).state is S.CONNECTED


def test_who_says_nothing_is_asked_again_and_then_goes_to_the_usual_queue(world):
    call = in_menu(world)
    world.advance(6)
    assert heard(world).count(("announce", "hello", "choose")) == 2
    for _ in range(2):
        world.switch.announcement_ends(call)
        world.settle()
        world.advance(6)
    contact = of(world, call)
    assert (contact.state, contact.queue) == (S.QUEUED, "support")
    assert "menu_unanswered" in steps(world, call)
    assert heard(world)[-1] == ("park", "calm")


def test_the_time_for_a_key_begins_after_the_words(world):
    call = ring(world)
    world.advance(60)
    assert heard(world).count(("announce", "hello", "choose")) == 1
    assert of(world, call).state is S.NEW


def test_a_key_that_means_nothing_counts_as_a_try(world):
    call = in_menu(world)
    press(world, call, "7")
    press(world, call, "8")
    assert of(world, call).state is S.NEW
    press(world, call, "*")
    assert of(world, call).queue == "support"


def test_of_several_keys_the_first_that_means_anything_counts(world):
    call = in_menu(world)
    press(world, call, "719")
    assert of(world, call).queue == "sales"


def test_a_key_leads_on_sets_the_language_and_the_priority(world):
    call = in_menu(world)
    press(world, call, "2")
    assert heard(world)[-1] == ("announce", "type-it")
    press(world, call, "12")
    press(world, call, "34#")
    contact = of(world, call)
    assert contact.variables == {"customer": "1234"}
    assert (contact.queue, contact.language, contact.priority) == ("support", "en", 5)
    world.advance(31)
    assert heard(world)[-1][1].startswith("en-")


def test_a_number_ends_by_its_length_or_by_silence(world):
    call, other = in_menu(world), in_menu(world)
    press(world, call, "2")
    press(world, call, "123456789")
    assert of(world, call).variables == {"customer": "123456"}
    press(world, other, "2")
    press(world, other, "77")
    world.switch.announcement_ends(other)
    world.settle()
    world.advance(6)
    assert of(world, other).variables == {"customer": "77"}


def test_nothing_typed_is_no_number(world):
    call = in_menu(world)
    press(world, call, "2")
    for _ in range(3):
        press(world, call, "#")
    contact = of(world, call)
    assert contact.state is S.QUEUED
    assert contact.variables == {}


def test_who_chooses_to_end_is_hung_up_and_not_missed(world):
    call = in_menu(world)
    contact = of(world, call).id
    press(world, call, "9")
    assert world.store.interactions[contact].state is S.ABANDONED
    assert world.store.interactions[contact].failure is ClearCause.TURNED_AWAY


def test_who_hangs_up_in_a_menu_is_missed_by_its_usual_queue(world):
    call = in_menu(world)
    contact = of(world, call).id
    world.switch.far_end_clears(call)
    world.settle()
    assert world.store.interactions[contact].state is S.ABANDONED
    [row] = world.store.missed.values()
    assert row.queue == "support"


def test_a_circle_of_menus_ends_in_the_queue(world):
    call = in_menu(world)
    for _ in range(60):
        if of(world, call).state is not S.NEW:
            break
        press(world, call, "3")
    assert of(world, call).queue == "support"


def test_a_switch_that_cannot_answer_lets_it_ring_in_the_queue(world):
    world.switch.failures["park"] = SwitchError("busy", "no port")
    call = ring(world)
    contact = of(world, call)
    assert (contact.state, contact.queue) == (S.QUEUED, "support")
    assert contact.treatment is None


def test_a_switch_that_says_nothing_has_no_menus():
    world = World(config=CONFIG)
    world.rules.verbs = world.rules.verbs - {Verb.PLAY}
    call = ring(world)
    assert of(world, call).state is S.QUEUED


def test_a_number_of_a_queue_needs_no_menu(world):
    call = world.ring(dnis="+34944210001")
    assert of(world, call).state is S.QUEUED


def test_a_bridge_that_dies_in_a_menu_leaves_a_missed_call(world):
    call = in_menu(world)
    contact = of(world, call).id
    after = world.restart()
    assert after.store.interactions[contact].state is S.ABANDONED
