"""Conversations end to end, on both databases: what is stored is told, and to whom."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from cti_bridge.acd.ports import Glance
from cti_bridge.channels.conversation import reads
from cti_bridge.channels.conversation.ports import Attachment, ChatFacts
from cti_bridge.channels.conversation.uploads import AT_ONCE, MAX_BYTES, MAX_PART
from cti_bridge.errors import StoreError
from cti_bridge.protocol.commands import (
    FetchBlob,
    ListMessages,
    LookAt,
    MarkRead,
    OpenConversation,
    OpenMessage,
    SaveDraft,
    UploadPart,
)
from cti_bridge.protocol.events import ConversationChanged, MessageAdded, MessageChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Address, Draft
from cti_bridge.protocol.vocabulary import (
    Author,
    BlobId,
    Channel,
    Delivery,
    InteractionId,
    InteractionState,
    MessageId,
    MessageKind,
    QueueId,
    RefusalCode,
)
from cti_bridge.store.engine import Database
from tests.helpers.conversing import ANA, LUIS, MINE, Room
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
from tests.helpers.tables import sqlite_with_tables
from tests.helpers.written import CONTACT, NOW, answered, mail, said

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from cti_bridge.channels.conversation.ports import Message

S = InteractionState
OTHERS = frozenset({QueueId("support")})
OTHER = InteractionId("c2")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    opened = await Database.open(sqlite_with_tables(tmp_path))
    made = Room(opened)
    await made.service.start()
    yield made
    await made.service.stop()
    await opened.close()


@pytest.fixture
async def both(database: Database) -> AsyncIterator[Room]:  # noqa: F811
    """A room on each of the databases."""
    made = Room(database)
    await made.service.start()
    yield made
    await made.service.stop()


async def refused(asked: Any) -> tuple[RefusalCode, str]:
    with pytest.raises(CommandRefused) as caught:
        await asked
    return caught.value.code, caught.value.field


def opened(**more: Any) -> OpenConversation:
    return OpenConversation(**{"request_id": 1, "interaction_id": CONTACT, **more})


def mark(message: str) -> MarkRead:
    return MarkRead(request_id=1, interaction_id=CONTACT, message_id=MessageId(message))


def look(*, looking: bool = True, interaction: InteractionId = CONTACT) -> LookAt:
    return LookAt(request_id=1, interaction_id=interaction, looking=looking)


def save(draft: Draft | None) -> SaveDraft:
    return SaveDraft(request_id=1, interaction_id=CONTACT, draft=draft)


def part(offset: int, data: bytes, *, last: bool = False, **more: Any) -> UploadPart:
    given = {"request_id": 1, "upload_id": "u1", "name": "factura.pdf", **more}
    return UploadPart(offset=offset, data=data, last=last, **given)


async def until(met: Callable[[], Any]) -> None:
    async with asyncio.timeout(30):
        while not met():
            await asyncio.sleep(0.002)


# -- telling -----------------------------------------------------------------------------------


async def test_what_a_customer_says_is_stored_and_told_to_the_agent(room: Room) -> None:
    room.begin()
    added = await room.service.add(said("m1", "Hola\x00"))
    assert added is not None
    assert (added.seq, added.text) == (1, "Hola")
    assert await room.store.get(MessageId("m1")) == added
    [event] = room.heard(MessageAdded)
    assert (event.message.text, event.message.interaction_id) == ("Hola", CONTACT)
    changed = room.heard(ConversationChanged)[-1]
    assert (changed.unread, changed.last_text) == (1, "Hola")
    assert changed.waiting_reply_since == NOW
    assert {agent for _, to in room.told for agent in to.agents} == {"a1"}
    assert room.added == [added]


async def test_the_same_message_again_is_told_to_nobody(room: Room) -> None:
    room.begin()
    await room.service.add(said("m1"))
    room.told.clear()
    assert await room.service.add(said("m1")) is None
    assert await room.service.add(said("m1", interaction=OTHER)) is None
    assert room.told == []
    assert len(room.added) == 1


async def test_what_nobody_has_is_told_to_nobody(room: Room) -> None:
    await room.service.add(said("m1"))  # before its contact began
    assert room.told == []
    room.begin(state=S.QUEUED, agent=None)
    assert room.service.glance(CONTACT).unread == 1
    await room.service.add(said("m2", "¿Hola?"))
    [(event, to)] = room.told
    assert isinstance(event, ConversationChanged)  # the list; never the words themselves
    assert (to.agents, to.queues) == (frozenset(), MINE)


async def test_many_at_once_are_told_in_their_order(both: Room) -> None:
    both.begin()
    await asyncio.gather(*(both.service.add(said(f"m{n}")) for n in range(40)))
    assert [one.seq for one in both.added] == list(range(1, 41))
    told = [event.message.message_id for event in both.heard(MessageAdded)]
    assert told == [one.id for one in both.added]
    assert both.service.glance(CONTACT).unread == 40


async def test_a_listener_that_breaks_harms_nothing(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Room):
        def message_added(self, message: object) -> None:
            raise ZeroDivisionError

    broken = object.__new__(Broken)
    room.service._listeners.insert(0, broken)
    room.begin()
    assert await room.service.add(said("m1", "secret words")) is not None
    assert len(room.added) == 1
    assert "Broken did not take" in caplog.text
    assert "secret words" not in caplog.text


async def test_a_delivery_that_changes_is_told(room: Room) -> None:
    room.begin(channel=Channel.EMAIL)
    await room.service.add(mail("m1", after=1))
    reply = mail("m2", author=Author.AGENT, delivery=Delivery.UNDOABLE)
    await room.service.add(reply)
    assert room.service.glance(CONTACT).waiting_reply_since is None
    await room.service.changed(replace(reply, delivery=Delivery.TAKEN_BACK))
    assert room.heard(MessageChanged)[-1].message.delivery is Delivery.TAKEN_BACK
    assert room.service.glance(CONTACT).waiting_reply_since is not None
    stored = await room.store.get(MessageId("m2"))
    assert stored is not None
    assert stored.delivery is Delivery.TAKEN_BACK
    assert [one.delivery for one in room.changes] == [Delivery.TAKEN_BACK]


async def test_typing_and_leaving_are_told_once(room: Room) -> None:
    room.begin()
    await room.service.add(said("m1"))
    room.told.clear()
    for _ in range(3):
        room.service.typing(CONTACT, True, "y" * 5_000)
    [typing] = room.heard(ConversationChanged)
    assert typing.customer_typing
    assert len(typing.preview) == 1_000
    room.service.here(CONTACT, False)
    room.service.here(CONTACT, False)
    left = room.heard(ConversationChanged)[1:]
    assert [(e.customer_here, e.customer_typing, e.preview) for e in left] == [(False, False, "")]
    room.service.typing(CONTACT, True)
    await room.service.add(said("m2"))
    assert not room.service.glance(CONTACT).customer_typing


async def test_the_customer_s_marks(room: Room) -> None:
    room.begin()
    for n in (1, 2, 3):
        await room.service.add(answered(f"m{n}"))
    room.told.clear()
    room.service.customer_got(CONTACT, 2)
    room.service.customer_got(CONTACT, 2)
    got = [(e.message.message_id, e.message.delivery) for e in room.heard(MessageChanged)]
    assert got == [("m1", Delivery.DELIVERED), ("m2", Delivery.DELIVERED)]
    room.service.customer_read(CONTACT, MessageId("m3"), 3)
    assert room.heard(ConversationChanged)[-1].read_to == "m3"
    room.service.customer_got(CONTACT, 9)
    assert len(room.heard(MessageChanged)) == 2  # read is more than arrived


async def test_the_marks_stand_where_the_chat_is_opened_again(both: Room) -> None:
    both.begin()
    for n in (1, 2, 3):
        await both.service.add(answered(f"m{n}"))
    await both.service.add(said("m4"))
    both.service.customer_got(CONTACT, 2)
    both.service.customer_read(CONTACT, MessageId("m1"), 1)
    both.service.customer_read(CONTACT, MessageId("m0"), 0)  # late
    shown = [m.delivery for m in (await both.ask(opened())).conversation.messages]
    assert shown == [Delivery.READ, Delivery.DELIVERED, Delivery.SENT, Delivery.RECEIVED]
    facts = ChatFacts(interaction=CONTACT, site="web", visitor="v1", read_to=MessageId("m2"))
    await both.store.save_chat(facts)
    both.service.board.forget(CONTACT)  # as after a restart
    before = ListMessages(request_id=1, interaction_id=CONTACT, before=MessageId("m4"))
    shown = [m.delivery for m in (await both.ask(before)).messages]
    assert shown == [Delivery.READ, Delivery.READ, Delivery.SENT]


# -- marks of the agent --------------------------------------------------------------------------


async def test_what_the_agent_has_seen_outlives_the_bridge(both: Room, database: Database) -> None:  # noqa: F811
    both.begin()
    for n in (1, 2, 3):
        await both.service.add(said(f"m{n}", after=n))
    await both.ask(mark("m2"))
    assert both.service.glance(CONTACT).unread == 1
    await both.ask(mark("m1"))
    await both.ask(mark("m2"))
    assert both.read == [(CONTACT, "m2", 2)]
    await both.service.stop()
    again = Room(database)
    again.begin(state=S.QUEUED, agent=None)
    assert again.service.glance(CONTACT) == Glance(customer_here=False)
    await again.service.start()
    assert again.service.glance(CONTACT) == Glance(
        unread=1,
        waiting_reply_since=said("", after=1).at,
        last_text="Hola",
        customer_here=False,
    )
    again.change(again.contacts.open[CONTACT], state=S.CONNECTED, agent=ANA.agent_id)
    await again.ask(mark("m3"))
    assert again.service.glance(CONTACT).unread == 0
    await again.service.stop()


async def test_what_is_read_is_stored_together_and_again_after_a_failure(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reads, "TOGETHER", 0.01)
    room.begin()
    for n in range(30):
        await room.service.add(said(f"m{n}"))
    save_reads, saved = room.store.save_reads, list[dict[InteractionId, int]]()

    async def failing_first(given: dict[InteractionId, int]) -> None:
        saved.append(dict(given))
        if len(saved) == 1:
            raise StoreError("locked", "the database is locked")
        await save_reads(given)

    room.store.save_reads = failing_first  # type: ignore[method-assign,assignment]
    for n in range(30):
        await room.ask(mark(f"m{n}"))
    assert room.service.glance(CONTACT).unread == 0
    async with asyncio.timeout(60):
        while (await room.store.tallies([CONTACT]))[CONTACT].read_seq < 30:
            await asyncio.sleep(0.01)
    assert saved[-1] == {CONTACT: 30}
    assert len(saved) < 30
    assert "stored later" in caplog.text


async def test_what_was_read_last_is_stored_at_the_end(room: Room) -> None:
    room.begin()
    await room.service.add(said("m1"))
    await room.ask(mark("m1"))
    await room.service.stop()
    assert (await room.store.tallies([CONTACT]))[CONTACT].read_seq == 1


async def test_only_its_agent_reads_a_contact(room: Room) -> None:
    room.begin()
    await room.service.add(said("m1"))
    asked = room.ask(mark("m1"), by=LUIS)
    assert await refused(asked) == (RefusalCode.NOT_YOURS, "interaction_id")
    assert await refused(room.ask(mark("nowhere"))) == (RefusalCode.NOT_FOUND, "message_id")
    assert room.service.glance(CONTACT).unread == 1


# -- who reads -----------------------------------------------------------------------------------


async def test_who_reads_is_shown_until_they_look_away(room: Room) -> None:
    waiting = room.begin(state=S.QUEUED, agent=None)
    await room.ask(look(), by=LUIS)
    await room.ask(look(), by=LUIS)
    [(event, to)] = room.told
    assert isinstance(event, ConversationChanged)
    assert event.readers == ("Luis Gil",)
    assert (to.agents, to.queues) == (frozenset({"a2"}), MINE)
    room.change(waiting, state=S.CONNECTED, agent=ANA.agent_id)
    await until(lambda: room.added)  # "joined"
    room.told.clear()
    await room.service.add(said("m1"))
    assert {agent for _, to in room.told for agent in to.agents} == {"a1", "a2"}
    await room.ask(look(looking=False), by=LUIS)
    assert room.service.glance(CONTACT).readers == ()


async def test_whoever_takes_it_reads_it_no_more(room: Room) -> None:
    waiting = room.begin(state=S.QUEUED, agent=None)
    await room.ask(look(), by=ANA)
    room.change(waiting, state=S.CONNECTED, agent=ANA.agent_id)
    assert room.service.glance(CONTACT).readers == ()
    await room.ask(look(), by=ANA)
    assert room.service.glance(CONTACT).readers == ()


async def test_a_desktop_that_is_gone_reads_nothing(room: Room) -> None:
    for n in range(25):
        room.begin(id=InteractionId(f"c{n}"), state=S.QUEUED, agent=None)
        await room.ask(look(interaction=InteractionId(f"c{n}")), by=LUIS)
    shown = [n for n in range(25) if room.service.glance(InteractionId(f"c{n}")).readers]
    assert shown == list(range(5, 25))  # the oldest were let go
    await room.service.session_gone(LUIS.agent_id)
    assert not any(room.service.glance(InteractionId(f"c{n}")).readers for n in range(25))


async def test_a_call_that_is_over_is_looked_at_by_nobody(room: Room) -> None:
    ringing = room.begin(channel=Channel.VOICE, state=S.QUEUED, agent=None)
    await room.ask(look(), by=LUIS)
    assert room.service.glance(CONTACT).readers == ("Luis Gil",)
    room.change(ringing, state=S.ABANDONED)
    assert CONTACT not in room.service.board
    assert LUIS.agent_id not in room.service.board._looking


async def test_looking_needs_an_open_contact_of_own_queues(room: Room) -> None:
    asked = room.ask(look(), by=LUIS)
    assert await refused(asked) == (RefusalCode.TOO_LATE, "interaction_id")
    room.begin()
    asked = room.ask(look(), by=LUIS, queues=OTHERS)
    assert (await refused(asked))[0] is RefusalCode.NOT_ALLOWED


# -- opening -------------------------------------------------------------------------------------


async def test_a_chat_opens_with_all_that_is_known_of_it(room: Room) -> None:
    room.begin()
    await room.service.add(said("m1"))
    await room.store.save_chat(
        ChatFacts(
            interaction=CONTACT,
            site="web",
            visitor="v1",
            form={"name": "Marta"},
            page="https://www.example.es/",
            read_to=MessageId("m0"),
            rating=4,
            rating_comment="Bien",
        )
    )
    found = (await room.ask(opened())).conversation
    assert (found.channel, found.form, found.page) == (
        Channel.CHAT,
        {"name": "Marta"},
        "https://www.example.es/",
    )
    assert [m.message_id for m in found.messages] == ["m1"]
    assert (found.more, found.read_to, found.rating) == (False, "m0", 4)
    assert (found.signature, found.mailbox) == ("The sales team", "sales@example.com")
    room.service.customer_read(CONTACT, MessageId("m1"), 1)
    assert (await room.ask(opened())).conversation.read_to == "m1"


async def test_who_may_open_what(room: Room) -> None:
    talking = room.begin()
    await room.service.add(said("m1"))
    open_message = OpenMessage(request_id=1, interaction_id=CONTACT, message_id=MessageId("m1"))
    for command in (
        opened(),
        open_message,
        ListMessages(request_id=1, interaction_id=CONTACT, before=MessageId("m1")),
    ):
        await room.ask(command, queues=OTHERS)  # whose it is
        await room.ask(command, by=LUIS)  # of the same queue
        asked = room.ask(command, by=LUIS, queues=OTHERS)
        assert await refused(asked) == (RefusalCode.NOT_ALLOWED, "")
    room.change(talking, state=S.QUEUED, agent=None, wanted_agent=LUIS.agent_id)
    await room.ask(opened(), by=LUIS, queues=OTHERS)  # it is being handed to
    room.change(talking, state=S.CLOSED, agent=None)
    assert len((await room.ask(opened(), by=LUIS, queues=OTHERS)).conversation.messages) >= 1


@pytest.mark.parametrize("name", ["nothing", "", "x" * 200, "nul\x00", "ñ", "\udcff"])
async def test_ids_that_are_none(room: Room, name: str) -> None:
    room.begin()
    await room.service.add(said("m1"))
    contact, message = InteractionId(name), MessageId(name)
    for command in (
        opened(interaction_id=contact),
        OpenMessage(request_id=1, interaction_id=CONTACT, message_id=message),
        ListMessages(request_id=1, interaction_id=CONTACT, before=message),
        FetchBlob(request_id=1, blob_id=BlobId(name)),
        mark(name),
        save(Draft(attachments=(BlobId(name),))),
    ):
        assert (await refused(room.ask(command)))[0] is RefusalCode.NOT_FOUND


async def test_a_message_of_another_contact_is_not_opened_through_this_one(room: Room) -> None:
    room.begin()
    await room.service.add(said("m1", interaction=OTHER))
    command = OpenMessage(request_id=1, interaction_id=CONTACT, message_id=MessageId("m1"))
    assert await refused(room.ask(command)) == (RefusalCode.NOT_FOUND, "message_id")
    before = ListMessages(request_id=1, interaction_id=CONTACT, before=MessageId("m1"))
    assert await refused(room.ask(before)) == (RefusalCode.NOT_FOUND, "message_id")


async def test_a_huge_mail_is_cut_in_the_list_and_opened_alone(room: Room) -> None:
    room.begin(channel=Channel.EMAIL)
    await room.service.add(mail("m1", "ñ" * 3_000_000, html="<p>" * 30_000))
    [shown] = (await room.ask(opened())).conversation.messages
    assert (len(shown.text), shown.html, shown.cut) == (20_000, "", True)
    command = OpenMessage(request_id=1, interaction_id=CONTACT, message_id=MessageId("m1"))
    whole = (await room.ask(command)).message
    assert len(whole.text.encode()) == 2_000_000
    assert len(room.heard(MessageAdded)[0].message.text) == 20_000


async def test_the_store_away_is_said_and_changes_nothing(room: Room) -> None:
    room.begin()
    await room.service.add(said("m1"))

    async def away(*_: object) -> Any:
        raise StoreError("unreachable", "the database server does not answer")

    room.store.save_draft = away  # type: ignore[method-assign,assignment]
    assert (await refused(room.ask(save(Draft()))))[0] is RefusalCode.STORE_AWAY
    room.store.add = away  # type: ignore[method-assign,assignment]
    with pytest.raises(StoreError):
        await room.service.add(said("m2"))
    assert len(room.heard(MessageAdded)) == 1


# -- drafts --------------------------------------------------------------------------------------


async def test_a_draft_is_its_agent_s_and_says_who_saved_it(both: Room) -> None:
    both.begin(channel=Channel.EMAIL)
    draft = Draft(to=(Address(address="marta@example.es"),), text="Buenas")
    await both.ask(save(draft))
    kept = (await both.ask(opened())).conversation.draft
    assert (kept.text, kept.by, kept.saved_at) == ("Buenas", "Ana Soto", NOW)
    assert (await refused(both.ask(save(None), by=LUIS)))[0] is RefusalCode.NOT_YOURS
    await both.ask(save(None))
    assert (await both.ask(opened())).conversation.draft is None
    too_long = both.ask(save(Draft(text="x" * 200_001)))
    assert await refused(too_long) == (RefusalCode.TOO_LARGE, "draft.text")


async def test_a_draft_brings_no_file_of_another_contact(room: Room) -> None:
    room.begin(channel=Channel.EMAIL)
    stranger = await room.blobs.put(b"secret")
    attached = Attachment(blob=stranger, name="s", media_type="a/b", size=6)
    await room.store.add(said("m1", interaction=OTHER, attachments=(attached,)))
    asked = room.ask(save(Draft(attachments=(stranger,))))
    assert await refused(asked) == (RefusalCode.NOT_FOUND, "draft.attachments")
    assert (await refused(room.ask(FetchBlob(request_id=1, blob_id=stranger))))[0] is (
        RefusalCode.NOT_FOUND
    )
    assert await room.service.attachment(stranger, CONTACT) is None


# -- files ---------------------------------------------------------------------------------------


async def test_a_file_goes_up_in_pieces_and_comes_down_again(both: Room) -> None:
    both.begin()
    data = b"%PDF-1.7\n" + bytes(range(256)) * 3_000
    pieces = [data[at : at + MAX_PART] for at in range(0, len(data), MAX_PART)]
    done = None
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        command = part(number * MAX_PART, piece, last=last, name="../fac\u202etura.pdf")
        done = await both.ask(command)
        assert bool(done.id) is last
        assert await both.ask(command) == done  # sent again after a cut
    assert done is not None
    blob = BlobId(done.id)
    assert await both.blobs.get(blob) == data
    asked = FetchBlob(request_id=1, blob_id=blob)
    assert (await refused(both.ask(asked)))[0] is RefusalCode.NOT_FOUND  # nobody's yet
    attached = await both.service.attachment(blob, CONTACT)
    assert attached == Attachment(
        blob=blob, name="factura.pdf", media_type="application/pdf", size=len(data)
    )
    await both.service.add(answered("m1", attachments=(attached,)))
    fetched = b""
    last = False
    while not last:
        reply = await both.ask(replace_offset(asked, len(fetched)), by=LUIS)
        fetched, last = fetched + reply.data, reply.last
        assert reply.size == len(data)
    assert fetched == data
    asked_by_others = both.ask(asked, by=LUIS, queues=OTHERS)
    assert (await refused(asked_by_others))[0] is RefusalCode.NOT_FOUND


def replace_offset(command: FetchBlob, offset: int) -> FetchBlob:
    return FetchBlob(request_id=1, blob_id=command.blob_id, offset=offset)


async def test_a_draft_s_file_can_be_fetched_by_who_writes_it(room: Room) -> None:
    room.begin(channel=Channel.EMAIL)
    blob = BlobId((await room.ask(part(0, b"abc", last=True))).id)
    await room.ask(save(Draft(attachments=(blob,))))
    assert (await room.ask(FetchBlob(request_id=1, blob_id=blob))).data == b"abc"
    await room.ask(save(Draft(attachments=(blob,), text="more")))


async def test_parts_of_a_file_that_are_none(room: Room) -> None:
    for offset, limit in ((-1, 5), (0, 0), (0, -1)):
        command = FetchBlob(request_id=1, blob_id=BlobId("b"), offset=offset, limit=limit)
        assert await refused(room.ask(command)) == (RefusalCode.INVALID, "offset")


async def test_pieces_out_of_order_are_refused_and_those_in_order_go_on(room: Room) -> None:
    asked = room.ask(part(5, b"abc"))
    assert await refused(asked) == (RefusalCode.NOT_FOUND, "upload_id")
    await room.ask(part(0, b"abc"))
    for offset in (1, 4, 99, -1):
        assert await refused(room.ask(part(offset, b"xyz"))) == (RefusalCode.INVALID, "offset")
    done = await room.ask(part(3, b"def", last=True))
    assert await room.blobs.get(BlobId(done.id)) == b"abcdef"


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (part(0, b"x" * (MAX_PART + 1)), RefusalCode.TOO_LARGE, "data"),
        (part(0, b""), RefusalCode.INVALID, "data"),
        (part(0, b"x", upload_id=""), RefusalCode.INVALID, "upload_id"),
        (part(0, b"x", upload_id="u" * 65), RefusalCode.INVALID, "upload_id"),
    ],
)
async def test_pieces_that_are_none(
    room: Room, command: UploadPart, code: RefusalCode, field: str
) -> None:
    assert await refused(room.ask(command)) == (code, field)
    assert room.service.uploads._running == {}


async def test_the_last_piece_twice_at_once_makes_one_file(room: Room) -> None:
    replies = await asyncio.gather(*(room.ask(part(0, b"abc", last=True)) for _ in range(3)))
    assert len({reply.id for reply in replies}) == 1
    assert await room.blobs.get(BlobId(replies[0].id)) == b"abc"


async def test_an_empty_file_is_one(room: Room) -> None:
    done = await room.ask(part(0, b"", last=True))
    assert await room.blobs.get(BlobId(done.id)) == b""


async def test_a_file_that_grows_past_the_limit_is_forgotten(room: Room) -> None:
    room.service.uploads._max_bytes = 3 * MAX_PART
    for n in range(3):
        await room.ask(part(n * MAX_PART, b"x" * MAX_PART))
    asked = room.ask(part(3 * MAX_PART, b"x"))
    assert await refused(asked) == (RefusalCode.TOO_LARGE, "size")
    asked = room.ask(part(3 * MAX_PART, b"x"))
    assert await refused(asked) == (RefusalCode.NOT_FOUND, "upload_id")
    assert MAX_BYTES == 25 * 1024 * 1024


async def test_so_many_files_at_once_and_each_agent_for_himself(room: Room) -> None:
    for n in range(AT_ONCE):
        await room.ask(part(0, b"x", upload_id=f"u{n}"))
    asked = room.ask(part(0, b"x", upload_id="one more"))
    assert (await refused(asked))[0] is RefusalCode.BUSY
    await room.ask(part(0, b"y", upload_id="u0"), by=LUIS)  # the same name, another's file
    done = await room.ask(part(1, b"x", upload_id="u0", last=True))
    assert await room.blobs.get(BlobId(done.id)) == b"xx"


async def test_half_a_file_is_forgotten(room: Room) -> None:
    await room.ask(part(0, b"x"))
    room.wait(61)
    asked = room.ask(part(1, b"x"))
    assert await refused(asked) == (RefusalCode.NOT_FOUND, "upload_id")
    await room.ask(part(0, b"x"))
    await room.service.session_gone(ANA.agent_id)
    assert room.service.uploads._running == {}


# -- with the distributor ------------------------------------------------------------------------


async def test_a_chat_s_way_stands_in_it(both: Room) -> None:
    waiting = both.begin(state=S.QUEUED, agent=None)
    talking = both.change(waiting, state=S.CONNECTED, agent=ANA.agent_id)
    both.change(
        talking,
        state=S.QUEUED,
        agent=None,
        wanted_agent=LUIS.agent_id,
        transfers=1,
        handover="Wants a refund",
    )
    await until(lambda: len(both.added) == 3)
    messages, _ = await both.store.page(CONTACT, None, 10)
    assert [(m.kind, m.code, m.name, m.text) for m in messages] == [
        (MessageKind.EVENT, "joined", "Ana Soto", ""),
        (MessageKind.EVENT, "transferred", "Ana Soto", "Luis Gil"),
        (MessageKind.NOTE, "", "Ana Soto", "Wants a refund"),
    ]
    assert [m.code for m in both.added] == ["joined", "transferred", ""]  # the chat's browser too
    assert both.service.glance(CONTACT).unread == 0


async def test_what_is_over_is_forgotten_and_comes_back_with_its_count(room: Room) -> None:
    talking = room.begin(channel=Channel.EMAIL)
    await room.service.add(mail("m1", after=1))
    await room.ask(look(), by=LUIS)
    over = room.change(talking, state=S.CLOSED)
    assert room.service.glance(CONTACT) == Glance()
    assert CONTACT not in room.service.board
    await room.service.add(mail("m2", "Otra vez", after=2))  # the customer writes again
    room.contacts.open[CONTACT] = replace(over, state=S.QUEUED, agent=None)
    room.service.contact_changed(over, room.contacts.open[CONTACT])
    glance = room.service.glance(CONTACT)
    assert (glance.unread, glance.last_text, glance.readers) == (2, "Otra vez", ())


async def test_what_is_noted_after_the_end_begins_nothing(room: Room) -> None:
    room.change(room.begin(), state=S.CLOSED)
    ended = said("m1", "", kind=MessageKind.EVENT, author=Author.SYSTEM, code="ended")
    assert await room.service.add(ended) is not None
    room.service.here(CONTACT, False)
    room.service.typing(CONTACT, True)
    room.service.customer_read(CONTACT, MessageId("m1"), 1)
    await room.service.changed(replace(ended, delivery=Delivery.FAILED))
    assert CONTACT not in room.service.board


def something(dice: Random, n: int) -> Message:
    ours: dict[str, Any] = {"author": Author.AGENT, "after": n}
    return dice.choice(
        (
            mail(f"m{n}", dice.choice(("Hola", "")), after=n),
            mail(f"m{n}", after=n),
            mail(f"m{n}", automatic="auto_reply", after=n),
            mail(f"m{n}", delivery=Delivery.SENDING, **ours),
            said(f"m{n}", kind=MessageKind.NOTE, **ours),
        )
    )


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_in_memory_is_what_the_store_would_count(room: Room, seed: int) -> None:
    """After any run of things said, read and failed."""
    dice = Random(seed)
    room.begin(channel=Channel.EMAIL)
    stored: list[Message] = []
    for n in range(40):
        added = await room.service.add(something(dice, n))
        assert added is not None
        stored.append(added)
        one = dice.choice(stored)
        if dice.random() < 0.3:
            await room.ask(mark(one.id))
        if dice.random() < 0.3 and one.author is Author.AGENT and one.email:
            await room.service.changed(replace(one, delivery=Delivery.FAILED))
        running = room.service.board.find(CONTACT)
        assert running is not None
        await room.service._reads.end()
        assert running.tally == (await room.store.tallies([CONTACT]))[CONTACT]


async def test_a_message_that_comes_while_the_count_is_looked_up_is_not_lost(room: Room) -> None:
    await room.store.add(said("m1"))
    await room.store.add(said("m2"))
    room.begin()  # begins to look
    await room.service.add(said("m3"))
    await until(lambda: room.service.glance(CONTACT).unread == 3)


async def test_messages_are_split_off_into_another_contact(both: Room) -> None:
    both.begin(channel=Channel.EMAIL)
    await both.service.add(mail("m1", "La factura", after=1))
    await both.service.add(mail("m2", "Y la cita", after=2))
    assert await both.service.split(CONTACT, [MessageId("m2")], OTHER)
    glance = both.service.glance(OTHER)
    assert (glance.unread, glance.last_text) == (1, "Y la cita")
    assert not await both.service.split(CONTACT, [MessageId("nowhere")], OTHER)
    assert not await both.service.split(OTHER, [MessageId("m1")], InteractionId("c3"))


async def test_five_thousand_contacts_are_counted_in_few_queries(room: Room) -> None:
    asked: list[int] = []
    tallies = room.store.tallies

    async def counting(ids: Any) -> Any:
        asked.append(len(ids))
        return await tallies(ids)

    room.store.tallies = counting  # type: ignore[method-assign,assignment]
    for n in range(5_000):
        room.begin(id=InteractionId(f"c{n}"), channel=Channel.EMAIL, state=S.QUEUED, agent=None)
    await until(lambda: sum(asked) >= 5_000)
    assert sum(asked) == 5_000
    assert len(asked) <= 2


async def test_ten_thousand_messages_are_paged(both: Room, database: Database) -> None:  # noqa: F811
    from sqlalchemy import insert

    from cti_bridge.store.conversation_tables import conversations, messages
    from cti_bridge.store.message_rows import message_row

    rows = [message_row(said(f"m{n:05}", f"line {n}", after=n), n) for n in range(1, 10_001)]
    counter = {"interaction_id": CONTACT, "last_seq": 10_000, "read_seq": 0}

    def work(connection: Any) -> None:
        connection.execute(insert(messages), rows)
        connection.execute(insert(conversations), counter)

    await database.writing(work)
    both.begin()
    found = (await both.ask(opened())).conversation
    assert (len(found.messages), found.more) == (200, True)
    seen, more = [m.message_id for m in found.messages], found.more
    for _ in range(3):
        command = ListMessages(
            request_id=1, interaction_id=CONTACT, before=MessageId(seen[0]), limit=10_000
        )
        page = await both.ask(command)
        assert len(page.messages) == 200
        seen, more = [m.message_id for m in page.messages] + seen, page.more
    assert seen == [f"m{n:05}" for n in range(10_000 - 800 + 1, 10_001)]
    assert more
    await until(lambda: both.service.glance(CONTACT).unread == 10_000)
