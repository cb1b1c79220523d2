"""A record as the row that is compared."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.customers.duplicates.preparing import MAX_LISTED, email, key, phone, prepare
from cti_bridge.customers.duplicates.values import Address, Kind, Record

TEXT = st.text(max_size=120)


def test_day_and_month_exchanged() -> None:
    row = prepare(Record(n=1, name="Ana Ruiz", born=date(1980, 3, 4)))
    assert (row.born, row.turned) == ("19800304", "19800403")


@pytest.mark.parametrize("day", [date(1980, 3, 13), date(1980, 3, 3)])
def test_a_date_that_reads_one_way_only(day: date) -> None:
    assert prepare(Record(n=1, name="Ana Ruiz", born=day)).turned is None


def test_an_organisation_has_no_given_name() -> None:
    row = prepare(Record(n=1, kind=Kind.ORGANISATION, name="Juan García e Hijos, S.L."))
    assert (row.organisation, row.given, row.family) == (True, None, None)
    assert row.name == "juan garcia hijos"


@pytest.mark.parametrize(
    ("record", "company"),
    [
        (Record(n=1, name="Talleres Ruiz S.L."), True),
        (Record(n=1, name="Sol", organisation="Sol"), True),
        (Record(n=1, name="Ana Ruiz", organisation="Sol S.L."), False),
        (Record(n=1, name="Ana Ruiz S.L.", born=date(1980, 1, 1)), False),
        (Record(n=1, kind=Kind.PERSON, name="Ruiz S.L."), False),
    ],
)
def test_people_and_organisations_are_told_apart(record: Record, company: bool) -> None:
    assert prepare(record).organisation is company


def test_the_employer_is_kept_of_a_person() -> None:
    row = prepare(Record(n=1, name="Ana Ruiz", organisation="Sol, S.L."))
    assert (row.first, row.name) == ("ruiz", "sol")


def test_extensions_of_the_own_exchange_prove_nothing() -> None:
    assert phone("4012") == ""
    assert phone("+34944210017") == "+34944210017"
    assert phone("+34944210017;ext=12") != phone("+34944210017")


def test_one_mailbox_in_several_spellings() -> None:
    assert email("M.Ruiz+shop@GoogleMail.com") == "mruiz@gmail.com"
    assert email("m.ruiz+x@sol.es") == "m.ruiz@sol.es"
    assert email("+x@sol.es") == "+x@sol.es"


def test_domains_of_providers_are_nobodys() -> None:
    row = prepare(Record(n=1, name="Sol S.L.", emails=("info@sol.es", "sol@gmail.com")))
    assert row.domains == ("sol.es",)


def test_a_tax_number_is_the_same_at_every_source() -> None:
    assert key("crm", "12345678-Z") == key("accounts", "ES 12.345.678 z") == "nif:12345678Z"
    assert key("crm", "B-12345674") == key("accounts", "B12345674")
    assert key("crm", "X1234567L") == "nif:X1234567L"


@pytest.mark.parametrize("text", ["12345678A", "B12345678", "1", "", "B1234567", "Ñ" * 300])
def test_any_other_key_means_something_to_its_source_alone(text: str) -> None:
    assert key("crm", text) == f"crm:{text}"
    assert key("crm", text) != key("accounts", text)


def test_a_record_with_a_thousand_of_everything_is_bounded() -> None:
    row = prepare(
        Record(
            n=1,
            name="Ana Ruiz",
            phones=tuple(f"+3494421{i:04}" for i in range(1000)),
            emails=tuple(f"a{i}@sol.es" for i in range(1000)),
            keys=tuple(("crm", str(i)) for i in range(1000)),
        )
    )
    assert {len(row.phones), len(row.emails), len(row.keys)} == {MAX_LISTED}


@given(name=TEXT, first=TEXT, family=TEXT, company=TEXT, street=TEXT, code=TEXT, mail=TEXT)
def test_no_text_breaks_it(
    name: str, first: str, family: str, company: str, street: str, code: str, mail: str
) -> None:
    row = prepare(
        Record(
            n=7,
            name=name,
            given=first,
            family=family,
            organisation=company,
            addresses=(Address(street=street, postcode=code, city=name),),
            phones=(name,),
            emails=(mail,),
            keys=((company, code),),
        ),
        "ES",
    )
    texts = (row.given, row.first, row.second, row.name, row.street, row.postcode, row.city)
    assert "" not in texts  # not known is None, which agrees with nothing
    assert all(len(text or "") <= 1200 for text in texts)
