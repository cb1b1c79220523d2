"""What the library of numbers would say of a plain one, many times as fast.

An import has a million numbers, and a caller waits. Only what is beyond doubt is answered here:
digits of a length that the plan has, from which the library could strip nothing, or a trunk
prefix only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers

_SEPARATORS: Final = str.maketrans("", "", " .-()")
_DIGITS: Final = re.compile(r"[0-9]+")
_MOST: Final = 17  # E.164: three of the country, fourteen of the library's longest
_CODE_LENGTHS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A country's numbers, as the library has them."""

    code: str
    lengths: frozenset[int]
    stripped: re.Pattern[str] | None  # what it may take off a number's beginning
    trunk: str  # "0" where it takes that off and nothing else
    national: re.Pattern[str]


def quick(text: str, region: str) -> str | None:
    """E.164 of a number that `region` reads; None where the library must be asked."""
    digits = text if text.isdigit() else text.translate(_SEPARATORS)
    if len(digits) > _MOST + 3 or not digits.isascii():
        return None
    if digits.startswith("+"):
        return _international(digits[1:])
    if not digits.isdigit():
        return None
    own = _own(region)
    if own is None:
        return None
    plan, abroad = own
    if digits.startswith("00") and abroad == "00":
        return _international(digits[2:])
    if abroad != "00" and re.match(abroad, digits):
        return None
    if digits.startswith(plan.code):  # the number of the country, or not
        return None
    return _national(digits, plan)


def _international(digits: str) -> str | None:
    if not digits.isdigit():
        return None
    for length in _CODE_LENGTHS:
        if (plan := _by_code(digits[:length])) is not None:
            return _plain(digits[length:], plan)
    return None


def _national(digits: str, plan: _Plan) -> str | None:
    if plan.trunk and digits.startswith(plan.trunk):
        bare = digits[len(plan.trunk) :]
        # taken off where what is left is a number of the country
        if bare[:1] in ("0", "") or len(bare) not in plan.lengths:
            return None
        return f"+{plan.code}{bare}" if plan.national.fullmatch(bare) else None
    return _plain(digits, plan)


def _plain(digits: str, plan: _Plan) -> str | None:
    if len(digits) not in plan.lengths or digits.startswith("0"):
        return None
    if plan.stripped is not None and plan.stripped.match(digits):
        return None
    return f"+{plan.code}{digits}"


@lru_cache(maxsize=1024)
def _by_code(code: str) -> _Plan | None:
    """The plan behind a country's code; None for what is none, or the beginning of one."""
    if not _DIGITS.fullmatch(code) or code.startswith("0"):
        return None
    number = int(code)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(number)
    if regions is None or regions[0] == "001":
        return None
    return _plan(phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None))


@lru_cache(maxsize=256)
def _own(region: str) -> tuple[_Plan, str] | None:
    """The region's plan, and the pattern of its international prefix."""
    data = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    plan = _plan(data)
    if data is None or plan is None or not data.international_prefix:
        return None
    return plan, data.international_prefix


def _plan(data: phonenumbers.PhoneMetadata | None) -> _Plan | None:
    general = None if data is None else data.general_desc
    if data is None or general is None or not general.national_number_pattern:
        return None
    prefix = data.national_prefix_for_parsing
    # "0", or "0|180020": the first alternative is tried first
    simple = prefix is not None and prefix.partition("|")[0] == "0"
    simple = simple and not data.national_prefix_transform_rule
    return _Plan(
        code=str(data.country_code),
        lengths=frozenset(length for length in general.possible_length if length > 0),
        stripped=re.compile(prefix) if prefix else None,
        trunk="0" if simple else "",
        national=re.compile(general.national_number_pattern),
    )
