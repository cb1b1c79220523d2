"""E-mail addresses as people type them, and whom a reply goes to."""

from __future__ import annotations

import re
from email.utils import getaddresses
from typing import TYPE_CHECKING, Final, Literal

from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import Author

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti_bridge.protocol.values import MessageView

Mode = Literal["new", "reply", "reply_all", "forward"]

MAX_RECIPIENTS: Final = 100  # of one field
MAX_SUBJECT: Final = 400  # characters
# RFC 5321 4.5.3.1: 64 before the sign, 254 altogether. Quoted local parts are not typed by people.
_LOCAL: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~\-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~\-]+)*"
_LABEL: Final = r"[^\W_]([^\W_]|-)*"
_ADDRESS: Final = re.compile(rf"(?P<local>{_LOCAL})@({_LABEL}\.)+{_LABEL}", re.IGNORECASE)
_PREFIX: Final = re.compile(
    r"^\s*(re|rv|res|aw|sv|fw|fwd|wg|enc|tr)(\[\d+\])?\s*:\s*", re.IGNORECASE
)
_REPLY: Final = re.compile(r"^\s*(re|res|aw|sv)(\[\d+\])?\s*:", re.IGNORECASE)


def valid(address: str) -> bool:
    """Whether mail can be sent to it, as far as its shape tells."""
    found = _ADDRESS.fullmatch(address)
    return found is not None and len(address) <= 254 and len(found["local"]) <= 64


def parse(text: str) -> tuple[Address, ...]:
    """ "Ana Gil <ana@gil.es>; b@c.es" → two; what is no address stands as it was typed."""
    flat = re.sub(r"[;\n\r\t]+", ",", text)
    found: list[Address] = []
    for name, address in getaddresses([flat]):
        typed = address.strip() or name.strip()
        if typed:
            shown = name.strip() if address.strip() else ""
            found.append(Address(address=typed.lower(), name=shown))
    return unique(found)[:MAX_RECIPIENTS]


def unique(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Each address once, where it stood first."""
    by_address: dict[str, Address] = {}
    for one in addresses:
        by_address.setdefault(one.address.lower(), one)
    return tuple(by_address.values())


def spoken(address: Address) -> str:
    """ "Ana Gil <ana@gil.es>"."""
    return f"{address.name} <{address.address}>" if address.name else address.address


def recipients(
    message: MessageView, mode: Mode, own: frozenset[str]
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """To and Cc of an answer to `message`; `own` are our mailboxes, which get none."""
    if mode in ("new", "forward"):
        return (), ()
    from_us = message.author is not Author.CUSTOMER
    first = message.to if from_us else tuple(a for a in (message.sender,) if a is not None)
    if mode == "reply":
        return unique(_others(first, own) or first)[:MAX_RECIPIENTS], ()
    to = unique(_others(first if from_us else (*first, *message.to), own))
    taken = {a.address for a in to}
    cc = unique(a for a in _others(message.cc, own) if a.address not in taken)
    return (to or unique(first))[:MAX_RECIPIENTS], cc[:MAX_RECIPIENTS]


def _others(addresses: Iterable[Address], own: frozenset[str]) -> tuple[Address, ...]:
    return tuple(a for a in addresses if a.address.lower() not in own)


def subject_of(subject: str, mode: Mode) -> str:
    """With one "Re:" or "Fwd:" before it, however many there were."""
    if mode == "new":
        return subject[:MAX_SUBJECT]
    if mode != "forward" and _REPLY.match(subject):
        return subject[:MAX_SUBJECT]
    bare = bare_subject(subject)
    return f"{'Fwd' if mode == 'forward' else 'Re'}: {bare}"[:MAX_SUBJECT]


def bare_subject(subject: str) -> str:
    """Without any "Re:", "RV:", "Fwd:" before it."""
    bare = subject.strip()
    while found := _PREFIX.match(bare):
        bare = bare[found.end() :]
    return bare.strip()
