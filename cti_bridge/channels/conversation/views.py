"""Messages as the desktops see them: bounded, whatever came in. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cti_bridge.channels.conversation.ports import SHOWN
from cti_bridge.protocol.values import Address, AttachmentView, MessageView
from cti_bridge.protocol.vocabulary import Author, Delivery, MessageKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.channels.conversation.ports import Attachment, Email, Message

WHOLE: Final = 2_000_000
"""Bytes of the texts of one message that is opened by itself."""
PAGE: Final = 1024 * 1024
"""Bytes of the messages of one frame; the rest is asked for."""
ADDRESSES: Final = 50
MAX_ATTACHMENTS: Final = 100
MAX_LINE: Final = 1_000

_encoder: Final = msgspec.json.Encoder()


def message_view(message: Message, *, whole: bool = False) -> MessageView:
    """Of a list: texts of 20,000 characters at most, and no half of an HTML; `cut` says so."""
    email = message.email
    parts = _Texts(message.text, email)
    cut = parts.limit(WHOLE if whole else None)
    return MessageView(
        message_id=message.id,
        interaction_id=message.interaction,
        kind=message.kind,
        author=message.author,
        at=message.at,
        name=message.name,
        text=parts.text,
        code=message.code,
        delivery=message.delivery,
        delivery_detail=message.delivery_detail[:MAX_LINE],
        changed_at=message.changed_at,
        undo_until=message.undo_until,
        attachments=tuple(map(attachment_view, message.attachments[:MAX_ATTACHMENTS])),
        html=parts.html,
        quoted=parts.quoted,
        cut=cut,
        seconds=message.seconds,
        **(_of_email(email, whole=whole) if email else {}),
    )


def page_view(messages: Sequence[Message]) -> tuple[tuple[MessageView, ...], bool]:
    """The newest of them that one frame holds, oldest first; and whether some were left out."""
    room, views = PAGE, list[MessageView]()
    for message in reversed(messages):
        view = message_view(message)
        room -= len(_encoder.encode(view))
        if views and room < 0:
            return tuple(reversed(views)), True
        views.append(view)
    return tuple(reversed(views)), False


def settled(messages: Sequence[Message], *, got: int, read: int) -> list[Message]:
    """What an agent said in a chat, as far as the customer's marks go: those are not stored with
    each message."""
    return [_settled(message, got, read) for message in messages]


def _settled(message: Message, got: int, read: int) -> Message:
    ours = message.author is Author.AGENT and message.kind is MessageKind.CHAT
    if not ours or message.delivery not in (Delivery.SENT, Delivery.DELIVERED):
        return message
    if message.seq <= read:
        return replace(message, delivery=Delivery.READ)
    return replace(message, delivery=Delivery.DELIVERED) if message.seq <= got else message


def attachment_view(one: Attachment) -> AttachmentView:
    return AttachmentView(
        blob_id=one.blob,
        name=one.name,
        media_type=one.media_type,
        size=one.size,
        inline=one.inline,
        suspicious=one.suspicious,
    )


def _of_email(email: Email, *, whole: bool) -> dict[str, Any]:
    return {
        "subject": email.subject[:MAX_LINE],
        "sender": _address(email.sender) if email.sender else None,
        "to": tuple(map(_address, email.to[:ADDRESSES])),
        "cc": tuple(map(_address, email.cc[:ADDRESSES])),
        "recipients": email.recipients or len(email.to) + len(email.cc),
        "remote_images": email.remote_images,
        "automatic": email.automatic,
        "original": email.original if whole else None,
    }


def _address(one: Address) -> Address:
    return Address(address=one.address[:320], name=one.name[:200])


class _Texts:
    def __init__(self, text: str, email: Email | None) -> None:
        self.text = text
        self.html = email.html if email else ""
        self.quoted = email.quoted if email else ""

    def limit(self, total: int | None) -> bool:
        """To `total` bytes together, or each to what a list shows; whether anything went."""
        before = self.text, self.html, self.quoted
        if total is None:
            self.text, self.quoted = self.text[:SHOWN], self.quoted[:SHOWN]
            self.html = self.html if len(self.html) <= SHOWN else ""
        else:
            self.text = _bytes(self.text, total)
            total -= len(self.text.encode())
            self.html = self.html if len(self.html.encode()) <= total else ""
            self.quoted = _bytes(self.quoted, total - len(self.html.encode()))
        return before != (self.text, self.html, self.quoted)


def _bytes(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")
