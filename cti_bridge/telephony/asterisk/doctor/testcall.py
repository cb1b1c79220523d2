"""What only a channel can tell: a call of Asterisk to itself, in [ficha-doctor], for a moment.

Functions of the dial plan can be read on it, so settings that ARI has no word for are seen; and
a recording of it shows whether the folder of recordings can be written.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.doctor.dialplan import dial_plan
from cti_bridge.telephony.asterisk.doctor.finding import mistake, ok, warning
from cti_bridge.telephony.asterisk.doctor.parts import endpoint_names
from cti_bridge.telephony.asterisk.setup.files import SPARE_SESSIONS, endpoint_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import aiohttp

    from cti_bridge.config.values import Agent, Asterisk
    from cti_bridge.telephony.asterisk.ari.client import Ari
    from cti_bridge.telephony.asterisk.doctor.finding import Finding

APP: Final = "ficha-doctor"
DEFAULT_SESSIONS: Final = 100
SECONDS: Final = 15.0  # for the call to be there
USEFUL: Final = frozenset({"alaw", "ulaw", "g722", "opus", "slin16"})


async def call(
    node: Asterisk, agents: Sequence[Agent], musics: Sequence[str], ari: Ari
) -> AsyncIterator[Finding]:
    """What was found by it; where there can be no such call, that this was not tried."""
    name = f"{APP}-{secrets.token_hex(4)}"
    try:
        async with ari.events(name) as events, _channel(ari, events, name) as channel:
            if channel:
                test = _Test(ari, channel)
                yield await test.dial_plan(node, agents)
                for finding in await test.settings(node, musics):
                    yield finding
                for finding in await test.codecs(node, agents):
                    yield finding
                yield await test.recording(name)
                return
    except (AriError, TimeoutError) as error:
        yield warning(
            f"a test call was not possible ({str(error)[:100] or type(error).__name__})",
            "Dial plan, music, sessions and recordings were not looked at.",
        )
        return
    yield warning(
        "its dial plan has no [ficha-doctor]: dial plan, music, sessions, codecs and recordings "
        "were not tried",
        "cti-bridge asterisk init shows that context; with it they are.",
    )


@contextlib.asynccontextmanager
async def _channel(
    ari: Ari, events: aiohttp.ClientWebSocketResponse, name: str
) -> AsyncIterator[str]:
    """The call's channel; "" where the dial plan has no such place. Over, it is hung up."""
    query = {"endpoint": "Local/test@ficha-doctor/n", "app": name, "channelId": name}
    await ari.post("channels", **query, timeout=10)
    try:
        yield name if await _begun(events, name) else ""
    finally:
        with contextlib.suppress(AriError):
            await ari.delete("channels", name)


async def _begun(events: aiohttp.ClientWebSocketResponse, channel: str) -> bool:
    async with asyncio.timeout(SECONDS):
        async for message in events:
            event = _decoded(message.data)
            if event.get("channel", {}).get("id") != channel:
                continue
            if event.get("type") in ("StasisStart", "ChannelDestroyed"):
                return bool(event["type"] == "StasisStart")
    return False


def _decoded(data: object) -> dict[str, Any]:
    """An event; what is none is an empty one."""
    try:
        event = msgspec.json.decode(data) if isinstance(data, str) else {}
    except msgspec.DecodeError:
        return {}
    good = isinstance(event, dict) and isinstance(event.get("channel", {}), dict)
    return event if good else {}


class _Test:
    def __init__(self, ari: Ari, channel: str) -> None:
        self._ari, self._channel = ari, channel

    async def _read(self, function: str) -> str | None:
        """A function of the dial plan; None where Asterisk does not have it, or it fails."""
        try:
            said = await self._ari.get(
                object, "channels", self._channel, "variable", variable=function
            )
        except AriError:
            return None
        return str(said.get("value", "")) if isinstance(said, dict) else None

    async def dial_plan(self, node: Asterisk, agents: Sequence[Agent]) -> Finding:
        phones = {endpoint_of(node, agent.phone) for agent in agents}
        try:
            listed = await self._ari.get(object, "endpoints", "PJSIP")
        except AriError:
            listed = []
        others = [name for name in endpoint_names(listed) if name not in phones]
        return await dial_plan(node.app, others, self._read)

    async def settings(self, node: Asterisk, musics: Sequence[str]) -> list[Finding]:
        """Of http.conf there must be something to read: Asterisk has just answered by it."""
        if await self._read("AST_CONFIG(http.conf,general,enabled)") is None:
            return [
                warning(
                    "music and the limit of HTTP connections cannot be seen",
                    "Load func_config.so.",
                )
            ]
        modes = {
            name: await self._read(f"AST_CONFIG(musiconhold.conf,{name},mode)") for name in musics
        }
        limit = await self._read("AST_CONFIG(http.conf,general,sessionlimit)")
        music = [_music(name, mode or "") for name, mode in modes.items()]
        return [*music, _sessions(node, limit or "")]

    async def codecs(self, node: Asterisk, agents: Sequence[Agent]) -> list[Finding]:
        found, seen = [], 0
        for agent in agents:
            name = endpoint_of(node, agent.phone)
            said = await self._read(f"PJSIP_ENDPOINT({name},allow)")
            if said is None:  # not there, which is told elsewhere, or no such function
                continue
            seen += 1
            if not USEFUL & set(said.strip("()").split("|")):
                found.append(
                    warning(
                        f"telephone {name} has none of the usual codecs ({said[:60]})",
                        f"Set allow = alaw,ulaw,g722 in [{name}] of its pjsip.conf.",
                    )
                )
        return found or ([ok(f"codecs of {seen} telephones: usual ones")] if seen else [])

    async def recording(self, name: str) -> Finding:
        """A second of it, deleted at once."""
        try:
            place = ("channels", self._channel, "record")
            await self._ari.post(*place, name=name, format="wav", maxDurationSeconds=1)
        except AriError as error:
            if error.status == 500:
                return mistake(
                    "its folder of recordings cannot be written",
                    "On its machine: install -d -o asterisk -g asterisk "
                    "/var/spool/asterisk/recording.",
                )
            return mistake(f"it does not record ({error})", "Load res_stasis_recording.so.")
        with contextlib.suppress(AriError):
            await self._ari.post("recordings", "live", name, "stop")
        with contextlib.suppress(AriError):
            await self._ari.delete("recordings", "stored", name)
        return ok("it can record")


def _music(name: str, mode: str) -> Finding:
    if not mode:
        return mistake(
            f'there is no class of music "{name}"',
            f"Add [{name}] to its musiconhold.conf: cti-bridge asterisk init shows it.",
        )
    return ok(f'music on hold: "{name}" ({mode[:20]})')


def _sessions(node: Asterisk, said: str) -> Finding:
    limit = int(said) if said.isdecimal() and len(said) < 10 else DEFAULT_SESSIONS
    headsets = node.max_calls if node.headset != "none" else 0
    if limit < headsets + DEFAULT_SESSIONS:
        return warning(
            f"it takes {limit} HTTP connections at once, and each headset is one",
            f"Set sessionlimit = {node.max_calls + SPARE_SESSIONS} in its http.conf.",
        )
    return ok(f"it takes {limit} HTTP connections at once")
