"""The widget's files and the sample page: read once, from a closed list."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from pathlib import Path

KINDS: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
}
MAX_BYTES: Final = 1024 * 1024
CACHE: Final = "public, max-age=300"
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self' ws: wss:; media-src 'self' data: blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_WORTH_SHRINKING: Final = 1024


@dataclass(frozen=True, slots=True)
class StaticFile:
    data: bytes
    small: bytes | None  # by gzip, where that is shorter
    kind: str
    tag: str

    def answer(self, request: web.Request) -> web.Response:
        headers = {
            "Cache-Control": CACHE,
            "ETag": self.tag,
            "Vary": "Accept-Encoding",
            # any page may load the widget; which of them may chat is asked by their origin
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if self.kind.startswith("text/html"):
            headers["Content-Security-Policy"] = PAGE_POLICY
        if self.tag in (request.headers.get("If-None-Match") or ""):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = self.kind
        if self.small is not None and "gzip" in (request.headers.get("Accept-Encoding") or ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=self.small, headers=headers)
        return web.Response(body=self.data, headers=headers)


def read_files(folder: Path, *, demo: bool, site: str) -> dict[str, StaticFile]:
    """By the path that they are asked for; `{{site}}` in the page becomes the site's id."""
    found: dict[str, StaticFile] = {}
    for file in sorted([*folder.glob("*"), *folder.glob("widget/*")]):
        kind = KINDS.get(file.suffix)
        if kind is None or not _NAME.fullmatch(file.name) or not file.is_file():
            continue
        if file.parent == folder and file.name != "widget.js" and not demo:
            continue
        data = file.read_bytes()[:MAX_BYTES]
        if file.suffix == ".html":
            data = data.replace(b"{{site}}", site.encode())
        found[f"/{file.relative_to(folder).as_posix()}"] = _static(data, kind)
    if "/demo.html" in found:
        found["/demo"] = found["/demo.html"]
    return found


def _static(data: bytes, kind: str) -> StaticFile:
    small = gzip.compress(data, 9, mtime=0) if len(data) > _WORTH_SHRINKING else None
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    return StaticFile(data, small if small and len(small) < len(data) else None, kind, tag)
