from __future__ import annotations

import pytest

from cti_bridge.protocol.codec import AudioFrame, decode_answer, decode_audio
from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.protocol.voice import DirectPath, PathTrouble, VoicePathsChanged
from cti_bridge.server.headsets import UNSENT_BYTES, WAITING, Headsets

ANA = AgentId("ana")
PCM = bytes(320)


class Socket:
    def __init__(self):
        self.waiting, self.sent, self.told = 0, [], []

    def unsent(self):
        return self.waiting

    def send_audio(self, data):
        self.sent.append(decode_audio(data))

    def send(self, text):
        self.told.append(decode_answer(text))


@pytest.fixture
def socket():
    return Socket()


@pytest.fixture
def headsets(socket):
    made = Headsets()
    made.attach(ANA, socket)
    return made


def numbers(socket):
    return [frame.sequence for frame in socket.sent]


def test_frames_are_numbered_in_samples(headsets, socket):
    for _ in range(3):
        headsets.send(ANA, PCM)
    assert [(f.sequence, f.timestamp) for f in socket.sent] == [(0, 0), (1, 160), (2, 320)]


def test_numbers_wrap_where_the_frame_does(headsets, socket):
    headsets._ears[ANA].frames = 65_535
    headsets.send(ANA, PCM)
    headsets.send(ANA, PCM)
    assert numbers(socket) == [65_535, 0]


def test_a_slow_socket_loses_the_oldest_and_the_gap_is_heard(headsets, socket):
    socket.waiting = UNSENT_BYTES + 1
    for _ in range(20):
        headsets.send(ANA, PCM)
    assert socket.sent == []
    socket.waiting = 0
    headsets.send(ANA, PCM)
    assert numbers(socket) == list(range(21 - WAITING, 21))
    assert headsets.dropped == 21 - WAITING


def test_an_absent_headset_loses_frames_quietly(headsets):
    headsets.send(AgentId("luis"), PCM)
    assert headsets.dropped == 1


def test_the_newest_socket_is_the_headset(headsets, socket):
    other = Socket()
    headsets.attach(ANA, other)
    headsets.detach(ANA, socket)  # the old one goes later than the new one came
    headsets.send(ANA, PCM)
    assert (numbers(socket), numbers(other)) == ([], [0])
    headsets.detach(ANA, other)
    headsets.detach(ANA, other)
    headsets.send(ANA, PCM)
    assert numbers(other) == [0]


def frame(value):
    return AudioFrame(sequence=0, timestamp=0, pcm=bytes([value]) * 320)


def test_every_listener_hears_in_order_until_it_ends(headsets):
    one, two = [], []
    end_one = headsets.listen(ANA, one.append)
    headsets.listen(ANA, two.append)
    headsets.heard(ANA, frame(1))
    end_one()
    end_one()
    headsets.heard(ANA, frame(2))
    assert ([pcm[0] for pcm in one], [pcm[0] for pcm in two]) == ([1], [1, 2])


def test_a_listener_that_fails_stops_nobody(headsets, caplog):
    def broken(_pcm):
        raise RuntimeError("boom")

    heard = []
    headsets.listen(ANA, broken)
    headsets.listen(ANA, heard.append)
    headsets.heard(ANA, frame(1))
    assert len(heard) == 1
    assert "a listener of ana's headset failed" in caplog.text


def test_a_listener_may_end_itself_while_it_hears(headsets):
    heard = []

    def once(pcm):
        heard.append(pcm)
        end()

    end = headsets.listen(ANA, once)
    headsets.heard(ANA, frame(1))
    headsets.heard(ANA, frame(2))
    assert len(heard) == 1
    assert headsets._listeners == {}


def test_nobody_listens(headsets):
    headsets.heard(ANA, frame(1))
    assert headsets._listeners == {}


# -- where else a voice goes

PATHS = (DirectPath(leg="leg", url="ws://127.0.0.1:8088/media/token"),)
OK = PathTrouble.NONE


def test_a_desktop_is_told_once_and_no_other(headsets, socket):
    other = Socket()
    headsets.attach(AgentId("luis"), other)
    assert headsets.route(ANA, PATHS, OK)
    assert headsets.route(ANA, PATHS, OK)
    assert socket.told == [VoicePathsChanged(direct=PATHS, relayed=False)]
    headsets.route(ANA, (), OK)
    assert socket.told[1:] == [VoicePathsChanged()]
    assert other.told == []


def test_the_bridge_wants_the_voice_where_somebody_there_listens(headsets, socket):
    headsets.listen(ANA, len)()
    assert socket.told == []  # nothing is said where nothing differs
    headsets.route(ANA, PATHS, OK)
    ends = [headsets.listen(ANA, len), headsets.listen(ANA, len)]
    for end in ends:
        end()
        end()
    assert [one.relayed for one in socket.told] == [False, True, False]


def test_a_desktop_that_is_back_is_told_again(headsets, socket):
    headsets.detach(ANA, socket)
    assert not headsets.route(ANA, PATHS, PathTrouble.LATE)
    again = Socket()
    headsets.attach(ANA, again)
    assert again.told == [VoicePathsChanged(direct=PATHS, relayed=False, trouble=PathTrouble.LATE)]
    headsets.route(ANA, (), OK)
    headsets.attach(ANA, third := Socket())
    assert third.told == []


def test_why_it_is_relayed_is_told_without_a_path(headsets, socket):
    headsets.route(ANA, (), PathTrouble.UNREACHABLE)
    assert socket.told == [VoicePathsChanged(trouble=PathTrouble.UNREACHABLE)]
