"""Agents' telephones and headsets: rung with an offer, dialled to be picked up by themselves."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import AgentId, ClearCause
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.book import HEADSET, PHONE, Leg, Stage
from cti_bridge.telephony.asterisk.causes import of_unanswered
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.ports import (
    CallFailed,
    DeviceAnswered,
    DeviceFailed,
    SwitchError,
)

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.ari.client import Param
    from cti_bridge.telephony.asterisk.book import Call, Room
    from cti_bridge.telephony.asterisk.exchange import Exchange
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.rooms import Rooms
    from cti_bridge.telephony.ports import Device

logger = logging.getLogger(__name__)
ALERT_SECONDS: Final = 120  # of an offer; whoever made it has a limit of its own
AUTO_SECONDS: Final = 20
AUTO_ANSWER: Final = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:ficha>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<http://ficha>;info=alert-autoanswer;delay=0",
}
"""The two that telephones know: draft-ietf-sip-answermode never spread."""
_PHONE: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def telephone(device: Device, node: Node) -> str:
    """The telephone's name at this node. Raises SwitchError."""
    text = device.removeprefix(PHONE)
    of_node, slash, phone = text.rpartition("/")
    if not device.startswith(PHONE) or not _PHONE.fullmatch(phone):
        raise SwitchError("invalid", f"{device[:60]!r} is no telephone and no headset")
    if slash and of_node != node.id:
        raise SwitchError("invalid", f"{device} is not at {node.id}")
    return phone


