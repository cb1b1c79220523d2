"""Recordings from Asterisk's disk to ours."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.asterisk.ari.errors import AriError

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.node import Node

logger = logging.getLogger(__name__)
LONGEST: Final = 512 << 20  # bytes of one: nine hours
TRIES: Final = 4
PAUSE: Final = 0.5
HEADER_BYTES: Final = 44  # as Asterisk writes it: RIFF, fmt, and nothing after the data
NOT_THERE: Final = (
    "there is no such file: cti-bridge asterisk doctor says whether it can record at all"
)
EMPTY: Final = "nothing was written of it"


async def fetch(node: Node, name: str, file: str) -> float | None:
    """Brings a stored recording to `file` and takes it from Asterisk's disk: its seconds; None
    where there is none, or nothing in it. A file that is there is whole."""
    path = Path(file)
    part = path.with_name(path.name + ".part")
    for attempt in range(1, TRIES + 1):
        try:
            await _write(node, name, part)
            seconds = await asyncio.to_thread(_settle, part, path)
        except AriError as error:
            if error.gone:
                logger.warning("recording %s of %s: %s", name, node.id, NOT_THERE)
                return None
            logger.warning("recording %s of %s: %s", name, node.id, error)
        except (OSError, wave.Error, EOFError) as error:
            logger.error(
                "recording %s of %s cannot be kept here: it stays there, and is asked for again "
                "at the next start: %s",
                name,
                node.id,
                error,
            )
            break
        else:
            with contextlib.suppress(AriError):  # told again at the next start, and then taken
                await node.ari.delete("recordings", "stored", name)
            if seconds is None:
                logger.warning("recording %s of %s: %s", name, node.id, EMPTY)
            return seconds
        await asyncio.sleep(PAUSE * attempt)
    with contextlib.suppress(OSError):
        await asyncio.to_thread(part.unlink, missing_ok=True)
    return None


async def _write(node: Node, name: str, part: Path) -> None:
    await asyncio.to_thread(part.parent.mkdir, parents=True, exist_ok=True)
    out = await asyncio.to_thread(part.open, "wb")
    size = 0
    try:
        async for piece in node.ari.download("recordings", "stored", name, "file"):
            size += len(piece)
            if size > LONGEST:
                raise OSError(f"it is over {LONGEST >> 20} MB")
            await asyncio.to_thread(out.write, piece)
    finally:
        await asyncio.to_thread(out.close)


def _settle(part: Path, path: Path) -> float | None:
    """Its seconds; None where an Asterisk that ended had written no more than a header."""
    if not _count(part):
        part.unlink()
        return None
    with wave.open(str(part), "rb") as sound:
        seconds = sound.getnframes() / sound.getframerate()
    part.replace(path)
    return seconds


def _count(part: Path) -> bool:
    """Asterisk counts in the header when it closes a file: one that it could not close, because it
    was killed, has the sound after a header that says there is none. False: it has no sound."""
    size = part.stat().st_size - HEADER_BYTES
    with part.open("r+b") as file:
        head = file.read(HEADER_BYTES)
        if head[:4] != b"RIFF" or head[8:16] != b"WAVEfmt " or head[36:40] != b"data":
            return True  # another one's: whoever reads it says what is wrong
        if int.from_bytes(head[40:], "little") == 0 and size > 0:
            file.seek(4)
            file.write((size + HEADER_BYTES - 8).to_bytes(4, "little"))
            file.seek(40)
            file.write((size // 2 * 2).to_bytes(4, "little"))
    return size > 0 or head[4:8] != bytes(4)
