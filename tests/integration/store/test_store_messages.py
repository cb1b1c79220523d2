"""Conversations on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from cti_bridge.channels.conversation.ports import SHOWN, Attachment, ChatFacts, Tally
from cti_bridge.protocol.values import Address, Draft
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Author,
    BlobId,
    Delivery,
    InteractionId,
    MessageId,
    MessageKind,
)
from cti_bridge.store.conversation_tables import messages
from cti_bridge.store.messages import SqlMessages
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
from tests.helpers.written import CONTACT, NOW, answered, mail, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.channels.conversation.ports import Message
    from cti_bridge.store.engine import Database

OTHER = InteractionId("c2")


def file(blob: str, name: str = "factura.pdf") -> Attachment:
    return Attachment(blob=BlobId(blob), name=name, media_type="application/pdf", size=3)


async def put(store: SqlMessages, *several: Message) -> None:
    for one in several:
        assert await store.add(one) is not None


def ids(found: Sequence[Message]) -> list[str]:
    return [message.id for message in found]


# -- messages ------------------------------------------------------------------------------------


async def test_an_e_mail_comes_back_as_it_was_stored(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    sent = mail(
        "m1",
        cc=(Address(address="jefe@example.es", name="Jefe"),),
        bcc=(Address(address="z@example.es"),),
        html="<p>Buenas</p>",
        quoted="> antes",
        references=("a@x", "b@x"),
        in_reply_to="b@x",
        automatic="list",
        remote_images=3,
        original=BlobId("o1"),
        attachments=(file("b1"),),
        delivery=Delivery.SENDING,
        delivery_detail="451 later",
        changed_at=NOW,
        undo_until=NOW,
        agent=AgentId("a1"),
        seconds=1.5,
    )
    stored = await store.add(sent)
    assert stored == replace(sent, seq=1)
    assert await store.get(MessageId("m1")) == stored
    assert await store.page(CONTACT, None, 10) == ((stored,), False)


async def test_the_same_message_twice_is_stored_once(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    assert await store.add(said("m1")) is not None
    assert await store.add(said("m1", "something else")) is None
    assert await store.add(said("m1", interaction=OTHER)) is None
    added = await store.add(said("m2"))
    assert added is not None
    assert added.seq == 2  # nothing was used up by what was refused
    assert ids((await store.page(CONTACT, None, 9))[0]) == ["m1", "m2"]
    found = await store.get(MessageId("m1"))
    assert found is not None
    assert found.text == "Hola"


async def test_a_hundred_at_once_get_a_hundred_places(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    added = await asyncio.gather(*(store.add(said(f"m{n % 50}")) for n in range(100)))
    kept = [one for one in added if one is not None]
    assert sorted(one.seq for one in kept) == list(range(1, 51))
    assert len({one.id for one in kept}) == 50
    assert await store.count(CONTACT) == 50


async def test_what_no_database_keeps_is_replaced(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    odd = "a\x00b\udcffc"
    await put(store, mail("m1", odd, subject=odd, html=odd, quoted=odd, name=odd, header_id=odd))
    found = await store.get(MessageId("m1"))
    assert found is not None
    assert found.email is not None
    assert {found.text, found.name, found.email.subject, found.email.html} == {"a\ufffdb\ufffdc"}
    assert ids(await store.by_header([odd])) == ["m1"]


async def test_pages_go_back_to_the_beginning(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    await put(store, *(said(f"m{n:02}") for n in range(25)))
    seen: list[str] = []
    before, more = None, True
    while more:
        found, more = await store.page(CONTACT, before, 10)
        assert found
        seen = ids(found) + seen
        before = found[0].id
    assert seen == [f"m{n:02}" for n in range(25)]
    assert await store.page(CONTACT, MessageId("of another"), 10) == ((), False)
    assert ids(await store.after(CONTACT, 22, 9)) == ["m22", "m23", "m24"]


async def test_a_list_has_the_beginning_of_long_texts(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    long = "ñ" * (SHOWN * 2)
    await put(store, mail("m1", long, html=long, quoted=long))
    [shown], _ = await store.page(CONTACT, None, 10)
    whole = await store.get(MessageId("m1"))
    assert whole is not None
    assert whole.email is not None
    assert shown.email is not None
    assert len(shown.text) == len(shown.email.html) == len(shown.email.quoted) == SHOWN + 1
    assert whole.text == whole.email.html == whole.email.quoted == long
    await store.save(replace(shown, delivery=Delivery.SENT))
    assert await store.get(MessageId("m1")) == replace(whole, delivery=Delivery.SENT)


async def test_a_message_that_goes_to_another_contact_is_its_last(
    database: Database,  # noqa: F811
) -> None:
    store = SqlMessages(database)
    await put(store, said("m1", attachments=(file("b1"),)), said("n1", interaction=OTHER))
    await store.save(said("m1", interaction=OTHER, attachments=(file("b1"),)))
    assert ids((await store.page(OTHER, None, 9))[0]) == ["n1", "m1"]
    assert await store.count(CONTACT) == 0
    assert await store.blob_owners(BlobId("b1")) == (CONTACT, OTHER)


async def test_a_copy_stands_in_both_contacts(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    await put(
        store,
        mail("m1", attachments=(file("b1"),), original=BlobId("o1")),
        said("m2"),
        mail("m3", delivery=Delivery.SENDING),  # a copy of it would be sent again
        said("n1", interaction=OTHER),
    )
    wanted = [MessageId(one) for one in ("m2", "m1", "m3", "n1", "nowhere")]
    assert await store.copy(wanted, CONTACT, OTHER) == 2
    assert await store.copy(wanted, CONTACT, OTHER) == 0  # tried again
    found, _ = await store.page(OTHER, None, 9)
    assert [(one.seq, one.text) for one in found] == [(1, "Hola"), (2, "Buenas"), (3, "Hola")]
    first = await store.get(MessageId("m1"))
    assert first is not None
    assert replace(found[1], id=first.id, interaction=CONTACT, seq=1) == first
    assert await store.blob_owners(BlobId("b1")) == (CONTACT, OTHER)
    assert await store.blob_owner(BlobId("o1")) == CONTACT
    assert len(await store.deliveries([Delivery.SENDING], 9)) == 1


async def test_mails_are_found_by_their_message_ids(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    absurd = "x" * 5_000
    await put(
        store,
        mail("m1", after=1, header_id="one@x"),
        mail("m2", after=2, header_id="two@x"),
        mail("m3", after=3, header_id=absurd),
        mail("m4", header_id=""),
        said("m5"),
    )
    assert ids(await store.by_header(["one@x", "two@x", "three@x", ""])) == ["m2", "m1"]
    assert ids(await store.by_header([absurd])) == ["m3"]
    assert await store.by_header([""]) == ()


async def test_the_outbox_is_found_by_its_index(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    await put(
        store,
        mail("late", after=9, delivery=Delivery.SENDING),
        mail("early", after=1, delivery=Delivery.UNDOABLE),
        mail("failed", delivery=Delivery.FAILED),
        mail("came"),
    )
    waiting = [Delivery.UNDOABLE, Delivery.SENDING]
    assert ids(await store.deliveries(waiting, 9)) == ["early", "late"]
    assert ids(await store.deliveries([Delivery.RECEIVED], 9)) == ["came"]
    found = await store.get(MessageId("early"))
    assert found is not None
    await store.save(replace(found, delivery=Delivery.SENT))
    assert ids(await store.deliveries(waiting, 9)) == ["late"]


async def test_the_queries_use_their_indexes(database: Database) -> None:  # noqa: F811
    if database.dialect != "sqlite":
        return  # PostgreSQL plans by size, and these tables are empty
    plans = {
        "uq_messages_interaction_id": "interaction_id = 'c' AND seq > 3 ORDER BY seq",
        "ix_messages_header_key": "header_key IN ('a', 'b') AND header_key IS NOT NULL",
        "ix_messages_outbox": "delivery IN ('undoable', 'sending', 'failed')"
        " AND delivery IN ('sending') ORDER BY at, id",
    }
    for index, where in plans.items():
        plan = await database.reading(
            lambda c, where=where: c.exec_driver_sql(  # type: ignore[misc]
                f"EXPLAIN QUERY PLAN SELECT * FROM {messages.name} WHERE {where}"
            ).all()
        )
        assert index in str(plan), plan


# -- what they come to ---------------------------------------------------------------------------


async def test_tallies_of_several_contacts(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    await put(
        store,
        said("m1", after=1),
        answered("m2", after=2),
        said("m3", after=3),
        said("m4", "¿Hola?\n  ¿Hay  alguien?", after=4),
        said("m5", "a note", kind=MessageKind.NOTE, author=Author.AGENT, after=5),
    )
    await put(
        store,
        mail("n1", "", interaction=OTHER, subject="Sin texto", after=1),
        mail("n2", "", interaction=OTHER, automatic="auto_reply", subject="Fuera", after=2),
    )
    await store.save_reads({CONTACT: 3, OTHER: 0, InteractionId("none"): 7})
    await store.save_reads({})
    await store.save_reads({CONTACT: 2})  # late: what was seen stays seen
    assert await store.tallies([CONTACT, OTHER, InteractionId("none")]) == {
        CONTACT: Tally(
            unread=1,
            waiting_since=said("", after=3).at,
            last_text="¿Hola? ¿Hay alguien?",
            read_seq=3,
            last_seq=4,
        ),
        OTHER: Tally(unread=2, waiting_since=said("", after=1).at, last_text="Fuera", last_seq=2),
    }


async def test_a_reply_that_did_not_leave_answers_nobody(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    reply = mail("m2", author=Author.AGENT, delivery=Delivery.UNDOABLE)
    await put(store, mail("m1", after=1), reply)
    assert (await store.tallies([CONTACT]))[CONTACT].waiting_since is None
    await store.save(replace(reply, delivery=Delivery.TAKEN_BACK))
    assert (await store.tallies([CONTACT]))[CONTACT].waiting_since == said("", after=1).at


async def test_the_tallies_of_thousands_take_no_thousand_parameters(
    database: Database,  # noqa: F811
) -> None:
    store = SqlMessages(database)
    await put(store, said("m1"))
    many = [InteractionId(f"x{n}") for n in range(3_000)]
    assert list(await store.tallies([*many, CONTACT])) == [CONTACT]


# -- drafts, chats, settings ---------------------------------------------------------------------


async def test_a_draft_is_kept_as_typed_and_thrown_away(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    assert await store.draft(CONTACT) is None
    draft = Draft(
        to=(Address(address="a@b.es", name="Á"),),
        subject="Re",
        text="Hola",
        attachments=(BlobId("b1"),),
        in_reply_to=MessageId("m1"),
        mode="reply_all",
        quote=False,
        saved_at=NOW,
        by="Ana",
    )
    await store.save_draft(CONTACT, draft)
    assert await store.draft(CONTACT) == draft
    await put(store, said("m1"))  # does not touch it
    assert await store.draft(CONTACT) == draft
    assert await store.blob_owner(BlobId("b1")) == CONTACT
    await store.save_draft(CONTACT, None)
    assert await store.draft(CONTACT) is None
    added = await store.add(said("m2"))
    assert added is not None
    assert added.seq == 2


async def test_what_is_kept_of_a_chat(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    facts = ChatFacts(
        interaction=CONTACT,
        site="web",
        visitor="v1",
        form={"name": "Marta", "text": "nul\x00"},
        page="https://www.example.es/",
        language="es",
    )
    await store.save_chat(facts)
    kept = await store.chat(CONTACT)
    assert kept == replace(facts, form={"name": "Marta", "text": "nul\ufffd"})
    later = replace(facts, form={}, rating=5, rating_comment="¡Bien!", ended=True)
    later = replace(later, read_to=MessageId("m1"), agent_read_to=MessageId("m2"))
    await store.save_chat(later)
    assert await store.chat(CONTACT) == later
    await store.save_chat(replace(facts, interaction=OTHER))
    await store.save_chat(replace(facts, interaction=InteractionId("c3"), visitor="v2"))
    found = await store.open_chats(9)
    assert [one.interaction for one in found] == ["c3", OTHER]  # the first one has ended
    found = await store.chats_of("v1", 9)
    assert [one.interaction for one in found] == [OTHER, CONTACT]
    assert await store.chat(InteractionId("none")) is None


async def test_settings(database: Database) -> None:  # noqa: F811
    store = SqlMessages(database)
    assert await store.setting("mail.main.place") == ""
    await store.save_setting("mail.main.place", "7:11")
    await store.save_setting("mail.main.place", "7:12")
    assert await store.setting("mail.main.place") == "7:12"