class Telephones:
    def __init__(self, exchange: Exchange, rooms: Rooms) -> None:
        self._x, self._rooms = exchange, rooms

    # -- an offer

    async def alert(self, call: Call, device: Device) -> None:
        if device.startswith(HEADSET):
            return
        await self.stop_alert(call)
        telephone(device, call.node)
        leg = call.alert = self._new(call.node, device, auto=False)
        await self._dial(call, leg)

    async def stop_alert(self, call: Call) -> None:
        leg, call.alert = call.alert, None
        if leg is not None:
            await self._rooms.drop(leg)

    # -- an answer

    async def take(self, call: Call, device: Device) -> Leg | None:
        """A leg that is up; or None, and one is on its way: `call.joining`. Raises SwitchError."""
        if call.joining is not None:
            raise SwitchError("wrong_state", f"call {call.id} waits for {call.joining.device}")
        alerted = call.alert
        if alerted is not None and alerted.up and alerted.device == device:
            call.alert, call.joining = None, alerted
            return alerted
        room = call.room
        if room is not None and room.leg is not None and room.device == device:
            call.joining = room.leg
            return room.leg
        await self.stop_alert(call)
        if device.startswith(HEADSET):
            return await self._headset(call, device)
        telephone(device, call.node)
        leg = call.joining = self._new(call.node, device, auto=True)
        await self._dial(call, leg)
        return None

    async def _headset(self, call: Call, device: Device) -> Leg:
        agent = AgentId(device.removeprefix(HEADSET))
        leg = Leg(channel="", node=call.node, device=device)
        call.joining = leg
        try:
            leg.channel = await self._x.headsets.open(call.node, call.id, agent)
        except SwitchError:
            call.joining = None
            raise
        leg.up = True
        self._x.book.add_leg(leg)
        if call.over:
            await self._rooms.drop(leg)
            raise SwitchError("gone", f"call {call.id} is over")
        return leg

    async def replace(self, room: Room, old: Leg) -> None:
        """A headset's channel is gone and its agent is not: a new one into the room, as muted as
        it was. Raises SwitchError, and then there is none."""
        agent = AgentId(old.device.removeprefix(HEADSET))
        headsets, call = self._x.headsets, room.talking[0].id
        leg = Leg(channel="", node=room.node, device=old.device, up=True, muted=old.muted)
        leg.channel = await headsets.open(room.node, call, agent)
        self._x.book.add_leg(leg)
        room.leg, leg.room = leg, room
        try:
            if not room.calls:
                raise SwitchError("gone", f"call {call} is over")
            await self._rooms.add(room, leg.channel)
        except SwitchError:
            await self._rooms.drop(leg)
            raise
        if leg.muted:
            headsets.mute(leg.channel, muted=True)

    def _new(self, node: Node, device: Device, *, auto: bool) -> Leg:
        channel = names.make(node.config.app, Kind.LEG)
        return self._x.book.add_leg(Leg(channel=channel, node=node, device=device, auto=auto))

    async def _dial(self, call: Call, leg: Leg) -> None:
        """A telephone that cannot be dialled is told as one that did not answer."""
        node = call.node
        try:
            await self.ring(
                node,
                leg.channel,
                telephone(leg.device, node),
                call=call,
                seconds=AUTO_SECONDS if leg.auto else ALERT_SECONDS,
                variables={names.DEVICE: leg.device, **(AUTO_ANSWER if leg.auto else {})},
            )
        except SwitchError as error:
            if error.code == "line_down":
                leg.dropped = True
                self._x.book.forget_leg(leg)
                call.joining = None if call.joining is leg else call.joining
                call.alert = None if call.alert is leg else call.alert
                raise
            self.lost(leg, ClearCause.UNREACHABLE, error.detail)

    async def ring(
        self,
        node: Node,
        channel: str,
        phone: str,
        *,
        call: Call,
        seconds: int,
        variables: dict[str, str],
    ) -> None:
        """Raises SwitchError."""
        params: dict[str, Param] = {
            "endpoint": node.config.phone.format(phone=phone),
            "app": node.config.app,
            "appArgs": "leg",
            "channelId": channel,
            "timeout": seconds,
        }
        if call.shown:
            params["callerId"] = call.shown
        if not call.outgoing:
            params["originator"] = call.channel
        told = {
            names.CALL: call.id,
            "PJSIP_HEADER(add,X-Ficha-Interaction)": call.id,
            **variables,
        }
        await self._x.ask(node, "POST", "channels", body={"variables": told}, **params)

    # -- what happens to a leg

    def picked_up(self, leg: Leg) -> Call | None:
        """The call that is to be connected with it now."""
        leg.up = True
        call = self._x.book.wanted(leg)
        if call is None or call.over or leg.dropped:
            self._x.later(self._x.hang_up(leg.node, leg.channel), "leg of nobody")
            return None
        if leg is call.alert:
            self._x.emit(DeviceAnswered(call=call.id, at=self._x.clock(), device=leg.device))
            return None
        return call

    def ended(self, leg: Leg, cause: int, sip: int) -> None:
        """Its channel is gone and no call was on it."""
        if leg.dropped:
            self._x.book.forget_leg(leg)
            return
        why = ClearCause.NOT_ANSWERED if leg.up else of_unanswered(cause, sip)
        self.lost(leg, why, f"Q.850 {cause}" + (f", SIP {sip}" if sip else ""))

    def lost(self, leg: Leg, cause: ClearCause, detail: str) -> None:
        call = self._x.book.wanted(leg)
        leg.dropped = True
        self._x.book.forget_leg(leg)
        if call is None:
            return
        at = self._x.clock()
        if call.alert is leg:
            call.alert = None
        if call.joining is leg:
            call.joining, call.returns = None, False
            if call.stage is Stage.DIALLING:  # nobody is called before the agent has picked up
                self._x.book.remove(call)
                call.stage = Stage.OVER
                self._x.emit(CallFailed(call=call.id, at=at, cause=cause, detail=detail))
                return
        self.say_failed(call, leg.device, cause, detail)

    def say_failed(self, call: Call, device: Device, cause: ClearCause, detail: str) -> None:
        at = self._x.clock()
        self._x.emit(DeviceFailed(call=call.id, at=at, device=device, cause=cause, detail=detail))
