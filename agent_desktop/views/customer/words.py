"""The customer file in words: titles of its fields, and what their codes mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from agent_desktop.viewmodels.merging import CUSTOM
from agent_desktop.views import i18n, words
from cti_bridge.protocol.vocabulary import (
    ConsentChannel,
    CustomerKind,
    CustomerStatus,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cti_bridge.protocol.customer_values import (
        AddressView,
        ConsentView,
        CustomValue,
        FieldView,
        RelationView,
    )
    from cti_bridge.protocol.values import IdentityView

_WHERE: Final = "CustomerFields"
TITLES: Final = {
    "kind": QT_TRANSLATE_NOOP("CustomerFields", "Kind"),
    "status": QT_TRANSLATE_NOOP("CustomerFields", "Status"),
    "name": QT_TRANSLATE_NOOP("CustomerFields", "Name"),
    "given_name": QT_TRANSLATE_NOOP("CustomerFields", "Given name"),
    "family_name": QT_TRANSLATE_NOOP("CustomerFields", "Family name"),
    "organisation": QT_TRANSLATE_NOOP("CustomerFields", "Organisation"),
    "born": QT_TRANSLATE_NOOP("CustomerFields", "Born on"),
    "language": QT_TRANSLATE_NOOP("CustomerFields", "Language"),
    "time_zone": QT_TRANSLATE_NOOP("CustomerFields", "Time zone"),
    "owner": QT_TRANSLATE_NOOP("CustomerFields", "Owner"),
    "alerts": QT_TRANSLATE_NOOP("CustomerFields", "Alerts"),
    "tags": QT_TRANSLATE_NOOP("CustomerFields", "Tags"),
    "identities": QT_TRANSLATE_NOOP("CustomerFields", "Numbers and addresses"),
    "addresses": QT_TRANSLATE_NOOP("CustomerFields", "Postal addresses"),
    "relations": QT_TRANSLATE_NOOP("CustomerFields", "Related customers"),
    "consents": QT_TRANSLATE_NOOP("CustomerFields", "Consents"),
}
KINDS: Final = {
    CustomerKind.PERSON: QT_TRANSLATE_NOOP("CustomerFields", "Person"),
    CustomerKind.ORGANISATION: QT_TRANSLATE_NOOP("CustomerFields", "Organisation"),
}
STATUSES: Final = {
    CustomerStatus.PROSPECT: QT_TRANSLATE_NOOP("CustomerFields", "Prospect"),
    CustomerStatus.ACTIVE: QT_TRANSLATE_NOOP("CustomerFields", "Active"),
    CustomerStatus.CLOSED: QT_TRANSLATE_NOOP("CustomerFields", "Account closed"),
    CustomerStatus.DECEASED: QT_TRANSLATE_NOOP("CustomerFields", "Deceased"),
}
ALERTS: Final = {
    "vulnerable": QT_TRANSLATE_NOOP("CustomerFields", "Vulnerable"),
    "overdue": QT_TRANSLATE_NOOP("CustomerFields", "Payment overdue"),
    "do_not_record": QT_TRANSLATE_NOOP("CustomerFields", "Do not record"),
}
# the other one, seen from the customer whose file it is
RELATIONS: Final = {
    (RelationKind.WORKS_AT, False): QT_TRANSLATE_NOOP("CustomerFields", "Works at"),
    (RelationKind.WORKS_AT, True): QT_TRANSLATE_NOOP("CustomerFields", "Employs"),
    (RelationKind.PART_OF, False): QT_TRANSLATE_NOOP("CustomerFields", "Part of"),
    (RelationKind.PART_OF, True): QT_TRANSLATE_NOOP("CustomerFields", "Has as a part"),
    (RelationKind.PARENT_OF, False): QT_TRANSLATE_NOOP("CustomerFields", "Parent of"),
    (RelationKind.PARENT_OF, True): QT_TRANSLATE_NOOP("CustomerFields", "Child of"),
    (RelationKind.GUARDIAN_OF, False): QT_TRANSLATE_NOOP("CustomerFields", "Guardian of"),
    (RelationKind.GUARDIAN_OF, True): QT_TRANSLATE_NOOP("CustomerFields", "In the care of"),
    (RelationKind.PARTNER_OF, False): QT_TRANSLATE_NOOP("CustomerFields", "Partner of"),
    (RelationKind.SIBLING_OF, False): QT_TRANSLATE_NOOP("CustomerFields", "Brother or sister of"),
    (RelationKind.HOUSEHOLD, False): QT_TRANSLATE_NOOP("CustomerFields", "Lives with"),
    (RelationKind.KNOWS, False): QT_TRANSLATE_NOOP("CustomerFields", "Knows"),
}
CHANNELS: Final = {
    ConsentChannel.ANY: QT_TRANSLATE_NOOP("CustomerFields", "Any way"),
    ConsentChannel.PHONE: QT_TRANSLATE_NOOP("CustomerFields", "By telephone"),
    ConsentChannel.EMAIL: QT_TRANSLATE_NOOP("CustomerFields", "By e-mail"),
    ConsentChannel.SMS: QT_TRANSLATE_NOOP("CustomerFields", "By text message"),
    ConsentChannel.POST: QT_TRANSLATE_NOOP("CustomerFields", "By post"),
}
PURPOSES: Final = {
    "service": QT_TRANSLATE_NOOP("CustomerFields", "Service"),
    "marketing": QT_TRANSLATE_NOOP("CustomerFields", "Advertising"),
    "survey": QT_TRANSLATE_NOOP("CustomerFields", "Surveys"),
}
_PERSON, _ORGANISATION = CustomerKind.PERSON, CustomerKind.ORGANISATION
OFFERED: Final = {
    _PERSON: (
        (RelationKind.WORKS_AT, False),
        (RelationKind.HOUSEHOLD, False),
        (RelationKind.PARTNER_OF, False),
        (RelationKind.PARENT_OF, False),
        (RelationKind.PARENT_OF, True),
        (RelationKind.SIBLING_OF, False),
        (RelationKind.GUARDIAN_OF, False),
        (RelationKind.GUARDIAN_OF, True),
        (RelationKind.KNOWS, False),
    ),
    _ORGANISATION: (
        (RelationKind.WORKS_AT, True),
        (RelationKind.PART_OF, False),
        (RelationKind.PART_OF, True),
        (RelationKind.KNOWS, False),
    ),
}
"""Relations that a person, or an organisation, may have: (kind, backward)."""


def say(table: dict[Any, Any], key: Any) -> str:
    """A code that has no words is shown as it is."""
    return QCoreApplication.translate(_WHERE, str(table[key])) if key in table else str(key)


def field_title(name: str, fields: Iterable[FieldView] = ()) -> str:
    """A custom field is `custom.CODE`, named as `fields` say."""
    if not name.startswith(CUSTOM):
        return say(TITLES, name)
    code = name.removeprefix(CUSTOM)
    return next((custom_title(one) for one in fields if one.code == code), code)


def custom_title(field: FieldView) -> str:
    names = field.names
    return names.get(i18n.language()) or next(iter(names.values()), field.code)


def value_text(name: str, value: Any) -> str:
    """A field's value in words; lists on lines of their own."""
    if value in (None, "", ()):
        return QCoreApplication.translate("CustomerFields", "(empty)")
    if name in _LISTS:
        return "\n".join(_LISTS[name](one) for one in value)
    if name.startswith(CUSTOM):
        return custom_text(value)
    return _SINGLE[name](value) if name in _SINGLE else str(value)


