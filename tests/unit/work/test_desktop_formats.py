from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from agent_desktop import formats
from agent_desktop.folding import folded
from agent_desktop.viewmodels.call import dialable
from agent_desktop.viewmodels.sign_in import normal_url
from cti_bridge.server.listener import PATH

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0:00"), (7.9, "0:07"), (222, "3:42"), (3725, "1:02:05"), (90_000, "25:00:00")],
)
def test_durations(seconds, text):
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("+34612345099", "+34 612 34 50 99"),
        ("1003", "1003"),
        ("", ""),
        ("+", "+"),
        ("+99999999999999999999", "+99999999999999999999"),
        ("+<b>", "+<b>"),
    ],
)
def test_numbers_are_spaced_and_nonsense_is_left_alone(value, text):
    assert formats.phone(value) == text


def test_days_by_their_distance():
    assert formats.day(NOW, NOW) == "Today"
    assert formats.day(NOW - timedelta(days=1), NOW) == "Yesterday"
    assert formats.day(NOW - timedelta(days=2), NOW) == "19 Nov"
    assert formats.day(NOW - timedelta(days=800), NOW).endswith("2024")
    assert formats.long_day(datetime(2026, 10, 3, 12, tzinfo=UTC), NOW) == "3 October"


def test_spanish_words_and_signs():
    QLocale.setDefault(QLocale(QLocale.Language.Spanish, QLocale.Country.Spain))
    assert formats.percent(0.857) == "86\N{NO-BREAK SPACE}%"
    assert formats.long_day(datetime(2026, 10, 3, 12, tzinfo=UTC), NOW) == "3 de octubre"
    assert formats.decimal(4.25, 2) == "4,25"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Titular del Contrato", "TC"),
        ("ana", "AN"),
        ("", ""),
        ("   ", ""),
        ("123 456", "1"),
        ("Ó", "Ó"),
    ],
)
def test_initials(name, letters):
    assert formats.initials(name) == letters


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("bridge.example.org", "wss://bridge.example.org:8765/v1"),
        (" bridge.example.org:9000/ ", "wss://bridge.example.org:9000/v1"),
        ("bridge.example.org/v1/", "wss://bridge.example.org:8765/v1"),
        ("localhost", "ws://localhost:8765/v1"),
        ("127.0.0.1:1234", "ws://127.0.0.1:1234/v1"),
        ("[::1]", "ws://[::1]:8765/v1"),
        ("ws://x", "ws://x/v1"),
        ("wss://x:1/", "wss://x:1/v1"),
        ("wss://x/behind/a/proxy", "wss://x/behind/a/proxy"),
        ("[::1", "wss://[::1"),
        ("host:99999", "wss://host:99999"),
    ],
)
def test_addresses_as_people_type_them(typed, url):
    assert normal_url(typed) == url


def test_a_bare_address_leads_to_where_a_bridge_listens():
    assert normal_url("localhost").endswith(PATH)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("612 34 50 99", "612345099"),
        ("+34 (612) 345-099", "+34612345099"),
        ("1003", "1003"),
        ("ana", ""),
        ("6", ""),
        ("٣٤٦", ""),
        ("1" * 21, ""),
        ("", ""),
    ],
)
def test_what_can_be_dialled(typed, number):
    assert dialable(typed) == number


def test_folding_for_search():
    assert folded("Según ÉL") == "segun el"
