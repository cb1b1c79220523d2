"""Words of the customer file: status, alerts, relations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from agent_desktop.views import words
from cti_bridge.protocol.vocabulary import CustomerStatus, RelationKind

if TYPE_CHECKING:
    from cti_bridge.protocol.customer_values import NoContactView

_STATUS: Final = {
    CustomerStatus.PROSPECT: QT_TRANSLATE_NOOP("CustomerWords", "Prospect"),
    CustomerStatus.ACTIVE: QT_TRANSLATE_NOOP("CustomerWords", "Active"),
    CustomerStatus.CLOSED: QT_TRANSLATE_NOOP("CustomerWords", "Account closed"),
    CustomerStatus.DECEASED: QT_TRANSLATE_NOOP("CustomerWords", "Deceased"),
}
STATUS_LOOK: Final = {
    CustomerStatus.PROSPECT: ("accent", "clock"),
    CustomerStatus.ACTIVE: ("ok", "check"),
    CustomerStatus.CLOSED: ("bad", "close"),
    CustomerStatus.DECEASED: ("bad", "close"),
}
"""Tone and icon: never the colour alone."""
_ALERTS: Final = {
    "vulnerable": QT_TRANSLATE_NOOP("CustomerWords", "Vulnerable"),
    "overdue": QT_TRANSLATE_NOOP("CustomerWords", "Payment overdue"),
    "do_not_record": QT_TRANSLATE_NOOP("CustomerWords", "Do not record"),
}
ALERT_LOOK: Final = {
    "vulnerable": ("warn", "warning"),
    "overdue": ("bad", "clock"),
    "do_not_record": ("wrap", "record"),
}
_RELATIONS: Final = {
    (RelationKind.WORKS_AT, False): QT_TRANSLATE_NOOP("CustomerWords", "Works at"),
    (RelationKind.WORKS_AT, True): QT_TRANSLATE_NOOP("CustomerWords", "Works here"),
    (RelationKind.PART_OF, False): QT_TRANSLATE_NOOP("CustomerWords", "Part of"),
    (RelationKind.PART_OF, True): QT_TRANSLATE_NOOP("CustomerWords", "Has as a part"),
    (RelationKind.PARENT_OF, False): QT_TRANSLATE_NOOP("CustomerWords", "Child"),
    (RelationKind.PARENT_OF, True): QT_TRANSLATE_NOOP("CustomerWords", "Parent"),
    (RelationKind.GUARDIAN_OF, False): QT_TRANSLATE_NOOP("CustomerWords", "Is guardian of"),
    (RelationKind.GUARDIAN_OF, True): QT_TRANSLATE_NOOP("CustomerWords", "Guardian"),
    (RelationKind.PARTNER_OF, False): QT_TRANSLATE_NOOP("CustomerWords", "Partner"),
    (RelationKind.SIBLING_OF, False): QT_TRANSLATE_NOOP("CustomerWords", "Sibling"),
    (RelationKind.HOUSEHOLD, False): QT_TRANSLATE_NOOP("CustomerWords", "Same household"),
    (RelationKind.KNOWS, False): QT_TRANSLATE_NOOP("CustomerWords", "Knows"),
}


def status(value: CustomerStatus) -> str:
    return QCoreApplication.translate("CustomerWords", str(_STATUS[value]))


def alert(code: str) -> str:
    """A code of the site's own is shown as it is written, without its underscores."""
    known = _ALERTS.get(code)
    if known is None:
        return code.replace("_", " ").capitalize()
    return QCoreApplication.translate("CustomerWords", str(known))


def relation(kind: RelationKind, *, backward: bool) -> str:
    """What the other is to this customer: "Works at", "Parent"."""
    word = _RELATIONS.get((kind, backward)) or _RELATIONS[kind, False]
    return QCoreApplication.translate("CustomerWords", str(word))


def no_contact(one: NoContactView) -> str:
    """Why it is on the list, by whom, and since when."""
    said = QCoreApplication.translate("CustomerWords", "No contact")
    if one.reason:
        said += f": {one.reason}"
    parts = (words.source(one.source) if one.source else "", formats.day(one.at))
    return f"{said} ({', '.join(part for part in parts if part)})"
