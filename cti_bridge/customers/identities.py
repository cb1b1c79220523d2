"""Identities in the one form in which they are stored and looked up."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers

from cti_bridge.customers.text import clean_line
from cti_bridge.protocol.vocabulary import IdentityKind
from cti_bridge.telephony.quick_numbers import quick

MAX_INPUT: Final = 254
MAX_KEY: Final = 64
MAX_EXTENSION: Final = 16
MAX_INTERNAL: Final = 6

_INTERNAL: Final = re.compile(rf"^[0-9*#]{{2,{MAX_INTERNAL}}}$")
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


def normalise_phone(text: str, region: str) -> tuple[str, str]:
    """E.164 and its extension; two to six digits are an extension of the own PBX.

    Numbers that the plan could hold are taken even where nobody has been given them yet:
    plans grow faster than libraries.
    """
    if len(text) <= MAX_INTERNAL and _INTERNAL.match(text):
        return text, ""
    if plain := quick(text, region):
        return plain, ""
    return _asked(text, region)


@lru_cache(maxsize=4096)
def _asked(text: str, region: str) -> tuple[str, str]:
    """What the library says."""
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
    domain = _domain(found[1])
    if local.startswith(".") or local.endswith("."):
        raise IdentityError("not an e-mail address")
    return f"{local}@{domain}"


@lru_cache(maxsize=4096)
def _domain(text: str) -> str:
    try:
        domain = text.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise IdentityError("its domain cannot exist") from error
    if not _DOMAIN.match(domain):
        raise IdentityError("not an e-mail address")
    return domain


def normalise_key(text: str) -> str:
    """As the other system writes it; its case means something."""
    if len(text) > MAX_KEY:
        raise IdentityError(f"longer than {MAX_KEY} characters")
    return text
