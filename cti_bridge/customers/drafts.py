"""What an agent wrote of a customer: cleaned, bounded, and refused by the name of its field."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cti_bridge.customers import consents, details, fields
from cti_bridge.customers.cleaning import bounded, invalid, line
from cti_bridge.customers.identities import IdentityError, normalise
from cti_bridge.customers.ports import HIDDEN, Customer, Identity
from cti_bridge.customers.text import clean_line, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cti_bridge.protocol.customer_values import FieldView
    from cti_bridge.protocol.values import CustomerDraft, IdentityView

MAX_NAME: Final = 200
MAX_TAGS: Final = 20
MAX_TAG: Final = 40
MAX_LABEL: Final = 40
MAX_SOURCE: Final = 80
MAX_IDENTITIES: Final = 50
MAX_LOGIN: Final = 80
TYPED: Final = "agent"
"""The source of an identity that somebody typed."""

_LANGUAGE: Final = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """By what a draft is read."""

    region: str  # ISO 3166: how national numbers are read
    now: datetime
    fields: Sequence[FieldView] = ()


def write(draft: CustomerDraft, on_file: Customer, by: Writing) -> Customer:
    """The customer as `draft` has it, where it says something; the version is still the old one.

    Raises CommandRefused(INVALID) with the field at fault: "name", "identities[2].value" …
    """
    given, family = _names(draft, on_file)
    name = line(draft.name, "name", MAX_NAME) or " ".join(filter(None, (given, family)))
    if not name:
        raise invalid("name", "empty")
    kind = draft.kind or on_file.kind
    return replace(
        on_file,
        name=name[:MAX_NAME],
        organisation=line(draft.organisation, "organisation", MAX_NAME),
        language=_language(draft.language),
        tags=_tags(draft.tags),
        identities=keep_known(_identities(draft.identities, by.region), on_file.identities),
        owner=on_file.owner if draft.owner is None else _owner(draft.owner),
        kind=kind,
        status=draft.status or on_file.status,
        alerts=on_file.alerts if draft.alerts is None else details.alerts(draft.alerts),
        given_name=given,
        family_name=family,
        born=on_file.born if draft.born is None else details.born(draft.born, by.now.date()),
        time_zone=on_file.time_zone
        if draft.time_zone is None
        else details.time_zone(draft.time_zone),
        custom=on_file.custom
        if draft.custom is None
        else fields.written(
            draft.custom, on_file.custom, by.fields, before=on_file.kind, kind=kind
        ),
        addresses=on_file.addresses
        if draft.addresses is None
        else details.addresses(draft.addresses),
        relations=on_file.relations
        if draft.relations is None
        else details.related(draft.relations, on_file.customer_id),
        consents=on_file.consents
        if draft.consents is None
        else consents.said(on_file.consents, details.consents(draft.consents, by.now), by.now),
    )


def _names(draft: CustomerDraft, on_file: Customer) -> tuple[str, str]:
    return (
        on_file.given_name
        if draft.given_name is None
        else line(draft.given_name, "given_name", MAX_NAME),
        on_file.family_name
        if draft.family_name is None
        else line(draft.family_name, "family_name", MAX_NAME),
    )


def keep_known(written: Iterable[Identity], known: Iterable[Identity]) -> tuple[Identity, ...]:
    """`written`, with the source and confirmation of those on file: an agent cannot forge them.
    What no form shows stays as it is."""
    on_file = {identity.key: identity for identity in known}
    kept = tuple(
        replace(on_file[identity.key], label=identity.label)
        if identity.key in on_file
        else identity
        for identity in written
    )
    return kept + tuple(one for one in on_file.values() if one.kind in HIDDEN)


def owner_of(text: str) -> str | None:
    """A login as it is compared (folded, as users are stored), "" for nobody; None: no login."""
    login = fold(clean_line(text))
    return None if len(login) > MAX_LOGIN or any(map(str.isspace, login)) else login


def _owner(text: str) -> str:
    login = owner_of(line(text, "owner", MAX_LOGIN))
    if login is None:
        raise invalid("owner", "not the login of an agent")
    return login


def _language(text: str) -> str:
    text = line(text, "language", 16)
    if text and not _LANGUAGE.match(text):
        raise invalid("language", "not a language code such as es or en")
    return text


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    bounded(tags, "tags", MAX_TAGS)
    cleaned = (line(tag, f"tags[{at}]", MAX_TAG) for at, tag in enumerate(tags))
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))


def _identities(views: tuple[IdentityView, ...], region: str) -> tuple[Identity, ...]:
    bounded(views, "identities", MAX_IDENTITIES)
    found: dict[tuple[object, ...], Identity] = {}
    for at, view in enumerate(views):
        identity = _identity(view, f"identities[{at}]", region)
        found.setdefault(identity.key, identity)
    return tuple(found.values())


def _identity(view: IdentityView, field: str, region: str) -> Identity:
    label = line(view.label, f"{field}.label", MAX_LABEL)
    if view.kind in HIDDEN:
        raise invalid(f"{field}.kind", "nobody can type this")
    try:
        value, extension = normalise(view.kind, view.value, region)
    except IdentityError as error:
        raise invalid(f"{field}.value", str(error)) from error
    return Identity(kind=view.kind, value=value, extension=extension, label=label, source=TYPED)
