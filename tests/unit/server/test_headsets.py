from __future__ import annotations

import pytest

from cti_bridge.protocol.codec import AudioFrame, decode_audio
from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.server.headsets import UNSENT_BYTES, WAITING, Headsets

ANA = AgentId("ana")
PCM = bytes(320)


class Socket:
    def __init__(self):
        self.waiting, self.sent = 0, []

    def unsent(self):
        return self.waiting

    def send_audio(self, data):
        self.sent.append(decode_audio(data))


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
