"""Conversations with the real distributor and the real tables of contacts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cti_bridge.acd.clock import SystemClock
from cti_bridge.acd.distributor import Distributor
from cti_bridge.acd.ports import Arrival
from cti_bridge.acd.rules import Rules
from cti_bridge.channels.conversation.service import ConversationService
from cti_bridge.config.values import Config, Queue
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import ConversationChanged, MessageAdded, OfferMade
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Draft
from cti_bridge.protocol.vocabulary import (
    AgentMode,
    Author,
    Channel,
    Delivery,
    InteractionId,
    InteractionState,
    MessageId,
    QueueId,
    RefusalCode,
)
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.history import SqlHistory
from cti_bridge.store.messages import SqlMessages
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from cti_bridge.telephony.simulator.switch import SimulatedSwitch
from tests.helpers.conversing import ANA, LUIS, MINE, NAMES
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
from tests.helpers.floor import record
from tests.helpers.written import CONTACT, mail, said

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import Any

    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import Conversation, MatchResult
    from cti_bridge.store.engine import Database

S = InteractionState
CONFIG = Config(queues=(Queue(id="sales", name="Sales", offer_seconds=60, wrap_up_seconds=60),))


class NoCustomers:
    async def match(self, caller: Caller) -> MatchResult:
        raise AssertionError("nobody is looked for")

    async def card(self, customer: object) -> None:
        return None

    async def teach(self, customer: object, caller: Caller, by: str) -> None: ...


class Life:
    """One life of a bridge, as far as contacts and conversations go."""

    def __init__(self, database: Database) -> None:  # noqa: F811
        clock, acd = SystemClock(), SqlAcdStore(database)
        switch = SimulatedSwitch()
        self.events: list[tuple[AnyEvent, Audience]] = []
        self.distributor = Distributor(
            config=CONFIG,
            switch=switch,
            store=acd,
            history=SqlHistory(database, Rules(CONFIG, switch.verbs)),
            customers=NoCustomers(),
            publisher=self,
            clock=clock,
        )
        self.store = SqlMessages(database)
        self.talk = ConversationService(
            config=CONFIG,
            store=self.store,
            blobs=SqlBlobs(database),
            contacts=self.distributor,
            records=acd,
            publisher=self,
            clock=clock.now,
            agent_name=lambda agent: NAMES.get(agent, "") if agent else "",
        )
        self.distributor.attach(conversations=self.talk, observers=[self.talk])

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.events.append((event, to))

    async def start(self) -> None:
        await self.distributor.start()
        await self.talk.start()

    async def stop(self) -> None:
        await self.distributor.stop()
        await self.talk.stop()

    async def sign_in(self, *agents: Any) -> None:
        for agent in agents:
            await self.distributor.signed_in(
                replace(record(agent.agent_id, "sales"), name=agent.name), resumed=False
            )
            ready = c.SetMode(request_id=1, mode=AgentMode.READY)
            await self.distributor.handle(agent.agent_id, ready)

    async def arrive(self, channel: Channel, **more: Any) -> None:
        kind = NumberKind.VISITOR if channel is Channel.CHAT else NumberKind.EMAIL
        arrival = Arrival(
            id=CONTACT,
            channel=channel,
            caller=Caller(number=Number(kind=kind, value="marta@example.es")),
            queue=QueueId("sales"),
            at=self.distributor._clock.now(),
            **more,
        )
        await self.distributor.arrive(arrival)

    async def accept(self, by: Any) -> None:
        offer = await self.until(OfferMade, lambda to: by.agent_id in to.agents)
        command = c.AcceptOffer(request_id=1, offer_id=offer.offer.offer_id)
        await self.distributor.handle(by.agent_id, command)
        await self.stands(S.CONNECTED)

    async def until(self, kind: Any, fits: Callable[[Audience], bool]) -> Any:
        async with asyncio.timeout(60):
            while True:
                for event, to in reversed(self.events):
                    if isinstance(event, kind) and fits(to):
                        return event
                await asyncio.sleep(0.01)

    async def stands(self, state: InteractionState) -> None:
        async with asyncio.timeout(60):
            while (found := self.distributor.find(CONTACT)) is None or found.state is not state:
                await asyncio.sleep(0.01)

    async def opened(self, by: Any = ANA) -> Conversation:
        command = c.OpenConversation(request_id=1, interaction_id=CONTACT)
        reply = await self.talk.handle(by, MINE, command)
        assert isinstance(reply, c.ConversationOpened)
        return reply.conversation

    async def entries(self, count: int) -> list[tuple[str, str]]:
        async with asyncio.timeout(60):
            while len(found := (await self.opened()).messages) < count:
                await asyncio.sleep(0.01)
        return [(m.code or m.kind.value, m.name) for m in found]


@pytest.fixture
async def life(database: Database) -> AsyncIterator[Life]:  # noqa: F811
    made = Life(database)
    await made.start()
    yield made
    await made.stop()


def ask(command: type, **more: Any) -> Any:
    return command(request_id=1, interaction_id=CONTACT, **more)


async def test_a_chat_is_handed_over_with_a_note(life: Life) -> None:
    await life.sign_in(ANA)
    await life.talk.add(said("m1"))
    await life.arrive(Channel.CHAT)
    await life.accept(ANA)
    assert await life.entries(2) == [("chat", "Marta"), ("joined", "Ana Soto")]
    await life.sign_in(LUIS)
    command = ask(c.BlindTransfer, to=f"agent:{LUIS.agent_id}", note="Wants a refund")
    await life.distributor.handle(ANA.agent_id, command)
    await life.accept(LUIS)
    assert await life.entries(5) == [
        ("chat", "Marta"),
        ("joined", "Ana Soto"),
        ("transferred", "Ana Soto"),
        ("note", "Ana Soto"),
        ("joined", "Luis Gil"),
    ]
    life.events.clear()
    await life.talk.add(said("m2"))
    told = {agent for event, to in life.events for agent in to.agents if _of_talk(event)}
    assert told == {LUIS.agent_id}
    with pytest.raises(CommandRefused) as refused:
        await life.talk.handle(ANA, MINE, ask(c.SaveDraft, draft=Draft()))
    assert refused.value.code is RefusalCode.NOT_YOURS


def _of_talk(event: object) -> bool:
    return isinstance(event, MessageAdded | ConversationChanged)


async def test_the_offer_shows_what_is_written(life: Life) -> None:
    await life.talk.add(mail("m1", "¿Y mi factura?"))
    await life.arrive(Channel.EMAIL, subject="Factura")
    await life.sign_in(ANA)
    made = await life.until(OfferMade, lambda to: ANA.agent_id in to.agents)
    shown = made.offer.interaction
    assert (shown.unread, shown.last_text, shown.subject) == (1, "¿Y mi factura?", "Factura")
    assert shown.waiting_reply_since == mail("").at


async def test_what_lives_on_is_counted_after_a_restart(database: Database) -> None:  # noqa: F811
    first = Life(database)
    await first.start()
    await first.sign_in(ANA)
    await first.talk.add(mail("m1", "Una", after=1))
    await first.talk.add(mail("m2", "Otra", after=2))
    await first.arrive(Channel.EMAIL)
    await first.accept(ANA)
    await first.talk.handle(ANA, MINE, ask(c.MarkRead, message_id=MessageId("m1")))
    await first.talk.handle(ANA, MINE, ask(c.SaveDraft, draft=Draft(text="Buenas")))
    await first.talk._reads.end()  # half a second goes by
    # and it is killed: nothing is ended
    second = Life(database)
    await second.start()
    glance = second.talk.glance(CONTACT)
    assert (glance.unread, glance.last_text) == (1, "Otra")
    assert glance.waiting_reply_since == mail("", after=1).at
    opened = await second.opened()
    assert opened.draft is not None
    assert opened.draft.text == "Buenas"
    assert [m.message_id for m in opened.messages] == ["m1", "m2"]
    await second.stop()
    await first.stop()


async def test_an_e_mail_that_is_over_is_read_and_comes_back(life: Life) -> None:
    await life.sign_in(ANA)
    await life.talk.add(mail("m1"))
    await life.arrive(Channel.EMAIL)
    await life.accept(ANA)
    reply = mail("r1", author=Author.AGENT, agent=ANA.agent_id, delivery=Delivery.SENT)
    await life.talk.add(reply)
    done = ask(c.CompleteWrapUp, disposition="resolved")
    await life.distributor.handle(ANA.agent_id, done)
    async with asyncio.timeout(60):
        while CONTACT in life.talk.board:
            await asyncio.sleep(0.01)
    assert [m.message_id for m in (await life.opened(LUIS)).messages] == ["m1", "r1"]
    await life.talk.add(mail("m2", "Falta una", after=9))
    assert await life.distributor.customer_wrote(CONTACT, mail("", after=9).at)
    await life.accept(ANA)
    glance = life.talk.glance(CONTACT)
    assert (glance.unread, glance.last_text) == (2, "Falta una")


async def test_messages_become_a_contact_of_their_own(life: Life) -> None:
    await life.sign_in(ANA)
    for name in ("m1", "m2"):
        await life.talk.add(mail(name))
    await life.arrive(Channel.EMAIL)
    await life.accept(ANA)
    split = ask(c.SplitContact, message_ids=(MessageId("m2"),), subject="La otra")
    done = await life.distributor.handle(ANA.agent_id, split)
    assert isinstance(done, c.Done)
    made = InteractionId(done.id)
    messages, _ = await life.store.page(made, None, 9)
    assert [(m.kind, m.interaction) for m in messages] == [("email", made)]
    assert life.talk.glance(made).unread == 1
    command = c.OpenConversation(request_id=1, interaction_id=made)
    opened = await life.talk.handle(ANA, MINE, command)
    assert isinstance(opened, c.ConversationOpened)
