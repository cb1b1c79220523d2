"""One call of a simulated telephone: where it stands, and what is said and heard."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.telephony.media.codec import PCMA, PCMU
from cti_bridge.telephony.media.sdp import (
    Direction,
    agree,
    build_answer,
    build_offer,
    parse_answer,
    parse_offer,
)
from cti_bridge.telephony.simulator.tones import Melody, Recording, Speech

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.media.sdp import Agreement
    from cti_bridge.telephony.media.session import RtpSession
    from cti_bridge.telephony.simulator.sip import Message

CODECS: Final = (PCMA, PCMU)


class CallState(StrEnum):
    CALLING = "calling"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


ORDER: Final = tuple(CallState)


class CallOver(Exception):
    """The call ended before it came to the state that was waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    state: CallState
    at_ns: int  # time.monotonic_ns()


@dataclass(slots=True, kw_only=True)
class Dialog:
    """What is needed to send within the call (RFC 3261 section 12)."""

    call_id: str
    address: tuple[str, int]  # where datagrams go
    local: str  # From or To of this side, with its tag
    remote: str  # the other side's; with its tag once it is known
    target: str  # the other side's Contact, at first the URI called
    routes: tuple[str, ...] = ()
    cseq: int = 1
    invite: Message | None = None  # an INVITE that came and waits for its answer
    branch: str = ""  # of an INVITE sent
    cancelling: bool = False
    provisional: bool = False
    waiting: dict[int, asyncio.Future[Message]] = field(default_factory=dict)  # by CSeq


class Signalling(Protocol):
    """What a call asks of its telephone."""

    def answer(self, call: SimulatedCall) -> None: ...
    def reject(self, call: SimulatedCall, status: int) -> None: ...
    def cancel(self, call: SimulatedCall) -> None: ...
    async def bye(self, call: SimulatedCall) -> None: ...
    async def renegotiate(self, call: SimulatedCall, direction: Direction) -> None: ...


class SimulatedCall:
    """A call that goes out or comes in.

    What happened and when is in `changes` (and told to `changed`), what was heard in `recording`,
    what the far end keyed in `digits`. It speaks a melody unless told otherwise.
    """

    def __init__(
        self, dialog: Dialog, rtp: RtpSession, phone: Signalling, host: str, melody: Melody
    ) -> None:
        self.dialog = dialog
        self.rtp = rtp
        self.recording = Recording()
        self.digits = ""
        self.changes: list[Change] = []
        self.invited_ns = 0  # time.monotonic_ns() when the INVITE was first sent, or came
        self.code = 0  # the final status of a call that was not answered
        self.ended_by_far_end = False
        self.held_by_far_end = False
        self.changed: Callable[[SimulatedCall], None] | None = None
        self._phone = phone
        self._host = host
        self._moved = asyncio.Event()
        self._version = 0
        rtp.on_digit = self._digit
        self.speak(melody)

    @property
    def state(self) -> CallState:
        return self.changes[-1].state if self.changes else CallState.CALLING

    def move(self, state: CallState) -> None:
        """Forward only: a state that was passed is not come back to."""
        if ORDER.index(state) <= ORDER.index(self.state):
            return
        self.changes.append(Change(state=state, at_ns=time.monotonic_ns()))
        if state is CallState.ENDED:
            self.rtp.close()
        self._moved.set()
        self._moved = asyncio.Event()
        if self.changed is not None:
            self.changed(self)

    def at_ns(self, state: CallState) -> int | None:
        """time.monotonic_ns() when it came to this state; None when it did not."""
        return next((change.at_ns for change in self.changes if change.state is state), None)

    async def reached(self, state: CallState, within: float) -> None:
        """Waits for this state or a later one. Raises TimeoutError, and CallOver when the call
        ended and had never been answered (or rung, when that was waited for)."""
        async with asyncio.timeout(within):
            while ORDER.index(self.state) < ORDER.index(state):
                await self._moved.wait()
        came = any(ORDER.index(change.state) >= ORDER.index(state) for change in self.changes[:-1])
        if self.state is CallState.ENDED and state is not CallState.ENDED and not came:
            raise CallOver(f"ended with {self.code or 'a hang-up'} before it was {state}")

    async def ringing(self, within: float = 30) -> None:
        await self.reached(CallState.RINGING, within)

    async def answered(self, within: float = 30) -> None:
        await self.reached(CallState.ANSWERED, within)

    async def ended(self, within: float = 30) -> None:
        await self.reached(CallState.ENDED, within)

    # What the person at the telephone does

    def answer(self) -> None:
        """Picks up a call that came in and rings."""
        self._phone.answer(self)

    def reject(self, status: int = 486) -> None:
        self._phone.reject(self, status)

    def cancel(self) -> None:
        """Gives up a call that went out and was not answered yet; 487 follows, and `ended`."""
        self._phone.cancel(self)

    async def hang_up(self) -> None:
        """Ends an answered call; returns when the far end confirmed it, or after 4 s."""
        await self._phone.bye(self)

    async def hold(self) -> None:
        """Puts the far end on hold by a re-INVITE. Raises CallOver when that is refused."""
        await self._phone.renegotiate(self, Direction.SENDONLY)

    async def retrieve(self) -> None:
        await self._phone.renegotiate(self, Direction.SENDRECV)

    def speak(self, what: Melody | Speech | None) -> None:
        """A melody, given PCM or, with None, silence, from the next 20 ms on."""
        self.rtp.connect(None if what is None else what.take, self.recording.push)

    def send_digits(self, digits: str) -> None:
        """Raises ValueError, as RtpSession.send_digits does."""
        self.rtp.send_digits(digits)

    async def heard(self, seconds: float, within: float = 30) -> bytes:
        """Waits until so much more has been heard, and returns it as PCM. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self.recording.grown_by(seconds)
        return self.recording.last(seconds)

    # Offers and answers, for the telephone

    def offer(self, direction: Direction = Direction.SENDRECV) -> str:
        self._version += 1
        return build_offer(
            self._host, self.rtp.port, CODECS, direction=direction, version=self._version
        )

    def take_answer(self, body: str, wish: Direction) -> None:
        """Raises SdpError."""
        self._agreed(agree(parse_answer(body), CODECS, wish))

    def answer_to(self, body: str) -> str:
        """The answer to an offer of the far end, its first or a new one. Raises SdpError."""
        self._version += 1
        answer = build_answer(
            parse_offer(body), self._host, self.rtp.port, CODECS, version=self._version
        )
        self.held_by_far_end = not answer.agreed.direction.sends
        self._agreed(answer.agreed)
        return answer.text

    def _agreed(self, agreed: Agreement) -> None:
        self.rtp.negotiate(
            agreed.remote,
            agreed.codec,
            agreed.dtmf_payload,
            agreed.direction,
            signalled_from=self.dialog.address[0],
        )
        self.rtp.start()

    def _digit(self, digit: str) -> None:
        self.digits = (self.digits + digit)[-200:]
