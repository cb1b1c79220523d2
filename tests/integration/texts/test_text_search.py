"""What was written is found in any form of its words, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, text, update

from cti_bridge.customers.ports import Actor
from cti_bridge.errors import StoreError
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    SearchTexts,
    TextsFound,
)
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Author,
    Channel,
    Delivery,
    Direction,
    InteractionState,
    MessageKind,
    QueueId,
    RefusalCode,
)
from cti_bridge.store import texts as store_texts
from cti_bridge.store.acd_tables import interactions
from cti_bridge.store.conversation_tables import messages
from cti_bridge.store.tables import customers, notes
from cti_bridge.store.text_tables import text_todo, texts
from cti_bridge.store.texts import SqlTexts
from cti_bridge.telephony.ports import NumberKind
from cti_bridge.texts.service import TextRoom

if TYPE_CHECKING:
    from cti_bridge.protocol.values import TextHit
    from cti_bridge.store.engine import Database

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ANA = Actor(agent_id=AgentId("a1"), name="Ana Soto")
SALES, SUPPORT = QueueId("sales"), QueueId("support")


class Archive:
    """Contacts, messages and notes as rows, and the room that finds them."""

    def __init__(self, database: Database) -> None:
        self.database, self.store, self.count = database, SqlTexts(database), 0
        self.room = TextRoom(self.store)

    async def contact(self, said: str = "", *, language: str = "es", **more: object) -> str:
        self.count += 1
        at = NOW + timedelta(minutes=self.count)
        row = {
            "id": f"i-{self.count}", "version": 1, "channel": Channel.VOICE,
            "direction": Direction.INBOUND, "state": InteractionState.CLOSED,
            "queue_id": SALES, "queue_name": "Sales", "priority": 0, "agent_name": "",
            "number_kind": NumberKind.E164, "number": "+34612345099", "number_extension": "",
            "display_name": "", "asserted": True, "identity_source": "", "dnis": "",
            "first_dialled": "", "customer_name": "Marta Vega", "started_at": at,
            "changed_at": at, "wrap_up_extensions_left": 0, "disposition": "", "notes": said,
            "words": "", "transfers": 0, "talk_seconds": 0.0, "language": language, **more,
        }  # fmt: skip
        await self.database.writing(lambda c: c.execute(insert(interactions), row))
        return f"i-{self.count}"

    async def message(self, contact: str, said: str) -> str:
        self.count += 1
        row = {
            "id": f"m-{self.count}", "interaction_id": contact, "seq": self.count,
            "kind": MessageKind.CHAT, "author": Author.CUSTOMER, "name": "Marta",
            "at": NOW + timedelta(minutes=self.count), "text": said, "code": "",
            "delivery": Delivery.RECEIVED, "delivery_detail": "", "seconds": 0.0, "html": "",
            "quoted": "",
        }  # fmt: skip
        await self.database.writing(lambda c: c.execute(insert(messages), row))
        return f"m-{self.count}"

    async def note(self, said: str) -> str:
        self.count += 1
        customer = {
            "id": f"c-{self.count}", "version": 1, "name": "Luis Gil", "organisation": "",
            "language": "es", "tags": [], "pinned_note": "", "words": "luis gil",
            "created_at": NOW, "updated_at": NOW, "updated_by": "", "owner": "",
        }  # fmt: skip

        def work(connection: object) -> None:
            made = connection.execute(insert(customers).returning(customers.c.n), customer)  # type: ignore[attr-defined]
            row = {
                "id": f"n-{self.count}", "customer_n": made.scalar_one(), "at": NOW,
                "author": "Ana", "text": said, "pinned": False,
            }  # fmt: skip
            connection.execute(insert(notes), row)  # type: ignore[attr-defined]

        await self.database.writing(work)
        return f"n-{self.count}"

    async def find(
        self,
        typed: str,
        *,
        queues: frozenset[QueueId] = frozenset(),
        read: bool = True,
        **more: object,
    ) -> TextsFound:
        while read and await self.store.read_some(100):
            pass
        return await self.room.handle(ANA, queues, SearchTexts(request_id=1, text=typed, **more))

    async def found(self, typed: str, **more: object) -> list[str]:
        return [hit.ref for hit in (await self.find(typed, **more)).hits]


@pytest.fixture
def archive(database: Database) -> Archive:
    return Archive(database)


def marked(hit: TextHit) -> list[str]:
    return [hit.snippet[a:b] for a, b in hit.marks]


async def test_notes_results_and_messages_newest_first(archive: Archive) -> None:
    contact = await archive.contact("Avería del router comunicada")
    message = await archive.message(contact, "Tengo otra vez averías en la línea")
    note = await archive.note("Cliente con muchas averias")
    await archive.contact("Pide la factura", subject="Factura de mayo")
    found = await archive.find("avería")
    assert [hit.ref for hit in found.hits] == [note, message, contact]
    assert [hit.kind for hit in found.hits] == ["note", "message", "contact"]
    assert [marked(hit) for hit in found.hits] == [["averias"], ["averías"], ["Avería"]]
    assert found.hits[0].customer_name == "Luis Gil"
    assert found.hits[0].contact is None
    assert found.hits[1].contact is not None
    assert found.hits[1].contact.interaction_id == contact
    assert await archive.found("facturas mayo") == ["i-4"]
    assert await archive.found("averia factura") == []


async def test_what_changes_is_found_as_it_stands(archive: Archive) -> None:
    contact = await archive.contact("una avería")
    assert await archive.found("averia") == [contact]
    await archive.database.writing(
        lambda c: c.execute(
            update(interactions).where(interactions.c.id == contact).values(notes="una factura")
        )
    )
    assert await archive.found("averia") == []
    assert await archive.found("factura") == [contact]
    await archive.database.writing(
        lambda c: c.execute(delete(interactions).where(interactions.c.id == contact))
    )
    assert await archive.found("factura") == []
    rows = await archive.database.reading(lambda c: c.execute(select(texts)).all())
    assert rows == []


async def test_a_step_that_changes_no_text_makes_no_work(archive: Archive) -> None:
    contact = await archive.contact("una avería")
    while await archive.store.read_some(100):
        pass
    same = {"notes": "una avería", "version": 2}
    await archive.database.writing(
        lambda c: c.execute(update(interactions).where(interactions.c.id == contact).values(same))
    )
    todo = await archive.database.reading(lambda c: c.execute(select(text_todo)).all())
    assert todo == []


async def test_open_contacts_are_for_those_who_may_see_them(archive: Archive) -> None:
    """As the conversations themselves: what is over is history."""
    state = InteractionState.CONNECTED
    over = await archive.contact("avería uno")
    mine = await archive.contact("avería dos", state=state, agent_id="a1", queue_id=SUPPORT)
    queue = await archive.contact("avería tres", state=state, agent_id="a2", queue_id=SUPPORT)
    said = await archive.message(queue, "más averías")
    assert await archive.found("averia") == [mine, over]
    assert await archive.found("averia", queues=frozenset({SALES})) == [mine, over]
    everything = [said, queue, mine, over]
    assert await archive.found("averia", queues=frozenset({SUPPORT})) == everything


async def test_pages(archive: Archive) -> None:
    made = [await archive.contact(f"avería número {n}") for n in range(7)]
    first = await archive.find("averia", limit=3)
    second = await archive.find("averia", limit=3, cursor=first.cursor)
    third = await archive.find("averia", limit=3, cursor=second.cursor)
    assert [h.ref for h in (*first.hits, *second.hits, *third.hits)] == made[::-1]
    assert third.cursor == ""


async def test_an_old_text_is_found_behind_many_new_ones(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_texts, "STROLL", 2)
    old = await archive.contact("una avería rara")
    for n in range(5):
        await archive.contact(f"nada {n}")
    assert await archive.found("raras") == [old]


async def test_odd_questions(archive: Archive) -> None:
    await archive.contact("avería")
    for typed in ("", "'", '"averia" OR', "a & b | !c", "\\", "x" * 200, "de la", "\x00", "' --"):
        assert await archive.found(typed) == [], typed
    for cursor in ("x", "-1", "9" * 30, "1.5"):
        with pytest.raises(CommandRefused) as caught:
            await archive.find("averia", cursor=cursor)
        assert caught.value.code is RefusalCode.INVALID
        assert caught.value.field == "cursor"
    with pytest.raises(CommandRefused) as caught:
        await archive.find("x" * 201)
    assert caught.value.field == "text"


async def test_a_database_that_is_gone_is_said(archive: Archive) -> None:
    await archive.database.writing(lambda c: c.execute(text("DROP TABLE texts")))
    if archive.database.dialect == "sqlite":
        await archive.database.writing(lambda c: c.execute(text("DROP TABLE text_search")))
    with pytest.raises(CommandRefused) as caught:
        await archive.find("averia", read=False)
    assert caught.value.code is RefusalCode.INTERNAL
    await archive.contact("algo")
    with pytest.raises(StoreError):
        await archive.store.read_some(10)
