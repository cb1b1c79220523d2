"""One mail, from its bytes to its contact. Done twice it is done once.

The ids of entry and contact are made of the mail's content, so a second copy, a second try and a
mailbox that was numbered anew all meet what is there already.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cti_bridge.acd.ports import Arrival
from cti_bridge.channels.conversation.names import HEAD, inspect
from cti_bridge.channels.conversation.ports import Attachment, Email, Message
from cti_bridge.channels.mail import threads
from cti_bridge.channels.mail.parse import parse
from cti_bridge.channels.mail.rules import queue_of
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    Delivery,
    InteractionId,
    MessageId,
    MessageKind,
    QueueId,
)
from cti_bridge.telephony.ports import WITHHELD, Caller, Number, NumberKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from concurrent.futures import Executor
    from typing import IO

    from cti_bridge.acd.ports import Clock, Contacts, Taken
    from cti_bridge.channels.conversation.ports import Blobs, MessageStore
    from cti_bridge.channels.mail.parse import Parsed, Part
    from cti_bridge.channels.mail.ports import Journal, People, RawMail
    from cti_bridge.channels.mail.threads import Tokens
    from cti_bridge.channels.mailbook import MailBook
    from cti_bridge.config.values import Mailbox
    from cti_bridge.protocol.values import Address

logger = logging.getLogger(__name__)
PIECE: Final = 256 * 1024
SILENT: Final = frozenset({"auto_reply", "bounce"})
"""Goes to its contact without waking anybody."""
UNPLACED_PRIORITY: Final = -100
"""Of an automatic answer that belongs to no contact: somebody looks at it, but after all else."""


def message_id(digest: str) -> MessageId:
    return MessageId(_uuid8(digest[:32]))


def contact_id(digest: str) -> InteractionId:
    return InteractionId(_uuid8(digest[32:64]))


def _uuid8(digits: str) -> str:
    """A UUID of 122 bits of a digest (RFC 9562 section 5.8)."""
    value = int(digits, 16) & ~(0xF << 76) & ~(0b11 << 62)
    return str(UUID(int=value | 0x8 << 76 | 0b10 << 62))


class Intake:
    def __init__(
        self,
        *,
        journal: Journal,
        store: MessageStore,
        blobs: Blobs,
        book: MailBook,
        contacts: Contacts,
        people: People,
        clock: Clock,
        tokens: Tokens,
        bridge: str,
        threads_of: Executor,
        turned_away: Callable[[Message, Taken, QueueId, str], Awaitable[None]],
        own_addresses: frozenset[str] = frozenset(),
    ) -> None:
        self._journal, self._store, self._blobs, self._book = journal, store, blobs, book
        self._contacts, self._people, self._clock = contacts, people, clock
        self._tokens, self._bridge, self._executor = tokens, bridge, threads_of
        self._turned_away, self._own = turned_away, own_addresses

    async def read(self, raw: RawMail) -> Parsed:
        """What a mail says; in the room's own thread."""
        work = partial(parse, _pieces(raw.file), own=self._bridge, whole=raw.whole)
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def take(self, box: Mailbox, raw: RawMail, parsed: Parsed, *, begun: bool) -> None:
        """Stores the mail and tells its contact; `begun`: this very mail may have been stored
        in an earlier life, and its contact not told. Raises StoreError, CommandRefused."""
        if self._is_ours(box, parsed):
            logger.info("%s: uid %d is our own mail", box.id, raw.uid)
            return
        message = await self._store.get(message_id(parsed.digest))
        if message is not None and not begun:
            logger.info("%s: uid %d is a copy of a mail that is here", box.id, raw.uid)
            return
        if message is None:
            message = await self._keep(box, raw, parsed)
        if parsed.bounce and parsed.bounce.failed:
            await self._bounced(parsed)
        await self._tell(box, message, parsed)

    async def finish(self, known: MessageId) -> None:
        """Tells the contact of a stored mail whose bytes cannot be had any more."""
        message = await self._store.get(known)
        if message is None or message.email is None or message.email.automatic in SILENT:
            return
        await self._contacts.customer_wrote(message.interaction, message.at)

    def _is_ours(self, box: Mailbox, parsed: Parsed) -> bool:
        """Mail of this bridge that came back to where it was sent from, or that no person wrote;
        what an agent writes from one mailbox to another is a mail like any."""
        if parsed.automatic != "own":
            return False
        sender = parsed.sender.address if parsed.sender else ""
        return parsed.robot or sender in {box.address.casefold(), *map(str.casefold, box.aliases)}

    async def _keep(self, box: Mailbox, raw: RawMail, parsed: Parsed) -> Message:
        name = f"{box.id}-{raw.uid}.eml"
        original = await self._blobs.put_stream(
            _stream(raw.file), name=name, media_type="message/rfc822"
        )
        files = tuple([await self._file(part) for part in parsed.files])
        thread = None if parsed.automatic == "own" else await self._thread(parsed)
        who = customer_of(parsed)
        message = Message(
            id=message_id(parsed.digest),
            interaction=thread or contact_id(parsed.digest),
            kind=MessageKind.EMAIL,
            author=Author.CUSTOMER,
            name=(who.name or who.address) if who else "",
            at=min(raw.received_at, self._clock.now()),
            text=parsed.text,
            code=_remark(raw, parsed),
            delivery=Delivery.RECEIVED,
            attachments=files,
            email=Email(
                subject=parsed.subject,
                sender=who,
                to=parsed.to,
                cc=parsed.cc,
                recipients=parsed.recipients,
                html=parsed.html,
                quoted=parsed.quoted,
                remote_images=parsed.remote_images,
                automatic="" if parsed.automatic == "own" else parsed.automatic,
                header_id=parsed.header_id,
                in_reply_to=parsed.in_reply_to,
                references=parsed.references,
                mailbox=box.id,
                original=original,
            ),
        )
        return await self._journal.add(message) or message

    async def _file(self, part: Part) -> Attachment:
        pieces = part.pieces()
        first = next(pieces, b"")
        kind = inspect(part.name, first[:HEAD], declared=part.media_type)
        size = 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal size
            size += len(first)
            yield first
            for piece in pieces:
                size += len(piece)
                yield piece

        blob = await self._blobs.put_stream(counted(), name=kind.name, media_type=kind.media_type)
        return Attachment(
            blob=blob,
            name=kind.name,
            media_type=kind.media_type,
            size=size,
            inline=part.content_id,
            suspicious=kind.suspicious,
        )

    # -- to which contact ----------------------------------------------------------------------

    async def _thread(self, parsed: Parsed) -> InteractionId | None:
        """By references, by a token of ours, by subject and sender."""
        ids = tuple(filter(None, (parsed.in_reply_to, *reversed(parsed.references))))
        ids += parsed.bounce.ids if parsed.bounce else ()
        if found := await self._by_header(ids):
            return found
        addresses = (*parsed.envelope, *(one.address for one in (*parsed.to, *parsed.cc)))
        if token := self._tokens.in_ids(reversed(ids)) or self._tokens.in_addresses(addresses):
            return token
        who, key = customer_of(parsed), threads.subject_key(parsed.subject)
        if who is None or not key or not (ids or threads.is_reply(parsed.subject)):
            return None
        since = self._clock.now() - timedelta(days=threads.SUBJECT_DAYS)
        return await self._book.thread(who.address, key, since)

    async def _by_header(self, ids: tuple[str, ...]) -> InteractionId | None:
        if not ids:
            return None
        found = {
            one.email.header_id: one.interaction
            for one in reversed(await self._store.by_header(ids))
            if one.email
        }
        return next((found[one] for one in ids if one in found), None)

    async def _bounced(self, parsed: Parsed) -> None:
        """Our mail did not reach somebody: it is FAILED, with what the other server said."""
        assert parsed.bounce is not None
        for message in await self._store.by_header(parsed.bounce.ids):
            if message.author is not Author.CUSTOMER and message.delivery is not Delivery.FAILED:
                detail = " ".join(filter(None, (parsed.bounce.recipient, parsed.bounce.detail)))
                whole = await self._store.get(message.id) or message
                await self._journal.changed(
                    replace(
                        whole,
                        delivery=Delivery.FAILED,
                        delivery_detail=detail[:400],
                        changed_at=self._clock.now(),
                    )
                )

    # -- telling the contact -------------------------------------------------------------------

    async def _tell(self, box: Mailbox, message: Message, parsed: Parsed) -> None:
        new = contact_id(parsed.digest)
        parent: InteractionId | None = None
        if message.interaction != new:
            if parsed.automatic in SILENT:
                return
            if await self._contacts.customer_wrote(message.interaction, message.at):
                await self._note(message)
                return
            parent, message = message.interaction, replace(message, interaction=new)
            await self._journal.changed(message)
        await self._arrive(box, message, parsed, parent)
        await self._note(message)

    async def _arrive(
        self, box: Mailbox, message: Message, parsed: Parsed, parent: InteractionId | None
    ) -> None:
        who = message.email.sender if message.email else None
        queue, priority = queue_of(
            box,
            sender=who.address if who else "",
            recipients=(*(one.address for one in (*parsed.to, *parsed.cc)), *parsed.envelope),
            subject=parsed.subject,
            language=parsed.language,
        )
        taken = await self._contacts.arrive(
            Arrival(
                id=message.interaction,
                channel=Channel.EMAIL,
                caller=caller_of(who),
                queue=QueueId(queue),
                at=message.at,
                subject=parsed.subject,
                language=parsed.language,
                match=await self._people.match_email(who.address, who.name) if who else None,
                priority=UNPLACED_PRIORITY if parsed.automatic in SILENT else priority,
                parent=parent,
            )
        )
        if taken.reply and parsed.answerable:
            await self._turned_away(message, taken, QueueId(queue), parsed.language)

    async def _note(self, message: Message) -> None:
        email = message.email
        key = threads.subject_key(email.subject) if email else ""
        if email and email.sender and key:
            await self._book.note_thread(
                email.sender.address, key, message.interaction, self._clock.now()
            )


def customer_of(parsed: Parsed) -> Address | None:
    """Who is answered: matching, showing and answering go by the same address, so that a
    forged From cannot send an answer elsewhere unseen. A list's Reply-To is the list's."""
    if parsed.reply_to and parsed.automatic != "list":
        name = parsed.reply_to.name or (parsed.sender.name if parsed.sender else "")
        return type(parsed.reply_to)(address=parsed.reply_to.address, name=name)
    return parsed.sender


def caller_of(who: Address | None) -> Caller:
    if who is None:
        return Caller(number=WITHHELD, source="From")
    number = Number(kind=NumberKind.EMAIL, value=who.address)
    return Caller(number=number, display_name=who.name[:80], source="From")


def _remark(raw: RawMail, parsed: Parsed) -> str:
    """Why the mail is not shown whole: `too_large`, `broken`, `files_left_out`."""
    if not raw.whole:
        return "too_large"
    if parsed.broken:
        return "broken"
    return "files_left_out" if parsed.left_out else ""


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


async def _stream(file: IO[bytes]) -> AsyncIterator[bytes]:
    for piece in _pieces(file):
        yield piece
