"""A web site's word for who is logged in: only one that holds in every letter."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from cti_bridge.channels.chat.identity import MAX_TOKEN, BadIdentity, verify
from cti_bridge.channels.chat.ports import SiteClaims

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AT = int(NOW.timestamp())
SECRET = "a site's own secret"
CLAIMS = {"sub": "4711", "aud": "shop", "exp": AT + 300, "email": "marta@example.es"}


def part(value):
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(claims=None, header=None, secret=SECRET):
    signed = f"{part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{part(claims or CLAIMS)}"
    mark = hmac.digest(secret.encode(), signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def why(text, secret=SECRET, site="shop"):
    with pytest.raises(BadIdentity) as bad:
        verify(text, secret, site, NOW)
    return str(bad.value)


def test_what_a_site_says():
    claims = CLAIMS | {"name": "Marta Gil", "phone_number": "+34612345099"}
    assert verify(token(claims), SECRET, "shop", NOW) == SiteClaims(
        subject="4711", email="marta@example.es", phone="+34612345099", name="Marta Gil"
    )


def test_a_known_vector():
    """RFC 7515 appendix A.1: its key, header and payload; the payload is no claim of ours."""
    text = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    assert why(text) == "signature"  # the RFC's key is no text


@pytest.mark.parametrize("alg", ["none", "None", "HS512", "RS256", "hs256", "", None, ["HS256"]])
def test_no_other_algorithm(alg):
    assert why(token(header={"alg": alg})) == "algorithm"


def test_nothing_critical_is_understood():
    assert why(token(header={"alg": "HS256", "crit": ["b64"], "b64": False})) == "algorithm"


def test_an_empty_mark_or_another_key():
    assert why(token().rpartition(".")[0] + ".") == "signature"
    assert why(token(secret="another")) == "signature"
    assert why(token(), secret="") == "signature"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"exp": AT - 61}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": True}, "expired"),
        ({"exp": str(AT + 300)}, "expired"),
        ({"nbf": AT + 61}, "not_yet"),
        ({"iat": AT + 61}, "not_yet"),
        ({"iat": "now"}, "not_yet"),
        ({"aud": "other"}, "audience"),
        ({"aud": ["other"]}, "audience"),
        ({"aud": None}, "audience"),
        ({"sub": 4711}, "claims"),
        ({"email": "x" * 255}, "claims"),
        ({"name": "a\nb"}, "claims"),
        ({"sub": "", "email": ""}, "claims"),
    ],
)
def test_claims_that_do_not_hold(change, reason):
    assert why(token(CLAIMS | change)) == reason


def test_a_clock_may_differ_by_a_minute():
    claims = CLAIMS | {"exp": AT - 59, "iat": AT + 59, "aud": ["x", "shop"]}
    assert verify(token(claims), SECRET, "shop", NOW).subject == "4711"


@pytest.mark.parametrize(
    "text",
    ["", "a", "a.b", "...", "ñ.b.c", "a.b.c.d", "[" * 1000 + ".a.b", token() + "=", " " + token()],
)
def test_junk_is_refused(text):
    assert why(text) in {"form", "signature", "algorithm"}


def test_deep_nesting_and_too_long():
    deep = urlsafe_b64encode(b"[" * 700).rstrip(b"=").decode()
    assert why(f"{deep}.{part(CLAIMS)}.x") == "form"
    assert why("x" * (MAX_TOKEN + 1)) == "too_long"
