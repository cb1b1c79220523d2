"""Telephone numbers: read once at the edge, E.164 from then on (ITU-T E.164, RFC 3966)."""

from __future__ import annotations

import functools
import logging
import re
from typing import Final

import phonenumbers

from cti_bridge.telephony.ports import WITHHELD, DialPlan, Number, NumberKind
from cti_bridge.telephony.quick_numbers import quick

logger = logging.getLogger(__name__)

MAX_TEXT: Final = 64  # longer text is no number
MAX_RAW: Final = 40
_NUMBER_LIKE: Final = re.compile(
    r"\s*(?:tel:)?[+＋]?[\d\s().\-/\u00a0\u2010-\u2015]*\d[\d\s().\-/\u00a0\u2010-\u2015]*"
    r"(?:(?:;\s*ext=|,?\s*(?:ext\.?|extension|extensión|x|#)\s*)\d{1,10})?\s*",
    re.IGNORECASE,
)
_DIALLED: Final = re.compile(r"[+]?[0-9*#]{1,40}")
_LEAST_PLAIN: Final = 7  # characters; about shorter ones the library has its own mind
_COSTLY: Final = frozenset(
    {
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
    }
)
_SEPARATORS: Final = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]")


@functools.lru_cache(maxsize=8192)
def read_number(text: str, plan: DialPlan) -> Number:
    """What `text` is on a line with this plan; never raises.

    The PBX's own extensions are looked for first: phonenumbers would read them as numbers.
    Empty text is WITHHELD; what is neither extension nor E.164 is RAW, at most MAX_RAW long.
    """
    text = text.strip()
    if not text:
        return WITHHELD
    if len(text) > MAX_TEXT or not _NUMBER_LIKE.fullmatch(text):
        return Number(kind=NumberKind.RAW, value=_printable(text))
    compact = _SEPARATORS.sub("", text.removeprefix("tel:"))
    if is_extension(compact, plan):
        return Number(kind=NumberKind.EXTENSION, value=compact)
    return _e164(text, plan.region) or Number(kind=NumberKind.RAW, value=compact[:MAX_RAW])


def prepare(plan: DialPlan) -> None:
    """Reads a number once, so that the first caller does not wait for the region's data."""
    example = phonenumbers.example_number(plan.region)
    if example is not None:
        read_number(str(example.national_number), plan)


def is_extension(text: str, plan: DialPlan) -> bool:
    return any(pattern.fullmatch(text) for pattern in _patterns(plan.extensions))


def dial_string(text: str, plan: DialPlan) -> str:
    """What to dial for what an agent typed: an extension, "+34612345099", or a short code.

    Raises ValueError when it cannot be dialled.
    """
    number = read_number(text, plan)
    if number.kind in (NumberKind.EXTENSION, NumberKind.E164):
        return number.value
    compact = _SEPARATORS.sub("", text.strip())
    if number.kind is NumberKind.WITHHELD or not _DIALLED.fullmatch(compact):
        raise ValueError("neither a telephone number nor an extension")
    return compact


def may_call_back(number: Number, plan: DialPlan, *, keyed: bool) -> bool:
    """Whether a machine may promise to call this number. Not one that bills who calls it (a
    known fraud), nor a satellite's; one that was `keyed` by an unknown caller must be of our own
    country, and no extension."""
    if number.kind is not NumberKind.E164:
        return number.kind is NumberKind.EXTENSION and not keyed
    parsed = _parsed(number.value, plan.region)
    if parsed is None or phonenumbers.number_type(parsed) in _COSTLY:
        return False
    region = phonenumbers.region_code_for_number(parsed)
    return region == plan.region if keyed else region != "001"


@functools.lru_cache(maxsize=256)
def _patterns(extensions: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    found = []
    for text in extensions:
        try:
            found.append(re.compile(text))
        except re.error as error:  # check-config names it with its line; here the call goes on
            logger.warning("extension pattern %r is not a regular expression: %s", text, error)
    return tuple(found)


def _e164(text: str, region: str) -> Number | None:
    if text.startswith("+") and len(text) >= _LEAST_PLAIN and (plain := quick(text, region)):
        return Number(kind=NumberKind.E164, value=plain)  # a caller waits for it: 0.3 ms sooner
    digits = _SEPARATORS.sub("", text)
    number = _parsed(text, region)
    if number is None and digits.isdigit() and len(digits) >= 11:
        # Providers send 34612345099 without the plus: believed only where that is a real number.
        number = _parsed("+" + digits, region)
        if number is not None and not phonenumbers.is_valid_number(number):
            number = None
    if number is None:
        return None
    value = _written(number)
    return Number(kind=NumberKind.E164, value=value, extension=number.extension or "")


def _written(number: phonenumbers.PhoneNumber) -> str:
    """As E.164, without its extension."""
    return phonenumbers.format_number(
        phonenumbers.PhoneNumber(
            country_code=number.country_code,
            national_number=number.national_number,
            italian_leading_zero=number.italian_leading_zero,
            number_of_leading_zeros=number.number_of_leading_zeros,
        ),
        phonenumbers.PhoneNumberFormat.E164,
    )


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
        if phonenumbers.is_valid_number(number):
            return number
        # A plan newer than our metadata: with its country code the length is enough.
        international = text.lstrip().removeprefix("tel:").lstrip().startswith(("+", "＋"))
        if not international or not phonenumbers.is_possible_number(number):
            return None
        value = _written(number)
        stays = _written(phonenumbers.parse(value)) == value  # "+31 0000…" loses zeros each time
    except phonenumbers.NumberParseException:
        return None
    return number if stays else None


def _printable(text: str) -> str:
    return "".join(letter for letter in text[: 4 * MAX_RAW] if letter.isprintable())[:MAX_RAW]
