"""Which queue a mail goes to, and in which language it seems to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.mail.threads import without_plus
from cti_bridge.customers.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from cti_bridge.config.values import Mailbox, MailRule

LOOK_AT: Final = 4000  # characters
ENOUGH: Final = 3  # stop words, and half as many again as the next language
WORDS: Final = {
    "es": "el la los las de que y en un una por con para su no es me mi pero como mas este esta "
    "del al se lo gracias hola buenos dias tardes saludos pedido quiero tengo he cuando donde",
    "en": "the of and to in is that it for you with on this have be are was my not please hello "
    "thanks thank regards your order would could i am we can from when where do does",
    "fr": "le la les des et une un que pour dans est pas je vous nous mon ma ce cette avec sur "
    "merci bonjour cordialement votre commande au aux ne suis avez plus qui",
    "de": "der die das und ich nicht ist ein eine mit fur auf sie wir zu den dem im von haben "
    "mein meine bitte danke hallo grusse ihre bestellung auch oder wenn noch",
    "pt": "o os as um uma de que e em para com nao por se do da no na meu minha eu voce obrigado "
    "obrigada ola bom dia pedido estou tenho mais quando onde foi",
    "ca": "el la els les de que i en un una per amb no es al del pero com aquest aquesta meu meva "
    "gracies hola bon dia salutacions comanda vull tinc",
}
_SETS: Final = {code: frozenset(words.split()) for code, words in WORDS.items()}
_WORD: Final = re.compile(r"[a-z]{1,20}")


def guess_language(text: str) -> str:
    """ISO 639-1 by counting stop words; "" where that does not tell."""
    words = _WORD.findall(fold(text[:LOOK_AT]))
    scores = sorted(
        ((sum(word in known for word in words), code) for code, known in _SETS.items()),
        reverse=True,
    )
    (most, code), (next_most, _) = scores[:2]
    return code if most >= ENOUGH and most >= next_most * 1.25 else ""


def queue_of(
    box: Mailbox, *, sender: str, recipients: Collection[str], subject: str, language: str
) -> tuple[str, int]:
    """The queue's code and the priority of the first rule whose conditions all hold; else the
    mailbox's own queue."""
    to = {without_plus(one) for one in recipients}
    for rule in box.rules:
        if _holds(rule, sender, to, subject, language):
            return rule.queue, rule.priority
    return box.queue, 0


def _holds(rule: MailRule, sender: str, to: set[str], subject: str, language: str) -> bool:
    return (
        (not rule.to or rule.to.casefold() in to)
        and (not rule.sender or _is_from(rule.sender.casefold(), sender))
        and (not rule.subject or fold(rule.subject) in fold(subject))
        and (not rule.language or rule.language.casefold() == language)
    )


def _is_from(wanted: str, sender: str) -> bool:
    return sender.endswith(wanted) if wanted.startswith("@") else sender == wanted
