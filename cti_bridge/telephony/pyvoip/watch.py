"""No call lives for ever: where no voice comes in, the far end is asked whether it is there."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.pyvoip.calls import Call, CallBook

logger = logging.getLogger(__name__)
EVERY: Final = 5.0  # seconds between looks
SILENCE: Final = 20.0  # seconds without RTP before the far end is asked
ASK_AGAIN: Final = 30.0  # a held or silent far end that answers is left in peace this long


class Watch:
    def __init__(self, book: CallBook, now: Callable[[], float] = time.monotonic) -> None:
        self._book, self._now = book, now

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                self.look()
            except Exception:  # one odd call must not leave the others unwatched
                logger.exception("the watch on silent calls")

    def look(self) -> None:
        for call in self._book:
            if call.talking and self._is_due(call):
                call.probed_at = self._now()
                call.leg.probe(lambda: None)

    def _is_due(self, call: Call) -> bool:
        now = self._now()
        heard = call.leg.media.session.last_received if call.leg.media else None
        quiet_since = max(heard or 0.0, call.established_at)
        return now - quiet_since >= SILENCE and now - call.probed_at >= ASK_AGAIN
