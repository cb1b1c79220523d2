"""Addresses, origins and buckets of the public listener."""

from __future__ import annotations

import pytest

from cti_bridge.channels.web.addresses import UNKNOWN, Proxies, key_of
from cti_bridge.channels.web.limits import Buckets, Limits, TokenBucket
from cti_bridge.channels.web.origins import Origins, canonical
from cti_bridge.config.values import ChatSite, Web

PROXIES = Proxies(("10.0.0.0/8", "fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.9", ["198.51.100.1"], "192.0.2.9"),  # no proxy of ours: it may say what it likes
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", ["1.1.1.1, rubbish"], "10.0.0.1"),
        ("10.0.0.1", ["," * 5000], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
    ],
)
def test_whose_request_it_is(peer, forwarded, client):
    assert PROXIES.client(peer, forwarded) == client


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", UNKNOWN),
        ("rubbish", UNKNOWN),
    ],
)
def test_what_is_counted_as_one(address, key):
    assert key_of(address) == key


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        ("https://WWW.example.com/", "https://www.example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:8080", "http://example.com:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("null", ""),
        ("", ""),
        ("*", ""),
        ("https://*.example.com/x", ""),
        ("https://user@example.com", ""),
        ("https://example.com/path", ""),
        ("https://example.com?x", ""),
        ("ftp://example.com", ""),
        ("https://example.com:99999", ""),
        ("https://ejemplo.españa", ""),
        ("file:///", ""),
    ],
)
def test_an_origin_as_a_browser_writes_it(written, origin):
    assert canonical(written) == origin


def test_origins_are_compared_letter_by_letter():
    origins = Origins(ChatSite(id="shop", queue="q", origins=("https://www.example.com/",)))
    assert origins.allow("https://www.example.com")
    for other in (
        "null", "", "https://www.example.com.evil.es", "https://evilwww.example.com",
        "http://www.example.com", "https://www.example.com:444", "https://www.example.com/",
        "HTTPS://WWW.EXAMPLE.COM", "https://www.example.com\n",
    ):  # fmt: skip
        assert not origins.allow(other)


def test_nothing_allowed_allows_nothing():
    assert not Origins(ChatSite(id="shop", queue="q", origins=("null",))).allow("null")
    assert not Origins(ChatSite(id="shop", queue="q")).allow("")


def test_a_bucket_fills_at_its_rate():
    bucket = TokenBucket(rate=2, burst=3)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait() == pytest.approx(0.5)
    assert bucket.take(0.5)
    assert not bucket.take(0.4)  # a clock that runs backwards gives nothing
    assert not bucket.take(0.5)


def test_buckets_forget_the_longest_unused():
    buckets = Buckets(rate=0.001, burst=1, most=3)
    for key in "abc":
        assert buckets.take(key, 0) is None
    assert buckets.take("a", 0) is not None
    for key in "defgh":
        buckets.take(key, 0)
        assert len(buckets) <= 3
    assert buckets.take("a", 0) is None


def test_one_address_that_floods_takes_nothing_of_the_others():
    limits = Limits(Web(chats_per_hour=2, chats_per_minute=10))
    begun = [limits.new_chat("198.51.100.1", 0) for _ in range(50)]
    assert begun.count(None) == 2
    assert limits.new_chat("198.51.100.2", 0) is None


def test_a_thousand_addresses_are_bounded_together():
    limits = Limits(Web(chats_per_hour=2, chats_per_minute=10))
    begun = [limits.new_chat(f"198.51.{n // 250}.{n % 250}", 0) for n in range(1000)]
    assert begun.count(None) == 10
    assert all(wait is None or 0 < wait <= 6 for wait in begun)
