"""Ladders: what ARI says, what must go out. A pretended Asterisk, so that each can go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import wave

import pytest

from cti_bridge.config.values import Asterisk
from cti_bridge.protocol.vocabulary import ClearCause, MonitorMode
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.book import STAGES, Move, Stage
from cti_bridge.telephony.asterisk.switch import AsteriskSwitch
from cti_bridge.telephony.ports import (
    MAX_PARTIES,
    CallCleared,
    CallConferenced,
    CallDelivered,
    CallEstablished,
    CallFailed,
    CallHeld,
    CallId,
    CallParked,
    CallRecorded,
    CallRetrieved,
    CallTransferred,
    Device,
    DeviceAnswered,
    DeviceFailed,
    DigitsReceived,
    LineDown,
    LineUp,
    MediaFigures,
    MonitorEnded,
    MonitorStarted,
    NumberKind,
    PlayEnded,
    RecordingEnded,
    SwitchError,
)
from tests.helpers.ari import ONE_SECOND, FakeAri
from tests.integration.telephony.asterisk_desk import Desk

OTHER = Device("phone:1006")
AGENT, ANA = Device("phone:1005"), Device("headset:ana")
CALL, SECOND, LOOK = CallId("pbx:c1"), CallId("second"), CallId("look")
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
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


# -- conferences


async def conference(desk, asterisk, *others):
    """The call of `talking` and these, all in one room."""
    await talking(desk, asterisk)
    for name in others:
        await desk.switch.consult(CALL, "1006", CallId(name))
        await desk.next(CallHeld, call=CALL)
        asterisk.picked_up(f"ficha.call.{name}")
        await desk.next(CallEstablished, call=name)
        await desk.switch.conference(CALL, CallId(name))
        await desk.next(CallConferenced, call=CALL, other=name)


def inside(asterisk):
    return {name for members in asterisk.bridges.values() for name in members}


async def test_a_conference_is_held_and_taken_back_as_one(desk, asterisk):
    await conference(desk, asterisk, "a", "b")
    assert {"c1", "ficha.call.a", "ficha.call.b"} < inside(asterisk)
    await desk.switch.hold(CallId("b"))
    assert inside(asterisk).isdisjoint({"c1", "ficha.call.a", "ficha.call.b"})
    await desk.next(CallHeld, call="b")
    assert "CallHeld" not in desk.names  # one for all
    await desk.switch.retrieve(CALL)
    assert {"c1", "ficha.call.a", "ficha.call.b"} < inside(asterisk)


async def test_one_who_cannot_be_moved_stops_the_conference_for_nobody(desk, asterisk):
    await conference(desk, asterisk, "a", "b")
    asterisk.refuses("POST", "channels/ficha.call.a/moh", 404)
    await desk.switch.hold(CALL)
    assert inside(asterisk).isdisjoint({"c1", "ficha.call.a", "ficha.call.b"})


async def test_a_conference_has_its_limit(desk, asterisk):
    await conference(desk, asterisk, *(f"p{n}" for n in range(MAX_PARTIES)))
    with pytest.raises(SwitchError, match="busy"):
        await desk.switch.consult(CALL, "1006", SECOND)


async def test_the_last_two_of_a_conference_without_agent_end_together(desk, asterisk):
    await conference(desk, asterisk, "a", "b")
    await desk.switch.complete_transfer(CALL, CallId("a"))
    await desk.next(CallTransferred, call=CALL, other="a")
    asterisk.destroyed("ficha.call.a")
    await desk.next(CallCleared, call="a")
    before = len(asterisk.requests)
    asterisk.destroyed("c1")
    await desk.next(CallCleared, call=CALL)
    await asterisk.asked("DELETE", r"channels/ficha\.call\.b", after=before)


async def test_the_other_half_of_a_local_channel_is_no_call(desk, asterisk):
    await conference(desk, asterisk, "a")
    dials = {"context": "phones", "exten": "1006", "app_name": "Dial", "app_data": "PJSIP/1006"}
    asterisk.channel("ficha.call.a;2", dialplan=dials)
    await asterisk.cut()
    await desk.next(LineUp)
    assert {one.call for one in await desk.switch.live_calls()} == {CALL, "a"}


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


async def test_a_held_call_that_is_offered_to_another_leaves_its_agent(desk, asterisk):
    leg = await talking(desk, asterisk)
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.alert(CALL, OTHER)
    await desk.switch.hold(CALL)
    start = len(asterisk.requests)
    await desk.switch.alert(CALL, OTHER)
    await asterisk.asked("DELETE", f"channels/{leg}", after=start)
    again = await dialled(asterisk, start)
    asterisk.picked_up(again)
    await desk.next(DeviceAnswered, device=OTHER)
    await desk.switch.connect(CALL, OTHER)
    await desk.next(CallEstablished)
    assert [*asterisk.bridges.values()] == [[again, "c1"]]
    assert "CallCleared" not in desk.names


@pytest.mark.parametrize(
    ("said", "cause"), [("key", "key"), ("silence", "silence"), ("gone", "cleared")]
)
async def test_a_message_becomes_whole_before_its_call_is_over(
    desk, asterisk, tmp_path, said, cause
):
    file = tmp_path / "message.wav"
    await delivered(desk, asterisk)
    await desk.switch.park(CALL, "hold")
    await desk.next(CallParked)
    await desk.switch.record(CALL, str(file), 60, 5)
    begun = await asterisk.asked("POST", "channels/c1/record")
    assert (begun.params["terminateOn"], begun.params["maxDurationSeconds"]) == ("#", "60")
    assert asterisk.ladder().index("POST channels/c1/record") > 0
    if said == "key":
        asterisk.tell("ChannelDtmfReceived", channel={"id": "c1"}, digit="#")
    if said == "gone":
        asterisk.destroyed("c1")
    asterisk.recorded(begun.params["name"])
    ended = await desk.next(RecordingEnded)
    assert (ended.file, ended.cause, ended.seconds) == (str(file), cause, 1.0)
    assert file.exists()
    assert not [*tmp_path.glob("*.part")]
    await asterisk.asked("DELETE", "recordings/stored/.*")
    if said == "gone":
        await desk.next(CallCleared)
    else:
        start = len(asterisk.requests)
        await desk.switch.announce(CALL, ("es-goodbye",), "bye")
        await asterisk.asked("POST", "channels/c1/play/.*", after=start)


async def test_what_was_recorded_while_nobody_listened_is_fetched(desk, asterisk, tmp_path):
    file = tmp_path / "call.wav"
    await talking(desk, asterisk)
    await desk.switch.record_call(CALL, str(file))
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.record_call(CALL, str(tmp_path / "b.wav"))
    (live,) = await desk.switch.live_calls()
    assert live.recording == str(file)
    await desk.switch.pause_recording(CALL, True)
    (live,) = await desk.switch.live_calls()
    assert live.paused
    asterisk.recorded(next(iter(asterisk.recording)), told=False)
    await asterisk.cut()
    told = await desk.next(CallRecorded)
    assert (told.call, told.file, told.seconds, told.cause) == (CALL, str(file), 1.0, "cleared")
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.stop_recording(CALL)


async def test_recordings_of_another_bridge_or_for_another_place_stay(asterisk, tmp_path):
    spool = tmp_path / "spool"

    def named(file, owner):
        return names.recording("ficha", names.Kind.CONVERSATION, CALL, str(file), owner)

    mine = spool / "calls" / "mine.wav"
    stay = [
        named(spool / "calls" / "theirs.wav", "bbbbbb"),
        named(spool / ".." / "evil.wav", "aaaaaa"),
        named("/etc/evil.wav", "aaaaaa"),
    ]
    asterisk.files = dict.fromkeys([*stay, named(mine, "aaaaaa")], ONE_SECOND)
    desk = Desk(AsteriskSwitch([config(asterisk)], region="ES", spool=spool))
    await desk.switch.claim("aaaaaa")
    await desk.switch.start(desk.sink)
    told = await desk.next(CallRecorded)
    assert (told.call, told.file) == (CALL, str(mine))
    assert [*asterisk.files] == stay
    assert [*tmp_path.rglob("*.wav")] == [mine]
    await desk.switch.stop()


async def test_a_second_bridge_is_refused_at_its_start(desk, asterisk):
    second = desk_of(asterisk)
    with pytest.raises(
        SwitchError, match=r"busy: asterisk pbx: another bridge \(.*, process \d+\)"
    ):
        await second.switch.claim("bbbbbb")
    await second.switch.stop()
    await delivered(desk, asterisk)


UNCOUNTED = ONE_SECOND[:4] + bytes(4) + ONE_SECOND[8:40] + bytes(4)
"""A header as Asterisk begins a file with."""


@pytest.mark.parametrize(
    ("sound", "cause", "seconds"),
    [(UNCOUNTED + bytes(8001), "cleared", 0.5), (UNCOUNTED, "failed", 0.0)],
)
async def test_what_an_asterisk_that_was_killed_had_written_is_kept(
    desk, asterisk, tmp_path, sound, cause, seconds
):
    """It is taken from there, too, or each start would find it again."""
    file = tmp_path / "call.wav"
    await talking(desk, asterisk)
    await desk.switch.record_call(CALL, str(file))
    asterisk.recorded(next(iter(asterisk.recording)), told=False, sound=sound)
    await asterisk.cut()
    told = await desk.next(CallRecorded)
    assert (told.cause, told.seconds, file.exists()) == (cause, seconds, seconds > 0)
    if seconds:
        with wave.open(str(file)) as reader:
            assert reader.readframes(8000) == bytes(8000)
    await asterisk.asked("DELETE", "recordings/stored/.*")
    assert not [*tmp_path.glob("*.part")]


async def test_a_recording_that_failed_has_no_file(desk, asterisk, tmp_path):
    file = tmp_path / "call.wav"
    await talking(desk, asterisk)
    await desk.switch.record_call(CALL, str(file))
    asterisk.recorded(next(iter(asterisk.recording)), failed=True)
    told = await desk.next(CallRecorded)
    assert (told.cause, told.seconds) == ("failed", 0.0)
    assert not file.exists()


async def test_an_announcement_whose_end_was_lost_is_told_after_the_cut(desk, asterisk):
    await delivered(desk, asterisk)
    await desk.switch.park(CALL, "hold")
    await desk.switch.announce(CALL, ("es-wait",), "one")
    await asterisk.cut()
    assert (await desk.next(PlayEnded)).mark == "one"


# -- a supervisor


async def test_a_supervisor_that_does_not_come_and_one_that_does(desk, asterisk):
    leg = await talking(desk, asterisk)
    await desk.switch.monitor(CALL, LOOK, OTHER, MonitorMode.LISTEN)
    boss = await dialled(asterisk)
    asterisk.destroyed(boss, 19)
    assert (await desk.next(MonitorEnded)).cause is ClearCause.NOT_ANSWERED
    with pytest.raises(SwitchError, match="gone"):
        await desk.switch.stop_monitor(LOOK)
    start = len(asterisk.requests)
    await desk.switch.monitor(CALL, LOOK, OTHER, MonitorMode.WHISPER)
    boss = await dialled(asterisk, start)
    asterisk.picked_up(boss)
    await desk.next(MonitorStarted, monitor=LOOK)
    spy = await asterisk.asked("POST", f"channels/{leg}/snoop/.*", after=start)
    assert (spy.params["spy"], spy.params["whisper"]) == ("both", "out")
    await desk.switch.monitor(CALL, LOOK, OTHER, MonitorMode.BARGE)
    assert {"c1", leg, boss} in [set(one) for one in asterisk.bridges.values()]
    assert desk.names == []
    asterisk.destroyed("c1")
    await desk.next(MonitorEnded, monitor=LOOK, cause=ClearCause.CALLER_CLEARED)
    await until(lambda: not asterisk.channels and not asterisk.bridges)


async def test_nobody_looks_into_a_call_without_an_agent(desk, asterisk):
    await delivered(desk, asterisk)
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.monitor(CALL, LOOK, OTHER, MonitorMode.LISTEN)
    await desk.switch.park(CALL, "hold")
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.monitor(CALL, LOOK, OTHER, MonitorMode.LISTEN)


async def test_a_monitor_that_cannot_listen_is_ended(desk, asterisk):
    await talking(desk, asterisk)
    asterisk.refuses("POST", "channels/.*/snoop/.*", 500)
    await desk.switch.monitor(CALL, LOOK, OTHER, MonitorMode.LISTEN)
    asterisk.picked_up(await dialled(asterisk))
    assert (await desk.next(MonitorEnded)).cause is ClearCause.FAILED
    await until(lambda: not any("sup" in one for one in asterisk.channels))
    (live,) = await desk.switch.live_calls()
    assert live.established


# -- two calls


async def test_a_consultation_that_is_refused_leaves_the_call_as_it_was(desk, asterisk):
    await talking(desk, asterisk)
    asterisk.refuses("POST", "channels", 500)
    for verb in (desk.switch.consult, desk.switch.blind_transfer):
        with pytest.raises(SwitchError, match="failed"):
            await verb(CALL, "1006", SECOND)
    asterisk.agrees()
    (live,) = await desk.switch.live_calls()
    assert not live.held
    assert "c1" in next(iter(asterisk.bridges.values()))
    with pytest.raises(SwitchError, match="invalid"):
        await desk.switch.consult(CALL, "nobody@home", SECOND)


async def test_a_consultation_is_told_in_order_and_joined(desk, asterisk):
    leg = await talking(desk, asterisk)
    desk.events.clear()
    await desk.switch.consult(CALL, "1006", SECOND)
    asterisk.picked_up("ficha.call.second")
    await desk.next_names("CallHeld", "CallOriginated", "CallEstablished")
    assert sorted(next(iter(asterisk.bridges.values()))) == sorted([leg, "ficha.call.second"])
    calls = {one.call: one for one in await desk.switch.live_calls()}
    assert calls[CALL].other == SECOND
    assert calls[CALL].held
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.hold(CALL)
    await desk.switch.complete_transfer(CALL, SECOND)
    await desk.next(CallTransferred, call=CALL, other=SECOND)
    await asterisk.asked("DELETE", f"channels/{leg}")
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.hold(CALL)
    asterisk.destroyed("ficha.call.second")
    await desk.next(CallCleared, call=SECOND)
    await desk.next(CallCleared, call=CALL)
    await until(lambda: not asterisk.channels and not asterisk.bridges)


async def test_a_target_that_is_busy_gives_the_call_back_held(desk, asterisk):
    leg = await talking(desk, asterisk)
    await desk.switch.blind_transfer(CALL, "1006", SECOND)
    with pytest.raises(SwitchError, match="wrong_state"):
        await desk.switch.retrieve(CALL)
    asterisk.destroyed("ficha.call.second", 17, 486)
    failed = await desk.next(CallFailed)
    assert (failed.call, failed.cause, failed.code) == (SECOND, ClearCause.BUSY, 486)
    (live,) = await desk.switch.live_calls()
    assert (live.held, live.device) == (True, AGENT)
    await desk.switch.retrieve(CALL)
    assert leg in asterisk.channels


async def test_a_caller_that_goes_during_a_blind_transfer_takes_the_target_along(desk, asterisk):
    await talking(desk, asterisk)
    await desk.switch.blind_transfer(CALL, "1006", SECOND)
    asterisk.destroyed("c1")
    await desk.next(CallCleared, call=CALL)
    gone = await desk.next(CallFailed, call=SECOND)
    assert gone.cause is ClearCause.CALLER_GAVE_UP
    await until(lambda: not asterisk.channels and not asterisk.bridges)


async def test_the_handset_leaves_a_conference_to_the_others(desk, asterisk):
    leg = await talking(desk, asterisk)
    await desk.switch.consult(CALL, "1006", SECOND)
    asterisk.picked_up("ficha.call.second")
    await desk.next(CallEstablished, call=SECOND)
    await desk.switch.conference(CALL, SECOND)
    asterisk.destroyed(leg)
    await desk.next(CallTransferred, call=CALL, other=SECOND)
    assert {"c1", "ficha.call.second"} <= asterisk.channels.keys()


# -- by the telephone's own keys


async def test_a_telephone_sends_its_caller_on_into_the_dial_plan(desk, asterisk):
    leg = await talking(desk, asterisk)
    for result in ("Fail", "Success"):
        asterisk.tell("BridgeBlindTransfer", channel={"id": leg}, exten="1006", result=result)
    told = await desk.next(CallTransferred, call=CALL)
    assert told.to == "1006"
    assert (await desk.next(CallCleared)).cause is ClearCause.TRANSFERRED
    assert "c1" in asterisk.channels
    assert await desk.switch.live_calls() == ()


async def stand_in(desk, asterisk):
    """Another channel takes the place of the telephone: c9, and the call of that name."""
    leg = await talking(desk, asterisk)
    place = {"context": "phones", "exten": "1006", "app_name": "", "app_data": ""}
    other = asterisk.channel("c9", state="Up", dialplan=place)
    room = next(iter(asterisk.bridges.values()))
    room[room.index(leg)] = "c9"
    asterisk.tell("StasisStart", channel=other, replace_channel={"id": leg}, args=[])
    asterisk.tell("BridgeBlindTransfer", channel={"id": leg}, exten="1006", result="Success")
    asterisk.destroyed(leg)
    told = await desk.next(CallTransferred, call=CALL)
    assert (told.other, told.to) == ("pbx:c9", "1006")
    return told.other


async def test_another_takes_the_place_of_the_telephone(desk, asterisk):
    other = await stand_in(desk, asterisk)
    asterisk.destroyed("c9")
    await desk.next(CallCleared, call=other)
    await desk.next(CallCleared, call=CALL)
    await until(lambda: not asterisk.channels)


async def unnamed(desk, asterisk):
    """Half of a local channel takes the telephone's place before its caller id is there."""
    leg = await talking(desk, asterisk)
    place = {"context": "transfer", "exten": "_attended", "app_name": "", "app_data": ""}
    other = asterisk.channel("c9", state="Up", dialplan=place, caller={"name": "", "number": ""})
    room = next(iter(asterisk.bridges.values()))
    room[room.index(leg)] = "c9"
    asterisk.tell("StasisStart", channel=other, replace_channel={"id": leg}, args=[])
    return leg


