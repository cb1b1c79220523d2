"""What the nodes tell, and what becomes of the calls."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.ari import events as e
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.models import Channel
from cti_bridge.telephony.asterisk.book import Book, Call, Leg, Room, Stage
from cti_bridge.telephony.asterisk.callers import delivered, missing
from cti_bridge.telephony.asterisk.causes import NORMAL, of_unanswered
from cti_bridge.telephony.asterisk.handovers import Handovers
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.asterisk.questions import variables_of
from cti_bridge.telephony.ports import (
    CallCleared,
    CallFailed,
    CallHeld,
    CallRetrieved,
    DigitsReceived,
    NumberKind,
    SwitchError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.asterisk.ari.events import AriEvent
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.parts import Parts
    from cti_bridge.telephony.ports import Caller, MediaFigures

logger = logging.getLogger(__name__)
MOVED_ON: Final = 1.0
"""Seconds after which a channel that left the application, and is not over, is somebody else's."""

RINGS_AFTER: Final = 0.03
"""Seconds before a caller hears it ring: the request would cost the offer a millisecond."""


class Happenings:
    def __init__(self, parts: Parts) -> None:
        self._p, self._x = parts, parts.exchange
        self._handovers = Handovers(parts, self.gone)
        self._handlers: dict[type[AriEvent], Callable[[Node, AriEvent], None]] = {
            e.StasisStart: self._entered,
            e.StasisEnd: self._left,
            e.ChannelHangupRequest: self._hung_up,
            e.ChannelDestroyed: self._destroyed,
            e.ChannelDtmfReceived: self._digit,
            e.ChannelHold: self._held,
            e.ChannelUnhold: self._held,
            e.PlaybackFinished: self._played,
            e.RecordingFinished: self._recorded,
            e.RecordingFailed: self._recorded,
            e.BridgeBlindTransfer: self._handovers.sent_on,
            e.BridgeAttendedTransfer: self._handovers.given,
        }

    @property
    def _book(self) -> Book:
        return self._x.book

    def happened(self, node: Node, event: AriEvent) -> None:
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(node, event)

    # -- channels come

    def _entered(self, node: Node, event: AriEvent) -> None:
        assert isinstance(event, e.StasisStart)
        channel, old = event.channel, event.replace_channel
        if old is not None and (leg := self._book.leg(node, old.id)) is not None:
            self._handovers.replaced(node, leg, channel)
            return
        found = names.read(node.config.app, channel.id)
        if found is None:
            self._arrived(node, event)
        elif found[0] is Kind.LEG:
            self.leg_up(node, channel.id)
        elif found[0] is Kind.CALL:
            self.far_end_up(node, channel.id)
        elif not (
            self._p.recordings.entered(channel.id)
            or self._p.monitors.entered(node, channel.id)
            or found[0] is Kind.HEADSET
        ):
            self._x.later(self._x.hang_up(node, channel.id), "channel of nobody")

    def _arrived(self, node: Node, event: e.StasisStart) -> None:
        received = time.monotonic_ns()
        known = self._book.of(node, event.channel.id)
        if known is not None:
            # It came while it was asked what is alive: then nobody was told of it yet.
            if known.stage is Stage.RINGING and not known.told:
                self.tell_of(known, event, received)
            return
        if len(self._book.at(node)) >= node.config.max_calls:
            self._x.later(
                self._x.quietly(node, "DELETE", "channels", event.channel.id, reason_code=34),
                "one call too many",
            )
            return
        call = caller_call(node, event.channel, Stage.RINGING)
        self._book.add(call)
        self.tell_of(call, event, received)

    def tell_of(self, call: Call, event: e.StasisStart, received: int = 0) -> None:
        """As delivered, once what is wanted of it is known; and it rings."""
        node, call.told = call.node, True
        wanted = missing(node, event.channel)
        if wanted:
            self._x.later(self._deliver_later(call, event, wanted, received), "variables")
        else:
            self._deliver(call, event, {}, received)
        self._x.later(self._ring(call), "ringing")

    async def _ring(self, call: Call) -> None:
        """The caller hears it ring; who calls, and for whom, is found out first."""
        await asyncio.sleep(RINGS_AFTER)
        async with call.lock:
            if call.stage is Stage.RINGING:
                await self._x.quietly(call.node, "POST", "channels", call.channel, "ring")

    async def _deliver_later(
        self, call: Call, event: e.StasisStart, wanted: tuple[str, ...], received: int
    ) -> None:
        values = await variables_of(call.node, call.channel, wanted)
        if not call.over:
            self._deliver(call, event, values, received)

    def _deliver(
        self, call: Call, event: e.StasisStart, values: dict[str, str], received: int
    ) -> None:
        told = delivered(
            call.node,
            event.channel,
            event.args,
            call=call.id,
            at=self._x.clock(),
            received_ns=received,
            values=values,
        )
        show(call, told.caller)
        self._x.emit(told)

    def leg_up(self, node: Node, channel: str) -> None:
        """Picked up; told twice it is one."""
        leg = self._book.leg(node, channel)
        if leg is not None and leg.up:
            return
        if leg is None:
            self._x.later(self._x.hang_up(node, channel), "leg of nobody")
            return
        call = self._p.telephones.picked_up(leg)
        if call is not None:
            self._x.later(self._connect(call, leg), "connecting")

    async def _connect(self, call: Call, leg: Leg) -> None:
        async with call.lock:
            try:
                if call.stage is Stage.DIALLING:
                    await self._p.calling.agent_up(call, leg)
                else:
                    await self._p.connect(call, leg)
            except SwitchError as error:
                self._not_connected(call, leg, error)
                raise

    def _not_connected(self, call: Call, leg: Leg, error: SwitchError) -> None:
        if leg.room is not None:
            self._x.later(self._p.rooms.shut_if_empty(leg.room), "room of nobody")
        if (call.outgoing and not call.dialled) or (call.stage is Stage.OVER and call.outgoing):
            self._x.emit(
                CallFailed(
                    call=call.id,
                    at=self._x.clock(),
                    cause=ClearCause.FAILED,
                    detail=error.detail,
                )
            )
        elif not call.over:
            self._p.telephones.say_failed(call, leg.device, ClearCause.FAILED, error.detail)

    def far_end_up(self, node: Node, channel: str) -> None:
        call = self._book.of(node, channel)
        if call is None or call.over:
            self._x.later(self._x.hang_up(node, channel), "far end of nobody")
        elif call.stage is Stage.DIALLING:
            self._x.later(self._answered(call), "answered")

    async def _answered(self, call: Call) -> None:
        async with call.lock:
            if call.stage is not Stage.DIALLING:
                return  # told twice
            try:
                if call.target_of is not None:
                    await self._p.transfers.target_answered(call)
                else:
                    await self._p.calling.answered(call)
            except SwitchError:
                await self._x.hang_up(call.node, call.channel)
                raise

    # -- channels go

    def _left(self, node: Node, event: AriEvent) -> None:
        assert isinstance(event, e.StasisEnd)
        call = self._book.of(node, event.channel.id)
        if call is None or call.left:
            return
        call.left = True
        if call.hung_up is not None or call.ending is not None:
            self._call_over(call, *(call.hung_up or (NORMAL, 0)))
        else:
            self._x.later(self._moved_on(call), "left")

    def _hung_up(self, node: Node, event: AriEvent) -> None:
        assert isinstance(event, e.ChannelHangupRequest)
        call = self._book.of(node, event.channel.id)
        if call is not None:
            call.hung_up = event.cause, event.tech_cause

    async def _moved_on(self, call: Call) -> None:
        """Over, or on in the dial plan by somebody else's doing: no more is heard of it then."""
        await asyncio.sleep(MOVED_ON)
        if not self._book.knows(call.id) or not call.node.up:
            return
        try:
            await call.node.ari.get(Channel, "channels", call.channel)
        except AriError as error:
            if error.gone:
                self._call_over(call, NORMAL, 0)
            return
        self.gone(call, ClearCause.TRANSFERRED, 0)

    def _destroyed(self, node: Node, event: AriEvent) -> None:
        assert isinstance(event, e.ChannelDestroyed)
        channel, cause, sip = event.channel.id, event.cause, event.tech_cause
        call = self._book.of(node, channel)
        leg = self._book.leg(node, channel)
        if call is not None:
            call.left = True
            self._call_over(call, cause, sip)
        elif leg is not None:
            self.leg_over(leg, cause, sip)
        else:
            self._p.monitors.channel_ended(node, channel, cause, sip)

    def _call_over(self, call: Call, cause: int, sip: int) -> None:
        if call.ending is not None:
            why = call.ending
        elif call.stage is Stage.RINGING:
            why = ClearCause.CALLER_GAVE_UP
        elif call.stage is Stage.DIALLING:
            why = of_unanswered(cause, sip)
        else:
            why = ClearCause.CALLER_CLEARED
        self.gone(call, why, sip or cause)

    def gone(self, call: Call, cause: ClearCause, code: int) -> None:
        """The call is over: what becomes of the others, and who is told."""
        if call.over:
            return
        self._handovers.over(call.id)
        failed = call.stage is Stage.DIALLING and cause is not ClearCause.AGENT_CLEARED
        call.stage = Stage.OVER
        call.left = True
        self._book.remove(call)
        self._p.waiting.ended(call)
        self._p.monitors.call_ended(call, cause)
        at = self._x.clock()
        end = (
            CallFailed(call=call.id, at=at, cause=cause, code=code)
            if failed
            else CallCleared(
                call=call.id, at=at, cause=cause, code=code, media=self._figures(call)
            )
        )
        if not self._p.recordings.pending(call):
            self._x.emit(end)
        self._x.later(self._end(call, end), "end of a call")

    def _figures(self, call: Call) -> MediaFigures | None:
        """Of the agent's headset; a telephone's are Asterisk's own affair."""
        leg = call.room.leg if call.room is not None else None
        return self._x.headsets.figures(leg.channel) if leg is not None and leg.headset else None

    async def _end(self, call: Call, end: CallFailed | CallCleared) -> None:
        if self._p.recordings.pending(call):
            await self._p.recordings.whole(call)
            self._x.emit(end)
        for leg in (call.alert, call.joining):
            if leg is not None:
                await self._p.rooms.drop(leg)
        target = self._book.target(call)
        if target is not None:
            target.ending = ClearCause.CALLER_GAVE_UP
            await self._x.hang_up(target.node, target.channel)
        room = call.room
        self._p.rooms.leave(call)
        if room is None:
            return
        await self._p.calling.hush(call)
        if room.device is None and len(room.calls) < 2:  # no agent is there, and nobody to talk to
            for other in tuple(room.calls):
                other.ending = ClearCause.CALLER_CLEARED
                await self._x.hang_up(other.node, other.channel)
        await self._p.rooms.shut_if_empty(room)

    def leg_over(self, leg: Leg, cause: int = 0, sip: int = 0) -> None:
        """The telephone was hung up, or never picked up; or a headset's socket went."""
        room = leg.room
        self._p.monitors.leg_ended(leg)
        if leg.headset and not leg.dropped:
            self._x.later(self._x.headsets.close(leg.channel), "headset over")
        if leg.dropped or room is None:
            self._p.telephones.ended(leg, cause, sip)
            return
        leg.dropped = True
        self._book.forget_leg(leg)
        room.leg = None
        if leg.headset and room.talking:  # its socket went, and not the agent
            self._x.later(self._headset_again(room, leg), "headset again")
            return
        self._alone(room, leg)

    async def _headset_again(self, room: Room, old: Leg) -> None:
        """Another takes its place; callers hear nothing meanwhile, and music where none can."""
        async with AsyncExitStack() as stack:
            for one in room.talking:
                await stack.enter_async_context(one.lock)
            if room.leg is not None or not room.talking:
                return
            try:
                await self._p.telephones.replace(room, old)
            except SwitchError as error:
                logger.warning("a headset could not be opened again: %s", error)
                self._alone(room, old)

    def _alone(self, room: Room, leg: Leg) -> None:
        talking = room.talking
        if len(talking) > 1:
            self._p.transfers.agent_left(room)
            return
        for call in tuple(room.calls):
            if call.held or call.target_of is not None:
                continue  # it hears music, and its agent may take it up again
            if leg.headset and call.stage is Stage.TALKING:
                self._x.later(self._p.rooms.hold(call), "music for who lost its agent")
                continue
            call.ending = ClearCause.AGENT_CLEARED
            self._x.later(self._x.hang_up(call.node, call.channel), "the agent hung up")

    # -- in a call

    def _digit(self, node: Node, event: AriEvent) -> None:
        assert isinstance(event, e.ChannelDtmfReceived)
        call = self._book.of(node, event.channel.id)
        if call is not None:
            digits = event.digit[:1]
            self._p.recordings.pressed(call, digits)
            self._x.emit(DigitsReceived(call=call.id, at=self._x.clock(), digits=digits))

    def _held(self, node: Node, event: AriEvent) -> None:
        """A key of a telephone; music is Asterisk's own doing."""
        assert isinstance(event, e.ChannelHold | e.ChannelUnhold)
        kind = CallHeld if isinstance(event, e.ChannelHold) else CallRetrieved
        call, at = self._book.of(node, event.channel.id), self._x.clock()
        if call is not None:
            self._x.emit(kind(call=call.id, at=at, by_agent=False))
            return
        leg = self._book.leg(node, event.channel.id)
        for one in leg.room.talking if leg is not None and leg.room is not None else ():
            if one.device_holds != (kind is CallHeld):
                one.device_holds = kind is CallHeld
                self._x.emit(kind(call=one.id, at=at))

    def _played(self, node: Node, event: AriEvent) -> None:
        assert isinstance(event, e.PlaybackFinished)
        self._p.waiting.finished(node, event.playback)

    def _recorded(self, node: Node, event: AriEvent) -> None:
        assert isinstance(event, e.RecordingFinished | e.RecordingFailed)
        failed = isinstance(event, e.RecordingFailed)
        self._p.recordings.finished(node, event.recording, failed=failed)


def caller_call(node: Node, channel: Channel, stage: Stage) -> Call:
    name = names.of_caller(node.id, channel.id)
    return Call(id=name, node=node, channel=channel.id, stage=stage)


def show(call: Call, caller: Caller) -> None:
    """What an agent's telephone displays."""
    number = caller.number
    if number.kind in (NumberKind.E164, NumberKind.EXTENSION):
        call.shown_number = number.value
    name = "".join(one for one in caller.display_name if one not in '"<>\\')
    call.shown = f'"{name}" <{call.shown_number}>' if name else call.shown_number
