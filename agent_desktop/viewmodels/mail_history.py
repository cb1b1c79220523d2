"""Where the new words of an HTML mail end and what it quotes begins.

The bridge leaves `class="quote"` and `id="quote"` of the elements that mail programs put history
into; others are known by their shape: the blockquote of Apple Mail and Thunderbird, the divider
with From, Sent, To and Subject of Outlook.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agent_desktop.viewmodels.mail_html import MAX_TAGS, TAG, VOID

LOOKED_AT: Final = 3_000  # characters in which a divider's labels must stand
MAX_DIVIDERS: Final = 100
"""Lines of a mail that are read for a divider: what stands below each costs a look at LOOKED_AT
characters, and a mail may have a line for every four."""
MAX_INTRO: Final = 300
_SPACES: Final = re.compile(r"[\s\xa0]+")
_MARKED: Final = re.compile(r"\s(class|id)=\"quote\"", re.IGNORECASE)
_CITE: Final = re.compile(r"\stype=\"?cite\b", re.IGNORECASE)
_DIVIDER: Final = re.compile(r"border-top\s*:[^;\"']*\bsolid\b", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    {"p", "div", "table", "tr", "td", "ul", "ol", "li", "blockquote", "pre", "section", "hr", "br"}
)
_INTRO: Final = re.compile(
    r"\W{0,3}(?:on|el|le|am|em|il|op)\s.{3,280}:", re.IGNORECASE | re.DOTALL
)
_FROM: Final = re.compile(r"\W{0,4}(?:from|de|von|da|van)\s?:", re.IGNORECASE)
_LABELS: Final = (
    re.compile(
        r"\b(?:sent|date|enviado(?: el)?|fecha|gesendet|datum|envoyé|enviada(?: em)?|data|inviato"
        r"|verzonden)\s?:",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:to|para|an|à|a|aan|cc)\s?:", re.IGNORECASE),
    re.compile(r"\b(?:subject|asunto|betreff|objet|assunto|oggetto|onderwerp)\s?:", re.IGNORECASE),
)


@dataclass(slots=True)
class _Line:
    """What stands between two breaks, and where it begins within which elements."""

    at: int = 0
    within: tuple[str, ...] = ()  # opening tags
    text: str = ""


@lru_cache(maxsize=32)
def split_history(html: str) -> tuple[str, str]:
    """What is new, and the history below it, each a whole of its own. Nothing is folded where
    there is nothing new, or where an answer stands below or between what is quoted."""
    line, before = _Line(), _Line()
    within: list[str] = []
    place = dividers = 0
    for count, found in enumerate(TAG.finditer(html)):
        line.text += _words(html[place : found.start()], MAX_INTRO + 1 - len(line.text))
        place = found.end()
        name, closing = found[2].lower(), bool(found[1])
        dividers += not closing and _divides(found, name)
        looked = dividers <= MAX_DIVIDERS
        if not closing and (kind := _quotes(html, found, name, dividers=looked)):
            cut = line if line.text.strip() else before
            if kind != "element" or not _introduces(cut.text):
                cut = _Line(at=found.start(), within=tuple(within))
            if kind == "element" and _goes_on(html, found.start()):
                return html, ""
            return _parted(html, cut)
        if name in _BLOCKS:
            before = line if line.text.strip() else before
            at = found.end() if closing or name in VOID else found.start()
            line = _Line(at=at, within=_after(within, found, name, closing=closing))
        _step(within, found, name, closing=closing)
        if count > MAX_TAGS:
            break
    return html, ""


def _step(within: list[str], found: re.Match[str], name: str, *, closing: bool) -> None:
    if closing and within:
        within.pop()  # sanitised HTML closes what it opens, in order
    elif not closing and name not in VOID:
        within.append(found[0])


def _after(
    within: list[str], found: re.Match[str], name: str, *, closing: bool
) -> tuple[str, ...]:
    """Within which elements the line begins that this break begins."""
    return tuple(within[:-1]) if closing else tuple(within)


def _divides(found: re.Match[str], name: str) -> bool:
    return name == "hr" or (name == "div" and _DIVIDER.search(found[3]) is not None)


def _quotes(html: str, found: re.Match[str], name: str, *, dividers: bool = True) -> str:
    """ "element": this one is history; "rest": all from here on; "": neither."""
    mark = _MARKED.search(found[3])
    if mark is not None:
        return "rest" if mark[1].lower() == "id" else "element"
    if name == "blockquote" and _CITE.search(found[3]):
        return "element"
    if dividers and _divides(found, name):
        said = _words(html[found.end() : found.end() + LOOKED_AT], LOOKED_AT)
        if _FROM.match(said) and sum(bool(one.search(said)) for one in _LABELS) >= 2:
            return "rest"
    return ""


def _introduces(text: str) -> bool:
    """ "On …, Ana wrote:" in the line above."""
    return len(text) <= MAX_INTRO and _INTRO.fullmatch(text.strip()) is not None


def _goes_on(html: str, at: int) -> bool:
    """Whether words stand below the quoted elements from here on, or between them."""
    depth = place = dividers = 0
    for found in TAG.finditer(html, at):
        if not depth and place and _words(html[place : found.start()], LOOKED_AT).strip():
            return True
        place = found.end()
        name, closing = found[2].lower(), bool(found[1])
        if name in VOID:
            continue
        if closing:
            depth = max(0, depth - 1)
        else:
            dividers += _divides(found, name)
            looked = dividers <= MAX_DIVIDERS
            depth += bool(depth or _quotes(html, found, name, dividers=looked))
    return bool(not depth and place and _words(html[place:], LOOKED_AT).strip())


def _parted(html: str, cut: _Line) -> tuple[str, str]:
    fresh = html[: cut.at]
    if "<img" not in fresh and not _words(TAG.sub(" ", fresh), len(fresh)).strip():
        return html, ""
    closed = "".join(f"</{TAG.match(one)[2]}>" for one in reversed(cut.within))  # type: ignore[index]  # each is a tag
    return fresh + closed, "".join(cut.within) + html[cut.at :]


def _words(html: str, most: int) -> str:
    """Of a piece of HTML, at most so many characters; tags and entities are read."""
    if most <= 0:
        return ""
    return _SPACES.sub(" ", entities.unescape(TAG.sub(" ", html)))[:most]
