"""One Asterisk: the life of the connection to it, and its events in their order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

import aiohttp

from cti_bridge.tasks import Scope
from cti_bridge.telephony.asterisk.ari.client import Ari
from cti_bridge.telephony.asterisk.ari.errors import UNREACHABLE, AriError
from cti_bridge.telephony.asterisk.ari.events import (
    KINDS,
    ApplicationReplaced,
    AriEvent,
    ChannelUserevent,
    EventReader,
    RESTResponse,
)
from cti_bridge.telephony.asterisk.ari.models import Bridge, Channel, Info
from cti_bridge.telephony.asterisk.ari.over_socket import taken_by
from cti_bridge.telephony.asterisk.claiming import (
    WHO,
    Taken,
    leave_mark,
    say_here,
    who_is_there,
)
from cti_bridge.telephony.ports import DialPlan, LineId, LineStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cti_bridge.config.values import Asterisk

logger = logging.getLogger(__name__)
OLDEST: Final = 22  # major version
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 10.0
TAKEN_OVER_PAUSE: Final = 30.0
"""Seconds before an application that another client took is taken back, so that two bridges that
were given the same one do not fight over each event."""
MAX_WAITING: Final = 20_000  # events; more are not worked off, but asked for anew
AWAKE: Final = "awake"
FIRST_LOOK: Final = 1.0  # seconds after connecting, and then each LOOK
LOOK: Final = 15.0
HEARD_WITHIN: Final = 5.0
MOST_SUBSCRIBED: Final = 40  # channels in one request: they stand in its address


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is alive at a node now. `again`: this bridge was connected before; `restarted`: and
    to another life of that Asterisk."""

    channels: tuple[Channel, ...]
    bridges: tuple[Bridge, ...]
    again: bool = False
    restarted: bool = False


class NodeListener(Protocol):
    """Who makes sense of it."""

    async def reconcile(self, node: Node, snapshot: Snapshot) -> None:
        """After every connection, before its events. May raise AriError: then it is made anew."""

    def happened(self, node: Node, event: AriEvent) -> None: ...

    def line_changed(self, node: Node, status: LineStatus) -> None: ...


class _Lost(Exception):
    """The stream of events is over; the text says why."""


def _how(socket: aiohttp.ClientWebSocketResponse) -> str:
    """As far as it can be told in words: a cut while something is written is aiohttp's own."""
    error = socket.exception()
    if error is None:
        return f": Asterisk closed it ({socket.close_code})" if socket.close_code else ""
    return "" if isinstance(error, aiohttp.ClientConnectionResetError) else f": {error}"


