"""A channel whose voice goes over a media socket (`externalMedia`, chan_websocket).

Whoever connects to `/media/ID` is its voice: Asterisk asks for no password there. The ID is a
random UUID, known to who made the channel; a second connection with it is refused (409), and it
is unknown (404) once the channel is gone. So it is a token of one call.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.ari.errors import AriError, refusal
from cti_bridge.telephony.asterisk.ari.models import Channel
from cti_bridge.telephony.ports import SwitchError

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.node import Node

FORMAT: Final = "slin"
"""Signed 16 bit, 8 kHz, 20 ms in 320 bytes: as the headsets of the desktops speak."""
OPEN_SECONDS: Final = 5.0
LOOK_AGAIN: Final = 0.005
CONNECTION: Final = "MEDIA_WEBSOCKET_CONNECTION_ID"
_SAFE: Final = frozenset({"https", "wss"})


async def media_channel(node: Node, device: str = "") -> tuple[str, str]:
    """Its id, and the name of its media socket, which is a secret. `device`: whose it is, noted
    on it for a bridge that comes after this one. Raises SwitchError."""
    channel = names.make(node.config.app, names.Kind.HEADSET)
    try:
        body = await node.ari.post(
            "channels",
            "externalMedia",
            body={"variables": {names.DEVICE: device}} if device else None,
            channelId=channel,
            app=node.config.app,
            external_host="INCOMING",
            transport="websocket",
            encapsulation="none",
            connection_type="server",
            format=FORMAT,
            direction="both",
        )
        told = msgspec.json.decode(body, type=Channel)
        return told.id, told.channelvars[CONNECTION]
    except AriError as error:
        raise refusal(error) from error
    except (msgspec.MsgspecError, KeyError) as error:
        detail = "Asterisk gave no media socket: is chan_websocket loaded, and is it 22.6?"
        raise SwitchError("failed", detail) from error


def media_url(url: str, connection_id: str) -> str:
    """Of the WebSocket, from the URL of Asterisk's HTTP server; a path before it is kept."""
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme in _SAFE else "ws"
    path = f"{parts.path.rstrip('/')}/media/{quote(connection_id, safe='')}"
    return urlunsplit((scheme, parts.netloc, path, "", ""))


async def in_application(node: Node, channel: str) -> None:
    """Asterisk answers the channel when its socket is there, and only then it enters the
    application; it can be bridged from then on. Raises AriError."""
    while True:
        found = await node.ari.get(Channel, "channels", channel)
        if found.up and found.dialplan.app_name == "Stasis":
            return
        await asyncio.sleep(LOOK_AGAIN)


async def hang_up(node: Node, channel: str) -> None:
    """Never raises AriError."""
    with contextlib.suppress(AriError):
        await node.ari.delete("channels", channel)
