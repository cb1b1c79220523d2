"""Identities, and text, in the one form in which they are stored."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.customers.identities import IdentityError, normalise, normalise_phone
from cti_bridge.customers.text import clean_line, clean_text, fold, fold_words
from cti_bridge.protocol.vocabulary import IdentityKind

PHONE, EMAIL, KEY = IdentityKind.PHONE, IdentityKind.EMAIL, IdentityKind.KEY


@pytest.mark.parametrize(
    ("text", "region", "stored"),
    [
        ("612 34 50 99", "ES", ("+34612345099", "")),
        ("(+34) 612-345-099", "ES", ("+34612345099", "")),
        ("0034 612345099", "ES", ("+34612345099", "")),
        ("tel:+34612345099", "GB", ("+34612345099", "")),
        ("020 7946 0018", "GB", ("+442079460018", "")),
        ("+44 (0)20 7946 0018", "ES", ("+442079460018", "")),
        ("(212) 555-0101", "US", ("+12125550101", "")),
        ("944 21 00 17 ext. 4012", "ES", ("+34944210017", "4012")),
        ("+34944210017;ext=4012", "ES", ("+34944210017", "4012")),
        ("+34750100001", "ES", ("+34750100001", "")),  # not assigned yet, but possible
        ("1003", "ES", ("1003", "")),
        ("*21", "ES", ("*21", "")),
        ("+39 06 698 12345", "ES", ("+390669812345", "")),  # Italy keeps its zero
    ],
)
def test_a_number_in_any_spelling(text: str, region: str, stored: tuple[str, str]) -> None:
    assert normalise(PHONE, text, region) == stored


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \u200b ", "empty"),
        ("no tiene", "no digits"),
        ("12345678901234567890", "too long"),
        ("61234509", "too short"),
        ("+999 612345099", "country code"),
        ("612345099" * 100, "longer than"),
    ],
)
def test_what_is_no_number(text: str, why: str) -> None:
    with pytest.raises(IdentityError, match=why):
        normalise(PHONE, text, "ES")


@given(st.integers(500_000_000, 999_999_999), st.sampled_from(["{}", "+34{}", "0034{}", "34{}"]))
def test_numbers_are_what_the_library_says(national: int, form: str) -> None:
    text = form.format(national)
    expected = phonenumbers.parse(text, "ES")
    if phonenumbers.is_possible_number(expected):
        e164 = phonenumbers.format_number(expected, phonenumbers.PhoneNumberFormat.E164)
        assert normalise_phone(text, "ES") == (e164, "")


@given(
    st.sampled_from(["ES", "GB", "US", "IT", "MX", "AR", "PT", "PL", "DK", "SG", "CZ"]),
    st.from_regex(r"(\+?[0-9]{1,3})?[0-9() .-]{7,12}", fullmatch=True),
)
def test_every_region_agrees_with_the_library(region: str, text: str) -> None:
    """The short way for plain national numbers must not differ from the long one."""
    try:
        stored = normalise(PHONE, text, region)
    except IdentityError:
        return
    if len(stored[0]) <= 6:
        return
    number = phonenumbers.parse(text, region)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not number.italian_leading_zero:
        assert stored[0] == e164


@pytest.mark.parametrize("text", ["+3750010823059", "+310050100054", "+353007067149"])
def test_zeros_come_off_all_at_once(text: str) -> None:
    value, _ = normalise(PHONE, text, "ES")
    assert normalise(PHONE, value, "GB") == (value, "")


@given(st.sampled_from(IdentityKind), st.text(max_size=300))
def test_any_text_is_stored_normalised_or_refused(kind: IdentityKind, text: str) -> None:
    try:
        value, extension = normalise(kind, text, "ES")
    except IdentityError:
        return
    assert 0 < len(value) <= 254
    again = f"{value};ext={extension}" if extension else value
    assert normalise(kind, again, "GB") == (value, extension)  # written once, the same for ever


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (" Marta.Nunez@Ejemplo.ES ", "marta.nunez@ejemplo.es"),
        ("mailto:a+b@example.com", "a+b@example.com"),
        ("info@Peña.example", "info@xn--pea-8ma.example"),
        ("a@example.com.", "a@example.com"),
    ],
)
def test_addresses(text: str, stored: str) -> None:
    assert normalise(EMAIL, text, "ES") == (stored, "")


@pytest.mark.parametrize(
    "text",
    ["a", "a@", "@b.com", "a@b", "a b@example.com", "a@exa mple.com", "a@-x.com", "a@b..com",
     "a@" + "x" * 64 + ".com", "x" * 65 + "@example.com", "<a@example.com>", ".a@example.com"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(IdentityError):
        normalise(EMAIL, text, "ES")


def test_keys_keep_their_case_and_have_a_bound() -> None:
    assert normalise(KEY, "  Cl-0001\t ", "ES") == ("Cl-0001", "")
    assert normalise(KEY, "=1+1", "ES") == ("=1+1", "")  # text, not a formula
    with pytest.raises(IdentityError, match="64"):
        normalise(KEY, "x" * 65, "ES")


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Núñez", "nunez"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("ŁÓDŹ", "łodz"),
     ("Ελλάδα", "ελλαδα"), ("ﬁn", "fin"), ("İ", "i")],
)  # fmt: skip
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_is_done_once(text: str) -> None:
    words = fold_words(text)
    assert fold_words(" ".join(words)) == words
    assert all(word.isalnum() for word in words)


def test_words_are_bounded() -> None:
    assert fold_words("O'Neill-García, S.L.") == ("o", "neill", "garcia", "s", "l")
    assert len(fold_words("a " * 1000)) == 24
    assert len(fold_words("x" * 1000)[0]) == 40


def test_cleaning_takes_what_is_not_seen_and_keeps_the_rest() -> None:
    assert clean_line("  Ana\t\tSoto\x00\u202egnp\ud800 ") == "Ana Sotognp"
    assert clean_line("Nu\u0301n\u0303ez") == "Núñez"
    assert clean_text("uno\r\n\r\n\r\n\r\ndos\ttres\x07 ") == "uno\n\ndos\ttres"
