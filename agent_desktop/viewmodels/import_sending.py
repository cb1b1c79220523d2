"""A file of the desk on its way to the bridge, for an import: in pieces, and on after a cut."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import is_back
from agent_desktop.viewmodels.uploads import clean_name
from cti_bridge.protocol.commands import Done, Refused
from cti_bridge.protocol.importing import (
    IMPORT_PIECE,
    BeginImport,
    DropImport,
    ImportPartTaken,
    SendImportPart,
)
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply

logger = logging.getLogger(__name__)


class ImportSender(QObject):
    """One file at a time. It is read as it is sent, so that it may be larger than the memory.

    Signals: `changed` when more of it is there; `begun` with the import's id; `failed` with a
    RefusalCode, or "unreadable", "empty" or "changed" (while it was sent).
    """

    changed = Signal()
    begun = Signal(object)
    failed = Signal(object)

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._file: IO[bytes] | None = None
        self._mark: tuple[int, int] = (0, 0)  # size and time of the last change
        self._round = 0  # answers to what was sent before a cut, or for another file, are old
        self.name, self.size, self.sent, self.import_id = "", 0, 0, ""
        store.changed.connect(self._follow)

    @property
    def busy(self) -> bool:
        return self._file is not None

    def start(self, path: str | Path, most: int) -> None:
        """`most` bytes are taken by the bridge. What was being sent is given up."""
        self.stop()
        place = Path(path)
        self.name = clean_name(place.name)
        try:
            if not place.is_file():
                raise FileNotFoundError(place)
            self._file = place.open("rb")
            self._mark = self._looked()
        except OSError as error:
            logger.info("a file cannot be read: %s", error.strerror)
            self._fail("unreadable")
            return
        self.size = self._mark[0]
        if self.size == 0 or self.size > most:
            self._fail("empty" if self.size == 0 else RefusalCode.TOO_LARGE)
            return
        self._begin()
        self.changed.emit()

    def stop(self) -> None:
        """Gives up; the bridge forgets what it has of it."""
        if self.import_id and self.busy:
            self._link.request(DropImport(request_id=0, import_id=self.import_id))
        self._close()
        self.changed.emit()

    # -- inside

    def _begin(self) -> None:
        self._round += 1
        self.sent, self.import_id = 0, ""
        number = self._round
        command = BeginImport(request_id=0, name=self.name, size=self.size)
        self._link.request(command, lambda reply: self._answered(number, reply))

    def _answered(self, number: int, reply: AnyReply) -> None:
        if number != self._round or not self.busy:
            return
        match reply:
            case Done(id=made):
                self.import_id = made
                self.begun.emit(made)
                self._send(0)
            case ImportPartTaken(received=received):
                self.sent = received
                self.changed.emit()
                if received >= self.size:
                    self._close()
                    self.changed.emit()
                else:
                    self._send(received)
            case Refused() if self._link.state is not LinkState.ONLINE:
                return  # goes on when the bridge is back
            case Refused(code=code):
                self._refused(code)
            case _:
                pass

    def _refused(self, code: RefusalCode) -> None:
        if code is RefusalCode.NOT_FOUND and self.import_id:  # a bridge that was restarted
            self._begin()
        else:
            self._fail(code)

    def _send(self, offset: int, *, ask: bool = False) -> None:
        """The piece at `offset`; to `ask` where to go on none is sent."""
        assert self._file is not None
        data = b""
        try:
            if self._looked() != self._mark:
                self._fail("changed")
                return
            if not ask:
                self._file.seek(offset)
                data = self._file.read(IMPORT_PIECE)
        except OSError as error:
            logger.info("a file cannot be read any more: %s", error.strerror)
            self._fail("unreadable")
            return
        if not data and not ask:
            self._fail("changed")
            return
        number = self._round
        command = SendImportPart(request_id=0, import_id=self.import_id, offset=offset, data=data)
        self._link.request(command, lambda reply: self._answered(number, reply))

    def _looked(self) -> tuple[int, int]:
        assert self._file is not None
        found = os.fstat(self._file.fileno())
        return found.st_size, found.st_mtime_ns

    def _fail(self, why: str) -> None:
        if self.import_id:
            self._link.request(DropImport(request_id=0, import_id=self.import_id))
        self._close()
        self.failed.emit(str(why))
        self.changed.emit()

    def _close(self) -> None:
        self._round += 1
        self.import_id = ""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self._close()
            self.changed.emit()
        elif is_back(old, new) and self.busy:
            self._round += 1
            if self.import_id:
                self._send(self.sent, ask=True)
            else:
                self._begin()
