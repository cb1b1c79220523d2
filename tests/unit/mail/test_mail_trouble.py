"""Errors of libraries to what the one who runs the mailbox reads."""

from __future__ import annotations

import socket
import ssl

import pytest
from aiosmtplib import SMTPConnectError, SMTPResponseException

from cti_bridge.channels.mail.trouble import denied, explained, said
from cti_bridge.config.values import Mailbox

BOX = Mailbox(id="main", address="a@example.org", queue="q", imap="i", smtp="s")


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] no (_ssl.c:1006)")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (b"[AUTHENTICATIONFAILED] No.", "[AUTHENTICATIONFAILED] No."),
        ("b'[AUTHENTICATIONFAILED] No.'", "[AUTHENTICATIONFAILED] No."),
        ("select failed: No such folder (0.001 + 0.000 secs).", "No such folder"),
        ("two\r\nlines", "two lines"),
        ("x" * 5000, "x" * 300),
        ("", "Exception"),
    ],
)
def test_it_is_one_short_line(error: str | bytes, told: str) -> None:
    assert said(Exception(error)) == told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SMTPResponseException(530, "Must sign in"), "530 Must sign in"),
        (OSError(113, "No route to host"), "No route to host"),
        (FileNotFoundError(2, "No such file or directory", "/x"), "No such file or directory"),
        (TimeoutError(), "no answer in time"),
    ],
)
def test_it_is_said_without_the_library_around_it(error: Exception, told: str) -> None:
    assert said(error) == told
    assert explained(error, BOX, "imap").startswith(told)


@pytest.mark.parametrize(
    ("error", "todo"),
    [
        (certificate(20), "name a PEM file"),
        (certificate(62), "write in smtp a name that stands in the server's certificate"),
        (certificate(10), "the server needs a new certificate"),
        (socket.gaierror(-2, "Name or service not known"), "DNS"),
        (TimeoutError(), 'smtp_security = "tls"'),
    ],
)
def test_what_is_known_comes_with_what_to_do(error: Exception, todo: str) -> None:
    assert todo in explained(error, BOX, "smtp")
    wrapped = SMTPConnectError("Error connecting to s on port 587: it")
    wrapped.__cause__ = error
    assert todo in explained(wrapped, BOX, "smtp")


def test_who_is_refused_hears_of_the_secret_that_is_used() -> None:
    box = Mailbox(id="main", address="a@example.org", queue="q", oauth2_token_file="t")
    assert "is the token in oauth2_token_file fresh" in denied(Exception("no"), box)
    assert "check user and password" in denied(Exception("no"), BOX)
