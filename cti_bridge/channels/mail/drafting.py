"""From an agent's draft to the entry of the conversation and the bytes that go out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace as struct_replace

from cti_bridge.channels.conversation.ports import Email, Message
from cti_bridge.channels.mail.compose import File, Letter, Quoted, compose
from cti_bridge.channels.mail.headers import MAX_NAME, MAX_SUBJECT, address_of, line
from cti_bridge.channels.mail.threads import plus
from cti_bridge.customers.text import clean_text
from cti_bridge.ids import new_id
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import Author, Delivery, MessageKind, RefusalCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cti_bridge.channels.conversation.ports import Attachment, Blobs, MessageStore
    from cti_bridge.channels.mail.ports import Journal
    from cti_bridge.channels.mail.threads import Tokens
    from cti_bridge.config.values import Mailbox, Queue
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.values import Draft
    from cti_bridge.protocol.vocabulary import InteractionId, MessageId

MAX_RECIPIENTS: Final = 100
MAX_TEXT: Final = 500_000
MAX_FILES: Final = 50
MAX_BYTES: Final = 35 * 1024 * 1024  # of all files together, before base64


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An e-mail that is ready: its entry, whom the envelope names, and its bytes."""

    message: Message
    recipients: tuple[str, ...]
    data: bytes


class Desk:
    """Makes e-mails; `write` raises CommandRefused for a draft that cannot go out."""

    def __init__(
        self,
        *,
        journal: Journal,
        store: MessageStore,
        blobs: Blobs,
        tokens: Tokens,
        bridge: str,
        site: str,
    ) -> None:
        self._journal, self._store, self._blobs = journal, store, blobs
        self._tokens, self._bridge, self._site = tokens, bridge, site

    async def write(
        self,
        *,
        actor: Actor,
        interaction: InteractionId,
        message_id: MessageId,
        draft: Draft,
        box: Mailbox,
        queue: Queue,
        at: datetime,
        undo_until: datetime | None,
    ) -> Written:
        draft = checked(draft)
        answered = await self._answered(draft, interaction)
        files = await self._files(draft, interaction)
        email = self._email(draft, answered, box, interaction)
        letter = Letter(
            sender=sender_of(box, queue, self._site),
            reply_to=self._reply_to(box, interaction),
            to=draft.to,
            cc=draft.cc,
            subject=draft.subject,
            text=draft.text,
            signature=queue.signed(actor.name),
            quoted=_quoted(answered, draft),
            files=tuple([await self._file(one) for one in files]),
            header_id=email.header_id,
            in_reply_to=email.in_reply_to,
            references=email.references,
            at=at,
            language=queue.language or "es",
            bridge=self._bridge,
        )
        message = Message(
            id=message_id,
            interaction=interaction,
            kind=MessageKind.EMAIL,
            author=Author.AGENT,
            agent=actor.agent_id,
            name=actor.name,
            at=at,
            text=draft.text,
            delivery=Delivery.UNDOABLE if undo_until else Delivery.SENDING,
            undo_until=undo_until,
            attachments=files,
            email=email,
        )
        return Written(message=message, recipients=_envelope(draft), data=_composed(letter))

    def header_id(self, box: Mailbox, interaction: InteractionId | None) -> str:
        """A Message-ID of ours; it names the contact, in a way that nobody can make up."""
        token = self._tokens.of(interaction) if interaction else ""
        unique = new_id().replace("-", "")
        domain = box.address.rpartition("@")[2].encode("idna").decode()
        return f"ficha.{token}.{unique}@{domain}" if token else f"ficha.{unique}@{domain}"

    def _reply_to(self, box: Mailbox, interaction: InteractionId) -> str:
        return plus(box.address, self._tokens.of(interaction)) if box.plus_addressing else ""

    def _email(
        self, draft: Draft, answered: Message | None, box: Mailbox, interaction: InteractionId
    ) -> Email:
        mail = answered.email if answered and draft.mode != "forward" else None
        return Email(
            subject=draft.subject,
            sender=Address(address=box.address.casefold(), name=box.name),
            to=draft.to,
            cc=draft.cc,
            bcc=draft.bcc,
            recipients=len(draft.to) + len(draft.cc),
            header_id=self.header_id(box, interaction),
            in_reply_to=mail.header_id if mail else "",
            references=(*mail.references, mail.header_id)[-50:] if mail else (),
            mailbox=box.id,
        )

    async def _answered(self, draft: Draft, interaction: InteractionId) -> Message | None:
        if draft.in_reply_to is None:
            return None
        message = await self._store.get(draft.in_reply_to)
        if message is None or message.interaction != interaction:
            raise CommandRefused(
                RefusalCode.INVALID, "no such message in this contact", field="in_reply_to"
            )
        return message

    async def _files(self, draft: Draft, interaction: InteractionId) -> tuple[Attachment, ...]:
        files: list[Attachment] = []
        for blob in draft.attachments:
            file = await self._journal.attachment(blob, interaction)
            if file is None:
                raise CommandRefused(
                    RefusalCode.INVALID, "no such file in this contact", field="attachments"
                )
            files.append(replace(file, inline=""))
        if sum(file.size for file in files) > MAX_BYTES:
            raise CommandRefused(
                RefusalCode.TOO_LARGE,
                f"the files have more than {MAX_BYTES} bytes together",
                field="attachments",
            )
        return tuple(files)

    async def _file(self, file: Attachment) -> File:
        return File(
            name=file.name, media_type=file.media_type, data=await self._blobs.get(file.blob)
        )


