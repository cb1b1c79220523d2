"""The real desktop, offscreen. `painted_desktop URL FOLDER`

Signs `desk-0` in and sets it ready, prints "ready", and then "painted NUMBER NANOSECONDS"
(monotonic) when it tells the bridge that the pop of that caller has been painted.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from agent_desktop.app import Options, compose, run_loop, sound_of, stop
from agent_desktop.audio.fake import FakeSound
from agent_desktop.link import LinkState
from cti_bridge.protocol.commands import OfferShown, SetMode
from cti_bridge.protocol.vocabulary import AgentActivity, AgentMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

    from cti_bridge.protocol.commands import AnyCommand, AnyReply

PATIENCE = 30.0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


async def body(app: QApplication) -> int:
    url, folder = sys.argv[1], Path(sys.argv[2])
    running = compose(
        app,
        Options(url=url, login="desk-0", preferences=folder / "desktop.ini", theme="light"),
        audio=lambda link, preferences: sound_of(FakeSound(), link, preferences),
    )
    request, store = running.link.request, running.desktop.store

    def asked(command: AnyCommand, on_reply: Callable[[AnyReply], None] | None = None) -> None:
        if isinstance(command, OfferShown):
            number = store.state.offers[command.offer_id].view.interaction.ani
            print("painted", number, time.monotonic_ns(), flush=True)
        request(command, on_reply)

    running.link.request = asked  # type: ignore[method-assign]
    running.window.resize(1280, 800)
    running.window.show()
    running.link.sign_in(url, "desk-0", os.environ["BENCH_PASSWORD"])
    await until(lambda: running.link.state is LinkState.ONLINE)
    running.link.request(SetMode(request_id=0, mode=AgentMode.READY))
    await until(lambda: bool((own := store.state.agent) and own.activity is AgentActivity.READY))
    print("ready", flush=True)
    await running.closed.wait()
    await stop(running)
    return 0


if __name__ == "__main__":
    sys.exit(run_loop(body))
