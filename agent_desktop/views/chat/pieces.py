"""A conversation as the lines of a page: day, who and when, what was said, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from agent_desktop.views import words
from cti_bridge.protocol.vocabulary import Author, Delivery, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from agent_desktop.viewmodels.chat import Unsent
    from cti_bridge.protocol.values import AttachmentView, Conversation, MessageView
    from cti_bridge.protocol.vocabulary import MessageId

Kind = Literal["older", "day", "head", "said", "event", "mark"]
Side = Literal["customer", "agent", "note", ""]
FORM_LINES, FORM_LINE = 12, 200  # of a visitor's form, and characters of each
PAUSE: Final = timedelta(minutes=5)  # after which the time is said again
ASKED: Final[dict[str, Any]] = {
    "name": QT_TRANSLATE_NOOP("ChatForm", "Name"),
    "email": QT_TRANSLATE_NOOP("ChatForm", "E-mail"),
    "phone": QT_TRANSLATE_NOOP("ChatForm", "Phone"),
    "subject": QT_TRANSLATE_NOOP("ChatForm", "Subject"),
    "text": QT_TRANSLATE_NOOP("ChatForm", "Message"),
}
"""The questions of a form before a chat, by their code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One block of the page. Equal pieces need not be drawn again."""

    kind: Kind
    side: Side = ""
    text: str = ""
    message_id: MessageId | None = None
    attachments: tuple[AttachmentView, ...] = ()
    tone: str = "text-3"
    links: tuple[tuple[str, str], ...] = ()  # address, words: what can be done about it


def pieces(
    conversation: Conversation, unsent: Sequence[Unsent], now: datetime, customer: str
) -> tuple[Piece, ...]:
    """Everything that is shown, oldest first. `customer` names who has no name."""
    return tuple(_pieces(conversation, unsent, now, customer))


def _pieces(
    conversation: Conversation, unsent: Sequence[Unsent], now: datetime, customer: str
) -> Iterator[Piece]:
    # a recording has a player of its own
    messages = [m for m in conversation.messages if m.kind is not MessageKind.RECORDING]
    if conversation.more:
        earlier = QCoreApplication.translate("Transcript", "Earlier messages")
        yield Piece(kind="older", links=(("older:", earlier),))
    else:
        yield from _before(conversation)
    read = _read_until(conversation)
    marks = {m.message_id: _mark(m, at <= read) for at, m in enumerate(messages)}
    before: MessageView | None = None
    for at, message in enumerate(messages):
        yield from _opening(before, message, now, customer)
        yield from _said(message)
        following = messages[at + 1] if at + 1 < len(messages) else None
        if _ends_run(message, following, marks):
            yield marks[message.message_id]
        before = message
    told = {m.message_id for m in messages}
    for made in unsent:
        if made.message_id not in told:
            yield from _waiting(made)


def _before(conversation: Conversation) -> Iterator[Piece]:
    """What the visitor filled in, and the page that the chat is on."""
    form = [f"{_asked(name)}: {' '.join(v.split())}" for name, v in conversation.form.items()]
    shown = tuple(line[:FORM_LINE] for line in form if not line.endswith(": "))[:FORM_LINES]
    if shown:
        yield Piece(kind="event", text="\n".join(shown), tone="text-2")
    if conversation.page:
        page = conversation.page[:FORM_LINE]
        yield Piece(kind="older", links=((conversation.page, page),))


def _asked(name: str) -> str:
    """What the form calls a question; one that a site itself told us of by its own name."""
    text = ASKED.get(name)
    return QCoreApplication.translate("ChatForm", text) if text else name


def _read_until(conversation: Conversation) -> int:
    heard = (m for m in conversation.messages if m.kind is not MessageKind.RECORDING)
    for at, message in enumerate(heard):
        if message.message_id == conversation.read_to:
            return at
    return -1


def _opening(
    before: MessageView | None, message: MessageView, now: datetime, customer: str
) -> Iterator[Piece]:
    day = formats.day(message.at, now)
    if before is None or formats.day(before.at, now) != day:
        yield Piece(kind="day", text=day)
        before = None
    if message.kind is MessageKind.EVENT:
        return
    fresh = (
        before is None
        or before.kind is MessageKind.EVENT
        or _side(before) != _side(message)
        or before.name != message.name
        or message.at - before.at > PAUSE
    )
    if fresh:
        yield Piece(kind="head", side=_side(message), text=_head(message, customer))


def _head(message: MessageView, customer: str) -> str:
    name = message.name or (customer if message.author is Author.CUSTOMER else "")
    if message.kind is MessageKind.NOTE:
        note = QCoreApplication.translate("Transcript", "Note for the team")
        name = f"{note} · {name}" if name else note
    time = formats.time(message.at)
    return f"{name} · {time}" if name else time


def _side(message: MessageView) -> Side:
    if message.kind is MessageKind.NOTE:
        return "note"
    return "customer" if message.author is Author.CUSTOMER else "agent"


def _said(message: MessageView) -> Iterator[Piece]:
    if message.kind is MessageKind.EVENT:
        text = words.event(message.code, message.name, message.text)
        text = f"{text} · {formats.time(message.at)}"
        yield Piece(kind="event", text=text, message_id=message.message_id)
        return
    yield Piece(
        kind="said",
        side=_side(message),
        text=message.text.strip("\n"),
        message_id=message.message_id,
        attachments=message.attachments,
    )


def _mark(message: MessageView, read: bool) -> Piece:
    state = message.delivery
    if read and state in (Delivery.SENT, Delivery.DELIVERED, Delivery.RECEIVED):
        state = Delivery.READ
    if state is Delivery.RECEIVED:
        state = Delivery.SENT
    failed = state is Delivery.FAILED
    return Piece(
        kind="mark",
        side="agent",
        text=f"{_SIGNS.get(state, '')}{words.delivery(state)}",
        tone="bad" if failed else "accent" if state is Delivery.READ else "text-3",
    )


_SIGNS: Final = {Delivery.SENT: "✓ ", Delivery.DELIVERED: "✓✓ ", Delivery.READ: "✓✓ "}


def _ends_run(
    message: MessageView, following: MessageView | None, marks: dict[MessageId, Piece]
) -> bool:
    """The mark stands once under a run of messages that share it."""
    if message.author is not Author.AGENT or message.kind is not MessageKind.CHAT:
        return False
    if following is None or following.author is not Author.AGENT:
        return True
    if following.kind is not MessageKind.CHAT:
        return True
    return marks[message.message_id] != marks[following.message_id]


def _waiting(made: Unsent) -> Iterator[Piece]:
    text = "\n".join(p for p in (made.text, *(f"📎 {name}" for name in made.names)) if p)
    yield Piece(kind="said", side="agent", text=text, message_id=made.message_id)
    if made.refused is None:
        yield Piece(kind="mark", side="agent", text=words.delivery(Delivery.SENDING))
        return
    translate = QCoreApplication.translate
    yield Piece(
        kind="mark",
        side="agent",
        tone="bad",
        text=f"{words.delivery(Delivery.FAILED)}. {words.refusal(made.refused)}",
        links=(
            (f"retry:{made.message_id}", translate("Transcript", "Try again")),
            (f"drop:{made.message_id}", translate("Transcript", "Back to the field")),
        ),
    )
