"""Whose word counts: each rule over what was said, is said and stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from cti_bridge.customers.sources.deciding import Standing, Writer, consents, gone, single_values
from cti_bridge.customers.sources.rows import ImportRow
from cti_bridge.customers.sources.said import Said, key_of, merged, read, record
from cti_bridge.customers.sources.survivorship import Rule, survivor
from cti_bridge.protocol.vocabulary import IdentityKind

A, S, N, E = Rule.AGENT_FIRST, Rule.SOURCE_FIRST, Rule.NEWEST, Rule.ONLY_IF_EMPTY
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 12, tzinfo=UTC)
PHONE, KEY = IdentityKind.PHONE, IdentityKind.KEY


@pytest.mark.parametrize(
    ("said", "says", "stands", "by_hand", "expected"),
    [
        # said, says, stands, by hand: agent first, source first, newest, only if empty
        ("a", "", "a", False, "aaaa"),  # says nothing
        ("a", "", "x", True, "xxxx"),
        ("a", "a", "a", False, "aaaa"),  # nothing new
        ("a", "a", "x", True, "xaxx"),  # corrected: stays, but where the source is the truth
        ("a", "b", "a", False, "bbba"),  # the source has changed
        ("a", "b", "x", True, "xbbx"),  # both have
        ("a", "b", "x", False, "bbbx"),  # another import wrote it
        ("a", "a", "", True, "-a-a"),  # emptied by somebody
        ("a", "b", "", True, "bbbb"),
        (None, "b", "", False, "bbbb"),  # the first time
        (None, "b", "x", True, "xbbx"),
        (None, "b", "x", False, "bbbx"),
    ],
)
def test_every_rule(
    said: str | None, says: str, stands: str, by_hand: bool, expected: str
) -> None:
    found = "".join(
        survivor(rule, said=said, says=says, stands=stands, by_hand=by_hand) or "-"
        for rule in (A, S, N, E)
    )
    assert found == expected


@pytest.mark.parametrize(("changed", "expected"), [(LATER, "b"), (NOON, "x"), (None, "b")])
def test_the_newest_is_known_where_the_source_says_when(
    changed: datetime | None, expected: str
) -> None:
    found = survivor(
        N, said="a", says="b", stands="x", by_hand=True, changed_at=changed, written_at=NOON
    )
    assert found == expected


def row(name: str = "Marta", *phones: str, **values: str) -> ImportRow:
    return ImportRow(
        line=1,
        values={"name": name, **values},
        identities={(PHONE, phone, ""): "" for phone in phones},
    )


def standing(*, imported: bool, **values: object) -> Standing:
    return Standing(values=values, maker=Writer(by_hand=not imported, at=NOON))


def test_a_field_that_an_agent_corrected_stays_and_the_others_follow() -> None:
    said = Said(values={"name": "Marta Nunes", "organisation": "Sol"})
    found = single_values(
        {},
        row("Marta Nunez", organisation="Luna"),
        said,
        standing(imported=False, name="Marta Núñez Calvo", organisation="Sol"),
    )
    assert found == {"name": "Marta Núñez Calvo", "organisation": "Luna"}


def test_a_name_but_for_case_and_accents_is_the_same() -> None:
    found = single_values(
        {"name": S}, row("MARTA NUNEZ"), None,
        standing(imported=True, name="Marta Núñez", organisation=""),
    )  # fmt: skip
    assert found["name"] == "Marta Núñez"


def test_a_number_is_replaced_by_the_one_that_took_its_place() -> None:
    said = Said(identities={(PHONE, "+341", ""): "", (PHONE, "+342", ""): "mobile"})
    assert list(gone(A, row("Marta", "+343"), said)) == [(PHONE, "+341", "")]
    assert list(gone(A, row("Marta"), said)) == []  # an empty cell
    assert list(gone(A, row("Marta", "+341", "+343"), said)) == []  # one more
    assert list(gone(E, row("Marta", "+343"), said)) == []
    assert list(gone(A, row("Marta", "+343"), None)) == []


def test_what_was_said_is_kept_and_read_again() -> None:
    one = ImportRow(
        line=7,
        values={"name": "Marta", "since": NOON},
        identities={(PHONE, "+341", "12"): "mobile", (KEY, "C-1", ""): ""},
        tags=("VIP",),
        note="uno",
    )
    text, digest = record(one)
    assert record(one) == (text, digest)
    said = read({**_json(text)})
    assert said.values == {"name": "Marta", "since": NOON}
    assert (said.tags, said.note) == (("VIP",), "uno")
    assert said.identities == one.identities
    assert key_of(one) == "C-1"
    less, other = record(row("Marta", organisation="Sol"))
    assert other != digest
    both = read(_json(merged(_json(text), less)))
    assert both.values == {"name": "Marta", "since": NOON, "organisation": "Sol"}
    assert both.tags == ("VIP",)


def _json(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(text)
    return found


def test_a_row_without_a_key_is_known_by_name_and_first_number() -> None:
    assert key_of(row("Marta Núñez", "+341")) == key_of(row("MARTA NUÑEZ", "+341", "+342"))
    assert key_of(row("Marta", "+341")) != key_of(row("Marta", "+342"))
    assert len(key_of(row("Marta", "+341"))) <= 80


def test_who_changed_a_field_last_counts_for_that_field() -> None:
    file = Standing(
        values={"name": "Marta Calvo", "organisation": "Sol"},
        maker=Writer(by_hand=False, at=NOON),
        writers={"name": Writer(by_hand=True, at=LATER)},
    )
    said = Said(values={"name": "Marta", "organisation": "Sol"})
    found = single_values({}, row("Marta C", organisation="Luna"), said, file)
    assert found == {"name": "Marta Calvo", "organisation": "Luna"}


@pytest.mark.parametrize(
    ("says", "last", "known", "news"),
    [
        (True, None, None, {"email": True}),  # the first time
        (True, None, False, {}),  # a list does not undo a no that is on file
        (False, None, True, {"email": False}),  # a no counts at once
        (True, False, False, {"email": True}),  # turned round since
        (True, True, False, {}),  # said before: forbidden by somebody since
        (False, True, True, {"email": False}),
        (True, None, True, {}),
    ],
)
def test_a_consent_is_news_or_it_is_not(
    says: bool, last: bool | None, known: bool | None, news: dict[str, bool]
) -> None:
    one = ImportRow(line=1, values={"name": "Marta"}, consents={"email": says})
    said = None if last is None else Said(consents={"email": last})
    assert consents(one, said, {} if known is None else {"email": known}) == news
