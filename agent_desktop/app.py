"""Composition: application, link, headset, view-models, window; runs until the window closes."""

from __future__ import annotations

import argparse
import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import qasync

from agent_desktop.audio.direct import DirectVoice
from agent_desktop.audio.headset import Headset
from agent_desktop.audio.ring import Tones
from agent_desktop.audio.system import open_sound
from agent_desktop.desktop import Desktop
from agent_desktop.garbage import collected_here
from agent_desktop.link import Link
from agent_desktop.paths import resource
from agent_desktop.preferences import Preferences
from agent_desktop.viewmodels.work import has_call
from agent_desktop.views.application import dress, make_application, make_window

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from PySide6.QtWidgets import QApplication  # noqa: TID251 (a type only)

    from agent_desktop.audio.ports import RingTone, Sound
    from agent_desktop.state import State, Store
    from agent_desktop.views.window import Window

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    url: str = ""
    login: str = ""
    ca: str | None = None
    language: str = ""
    theme: str = ""
    preferences: Path | None = None  # instead of the user's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A desktop that is up: what the demo drives."""

    app: QApplication
    link: Link
    desktop: Desktop
    window: Window
    headset: Headset | None
    voice: DirectVoice | None
    closed: asyncio.Event


def compose(
    app: QApplication,
    options: Options,
    *,
    audio: Callable[[Link, Preferences], tuple[Headset, RingTone]] | None = None,
) -> Running:
    """Builds everything; needs a running loop. `audio` makes the headset, where there is one."""
    preferences = Preferences(options.preferences)
    if options.url:
        preferences.set_text("url", options.url)
    if options.login:
        preferences.set_text("login", options.login)
    dress(app, preferences, language=options.language, mode=options.theme)
    link = Link(ca=options.ca)
    headset, tone = audio(link, preferences) if audio else (None, None)
    desktop = Desktop(link, preferences, audio=headset, ring_tone=tone)
    voice = None
    if headset is not None:
        follow_calls(desktop.store, headset)
        voice = DirectVoice(link, headset, ca=options.ca)
    window = make_window(desktop)
    closed = asyncio.Event()
    window.closing.connect(closed.set)
    return Running(
        app=app,
        link=link,
        desktop=desktop,
        window=window,
        headset=headset,
        voice=voice,
        closed=closed,
    )


async def stop(running: Running) -> None:
    """What was typed goes out first; the session at the bridge ends with the window."""
    running.desktop.wrap_up.save_all()
    if running.headset is not None:
        running.desktop.preferences.set_text("audio/input", running.headset.input_id)
        running.desktop.preferences.set_text("audio/output", running.headset.output_id)
        running.headset.close()
    await asyncio.sleep(0.05)
    running.link.sign_out()
    await asyncio.sleep(0.05)
    if running.voice is not None:
        await running.voice.close()
    await running.link.close()
    running.window.hide()
    running.window.deleteLater()  # while the application lives, not at the interpreter's end


def run_loop(body: Callable[[QApplication], Awaitable[int]]) -> int:
    """Runs `body` on the Qt loop; its result is the exit code."""
    app = make_application()
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop, collected_here():
        return int(loop.run_until_complete(body(app)))


def run(options: Options) -> int:
    async def body(app: QApplication) -> int:
        running = compose(app, options, audio=machine_sound)
        running.window.show()
        await running.closed.wait()
        await stop(running)
        return 0

    return run_loop(body)


def machine_sound(link: Link, preferences: Preferences) -> tuple[Headset, RingTone]:
    """The machine's sound; no sound card must ever stop a desktop."""
    return sound_of(open_sound(), link, preferences)


def sound_of(sound: Sound, link: Link, preferences: Preferences) -> tuple[Headset, RingTone]:
    """Headset and ring tone over any sound system, with the devices of this desk."""
    headset = Headset(
        sound,
        link.send_audio,
        input_id=preferences.text("audio/input"),
        output_id=preferences.text("audio/output"),
    )
    link.audio.connect(headset.receive)
    ring, notice = resource("sounds", "ring.wav"), resource("sounds", "notice.wav")
    return headset, Tones(sound, ring, notice, lambda: headset.output_id)


def follow_calls(store: Store, headset: Headset) -> None:
    """The headset is open while a call of this agent is, or one that is listened to; who has a
    telephone needs none."""

    def changed(_old: State, new: State) -> None:
        talks = any(has_call(view) for view in new.own())
        headset.set_active(not new.phone and (talks or new.monitor is not None))

    store.changed.connect(changed)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    from agent_desktop import VERSION

    parser = argparse.ArgumentParser(
        prog="agent-desktop", description="The phone rings and the caller's file is open."
    )
    parser.add_argument("--version", action="version", version=f"agent-desktop {VERSION}")
    parser.add_argument("--url", default="", help="the bridge: bridge.example.org")
    parser.add_argument("--login", default="", help="the user, filled in at sign-in")
    parser.add_argument(
        "--ca",
        metavar="FILE",
        help="PEM file of the authority that signed the bridge's certificate",
    )
    parser.add_argument(
        "--language", choices=("es", "en"), default="", help="instead of the one in the settings"
    )
    parser.add_argument(
        "--theme",
        choices=("light", "dark", "system"),
        default="",
        help="instead of the one in the settings",
    )
    parser.add_argument(
        "--demo", action="store_true", help="start a bridge, customers and callers of its own"
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="demo-output",
        help="where a demo without a screen puts its pictures and report (%(default)s)",
    )
    parser.add_argument("--verbose", action="store_true", help="log to the terminal")
    return parser.parse_args(arguments)
