"""A message that was left is stored once, whatever comes between."""

from __future__ import annotations

import asyncio
import io
import wave
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cti_bridge.acd.interaction import Interaction
from cti_bridge.acd.treating import Treating
from cti_bridge.channels import spool
from cti_bridge.channels.voicemail import VoicemailBox
from cti_bridge.errors import StoreError
from cti_bridge.protocol.vocabulary import BlobId, Channel, InteractionId
from cti_bridge.telephony.ports import Caller, Number, NumberKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cti_bridge.channels.conversation.ports import Message

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONTACT = Interaction(
    id=InteractionId("c-1"),
    caller=Caller(number=Number(kind=NumberKind.E164, value="+34612345099")),
    started_at=NOW,
    changed_at=NOW,
)


class Kept:
    """Blobs and journal in memory; `refuse` makes that many writes fail."""

    def __init__(self, refuse: int = 0) -> None:
        self.blobs: list[bytes] = []
        self.messages: list[Message] = []
        self.refuse = refuse

    async def put(self, data: bytes, *, name: str = "", media_type: str = "") -> BlobId:
        if self.refuse:
            self.refuse -= 1
            raise StoreError("away", "the database is locked")
        self.blobs.append(data)
        return BlobId(f"b-{len(self.blobs)}")

    async def put_stream(
        self, parts: AsyncIterator[bytes], *, name: str = "", media_type: str = ""
    ) -> BlobId:
        raise NotImplementedError

    async def get(self, blob: BlobId, offset: int = 0, limit: int | None = None) -> bytes:
        raise NotImplementedError

    async def size(self, blob: BlobId) -> int:
        raise NotImplementedError

    async def add(self, message: Message) -> Message | None:
        if any(one.id == message.id for one in self.messages):
            return None
        self.messages.append(message)
        return message


def record(file: Path, seconds: float = 2.0) -> None:
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(b"\x10\x20" * round(8000 * seconds))


async def box_of(spool: Path, kept: Kept) -> VoicemailBox:
    box = VoicemailBox(spool=spool, blobs=kept, journal=kept)
    await box.start()
    return box


async def settled(spool: Path) -> None:
    for _ in range(3_000):
        if not names(spool):
            return
        await asyncio.sleep(0.01)


def names(spool: Path) -> list[str]:
    return sorted(file.name for file in spool.iterdir())


async def test_a_message_is_stored_with_its_sound_and_the_file_goes(tmp_path: Path) -> None:
    kept, spool = Kept(), tmp_path / "spool"
    box = await box_of(spool, kept)
    record(spool / "c-1.wav")
    box.voicemail_left(CONTACT, spool / "c-1.wav", 2.0)
    await settled(spool)
    assert names(spool) == []
    (message,) = kept.messages
    assert (message.interaction, message.seconds, message.name) == ("c-1", 2.0, "+34612345099")
    assert message.attachments[0].size == len(kept.blobs[0])
    await box.stop()


async def test_a_store_that_is_away_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "RETRY_SECONDS", (0.01, 0.01, 0.01))
    kept = Kept(refuse=3)
    box = await box_of(tmp_path, kept)
    record(tmp_path / "c-1.wav")
    box.voicemail_left(CONTACT, tmp_path / "c-1.wav", 2.0)
    await settled(tmp_path)
    assert len(kept.messages) == 1
    await box.stop()


async def test_the_next_life_takes_up_what_is_left_once(tmp_path: Path) -> None:
    kept = Kept()
    record(tmp_path / "c-1.wav")
    await settled_box(tmp_path, kept)
    record(tmp_path / "c-1.wav")  # stored, and killed before the file went
    await settled_box(tmp_path, kept)
    assert len(kept.messages) == 1
    assert names(tmp_path) == []


async def settled_box(spool: Path, kept: Kept) -> None:
    box = await box_of(spool, kept)
    await settled(spool)
    await box.stop()


async def test_a_recording_that_was_cut_off_is_made_whole(tmp_path: Path) -> None:
    kept = Kept()
    whole = io.BytesIO()
    record(tmp_path / "whole.wav", 3.0)
    whole.write((tmp_path / "whole.wav").read_bytes())
    (tmp_path / "whole.wav").unlink()
    cut = bytearray(whole.getvalue()[:-4001])  # in the middle of a sample
    cut[40:44] = bytes(4)  # the header that counts nothing
    (tmp_path / "c-9.wav.part").write_bytes(cut)
    await settled_box(tmp_path, kept)
    (message,) = kept.messages
    assert message.interaction == "c-9"
    assert message.seconds == 2.7


async def test_what_is_no_sound_stays_and_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept()
    (tmp_path / "junk.wav").write_bytes(b"not a sound")
    box = await box_of(tmp_path, kept)
    for _ in range(3_000):
        if "cannot be read" in caplog.text:
            break
        await asyncio.sleep(0.01)
    await box.stop()
    assert "junk.wav cannot be read" in caplog.text
    assert names(tmp_path) == ["junk.wav"]
    assert kept.messages == []


async def test_what_is_too_short_goes_without_a_message(tmp_path: Path) -> None:
    kept = Kept()
    record(tmp_path / "c-1.wav", 1.4)
    await settled_box(tmp_path, kept)
    assert names(tmp_path) == []
    assert kept.messages == []


async def test_a_recording_that_came_to_nothing_goes_at_once(tmp_path: Path) -> None:
    kept = Kept()
    box = await box_of(tmp_path, kept)
    record(tmp_path / "c-1.wav", 1.4)
    recorded = replace(
        CONTACT, treatment=Treating(doing="recording", file=str(tmp_path / "c-1.wav"))
    )
    box.contact_changed(CONTACT, recorded)
    box.contact_changed(recorded, replace(recorded, channel=Channel.VOICEMAIL, treatment=None))
    await asyncio.sleep(0.05)
    assert names(tmp_path) == ["c-1.wav"]
    box.contact_changed(recorded, replace(recorded, treatment=None))
    await settled(tmp_path)
    assert names(tmp_path) == []
    assert kept.messages == []
    await box.stop()


async def test_a_message_of_no_contact_is_given_up_until_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Refusing(Kept):
        async def add(self, message: Message) -> Message | None:
            raise StoreError("failed", "no such contact")

    monkeypatch.setattr(spool, "RETRY_SECONDS", (0.01, 0.01))
    record(tmp_path / "nobody.wav")
    box = await box_of(tmp_path, Refusing())
    for _ in range(3_000):
        if "until the next start" in caplog.text:
            break
        await asyncio.sleep(0.01)
    await box.stop()
    assert "nobody.wav stays where it is until the next start" in caplog.text
    assert names(tmp_path) == ["nobody.wav"]


async def test_a_folder_that_cannot_be_written_to_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(b"a file")
    with pytest.raises(OSError):  # noqa: PT011 - FileExistsError or NotADirectoryError
        await box_of(tmp_path / "spool", Kept())
