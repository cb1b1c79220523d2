"""Callers that no agent has (yet): music, announcements, a message for later."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.models import Playback
from cti_bridge.telephony.asterisk.book import Move, Stage, require
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.asterisk.rooms import class_of
from cti_bridge.telephony.ports import CallParked, PlayEnded, SwitchError

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.book import Call
    from cti_bridge.telephony.asterisk.exchange import Exchange
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.rooms import Rooms

logger = logging.getLogger(__name__)
MAX_SOUNDS: Final = 40
_SOUND: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    call: Call
    name: str  # the playback's
    mark: str | None  # None: nobody waits for its end


class Waiting:
    def __init__(self, exchange: Exchange, rooms: Rooms) -> None:
        self._x, self._rooms = exchange, rooms
        self._said: dict[Call, Said] = {}

    async def park(self, call: Call, music: str) -> None:
        kind = class_of(call.node, music)
        if call.stage is Stage.PARKED:
            if kind != call.music:
                call.music = kind
                await self.music_again(call)
            return
        self._parkable(call)
        if call.stage is Stage.RINGING:
            await self._x.ask(call.node, "POST", "channels", call.channel, "answer")
            if self._x.book.knows(call.id):
                await self._to_music(call, kind)
            # else: the caller's CANCEL was first, and CallCleared is out
        else:
            await self._to_music(call, kind)

    @staticmethod
    def _parkable(call: Call) -> None:
        if call.stage is Stage.TALKING and not call.held:
            raise SwitchError("wrong_state", f"call {call.id} talks")
        if call.joining is not None:
            raise SwitchError("wrong_state", f"call {call.id} is being connected")

    async def _to_music(self, call: Call, kind: str) -> None:
        room = call.room
        call.move(Move.PARK)
        call.held, call.music = False, kind
        self._rooms.leave(call)
        if call not in self._said:
            await self._rooms.music(call, kind)
        if room is not None:
            await self._rooms.shut_if_empty(room)
        if self._x.book.knows(call.id):
            self._x.emit(CallParked(call=call.id, at=self._x.clock()))
            await self._rooms.remember(call)

    async def announce(self, call: Call, sounds: tuple[str, ...], mark: str | None) -> None:
        """`mark` None: told to nobody."""
        require(call, Stage.PARKED, Stage.TALKING)
        if not 0 < len(sounds) <= MAX_SOUNDS:
            raise SwitchError("invalid", f"1 to {MAX_SOUNDS} sounds")
        media = ",".join(map(media_of, sounds))
        await self.cut(call)
        said = Said(call=call, name=names.make(call.node.config.app, Kind.PLAY), mark=mark)
        self._said[call] = said
        try:
            await self._x.ask(
                call.node, "POST", "channels", call.channel, "play", said.name, media=media
            )
        except SwitchError:
            self._said.pop(call, None)
            raise

    async def cut(self, call: Call) -> None:
        """What is being said ends now, and is told as ended."""
        said = self._said.get(call)
        if said is not None:
            self._over(said)
            await self._x.quietly(call.node, "DELETE", "playbacks", said.name)

    def finished(self, node: Node, playback: Playback) -> None:
        said = next(
            (
                one
                for one in self._said.values()
                if one.name == playback.id and one.call.node is node
            ),
            None,
        )
        if said is None:
            return
        if playback.state == "failed":
            logger.error("%s could not be played: is it at %s?", playback.media_uri, node.id)
        self._over(said)
        self._x.later(self.music_again(said.call), "music again")

    async def reconcile(self, node: Node) -> None:
        """What is said no more, and nobody heard its end. Raises AriError."""
        for said in [one for one in self._said.values() if one.call.node is node]:
            try:
                await node.ari.get(Playback, "playbacks", said.name)
            except AriError as error:
                if not error.gone:
                    raise
                self.finished(node, Playback(id=said.name))

    def ended(self, call: Call) -> None:
        self._said.pop(call, None)

    async def music_again(self, call: Call) -> None:
        """What was said took its place, and it does not come back by itself."""
        if call in self._said or call.over:
            return
        if call.stage is Stage.PARKED:
            await self._rooms.music(call, call.music)
        elif call.held:
            await self._rooms.music(call, call.node.config.hold_music)

    def _over(self, said: Said) -> None:
        if self._said.get(said.call) is said:
            del self._said[said.call]
        if said.mark is not None and not said.call.over:
            self._x.emit(PlayEnded(call=said.call.id, at=self._x.clock(), mark=said.mark))


def media_of(sound: str) -> str:
    """A sound of Ficha as Asterisk finds it. Raises SwitchError."""
    if not _SOUND.fullmatch(sound) or ".." in sound:
        raise SwitchError("invalid", f"{sound[:40]!r} is no sound")
    return f"sound:ficha/{sound}"
