"""The line over real UDP: simulated callers and phones, real RTP, what each party hears."""

from __future__ import annotations

import asyncio
import socket

import pytest

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.ports import (
    CallCleared,
    CallConferenced,
    CallDelivered,
    CallEstablished,
    CallFailed,
    CallHeld,
    CallId,
    CallOriginated,
    CallRetrieved,
    CallTransferred,
    Device,
    DigitsReceived,
    LineDown,
    LineUp,
    NumberKind,
    SwitchError,
)
from cti_bridge.telephony.simulator.caller import SimulatedCaller
from cti_bridge.telephony.simulator.phone import SimulatedPhone
from cti_bridge.telephony.simulator.tones import CALLER_TONES, is_hold_music, tones_heard

ANA = Device("headset:ana")
LUIS = Device("headset:luis")
SECOND = CallId("second")


@pytest.fixture
async def caller():
    one = await SimulatedCaller.open()
    yield one
    await one.close()


@pytest.fixture
async def phone():
    one = await SimulatedPhone.open()
    yield one
    await one.close()


@pytest.fixture
async def desk(desk_of, phone):
    async with desk_of(server=f"127.0.0.1:{phone.port}") as one:
        await one.next(LineUp)
        yield one


async def talking(desk, caller):
    call = await caller.call("127.0.0.1", desk.port, "+34944210017", number="+34612345099")
    delivered = await desk.next(CallDelivered)
    await desk.switch.answer(delivered.call, ANA)
    await desk.next(CallEstablished)
    return call, delivered.call


def near(tones, wanted):
    return any(abs(one - wanted) < 15 for one in tones if one is not None)


async def test_a_call_is_delivered_answered_heard_and_cleared(desk, caller):
    call = await caller.call(
        "127.0.0.1",
        desk.port,
        "+34944210017",
        number="anonymous",
        display_name="Ana Prieto",
        asserted="+34612345099",
        headers=[("Diversion", "<sip:+34944210000@x>;reason=no-answer")],
    )
    delivered = await desk.next(CallDelivered)
    await call.ringing()
    assert delivered.dnis == "+34944210017"
    assert delivered.received_ns >= call.invited_ns
    assert delivered.caller.number.kind is NumberKind.WITHHELD  # anonymous in From
    assert delivered.first_dialled == "+34944210000"
    await desk.switch.answer(delivered.call, ANA)
    await call.answered()
    await desk.next(CallEstablished)
    (live,) = await desk.switch.live_calls()
    assert (live.call, live.established, live.device) == (delivered.call, True, ANA)
    await desk.headsets.ears["ana"].grown_by(1.0)
    assert near(tones_heard(desk.headsets.ears["ana"].pcm), CALLER_TONES[0])
    await call.hang_up()
    cleared = await desk.next(CallCleared)
    assert cleared.cause is ClearCause.CALLER_CLEARED
    assert cleared.media.packets_received > 40
    assert await desk.switch.live_calls() == ()


async def test_a_known_caller_is_read_from_the_network(desk, caller):
    await caller.call(
        "127.0.0.1",
        desk.port,
        "944210017",
        number="612345099",
        display_name="Íñigo Ruiz",
        asserted="612345099",
    )
    delivered = await desk.next(CallDelivered)
    assert delivered.caller.number.value == "+34612345099"
    assert delivered.caller.display_name == "Íñigo Ruiz"
    assert delivered.caller.asserted
    assert delivered.dnis == "+34944210017"


async def test_a_caller_who_gives_up_is_told(desk, caller):
    call = await caller.call("127.0.0.1", desk.port, "1003", number="612345099")
    await desk.next(CallDelivered)
    await call.ringing()
    call.cancel()
    cleared = await desk.next(CallCleared)
    assert cleared.cause is ClearCause.CALLER_GAVE_UP
    await call.ended()
    assert call.code == 487


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (ClearCause.BUSY, 486),
        (ClearCause.REJECTED, 603),
        (ClearCause.UNREACHABLE, 404),
        (ClearCause.NOT_ANSWERED, 480),
    ],
)
async def test_a_refused_call_hears_why(desk, caller, cause, code):
    call = await caller.call("127.0.0.1", desk.port, "1003", number="612345099")
    delivered = await desk.next(CallDelivered)
    await desk.switch.reject(delivered.call, cause)
    await call.ended()
    assert call.code == code
    assert (await desk.next(CallCleared)).cause is cause


