"""Callers of a PBX: they wait until somebody picks up, talk or not, and notice who hangs up."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Final

from tests.bench.ringer import Ending, Ring, Ringer

CARRIER: Final = "127.0.0.2"  # the address by which the PBX knows its carrier
GIVE_UP: Final = 30.0
_HEAD = re.compile(rb"^(?:Via|From|To|Call-ID|CSeq)\s*:.*$", re.MULTILINE | re.IGNORECASE)
_CALL_ID = re.compile(rb"^Call-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)


@dataclass(slots=True)
class Answered:
    to: str  # with the tag of who answered
    at_ns: int


class PbxCallers(Ringer):
    """`ring` with `seconds=None`, then each talks for `talk_seconds` (None: until `hang_up`).

    `up` are the calls that talk now; `dropped` those that the PBX hung up while they talked.
    """

    talk_seconds: float | None = None

    def __init__(self, target: tuple[str, int]) -> None:
        super().__init__(target)
        self.up: dict[str, Answered] = {}
        self.answered: dict[str, int] = {}  # Call-ID → time.monotonic_ns()
        self.dropped: list[str] = []

    def wait_for_answer(self, number: str, dnis: str) -> Ring:
        """Rings, and counts as lost where nobody has picked up in GIVE_UP seconds."""
        ring = self.ring(number, dnis, seconds=None)
        asyncio.get_running_loop().call_later(GIVE_UP, self._nobody, ring)
        return ring

    def hang_up(self) -> None:
        """Every call that talks."""
        for ring in tuple(self.rings):
            self._bye(ring)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data.startswith(b"SIP/"):
            super().datagram_received(data, addr)
            return
        if data.startswith(b"ACK"):
            return
        head = b"\r\n".join(line.rstrip(b"\r") for line in _HEAD.findall(data))
        self._send(b"SIP/2.0 200 OK\r\n" + head + b"\r\nContent-Length: 0\r\n\r\n")
        found = _CALL_ID.search(data)
        call_id = found[1].decode() if found else ""
        if data.startswith(b"BYE") and self.up.pop(call_id, None):
            self.dropped.append(call_id)
            self._end(self._live[call_id], Ending.ANSWERED, 200)

    def _answered(self, ring: Ring, to: str, answer: bytes) -> bool:
        if ring.call_id in self.up:
            return True  # the 200 again: the ACK was lost
        now = time.monotonic_ns()
        self.up[ring.call_id] = Answered(to, now)
        self.answered[ring.call_id] = now
        if self.talk_seconds is not None:
            asyncio.get_running_loop().call_later(self.talk_seconds, self._bye, ring)
        return True

    def _bye(self, ring: Ring) -> None:
        if talk := self.up.pop(ring.call_id, None):
            self._send(self._request(ring, "BYE", 2, to=talk.to))
            self._end(ring, Ending.ANSWERED, 200)

    def _nobody(self, ring: Ring) -> None:
        if ring.call_id in self._live and ring.call_id not in self.up:
            self._cancel(ring)
            self._end(ring, Ending.LOST, 0)
