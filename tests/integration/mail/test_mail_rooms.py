"""The mail room on both databases: threads, copies, answers, the outbox, a bridge that dies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace as changed

from cti_bridge.acd.ports import Taken
from cti_bridge.channels.mail.parse import parse
from cti_bridge.channels.mail.simulator import SmtpServer
from cti_bridge.errors import StoreError
from cti_bridge.protocol.commands import ComposeEmail, RetrySend, SendEmail, UndoSend
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Address, Draft
from cti_bridge.protocol.vocabulary import (
    Author,
    Delivery,
    Direction,
    InteractionId,
    MessageId,
    QueueId,
    RefusalCode,
)
from tests.helpers.mailroom import ANA, BOX, FakeContacts, eventually, letter, mailroom

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from cti_bridge.channels.conversation.ports import Message
    from cti_bridge.config.values import Mailbox
    from cti_bridge.customers.ports import Actor
    from cti_bridge.store.engine import Database
    from tests.helpers.mailroom import Room

MARTA = Address(address="marta@example.net", name="Marta Ruiz")


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    running = SmtpServer()
    await running.start()
    yield running
    await running.stop()


def box_at(server: SmtpServer, **more: object) -> Mailbox:
    return changed(BOX, smtp=server.address, smtp_security="none", **more)


def send(message: str, contact: InteractionId, draft: Draft) -> SendEmail:
    return SendEmail(
        request_id=1, message_id=MessageId(message), interaction_id=contact, draft=draft
    )


async def in_hand(room: Room, data: bytes) -> Message:
    """A mail that came and that Ana has in hand."""
    await room.mail.deliver("main", data)
    message = await room.first(data)
    room.contacts.give(message.interaction)
    return message


def reply_to(message: Message, text: str = "Sale hoy.") -> Draft:
    assert message.email is not None
    return Draft(
        to=(message.email.sender or MARTA,),
        subject=f"Re: {message.email.subject}",
        text=text,
        in_reply_to=message.id,
    )


async def test_a_mail_becomes_a_contact_once(database: Database) -> None:
    async with mailroom(database) as room:
        await room.mail.deliver("main", letter(key="a"))
        await room.mail.deliver("main", letter(key="a"))
        [arrival] = room.contacts.arrivals
        [message] = await room.messages(arrival.id)
    assert arrival.queue == "support"
    assert arrival.subject == "Mi pedido"
    assert arrival.language == "es"
    assert arrival.caller.number.value == "marta@example.net"
    assert arrival.match is not None
    assert message.author is Author.CUSTOMER
    assert message.text == "Hola, ¿dónde está mi pedido?"
    assert message.email is not None
    assert message.email.original is not None


async def test_the_original_is_kept_byte_for_byte(database: Database) -> None:
    data = letter(key="a") + bytes(range(128, 256)) + b"\r\n\r\n.\r\n"
    async with mailroom(database) as room:
        await room.mail.deliver("main", data)
        message = await room.first(data)
        assert message.email is not None
        assert message.email.original is not None
        assert await room.blobs.get(message.email.original) == data


async def test_a_message_id_used_again_for_something_else_is_another_mail(
    database: Database,
) -> None:
    async with mailroom(database) as room:
        await room.mail.deliver("main", letter("One", key="a"))
        await room.mail.deliver("main", letter("Two", key="a"))
        assert len(room.contacts.arrivals) == 2


async def test_mails_without_a_message_id_are_told_apart_by_content(database: Database) -> None:
    async with mailroom(database) as room:
        for text in ("One", "Two", "One"):
            await room.mail.deliver("main", letter(text))
        assert len(room.contacts.arrivals) == 2


async def test_the_whole_trip_of_an_answer(database: Database, server: SmtpServer) -> None:
    async with mailroom(database, box_at(server, plus_addressing=True)) as room:
        asked = await in_hand(room, letter(key="a"))
        done = await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        assert done.id == "m1"  # type: ignore[union-attr]
        await eventually(lambda: server.received)
        sent = await eventually(lambda: _delivered(room, "m1", Delivery.SENT))
        said = parse([server.received[0]], own="another bridge")
        room.contacts.close(asked.interaction)
        for follow_up in (
            letter("By reference", key="b", In_Reply_To=f"<{sent.email.header_id}>"),
            letter("By token", key="c", to=said.reply_to.address),  # type: ignore[union-attr]
            letter("By subject", key="d", subject="RE: mi pedido"),
            letter("By an id of ours", key="e", References=f"<{said.header_id}>"),
        ):
            await room.mail.deliver("main", follow_up)
            assert (await room.first(follow_up)).interaction == asked.interaction
        assert room.contacts.wrote == [asked.interaction] * 4
        assert len(room.contacts.arrivals) == 1
    assert said.in_reply_to == "a@example.net"
    assert said.references == ("a@example.net",)
    assert said.text == "Sale hoy.\n\n-- \nAna Agent\nEl equipo"
    assert "Marta Ruiz <marta@example.net> escribió:" in said.quoted
    assert "> Hola, ¿dónde está mi pedido?" in said.quoted
    assert server.recipients == [("marta@example.net",)]


async def _delivered(room: Room, message: str, wanted: Delivery) -> Message | None:
    found = await room.store.get(MessageId(message))
    return found if found is not None and found.delivery is wanted else None


async def test_another_mail_with_the_same_subject_is_another_contact(database: Database) -> None:
    async with mailroom(database) as room:
        await room.mail.deliver("main", letter("One", key="a"))
        await room.mail.deliver("main", letter("Two", key="b"))  # no Re:, no reference
        await room.mail.deliver(
            "main", letter("Three", key="c", subject="Re: Mi pedido", sender="otro@example.net")
        )
        assert len(room.contacts.arrivals) == 3


async def test_a_subject_is_forgotten_after_two_weeks(database: Database) -> None:
    async with mailroom(database) as room:
        await room.mail.deliver("main", letter("One", key="a"))
        room.clock.advance(days=15)
        await room.mail.deliver("main", letter("Two", key="b", subject="Re: Mi pedido"))
        assert len(room.contacts.arrivals) == 2


async def test_a_forged_token_opens_nothing(database: Database) -> None:
    async with mailroom(database) as room:
        for key, token in (("a", "a" * 39), ("b", "7" * 39), ("c", "a" * 60)):
            await room.mail.deliver("main", letter(key=key, to=f"help+t-{token}@example.org"))
        assert len(room.contacts.arrivals) == 3
        assert room.contacts.wrote == []


async def test_a_reply_to_what_is_gone_for_good_is_a_new_contact_of_its_parent(
    database: Database,
) -> None:
    async with mailroom(database) as room:
        await room.mail.deliver("main", letter("One", key="a"))
        old = room.contacts.arrivals[0].id
        del room.contacts.open[old]  # as a chat that is over: `customer_wrote` says False
        reply = letter("Two", key="b", In_Reply_To="<a@example.net>")
        await room.mail.deliver("main", reply)
        new = room.contacts.arrivals[1]
        assert new.parent == old
        assert (await room.first(reply)).interaction == new.id


async def test_rules_decide_the_queue(database: Database) -> None:
    from cti_bridge.config.values import MailRule

    box = changed(
        BOX,
        aliases=("ventas@example.org",),
        rules=(
            MailRule(to="ventas@example.org", queue="sales", priority=5),
            MailRule(sender="@big.example", subject="URGENTE", queue="sales", priority=50),
            MailRule(language="en", queue="sales"),
        ),
    )
    async with mailroom(database, box) as room:
        for key, mail in {
            "a": letter(key="a", to="ventas@example.org"),
            "b": letter(key="b", subject="Es urgente", sender="jefe@big.example"),
            "c": letter("Where is the order that I have not got yet? Thanks", key="c"),
            "d": letter(key="d"),
        }.items():
            assert key
            await room.mail.deliver("main", mail)
        assert [(one.queue, one.priority) for one in room.contacts.arrivals] == [
            ("sales", 5),
            ("sales", 50),
            ("sales", 0),
            ("support", 0),
        ]


async def test_a_bounce_fails_our_mail_and_wakes_nobody(
    database: Database, server: SmtpServer
) -> None:
    async with mailroom(database, box_at(server)) as room:
        asked = await in_hand(room, letter(key="a"))
        await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        sent = await eventually(lambda: _delivered(room, "m1", Delivery.SENT))
        bounce = (
            b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net\r\nTo: help@example.org\r\n"
            b"Subject: Undelivered Mail\r\nMessage-ID: <bounce@mx>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
            b"--B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
            b"--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
            b"Final-Recipient: rfc822; marta@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            b"Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
            b"--B\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            b"Message-ID: <" + sent.email.header_id.encode() + b">\r\n\r\n--B--\r\n"
        )
        await room.mail.deliver("main", bounce)
        failed = await room.store.get(MessageId("m1"))
        assert failed is not None
        assert failed.delivery is Delivery.FAILED
        assert failed.delivery_detail == "marta@example.net 5.1.1 550 no such user"
        told = await room.first(bounce)
        assert told.interaction == asked.interaction
        assert told.email is not None
        assert told.email.automatic == "bounce"
        assert room.contacts.wrote == []
        assert len(room.contacts.arrivals) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
    ],
)
async def test_an_automatic_answer_wakes_nobody(
    database: Database, headers: dict[str, str]
) -> None:
    async with mailroom(database) as room:
        await room.mail.deliver("main", letter("One", key="a"))
        away = letter("I am away", key="b", In_Reply_To="<a@example.net>", **headers)
        await room.mail.deliver("main", away)
        assert (await room.first(away)).interaction == room.contacts.arrivals[0].id
        assert room.contacts.wrote == []


def turn_away(contacts: FakeContacts) -> None:
    contacts.taken = lambda arrival: Taken(
        id=arrival.id, turned_away="closed", outcome="email", reply="received"
    )


async def test_a_configured_answer_goes_out_once_and_says_that_it_is_automatic(
    database: Database, server: SmtpServer
) -> None:
    async with mailroom(database, box_at(server)) as room:
        turn_away(room.contacts)
        await room.mail.deliver("main", letter(key="a"))
        await room.mail.deliver("main", letter(key="a"))
        await eventually(lambda: server.received)
        said = parse([server.received[0]])
    assert len(server.received) == 1
    assert b"Auto-Submitted: auto-replied" in server.received[0]
    assert said.automatic == "auto_reply"
    assert said.text.startswith("Hola Marta: recibido.")
    assert said.subject == "Re: Mi pedido"
    assert said.in_reply_to == "a@example.net"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"List_Id": "<news.example.net>"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"Return_Path": "<>"},
        {"sender": "no-reply@example.net"},
        {"sender": "MAILER-DAEMON@example.net"},
    ],
)
async def test_robots_get_no_automatic_answer(
    database: Database, server: SmtpServer, headers: dict[str, str]
) -> None:
    async with mailroom(database, box_at(server)) as room:
        turn_away(room.contacts)
        await room.mail.deliver("main", letter(key="a", **headers))
        assert await room.book.next_due("main") is None
        assert len(room.contacts.arrivals) == 1
    assert server.received == []


async def test_two_answering_machines_stop(database: Database, server: SmtpServer) -> None:
    """The other one hides what it is, and starts a new thread each time."""
    async with mailroom(database, box_at(server)) as room:
        turn_away(room.contacts)
        for turn in range(20):
            before = len(server.received)
            await room.mail.deliver(
                "main", letter("I got that", key=f"k{turn}", subject=f"T{turn}")
            )
            if await room.book.next_due("main") is None and len(server.received) == before:
                break
            await eventually(lambda seen=before: len(server.received) > seen)
        assert 0 < len(server.received) <= 4


async def test_our_own_mail_is_not_taken(database: Database, server: SmtpServer) -> None:
    async with mailroom(database, box_at(server)) as room:
        asked = await in_hand(room, letter(key="a"))
        draft = reply_to(asked)
        draft = changed(draft, cc=(Address(address="help@example.org"),))
        await room.mail.handle(ANA, send("m1", asked.interaction, draft))
        await eventually(lambda: server.received)
        await room.mail.deliver("main", server.received[0])
        assert len(await room.messages(asked.interaction)) == 2
        assert room.contacts.wrote == []


async def test_what_can_be_taken_back_and_what_cannot(
    database: Database, server: SmtpServer
) -> None:
    async with mailroom(database, box_at(server, undo_seconds=10)) as room:
        asked = await in_hand(room, letter(key="a"))
        draft = reply_to(asked)
        await room.mail.handle(ANA, send("m1", asked.interaction, draft))
        sent = await room.store.get(MessageId("m1"))
        assert sent is not None
        assert sent.delivery is Delivery.UNDOABLE
        undo = UndoSend(request_id=2, interaction_id=asked.interaction, message_id=MessageId("m1"))
        await room.mail.handle(ANA, undo)
        assert await room.store.draft(asked.interaction) == draft
        assert (await room.store.get(MessageId("m1"))).delivery is Delivery.TAKEN_BACK  # type: ignore[union-attr]
        with pytest.raises(CommandRefused) as again:
            await room.mail.handle(ANA, undo)
        assert again.value.code is RefusalCode.TOO_LATE
        await room.mail.handle(ANA, send("m2", asked.interaction, draft))
        room.clock.advance(seconds=11)
        room.mail._room.wake("main")
        await eventually(lambda: _delivered(room, "m2", Delivery.SENT))
        with pytest.raises(CommandRefused) as late:
            await room.mail.handle(
                ANA,
                UndoSend(
                    request_id=3, interaction_id=asked.interaction, message_id=MessageId("m2")
                ),
            )
        assert late.value.code is RefusalCode.TOO_LATE
    assert len(server.received) == 1


async def test_sent_again_with_the_same_id_it_goes_out_once(
    database: Database, server: SmtpServer
) -> None:
    async with mailroom(database, box_at(server)) as room:
        asked = await in_hand(room, letter(key="a"))
        for _ in range(3):
            await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        await eventually(lambda: _delivered(room, "m1", Delivery.SENT))
        await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        await eventually(lambda: _nothing_to_send(room))  # the row goes after the word "sent"
    assert len(server.received) == 1


async def test_a_server_that_puts_off_for_an_hour_and_then_takes_it(
    database: Database, server: SmtpServer
) -> None:
    tries = []

    def later(verb: str, argument: str) -> str:
        if verb == "RCPT":
            tries.append(argument)
            return "451 4.7.1 come back later"
        return ""

    server.answer = later
    async with mailroom(database, box_at(server)) as room:
        asked = await in_hand(room, letter(key="a"))
        await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        begin, wanted = room.clock.now(), 0
        while (room.clock.now() - begin).total_seconds() < 3600:
            wanted += 1  # not one more than now: the first goes out by itself, and may have gone
            room.mail._room.wake("main")
            await eventually(lambda so_many=wanted: len(tries) >= so_many)
            await eventually(lambda: room.book.next_due("main"))
            due = await eventually(lambda: _later_than(room))
            room.clock.at = due
        waiting = await eventually(lambda: _told(room, "m1", "451 4.7.1 come back later"))
        assert waiting.delivery is Delivery.SENDING
        server.answer = lambda _verb, _argument: ""
        await eventually(lambda: _taken_in_the_end(room, "m1"))
    assert len(server.received) == 1
    assert 5 <= len(tries) <= 9  # 1, 2, 5, 10, 30, 60 minutes, and one that was under way


async def _taken_in_the_end(room: Room, message: str) -> Message | None:
    """The clock goes on: a try that was under way when the server changed its mind was put off."""
    if (due := await _later_than(room)) is not None:
        room.clock.at = due
    room.mail._room.wake("main")
    return await _delivered(room, message, Delivery.SENT)


async def _nothing_to_send(room: Room) -> bool:
    return await room.book.next_due("main") is None


async def _told(room: Room, message: str, detail: str) -> Message | None:
    """The message once its agent can read `detail`: a moment after the next try is kept."""
    found = await room.store.get(MessageId(message))
    return found if found is not None and detail in found.delivery_detail else None


async def _later_than(room: Room) -> datetime | None:
    due = await room.book.next_due("main")
    return due if due is not None and due > room.clock.now() else None


async def test_refused_for_good_it_comes_back_to_its_agent(
    database: Database, server: SmtpServer
) -> None:
    server.answer = lambda verb, _: "550 5.1.1 no such user" if verb == "RCPT" else ""
    async with mailroom(database, box_at(server)) as room:
        asked = await in_hand(room, letter(key="a"))
        await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        failed = await eventually(lambda: _delivered(room, "m1", Delivery.FAILED))
        assert failed.delivery_detail == "marta@example.net: 550 5.1.1 no such user"
        assert room.contacts.wrote == [asked.interaction]
        server.answer = lambda _verb, _argument: ""
        retry = RetrySend(
            request_id=2, interaction_id=asked.interaction, message_id=MessageId("m1")
        )
        await room.mail.handle(ANA, retry)
        await eventually(lambda: _delivered(room, "m1", Delivery.SENT))
        with pytest.raises(CommandRefused) as twice:
            await room.mail.handle(ANA, retry)
        assert twice.value.code is RefusalCode.WRONG_STATE
    assert len(server.received) == 1


async def test_of_several_recipients_each_is_treated_for_itself(
    database: Database, server: SmtpServer
) -> None:
    answers = {"b@example.net": "451 later", "c@example.net": "550 never"}

    def answer(verb: str, argument: str) -> str:
        who = argument.partition("<")[2].partition(">")[0]
        return answers.get(who, "") if verb == "RCPT" else ""

    server.answer = answer
    async with mailroom(database, box_at(server)) as room:
        asked = await in_hand(room, letter(key="a"))
        people = tuple(Address(address=f"{one}@example.net") for one in "abc")
        await room.mail.handle(
            ANA, send("m1", asked.interaction, Draft(to=people, text="x", mode="new"))
        )
        due = await eventually(lambda: _later_than(room))
        answers.clear()
        room.clock.at = due
        room.mail._room.wake("main")
        sent = await eventually(lambda: _delivered(room, "m1", Delivery.SENT))
        assert "c@example.net: 550 never" in sent.delivery_detail
    assert server.recipients == [("a@example.net",), ("b@example.net",)]


async def test_an_outbox_lives_through_a_restart(database: Database) -> None:
    server = SmtpServer()
    await server.start()
    port = server.port
    await server.stop()
    contacts = FakeContacts()
    async with mailroom(database, box_at_port(port), contacts=contacts) as room:
        asked = await in_hand(room, letter(key="a"))
        await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        await eventually(lambda: not room.mail.lines()[0].up)
        assert "smtp" in room.mail.lines()[0].detail
    await server.start(port)
    try:
        async with mailroom(database, box_at_port(port), contacts=contacts) as room:
            await eventually(lambda: _delivered(room, "m1", Delivery.SENT))
    finally:
        await server.stop()
    assert len(server.received) == 1


def box_at_port(port: int) -> Mailbox:
    return changed(BOX, smtp=f"127.0.0.1:{port}", smtp_security="none")


async def test_an_entry_that_never_came_into_the_outbox_goes_out_at_the_next_start(
    database: Database, server: SmtpServer
) -> None:
    contacts = FakeContacts()
    async with mailroom(database, box_at(server, undo_seconds=10), contacts=contacts) as room:
        asked = await in_hand(room, letter(key="a"))
        await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        assert await room.book.take_back("m1")  # as if the bridge had died before this row
        clock = room.clock
    clock.advance(minutes=1)
    box = box_at(server, undo_seconds=10)
    async with mailroom(database, box, contacts=contacts, clock=clock) as room:
        await eventually(lambda: _delivered(room, "m1", Delivery.SENT))
    assert len(server.received) == 1


async def test_a_contact_that_could_not_be_told_is_told_when_the_mail_is_taken_again(
    database: Database,
) -> None:
    async with mailroom(database) as room:
        room.contacts.failures = [StoreError("unreachable", "away")]
        with pytest.raises(StoreError):
            await room.mail.deliver("main", letter(key="a"))
        assert room.contacts.arrivals == []
        await room.mail.deliver("main", letter(key="a"))
        [arrival] = room.contacts.arrivals
        assert len(await room.messages(arrival.id)) == 1


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        (Draft(to=(), text="x"), RefusalCode.INVALID, "to"),
        (Draft(to=(Address(address="no address"),), text="x"), RefusalCode.INVALID, "to"),
        (
            Draft(to=(MARTA,), cc=(Address(address="a@b\r\nBcc: x@y"),)),
            RefusalCode.INVALID,
            "cc",
        ),
        (
            Draft(to=tuple(Address(address=f"a{n}@b.es") for n in range(101))),
            RefusalCode.INVALID,
            "to",
        ),
        (Draft(to=(MARTA,), text="x" * 500_001), RefusalCode.TOO_LARGE, "text"),
        (Draft(to=(MARTA,), attachments=("nothing",)), RefusalCode.INVALID, "attachments"),
        (Draft(to=(MARTA,), in_reply_to=MessageId("no")), RefusalCode.INVALID, "in_reply_to"),
    ],
)
async def test_a_draft_that_cannot_go_out_is_refused_and_changes_nothing(
    database: Database, server: SmtpServer, draft: Draft, code: RefusalCode, field: str
) -> None:
    async with mailroom(database, box_at(server)) as room:
        asked = await in_hand(room, letter(key="a"))
        with pytest.raises(CommandRefused) as refused:
            await room.mail.handle(ANA, send("m1", asked.interaction, draft))
        assert (refused.value.code, refused.value.field) == (code, field)
        assert await room.book.next_due("main") is None
        assert len(await room.messages(asked.interaction)) == 1


async def test_only_its_agent_writes(database: Database, server: SmtpServer) -> None:
    other: Actor = replace(ANA, agent_id=type(ANA.agent_id)("bob"))
    async with mailroom(database, box_at(server)) as room:
        asked = await in_hand(room, letter(key="a"))
        for actor, contact, code in (
            (other, asked.interaction, RefusalCode.NOT_YOURS),
            (ANA, InteractionId("unknown"), RefusalCode.TOO_LATE),
        ):
            with pytest.raises(CommandRefused) as refused:
                await room.mail.handle(actor, send("m1", contact, reply_to(asked)))
            assert refused.value.code is code
        await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        undo = UndoSend(request_id=2, interaction_id=asked.interaction, message_id=MessageId("m1"))
        with pytest.raises(CommandRefused) as refused:
            await room.mail.handle(other, undo)
        assert refused.value.code is RefusalCode.NOT_YOURS


async def test_a_mail_of_ones_own_is_a_contact_in_hand_with_its_draft(
    database: Database, server: SmtpServer
) -> None:
    async with mailroom(database, box_at(server)) as room:
        draft = Draft(to=(MARTA,), subject="Su pedido\r\nBcc: x@y.z", text="Hola", mode="new")
        done = await room.mail.handle(ANA, ComposeEmail(request_id=1, draft=draft))
        [arrival] = room.contacts.arrivals
        assert done.id == arrival.id  # type: ignore[union-attr]
        assert arrival.direction is Direction.OUTBOUND
        assert arrival.agent == ANA.agent_id
        assert arrival.subject == "Su pedido Bcc: x@y.z"
        kept = await room.store.draft(arrival.id)
        assert kept is not None
        assert kept.text == "Hola"
        await room.mail.handle(ANA, send("m1", arrival.id, kept))
        await eventually(lambda: server.received)
        assert await room.store.draft(arrival.id) is None
        assert b"\r\nBcc:" not in server.received[0]
        answer = letter("Gracias", key="z", subject="Re: Su pedido Bcc: x@y.z")
        await room.mail.deliver("main", answer)
        assert (await room.first(answer)).interaction == arrival.id


async def test_without_a_server_to_send_by_nothing_is_promised(database: Database) -> None:
    async with mailroom(database) as room:
        asked = await in_hand(room, letter(key="a"))
        with pytest.raises(CommandRefused) as refused:
            await room.mail.handle(ANA, send("m1", asked.interaction, reply_to(asked)))
        assert refused.value.code is RefusalCode.NOT_SUPPORTED
        with pytest.raises(CommandRefused):
            await room.mail.handle(ANA, ComposeEmail(request_id=1, draft=Draft()))
        sent = await room.mail.send_plain(
            id="t1", to="a@b.es", subject="s", text="t", queue=QueueId("support")
        )
        assert not sent


async def test_a_transcript_goes_out_once(database: Database, server: SmtpServer) -> None:
    async with mailroom(database, box_at(server)) as room:
        for _ in range(2):
            assert await room.mail.send_plain(
                id="t1",
                to="marta@example.net",
                subject="Your chat",
                text="Marta: hello",
                queue=QueueId("support"),
                html="<p>Marta: hello</p>",
                automatic=False,
            )
            await eventually(lambda: server.received)
        assert not await room.mail.send_plain(
            id="t2", to="nobody", subject="s", text="t", queue=QueueId("support")
        )
    assert len(server.received) == 1
    assert parse([server.received[0]]).text.startswith("Marta: hello")
