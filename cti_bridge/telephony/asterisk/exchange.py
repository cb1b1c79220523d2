"""What every part of the switch shares: the book, the clock, telling, and asking a node."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.tasks import Scope
from cti_bridge.telephony.asterisk.ari.errors import AriError, refusal
from cti_bridge.telephony.asterisk.book import Book
from cti_bridge.telephony.ports import SwitchError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime
    from pathlib import Path

    from cti_bridge.telephony.asterisk.ari.client import Param
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.asterisk.ports import HeadsetMedia
    from cti_bridge.telephony.ports import SwitchEvent

logger = logging.getLogger(__name__)
MAX_UNTOLD: Final = 10_000


class Exchange:
    def __init__(self, *, clock: Callable[[], datetime], headsets: HeadsetMedia) -> None:
        self.book = Book()
        self.clock, self.headsets = clock, headsets
        self.owner = ""  # of what is recorded: this bridge, over its restarts
        self.spool: Path | None = None  # where it may lie here; None: anywhere
        self.scope = Scope("asterisk")
        self._sink: Callable[[SwitchEvent], None] | None = None
        self._untold: list[SwitchEvent] = []

    @property
    def listening(self) -> bool:
        return self._sink is not None

    def listen(self, sink: Callable[[SwitchEvent], None]) -> None:
        """What happened since the nodes were opened is told first."""
        self._sink = sink
        untold, self._untold = self._untold, []
        for event in untold:
            self.emit(event)

    def emit(self, event: SwitchEvent) -> None:
        if self._sink is None:
            if len(self._untold) < MAX_UNTOLD:
                self._untold.append(event)
            return
        try:
            self._sink(event)
        except Exception:  # an ear that fails must not end the call it was told of
            logger.exception("the sink failed on %s", type(event).__name__)

    def later(self, coro: Coroutine[object, object, object], name: str) -> None:
        """What follows from an event; its refusals are logged."""
        self.scope.spawn(_logged(coro, name), name)

    async def ask(
        self, node: Node, method: str, *path: str, body: object = None, **params: Param
    ) -> bytes:
        """Raises SwitchError."""
        try:
            return await node.ari.request(method, *path, body=body, **params)
        except AriError as error:
            raise refusal(error) from error

    async def quietly(self, node: Node, method: str, *path: str, **params: Param) -> bool:
        """Tidying up: whether it was done. What is gone is as good; never raises."""
        try:
            await node.ari.request(method, *path, **params)
        except AriError as error:
            if not error.gone:
                logger.info("%s %s of %s: %s", method, "/".join(path), node.id, error)
            return False
        return True

    async def hang_up(self, node: Node, channel: str) -> bool:
        return await self.quietly(node, "DELETE", "channels", channel)


async def _logged(coro: Coroutine[object, object, object], name: str) -> None:
    try:
        await coro
    except SwitchError as error:
        logger.info("%s: %s", name, error)
