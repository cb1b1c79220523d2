"""Attachments fetched from the bridge, piece by piece, and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject

from cti_bridge.protocol.commands import BlobPart, FetchBlob

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.link import LinkPort
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import BlobId

    Got = Callable[[bytes | None], None]

PIECE: Final = 262_144
MAX_BYTES: Final = 60 * 1024 * 1024  # of one blob
KEPT_BYTES: Final = 32 * 1024 * 1024  # of all that are kept


class Blobs(QObject):
    def __init__(self, link: LinkPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._kept: OrderedDict[BlobId, bytes] = OrderedDict()
        self._coming: dict[BlobId, bytearray] = {}
        self._waiting: dict[BlobId, list[tuple[QObject, Got]]] = {}

    def fetch(self, blob_id: BlobId, asker: QObject, on_done: Got) -> None:
        """Calls `on_done` with the whole, at once where it is kept; None: it cannot be had.
        Not when `asker` is gone meanwhile."""
        if blob_id in self._kept:
            self._kept.move_to_end(blob_id)
            on_done(self._kept[blob_id])
            return
        self._waiting.setdefault(blob_id, []).append((asker, on_done))
        if blob_id not in self._coming:
            self._coming[blob_id] = bytearray()
            self._ask(blob_id)

    def progress(self, blob_id: BlobId) -> int:
        """Bytes so far of one that is on its way; 0 otherwise."""
        return len(self._coming.get(blob_id, b""))

    def _ask(self, blob_id: BlobId) -> None:
        command = FetchBlob(
            request_id=0, blob_id=blob_id, offset=len(self._coming[blob_id]), limit=PIECE
        )
        self._link.request(command, lambda reply: self._came(blob_id, reply))

    def _came(self, blob_id: BlobId, reply: AnyReply) -> None:
        so_far = self._coming[blob_id]
        match reply:
            case BlobPart(data=data, last=last) if len(so_far) + len(data) <= MAX_BYTES:
                so_far += data
                if last:
                    self._finish(blob_id, bytes(so_far))
                elif data:
                    self._ask(blob_id)
                else:
                    self._finish(blob_id, None)  # a piece without an end would go on for ever
            case _:
                self._finish(blob_id, None)

    def _finish(self, blob_id: BlobId, data: bytes | None) -> None:
        del self._coming[blob_id]
        if data is not None:
            self._keep(blob_id, data)
        for asker, on_done in self._waiting.pop(blob_id, []):
            if shiboken6.isValid(asker):
                on_done(data)

    def _keep(self, blob_id: BlobId, data: bytes) -> None:
        if len(data) > KEPT_BYTES // 2:
            return
        self._kept[blob_id] = data
        while sum(map(len, self._kept.values())) > KEPT_BYTES:
            self._kept.popitem(last=False)