async def test_hold_is_music_and_retrieve_is_the_agent_again(desk, caller):
    call, name = await talking(desk, caller)
    await desk.switch.hold(name)
    await desk.next(CallHeld)
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.hold(name)
    assert is_hold_music(await call.heard(1.5))
    await desk.switch.retrieve(name)
    assert (await desk.next(CallRetrieved)).by_agent
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.retrieve(name)


async def test_a_hold_by_the_caller_is_told(desk, caller):
    call, _name = await talking(desk, caller)
    await call.hold()
    assert not (await desk.next(CallHeld)).by_agent
    await call.retrieve()
    assert not (await desk.next(CallRetrieved)).by_agent


async def test_digits_go_both_ways(desk, caller):
    call, name = await talking(desk, caller)
    call.send_digits("17*")
    async with asyncio.timeout(30):
        while sum(isinstance(one, DigitsReceived) for one in desk.events) < 3:
            await asyncio.sleep(0.02)
    got = "".join(one.digits for one in desk.events if isinstance(one, DigitsReceived))
    assert got == "17*"
    await desk.switch.send_digits(name, "42#")
    async with asyncio.timeout(30):
        while call.digits != "42#":
            await asyncio.sleep(0.02)
    for wrong in ("", "x", "1" * 65):
        with pytest.raises(SwitchError, match="invalid"):
            await desk.switch.send_digits(name, wrong)


async def test_a_sound_is_played_and_an_unknown_one_refused(desk, caller):
    _call, name = await talking(desk, caller)
    await desk.switch.play(name, "beep")
    with pytest.raises(SwitchError, match="invalid"):
        await desk.switch.play(name, "no-such-sound")


async def test_a_held_call_is_given_to_another_agent(desk, caller):
    _call, name = await talking(desk, caller)
    await desk.switch.hold(name)
    mark = len(desk.events)
    await desk.switch.connect(name, LUIS)
    assert (await desk.next(CallEstablished, after=mark)).call == name
    await desk.headsets.ears["luis"].grown_by(0.5)
    (live,) = await desk.switch.live_calls()
    assert (live.device, live.held) == (LUIS, False)


async def test_the_agent_calls_out(desk, phone):
    await desk.switch.originate(SECOND, None, "612 345 099", ANA)
    assert (await desk.next(CallOriginated)).to == "+34612345099"
    far = await phone.incoming.get()
    assert (await desk.next(CallEstablished)).call == SECOND
    await desk.headsets.ears["ana"].grown_by(0.6)
    await desk.switch.clear(SECOND)
    await far.ended()
    assert (await desk.next(CallCleared)).cause is ClearCause.AGENT_CLEARED


async def test_an_outgoing_call_that_is_busy_is_told(desk, phone):
    phone.reject_with = 486
    await desk.switch.originate(SECOND, None, "1004", ANA)
    failed = await desk.next(CallFailed)
    assert (failed.call, failed.cause, failed.code) == (SECOND, ClearCause.BUSY, 486)


async def test_an_outgoing_call_is_given_up(desk, phone):
    phone.answer_after = None
    await desk.switch.originate(SECOND, None, "1004", ANA)
    far = await phone.incoming.get()
    await desk.switch.clear(SECOND)
    await far.ended()
    assert (await desk.next(CallCleared)).cause is ClearCause.AGENT_CLEARED


