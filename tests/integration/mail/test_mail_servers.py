"""The mail room against a real Dovecot and a real Postfix."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from cti_bridge.acd.clock import SystemClock
from cti_bridge.channels.mail import watcher
from cti_bridge.channels.mail.imap import ImapSession
from cti_bridge.channels.mail.parse import parse
from cti_bridge.channels.mail.ports import BoxError
from cti_bridge.config.values import Mailbox
from cti_bridge.errors import StoreError
from cti_bridge.protocol.commands import SendEmail
from cti_bridge.protocol.values import Address, Draft
from cti_bridge.protocol.vocabulary import Delivery, MessageId
from cti_bridge.store.engine import Database
from tests.helpers.dovecot import Dovecot
from tests.helpers.mailroom import ANA, FakeContacts, eventually, letter, mailroom
from tests.helpers.postfix import Postfix
from tests.helpers.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.helpers.mailroom import Room

pytestmark = pytest.mark.peer("dovecot")
USERS = {"help": "secret", "marta": "secret"}


@pytest.fixture
async def imap() -> AsyncIterator[Dovecot]:
    async with Dovecot.at(USERS) as server:
        yield server


@pytest.fixture
async def stored(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_with_tables(tmp_path))
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "BACKOFF", (0.1,))
    monkeypatch.setattr(watcher, "DENIED", (0.1,))
    monkeypatch.setattr(watcher.Watcher.__init__, "__kwdefaults__", _hasty_defaults())


def _hasty_defaults() -> dict[str, Any]:
    kept = dict(watcher.Watcher.__init__.__kwdefaults__ or {})
    return kept | {"backoff": (0.1, 0.2), "idle_seconds": 5.0}


def box_of(server: Dovecot, **more: Any) -> Mailbox:
    given: dict[str, Any] = {
        "id": "main",
        "address": "help@example.org",
        "queue": "support",
        "imap": f"127.0.0.1:{server.tls_port}",
        "user": "help",
        "password": "secret",
        "ca_file": str(server.ca_file),
        "undo_seconds": 0,
    }
    return Mailbox(**given | more)


async def subjects(room: Room, count: int) -> list[str]:
    await eventually(lambda: len(room.contacts.arrivals) >= count)
    return [one.subject for one in room.contacts.arrivals]


async def is_done(room: Room) -> bool:
    return not await room.book.todo("main", 1)


async def append(imap: Dovecot, *mails: bytes) -> None:
    await asyncio.to_thread(imap.append, "help", *mails)


async def flagged(imap: Dovecot, flags: str, folder: str = "INBOX") -> int:
    return len(await asyncio.to_thread(imap.mails, "help", folder, flags=flags))


def many(count: int, first: int = 0) -> list[bytes]:
    return [
        letter(f"Number {n}", subject=f"S{n}", key=f"k{n}") for n in range(first, first + count)
    ]


async def test_what_waits_and_what_comes_is_taken_and_marked(
    imap: Dovecot, stored: Database
) -> None:
    await append(imap, *many(45))
    async with mailroom(stored, box_of(imap), clock=SystemClock()) as room:
        assert sorted(await subjects(room, 45)) == sorted(f"S{n}" for n in range(45))
        await append(imap, letter(subject="Later", key="later"))  # while it waits with IDLE
        assert (await subjects(room, 46))[-1] == "Later"
        await eventually(lambda: is_done(room))
        assert await flagged(imap, "UNSEEN") == 0
        assert room.mail.lines()[0].up


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
async def test_each_way_to_the_server(imap: Dovecot, stored: Database, security: str) -> None:
    port = imap.tls_port if security == "tls" else imap.port
    box = box_of(imap, imap=f"127.0.0.1:{port}", imap_security=security)
    await append(imap, letter(subject="Hello", key="a"))
    async with mailroom(stored, box, clock=SystemClock()) as room:
        assert await subjects(room, 1) == ["Hello"]


@pytest.mark.parametrize(("done", "stays", "moved"), [("move", 0, 3), ("delete", 0, 0)])
async def test_mail_that_is_done_goes_away(
    imap: Dovecot, stored: Database, done: str, stays: int, moved: int
) -> None:
    await append(imap, *many(3))
    async with mailroom(stored, box_of(imap, done=done), clock=SystemClock()) as room:
        await subjects(room, 3)
        await eventually(lambda: is_done(room))
    assert await flagged(imap, "ALL") == stays
    assert await flagged(imap, "ALL", "Ficha") == moved


async def test_mail_read_by_another_program_meanwhile_is_taken_all_the_same(
    imap: Dovecot, stored: Database
) -> None:
    async with mailroom(stored, box_of(imap), clock=SystemClock()) as room:
        await eventually(lambda: room.mail.lines()[0].up)
    await append(imap, letter(subject="Peeked at", key="a"))

    def read_it() -> None:
        with imap.client("help") as client:
            client.select("INBOX")
            client.store("1", "+FLAGS", "\\Seen")

    await asyncio.to_thread(read_it)
    async with mailroom(stored, box_of(imap), clock=SystemClock()) as room:
        assert await subjects(room, 1) == ["Peeked at"]


async def test_old_mail_that_somebody_read_is_not_taken_at_the_first_start(
    imap: Dovecot, stored: Database
) -> None:
    await append(imap, letter(subject="Old", key="a"), letter(subject="Unread", key="b"))

    def read_it() -> None:
        with imap.client("help") as client:
            client.select("INBOX")
            client.store("1", "+FLAGS", "\\Seen")

    await asyncio.to_thread(read_it)
    async with mailroom(stored, box_of(imap), clock=SystemClock()) as room:
        assert await subjects(room, 1) == ["Unread"]
        await eventually(lambda: is_done(room))
        assert len(room.contacts.arrivals) == 1


async def test_a_server_that_dies_and_comes_back(imap: Dovecot, stored: Database) -> None:
    await append(imap, *many(5))
    async with mailroom(stored, box_of(imap), clock=SystemClock()) as room:
        await subjects(room, 5)
        await imap.stop()
        # its sessions outlive the server for some seconds
        await eventually(lambda: not room.mail.lines()[0].up, within=60)
        await imap.start()
        await append(imap, *many(5, first=5))
        await subjects(room, 10)
        await eventually(lambda: room.mail.lines()[0].up)
        assert len(room.contacts.arrivals) == 10


async def test_a_mailbox_that_is_numbered_anew(imap: Dovecot, stored: Database) -> None:
    contacts = FakeContacts()
    await append(imap, *many(5))
    async with mailroom(stored, box_of(imap), contacts=contacts, clock=SystemClock()) as room:
        await subjects(room, 5)
        await eventually(lambda: is_done(room))
        before = await room.book.place("main")
    await imap.stop()
    imap.new_uidvalidity("help")
    await asyncio.sleep(1.1)  # Dovecot counts it in seconds
    await imap.start()
    await append(imap, *many(2, first=5))
    async with mailroom(stored, box_of(imap), contacts=contacts, clock=SystemClock()) as room:
        assert (await subjects(room, 7))[5:] == ["S5", "S6"]
        await eventually(lambda: is_done(room))
        after = await room.book.place("main")
        assert len(contacts.arrivals) == 7
    assert before is not None
    assert after is not None
    assert before.uid_validity != after.uid_validity


async def test_killed_between_storing_and_marking_nothing_is_lost_or_doubled(
    imap: Dovecot, stored: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step in turn is the last one of its life."""
    contacts = FakeContacts()
    await append(imap, *many(6))

    class Dies(Exception):
        pass

    def die(*_args: object, **_more: object) -> Any:
        raise BoxError("died here")

    for method in ("fetch", "done"):
        monkeypatch.setattr(ImapSession, method, die)
        async with mailroom(stored, box_of(imap), contacts=contacts, clock=SystemClock()) as room:
            await eventually(lambda at=room: "died here" in at.mail.lines()[0].detail)
        monkeypatch.undo()
    contacts.failures = [StoreError("unreachable", "away") for _ in range(3)]
    async with mailroom(stored, box_of(imap), contacts=contacts, clock=SystemClock()) as room:
        await subjects(room, 6)
        await eventually(lambda: is_done(room))
        for arrival in contacts.arrivals:
            assert len(await room.messages(arrival.id)) == 1
    assert len(contacts.arrivals) == 6
    assert await flagged(imap, "UNSEEN") == 0