def custom_text(value: CustomValue) -> str:
    if isinstance(value, bool):
        yes, no = (
            QCoreApplication.translate("CustomerFields", "Yes"),
            QCoreApplication.translate("CustomerFields", "No"),
        )
        return yes if value else no
    return str(value)


def identity(one: IdentityView) -> str:
    return " · ".join(filter(None, (formats.phone(one.value), one.label)))


def address(one: AddressView) -> str:
    """In one line: "Home: Gran Vía 1, 48001 Bilbao, Bizkaia"."""
    place = " ".join(filter(None, (one.postcode, one.city)))
    said = ", ".join(filter(None, (one.street, place, one.region, one.country)))
    return f"{words.label(one.label)}: {said}" if one.label else said


def relation(one: RelationView) -> str:
    kind = say(RELATIONS, (one.kind, one.backward))
    said = f"{kind} {one.name}" if one.name else kind
    return f"{said} ({one.role})" if one.role else said


def consent(one: ConsentView) -> str:
    given = (
        QCoreApplication.translate("CustomerFields", "given")
        if one.given
        else QCoreApplication.translate("CustomerFields", "refused")
    )
    return f"{consent_title(one)}: {given}"


def consent_title(one: ConsentView) -> str:
    return f"{say(CHANNELS, one.channel)} · {say(PURPOSES, one.purpose)}"


def purposes(consents: Sequence[ConsentView]) -> list[str]:
    """The usual ones, and those that the customer's consents have besides."""
    return list(dict.fromkeys((*PURPOSES, *(one.purpose for one in consents))))


_LISTS: Final[dict[str, Any]] = {
    "alerts": lambda one: say(ALERTS, one),
    "tags": str,
    "identities": identity,
    "addresses": address,
    "relations": relation,
    "consents": consent,
}
_SINGLE: Final[dict[str, Any]] = {
    "kind": lambda value: say(KINDS, value),
    "status": lambda value: say(STATUSES, value),
    "language": words.language,
}