async def test_a_blind_transfer_joins_the_two(desk, caller, phone):
    call, name = await talking(desk, caller)
    await desk.switch.blind_transfer(name, "1004", SECOND)
    far = await phone.incoming.get()
    told = await desk.next(CallTransferred)
    assert (told.call, told.other, told.to) == (name, SECOND, "1004")
    assert near(tones_heard(await far.heard(1.0)), CALLER_TONES[0])
    await call.heard(0.5)
    await call.hang_up()
    await far.ended()
    async with asyncio.timeout(30):
        while desk.names.count("CallCleared") < 2:
            await asyncio.sleep(0.02)
    assert {one.call for one in desk.events if isinstance(one, CallCleared)} == {name, SECOND}


async def test_a_blind_transfer_that_fails_leaves_the_call_held_with_its_agent(
    desk, caller, phone
):
    call, name = await talking(desk, caller)
    phone.reject_with = 486
    await desk.switch.blind_transfer(name, "1004", SECOND)
    assert (await desk.next(CallFailed)).call == SECOND
    (live,) = await desk.switch.live_calls()
    assert (live.call, live.held, live.device) == (name, True, ANA)
    assert is_hold_music(await call.heard(1.5))
    await desk.switch.retrieve(name)
    await desk.next(CallRetrieved)


async def test_a_caller_who_goes_during_a_blind_transfer_takes_the_second_call_along(
    desk, caller, phone
):
    phone.answer_after = None
    call, name = await talking(desk, caller)
    await desk.switch.blind_transfer(name, "1004", SECOND)
    far = await phone.incoming.get()
    await call.hang_up()
    await far.ended()
    assert (await desk.next(CallFailed)).cause is ClearCause.CALLER_GAVE_UP


async def test_consult_swap_and_complete(desk, caller, phone):
    call, name = await talking(desk, caller)
    await desk.switch.consult(name, "1004", SECOND)
    far = await phone.incoming.get()
    await desk.next(CallEstablished, after=desk.names.index("CallOriginated"))
    assert desk.names[-3:] == ["CallHeld", "CallOriginated", "CallEstablished"]
    assert is_hold_music(await call.heard(1.5))
    await desk.switch.swap(name, SECOND)
    assert [(type(one).__name__, one.call) for one in desk.events[-2:]] == [
        ("CallHeld", SECOND),
        ("CallRetrieved", name),
    ]
    await desk.switch.swap(name, SECOND)
    await desk.switch.complete_transfer(name, SECOND)
    assert (await desk.next(CallTransferred)).other == SECOND
    await far.heard(0.3)
    await desk.switch.clear(name)
    await asyncio.gather(call.ended(), far.ended())


async def test_a_consultation_is_cancelled(desk, caller, phone):
    _call, name = await talking(desk, caller)
    await desk.switch.consult(name, "1004", SECOND)
    far = await phone.incoming.get()
    await desk.next(CallEstablished, after=desk.names.index("CallOriginated"))
    await desk.switch.cancel_transfer(name, SECOND)
    assert desk.names[-2:] == ["CallCleared", "CallRetrieved"]
    await far.ended()


async def test_completed_while_it_still_rings_is_joined_when_it_answers(desk, caller, phone):
    phone.answer_after = None
    _call, name = await talking(desk, caller)
    await desk.switch.consult(name, "1004", SECOND)
    far = await phone.incoming.get()
    await desk.switch.complete_transfer(name, SECOND)
    assert "CallTransferred" not in desk.names
    far.answer()
    await desk.next(CallTransferred)


async def test_three_in_conference_and_one_leaves(desk, caller, phone):
    call, name = await talking(desk, caller)
    await desk.switch.consult(name, "1004", SECOND)
    far = await phone.incoming.get()
    await desk.next(CallEstablished, after=desk.names.index("CallOriginated"))
    await desk.switch.conference(name, SECOND)
    assert (await desk.next(CallConferenced)).other == SECOND
    assert near(tones_heard(await far.heard(1.0)), CALLER_TONES[0])
    await far.hang_up()
    await desk.next(CallCleared)
    (live,) = await desk.switch.live_calls()
    assert (live.call, live.held) == (name, False)
    before = desk.headsets.ears["ana"].heard_seconds
    await call.heard(0.3)
    assert desk.headsets.ears["ana"].heard_seconds > before


