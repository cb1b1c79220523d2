"""What a visitor leaves when nobody can chat: a message, answered by e-mail, or a wish to be
called back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ports import Arrival
from cti_bridge.channels.chat.arriving import (
    language_skills,
    match,
    refusal,
    subject_of,
    vouched_for,
)
from cti_bridge.channels.chat.form import (
    read_form,
    read_id,
    read_language,
    read_text,
    read_visitor,
)
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.conversation.ports import Email, Message
from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import Author, Channel, MessageKind, QueueId
from cti_bridge.telephony.ports import Caller, Number, NumberKind

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.channels.chat import frames
    from cti_bridge.channels.chat.form import Visitor
    from cti_bridge.channels.chat.means import Means
    from cti_bridge.config.values import ChatSite
    from cti_bridge.protocol.vocabulary import InteractionId

FARTHEST: Final = timedelta(days=60)
NEEDED: Final = {"message": ("email", "text"), "callback": ("phone",)}


async def leave(means: Means, site: ChatSite, frame: frames.Leave) -> None:
    """On file when it returns; the same `leave_id` again is the same contact. Raises ChatRefused
    or StoreError."""
    given = read_id(frame.leave_id, "leave_id")
    if frame.kind not in site.offline:
        raise ChatRefused("invalid", field="kind")
    text = read_text(frame.text)
    claims = vouched_for(means, site, frame.identity)
    visitor = read_form(
        frame.form,
        required=NEEDED[frame.kind],
        claims=claims,
        region=means.config.site.region,
        text=text,
    )
    contact = means.sealer.contact_id("leave", site.id, given)
    wake_at = _when(means, frame.at) if frame.kind == "callback" else None
    who = await match(means, read_visitor(frame.visitor), visitor, claims)
    async with means.turns.of(contact):
        # the words first: a contact that is offered without them would say nothing
        if text:
            await means.talk.add(_message(means, contact, frame.kind, visitor, text))
        taken = await means.contacts.arrive(
            Arrival(
                id=contact,
                channel=Channel.EMAIL if frame.kind == "message" else Channel.CALLBACK,
                caller=_caller(frame.kind, visitor),
                queue=QueueId(site.queue),
                at=means.clock.now(),
                subject=subject_of(visitor, text),
                language=read_language(frame.language),
                match=who,
                skills=language_skills(means, read_language(frame.language)),
                wake_at=wake_at,
                call_to=visitor.phone,
            )
        )
    if taken.turned_away:
        raise refusal(means, site, taken)
    means.figures[f"left_{frame.kind}"] += 1


def _when(means: Means, at: datetime | None) -> datetime | None:
    """None: as soon as somebody is there."""
    now = means.clock.now()
    if at is None:
        return None
    if at.tzinfo is None or at > now + FARTHEST:
        raise ChatRefused("invalid", field="at")
    return at if at > now else None


def _caller(kind: str, visitor: Visitor) -> Caller:
    if kind == "callback" and visitor.phone is not None:
        return Caller(number=visitor.phone, display_name=visitor.name[:80])
    number = Number(kind=NumberKind.EMAIL, value=visitor.email)
    return Caller(number=number, display_name=visitor.name[:80])


def _message(
    means: Means, contact: InteractionId, kind: str, visitor: Visitor, text: str
) -> Message:
    email = None
    if kind == "message":
        email = Email(
            subject=subject_of(visitor, text),
            sender=Address(address=visitor.email, name=visitor.name),
        )
    return Message(
        id=means.sealer.message_id("left", contact),
        interaction=contact,
        kind=MessageKind.EMAIL if email else MessageKind.CHAT,
        author=Author.CUSTOMER,
        name=visitor.name,
        at=means.clock.now(),
        text=text,
        email=email,
    )
