"""Headsets that Asterisk hears directly, where the network allows it; else the bridge relays.

The bridge makes the channel and tells the agent's desktop, and nobody else, where its media
socket is; the desktop connects within a second or the call goes through the bridge. Whether it
does is the bridge's to decide: a desktop that says nothing is one that cannot.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cti_bridge.protocol.voice import MOST_PATHS, DirectPath, PathTrouble
from cti_bridge.tasks import Scope
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.book import HEADSET
from cti_bridge.telephony.asterisk.mediachannel import (
    OPEN_SECONDS,
    hang_up,
    in_application,
    media_channel,
    media_url,
)
from cti_bridge.telephony.ports import MediaFigures

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.protocol.voice import ReportVoicePath
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.ports import DeskPaths, HeadsetMedia
    from cti_bridge.telephony.ports import CallId

logger = logging.getLogger(__name__)
PATIENCE: Final = 1.0  # seconds that a desktop has to connect
DISTRUST: Final = 300.0
"""Seconds in which a desktop that could not is not asked again: its next callers need not wait a
second each."""
AGAIN: Final = 1.0  # seconds between two tries to hang up what broke off
ABSENT: Final = "absent"  # no desktop is there


class _NotDirectly(Exception):
    def __init__(self, trouble: PathTrouble) -> None:
        super().__init__(trouble.value or ABSENT)
        self.trouble = trouble


@dataclass(slots=True, eq=False, kw_only=True)
class _Leg:
    node: Node
    agent: AgentId
    path: DirectPath
    settled: asyncio.Event = field(default_factory=asyncio.Event)  # the desktop has said how it is
    trouble: PathTrouble = PathTrouble.NONE
    figures: MediaFigures | None = None


class DirectHeadsets:
    """Implements `ports.HeadsetMedia` over the relay: `headset = "direct"` of a node."""

    def __init__(
        self,
        relay: HeadsetMedia,
        desks: DeskPaths,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._relay, self._desks = relay, desks
        self._patience, self._clock = patience, clock
        self._legs: dict[str, _Leg] = {}
        self._relayed: dict[str, tuple[AgentId, PathTrouble]] = {}  # that should be direct
        self._distrusted: dict[AgentId, tuple[float, PathTrouble]] = {}  # until
        self._scope = Scope("direct headsets")
        self.opened: Counter[str] = Counter()
        """Of nodes with direct headsets: "direct", and why the others were relayed."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Those that a desktop carries now."""
        return tuple(self._legs)

    # -- what the switch asks

    async def open(self, node: Node, call: CallId, agent: AgentId) -> str:
        if node.config.headset != "direct":
            return await self._relay.open(node, call, agent)
        try:
            channel = await self._open(node, agent)
        except _NotDirectly as error:
            self.opened[str(error)] += 1
            logger.info("the headset of %s goes through the bridge: %s", agent, error)
            channel = await self._relay.open(node, call, agent)
            if error.trouble:
                self._relayed[channel] = agent, error.trouble
            self._tell(agent)
            return channel
        self.opened["direct"] += 1
        logger.info("the headset of %s hears %s directly", agent, call)
        return channel

    def mute(self, channel: str, *, muted: bool) -> None:
        """The desktop sends silence: ARI's mute would send the far end nothing at all."""
        leg = self._legs.get(channel)
        if leg is None:
            self._relay.mute(channel, muted=muted)
            return
        leg.path = replace(leg.path, muted=muted)
        self._tell(leg.agent)
        self._scope.spawn(_note(leg, muted=muted), f"note on {channel}")

    def figures(self, channel: str) -> MediaFigures | None:
        """As the desktop told them last: each 5 s."""
        leg = self._legs.get(channel)
        return leg.figures if leg is not None else self._relay.figures(channel)

    def adopt(self, node: Node, channel: str, agent: AgentId, *, muted: bool) -> bool:
        """Where it is carried by its desktop. One that is not there any more, or does not know the
        channel, cannot come: it has no address, for that was of the other bridge."""
        if node.config.headset != "direct":
            return False
        path = DirectPath(leg=channel, url="", muted=muted)
        leg = self._legs[channel] = _Leg(node=node, agent=agent, path=path)
        leg.settled.set()
        self._tell(agent)
        logger.info("the headset of %s goes on hearing directly", agent)
        return True

    async def close(self, channel: str) -> None:
        if channel in self._legs:
            self._drop(channel)
            return
        await self._relay.close(channel)
        agent, _ = self._relayed.pop(channel, (None, None))
        if agent is not None:
            self._tell(agent)

    async def stop(self) -> None:
        """Desktops and callers go on talking until a bridge is there again."""
        await self._scope.close()

    # -- what a desktop says

    def report(self, agent: AgentId, told: ReportVoicePath) -> None:
        """Of a leg that is over, or another agent's: nothing."""
        leg = self._legs.get(told.leg)
        if leg is None or leg.agent != agent:
            return
        if told.state == "open":
            leg.figures = MediaFigures(
                packets_received=told.received,
                packets_late=told.late,
                packets_sent=told.sent,
                jitter_ms=round(told.jitter_ms, 3),
            )
            leg.settled.set()
            return
        why = told.trouble or PathTrouble.LOST
        if leg.settled.is_set():
            self._broke_off(leg, why)
        else:
            leg.trouble = why
            leg.settled.set()

    def _broke_off(self, leg: _Leg, why: PathTrouble) -> None:
        """Asterisk may not have noticed; once its channel ends the switch opens another, and that
        is relayed."""
        if leg.trouble:
            return
        leg.trouble = why
        self.opened[PathTrouble.LOST] += 1
        logger.warning("the direct voice of %s broke off: %s", leg.agent, why)
        self._distrust(leg.agent, PathTrouble.LOST)
        self._scope.spawn(self._end(leg), f"end of {leg.path.leg}")

    async def _end(self, leg: _Leg) -> None:
        """Until the switch has seen its end: the node may be out of reach just now."""
        while leg.path.leg in self._legs:
            await hang_up(leg.node, leg.path.leg)
            await asyncio.sleep(AGAIN)

    # -- inside

    async def _open(self, node: Node, agent: AgentId) -> str:
        """Raises _NotDirectly, and then leaves no channel behind; SwitchError where Asterisk
        gives none."""
        self._ask_trust(agent)
        channel, token = await media_channel(node, f"{HEADSET}{agent}")
        url = media_url(node.config.direct_url or node.config.url, token)
        leg = self._legs[channel] = _Leg(
            node=node, agent=agent, path=DirectPath(leg=channel, url=url)
        )
        try:
            await self._settle(leg)
        except _NotDirectly as error:
            self._drop(channel)
            if error.trouble:
                self._distrust(agent, error.trouble)
            raise
        except BaseException:  # cancelled: the offer is over
            self._drop(channel)
            raise
        return channel

    async def _settle(self, leg: _Leg) -> None:
        if not self._tell(leg.agent):
            raise _NotDirectly(PathTrouble.NONE)
        try:
            async with asyncio.timeout(self._patience):
                await leg.settled.wait()
            if leg.trouble:
                raise _NotDirectly(leg.trouble)
            async with asyncio.timeout(OPEN_SECONDS):
                await in_application(leg.node, leg.path.leg)
        except (TimeoutError, AriError) as error:
            raise _NotDirectly(PathTrouble.LATE) from error

    def _ask_trust(self, agent: AgentId) -> None:
        """Raises _NotDirectly."""
        mine = sum(1 for leg in self._legs.values() if leg.agent == agent)
        if mine >= MOST_PATHS:
            raise _NotDirectly(PathTrouble.NONE)
        until, why = self._distrusted.get(agent, (0.0, PathTrouble.NONE))
        if self._clock() < until:
            raise _NotDirectly(why)
        self._distrusted.pop(agent, None)

    def _distrust(self, agent: AgentId, why: PathTrouble) -> None:
        self._distrusted[agent] = self._clock() + DISTRUST, why

    def _drop(self, channel: str) -> None:
        """The desktop is told first: what ends is then no surprise to it."""
        leg = self._legs.pop(channel)
        self._tell(leg.agent)
        self._scope.spawn(hang_up(leg.node, channel), f"hang up {channel}")

    def _tell(self, agent: AgentId) -> bool:
        """Whether a desktop was there to be told."""
        paths = tuple(leg.path for leg in self._legs.values() if leg.agent == agent)
        troubles = (why for whose, why in self._relayed.values() if whose == agent)
        return self._desks.route(agent, paths, next(troubles, PathTrouble.NONE))


async def _note(leg: _Leg, *, muted: bool) -> None:
    """On its channel, for a bridge that comes after this one."""
    value = "1" if muted else ""
    with contextlib.suppress(AriError):
        await leg.node.ari.post(
            "channels", leg.path.leg, "variable", variable=names.MUTED, value=value
        )
