"""What a role may find: by the whole of a hidden value, never by a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cti_bridge.customers import terms
from cti_bridge.customers.identities import IdentityError, normalise_phone
from cti_bridge.customers.text import clean_line, fold, fold_words
from cti_bridge.privacy import contact_masks
from cti_bridge.protocol.commands import CustomersFound, SearchCustomers
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import HistoryFound, SearchHistory, SearchTexts, TextsFound
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.customers.ports import Terms
    from cti_bridge.privacy.masks import Veil
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.values import ContactSummary, CustomerCard, TextHit

LEAST_DIGITS: Final = 3


def refuse_parts(veil: Veil, command: AnyCommand, region: str) -> None:
    """The history finds parts of numbers, and so could guess hidden ones. Raises
    CommandRefused."""
    if not isinstance(command, SearchHistory) or not veil.hides_numbers():
        return
    if not whole_number(command.filter.text, region):
        raise CommandRefused(
            RefusalCode.INVALID, "numbers are hidden: type the whole one", field="text"
        )


def only_fair(veil: Veil, command: AnyCommand, reply: AnyReply, region: str) -> AnyReply:
    """A reply to a search, less what this role may not have found; any other as it is."""
    match command, reply:
        case SearchTexts(text=text), TextsFound(hits=hits):
            return replace(reply, hits=tuple(one for one in hits if told(veil, text, one)))
        case SearchHistory(filter=asked), HistoryFound(contacts=contacts):
            kept = tuple(one for one in contacts if told_of(veil, asked.text, one))
            return replace(reply, contacts=kept)
        case SearchCustomers(text=text), CustomersFound(customers=cards, alike=alike):
            may = fair(veil, text, cards, region)
            found = tuple(card for card, ok in zip(cards, may, strict=True) if ok)
            exact = sum(may[: len(may) - alike])
            return replace(reply, customers=found, alike=len(found) - exact)
        case _:
            return reply


def fair(veil: Veil, text: str, cards: Sequence[CustomerCard], region: str) -> tuple[bool, ...]:
    """Which of the found customers this role may have found: not by a part of a hidden value,
    or its digits could be guessed one by one."""
    wanted = terms.read(text, region)
    words = fold_words(text)
    return tuple(_fair(veil, card, wanted, words) for card in cards)


def _fair(veil: Veil, card: CustomerCard, wanted: Terms, words: Sequence[str]) -> bool:
    guessed = False
    for one in card.identities:
        value = one.value.partition(";ext=")[0]
        begins = any(value.startswith(prefix) for prefix in wanted.prefixes)
        ends = [len(tail) for tail in wanted.tails if value.endswith(tail[::-1])]
        if not begins and not ends:
            continue
        rule = veil.rule_of(one.kind, one.value, one.source)
        if rule is None or value in wanted.prefixes or any(n <= rule.show for n in ends):
            return True  # what is shown of it anyway may be asked for
        guessed = True
    if not guessed:
        return True
    named = fold_words(f"{card.name} {card.organisation}")
    return bool(words) and all(any(n.startswith(w) for n in named) for w in words)


def whole_number(text: str, region: str) -> bool:
    """Whether a search of the history is free of parts of numbers and addresses."""
    digits = sum(one.isdigit() for one in text)
    if "@" in text:
        return "." in text.rpartition("@")[2]
    if digits < LEAST_DIGITS:
        return True
    try:
        value, _extension = normalise_phone(clean_line(text), region)
    except IdentityError:
        return False
    return value.startswith("+")


def told(veil: Veil, text: str, hit: TextHit) -> bool:
    """Whether this role may know that what it searched stands there: not in notes that are
    hidden as a whole, and not by digits that it is not shown."""
    if veil.notes is not None and hit.kind != "message":
        return False
    if not veil.finds_numbers():
        return True
    seen = set(fold_words(contact_masks.hit(veil, hit).snippet))
    return all(word in seen for word in fold_words(text) if any(one.isdigit() for one in word))


def told_of(veil: Veil, text: str, one: ContactSummary) -> bool:
    """The same of a contact of the history, which is found by parts of words: all of them must
    stand in what is shown of it."""
    if not text.strip() or (veil.notes is None and not veil.finds_numbers()):
        return True
    shown = contact_masks.summary(veil, one)
    notes = shown.notes if veil.notes is None else ""
    seen = fold(f"{one.customer_name} {one.number} {shown.subject} {notes}")
    digits = _plain(text)
    if digits.lstrip("+").isdigit():
        return digits in _plain(seen)
    return all(word in seen for word in fold(text).split())


def _plain(text: str) -> str:
    return "".join(one for one in text if one not in " .-/()")
