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
            "nothing listens on pbx.example.com:8089",
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
