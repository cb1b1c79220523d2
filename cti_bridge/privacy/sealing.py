"""Files sealed in pieces with AES-256-GCM (NIST SP 800-38D), each under a key of its own.

The key of a file is wrapped by a master key together with the file's id, its size and its kind:
a wrapped key opens for no other file, and a file that was cut short has no key. A piece is bound
to its place in its file. Nothing here does I/O.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from cti_bridge.privacy.keys import MasterKey

NONCE: Final = 12
TAG: Final = 16
DATA_KEY: Final = 32
WRAPPED: Final = NONCE + DATA_KEY + TAG


class TamperedError(ValueError):
    """What was stored is not what was sealed here."""


class FileKey:
    """Seals and opens the pieces of one file; made by `new` or `unwrap`.

    A key seals one file only, and each place in it once: so the number of the piece is a nonce
    that never comes twice.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret, self._cipher = secret, AESGCM(secret)

    @classmethod
    def new(cls) -> FileKey:
        return cls(secrets.token_bytes(DATA_KEY))

    @classmethod
    def unwrap(cls, wrapped: bytes, key: MasterKey, about: bytes) -> FileKey:
        """Raises TamperedError."""
        if len(wrapped) != WRAPPED:
            raise TamperedError("its key has another length")
        try:
            secret = AESGCM(key.secret).decrypt(wrapped[:NONCE], wrapped[NONCE:], about)
        except InvalidTag as error:
            raise TamperedError("its key is not of this file, this size and this kind") from error
        return cls(secret)

    def wrap(self, key: MasterKey, about: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(key.secret).encrypt(nonce, self._secret, about)

    def seal(self, part: int, data: bytes) -> bytes:
        return self._cipher.encrypt(_nonce(part), data, None)

    def open(self, part: int, data: bytes) -> bytes:
        """Raises TamperedError."""
        try:
            return self._cipher.decrypt(_nonce(part), data, None)
        except (InvalidTag, ValueError) as error:
            raise TamperedError(f"piece {part} is not the one that was sealed") from error


def about(blob: str, size: int, media_type: str) -> bytes:
    """What a wrapped key is bound to; no two files have the same."""
    return f"ficha file 1\0{blob}\0{size}\0{media_type}".encode("utf-8", "surrogatepass")


def _nonce(part: int) -> bytes:
    return part.to_bytes(NONCE, "big")
