"""What a custom field's value is found by, and which fields are compared for whom."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from cti_bridge.customers import field_search, terms
from cti_bridge.customers.field_search import (
    MAX_PHRASE,
    MAX_STARTS,
    FieldReader,
    found_by,
    phrase,
    phrases,
    searched,
)
from cti_bridge.errors import StoreError
from cti_bridge.protocol.customer_values import FieldView
from cti_bridge.protocol.vocabulary import CustomerKind, FieldType

if TYPE_CHECKING:
    import pytest

TEXT = FieldView(code="contract", names={}, searchable=True)
DATE = FieldView(code="signed", names={}, type=FieldType.DATE, searchable=True)
NUMBER = FieldView(code="meter", names={}, type=FieldType.NUMBER, searchable=True)
YES_NO = FieldView(code="vip", names={}, type=FieldType.YES_NO, searchable=True)
FIRM = FieldView(code="cif", names={}, searchable=True, applies_to=CustomerKind.ORGANISATION)


def test_a_text_is_found_from_each_of_its_words_on() -> None:
    assert phrases(TEXT, "Ñ-2024/017 b") == {"n2024017b", "2024017b", "017b", "b"}
    assert phrases(TEXT, "…") == frozenset()
    long = phrases(TEXT, "word " * 200)
    assert len(long) <= MAX_STARTS
    assert max(map(len, long)) <= MAX_PHRASE


def test_a_date_as_it_is_stored_and_as_it_is_said() -> None:
    assert phrases(DATE, "2024-05-31") == {"20240531", "31052024"}
    assert phrases(DATE, "gold") == frozenset()  # of the time when the field was a text


def test_a_number_and_no_yes() -> None:
    assert phrases(NUMBER, 4711) == {"4711"}
    assert phrases(NUMBER, 12.5) == {"125", "5"}
    assert phrases(TEXT, True) == frozenset()
    assert searched([TEXT, YES_NO, FieldView(code="colour", names={})]) == (TEXT,)


def test_of_a_customer_only_what_its_kind_has() -> None:
    custom = {"contract": "K1", "cif": "B7", "gone": "X"}
    person = found_by([TEXT, FIRM], CustomerKind.PERSON, custom)
    assert person == {"contract": frozenset({"k1"})}
    assert set(found_by([TEXT, FIRM], CustomerKind.ORGANISATION, custom)) == {"contract", "cif"}


def test_what_is_typed() -> None:
    def typed(text: str) -> str:
        return terms.read(text, "ES", ["contract"]).phrase

    assert typed("C-2024/017") == "c2024017"
    assert typed("x") == ""
    assert typed("marta@example") == "martaexample"
    assert phrase("word " * 30) == ("word" * 24)[:MAX_PHRASE]
    assert terms.read("C-2024/017", "ES").phrase == ""  # no field is searched
    assert terms.read(".", "ES", ["contract"]).empty


def test_what_is_hidden_from_a_role_is_no_term_of_its_search() -> None:
    everything = terms.read("4711", "ES", ["contract", "meter"])
    assert everything.fields == ("contract", "meter")
    hidden = frozenset({"custom:meter", "phone", "iban"})
    some = terms.read("4711", "ES", ["contract", "meter"], hidden)
    assert (some.fields, some.unseen) == (("contract",), {"iban"})
    none = terms.read("4711", "ES", ["meter"], hidden)
    assert (none.fields, none.phrase) == ((), "")


class Index:
    """Fails once, then has `left` to do."""

    def __init__(self, left: int) -> None:
        self.left, self.begun, self.asked = left, 0, 0

    async def begin(self) -> bool:
        self.begun += 1
        if self.begun == 1:
            raise StoreError("busy", "locked")
        return True

    async def read_some(self, most: int) -> int:
        self.asked += 1
        done = min(self.left, most)
        self.left -= done
        return done


async def test_the_reader_goes_on_after_the_database_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("REST", "SULK"):
        monkeypatch.setattr(field_search, name, 0.0)
    caplog.set_level(logging.INFO)
    index = Index(240)
    reader = FieldReader(index)
    reader.start()
    while index.asked < 6:
        await asyncio.sleep(0)
    await reader.stop()
    assert (index.left, index.begun) == (0, 2)
    said = [record.getMessage() for record in caplog.records]
    assert [text.startswith("custom fields wait") for text in said] == [True, False, False]
    assert said[1:] == [
        "custom fields are read for the search", "custom fields are in the search",
    ]  # fmt: skip
