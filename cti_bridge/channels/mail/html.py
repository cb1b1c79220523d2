"""HTML of strangers made harmless: nothing runs, nothing is fetched, nothing leaves its place.

Images of other servers become `remote:URL`, which no reader loads by itself; `cid:` ones stay. Of
classes and ids one is left, "quote", on what mail programs put the history of a mail into.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Final

import nh3

MAX_HTML: Final = 300_000  # characters that are looked at
MAX_DEPTH: Final = 150  # of nested tags; deeper ones lose their tags
MAX_DATA_IMAGE: Final = 262_144
MAX_SIDE: Final = 4000  # pixels that an image may claim
TAGS: Final = {
    "a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figure", "figcaption", "font",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "q", "s", "samp", "section", "article", "small", "span", "strike", "strong", "sub",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
GONE: Final = {
    "script", "style", "title", "template", "noscript", "iframe", "object", "embed", "applet",
    "svg", "math", "textarea", "select", "audio", "video", "canvas", "frameset", "noframes",
    "noembed", "xmp", "plaintext", "map",
}  # fmt: skip
ATTRIBUTES: Final = {
    "*": {"style", "dir", "lang", "title", "align", "valign"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing", "bgcolor", "width"},
    "td": {"colspan", "rowspan", "bgcolor", "width", "height"},
    "th": {"colspan", "rowspan", "bgcolor", "width", "height"},
    "tr": {"bgcolor"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "blockquote": {"type", "class", "id"},
    "div": {"class", "id"},
    "hr": {"size", "width"},
}
STYLES: Final = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color",
    "border-left", "border-right", "border-style", "border-top", "border-width", "color",
    "direction", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight",
    "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left",
    "margin-right", "margin-top", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "text-align", "text-decoration", "text-indent", "text-transform",
    "vertical-align", "white-space", "width",
}  # fmt: skip
SCHEMES: Final = {"http", "https", "mailto", "tel", "cid", "data"}
QUOTE: Final = "quote"
QUOTES: Final = {
    "gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote",
    "tutanota_quote", "zmail_extra", "ms-outlook-mobile-reference-message",
}  # fmt: skip
"""Classes of elements that hold what is quoted."""
QUOTED_FROM: Final = {
    "divrplyfwdmsg", "appendonsend", "olk_src_body_section", "reply-intro",
    "mail-editor-reference-message-container",
}  # fmt: skip
"""Ids of elements from which on all is quoted; small letters."""
_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE: Final = re.compile(r"https?://", re.IGNORECASE)
_DATA: Final = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp|bmp);base64,", re.IGNORECASE)
_UNSAFE_STYLE: Final = re.compile(r"url\s*\(|expression|@import|\\|javascript:", re.IGNORECASE)
_NUMBERS: Final = {"width", "height", "colspan", "rowspan", "span", "size", "cellpadding",
                   "cellspacing", "border", "start"}  # fmt: skip
_BARE: Final = re.compile(r"&(?!(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])")
_BY_ITSELF: Final = {
    "br", "hr", "img", "col", "input", "meta", "link", "area", "base", "wbr", "param",
    "p", "li", "td", "th", "tr", "dd", "dt", "tbody", "thead", "tfoot", "option",
}  # fmt: skip


def sanitise(html: str) -> tuple[str, int]:
    """What may be shown, and how many images of other servers are in it."""
    remote = 0

    def attribute(tag: str, name: str, value: str) -> str | None:
        nonlocal remote
        if tag == "img" and name == "src":
            source = _image(value)
            remote += bool(source and source.startswith("remote:"))
            return source
        return _attribute(name, value)

    cleaned = nh3.clean(
        _flattened(_BARE.sub("&amp;", html[:MAX_HTML].replace("\x00", ""))[:MAX_HTML]),
        tags=TAGS,
        clean_content_tags=GONE,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=SCHEMES,
        filter_style_properties=STYLES,
        link_rel="noopener noreferrer",
        url_relative="deny",
    )
    return cleaned, remote


def _flattened(html: str) -> str:
    """Without the tags that are nested deeper than `MAX_DEPTH`: they end many a renderer, and
    the sanitiser's time grows with the square of them.

    Counted by name, as misplaced closing tags close nothing; those that HTML closes by itself
    cannot pile up.
    """
    opened: Counter[str] = Counter()
    depth = begin = 0
    parts: list[str] = []
    for found in _TAG.finditer(html):
        name = found[2].casefold()
        if name in _BY_ITSELF:
            continue
        if found[1]:
            depth -= opened[name] > 0
            opened[name] -= opened[name] > 0
        elif depth < MAX_DEPTH:
            opened[name] += 1
            depth += 1
        elif found.start() >= begin:
            parts.append(html[begin : found.start()])
            begin = (html.find(">", found.end(), found.end() + 2000) + 1) or found.end()
    return "".join((*parts, html[begin:]))


def _image(value: str) -> str | None:
    value = value.strip()
    if value[:4].casefold() == "cid:":
        return "cid:" + value[4:][:300]
    if _REMOTE.match(value):
        return f"remote:{value[:2000]}"
    if _DATA.match(value) and len(value) <= MAX_DATA_IMAGE:
        return value
    return None


def _attribute(name: str, value: str) -> str | None:
    if name == "class":
        return QUOTE if QUOTES.intersection(value[:300].split()) else None
    if name == "id":
        # of a copy of a mail in a mail Outlook writes x_divRplyFwdMsg
        return QUOTE if value.strip()[:60].casefold().removeprefix("x_") in QUOTED_FROM else None
    if name == "href":
        return value[:2000] if _LINK.match(value.strip()) else None
    if name == "style":
        return None if _UNSAFE_STYLE.search(value) else value[:2000]
    if name in _NUMBERS:
        number = value.strip().rstrip("%px")
        return value if number.isdecimal() and int(number[:6]) <= MAX_SIDE else None
    return value[:300]


BLOCKS: Final = {
    "p", "div", "table", "tr", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5",
    "h6", "section", "article", "dl", "dt", "dd", "hr", "figure", "center",
}  # fmt: skip
SPACED: Final = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "ul", "ol"}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._links: list[str] = []
        self._begin = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self.out.append("\n")
        elif tag == "img":
            self.out.append(f" {given.get('alt') or ''} ")
        elif tag == "li":
            self.out.append("\n• ")
        elif tag in ("td", "th"):
            self.out.append(" ")
        elif tag == "a":
            self._links.append(given.get("href") or "")
            self._begin = len(self.out)
        elif tag in BLOCKS:
            self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            link, said = self._links.pop(), "".join(self.out[self._begin :])
            if link.startswith("http") and link.rstrip("/") not in said and said.strip():
                self.out.append(f" ({link})")
        elif tag in BLOCKS:
            self._block(tag)

    def handle_data(self, data: str) -> None:
        self.out.append(re.sub(r"[ \t\r\n\xa0]+", " ", data))

    def _block(self, tag: str) -> None:
        self.out.append("\n\n" if tag in SPACED else "\n")


def text_of_html(cleaned: str) -> str:
    """The words of HTML that `sanitise` has made, with its lines and its links' targets."""
    reader = _Text()
    reader.feed(cleaned)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.out).split("\n")]
    text: list[str] = []
    for line in lines:
        if line or (text and text[-1]):
            text.append(line)
    return "\n".join(text).strip()
