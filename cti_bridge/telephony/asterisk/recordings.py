"""What is written of calls: a message that a waiting caller leaves, and whole conversations.

A conversation is recorded at a snoop channel that hears both sides of the far end's channel, so
that no bridge matters to it: hold, transfer and conference do not touch it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.models import Channel, Recording
from cti_bridge.telephony.asterisk.book import Stage, require
from cti_bridge.telephony.asterisk.files import fetch
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.ports import CallRecorded, RecordingEnded, SwitchError

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.book import Call
    from cti_bridge.telephony.asterisk.exchange import Exchange
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.waiting import Waiting
    from cti_bridge.telephony.ports import CallId

logger = logging.getLogger(__name__)
LONGEST_MESSAGE: Final = 600  # seconds
LONGEST_CALL: Final = 4 * 3600
SNOOP_SECONDS: Final = 5.0
ENOUGH: Final = 10.0
"""Seconds that the end of a call waits for its message to be whole."""
END_KEY: Final = "#"
BEEP: Final = "sound:ficha/beep"
"""Ficha's own: Asterisk's may not be installed, and then nothing is recorded."""


@dataclass(slots=True, eq=False, kw_only=True)
class Taken:
    """A recording that is being written."""

    name: str
    kind: Kind
    call: CallId
    file: str
    node: Node
    snoop: str = ""
    limit_s: float = 0.0
    silence_s: float = 0.0
    key: bool = False  # the caller pressed the one that ends it
    stopped: bool = False
    cut: bool = False  # by itself, and the call goes on
    paused: bool = False


class Recordings:
    def __init__(self, exchange: Exchange, waiting: Waiting) -> None:
        self._x, self._waiting = exchange, waiting
        self._taken: dict[str, Taken] = {}
        self._whole: dict[CallId, asyncio.Event] = {}  # messages on their way
        self._snoops: dict[str, asyncio.Event] = {}
        self._fetched: set[str] = set()  # on their way from there to here

    # -- a message

    async def message(self, call: Call, file: str, limit_s: float, silence_s: float) -> None:
        require(call, Stage.PARKED)
        if self._of(call.id, Kind.MESSAGE) is not None:
            raise SwitchError("wrong_state", f"call {call.id} is recorded already")
        limit = max(1, min(int(limit_s), LONGEST_MESSAGE))
        taken = self._begin(Kind.MESSAGE, call, file)
        taken.limit_s, taken.silence_s = limit, silence_s
        self._whole[call.id] = asyncio.Event()
        try:
            await self._waiting.cut(call)
            await self._x.quietly(call.node, "DELETE", "channels", call.channel, "moh")
            # A channel does one thing after the other: what is recorded begins after the tone.
            beep = names.make(call.node.config.app, Kind.PLAY)
            await self._x.quietly(
                call.node, "POST", "channels", call.channel, "play", beep, media=BEEP
            )
            await self._x.ask(
                call.node,
                "POST",
                "channels",
                call.channel,
                "record",
                name=taken.name,
                format="wav",
                maxDurationSeconds=limit,
                maxSilenceSeconds=max(1, round(silence_s)),
                ifExists="overwrite",
                terminateOn=END_KEY,
            )
        except SwitchError:
            self._forget(taken)
            self._x.later(self._waiting.music_again(call), "music again")
            raise

    def pressed(self, call: Call, digit: str) -> None:
        taken = self._of(call.id, Kind.MESSAGE)
        if taken is not None and digit == END_KEY:
            taken.key = True

    async def message_over(self, call: Call) -> None:
        """The agent has it: what was said until now is the message."""
        taken = self._of(call.id, Kind.MESSAGE)
        if taken is not None:
            taken.key = True
            await self._x.quietly(taken.node, "POST", "recordings", "live", taken.name, "stop")

    async def whole(self, call: Call) -> None:
        """Until the message of a call that is over is told."""
        event = self._whole.get(call.id)
        if event is None:
            return
        try:
            await asyncio.wait_for(event.wait(), ENOUGH)
        except TimeoutError:
            logger.error("the message of call %s did not become whole", call.id)

    # -- a conversation

    async def begin(self, call: Call, file: str) -> None:
        require(call, Stage.TALKING)
        if self._of(call.id, Kind.CONVERSATION) is not None:
            raise SwitchError("wrong_state", f"call {call.id} is recorded already")
        taken, app = self._begin(Kind.CONVERSATION, call, file), call.node.config.app
        taken.snoop = names.snoop_of(app, taken.name)
        try:
            await self.snoop(call.node, call.channel, taken.snoop, whisper="none")
            await self._note(call, taken.name)
            await self._x.ask(
                call.node,
                "POST",
                "channels",
                taken.snoop,
                "record",
                name=taken.name,
                format="wav",
                maxDurationSeconds=LONGEST_CALL,
                ifExists="overwrite",
            )
        except SwitchError:
            self._forget(taken)
            await self._x.hang_up(call.node, taken.snoop)
            raise

    async def pause(self, call: Call, paused: bool) -> None:
        taken = self._conversation(call)
        method = "POST" if paused else "DELETE"
        await self._x.ask(taken.node, method, "recordings", "live", taken.name, "pause")
        taken.paused = paused

    async def stop(self, call: Call) -> None:
        taken = self._conversation(call)
        taken.stopped = True
        await self._x.ask(taken.node, "POST", "recordings", "live", taken.name, "stop")

    async def snoop(self, node: Node, channel: str, snoop: str, *, whisper: str) -> None:
        """A channel that hears both sides of another; in the application when this returns.
        Raises SwitchError."""
        entered = self._snoops[snoop] = asyncio.Event()
        try:
            await self._x.ask(
                node,
                "POST",
                "channels",
                channel,
                "snoop",
                snoop,
                app=node.config.app,
                appArgs="snoop",
                spy="both",
                whisper=whisper,
            )
            await asyncio.wait_for(entered.wait(), SNOOP_SECONDS)
        except TimeoutError:
            await self._x.hang_up(node, snoop)
            raise SwitchError("failed", "the listening channel did not come") from None
        finally:
            self._snoops.pop(snoop, None)

    def entered(self, channel: str) -> bool:
        """Whether it is a snoop channel that somebody waits for."""
        event = self._snoops.get(channel)
        if event is not None:
            event.set()
        return event is not None

    # -- what Asterisk says of them

    def finished(self, node: Node, recording: Recording, *, failed: bool) -> None:
        taken = self._taken.get(recording.name)
        if taken is None or taken.node is not node:
            return
        del self._taken[recording.name]
        self._fetched.add(recording.name)
        self._x.later(self._bring(taken, recording, failed=failed), "recording")

    async def _bring(self, taken: Taken, recording: Recording, *, failed: bool) -> None:
        if taken.snoop:
            await self._x.hang_up(taken.node, taken.snoop)
            taken.cut = not taken.stopped and await self._goes_on(taken)
        seconds = await self._fetch(taken.node, taken.name, taken.file)
        if failed and seconds is None:
            logger.warning("recording of call %s failed: %s", taken.call, recording.cause)
        self._tell(taken, recording, seconds)
        if self._x.book.knows(taken.call):
            call = self._x.book.get(taken.call)
            if taken.kind is Kind.MESSAGE:
                await self._waiting.music_again(call)
            elif self._of(taken.call, Kind.CONVERSATION) is None:
                await self._note(call, "")

    async def _goes_on(self, taken: Taken) -> bool:
        """Whether its call does; told of its end or not."""
        if not self._x.book.knows(taken.call):
            return False
        try:
            await taken.node.ari.get(Channel, "channels", self._x.book.get(taken.call).channel)
        except AriError:
            return False
        return self._x.book.knows(taken.call)

    def _tell(self, taken: Taken, recording: Recording, seconds: float | None) -> None:
        at, file, call = self._x.clock(), taken.file, taken.call
        there = self._x.book.knows(call) and not self._x.book.get(call).left
        if taken.kind is Kind.CONVERSATION:
            how = "stopped" if taken.stopped else "cut" if taken.cut else "cleared"
            cause = "failed" if seconds is None else how
            self._x.emit(
                CallRecorded(call=call, at=at, file=file, seconds=seconds or 0.0, cause=cause)
            )
            return
        cause = "failed" if seconds is None else _why(taken, recording, seconds, there=there)
        self._x.emit(
            RecordingEnded(call=call, at=at, file=file, seconds=seconds or 0.0, cause=cause)
        )
        whole = self._whole.pop(call, None)
        if whole is not None:
            whole.set()

    async def found(self, node: Node, name: str) -> None:
        """A stored recording that nobody told of: its bridge was away."""
        about = names.recorded(node.config.app, name)
        if about is None or name in self._taken or name in self._fetched:
            return
        kind, call, file, owner = about
        if owner not in ("", self._x.owner):
            logger.info("a recording of another bridge stays at %s: %.40s…", node.id, name)
            return
        if not self._ours(file):
            logger.warning(
                "recording %.40s… of %s is not fetched: %.120s is outside of the spool folder",
                name,
                node.id,
                file,
            )
            return
        seconds = await self._fetch(node, name, file)
        if kind is Kind.CONVERSATION:
            cause = "failed" if seconds is None else "cleared"
            self._x.emit(
                CallRecorded(
                    call=call,
                    at=self._x.clock(),
                    file=file,
                    seconds=seconds or 0.0,
                    cause=cause,
                )
            )

    async def reconcile(self, node: Node) -> None:
        """Those whose end nobody heard of. Raises AriError."""
        for taken in [one for one in self._taken.values() if one.node is node]:
            try:
                await node.ari.get(Recording, "recordings", "live", taken.name)
            except AriError as error:
                if not error.gone:
                    raise
                self.finished(node, Recording(name=taken.name), failed=False)

    def adopt(self, call: Call, name: str, *, paused: bool) -> None:
        """One that is being written since before this bridge began."""
        app = call.node.config.app
        about = names.recorded(app, name)
        if about is not None:
            self._taken[name] = Taken(
                name=name,
                kind=about.kind,
                call=call.id,
                file=about.file,
                node=call.node,
                snoop=names.snoop_of(app, name),
                paused=paused,
            )

    def state(self, call: Call) -> tuple[str, bool]:
        """The file that a call is recorded to, "" where it is not; and whether it is paused."""
        taken = self._of(call.id, Kind.CONVERSATION)
        return (taken.file, taken.paused) if taken is not None else ("", False)

    def pending(self, call: Call) -> bool:
        """Whether its message is not whole yet."""
        return call.id in self._whole

    def uses(self, channel: str) -> bool:
        return channel in self._snoops or any(one.snoop == channel for one in self._taken.values())

    # -- inside

    def _ours(self, file: str) -> bool:
        """A name is what anybody who may record at that Asterisk makes of it."""
        spool = self._x.spool
        return spool is None or Path(os.path.normpath(file)).is_relative_to(spool)

    async def _fetch(self, node: Node, name: str, file: str) -> float | None:
        self._fetched.add(name)
        try:
            return await fetch(node, name, file)
        finally:
            self._fetched.discard(name)

    def _begin(self, kind: Kind, call: Call, file: str) -> Taken:
        try:
            name = names.recording(call.node.config.app, kind, call.id, file, self._x.owner)
        except ValueError as error:
            raise SwitchError("invalid", str(error)) from error
        taken = Taken(name=name, kind=kind, call=call.id, file=file, node=call.node)
        self._taken[name] = taken
        return taken

    def _forget(self, taken: Taken) -> None:
        self._taken.pop(taken.name, None)
        if taken.kind is Kind.MESSAGE:
            self._whole.pop(taken.call, None)

    def _of(self, call: CallId, kind: Kind) -> Taken | None:
        return next(
            (one for one in self._taken.values() if one.call == call and one.kind is kind), None
        )

    def _conversation(self, call: Call) -> Taken:
        taken = self._of(call.id, Kind.CONVERSATION)
        if taken is None:
            raise SwitchError("wrong_state", f"call {call.id} is not recorded")
        return taken

    async def _note(self, call: Call, name: str) -> None:
        await self._x.quietly(
            call.node,
            "POST",
            "channels",
            call.channel,
            "variable",
            variable=names.RECORDING,
            value=name,
        )


def _why(taken: Taken, recording: Recording, seconds: float, *, there: bool) -> str:
    if not there:
        return "cleared"
    if taken.key:
        return "key"
    if seconds >= taken.limit_s - 0.5:
        return "limit"
    return "silence" if recording.silence_duration or taken.silence_s else "key"
