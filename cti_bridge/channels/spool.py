"""Sounds on their way from a folder into the store: none is lost, none is kept twice."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import wave
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.errors import StoreError
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from cti_bridge.channels.conversation.ports import Message

logger = logging.getLogger(__name__)
USUAL_RATE: Final = 8000
RATES: Final = frozenset({8000, 16000})
HEADER_BYTES: Final = 44
RATE_AT: Final = slice(24, 28)  # in the header
UNFINISHED: Final = ".wav.part"
RETRY_SECONDS: Final = (1.0, 5.0, 30.0, 120.0)


class Journal(Protocol):
    """Where entries of conversations go."""

    async def add(self, message: Message) -> Message | None:
        """None: it is there already. Raises StoreError."""


class Spool:
    """A folder of this bridge alone: NAME.wav, and NAME.wav.part while it is written.

    `keep` stores a file under the name that was given with it ("": found at a start) and removes
    it. Where it raises StoreError it is tried again, also by the next life of the bridge; a file
    that cannot be read stays.
    """

    def __init__(
        self, folder: Path, keep: Callable[[Path, str], Awaitable[None]], *, what: str
    ) -> None:
        self.folder, self._keep, self._what = folder, keep, what
        self._scope = Scope(what)
        self._taken: set[Path] = set()

    async def start(self) -> None:
        """Makes the folder, and takes up what the last life left. Raises OSError."""
        await asyncio.to_thread(_usable, self.folder)
        for file in await asyncio.to_thread(_left_over, self.folder):
            logger.info("a %s of the last life is taken up: %s", self._what, file.name)
            self.take(file)

    async def stop(self) -> None:
        await self._scope.close()

    def take(self, file: Path, name: str = "") -> None:
        """Once: what a start found may be told of again by the switch that wrote it."""
        if file in self._taken:
            return
        self._taken.add(file)
        self._scope.spawn(self._take(file, name), self._what)

    def drop(self, file: Path) -> None:
        """Nothing is to be kept of it."""
        self._scope.spawn(asyncio.to_thread(forget, file), f"no {self._what}")

    async def _take(self, file: Path, name: str) -> None:
        try:
            await self._store(file, name)
        finally:
            self._taken.discard(file)

    async def _store(self, file: Path, name: str) -> None:
        for tries, wait in enumerate(chain(RETRY_SECONDS, repeat(RETRY_SECONDS[-1]))):
            try:
                await self._keep(file, name)
            except StoreError as error:
                logger.error("the %s %s is not stored yet: %s", self._what, file.name, error)
                if not error.transient and tries >= len(RETRY_SECONDS):
                    logger.error(
                        "the %s %s stays where it is until the next start", self._what, file
                    )
                    return
            except (OSError, wave.Error, EOFError) as error:
                logger.error("the %s %s cannot be read: %s", self._what, file, error)
                return
            else:
                return
            await asyncio.sleep(wait)


def forget(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s, of which nothing is kept, stays: %s", file, error)


def _usable(folder: Path) -> None:
    """Raises OSError where nothing can be written there."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _left_over(folder: Path) -> list[Path]:
    """Whole files, after those that were cut off are made whole."""
    for part in folder.glob(f"*{UNFINISHED}"):
        _mend(part)
    return sorted(folder.glob("*.wav"))


def _mend(part: Path) -> None:
    """A recording that was cut off has the right sound after a header that does not count it."""
    whole = part.with_name(part.name.removesuffix(UNFINISHED) + ".wav")
    data = part.read_bytes()
    rate = int.from_bytes(data[RATE_AT], "little")
    pcm = data[HEADER_BYTES:]
    pcm = pcm[: len(pcm) // 2 * 2]
    if pcm and not whole.exists():
        with wave.open(str(whole), "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(rate if rate in RATES else USUAL_RATE)
            writer.writeframes(pcm)
    part.unlink(missing_ok=True)
