"""Fakes behind the server, and a raw wire in front of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from dataclasses import replace as evolve
from datetime import UTC, datetime

from argon2 import PasswordHasher
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from cti_bridge.acd.ports import Audience
from cti_bridge.config.values import Server
from cti_bridge.protocol.codec import decode_answer, encode
from cti_bridge.protocol.commands import Done, Hello, SignIn
from cti_bridge.protocol.events import (
    AgentChanged,
    CustomerChanged,
    MissedClosed,
    OfferEnded,
    OfferMade,
    QueueChanged,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import (
    AgentView,
    InteractionView,
    OfferView,
    QueueView,
    Settings,
    Snapshot,
)
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentId,
    AgentMode,
    Channel,
    CustomerId,
    Direction,
    InteractionId,
    InteractionState,
    OfferId,
    OfferState,
    QueueId,
    RefusalCode,
    Role,
)
from cti_bridge.server.auth import Authenticator, Passwords
from cti_bridge.server.headsets import Headsets
from cti_bridge.server.hub import Hub
from cti_bridge.server.listener import Listener
from cti_bridge.server.ports import Account

PASSWORD = "correct horse 9"
AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)
EVERYBODY = Audience()


def account(login="ana", role=Role.AGENT, queues=("support",), **more):
    return Account(
        agent_id=AgentId(f"a-{login}"),
        login=login,
        name=login.title(),
        role=role,
        queues=frozenset(map(QueueId, queues)),
        password_hash=more.pop("password_hash", HASH),
        **more,
    )


class FakeAccounts:
    """Accounts in memory; `looked_up` counts the look-ups."""

    def __init__(self, *accounts):
        self.by_name = {one.login: one for one in accounts}
        self.looked_up = 0
        self.error = None

    async def by_login(self, login):
        self.looked_up += 1
        if self.error:
            raise self.error
        return self.by_name.get(login)

    async def set_password(self, agent, password_hash):
        for login, one in self.by_name.items():
            if one.agent_id == agent:
                self.by_name[login] = evolve(one, password_hash=password_hash)

    def disable(self, login):
        self.by_name[login] = evolve(self.by_name[login], disabled=True)


class FakeRooms:
    """Remembers what was asked; answers with `answer(account, command)`."""

    def __init__(self):
        self.log = []
        self.handled = []
        self.answer = None
        self.during_snapshot = None
        self.facts = lambda: ()  # queues in the snapshot

    async def signed_in(self, account, *, resumed):
        self.log.append(("signed_in", account.login, resumed))

    async def session_lost(self, agent):
        self.log.append(("session_lost", agent))

    async def signed_out(self, agent):
        self.log.append(("signed_out", agent))

    async def snapshot(self, account):
        if self.during_snapshot:
            await self.during_snapshot()
        return Snapshot(agent=agent_view(account), queues=tuple(self.facts()))

    def settings(self, account):
        return Settings(site_name="Test")

    async def handle(self, account, command):
        self.handled.append(command)
        if self.answer is None:
            return Done(request_id=command.request_id)
        return await self.answer(account, command)


def agent_view(account, mode=AgentMode.NOT_READY):
    return AgentView(
        agent_id=account.agent_id,
        login=account.login,
        name=account.name,
        mode=mode,
        activity=AgentActivity.NOT_READY,
        since=AT,
    )


def queue_changed(waiting, queue="support"):
    return QueueChanged(queue=QueueView(queue_id=QueueId(queue), name=queue, waiting=waiting))


def agent_changed(login="ana"):
    return AgentChanged(agent=agent_view(account(login)))


def offer_made(number=1, expires_in_ms=20_000):
    interaction = InteractionView(
        interaction_id=InteractionId(f"i{number}"),
        version=1,
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        state=InteractionState.OFFERED,
        started_at=AT,
        changed_at=AT,
    )
    return OfferMade(
        offer=OfferView(
            offer_id=OfferId(f"o{number}"),
            interaction=interaction,
            made_at=AT,
            expires_at=AT,
            expires_in_ms=expires_in_ms,
        )
    )


def offer_ended(number=1):
    return OfferEnded(
        offer_id=OfferId(f"o{number}"),
        interaction_id=InteractionId(f"i{number}"),
        state=OfferState.RESCINDED,
    )


def customer_changed(version=1):
    return CustomerChanged(customer_id=CustomerId("c1"), version=version, by="Ana")


def missed_closed(number=1):
    return MissedClosed(interaction_id=InteractionId(f"i{number}"))


def to_agent(*logins):
    return Audience(agents=frozenset(AgentId(f"a-{login}") for login in logins))


def to_queue(*queues):
    return Audience(queues=frozenset(map(QueueId, queues)))


class Bench:
    """A listener on a free loopback port with everything behind it faked."""

    def __init__(self, *accounts, clock=None, **server):
        more = {"clock": clock} if clock else {}
        listener = server.pop("listener", {})
        self.accounts = FakeAccounts(*accounts)
        self.rooms, self.headsets = FakeRooms(), Headsets()
        self.hub = Hub(**server.pop("hub", {}), **more)
        self.config = Server(port=0, **server)
        self.listener = Listener(
            self.config,
            self.accounts,
            self.rooms,
            self.hub,
            self.headsets,
            auth=Authenticator(self.accounts, Passwords(CHEAP), **more),
            **listener,
            **more,
        )

    @property
    def url(self):
        return self.listener.addresses[0]

    def publish(self, event, to=EVERYBODY):
        self.hub.publish(event, to)

    @contextlib.asynccontextmanager
    async def desktop(self, **options):
        async with connect(self.url, compression=None, **options) as connection:
            yield Desktop(connection)


class Desktop:
    """Speaks frames, one at a time; a test reads what comes in the order in which it comes."""

    def __init__(self, connection):
        self.connection = connection
        self.numbers = itertools.count(1)
        self.audio = []

    async def send(self, command_class, **fields):
        fields.setdefault("request_id", next(self.numbers))
        await self.connection.send(encode(command_class(**fields)))
        return fields["request_id"]

    async def next(self, timeout=30):
        """The next frame that is no audio."""
        async with asyncio.timeout(timeout):
            while True:
                message = await self.connection.recv()
                if isinstance(message, str):
                    return decode_answer(message)
                self.audio.append(message)

    async def ask(self, command_class, **fields):
        await self.send(command_class, **fields)
        return await self.next()

    async def hello(self):
        return await self.ask(Hello, versions=(1,), client="test")

    async def sign_in(self, login="ana", password=PASSWORD, **more):
        await self.hello()
        return await self.ask(SignIn, login=login, password=password, **more)

    async def close_code(self, timeout=30):
        """Reads on until the bridge has closed."""
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(timeout):
                while True:
                    await self.connection.recv()
        return self.connection.close_code


def refuse(code=RefusalCode.TOO_LATE, **more):
    async def answer(_account, _command):
        raise CommandRefused(code, **more)

    return answer


async def until(condition, timeout=30):
    """Waits for something that the other side does; fails loudly when it does not."""
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.005)