async def test_who_took_its_place_without_a_number_is_named_by_what_follows(desk, asterisk):
    leg = await unnamed(desk, asterisk)
    asterisk.destroyed(leg)
    target = asterisk.channel("c8", state="Up", caller={"name": "Third", "number": "1006"})
    asterisk.tell(
        "BridgeAttendedTransfer",
        transferer_first_leg={"id": leg},
        transfer_target=target,
        result="Success",
    )
    told = await desk.next(CallTransferred, call=CALL)
    assert (told.other, told.to) == ("pbx:c9", "1006")
    assert "CallCleared" not in desk.names


@pytest.mark.parametrize("gone", ["c1", "c9"])
async def test_an_end_is_not_told_before_who_took_the_place(desk, asterisk, gone):
    await unnamed(desk, asterisk)
    asterisk.destroyed(gone)
    await until(lambda: desk.names.count("CallCleared") == 2)
    await desk.next(CallTransferred, call=CALL)
    assert desk.names == ["CallCleared"] * 2


async def test_who_took_its_place_and_is_never_named_is_told_all_the_same(
    desk, asterisk, monkeypatch
):
    monkeypatch.setattr("cti_bridge.telephony.asterisk.handovers.NAMED_WITHIN", 0.05)
    await unnamed(desk, asterisk)
    told = await desk.next(CallTransferred, call=CALL)
    assert (told.other, told.to) == ("pbx:c9", "")


