"""What a caller says, in a file that is whole or not there."""

from __future__ import annotations

import asyncio
import errno
import math
import wave
from array import array
from typing import TYPE_CHECKING

from cti_bridge.telephony.media.codec import FRAME_BYTES
from cti_bridge.telephony.media.recorder import Recorder

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SILENCE = bytes(FRAME_BYTES)


def tone(hertz: float = 440.0) -> bytes:
    samples = (round(8000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(160))
    return array("h", samples).tobytes()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def recorder(tmp_path: Path, clock: Clock, *, limit: float = 60, silence: float = 5) -> Recorder:
    return Recorder(tmp_path / "m.wav", limit_s=limit, silence_s=silence, clock=clock)


def read(file: Path) -> bytes:
    with wave.open(str(file)) as reader:
        assert (reader.getnchannels(), reader.getsampwidth(), reader.getframerate()) == (
            1,
            2,
            8000,
        )
        return reader.readframes(reader.getnframes())


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def test_the_file_holds_what_was_said_and_appears_when_it_is_whole(tmp_path: Path) -> None:
    one = recorder(tmp_path, Clock())
    said = [tone(400 + n) for n in range(120)]
    for frame in said[:60]:
        one.write(frame)
    running = asyncio.get_running_loop().create_task(one.run())
    await asyncio.sleep(0.05)
    assert not (tmp_path / "m.wav").exists()
    for frame in said[60:]:
        one.write(frame)
    one.end("key")
    assert await running == "key"
    assert read(tmp_path / "m.wav") == b"".join(said)
    assert names(tmp_path) == ["m.wav"]
    assert one.seconds == 120 * 0.02


async def test_it_ends_at_its_limit_and_takes_no_more(tmp_path: Path) -> None:
    one = recorder(tmp_path, Clock(), limit=1.0)
    for _ in range(80):
        one.write(tone())
    assert await one.run() == "limit"
    assert len(read(tmp_path / "m.wav")) == 16_000


async def test_silence_ends_it_and_talking_does_not(tmp_path: Path) -> None:
    clock = Clock()
    one = recorder(tmp_path, clock)
    clock.now = 4.0
    one.write(tone())
    clock.now = 8.9
    one.write(SILENCE)
    running = asyncio.get_running_loop().create_task(one.run())
    await asyncio.sleep(0.25)
    assert not running.done()
    clock.now = 9.0
    assert await running == "silence"


async def test_frames_of_another_size_are_no_voice(tmp_path: Path) -> None:
    one = recorder(tmp_path, Clock())
    for junk in (b"", b"x", tone()[:-1], tone() + b"xx"):
        one.write(junk)
    one.end("cleared")
    assert await one.run() == "cleared"
    assert read(tmp_path / "m.wav") == b""


async def test_a_folder_that_is_not_there_is_told_and_ends_it(tmp_path: Path) -> None:
    one = Recorder(tmp_path / "no" / "m.wav", limit_s=9, silence_s=9, clock=Clock())
    one.write(tone())
    assert await one.run() == "failed"
    assert one.seconds == 0.02
    assert names(tmp_path) == []


async def test_silence_at_the_end_is_left_out_and_within_is_kept(tmp_path: Path) -> None:
    one = recorder(tmp_path, Clock())
    said = [tone()] * 50 + [SILENCE] * 100 + [tone()] * 50
    running = asyncio.get_running_loop().create_task(one.run())
    for frame in [*said, *([SILENCE] * 400)]:
        one.write(frame)
        await asyncio.sleep(0)
    one.end("silence")
    assert await running == "silence"
    assert one.seconds == 4.5
    assert read(tmp_path / "m.wav") == b"".join(said) + SILENCE * 25


async def test_who_says_nothing_leaves_next_to_nothing(tmp_path: Path) -> None:
    one = recorder(tmp_path, Clock())
    for _ in range(500):
        one.write(SILENCE)
    one.end("cleared")
    assert await one.run() == "cleared"
    assert one.seconds <= 0.5


async def test_a_disk_that_is_full_ends_it_and_leaves_no_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(writer: wave.Wave_write, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(wave.Wave_write, "writeframes", full)
    one = recorder(tmp_path, Clock())
    running = asyncio.get_running_loop().create_task(one.run())
    for _ in range(120):
        one.write(tone())
    assert await asyncio.wait_for(running, 30) == "failed"
    assert names(tmp_path) == []
