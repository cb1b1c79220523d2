"""RTP sessions over real UDP sockets, on a clock that jumps."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import tracemalloc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from cti_bridge.telephony.media.codec import PCMA, PCMU, SILENCE, Codec
from cti_bridge.telephony.media.pool import NoPortError, PortPool
from cti_bridge.telephony.media.sdp import Direction
from cti_bridge.telephony.media.session import RtpSession
from cti_bridge.telephony.simulator.tones import tones_heard
from tests.helpers.voice import ToneSource, rtp, run_quick, sinad_db

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

HERE = "127.0.0.1"
FUZZ = int(os.environ.get("FICHA_FUZZ", "3000"))
BOTH = Direction.SENDRECV


class Ear:
    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def __call__(self, pcm: bytes) -> None:
        self.frames.append(pcm)

    @property
    def pcm(self) -> bytes:
        return b"".join(self.frames)


def meet(one: RtpSession, two: RtpSession, codec: Codec = PCMA) -> None:
    one.negotiate((HERE, two.port), codec, 101, BOTH)
    two.negotiate((HERE, one.port), codec, 101, BOTH)
    one.start()
    two.start()


@asynccontextmanager
async def pair(codec: Codec = PCMA) -> AsyncIterator[tuple[RtpSession, RtpSession]]:
    pool = PortPool(0, 0)
    one, two = await RtpSession.open(HERE, pool), await RtpSession.open(HERE, pool)
    meet(one, two, codec)
    try:
        yield one, two
    finally:
        one.close()
        two.close()


class Stranger:
    """A socket of somebody else, by hand."""

    def __init__(self, host: str = HERE) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, 0))
        self.sock.setblocking(False)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.sock.getsockname()
        return host, port

    def send(self, data: bytes, port: int) -> None:
        self.sock.sendto(data, (HERE, port))

    def got(self) -> list[bytes]:
        packets = []
        while True:
            try:
                packets.append(self.sock.recv(4096))
            except BlockingIOError:
                return packets

    def close(self) -> None:
        self.sock.close()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    one = Stranger()
    yield one
    one.close()


@pytest.mark.parametrize("codec", [PCMA, PCMU], ids=lambda codec: codec.name)
def test_a_tone_arrives_clean_both_ways(codec: Codec) -> None:
    async def main() -> None:
        async with pair(codec) as (one, two):
            ears = Ear(), Ear()
            one.connect(ToneSource(1004, 0.25), ears[0])
            two.connect(ToneSource(697, 0.25), ears[1])
            await asyncio.sleep(5)
            assert sinad_db(ears[0].pcm[-64000:], 697) >= 37
            assert sinad_db(ears[1].pcm[-64000:], 1004) >= 37
            for session in (one, two):
                figures = session.figures()
                assert figures.packets_sent == pytest.approx(250, abs=1)
                assert figures.packets_received == pytest.approx(250, abs=1)
                assert (figures.packets_lost, figures.packets_late) == (0, 0)
                assert not session.dropped

    run_quick(main)


def test_digits_arrive_both_ways_between_the_sounds() -> None:
    async def main() -> None:
        async with pair() as (one, two):
            told: list[str] = []
            one.on_digit, two.on_digit = told.append, told.append
            ear = Ear()
            one.connect(ToneSource(1004), None)
            two.connect(None, ear)
            await asyncio.sleep(1)
            one.send_digits("0123456789*#ABCD")
            await asyncio.sleep(5)
            two.send_digits("42")
            await asyncio.sleep(1)
            assert "".join(told) == "0123456789*#ABCD42"
            assert tones_heard(ear.pcm)[-3] == pytest.approx(1004, abs=3)

    run_quick(main)


def test_digits_are_refused_where_the_far_end_takes_none() -> None:
    async def main() -> None:
        session = await RtpSession.open(HERE, PortPool(0, 0))
        session.negotiate((HERE, 4000), PCMA, None, BOTH)
        with pytest.raises(ValueError, match="takes no telephone events"):
            session.send_digits("1")
        session.close()

    run_quick(main)


def test_silence_is_sent_when_nobody_speaks() -> None:
    async def main() -> None:
        async with pair() as (one, two):
            ear = Ear()
            two.connect(None, ear)
            await asyncio.sleep(1)
            assert one.sent == pytest.approx(50, abs=1)
            assert set(ear.frames) == {PCMA.decode(PCMA.silence)}

    run_quick(main)


def test_a_new_agreement_changes_codec_and_direction_in_the_call() -> None:
    async def main() -> None:
        async with pair() as (one, two):
            ear, back = Ear(), Ear()
            one.connect(ToneSource(1004, 0.25), back)
            two.connect(ToneSource(440), ear)
            await asyncio.sleep(1)
            meet(one, two, PCMU)
            await asyncio.sleep(2)
            assert sinad_db(ear.pcm[-16000:], 1004) >= 37
            # The far end puts us on hold: it sends, we listen, and not a packet goes out.
            one.negotiate((HERE, two.port), PCMU, 101, Direction.RECVONLY)
            await asyncio.sleep(0.2)
            sent, heard = one.sent, len(back.frames)
            await asyncio.sleep(1)
            assert one.sent == sent
            assert len(back.frames) == heard + 50
            one.negotiate((HERE, two.port), PCMU, 101, Direction.INACTIVE)
            await asyncio.sleep(0.2)
            heard = len(back.frames)
            await asyncio.sleep(1)
            assert (one.sent, len(back.frames)) == (sent, heard)
            one.negotiate((HERE, two.port), PCMU, 101, BOTH)
            ear.frames.clear()
            await asyncio.sleep(2)
            assert one.sent == sent + 100
            assert sinad_db(ear.pcm[-16000:], 1004) >= 37

    run_quick(main)


def test_starting_twice_does_not_send_twice() -> None:
    async def main() -> None:
        async with pair() as (one, _):
            one.start()
            one.start()
            await asyncio.sleep(1)
            assert one.sent == pytest.approx(50, abs=1)

    run_quick(main)


def test_a_hold_by_no_address_sends_nothing() -> None:
    async def main() -> None:
        async with pair() as (one, _):
            one.negotiate(("0.0.0.0", 4000), PCMA, 101, BOTH)
            sent = one.sent
            await asyncio.sleep(1)
            assert one.sent == sent

    run_quick(main)


def test_sound_follows_the_far_end_to_another_port(stranger: Stranger) -> None:
    """Behind a NAT the packets come from another port than the SDP said."""

    async def main() -> None:
        session = await RtpSession.open(HERE, PortPool(0, 0))
        session.negotiate((HERE, 9), PCMA, 101, BOTH)
        session.start()
        stranger.send(rtp(PCMA.silence, 1), session.port)
        await asyncio.sleep(1)
        assert len(stranger.got()) == pytest.approx(50, abs=1)
        session.close()

    run_quick(main)


def test_strangers_get_nothing_and_are_not_heard() -> None:
    async def main() -> None:
        other = Stranger("127.0.0.2")
        async with pair() as (one, two):
            ear = Ear()
            two.connect(None, ear)
            one.connect(ToneSource(1004, 0.25), None)
            for number in range(200):
                other.send(rtp(bytes(160), number, ssrc=9), two.port)
                await asyncio.sleep(0.02)
            assert other.got() == []
            assert two.dropped["stranger"] == 200
            assert sinad_db(ear.pcm[-16000:], 1004) >= 37
        other.close()

    run_quick(main)


def test_another_port_of_the_same_host_does_not_take_the_call_over(stranger: Stranger) -> None:
    async def main() -> None:
        async with pair() as (one, two):
            ear = Ear()
            two.connect(None, ear)
            one.connect(ToneSource(1004, 0.25), None)
            await asyncio.sleep(0.5)
            for number in range(100):
                stranger.send(rtp(bytes(160), number, ssrc=9), two.port)
                await asyncio.sleep(0.02)
            assert stranger.got() == []
            assert two.dropped["other_source"] == 100
            assert sinad_db(ear.pcm[-16000:], 1004) >= 37

    run_quick(main)


def test_a_new_stream_of_the_far_end_is_heard_at_once() -> None:
    async def main() -> None:
        async with pair() as (one, two):
            ear = Ear()
            two.connect(None, ear)
            one.connect(ToneSource(440), None)
            await asyncio.sleep(1)
            one._ssrc, one._sequence, one._timestamp = 12345, 60000, 99  # another machine speaks
            one.connect(ToneSource(1004, 0.25), None)
            ear.frames.clear()
            await asyncio.sleep(2)
            assert sinad_db(ear.pcm[-16000:], 1004) >= 37
            assert two.figures().packets_lost <= 1

    run_quick(main)


def test_a_stall_of_the_bridge_leaves_no_delay_behind(stranger: Stranger) -> None:
    """Three seconds of a blocked loop: 150 packets wait in the socket when it comes back."""

    async def main() -> None:
        session, ear = await RtpSession.open(HERE, PortPool(0, 0)), Ear()
        session.negotiate(stranger.address, PCMA, 101, BOTH)
        session.connect(None, ear)
        session.start()
        for number in range(200):
            stranger.send(rtp(PCMA.silence, number), session.port)
            if number < 50:
                await asyncio.sleep(0.02)
        asyncio.get_running_loop().now += 3  # type: ignore[attr-defined]
        source = ToneSource(1004, 0.25)
        for number in range(200, 400):
            stranger.send(rtp(PCMA.encode(source()), number), session.port)
            await asyncio.sleep(0.02)
        assert len(session._playout.buffer) <= 4
        assert sinad_db(ear.pcm[-16000:], 1004) >= 37
        session.close()

    run_quick(main)


def test_comfort_noise_is_silence_and_no_loss(stranger: Stranger) -> None:
    async def main() -> None:
        session, ear = await RtpSession.open(HERE, PortPool(0, 0)), Ear()
        session.negotiate(stranger.address, PCMA, 101, BOTH)
        session.connect(None, ear)
        session.start()
        tone_, number = ToneSource(500), 0
        for talking in (True, False, True):
            for turn in range(50):
                if talking:
                    stranger.send(
                        rtp(PCMA.encode(tone_()), number, marker=turn == 0), session.port
                    )
                elif turn == 0:
                    stranger.send(rtp(b"\x40", number, payload_type=13), session.port)
                number += talking or turn == 0
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        assert session.figures().packets_lost == 0
        sounding = [hertz for hertz in tones_heard(ear.pcm) if hertz is not None]
        assert len(sounding) == pytest.approx(20, abs=2)
        assert not session.dropped
        session.close()

    run_quick(main)


def test_loss_is_concealed_and_counted(stranger: Stranger) -> None:
    async def main() -> None:
        session, ear, source = await RtpSession.open(HERE, PortPool(0, 0)), Ear(), ToneSource(500)
        session.negotiate(stranger.address, PCMA, 101, BOTH)
        session.connect(None, ear)
        session.start()
        for number in range(500):
            payload = PCMA.encode(source())
            if number % 10:
                stranger.send(rtp(payload, number), session.port)
            await asyncio.sleep(0.02)
        figures = session.figures()
        assert figures.packets_received == 450
        assert figures.packets_lost == 49
        assert len(ear.frames) >= 495
        assert sum(hertz is not None for hertz in tones_heard(ear.pcm)) >= 97
        session.close()

    run_quick(main)


def test_disorder_and_duplicates_are_put_right(stranger: Stranger) -> None:
    async def main() -> None:
        dice = random.Random(3550)
        session, ear, source = (
            await RtpSession.open(HERE, PortPool(0, 0)),
            Ear(),
            ToneSource(1004, 0.25),
        )
        session.negotiate(stranger.address, PCMA, 101, BOTH)
        session.connect(None, ear)
        session.start()
        waiting = [rtp(PCMA.encode(source()), number) for number in range(500)]
        for at in range(0, 500, 2):
            two = waiting[at : at + 2]
            dice.shuffle(two)
            for packet in (*two, two[0]):
                stranger.send(packet, session.port)
            await asyncio.sleep(0.04)
        assert sinad_db(ear.pcm[-64000:], 1004) >= 37
        assert session.figures().packets_lost == 0
        session.close()

    run_quick(main)


def test_hostile_datagrams_are_counted_and_the_call_goes_on(stranger: Stranger) -> None:
    """From the very address that was negotiated: nothing else protects the session."""

    async def main() -> None:
        dice = random.Random(3711)
        session, ear, source = (
            await RtpSession.open(HERE, PortPool(0, 0)),
            Ear(),
            ToneSource(1004, 0.25),
        )
        session.negotiate(stranger.address, PCMA, 101, BOTH)
        session.connect(None, ear)
        session.on_digit = lambda digit: None
        session.start()
        hostile = [
            b"",
            b"\x80",
            b"\x80\x08" + bytes(9),
            b"\x00" * 172,
            b"\xff" * 172,
            b"\x8f\x08" + bytes(20),
            b"\x90\x08" + bytes(10) + b"\0\0\xff\xff",
            b"\xa0\x08" + bytes(170) + b"\xff",
            rtp(bytes(2000), 5),
            rtp(bytes(60000), 5),
            rtp(b"\x10\x0a\x00\xa0", 6, payload_type=101),
            rtp(b"\xff", 6, payload_type=101),
            rtp(bytes(160), 7, payload_type=96),
        ]
        sent = 0
        for number in range(FUZZ // 10):
            for _ in range(10):
                data = bytearray(
                    dice.choice(hostile) if dice.random() < 0.5 else rtp(bytes(160), number)
                )
                for _ in range(dice.randrange(3)):
                    if data:
                        data[dice.randrange(min(len(data), 16))] = dice.randrange(256)
                stranger.send(bytes(data), session.port)
                sent += 1
            await asyncio.sleep(0.02)
        assert sum(session.dropped.values()) >= sent * 0.4
        assert len(session.dropped) <= 16
        await asyncio.sleep(2)
        ear.frames.clear()
        for number in range(1000):  # 20 s: the depth that the noise made necessary is shed
            stranger.send(rtp(PCMA.encode(source()), number, ssrc=777), session.port)
            await asyncio.sleep(0.02)
        assert sinad_db(ear.pcm[-16000:], 1004) >= 37
        session.close()

    run_quick(main)


def test_a_failing_listener_or_source_is_taken_off_and_the_leg_lives(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError("a bug elsewhere")

    async def main() -> None:
        async with pair() as (one, two):
            one.connect(fail, fail)
            two.on_digit = fail
            await asyncio.sleep(1)
            one.send_digits("1")
            await asyncio.sleep(1)
            assert one.sent == pytest.approx(100, abs=2)

    with caplog.at_level(logging.ERROR):
        run_quick(main)
    assert len(caplog.records) == 3


def test_a_source_that_gives_odd_frames_is_silence() -> None:
    async def main() -> None:
        async with pair() as (one, two):
            ear = Ear()
            two.connect(None, ear)
            one.connect(lambda: b"short", None)
            await asyncio.sleep(0.5)
            assert set(ear.frames) == {PCMA.decode(PCMA.silence)}

    run_quick(main)


def test_ports_run_out_by_name_and_come_back() -> None:
    async def main() -> None:
        free = await RtpSession.open(HERE, PortPool(0, 0))
        port = free.port
        free.close()
        pool = PortPool(port, port + 1)
        first = await RtpSession.open(HERE, pool)
        assert first.port == port
        with pytest.raises(NoPortError):
            await RtpSession.open(HERE, pool)
        first.close()
        first.close()
        again = await RtpSession.open(HERE, pool)
        assert again.port == port
        again.close()

    run_quick(main)


def test_a_port_that_another_program_holds_is_passed_over() -> None:
    async def main() -> None:
        any_port = PortPool(0, 0)
        first = await RtpSession.open(HERE, any_port)
        try:
            pool = PortPool(first.port, min(first.port + 9, 65535))
            second = await RtpSession.open(HERE, pool)
            assert second.port > first.port
            second.close()
            assert pool.free == 5
        finally:
            first.close()

    run_quick(main)


def test_a_strange_address_to_bind_gives_the_port_back() -> None:
    async def main() -> None:
        pool = PortPool(20000, 20003)
        with pytest.raises(OSError, match="assign"):
            await RtpSession.open("192.0.2.1", pool)
        assert pool.free == 2

    run_quick(main)


def test_reports_are_exchanged() -> None:
    async def main() -> None:
        async with pair() as (one, two):
            await asyncio.sleep(11)
            for session in (one, two):
                assert session._reporter.far_lost_fraction == 0
                assert session.dropped["control"] == 0

    run_quick(main)


def test_packets_before_the_agreement_are_dropped(stranger: Stranger) -> None:
    async def main() -> None:
        session = await RtpSession.open(HERE, PortPool(0, 0))
        stranger.send(rtp(SILENCE[:160], 1), session.port)
        await asyncio.sleep(0.1)
        assert session.dropped == {"early": 1}
        assert session.last_received is None
        session.close()

    run_quick(main)


def test_memory_stays_the_same_however_long_the_call() -> None:
    async def main() -> None:
        async with pair() as (one, two):
            one.connect(ToneSource(500), lambda pcm: None)
            two.connect(ToneSource(600), lambda pcm: None)
            await asyncio.sleep(20)
            tracemalloc.start()
            await asyncio.sleep(60)
            before, _ = tracemalloc.get_traced_memory()
            await asyncio.sleep(120)
            after, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            # 120 s of two streams are 3.8 MB: what is kept of them is nothing.
            assert after - before < 20_000

    run_quick(main)
