"""Everything of a customer, fetched piece by piece into a file on the desk's disk."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.viewmodels.subject_rights import good_reason
from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.subject_rights import (
    ArchiveBegun,
    ArchivePart,
    DropArchive,
    FetchArchive,
    TakeArchive,
)
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from typing import IO

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import CustomerId

logger = logging.getLogger(__name__)
PIECE: Final = 262_144
AGAIN_MS: Final = 700
Language = Literal["es", "en"]
Stage = Literal["", "making", "fetching", "done", "failed"]
DISK: Final = "disk"


class ArchiveViewModel(QObject):
    """One at a time. What is not whole is not left behind. Signals: `changed`."""

    changed = Signal()

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._turn = 0  # an answer of an earlier one is not of this
        self._file: IO[bytes] | None = None
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._fetch)
        self._forget()
        store.changed.connect(self._follow)

    def _forget(self) -> None:
        self.stage: Stage = ""
        self.customer_id: CustomerId | None = None
        self.path = Path()
        self.error: RefusalCode | str = ""  # "disk": it cannot be written here
        self.size = self.received = self.entries = self.unreadable = 0
        self._id = ""

    @property
    def busy(self) -> bool:
        return self.stage in ("making", "fetching")

    def take(self, customer: CustomerId, path: Path, reason: str, language: Language) -> bool:
        """Begins; False where it cannot."""
        if self.busy or not good_reason(reason):
            return False
        self._forget()
        self._turn += 1
        self.customer_id, self.path, self.stage = customer, path, "making"
        try:
            self._file = _new(self._part)
        except OSError as error:
            self._fail(DISK, error)
            return True
        command = TakeArchive(
            request_id=0,
            customer_id=customer,
            reason=" ".join(reason.split()),
            language=language,
        )
        turn = self._turn
        self._link.request(command, lambda reply: self._begun(turn, reply))
        self.changed.emit()
        return True

    def cancel(self) -> None:
        if self.busy:
            self._let_go()
            self._forget()
            self.changed.emit()

    def forget(self) -> None:
        """What came of the last one was read."""
        if not self.busy:
            self._forget()
            self.changed.emit()

    @property
    def _part(self) -> Path:
        return self.path.with_name(f"{self.path.name}.part")

    # -- what comes

    def _begun(self, turn: int, reply: AnyReply) -> None:
        if turn != self._turn or self.stage != "making":
            if isinstance(reply, ArchiveBegun) and not self.busy:
                self._drop(reply.archive_id)
            return
        if isinstance(reply, ArchiveBegun):
            self._id = reply.archive_id
            self._fetch()
        elif isinstance(reply, Refused):
            self._fail(reply.code)

    def _fetch(self) -> None:
        turn = self._turn
        command = FetchArchive(
            request_id=0, archive_id=self._id, offset=self.received, limit=PIECE
        )
        self._link.request(command, lambda reply: self._came(turn, reply))

    def _came(self, turn: int, reply: AnyReply) -> None:
        if turn != self._turn or not self.busy:
            return
        match reply:
            case ArchivePart():
                self._put(reply)
            case Refused(code=RefusalCode.BUSY | RefusalCode.THROTTLED):
                self._again.start()
            case Refused(code=code):
                self._fail(code)
            case _:
                self._fail(RefusalCode.INTERNAL)

    def _put(self, part: ArchivePart) -> None:
        try:
            assert self._file is not None
            self._file.write(part.data)
            self.received += len(part.data)
            self.stage, self.size = "fetching", part.size
            self.entries, self.unreadable = part.entries, part.unreadable
            if part.last:
                self._file.close()
                self._file = None
                os.replace(self._part, self.path)
        except OSError as error:
            self._fail(DISK, error)
            return
        if part.last:
            self._drop(self._id)
            self.stage = "done"
        elif part.data:
            self._fetch()
        else:  # a piece without an end would go on for ever
            self._fail(RefusalCode.INTERNAL)
            return
        self.changed.emit()

    # -- its end

    def _fail(self, why: RefusalCode | str, error: OSError | None = None) -> None:
        if error is not None:
            logger.warning("an archive was not written: %s", error)
        self._let_go()
        self.stage, self.error = "failed", why
        self.changed.emit()

    def _let_go(self) -> None:
        self._turn += 1
        self._again.stop()
        if self._id:
            self._drop(self._id)
        if self._file is not None:
            self._file.close()
            self._file = None
            with contextlib.suppress(OSError):
                self._part.unlink()

    def _drop(self, archive_id: str) -> None:
        self._link.request(DropArchive(request_id=0, archive_id=archive_id))

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self._id = ""  # nobody is there to be told
            self._let_go()
            self._forget()
            self.changed.emit()


def _new(path: Path) -> IO[bytes]:
    """For its owner alone; what a broken-off one left is written over."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")
