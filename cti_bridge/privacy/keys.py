"""The master keys under which files are sealed: one that is used, and those before it.

A key file has a line for each, the one in use first:

    ficha-key-1 ID BASE64

`ID` is the beginning of the key's digest: it names the key in the database and tells nothing
of it. A line of another version, or with a key that is not the one of its id, is a mistake.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final, NewType

KeyId = NewType("KeyId", str)
VERSION: Final = "ficha-key-1"
KEY_BYTES: Final = 32
MOST_KEYS: Final = 64
ID_LENGTH: Final = 16
MAX_TEXT: Final = 16_384


class KeyTextError(ValueError):
    """The text is no key file; says in which line and why, and never shows the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKey:
    id: KeyId
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """At least one key; the first is the one that new files are sealed under."""

    keys: tuple[MasterKey, ...]

    @property
    def current(self) -> MasterKey:
        return self.keys[0]

    def find(self, wanted: str) -> MasterKey | None:
        return next((key for key in self.keys if key.id == wanted), None)

    def with_new(self, key: MasterKey) -> Keyring:
        """`key` in use, the others behind it. Raises KeyTextError where there is no room."""
        if len(self.keys) >= MOST_KEYS:
            raise KeyTextError(f"it holds {MOST_KEYS} keys already")
        return Keyring(keys=(key, *self.keys))

    def without(self, gone: frozenset[str]) -> Keyring:
        """Less these; the one in use stays whatever is asked."""
        kept = (key for key in self.keys[1:] if key.id not in gone)
        return Keyring(keys=(self.current, *kept))


def new_key() -> MasterKey:
    return _key(secrets.token_bytes(KEY_BYTES))


def parse(text: str) -> Keyring:
    """Raises KeyTextError."""
    if len(text) > MAX_TEXT:
        raise KeyTextError(f"it is longer than {MAX_TEXT} characters: that is no key file")
    keys: list[MasterKey] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key = _line(line.split(), number)
        if key.id not in {known.id for known in keys}:
            keys.append(key)
    if not keys:
        raise KeyTextError("there is no key in it")
    return Keyring(keys=tuple(keys))


def render(ring: Keyring) -> str:
    head = (
        "# The keys of Ficha's recordings and attachments: without them nobody opens those again.",
        "# Keep a copy apart from the database and its backups. The first one is in use.",
    )
    keys = (f"{VERSION} {key.id} {base64.b64encode(key.secret).decode()}" for key in ring.keys)
    return "\n".join((*head, *keys)) + "\n"


def _line(words: list[str], number: int) -> MasterKey:
    if len(words) != 3 or words[0] != VERSION:
        raise KeyTextError(f'line {number} does not read "{VERSION} ID KEY"')
    try:
        secret = base64.b64decode(words[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyTextError(f"the key in line {number} is not base64") from error
    if len(secret) != KEY_BYTES:
        raise KeyTextError(f"the key in line {number} has {len(secret)} bytes and not {KEY_BYTES}")
    key = _key(secret)
    if key.id != words[1]:
        raise KeyTextError(f"the key in line {number} is not the one of its id: it was damaged")
    return key


def _key(secret: bytes) -> MasterKey:
    digest = hashlib.sha256(b"ficha key id" + secret).hexdigest()
    return MasterKey(id=KeyId(digest[:ID_LENGTH]), secret=secret)
