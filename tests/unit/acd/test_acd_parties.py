"""Conferences of many parties as ladders: who comes, who goes, and what becomes of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.acd.interaction import Consult, Interaction
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.vocabulary import (
    ClearCause,
    Direction,
    InteractionState,
    RefusalCode,
    Verb,
)
from cti_bridge.telephony.ports import MAX_PARTIES, SwitchError
from tests.helpers.floor import World
from tests.unit.acd.test_acd_ladders import about, refused, talk

if TYPE_CHECKING:
    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.telephony.ports import CallId

S = InteractionState
NUMBERS = ("+34612345671", "+34612345672", "+34612345673")


@pytest.fixture
def world() -> World:
    return World()


class Meeting:
    """An agent, a caller, and whoever is asked to join them."""

    def __init__(self, world: World, parties: int) -> None:
        self.world = world
        self.agent: AgentId
        self.agent, self.caller = talk(world)
        self.id = world.contact(self.caller).id
        self.others: list[CallId] = []
        for number in NUMBERS[:parties]:
            self.others.append(self.add(number))

    @property
    def contact(self) -> Interaction:
        return self.world.floor.interactions[self.id]

    def ask(self, kind: type, **fields: object) -> None:
        self.world.ask(self.agent, kind(request_id=1, interaction_id=self.id, **fields))

    def consult(self, number: str) -> CallId:
        self.ask(c.Consult, to=number)
        consult = self.contact.consult
        assert consult is not None
        return consult.call

    def answers(self, call: CallId) -> None:
        self.world.switch.far_end_answers(call)
        self.world.settle()

    def add(self, number: str) -> CallId:
        call = self.consult(number)
        self.answers(call)
        self.ask(c.Conference)
        return call

    def clears(self, call: CallId) -> None:
        self.world.switch.far_end_clears(call)
        self.world.settle()

    def cause(self, number: str) -> ClearCause | None:
        """Why this party's segment ended."""
        return next(one.cause for one in self.world.store.segments.values() if one.party == number)

    def steps(self) -> list[str]:
        return self.world.journey(self.contact)


def test_one_after_the_other_joins(world: World) -> None:
    meeting = Meeting(world, parties=3)
    contact = meeting.contact
    assert contact.state is S.CONNECTED
    assert [party.to for party in contact.parties] == list(NUMBERS)
    view = world.view()
    assert view.consult == "conference"
    assert [(one.number, one.caller) for one in view.parties] == [
        ("", True),
        *((number, False) for number in NUMBERS),
    ]
    assert set(view.verbs) == {
        Verb.HOLD,
        Verb.MUTE,
        Verb.CONSULT,
        Verb.COMPLETE_TRANSFER,
        Verb.DROP_PARTY,
        Verb.CLEAR,
    }
    assert not any(one.held for one in world.switch.calls.values())


def test_the_others_wait_while_one_is_asked(world: World) -> None:
    meeting = Meeting(world, parties=1)
    new = meeting.consult(NUMBERS[1])
    assert meeting.contact.state is S.HELD
    assert all(one.held for one in world.view().parties)
    assert world.switch.calls[meeting.others[0]].held
    world.switch.far_end_refuses(new, ClearCause.BUSY)
    world.settle()
    assert world.view().failure is ClearCause.BUSY
    meeting.ask(c.RetrieveCall)
    assert meeting.contact.state is S.CONNECTED
    assert not any(one.held for one in world.switch.calls.values())


def test_one_who_was_asked_is_sent_away_and_the_others_are_back(world: World) -> None:
    meeting = Meeting(world, parties=2)
    new = meeting.consult(NUMBERS[2])
    meeting.answers(new)
    meeting.ask(c.SwapCalls)
    assert meeting.contact.state is S.CONNECTED
    meeting.ask(c.SwapCalls)
    meeting.ask(c.CancelTransfer)
    contact = meeting.contact
    assert (contact.state, contact.consult, len(contact.parties)) == (S.CONNECTED, None, 2)


