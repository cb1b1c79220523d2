"""A leg that somebody called: ring, answer, refuse, cancel, and the two crossing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.media.sdp import Description, SdpError, parse_offer
from cti_bridge.telephony.pyvoip.call import Ending, LegListener, LineCall, Wire
from cti_bridge.telephony.pyvoip.client import ALLOW
from cti_bridge.telephony.pyvoip.dialog import from_invite
from cti_bridge.telephony.pyvoip.legmedia import LegMedia
from cti_bridge.telephony.pyvoip.states import LegState, Trigger

if TYPE_CHECKING:
    from cti_bridge.telephony.pyvoip.message import LineMessage
    from cti_bridge.telephony.pyvoip.transactions import Endpoint, Timer

RING_LIMIT: Final = 600.0  # seconds: a caller whose CANCEL never came must not ring for ever
REMIND: Final = 60.0  # seconds between provisional answers (RFC 3261 section 13.3.1.1)


class IncomingCall(LineCall):
    """Raises SdpError when what the INVITE offers cannot be used."""

    def __init__(
        self,
        wire: Wire,
        listener: LegListener,
        invite: LineMessage,
        *,
        tag: str,
        peer: Endpoint,
        via: Endpoint,
    ) -> None:
        super().__init__(wire, listener, LegState.RINGING)
        self.invite = invite
        self.offer: Description | None = parse_offer(invite.content) if invite.has_sdp else None
        self.dialog = from_invite(invite, local_tag=tag, peer=peer, via=via)
        self._ring_timers: tuple[Timer, ...] = ()

    def rings(self) -> bool:
        return self.state is LegState.RINGING

    def ring(self) -> None:
        self._ringing()
        later = self.wire.timers.call_later
        self._ring_timers = (later(RING_LIMIT, self._rang_out), later(REMIND, self._remind))

    async def take(self) -> bool:
        """Answers; False when it was over before the answer could go out.

        Raises NoPortError, or SdpError, and the caller goes on ringing.
        """
        if not self.rings():
            return False
        session = await self.wire.open_media()
        if not self.rings():  # the CANCEL came while the port was opened
            session.close()
            return False
        media = LegMedia(session, self.dialog.via[0], self.wire.codecs, self.dialog.peer[0])
        try:
            body = media.answer(self.offer) if self.offer else media.offer()
        except SdpError:
            session.close()
            raise
        self.media = media
        self._awaits_answer = self.offer is None
        session.on_digit = lambda digit: self.listener.digits(self, digit)
        self.fire(Trigger.ANSWER)
        self._stop_ringing()
        extra = [f"Contact: {self.wire.contact(self.dialog.via)}", ALLOW]
        data = self.wire.respond(
            self.invite, 200, tag=self.dialog.local_tag, extra=extra, body=body
        )
        self.repeat_until_ack(self.invite, data)
        return True

    def refuse(self, code: int, ending: Ending) -> bool:
        """False when it does not ring any more."""
        if not self.fire(Trigger.REFUSE):
            return False
        self._refused(code, ending)
        return True

    def hang_up(self, ending: Ending) -> None:
        if self.state is LegState.RINGING:
            self.refuse(480, ending)
        elif self.fire(Trigger.HANG_UP):
            self.end(ending)
            if self.state is LegState.ENDED:
                self.send_bye()

    def cancelled(self) -> None:
        """The caller's CANCEL. After our 2xx it changes nothing on the wire (section 9.2), but
        the caller is gone all the same: it is over for the agent, and a BYE follows the ACK."""
        if self.state is LegState.RINGING and self.fire(Trigger.CANCELLED):
            self._refused(487, Ending(cause=ClearCause.CALLER_GAVE_UP, code=487))
        elif self.fire(Trigger.CANCELLED):
            self.end(Ending(cause=ClearCause.CALLER_GAVE_UP, code=487))

    def on_ack(self) -> None:
        before = self.state
        if not self.fire(Trigger.ACKNOWLEDGED):
            return
        if before is LegState.LEAVING:
            self.send_bye()
        else:
            self.listener.established(self)

    def bye(self, request: LineMessage | None = None) -> None:
        if self.state is LegState.RINGING and request is not None:
            # A BYE in the early dialog ends the INVITE too (section 15.1.2).
            self.wire.respond(self.invite, 487, tag=self.dialog.local_tag)
            self._stop_ringing()
        super().bye(request)

    def _refused(self, code: int, ending: Ending) -> None:
        self._stop_ringing()
        self.wire.respond(self.invite, code, tag=self.dialog.local_tag)
        self.end(ending)
        self.finish()

    def _ringing(self) -> None:
        extra = [f"Contact: {self.wire.contact(self.dialog.via)}", ALLOW]
        self.wire.respond(self.invite, 180, tag=self.dialog.local_tag, extra=extra)

    def _remind(self) -> None:
        if self.state is LegState.RINGING:
            self._ringing()
            again = self.wire.timers.call_later(REMIND, self._remind)
            self._ring_timers = (self._ring_timers[0], again)

    def _rang_out(self) -> None:
        self.refuse(480, Ending(cause=ClearCause.NOT_ANSWERED, code=480))

    def _stop_ringing(self) -> None:
        for timer in self._ring_timers:
            timer.cancel()
        self._ring_timers = ()
