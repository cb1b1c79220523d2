"""What the steps of a trip are made of: waiting, pressing, and saying what was seen."""

from __future__ import annotations

import asyncio
import struct
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from agent_desktop.views.driver import Driver
from cti_bridge.protocol.demo import CallerChanged, DemoCase, Heard, Ring, Written
from cti_bridge.protocol.searching import (
    InteractionOpened,
    OpenInteraction,
)
from cti_bridge.protocol.vocabulary import AgentMode, InteractionState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent_desktop.app import Running
    from agent_desktop.audio.fake import FakeSound
    from agent_desktop.demo.child import DemoBridge
    from agent_desktop.demo.report import Report
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.values import InteractionView, OfferView

STEP_SECONDS: Final = 10.0
TALK_SECONDS: Final = 2.0
NEAR_HZ: Final = 12.0


class StepFailed(Exception):
    """What was waited for did not come."""


async def until(condition: Callable[[], object], seconds: float = STEP_SECONDS) -> None:
    """Raises StepFailed."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise StepFailed(f"not within {seconds:.0f} s")
        await asyncio.sleep(0.01)


def expect(condition: object, otherwise: str) -> None:
    if not condition:
        raise StepFailed(otherwise)


class Steps:
    def __init__(
        self, running: Running, bridge: DemoBridge, sound: FakeSound, report: Report
    ) -> None:
        self._running, self._bridge, self._sound = running, bridge, sound
        self._report, self._driver = report, Driver(running)
        self._store = running.desktop.store
        self._callers: dict[int, CallerChanged] = {}
        self._heard: list[Heard] = []
        self._written: list[Written] = []
        self._view: InteractionView | None = None
        bridge.news.connect(self._news)

    async def _step(self, name: str, work: Callable[[], Awaitable[str]]) -> None:
        start = time.monotonic()
        try:
            detail, happened = await work(), True
        except (StepFailed, TimeoutError, LookupError) as error:
            detail, happened = f"{type(error).__name__}: {error}", False
        took = (time.monotonic() - start) * 1000
        await asyncio.sleep(0.15)  # what was asked for behind the step is painted too
        self._report.add(
            name,
            happened=happened,
            took_ms=took,
            detail=detail,
            window=self._running.window,
        )

    async def _ring(self, case: DemoCase) -> OfferView:
        """A caller rings; returns once the offer is painted."""
        known = set(self._store.state.interactions)
        self._bridge.ring(Ring(case=case))
        await until(
            lambda: any(
                o.view.interaction.interaction_id not in known
                for o in self._store.state.offers.values()
            )
        )
        offer = next(
            o.view
            for o in self._store.state.offers.values()
            if o.view.interaction.interaction_id not in known
        )
        self._view = offer.interaction
        await until(lambda: self._driver.card_visible())
        await until(lambda: self._driver.card_names(offer))
        return offer

    async def _pop(self, case: DemoCase) -> float:
        """The bridge's own record of this pop, in ms."""
        view = self._current()
        command = OpenInteraction(request_id=0, interaction_id=view.interaction_id)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            opened = await self._ask(command)
            if isinstance(opened, InteractionOpened) and opened.file.pop_ms is not None:
                pop = opened.file.pop_ms
                self._report.pops.append({"case": case.value, "invite_to_paint_ms": round(pop, 2)})
                return pop
            await asyncio.sleep(0.05)
        raise StepFailed("the pop is not on record")

    async def _serve(self) -> None:
        self._driver.answer()
        await self._reaches(InteractionState.CONNECTED)
        await asyncio.sleep(0.2)
        self._driver.hang_up()
        await self._reaches(InteractionState.WRAP_UP)

    async def _finish(self, chip: int) -> str:
        chosen = self._driver.choose_disposition(chip)
        await until(self._driver.can_finish)
        self._driver.finish()
        key = self._current().interaction_id
        await until(lambda: key not in self._store.state.interactions)
        return f"result {chosen!r}, closed"

    async def _reaches(self, state: InteractionState) -> None:
        await until(lambda: self._current().state is state)

    def _current(self) -> InteractionView:
        """The contact of this step, as it stands now or as it was last seen."""
        if self._view is None:
            raise StepFailed("no contact")
        self._view = self._store.state.interactions.get(self._view.interaction_id, self._view)
        return self._view

    def _caller(self) -> CallerChanged:
        return self._callers[max(self._callers)]

    async def _listen(self, seconds: float) -> Heard:
        count = len(self._heard)
        self._bridge.listen(self._caller().caller, seconds)
        await until(lambda: len(self._heard) > count, seconds + 6)
        return self._heard[-1]

    async def _ask(self, command: AnyCommand) -> AnyReply:
        reply: asyncio.Future[AnyReply] = asyncio.get_running_loop().create_future()
        self._running.link.request(command, reply.set_result)
        return await asyncio.wait_for(reply, STEP_SECONDS)

    def _agent_is(self, mode: AgentMode) -> bool:
        agent = self._store.state.agent
        return agent is not None and agent.mode is mode

    def _note(self, step: str, heard: Heard, **facts: Any) -> None:
        tones = [round(hertz) if hertz else None for hertz in heard.tones]
        self._report.heard.append({"step": step, **facts, "caller_heard_hz": tones})

    def _news(self, news: object) -> None:
        if isinstance(news, CallerChanged):
            self._callers[news.caller] = news
        elif isinstance(news, Heard):
            self._heard.append(news)
        elif isinstance(news, Written):
            self._written.append(news)


def tones_of(pcm: bytes) -> tuple[float | None, ...]:
    """The strongest frequency in hertz of each 100 ms of 8 kHz PCM; None where it is silent."""
    samples = np.array(struct.unpack(f"<{len(pcm) // 2}h", pcm), dtype=float)
    tones: list[float | None] = []
    for start in range(0, len(samples) - 799, 800):
        window = samples[start : start + 800]
        if np.abs(window).max() < 100:
            tones.append(None)
            continue
        spectrum = np.abs(np.fft.rfft(window * np.hanning(800), 8000))
        tones.append(float(spectrum.argmax()))
    return tuple(tones)


def share_near(heard: tuple[float | None, ...], wanted: tuple[float, ...]) -> float:
    """The part, 0 to 1, of the windows that is one of these tones; silence counts against."""
    if not heard:
        return 0.0
    hits = sum(
        any(tone is not None and abs(tone - hertz) <= NEAR_HZ for hertz in wanted)
        for tone in heard
    )
    return hits / len(heard)
