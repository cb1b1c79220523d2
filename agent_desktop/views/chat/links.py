"""Addresses in what people write: found, never fetched, opened when a person asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ADDRESS: Final = 2_000
_FOUND: Final = re.compile(
    r"(?P<web>\bhttps?://[^\s<>\"'\x00-\x20]{1,2000}|\bwww\.[^\s<>\"']{2,2000})"
    r"|(?P<mail>\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})",
    re.IGNORECASE,
)
_TAIL: Final = ".,;:!?…)]}»”'*"  # of the sentence, not of the address
_DIRECTION: Final = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
)


def plain(text: str) -> str:
    """Without the invisible characters that turn the direction of a line: what is shown is what
    stands there."""
    return text.translate(_DIRECTION)


def parts(text: str) -> Iterator[tuple[str, str]]:
    """(words, target) in order; the target is "" for words that lead nowhere, else an `http:`,
    `https:` or `mailto:` address."""
    at = 0
    for found in _FOUND.finditer(text):
        shown = found.group()
        shown = _trimmed(shown)
        target = _target(shown, mail=found["mail"] is not None)
        if not target:
            continue
        if found.start() > at:
            yield text[at : found.start()], ""
        yield shown, target
        at = found.start() + len(shown)
    if at < len(text):
        yield text[at:], ""


def _trimmed(shown: str) -> str:
    while shown and shown[-1] in _TAIL:
        if shown[-1] == ")" and shown.count("(") >= shown.count(")"):
            break  # …/wiki/Bilbao_(band)
        shown = shown[:-1]
    return shown


def _target(shown: str, *, mail: bool) -> str:
    if mail:
        return f"mailto:{shown}"
    address = shown if shown.lower().startswith("http") else f"https://{shown}"
    return address if is_web(address) else ""


def is_web(address: str) -> bool:
    """Whether it may be opened in a browser: http or https, with a host, without a user."""
    if len(address) > MAX_ADDRESS:
        return False
    try:
        split = urlsplit(address)
    except ValueError:
        return False
    return split.scheme in ("http", "https") and bool(split.hostname) and "@" not in split.netloc
