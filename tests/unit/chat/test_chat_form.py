"""What a visitor writes, read once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.channels.chat.form import (
    MAX_TEXT,
    is_email,
    read_form,
    read_id,
    read_language,
    read_page,
    read_text,
    read_visitor,
)
from cti_bridge.channels.chat.ports import ChatRefused, SiteClaims


def refused(call, *arguments, **more):
    with pytest.raises(ChatRefused) as error:
        call(*arguments, **more)
    return error.value.code, error.value.field


def test_a_form_is_read():
    who = read_form(
        {"name": "  Marta\tGil ", "email": "Marta@Example.es", "phone": "612 34 50 99"},
        required=("name",),
        region="ES",
    )
    assert (who.name, who.email) == ("Marta Gil", "marta@example.es")
    assert who.phone is not None
    assert who.phone.value == "+34612345099"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, ("invalid", "name")),
        ({"name": "   "}, ("invalid", "name")),
        ({"name": "x", "card": "4111"}, ("invalid", "form")),
        ({"name": "x" * 201}, ("too_large", "name")),
        ({"name": "x", "email": "marta"}, ("invalid", "email")),
        ({"name": "x", "phone": "no"}, ("invalid", "phone")),
    ],
)
def test_a_form_that_is_wrong_names_its_field(answers, said):
    assert refused(read_form, answers, required=("name",), region="ES") == said


def test_the_sites_word_goes_before_the_forms():
    claims = SiteClaims(subject="1", email="real@example.es", name="Marta")
    who = read_form({"email": "false@example.es"}, required=("name",), claims=claims, region="ES")
    assert (who.name, who.email) == ("Marta", "real@example.es")


def test_a_text_that_the_form_asks_for():
    assert refused(read_form, {}, required=("text",), region="ES") == ("invalid", "text")
    assert read_form({}, required=("text",), region="ES", text="Hola").answers == {}


@pytest.mark.parametrize("text", ["a@b.es", "a.b+c@sub.example.com", "x@xn--bcher-kva.example"])
def test_addresses(text):
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "a@b.c", "a b@c.es", "a@b.es\nBcc: x@y.es", "<a@b.es>", "a@-b.es",
     "a..b@c.es", "a@b.es,c@d.es", "ñ@b.es", f"{'a' * 65}@b.es", f"a@{'b' * 250}.es"],
)  # fmt: skip
def test_what_is_no_address(text):
    assert not is_email(text)


def test_a_text_keeps_its_lines_and_loses_its_controls():
    assert read_text(" a\r\nb\rc\x00\x1b[31m\u0085\ufeff ") == "a\nb\nc[31m"
    assert (
        read_text("👩‍👩‍👧 مرحبا\u200f") == "👩‍👩‍👧 مرحبا\u200f"
    )  # joiners and marks mean something
    assert refused(read_text, "x" * (MAX_TEXT + 1)) == ("too_large", "text")


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    assert "\x00" not in read_text(text)
    assert read_page(text) == "" or read_page(text).startswith("http")
    assert len(read_language(text)) <= 3
    assert len(read_visitor(text)) <= 64


@pytest.mark.parametrize("text", ["", "x", "A" * 36, "0" * 32, "../../etc/passwd"])
def test_an_id_is_a_uuid_as_the_widget_writes_it(text):
    assert refused(read_id, text, "id") == ("invalid", "id")


def test_a_page_is_told_without_what_may_be_secret_in_it():
    assert read_page("https://x.es/a?token=1#top") == "https://x.es/a"
    assert read_page("javascript:alert(1)") == ""


@pytest.mark.parametrize(
    ("text", "language"), [("es-ES", "es"), ("EN", "en"), ("", ""), ("x", ""), ("../", "")]
)
def test_a_language(text, language):
    assert read_language(text) == language
