"""What a failure to connect means, and what to do about it."""

from __future__ import annotations

import errno
import socket
import ssl

import msgspec
import pytest

from cti_bridge.config.values import Asterisk
from cti_bridge.telephony.asterisk.ari.errors import UNREACHABLE, AriError
from cti_bridge.telephony.asterisk.doctor.finding import Level
from cti_bridge.telephony.asterisk.doctor.reach import unreachable

NODE = Asterisk(id="a", url="https://pbx.example.com:8089", password="hunter2")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(8, "unknown"), 'the name "pbx.example.com" cannot be looked up'),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "x"),
            "nothing listens on pbx.example.com:8089. Start Asterisk; set tlsenable, tlsbindaddr",
        ),
        (TimeoutError(), "does not answer. Look at the firewall"),
        (ssl.SSLError(1, "wrong version number"), "does not speak TLS"),
        (
            ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed (_ssl.c:1)"),
            "is not believed: self-signed",
        ),
        (msgspec.DecodeError("x"), "is no Asterisk"),
        (OSError(errno.ENETUNREACH, "x"), "cannot be reached (the network is unreachable)"),
    ],
)
def test_a_failure_says_what_to_do(error: Exception, said: str) -> None:
    failed = AriError(UNREACHABLE, "the network is unreachable")
    failed.__cause__ = error
    found = unreachable(NODE, failed)
    assert said in found.line()
    assert found.remedy
    assert found.level is Level.MISTAKE
    assert "hunter2" not in found.line()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(8, "unknown"), "Mend direct_url, or the DNS"),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "x"),
            "and tlscertfile in its http.conf; or start the proxy that direct_url names",
        ),
        (TimeoutError(), "at direct_url"),
        (ssl.SSLError(1, "wrong version number"), "direct_url to the port of tlsbindaddr"),
        (
            ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed (_ssl.c:1)"),
            "in ca_file, desktops by --ca as well, and direct_url by the name in it",
        ),
        (OSError(errno.ENETUNREACH, "x"), "Look at direct_url: ws or wss"),
    ],
)
def test_what_desktops_do_not_reach_is_mended_by_its_own_key(error: Exception, said: str) -> None:
    failed = AriError(UNREACHABLE, "the network is unreachable")
    failed.__cause__ = error
    assert said in unreachable(NODE, failed, key="direct_url").remedy


def test_without_tls_it_is_the_plain_port_that_is_named() -> None:
    failed = AriError(UNREACHABLE, "x")
    failed.__cause__ = ConnectionRefusedError(errno.ECONNREFUSED, "x")
    found = unreachable(Asterisk(id="a", url="http://pbx:8088"), failed)
    assert found.remedy == "Start Asterisk; set enabled, bindaddr and bindport in its http.conf."
