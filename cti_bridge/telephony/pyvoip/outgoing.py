"""A leg that the bridge calls: INVITE, early media, 401/407, 3xx–6xx, CANCEL, forks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.media.sdp import SdpError
from cti_bridge.telephony.pyvoip.call import Ending, LegListener, LineCall, Wire
from cti_bridge.telephony.pyvoip.client import phrase
from cti_bridge.telephony.pyvoip.legmedia import LegMedia
from cti_bridge.telephony.pyvoip.states import LegState, Trigger

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.pyvoip.client import LineClient, Request
    from cti_bridge.telephony.pyvoip.dialog import Dialog
    from cti_bridge.telephony.pyvoip.message import LineMessage
    from cti_bridge.telephony.pyvoip.transactions import Timer

logger = logging.getLogger(__name__)
RING_LIMIT: Final = 180.0  # seconds an outgoing call may ring
CAUSES: Final = {
    403: ClearCause.REJECTED,
    404: ClearCause.UNREACHABLE,
    408: ClearCause.NOT_ANSWERED,
    410: ClearCause.UNREACHABLE,
    480: ClearCause.NOT_ANSWERED,
    484: ClearCause.UNREACHABLE,
    486: ClearCause.BUSY,
    487: ClearCause.NOT_ANSWERED,
    600: ClearCause.BUSY,
    603: ClearCause.REJECTED,
    604: ClearCause.UNREACHABLE,
    607: ClearCause.REJECTED,
    608: ClearCause.REJECTED,
}


class Caller(Wire, Protocol):
    """What an outgoing leg needs of its line besides."""

    @property
    def sip(self) -> LineClient: ...
    def invite(
        self,
        dialog: Dialog,
        body: str,
        extra: list[str],
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
    ) -> Request: ...
    def cancel(self, request: Request, dialog: Dialog) -> None: ...
    def forget(self, request: Request) -> None: ...
    def acknowledge(self, dialog: Dialog, cseq: int) -> None:
        """Sends the ACK of a 2xx, and again at each 2xx that comes again."""

    def decline_fork(self, dialog: Dialog, response: LineMessage) -> None:
        """ACK and BYE to a second phone that answered the same INVITE."""


def cause_of(code: int) -> ClearCause:
    """Why an outgoing call failed, from the final status."""
    if code in CAUSES:
        return CAUSES[code]
    if 300 <= code < 400:  # redirects are not followed: they are how toll fraud begins
        return ClearCause.UNREACHABLE
    return ClearCause.FAILED


class OutgoingCall(LineCall):
    wire: Caller

    def __init__(self, wire: Caller, listener: LegListener, dialog: Dialog) -> None:
        super().__init__(wire, listener, LegState.DIALING)
        self.dialog = dialog
        self._request: Request | None = None
        self._authenticated = 0
        self._early = False
        self._limit: Timer | None = None
        self._heard = False  # a provisional answer: only then may a CANCEL go out
        self._acked = 0  # CSeq of the INVITE whose 2xx we took

    async def dial(self) -> None:
        """Sends the INVITE. Raises NoPortError."""
        session = await self.wire.open_media()
        self.media = LegMedia(session, self.dialog.via[0], self.wire.codecs, self.dialog.peer[0])
        session.on_digit = lambda digit: self.listener.digits(self, digit)
        self._limit = self.wire.timers.call_later(RING_LIMIT, self._rang_out)
        self._invite()

    def hang_up(self, ending: Ending) -> None:
        talking = self.state is LegState.TALKING
        if not self.fire(Trigger.HANG_UP):
            return
        self.end(ending)
        if talking:
            self.send_bye()
        elif self._heard:
            self._cancel()
        # else: the CANCEL waits for a provisional answer (section 9.1), or the INVITE times out.

    def _invite(self) -> None:
        assert self.media is not None
        self._request = self.wire.invite(
            self.dialog, self.media.offer(), self._credentials(), self._answered, self._silence
        )

    def _credentials(self) -> list[str]:
        header = self.wire.sip.credentials.header("INVITE", self.dialog.target)
        return [header] if header and self._authenticated else []

    def _answered(self, response: LineMessage) -> None:
        if response.code < 200:
            self._provisional(response)
        elif response.code < 300:
            self._accepted(response)
        elif response.code in (401, 407) and self._try_again(response):
            self._invite()
        else:
            self._refused(response.code, response.reason)

    def _provisional(self, response: LineMessage) -> None:
        self._heard = True
        if self.state is LegState.CANCELLING:
            self._cancel()
        elif (
            self.fire(Trigger.PROVISIONAL) and response.has_sdp and self.media and not self._early
        ):
            # 183 with media: the agent hears the network's announcement or ringing tone.
            try:
                self.media.accept(response.content)
            except SdpError as error:
                logger.warning("early media of an outgoing call left out: %s", error.reason)
                return
            self._early = True
            self.listener.early_media(self)

    def _accepted(self, response: LineMessage) -> None:
        if self._acked:
            # The same answer again, or another phone that a fork reached.
            if response.to_tag == self.dialog.remote_tag:
                self.wire.acknowledge(self.dialog, self._acked)
            else:
                self.wire.decline_fork(self.dialog, response)
            return
        self._acked = response.cseq
        self._stop_limit()
        self.dialog.confirm(response)
        self.wire.acknowledge(self.dialog, self._acked)
        cancelled = self.state is LegState.CANCELLING
        if not self.fire(Trigger.ACCEPTED):
            return
        if cancelled:  # the answer crossed our CANCEL
            self.send_bye()
            return
        self._talk(response)

    def _talk(self, response: LineMessage) -> None:
        assert self.media is not None
        try:
            if response.has_sdp or self.media.agreed is None:
                self.media.accept(response.content)
        except SdpError as error:
            detail = f"SDP of the answer: {error.reason}"
            self.hang_up(Ending(cause=ClearCause.FAILED, code=488, detail=detail))
            return
        self.listener.established(self)

    def _try_again(self, response: LineMessage) -> bool:
        """Once with credentials, and once more where the nonce was only stale (22.2)."""
        if self.state is LegState.CANCELLING or not self.wire.sip.credentials.password:
            return False
        if not self.wire.sip.challenged(response):
            return False
        challenge = self.wire.sip.credentials.challenge
        self._authenticated += 1
        return self._authenticated == 1 or (
            self._authenticated == 2 and challenge is not None and challenge.stale
        )

    def _refused(self, code: int, reason: str) -> None:
        self._stop_limit()
        if self.fire(Trigger.REFUSED):
            detail = f"{code} {reason or phrase(code)}"
            self.end(Ending(cause=cause_of(code), code=code, detail=detail))
            self.finish()

    def _silence(self) -> None:
        self._stop_limit()
        if self.fire(Trigger.REFUSED):
            detail = "the far end did not answer the INVITE"
            self.end(Ending(cause=ClearCause.UNREACHABLE, code=408, detail=detail))
            self.finish()

    def _rang_out(self) -> None:
        self._limit = None
        self.hang_up(Ending(cause=ClearCause.NOT_ANSWERED, code=408, detail="rang out"))

    def _cancel(self) -> None:
        if self._request is None:
            return
        request, self._request = self._request, None
        self._stop_limit()
        self.wire.cancel(request, self.dialog)
        # A far end that answers the CANCEL and never the INVITE (section 9.1): 64·T1 more.
        self.wire.timers.call_later(32.0, self._abandoned, request)

    def _abandoned(self, request: Request) -> None:
        self.wire.forget(request)
        if self.fire(Trigger.REFUSED):
            self.finish()

    def _stop_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
