"""The file of master keys: read, watched for a rotation, written anew in one step."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from cti_bridge.privacy.keys import Keyring, KeyTextError, MasterKey, new_key, parse, render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class KeyFileError(Exception):
    """`str` says what is wrong with which file, `fix` what to do; neither holds a key."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


class KeyFile:
    """Implements `store.blobs.Keys`: asked again when the file changes, so that a rotation by
    command needs no restart of the bridge."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ring: Keyring | None = None
        self._seen: tuple[int, int, int] | None = None

    def load(self) -> Keyring:
        """Reads the file; raises KeyFileError."""
        try:
            status = self.path.stat()
            text = self.path.read_text(encoding="ascii")
        except FileNotFoundError as error:
            raise KeyFileError(
                f"the key file {self.path} is not there.",
                "Put it back from its copy; a first one is made by: cti-bridge privacy key new.",
            ) from error
        except UnicodeDecodeError as error:
            raise KeyFileError(f"{self.path} is no key file.", "Is it the right file?") from error
        except OSError as error:
            raise KeyFileError(
                f"the key file {self.path} cannot be read ({error.strerror}).",
                "Let the bridge's user read it.",
            ) from error
        if os.name == "posix" and status.st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            raise KeyFileError(
                f"others than the bridge's user can get at the key file {self.path}.",
                f"chmod 600 {self.path}",
            )
        try:
            self._ring = parse(text)
        except KeyTextError as error:
            raise KeyFileError(
                f"{self.path}: {error}.", "Put it back from its copy, or name the right file."
            ) from error
        self._seen = (status.st_mtime_ns, status.st_ino, status.st_size)
        return self._ring

    # -- store.blobs.Keys

    def current(self) -> MasterKey:
        return self._now().current

    def find(self, wanted: str) -> MasterKey | None:
        return self._now().find(wanted)

    def _now(self) -> Keyring:
        """As the file says now. While it cannot be read, what it said last goes on."""
        try:
            status = os.stat(self.path)
            if self._ring is None or self._seen != (
                status.st_mtime_ns,
                status.st_ino,
                status.st_size,
            ):
                return self.load()
        except (OSError, KeyFileError):
            if self._ring is None:
                raise
        return self._ring

    # -- commands

    def create(self) -> MasterKey:
        """A first key in a file that was not there; raises KeyFileError."""
        key = new_key()
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise KeyFileError(
                f"{self.path} is there already.",
                "A further key is made by: cti-bridge privacy key rotate.",
            ) from error
        except OSError as error:
            raise _not_written(self.path, error) from error
        _write(descriptor, render(Keyring(keys=(key,))))
        _settle(self.path.parent)
        return key

    def change(self, how: Callable[[Keyring], Keyring]) -> Keyring:
        """The file as `how` makes it of what is there; whole or not at all."""
        try:
            ring = how(self.load())
        except KeyTextError as error:
            raise KeyFileError(
                f"{self.path}: {error}.", "Take old ones out: cti-bridge privacy key prune."
            ) from error
        fresh = self.path.with_name(f".{self.path.name}.new")
        try:
            fresh.unlink(missing_ok=True)
            _write(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), render(ring))
            fresh.replace(self.path)
            _settle(self.path.parent)
        except OSError as error:
            raise _not_written(self.path, error) from error
        return self.load()


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """The name is on the disk as well as the bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(
        f"{path} cannot be written ({error.strerror}).",
        "Set privacy.key_file to a place that this user may write to.",
    )
