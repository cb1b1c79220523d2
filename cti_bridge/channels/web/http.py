"""What every answer of the public listener has, and how a refusal is put."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from aiohttp import web

from cti_bridge.channels.chat import frames
from cti_bridge.channels.web.socket import refused_frame

if TYPE_CHECKING:
    from multidict import CIMultiDict

    from cti_bridge.channels.chat.ports import ChatRefused

logger = logging.getLogger(__name__)
JSON: Final = "application/json"
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "no-store",
    "Server": "Ficha",
}
STATUS: Final = {
    "origin": 403,
    "expired": 401,
    "throttled": 429,
    "too_many": 429,
    "too_large": 413,
    "file_type": 415,
    "ended": 409,
    "closed": 503,
    "full": 503,
    "nobody": 503,
    "unavailable": 503,
}


def harden(headers: CIMultiDict[str], *, secure: bool) -> None:
    """Adds what is not said already."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def allow_page(headers: CIMultiDict[str], origin: str) -> None:
    """The page may read the answer; it needs no cookie, and gets none."""
    headers["Access-Control-Allow-Origin"] = origin
    headers["Vary"] = "Origin"


def said(frame: frames.ToBrowser | frames.SiteConfig, *, status: int = 200) -> web.Response:
    return web.Response(body=frames.encode(frame), status=status, content_type=JSON)


def refused(error: ChatRefused) -> web.Response:
    """Readable by any page: that it may not chat here is no secret, and its owner must see it."""
    status = STATUS.get(error.code, 400)
    if error.field == "site":
        status = 404
    elif error.field == "token":
        status = 401
    answer = said(refused_frame(error), status=status)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    if error.retry_after_s:
        answer.headers["Retry-After"] = str(int(error.retry_after_s) + 1)
    return answer
