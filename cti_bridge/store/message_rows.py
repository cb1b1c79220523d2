"""Messages, drafts and chats as rows, and back.

PostgreSQL keeps neither NUL nor half of a surrogate pair, and mail brings both: what cannot be
stored becomes U+FFFD, the same on both databases.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cti_bridge.channels.conversation.ports import Attachment, ChatFacts, Email, Message
from cti_bridge.protocol.values import Address, Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row

Values = dict[str, Any]
HEADER_KEPT: Final = 255
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    return text if text.isascii() and "\x00" not in text else _UNSTORABLE.sub("\ufffd", text)


def storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_json(key): storable_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(item) for item in value]
    return value


def header_key(header_id: str) -> str | None:
    """What a Message-ID is found by: itself, or its digest where it is absurdly long."""
    if not header_id:
        return None
    if len(header_id) <= HEADER_KEPT:
        return storable(header_id)
    return "sha256:" + hashlib.sha256(header_id.encode("utf-8", "replace")).hexdigest()


# -- messages ------------------------------------------------------------------------------------


def message_row(message: Message, seq: int) -> Values:
    email = message.email
    return {
        "id": message.id,
        "interaction_id": message.interaction,
        "seq": seq,
        "kind": message.kind,
        "author": message.author,
        "agent_id": message.agent,
        "name": storable(message.name),
        "at": message.at,
        "text": storable(message.text),
        "code": storable(message.code)[:40],
        "attachments": storable_json([_packed(one) for one in message.attachments]) or None,
        "seconds": message.seconds,
        "html": storable(email.html) if email else "",
        "quoted": storable(email.quoted) if email else "",
        **changing(message),
    }


def changing(message: Message) -> Values:
    """The columns that `save` writes over."""
    email = message.email
    return {
        "agent_id": message.agent,
        "delivery": message.delivery,
        "delivery_detail": storable(message.delivery_detail),
        "changed_at": message.changed_at,
        "undo_until": message.undo_until,
        "email": storable_json(_packed_email(email)) if email else None,
        "header_key": header_key(email.header_id) if email else None,
    }


def message_of(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        interaction=row.interaction_id,
        kind=row.kind,
        author=row.author,
        agent=row.agent_id,
        name=row.name,
        at=row.at,
        text=row.text,
        code=row.code,
        delivery=row.delivery,
        delivery_detail=row.delivery_detail,
        changed_at=row.changed_at,
        undo_until=row.undo_until,
        attachments=tuple(Attachment(**one) for one in row.attachments or ()),
        seconds=row.seconds,
        email=None if row.email is None else _email_of(row),
        seq=row.seq,
    )


def blobs_of(message: Message) -> tuple[str, ...]:
    """Everything that comes and goes with the message, its original first."""
    original = message.email.original if message.email else None
    found = [str(original)] if original else []
    return tuple(dict.fromkeys(found + [str(one.blob) for one in message.attachments]))


def _packed(one: Attachment) -> Values:
    return {
        "blob": one.blob,
        "name": one.name,
        "media_type": one.media_type,
        "size": one.size,
        "inline": one.inline,
        "suspicious": one.suspicious,
    }


def _packed_email(email: Email) -> Values:
    return {
        "subject": email.subject,
        "sender": _pair(email.sender) if email.sender else None,
        "to": [_pair(one) for one in email.to],
        "cc": [_pair(one) for one in email.cc],
        "bcc": [_pair(one) for one in email.bcc],
        "recipients": email.recipients,
        "remote_images": email.remote_images,
        "automatic": email.automatic,
        "header_id": email.header_id,
        "in_reply_to": email.in_reply_to,
        "references": list(email.references),
        "mailbox": email.mailbox,
        "original": email.original,
    }


def _email_of(row: Row[Any]) -> Email:
    kept: Values = dict(row.email)
    sender = kept.pop("sender")
    return Email(
        sender=_address(sender) if sender else None,
        to=_addresses(kept.pop("to")),
        cc=_addresses(kept.pop("cc")),
        bcc=_addresses(kept.pop("bcc")),
        html=row.html,
        quoted=row.quoted,
        references=tuple(kept.pop("references")),
        **kept,
    )


def _pair(one: Address) -> list[str]:
    return [one.address, one.name]


def _address(pair: Sequence[str]) -> Address:
    return Address(address=pair[0], name=pair[1])


def _addresses(pairs: Iterable[Sequence[str]]) -> tuple[Address, ...]:
    return tuple(_address(pair) for pair in pairs)


# -- drafts and chats ----------------------------------------------------------------------------


def packed_draft(draft: Draft | None) -> Any:
    return None if draft is None else storable_json(msgspec.to_builtins(draft))


def draft_of(kept: Any) -> Draft | None:
    return None if kept is None else msgspec.convert(kept, Draft)


def chat_row(facts: ChatFacts) -> Values:
    return {
        "interaction_id": facts.interaction,
        "site": facts.site,
        "visitor": storable(facts.visitor),
        "form": storable_json(dict(facts.form)),
        "page": storable(facts.page),
        "language": facts.language,
        "read_to": facts.read_to,
        "agent_read_to": facts.agent_read_to,
        "rating": facts.rating,
        "rating_comment": storable(facts.rating_comment),
        "ended": facts.ended,
    }


def chat_of(row: Row[Any]) -> ChatFacts:
    return ChatFacts(
        interaction=row.interaction_id,
        site=row.site,
        visitor=row.visitor,
        form=row.form,
        page=row.page,
        language=row.language,
        read_to=row.read_to,
        agent_read_to=row.agent_read_to,
        rating=row.rating,
        rating_comment=row.rating_comment,
        ended=row.ended,
    )
