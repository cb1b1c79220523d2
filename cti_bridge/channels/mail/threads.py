"""Which contact a mail belongs to: by its references, by a token, by subject and sender."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cti_bridge.customers.text import fold
from cti_bridge.protocol.vocabulary import InteractionId

if TYPE_CHECKING:
    from collections.abc import Iterable

MAC_BYTES: Final = 8
SUBJECT_DAYS: Final = 14
_PREFIX: Final = re.compile(
    r"^\s*(?:re|rv|fw|fwd|aw|wg|sv|vs|antw|tr|res|enc|odp|rif|r|i)\s{0,2}(?:\[\d{1,3}\]|\(\d{1,3}\)"
    r"|\*\d{1,3})?\s{0,2}:\s*",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(r"\+t-([a-z2-7]{30,60})@")
_IN_ID: Final = re.compile(r"^ficha\.([a-z2-7]{30,60})\.")


class Tokens:
    """Names a contact in an address or a Message-ID so that nobody can make one up."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"ficha mail token\0" + secret.encode()).digest()

    def of(self, interaction: InteractionId) -> str:
        """39 letters and digits, whatever their case; "" for an id that is no UUID."""
        try:
            name = UUID(interaction).bytes
        except ValueError:
            return ""
        return base64.b32encode(name + self._mac(name)).decode().rstrip("=").lower()

    def read(self, token: str) -> InteractionId | None:
        try:
            data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except (binascii.Error, ValueError):
            return None
        name, mac = data[:16], data[16:]
        if len(name) != 16 or not hmac.compare_digest(mac, self._mac(name)):
            return None
        return InteractionId(str(UUID(bytes=name)))

    def _mac(self, name: bytes) -> bytes:
        return hmac.digest(self._key, name, "sha256")[:MAC_BYTES]

    def in_ids(self, ids: Iterable[str]) -> InteractionId | None:
        """Of a Message-ID of ours, the newest that bears one."""
        return self._first(_IN_ID.match(one) for one in reversed(tuple(ids)))

    def in_addresses(self, addresses: Iterable[str]) -> InteractionId | None:
        return self._first(_IN_ADDRESS.search(one) for one in addresses)

    def _first(self, found: Iterable[re.Match[str] | None]) -> InteractionId | None:
        for match in found:
            if match and (interaction := self.read(match[1])):
                return interaction
        return None


def plus(address: str, token: str) -> str:
    """`help@example.com` → `help+t-…@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+t-{token}@{domain}" if token and len(local) <= 20 else address


def without_plus(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if "+t-" in local else address


def bare_subject(subject: str) -> str:
    """Without `Re:`, `RV:`, `AW:` … however many."""
    for _ in range(20):
        shorter = _PREFIX.sub("", subject, count=1)
        if shorter == subject:
            break
        subject = shorter
    return subject.strip()


def is_reply(subject: str) -> bool:
    return bool(_PREFIX.match(subject))


def subject_key(subject: str) -> str:
    """The same for a subject and its replies; "" for one that says too little to go by."""
    folded = " ".join(fold(bare_subject(subject)).split())
    return hashlib.sha256(folded.encode()).hexdigest()[:40] if len(folded) >= 4 else ""