async def test_a_contact_closed_while_the_server_was_gone_is_not_woken_again(
    imap: Dovecot, stored: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts = FakeContacts()
    async with mailroom(stored, box_of(imap), contacts=contacts, clock=SystemClock()) as room:
        await append(imap, letter("One", key="a"))
        await subjects(room, 1)
        kept = ImapSession.done

        def die(*_args: object) -> None:
            raise BoxError("gone before it was marked")

        monkeypatch.setattr(ImapSession, "done", die)
        await append(imap, letter("Two", key="b", In_Reply_To="<a@example.net>"))
        await eventually(lambda: contacts.wrote)
        await eventually(lambda: not room.mail.lines()[0].up)
        contacts.close(contacts.arrivals[0].id)
        monkeypatch.setattr(ImapSession, "done", kept)
        await eventually(lambda: is_done(room))
    assert len(contacts.wrote) == 1


async def test_a_mail_that_cannot_be_taken_holds_up_nobody(
    imap: Dovecot, stored: Database, caplog: pytest.LogCaptureFixture
) -> None:
    contacts = FakeContacts()
    contacts.failures = [ValueError("this one")]
    await append(imap, *many(4))
    async with mailroom(stored, box_of(imap), contacts=contacts, clock=SystemClock()) as room:
        await subjects(room, 3)

        async def one_left() -> bool:
            return [row.attempts for row in await room.book.todo("main", 10)] == [1]

        await eventually(one_left)
        assert "could not be taken" in caplog.text
        await append(imap, *many(1, first=4))  # with the next mail it is tried again
        assert sorted(await subjects(room, 5)) == [f"S{n}" for n in range(5)]


async def test_fifty_megabytes(imap: Dovecot, stored: Database) -> None:
    part = b"QUJD" * 19 + b"\r\n"
    body = part * (50 * 1024 * 1024 // len(part))
    big = (
        b"From: marta@example.net\r\nTo: help@example.org\r\nSubject: Big\r\n"
        b"MIME-Version: 1.0\r\nMessage-ID: <big@example.net>\r\n"
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n"
        b"Content-Type: text/plain\r\n\r\nSee the file.\r\n--B\r\n"
        b"Content-Type: application/pdf\r\n"
        b'Content-Disposition: attachment; filename="../../plan.pdf.exe"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body + b"\r\n--B--\r\n"
    )
    await append(imap, big, letter(subject="Small", key="s"))
    async with mailroom(stored, box_of(imap), clock=SystemClock()) as room:
        await eventually(lambda: len(room.contacts.arrivals) == 2, within=60)
        message = await room.first(big)
        [file] = message.attachments
        assert message.text == "See the file."
        assert "/" not in file.name
        assert file.suspicious
        assert file.size == 57 * (50 * 1024 * 1024 // len(part))
        assert await room.blobs.size(file.blob) == file.size
        assert message.email is not None
        assert message.email.original is not None
        assert await room.blobs.size(message.email.original) == len(big)


async def test_a_mail_larger_than_the_bound_is_told_of_and_stays(
    imap: Dovecot, stored: Database
) -> None:
    large = letter("x" * 70 + "\n" + ("y" * 70 + "\n") * 40_000, subject="Too big", key="a")
    await append(imap, large)
    box = box_of(imap, max_mb=1, done="delete")
    async with mailroom(stored, box, clock=SystemClock()) as room:
        assert await subjects(room, 1) == ["Too big"]
        await eventually(lambda: is_done(room))
        [message] = await room.messages(room.contacts.arrivals[0].id)
    assert message.code == "too_large"
    assert message.text == ""
    assert await flagged(imap, "SEEN") == 1


async def test_a_wrong_password_is_said_and_a_wrong_certificate_is_refused(
    imap: Dovecot, stored: Database, tmp_path: Path
) -> None:
    for box, words in (
        (box_of(imap, password="wrong"), "sign-in refused"),
        (box_of(imap, ca_file=""), "certificate"),
        (box_of(imap, imap="127.0.0.1:1"), "refused"),
        (box_of(imap, folder="Nowhere"), "Nowhere"),
        (box_of(imap, oauth2_token_file=str(tmp_path / "none")), "oauth2_token_file"),
    ):
        async with mailroom(stored, box, clock=SystemClock()) as room:
            await eventually(lambda at=room, say=words: say in at.mail.lines()[0].detail)
            assert not room.mail.lines()[0].up
            assert "secret" not in room.mail.lines()[0].detail
            assert room.hub.events


async def test_a_server_that_never_answers_does_not_hold_up_the_stop(stored: Database) -> None:
    silent = await asyncio.start_server(_never, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    box = Mailbox(
        id="main",
        address="help@example.org",
        queue="support",
        imap=f"127.0.0.1:{port}",
        imap_security="none",
        user="help",
        password="secret",
    )
    async with asyncio.timeout(30):
        async with mailroom(stored, box, clock=SystemClock()):
            await asyncio.sleep(0.3)
    silent.close()


async def _never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        await reader.read()
    writer.close()


@pytest.mark.peer("postfix")
async def test_the_whole_trip_by_postfix_and_dovecot(imap: Dovecot, stored: Database) -> None:
    async with Postfix.at(imap) as postfix:
        box = box_of(
            imap,
            smtp=f"127.0.0.1:{postfix.port}",
            smtp_security="starttls",
            plus_addressing=True,
        )
        await asyncio.to_thread(
            postfix.send,
            "marta@example.org",
            "help@example.org",
            letter(sender="Marta <marta@example.org>", key="a"),
        )
        async with mailroom(stored, box, clock=SystemClock()) as room:
            await subjects(room, 1)
            contact = room.contacts.arrivals[0].id
            [asked] = await room.messages(contact)
            room.contacts.give(contact)
            draft = Draft(
                to=(Address(address="marta@example.org"),),
                subject="Re: Mi pedido",
                text="Sale hoy.",
                in_reply_to=asked.id,
            )
            await room.mail.handle(
                ANA,
                SendEmail(
                    request_id=1, interaction_id=contact, message_id=MessageId("m1"), draft=draft
                ),
            )
            got = await eventually(lambda: imap.mails("marta"))
            said = parse([got[0]])

            async def sent() -> bool:
                found = await room.store.get(MessageId("m1"))
                return found is not None and found.delivery is Delivery.SENT

            await eventually(sent)
            assert said.in_reply_to == "a@example.net"
            assert said.reply_to is not None
            # the customer's program answers the Reply-To, without any reference
            again = letter(
                "Gracias",
                subject="Otra cosa",
                sender="Marta <marta@example.org>",
                to=said.reply_to.address,
                key="b",
            )
            await asyncio.to_thread(
                postfix.send, "marta@example.org", said.reply_to.address, again
            )
            await eventually(lambda: room.contacts.wrote)
            assert room.contacts.wrote == [contact]
            assert len(room.contacts.arrivals) == 1


@pytest.mark.peer("postfix")
async def test_postfix_refuses_an_unknown_domain_and_the_agent_hears_why(
    imap: Dovecot, stored: Database
) -> None:
    async with Postfix.at(imap) as postfix:
        box = box_of(imap, smtp=f"127.0.0.1:{postfix.port}", smtp_security="starttls")
        await append(imap, letter(key="a"))
        async with mailroom(stored, box, clock=SystemClock()) as room:
            await subjects(room, 1)
            contact = room.contacts.arrivals[0].id
            room.contacts.give(contact)
            draft = Draft(to=(Address(address="x@elsewhere.test"),), text="Hola", mode="new")
            await room.mail.handle(
                ANA,
                SendEmail(
                    request_id=1, interaction_id=contact, message_id=MessageId("m1"), draft=draft
                ),
            )

            async def failed() -> str:
                found = await room.store.get(MessageId("m1"))
                assert found is not None
                return found.delivery_detail if found.delivery is Delivery.FAILED else ""

            assert "554" in await eventually(failed)