async def test_many_in_conference_and_who_is_left(desk, caller, phone):
    call, name = await talking(desk, caller)
    far = []
    for other in (SECOND, CallId("third")):
        seen = len(desk.events)
        await desk.switch.consult(name, "1004", other)
        far.append(await phone.incoming.get())
        await desk.next(CallEstablished, after=seen)
        assert is_hold_music(await call.heard(1.5))
        await desk.switch.conference(name, other)
    await desk.switch.hold(SECOND)
    assert {one.held for one in await desk.switch.live_calls()} == {True}
    assert is_hold_music(await far[1].heard(1.5))
    await desk.switch.retrieve(name)
    assert {one.held for one in await desk.switch.live_calls()} == {False}
    for one in far:
        assert near(tones_heard(await one.heard(1.0)), CALLER_TONES[0])
    await desk.switch.complete_transfer(name, SECOND)
    assert (await desk.next(CallTransferred)).other == SECOND
    assert near(tones_heard(await far[1].heard(1.0)), CALLER_TONES[0])
    await far[0].hang_up()
    await far[0].ended()
    assert near(tones_heard(await far[1].heard(1.0)), CALLER_TONES[0])
    await call.hang_up()
    await asyncio.gather(call.ended(), far[1].ended())
    assert await desk.switch.live_calls() == ()


async def test_without_the_first_the_others_stay_with_the_agent(desk, caller, phone):
    call, name = await talking(desk, caller)
    far = []
    for other in (SECOND, CallId("third")):
        seen = len(desk.events)
        await desk.switch.consult(name, "1004", other)
        far.append(await phone.incoming.get())
        await desk.next(CallEstablished, after=seen)
        await desk.switch.conference(name, other)
    await call.hang_up()
    await desk.next(CallCleared)
    before = desk.headsets.ears["ana"].heard_seconds
    await far[0].heard(0.3)
    assert desk.headsets.ears["ana"].heard_seconds > before
    await desk.switch.clear(SECOND)
    await far[0].ended()
    before = desk.headsets.ears["ana"].heard_seconds
    await far[1].heard(0.3)
    assert desk.headsets.ears["ana"].heard_seconds > before
    await desk.switch.clear(CallId("third"))
    await far[1].ended()


# Wrong commands


async def test_commands_for_what_is_not_there_are_refused(desk):
    for command in (
        desk.switch.clear(SECOND),
        desk.switch.answer(SECOND, ANA),
        desk.switch.hold(SECOND),
        desk.switch.blind_transfer(SECOND, "1004", CallId("third")),
        desk.switch.reject(SECOND, ClearCause.BUSY),
    ):
        with pytest.raises(SwitchError, match="gone"):
            await command


async def test_commands_at_the_wrong_moment_are_refused(desk, caller):
    call = await caller.call("127.0.0.1", desk.port, "1003", number="612345099")
    name = (await desk.next(CallDelivered)).call
    for command in (
        desk.switch.hold(name),
        desk.switch.retrieve(name),
        desk.switch.send_digits(name, "1"),
        desk.switch.consult(name, "1004", SECOND),
        desk.switch.connect(name, ANA),
    ):
        with pytest.raises(SwitchError, match="wrong_state"):
            await command
    with pytest.raises(SwitchError, match="invalid"):
        await desk.switch.answer(name, Device("PJSIP/1003"))
    await asyncio.gather(
        desk.switch.answer(name, ANA),
        *[_refused(desk.switch.answer(name, LUIS)) for _ in range(3)],
    )
    await call.answered()


async def _refused(command):
    with pytest.raises(SwitchError, match="wrong_state"):
        await command


