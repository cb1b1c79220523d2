"""The access log beside the work: in batches, waited for, and never lost unsaid."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from cti_bridge.errors import StoreError
from cti_bridge.privacy import recorder as recorder_module
from cti_bridge.privacy.ports import Access
from cti_bridge.privacy.recorder import AccessRecorder
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import AccessKind, AgentId, CustomerId, RefusalCode

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Log:
    """An `AccessStore` that may be away."""

    def __init__(self):
        self.entries, self.batches, self.away = [], 0, False
        self.grew = asyncio.Event()

    async def append(self, entries):
        if self.away:
            raise StoreError("unreachable", "gone")
        self.entries.extend(entries)
        self.batches += 1
        self.grew.set()

    async def until(self, count):
        while len(self.entries) < count:
            self.grew.clear()
            await asyncio.wait_for(self.grew.wait(), 20)


def view(number, kind=AccessKind.VIEW, at=NOW):
    return Access(
        at=at, agent=AgentId("ana"), name="Ana", kind=kind, customer=CustomerId(f"c{number}")
    )


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for name in ("GATHER", "AGAIN_SECONDS"):
        monkeypatch.setattr(recorder_module, name, 0.01)
    monkeypatch.setattr(recorder_module, "ROOM_SECONDS", 0.05)


async def test_looks_that_come_together_are_written_together():
    log = Log()
    recorder = AccessRecorder(log, lambda: NOW)
    for number in range(100):
        recorder.note(view(number))
    recorder.start()
    await log.until(100)
    assert log.batches == 1
    assert [entry.customer for entry in log.entries] == [f"c{n}" for n in range(100)]
    await recorder.stop()


async def test_the_same_look_within_a_minute_is_one():
    log = Log()
    recorder = AccessRecorder(log, lambda: NOW)
    assert recorder.note(view(1))
    assert not recorder.note(view(1, at=NOW + timedelta(seconds=59)))
    assert recorder.note(view(1, at=NOW + timedelta(seconds=60)))
    assert recorder.note(view(1, kind=AccessKind.HEAR))


async def test_stopping_writes_what_waits():
    log = Log()
    recorder = AccessRecorder(log, lambda: NOW)
    recorder.start()
    for number in range(1200):
        recorder.note_pop(view(number, AccessKind.POP))
    await recorder.stop()
    assert len(log.entries) == 1200


async def test_what_waits_is_written_once_the_database_is_back():
    log = Log()
    log.away = True
    recorder = AccessRecorder(log, lambda: NOW)
    recorder.start()
    recorder.note(view(1))
    with pytest.raises(CommandRefused):
        await recorder.written(view(2))
    assert log.entries == []
    log.away = False
    await log.until(2)
    await recorder.stop()


async def test_a_full_queue_lets_pops_through_and_refuses_looks(caplog):
    log = Log()
    log.away = True
    recorder = AccessRecorder(log, lambda: NOW, room=10)
    recorder.start()
    for number in range(13):
        recorder.note_pop(view(number, AccessKind.POP))
    with pytest.raises(CommandRefused) as refused:
        await recorder.admit()
    assert refused.value.code is RefusalCode.STORE_AWAY
    assert "pops are counted only" in caplog.text
    log.away = False
    await log.until(11)
    await recorder.admit()
    lost = [entry for entry in log.entries if entry.kind is AccessKind.LOST]
    assert [entry.detail for entry in lost] == ["3"]
    await recorder.stop()


async def test_a_look_waits_for_room_and_goes_on():
    log = Log()
    recorder = AccessRecorder(log, lambda: NOW, room=2)
    recorder.note(view(1))
    recorder.note(view(2))
    recorder_module.ROOM_SECONDS = 20  # the fixture puts it back
    waiting = asyncio.gather(recorder.admit())
    recorder.start()
    await waiting
    assert len(log.entries) == 2
    await recorder.stop()


async def test_what_could_not_be_written_by_the_end_is_said(caplog, monkeypatch):
    monkeypatch.setattr(recorder_module, "STOP_SECONDS", 0.05)
    log = Log()
    log.away = True
    recorder = AccessRecorder(log, lambda: NOW)
    recorder.start()
    recorder.note(view(1))
    with caplog.at_level(logging.ERROR):
        await recorder.stop()
    assert "1 entries of the access log could not be written" in caplog.text
