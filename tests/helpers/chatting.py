"""Chat whole, in one process: the public listener, the chat room, conversations and distributor
over a real database; what is faked is the customer file, the mail and the desktops."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from cti_bridge.acd.clock import SystemClock
from cti_bridge.acd.distributor import Distributor
from cti_bridge.acd.rules import Rules
from cti_bridge.channels.chat.service import ChatService
from cti_bridge.channels.conversation.service import ConversationService
from cti_bridge.channels.web.listener import WebListener
from cti_bridge.channels.web.simulator import SimulatedVisitor
from cti_bridge.config.values import Capacity, ChatSite, Config, Field, Queue, Web
from cti_bridge.customers.ports import Actor
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import OfferMade
from cti_bridge.protocol.values import MatchResult
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    InteractionId,
    MatchKind,
    MessageId,
    QueueId,
)
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.history import SqlHistory
from cti_bridge.store.messages import SqlMessages
from cti_bridge.telephony.simulator.switch import SimulatedSwitch
from tests.helpers.floor import record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from cti_bridge.acd.ports import Audience
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.store.engine import Database

ORIGIN: Final = "https://www.shop.example"
SITE: Final = ChatSite(
    id="shop",
    queue="support",
    origins=(ORIGIN,),
    form=(Field(name="name", required=True), Field(name="email"), Field(name="phone")),
    title={"es": "Tienda", "en": "Shop"},
    identity_secret="a site's own secret of 32 letters",
)
GENEROUS: Final = Web(
    enabled=True,
    per_address=100,
    requests_per_minute=100_000,
    chats_per_hour=10_000,
    chats_per_minute=10_000,
)
CONFIG: Final = Config(
    queues=(Queue(id="support", name="Support", offer_seconds=20, wrap_up_seconds=30),),
    capacity=Capacity(chat=5, idle_chat_seconds=180),
    web=GENEROUS,
    chats=(SITE,),
)
ANA: Final = AgentId("ana")
FORM: Final = {"name": "Marta Gil"}


class Clock(SystemClock):
    """The time of day, `ahead` as a test says."""

    ahead = timedelta()

    def now(self) -> Any:
        return super().now() + self.ahead

    def monotonic_ns(self) -> int:
        return super().monotonic_ns() + int(self.ahead.total_seconds() * 1e9)


class Desktops:
    """A `Publisher` that remembers."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self._came = asyncio.Event()

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.events.append(event)
        self._came.set()

    async def until(
        self, kind: type, fits: Callable[[Any], bool] = lambda _: True, within: float = 30
    ) -> Any:
        async with asyncio.timeout(within):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and fits(event):
                        return event
                self._came.clear()
                await self._came.wait()


