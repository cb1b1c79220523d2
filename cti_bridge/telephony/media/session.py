"""One leg's voice: an RTP session over UDP (RFC 3550), on the shared 20 ms clock."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from cti_bridge.telephony.media.codec import BY_PAYLOAD_TYPE, FRAME_BYTES, FRAME_SAMPLES
from cti_bridge.telephony.media.digits import DigitReceiver, DigitSender
from cti_bridge.telephony.media.latch import Latch
from cti_bridge.telephony.media.pacer import Pacer, pacer_of
from cti_bridge.telephony.media.playout import Playout
from cti_bridge.telephony.media.reception import Reception
from cti_bridge.telephony.media.rtcp import Reporter
from cti_bridge.telephony.media.rtp import HEADER_BYTES, Packet, RtpError, pack_header, parse
from cti_bridge.telephony.media.sdp import ANY_ADDRESS, DTMF_PAYLOAD, Direction
from cti_bridge.telephony.media.sockets import Address, UdpSocket, bind_pair
from cti_bridge.telephony.ports import MediaFigures

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.media.codec import Codec
    from cti_bridge.telephony.media.pool import PortPool

logger = logging.getLogger(__name__)

Source: TypeAlias = "Callable[[], bytes | None]"
"""Asked each 20 ms for 320 bytes of PCM; None is silence."""
Sink: TypeAlias = "Callable[[bytes], None]"
"""Given 320 bytes of PCM each 20 ms while the far end sends; gaps are concealed."""
Tap: TypeAlias = "Callable[[bytes | None, bytes | None, int], None]"
"""Told in each turn what the far end said, what it is told, and how many turns were skipped."""

COMFORT_NOISE: Final = 13
"""Silence, told instead of sent (RFC 3389): its place in the stream holds no sound."""
REPORT_TURNS: Final = 250  # an RTCP report each 5 s


class RtpSession:
    """Receives, orders, decodes and conceals; encodes, paces and counts.

    `on_digit` is told each digit the far end keys, once. `last_received` is the time.monotonic()
    of the last valid packet, None before the first. `dropped` counts datagrams that were thrown
    away, by reason.
    """

    @classmethod
    async def open(cls, bind: str, pool: PortPool) -> RtpSession:
        """Binds an even port at the address `bind`, and the odd one above for RTCP. Raises
        NoPortError, or OSError when `bind` is no address of this machine."""
        rtp, rtcp, taken = bind_pair(bind, pool)
        loop = asyncio.get_running_loop()
        session = cls(pacer_of(loop), loop.time)
        session._socket = UdpSocket(rtp, session._datagram)
        session._control = UdpSocket(rtcp, session._control_datagram)
        session._release = lambda: pool.release(taken)
        session.port = session._socket.port
        return session

    def __init__(self, pacer: Pacer, clock: Callable[[], float]) -> None:
        self.port = 0
        self.on_digit: Callable[[str], None] | None = None
        self.tap: Tap | None = None
        self.last_received: float | None = None
        self.dropped: Counter[str] = Counter()
        self.sent = 0
        self._socket: UdpSocket | None = None
        self._control: UdpSocket | None = None
        self._release: Callable[[], None] = lambda: None
        self._pacer, self._clock = pacer, clock
        self._source: Source | None = None
        self._sink: Sink | None = None
        self._heard: bytes | None = None  # in this turn
        self._codec: Codec | None = None
        self._dtmf_payload: int | None = None
        self._direction = Direction.INACTIVE
        self._latch: Latch | None = None
        self._playout = Playout()
        self._reception = Reception()
        self._reporter = Reporter()
        self._digits_out = DigitSender()
        self._digits_in = DigitReceiver()
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(15)  # below 2**15, so that it does not wrap at once
        self._timestamp = secrets.randbits(31)
        self._first_timestamp = self._timestamp
        self._marker = True  # on the first packet after a silence (RFC 3551 section 4.1)
        self._turns = 0
        self._packet = bytearray(HEADER_BYTES + FRAME_SAMPLES)

    def negotiate(
        self,
        remote: tuple[str, int],
        codec: Codec,
        dtmf_payload: int | None,
        direction: Direction,
        *,
        signalled_from: str | None = None,
    ) -> None:
        """Sets what offer and answer agreed; callable again when they agree anew.

        `remote` is an IP address and port. Packets are taken from that address only, and from
        `signalled_from` (where the far end's SIP came from) when it is behind a NAT and its SDP
        tells a private address. Packets go to where valid ones come from. `direction` is ours.
        """
        self._codec, self._dtmf_payload, self._direction = codec, dtmf_payload, direction
        if remote[0] in ANY_ADDRESS or remote[1] == 0:
            self._latch = None
        elif self._latch is None or not self._latch.is_for(remote, signalled_from):
            self._latch = Latch(remote, signalled_from)
        if not direction.receives:
            self._playout.reset()

    def start(self) -> None:
        """Begins to send and to play; safe to call twice."""
        if self._socket is not None:
            self._pacer.join(self)

    def connect(self, source: Source | None, sink: Sink | None) -> None:
        """Who speaks and who listens from the next turn on; None is silence, or nobody."""
        self._source, self._sink = source, sink

    @property
    def connected(self) -> tuple[Source | None, Sink | None]:
        return self._source, self._sink

    def send_digits(self, digits: str) -> None:
        """Queues telephone events, 100 ms each. Raises ValueError for what is no digit, for more
        than 64 waiting, and when the far end takes no telephone events."""
        if self._dtmf_payload is None:
            raise ValueError("the far end takes no telephone events (RFC 4733)")
        self._digits_out.queue(digits)

    def figures(self) -> MediaFigures:
        """Counts of the whole call so far, all its streams together."""
        reception, buffer = self._reception, self._playout.buffer
        return MediaFigures(
            packets_received=reception.received,
            packets_lost=reception.lost,
            packets_late=buffer.late,
            packets_sent=self.sent,
            jitter_ms=round(reception.jitter_ms, 3),
        )

    def close(self) -> None:
        """Ends the leg and gives its ports back; safe to call twice."""
        self._pacer.leave(self)
        self.connect(None, None)
        self.on_digit = self.tap = None
        for sock in (self._socket, self._control):
            if sock is not None:
                sock.close()
        self._socket = self._control = None
        self._release()
        self._release = lambda: None

    # The turn: what the pacer calls

    def hear(self) -> None:
        frame = self._heard = self._playout.take()
        if frame is None or self._sink is None or not self._direction.receives:
            return
        try:
            self._sink(frame)
        except Exception:
            logger.exception("the listener of RTP port %d failed and is taken off", self.port)
            self._sink = None

    def speak(self, skipped: int) -> None:
        self._timestamp += FRAME_SAMPLES * skipped
        self._marker |= skipped > 0
        pcm = self._from_source()
        if self.tap is not None:
            self._record(self.tap, pcm, skipped)
        if self._codec is not None and self._latch is not None and self._direction.sends:
            self._send_frame(pcm, self._codec, self._latch.target)
        else:
            self._marker = True
        self._timestamp += FRAME_SAMPLES
        self._report()

    def _record(self, tap: Tap, said: bytes | None, skipped: int) -> None:
        try:
            tap(self._heard, said, skipped)
        except Exception:
            logger.exception("the tap of RTP port %d failed and is taken off", self.port)
            self.tap = None

    def _from_source(self) -> bytes | None:
        if self._source is None:
            return None
        try:
            pcm = self._source()
        except Exception:
            logger.exception("the source of RTP port %d failed and is taken off", self.port)
            self._source = None
            return None
        return pcm if pcm is not None and len(pcm) == FRAME_BYTES else None

    def _send_frame(self, pcm: bytes | None, codec: Codec, target: Address) -> None:
        event = self._digits_out.step(self._timestamp)
        if event is not None and self._dtmf_payload is not None:
            packet = bytearray(HEADER_BYTES)
            packet += event.payload
            payload_type, marker, timestamp = self._dtmf_payload, event.marker, event.timestamp
        else:
            packet = self._packet
            packet[HEADER_BYTES:] = codec.silence if pcm is None else codec.encode(pcm)
            payload_type, marker, timestamp = codec.payload_type, self._marker, self._timestamp
            self._marker = False
        pack_header(
            packet,
            marker=marker,
            payload_type=payload_type,
            sequence=self._sequence,
            timestamp=timestamp,
            ssrc=self._ssrc,
        )
        self._sequence += 1
        if self._socket is not None and self._socket.send(packet, target):
            self.sent += 1

    def _report(self) -> None:
        self._turns += 1
        if self._turns % REPORT_TURNS or self._control is None or self._latch is None:
            return
        report = self._reporter.report(
            ssrc=self._ssrc,
            timestamp=self._timestamp,
            sent=self.sent,
            octets=self.sent * FRAME_SAMPLES,
            reception=self._reception,
            now=self._clock(),
        )
        self._control.send(report, self._latch.control_target)

    # The network

    def _datagram(self, data: memoryview, address: Address) -> None:
        now = self._clock()
        if self._latch is None:
            self.dropped["early"] += 1
            return
        if not self._latch.admits(address):
            self.dropped["stranger"] += 1
            return
        try:
            packet = parse(data)
        except RtpError as error:
            self.dropped[error.reason] += 1
            return
        if packet.payload_type in BY_PAYLOAD_TYPE:
            self._sound(packet, address, now)
        elif packet.payload_type in (self._dtmf_payload, DTMF_PAYLOAD):  # theirs, or our own
            self._event(packet, address, now)
        elif packet.payload_type == COMFORT_NOISE:
            self._soundless(packet, address, now)
        else:
            self.dropped["payload_type"] += 1

    def _sound(self, packet: Packet, address: Address, now: float) -> None:
        extended = self._accepted(packet, address, now)
        if extended is None:
            return
        self._reception.measure(packet.timestamp, now)
        if self._direction.receives:
            self._store(extended, packet.payload_type, packet.payload)

    def _soundless(self, packet: Packet, address: Address, now: float) -> bool:
        extended = self._accepted(packet, address, now)
        if extended is not None and self._direction.receives:
            self._store(extended, packet.payload_type, b"")
        return extended is not None

    def _event(self, packet: Packet, address: Address, now: float) -> None:
        if not self._soundless(packet, address, now):
            return
        digit = self._digits_in.receive(packet.timestamp, packet.payload)
        if digit is not None and self.on_digit is not None:
            try:
                self.on_digit(digit)
            except Exception:
                logger.exception("a digit at RTP port %d was not taken", self.port)

    def _accepted(self, packet: Packet, address: Address, now: float) -> int | None:
        if self._latch is None or not self._latch.follows(address, now):
            self.dropped["other_source"] += 1
            return None
        streams = self._reception.streams
        extended = self._reception.accept(packet)
        if extended is None:
            self.dropped["sequence"] += 1
            return None
        if self._reception.streams != streams:
            self._playout.reset()
            self._digits_in.restart()
        self._latch.latch(address, now)
        self.last_received = now
        return extended

    def _store(self, extended: int, payload_type: int, payload: bytes) -> None:
        buffer = self._playout.buffer
        twice = buffer.duplicates
        self._playout.put(extended, payload_type, payload, self._reception.jitter_ms)
        self._reception.duplicates += buffer.duplicates - twice

    def _control_datagram(self, data: memoryview, address: Address) -> None:
        if self._latch is None or not self._latch.admits(address):
            self.dropped["stranger"] += 1
        elif not self._reporter.received(bytes(data), self._clock()):
            self.dropped["control"] += 1
