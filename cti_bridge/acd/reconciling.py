"""Each minute: what is alive here, held against what the switch says is alive.

An event that was lost on the way must leave nobody in a call that is none, and no caller with
nobody who knows of the call. One answer of the switch may be older than what happened meanwhile:
only what two answers say, some seconds apart, is believed.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.inputs import Found, SwitchAction
from cti_bridge.acd.surviving import Alive, among_themselves
from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.ports import CallCleared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.ports import Clock
    from cti_bridge.telephony.ports import CallId, Switch

logger = logging.getLogger(__name__)
EVERY_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 15.0
"""Between the two answers, at least: longer than a command to the switch may take
(`loop.SWITCH_SECONDS`), whose call is known here before it is there."""
ANSWER_SECONDS: Final = 30.0
CAUSE: Final = ClearCause.LINE_DOWN


class Suspects:
    """Calls that one answer of the switch speaks against."""

    def __init__(self) -> None:
        self._since: dict[CallId, datetime] = {}

    def __len__(self) -> int:
        return len(self._since)

    def told(self, calls: Iterable[CallId], now: datetime) -> list[CallId]:
        """Those that were suspected before, for long enough; who is no longer is forgotten."""
        self._since = {call: self._since.get(call, now) for call in calls}
        least = timedelta(seconds=AGAIN_SECONDS)
        due = [call for call, since in self._since.items() if now - since >= least]
        for call in due:
            del self._since[call]
        return due


class Reconciler:
    def __init__(
        self,
        *,
        switch: Switch,
        floor: Floor,
        clock: Clock,
        put: Callable[[Input], None],
        give: Callable[[SwitchAction], None],
        behind: Callable[[], bool],
    ) -> None:
        self._switch, self._floor, self._clock = switch, floor, clock
        self._put, self._give, self._behind = put, give, behind
        self._gone, self._strange = Suspects(), Suspects()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """A line is up: it is asked now."""
        self._woken.set()

    async def run(self) -> None:
        while True:
            suspected = len(self._gone) or len(self._strange)
            try:
                async with asyncio.timeout(AGAIN_SECONDS if suspected else EVERY_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()
            try:
                await self.ask()
            except Exception:
                logger.exception("what is alive at the switch could not be compared")

    async def ask(self) -> None:
        """One answer of the switch, and what follows from it and the one before."""
        known = frozenset(self._floor.calls)  # before the answer: what comes meanwhile is new
        async with asyncio.timeout(ANSWER_SECONDS):
            live = await self._switch.live_calls()
        if self._behind():
            return  # what was said of calls is not all stored: nothing follows yet
        alive = Alive(calls={one.call: one for one in live}, unsure=self._switch.unsure())
        self._end_what_is_gone(known, alive)
        self._clear_strangers(alive)
        self._tell_found(alive)

    def _end_what_is_gone(self, known: frozenset[CallId], alive: Alive) -> None:
        calls, now = self._floor.calls, self._clock.now()
        missing = [call for call in known if call in calls and self._missing(call, alive)]
        for call in self._gone.told(missing, now):
            logger.warning("call %s is over at the switch, which did not say so", call)
            self._put(CallCleared(call=call, at=now, cause=CAUSE))

    def _missing(self, call: CallId, alive: Alive) -> bool:
        if call in alive.calls:
            return False
        contact = self._floor.interactions.get(self._floor.calls[call])
        if contact is None or not alive.unsure:
            return True
        return contact.line is not None and contact.line not in alive.unsure

    def _clear_strangers(self, alive: Alive) -> None:
        strange = [
            live.call
            for live in alive.calls.values()
            if live.call not in self._floor.calls and not among_themselves(live)
        ]
        for call in self._strange.told(strange, self._clock.now()):
            logger.warning("call %s is of no contact: cleared", call)
            self._give(_clearing(call))

    def _tell_found(self, alive: Alive) -> None:
        for contact in self._floor.interactions.values():
            live = alive.of(contact.call)
            state = contact.treatment
            if live is not None and state is not None and state.doing == "unsure":
                self._put(Found(live=live))


def _clearing(call: CallId) -> SwitchAction:
    return SwitchAction(name="clear", call=call, run=lambda switch: switch.clear(call))
