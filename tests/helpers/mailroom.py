"""The mail room on a real database, with a distributor and a customer file in the test's hand.

async with mailroom(database, box) as room:
    await room.mail.deliver("main", letter(subject="Hello"))
    room.contacts.arrivals[0].subject          # "Hello"
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

from cti_bridge.acd.interaction import Interaction
from cti_bridge.acd.ports import Taken
from cti_bridge.channels.conversation.ports import Attachment
from cti_bridge.channels.mail.intake import message_id
from cti_bridge.channels.mail.parse import parse
from cti_bridge.channels.mail.service import MailService
from cti_bridge.config.values import Config, Mailbox, Queue, Reply, Site
from cti_bridge.customers.ports import Actor
from cti_bridge.protocol.values import MatchResult
from cti_bridge.protocol.vocabulary import AgentId, InteractionState, MatchKind
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.mail import SqlMail
from cti_bridge.store.messages import SqlMessages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from cti_bridge.acd.ports import Arrival, Audience
    from cti_bridge.channels.conversation.ports import Message
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.vocabulary import BlobId, ClearCause, InteractionId, QueueId
    from cti_bridge.store.engine import Database

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA = Actor(agent_id=AgentId("ana"), name="Ana Agent")
BOX = Mailbox(id="main", address="help@example.org", queue="support", undo_seconds=0)
S = InteractionState


class StepClock:
    """A time of day that a test moves."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic_ns(self) -> int:
        return round((self.at - START).total_seconds() * 1e9)

    def advance(self, **much: float) -> None:
        self.at += timedelta(**much)


@dataclass
class FakeContacts:
    """`acd.ports.Contacts` as mail sees it: what arrives waits, until the test says otherwise."""

    arrivals: list[Arrival] = field(default_factory=list)
    wrote: list[InteractionId] = field(default_factory=list)
    open: dict[InteractionId, Interaction] = field(default_factory=dict)
    closed: set[InteractionId] = field(default_factory=set)
    taken: Callable[[Arrival], Taken] = field(default=lambda arrival: Taken(id=arrival.id))
    failures: list[Exception] = field(default_factory=list)  # the next calls raise these

    def find(self, interaction: InteractionId) -> Interaction | None:
        return self.open.get(interaction)

    async def arrive(self, arrival: Arrival) -> Taken:
        await self._checkpoint()
        if arrival.id not in self.open and arrival.id not in self.closed:
            self.arrivals.append(arrival)
            self.open[arrival.id] = Interaction(
                id=arrival.id,
                channel=arrival.channel,
                direction=arrival.direction,
                state=S.CONNECTED if arrival.agent else S.QUEUED,
                queue=arrival.queue,
                agent=arrival.agent,
                caller=arrival.caller,
                started_at=arrival.at,
                changed_at=arrival.at,
            )
        return self.taken(arrival)

    async def customer_wrote(self, interaction: InteractionId, at: datetime) -> bool:
        await self._checkpoint()
        self.wrote.append(interaction)
        return interaction in self.open or interaction in self.closed

    async def customer_left(self, interaction: InteractionId, cause: ClearCause) -> None:
        raise NotImplementedError

    async def rest(self, interaction: InteractionId) -> None:
        raise NotImplementedError

    def expected_wait(self, interaction: InteractionId) -> tuple[int, int | None]:
        return 0, None

    def service(self, queue: QueueId) -> tuple[bool, datetime | None]:
        return True, None

    async def _checkpoint(self) -> None:
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)

    # -- the test's hand

    def give(self, interaction: InteractionId, agent: AgentId = ANA.agent_id) -> None:
        self.open[interaction] = replace(
            self.open[interaction], state=S.CONNECTED, agent=agent, queue=self._queue(interaction)
        )

    def close(self, interaction: InteractionId) -> None:
        del self.open[interaction]
        self.closed.add(interaction)

    def _queue(self, interaction: InteractionId) -> QueueId | None:
        return self.open[interaction].queue


class FakePeople:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def match_email(self, address: str, name: str = "") -> MatchResult:
        self.asked.append((address, name))
        return MatchResult(kind=MatchKind.NONE)


class FakeHub:
    def __init__(self) -> None:
        self.events: list[AnyEvent] = []

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.events.append(event)


class PlainJournal:
    """A `Journal` that only stores."""

    def __init__(self, store: SqlMessages, blobs: SqlBlobs) -> None:
        self._store, self._blobs = store, blobs
        self.added: list[Message] = []
        self.changes: list[Message] = []

    async def add(self, message: Message) -> Message | None:
        added = await self._store.add(message)
        if added is not None:
            self.added.append(added)
        return added

    async def changed(self, message: Message) -> None:
        await self._store.save(message)
        self.changes.append(message)

    async def attachment(self, blob: BlobId, interaction: InteractionId) -> Attachment | None:
        info = await self._blobs.info(blob)
        if info is None:
            return None
        return Attachment(blob=blob, name=info.name, media_type=info.media_type, size=info.size)


@dataclass
class Room:
    mail: MailService
    contacts: FakeContacts
    people: FakePeople
    hub: FakeHub
    journal: PlainJournal
    store: SqlMessages
    blobs: SqlBlobs
    book: SqlMail
    clock: Any

    async def messages(self, interaction: InteractionId) -> tuple[Message, ...]:
        found, _ = await self.store.page(interaction, None, 200)
        return found

    async def first(self, data: bytes) -> Message:
        """The entry that a mail became."""
        known = message_id(parse([data], own=self.mail.bridge).digest)
        found = await self.store.get(known)
        assert found is not None, "the mail was not taken"
        return found


def config_of(*boxes: Mailbox, **more: Any) -> Config:
    return Config(
        site=Site(name="Tienda"),
        queues=(
            Queue(id="support", name="Support", signature="{agent}\nEl equipo", language="es"),
            Queue(id="sales", name="Sales", language="en"),
        ),
        mailboxes=boxes,
        replies=(Reply(code="received", title="Received", text="Hola {first_name}: recibido."),),
        **more,
    )


@contextlib.asynccontextmanager
async def mailroom(
    database: Database,
    *boxes: Mailbox,
    clock: Any = None,
    contacts: FakeContacts | None = None,
    **more: Any,
) -> AsyncIterator[Room]:
    clock = clock or StepClock()
    store, blobs = SqlMessages(database), SqlBlobs(database, clock=clock.now)
    contacts, people, hub = contacts or FakeContacts(), FakePeople(), FakeHub()
    journal, book = PlainJournal(store, blobs), SqlMail(database)
    mail = MailService(
        config=config_of(*(boxes or (BOX,))),
        journal=journal,
        store=store,
        blobs=blobs,
        book=book,
        contacts=contacts,
        customers=people,
        publisher=hub,
        clock=clock,
        **more,
    )
    await mail.start()
    try:
        yield Room(mail, contacts, people, hub, journal, store, blobs, book, clock)
    finally:
        await mail.stop()


def letter(
    text: str = "Hola, ¿dónde está mi pedido?",
    *,
    subject: str = "Mi pedido",
    sender: str = "Marta Ruiz <marta@example.net>",
    to: str = "help@example.org",
    key: str = "",
    **headers: str,
) -> bytes:
    """A mail as bytes; `headers` with _ for -; `key` makes its Message-ID."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 02 Mar 2026 08:59:00 +0000"
    if key:
        message["Message-ID"] = f"<{key}@example.net>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes(policy=SMTP.clone(max_line_length=900))


async def eventually(met: Callable[[], Any], within: float = 60) -> Any:
    """What `met` gives once it gives something."""
    async with asyncio.timeout(within):
        while True:
            found = met()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.02)
