"""Serves the demo until its desktop is gone."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from cti_bridge.app import Bridge, settle_the_heap, share_the_interpreter
from cti_bridge.channels.mail.simulator import SmtpServer
from cti_bridge.customers.sample import SCRIPT
from cti_bridge.demo.callers import AGENT, CONTACTS, LOGIN, PICKS_UP_AFTER, Demo
from cti_bridge.demo.setup import NAMES, demo_config
from cti_bridge.demo.writers import CHATTER, DemoWriters
from cti_bridge.protocol.demo import (
    DemoCase,
    DemoFailed,
    DemoReady,
    Preparing,
    decode_demo_command,
    encode_line,
)
from cti_bridge.protocol.demo import Line as DemoLine
from cti_bridge.protocol.vocabulary import Role
from cti_bridge.server.auth import new_hasher
from cti_bridge.store.engine import Database
from cti_bridge.store.populate import populate
from cti_bridge.telephony.simulator.caller import (
    SimulatedCaller,
)
from cti_bridge.telephony.simulator.tones import CALLER_TONES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


logger = logging.getLogger(__name__)


async def run_demo(folder: Path, *, customers: int = 10_000, language: str = "es") -> None:
    """Serves until standard input ends; its database is in `folder`, and gone at the end.

    Raises StoreError or ConfigError.
    """
    try:
        await _serve(folder, customers, "es" if language == "es" else "en")
    except BrokenPipeError:
        logger.warning("the desktop of this demo is gone")
    finally:
        _forget(folder)


def _forget(folder: Path) -> None:
    for file in folder.glob("ficha.db*"):
        file.unlink(missing_ok=True)


async def _serve(folder: Path, customers: int, language: Literal["es", "en"]) -> None:
    def say(line: DemoLine) -> None:
        sys.stdout.buffer.write(encode_line(line))
        sys.stdout.buffer.flush()

    share_the_interpreter()
    say(Preparing(what="customers"))
    password = secrets.token_urlsafe(18)
    caller = await SimulatedCaller.open()
    caller.phone.answer_after = PICKS_UP_AFTER
    mail_server = SmtpServer()
    await mail_server.start()
    config = demo_config(folder, f"127.0.0.1:{caller.port}", mail_server.address, language)
    database = await Database.open(config.store.url)
    await populate(
        database,
        customers,
        now=datetime.now(UTC),
        contacts=CONTACTS,
        queue=("support", NAMES[language]["support"]),
    )
    say(Preparing(what="bridge"))
    bridge = Bridge(config, database)
    await bridge.accounts.add(
        login=LOGIN,
        name=AGENT,
        role=Role.SUPERVISOR,
        password_hash=await asyncio.to_thread(new_hasher().hash, password),
    )
    await bridge.start()
    settle_the_heap()
    writers = DemoWriters(bridge, language, say)
    mail_server.on_mail = writers.got_mail
    demo = Demo(bridge, caller, writers, say)
    for case in (DemoCase.CHAT, DemoCase.EMAIL):
        writers.begin(case)
    try:
        say(
            DemoReady(
                url=bridge.listener.addresses[0],
                login=LOGIN,
                password=password,
                customers=customers,
                known_name=SCRIPT.known_name,
                unknown_name=SCRIPT.unknown_name,
                caller_tones=CALLER_TONES,
                page=writers.page,
                chat_name=CHATTER[language],
                mail_name=SCRIPT.known_name,
            )
        )
        await _obey_lines(demo, say)
    finally:
        await demo.close()
        await writers.close()
        await bridge.stop()
        await mail_server.stop()


async def _obey_lines(demo: Demo, say: Callable[[DemoLine], None]) -> None:
    """Until the end of standard input: the desktop is gone, however it went."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline, 4096):
        try:
            demo.obey(decode_demo_command(line))
        except msgspec.DecodeError as error:
            say(DemoFailed(what=f"line not understood: {error}"))
