"""What an agent wrote of a customer: cleaned, bounded, and refused by the name of its field."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.identities import IdentityError, normalise
from cti_bridge.customers.ports import HIDDEN, Identity
from cti_bridge.customers.text import clean_line, fold
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Iterable

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
class Draft:
    """A `CustomerDraft` that may be stored as it is."""

    name: str
    organisation: str
    language: str
    tags: tuple[str, ...]
    identities: tuple[Identity, ...]
    owner: str | None  # None: as on file


def read(draft: CustomerDraft, region: str) -> Draft:
    """Raises CommandRefused(INVALID) with the field at fault: "name", "identities[2].value" …"""
    name = _line(draft.name, "name", MAX_NAME)
    if not name:
        raise _invalid("name", "empty")
    return Draft(
        name=name,
        organisation=_line(draft.organisation, "organisation", MAX_NAME),
        language=_language(draft.language),
        tags=_tags(draft.tags),
        identities=_identities(draft.identities, region),
        owner=None if draft.owner is None else _owner(draft.owner),
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
    login = owner_of(_line(text, "owner", MAX_LOGIN))
    if login is None:
        raise _invalid("owner", "not the login of an agent")
    return login


def _line(text: str, field: str, most: int) -> str:
    if len(text) > most * 4:
        raise _invalid(field, f"longer than {most} characters")
    text = clean_line(text)
    if len(text) > most:
        raise _invalid(field, f"longer than {most} characters")
    return text


def _language(text: str) -> str:
    text = _line(text, "language", 16)
    if text and not _LANGUAGE.match(text):
        raise _invalid("language", "not a language code such as es or en")
    return text


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    if len(tags) > MAX_TAGS:
        raise _invalid("tags", f"more than {MAX_TAGS}")
    cleaned = (_line(tag, f"tags[{at}]", MAX_TAG) for at, tag in enumerate(tags))
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))


def _identities(views: tuple[IdentityView, ...], region: str) -> tuple[Identity, ...]:
    if len(views) > MAX_IDENTITIES:
        raise _invalid("identities", f"more than {MAX_IDENTITIES}")
    found: dict[tuple[object, ...], Identity] = {}
    for at, view in enumerate(views):
        identity = _identity(view, f"identities[{at}]", region)
        found.setdefault(identity.key, identity)
    return tuple(found.values())


def _identity(view: IdentityView, field: str, region: str) -> Identity:
    label = _line(view.label, f"{field}.label", MAX_LABEL)
    if view.kind in HIDDEN:
        raise _invalid(f"{field}.kind", "nobody can type this")
    try:
        value, extension = normalise(view.kind, view.value, region)
    except IdentityError as error:
        raise _invalid(f"{field}.value", str(error)) from error
    return Identity(kind=view.kind, value=value, extension=extension, label=label, source=TYPED)


def _invalid(field: str, detail: str) -> CommandRefused:
    return CommandRefused(RefusalCode.INVALID, detail, field=field)