class Node:
    """A line of the switch. `open` begins, `close` ends; both may be called twice."""

    def __init__(
        self,
        config: Asterisk,
        listener: NodeListener,
        *,
        region: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.config, self.id = config, LineId(config.id)
        self.plan = DialPlan(region=config.region or region, extensions=config.extensions)
        self.ari = Ari(config.url, config.user, config.password, ca_file=config.ca_file)
        self.reader = EventReader()
        self._listener, self._clock = listener, clock
        self._scope = Scope(f"asterisk {config.id}")
        self._startup = ""
        self._opened = False
        self._settled = asyncio.Event()
        self._heard = asyncio.Event()
        self._looked = asyncio.Event()
        self._mine = False  # the application, since this bridge was first connected
        self.taken = ""  # why it is not
        self.status = LineStatus(
            line=self.id,
            name=config.name or config.id,
            up=False,
            since=clock(),
            detail="connecting",
        )

    @property
    def up(self) -> bool:
        return self.status.up

    def open(self) -> None:
        if not self._opened:
            self._opened = True
            self.ari.open()
            self._scope.spawn(self._run(), "connection")

    async def settled(self, within: float) -> bool:
        """Whether what is alive there is known; waits so many seconds for it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._settled.wait()
        return self.up

    async def looked(self, within: float) -> None:
        """Until it is known whether another bridge has the application; so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._looked.wait()

    async def close(self) -> None:
        await self._scope.close()
        await self.ari.close()
        self._opened = False
        self.status = replace(self.status, up=False, since=self._clock(), detail="stopped")

    # -- the life of the connection

    async def _run(self) -> None:
        tries = 0
        while True:
            pause = 0.0
            self._settled.clear()
            try:
                if not self._mine:
                    await self._look()
                await leave_mark(self.ari, self.config.app)
                async with self.ari.events(self.config.app) as socket:
                    await self._serve(socket)
            except AriError as error:
                self._down(self._advice(error))
            except Taken as error:
                pause, self.taken = TAKEN_OVER_PAUSE, str(error)
                self._down(self.taken)
            except _Lost as error:
                pause = TAKEN_OVER_PAUSE if error.args[1:] else 0.0
                self._down(str(error.args[0]))
            except Exception:  # ours; the line lives on
                logger.exception("the connection to %s failed", self.id)
                self._down("an error of the bridge: see its log")
            self._looked.set()
            tries = 0 if self._settled.is_set() else tries + 1
            longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries, 10))
            await asyncio.sleep(pause or longest * random.uniform(0.5, 1.0))

    async def _look(self) -> None:
        """Whoever connects takes the application over, and whoever had it hears nothing any more:
        so a bridge that lives is asked first. Raises Taken, AriError."""
        self.taken = ""
        other = await who_is_there(self.ari, self.config.app)
        if other:
            raise Taken(
                f"another bridge ({other}) drives the application {self.config.app}: end it, or "
                "give each bridge an app of its own, in the dial plan too"
            )
        self._looked.set()

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        waiting: asyncio.Queue[AriEvent | _Lost] = asyncio.Queue()
        reading = self._scope.spawn(self._read(socket, waiting), "events")
        watching: asyncio.Task[None] | None = None
        try:
            version = await self._greet()
            if taken_by(version):
                self.ari.goes_over(socket, lambda why: waiting.put_nowait(_Lost(why)))
            self._mine = True
            self._up()
            watching = self._scope.spawn(self._watch(waiting), "watch")
            while True:
                event = await waiting.get()
                if isinstance(event, _Lost):
                    raise event
                if isinstance(event, ApplicationReplaced):
                    raise _Lost(
                        f"another client took the application {self.config.app}: give each "
                        "bridge an app of its own",
                        "taken",
                    )
                if isinstance(event, ChannelUserevent):
                    self._userevent(event)
                else:
                    self._tell(event)
        finally:
            self.ari.goes_alone()
            reading.cancel()
            if watching is not None:
                watching.cancel()

    def _userevent(self, event: ChannelUserevent) -> None:
        if event.eventname.startswith(WHO):
            question = event.eventname.removeprefix(WHO)[:64]
            self._scope.spawn(say_here(self.ari, self.config.app, question), "here")
        else:
            self._heard.set()

    async def _watch(self, waiting: asyncio.Queue[AriEvent | _Lost]) -> None:
        """Asks to be told something now and then. Where a connection follows another at once,
        Asterisk may put the application to sleep with the end of the first one, and the socket
        stays open and silent (seen with 22.10)."""
        pause = FIRST_LOOK
        while True:
            await asyncio.sleep(pause)
            pause = LOOK
            self._heard.clear()
            try:
                async with asyncio.timeout(HEARD_WITHIN):
                    await self.ari.post("events", "user", AWAKE, application=self.config.app)
                    await self._heard.wait()
            except AriError as error:
                waiting.put_nowait(_Lost(f"no events come any more: {error}"))
                return
            except TimeoutError:
                why = f"none within {HEARD_WITHIN:g} s of asking for one"
                waiting.put_nowait(_Lost(f"no events come any more: {why}"))
                return

    async def _read(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        waiting: asyncio.Queue[AriEvent | _Lost],
    ) -> None:
        """Into the queue, so that nothing is lost while it is asked what is alive."""
        why = ""
        try:
            async for message in socket:
                if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    break
                event = self.reader.read(message.data)
                if isinstance(event, RESTResponse):
                    self.ari.answered(event)
                    continue
                if waiting.qsize() >= MAX_WAITING:
                    why = "more events than could be worked off"
                    return
                if event is not None:
                    waiting.put_nowait(event)
            why = f"the connection was lost{_how(socket)}"
        finally:
            waiting.put_nowait(_Lost(why or "the connection was lost"))

    async def _greet(self) -> str:
        """Which events are wanted, and what is alive. Its version."""
        allowed = [{"type": name} for name in sorted(KINDS)]
        await self.ari.put(
            "applications", self.config.app, "eventFilter", body={"allowed": allowed}
        )
        info = await self.ari.get(Info, "asterisk", "info")
        major = info.system.version.partition(".")[0]
        if major.isdigit() and int(major) < OLDEST:
            raise AriError(
                UNREACHABLE, f"Asterisk {info.system.version} is too old: {OLDEST} or newer"
            )
        startup = info.status.startup_time
        restarted = bool(self._startup) and startup != self._startup
        snapshot = Snapshot(
            channels=tuple(await self.ari.get(list[Channel], "channels")),
            bridges=tuple(await self.ari.get(list[Bridge], "bridges")),
            again=bool(self._startup),
            restarted=restarted,
        )
        await self._listener.reconcile(self, snapshot)
        self._startup = startup
        return info.system.version

    async def subscribe(self, channels: Sequence[str]) -> None:
        """To be told of channels that are the application's already; raises AriError, and leaves
        out what is gone."""
        for start in range(0, len(channels), MOST_SUBSCRIBED):
            some = channels[start : start + MOST_SUBSCRIBED]
            try:
                await self._subscribe(*some)
            except AriError as error:
                if error.status != 422:
                    raise
                for one in some:
                    with contextlib.suppress(AriError):
                        await self._subscribe(one)

    async def _subscribe(self, *channels: str) -> None:
        sources = ",".join(f"channel:{one}" for one in channels)
        await self.ari.post("applications", self.config.app, "subscription", eventSource=sources)

    def _tell(self, event: AriEvent) -> None:
        try:
            self._listener.happened(self, event)
        except Exception:  # nothing a peer sends may end the loop
            logger.exception("%s of %s failed", type(event).__name__, self.id)

    # -- what others are told

    def _up(self) -> None:
        address = urlsplit(self.config.url).netloc.rpartition("@")[2]
        logger.info("line %s is up: %s", self.id, address)
        self._change(up=True, detail=address)
        self._settled.set()

    def _down(self, detail: str) -> None:
        if self.up or detail != self.status.detail:
            logger.warning("line %s is down: %s", self.id, detail)
            self._change(up=False, detail=detail)

    def _change(self, *, up: bool, detail: str) -> None:
        self.status = replace(self.status, up=up, since=self._clock(), detail=detail)
        try:
            self._listener.line_changed(self, self.status)
        except Exception:
            logger.exception("the change of line %s was not told", self.id)

    def _advice(self, error: AriError) -> str:
        config = self.config
        if error.status == 401:
            return (
                f"Asterisk refuses the user {config.user}: compare user and password with its "
                "ari.conf"
            )
        if error.status == 403:
            return f"the user {config.user} may not do that: set read_only = no in ari.conf"
        if error.status == 404:
            return "an HTTP server without ARI: enable it in ari.conf and load res_ari.so"
        if error.status:
            return f"Asterisk answers with {error.status}: {error.detail}"
        return error.detail
