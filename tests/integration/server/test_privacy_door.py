"""A whole bridge without a socket: what is asked at the door of its rooms, and what is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.accounts import Account
from cti_bridge.acd.ports import Arrival
from cti_bridge.app import Bridge, open_bridge
from cti_bridge.config.values import Config, Privacy, Server, Site, Store
from cti_bridge.privacy.ports import AccessQuery
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import OfferMade
from cti_bridge.protocol.privacy import ListAccess, VolumeAlert
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.values import CustomerDraft, HistoryFilter, IdentityView
from cti_bridge.protocol.vocabulary import (
    AccessKind,
    AgentId,
    AgentMode,
    Channel,
    IdentityKind,
    InteractionId,
    QueueId,
    RefusalCode,
    Role,
)
from cti_bridge.store.access import SqlAccess
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from tests.helpers.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import MatchResult

QUEUES = frozenset({QueueId("main")})


def account(login: str, role: Role = Role.AGENT) -> Account:
    return Account(
        agent_id=AgentId(login),
        login=login,
        name=login.title(),
        role=role,
        queues=QUEUES,
        password_hash="",
    )


ANA, SARA = account("ana"), account("sara", Role.SUPERVISOR)


class House:
    """A bridge, and what its hub told."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.told: list[AnyEvent] = []
        self._ids = iter(range(1, 10_000))
        publish = bridge.hub.publish

        def heard(event: AnyEvent, to: object) -> None:
            self.told.append(event)
            publish(event, to)  # type: ignore[arg-type]

        bridge.hub.publish = heard  # type: ignore[assignment,method-assign]

    async def ask(self, command: type, by: Account = ANA, **fields: object):  # type: ignore[no-untyped-def]
        return await self.bridge.rooms.handle(by, command(request_id=next(self._ids), **fields))

    async def customer(self, name: str, *identities: tuple[IdentityKind, str]) -> str:
        draft = CustomerDraft(
            name=name,
            identities=tuple(IdentityView(kind=kind, value=value) for kind, value in identities),
        )
        return str((await self.ask(c.CreateCustomer, draft=draft)).id)

    async def noted(self) -> list[tuple[str, AccessKind, str | None, str | None, str]]:
        """Oldest first, after everything that waits was written."""
        await self.bridge.privacy.recorder.settled()
        entries, _more = await SqlAccess(self.bridge.database).page(AccessQuery(limit=500))
        return [
            (e.agent_name, e.kind, e.customer_id, e.interaction_id, e.detail)
            for e in reversed(entries)
        ]

    async def chat(self, name: str, match: MatchResult | None = None) -> InteractionId:
        contact = InteractionId(name)
        await self.bridge.distributor.arrive(
            Arrival(
                id=contact,
                channel=Channel.CHAT,
                caller=Caller(number=Number(kind=NumberKind.VISITOR, value=f"v-{name}")),
                queue=QueueId("main"),
                at=self.bridge.distributor._clock.now(),
                match=match,
            )
        )
        return contact


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    config = Config(
        site=Site(spool=str(tmp_path / "spool")),
        store=Store(url=sqlite_with_tables(tmp_path)),
        server=Server(port=0),
        privacy=Privacy(alert_views_per_hour=3, alert_block=True),
    )
    bridge = await open_bridge(config)
    yield House(bridge)
    await bridge.stop()


async def test_what_is_looked_at_is_noted_and_what_is_work_is_not(house: House) -> None:
    marta = await house.customer("Marta Gil", (IdentityKind.EMAIL, "marta@example.es"))
    await house.ask(c.SearchCustomers, text="marta")
    await house.ask(c.SearchCustomers, text="nobody of that name")
    await house.ask(c.OpenCustomer, customer_id=marta)
    await house.ask(c.OpenCustomer, customer_id=marta)
    await house.ask(SearchHistory, filter=HistoryFilter())
    await house.ask(SearchHistory, filter=HistoryFilter(text="612"))
    noted = [entry for entry in await house.noted() if entry[1] is not AccessKind.ALERT]
    assert noted == [
        ("Ana", AccessKind.SEARCH, None, None, "marta (1)"),
        ("Ana", AccessKind.VIEW, marta, None, ""),
        ("Ana", AccessKind.SEARCH, None, None, "612"),
    ]


