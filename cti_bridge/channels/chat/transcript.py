"""A chat as an e-mail: what was said, by whom and when; notes between agents are not in it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat.means import words
from cti_bridge.protocol.vocabulary import Author, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cti_bridge.channels.conversation.ports import ChatFacts, Message
    from cti_bridge.config.values import ChatSite

SUBJECT: Final = {"es": "Su conversación con {title}", "en": "Your conversation with {title}"}
INTRO: Final = {
    "es": "Esta es la conversación del {date} (horas en UTC).",
    "en": "This is the conversation of {date} (times in UTC).",
}
YOU: Final = {"es": "Usted", "en": "You"}
FILE: Final = {"es": "Archivo: {name}", "en": "File: {name}"}
US: Final = {"es": "nosotros", "en": "us"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    subject: str
    text: str
    html: str
    language: str


def write(site: ChatSite, facts: ChatFacts, messages: Sequence[Message]) -> Letter:
    """Everything in it is text: what looks like markup is shown as it was written."""
    language = facts.language if facts.language in YOU else "en"
    title = words(site.title, language, US[language])
    said = [one for one in messages if one.kind is MessageKind.CHAT]
    date = said[0].at.strftime("%d-%m-%Y" if language == "es" else "%Y-%m-%d") if said else ""
    intro = INTRO[language].format(date=date)
    lines = [(_who(one, language), one.at.strftime("%H:%M"), _what(one, language)) for one in said]
    return Letter(
        subject=SUBJECT[language].format(title=" ".join(title.split())),
        text=_text(intro, lines),
        html=_html(intro, lines, language),
        language=language,
    )


def told(messages: Sequence[Message]) -> str:
    """For an agent who goes on with it: what people said, with its time (UTC) and by whom."""
    people = (Author.CUSTOMER, Author.AGENT)
    said = [one for one in messages if one.kind is MessageKind.CHAT and one.author in people]
    return "\n".join(f"[{m.at:%H:%M}] {m.name}: {_what(m, 'en')}" for m in said)


def _who(message: Message, language: str) -> str:
    return YOU[language] if message.author is Author.CUSTOMER else message.name


def _what(message: Message, language: str) -> str:
    files = (FILE[language].format(name=one.name) for one in message.attachments)
    return "\n".join(filter(None, (message.text, *files)))


def _text(intro: str, lines: Iterable[tuple[str, str, str]]) -> str:
    said = (f"[{at}] {who}: {what}" for who, at, what in lines)
    return "\n".join((intro, "", *said, ""))


def _html(intro: str, lines: Iterable[tuple[str, str, str]], language: str) -> str:
    rows = "".join(
        f"<p><b>{html.escape(who)}</b> <small>{at}</small><br>"
        f"{html.escape(what).replace(chr(10), '<br>')}</p>"
        for who, at, what in lines
    )
    return (
        f'<!DOCTYPE html><html lang="{language}"><meta charset="utf-8">'
        f"<body><p>{html.escape(intro)}</p>{rows}</body></html>"
    )