async def test_who_took_its_place_is_left_alone_by_cuts_and_restarts(desk, asterisk):
    await stand_in(desk, asterisk)
    await asterisk.cut()
    await desk.next(LineUp)
    assert not {"CallCleared", "CallHeld"} & {*desk.names}
    await desk.switch.stop()
    again = desk_of(asterisk)
    (live,) = await again.switch.live_calls()  # nobody puts them on hold
    assert (live.call, live.held) == (CALL, False)
    await again.switch.stop()


async def test_who_leaves_for_the_dial_plan_is_not_ours_any_more(desk, asterisk, monkeypatch):
    monkeypatch.setattr("cti_bridge.telephony.asterisk.happenings.MOVED_ON", 0.05)
    await delivered(desk, asterisk)
    asterisk.tell("StasisEnd", channel=asterisk.channels["c1"])
    asterisk.details.add("c1")
    assert (await desk.next(CallCleared)).cause is ClearCause.TRANSFERRED


# -- a headset


class Headset:
    """Implements HeadsetMedia."""

    def __init__(self, asterisk):
        self.asterisk, self.opened, self.closed, self.muted = asterisk, [], [], []
        self.broken = False

    async def open(self, node, call, agent):
        if self.broken:
            raise SwitchError("failed", "no media socket")
        before = sum(one.startswith(f"ficha.headset.{agent}") for one in self.opened)
        channel = f"ficha.headset.{agent}" + (f".{before + 1}" if before else "")
        self.opened.append(channel)
        self.asterisk.tell(
            "StasisStart", channel=self.asterisk.channel(channel, state="Up"), args=[]
        )
        return channel

    def figures(self, channel):
        return MediaFigures(packets_received=7) if channel not in self.closed else None

    def mute(self, channel, *, muted):
        self.muted.append((channel, muted))

    async def close(self, channel):
        self.closed.append(channel)
        if channel in self.asterisk.channels:
            self.asterisk.destroyed(channel)


