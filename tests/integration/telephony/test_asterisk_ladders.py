"""Ladders: what ARI says, what must go out. A pretended Asterisk, so that each can go wrong."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from cti_bridge.config.values import Asterisk
from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.asterisk.book import STAGES, Move, Stage
from cti_bridge.telephony.asterisk.switch import AsteriskSwitch
from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallEstablished,
    CallFailed,
    CallId,
    CallParked,
    Device,
    DeviceAnswered,
    DeviceFailed,
    DigitsReceived,
    LineDown,
    LineUp,
    NumberKind,
    PlayEnded,
    SwitchError,
)
from tests.helpers.ari import FakeAri
from tests.integration.telephony.asterisk_desk import Desk

AGENT, ANA = Device("phone:1005"), Device("headset:ana")
CALL, SECOND = CallId("pbx:c1"), CallId("second")
LEG = r"ficha\.leg\..*"


@pytest.fixture
async def asterisk():
    async with FakeAri.started() as running:
        yield running


@pytest.fixture
async def desk(asterisk):
    desk = desk_of(asterisk)
    await desk.switch.start(desk.sink)
    await desk.next(LineUp)
    yield desk
    await desk.switch.stop()


def config(asterisk, **changes):
    fields = {"id": "pbx", "url": asterisk.url, "password": "secret", "extensions": (r"1\d{3}",)}
    return Asterisk(**(fields | changes))


def desk_of(*asterisks, **changes):
    nodes = [
        config(one, id="pbx" if place == 0 else f"pbx-{place}", **changes)
        for place, one in enumerate(asterisks)
    ]
    return Desk(AsteriskSwitch(nodes, region="ES"))


def arrive(asterisk, name="c1", args=("choice=2",), **changes):
    asterisk.tell("StasisStart", channel=asterisk.channel(name, **changes), args=[*args])


async def delivered(desk, asterisk):
    arrive(asterisk)
    return await desk.next(CallDelivered)


async def dialled(asterisk, after=0):
    """The leg that was dialled last."""
    await asterisk.asked("POST", "channels", after=after)
    return next(
        one.params["channelId"] for one in reversed(asterisk.requests) if one.path == "channels"
    )


async def talking(desk, asterisk):
    await delivered(desk, asterisk)
    await desk.switch.answer(CALL, AGENT)
    leg = await dialled(asterisk)
    asterisk.picked_up(leg)
    await desk.next(CallEstablished)
    return leg


async def until(holds):
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


# -- delivered


async def test_a_caller_rings_and_is_told_with_what_the_dial_plan_said(desk, asterisk):
    arrive(asterisk, args=("dnis=944210017", "diverted=1007", "choice=2", "Odd name=1", "x"))
    told = await desk.next(CallDelivered)
    assert (told.call, told.line) == (CALL, "pbx")
    assert told.caller.number.value == "+34612345099"
    assert told.caller.display_name == "Ana Prieto"
    assert (told.dnis, told.first_dialled) == ("+34944210017", "1007")
    assert told.variables == {"choice": "2"}
    assert told.received_ns > 0
    await asterisk.asked("POST", "channels/c1/ring")


@pytest.mark.parametrize(
    ("changes", "args"),
    [
        ({"caller": {"name": "Anonymous", "number": "anonymous"}}, ()),
        ({"caller": {"name": "", "number": ""}}, ()),
        ({"channelvars": {"CALLERID(pres)": "prohib_passed_screen"}}, ()),
        ({}, ("privacy=prohib",)),
    ],
)
async def test_who_withholds_the_number_has_none(desk, asterisk, changes, args):
    arrive(asterisk, args=args, **changes)
    told = await desk.next(CallDelivered)
    assert told.caller.number.kind is NumberKind.WITHHELD
    assert told.caller.display_name == ""


async def test_variables_that_did_not_come_are_asked_for_and_bounded(asterisk):
    desk = desk_of(asterisk, variables=("CUSTOMER", "CHOICE", "UNSET"))
    asterisk.variables["c1", "CUSTOMER"] = " C-4711\x00 " + "x" * 500
    await desk.switch.start(desk.sink)
    await desk.next(LineUp)
    arrive(asterisk, args=(), channelvars={"CHOICE": "3"})
    told = await desk.next(CallDelivered)
    assert told.variables["choice"] == "3"
    assert told.variables["customer"].startswith("C-4711 xxx")
    assert len(told.variables["customer"]) == 200
    assert "unset" not in told.variables
    asterisk.never_answers("GET", "channels/c2/variable")
    arrive(asterisk, "c2", args=())
    assert (await desk.next(CallDelivered)).variables == {}
    await desk.switch.stop()


async def test_two_asterisks_may_use_the_same_id(asterisk):
    async with FakeAri.started() as other:
        desk = desk_of(asterisk, other)
        await desk.switch.start(desk.sink)
        await desk.next(LineUp)
        await desk.next(LineUp)
        arrive(asterisk)
        first = await desk.next(CallDelivered)
        arrive(other)
        second = await desk.next(CallDelivered)
        assert {first.call, second.call} == {"pbx:c1", "pbx-1:c1"}
        other.destroyed("c1")
        assert (await desk.next(CallCleared)).call == "pbx-1:c1"
        await desk.switch.park(CALL, "hold")
        await desk.next(CallParked)
        assert not any("moh" in one for one in other.ladder())
        await desk.switch.stop()


async def test_one_call_too_many_is_refused(asterisk):
    desk = desk_of(asterisk, max_calls=1)
    await desk.switch.start(desk.sink)
    await desk.next(LineUp)
    arrive(asterisk)
    arrive(asterisk, "c2")
    refused = await asterisk.asked("DELETE", "channels/c2")
    assert refused.params == {"reason_code": "34"}
    assert desk.names.count("CallDelivered") == 1
    await desk.switch.stop()


# -- an offer at a telephone


async def test_alert_pick_up_answer(desk, asterisk):
    await delivered(desk, asterisk)
    await desk.switch.alert(CALL, AGENT)
    rung = await asterisk.asked("POST", "channels")
    assert rung.params["endpoint"] == "PJSIP/1005"
    assert rung.params["originator"] == "c1"
    assert rung.params["callerId"] == '"Ana Prieto" <+34612345099>'
    assert "PJSIP_HEADER(add,X-Ficha-Interaction)" in rung.body["variables"]
    assert not any("Call-Info" in name for name in rung.body["variables"])
    asterisk.picked_up(rung.params["channelId"])
    assert (await desk.next(DeviceAnswered)).device == AGENT
    start = len(asterisk.requests)
    await desk.switch.answer(CALL, AGENT)
    await desk.next(CallEstablished)
    added = await asterisk.asked("POST", "bridges/.*/addChannel", after=start)
    assert added.params["channel"] == f"{rung.params['channelId']},c1"
    assert "POST channels/c1/answer" in asterisk.ladder(start)
    assert "POST channels" not in asterisk.ladder(start)
    (live,) = await desk.switch.live_calls()
    assert (live.established, live.device) == (True, AGENT)


async def test_answered_at_the_desk_the_telephone_is_dialled_anew_to_answer_itself(desk, asterisk):
    await delivered(desk, asterisk)
    await desk.switch.alert(CALL, AGENT)
    first = await dialled(asterisk)
    start = len(asterisk.requests)
    await desk.switch.answer(CALL, AGENT)
    await asterisk.asked("DELETE", f"channels/{first}", after=start)
    again = await asterisk.asked("POST", "channels", after=start)
    assert again.body["variables"]["PJSIP_HEADER(add,Call-Info)"].endswith("answer-after=0")
    assert "POST channels/c1/answer" not in asterisk.ladder()
    asterisk.picked_up(again.params["channelId"])
    await desk.next(CallEstablished)
    assert "DeviceFailed" not in desk.names


@pytest.mark.parametrize(
    ("cause", "sip", "why"),
    [
        (17, 486, ClearCause.BUSY),
        (21, 603, ClearCause.REJECTED),
        (19, 0, ClearCause.NOT_ANSWERED),
        (20, 0, ClearCause.UNREACHABLE),
        (38, 0, ClearCause.UNREACHABLE),
        (99, 0, ClearCause.FAILED),
    ],
)
async def test_why_a_telephone_was_not_picked_up(desk, asterisk, cause, sip, why):
    await delivered(desk, asterisk)
    await desk.switch.alert(CALL, AGENT)
    asterisk.destroyed(await dialled(asterisk), cause, sip)
    assert (await desk.next(DeviceFailed)).cause is why
    (live,) = await desk.switch.live_calls()
    assert not live.established


async def test_a_telephone_that_cannot_be_dialled_is_told_so(desk, asterisk):
    await delivered(desk, asterisk)
    asterisk.refuses("POST", "channels", 500)
    await desk.switch.alert(CALL, AGENT)
    assert (await desk.next(DeviceFailed)).cause is ClearCause.UNREACHABLE
    await desk.switch.answer(CALL, AGENT)
    assert (await desk.next(DeviceFailed)).cause is ClearCause.UNREACHABLE
    asterisk.agrees()
    await desk.switch.answer(CALL, AGENT)
    asterisk.picked_up(await dialled(asterisk, len(asterisk.requests) - 1))
    await desk.next(CallEstablished)


async def test_stop_alert_is_silent_and_a_late_pick_up_is_hung_up(desk, asterisk):
    await delivered(desk, asterisk)
    await desk.switch.alert(CALL, AGENT)
    leg = await dialled(asterisk)
    asterisk.refuses("DELETE", f"channels/{leg}", 500)
    await desk.switch.stop_alert(CALL)
    asterisk.agrees()
    start = len(asterisk.requests)
    asterisk.picked_up(leg)
    await asterisk.asked("DELETE", f"channels/{leg}", after=start)
    assert desk.names == []


@pytest.mark.parametrize("moment", ["ringing", "alerting", "picked up", "dialled", "talking"])
async def test_the_caller_goes_at_any_moment_and_every_leg_with_it(desk, asterisk, moment):
    await delivered(desk, asterisk)
    if moment in ("alerting", "picked up"):
        await desk.switch.alert(CALL, AGENT)
        leg = await dialled(asterisk)
    if moment == "picked up":
        asterisk.picked_up(leg)
        await desk.next(DeviceAnswered)
    if moment in ("dialled", "talking"):
        await desk.switch.answer(CALL, AGENT)
        leg = await dialled(asterisk)
    if moment == "talking":
        asterisk.picked_up(leg)
        await desk.next(CallEstablished)
    asterisk.destroyed("c1")
    cleared = await desk.next(CallCleared)
    over = moment == "talking"
    wanted = ClearCause.CALLER_CLEARED if over else ClearCause.CALLER_GAVE_UP
    assert cleared.cause is wanted
    await until(lambda: not asterisk.channels)
    await until(lambda: not asterisk.bridges)
    assert desk.names == []
    with pytest.raises(SwitchError, match="gone"):
        await desk.switch.answer(CALL, AGENT)


async def test_the_caller_goes_while_the_answer_is_under_way(desk, asterisk):
    await delivered(desk, asterisk)
    await desk.switch.alert(CALL, AGENT)
    leg = await dialled(asterisk)
    asterisk.picked_up(leg)
    await desk.next(DeviceAnswered)
    asterisk.refuses("POST", "channels/c1/answer", 404)
    with pytest.raises(SwitchError, match="gone"):
        await desk.switch.answer(CALL, AGENT)
    asterisk.destroyed("c1")
    await desk.next(CallCleared)
    await until(lambda: not asterisk.channels)


async def test_the_handset_clears_the_call_and_the_held_one_stays(desk, asterisk):
    leg = await talking(desk, asterisk)
    await desk.switch.hold(CALL)
    asterisk.destroyed(leg)
    asterisk.tell("ChannelDtmfReceived", channel={"id": "c1"}, digit="1")
    await desk.next(DigitsReceived)  # so the one before is heard
    (live,) = await desk.switch.live_calls()
    assert (live.held, live.device) == (True, AGENT)
    start = len(asterisk.requests)
    await desk.switch.retrieve(CALL)
    again = await dialled(asterisk, start)
    asterisk.picked_up(again)
    await until(lambda: "CallRetrieved" in desk.names)
    asterisk.destroyed(again)
    assert (await desk.next(CallCleared)).cause is ClearCause.AGENT_CLEARED


# -- waiting


async def test_an_announcement_cuts_the_one_before_and_the_music_comes_back(desk, asterisk):
    await delivered(desk, asterisk)
    await desk.switch.park(CALL, "queue/sales")
    music = await asterisk.asked("POST", "channels/c1/moh")
    assert music.params == {"mohClass": "queue-sales"}
    await desk.switch.announce(CALL, ("es-wait", "es-n-3"), "one")
    said = await asterisk.asked("POST", "channels/c1/play/.*")
    assert said.params["media"] == "sound:ficha/es-wait,sound:ficha/es-n-3"
    await desk.switch.announce(CALL, ("es-sorry",), "two")
    assert (await desk.next(PlayEnded)).mark == "one"
    start = len(asterisk.requests)
    playback = asterisk.requests[-1].path.rpartition("/")[2]
    asterisk.tell("PlaybackFinished", playback={"id": playback, "state": "done"})
    asterisk.tell("PlaybackFinished", playback={"id": playback, "state": "done"})
    assert (await desk.next(PlayEnded)).mark == "two"
    await asterisk.asked("POST", "channels/c1/moh", after=start)
    assert "PlayEnded" not in desk.names
    for sound in ("", "../etc/passwd", "a,sound:b", "x" * 200):
        with pytest.raises(SwitchError, match="invalid"):
            await desk.switch.announce(CALL, (sound,), "bad")


# -- outgoing


async def test_an_agent_that_does_not_pick_up_calls_nobody(desk, asterisk):
    await desk.switch.originate(SECOND, None, "612345099", AGENT)
    rung = await asterisk.asked("POST", "channels")
    assert rung.params["endpoint"] == "PJSIP/1005"
    asterisk.destroyed(rung.params["channelId"], 19)
    failed = await desk.next(CallFailed)
    assert (failed.call, failed.cause) == (SECOND, ClearCause.NOT_ANSWERED)
    assert asterisk.ladder().count("POST channels") == 1
    await desk.switch.originate(CallId("third"), None, "612345099", AGENT, "+34944000000")
    leg = await dialled(asterisk, len(asterisk.requests) - 1)
    start = len(asterisk.requests)
    asterisk.picked_up(leg)
    far = await asterisk.asked("POST", "channels", after=start)
    assert far.params["endpoint"] == "PJSIP/+34612345099@trunk"
    assert far.params["callerId"] == "+34944000000"
    asterisk.destroyed("ficha.call.third", 17, 486)
    assert (await desk.next(CallFailed)).cause is ClearCause.BUSY
    await until(lambda: not asterisk.channels)


@pytest.mark.parametrize("to", ["", "ana@example.org", "Local/1@x", "612&SIP/900", "x" * 99])
async def test_what_is_no_number_is_not_dialled(desk, asterisk, to):
    with pytest.raises(SwitchError, match="invalid"):
        await desk.switch.originate(SECOND, None, to, AGENT)
    assert "POST channels" not in asterisk.ladder()


@pytest.mark.parametrize("device", ["phone:", "phone:1/2/3", "phone:other/1005", "phone:a&b", "x"])
async def test_what_is_no_telephone_is_not_rung(desk, asterisk, device):
    await delivered(desk, asterisk)
    with pytest.raises(SwitchError, match="invalid"):
        await desk.switch.answer(CALL, Device(device))
    with pytest.raises(SwitchError, match="unsupported"):
        await desk.switch.answer(CALL, ANA)
    assert "POST channels" not in asterisk.ladder()


# -- bad weather


async def test_events_of_nobody_and_out_of_order_do_no_harm(desk, asterisk):
    ghost = {"id": "ghost"}
    for kind, fields in (
        ("StasisEnd", {"channel": ghost}),
        ("ChannelDestroyed", {"channel": ghost, "cause": 16}),
        ("ChannelDtmfReceived", {"channel": ghost, "digit": "1"}),
        ("ChannelHold", {"channel": ghost}),
        ("PlaybackFinished", {"playback": {"id": "ghost"}}),
        ("RecordingFinished", {"recording": {"name": "ghost"}}),
        ("BridgeBlindTransfer", {"channel": ghost, "exten": "1", "result": "Success"}),
        ("BridgeAttendedTransfer", {"transferer_first_leg": ghost, "result": "Success"}),
    ):
        asterisk.tell(kind, **fields)
    orphan = asterisk.channel("ficha.leg.1234", state="Up")
    asterisk.tell("StasisStart", channel=orphan, args=[])
    await asterisk.asked("DELETE", "channels/ficha.leg.1234")
    arrive(asterisk)
    arrive(asterisk)  # told twice
    await desk.next(CallDelivered)
    asterisk.destroyed("c1")
    asterisk.destroyed("c1")
    await desk.next(CallCleared)
    assert desk.names == []
    assert desk.switch.lines()[0].up


async def test_refusals_are_the_ports_words(desk, asterisk):
    await talking(desk, asterisk)
    for status, code in ((404, "gone"), (409, "wrong_state"), (500, "failed"), (503, "line_down")):
        asterisk.refuses("POST", "bridges/.*/removeChannel", status)
        with pytest.raises(SwitchError, match=code):
            await desk.switch.hold(CALL)
        asterisk.agrees()
    with pytest.raises(SwitchError, match="gone"):
        await desk.switch.hold(CallId("pbx:never"))
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.retrieve(CALL)
    for digits in ("", "12x", "1" * 65):
        with pytest.raises(SwitchError, match="invalid"):
            await desk.switch.send_digits(CALL, digits)
    await asterisk.cut()
    await desk.next(LineDown)
    with pytest.raises(SwitchError, match="line_down"):
        await desk.switch.hold(CALL)
    await desk.next(LineUp)
    await desk.switch.hold(CALL)


async def test_what_went_while_nobody_listened_is_told_after(desk, asterisk):
    leg = await talking(desk, asterisk)
    arrive(asterisk, "c2")
    await desk.next(CallDelivered)
    asterisk.channels.pop("c2")
    asterisk.channels.pop(leg)
    await asterisk.cut()
    ends = {(await desk.next(CallCleared)).call: 1, (await desk.next(CallCleared)).call: 2}
    assert ends.keys() == {"pbx:c2", CALL}
    await until(lambda: not asterisk.channels)


async def test_a_new_bridge_sweeps_what_is_of_no_use(asterisk):
    for name in ("leg", "sup", "spy"):
        asterisk.channel(
            f"ficha.{name}.1", state="Up", dialplan={"app_name": "Stasis", "app_data": "ficha"}
        )
    theirs = {"app_name": "Stasis", "app_data": "ficha-2,x"}
    asterisk.channel("ficha-2.leg.1", state="Up", dialplan=theirs)
    asterisk.channel("other", dialplan=theirs)
    asterisk.bridges["ficha.ear.1"] = ["ficha.sup.1", "ficha.spy.1"]
    asterisk.bridges["theirs"] = []
    desk = desk_of(asterisk)
    assert await desk.switch.live_calls() == ()
    await until(lambda: asterisk.channels.keys() == {"ficha-2.leg.1", "other"})
    await until(lambda: asterisk.bridges.keys() == {"theirs"})
    await desk.switch.stop()


async def test_a_node_out_of_reach_leaves_its_calls_unsure(asterisk, monkeypatch):
    monkeypatch.setattr("cti_bridge.telephony.asterisk.switch.FIRST_WORD", 0.2)
    asterisk.refuses("PUT", "applications/.*", 500)
    desk = desk_of(asterisk)
    assert await desk.switch.live_calls() == ()
    assert desk.switch.unsure() == {"pbx"}
    await desk.switch.stop()
    await desk.switch.stop()


def test_every_pair_of_stage_and_move():
    allowed = {
        (stage, move): STAGES.get((stage, move)) for stage, move in itertools.product(Stage, Move)
    }
    assert all(allowed[stage, Move.END] is Stage.OVER for stage in Stage if stage != Stage.OVER)
    assert all(allowed[Stage.OVER, move] is None for move in Move)
    assert allowed[Stage.DIALLING, Move.PARK] is None
    for stage in (Stage.RINGING, Stage.PARKED, Stage.TALKING):
        assert allowed[stage, Move.PARK] is Stage.PARKED
        assert allowed[stage, Move.CONNECT] is Stage.TALKING
