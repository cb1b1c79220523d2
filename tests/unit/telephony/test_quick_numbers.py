"""The quick way agrees with the library, or leaves the number to it."""

from __future__ import annotations

from typing import Final

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.customers.identities import IdentityError, normalise_phone
from cti_bridge.telephony.quick_numbers import quick
from tests.helpers.examples import examples

# fmt: off
REGIONS: Final = ("ES", "GB", "FR", "DE", "IT", "US", "MX", "AR", "BR", "PT", "AU", "CH", "CR",
                  "RU", "HU", "LT", "JP", "SG", "CN", "IN", "AD", "SM", "KZ", "UY", "CL")
# fmt: on


def slow(text: str, region: str) -> str:
    """What the library makes of it, as `normalise_phone` asks it."""
    number = phonenumbers.parse(text, region)
    if not phonenumbers.is_possible_number(number) or number.extension:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A region, and digits as long as a number of some country, written in some way."""
    region, other = draw(st.sampled_from(REGIONS)), draw(st.sampled_from(REGIONS))
    example = phonenumbers.example_number(other)
    assert example is not None
    national = str(example.national_number)
    kept = draw(st.integers(0, 4))
    rest = draw(st.text("0123456789", min_size=7, max_size=12))
    digits = (national[:kept] + rest)[: len(national) + draw(st.integers(-1, 1))]
    start = draw(st.sampled_from((f"+{example.country_code}", f"00{example.country_code}", "", "0",
                                  str(example.country_code), "011", "+")))  # fmt: skip
    return start + digits, region


@given(numbers())
def test_what_is_answered_is_what_the_library_answers(number: tuple[str, str]) -> None:
    text, region = number
    answer = quick(text, region)
    if answer is not None and len(text) > 6:
        assert answer == slow(text, region)


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("612345099", "ES", "+34612345099"),
        ("612 34 50-99", "ES", "+34612345099"),
        ("+34612345099", "GB", "+34612345099"),
        ("0034612345099", "ES", "+34612345099"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (20) 7946 0958", "ES", "+442079460958"),
        ("+1 212 555 0123", "ES", "+12125550123"),
        ("٦١٢٣٤٥٠٩٩", "ES", None),  # digits of another script: the library knows them
        ("612345099 ext 12", "ES", None),
        ("+999612345099", "ES", None),
        ("+0", "ES", None),
        ("34612345099", "ES", None),  # with its country, or not
        ("612345099", "XX", None),
        ("6" * 5_000, "ES", None),
        ("", "ES", None),
    ],
)
def test_a_number(text: str, region: str, expected: str | None) -> None:
    assert quick(text, region) == expected


def test_most_numbers_of_an_import_go_the_quick_way() -> None:
    plain = [f"6{at:08}" for at in range(0, 10**8, 10**8 // examples(400))]
    assert all(quick(text, "ES") == f"+34{text}" for text in plain)


def test_what_is_doubtful_is_asked() -> None:
    assert normalise_phone("34612345099", "ES") == ("+34612345099", "")
    with pytest.raises(IdentityError):
        normalise_phone("+999612345099", "ES")