@contextlib.asynccontextmanager
async def by_headset(asterisk):
    """A call that ana has at the headset."""
    media = Headset(asterisk)
    switch = AsteriskSwitch([config(asterisk)], region="ES", headsets=media)
    desk = Desk(switch)
    await switch.start(desk.sink)
    try:
        await desk.next(LineUp)
        await delivered(desk, asterisk)
        await switch.alert(CALL, ANA)
        await switch.answer(CALL, ANA)
        await desk.next(CallEstablished)
        yield desk, media
    finally:
        await switch.stop()


async def test_a_headset_that_is_lost_is_opened_again_as_muted_as_it_was(asterisk):
    async with by_headset(asterisk) as (desk, media):
        await desk.switch.mute(CALL, True)
        [room] = asterisk.bridges
        asterisk.destroyed("ficha.headset.ana")
        again = "ficha.headset.ana.2"
        await until(lambda: again in asterisk.bridges[room])
        await until(lambda: media.muted[-1:] == [(again, True)])
        assert media.closed == ["ficha.headset.ana"]
        assert "POST channels/c1/moh" not in asterisk.ladder()
        (live,) = await desk.switch.live_calls()
        assert (live.device, live.held) == (ANA, False)
        assert desk.names == []  # nothing that the agent need be told
        await desk.switch.clear(CALL)
        await desk.next(CallCleared)
        await until(lambda: not asterisk.channels and not asterisk.bridges)


