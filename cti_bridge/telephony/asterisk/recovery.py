"""After every connection: memory against the node's own word, which is right."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import AgentId, ClearCause
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.events import StasisStart
from cti_bridge.telephony.asterisk.ari.models import Recording, StoredRecording
from cti_bridge.telephony.asterisk.book import HEADSET, Call, Leg, Room, Stage
from cti_bridge.telephony.asterisk.callers import caller_of
from cti_bridge.telephony.asterisk.catching_up import STASIS, CatchingUp, gone_on
from cti_bridge.telephony.asterisk.happenings import caller_call, show
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.asterisk.questions import variables_of
from cti_bridge.telephony.ports import CallId, Device, SwitchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.telephony.asterisk.ari.models import Channel
    from cti_bridge.telephony.asterisk.happenings import Happenings
    from cti_bridge.telephony.asterisk.node import Node, Snapshot
    from cti_bridge.telephony.asterisk.parts import Parts
    from cti_bridge.telephony.ports import LineId

logger = logging.getLogger(__name__)
PATIENCE: Final = 3.0
AT_ONCE: Final = 16  # channels that are asked about
OF_CALLS: Final = (names.ROOM, names.TARGET, names.RECORDING, names.CALL)
OF_LEGS: Final = (names.DEVICE,)
OF_HEADSETS: Final = (names.DEVICE, names.MUTED)
_GONE: Final = {
    Stage.RINGING: ClearCause.CALLER_GAVE_UP,
    Stage.DIALLING: ClearCause.FAILED,
    Stage.PARKED: ClearCause.CALLER_CLEARED,
    Stage.TALKING: ClearCause.CALLER_CLEARED,
}
"""Why a call ended whose end nobody heard of."""
SERVED: Final = frozenset({Stage.PARKED, Stage.TALKING})


class Recovery:
    def __init__(self, parts: Parts, happenings: Happenings) -> None:
        self._p, self._x, self._happenings = parts, parts.exchange, happenings
        self._catching_up = CatchingUp(parts, happenings)
        self._owed: set[tuple[LineId, str]] = set()  # channels to be hung up

    def end_when_back(self, call: Call) -> None:
        """Over for its agent, and whom that was calling besides, while the node is away."""
        target = self._x.book.target(call)
        for one in (call, target):
            if one is not None:
                self._owed.add((one.node.id, one.channel))
                self._happenings.gone(one, ClearCause.AGENT_CLEARED, 0)

    async def reconcile(self, node: Node, snapshot: Snapshot) -> None:
        """Raises AriError where the node cannot be asked."""
        snapshot = await self._hang_up_what_is_owed(node, snapshot)
        alive = {one.id: one for one in snapshot.channels}
        self._end_what_is_gone(node, alive, restarted=snapshot.restarted)
        before = self._x.book.at(node)
        adoption = _Adoption(self._p, node, snapshot)
        await adoption.run()
        if snapshot.again:  # who came during the cut: no bridge before this one knows of it
            for call in self._x.book.at(node):
                if call not in before and call.stage is Stage.RINGING:
                    self._happenings.tell_of(call, _entered(alive[call.channel]))
            self._catching_up.run(node, snapshot)
        known = [one.channel for one in self._x.book.at(node)]
        known += [one.channel for one in self._x.book.legs.values() if one.node is node]
        await node.subscribe([one for one in known if one in alive])
        await self._p.recordings.reconcile(node)
        await self._p.waiting.reconcile(node)
        self._x.later(self._stored(node), "stored recordings")

    async def _hang_up_what_is_owed(self, node: Node, snapshot: Snapshot) -> Snapshot:
        """What was given up while nothing reached the node: the snapshot without it. Raises
        AriError."""
        legs = [one for one in self._x.book.legs.values() if one.node is node and one.dropped]
        owed = {name for where, name in self._owed if where == node.id}
        owed |= {one.channel for one in legs}
        for one in snapshot.channels:
            if one.id in owed:
                try:
                    await node.ari.delete("channels", one.id)
                except AriError as error:
                    if not error.gone:
                        raise
        self._owed -= {(node.id, name) for name in owed}
        kept = tuple(one for one in snapshot.channels if one.id not in owed)
        return replace(snapshot, channels=kept)

    def _end_what_is_gone(self, node: Node, alive: dict[str, Channel], *, restarted: bool) -> None:
        book = self._x.book
        for call in book.at(node):
            channel = alive.get(call.channel)
            if channel is None and call.outgoing and not call.dialled:
                continue
            cause = ClearCause.LINE_DOWN if restarted else call.ending or _GONE[call.stage]
            if channel is not None:
                if call.stage not in SERVED or not gone_on(channel):
                    continue
                cause = ClearCause.TRANSFERRED
            self._happenings.gone(call, cause, 0)
        for leg in tuple(book.legs.values()):
            if leg.node is node and leg.channel not in alive:
                self._happenings.leg_over(leg)
        self._p.monitors.reconcile(node, alive.keys())

    async def _stored(self, node: Node) -> None:
        """Recordings that ended while nobody listened."""
        try:
            stored = await node.ari.get(list[StoredRecording], "recordings", "stored")
        except AriError as error:
            logger.warning("the recordings of %s cannot be listed: %s", node.id, error)
            return
        for one in stored:
            await self._p.recordings.found(node, one.name)


def _entered(channel: Channel) -> StasisStart:
    """The event that was lost, by what the channel itself says."""
    return StasisStart(channel=channel, args=tuple(channel.dialplan.app_data.split(",")[1:]))


class _Adoption:
    """What is alive at a node and not in the book: a bridge that was here before left it."""

    def __init__(self, parts: Parts, node: Node, snapshot: Snapshot) -> None:
        self._p, self._x, self._node = parts, parts.exchange, node
        self._channels = {one.id: one for one in snapshot.channels}
        app = node.config.app
        self._inside = {
            one.id: set(one.channels) for one in snapshot.bridges if names.read(app, one.id)
        }
        self._values: dict[str, dict[str, str]] = {}
        self._rooms: dict[str, Room] = {}
        self._targets: dict[Call, CallId] = {}

    async def run(self) -> None:
        calls = [
            one
            for one in self._channels.values()
            if self._x.book.of(self._node, one.id) is None and self._is_call(one)
        ]
        others = [
            (found[0], one)
            for one in self._channels.values()
            if (found := names.read(self._node.config.app, one.id)) and found[0] is not Kind.CALL
        ]
        await self._ask(calls, [one for one in others if one[0] in (Kind.LEG, Kind.HEADSET)])
        for channel in calls:
            if self._x.book.of(self._node, channel.id) is None:
                await self._call(channel)
        for kind, channel in others:
            await self._other(kind, channel)
        for call, target in self._targets.items():
            if self._x.book.knows(target):
                call.target_of = self._x.book.get(target)
        await self._settle()

    def _is_call(self, channel: Channel) -> bool:
        found = names.read(self._node.config.app, channel.id)
        if found is not None:
            return found[0] is Kind.CALL
        app = channel.dialplan.app_data.partition(",")[0]
        return channel.dialplan.app_name == STASIS and app == self._node.config.app

    async def _call(self, channel: Channel) -> None:
        values = self._values.get(channel.id, {})
        node, found = self._node, names.read(self._node.config.app, channel.id)
        call = caller_call(node, channel, Stage.RINGING)
        if found is not None:
            call.id = CallId(found[1])
            call.outgoing = call.dialled = True
            call.to = call.shown = channel.caller.number or channel.dialplan.exten
            call.stage = Stage.TALKING if channel.up else Stage.DIALLING
        else:
            show(call, caller_of(channel, node.plan, trusted=True, said={}))
        self._x.book.add(call)
        room = self._room(values.get(names.ROOM, ""))
        if room is None:
            room = next((self._room(one) for one in self._at(channel.id)), None)
        if channel.up and found is None:
            parked = values.get(names.ROOM) == names.PARKED
            # A dial plan may have answered it (a menu): for us it rings.
            call.stage = Stage.PARKED if parked else call.stage
            call.stage = Stage.TALKING if room is not None else call.stage
            call.music = node.config.hold_music
        self._p.rooms.enter(call, room)
        call.held = room is not None and channel.up and channel.id not in self._inside[room.id]
        if target := values.get(names.TARGET):
            self._targets[call] = CallId(target)
        if name := values.get(names.RECORDING):
            await self._recording(call, name)

    def _at(self, channel: str) -> list[str]:
        return [bridge for bridge, members in self._inside.items() if channel in members]

    def _room(self, name: str) -> Room | None:
        found = names.read(self._node.config.app, name)
        if name not in self._inside or found is None or found[0] is not Kind.ROOM:
            return None
        return self._rooms.setdefault(name, Room(id=name, node=self._node))

    async def _recording(self, call: Call, name: str) -> None:
        try:
            going = await self._node.ari.get(Recording, "recordings", "live", name)
        except AriError:
            return  # over: it is among the stored ones
        self._p.recordings.adopt(call, name, paused=going.state == "paused")

    async def _other(self, kind: Kind, channel: Channel) -> None:
        book, node = self._x.book, self._node
        if book.leg(node, channel.id) is not None:
            return
        if kind in (Kind.LEG, Kind.HEADSET):
            rooms = [self._rooms[one] for one in self._at(channel.id) if one in self._rooms]
            if rooms and channel.up and (leg := self._leg(kind, channel)) is not None:
                leg.room = rooms[0]
                rooms[0].leg, rooms[0].device = book.add_leg(leg), leg.device
                return
        elif self._p.knows_channel(node, channel.id):
            return
        await self._x.hang_up(node, channel.id)
        for members in self._inside.values():
            members.discard(channel.id)

    def _leg(self, kind: Kind, channel: Channel) -> Leg | None:
        """An agent's, who talks on; None for a headset that was heard through the other bridge."""
        values = self._values.get(channel.id, {})
        leg = Leg(
            channel=channel.id,
            node=self._node,
            device=Device(values.get(names.DEVICE, "")),
            auto=True,
            up=True,
            muted=bool(values.get(names.MUTED)),
        )
        if kind is Kind.LEG:
            return leg
        agent = AgentId(leg.device.removeprefix(HEADSET))
        carried = self._x.headsets.adopt(self._node, channel.id, agent, muted=leg.muted)
        return leg if carried and leg.headset else None

    async def _settle(self) -> None:
        """Who is alone gets music; rooms of nobody go."""
        for room in self._rooms.values():
            talking = room.talking
            self._conference(room)
            alone = len(self._inside[room.id]) == 1
            if room.leg is None and alone and len(talking) == 1 and len(room.calls) == 1:
                try:  # its agent's headset went with the bridge that was here before
                    await self._p.rooms.hold(talking[0])
                except SwitchError as error:
                    logger.warning("call %s has no music: %s", talking[0].id, error)
        known = {call.room.id for call in self._x.book if call.room is not None}
        for name in self._inside:
            if name not in known and not self._p.knows_bridge(name):
                await self._x.quietly(self._node, "DELETE", "bridges", name)

    @staticmethod
    def _conference(room: Room) -> None:
        """Of a consultation one is held: more who talk, or are held, are in conference."""
        held = [one for one in room.calls if one.stage is Stage.TALKING and one.held]
        for group in (room.talking, held):
            for one in group if len(group) > 1 else ():
                one.together = True

    async def _ask(self, calls: Sequence[Channel], legs: Sequence[tuple[Kind, Channel]]) -> None:
        """What the bridge that was here before noted on them: many at once, for callers wait."""
        wanted: list[tuple[Channel, tuple[str, ...]]] = [(one, OF_CALLS) for one in calls]
        for kind, one in legs:
            if self._x.book.leg(self._node, one.id) is None:
                wanted.append((one, OF_LEGS if kind is Kind.LEG else OF_HEADSETS))
        at_once = asyncio.Semaphore(AT_ONCE)

        async def ask(channel: Channel, about: tuple[str, ...]) -> None:
            async with at_once:
                self._values[channel.id] = await self._noted(channel, about)

        await asyncio.gather(*(ask(channel, about) for channel, about in wanted))

    async def _noted(self, channel: Channel, wanted: tuple[str, ...]) -> dict[str, str]:
        """From what came with the channel, where ari.conf says so; asked for otherwise."""
        known = {name: channel.channelvars[name] for name in wanted if name in channel.channelvars}
        rest = [name for name in wanted if name not in known]
        if rest:
            known |= await variables_of(self._node, channel.id, rest, patience=PATIENCE)
        return known
