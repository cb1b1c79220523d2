"""pyVoIP's call, contained: one leg of a line, on the event loop, without threads or ports.

pyVoIP 1.6.8 opens RTP while it rings, starts a second transmitter at a re-INVITE, and tells
only 200, 404 and 503 of an outgoing call. `LineCall` is what both directions share;
incoming.py and outgoing.py hold what each does first.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pyVoIP.VoIP import VoIPCall

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.media.sdp import SdpError, parse_offer
from cti_bridge.telephony.pyvoip.client import ALLOW
from cti_bridge.telephony.pyvoip.states import TRANSITIONS, LegState, Trigger
from cti_bridge.telephony.pyvoip.transactions import Repeater

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.telephony.ports import MediaFigures
    from cti_bridge.telephony.pyvoip.dialog import Dialog
    from cti_bridge.telephony.pyvoip.legmedia import LegMedia, MediaDesk
    from cti_bridge.telephony.pyvoip.message import LineMessage
    from cti_bridge.telephony.pyvoip.transactions import Endpoint, Timers

logger = logging.getLogger(__name__)
_SIGNAL: Final = re.compile(
    r"^\s*(?:Signal\s*=\s*)?([0-9A-D*#])\s*$", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    cause: ClearCause
    code: int = 0  # SIP status
    detail: str = ""


class LegListener(Protocol):
    """What a leg tells; each call is made from the loop and must not block."""

    def established(self, leg: LineCall) -> None: ...
    def early_media(self, leg: LineCall) -> None: ...
    def far_hold(self, leg: LineCall, *, held: bool) -> None: ...
    def digits(self, leg: LineCall, digits: str) -> None: ...
    def ended(self, leg: LineCall, ending: Ending) -> None:
        """Once for each leg, and nothing after it; the media still stands, for its figures."""


class Wire(Protocol):
    """What a leg needs of its line."""

    @property
    def timers(self) -> Timers: ...
    @property
    def open_media(self) -> MediaDesk: ...
    @property
    def codecs(self) -> Sequence[str]: ...
    def contact(self, via: Endpoint) -> str: ...
    def respond(
        self,
        request: LineMessage,
        code: int,
        *,
        tag: str = "",
        extra: Sequence[str] = (),
        body: str = "",
        reason: str = "",
    ) -> bytes:
        """Sends, remembers for retransmissions, and returns the response."""

    def resend(self, request: LineMessage, data: bytes) -> None: ...
    def ask(
        self,
        dialog: Dialog,
        method: str,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
    ) -> None: ...
    def closed(self, leg: LineCall) -> None:
        """The leg is over on the wire too: forget it."""


class LineCall(VoIPCall):  # type: ignore[misc]  # pyVoIP has no types
    """One leg. `dialog.local_tag` is unique and names it on the wire."""

    dialog: Dialog

    def __init__(self, wire: Wire, listener: LegListener, state: LegState) -> None:
        # pyVoIP's own constructor opens sockets and threads: it is not called.
        self.wire, self.listener = wire, listener
        self.state: LegState = state
        self.media: LegMedia | None = None
        self.far_held = False
        self.released = False
        self._told = False
        self._repeater: Repeater | None = None
        self._awaits_answer = False  # our offer went out in a 2xx: the ACK brings the answer

    def __del__(self) -> None:
        """pyVoIP gives ports back when the collector comes by; here `_release` does."""

    @property
    def over(self) -> bool:
        """For the agent; the wire may still wait for an ACK or a final answer."""
        return self._told

    def fire(self, trigger: Trigger) -> bool:
        """Moves along the table; False where the table has no such way."""
        after = TRANSITIONS.get((self.state, trigger))
        if after is None:
            return False
        self.state = after
        return True

    def hang_up(self, ending: Ending) -> None:
        """Ends it from our side, whatever it takes on the wire; safe to call twice."""
        raise NotImplementedError

    def figures(self) -> MediaFigures | None:
        return self.media.session.figures() if self.media and self.media.agreed else None

    # Requests of the far end inside the dialog

    def bye(self, request: LineMessage | None = None) -> None:
        if request is None:
            return
        self.wire.respond(request, 200)
        rang = self.state is LegState.RINGING
        if self.fire(Trigger.BYE):
            self._stop_repeating()
            cause = ClearCause.CALLER_GAVE_UP if rang else ClearCause.CALLER_CLEARED
            self.end(Ending(cause=cause))
            self.finish()

    def renegotiate(self, request: LineMessage) -> None:
        """A re-INVITE or an UPDATE: new media, a hold, or only a sign of life."""
        if self.state is not LegState.TALKING or self.media is None:
            # Not yet acknowledged, or our own INVITE runs: the far end tries again (14.2).
            self.wire.respond(request, 491)
            return
        invite = request.method == "INVITE"
        try:
            body = self._new_media(request, invite=invite)
        except SdpError as error:
            self.wire.respond(request, error.code, reason="Not Acceptable Here")
            return
        self.dialog.retarget(request)
        extra = [f"Contact: {self.wire.contact(self.dialog.via)}", ALLOW]
        data = self.wire.respond(request, 200, extra=extra, body=body)
        if invite:
            self.repeat_until_ack(request, data)

    def _new_media(self, request: LineMessage, *, invite: bool) -> str:
        assert self.media is not None
        if not request.has_sdp:
            self._awaits_answer = invite
            return self.media.offer() if invite else ""
        offer = parse_offer(request.content)
        body = self.media.answer(offer)
        if offer.on_hold != self.far_held:
            self.far_held = offer.on_hold
            self.listener.far_hold(self, held=self.far_held)
        return body

    def info(self, request: LineMessage) -> None:
        """Digits as dtmf-relay ("Signal=5") or dtmf ("5"); anything else is none of ours."""
        kind = request.first("Content-Type").partition(";")[0].strip().lower()
        if kind not in ("application/dtmf-relay", "application/dtmf"):
            # RFC 2976: an INFO without a body asks whether the call lives.
            self.wire.respond(request, 415 if request.content else 200)
            return
        match = _SIGNAL.search(request.content[:200].decode("latin-1"))
        self.wire.respond(request, 200 if match else 400)
        if match and self.state is LegState.TALKING:
            self.listener.digits(self, match[1].upper())

    def acknowledged(self, request: LineMessage) -> None:
        if self._repeater is None:
            return
        self._stop_repeating()
        answer_owed, self._awaits_answer = self._awaits_answer, False
        if answer_owed and not self._answered_late(request):
            return
        self.on_ack()

    def on_ack(self) -> None:
        """The 2xx of a re-INVITE was acknowledged: nothing more to do."""

    def _answered_late(self, request: LineMessage) -> bool:
        if self.media is None:  # over for us already: a BYE follows
            return True
        try:
            self.media.accept(request.content)
        except SdpError as error:
            self.fire(Trigger.ACKNOWLEDGED)
            self.hang_up(
                Ending(cause=ClearCause.FAILED, code=error.code, detail=f"SDP: {error.reason}")
            )
            return False
        return True

    # What both directions do on the wire

    def repeat_until_ack(self, request: LineMessage, first: bytes) -> None:
        """Our 2xx goes on until its ACK, 32 s at most (RFC 3261 section 13.3.1.4)."""
        self._stop_repeating()
        sent = False

        def send() -> None:
            nonlocal sent
            if sent:
                self.wire.resend(request, first)
            sent = True

        self._repeater = Repeater(self.wire.timers, send, self.no_ack)

    def no_ack(self) -> None:
        self._repeater = None
        lost = Ending(cause=ClearCause.MEDIA_LOST, code=408, detail="our 200 was never ACKed")
        if self.fire(Trigger.NO_ACK) or self.fire(Trigger.LOST):
            self.end(lost)
            self.send_bye()

    def send_bye(self) -> None:
        """The wire's last word; the answer, or 32 s, ends the leg."""
        self.wire.ask(self.dialog, "BYE", self._bye_answered, self.finish)

    def _bye_answered(self, response: LineMessage) -> None:
        if response.code >= 200:
            self.finish()

    def probe(self, alive: Callable[[], None]) -> None:
        """Asks inside the dialog whether the far end still has the call; ends it when not."""

        def answered(response: LineMessage) -> None:
            if response.code in (408, 481):
                self.lost(response.code)
            elif response.code >= 200:
                alive()

        self.wire.ask(self.dialog, "OPTIONS", answered, lambda: self.lost(408))

    def lost(self, code: int) -> None:
        if self.fire(Trigger.LOST):
            self.end(Ending(cause=ClearCause.MEDIA_LOST, code=code, detail="the far end is gone"))
            self.send_bye()

    def end(self, ending: Ending) -> None:
        """Tells the end, once, and gives the media back."""
        if self._told:
            return
        self._told = True
        try:
            self.listener.ended(self, ending)
        finally:
            self._release()

    def finish(self) -> None:
        self._stop_repeating()
        self.wire.closed(self)

    def _stop_repeating(self) -> None:
        if self._repeater is not None:
            self._repeater.stop()
            self._repeater = None

    def _release(self) -> None:
        self.released = True
        media, self.media = self.media, None
        if media is not None:
            media.session.on_digit = None
            media.session.close()