@pytest.mark.parametrize("to", ["", "alice", "sip:x@evil", "1\r\nX: y", "9" * 70])
async def test_a_destination_that_cannot_be_dialled_is_refused(desk, to):
    with pytest.raises(SwitchError, match="invalid"):
        await desk.switch.originate(SECOND, None, to, ANA)
    assert await desk.switch.live_calls() == ()


async def test_more_calls_than_the_line_has(desk_of, phone, caller):
    async with desk_of(server=f"127.0.0.1:{phone.port}", max_calls=1) as desk:
        await desk.next(LineUp)
        await desk.switch.originate(SECOND, None, "1004", ANA)
        with pytest.raises(SwitchError, match="busy"):
            await desk.switch.originate(CallId("third"), None, "1005", LUIS)
        with pytest.raises(SwitchError, match="exists"):
            await desk.switch.originate(SECOND, None, "1005", LUIS)
        call = await caller.call("127.0.0.1", desk.port, "1003", number="612345099")
        await call.ended()
        assert call.code == 486


async def test_no_rtp_port_left_refuses_the_answer_and_it_goes_on_ringing(desk_of, caller):
    async with desk_of(rtp_ports=(31_900, 31_901)) as desk:
        first = await caller.call("127.0.0.1", desk.port, "1003", number="612345099")
        one = await desk.next(CallDelivered)
        await desk.switch.answer(one.call, ANA)
        await first.answered()
        second = await caller.call("127.0.0.1", desk.port, "1003", number="612345098")
        two = await desk.next(CallDelivered, after=len(desk.events))
        with pytest.raises(SwitchError, match="busy"):
            await desk.switch.answer(two.call, LUIS)
        await second.ringing()
        await first.hang_up()
        await desk.next(CallCleared)
        await desk.switch.answer(two.call, LUIS)
        await second.answered()


# Lines


async def test_a_port_in_use_stops_the_start_with_the_lines_name(desk_of):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(SwitchError, match=rf"line main: .*127\.0\.0\.1:{port} "):
            async with desk_of(port=port):
                pass


async def test_a_trunk_takes_calls_of_its_peers_only(desk_of, caller):
    async with desk_of(peers=("127.0.0.7",)) as desk:
        assert isinstance(desk.events[0], LineUp)
        await caller.call("127.0.0.1", desk.port, "1003", number="612345099")
        await asyncio.sleep(0.3)
        assert desk.names == ["LineUp"]


async def test_a_line_without_a_server_calls_nobody(desk_of):
    async with desk_of() as desk:
        with pytest.raises(SwitchError, match="line_down"):
            await desk.switch.originate(SECOND, None, "1004", ANA)


async def test_a_registrar_that_is_away_is_told_and_the_start_does_not_wait(desk_of):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        async with desk_of(
            mode="register", user="1000", server=f"127.0.0.1:{silent.getsockname()[1]}"
        ) as desk:
            assert desk.events == []
            assert desk.switch.lines()[0].up is False
            down = await desk.next(LineDown, within=60)
            assert "does not answer" in down.detail
            with pytest.raises(SwitchError, match="line_down"):
                await desk.switch.originate(SECOND, None, "1004", ANA)


async def test_a_line_hears_from_its_first_moment_registered_or_not(desk_of, caller):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{silent.getsockname()[1]}"
        async with desk_of(mode="register", user="1000", server=server) as desk:
            await caller.call("127.0.0.1", desk.port, "1003", number="612345099")
            await desk.next(CallDelivered, within=0.9)


async def test_stopping_clears_what_is_alive(desk, caller):
    call, _name = await talking(desk, caller)
    ringing = await caller.call("127.0.0.1", desk.port, "1003", number="612345098")
    await ringing.ringing()
    await desk.switch.stop()
    await asyncio.gather(call.ended(), ringing.ended())
    causes = [one.cause for one in desk.events if isinstance(one, CallCleared)]
    assert causes == [ClearCause.BRIDGE_RESTARTED] * 2
    await desk.switch.stop()
