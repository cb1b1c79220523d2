"""How mailboxes stand, as the lines of the telephone do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ports import Audience
from cti_bridge.protocol.events import LineChanged
from cti_bridge.protocol.values import LineView
from cti_bridge.telephony.ports import LineId, LineStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cti_bridge.acd.ports import Clock, Publisher
    from cti_bridge.config.values import Mailbox

logger = logging.getLogger(__name__)
CONNECTING: Final = "connecting"


class Standing:
    """A mailbox is up while what reads and what sends are; each change is told once."""

    def __init__(self, publisher: Publisher, clock: Clock) -> None:
        self._publisher, self._clock = publisher, clock
        self._parts: dict[tuple[str, str], tuple[bool, str, datetime]] = {}
        self._told: dict[str, tuple[bool, str]] = {}

    def lines(self, boxes: Iterable[Mailbox]) -> tuple[LineStatus, ...]:
        """With the id `mail:<mailbox>`."""
        return tuple(self._line(box) for box in boxes)

    def tell(self, box: Mailbox, part: str, up: bool, detail: str) -> None:
        """What is so from now on of one part, "imap" or "smtp"."""
        before = self._parts.get((box.id, part))
        if before is None or before[:2] != (up, detail):
            since = before[2] if before and before[0] == up else self._clock.now()
            self._parts[box.id, part] = (up, detail, since)
        line_now = self._line(box)
        if self._told.get(box.id) == (line_now.up, line_now.detail):
            return
        self._told[box.id] = (line_now.up, line_now.detail)
        level = logging.INFO if line_now.up or detail == CONNECTING else logging.WARNING
        logger.log(level, "mailbox %s: %s", box.id, line_now.detail)
        view = LineView(
            line_id=line_now.line,
            name=line_now.name,
            up=line_now.up,
            detail=line_now.detail,
            since=line_now.since,
        )
        self._publisher.publish(LineChanged(line=view), Audience())

    def _line(self, box: Mailbox) -> LineStatus:
        parts = [self._parts[key] for key in list(self._parts) if key[0] == box.id]
        down = [part for part in parts if not part[0]]
        shown = down or parts
        return LineStatus(
            line=LineId(f"mail:{box.id}"),
            name=box.name or box.address,
            up=not down,
            since=max((since for _, _, since in shown), default=self._clock.now()),
            detail="; ".join(detail for _, detail, _ in shown) if shown else box.address,
        )
