"""Links in what strangers write: where they really lead, and whether one must ask first."""

from __future__ import annotations

import html
import ipaddress
import re
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

Kind = Literal["open", "ask", "mail", "call", "refuse"]

MAX_LINK: Final = 2_048  # characters
MAX_FOUND: Final = 2_000  # links of one text
_FOUND: Final = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"']{1,1800})"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24}\b)",
    re.IGNORECASE,
)
_HOST: Final = re.compile(
    r"^(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[a-z]{2,24})(?:[/:?#].*)?$", re.I
)
_TRAIL: Final = ".,;:!?)]}»”’'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`target` is what would be opened, written so that it can be read: the whole address, a
    mail address, or a number. Of "refuse" it is shown and not opened."""

    kind: Kind
    target: str


def judge(href: str, shown: str = "") -> Verdict:
    """What a click on `href`, that says `shown`, may do. Only http, https, mailto and tel are
    opened; a target that is not what it seems is asked about."""
    href = "".join(c for c in href.strip() if c.isprintable())[:MAX_LINK]
    try:
        parts = urlsplit(href)
        host = (parts.hostname or "").lower()
    except ValueError:
        return Verdict(kind="refuse", target=href)
    if parts.scheme == "mailto":
        address = unquote(parts.path).strip()
        return Verdict(kind="mail" if "@" in address else "refuse", target=address)
    if parts.scheme == "tel":
        return Verdict(kind="call", target=unquote(parts.path).strip())
    if parts.scheme not in ("http", "https") or not host:
        return Verdict(kind="refuse", target=href)
    return Verdict(kind="ask" if _doubtful(parts, host, shown) else "open", target=href)


def linkified(text: str) -> str:
    """Plain text as HTML, its addresses as links; nothing of it is taken as HTML."""
    made: list[str] = []
    place = 0
    for found in islice(_FOUND.finditer(text), MAX_FOUND):
        shown = _bare(found[0])
        href = shown if found["url"] else f"mailto:{shown}"
        made.append(html.escape(text[place : found.start()]))
        made.append(f'<a href="{html.escape(href)}">{html.escape(shown)}</a>')
        place = found.start() + len(shown)
    made.append(html.escape(text[place:]))
    return "".join(made)


def _bare(link: str) -> str:
    """Without what ends the sentence; a bracket that was opened in it stays."""
    while link and link[-1] in _TRAIL:
        if link[-1] == ")" and link.count("(") >= link.count(")"):
            break
        link = link[:-1]
    return link


def _doubtful(parts: SplitResult, host: str, shown: str) -> bool:
    """Not what it says, or written so that it cannot be read."""
    named = _HOST.match(shown.strip())
    differs = named is not None and not _same_site(named[1].lower(), host)
    hidden = parts.username is not None or "xn--" in host or not host.isascii()
    return differs or hidden or _is_number(host)


def _same_site(named: str, host: str) -> bool:
    return host == named or host.endswith("." + named) or named.endswith("." + host)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.replace(".", "").isdigit() or host.startswith("0x")
    return True
