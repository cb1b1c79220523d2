"""The file of refused rows, from the bridge to a file of the desk."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.importing import FetchRefusals, RefusalsPart

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from cti_bridge.protocol.commands import AnyReply

logger = logging.getLogger(__name__)


class RefusalsSaver(QObject):
    """Signals: `ended` with "" once it is whole, else with a RefusalCode or "unwritable". What
    was at the place before stays until then."""

    ended = Signal(object)

    def __init__(self, link: LinkPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link, self._round = link, 0

    def save(self, import_id: str, path: str | Path) -> None:
        self._round += 1
        place = Path(path)
        part = place.with_name(f"{place.name}.part")
        try:
            part.write_bytes(b"")
        except OSError as error:
            self._gave_up(error)
            return
        self._ask(self._round, import_id, place, part, 0)

    def _ask(self, number: int, import_id: str, place: Path, part: Path, offset: int) -> None:
        def answered(reply: AnyReply) -> None:
            if number != self._round:
                part.unlink(missing_ok=True)
                return
            match reply:
                case RefusalsPart(data=data, size=size):
                    if self._write(place, part, data, whole=offset + len(data) >= size):
                        self._ask(number, import_id, place, part, offset + len(data))
                case Refused(code=code):
                    part.unlink(missing_ok=True)
                    self.ended.emit(str(code))
                case _:
                    pass

        command = FetchRefusals(request_id=0, import_id=import_id, offset=offset)
        self._link.request(command, answered)

    def _write(self, place: Path, part: Path, data: bytes, *, whole: bool) -> bool:
        """Whether there is more to ask for."""
        try:
            with part.open("ab") as file:
                file.write(data)
            if whole or not data:
                part.replace(place)
                self.ended.emit("")
                return False
        except OSError as error:
            part.unlink(missing_ok=True)
            self._gave_up(error)
            return False
        return True

    def _gave_up(self, error: OSError) -> None:
        logger.info("refused rows cannot be saved: %s", error.strerror)
        self.ended.emit("unwritable")
