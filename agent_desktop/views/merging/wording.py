"""Why two may be one, what differs and what moves, in people's words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from agent_desktop.views import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cti_bridge.protocol.customer_values import MergeView
    from cti_bridge.protocol.merge_values import MergeField, PairReason, UndoItem

FIELDS: Final = {
    "name": QT_TRANSLATE_NOOP("Merging", "Name"),
    "kind": QT_TRANSLATE_NOOP("Merging", "Person or organisation"),
    "organisation": QT_TRANSLATE_NOOP("Merging", "Organisation"),
    "status": QT_TRANSLATE_NOOP("Merging", "Account"),
    "born": QT_TRANSLATE_NOOP("Merging", "Born"),
    "language": QT_TRANSLATE_NOOP("Merging", "Language"),
    "time_zone": QT_TRANSLATE_NOOP("Merging", "Time zone"),
    "owner": QT_TRANSLATE_NOOP("Merging", "Owner"),
    "since": QT_TRANSLATE_NOOP("Merging", "Customer since"),
    "tags": QT_TRANSLATE_NOOP("Merging", "Tags"),
    "alerts": QT_TRANSLATE_NOOP("Merging", "Alerts"),
    "pinned_note": QT_TRANSLATE_NOOP("Merging", "Pinned note"),
}
VALUES: Final = {
    ("kind", "person"): QT_TRANSLATE_NOOP("Merging", "Person"),
    ("kind", "organisation"): QT_TRANSLATE_NOOP("Merging", "Organisation"),
    ("status", "prospect"): QT_TRANSLATE_NOOP("Merging", "Prospect"),
    ("status", "active"): QT_TRANSLATE_NOOP("Merging", "Active"),
    ("status", "closed"): QT_TRANSLATE_NOOP("Merging", "Closed"),
    ("status", "deceased"): QT_TRANSLATE_NOOP("Merging", "Deceased"),
    ("alerts", "vulnerable"): QT_TRANSLATE_NOOP("Merging", "Vulnerable"),
    ("alerts", "overdue"): QT_TRANSLATE_NOOP("Merging", "Overdue"),
    ("alerts", "do_not_record"): QT_TRANSLATE_NOOP("Merging", "Do not record"),
}
WHY: Final = {
    "same": QT_TRANSLATE_NOOP("Merging", "the same in both"),
    "picked": QT_TRANSLATE_NOOP("Merging", "chosen by you"),
    "only": QT_TRANSLATE_NOOP("Merging", "the other has none"),
    "corrected": QT_TRANSLATE_NOOP("Merging", "corrected by an agent"),
    "newer": QT_TRANSLATE_NOOP("Merging", "written later"),
    "longer": QT_TRANSLATE_NOOP("Merging", "says more"),
    "graver": QT_TRANSLATE_NOOP("Merging", "the graver one counts"),
    "earlier": QT_TRANSLATE_NOOP("Merging", "the earlier day"),
    "together": QT_TRANSLATE_NOOP("Merging", "both together"),
    "survivor": QT_TRANSLATE_NOOP("Merging", "of the file that stays"),
}
COMPARED: Final = {
    "given": QT_TRANSLATE_NOOP("Merging", "Given name"),
    "family": QT_TRANSLATE_NOOP("Merging", "Surname"),
    "name": QT_TRANSLATE_NOOP("Merging", "Name"),
    "born": QT_TRANSLATE_NOOP("Merging", "Birthday"),
    "home": QT_TRANSLATE_NOOP("Merging", "Home"),
    "place": QT_TRANSLATE_NOOP("Merging", "Town"),
    "email": QT_TRANSLATE_NOOP("Merging", "E-mail"),
    "phone": QT_TRANSLATE_NOOP("Merging", "Phone"),
    "address": QT_TRANSLATE_NOOP("Merging", "Address"),
    "key": QT_TRANSLATE_NOOP("Merging", "Reference"),
    "employer": QT_TRANSLATE_NOOP("Merging", "Employer"),
    "kinship": QT_TRANSLATE_NOOP("Merging", "Family"),
    "others": QT_TRANSLATE_NOOP("Merging", "Other files"),
}
AGREEMENTS: Final = {
    "same": ("=", QT_TRANSLATE_NOOP("Merging", "the same")),
    "same_phone": ("=", QT_TRANSLATE_NOOP("Merging", "the same number")),
    "one_phone": (
        "≈",
        QT_TRANSLATE_NOOP("Merging", "one number is the same, others differ"),
    ),
    "same_phone_and_street": (
        "=",
        QT_TRANSLATE_NOOP("Merging", "the same number and street"),
    ),
    "same_street": ("=", QT_TRANSLATE_NOOP("Merging", "the same street")),
    "similar_street": ("≈", QT_TRANSLATE_NOOP("Merging", "a similar street")),
    "other_phone": (
        "=",
        QT_TRANSLATE_NOOP("Merging", "the same street, another number"),
    ),
    "same_postcode": ("=", QT_TRANSLATE_NOOP("Merging", "the same postcode")),
    "same_city": ("=", QT_TRANSLATE_NOOP("Merging", "the same town")),
    "other_postcode": (
        "≈",
        QT_TRANSLATE_NOOP("Merging", "the same town, another postcode"),
    ),
    "other_home": ("≠", QT_TRANSLATE_NOOP("Merging", "another street, another phone")),
    "same_domain": ("≈", QT_TRANSLATE_NOOP("Merging", "the same domain")),
    "contained": ("≈", QT_TRANSLATE_NOOP("Merging", "one is part of the other")),
    "familiar": ("≈", QT_TRANSLATE_NOOP("Merging", "a familiar form")),
    "second_name": ("≈", QT_TRANSLATE_NOOP("Merging", "the second is the other's first")),
    "initial": ("≈", QT_TRANSLATE_NOOP("Merging", "the same initial")),
    "exchanged": ("≈", QT_TRANSLATE_NOOP("Merging", "exchanged")),
    "first_name": ("≈", QT_TRANSLATE_NOOP("Merging", "the first is the same")),
    "first_surname": ("≈", QT_TRANSLATE_NOOP("Merging", "the first is the same")),
    "one_surname": ("≈", QT_TRANSLATE_NOOP("Merging", "one of two is the same")),
    "one_mistyped": ("≈", QT_TRANSLATE_NOOP("Merging", "one of two is mistyped")),
    "similar": ("≈", QT_TRANSLATE_NOOP("Merging", "similar")),
    "near": ("≈", QT_TRANSLATE_NOOP("Merging", "somewhat similar")),
    "same_year": ("≈", QT_TRANSLATE_NOOP("Merging", "the same year")),
    "relatives": ("≠", QT_TRANSLATE_NOOP("Merging", "as relatives have it")),
    "fits_both": ("=", QT_TRANSLATE_NOOP("Merging", "both fit a third one")),
    "fits_another": ("≠", QT_TRANSLATE_NOOP("Merging", "one fits another one")),
    "different": ("≠", QT_TRANSLATE_NOOP("Merging", "different")),
}
DOUBTS: Final = {
    "born": QT_TRANSLATE_NOOP("Merging", "Their dates of birth differ."),
    "kind": QT_TRANSLATE_NOOP("Merging", "One is a person, the other an organisation."),
    "two_keys": QT_TRANSLATE_NOOP(
        "Merging", "They have two different references of one other system."
    ),
    "distinct": QT_TRANSLATE_NOOP("Merging", "Somebody said that they are two customers."),
    "labels_cut": QT_TRANSLATE_NOOP(
        "Merging", "Together they have more tags than a file holds: some are left out."
    ),
}


def _say(text: object) -> str:
    return QCoreApplication.translate("Merging", str(text))


def field_title(name: str) -> str:
    """A custom field by its code."""
    known = FIELDS.get(name)
    return _say(known) if known else name.removeprefix("custom.").replace("_", " ").capitalize()


def values_text(name: str, values: Sequence[str], owners: Mapping[str, str]) -> str:
    """ "" where there is none."""
    return ", ".join(_value(name, value, owners) for value in values)


def _value(name: str, value: str, owners: Mapping[str, str]) -> str:
    known = VALUES.get((name, value))
    if known:
        return _say(known)
    if name == "language":
        return words.language(value)
    if name == "owner":
        return owners.get(value, value)
    if name in {"since", "born"}:
        return _day(value)
    return value


def _day(value: str) -> str:
    try:
        return formats.long_day(datetime.fromisoformat(value).astimezone())
    except ValueError:
        return value


def why(field: MergeField) -> str:
    known = WHY.get(field.why)
    return _say(known) if known else field.why


def reason(one: PairReason) -> str:
    """Begins with a mark that needs no colour; "" for what says nothing."""
    if one.agreement == "unknown":
        return ""
    mark, said = AGREEMENTS.get(one.agreement, ("·", one.agreement.replace("_", " ")))
    compared = COMPARED.get(one.field)
    title = _say(compared) if compared else one.field.replace("_", " ").capitalize()
    return f"{mark} {title}: {_say(said)}"


def tone(one: PairReason) -> str:
    if one.weight < 0:
        return "warn"
    return "ok" if one.weight > 0 else ""


def doubt(code: str) -> str:
    known = DOUBTS.get(code)
    return _say(known) if known else code


def counted(moves: Mapping[str, int]) -> str:
    """ "14 contacts · 2 notes"; "" where there is nothing."""
    parts = (_many(kind, moves.get(kind, 0)) for kind in KINDS)
    return " · ".join(part for part in parts if part)


KINDS: Final = ("interaction", "note", "address", "relation", "consent", "missed")


def _many(kind: str, many: int) -> str:
    if not many:
        return ""
    said = {
        "interaction": QCoreApplication.translate("Merging", "%n contact(s)", "", many),
        "note": QCoreApplication.translate("Merging", "%n note(s)", "", many),
        "address": QCoreApplication.translate("Merging", "%n address(es)", "", many),
        "relation": QCoreApplication.translate("Merging", "%n relation(s)", "", many),
        "consent": QCoreApplication.translate("Merging", "%n consent(s)", "", many),
        "missed": QCoreApplication.translate("Merging", "%n missed call(s)", "", many),
        "identity": QCoreApplication.translate(
            "Merging", "%n number(s) and addresses", None, many
        ),
    }
    return said.get(kind, "")


def back(moves: Mapping[str, int]) -> str:
    """What goes back with an undo."""
    parts = (_many(kind, moves.get(kind, 0)) for kind in ("identity", *KINDS))
    return " · ".join(part for part in parts if part)


def item_title(item: UndoItem) -> str:
    if item.kind == "field":
        return QCoreApplication.translate("Merging", "{field} was changed").format(
            field=field_title(item.text)
        )
    if item.kind == "interaction":
        return words.channel(item.detail)
    titles = {
        "note": QCoreApplication.translate("Merging", "Note"),
        "identity": QCoreApplication.translate("Merging", "Number or address"),
        "address": QCoreApplication.translate("Merging", "Address"),
        "relation": QCoreApplication.translate("Merging", "Relation"),
        "consent": QCoreApplication.translate("Merging", "Consent"),
    }
    return titles.get(item.kind, item.kind)


def item_text(item: UndoItem) -> str:
    if item.kind == "interaction":
        return formats.phone(item.text)
    if item.kind == "field":
        return item.detail
    if item.kind == "identity":
        return formats.phone(item.text)
    return " · ".join(part for part in (item.text, item.detail) if part)


def merged_by(merge: MergeView) -> str:
    day = formats.day(merge.at)
    if merge.automatic:
        return QCoreApplication.translate("Merging", "merged by itself {day}").format(day=day)
    return QCoreApplication.translate("Merging", "merged by {agent} {day}").format(
        agent=merge.by, day=day
    )
