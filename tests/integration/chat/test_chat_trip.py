"""A chat from its form to its rating, through the real listener, store and distributor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from cti_bridge.channels.chat import frames as f
from cti_bridge.channels.web.simulator import Refused
from cti_bridge.protocol.events import ConversationChanged, MessageAdded, OfferMade
from cti_bridge.protocol.vocabulary import Channel, InteractionState
from tests.helpers.chatting import CONFIG, FORM, ChatBridge, chat_bridge
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.store.engine import Database


@pytest.fixture
async def bridge(database: Database) -> AsyncIterator[ChatBridge]:  # noqa: F811
    async with chat_bridge(database) as made:
        yield made


async def test_a_chat_from_its_form_to_its_rating(bridge: ChatBridge) -> None:
    await bridge.sign_in()
    async with await bridge.visitor() as visitor:
        session = await visitor.start(FORM | {"email": "Marta@example.es"}, "No me llega")
        assert session.state == "waiting"
        first = await visitor.heard(lambda e: e.author == "customer")
        assert (first.seq, first.text) == (1, "No me llega")
        offer = (await bridge.desktops.until(OfferMade)).offer
        assert offer.interaction.channel is Channel.CHAT
        assert offer.interaction.subject == "No me llega"
        assert offer.interaction.display_name == "Marta Gil"
        await bridge.accept(session.chat)
        assert (await visitor.gets(f.Joined)).agent == "Ana"
        await bridge.say(session.chat, "Buenos días")
        heard = await visitor.heard(lambda e: e.author == "agent")
        assert (heard.text, heard.name) == ("Buenos días", "Ana")
        await visitor.send(f.Got(seq=heard.seq))
        await visitor.send(f.Read(seq=heard.seq))
        await bridge.desktops.until(ConversationChanged, lambda e: e.read_to == heard.id)
        said = await visitor.say("El pedido 4711")
        receipt = await visitor.gets(f.Receipt)
        assert receipt.id == said
        if receipt.delivery == "sent":  # then it was confirmed before the agent's desktop had it
            receipt = await visitor.gets(f.Receipt)
        assert (receipt.id, receipt.delivery) == (said, "delivered")
        added = await bridge.desktops.until(MessageAdded, lambda e: e.message.message_id == said)
        assert added.message.text == "El pedido 4711"
        await bridge.read(session.chat, said)
        assert (await visitor.gets(f.ReadTo)).seq == receipt.seq
        await bridge.end(session.chat)
        ended = await visitor.gets(f.Ended)
        assert (ended.by, ended.rating, ended.transcript) == ("agent", True, True)
        await visitor.send(f.Rate(stars=5, comment="Muy amable"))
        await visitor.gets(f.Rated)
        await visitor.send(f.SendTranscript(email="marta@example.es"))
        await visitor.gets(f.TranscriptSent)
    async with asyncio.timeout(30):  # that it ended is stored beside what the visitor is told
        while not (facts := await bridge.messages.chat(session.chat)) or not facts.ended:
            await asyncio.sleep(0.02)
    assert (facts.rating, facts.rating_comment) == (5, "Muy amable")
    [letter] = bridge.mail.sent.values()
    assert letter["to"] == "marta@example.es"
    assert "El pedido 4711" in letter["text"]
    assert "Buenos días" in letter["html"]


async def test_the_same_start_is_the_same_chat(bridge: ChatBridge) -> None:
    given = str(uuid4())
    async with await bridge.visitor() as one, await bridge.visitor() as other:
        first = await one.start(FORM, "Hola", start_id=given)
        again = await other.start(FORM, "Hola", start_id=given)
        assert first.chat == again.chat
        await other.heard(lambda e: e.text == "Hola")
        assert len(other.entries) == 1


async def test_both_tabs_hear_what_one_says(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as one, await bridge.visitor() as other:
        await one.start(FORM)
        other.token = one.token
        await other.resume(0)
        said = await one.say("De la primera")
        await one.gets(f.Receipt)
        heard = await other.heard(lambda e: e.id == said)
        assert heard.text == "De la primera"
        assert not one.entries  # it has its receipt


async def test_a_word_said_twice_is_said_once(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        session = await visitor.start(FORM)
        said = await visitor.say("Una vez")
        first = await visitor.gets(f.Receipt)
        await visitor.say("Una vez", say_id=said)
        assert (await visitor.gets(f.Receipt)).seq == first.seq
        assert await bridge.messages.count(session.chat) == 1


async def test_nobody_says_under_the_id_of_another_chat(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as one, await bridge.visitor() as other:
        await one.start(FORM)
        said = await one.say("Mío")
        await one.gets(f.Receipt)
        await other.start(FORM)
        await other.say("Robado", say_id=said)
        with pytest.raises(Refused, match="invalid"):
            await other.gets(f.Receipt)


async def test_a_cut_loses_and_repeats_nothing(bridge: ChatBridge) -> None:
    await bridge.sign_in()
    async with await bridge.visitor() as visitor:
        session = await visitor.start(FORM, "Uno")
        await bridge.accept(session.chat)
        await visitor.gets(f.Joined)
        await bridge.say(session.chat, "Dos")
        await visitor.heard(lambda e: e.text == "Dos")
        visitor.cut()
        await bridge.say(session.chat, "Tres")
        await bridge.say(session.chat, "Cuatro")
        await visitor.connect()
        resumed = await visitor.resume()
        assert (resumed.state, resumed.agent) == ("talking", "Ana")
        await visitor.heard(lambda e: e.text == "Cuatro")
        texts = [e.text for _seq, e in sorted(visitor.entries.items()) if e.text]
        assert texts == ["Uno", "Dos", "Tres", "Cuatro"]
        assert visitor.repeated == 0


async def test_a_chat_lives_through_a_kill(database: Database) -> None:  # noqa: F811
    before = await ChatBridge(database).start()
    await before.sign_in()
    visitor = await before.visitor()
    session = await visitor.start(FORM, "Uno")
    await before.accept(session.chat)
    await visitor.gets(f.Joined)
    uploaded = await visitor.upload("nota.txt", b"texto")
    said = await visitor.say("Dos")
    await visitor.gets(f.Receipt)
    token, entries = visitor.token, dict(visitor.entries)
    await visitor.close()
    await before.die()
    async with chat_bridge(database) as after, await after.visitor() as again:
        again.token, again.entries = token, entries
        resumed = await again.resume(0)
        assert (resumed.chat, resumed.state) == (session.chat, "waiting")
        contact = after.acd.find(session.chat)
        assert contact is not None
        assert contact.state is InteractionState.QUEUED
        await again.heard(lambda e: e.id == said)
        await again.say("Dos", say_id=said)  # its receipt may have been lost
        await again.gets(f.Receipt)
        await again.say("Tres", files=(uploaded.file,))  # uploaded in the other life
        await again.gets(f.Receipt)
        await after.sign_in()
        await after.accept(session.chat)
        await again.gets(f.Joined)
        await after.say(session.chat, "Cuatro")
        await again.heard(lambda e: e.text == "Cuatro")
        stored = await after.messages.after(session.chat, 0, 100)
        texts = [m.text for m in stored if m.kind == "chat"]
        assert texts == ["Uno", "Dos", "Tres", "Cuatro"]


async def test_who_does_not_come_back_has_left(bridge: ChatBridge) -> None:
    visitor = await bridge.visitor()
    session = await visitor.start(FORM)
    await visitor.close()
    await _gone(bridge, session.chat)
    await bridge.later(CONFIG.chats[0].gone_seconds + 1)
    assert bridge.acd.find(session.chat) is None


async def _gone(bridge: ChatBridge, chat: str) -> None:
    await bridge.desktops.until(
        ConversationChanged, lambda e: e.interaction_id == chat and not e.customer_here
    )


@pytest.mark.parametrize("stage", ["save_chat", "add", "match", "arrive"])
async def test_a_kill_while_a_chat_begins(
    database: Database,  # noqa: F811
    stage: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever was stored before it, the same start in the next life is the same chat, whole."""
    before, given = await ChatBridge(database).start(), str(uuid4())
    reached, never = asyncio.Event(), asyncio.Event()

    async def stop_here(*_: object, **__: object) -> None:
        reached.set()
        await never.wait()

    where = {
        "save_chat": before.messages,
        "add": before.talk,
        "match": before.file,
        "arrive": before.acd,
    }[stage]
    monkeypatch.setattr(where, "match_visitor" if stage == "match" else stage, stop_here)
    visitor = await before.visitor()
    await visitor.send(f.Start(start_id=given, form=FORM, text="Hola", language="es"))
    await reached.wait()
    await visitor.close()
    await before.die()
    async with chat_bridge(database) as after, await after.visitor() as again:
        session = await again.start(FORM, "Hola", start_id=given)
        assert session.state == "waiting"
        await again.heard(lambda e: e.text == "Hola")
        assert await after.messages.count(session.chat) == 1
        assert [one.id for one in after.acd.floor.interactions.values()] == [session.chat]


async def test_a_start_of_what_has_ended_begins_nothing(bridge: ChatBridge) -> None:
    given = str(uuid4())
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM, "Hola", start_id=given)
        await visitor.send(f.End())
        await visitor.gets(f.Ended)
    async with await bridge.visitor() as again:
        assert (await again.start(FORM, "Hola", start_id=given)).state == "ended"
        assert (await again.gets(f.Ended)).by == "customer"
    assert not bridge.acd.floor.interactions
