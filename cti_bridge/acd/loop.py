"""The edge of the distributor: its inbox, its timers, its commands to the switch."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from cti_bridge.acd.inputs import Due
from cti_bridge.acd.ports import Anybody
from cti_bridge.errors import StoreError
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.telephony.ports import SwitchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cti_bridge.acd.inputs import Input, SwitchAction, TimerKey
    from cti_bridge.acd.ports import Clock, Outward, Permit
    from cti_bridge.tasks import Scope
    from cti_bridge.telephony.ports import CallId, Switch

logger = logging.getLogger(__name__)
SWITCH_SECONDS: Final = 8.0
REFUSALS: Final[dict[str, RefusalCode]] = {
    "gone": RefusalCode.TOO_LATE,
    "wrong_state": RefusalCode.WRONG_STATE,
    "unsupported": RefusalCode.NOT_SUPPORTED,
    "line_down": RefusalCode.LINE_DOWN,
    "busy": RefusalCode.BUSY,
    "invalid": RefusalCode.INVALID,
}


class Timers:
    """Deadlines by key; the clock's time decides again when one is due."""

    def __init__(self, clock: Clock, put: Callable[[Input], None]) -> None:
        self._clock, self._put = clock, put
        self._handles: dict[TimerKey, asyncio.TimerHandle] = {}

    def set(self, key: TimerKey, at: datetime | None) -> None:
        handle = self._handles.pop(key, None)
        if handle is not None:
            handle.cancel()
        if at is not None:
            # a millisecond late rather than early: an early one would be found not yet due
            delay = max(0.0, (at - self._clock.now()).total_seconds()) + 0.001
            loop = asyncio.get_running_loop()
            self._handles[key] = loop.call_later(delay, self._fire, key)

    def close(self) -> None:
        for handle in self._handles.values():
            handle.cancel()
        self._handles.clear()

    def _fire(self, key: TimerKey) -> None:
        self._handles.pop(key, None)
        self._put(Due(key=key))


class Commander:
    """Gives actions to the switch: those of one call in order, different calls at once."""

    def __init__(
        self,
        switch: Switch,
        scope: Scope,
        put: Callable[[Input], None],
        permit: Permit | None = None,
    ) -> None:
        self._switch, self._scope, self._put = switch, scope, put
        self._permit = permit or Anybody()
        self._last: dict[CallId, asyncio.Task[None]] = {}

    def give(
        self,
        actions: Sequence[SwitchAction],
        reply: asyncio.Future[Any] | None,
        done: object,
    ) -> None:
        """Settles `reply` with `done` once the action that answers is done, or refuses it."""
        answering = next((one for one in actions if one.answers), None)
        for action in actions:
            mine = reply if action is answering else None
            before = self._last.get(action.call)
            task = self._scope.spawn(self._run(action, before, mine, done), action.name)
            self._last[action.call] = task
            task.add_done_callback(lambda t, call=action.call: self._forget(call, t))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        if answering is None:
            settle(reply, done)

    def _forget(self, call: CallId, task: asyncio.Task[None]) -> None:
        if self._last.get(call) is task:
            del self._last[call]

    async def _run(
        self,
        action: SwitchAction,
        before: asyncio.Task[None] | None,
        reply: asyncio.Future[Any] | None,
        done: object,
    ) -> None:
        if before is not None and not before.done():
            await asyncio.wait({before})
        try:
            async with asyncio.timeout(SWITCH_SECONDS):
                if action.calls is not None:
                    await self.ask(action.calls)
                await action.run(self._switch)
        except asyncio.CancelledError:
            refuse(reply, CommandRefused(RefusalCode.INTERNAL, "the bridge is stopping"))
            raise
        except CommandRefused as refusal:
            self._barred(action, refusal, reply)
            return
        except Exception as error:
            if self._failed(action, error, reply):
                return
        else:
            self._took(action)
        settle(reply, done)

    def _took(self, action: SwitchAction) -> None:
        if action.done is not None:
            self._put(action.done)

    async def ask(self, outward: Outward) -> None:
        """Raises CommandRefused where this call must not be, or nobody can say."""
        try:
            barred = await self._permit.may_call(
                outward.number, outward.customer, answering=outward.answering
            )
        except StoreError as error:
            logger.error("whom a call is to could not be looked up: %s", error)
            raise CommandRefused(RefusalCode.STORE_AWAY, retry_after_s=1.0) from error
        if barred is not None:
            raise CommandRefused(barred, "who is called must not be contacted", field="to")

    def _barred(
        self, action: SwitchAction, refusal: CommandRefused, reply: asyncio.Future[Any] | None
    ) -> None:
        logger.info("%s of call %s was not done: %s", action.name, action.call, refusal.code)
        if action.failed is not None and (told := action.failed(refusal.code)) is not None:
            self._put(told)
        refuse(reply, refusal)

    def _failed(
        self, action: SwitchAction, error: Exception, reply: asyncio.Future[Any] | None
    ) -> bool:
        """Whether it is a refusal."""
        code, detail = "failed", "the switch did not do it in time"
        if isinstance(error, SwitchError):
            code, detail = error.code, error.detail
            logger.info("switch refused %s of call %s: %s", action.name, action.call, error)
        else:
            logger.error(
                "switch failed at %s of call %s", action.name, action.call, exc_info=error
            )
        if action.failed is not None and (told := action.failed(code)) is not None:
            self._put(told)
        if action.ends and code == "gone":
            return False
        refusal = REFUSALS.get(code, RefusalCode.SWITCH_FAILED)
        field = "to" if code == "invalid" else ""
        refuse(reply, CommandRefused(refusal, detail, field=field))
        return True


def settle(reply: asyncio.Future[Any] | None, done: object) -> None:
    if reply is not None and done is not None and not reply.done():
        reply.set_result(done)


def refuse(reply: asyncio.Future[Any] | None, error: Exception) -> None:
    if reply is not None and not reply.done():
        reply.set_exception(error)