def test_a_party_that_hangs_up_leaves_the_others(world: World) -> None:
    meeting = Meeting(world, parties=2)
    meeting.clears(meeting.others[0])
    contact = meeting.contact
    assert [party.to for party in contact.parties] == [NUMBERS[1]]
    assert contact.state is S.CONNECTED
    assert meeting.cause(NUMBERS[0]) is ClearCause.CALLER_CLEARED
    assert meeting.cause(NUMBERS[1]) is None
    meeting.clears(meeting.others[1])
    assert world.view().parties == ()
    assert Verb.BLIND_TRANSFER in world.view().verbs  # a call like any other
    assert meeting.steps().count("party_left") == 2


def test_the_agent_lets_one_go(world: World) -> None:
    meeting = Meeting(world, parties=2)
    name = world.view().parties[2].party
    meeting.ask(c.DropParty, party=name)
    assert [party.to for party in meeting.contact.parties] == [NUMBERS[0]]
    assert meeting.cause(NUMBERS[1]) is ClearCause.AGENT_CLEARED
    with refused(RefusalCode.TOO_LATE):
        meeting.ask(c.DropParty, party=name)
    meeting.ask(c.DropParty, party=world.view().parties[0].party)  # the caller
    assert meeting.caller not in world.switch.calls
    with refused(RefusalCode.WRONG_STATE):  # one is left: a call, and no conference
        meeting.ask(c.DropParty, party=world.view().parties[0].party)


def test_without_the_caller_the_agent_goes_on_until_one_ends_it(world: World) -> None:
    meeting = Meeting(world, parties=1)
    meeting.clears(meeting.caller)
    contact = meeting.contact
    assert (contact.state, contact.call) == (S.CONNECTED, meeting.others[0])
    [left] = world.view().parties
    assert (left.number, left.caller) == (NUMBERS[0], False)
    assert Verb.CONSULT in world.view().verbs
    assert "caller_left" in meeting.steps()
    meeting.clears(meeting.others[0])
    assert meeting.contact.state is S.WRAP_UP
    assert meeting.cause(NUMBERS[0]) is ClearCause.CALLER_CLEARED
    assert not world.floor.calls


def test_without_the_caller_more_may_be_asked(world: World) -> None:
    meeting = Meeting(world, parties=2)
    meeting.clears(meeting.caller)
    third = meeting.add(NUMBERS[2])
    assert [one.number for one in world.view().parties] == list(NUMBERS)
    meeting.clears(meeting.others[0])
    assert [one.number for one in world.view().parties] == list(NUMBERS[1:])
    meeting.ask(c.ClearCall)
    assert meeting.contact.state is S.WRAP_UP
    assert third not in world.switch.calls


def test_the_agent_ends_it_for_all(world: World) -> None:
    meeting = Meeting(world, parties=3)
    meeting.ask(c.ClearCall)
    assert meeting.contact.state is S.WRAP_UP
    assert not world.switch.calls
    assert not world.floor.calls
    assert {meeting.cause(number) for number in NUMBERS} == {ClearCause.AGENT_CLEARED}


def test_the_agent_leaves_and_the_others_go_on(world: World) -> None:
    meeting = Meeting(world, parties=3)
    meeting.ask(c.CompleteTransfer)
    assert (meeting.contact.state, meeting.contact.transfers) == (S.WRAP_UP, 1)
    meeting.ask(c.CompleteWrapUp, disposition="resolved")
    assert world.floor.agents[meeting.agent].free
    meeting.clears(meeting.others[1])
    assert meeting.cause(NUMBERS[1]) is ClearCause.CALLER_CLEARED
    meeting.clears(meeting.caller)
    assert len(world.switch.calls) == 2
    assert meeting.cause(NUMBERS[0]) is None
    meeting.clears(meeting.others[2])
    assert not world.switch.calls
    assert meeting.cause(NUMBERS[0]) is not None
    assert not world.floor.interactions
    assert not world.floor.segments
    assert not world.floor.calls