async def test_a_headset_that_is_lost_with_its_call_on_hold_waits_for_its_agent(asterisk):
    async with by_headset(asterisk) as (desk, media):
        await desk.switch.hold(CALL)
        await desk.next(CallHeld)
        asterisk.destroyed("ficha.headset.ana")
        await until(lambda: media.closed == ["ficha.headset.ana"])
        assert len(media.opened) == 1
        await desk.switch.retrieve(CALL)
        await desk.next(CallRetrieved)
        assert len(media.opened) == 2


async def test_a_call_that_ends_while_its_headset_is_opened_again_leaves_nothing(asterisk):
    async with by_headset(asterisk) as (desk, _media):
        asterisk.destroyed("ficha.headset.ana")
        asterisk.destroyed("c1")
        await desk.next(CallCleared)
        await until(lambda: not asterisk.channels and not asterisk.bridges)


async def test_a_headset_is_connected_and_its_loss_is_no_hanging_up(asterisk):
    async with by_headset(asterisk) as (desk, media):
        await lost_for_good(desk, media, asterisk)


async def lost_for_good(desk, media, asterisk):
    switch = desk.switch
    (live,) = await switch.live_calls()
    assert live.device == ANA
    media.broken = True
    asterisk.destroyed("ficha.headset.ana")
    await asterisk.asked("POST", "channels/c1/moh")
    (live,) = await switch.live_calls()
    assert live.held
    media.broken = False
    await switch.retrieve(CALL)
    await until(lambda: "CallRetrieved" in desk.names)
    await switch.originate(SECOND, None, "612345099", Device("headset:luis"))
    asterisk.picked_up("ficha.call.second")
    await desk.next(CallEstablished, call=SECOND)
    await switch.clear(SECOND)
    assert (await desk.next(CallCleared, call=SECOND)).media == MediaFigures(packets_received=7)
    await until(lambda: media.closed == ["ficha.headset.ana", "ficha.headset.luis"])


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


