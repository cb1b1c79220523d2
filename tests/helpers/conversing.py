"""A conversation room for tests: the real service and store, a distributor of paper."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from cti_bridge.acd.interaction import Interaction
from cti_bridge.acd.writes import AddStep
from cti_bridge.channels.conversation.service import ConversationService
from cti_bridge.config.values import Config, Mailbox, Queue
from cti_bridge.customers.ports import Actor
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Channel,
    InteractionId,
    InteractionState,
    QueueId,
)
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.messages import SqlMessages
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from tests.helpers.written import CONTACT, NOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cti_bridge.acd.ports import Audience
    from cti_bridge.acd.writes import Write
    from cti_bridge.channels.conversation.ports import Message
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.vocabulary import MessageId
    from cti_bridge.store.engine import Database

E = TypeVar("E")
ANA = Actor(agent_id=AgentId("a1"), name="Ana Soto")
LUIS = Actor(agent_id=AgentId("a2"), name="Luis Gil")
MINE = frozenset({QueueId("sales")})
NAMES = {actor.agent_id: actor.name for actor in (ANA, LUIS)}
CONFIG = Config(
    queues=(
        Queue(id="sales", name="Sales", signature="The sales team"),
        Queue(id="support", name="Support"),
    ),
    mailboxes=(
        Mailbox(id="info", address="info@example.com", queue="support", smtp="127.0.0.1"),
        Mailbox(id="sales", address="sales@example.com", queue="sales", smtp="127.0.0.1"),
    ),
)
S = InteractionState


def contact(**more: Any) -> Interaction:
    given: dict[str, Any] = {
        "id": CONTACT,
        "version": 1,
        "channel": Channel.CHAT,
        "state": S.CONNECTED,
        "agent": ANA.agent_id,
        "queue": QueueId("sales"),
        "caller": Caller(number=Number(kind=NumberKind.VISITOR, value="v1")),
        "started_at": NOW,
        "changed_at": NOW,
    }
    return Interaction(**{**given, **more})


@dataclass
class Paper:
    """Contacts and what is on record of them, without a distributor."""

    open: dict[InteractionId, Interaction] = field(default_factory=dict)
    closed: dict[InteractionId, Interaction] = field(default_factory=dict)
    journey: list[AddStep] = field(default_factory=list)
    failure: Exception | None = None

    def find(self, interaction: InteractionId) -> Interaction | None:
        return self.open.get(interaction)

    async def contact(self, interaction: InteractionId) -> Interaction | None:
        return self.closed.get(interaction)

    async def commit(self, writes: Sequence[Write]) -> None:
        if self.failure is not None:
            raise self.failure
        self.journey += [one for one in writes if isinstance(one, AddStep)]


class Room:
    def __init__(self, database: Database, *, now: datetime = NOW) -> None:
        self.now = now
        self.told: list[tuple[AnyEvent, Audience]] = []
        self.added: list[Message] = []
        self.read: list[tuple[InteractionId, MessageId, int]] = []
        self.changes: list[Message] = []
        self.contacts = Paper()
        self.store = SqlMessages(database)
        self.blobs = SqlBlobs(database, clock=lambda: self.now)
        self.service = ConversationService(
            config=CONFIG,
            store=self.store,
            blobs=self.blobs,
            contacts=self.contacts,  # type: ignore[arg-type]
            records=self.contacts,
            publisher=self,
            clock=lambda: self.now,
            agent_name=lambda agent: NAMES.get(agent, "") if agent else "",
        )
        self.service.listen(self)

    # the publisher and the listener

    def publish(self, event: AnyEvent, to: Audience) -> None:
        assert to.agents or to.queues, "this would be told to everybody"
        self.told.append((event, to))

    def message_added(self, message: Message) -> None:
        self.added.append(message)

    def message_changed(self, message: Message) -> None:
        self.changes.append(message)

    def agent_read(self, interaction: InteractionId, message: MessageId, seq: int) -> None:
        self.read.append((interaction, message, seq))

    # what tests do

    def begin(self, one: Interaction | None = None, **more: Any) -> Interaction:
        """An open contact that is in hand, or waits, already: nobody joins."""
        made = one or contact(**more)
        self.contacts.open[made.id] = made
        self.service.contact_changed(made, made)
        return made

    def change(self, one: Interaction, **more: Any) -> Interaction:
        after = replace(one, version=one.version + 1, **more)
        if after.state in {S.CLOSED, S.ABANDONED}:
            self.contacts.open.pop(one.id, None)
            self.contacts.closed[one.id] = after
        else:
            self.contacts.open[one.id] = after
        self.service.contact_changed(one, after)
        return after

    async def ask(self, command: Any, *, by: Actor = ANA, queues: Any = MINE) -> Any:
        reply: AnyReply = await self.service.handle(by, queues, command)
        return reply

    def heard(self, kind: type[E]) -> list[E]:
        return [event for event, _ in self.told if isinstance(event, kind)]

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