def sender_of(box: Mailbox, queue: Queue, site: str) -> Address:
    return Address(address=box.address.casefold(), name=box.name or queue.name or site)


def checked(draft: Draft) -> Draft:
    """As it will be written; raises CommandRefused INVALID."""
    people = {"to": draft.to, "cc": draft.cc, "bcc": draft.bcc}
    for name, addresses in people.items():
        for one in addresses:
            if not address_of(one.address):
                raise CommandRefused(
                    RefusalCode.INVALID, f"{one.address[:100]!r} is no address", field=name
                )
    total = sum(len(addresses) for addresses in people.values())
    if not 0 < total <= MAX_RECIPIENTS:
        raise CommandRefused(
            RefusalCode.INVALID, f"1 to {MAX_RECIPIENTS} recipients, not {total}", field="to"
        )
    if len(draft.text) > MAX_TEXT or len(draft.attachments) > MAX_FILES:
        field = "text" if len(draft.text) > MAX_TEXT else "attachments"
        raise CommandRefused(RefusalCode.TOO_LARGE, "more than an e-mail may have", field=field)
    return struct_replace(
        draft,
        to=_clean(draft.to),
        cc=_clean(draft.cc),
        bcc=_clean(draft.bcc),
        subject=line(draft.subject, MAX_SUBJECT),
        text=clean_text(draft.text),
    )


def _clean(people: Sequence[Address]) -> tuple[Address, ...]:
    return tuple(
        Address(address=address_of(one.address), name=line(one.name, MAX_NAME)) for one in people
    )


def _envelope(draft: Draft) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.address for one in (*draft.to, *draft.cc, *draft.bcc)))


def _composed(letter: Letter) -> bytes:
    try:
        return compose(letter)
    except (ValueError, UnicodeError) as error:
        raise CommandRefused(RefusalCode.INVALID, str(error)[:200], field="to") from error


def _quoted(answered: Message | None, draft: Draft) -> Quoted | None:
    if answered is None or not draft.quote:
        return None
    mail = answered.email or Email()
    older = f"\n\n{mail.quoted}" if mail.quoted else ""
    return Quoted(
        who=mail.sender,
        at=answered.at,
        subject=mail.subject,
        to=mail.to,
        text=f"{answered.text}{older}",
        html=mail.html,
        forwarded=draft.mode == "forward",
    )