async def test_a_socket_that_is_deaf_is_found_out(asterisk, monkeypatch):
    monkeypatch.setattr("cti_bridge.telephony.asterisk.node.FIRST_LOOK", 0.05)
    monkeypatch.setattr("cti_bridge.telephony.asterisk.node.HEARD_WITHIN", 0.2)
    asterisk.refuses("POST", "events/user/.*", 204)
    desk = desk_of(asterisk)
    await desk.switch.start(desk.sink)
    await desk.next(LineUp)
    assert "no events come" in (await desk.next(LineDown)).detail
    asterisk.agrees()
    await desk.next(LineUp)
    await desk.switch.stop()


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


async def test_what_is_hung_up_while_its_asterisk_is_away_is_over_and_goes_once_it_is_back(
    desk, asterisk
):
    """With the agent's leg, and with whom it was being given to; nobody rings anew."""
    leg = await talking(desk, asterisk)
    await desk.switch.blind_transfer(CALL, "1006", SECOND)
    (target,) = {*asterisk.channels} - {"c1", leg}
    await asterisk.cut()
    await desk.next(LineDown)
    start = len(asterisk.requests)
    await desk.switch.clear(CALL)
    cleared = await desk.next(CallCleared, call=CALL)
    assert cleared.cause is ClearCause.AGENT_CLEARED
    assert not desk.switch.owns(CALL)
    await desk.next(LineUp)
    for channel in ("c1", leg, target):
        await asterisk.asked("DELETE", f"channels/{channel}", after=start)
    assert await desk.switch.live_calls() == ()
    assert "CallDelivered" not in desk.names


