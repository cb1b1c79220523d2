"""What a waiting caller hears, and what their keys do, as ladders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.values import Config, Overflow, Queue, Treatment
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import Channel, ClearCause, InteractionState, Verb
from cti_bridge.telephony.ports import CallParked, SwitchError
from tests.helpers.floor import World

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.telephony.ports import CallId

S = InteractionState
MUSIC = Treatment(
    kind="music",
    answer_after=2,
    every=30,
    language="en",
    say=("position", "expected_wait", "callback_offer"),
    callback_key="1",
    voicemail_key="2",
)


def world_of(waiting: Treatment = MUSIC, *overflow: Overflow) -> World:
    queue = Queue(
        id="support",
        name="Support",
        dnis=("+34944210000",),
        waiting=waiting,
        overflow=overflow,
    )
    world = World(config=Config(queues=(queue,)))
    world.rules.spool = Path("/spool")
    return world


@pytest.fixture
def world() -> World:
    return world_of()


def commands(world: World) -> list[str]:
    return [name for name, *_ in world.switch.commands]


def said(world: World) -> list[tuple[str, ...]]:
    return [tuple(words) for name, _, *words in world.switch.commands if name == "announce"]


def of(world: World, call: CallId) -> Interaction:
    return world.contact(call)


def press(world: World, call: CallId, keys: str) -> None:
    world.switch.far_end_presses(call, keys)
    world.settle()


def words_end(world: World, call: CallId) -> None:
    world.switch.announcement_ends(call)
    world.settle()


def all_words_end(world: World) -> None:
    for call in list(world.switch.calls):
        words_end(world, call)


def test_a_call_that_an_agent_takes_at_once_is_never_answered_by_the_bridge(world):
    ana = world.come("ana")
    world.ring()
    world.advance(10)
    assert "park" not in commands(world)
    world.ask(ana, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    world.advance(600)
    assert commands(world) == ["answer"]


def test_who_waits_has_music_and_is_told_the_place_now_and_then(world):
    first, second = world.ring("+34612345001"), world.ring("+34612345002")
    world.advance(1.9)
    assert commands(world) == []
    world.advance(0.2)
    assert commands(world) == ["park", "announce"] * 2
    assert said(world)[0] == ("en-wait",)
    all_words_end(world)
    world.advance(30)
    placed = {call: words for name, call, *words in world.switch.commands if name == "announce"}
    assert "en-next" in placed[first]
    assert placed[second][:2] == ["en-position", "en-n-2"]
    assert placed[second][-6:] == [
        "en-press", "en-n-1", "en-for-callback", "en-press", "en-n-2", "en-for-voicemail",
    ]  # fmt: skip
    world.advance(30)
    assert len(said(world)) == 4  # they are still being said: nobody is cut short
    all_words_end(world)
    world.advance(29)
    assert len(said(world)) == 4
    world.advance(1)
    assert len(said(world)) == 6


def test_a_parked_call_is_connected_to_its_agent_and_hears_no_more_words(world):
    call = world.ring()
    world.advance(5)
    ana = world.come("ana")
    world.ask(ana, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    assert commands(world)[-1] == "connect"
    assert of(world, call).state is S.CONNECTED
    before = len(said(world))
    world.advance(300)
    assert len(said(world)) == before


def test_who_hangs_up_while_waiting_has_abandoned(world):
    call = world.ring()
    world.advance(5)
    world.switch.far_end_clears(call)
    world.settle()
    assert of(world, call).state is S.ABANDONED
    assert len(world.floor.missed) == 1
    world.advance(300)
    assert len(said(world)) == 1


def test_press_1_and_we_call_you_back_at_your_place(world):
    call, later = world.ring("+34612345001"), world.ring("+34612345002")
    world.advance(5)
    place = of(world, call).queued_at
    press(world, call, "1")
    assert said(world)[-1] == ("en-callback-done",)
    ana = world.come("ana")
    assert world.offers_to(ana)[0].interaction == of(world, later).id  # not while it talks
    words_end(world, call)
    contact = of(world, call)
    assert (contact.channel, contact.state, contact.call) == (Channel.CALLBACK, S.QUEUED, None)
    assert contact.queued_at == place
    assert contact.call_to is not None
    assert contact.call_to.value == "+34612345001"
    assert not world.floor.missed
    luis = world.come("luis")
    assert world.offers_to(luis)[0].interaction == contact.id


def test_who_hangs_up_during_the_promise_is_called_back_all_the_same(world):
    call = world.ring()
    world.advance(5)
    press(world, call, "1")
    world.switch.far_end_clears(call)
    world.settle()
    assert of(world, call).channel is Channel.CALLBACK
    assert of(world, call).state is S.QUEUED


def test_one_whose_number_is_withheld_keys_it(world):
    call = world.ring("")
    world.advance(5)
    press(world, call, "1")
    assert said(world)[-1] == ("en-give-number",)
    press(world, call, "12#")
    assert said(world)[-1] == ("en-wrong-number", "en-give-number")
    for key in "944210017":
        press(world, call, key)
    press(world, call, "#")
    assert said(world)[-1] == ("en-callback-done",)
    words_end(world, call)
    number = of(world, call).call_to
    assert number is not None
    assert number.value == "+34944210017"


def test_a_number_that_is_never_keyed_leaves_the_caller_waiting(world):
    call = world.ring("")
    world.advance(5)
    press(world, call, "1")
    world.advance(21)
    assert said(world)[-1] == ("en-sorry",)
    ana = world.come("ana")
    assert world.offers_to(ana)[0].interaction == of(world, call).id


def test_a_message_is_left_and_waits_at_its_place(world):
    call = world.ring()
    world.advance(5)
    press(world, call, "2")
    assert said(world)[-1] == ("en-leave-message",)
    words_end(world, call)
    contact = of(world, call)
    assert world.switch.calls[call].recording == f"/spool/{contact.id}.wav"
    world.switch.recording_ends(call, 6.5)
    world.settle()
    assert said(world)[-1] == ("en-message-done",)
    words_end(world, call)
    contact = of(world, call)
    assert (contact.channel, contact.state, contact.call) == (Channel.VOICEMAIL, S.QUEUED, None)
    assert not world.floor.missed


def test_a_message_cut_off_by_hanging_up_counts(world):
    call = world.ring()
    world.advance(5)
    press(world, call, "2")
    words_end(world, call)
    world.switch.recording_ends(call, 6.5, "cleared")
    world.switch.far_end_clears(call)
    world.settle()
    assert of(world, call).channel is Channel.VOICEMAIL


def test_who_says_nothing_is_a_missed_call(world):
    call = world.ring()
    world.advance(5)
    press(world, call, "2")
    words_end(world, call)
    world.switch.recording_ends(call, 0.8, "cleared")
    world.switch.far_end_clears(call)
    world.settle()
    assert of(world, call).state is S.ABANDONED
    assert len(world.floor.missed) == 1


def test_a_disk_that_is_full_is_told_with_a_sorry_and_the_caller_waits_on(world):
    call = world.ring()
    world.advance(5)
    press(world, call, "2")
    words_end(world, call)
    world.switch.recording_ends(call, 0.0, "failed")
    world.settle()
    assert said(world)[-1] == ("en-sorry",)
    ana = world.come("ana")
    assert world.offers_to(ana)[0].interaction == of(world, call).id


def test_a_flood_of_other_keys_does_nothing(world):
    call = world.ring()
    world.advance(5)
    for _ in range(50):
        press(world, call, "9*0#73")
    assert of(world, call).channel is Channel.VOICE
    assert len(said(world)) == 1


def test_keys_before_the_bridge_answered_are_no_wish(world):
    call = world.ring()
    press(world, call, "1")
    world.advance(5)
    assert of(world, call).treatment.number is None


def test_a_sound_that_cannot_be_played_keeps_nobody_waiting_for_it(world):
    call = world.ring()
    world.advance(5)
    world.switch.failures["announce"] = SwitchError("invalid", "no such sound")
    press(world, call, "1")
    assert of(world, call).channel is Channel.CALLBACK


@pytest.mark.parametrize(
    ("rule", "channel", "state"),
    [
        (Overflow(when="waited", over=60, do="hang_up"), Channel.VOICE, S.ABANDONED),
        (Overflow(when="waited", over=60, do="callback"), Channel.CALLBACK, S.QUEUED),
    ],
)
def test_the_queues_rules_end_a_wait(rule, channel, state):
    world = world_of(MUSIC, rule)
    call = world.ring()
    world.advance(61)
    words_end(world, call)
    contact = of(world, call)
    assert (contact.channel, contact.state) == (channel, state)


def test_a_call_that_still_rings_is_turned_away_without_being_answered():
    quiet = replace_kind(MUSIC)
    world = world_of(quiet, Overflow(when="waited", over=60, do="hang_up"))
    call = world.ring()
    world.advance(61)
    assert commands(world) == ["reject"]
    contact = of(world, call)
    assert contact.state is S.ABANDONED
    assert contact.failure is ClearCause.TURNED_AWAY


def replace_kind(treatment: Treatment) -> Treatment:
    from msgspec.structs import replace as changed

    return changed(treatment, kind="ringing")


def test_a_switch_that_cannot_play_lets_them_ring():
    world = world_of()
    world.rules.verbs = world.rules.verbs - {Verb.PLAY}
    world.ring()
    world.advance(600)
    assert "park" not in commands(world)


def test_an_agent_that_was_lost_leaves_the_caller_with_music_and_words(world):
    ana = world.come("ana")
    call = world.ring()
    world.ask(ana, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    world.leave(ana)
    assert of(world, call).state is S.QUEUED
    assert commands(world)[-2:] == ["hold", "park"]  # this queue's music, and nobody welcomed
    assert said(world) == []
    world.advance(31)
    assert said(world)[-1][0] == "en-next"
    press(world, call, "1")
    words_end(world, call)
    assert of(world, call).channel is Channel.CALLBACK
    assert of(world, call).served


def test_words_that_were_cut_off_by_the_promise_are_not_its_end(world):
    call = world.ring()
    world.advance(32)  # its place is being said
    press(world, call, "1")
    assert call in world.switch.calls
    assert of(world, call).channel is Channel.VOICE
    words_end(world, call)
    assert call not in world.switch.calls
    assert of(world, call).channel is Channel.CALLBACK


def test_who_presses_while_it_rings_at_an_agent_is_heard_when_nobody_answers(world):
    call = world.ring()
    world.advance(5)
    ana = world.come("ana")
    assert world.offers_to(ana)
    press(world, call, "1")
    assert of(world, call).state is S.OFFERED
    world.advance(21)  # RONA
    assert said(world)[-1] == ("en-callback-done",)
    words_end(world, call)
    assert of(world, call).channel is Channel.CALLBACK


def test_an_agent_who_accepts_after_key_1_talks(world):
    call = world.ring()
    world.advance(5)
    ana = world.come("ana")
    press(world, call, "1")
    world.ask(ana, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    contact = of(world, call)
    assert (contact.state, contact.channel, contact.treatment) == (
        S.CONNECTED,
        Channel.VOICE,
        None,
    )


def test_an_offer_that_rings_out_gives_the_caller_back_to_the_music(world):
    call = world.ring()
    world.advance(5)
    world.come("ana")
    words_end(world, call)
    before = len(said(world))
    world.advance(60)
    assert of(world, call).state is S.QUEUED
    assert len(said(world)) > before
    assert "connect" not in commands(world)


def test_a_promise_made_is_no_offer_any_more(world):
    call = world.ring()
    world.advance(5)
    press(world, call, "1")
    ana = world.come("ana")
    assert not world.offers_to(ana)
    with pytest.raises(CommandRefused):
        world.ask(ana, c.TakeContact(request_id=1, interaction_id=of(world, call).id))


def test_a_call_that_cannot_be_answered_rings_on_and_is_tried_again(world):
    world.switch.failures["park"] = SwitchError("busy", "no port is free")
    call = world.ring()
    world.advance(5)
    assert of(world, call).treatment.asked is False
    ana = world.come("ana")
    assert world.offers_to(ana)
    world.leave(ana)
    world.switch.failures.clear()
    world.advance(11)
    assert world.switch.calls[call].parked


def test_who_cannot_be_told_to_go_is_turned_away_without_words():
    rule = Overflow(when="waited", over=10, do="hang_up", sound="busy")
    world = world_of(replace_kind(MUSIC), rule)
    world.switch.failures["park"] = SwitchError("busy", "no port is free")
    call = world.ring()
    world.advance(11)
    assert commands(world) == ["park", "reject"]
    assert of(world, call).failure is ClearCause.TURNED_AWAY


def test_the_answer_and_the_rule_to_hang_up_cross(monkeypatch):
    """Asked to answer, and not told so yet: a reject would come too late."""
    world = world_of(MUSIC, Overflow(when="waited", over=3, do="hang_up"))
    asked: list[str] = []

    async def slow(call: CallId, music: str) -> None:
        asked.append(call)

    monkeypatch.setattr(world.switch, "park", slow)
    call = world.ring()
    world.advance(3)
    assert asked == [call, call]
    assert commands(world) == []
    world.switch.calls[call] = replace(world.switch.calls[call], established=True)
    world.give(CallParked(call=call, at=world.clock.now()))
    assert said(world) == [("en-goodbye",)]
    words_end(world, call)
    assert of(world, call).failure is ClearCause.TURNED_AWAY


def test_a_recorder_that_does_not_start_leaves_the_caller_waiting(world):
    call = world.ring()
    world.advance(5)
    world.switch.failures["record"] = SwitchError("wrong_state", "not now")
    press(world, call, "2")
    words_end(world, call)
    assert said(world)[-1] == ("en-sorry",)
    assert of(world, call).offerable


def test_three_numbers_that_are_none_are_enough(world):
    call = world.ring("")
    world.advance(5)
    press(world, call, "1")
    for _ in range(3):
        press(world, call, "12#")
    assert said(world)[-1] == ("en-sorry",)
    press(world, call, "9" * 300)
    assert of(world, call).offerable


@pytest.mark.parametrize("keys", ["803123456#", "00882123456789#", "0033612345678#", "1003#"])
def test_a_number_that_costs_or_is_abroad_is_not_promised_to_who_keys_it(world, keys):
    call = world.ring("")
    world.advance(5)
    press(world, call, "1")
    press(world, call, keys)
    assert said(world)[-1] == ("en-wrong-number", "en-give-number")


def test_who_calls_from_a_costly_number_keys_another(world):
    call = world.ring("+34803123456")
    world.advance(5)
    press(world, call, "1")
    assert said(world)[-1] == ("en-give-number",)


def test_rules_that_come_due_while_a_number_is_keyed_are_done_after_it():
    world = world_of(MUSIC, Overflow(when="waited", over=20, do="hang_up", sound="busy"))
    call = world.ring("")
    world.advance(10)
    press(world, call, "1")
    world.advance(15)
    assert of(world, call).treatment.doing == "number"
    world.advance(6)
    assert said(world)[-1] == ("busy",)
    words_end(world, call)
    assert of(world, call).failure is ClearCause.TURNED_AWAY


def two_queues(first: Treatment, second: Treatment) -> World:
    on = Overflow(when="waited", over=10, do="queue", queue="second")
    world = World(
        config=Config(
            queues=(
                Queue(id="first", name="A", dnis=("+34944210000",), waiting=first, overflow=(on,)),
                Queue(id="second", name="B", waiting=second),
            )
        )
    )
    world.rules.spool = Path("/spool")
    return world


def test_another_queue_has_its_own_music_and_its_own_keys():
    other = Treatment(kind="music", music="busy", every=30, language="es", callback_key="5")
    world = two_queues(MUSIC, other)
    call = world.ring()
    world.advance(11)
    assert [words for name, _, *words in world.switch.commands if name == "park"] == [
        ["hold"],
        ["busy"],
    ]
    press(world, call, "1")
    assert of(world, call).treatment.doing == ""
    press(world, call, "5")
    assert said(world)[-1] == ("es-callback-done",)


def test_who_rang_in_one_queue_has_music_in_the_next():
    world = two_queues(replace_kind(MUSIC), MUSIC)
    world.ring()
    world.advance(11)
    assert "park" not in commands(world)
    world.advance(2)
    assert "park" in commands(world)


def test_a_queue_that_lets_callers_ring_says_nothing_to_those_who_hear_music():
    world = two_queues(MUSIC, replace_kind(MUSIC))
    world.ring()
    world.advance(300)
    assert len(said(world)) == 1  # the first queue's welcome


def test_music_at_once():
    from msgspec.structs import replace as changed

    world = world_of(changed(MUSIC, answer_after=0))
    world.ring()
    world.advance(0.01)
    assert "park" in commands(world)
