"""What the log says of sessions, and what it never says."""

from __future__ import annotations

import logging

import pytest

from tests.helpers.wire import PASSWORD, Bench, account


@pytest.fixture
async def bench():
    made = Bench(account("ana"))
    await made.listener.start()
    yield made
    await made.listener.stop()


async def test_people_are_named_and_frames_are_not_logged_at_any_level(bench, caplog):
    caplog.set_level(logging.DEBUG)
    async with bench.desktop() as desktop:
        await desktop.sign_in()
    async with bench.desktop() as desktop:
        await desktop.sign_in(password="not the password")
    ours = [record for record in caplog.records if record.name.startswith("cti_bridge")]
    text = "\n".join(record.getMessage() for record in ours)
    assert "ana signed in from 127.0.0.1" in text
    assert "sign-in of 'ana' from 127.0.0.1 refused: wrong_credentials" in text
    for secret in (PASSWORD, "not the password", 'sign-in"', "token", "weakproxy"):
        assert secret not in text
