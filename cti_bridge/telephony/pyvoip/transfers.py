"""Transfers and conferences by a second call: they need nothing of the PBX or the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.media.sounds import SoundError
from cti_bridge.telephony.ports import (
    MAX_PARTIES,
    CallConferenced,
    CallHeld,
    CallId,
    CallOriginated,
    CallRetrieved,
    CallTransferred,
    SwitchError,
)
from cti_bridge.telephony.pyvoip.call import Ending

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from cti_bridge.telephony.media.voicepath import VoicePath
    from cti_bridge.telephony.ports import Device, SwitchEvent
    from cti_bridge.telephony.pyvoip.calls import Call, CallBook
    from cti_bridge.telephony.pyvoip.line import PyVoipLine


class Transfers:
    def __init__(
        self,
        *,
        book: CallBook,
        voice: VoicePath,
        clock: Callable[[], datetime],
        emit: Callable[[SwitchEvent], None],
        dial: Callable[[CallId, PyVoipLine, str, Device | None], Awaitable[Call]],
    ) -> None:
        self._book, self._voice = book, voice
        self._clock, self._emit, self._dial = clock, emit, dial

    # Holding

    def hold(self, call: Call) -> None:
        """Music for the far end, and for its conference; no event. Raises SwitchError."""
        for one in call.together:
            try:
                self._voice.hold(one.session, one.line.config.hold_music)
            except SoundError as error:
                raise SwitchError("failed", str(error)) from error
            one.held = True

    def talk(self, call: Call) -> None:
        """The agent again, with the rest of the conference where there is one; no event."""
        members = call.together
        if len(members) > 1:
            self._voice.conference([one.session for one in members], call.agent)
        else:
            self._voice.talk(call.session, call.agent)
        for one in members:
            one.held = False

    def say_held(self, call: Call) -> None:
        self._emit(CallHeld(call=call.id, at=self._clock()))

    def say_retrieved(self, call: Call) -> None:
        self._emit(CallRetrieved(call=call.id, at=self._clock()))

    # The verbs

    async def blind(self, call: Call, to: str, new_call: CallId) -> None:
        if call.relayed is not None or self.pending(call) is not None:
            raise SwitchError("wrong_state", f"call {call.id} is being transferred")
        new = await self._dial(new_call, call.line, to, None)
        if not call.talking:  # the caller went while the port was opened
            new.leg.hang_up(Ending(cause=ClearCause.CALLER_GAVE_UP))
            raise SwitchError("gone", f"call {call.id} is over")
        self._hold_or_drop(call, new)
        new.transfer_of = call
        self.say_originated(new)

    async def consult(self, call: Call, to: str, new_call: CallId) -> None:
        device = call.device
        if device is None:
            raise SwitchError("wrong_state", f"no device has call {call.id}")
        if len(call.table) > MAX_PARTIES:
            raise SwitchError("busy", f"{MAX_PARTIES} parties besides call {call.id}")
        new = await self._dial(new_call, call.line, to, device)
        if not call.talking:
            new.leg.hang_up(Ending(cause=ClearCause.AGENT_CLEARED))
            raise SwitchError("gone", f"call {call.id} is over")
        if not call.held:
            self._hold_or_drop(call, new)
            self.say_held(call)
        self.say_originated(new)

    def complete(self, call: Call, other: Call) -> None:
        """Joined at once, or when the one consulted answers."""
        self._two(call, other)
        if other.talking:
            self.join(call, other)
        else:
            if not call.held:
                self.hold(call)
            other.transfer_of, other.device = call, None

    def cancel(self, call: Call, other: Call) -> None:
        self._two(call, other)
        other.leg.hang_up(Ending(cause=ClearCause.AGENT_CLEARED))
        if call.held:
            self.talk(call)
            self.say_retrieved(call)

    def swap(self, call: Call, other: Call) -> None:
        self._two(call, other)
        if not other.talking:
            raise SwitchError("wrong_state", f"call {other.id} is not established")
        now, then = (call, other) if other.held else (other, call)
        self.hold(now)
        self.say_held(now)
        self.talk(then)
        self.say_retrieved(then)

    def conference(self, call: Call, other: Call) -> None:
        self._two(call, other)
        if not other.talking:
            raise SwitchError("wrong_state", f"call {other.id} is not established")
        _seat(call, other)
        self.talk(call)
        self._emit(CallConferenced(call=call.id, other=other.id, at=self._clock()))

    # What follows from events

    def join(self, call: Call, new: Call) -> None:
        """The two talk to each other from now on, with their conference; the agent left."""
        members = _seat(call, new)
        for one in members:
            one.relayed = call if one is not call else new
            one.device = one.transfer_of = None
            one.held = False
        if len(members) > 2:
            self._voice.conference([one.session for one in members], None)
        else:
            self._voice.relay(call.session, new.session)
        self._emit(CallTransferred(call=call.id, other=new.id, to=new.to, at=self._clock()))

    def ended(self, call: Call) -> None:
        """`call` is out of the book, and its end was told: what becomes of the others."""
        rest = [one for one in call.table if one is not call]
        for one in rest:
            one.table = rest if len(rest) > 1 else []
        if len(rest) == 1:
            self._alone(rest[0])
        elif call.relayed is not None:
            for one in rest:
                one.relayed = rest[0] if one is not rest[0] else rest[1]
        # Where `call` rang for a transfer, the first call is the agent's again, held as it is.
        if (target := self.pending(call)) is not None:
            target.transfer_of = None
            target.leg.hang_up(Ending(cause=ClearCause.CALLER_GAVE_UP))

    def _alone(self, last: Call) -> None:
        """The last of a conference: its agent's, or nobody's."""
        if last.relayed is not None:
            last.relayed = None
            last.leg.hang_up(Ending(cause=ClearCause.CALLER_CLEARED))
        elif last.talking and not last.held and last.device is not None:
            self.talk(last)

    def pending(self, call: Call) -> Call | None:
        """The call that rings for a transfer of this one."""
        return next((other for other in self._book if other.transfer_of is call), None)

    def say_originated(self, new: Call) -> None:
        self._emit(CallOriginated(call=new.id, line=new.line.id, to=new.to, at=self._clock()))

    def _hold_or_drop(self, call: Call, new: Call) -> None:
        try:
            self.hold(call)
        except SwitchError:
            new.leg.hang_up(Ending(cause=ClearCause.FAILED))
            raise

    @staticmethod
    def _two(call: Call, other: Call) -> None:
        if call is other or call.relayed or other.relayed or other.transfer_of:
            raise SwitchError("wrong_state", f"{call.id} and {other.id} cannot be joined")


def _seat(call: Call, other: Call) -> list[Call]:
    """Both and their conferences at one table; `call` is the first of it."""
    table = list(dict.fromkeys((*call.together, *other.together)))
    for one in table:
        one.table = table
    return table
