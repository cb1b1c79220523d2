"""Hidden values on their way back in: kept where a draft returns them, shown with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec.structs import replace

from cti_bridge.customers.text import clean_line
from cti_bridge.privacy.masks import address_ref
from cti_bridge.privacy.patterns import DOTS
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import IdentityKind, NoteId, RefusalCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.customers.ports import Customer, Identity
    from cti_bridge.privacy.masks import Veil
    from cti_bridge.privacy.rules import Rule
    from cti_bridge.protocol.customer_values import AddressView, CustomValue
    from cti_bridge.protocol.privacy import RevealField
    from cti_bridge.protocol.values import (
        CustomerDraft,
        IdentityView,
        NoteView,
    )

    Found: TypeAlias = tuple[Rule | None, str, str]  # by which it is hidden, what, the value

LEAST_REASON: Final = 3
MAX_REASON: Final = 200
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
    addresses = draft.addresses or ()
    return (
        any(one.masked or DOTS in one.value for one in draft.identities)
        or any(one.masked or DOTS in one.street for one in addresses)
        or DOTS in custom
    )


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
    addresses = draft.addresses
    if addresses is not None:
        kept = {address_ref(veil, one): one for one in (known.addresses if known else ()) if veil}
        addresses = tuple(
            _same_address(view, kept.get(view.ref), f"addresses[{at}].street")
            for at, view in enumerate(addresses)
        )
    return replace(draft, identities=identities, custom=custom, addresses=addresses)


def _same_address(view: AddressView, known: AddressView | None, field: str) -> AddressView:
    if not view.masked and DOTS not in view.street:
        return view
    if not view.masked or known is None:
        raise CommandRefused(
            RefusalCode.INVALID, "hidden, and not on file: type the whole of it", field=field
        )
    return known


def _custom(known: Customer | None, veil: Veil | None, name: str) -> CustomValue:
    hidden = veil is not None and veil.custom(name) is not None
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
    found = None
    match kind:
        case "identity":
            found = _identity(veil, known, name)
        case "address":
            found = _address(veil, known, name)
        case "custom" if name in known.custom:
            found = veil.custom(name), command.field, str(known.custom[name])
        case "born" if known.born is not None and not name:
            found = veil.rule("born"), "born", known.born.isoformat()
        case "note":
            found = _note(veil, notes, name)
        case _:
            pass
    if found is None:
        raise CommandRefused(RefusalCode.NOT_FOUND, field="field")
    rule, what, value = found
    if rule is not None and not rule.reveal:
        raise CommandRefused(RefusalCode.NOT_ALLOWED, "hidden from this role for good")
    return Revealed(what=what, value=value)


def _identity(veil: Veil, known: Customer, ref: str) -> Found | None:
    for one in known.identities:
        if veil.ref(one.kind, one.written) == ref:
            source = f" {one.source}" if one.kind is IdentityKind.KEY else ""
            rule = veil.rule_of(one.kind, one.written, one.source)
            return rule, f"{one.kind}{source}", one.written
    return None


def _address(veil: Veil, known: Customer, ref: str) -> Found | None:
    found = (one for one in known.addresses if address_ref(veil, one) == ref)
    place = next(found, None)
    return (veil.rule("address"), "address", _lines(place)) if place else None


def _note(veil: Veil, notes: Sequence[NoteView], name: str) -> Found | None:
    note = next((one for one in notes if one.note_id == NoteId(name)), None)
    return (veil.text_rule(note.text), "note", note.text) if note else None


def _lines(place: AddressView) -> str:
    town = " ".join(part for part in (place.postcode, place.city) if part)
    region = ", ".join(part for part in (place.region, place.country) if part)
    return "\n".join(part for part in (place.street, town, region) if part)
