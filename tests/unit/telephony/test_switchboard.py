"""Two switches behind one port: each command goes to the one whose call it is."""

from __future__ import annotations

import pytest

from cti_bridge.protocol.vocabulary import ClearCause, MonitorMode, Verb
from cti_bridge.telephony.ports import (
    Caller,
    CallId,
    Device,
    LineId,
    Number,
    NumberKind,
    SwitchError,
)
from cti_bridge.telephony.simulator.switch import SimulatedSwitch
from cti_bridge.telephony.switchboard import Switchboard

ANA, PHONE = Device("headset:ana"), Device("phone:1003")
CALLER = Caller(number=Number(kind=NumberKind.E164, value="+34612345099"))
LOOK = CallId("look")


@pytest.fixture
async def switches():
    lines = SimulatedSwitch(verbs=frozenset({Verb.ANSWER, Verb.HOLD}))
    pbx = SimulatedSwitch(verbs=frozenset({Verb.ANSWER, Verb.LISTEN}))
    heard = []
    board = Switchboard((lines, pbx), telephones=pbx)
    await board.start(heard.append)
    return board, lines, pbx, heard


async def test_what_it_can_is_what_its_parts_can(switches):
    board, lines, *_ = switches
    assert board.verbs == {Verb.ANSWER, Verb.HOLD, Verb.LISTEN}
    assert board.verbs_of(LineId("simulator")) == lines.verbs
    assert board.verbs_of(LineId("nowhere")) == frozenset()
    assert len(board.lines()) == 2
    assert board.unsure() == frozenset()


async def test_a_command_goes_to_the_owner_of_the_call(switches):
    board, lines, pbx, heard = switches
    first = lines.ring(CALLER, call=CallId("a"))
    second = pbx.ring(CALLER, call=CallId("b"))
    await board.answer(first, ANA)
    await board.alert(second, PHONE)
    await board.answer(second, PHONE)
    await board.hold(second)
    await board.consult(second, "1004", CallId("c"))
    pbx.far_end_answers(CallId("c"))
    await board.swap(second, CallId("c"))
    await board.clear(CallId("c"))
    assert [one[0] for one in lines.commands] == ["answer"]
    assert [one[0] for one in pbx.commands] == [
        "alert",
        "answer",
        "hold",
        "consult",
        "swap",
        "clear",
    ]
    pbx.far_end_clears(second)
    with pytest.raises(SwitchError, match="gone"):
        await board.hold(second)
    assert {type(one).__name__ for one in heard} >= {"CallDelivered", "CallEstablished"}
    assert [one.call for one in await board.live_calls()] == ["a"]


async def test_after_a_restart_live_calls_say_whose_they_are(switches):
    _, lines, pbx, _ = switches
    call = pbx.ring(CALLER, call=CallId("b"))
    again = Switchboard((lines, pbx), telephones=pbx)
    with pytest.raises(SwitchError, match="gone"):
        await again.reject(call, ClearCause.BUSY)
    await again.live_calls()
    await again.reject(call, ClearCause.BUSY)
    assert pbx.commands == [("reject", "b", "busy")]


async def test_an_agent_calls_from_where_the_device_is(switches):
    board, lines, pbx, _ = switches
    await board.originate(CallId("a"), None, "600", PHONE)
    await board.originate(CallId("b"), None, "600", ANA)
    assert [pbx.commands[0][0], lines.commands[0][0]] == ["originate", "originate"]
    with pytest.raises(SwitchError, match="invalid"):
        await board.originate(CallId("c"), LineId("nowhere"), "600", ANA)
    lines.line_goes(up=False)
    await board.originate(CallId("d"), None, "600", ANA)
    assert pbx.commands[-1][1] == "d"
    pbx.line_goes(up=False)
    with pytest.raises(SwitchError, match="line_down"):
        await board.originate(CallId("e"), None, "600", ANA)
    with pytest.raises(SwitchError, match="invalid"):
        await Switchboard((lines,)).originate(CallId("f"), None, "600", PHONE)


async def test_a_monitor_is_ended_where_it_is(switches):
    board, _, pbx, _ = switches
    call = pbx.ring(CALLER)
    await board.answer(call, PHONE)
    await board.monitor(call, LOOK, PHONE, MonitorMode.LISTEN)
    await board.stop_monitor(LOOK)
    assert pbx.commands[-1] == ("stop_monitor", "look")
    with pytest.raises(SwitchError, match="gone"):
        await board.stop_monitor(LOOK)
