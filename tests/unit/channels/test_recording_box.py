"""A recording is stored with its contact, in parts that can be played, whatever comes between."""

from __future__ import annotations

import asyncio
import io
import wave
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cti_bridge.acd.recording import new_file
from cti_bridge.channels import spool as spool_room
from cti_bridge.channels.conversation.ports import RECORDED
from cti_bridge.channels.recordings import RecordingBox
from cti_bridge.errors import StoreError
from cti_bridge.protocol.vocabulary import Author, BlobId, InteractionId, MessageKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.channels.conversation.ports import Message

CONTACT = InteractionId("c-1")


class Kept:
    """Blobs and journal in memory; `refuse` makes that many writes fail."""

    def __init__(self, refuse: int = 0) -> None:
        self.blobs: list[bytes] = []
        self.kinds: list[str] = []
        self.messages: list[Message] = []
        self.refuse = refuse

    async def put_stream(
        self, parts: AsyncIterator[bytes], *, name: str = "", media_type: str = ""
    ) -> BlobId:
        if self.refuse:
            self.refuse -= 1
            raise StoreError("away", "the database is locked")
        self.blobs.append(b"".join([part async for part in parts]))
        self.kinds.append(media_type)
        return BlobId(f"b-{len(self.blobs)}")

    async def add(self, message: Message) -> Message | None:
        if any(one.id == message.id for one in self.messages):
            return None
        self.messages.append(message)
        return message


def write(file: Path, seconds: float, rate: int = 8000) -> bytes:
    pcm = b"".join(n.to_bytes(2, "little") for n in range(round(rate * seconds) % 30_000))
    pcm = (pcm + bytes(2 * round(rate * seconds)))[: 2 * round(rate * seconds)]
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    return pcm


def pcm_of(blob: bytes) -> bytes:
    with wave.open(io.BytesIO(blob)) as reader:
        return reader.readframes(reader.getnframes())


async def box_of(folder: Path, kept: Kept, part_seconds: int = 1800) -> RecordingBox:
    box = RecordingBox(spool=folder, blobs=kept, journal=kept, part_seconds=part_seconds)  # type: ignore[arg-type]
    await box.start()
    return box


async def empty(folder: Path) -> None:
    async with asyncio.timeout(60):
        while list((folder / "calls").iterdir()):
            await asyncio.sleep(0.01)


async def test_one_that_is_told_of_twice_is_taken_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The start finds it, and the switch that wrote it tells of it."""
    kept = Kept()
    (tmp_path / "calls").mkdir()
    file = Path(new_file(tmp_path, CONTACT, "r1"))
    write(file, 1.0)
    box = await box_of(tmp_path, kept)
    box.call_recorded(CONTACT, file, "Ana Soto")
    await empty(tmp_path)
    await box.stop()
    assert len(kept.messages) == 1
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


async def test_it_is_stored_with_its_sound_and_the_file_goes(tmp_path: Path) -> None:
    kept = Kept()
    box = await box_of(tmp_path, kept)
    file = Path(new_file(tmp_path, CONTACT, "r1"))
    pcm = write(file, 2.0, rate=16_000)
    box.call_recorded(CONTACT, file, "Ana Soto")
    await empty(tmp_path)
    (message,) = kept.messages
    assert (message.interaction, message.kind, message.author) == (
        CONTACT,
        MessageKind.RECORDING,
        Author.SYSTEM,
    )
    assert (message.seconds, message.name) == (2.0, "Ana Soto")
    assert message.attachments[0].size == len(kept.blobs[0])
    assert pcm_of(kept.blobs[0]) == pcm
    assert kept.kinds == [RECORDED]
    await box.stop()


async def test_a_long_one_becomes_parts_that_follow_each_other(tmp_path: Path) -> None:
    kept = Kept()
    box = await box_of(tmp_path, kept, part_seconds=1)
    file = Path(new_file(tmp_path, CONTACT, "r1"))
    pcm = write(file, 2.5)
    box.call_recorded(CONTACT, file, "")
    await empty(tmp_path)
    assert [one.seconds for one in kept.messages] == [1.0, 1.0, 0.5]
    assert b"".join(map(pcm_of, kept.blobs)) == pcm
    first, second, _ = kept.messages
    assert second.at - first.at == timedelta(seconds=1)
    await box.stop()


async def test_a_store_that_is_away_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_room, "RETRY_SECONDS", (0.01, 0.01, 0.01))
    kept = Kept(refuse=3)
    box = await box_of(tmp_path, kept, part_seconds=1)
    file = Path(new_file(tmp_path, CONTACT, "r1"))
    write(file, 1.5)
    box.call_recorded(CONTACT, file, "")
    await empty(tmp_path)
    assert len(kept.messages) == 2
    await box.stop()


async def test_the_next_life_takes_up_what_a_kill_left_once(tmp_path: Path) -> None:
    kept = Kept()
    (tmp_path / "calls").mkdir()
    whole = Path(new_file(tmp_path, CONTACT, "r1"))
    for _ in range(2):  # the second time: stored, and killed before the file went
        write(whole, 1.0)
        box = await box_of(tmp_path, kept)
        await empty(tmp_path)
        await box.stop()
    assert len(kept.messages) == 1


def cut_off(file: Path) -> None:
    """As a kill leaves it: in the middle of a sample, under a header that counts nothing."""
    data = bytearray(file.read_bytes()[:-1001])
    data[40:44] = bytes(4)
    file.unlink()
    file.with_name(file.name + ".part").write_bytes(data)


@pytest.mark.parametrize("rate", [8_000, 16_000])
async def test_one_that_was_cut_off_is_made_whole(tmp_path: Path, rate: int) -> None:
    kept = Kept()
    (tmp_path / "calls").mkdir()
    whole = Path(new_file(tmp_path, CONTACT, "r1"))
    pcm = write(whole, 2.0, rate=rate)
    cut_off(whole)
    box = await box_of(tmp_path, kept)
    await empty(tmp_path)
    (message,) = kept.messages
    assert message.interaction == CONTACT
    assert pcm_of(kept.blobs[0]) == pcm[:-1002]
    await box.stop()


async def test_what_is_no_sound_stays_and_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept()
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "c-1.x.wav").write_bytes(b"not a sound")
    box = await box_of(tmp_path, kept)
    async with asyncio.timeout(60):
        while "cannot be read" not in caplog.text:
            await asyncio.sleep(0.01)
    await box.stop()
    assert (tmp_path / "calls" / "c-1.x.wav").exists()
    assert kept.messages == []


async def test_nothing_but_a_header_leaves_nothing(tmp_path: Path) -> None:
    kept = Kept()
    box = await box_of(tmp_path, kept)
    file = Path(new_file(tmp_path, CONTACT, "r1"))
    write(file, 0)
    box.call_recorded(CONTACT, file, "")
    await empty(tmp_path)
    assert kept.messages == []
    await box.stop()
