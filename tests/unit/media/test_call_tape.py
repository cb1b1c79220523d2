"""Both sides of a call in one file that is whole or not there."""

from __future__ import annotations

import asyncio
import wave
from array import array
from typing import TYPE_CHECKING

from cti_bridge.telephony.media import tape as tapes
from cti_bridge.telephony.media.codec import FRAME_BYTES
from cti_bridge.telephony.media.tape import Tape

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def frame(level: int) -> bytes:
    return array("h", [level] * (FRAME_BYTES // 2)).tobytes()


def read(file: Path) -> array[int]:
    with wave.open(str(file)) as reader:
        assert (reader.getnchannels(), reader.getframerate()) == (1, 8000)
        return array("h", reader.readframes(reader.getnframes()))


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def ended(tape: Tape, cause: str = "stopped") -> str:
    running = asyncio.ensure_future(tape.run())
    tape.end(cause)
    return await running


async def test_both_sides_are_mixed_and_times_without_voice_are_silence(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "c.wav")
    for heard, said in ((100, 20), (100, None), (None, 20), (None, None)):
        tape.turn(frame(heard) if heard else None, frame(said) if said else None)
    tape.turn(frame(7), None, 2)  # two turns were skipped
    assert await ended(tape) == "stopped"
    levels = read(tmp_path / "c.wav")[:: FRAME_BYTES // 2]
    assert list(levels) == [120, 100, 20, 0, 0, 0, 7]
    assert tape.seconds == 0.14
    assert names(tmp_path) == ["c.wav"]


async def test_what_is_said_in_a_pause_is_not_there(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "c.wav")
    tape.turn(frame(1), None)
    tape.paused = True
    tape.turn(frame(2), frame(2))
    tape.paused = False
    tape.turn(frame(3), None)
    assert await ended(tape, "cleared") == "cleared"
    assert set(read(tmp_path / "c.wav")) == {1, 3}


async def test_a_folder_that_cannot_be_written_fails_without_a_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tape = Tape(tmp_path / "nowhere" / "c.wav")
    tape.turn(frame(1), None)
    assert await tape.run() == "failed"
    assert "was not recorded" in caplog.text
    tape.turn(frame(1), None)  # nobody's


async def test_a_disk_that_stands_still_takes_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tapes, "MOST_WAITING", 3 * FRAME_BYTES)
    tape = Tape(tmp_path / "c.wav")
    for _ in range(10):
        tape.turn(frame(1), None)
    assert await tape.run() == "cut"
    assert names(tmp_path) == ["c.wav"]
    assert tape.seconds == 0.08


async def test_it_ends_at_its_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tapes, "LONGEST", 2 * FRAME_BYTES)
    tape = Tape(tmp_path / "c.wav")
    for _ in range(5):
        tape.turn(frame(1), None)
    assert await tape.run() == "stopped"
    assert tape.seconds == 0.04
