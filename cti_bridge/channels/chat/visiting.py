"""What a page says in its chat, once it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat import frames, transcript
from cti_bridge.channels.chat.form import is_email, read_id, read_text
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.chat.room import TRANSCRIPT
from cti_bridge.channels.chat.rules import Phase
from cti_bridge.channels.chat.seal import BadSeal
from cti_bridge.channels.conversation.ports import Message
from cti_bridge.protocol.vocabulary import (
    Author,
    ClearCause,
    MessageId,
    MessageKind,
    QueueId,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.channels.chat.means import Means
    from cti_bridge.channels.chat.room import Room, Seat
    from cti_bridge.channels.conversation.ports import Attachment

MAX_FILES: Final = 10  # of one message
MAX_SAID: Final = 5000  # messages of one visitor in one chat
MAX_COMMENT: Final = 1000
MAX_PREVIEW: Final = 300
MAX_TRANSCRIPTS: Final = 3
TRANSCRIPT_ENTRIES: Final = 2000
TYPING_SECONDS: Final = 10.0
PAGE: Final = 200


class Visiting:
    """Frames of a page that sits at its chat. Raises ChatRefused and StoreError, and then
    nothing was done."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def received(self, room: Room, seat: Seat, frame: frames.FromBrowser) -> None:
        match frame:
            case frames.Say():
                await self._say(room, seat, frame)
            case frames.Rate():
                await self._rate(room, seat, frame)
            case frames.SendTranscript():
                await self._transcript(room, seat, frame)
            case frames.End():
                await self._end(room)
            case frames.Start() | frames.Resume() | frames.Leave():
                raise ChatRefused("invalid", field="type")  # the page has its chat
            case frames.Typing() | frames.Got() | frames.Read() | frames.Beat():
                self._noted(room, seat, frame)

    def _noted(
        self, room: Room, seat: Seat, frame: frames.Typing | frames.Got | frames.Read | frames.Beat
    ) -> None:
        match frame:
            case frames.Typing():
                self._typing(room, frame)
            case frames.Got():
                self._marked(room, frame.seq, read=False)
            case frames.Read():
                self._marked(room, frame.seq, read=True)
            case frames.Beat():
                seat.tab.send(BEATEN)

    # -- saying --------------------------------------------------------------------------------

    async def _say(self, room: Room, seat: Seat, frame: frames.Say) -> None:
        message_id = MessageId(read_id(frame.id, "id"))
        text = read_text(frame.text)
        files = self._files(room, frame.files)
        if not text and not files:
            raise ChatRefused("invalid", field="text")
        if not room.open:
            raise ChatRefused("ended")
        if room.said >= MAX_SAID:
            raise ChatRefused("too_many")
        room.saying[message_id] = seat
        try:
            added = await self._means.talk.add(self._message(room, message_id, text, files))
        finally:
            room.saying.pop(message_id, None)
        if added is None:
            await self._again(room, seat, message_id)
            return
        room.said += 1
        self._means.figures["said_by_visitors"] += 1
        self._quiet(room)
        if room.chat.phase is Phase.RESTING:
            await self._means.contacts.customer_wrote(room.chat.id, added.at)

    def _message(
        self, room: Room, message_id: MessageId, text: str, files: Sequence[Attachment]
    ) -> Message:
        return Message(
            id=message_id,
            interaction=room.chat.id,
            kind=MessageKind.CHAT,
            author=Author.CUSTOMER,
            name=room.facts.form.get("name", ""),
            at=self._means.clock.now(),
            text=text,
            attachments=tuple(files),
        )

    async def _again(self, room: Room, seat: Seat, message_id: MessageId) -> None:
        """Said before: the receipt was lost."""
        there = await self._means.store.get(message_id)
        if there is None or there.interaction != room.chat.id:
            raise ChatRefused("invalid", field="id")
        seat.tab.send(frames.encode(room.receipt(there)))

    def _files(self, room: Room, names: Sequence[str]) -> list[Attachment]:
        if len(names) > MAX_FILES:
            raise ChatRefused("too_many", field="files")
        try:
            return [self._means.sealer.open_file(room.chat.id, name) for name in names]
        except BadSeal as error:
            raise ChatRefused("invalid", field="files") from error

    def _typing(self, room: Room, frame: frames.Typing) -> None:
        if not room.open:
            return
        if not frame.on:
            self._quiet(room)
            return
        preview = frame.text[:MAX_PREVIEW] if room.site.sneak_peek else ""
        room.typing_until = self._means.seconds() + TYPING_SECONDS
        self._means.talk.typing(room.chat.id, True, preview)

    def _quiet(self, room: Room) -> None:
        if room.typing_until:
            room.typing_until = 0.0
            self._means.talk.typing(room.chat.id, False)

    # -- marks ---------------------------------------------------------------------------------

    def _marked(self, room: Room, seq: int, *, read: bool) -> None:
        """What a page claims beyond what it was sent counts for what it was sent."""
        newest = room.entries.of_agent(min(seq, room.entries.last))
        if newest is None:
            return
        number, message = newest
        if read and number > room.read:
            room.read = room.got = number
            room.marked(self._means.seconds(), read_to=message)
            self._means.talk.customer_read(room.chat.id, message, number)
        elif number > room.got:
            room.got = number
            self._means.talk.customer_got(room.chat.id, number)

    # -- the end -------------------------------------------------------------------------------

    async def _end(self, room: Room) -> None:
        if not room.open:
            return
        waiting = room.chat.phase is Phase.WAITING
        cause = ClearCause.CALLER_GAVE_UP if waiting else ClearCause.CALLER_CLEARED
        before = room.chat
        room.chat = room.chat.ending("customer")
        try:
            await self._means.contacts.customer_left(room.chat.id, cause)
        except BaseException:
            room.chat = before
            raise

    async def _rate(self, room: Room, seat: Seat, frame: frames.Rate) -> None:
        """Once; the same page may say it again, as its answer may have been lost."""
        if not room.site.rating or not room.chat.answered:
            raise ChatRefused("invalid", field="stars")
        if not 1 <= frame.stars <= 5:
            raise ChatRefused("invalid", field="stars")
        if room.facts.rating is None:
            comment = read_text(frame.comment, most=MAX_COMMENT)
            room.keep(rating=frame.stars, rating_comment=comment)
            try:
                await room.save(self._means.store)
            except BaseException:
                room.keep(rating=None, rating_comment="")
                raise
            self._means.figures["rated"] += 1
            await note(self._means, room, "rated", str(frame.stars))
        seat.tab.send(frames.encode(frames.Rated()))

    async def _transcript(self, room: Room, seat: Seat, frame: frames.SendTranscript) -> None:
        if not room.site.transcript or not room.chat.answered:
            raise ChatRefused("invalid", field="email")
        if not is_email(frame.email):
            raise ChatRefused("invalid", field="email")
        if room.transcripts >= MAX_TRANSCRIPTS:
            raise ChatRefused("too_many")
        means = self._means
        letter = transcript.write(room.site, room.facts, await self._said(room))
        sent = await means.outgoing.send_plain(
            id=means.sealer.message_id(f"transcript {frame.email.lower()}", room.chat.id),
            to=frame.email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            queue=QueueId(room.site.queue),
            language=letter.language,
        )
        if not sent:
            raise ChatRefused("unavailable")
        means.figures["transcripts"] += 1
        await note(means, room, TRANSCRIPT, frame.email)
        seat.tab.send(frames.encode(frames.TranscriptSent()))

    async def _said(self, room: Room) -> list[Message]:
        said: list[Message] = []
        seq = 0
        while len(said) < TRANSCRIPT_ENTRIES:
            page = await self._means.store.after(room.chat.id, seq, PAGE)
            said += page
            if len(page) < PAGE:
                break
            seq = page[-1].seq
        return said


async def note(means: Means, room: Room, code: str, text: str = "") -> None:
    """An entry of the system; the same is noted once."""
    await means.talk.add(
        Message(
            id=means.sealer.message_id(f"{code} {text}", room.chat.id),
            interaction=room.chat.id,
            kind=MessageKind.EVENT,
            author=Author.SYSTEM,
            at=means.clock.now(),
            code=code,
            text=text,
        )
    )


BEATEN: Final = frames.encode(frames.Beaten())
