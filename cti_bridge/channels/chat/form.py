"""What a visitor writes, read once: texts, ids, the form before a chat."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.telephony.numbers import read_number
from cti_bridge.telephony.ports import DialPlan, NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cti_bridge.channels.chat.ports import SiteClaims
    from cti_bridge.telephony.ports import Number

MAX_TEXT: Final = 4000
MAX_ANSWER: Final = 200
MAX_PAGE: Final = 500
ANSWERS: Final = frozenset({"name", "email", "phone", "subject", "text"})
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VISITOR: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-]{1,30})?")
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff9-\uffff]")
_PAGE: Final = re.compile(r"https?://[^\s\"<>\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who a visitor says to be; the site's word goes before the form's."""

    answers: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    email: str = ""
    phone: Number | None = None
    subject: str = ""


def read_form(
    answers: Mapping[str, str],
    *,
    required: Iterable[str] = (),
    claims: SiteClaims | None = None,
    region: str,
    text: str = "",
) -> Visitor:
    """Raises ChatRefused("invalid") with the field that is wrong or missing."""
    if not ANSWERS.issuperset(answers):
        raise ChatRefused("invalid", field="form")
    clean = {name: _answer(name, value) for name, value in answers.items() if value.strip()}
    if claims is not None:
        vouched = {"name": claims.name, "email": claims.email, "phone": claims.phone}
        clean |= {name: value for name, value in vouched.items() if value}
    for name in required:
        if not (text if name == "text" else clean.get(name)):
            raise ChatRefused("invalid", field=name)
    if "email" in clean and not is_email(clean["email"]):
        raise ChatRefused("invalid", field="email")
    return Visitor(
        answers=clean,
        name=clean.get("name", ""),
        email=clean.get("email", "").lower(),
        phone=_phone(clean.get("phone", ""), region),
        subject=clean.get("subject", ""),
    )


def _answer(name: str, value: str) -> str:
    if len(value) > MAX_ANSWER:
        raise ChatRefused("too_large", field=name)
    return " ".join(_CONTROL.sub(" ", value).split())


def _phone(text: str, region: str) -> Number | None:
    if not text:
        return None
    number = read_number(text, DialPlan(region=region))
    if number.kind is not NumberKind.E164:
        raise ChatRefused("invalid", field="phone")
    return number


def is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None and ".." not in text


def read_text(text: str, *, most: int = MAX_TEXT) -> str:
    """Plain text as it is kept: no control characters but the line's end and the tab. Raises
    ChatRefused("too_large")."""
    if len(text) > most:
        raise ChatRefused("too_large", field="text")
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_id(text: str, name: str) -> str:
    """A UUID as the widget writes it; raises ChatRefused("invalid")."""
    if not _ID.fullmatch(text):
        raise ChatRefused("invalid", field=name)
    return text


def read_visitor(text: str) -> str:
    """The browser's random name; "" where it has none, or one that nobody would make."""
    return text if _VISITOR.fullmatch(text) else ""


def read_language(text: str) -> str:
    """The primary subtag (RFC 5646) in lower case, or ""."""
    found = _LANGUAGE.fullmatch(text)
    return found[1].lower() if found else ""


def read_page(text: str) -> str:
    """The address of the page, without what may be secret in it; or ""."""
    address = text[:MAX_PAGE].partition("#")[0].partition("?")[0]
    return address if _PAGE.fullmatch(address) else ""
