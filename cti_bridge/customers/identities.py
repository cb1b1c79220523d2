"""Identities in the one form in which they are stored and looked up."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers

from cti_bridge.customers.text import clean_line
from cti_bridge.protocol.vocabulary import IdentityKind

MAX_INPUT: Final = 254
MAX_KEY: Final = 64
MAX_EXTENSION: Final = 16

_INTERNAL: Final = re.compile(r"^[0-9*#]{2,6}$")
_ADDRESS: Final = re.compile(r"^[^\s@<>()\[\],;:\\\"]{1,64}@([^\s@<>()\[\],;:\\\"/]{1,253})$")
_DOMAIN: Final = re.compile(
    r"^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$"
)


class IdentityError(ValueError):
    """The text is no identity of its kind; says why, without the text itself."""


def normalise(kind: IdentityKind, text: str, region: str) -> tuple[str, str]:
    """(value, extension) as stored; `region` (ISO 3166) reads national phone numbers.

    Raises IdentityError.
    """
    if len(text) > MAX_INPUT:
        raise IdentityError(f"longer than {MAX_INPUT} characters")
    text = clean_line(text)
    if not text:
        raise IdentityError("empty")
    if kind is IdentityKind.PHONE:
        return normalise_phone(text, region)
    if kind is IdentityKind.EMAIL:
        return normalise_email(text), ""
    return normalise_key(text), ""


@lru_cache(maxsize=4096)
def normalise_phone(text: str, region: str) -> tuple[str, str]:
    """E.164 and its extension; two to six digits are an extension of the own PBX.

    Numbers that the plan could hold are taken even where nobody has been given them yet:
    plans grow faster than libraries.
    """
    if _INTERNAL.match(text):
        return text, ""
    if short := _short_way(text, region):
        return short, ""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise IdentityError(f"not a phone number ({_why(error)})") from error
    if not phonenumbers.is_possible_number(number):
        reason = phonenumbers.is_possible_number_with_reason(number)
        raise IdentityError(f"not a possible phone number ({_POSSIBLE.get(reason, 'length')})")
    extension = "".join(c for c in number.extension or "" if c in "0123456789*#")
    e164 = _e164(number)
    return e164, extension[:MAX_EXTENSION]


def _e164(number: phonenumbers.PhoneNumber) -> str:
    """Read again until nothing more comes off: of several leading zeros each reading takes one,
    and what is stored must stay what it is when a desktop sends it back."""
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    while number.italian_leading_zero:
        number = phonenumbers.parse(e164, None)
        again = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if again == e164:
            break
        e164 = again
    return e164


def _short_way(text: str, region: str) -> str | None:
    """What the library would say of a plain national number, eight times as fast: an import has
    a million of them. Only where the plan has no trunk prefix, and nothing could be stripped."""
    plan = _plan(region)
    digits = text.translate(_SEPARATORS)
    if plan is None or not digits.isascii():
        return None
    code, lengths, idd = plan
    digits = digits.removeprefix(f"+{code}")
    plain = digits.isdigit() and len(digits) in lengths and not digits.startswith(("0", code))
    return f"+{code}{digits}" if plain and not idd.match(digits) else None


@lru_cache(maxsize=256)
def _plan(region: str) -> tuple[str, frozenset[int], re.Pattern[str]] | None:
    data = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if data is None or data.national_prefix_for_parsing or not data.international_prefix:
        return None
    lengths = frozenset(data.general_desc.possible_length if data.general_desc else ())
    return str(data.country_code), lengths, re.compile(data.international_prefix)


_SEPARATORS: Final = str.maketrans("", "", " .-()")
_POSSIBLE: Final = {
    phonenumbers.ValidationResult.TOO_SHORT: "too short",
    phonenumbers.ValidationResult.TOO_LONG: "too long",
    phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "unknown country code",
    phonenumbers.ValidationResult.INVALID_LENGTH: "wrong length",
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "area code missing",
}


def _why(error: phonenumbers.NumberParseException) -> str:
    kinds = phonenumbers.NumberParseException
    words = {
        kinds.INVALID_COUNTRY_CODE: "unknown country code",
        kinds.NOT_A_NUMBER: "no digits",
        kinds.TOO_SHORT_AFTER_IDD: "too short",
        kinds.TOO_SHORT_NSN: "too short",
        kinds.TOO_LONG: "too long",
    }
    return words.get(error.error_type, "unreadable")


def normalise_email(text: str) -> str:
    """Lower case, the domain in its ASCII form (RFC 5890); "mailto:" is dropped."""
    text = text.removeprefix("mailto:").removeprefix("MAILTO:").strip().lower()
    found = _ADDRESS.match(text)
    if found is None:
        raise IdentityError("not an e-mail address")
    local = text.partition("@")[0]
    try:
        domain = found[1].rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise IdentityError("its domain cannot exist") from error
    if not _DOMAIN.match(domain) or local.startswith(".") or local.endswith("."):
        raise IdentityError("not an e-mail address")
    return f"{local}@{domain}"


def normalise_key(text: str) -> str:
    """As the other system writes it; its case means something."""
    if len(text) > MAX_KEY:
        raise IdentityError(f"longer than {MAX_KEY} characters")
    return text
