"""The whole desktop against the real bridge process, over TLS: sign-in, pop, a bridge that is
killed in the call and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from agent_desktop.app import Options, compose, sound_of, stop
from agent_desktop.audio.fake import FakeSound
from agent_desktop.link import FaultKind, LinkState
from cti_bridge.protocol.vocabulary import AgentMode, InteractionState
from cti_bridge.telephony.simulator.caller import SimulatedCaller, tones_heard
from tests.helpers.ports import free_port, free_range
from tests.helpers.serving import BASE, PASSWORD, trunk
from tests.helpers.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from agent_desktop.app import Running
    from agent_desktop.desktop import Desktop

pytestmark = pytest.mark.timeout(300)
DNIS = "+34900100200"
CERTIFICATE = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=bridge"
    " -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate}"
)


async def until(condition: Callable[[], object], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


class Place:
    """A configured bridge with TLS that can be started, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sip = folder, free_port()
        self.port = free_port()
        self.certificate = folder / "bridge.pem"
        self.config = folder / "bridge.toml"
        key = folder / "bridge.key"
        make = CERTIFICATE.format(key=key, certificate=self.certificate)
        subprocess.run(make.split(), check=True, capture_output=True)
        key.chmod(0o600)
        base = BASE.format(url=sqlite_with_tables(folder), grace=2, offer=20).replace(
            "port = 0",
            f'port = {self.port}\ntls_certificate = "{self.certificate}"\ntls_key = "{key}"',
        )
        self.config.write_text(base + trunk(self.sip, free_range(40)))
        self._cli("user", "add", "ana", "--name", "Ana", "--password-stdin", stdin=PASSWORD + "\n")

    @property
    def url(self) -> str:
        return f"wss://127.0.0.1:{self.port}/v1"

    @contextlib.contextmanager
    def bridge(self) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "cti_bridge", "serve", "--config", str(self.config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert "ready" in line, line
            yield process
        finally:
            process.kill()
            process.wait(10)
            process.stdout.close()

    def _cli(self, *arguments: str, stdin: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "cti_bridge", *arguments, "--config", str(self.config)],
            input=stdin,
            text=True,
            check=True,
            capture_output=True,
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def desktop(place: Place, sound: FakeSound, ca: Path | None) -> Running:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    options = Options(
        ca=str(ca) if ca else None, language="en", preferences=place.folder / "desk.ini"
    )
    running = compose(app, options, audio=lambda link, kept: sound_of(sound, link, kept))
    running.window.show()
    return running


async def ready(desk: Desktop) -> None:
    """Asks again where a session that a busy machine lost took the word with it."""

    def asked() -> bool:
        agent = desk.store.state.agent
        if agent is not None and agent.activity == "ready":
            return True
        desk.shell.set_mode(AgentMode.READY)  # nothing, while it is asked for or cannot be
        return False

    await until(asked)


def says(tones: Sequence[float | None], hertz: float) -> bool:
    """Whether a tone is heard, and no other."""
    heard = [tone for tone in tones if tone is not None]
    return bool(heard) and all(abs(tone - hertz) < 10 for tone in heard)


async def test_a_call_over_tls_and_a_bridge_killed_in_it(place: Place) -> None:
    sound = FakeSound(pitch=600)
    running = desktop(place, sound, place.certificate)
    store, desk = running.desktop.store, running.desktop
    caller = await SimulatedCaller.open()
    try:
        with place.bridge() as process:
            running.link.sign_in(place.url, "ana", PASSWORD)
            await ready(desk)
            call = await caller.call("127.0.0.1", place.sip, DNIS, number="612345099")
            await until(lambda: running.window.offers.isVisible())
            desk.offers.answer_first()
            await until(lambda: [v.state for v in store.state.own()] == ["connected"])
            async with asyncio.timeout(60):
                while not says(tones_heard(await call.heard(0.5)), 600):
                    pass
            desk.wrap_up.type("half a sentence")
            process.kill()
            await until(lambda: running.link.state is LinkState.OFFLINE)
            assert desk.shell.link_down
            assert running.window.banners.isVisible()
            assert desk.wrap_up.notes == "half a sentence"
        with place.bridge():
            await until(lambda: running.link.state is LinkState.ONLINE)
            await until(lambda: not store.state.own())
            assert store.state.agent is not None
            await ready(desk)
            again = await caller.call("127.0.0.1", place.sip, DNIS, number="612345099")
            await until(lambda: running.window.offers.isVisible())
            [waiting] = list(store.state.interactions.values())
            assert waiting.state is InteractionState.OFFERED
            again.cancel()
            await until(lambda: not running.window.offers.isVisible())
            await until(lambda: waiting.interaction_id in store.state.missed)
    finally:
        await caller.close()
        await stop(running)


async def test_a_bridge_whose_certificate_nobody_signed_is_refused_in_words(
    place: Place,
) -> None:
    running = desktop(place, FakeSound(), None)
    faults: list[object] = []
    running.link.failed.connect(faults.append)
    try:
        with place.bridge():
            running.link.sign_in(place.url, "ana", PASSWORD)
            await until(lambda: faults)
        assert faults[0].kind is FaultKind.CERTIFICATE  # type: ignore[attr-defined]
        assert running.link.state is LinkState.SIGNED_OUT
        assert running.window.sign_in.isVisible()
    finally:
        await stop(running)
