"""What a list shows of a conversation, from its messages one by one: pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.frames import LINE_SHOWN
from cti_bridge.protocol.vocabulary import Author, Delivery, MessageKind

if TYPE_CHECKING:
    from cti_bridge.channels.conversation.ports import Message, Tally

SAID: Final = (MessageKind.CHAT, MessageKind.EMAIL, MessageKind.VOICEMAIL)
"""Kinds that are the conversation itself; notes and events stand beside it."""
ANSWERING: Final = (MessageKind.CHAT, MessageKind.EMAIL)
UNANSWERED: Final = (Delivery.TAKEN_BACK, Delivery.FAILED)
"""An agent's message that came to this has answered nobody."""
_SPACE: Final = re.compile(r"\s+")


def first_line(text: str, subject: str = "") -> str:
    """The beginning of a message in one line; of one without a text, its subject. It is shorter
    than `LINE_SHOWN` only where nothing was cut off, whoever writes no thousands of spaces."""
    return (_SPACE.sub(" ", text[: LINE_SHOWN * 30]).strip() or subject.strip())[:LINE_SHOWN]


def after(tally: Tally, message: Message) -> Tally:
    """The tally once `message` has been added. Automatic mail waits for no answer."""
    if message.kind not in SAID:
        return tally
    subject = message.email.subject if message.email else ""
    text = first_line(message.text, subject)
    tally = replace(tally, last_text=text, last_seq=max(tally.last_seq, message.seq))
    if message.author is Author.AGENT:
        answers = message.kind in ANSWERING and message.delivery not in UNANSWERED
        return replace(tally, waiting_since=None) if answers else tally
    if message.author is not Author.CUSTOMER:
        return tally
    automatic = message.email is not None and bool(message.email.automatic)
    since = tally.waiting_since if automatic else tally.waiting_since or message.at
    return replace(tally, unread=tally.unread + 1, waiting_since=since)
