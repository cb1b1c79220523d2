"""Finds out who is calling, beside the inbox and within a time."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.inputs import Arrived, MatchedLate
from cti_bridge.errors import StoreError
from cti_bridge.protocol.values import Match, MatchResult
from cti_bridge.protocol.vocabulary import MatchKind, MatchReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Customers
    from cti_bridge.tasks import Scope
    from cti_bridge.telephony.ports import CallDelivered, Caller, CallId

logger = logging.getLogger(__name__)
PENDING: Final = MatchResult(kind=MatchKind.PENDING)
NONE: Final = MatchResult(kind=MatchKind.NONE)
LATEST_SECONDS: Final = 20.0
MAX_AT_ONCE: Final = 200


class Matcher:
    """Different calls at once; each goes on to the inbox when its customer is known, or at the
    end of the budget with PENDING, and then the match follows."""

    def __init__(
        self,
        customers: Customers,
        scope: Scope,
        put: Callable[[Input], None],
        budget_s: float,
        key: tuple[str, str] = ("", ""),
    ) -> None:
        """`key`: the call variable with a customer number, and the source of such numbers."""
        self._customers, self._scope, self._put = customers, scope, put
        self._budget_s = budget_s
        self._key_variable, self._key_source = key
        self._waiting: dict[CallId, tuple[CallDelivered, asyncio.TimerHandle]] = {}
        self._running = 0

    def look_up(self, event: CallDelivered) -> None:
        if event.call in self._waiting:
            logger.warning("call %s was delivered twice", event.call)
            return
        if self._running >= MAX_AT_ONCE:
            logger.warning(
                "more than %d look-ups at once: call %s goes on without", MAX_AT_ONCE, event.call
            )
            self._put(Arrived(event=event, match=NONE))
            return
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._budget_s, self.flush, event.call)
        self._waiting[event.call] = (event, timer)
        self._running += 1
        self._scope.spawn(self._match(event), "match")

    def flush(self, call: CallId) -> None:
        """What happens to a call that is still looked up must find its contact."""
        event = self._take(call)
        if event is not None:
            self._put(Arrived(event=event, match=PENDING))

    async def _match(self, event: CallDelivered) -> None:
        try:
            match = await self.now(event.caller, self._key(event))
        finally:
            self._running -= 1
        if self._take(event.call) is not None:
            self._put(Arrived(event=event, match=match))
        else:
            self._put(MatchedLate(call=event.call, match=match))

    def _key(self, event: CallDelivered) -> str:
        """The customer number that the dial plan has asked for; "": none."""
        return event.variables.get(self._key_variable, "") if self._key_variable else ""

    async def now(self, caller: Caller, key: str = "") -> MatchResult:
        """NONE, and a line in the log, where the look-up fails: the call goes on."""
        try:
            async with asyncio.timeout(LATEST_SECONDS):
                if key:
                    return await self._customers.match_key(key, self._key_source, caller)
                return await self._customers.match(caller)
        except StoreError as error:
            logger.error("the customer look-up failed: %s", error)
            return NONE
        except Exception:
            logger.exception("the customer look-up failed")
            return NONE

    async def remembered(self, contact: Interaction) -> Interaction:
        """With its customer's card, for a contact whose customer is known from before."""
        if contact.match is not None or contact.customer is None:
            return contact
        try:
            card = await self._customers.card(contact.customer)
        except StoreError as error:
            logger.error("a customer's card could not be read: %s", error)
            return contact
        if card is None:
            return contact
        found = Match(card=card, reason=MatchReason.SAME_THREAD, matched_value="")
        one = MatchResult(kind=MatchKind.ONE, matches=(found,), total=1)
        return replace(contact, match=one)

    def _take(self, call: CallId) -> CallDelivered | None:
        event, timer = self._waiting.pop(call, (None, None))
        if timer is not None:
            timer.cancel()
        return event
