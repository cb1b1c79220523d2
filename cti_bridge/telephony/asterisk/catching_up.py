"""After a cut: what happened to calls that are known, and what was asked in its last moments.

A request whose answer was lost may have been done. The agent was told that it was not, and goes on
from there: so what Asterisk made of it is taken back, never told as done after all.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.models import Bridge
from cti_bridge.telephony.asterisk.book import Stage
from cti_bridge.telephony.ports import SwitchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.telephony.asterisk.ari.models import Channel
    from cti_bridge.telephony.asterisk.book import Call
    from cti_bridge.telephony.asterisk.happenings import Happenings
    from cti_bridge.telephony.asterisk.node import Node, Snapshot
    from cti_bridge.telephony.asterisk.parts import Parts

logger = logging.getLogger(__name__)
STASIS: Final = "Stasis"


class CatchingUp:
    def __init__(self, parts: Parts, happenings: Happenings) -> None:
        self._p, self._x, self._happenings = parts, parts.exchange, happenings

    def run(self, node: Node, snapshot: Snapshot) -> None:
        """What follows is done beside; each is safe where its event comes after all."""
        alive = {one.id: one for one in snapshot.channels}
        inside = {one.id: set(one.channels) for one in snapshot.bridges}
        self._picked_up(node, alive)
        for call in self._x.book.at(node):
            room = call.room
            if call.stage is not Stage.TALKING or room is None or room.id not in inside:
                continue
            if call.held is (call.channel in inside[room.id]):
                self._x.later(self._as_told(call), f"call {call.id} after the cut")

    def _picked_up(self, node: Node, alive: Mapping[str, Channel]) -> None:
        for leg in tuple(self._x.book.legs.values()):
            channel = alive.get(leg.channel)
            if leg.node is node and not leg.up and channel is not None and entered(channel):
                self._happenings.leg_up(node, leg.channel)
        for call in self._x.book.at(node):
            channel = alive.get(call.channel)
            if call.stage is Stage.DIALLING and channel is not None and entered(channel):
                self._happenings.far_end_up(node, call.channel)

    async def _as_told(self, call: Call) -> None:
        """Where the agent believes it to be: with the agent, or with music. Raises SwitchError."""
        async with call.lock:  # and after what is under way
            room = call.room
            if call.stage is not Stage.TALKING or room is None:
                return
            try:
                there = await call.node.ari.get(Bridge, "bridges", room.id)
            except AriError as error:
                logger.info("call %s after the cut: %s", call.id, error)
                return
            if call.held is (call.channel in there.channels):
                call.held = not call.held
                logger.warning("call %s: what was refused in the cut is taken back", call.id)
                try:
                    await (self._p.rooms.retrieve(call) if call.held else self._p.rooms.hold(call))
                except SwitchError:
                    call.held = not call.held
                    raise


def entered(channel: Channel) -> bool:
    """Picked up, and the application's."""
    return channel.up and channel.dialplan.app_name == STASIS


def gone_on(channel: Channel) -> bool:
    """No longer the application's: a telephone sent it on into the dial plan."""
    return channel.up and channel.dialplan.app_name not in ("", STASIS)
