"""Who records what, as ladders: the queue's rule, the agent's word, the switch's."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import pytest

from cti_bridge.acd.inputs import RecordingIs
from cti_bridge.acd.monitoring import live_calls
from cti_bridge.acd.recording import Recording, contact_of, new_file
from cti_bridge.acd.verbs import RECORDING, verbs_of
from cti_bridge.config.values import Config, Queue
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    AgentId,
    InteractionId,
    InteractionState,
    RefusalCode,
    Verb,
)
from cti_bridge.telephony.ports import CallRecorded, SwitchError
from tests.helpers.floor import World, one_match
from tests.unit.acd.test_acd_tables import contact as contact_in

if TYPE_CHECKING:
    from cti_bridge.protocol.values import MatchResult
    from cti_bridge.telephony.ports import CallId

S = InteractionState


def world_of(record: Literal["none", "asked", "all"]) -> World:
    numbers = {"support": "+34944210000", "sales": "+34944210001"}
    queues = tuple(
        Queue(id=name, name=name, dnis=(number,), record=record if name == "support" else "none")
        for name, number in numbers.items()
    )
    world = World(config=Config(queues=queues))
    world.rules.spool = Path("/spool")
    return world


def talking(world: World) -> tuple[AgentId, CallId]:
    ana = world.come("ana", "support")
    call = world.ring()
    world.ask(ana, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    return ana, call


def ask(world: World, agent: AgentId, call: CallId, kind: type[Any]) -> None:
    world.ask(agent, kind(request_id=1, interaction_id=world.contact(call).id))


def commands(world: World) -> list[str]:
    return [name for name, *_ in world.switch.commands if "record" in name]


def steps(world: World, call: CallId) -> list[str]:
    return [step for step in world.journey(world.contact(call)) if step.startswith("record")]


@pytest.mark.parametrize(("rule", "state"), list(product(("none", "asked", "all"), S)))
def test_verbs_of_recording_every_pair(rule: Any, state: S) -> None:
    """Only of a call that is talked on or held, by its agent, and only what the switch can."""
    owner = None if state is S.QUEUED else AgentId("ana")
    for now in ("", "on", "paused"):
        tape = Recording(state=now, call=contact_in().call, file="f")  # type: ignore[arg-type]
        mine = contact_in(state, agent=owner, call="c", recording=replace(tape, call="c"))
        shown = set(verbs_of(mine, None, frozenset(Verb), record=rule))
        expected = set(RECORDING[rule, now]) if state in (S.CONNECTED, S.HELD) else set()  # type: ignore[index]
        every = {verb for verbs in RECORDING.values() for verb in verbs}
        assert shown & every == expected
        assert not every & set(verbs_of(mine, None, frozenset({Verb.HOLD}), record=rule))


def test_a_queue_that_records_all_begins_with_the_answer() -> None:
    world = world_of("all")
    _, call = talking(world)
    assert commands(world) == ["record_call"]
    view = world.view()
    assert (view.recording, view.recordings) == ("on", 1)
    assert view.recording_since == world.clock.at
    assert Verb.PAUSE_RECORDING in view.verbs
    assert Verb.STOP_RECORDING not in view.verbs
    assert world.store.interactions[world.contact(call).id].recording == Recording(
        state="on",
        call=call,
        file=world.switch.calls[call].recorded,
        since=world.clock.at,
        begun=1,
    )


def test_an_agent_begins_pauses_goes_on_and_stops_where_the_queue_leaves_it_to_them() -> None:
    world = world_of("asked")
    ana, call = talking(world)
    assert commands(world) == []
    assert Verb.RECORD in world.view().verbs
    ask(world, ana, call, c.StartRecording)
    world.advance(10)
    ask(world, ana, call, c.PauseRecording)
    assert world.switch.calls[call].paused
    assert (world.view().recording, world.view().recording_seconds) == ("paused", 10.0)
    world.advance(30)
    ask(world, ana, call, c.ResumeRecording)
    world.advance(5)
    ask(world, ana, call, c.StopRecording)
    assert commands(world) == [
        "record_call",
        "pause_recording",
        "pause_recording",
        "stop_recording",
    ]
    assert (world.view().recording, world.view().recordings) == ("", 1)
    assert world.contact(call).recording.seconds == 15.0  # type: ignore[union-attr]
    assert Verb.RECORD in world.view().verbs
    assert steps(world, call) == ["recording", "record_paused", "record_on", "recorded"]


@pytest.mark.parametrize("kind", [c.PauseRecording, c.ResumeRecording, c.StopRecording])
def test_what_does_not_run_is_neither_paused_nor_stopped(kind: type[Any]) -> None:
    world = world_of("asked")
    ana, call = talking(world)
    with pytest.raises(CommandRefused) as caught:
        ask(world, ana, call, kind)
    assert caught.value.code is RefusalCode.WRONG_STATE
    assert commands(world) == []


def test_nobody_records_for_another_nor_in_a_queue_that_does_not() -> None:
    world = world_of("none")
    ana, call = talking(world)
    with pytest.raises(CommandRefused):
        ask(world, ana, call, c.StartRecording)
    other = world_of("asked")
    _, call = talking(other)
    ben = other.come("ben")
    with pytest.raises(CommandRefused) as caught:
        ask(other, ben, call, c.StartRecording)
    assert caught.value.code is RefusalCode.NOT_YOURS
    assert commands(world) == commands(other) == []


def test_without_a_folder_nothing_is_recorded() -> None:
    world = world_of("all")
    world.rules.spool = None
    talking(world)
    assert commands(world) == []


def test_a_switch_that_cannot_is_told_in_the_way_of_the_contact() -> None:
    world = world_of("all")
    world.switch.failures["record_call"] = SwitchError("failed", "no disk")
    ana, call = talking(world)
    world.settle()
    assert steps(world, call) == ["record_failed"]
    assert world.view().recording == "failed"
    del world.switch.failures["record_call"]
    ask(world, ana, call, c.StartRecording)
    assert world.view().recording == "on"


def test_what_was_written_comes_after_the_call_and_after_the_contact() -> None:
    world = world_of("all")
    _, call = talking(world)
    contact = world.contact(call)
    file = world.switch.calls[call].recorded
    assert contact_of(file) == contact.id
    world.switch.calls[call] = replace(world.switch.calls[call], recorded="")
    world.switch.far_end_clears(call)
    world.settle()
    world.advance(3600)  # nobody wraps it up
    assert contact.id not in world.floor.interactions
    world.give(CallRecorded(call=call, at=world.clock.at, file=file, seconds=7.2, cause="cleared"))
    assert world.recorded == [(contact.id, file, "")]
    assert world.journey(contact)[-1] == "recorded"


def test_a_recording_that_failed_has_no_file() -> None:
    world = world_of("all")
    _, call = talking(world)
    file = world.switch.calls[call].recorded
    world.give(CallRecorded(call=call, at=world.clock.at, file=file, seconds=0, cause="failed"))
    assert world.recorded == []
    assert steps(world, call) == ["recording", "record_failed"]
    assert world.view().recording == "failed"
    assert Verb.RECORD in world.view().verbs


def test_one_that_breaks_off_is_kept_and_shown_to_agent_and_supervisor() -> None:
    """A full disk: what was written is there, what is said now is not."""
    world = world_of("all")
    ana, call = talking(world)
    file = world.switch.calls[call].recorded
    world.switch.recording_breaks_off(call)
    world.settle()
    assert steps(world, call) == ["recording", "record_cut", "recorded"]
    assert [kept for _, kept, _ in world.recorded] == [file]
    assert (world.view().recording, world.view().state) == ("failed", S.CONNECTED)
    [row] = live_calls(world.floor, world.rules, AgentId("susana"))
    assert row.recording == "failed"
    assert Verb.RECORD in world.view().verbs
    ask(world, ana, call, c.StartRecording)
    assert (world.view().recording, world.view().recordings) == ("on", 2)
    world.switch.far_end_clears(call)
    world.settle()
    assert world.contact(call).recording.state == ""  # type: ignore[union-attr]


def test_one_that_fails_before_it_was_heard_to_run_does_not_run() -> None:
    world = world_of("all")
    ana, call = talking(world)
    ask(world, ana, call, c.HoldCall)
    contact, file = world.contact(call), "/spool/calls/{}.x.wav"
    file = file.format(contact.id)
    del world.floor.interactions[contact.id]
    world.floor.interactions[contact.id] = replace(contact, recording=None)
    world.give(CallRecorded(call=call, at=world.clock.at, file=file, seconds=0, cause="failed"))
    world.give(RecordingIs(call=call, file=file, state="on"))
    assert world.view().recording == "failed"


def test_it_goes_on_over_hold_and_stops_when_the_agent_leaves_to_an_outside_party() -> None:
    world = world_of("all")
    ana, call = talking(world)
    ask(world, ana, call, c.HoldCall)
    assert Verb.PAUSE_RECORDING in world.view().verbs
    ask(world, ana, call, c.RetrieveCall)
    world.ask(
        ana,
        c.BlindTransfer(request_id=1, interaction_id=world.contact(call).id, to="+34600000000"),
    )
    second = next(one for one in world.switch.calls if one != call)
    world.switch.far_end_answers(second)
    world.settle()
    assert commands(world) == ["record_call", "stop_recording"]


def test_who_stays_in_a_conference_without_its_agent_is_not_recorded() -> None:
    world = world_of("all")
    ana, call = conferring(world)
    world.ask(ana, c.CompleteTransfer(request_id=1, interaction_id=world.contact(call).id))
    assert commands(world) == ["record_call", "stop_recording"]


def test_a_transfer_to_a_queue_that_records_nothing_ends_it_with_the_answer() -> None:
    world = world_of("all")
    ana, call = talking(world)
    ben = world.come("ben", "sales")
    world.ask(
        ana, c.BlindTransfer(request_id=1, interaction_id=world.contact(call).id, to="queue:sales")
    )
    assert commands(world) == ["record_call"]
    offer = world.offers_to(ben)[0]
    world.ask(ben, c.AcceptOffer(request_id=1, offer_id=offer.id))
    assert commands(world) == ["record_call", "stop_recording"]
    assert len(world.recorded) == 1


def test_after_a_restart_nothing_is_shown_as_recorded_that_is_not() -> None:
    world = world_of("all")
    _, call = talking(world)
    after = world.restart()
    stored = after.contact(call)
    assert stored.recording is not None
    assert (stored.recording.state, stored.recording.begun) == ("", 1)


def test_a_file_tells_its_contact() -> None:
    contact = InteractionId("0197-a1")
    assert contact_of(new_file(Path("/spool"), contact, "x-1")) == contact


def conferring(world: World) -> tuple[AgentId, CallId]:
    """The agent, the caller and two more."""
    ana, call = talking(world)
    name = world.contact(call).id
    for number in ("+34612345671", "+34612345672"):
        world.ask(ana, c.Consult(request_id=1, interaction_id=name, to=number))
        consult = world.floor.interactions[name].consult
        assert consult is not None
        world.switch.far_end_answers(consult.call)
        world.settle()
        world.ask(ana, c.Conference(request_id=1, interaction_id=name))
    return ana, call


def test_a_conference_is_recorded_on_when_its_first_call_leaves() -> None:
    world = world_of("all")
    _, call = conferring(world)
    name = world.contact(call).id
    world.switch.far_end_clears(call)
    world.settle()
    contact = world.floor.interactions[name]
    assert contact.call not in (None, call)
    assert contact.recording is not None
    assert (contact.recording.state, contact.recording.call) == ("on", contact.call)
    assert contact.recording.begun == 2


# -- a customer who is not to be recorded --------------------------------------------------------


def private() -> MatchResult:
    found = one_match()
    card = msgspec.structs.replace(found.matches[0].card, alerts=("vulnerable", "do_not_record"))
    match = msgspec.structs.replace(found.matches[0], card=card)
    return msgspec.structs.replace(found, matches=(match,))


@pytest.mark.parametrize("rule", ["all", "asked"])
def test_a_customer_who_is_not_to_be_recorded_is_not(rule: Literal["asked", "all"]) -> None:
    world = world_of(rule)
    world.match = private()
    ana, call = talking(world)
    assert commands(world) == []
    assert ("not_recorded" in world.journey(world.contact(call))) is (rule == "all")
    if rule == "asked":
        with pytest.raises(CommandRefused) as caught:
            ask(world, ana, call, c.StartRecording)
        assert caught.value.code is RefusalCode.DO_NOT_RECORD
    assert commands(world) == []


def test_that_is_known_after_a_restart() -> None:
    world = world_of("asked")
    world.match = private()
    _, call = talking(world)
    assert world.store.interactions[world.contact(call).id].unrecorded


def test_a_recording_ends_when_it_is_said_who_the_caller_is() -> None:
    """And begins where the caller was taken for such a customer, and is another."""
    world = world_of("all")
    ana, call = talking(world)
    assert commands(world) == ["record_call"]
    contact = world.contact(call).id
    card = private().matches[0].card
    asked = c.AttachCustomer(request_id=1, interaction_id=contact, customer_id=card.customer_id)
    world.ask(ana, asked, card=card)
    assert commands(world) == ["record_call", "stop_recording"]
    assert world.view().recording == ""
    other = one_match(customer="c-2").matches[0].card
    asked = c.AttachCustomer(request_id=1, interaction_id=contact, customer_id=other.customer_id)
    world.ask(ana, asked, card=other)
    assert commands(world) == ["record_call", "stop_recording", "record_call"]


def test_what_rests_rests_on_for_who_stays_and_goes_on_by_the_agents_word() -> None:
    """Of who stays nothing is written before that; the first file is kept all the same."""
    world = world_of("all")
    ana, call = conferring(world)
    name = world.contact(call).id
    ask(world, ana, call, c.PauseRecording)
    world.switch.far_end_clears(call)
    world.settle()
    assert commands(world) == ["record_call", "pause_recording"]
    assert [one for one, *_ in world.recorded] == [name]
    assert (world.view().recording, world.view().recordings) == ("paused", 1)
    assert Verb.RESUME_RECORDING in world.view().verbs
    world.ask(ana, c.ResumeRecording(request_id=1, interaction_id=name))
    assert commands(world)[2:] == ["record_call"]
    assert (world.view().recording, world.view().recordings) == ("on", 2)


def test_what_rests_without_a_file_can_be_stopped_and_ends_with_the_agent() -> None:
    for how in ("stop", "leave"):
        world = world_of("asked")
        ana, call = conferring(world)
        name = world.contact(call).id
        ask(world, ana, call, c.StartRecording)
        ask(world, ana, call, c.PauseRecording)
        world.switch.far_end_clears(call)
        world.settle()
        if how == "stop":
            world.ask(ana, c.StopRecording(request_id=1, interaction_id=name))
            assert Verb.RECORD in world.view().verbs
        else:
            world.ask(ana, c.CompleteTransfer(request_id=1, interaction_id=name))
        recording = world.floor.interactions[name].recording
        assert recording is not None
        assert recording.state == ""
        assert commands(world) == ["record_call", "pause_recording"]
