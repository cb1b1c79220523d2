"""`agent-desktop --demo`: with a screen, a window and a panel of callers; without one, the same
trip by itself, with a picture of each step and a report."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import qInstallMessageHandler

from agent_desktop.app import Options, compose, machine_sound, run_loop, sound_of, stop
from agent_desktop.audio.fake import FakeSound
from agent_desktop.demo.child import DemoBridge
from agent_desktop.demo.report import Report
from agent_desktop.demo.steps import StepFailed, until
from agent_desktop.demo.trip import Trip
from agent_desktop.link import LinkState
from agent_desktop.views import i18n
from agent_desktop.views.demo_panel import DemoPanel, Preparations
from cti_bridge.protocol.demo import DemoCase, DemoReady, Ring
from cti_bridge.protocol.vocabulary import AgentMode

if TYPE_CHECKING:
    import argparse

    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication  # noqa: TID251 (a type only)

    from agent_desktop.app import Running

CUSTOMERS: Final = 10_000
FIRST_CALL_SECONDS: Final = 1.5
START_SECONDS: Final = 120
MICROPHONE_HZ: Final = 600.0


class BridgeEnded(Exception):
    """The demo's bridge did not come up; the text is for a person."""


def run_demo(wanted: argparse.Namespace) -> int:
    """The exit code: 0 when the window was closed, or when every step of the trip happened."""
    screen = has_screen()
    if not screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        qInstallMessageHandler(_print_qt)
    folder = Path(tempfile.mkdtemp(prefix="ficha-demo-"))
    options = Options(
        language=wanted.language,
        theme=wanted.theme,
        preferences=folder / "desk.ini",
    )
    try:
        if screen:
            return run_loop(lambda app: _with_screen(app, options, folder))
        return run_loop(lambda app: _without_screen(app, options, folder, Path(wanted.output)))
    except (BridgeEnded, StepFailed) as error:
        sys.stderr.write(f"agent-desktop --demo: {error}\n")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _print_qt(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """But not what Qt's platform without a screen says of each window that is shown."""
    if not text.startswith("This plugin does not support "):
        sys.stderr.write(f"{text}\n")


def has_screen() -> bool:
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        return not chosen.startswith(("offscreen", "minimal"))
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


async def _with_screen(app: QApplication, options: Options, folder: Path) -> int:
    running = compose(app, options, audio=machine_sound)
    bridge = DemoBridge(folder, CUSTOMERS, i18n.language())
    wait = Preparations()
    bridge.news.connect(wait.tell)
    wait.closed.connect(running.closed.set)
    wait.show()
    try:
        if not await _signed_in(running, bridge, stop_when=running.closed):
            return 0
        running.window.show()
        wait.hide()
        running.desktop.shell.set_mode(AgentMode.READY)
        panel = DemoPanel(running.window)
        panel.ring_asked.connect(lambda case: bridge.ring(Ring(case=case)))
        bridge.news.connect(panel.tell)
        bridge.ended.connect(panel.bridge_ended)
        if bridge.ready is not None:
            panel.show_address(bridge.ready.page)
            sys.stdout.write(f"A web page with a chat: {bridge.ready.page}\n")
            sys.stdout.flush()
        panel.show_beside()
        await asyncio.sleep(FIRST_CALL_SECONDS)
        bridge.ring(Ring(case=DemoCase.KNOWN))
        await running.closed.wait()
        return 0
    finally:
        wait.hide()
        await stop(running)
        bridge.stop()


async def _without_screen(app: QApplication, options: Options, folder: Path, output: Path) -> int:
    sound = FakeSound(pitch=MICROPHONE_HZ)
    running = compose(app, options, audio=lambda link, kept: sound_of(sound, link, kept))
    bridge = DemoBridge(folder, CUSTOMERS, i18n.language())
    report = Report(output)
    bridge.news.connect(report.tell)
    running.window.resize(1440, 900)
    running.window.show()
    try:
        if not await _signed_in(running, bridge, stop_when=None):
            return 1
        await Trip(running, bridge, sound, report).run()
    finally:
        await stop(running)
        bridge.stop()
    report.finish()
    return 0 if report.complete else 1


async def _signed_in(
    running: Running, bridge: DemoBridge, *, stop_when: asyncio.Event | None
) -> bool:
    """Starts the bridge and signs in; False where the user closed the window meanwhile."""
    broken: list[str] = []
    bridge.ended.connect(broken.append)
    bridge.start()
    await until(
        lambda: bridge.ready or broken or (stop_when and stop_when.is_set()), START_SECONDS
    )
    if broken:
        raise BridgeEnded(broken[0])
    ready = bridge.ready
    if not isinstance(ready, DemoReady):
        return False
    running.link.sign_in(ready.url, ready.login, ready.password)
    await until(lambda: running.link.state is LinkState.ONLINE, START_SECONDS)
    return True
