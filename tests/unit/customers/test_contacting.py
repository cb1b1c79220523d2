"""Who may be called and written to: every rule, in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from cti_bridge.customers.contacting import MARKETING, SERVICE, Suppression, any_of, may_contact
from cti_bridge.customers.ports import Customer, Identity
from cti_bridge.customers.sources.records import RowError
from cti_bridge.customers.suppressing import MAX_LINE, Listed
from cti_bridge.protocol.customer_values import ConsentView
from cti_bridge.protocol.vocabulary import (
    ConsentChannel,
    CustomerId,
    CustomerStatus,
    IdentityKind,
    RefusalCode,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PHONE, EMAIL = ConsentChannel.PHONE, ConsentChannel.EMAIL
NUMBER = (IdentityKind.PHONE, "+34612345099")
KEY = (IdentityKind.KEY, "C-1001")
MARTA = Customer(
    customer_id=CustomerId("c1"),
    version=1,
    name="Marta",
    updated_at=NOW,
    identities=(
        Identity(kind=IdentityKind.PHONE, value=NUMBER[1]),
        Identity(kind=IdentityKind.KEY, value=KEY[1], source="import sales"),
    ),
)


def who(status: CustomerStatus = CustomerStatus.ACTIVE, *consents: ConsentView) -> Customer:
    return replace(MARTA, status=status, consents=consents)


def said(channel: ConsentChannel, purpose: str, given: bool, days_ago: int = 0) -> ConsentView:
    at = NOW - timedelta(days=days_ago)
    return ConsentView(channel=channel, purpose=purpose, given=given, at=at)


@pytest.mark.parametrize(
    ("status", "fresh", "answering"),
    [
        (CustomerStatus.PROSPECT, None, None),
        (CustomerStatus.ACTIVE, None, None),
        (CustomerStatus.CLOSED, RefusalCode.ACCOUNT_CLOSED, None),
        (CustomerStatus.DECEASED, RefusalCode.DECEASED, RefusalCode.DECEASED),
    ],
)
def test_every_status(status, fresh, answering):
    assert may_contact(who(status), PHONE, SERVICE, ()) is fresh
    assert may_contact(who(status), PHONE, SERVICE, (), answering=True) is answering


@pytest.mark.parametrize("status", list(CustomerStatus))
@pytest.mark.parametrize("answering", [True, False])
def test_suppression_wins_over_everything(status, answering):
    consent = said(PHONE, SERVICE, given=True)
    one = who(status, consent)
    for listed, to in ((NUMBER, NUMBER), (KEY, (IdentityKind.PHONE, "+34911111111"))):
        code = may_contact(one, PHONE, SERVICE, {listed}, to=to, answering=answering)
        assert code is RefusalCode.SUPPRESSED
    assert may_contact(None, PHONE, SERVICE, {NUMBER}, to=NUMBER) is RefusalCode.SUPPRESSED
    assert may_contact(None, PHONE, SERVICE, {KEY}, to=NUMBER) is None


def test_another_number_of_a_customer_is_not_suppressed_by_a_number():
    to = (IdentityKind.PHONE, "+34911111111")
    assert may_contact(MARTA, PHONE, SERVICE, {NUMBER}, to=to) is None


@pytest.mark.parametrize(
    ("consents", "purpose", "allowed"),
    [
        ((), SERVICE, True),
        ((), MARKETING, False),
        ((said(PHONE, MARKETING, given=True),), MARKETING, True),
        ((said(EMAIL, MARKETING, given=True),), MARKETING, False),  # of another channel
        ((said(ConsentChannel.ANY, MARKETING, given=True),), MARKETING, True),
        ((said(PHONE, SERVICE, given=False),), SERVICE, False),
        ((said(EMAIL, SERVICE, given=False),), SERVICE, True),
        ((said(ConsentChannel.ANY, SERVICE, given=False),), SERVICE, False),
        (  # the word for this channel goes before the one for any
            (
                said(PHONE, SERVICE, given=True, days_ago=9),
                said(ConsentChannel.ANY, SERVICE, False),
            ),
            SERVICE,
            True,
        ),
        (  # the newest counts
            (said(PHONE, MARKETING, False), said(PHONE, MARKETING, given=True, days_ago=9)),
            MARKETING,
            False,
        ),
    ],
)
def test_consents(consents, purpose, allowed):
    one = who(CustomerStatus.ACTIVE, *consents)
    code = may_contact(one, PHONE, purpose, ())
    assert code is (None if allowed else RefusalCode.NO_CONSENT)
    assert may_contact(one, PHONE, purpose, (), answering=True) is None


def test_a_shared_number_may_be_called_for_whoever_is_left():
    gone, here = who(CustomerStatus.DECEASED), who()
    assert any_of((gone, here), PHONE, SERVICE, (), to=NUMBER) is None
    assert any_of((gone, gone), PHONE, SERVICE, (), to=NUMBER) is RefusalCode.DECEASED
    assert any_of((), PHONE, SERVICE, (), to=NUMBER) is None
    assert any_of((gone, here), PHONE, SERVICE, {NUMBER}, to=NUMBER) is RefusalCode.SUPPRESSED


# -- reading a list -------------------------------------------------------------------------------


def read(data: bytes, **more):
    listed = Listed(region="ES", source="robinson", at=NOW, **more)
    return list(listed.read(BytesIO(data)))


def told(outcomes):
    return [
        (one.line, one.field, one.what)
        if isinstance(one, RowError)
        else (one.kind.value, one.value, one.reason)
        for one in outcomes
    ]


def test_one_in_each_line_is_known_by_how_it_is_written():
    data = b"612 34 50 99\r\nANA@Example.com;lista Robinson\n\nC-1001\n"
    assert told(read(data, reason="asked")) == [
        ("phone", "+34612345099", "asked"),
        ("email", "ana@example.com", "lista Robinson"),
        ("key", "C-1001", "asked"),
    ]


def test_columns_are_known_by_their_heading():
    data = "﻿Teléfono;Correo;Motivo\n612345099;ana@example.com;pidió\n;;solo\n".encode()
    assert told(read(data)) == [
        ("phone", "+34612345099", "pidió"),
        ("email", "ana@example.com", "pidió"),
        (3, "", "no number, address or key"),
    ]


def test_the_kind_may_be_said():
    assert told(read(b"1234567\n", kind=IdentityKind.KEY)) == [("key", "1234567", "")]


def test_what_cannot_be_read_is_told_with_its_line():
    data = b"6123\xff\n" + b"9" * (MAX_LINE + 50) + b"\n612345099\n+34 1\n"
    outcomes = told(read(data))
    assert outcomes[1] == (2, "", f"longer than {MAX_LINE} bytes")
    assert outcomes[2] == ("phone", "+34612345099", "")
    assert told(read(b"1234567@\n")) == [(1, "email", "not an e-mail address")]
    assert told(read(b"999999999999999999\n"))[0][:2] == (1, "phone")


@pytest.mark.parametrize("data", ["\ufeff612345099".encode("utf-16-le"), b"PK\x03\x04xlsx"])
def test_what_is_no_text_is_refused_whole(data):
    with pytest.raises(ValueError, match="not a text"):
        read(data)


def test_a_suppression_is_asked_for_by_kind_and_value():
    one = Suppression(kind=IdentityKind.KEY, value="C-1001", at=NOW)
    assert one.reached == KEY
