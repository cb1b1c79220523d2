"""The running bridge under hostile mail and chat, and with its mail servers in trouble: honest
contacts come in once, a call goes on, and memory stays bounded."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import sqlite3
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol import commands as c
from cti_bridge.telephony.simulator.caller import SimulatedCaller
from cti_bridge.telephony.simulator.tones import Melody
from tests.helpers import hostile_mail, sound
from tests.helpers.agent import TONE, TestAgent
from tests.helpers.desk import RefusedCommand
from tests.helpers.dovecot import Dovecot
from tests.helpers.ports import free_port, free_range
from tests.helpers.serving import add_users, configure, serving, trunk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from pathlib import Path

    from cti_bridge.protocol.values import MessageView
    from cti_bridge.telephony.simulator.caller import SimulatedCall
    from tests.helpers.serving import Served

ORIGIN = "https://shop.example.org"
DNIS = "+34900100200"
CALLER_HZ = 1000.0
ASIDE = """
[[queues]]
id = "aside"
name = "Nobody is here"
[[agents]]
login = "ana"
queues = ["support"]
[[agents]]
login = "eva"
queues = ["support", "aside"]
"""


def box(port: int, smtp: str = "") -> str:
    return f"""
[[mailboxes]]
id = "info"
address = "soporte@example.org"
queue = "aside"
imap = "127.0.0.1:{port}"
imap_security = "none"
user = "soporte"
password = "secret"
undo_seconds = 0
{smtp}
"""


SITE = f"""
[web]
enabled = true
port = 0
[[chats]]
id = "shop"
queue = "support"
origins = ["{ORIGIN}"]
"""


@pytest.fixture
async def imap() -> AsyncIterator[Dovecot]:
    async with Dovecot.at({"soporte": "secret"}) as server:
        yield server


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    asyncio.run(add_users(configure(folder, ""), ["ana", "eva"]))
    return folder / "ficha.db"


@pytest.fixture
def folder(tmp_path: Path, people: Path) -> Path:
    shutil.copy(people, tmp_path / "ficha.db")
    return tmp_path


_numbers = itertools.count(1_700_000_000)


def drop(imap: Dovecot, mails: Iterable[bytes]) -> None:
    """As a mail server delivers: the bytes as they are, whatever they are."""
    inbox = imap.home / "mail" / "soporte"
    for part in ("tmp", "new", "cur"):
        (inbox / part).mkdir(parents=True, exist_ok=True)
    for path in (inbox, inbox / "tmp", inbox / "new", inbox / "cur"):
        shutil.chown(path, "nobody", "nogroup")
    for mail in mails:
        file = inbox / "tmp" / f"{next(_numbers)}.M1.example"
        file.write_bytes(mail)
        shutil.chown(file, "nobody", "nogroup")  # before the server sees it, and moves it on
        file.rename(inbox / "new" / file.name)


def honest(subject: str) -> bytes:
    return (
        f"From: Marta <marta@example.net>\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject.replace(' ', '-')}@example.net>\r\n\r\n¿Y mi pedido?\r\n"
    ).encode()


def contacts(folder: Path) -> list[tuple[str, str]]:
    """The e-mails that are contacts: id, subject."""
    with contextlib.closing(sqlite3.connect(folder / "ficha.db", timeout=20)) as database:
        return database.execute(
            "SELECT id, subject FROM interactions WHERE channel = 'email'"
        ).fetchall()


async def arrived(folder: Path, *subjects: str, within: float = 150) -> list[tuple[str, str]]:
    """Once mails of these subjects are there."""
    async with asyncio.timeout(within):
        while True:
            found = await asyncio.to_thread(contacts, folder)
            if set(subjects) <= {subject for _, subject in found}:
                return found
            await asyncio.sleep(0.2)


async def patiently(agent: TestAgent, command: type[c.AnyCommand], **fields: object) -> c.AnyReply:
    """Asked again where the bridge says that it was too soon."""
    while True:
        try:
            return await agent.do(command, **fields)
        except RefusedCommand as refused:
            if "THROTTLED" not in str(refused):
                raise
            await asyncio.sleep(0.1)


async def read(agent: TestAgent, contact: str) -> list[MessageView]:
    """Everything of a conversation, whole, with the first piece of each file."""
    opened = await patiently(agent, c.OpenConversation, interaction_id=contact)
    assert isinstance(opened, c.ConversationOpened)
    found = []
    for one in opened.conversation.messages:
        about = {"interaction_id": contact, "message_id": one.message_id}
        reply = await patiently(agent, c.OpenMessage, **about)
        assert isinstance(reply, c.MessageOpened)
        found.append(reply.message)
        for file in reply.message.attachments[:12]:
            await patiently(agent, c.FetchBlob, blob_id=file.blob_id)
    return found


@contextlib.asynccontextmanager
async def calling(sip: int) -> AsyncIterator[Callable[[], Awaitable[SimulatedCall]]]:
    """Somebody who can call, and speaks one tone."""
    caller = await SimulatedCaller.open()
    try:
        yield partial(
            caller.call, "127.0.0.1", sip, DNIS, number="612345099", melody=Melody([CALLER_HZ])
        )
    finally:
        await caller.close()


async def talking(agent: TestAgent, call: SimulatedCall) -> float:
    """Seconds, of the last two, in which each hears the other without a break."""
    heard = await agent.listen(2)
    said = call.recording.last(2)
    return min(sound.longest(heard, CALLER_HZ), sound.longest(said, TONE))


def web_of(served: Served) -> str:
    ready = next(one for one in served.process.lines if one.startswith("cti-bridge ready"))
    return ready.partition(" web: ")[2].split()[0].rstrip(",;")


# -- mail --------------------------------------------------------------------------------------


@pytest.mark.peer("dovecot")
@pytest.mark.peer("libpython-testsuite")
@pytest.mark.peer("mail-parser")
@pytest.mark.timeout(300)
async def test_every_hostile_mail_can_be_read_while_a_call_goes_on(folder: Path, imap) -> None:
    evil = [*hostile_mail.letters().values(), *(mail for _, mail in hostile_mail.corpus())]
    drop(imap, [honest("before"), *evil])
    sip = free_port()
    config = configure(folder, ASIDE + box(imap.port) + trunk(sip, free_range(40)))
    async with (
        calling(sip) as call,
        serving(config) as served,
        TestAgent.signed_in(served.url, "ana") as ana,
        TestAgent.signed_in(served.url, "eva") as eva,
    ):
        spoken = await call()
        await ana.answer()
        await arrived(folder, "before")
        assert await talking(ana, spoken) >= 1
        drop(imap, [honest("after")])
        found = await arrived(folder, "after")
        assert served.process.memory_mb() < 450
        seen: list[MessageView] = []
        for contact, _ in found:
            seen += await read(eva, contact)
        assert await talking(ana, spoken) >= 1
        assert "Traceback" not in served.process.log.read_text()
    subjects = [subject for _, subject in found]
    assert subjects.count("before") == subjects.count("after") == 1
    # one of CPython's mails is a copy of another, with a line of its headers more
    assert len(seen) == len(evil) + 2 - 1
    for message in seen:
        html = message.html.casefold()
        assert not [evil for evil in ("<script", "javascript:", "onload", "<svg") if evil in html]
        assert not [one for one in message.attachments if "/" in one.name or "\\" in one.name]
        assert "\r" not in message.subject + str(message.sender)
        assert "\n" not in message.subject + str(message.sender)
    readable = [one for one in seen if hostile_mail.MARK in one.text + one.quoted]
    assert len(readable) > 40
