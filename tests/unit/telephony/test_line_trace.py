"""The ladder that `log.level = "debug"` shows."""

from __future__ import annotations

import asyncio
import logging

import pytest

from cti_bridge.telephony.pyvoip.transport import LineTransport, headline

INVITE = (
    b"INVITE sip:1003@10.0.0.1 SIP/2.0\r\nFrom: <sip:612345099@pbx>\r\nCSeq: 2 INVITE\r\n"
    b'Authorization: Digest username="1003", response="5ec3e7"\r\n\r\n'
)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (INVITE, "INVITE sip:1003@10.0.0.1 (2 INVITE)"),
        (b"SIP/2.0 180 Ringing\r\ncseq:7 INVITE\r\n\r\n", "180 Ringing (7 INVITE)"),
        (b"", ""),
        (b"\r\n\r\n", ""),
        (b"\x00\xff\x1b[2J evil", "\ufffd[2J evil"),
        (b"A" * 65_000, "A" * 160),
    ],
)
def test_a_message_is_one_line_without_its_secrets(data: bytes, line: str) -> None:
    assert headline(data) == line


async def test_both_ways_are_in_the_log_at_debug_only(caplog: pytest.LogCaptureFixture) -> None:
    came = asyncio.Event()
    one = await LineTransport.bind("127.0.0.1", 0, lambda *_: came.set())
    other = await LineTransport.bind("127.0.0.1", 0, lambda *_: None)
    for level in (logging.INFO, logging.DEBUG):
        caplog.set_level(level, "cti_bridge.telephony")
        came.clear()
        other.send(INVITE, ("127.0.0.1", one.port))
        await came.wait()
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        f"SIP sent to 127.0.0.1:{one.port}: INVITE sip:1003@10.0.0.1 (2 INVITE)",
        f"SIP from 127.0.0.1:{other.port}: INVITE sip:1003@10.0.0.1 (2 INVITE)",
    ]
    one.close()
    other.close()
