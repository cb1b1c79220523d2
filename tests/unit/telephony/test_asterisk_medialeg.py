"""A headset's leg at Asterisk, as a ladder: what chan_websocket says, what it must be told."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol.mediasocket import (
    FLOWS,
    MAX_SOUND,
    UNSENT_BYTES,
    WAITING_FINE,
    WAITING_LONG,
    Flow,
    read_control,
)
from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.telephony.asterisk.medialeg import ASK_TURNS, MediaLeg
from cti_bridge.telephony.media.codec import FRAME_BYTES, SILENCE
from tests.helpers.voice import FakeHeadsets

if TYPE_CHECKING:
    from collections.abc import Callable

ANA = AgentId("ana")
START = (
    "MEDIA_START connection_id:1f channel:WebSocket/INCOMING/0x1 channel_id:17.1 format:slin "
    "optimal_frame_size:320 ptime:20"
)
WORDS = ("MEDIA_START", "MEDIA_XOFF", "MEDIA_XON", "close", "STATUS", "QUEUE_DRAINED", "nonsense")


def frame(number: int) -> bytes:
    return bytes((number,)) * FRAME_BYTES


class FakeSocket:
    def __init__(self) -> None:
        self.sounds: list[bytes] = []
        self.controls: list[str] = []
        self.waiting = 0

    def send_sound(self, pcm: bytes) -> None:
        self.sounds.append(pcm)

    def send_control(self, text: str) -> None:
        self.controls.append(text)

    def unsent(self) -> int:
        return self.waiting


class Bench:
    """A leg, Asterisk's end of it, the agent's headset, and a clock that obeys."""

    def __init__(self) -> None:
        self.now = 100.0
        self.socket, self.headsets = FakeSocket(), FakeHeadsets()
        self.leg = MediaLeg(
            self.socket,
            self.headsets,
            ANA,
            lambda pcm: self.headsets.send(ANA, pcm),
            lambda: self.now,
        )

    def turn(self, times: int = 1, each: Callable[[int], None] = lambda _turn: None) -> None:
        for number in range(times):
            each(number)
            self.leg.hear()
            self.leg.speak(0)
            self.now += 0.02

    @property
    def said(self) -> list[bytes]:
        """Without the silence."""
        return [pcm for pcm in self.socket.sounds if pcm != SILENCE]

    def says(self, number: int) -> None:
        self.headsets.say(ANA, frame(number % 250))

    @property
    def heard(self) -> list[bytes]:
        return self.headsets.heard.get(ANA, [])


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.leg.control(START)
    return bench


@pytest.mark.parametrize(("state", "word"), list(product(Flow, WORDS)))
def test_every_word_in_every_state(state: Flow, word: str) -> None:
    bench = Bench()
    bench.leg.talk.flow = state
    if word == "close":
        bench.leg.close()
    else:
        bench.leg.control(word)
    assert bench.leg.talk.flow is FLOWS.get((state, word), state)


def test_nothing_is_said_before_asterisk_has_begun() -> None:
    bench, begun = Bench(), []
    bench.leg.talk.on_flow = lambda: begun.append(True)
    bench.turn(10, bench.says)
    assert bench.socket.sounds == []
    bench.leg.control(START)
    bench.leg.control(START)
    assert begun == [True]
    bench.turn(10, lambda n: bench.says(n + 1))
    assert len(bench.said) == 10


def test_both_hear_each_other_in_order(bench: Bench) -> None:
    def both(number: int) -> None:
        bench.says(1 + number)
        bench.leg.sound(frame(100 + number))

    bench.turn(30, both)
    voice = [frame(number) for number in range(1, 30)]
    assert bench.socket.sounds == [SILENCE, *voice]  # one turn of buffer
    assert bench.heard == [frame(100 + number) for number in range(29)]
    figures = bench.leg.figures()
    assert (figures.packets_received, figures.packets_sent, figures.packets_late) == (30, 30, 0)
    assert figures.jitter_ms < 0.001


def test_a_telephone_of_another_packet_length_is_cut_into_frames(bench: Bench) -> None:
    stream = b"".join(frame(number) for number in range(12))
    for start in range(0, len(stream), FRAME_BYTES // 2):  # 10 ms at a time
        bench.leg.sound(stream[start : start + FRAME_BYTES // 2])
        if start % FRAME_BYTES:
            bench.turn()
    bench.leg.sound(stream[: FRAME_BYTES * 3])  # 60 ms
    bench.turn(4)
    assert b"".join(bench.heard[:12]) == stream
    assert bench.heard[12:15] == [frame(0), frame(1), frame(2)]


def test_a_stall_that_ends_in_a_burst_is_bounded_and_counted(bench: Bench) -> None:
    for number in range(200):
        bench.leg.sound(frame(number))
    bench.turn(20)
    assert len(bench.heard) <= 8
    assert bench.heard[0] > frame(150)  # the newest, not the oldest
    assert bench.leg.figures().packets_late > 190


def test_a_monstrous_frame_is_cut(bench: Bench) -> None:
    bench.leg.sound(b"\1" * (MAX_SOUND * 100))
    assert bench.leg.figures().packets_received == MAX_SOUND // FRAME_BYTES


def test_a_desktop_that_is_away_is_silence_and_ends_nothing(bench: Bench) -> None:
    bench.turn(5, bench.says)
    bench.turn(500, lambda n: bench.leg.sound(frame(n % 250)))
    assert len(bench.socket.sounds) == 505  # a call that is sent nothing may be cut on the way
    assert bench.socket.sounds[-490:] == [SILENCE] * 490
    assert bench.leg.talk.flow is Flow.FLOWING
    before = len(bench.said)
    bench.turn(10, lambda n: bench.says(n + 1))
    assert len(bench.said) == before + 9


def test_a_muted_agent_is_silent_and_what_was_said_is_not_sent_later(bench: Bench) -> None:
    bench.leg.mute(True)
    bench.turn(50, bench.says)
    assert bench.socket.sounds == [SILENCE] * 50
    bench.leg.mute(False)
    bench.turn(10, lambda n: bench.says(200 + n))
    assert bench.said[0] == frame(200)


def test_what_waits_at_asterisk_is_asked_each_second(bench: Bench) -> None:
    bench.turn(ASK_TURNS * 3)
    assert bench.socket.controls == ["GET_STATUS"] * 3


def test_a_delay_that_grew_is_shed_a_frame_at_a_time(bench: Bench) -> None:
    bench.turn(10, bench.says)
    sent = len(bench.socket.sounds)
    status = "STATUS channel_id:1 queue_length:{} xon_level:800 xoff_level:900 queue_full:false"
    bench.leg.control(status.format(WAITING_FINE))
    bench.turn(10, bench.says)
    assert len(bench.socket.sounds) == sent + 10
    bench.leg.control(status.format(WAITING_FINE + 1))
    bench.turn(10, bench.says)
    assert len(bench.socket.sounds) == sent + 19
    assert "FLUSH_MEDIA" not in bench.socket.controls
    bench.leg.control(status.format(WAITING_LONG + 1))
    assert bench.socket.controls[-1] == "FLUSH_MEDIA"
    assert bench.leg.figures().packets_late == 1


def test_xoff_stops_and_throws_away_what_waits_and_xon_goes_on(bench: Bench) -> None:
    bench.turn(5, bench.says)
    sent = len(bench.socket.sounds)
    bench.leg.control("MEDIA_XOFF")
    assert bench.socket.controls[-1] == "FLUSH_MEDIA"
    bench.turn(200, bench.says)
    assert len(bench.socket.sounds) == sent
    bench.leg.control("MEDIA_XON")
    bench.turn(5, bench.says)
    assert len(bench.socket.sounds) == sent + 5


def test_a_socket_that_takes_nothing_does_not_fill_the_memory(bench: Bench) -> None:
    bench.socket.waiting = UNSENT_BYTES + 1
    bench.turn(100, bench.says)
    assert bench.socket.sounds == []
    assert bench.leg.figures().packets_late > 90
    bench.socket.waiting = 0
    bench.turn(5, bench.says)
    assert len(bench.socket.sounds) == 5


def test_an_asterisk_that_speaks_json_is_answered_in_json() -> None:
    bench = Bench()
    bench.leg.control(json.dumps({"event": "MEDIA_START", "format": "slin"}))
    assert bench.leg.talk.flow is Flow.FLOWING
    bench.turn(ASK_TURNS)
    assert [json.loads(text) for text in bench.socket.controls] == [{"command": "GET_STATUS"}]
    bench.leg.control(json.dumps({"event": "STATUS", "queue_length": WAITING_LONG + 5}))
    assert json.loads(bench.socket.controls[-1]) == {"command": "FLUSH_MEDIA"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "{}",
        '{"event": 7}',
        '{"event": "STATUS", "queue_length": "many"}',
        "[" * 100_000,
        "{" * 100_000,
        "STATUS queue_length:",
        "STATUS queue_length:-1",
        "STATUS queue_length:" + "9" * 5000,
        "\0\0\0",
        "MEDIA_STARTED",
        "ERROR channel_id:1 error_text:no",
        "DTMF_END digit:1",
    ],
)
def test_a_control_frame_that_means_nothing_changes_nothing(bench: Bench, text: str) -> None:
    before = bench.leg.talk.flow
    bench.leg.control(text)
    bench.turn(5, bench.says)
    assert bench.leg.talk.flow is before
    assert len(bench.socket.sounds) == 5


def test_reading_a_status() -> None:
    assert read_control("STATUS queue_length:17 xon_level:800") == ("STATUS", 17)
    assert read_control("MEDIA_XON") == ("MEDIA_XON", None)


def test_closing_twice_leaves_the_headset(bench: Bench) -> None:
    bench.leg.close()
    bench.leg.close()
    assert bench.headsets.listeners[ANA] == []
    bench.turn(5, bench.says)
    assert bench.socket.sounds == []
