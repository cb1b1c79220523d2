"""Files on their way to the bridge: piece by piece, with progress, several owners at once."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import is_back
from cti_bridge.protocol.commands import Done, Refused, UploadPart
from cti_bridge.protocol.vocabulary import BlobId

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply

logger = logging.getLogger(__name__)

PIECE: Final = 256 * 1024  # bytes; as base64 it fits a command frame
MAX_FILES: Final = 20  # of one owner
MAX_NAME: Final = 120  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`error` is a RefusalCode, "unreadable", "empty" or "too_many"; "" while all is well."""

    upload_id: str
    owner: str
    name: str
    size: int
    sent: int = 0
    blob_id: BlobId | None = None
    error: str = ""

    @property
    def busy(self) -> bool:
        return self.blob_id is None and not self.error


class Uploads(QObject):
    """Signals: `changed` with the owner whose files are others now."""

    changed = Signal(object)

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link, self._store = link, store
        self._files: dict[str, Upload] = {}  # by upload_id, in the order they were chosen
        self._data: dict[str, bytes] = {}  # until the bridge has them
        store.changed.connect(self._follow)

    def of(self, owner: str) -> tuple[Upload, ...]:
        return tuple(f for f in self._files.values() if f.owner == owner)

    def busy(self, owner: str) -> bool:
        return any(f.busy for f in self.of(owner))

    def blobs(self, owner: str) -> tuple[BlobId, ...]:
        """What is at the bridge, in the order it was chosen."""
        return tuple(f.blob_id for f in self.of(owner) if f.blob_id is not None)

    def start(self, owner: str, name: str, data: bytes) -> Upload:
        """Sends a file; one that cannot be sent stands in the list with its error."""
        made = Upload(
            upload_id=uuid.uuid4().hex,
            owner=owner,
            name=clean_name(name),
            size=len(data),
            error=self._objection(owner, len(data)),
        )
        self._files[made.upload_id] = made
        if not made.error:
            self._data[made.upload_id] = data
            self._send(made)
        self.changed.emit(owner)
        return self._files[made.upload_id]

    def start_file(self, owner: str, path: str | Path) -> Upload:
        """A file of the desk. Its size is looked at before it is read."""
        place = Path(path)
        try:
            size = place.stat().st_size if place.is_file() else -1
            fits = size >= 0 and not self._objection(owner, size)
            data = place.read_bytes() if fits else b""
        except OSError as error:
            logger.info("a file cannot be read: %s", error.strerror)
            size, data = -1, b""
        if size == len(data) and size > 0:
            return self.start(owner, place.name, data)
        trouble = "unreadable" if size < 0 else self._objection(owner, size) or "unreadable"
        return self._refused(owner, place.name, max(size, 0), trouble)

    def retry(self, upload_id: str) -> None:
        file = self._files.get(upload_id)
        if file is not None and file.error and upload_id in self._data:
            self._send(self._put(file, sent=0, error=""))

    def remove(self, upload_id: str) -> None:
        file = self._files.pop(upload_id, None)
        self._data.pop(upload_id, None)
        if file is not None:
            self.changed.emit(file.owner)

    def clear(self, owner: str) -> None:
        gone = [f.upload_id for f in self.of(owner)]
        for upload_id in gone:
            del self._files[upload_id]
            self._data.pop(upload_id, None)
        if gone:
            self.changed.emit(owner)

    # -- inside

    def _objection(self, owner: str, size: int) -> str:
        if size > self._store.state.settings.max_attachment_bytes:
            return "too_large"
        if size == 0:
            return "empty"
        return "too_many" if len(self.of(owner)) >= MAX_FILES else ""

    def _refused(self, owner: str, name: str, size: int, error: str) -> Upload:
        made = Upload(
            upload_id=uuid.uuid4().hex, owner=owner, name=clean_name(name), size=size, error=error
        )
        self._files[made.upload_id] = made
        self.changed.emit(owner)
        return made

    def _send(self, file: Upload) -> None:
        """The next piece; the one after it when this one was taken."""
        data = self._data[file.upload_id]
        piece = data[file.sent : file.sent + PIECE]
        last = file.sent + len(piece) >= file.size
        command = UploadPart(
            request_id=0,
            upload_id=file.upload_id,
            name=file.name,
            offset=file.sent,
            data=piece,
            last=last,
        )
        if self._link.state is LinkState.ONLINE:
            end = file.sent + len(piece)
            self._link.request(command, lambda reply: self._sent(file.upload_id, end, reply))

    def _sent(self, upload_id: str, end: int, reply: AnyReply) -> None:
        file = self._files.get(upload_id)
        if file is None:
            return  # taken away meanwhile
        match reply:
            case Refused() if self._link.state is not LinkState.ONLINE:
                return  # begins anew when the bridge is back
            case Refused(code=code):
                self._put(file, error=str(code))
            case Done(id=blob) if end >= file.size:
                self._data.pop(upload_id, None)
                self._put(file, sent=file.size, blob_id=BlobId(blob))
            case _:
                self._send(self._put(file, sent=end))

    def _put(
        self,
        file: Upload,
        *,
        sent: int | None = None,
        blob_id: BlobId | None = None,
        error: str = "",
    ) -> Upload:
        fresh = replace(
            file, sent=file.sent if sent is None else sent, blob_id=blob_id, error=error
        )
        self._files[file.upload_id] = fresh
        self.changed.emit(file.owner)
        return fresh

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            for owner in {f.owner for f in self._files.values()}:
                self.clear(owner)
        elif is_back(old, new):
            self._begin_anew()

    def _begin_anew(self) -> None:
        """After a cut the bridge may have forgotten the beginning: each begins at 0 again."""
        for file in tuple(self._files.values()):
            if file.busy:
                fresh = replace(file, upload_id=uuid.uuid4().hex, sent=0)
                self._rename(file.upload_id, fresh)
                self._send(fresh)

    def _rename(self, old_id: str, fresh: Upload) -> None:
        """Under a name of its own, so that nothing of the first try is continued."""
        self._data[fresh.upload_id] = self._data.pop(old_id)
        self._files = {
            (fresh.upload_id if key == old_id else key): (fresh if key == old_id else file)
            for key, file in self._files.items()
        }
        self.changed.emit(fresh.owner)


def clean_name(name: str) -> str:
    """Without a path and what cannot be seen; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if c.isprintable()).strip(" .")
    return shown[-MAX_NAME:] or "file"
