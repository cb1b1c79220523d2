"""A record as a row of plain columns, which an engine compares without knowing any language."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.duplicates import names, places
from cti_bridge.customers.duplicates.values import Kind

if TYPE_CHECKING:
    from datetime import date

    from cti_bridge.customers.duplicates.values import Record

MAX_LISTED: Final = 20
"""Telephones, addresses and keys of one record that are compared."""
LEAST_PHONE: Final = 7  # digits; fewer are an extension of the own PBX, which many people have had
_PUBLIC: Final = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.es",
        "outlook.com",
        "outlook.es",
        "live.com",
        "yahoo.com",
        "yahoo.es",
        "icloud.com",
        "me.com",
        "telefonica.net",
        "terra.es",
        "movistar.es",
        "ono.com",
        "orange.es",
        "aol.com",
        "gmx.com",
        "gmx.es",
        "msn.com",
        "protonmail.com",
        "proton.me",
        "yahoo.co.uk",
        "btinternet.com",
        "hotmail.co.uk",
        "example.com",
        "example.org",
        "example.net",
    ]
)
_NIF: Final = re.compile(r"^(?:ES)?([XYZ0-9]\d{7}[A-Z]|[A-HJNP-SUVW]\d{7}[0-9A-J])$")
_NIF_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_CIF_LETTERS: Final = "JABCDEFGHI"
_JOINTS: Final = re.compile(r"[\s.\-/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One row; the columns of an engine are these, in this order. None is "not known"."""

    n: int
    changed: bool
    organisation: bool  # whether it is one; people and organisations are never compared
    given: str | None
    root: str | None
    first: str | None
    second: str | None
    family: str | None
    name: str | None  # of the organisation, or of the person's employer
    born: str | None  # yyyymmdd
    turned: str | None  # yyyyddmm, where that is a date too
    street: str | None
    number: str | None
    postcode: str | None
    city: str | None
    region: str | None
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    domains: tuple[str, ...]  # of the e-mail addresses, those of providers left out
    keys: tuple[str, ...]


COLUMNS: Final = tuple(field.name for field in fields(Prepared))


def prepare(record: Record, region: str = "") -> Prepared:
    """`region` (ISO 3166) is where addresses without a country are. Never raises for bad text:
    what cannot be read is not known."""
    company = _is_organisation(record)
    person = (
        names.PersonName() if company else names.person(record.name, record.given, record.family)
    )
    name = (record.organisation or record.name) if company else record.organisation
    at = record.addresses[0] if record.addresses else None
    street, number = places.street(at.street) if at else ("", "")
    emails = tuple(dict.fromkeys(map(email, record.emails[:MAX_LISTED])))
    return Prepared(
        n=record.n,
        changed=record.changed,
        organisation=company,
        given=person.given or None,
        root=person.root or None,
        first=person.first or None,
        second=person.second or None,
        family=person.family or None,
        name=(names.organisation(name) or None) if name else None,
        born=_digits(record.born),
        turned=_turned(record.born),
        street=street or None,
        number=number or None,
        postcode=(places.postcode(at.postcode, at.country, region) or None) if at else None,
        city=(places.city(at.city) or None) if at else None,
        region=(places.city(at.region) or None) if at else None,
        phones=tuple(dict.fromkeys(filter(None, map(phone, record.phones[:MAX_LISTED])))),
        emails=emails,
        domains=tuple(dict.fromkeys(filter(None, map(_domain, emails)))),
        keys=tuple(dict.fromkeys(key(*one) for one in record.keys[:MAX_LISTED])),
    )


def _is_organisation(record: Record) -> bool:
    if record.kind is not None:
        return record.kind is Kind.ORGANISATION
    if record.given or record.family or record.born:
        return False
    whole = record.name or record.organisation
    return whole == record.organisation or names.is_organisation(whole)


def phone(text: str) -> str:
    """As stored; "" for an extension of the own PBX."""
    digits = text.partition(";")[0]
    return text if sum(map(str.isdigit, digits)) >= LEAST_PHONE else ""


def email(text: str) -> str:
    """What its server takes for the same mailbox: no "+tag", no dots at Gmail."""
    local, _, domain = text.lower().partition("@")
    local = local.partition("+")[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def _domain(address: str) -> str:
    domain = address.partition("@")[2]
    return "" if domain in _PUBLIC else domain


def key(source: str, text: str) -> str:
    """A Spanish tax number is the same whoever noted it; any other key means something to its
    source alone."""
    plain = _JOINTS.sub("", text).upper()
    if (found := _NIF.match(plain)) and _checks(found[1]):
        return f"nif:{found[1]}"
    return f"{source}:{text}"


def _checks(number: str) -> bool:
    """The control letter of a NIF, a NIE or a company's number (orden HAC/1324/2017)."""
    if number[0].isdigit() or number[0] in "XYZ":
        digits = number[:-1].translate(str.maketrans("XYZ", "012"))
        return number[-1] == _NIF_LETTERS[int(digits) % 23]
    body = number[1:8]
    doubled = sum(sum(map(int, str(int(digit) * 2))) for digit in body[::2])
    control = (10 - (doubled + sum(map(int, body[1::2]))) % 10) % 10
    return number[-1] in {str(control), _CIF_LETTERS[control]}


def _digits(day: date | None) -> str | None:
    return f"{day.year:04}{day.month:02}{day.day:02}" if day else None


def _turned(day: date | None) -> str | None:
    """With day and month exchanged, where both are months and they differ."""
    if day is None or day.day > 12 or day.day == day.month:
        return None
    return f"{day.year:04}{day.day:02}{day.month:02}"