async def test_a_pop_is_noted_with_its_contact_and_the_look_behind_it_too(house: House) -> None:
    marta = await house.customer("Marta Gil", (IdentityKind.EMAIL, "marta@example.es"))
    await house.bridge.rooms.signed_in(ANA, resumed=False)
    await house.ask(c.SetMode, mode=AgentMode.READY)
    match = await house.bridge.customers.match_email("marta@example.es")
    contact = await house.chat("chat-1", match)
    assert any(isinstance(event, OfferMade) for event in house.told)
    await house.ask(c.OpenCustomer, customer_id=marta)
    await house.ask(c.OpenConversation, interaction_id=contact)
    assert await house.noted() == [
        (house.bridge.rooms.name_of(ANA.agent_id), AccessKind.POP, marta, contact, ""),
        ("Ana", AccessKind.VIEW, marta, contact, ""),
    ]


async def test_a_past_contact_is_noted_with_whose_it_was(house: House) -> None:
    await house.customer("Marta Gil", (IdentityKind.EMAIL, "marta@example.es"))
    match = await house.bridge.customers.match_email("marta@example.es")
    contact = await house.chat("chat-1", match)
    await house.ask(OpenInteraction, interaction_id=contact)
    [entry] = await house.noted()
    assert entry[:2] == ("Ana", AccessKind.CONTACT)
    assert entry[3] == contact


async def test_the_log_is_for_supervisors_and_reading_it_stands_in_it(house: House) -> None:
    marta = await house.customer("Marta Gil")
    await house.ask(c.OpenCustomer, customer_id=marta)
    listed = await house.ask(ListAccess, SARA, customer_id=marta)
    assert [(e.agent_name, e.kind, e.customer_name) for e in listed.entries] == [
        ("Sara", AccessKind.AUDIT, "Marta Gil"),
        ("Ana", AccessKind.VIEW, "Marta Gil"),
    ]
    older = await house.ask(ListAccess, SARA, customer_id=marta, before=listed.entries[0].n)
    assert [e.kind for e in older.entries] == [AccessKind.VIEW]
    for bad in ("x" * 40, "\x00", "ñ"):
        with pytest.raises(CommandRefused) as refused:
            await house.ask(ListAccess, SARA, customer_id=bad)
        assert refused.value.code is RefusalCode.NOT_FOUND


async def test_many_looks_are_told_and_then_refused_but_not_for_the_own_contact(
    house: House,
) -> None:
    names = [await house.customer(f"Customer {n}") for n in range(4)]
    marta = await house.customer("Marta Gil", (IdentityKind.EMAIL, "marta@example.es"))
    for name in names[:3]:
        await house.ask(c.OpenCustomer, customer_id=name)
    [alert] = [event for event in house.told if isinstance(event, VolumeAlert)]
    assert (alert.agent_name, alert.looks, alert.limit, alert.blocked) == ("Ana", 3, 3, True)
    with pytest.raises(CommandRefused) as refused:
        await house.ask(c.OpenCustomer, customer_id=names[3])
    assert refused.value.code is RefusalCode.THROTTLED
    assert refused.value.retry_after_s > 3000
    await house.bridge.rooms.signed_in(ANA, resumed=False)
    await house.ask(c.SetMode, mode=AgentMode.READY)
    await house.chat("chat-1", await house.bridge.customers.match_email("marta@example.es"))
    assert (await house.ask(c.OpenCustomer, customer_id=marta)).file.card.name == "Marta Gil"
    await house.ask(c.OpenCustomer, SARA, customer_id=names[3])
    kinds = [entry[1] for entry in await house.noted()]
    assert kinds.count(AccessKind.ALERT) == 1