def test_who_stayed_without_the_caller_is_left_to_each_other(world: World) -> None:
    meeting = Meeting(world, parties=2)
    meeting.clears(meeting.caller)
    meeting.ask(c.CompleteTransfer)
    assert meeting.contact.state is S.WRAP_UP
    assert meeting.cause(NUMBERS[0]) is None
    meeting.ask(c.CompleteWrapUp, disposition="resolved")
    meeting.clears(meeting.others[0])
    assert meeting.cause(NUMBERS[0]) is ClearCause.CALLER_CLEARED
    assert meeting.cause(NUMBERS[1]) is ClearCause.CALLER_CLEARED
    assert not world.floor.calls


def test_the_agent_leaves_the_one_asked_with_all_others(world: World) -> None:
    meeting = Meeting(world, parties=1)
    new = meeting.consult(NUMBERS[1])
    meeting.answers(new)
    meeting.ask(c.CompleteTransfer)
    contact = meeting.contact
    assert contact.state is S.WRAP_UP
    assert len(world.floor.calls) == 3
    meeting.clears(meeting.caller)
    assert len(world.switch.calls) == 2


def test_a_conference_has_its_limit(world: World) -> None:
    meeting = Meeting(world, parties=0)
    for number in range(MAX_PARTIES):
        assert Verb.CONSULT in world.view().verbs
        meeting.add(f"+3461234560{number}")
    assert Verb.CONSULT not in world.view().verbs
    with refused(RefusalCode.WRONG_STATE):
        meeting.ask(c.Consult, to="612345699")


def test_a_switch_that_has_no_room_for_one_more(world: World) -> None:
    meeting = Meeting(world, parties=1)
    world.switch.failures["consult"] = SwitchError("unsupported", "three at most")
    with refused(RefusalCode.NOT_SUPPORTED):
        meeting.ask(c.Consult, to=NUMBERS[1])
    contact = meeting.contact
    assert (contact.state, contact.consult, len(contact.parties)) == (S.CONNECTED, None, 1)


def test_the_lost_agents_parties_go_and_the_caller_waits(world: World) -> None:
    meeting = Meeting(world, parties=2)
    world.lose(meeting.agent)
    world.advance(21)
    contact = meeting.contact
    assert (contact.state, contact.parties) == (S.QUEUED, ())
    assert set(world.switch.calls) == {meeting.caller}
    assert meeting.cause(NUMBERS[0]) is ClearCause.AGENT_LOST


def test_nobody_is_given_what_a_lost_agent_talked_to_without_the_caller(world: World) -> None:
    meeting = Meeting(world, parties=1)
    meeting.clears(meeting.caller)
    world.lose(meeting.agent)
    world.advance(21)
    assert not world.switch.calls
    assert meeting.id not in world.floor.interactions


def test_only_a_conference_has_parties(world: World) -> None:
    agent, call = talk(world)
    assert world.view().parties == ()
    with refused(RefusalCode.WRONG_STATE):
        world.ask(agent, about(c.DropParty, world, call, party="caller"))


def test_a_number_that_was_called_may_hang_up_too(world: World) -> None:
    agent = world.come("ana")
    world.ask(agent, c.Originate(request_id=1, to="612345678"))
    [contact] = world.floor.interactions.values()
    assert contact.direction is Direction.OUTBOUND
    assert contact.call is not None
    world.switch.far_end_answers(contact.call)
    world.settle()
    world.ask(agent, c.Consult(request_id=1, interaction_id=contact.id, to=NUMBERS[0]))
    consult = world.floor.interactions[contact.id].consult
    assert isinstance(consult, Consult)
    world.switch.far_end_answers(consult.call)
    world.settle()
    world.ask(agent, c.Conference(request_id=1, interaction_id=contact.id))
    world.switch.far_end_clears(contact.call)
    world.settle()
    assert world.floor.interactions[contact.id].state is S.CONNECTED
