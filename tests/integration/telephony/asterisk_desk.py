"""A switch over a real Asterisk, and everything it said."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from cti_bridge.config.values import Asterisk as NodeConfig
from cti_bridge.telephony.asterisk.switch import AsteriskSwitch
from cti_bridge.telephony.ports import (
    CallDelivered,
    CallEstablished,
    Device,
    DeviceAnswered,
    LineUp,
)
from tests.helpers import sound
from tests.helpers.baresip import Baresip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.telephony.ports import SwitchEvent
    from tests.helpers.asterisk import Asterisk

AGENT = Device("phone:1005")
CALLER_HZ, AGENT_HZ, THIRD_HZ = 1000.0, 700.0, 600.0
WITHIN = 20.0


class Desk:
    def __init__(self, switch: AsteriskSwitch) -> None:
        self.switch = switch
        self.events: list[SwitchEvent] = []
        self._moved = asyncio.Event()

    def sink(self, event: SwitchEvent) -> None:
        self.events.append(event)
        self._moved.set()

    @property
    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    async def next_names(self, *wanted: str) -> None:
        """These events, in this order and no other between."""
        async with asyncio.timeout(WITHIN):
            while len(self.events) < len(wanted):
                self._moved.clear()
                await self._moved.wait()
        assert self.names == [*wanted]

    async def next(self, kind: type, *, within: float = WITHIN, **fields: Any) -> Any:
        """The first event of a kind with these fields; then it is done with, and all before."""
        try:
            async with asyncio.timeout(within):
                while True:
                    for place, event in enumerate(self.events):
                        if isinstance(event, kind) and all(
                            getattr(event, name) == value for name, value in fields.items()
                        ):
                            del self.events[: place + 1]
                            return event
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            raise TimeoutError(f"no {kind.__name__} {fields}, only {self.events}") from None


def node_of(pbx: Asterisk, **changes: Any) -> NodeConfig:
    fields = {
        "id": "pbx",
        "url": pbx.ari_url,
        "password": "ficha",
        "extensions": (r"[178]\d{2,3}",),
        "extension": "Local/{number}@phones",
        "variables": ("CUSTOMER",),
    } | changes
    return NodeConfig(**fields)


@asynccontextmanager
async def desk_at(pbx: Asterisk, **changes: Any) -> AsyncIterator[Desk]:
    headsets = changes.pop("headsets", None)
    switch = AsteriskSwitch([node_of(pbx, **changes)], region="ES", headsets=headsets)
    desk = Desk(switch)
    await switch.start(desk.sink)
    try:
        await desk.next(LineUp)
        yield desk
    finally:
        await switch.stop()


@asynccontextmanager
async def people(pbx, folder, *, third=False):
    """A caller, an agent's telephone that is picked up by hand, perhaps a third party."""

    def phone(number, hz, name, **more):
        extension = pbx.extension(number)
        return Baresip.at(pbx.address, extension, folder / name, says_hz=hz, **more)

    async with (
        phone("1004", CALLER_HZ, "caller") as caller,
        phone("1005", AGENT_HZ, "agent") as agent,
    ):
        for one in (caller, agent):
            await one.registered()
        if not third:
            yield caller, agent
            return
        async with phone("1006", THIRD_HZ, "third", answers=True) as other:
            await other.registered()
            yield caller, agent, other


async def ring(desk, pbx, caller):
    await caller.dial(f"sip:8001@{pbx.address}")
    return await desk.next(CallDelivered)


async def talk(desk, pbx, caller, agent):
    """A call that the agent has taken at the telephone."""
    delivered = await ring(desk, pbx, caller)
    await desk.switch.alert(delivered.call, AGENT)
    await agent.happens("CALL_INCOMING")
    await agent.accept()
    await desk.next(DeviceAnswered)
    await desk.switch.answer(delivered.call, AGENT)
    await desk.next(CallEstablished)
    return delivered.call


async def hears(phone, hz, seconds=0.5, *, within=60.0):
    """Of what is heard from now on, so long."""
    start = len(phone.heard())
    async with asyncio.timeout(within):
        while sound.longest(phone.heard()[start:], hz) < seconds:
            await asyncio.sleep(0.1)
