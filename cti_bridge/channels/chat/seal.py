"""What the bridge signs so that it need not remember it: tokens, names of files, contact ids.

HMAC-SHA256 (RFC 2104), with one key for each purpose, so that what was signed as one thing can
never be shown as another.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

import msgspec

from cti_bridge.channels.conversation.ports import Attachment
from cti_bridge.protocol.vocabulary import BlobId, InteractionId, MessageId

if TYPE_CHECKING:
    from datetime import datetime

T = TypeVar("T")
TOKEN_SECONDS: Final = 24 * 3600
MAX_SEALED: Final = 1024  # characters; ours have 300 at most


class BadSeal(Exception):
    """Not ours, of something else, or not whole."""


class Expired(BadSeal):
    """Ours, and too old."""


class _Ticket(msgspec.Struct, frozen=True, array_like=True):
    chat: str
    site: str
    expires: int  # seconds since 1970


class _File(msgspec.Struct, frozen=True, array_like=True):
    chat: str
    blob: str
    name: str
    media_type: str
    size: int
    suspicious: str = ""


class Sealer:
    """Signs with keys that are made of one secret."""

    def __init__(self, secret: bytes) -> None:
        self._keys: dict[str, bytes] = {}
        self.rekey(secret)

    def rekey(self, secret: bytes) -> None:
        """What was signed before is no longer ours."""
        self._keys = {
            purpose: hmac.digest(secret, f"ficha {purpose}".encode(), "sha256")
            for purpose in ("session", "file", "id")
        }

    def token(self, chat: InteractionId, site: str, now: datetime) -> str:
        """The key to one chat, for a day."""
        ticket = _Ticket(chat, site, int(now.timestamp()) + TOKEN_SECONDS)
        return self._seal("session", msgspec.json.encode(ticket))

    def open_token(self, token: str, site: str, now: datetime) -> InteractionId:
        """The chat that it opens; raises BadSeal."""
        ticket = self._open("session", token, _Ticket)
        if ticket.site != site:
            raise BadSeal
        if ticket.expires <= now.timestamp():
            raise Expired
        return InteractionId(ticket.chat)

    def file(self, chat: InteractionId, attachment: Attachment) -> str:
        """The name by which this chat, and no other, may send and fetch a file."""
        sealed = _File(
            chat,
            attachment.blob,
            attachment.name,
            attachment.media_type,
            attachment.size,
            attachment.suspicious,
        )
        return self._seal("file", msgspec.json.encode(sealed))

    def open_file(self, chat: InteractionId, name: str) -> Attachment:
        """Raises BadSeal."""
        sealed = self._open("file", name, _File)
        if sealed.chat != chat:
            raise BadSeal
        return Attachment(
            blob=BlobId(sealed.blob),
            name=sealed.name,
            media_type=sealed.media_type,
            size=sealed.size,
            suspicious=sealed.suspicious,
        )

    def contact_id(self, kind: str, site: str, given: str) -> InteractionId:
        """The same for the same: a browser that asks twice has one chat. Nobody who knows a
        chat's id can find out what was given."""
        return InteractionId(self._uuid(kind, site, given))

    def message_id(self, kind: str, chat: InteractionId) -> MessageId:
        return MessageId(self._uuid(kind, chat))

    def _uuid(self, *parts: str) -> str:
        """Version 8 (RFC 9562 section 5.8)."""
        digest = hmac.digest(self._keys["id"], "\0".join(parts).encode(), hashlib.sha256)
        value = int.from_bytes(digest[:16])
        value = value & ~(0xF << 76) | 0x8 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return str(UUID(int=value))

    def _seal(self, purpose: str, payload: bytes) -> str:
        mark = hmac.digest(self._keys[purpose], payload, "sha256")
        return f"{_text(payload)}.{_text(mark)}"

    def _open(self, purpose: str, sealed: str, kind: type[T]) -> T:
        if len(sealed) > MAX_SEALED or not sealed.isascii():
            raise BadSeal
        payload_text, _dot, mark_text = sealed.partition(".")
        payload, mark = unpadded(payload_text), unpadded(mark_text)
        if not hmac.compare_digest(hmac.digest(self._keys[purpose], payload, "sha256"), mark):
            raise BadSeal
        try:
            return msgspec.json.decode(payload, type=kind)
        except msgspec.DecodeError as error:  # signed by a bridge of another version
            raise BadSeal from error


def unpadded(text: str) -> bytes:
    """base64url without its padding (RFC 7515 section 2); raises BadSeal where it is anything
    else, or could be written in another way."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError) as error:
        raise BadSeal from error
    if _text(data) != text:
        raise BadSeal
    return data


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
