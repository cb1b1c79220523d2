"""Hidden values on their way back in: kept where a draft returns them, found by their whole,
shown with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cti_bridge.customers import terms
from cti_bridge.customers.identities import IdentityError, normalise_phone
from cti_bridge.customers.text import clean_line, fold_words
from cti_bridge.privacy.patterns import DOTS
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import IdentityKind, NoteId, RefusalCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.customers.ports import Customer, Identity
    from cti_bridge.privacy.masks import Rule, Veil
    from cti_bridge.protocol.customer_values import CustomValue
    from cti_bridge.protocol.privacy import RevealField
    from cti_bridge.protocol.values import CustomerCard, CustomerDraft, IdentityView, NoteView

LEAST_REASON: Final = 3
MAX_REASON: Final = 200
LEAST_DIGITS: Final = 3
NOTES: Final = 200


def reason_of(text: str) -> str:
    """Raises CommandRefused."""
    reason = clean_line(text[: MAX_REASON * 4])
    if not LEAST_REASON <= len(reason) <= MAX_REASON:
        raise CommandRefused(
            RefusalCode.INVALID, f"{LEAST_REASON} to {MAX_REASON} characters", field="reason"
        )
    return reason


# -- drafts


def masked_at_all(draft: CustomerDraft) -> bool:
    custom = (draft.custom or {}).values()
    return any(one.masked or DOTS in one.value for one in draft.identities) or DOTS in custom


def unmasked(draft: CustomerDraft, known: Customer | None, veil: Veil | None) -> CustomerDraft:
    """With the values on file in the place of those that came back hidden. Raises CommandRefused
    for one that is not on file any more, and for dots that somebody typed."""
    on_file = {
        veil.ref(one.kind, one.written): one for one in (known.identities if known else ()) if veil
    }
    identities = tuple(
        _unmasked(view, on_file.get(view.ref), f"identities[{at}].value")
        for at, view in enumerate(draft.identities)
    )
    custom = draft.custom
    if custom is not None:
        custom = {
            name: _custom(known, veil, name) if value == DOTS else value
            for name, value in custom.items()
        }
    return replace(draft, identities=identities, custom=custom)


def _custom(known: Customer | None, veil: Veil | None, name: str) -> CustomValue:
    hidden = veil is not None and veil.rule(f"custom:{name}") is not None
    if known is None or not hidden or name not in known.custom:
        raise CommandRefused(
            RefusalCode.INVALID, "hidden, and not on file: type it", field=f"custom.{name}"
        )
    return known.custom[name]


def _unmasked(view: IdentityView, known: Identity | None, field: str) -> IdentityView:
    if not view.masked and DOTS not in view.value:
        return view
    if not view.masked or known is None or known.kind is not view.kind:
        raise CommandRefused(
            RefusalCode.INVALID, "hidden, and not on file: type the whole of it", field=field
        )
    return replace(view, value=known.written, masked=False, ref="")


# -- searches


def fair(veil: Veil, text: str, cards: Sequence[CustomerCard], region: str) -> tuple[bool, ...]:
    """Which of the found customers this role may have found: not by a part of a hidden value,
    or its digits could be guessed one by one."""
    wanted = terms.read(text, region)
    words = fold_words(text)
    return tuple(_fair(veil, card, wanted.prefixes, words) for card in cards)


def _fair(veil: Veil, card: CustomerCard, prefixes: Sequence[str], words: Sequence[str]) -> bool:
    guessed = False
    for one in card.identities:
        value = one.value.partition(";ext=")[0]
        begins = any(value.startswith(prefix) for prefix in prefixes)
        if begins and (value in prefixes or not veil.rule_of(one.kind, one.value, one.source)):
            return True
        guessed = guessed or begins
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


# -- reveals


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    what: str  # for the log: never the value
    value: str


def revealed(
    veil: Veil, command: RevealField, known: Customer, notes: Sequence[NoteView]
) -> Revealed:
    """Raises CommandRefused."""
    kind, _, name = command.field.partition(":")
    if kind == "identity":
        for one in known.identities:
            if veil.ref(one.kind, one.written) == name:
                _allowed(veil.rule_of(one.kind, one.written, one.source))
                source = f" {one.source}" if one.kind is IdentityKind.KEY else ""
                return Revealed(what=f"{one.kind}{source}", value=one.written)
    elif kind == "custom" and name in known.custom:
        _allowed(veil.rule(command.field))
        return Revealed(what=command.field, value=str(known.custom[name]))
    elif kind == "note":
        for note in notes:
            if note.note_id == NoteId(name):
                _allowed(veil.text_rule(note.text))
                return Revealed(what="note", value=note.text)
    raise CommandRefused(RefusalCode.NOT_FOUND, field="field")


def _allowed(rule: Rule | None) -> None:
    if rule is not None and not rule.reveal:
        raise CommandRefused(RefusalCode.NOT_ALLOWED, "hidden from this role for good")