class File:
    """A customer file that remembers who was looked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.result = MatchResult(kind=MatchKind.NONE)
        self.failure: Exception | None = None

    async def match_visitor(self, visitor: str, **more: Any) -> MatchResult:
        self.asked.append((visitor, more))
        if self.failure is not None:
            raise self.failure
        return self.result

    async def match(self, caller: Any) -> MatchResult:
        return MatchResult(kind=MatchKind.NONE)

    async def card(self, customer: Any) -> None:
        return None

    async def teach(self, customer: Any, caller: Any, by: str) -> None: ...


class Mail:
    """An `Outgoing` that keeps what it was given; each id once."""

    def __init__(self) -> None:
        self.sent: dict[str, dict[str, Any]] = {}
        self.works = True

    async def send_plain(self, *, id: str, **more: Any) -> bool:  # noqa: A002
        if self.works:
            self.sent.setdefault(id, more)
        return self.works


class ChatBridge:
    """One life of it; `die` is kill -9."""

    def __init__(self, database: Database, config: Config = CONFIG, folder: Path | None = None):
        self.database, self.config = database, config
        self.clock, self.desktops, self.file, self.mail = Clock(), Desktops(), File(), Mail()
        self.switch = SimulatedSwitch()
        store = SqlAcdStore(database)
        self.acd = Distributor(
            config=config,
            switch=self.switch,
            store=store,
            history=SqlHistory(database, Rules(config, self.switch.verbs)),
            customers=self.file,
            publisher=self.desktops,
            clock=self.clock,
        )
        self.messages = SqlMessages(database)
        self.blobs = SqlBlobs(database, clock=self.clock.now)
        self.talk = ConversationService(
            config=config,
            store=self.messages,
            blobs=self.blobs,
            contacts=self.acd,
            records=store,
            publisher=self.desktops,
            clock=self.clock.now,
            agent_name=lambda agent: (agent or "").capitalize(),
        )
        self.chats = ChatService(
            config=config,
            contacts=self.acd,
            talk=self.talk,
            store=self.messages,
            blobs=self.blobs,
            visitors=self.file,
            outgoing=self.mail,
            clock=self.clock,
            agent_name=lambda agent: agent.capitalize(),
        )
        self.talk.listen(self.chats)
        self.acd.attach(conversations=self.talk, observers=(self.talk, self.chats))
        self.web = WebListener(config.web, config.chats, self.chats, folder=folder)

    async def start(self) -> ChatBridge:
        await self.acd.start()
        await self.talk.start()
        await self.chats.start()
        await self.web.start()
        return self

    async def stop(self) -> None:
        await self.web.stop()
        await self.chats.stop()
        await self.acd.stop()
        await self.talk.stop()

    async def die(self) -> None:
        """As by kill -9: sockets break, and no clean end reaches the store."""
        for page in tuple(self.web._handlers.pages):
            page.cut()
        await self.chats._scope.close()
        await self.acd._scope.close()
        self.acd._timers.close()
        await self.talk._scope.close()
        await self.web.stop()

    @property
    def url(self) -> str:
        return self.web.addresses[0]

    async def visitor(self, **more: Any) -> SimulatedVisitor:
        return await SimulatedVisitor.open(self.url, "shop", origin=ORIGIN, **more)

    async def later(self, seconds: float) -> None:
        """So much later, all at once; then what is due is done."""
        self.clock.ahead += timedelta(seconds=seconds)
        await self.chats._keeping.tick()

    # -- the agent's side ----------------------------------------------------------------------

    async def sign_in(self, name: str = "ana") -> AgentId:
        await self.acd.signed_in(record(name, "support"))
        agent = AgentId(name)
        await self.acd.handle(agent, c.SetMode(request_id=0, mode=AgentMode.READY))
        return agent

    async def accept(self, chat: str, agent: AgentId = ANA) -> None:
        made = await self.desktops.until(
            OfferMade, lambda e: e.offer.interaction.interaction_id == chat
        )
        await self.acd.handle(agent, c.AcceptOffer(request_id=1, offer_id=made.offer.offer_id))

    async def say(self, chat: str, text: str, *, id_: str = "", **more: Any) -> c.AnyReply:
        command = c.SendMessage(
            request_id=1,
            interaction_id=InteractionId(chat),
            message_id=MessageId(id_ or str(uuid4())),
            text=text,
            attachments=more.pop("attachments", ()),
        )
        return await self.chats.handle(more.pop("actor", actor()), command)

    async def read(self, chat: str, message: str) -> None:
        await self.talk.handle(
            actor(),
            frozenset({QueueId("support")}),
            c.MarkRead(
                request_id=1, interaction_id=InteractionId(chat), message_id=MessageId(message)
            ),
        )

    async def end(self, chat: str) -> None:
        await self.acd.handle(ANA, c.ClearCall(request_id=1, interaction_id=InteractionId(chat)))


def actor(name: str = "ana") -> Actor:
    return Actor(agent_id=AgentId(name), name=name.capitalize())


@contextlib.asynccontextmanager
async def chat_bridge(
    database: Database, config: Config = CONFIG, **more: Any
) -> AsyncIterator[ChatBridge]:
    bridge = ChatBridge(database, config, **more)
    await bridge.start()
    try:
        yield bridge
    finally:
        await bridge.stop()
