"""Whether desktops would find the media sockets, as far as this machine can tell."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from msgspec.structs import replace

from cti_bridge.config.loopback import is_loopback
from cti_bridge.telephony.asterisk.ari.errors import UNREACHABLE, AriError
from cti_bridge.telephony.asterisk.doctor.finding import mistake, ok, warning
from cti_bridge.telephony.asterisk.doctor.reach import unreachable

if TYPE_CHECKING:
    from cti_bridge.config.values import Asterisk
    from cti_bridge.telephony.asterisk.doctor.finding import Finding

NOBODY: Final = "media/ficha-doctor-nobody"
ITS_WORDS: Final = "instance not found"  # chan_websocket's, of an id that it does not know
SECONDS: Final = 5.0
READ: Final = 4096  # bytes of an answer
_HTTP: Final = {"ws": "http", "wss": "https"}


async def direct(node: Asterisk) -> list[Finding]:
    """Nothing where headsets go through the bridge."""
    if node.headset != "direct":
        return []
    there = _as_http(node.direct_url or node.url)
    found = [await _media(node, there)]
    if is_loopback(urlsplit(there).hostname or ""):
        found.append(
            warning(
                f"only desktops on this machine reach {there}",
                'Where there are others: direct_url = "wss://pbx.example.com:8089".',
            )
        )
    elif await _has_ari(node, there):
        found.append(
            warning(
                f"{there} serves desktops ARI too, behind its password",
                "Put a proxy before it that lets /media/ through and nothing else "
                "(docs/telephony.md), and name that in direct_url.",
            )
        )
    return found


async def _media(node: Asterisk, there: str) -> Finding:
    try:
        status, text = await _get(node, f"{there}/{NOBODY}")
    except AriError as error:
        key = "direct_url" if node.direct_url else "url"
        told = unreachable(replace(node, url=there), error, key=key)
        return mistake(f"headsets cannot go past the bridge: {told.text}", told.remedy)
    if status == 404 and ITS_WORDS in text:
        return ok(f"{there} has media sockets for desktops")
    return mistake(
        f"what answers at {there}/media/ is no media socket ({status})",
        "Load chan_websocket.so; or mend direct_url, or what a proxy there lets through.",
    )


async def _has_ari(node: Asterisk, there: str) -> bool:
    try:
        status, _ = await _get(node, f"{there}/ari/asterisk/info")
    except AriError:
        return False
    return status in (200, 401)


async def _get(node: Asterisk, url: str) -> tuple[int, str]:
    """Without user and password, as a desktop asks. Raises AriError with its cause."""
    try:
        tls = ssl.create_default_context(cafile=node.ca_file or None)
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.get(url, ssl=tls, allow_redirects=False) as answer,
        ):
            return answer.status, (await answer.content.read(READ)).decode(errors="replace")
    except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        raise AriError(UNREACHABLE, str(error) or type(error).__name__) from error


def _as_http(url: str) -> str:
    parts = urlsplit(url)
    scheme = _HTTP.get(parts.scheme, parts.scheme)
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
