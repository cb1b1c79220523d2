"""What a mailbox that does not work says, against servers that mean it; `check-mail`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from cti_bridge.acd.clock import SystemClock
from cti_bridge.channels.mail.ports import BoxError
from cti_bridge.channels.mail.probe import Finding, probe
from cti_bridge.channels.mail.smtp import SmtpSession
from cti_bridge.cli.main import app
from cti_bridge.config.values import Mailbox
from cti_bridge.protocol.commands import SendEmail
from cti_bridge.protocol.values import Address, Draft
from cti_bridge.protocol.vocabulary import MessageId
from tests.helpers.dovecot import Dovecot
from tests.helpers.mailroom import ANA, eventually, letter, mailroom
from tests.helpers.postfix import Postfix

if TYPE_CHECKING:
    from pathlib import Path

    from cti_bridge.store.engine import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "a word of nobody else"


def box_of(**more: Any) -> Mailbox:
    usual = {"id": "main", "address": "help@example.org", "queue": "support", "user": "help"}
    return Mailbox(**{**usual, "password": SECRET, **more})


async def found(box: Mailbox, to: str = "") -> list[Finding]:
    return [one async for one in probe(box, to=to, at=NOW)]


@pytest.mark.peer("dovecot")
@pytest.mark.peer("postfix")
async def test_what_is_wrong_is_said_with_what_to_do() -> None:
    async with Dovecot.at({"help": SECRET}) as imap, Postfix.at(imap) as smtp:
        tls, plain, out = (f"127.0.0.1:{port}" for port in (imap.tls_port, imap.port, smtp.port))
        right = {"imap": tls, "smtp": out, "ca_file": str(imap.ca_file)}

        async def said(**wrong: str) -> tuple[bool, str, bool, str]:
            first, second = await found(box_of(**{**right, **wrong}))
            assert SECRET not in first.text + second.text
            return first.works, first.text, second.works, second.text

        reads, read, sends, send = await said()
        assert (reads, sends) == (True, True), (read, send)
        assert "signed in as help; INBOX has 0 not seen" in read
        assert "signed in as help; takes up to 114 MB" in send
        for wrong, at_imap, at_smtp in (
            ({"password": "no"}, "check user and password", "check user and password"),
            ({"ca_file": ""}, "name a PEM file of the authority", "name a PEM file of the"),
            (
                {"imap": plain, "smtp_security": "tls"},
                'imap_security = "starttls", or the port for TLS (993',
                'smtp_security = "starttls", or the port for TLS (465',
            ),
            (
                {"imap": "127.0.0.1:9", "smtp": "127.0.0.1:9"},
                "connection refused: nothing listens there: is it the right port? 993",
                "connection refused: nothing listens there: is it the right port? 587",
            ),
            (
                {"imap": out, "imap_security": "none", "smtp": plain, "smtp_security": "none"},
                "this port does not speak IMAP",
                "this port does not speak SMTP",
            ),
            ({"folder": "Pedidos", "smtp": ""}, "there are INBOX", "nothing can be sent"),
        ):
            reads, read, sends, send = await said(**wrong)
            assert (reads, sends) == (False, wrong.get("smtp") == ""), (wrong, read, send)
            assert (at_imap in read, at_smtp in send) == (True, True), (read, send)


@pytest.mark.peer("dovecot")
@pytest.mark.peer("postfix")
@pytest.mark.parametrize("security", ["starttls", "none"])
async def test_the_sender_signs_in_before_it_sends(security: str) -> None:
    """A server says what it can after EHLO only, and anew after STARTTLS."""
    async with Dovecot.at({"help": SECRET}) as imap, Postfix.at(imap) as smtp:
        box = box_of(
            smtp=f"127.0.0.1:{smtp.port}", smtp_security=security, ca_file=str(imap.ca_file)
        )
        session = SmtpSession(box)
        await session.open()
        assert session.signed_in
        await session.close()
        wrong = replace(box, password="no")
        with pytest.raises(BoxError, match="sign-in refused") as refused:
            await SmtpSession(wrong).open()
        assert refused.value.denied


@pytest.mark.peer("dovecot")
@pytest.mark.peer("postfix")
async def test_a_mail_that_is_sent_arrives_or_is_refused_by_name() -> None:
    async with Dovecot.at({"help": SECRET}) as imap, Postfix.at(imap) as smtp:
        box = box_of(smtp=f"127.0.0.1:{smtp.port}", ca_file=str(imap.ca_file))
        _, sent = await found(box, "help@example.org")
        assert sent.text.endswith("took a mail to help@example.org")
        async with asyncio.timeout(60):
            while not (mails := await asyncio.to_thread(imap.mails, "help")):
                await asyncio.sleep(0.1)
        assert b"Auto-Submitted: auto-generated" in mails[0]
        _, refused = await found(box, "x@elsewhere.test")
        assert (refused.works, "x@elsewhere.test: 554" in refused.text) == (False, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 3, "NO main imap: 127.0.0.1:9 (imap): connection refused"),
        (["main", "--to", "nobody"], 2, "no e-mail address"),
        (["sales"], 2, 'There is no mailbox "sales". Known: main.'),
    ],
)
def test_check_mail_ends_with_a_code(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    file = tmp_path / "bridge.toml"
    file.write_text(
        '[[queues]]\nid = "main"\nname = "Main"\n[[mailboxes]]\nid = "main"\n'
        'address = "help@example.org"\nqueue = "main"\nimap = "127.0.0.1:9"\nuser = "help"\n'
        f'password = "{SECRET}"\n'
    )
    file.chmod(0o600)
    result = CliRunner().invoke(app, ["check-mail", "-c", str(file), *words])
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert SECRET not in result.output


def test_check_mail_without_a_mailbox(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text('[[queues]]\nid = "main"\nname = "Main"\n')
    result = CliRunner().invoke(app, ["check-mail", "-c", str(tmp_path / "bridge.toml")])
    assert (result.exit_code, "add [[mailboxes]]" in result.output) == (2, True), result.output


@pytest.mark.peer("dovecot")
@pytest.mark.peer("postfix")
async def test_what_was_taken_and_sent_is_counted(database: Database) -> None:
    async with Dovecot.at({"help": SECRET}) as imap, Postfix.at(imap) as smtp:
        box = box_of(
            imap=f"127.0.0.1:{imap.tls_port}",
            smtp=f"127.0.0.1:{smtp.port}",
            ca_file=str(imap.ca_file),
            undo_seconds=0,
        )
        await asyncio.to_thread(imap.append, "help", letter(key="a"))
        async with mailroom(database, box, clock=SystemClock()) as room:
            await eventually(lambda: room.mail.figures["main", "taken"])
            contact = room.contacts.arrivals[0].id
            for number, to in enumerate(("help@example.org", "x@elsewhere.test")):
                room.contacts.give(contact)
                draft = Draft(to=(Address(address=to),), text="Hola", mode="new")
                await room.mail.handle(
                    ANA,
                    SendEmail(
                        request_id=1,
                        interaction_id=contact,
                        message_id=MessageId(f"m{number}"),
                        draft=draft,
                    ),
                )
            await eventually(lambda: room.mail.figures["main", "failed"])
            assert room.mail.figures["main", "sent"] == 1
            assert all(line.up for line in room.mail.lines())