async def test_an_asterisk_that_never_answers_is_not_waited_for(asterisk, monkeypatch):
    monkeypatch.setattr("cti_bridge.telephony.asterisk.ari.client.TIMEOUT", 1.5)
    desk = desk_of(asterisk)
    await desk.switch.start(desk.sink)
    await desk.next(LineUp)
    await delivered(desk, asterisk)
    asterisk.never_answers("POST", "channels")
    with pytest.raises(SwitchError, match="line_down"):
        await desk.switch.answer(CALL, AGENT)
    late = asterisk.channel("ficha.leg.late", state="Up")
    asterisk.tell("StasisStart", channel=late, args=[])
    await asterisk.asked("DELETE", "channels/ficha.leg.late")
    with pytest.raises(SwitchError, match="line_down"):
        await desk.switch.originate(SECOND, None, "1006", AGENT)
    assert [one.call for one in await desk.switch.live_calls()] == [CALL]
    await desk.switch.stop()


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


async def test_who_comes_while_it_is_asked_what_is_alive_is_delivered_once(asterisk):
    asterisk.channel("old")
    asterisk.on_connect = lambda: arrive(asterisk)
    desk = desk_of(asterisk)
    assert [one.call for one in await desk.switch.live_calls()] == ["pbx:old"]
    await desk.switch.start(desk.sink)
    await desk.next(LineUp)
    await until(lambda: "CallDelivered" in desk.names)
    assert [one.call for one in desk.events if isinstance(one, CallDelivered)] == [CALL]
    assert {one.call for one in await desk.switch.live_calls()} == {"pbx:old", CALL}
    desk.events.clear()
    asterisk.on_connect = lambda: None
    await asterisk.cut()
    await desk.next(LineUp)
    assert "CallDelivered" not in desk.names  # its contact is known since before
    await desk.switch.stop()


async def test_who_comes_during_a_cut_is_delivered_after_it(desk, asterisk):
    await delivered(desk, asterisk)
    await asterisk.cut()
    asterisk.channel("c2")
    told = await desk.next(CallDelivered)
    assert (told.call, told.variables) == ("pbx:c2", {"choice": "2"})
    await desk.next(LineUp)
    assert "CallDelivered" not in desk.names


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
