"""Which pages may hold a site's chat: an exact list of origins (RFC 6454)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti_bridge.config.values import ChatSite

DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def canonical(url: str) -> str:
    """`scheme://host[:port]` as a browser writes it, or "" where the text is no origin of a web
    page ("null" is none)."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
        host.encode("ascii")  # a browser sends IDNA's xn-- form
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not host or parts.username is not None:
        return ""
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return ""
    shown = f"[{host}]" if ":" in host else host
    usual = port is None or port == DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{shown}" + ("" if usual else f":{port}")


class Origins:
    """Of one site; `own`: the listener's own, where it serves the sample page for the site."""

    def __init__(self, site: ChatSite, own: Iterable[str] = ()) -> None:
        self._allowed = {canonical(one) for one in (*site.origins, *own)} - {""}

    def allow(self, origin: str) -> bool:
        """Compared letter by letter with what a browser sends."""
        return origin in self._allowed
