"""What a chat does beside the straight way: rest, transfer, leave, files, identity, store."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from msgspec.structs import replace

from cti_bridge.channels.chat import frames as f
from cti_bridge.channels.web.simulator import Refused
from cti_bridge.config.values import Agent, Capacity, Field, Hours, Overflow, Queue, Reply
from cti_bridge.errors import StoreError
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import (
    ConversationChanged,
    InteractionChanged,
    MessageChanged,
    OfferMade,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    Delivery,
    InteractionId,
    InteractionState,
    MessageKind,
    RefusalCode,
)
from cti_bridge.telephony.ports import NumberKind
from tests.helpers.chatting import (
    ANA,
    CONFIG,
    FORM,
    ORIGIN,
    SITE,
    ChatBridge,
    actor,
    chat_bridge,
)
from tests.unit.chat.test_chat_identity import CLAIMS, token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.channels.conversation.ports import Message
    from cti_bridge.channels.web.simulator import SimulatedVisitor
    from cti_bridge.store.engine import Database

S = InteractionState


@pytest.fixture
async def bridge(sqlite: Database) -> AsyncIterator[ChatBridge]:
    async with chat_bridge(sqlite) as made:
        yield made


async def talking(bridge: ChatBridge, visitor: SimulatedVisitor, text: str = "") -> str:
    """The id of a chat that Ana has."""
    if ANA not in bridge.acd.floor.agents:
        await bridge.sign_in()
    session = await visitor.start(FORM, text)
    await bridge.accept(session.chat)
    await visitor.gets(f.Joined)
    return session.chat


def contact(bridge: ChatBridge, chat: str):
    return bridge.acd.find(InteractionId(chat))


# -- time


async def test_a_silent_chat_rests_until_the_visitor_speaks(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        await bridge.later(200)
        assert contact(bridge, chat).state is S.CONNECTED  # the agent is awaited
        await bridge.say(chat, "¿Qué número de pedido?")
        await visitor.heard(lambda e: e.author == "agent")
        await bridge.later(181)
        resting = contact(bridge, chat)
        assert resting.state is S.HELD
        await visitor.say("El 4711")
        await bridge.desktops.until(
            InteractionChanged,
            lambda e: (
                e.interaction.version > resting.version and e.interaction.state is S.CONNECTED
            ),
        )


async def test_who_says_nothing_for_long_has_left(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        await bridge.say(chat, "¿Sigue ahí?")
        await visitor.heard(lambda e: e.author == "agent")
        await bridge.later(SITE.idle_seconds + 1)
        await bridge.later(1)
        assert (await visitor.gets(f.Ended)).by == "idle"
        await visitor.say("¡Aquí!")
        with pytest.raises(Refused, match="ended"):
            await visitor.gets(f.Receipt)


async def test_the_place_is_told_when_it_changes(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as one, await bridge.visitor() as other:
        assert (await one.start(FORM)).position == 1
        assert (await other.start(FORM)).position == 2
        await one.send(f.End())
        assert (await one.gets(f.Ended)).by == "customer"
        await bridge.chats._keeping.tick()
        assert (await other.gets(f.Waiting)).position == 1
        await bridge.chats._keeping.tick()
        await other.send(f.Beat())
        await other.gets(f.Beaten)
        assert not [one for one in other.frames if isinstance(one, f.Waiting)]


# -- the end, and who goes on


async def test_the_visitor_ends_it(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        await visitor.send(f.End())
        ended = await visitor.gets(f.Ended)
        assert (ended.by, ended.rating) == ("customer", False)  # nobody said anything
        assert contact(bridge, chat).state is S.WRAP_UP
        await visitor.send(f.End())  # again: it has ended
        await visitor.send(f.Beat())
        await visitor.gets(f.Beaten)


async def test_a_transferred_chat_waits_and_is_joined_again(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        await bridge.say(chat, "Le paso con Luis")
        await bridge.sign_in("luis")
        await bridge.acd.handle(
            ANA,
            c.BlindTransfer(
                request_id=1, interaction_id=InteractionId(chat), to="agent:luis", note="Es VIP"
            ),
        )
        await visitor.gets(f.Waiting)
        luis = await bridge.desktops.until(
            OfferMade, lambda e: e.offer.interaction.agent_id == "luis"
        )
        await bridge.acd.handle("luis", c.AcceptOffer(request_id=2, offer_id=luis.offer.offer_id))
        assert (await visitor.gets(f.Joined)).agent == "Luis"
        await bridge.say(chat, "Soy Luis", actor=actor("luis"))
        await visitor.heard(lambda e: e.text == "Soy Luis")
        assert "Es VIP" not in {e.text for e in visitor.entries.values()}
        with pytest.raises(CommandRefused) as refused:
            await bridge.say(chat, "Yo también")
        assert refused.value.code is RefusalCode.NOT_YOURS


async def test_only_its_agent_speaks_and_only_while_it_is_in_hand(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        session = await visitor.start(FORM)
        with pytest.raises(CommandRefused) as refused:
            await bridge.say(session.chat, "¿Hola?")
        assert refused.value.code is RefusalCode.NOT_YOURS
        with pytest.raises(CommandRefused) as refused:
            await bridge.say("c-nobody", "¿Hola?")
        assert refused.value.code is RefusalCode.NOT_FOUND
        await bridge.sign_in()
        await bridge.accept(session.chat)
        await visitor.gets(f.Joined)
        given = str(uuid4())
        for _ in range(2):
            await bridge.say(session.chat, "Una vez", id_=given)
        await bridge.end(session.chat)
        await visitor.gets(f.Ended)
        with pytest.raises(CommandRefused) as refused:
            await bridge.say(session.chat, "Adiós")
        assert refused.value.code is RefusalCode.WRONG_STATE
        said = [e.text for e in visitor.entries.values() if e.author == "agent"]
        assert said == ["Una vez"]


@pytest.mark.parametrize(
    ("text", "message_id", "code"),
    [
        ("", "5f0c7b9e-52a1-4c8e-9f0e-0d7a3f1b2c4d", RefusalCode.INVALID),
        ("x" * 4001, "5f0c7b9e-52a1-4c8e-9f0e-0d7a3f1b2c4d", RefusalCode.TOO_LARGE),
        ("x", "../..", RefusalCode.INVALID),
        ("x", "x" * 65, RefusalCode.INVALID),
    ],
)
async def test_what_an_agent_cannot_say(bridge: ChatBridge, text, message_id, code) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        with pytest.raises(CommandRefused) as refused:
            await bridge.say(chat, text, id_=message_id)
        assert refused.value.code is code


# -- marks, typing


async def test_an_agents_word_is_delivered_then_read(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        given = str(uuid4())
        await bridge.say(chat, "Hola", id_=given)
        heard = await visitor.heard(lambda e: e.author == "agent")
        await visitor.send(f.Got(seq=heard.seq))
        await bridge.desktops.until(
            MessageChanged,
            lambda e: (e.message.message_id, e.message.delivery) == (given, Delivery.DELIVERED),
        )
        await visitor.send(f.Read(seq=heard.seq))
        await bridge.desktops.until(ConversationChanged, lambda e: e.read_to == given)
    await bridge.chats.stop()
    facts = await bridge.messages.chat(InteractionId(chat))
    assert facts is not None
    assert facts.read_to == given


@pytest.mark.parametrize("peek", [False, True])
async def test_typing_both_ways_and_no_word_of_it_unless_the_site_says_so(sqlite, peek) -> None:
    config = replace(CONFIG, chats=(replace(SITE, sneak_peek=peek),))
    async with chat_bridge(sqlite, config) as bridge, await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        await visitor.send(f.Typing(on=True, text="estoy pens"))
        told = await bridge.desktops.until(ConversationChanged, lambda e: e.customer_typing)
        assert told.interaction_id == chat
        assert told.preview == ("estoy pens" if peek else "")
        bridge.desktops.events.clear()
        await bridge.later(11)  # the page never said that it stopped
        await bridge.desktops.until(ConversationChanged, lambda e: not e.customer_typing)
        await bridge.chats.handle(
            actor(),
            c.SetTyping(request_id=1, interaction_id=InteractionId(chat), typing=True),
        )
        assert (await visitor.gets(f.AgentTyping)).on


# -- files


async def test_files_both_ways(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        taken = await visitor.upload("recibo.txt", b"1,00")
        await visitor.say("", files=(taken.file,))
        receipt = await visitor.gets(f.Receipt)
        stored = (await bridge.messages.after(InteractionId(chat), receipt.seq - 1, 1))[0]
        [attachment] = stored.attachments
        assert (attachment.name, attachment.size) == ("recibo.txt", 4)
        assert await bridge.blobs.get(attachment.blob) == b"1,00"
        blob = await bridge.blobs.put(b"%PDF-1.7 ...", name="factura.pdf")
        await bridge.say(chat, "Aquí la tiene", attachments=(blob,))
        heard = await visitor.heard(lambda e: e.author == "agent")
        [file] = heard.files
        assert (file.name, file.media_type) == ("factura.pdf", "application/pdf")
        with pytest.raises(CommandRefused) as refused:
            await bridge.say(chat, "¿Y esta?", attachments=("nobody",))
        assert refused.value.code is RefusalCode.NOT_FOUND


# -- who it is


async def test_a_site_says_who_it_is(bridge: ChatBridge) -> None:
    now = int(bridge.clock.now().timestamp())
    claims = CLAIMS | {"exp": now + 300, "name": "Marta Gil"}
    signed = token(claims, secret=SITE.identity_secret)
    async with await bridge.visitor() as visitor:
        session = await visitor.start({}, "Hola", identity=signed)  # the form is filled in by it
        assert contact(bridge, session.chat).caller.display_name == "Marta Gil"
    _visitor, asked = bridge.file.asked[-1]
    assert asked["claims"] == {
        "sub": "4711", "email": "marta@example.es", "phone": "", "name": "Marta Gil",
    }  # fmt: skip
    assert asked["email"] == "marta@example.es"


async def test_a_forged_word_identifies_nobody_and_keeps_nobody_out(bridge: ChatBridge) -> None:
    now = int(bridge.clock.now().timestamp())
    forged = token(CLAIMS | {"exp": now + 300}, secret="guess")
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM, identity=forged)
    assert bridge.file.asked[-1][1]["claims"] is None
    assert bridge.chats.figures["identity_signature"] == 1


async def test_a_file_of_customers_that_is_away_holds_nobody_up(bridge: ChatBridge) -> None:
    bridge.file.failure = StoreError("io", "broken")
    async with await bridge.visitor() as visitor:
        assert (await visitor.start(FORM)).state == "waiting"


async def test_a_language_is_a_skill_where_somebody_has_it(sqlite) -> None:
    config = replace(CONFIG, agents=(Agent(login="ana", skills={"en": 5}),))
    async with chat_bridge(sqlite, config) as bridge, await bridge.visitor() as visitor:
        one = await visitor.start(FORM, language="en-GB")
        assert contact(bridge, one.chat).skills == {"en": 1}
    async with chat_bridge(sqlite, config) as bridge, await bridge.visitor() as visitor:
        other = await visitor.start(FORM, language="es")
        assert contact(bridge, other.chat).skills == {}


@pytest.mark.parametrize(
    ("form", "text", "code", "field"),
    [
        ({}, "", "invalid", "name"),
        ({"name": "x", "email": "no"}, "", "invalid", "email"),
        ({"name": "x", "age": "7"}, "", "invalid", "form"),
        ({"name": "x" * 201}, "", "too_large", "name"),
        ({"name": "x"}, "x" * 4001, "too_large", "text"),
    ],
)
async def test_a_form_that_is_not_taken(bridge: ChatBridge, form, text, code, field) -> None:
    async with await bridge.visitor() as visitor:
        with pytest.raises(Refused) as refused:
            await visitor.start(form, text)
        assert (refused.value.frame.code, refused.value.frame.field) == (code, field)
        assert not bridge.chats.open_chats
        assert (await visitor.start(FORM)).state == "waiting"  # the same page, put right


# -- nobody there


CLOSED = Hours(id="never", exceptions={"2000-01-01": ("09:00-10:00",)})


async def test_outside_the_hours(sqlite) -> None:
    queue = Queue(
        id="support",
        name="Support",
        hours="never",
        overflow=(Overflow(when="closed", do="hang_up", channels=("chat",)),),
    )
    config = replace(CONFIG, hours=(CLOSED,), queues=(queue,))
    async with chat_bridge(sqlite, config) as bridge, await bridge.visitor() as visitor:
        with pytest.raises(Refused) as refused:
            await visitor.start(FORM, "¿Abren hoy?")
        assert refused.value.frame.code == "closed"
        assert not bridge.chats.open_chats
        given = str(uuid4())
        leave = f.Leave(
            leave_id=given,
            kind="message",
            form=FORM | {"email": "Marta@example.es"},
            text="¿Cuándo abren?",
            language="es",
        )
        for _ in range(2):  # the answer to the first one was lost
            await visitor.send(leave)
            assert (await visitor.gets(f.LeftWord)).leave_id == given
        [left] = bridge.acd.floor.interactions.values()
        assert left.channel is Channel.EMAIL
        assert left.caller.number.kind is NumberKind.EMAIL
        assert left.caller.number.value == "marta@example.es"
        assert left.subject == "¿Cuándo abren?"
        [message] = await bridge.messages.after(left.id, 0, 10)
        assert (message.kind, message.author) == (MessageKind.EMAIL, Author.CUSTOMER)
        assert message.email is not None
        assert message.email.sender is not None
        assert message.email.sender.address == "marta@example.es"


async def test_a_call_back_at_a_time(bridge: ChatBridge) -> None:
    at = bridge.clock.now() + timedelta(hours=3)
    async with await bridge.visitor() as visitor:
        await visitor.send(
            f.Leave(
                leave_id=str(uuid4()),
                kind="callback",
                form=FORM | {"phone": "612 345 099"},
                text="Por la tarde",
                at=at,
            )
        )
        await visitor.gets(f.LeftWord)
    [left] = bridge.acd.floor.interactions.values()
    assert (left.channel, left.state, left.wake_at) == (Channel.CALLBACK, S.PARKED, at)
    assert left.call_to.value == "+34612345099"
    [message] = await bridge.messages.after(left.id, 0, 10)
    assert message.text == "Por la tarde"


@pytest.mark.parametrize(
    ("kind", "form", "text", "days", "field"),
    [
        ("message", FORM, "x", 0, "email"),
        ("message", FORM | {"email": "a@b.es"}, "", 0, "text"),
        ("callback", FORM, "x", 0, "phone"),
        ("callback", FORM | {"phone": "112233"}, "", 0, "phone"),
        ("callback", FORM | {"phone": "612345099"}, "", 100, "at"),
    ],
)
async def test_what_cannot_be_left(bridge, kind, form, text, days, field) -> None:
    at = bridge.clock.now() + timedelta(days=days) if days else None
    async with await bridge.visitor() as visitor:
        await visitor.send(f.Leave(leave_id=str(uuid4()), kind=kind, form=form, text=text, at=at))
        with pytest.raises(Refused) as refused:
            await visitor.gets(f.LeftWord)
        assert (refused.value.frame.code, refused.value.frame.field) == ("invalid", field)
        assert not bridge.acd.floor.interactions


async def test_a_site_that_takes_no_messages(sqlite) -> None:
    config = replace(CONFIG, chats=(replace(SITE, offline=()),))
    async with chat_bridge(sqlite, config) as bridge, await bridge.visitor() as visitor:
        await visitor.send(f.Leave(leave_id=str(uuid4()), kind="message", form=FORM, text="x"))
        with pytest.raises(Refused, match="invalid"):
            await visitor.gets(f.LeftWord)


async def test_who_has_waited_too_long_is_told_why(sqlite) -> None:
    queue = Queue(
        id="support",
        name="Support",
        overflow=(Overflow(when="waited", over=1, do="hang_up", reply="sorry"),),
    )
    words = (
        Reply(code="sorry", title="Sorry", text="Lo sentimos", language="es"),
        Reply(code="sorry", title="Sorry", text="We are sorry", language="en"),
    )
    config = replace(CONFIG, queues=(queue,), replies=words)
    async with chat_bridge(sqlite, config) as bridge, await bridge.visitor() as visitor:
        await visitor.start(FORM, language="en")
        assert (await visitor.gets(f.Ended)).by == "closed"
        await visitor.heard(lambda e: e.text == "We are sorry")


WRITES = Overflow(when="waited", over=1, do="email", reply="sorry")
BY_EMAIL = replace(
    CONFIG,
    queues=(Queue(id="support", name="Support", overflow=(WRITES,)),),
    replies=(Reply(code="sorry", title="Sorry", text="Le escribimos", language="es"),),
    chats=(replace(SITE, form=(Field(name="name", required=True), Field(name="email"))),),
)


async def handed_on(bridge: ChatBridge, chat: InteractionId) -> list[Message]:
    """Its e-mails, once the end of the chat is on file."""
    async with asyncio.timeout(60):
        while not (facts := await bridge.messages.chat(chat)) or not facts.ended:
            await asyncio.sleep(0.02)
    messages, _ = await bridge.messages.page(chat, None, 50)
    return [one for one in messages if one.kind is MessageKind.EMAIL]


async def test_a_chat_that_waits_too_long_becomes_an_email_with_what_was_said(sqlite) -> None:
    async with chat_bridge(sqlite, BY_EMAIL) as bridge:
        async with await bridge.visitor() as visitor:
            form = {"name": "Marta", "email": "marta@ejemplo.es"}
            session = await visitor.start(form, "Mi <b>router</b>\nno funciona", language="es")
            chat = InteractionId(session.chat)
            assert (await visitor.gets(f.Ended)).by == "closed"
            await visitor.heard(lambda e: e.text == "Le escribimos")
        [mail] = await handed_on(bridge, chat)
        await bridge.later(1000)  # the page is gone, and takes nothing with it
        work = contact(bridge, chat)
        assert (work.channel, work.state) == (Channel.EMAIL, S.QUEUED)
        assert (work.caller.number.value, work.subject) == (form["email"], mail.email.subject)
        assert work.queued_at == work.started_at
        assert mail.text[8:] == "Marta: Mi <b>router</b>\nno funciona"
        assert mail.author is Author.CUSTOMER
        assert mail.email.sender.address == form["email"]
        assert not bridge.mail.sent  # nothing goes to an address that anybody may have typed
        async with await bridge.visitor() as again:
            again.token = session.token
            assert (await again.resume(0)).state == "ended"


async def test_a_chat_that_waits_too_long_and_gave_no_address_ends(sqlite) -> None:
    async with chat_bridge(sqlite, BY_EMAIL) as bridge, await bridge.visitor() as visitor:
        session = await visitor.start({"name": "Marta"}, "¿Hola?", language="es")
        assert (await visitor.gets(f.Ended)).by == "closed"
        await visitor.heard(lambda e: e.text == "Le escribimos")
        assert await handed_on(bridge, InteractionId(session.chat)) == []
        assert contact(bridge, session.chat) is None


async def test_a_bridge_that_dies_as_a_chat_becomes_an_email_goes_on_with_it(sqlite) -> None:
    first = await ChatBridge(sqlite, BY_EMAIL).start()
    first.chats._keeping._goes_on = lambda _room, _contact: None  # killed at this very moment
    async with await first.visitor() as visitor:
        form = {"name": "Marta", "email": "marta@ejemplo.es"}
        session = await visitor.start(form, "¿Hola?")
        await visitor.gets(f.Ended)
        await first.die()
    async with chat_bridge(sqlite, BY_EMAIL) as bridge:
        chat = InteractionId(session.chat)
        [mail] = await handed_on(bridge, chat)
        assert mail.text.endswith("Marta: ¿Hola?")
        assert contact(bridge, chat).channel is Channel.EMAIL


# -- transcripts, the store


async def test_transcripts_are_few_and_each_goes_once(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor, "<b>¿Hola?</b>")
        await bridge.say(chat, "Buenas")
        await visitor.heard(lambda e: e.author == "agent")
        for _ in range(2):
            await visitor.send(f.SendTranscript(email="a@example.es"))
            await visitor.gets(f.TranscriptSent)
        assert len(bridge.mail.sent) == 1
        [letter] = bridge.mail.sent.values()
        assert "&lt;b&gt;" in letter["html"]
        assert "<b>¿Hola?</b>" in letter["text"]
        for name in ("b", "c"):
            await visitor.send(f.SendTranscript(email=f"{name}@example.es"))
            await visitor.gets(f.TranscriptSent)
        await visitor.send(f.SendTranscript(email="d@example.es"))
        with pytest.raises(Refused, match="too_many"):
            await visitor.gets(f.TranscriptSent)
        for bad in ("", "x", "a@b.es\r\nBcc: c@d.es"):
            await visitor.send(f.SendTranscript(email=bad))
            with pytest.raises(Refused, match="invalid"):
                await visitor.gets(f.TranscriptSent)


async def test_a_mailbox_that_cannot_send_is_said(bridge: ChatBridge) -> None:
    bridge.mail.works = False
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        await bridge.say(chat, "Buenas")
        await visitor.heard(lambda e: e.author == "agent")
        await visitor.send(f.SendTranscript(email="a@example.es"))
        with pytest.raises(Refused, match="unavailable"):
            await visitor.gets(f.TranscriptSent)


async def test_a_store_that_is_away_takes_nothing_and_says_so(
    bridge: ChatBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)

        async def away(_message: object) -> None:
            raise StoreError("full", "the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(bridge.messages, "add", away)
            said = await visitor.say("¿Se guarda?")
            with pytest.raises(Refused) as refused:
                await visitor.gets(f.Receipt)
            frame = refused.value.frame
            assert (frame.code, frame.id) == ("unavailable", said)
            assert frame.retry_after_s > 0
        await visitor.say("¿Se guarda?", say_id=said)
        assert (await visitor.gets(f.Receipt)).id == said


async def test_many_tabs_are_bounded(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        tabs = [await bridge.visitor() for _ in range(10)]
        codes = []
        for tab in tabs:
            tab.token = visitor.token
            try:
                await tab.resume(0)
                codes.append("")
            except Refused as refusal:
                codes.append(refusal.frame.code)
        assert codes == [""] * 9 + ["too_many"]
        await asyncio.gather(*(tab.close() for tab in tabs))


async def test_a_long_history_comes_whole(bridge: ChatBridge) -> None:
    async with await bridge.visitor() as visitor:
        chat = await talking(bridge, visitor)
        for n in range(450):
            await bridge.say(chat, f"{n}")
    async with await bridge.visitor() as again:
        again.token = visitor.token
        await again.resume(0)
        await again.heard(lambda e: e.text == "449", within=30)
        texts = [e.text for _seq, e in sorted(again.entries.items()) if e.author == "agent"]
        assert texts == [f"{n}" for n in range(450)]


async def test_labels_of_the_form_are_the_sites_own(sqlite) -> None:
    form = (Field(name="name", es="¿Cómo se llama?"), Field(name="text", required=True))
    config = replace(CONFIG, chats=(replace(SITE, form=form),), capacity=Capacity())
    async with chat_bridge(sqlite, config) as bridge:
        shown = bridge.chats.site_config(bridge.chats.site("shop"), "es")
        assert [one.label for one in shown.form] == [
            "¿Cómo se llama?",
            "¿En qué podemos ayudarle?",
        ]
        assert shown.title == "Tienda"
        assert ORIGIN in bridge.chats.site("shop").origins
        async with await bridge.visitor() as visitor:
            with pytest.raises(Refused) as refused:
                await visitor.start({"name": "x"})
            assert refused.value.frame.field == "text"
