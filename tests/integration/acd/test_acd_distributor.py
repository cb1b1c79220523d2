"""The distributor whole: its inbox, its timers, the simulated switch, a real database."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, update

from cti_bridge.acd.clock import SystemClock
from cti_bridge.acd.distributor import Distributor
from cti_bridge.acd.rules import Rules
from cti_bridge.acd.writes import SaveInteraction
from cti_bridge.config.values import Agent as Section
from cti_bridge.config.values import Config, Matching, Menu, Overflow, Queue, Server, Treatment
from cti_bridge.errors import StoreError
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import (
    InteractionChanged,
    LineChanged,
    MatchFound,
    MissedChanged,
    OfferEnded,
    OfferMade,
    QueueChanged,
    WaitingChanged,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    HistoryFound,
    ListTimeline,
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.values import CustomerCard, HistoryFilter, MatchResult
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    Channel,
    ClearCause,
    CustomerId,
    Direction,
    InteractionState,
    MatchKind,
    OfferState,
    QueueId,
    RefusalCode,
)
from cti_bridge.store import acd_tables as t
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.history import SqlHistory
from cti_bridge.telephony.ports import CallId, MediaFigures
from cti_bridge.telephony.simulator.switch import SimulatedCall, SimulatedSwitch
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
from tests.helpers.floor import NO_MATCH, caller, one_match, record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from cti_bridge.acd.ports import Audience
    from cti_bridge.acd.writes import Write
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.store.engine import Database
    from cti_bridge.telephony.ports import Caller

S = InteractionState
ANA = AgentId("ana")
CONFIG = Config(
    server=Server(session_grace=0.2),
    matching=Matching(budget_ms=2000),
    queues=(Queue(id="support", name="Support", offer_seconds=20, wrap_up_seconds=30),),
)
"""Patient, so that a slow machine changes nothing."""
HASTY = Config(
    matching=Matching(budget_ms=20),
    queues=(Queue(id="support", name="Support", offer_seconds=0.2, wrap_up_seconds=30),),
)


class Hub:
    """A `Publisher` that remembers, and lets a test wait."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self._news = asyncio.Event()

    def publish(self, event: AnyEvent, to: Audience) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, kind: type, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        async with asyncio.timeout(30):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and fits(event):
                        return event
                self._news.clear()
                await self._news.wait()


class People:
    """A `Customers` that answers after `delay`, or fails."""

    def __init__(self) -> None:
        self.result: MatchResult = NO_MATCH
        self.delay = 0.0
        self.failure: Exception | None = None
        self.cards: dict[str, CustomerCard] = {}
        self.keys: list[tuple[str, str]] = []
        self.taught: list[tuple[str, str, str]] = []

    async def match(self, caller: Caller) -> MatchResult:
        if self.failure:
            raise self.failure
        await asyncio.sleep(self.delay)
        return self.result

    async def match_key(self, key: str, source: str, caller: Caller) -> MatchResult:
        self.keys.append((key, source))
        return one_match("Marta")

    async def card(self, customer: CustomerId) -> CustomerCard | None:
        return self.cards.get(customer)

    async def teach(self, customer: CustomerId, caller: Caller, by: str) -> None:
        self.taught.append((customer, caller.number.value, by))


class AheadClock(SystemClock):
    """The time of day, `ahead` as a test says."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class FailingStore(SqlAcdStore):
    failure: Exception | None = None
    tries = 0  # that failed

    async def commit(self, writes: Sequence[Write]) -> None:
        if self.failure is not None:
            self.tries += 1
            raise self.failure
        await super().commit(writes)


class Bridge:
    """One life of a bridge over a database."""

    def __init__(
        self, db: Database, config: Config = CONFIG, switch: SimulatedSwitch | None = None
    ) -> None:
        self.database = db
        self.switch = switch or SimulatedSwitch()
        self.hub, self.people, self.clock = Hub(), People(), AheadClock()
        self.store = FailingStore(db)
        self.acd = Distributor(
            config=config,
            switch=self.switch,
            store=self.store,
            history=SqlHistory(db, Rules(config, self.switch.verbs)),
            customers=self.people,
            publisher=self.hub,
            clock=self.clock,
        )

    async def start(self) -> Bridge:
        await self.acd.start()
        await self.switch.start(self.acd.switch_event)
        return self

    async def die(self) -> None:
        """As by kill -9: no clean end reaches the store."""
        await self.acd._scope.close()
        self.acd._timers.close()

    async def sign_in(self, name: str = "ana") -> AgentId:
        await self.acd.signed_in(record(name, "support"))
        agent = AgentId(name)
        await self.ask(c.SetMode(request_id=0, mode=AgentMode.READY), agent)
        return agent

    async def ask(self, command: Any, agent: AgentId = ANA) -> Any:
        return await self.acd.handle(agent, command)

    async def accept(self, agent: AgentId = ANA) -> Any:
        offer = (await self.hub.until(OfferMade)).offer
        await self.ask(c.AcceptOffer(request_id=1, offer_id=offer.offer_id), agent)
        return await self.changed(S.CONNECTED)

    async def changed(self, state: S) -> Any:
        event = await self.hub.until(InteractionChanged, lambda e: e.interaction.state is state)
        return event.interaction

    async def seen(self, fits: Callable[[Any], bool]) -> None:
        await self.hub.until(InteractionChanged, lambda event: fits(event.interaction))

    async def waits(self, number: str) -> Any:
        """As its queue is told of a contact that waits."""
        found: list[Any] = []

        def fits(event: WaitingChanged) -> bool:
            found.extend(one for one in event.changed if one.ani == number)
            return bool(found)

        await self.hub.until(WaitingChanged, fits)
        return found[-1]

    async def count(self, table: Any) -> int:
        query = select(func.count()).select_from(table)
        return await self.database.reading(lambda conn: conn.execute(query).scalar_one())


@pytest.fixture
async def bridge(database: Database) -> AsyncIterator[Bridge]:  # noqa: F811
    made = await Bridge(database).start()
    yield made
    made.store.failure = None
    await made.acd.stop()


async def test_the_trip_stands_in_the_file(bridge: Bridge) -> None:
    bridge.people.result = one_match("Ana Peña", "c-7")
    await bridge.sign_in()
    call = bridge.switch.ring(caller("+34612345099", "A. PEÑA"), "+34944210000")
    talking = await bridge.accept()
    offer = (await bridge.hub.until(OfferMade)).offer
    await bridge.ask(
        c.OfferShown(request_id=2, offer_id=offer.offer_id, painted_at=offer.made_at, paint_ms=3.5)
    )
    bridge.switch.far_end_clears(call, media=MediaFigures(packets_received=9, jitter_ms=1.5))
    await bridge.changed(S.WRAP_UP)
    await bridge.ask(
        c.CompleteWrapUp(
            request_id=3,
            interaction_id=talking.interaction_id,
            disposition="resolved",
            notes="Cambió la dirección",
        )
    )
    opened = await bridge.ask(OpenInteraction(request_id=4, interaction_id=talking.interaction_id))
    file = opened.file
    assert file.interaction.state is S.CLOSED
    assert file.interaction.customer_name == "Ana Peña"
    assert file.interaction.display_name == "A. PEÑA"
    assert [step.what for step in file.journey] == [
        "delivered", "match_one", "queued", "offered", "accepted", "established", "shown",
        "cleared", "closed",
    ]  # fmt: skip
    [segment] = file.segments
    assert segment.cause is ClearCause.CALLER_CLEARED
    assert segment.media.packets_received == 9
    assert file.pop_ms >= 3.5
    listed = await bridge.ask(ListTimeline(request_id=5, customer_id=CustomerId("c-7")))
    assert [one.notes for one in listed.contacts] == ["Cambió la dirección"]
    assert (listed.contacts[0].agent_name, listed.contacts[0].queue_name) == ("Ana", "Support")
    assert not bridge.acd.floor.interactions


@pytest.fixture
async def hasty(database: Database) -> AsyncIterator[Bridge]:  # noqa: F811
    made = await Bridge(database, HASTY).start()
    yield made
    await made.acd.stop()


async def test_the_offer_has_the_bridges_deadline(hasty: Bridge) -> None:
    await hasty.sign_in()
    hasty.switch.ring(caller())
    ended = await hasty.hub.until(OfferEnded)
    assert ended.state is OfferState.TIMED_OUT
    assert hasty.acd.floor.agents[ANA].reason == "rona"
    again = await hasty.changed(S.QUEUED)
    assert again.queued_at is not None


async def test_queue_figures_are_told_and_folded(bridge: Bridge) -> None:
    await bridge.sign_in()
    for n in range(20):
        bridge.switch.ring(caller(f"+3460000{n:04d}"))
    event = await bridge.hub.until(QueueChanged, lambda e: e.queue.waiting == 19)
    assert event.queue.signed_in_agents == 1
    told = [e for e in bridge.hub.events if isinstance(e, QueueChanged)]
    assert len(told) < 15


async def test_a_slow_look_up_does_not_hold_up_the_offer(hasty: Bridge) -> None:
    hasty.people.result, hasty.people.delay = one_match("Ana Peña"), 0.12
    await hasty.sign_in()
    hasty.switch.ring(caller())
    offer = (await hasty.hub.until(OfferMade)).offer
    assert offer.interaction.match.kind is MatchKind.PENDING
    found = await hasty.hub.until(MatchFound)
    assert found.match.kind is MatchKind.ONE
    assert (await hasty.hub.until(
        InteractionChanged, lambda e: e.interaction.customer_name == "Ana Peña"
    ))  # fmt: skip


async def test_a_failing_look_up_does_not_hold_up_the_offer(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    bridge.people.failure = StoreError("io", "broken")
    await bridge.sign_in()
    bridge.switch.ring(caller())
    offer = (await bridge.hub.until(OfferMade)).offer
    assert offer.interaction.match.kind is MatchKind.NONE
    assert "look-up failed" in caplog.text


async def test_a_caller_who_is_gone_before_the_look_up_ends_is_a_missed_call(
    bridge: Bridge,
) -> None:
    bridge.people.delay = 0.03
    call = bridge.switch.ring(caller())
    bridge.switch.far_end_clears(call)
    missed = (await bridge.hub.until(MissedChanged)).missed
    assert missed.number == "+34612345099"
    assert await bridge.count(t.interactions) == 1


async def test_attaching_a_customer_teaches_the_index(bridge: Bridge) -> None:
    bridge.people.cards["c-9"] = CustomerCard(customer_id=CustomerId("c-9"), version=1, name="Zoe")
    await bridge.sign_in()
    bridge.switch.ring(caller())
    talking = await bridge.accept()
    attach = c.AttachCustomer(
        request_id=1, interaction_id=talking.interaction_id, customer_id=CustomerId("c-9")
    )
    await bridge.ask(attach)
    assert bridge.people.taught == [("c-9", "+34612345099", "Ana")]
    with pytest.raises(CommandRefused) as refused:
        await bridge.ask(
            c.AttachCustomer(
                request_id=1,
                interaction_id=talking.interaction_id,
                customer_id=CustomerId("nobody"),
            )
        )
    assert refused.value.code is RefusalCode.NOT_FOUND


async def test_a_locked_database_refuses_the_command_and_keeps_the_event(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    await bridge.sign_in()
    call = bridge.switch.ring(caller())
    talking = await bridge.accept()
    bridge.store.failure = StoreError("full", "the disk is full")
    with pytest.raises(CommandRefused) as refused:
        await bridge.ask(
            c.SaveNotes(request_id=1, interaction_id=talking.interaction_id, notes="x")
        )
    assert (refused.value.code, refused.value.detail) == (RefusalCode.STORE_AWAY, "full")
    told = caplog.text.count("disk is full")
    bridge.switch.far_end_clears(call)
    async with asyncio.timeout(30):
        while caplog.text.count("disk is full") == told:
            await asyncio.sleep(0.01)
    assert bridge.acd.floor.interactions[talking.interaction_id].state is S.CONNECTED
    bridge.store.failure = None
    await bridge.changed(S.WRAP_UP)
    assert await bridge.count(t.segments) == 1


async def test_events_keep_their_order_while_the_store_is_away(bridge: Bridge) -> None:
    await bridge.sign_in()
    bridge.store.failure = StoreError("locked", "locked")
    calls = [bridge.switch.ring(caller(f"+346000000{n:02d}")) for n in range(5)]
    await asyncio.sleep(0.02)
    for call in calls:
        bridge.switch.far_end_clears(call)
    await asyncio.sleep(0.1)
    bridge.store.failure = None
    await bridge.hub.until(MissedChanged, lambda e: e.missed.number == "+34600000004")
    assert len(bridge.acd.floor.missed) == 5
    assert not bridge.acd.floor.interactions


async def test_one_event_that_can_never_be_stored_does_not_hold_up_the_others(
    bridge: Bridge, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cti_bridge.acd.writer.RETRY_SECONDS", (0.01,))
    commit = bridge.store.commit

    async def picky(writes: Sequence[Write]) -> None:
        if any(isinstance(w, SaveInteraction) and "bad" in w.interaction.dnis for w in writes):
            raise StoreError("failed", "no such character")
        await commit(writes)

    bridge.store.commit = picky  # type: ignore[method-assign]
    bridge.switch.ring(caller("+34600000001"), "bad")
    bridge.switch.ring(caller("+34600000002"), "good")
    await bridge.waits("+34600000002")
    assert "given up" in caplog.text
    assert await bridge.count(t.interactions) == 1


async def test_another_writer_is_noticed(bridge: Bridge, caplog: pytest.LogCaptureFixture) -> None:
    """The version check of the reservation: a row changed behind our back is not overwritten
    unseen; the next try goes on from the stored version."""
    await bridge.sign_in()
    bump = update(t.agents).values(version=t.agents.c.version + 5)
    await bridge.database.writing(lambda conn: conn.execute(bump) and None)
    bridge.switch.ring(caller())
    await bridge.hub.until(OfferMade)
    assert "another writer was first" in caplog.text
    assert await bridge.count(t.offers) == 1


async def test_what_the_dial_plan_said_is_kept_and_finds_the_customer(
    database: Database,  # noqa: F811
) -> None:
    matching = Matching(budget_ms=2000, key_variable="customer", key_source="crm")
    one = await Bridge(database, replace(CONFIG, matching=matching)).start()
    try:
        await one.sign_in()
        said = {"customer": "C-1", "choice": "2"}
        one.switch.ring(caller(), variables=said)
        view = (await one.hub.until(OfferMade)).offer.interaction
        assert (view.customer_name, view.variables) == ("Marta", said)
        assert one.people.keys == [("C-1", "crm")]
        opened = await one.ask(OpenInteraction(request_id=4, interaction_id=view.interaction_id))
        assert opened.file.interaction.variables == said
        one.switch.ring(caller("+34600000002"))
        await one.waits("+34600000002")
        assert len(one.people.keys) == 1
    finally:
        await one.acd.stop()


async def test_a_number_typed_in_a_menu_finds_the_customer(
    database: Database,  # noqa: F811
) -> None:
    menu = Menu(id="account", dnis=("+34944219999",), say=("type-it",), collect="customer")
    matching = Matching(budget_ms=2000, key_variable="customer", key_source="crm")
    one = await Bridge(database, replace(CONFIG, matching=matching, menus=(menu,))).start()
    one.people.result = one_match("Whose telephone it is")
    try:
        await one.sign_in()
        call = one.switch.ring(caller(), "+34944219999")
        await asyncio.wait_for(_said(one.switch, "announce"), 10)
        one.switch.far_end_presses(call, "4711#")
        view = (await one.hub.until(OfferMade)).offer.interaction
        assert view.variables == {"customer": "4711"}
        found = await one.hub.until(MatchFound)
        assert found.match.matches[0].card.name == "Marta"
        assert one.people.keys == [("4711", "crm")]
        opened = await one.ask(OpenInteraction(request_id=4, interaction_id=view.interaction_id))
        assert opened.file.interaction.customer_name == "Marta"
    finally:
        await one.acd.stop()


async def _said(switch: SimulatedSwitch, command: str) -> None:
    while all(name != command for name, *_ in switch.commands):
        await asyncio.sleep(0.01)


async def test_a_call_that_the_switch_forgot_is_ended(bridge: Bridge) -> None:
    bridge.acd.switch_started()
    await bridge.sign_in()
    call = bridge.switch.ring(caller())
    await bridge.accept()
    del bridge.switch.calls[call]
    asked = bridge.switch.live_calls
    answers: asyncio.Queue[None] = asyncio.Queue()

    async def counted() -> Any:
        answers.put_nowait(None)
        return await asked()

    bridge.switch.live_calls = counted  # type: ignore[method-assign]
    bridge.switch.line_goes(up=True)
    await asyncio.wait_for(answers.get(), 30)
    bridge.clock.ahead += timedelta(seconds=20)
    bridge.switch.line_goes(up=True)
    assert (await bridge.changed(S.WRAP_UP)).state is S.WRAP_UP


async def test_a_conversation_by_telephone_outlives_its_bridge(
    database: Database,  # noqa: F811
) -> None:
    config = replace(CONFIG, agents=(Section(login="ana", phone="1003"),))
    before = await Bridge(database, config).start()
    await before.sign_in()
    call = before.switch.ring(caller())
    await before.hub.until(OfferMade)
    assert before.switch.calls[call].alerting is None  # the desktop shows it first
    async with asyncio.timeout(30):
        while before.switch.calls[call].alerting is None:
            await asyncio.sleep(0)
    before.switch.telephone_answers(call)
    talking = await before.changed(S.CONNECTED)
    strange = CallId("strange")
    before.switch.calls[strange] = SimulatedCall(id=strange, established=True, parked=True)
    await before.die()

    after = await Bridge(database, config, switch=before.switch).start()
    try:
        after.acd.switch_started()
        await after.acd.signed_in(record("ana", "support"))
        snapshot = after.acd.snapshot(ANA, frozenset({QueueId("support")}))
        assert [one.interaction_id for one in snapshot.interactions] == [talking.interaction_id]
        assert snapshot.agent.activity == "busy"
        assert snapshot.agent.phone == "1003"
        await after.ask(c.ClearCall(request_id=2, interaction_id=talking.interaction_id))
        await after.changed(S.WRAP_UP)
        assert not after.switch.calls
    finally:
        await after.acd.stop()


async def test_a_conference_outlives_its_bridge_and_its_caller(
    database: Database,  # noqa: F811
) -> None:
    config = replace(CONFIG, agents=(Section(login="ana", phone="1003"),))
    before = await Bridge(database, config, SimulatedSwitch(answers_at_once=True)).start()
    await before.sign_in()
    call = before.switch.ring(caller())
    await before.hub.until(OfferMade)
    async with asyncio.timeout(30):
        while before.switch.calls[call].alerting is None:
            await asyncio.sleep(0)
    before.switch.telephone_answers(call)
    name = (await before.changed(S.CONNECTED)).interaction_id
    for number in ("612345671", "612345672"):
        await before.ask(c.Consult(request_id=1, interaction_id=name, to=number))
        await before.seen(lambda one: one.consult == "talking")
        await before.ask(c.Conference(request_id=1, interaction_id=name))
        await before.seen(lambda one: one.consult == "conference")
        before.hub.events.clear()
    before.switch.far_end_clears(call)
    await before.seen(lambda one: [party.caller for party in one.parties] == [False, False])
    await before.die()

    after = await Bridge(database, config, switch=before.switch).start()
    try:
        after.acd.switch_started()
        await after.acd.signed_in(record("ana", "support"))
        [view] = after.acd.snapshot(ANA, frozenset({QueueId("support")})).interactions
        assert [one.number for one in view.parties] == ["+34612345671", "+34612345672"]
        await after.ask(
            c.DropParty(request_id=2, interaction_id=name, party=view.parties[0].party)
        )
        await after.seen(lambda one: len(one.parties) == 1)
        await after.ask(c.ClearCall(request_id=3, interaction_id=name))
        await after.changed(S.WRAP_UP)
        assert not after.switch.calls
        opened = await after.ask(OpenInteraction(request_id=4, interaction_id=name))
        assert all(one.ended_at is not None for one in opened.file.segments)
    finally:
        await after.acd.stop()


async def test_killed_in_a_call_and_started_again(bridge: Bridge) -> None:
    await bridge.sign_in()
    bridge.switch.ring(caller())
    talking = await bridge.accept()
    await bridge.ask(
        c.SaveNotes(request_id=1, interaction_id=talking.interaction_id, notes="typed")
    )
    bridge.switch.ring(caller("+34600000002"))
    await bridge.waits("+34600000002")
    await bridge.die()

    after = await Bridge(bridge.database).start()
    try:
        opened = await after.ask(
            OpenInteraction(request_id=4, interaction_id=talking.interaction_id)
        )
        contact = opened.file.interaction
        assert (contact.state, contact.failure, contact.notes) == (
            S.CLOSED,
            ClearCause.BRIDGE_RESTARTED,
            "typed",
        )
        assert [one.cause for one in opened.file.segments] == [ClearCause.BRIDGE_RESTARTED]
        snapshot = after.acd.snapshot(ANA, frozenset({QueueId("support")}))
        assert [one.number for one in snapshot.missed] == ["+34600000002"]
        assert await after.count(t.outbox) == 0
        await after.sign_in()
        after.switch.ring(caller("+34600000003"))
        assert (await after.hub.until(OfferMade)).offer.interaction.ani == "+34600000003"
    finally:
        await after.acd.stop()


async def test_what_was_stored_but_not_told_is_told_by_the_next_life(bridge: Bridge) -> None:
    """Killed between the commit and the telling."""
    await bridge.sign_in()
    bridge.acd._writer.publisher = Hub()  # nobody hears it
    bridge.switch.ring(caller())
    async with asyncio.timeout(30):
        while not bridge.acd.floor.offers:
            await asyncio.sleep(0.005)
    [offer] = bridge.acd.floor.offers
    assert await bridge.count(t.outbox) == 1
    await bridge.die()
    after = await Bridge(bridge.database).start()
    try:
        ended = [e for e in after.hub.events if isinstance(e, OfferEnded)]
        assert [(e.offer_id, e.state) for e in ended] == [(offer, OfferState.RESCINDED)]
        assert await after.count(t.outbox) == 0
    finally:
        await after.acd.stop()


async def test_stopped_cleanly_owes_nothing(bridge: Bridge) -> None:
    await bridge.sign_in()
    bridge.switch.ring(caller())
    await bridge.accept()
    await bridge.acd.stop()
    assert await bridge.count(t.outbox) == 0


async def test_a_clean_stop_stores_the_end_of_the_calls(bridge: Bridge) -> None:
    await bridge.sign_in()
    bridge.switch.ring(caller())
    talking = await bridge.accept()
    await bridge.switch.stop()
    await bridge.acd.stop()
    file = await SqlHistory(bridge.database, bridge.acd.rules).open(talking.interaction_id)
    assert file is not None
    assert [part.cause for part in file.segments] == [ClearCause.AGENT_CLEARED]


async def test_what_was_ringing_at_the_switch_is_queued_again(bridge: Bridge) -> None:
    """A switch that outlives the bridge (a PBX): its calls go on."""
    await bridge.sign_in()
    call = bridge.switch.ring(caller())
    await bridge.hub.until(OfferMade)
    await bridge.die()
    after = Bridge(bridge.database)
    after.switch.calls = dict(bridge.switch.calls)
    await after.start()
    try:
        await after.sign_in()
        offer = (await after.hub.until(OfferMade)).offer
        await after.ask(c.AcceptOffer(request_id=1, offer_id=offer.offer_id))
        await after.changed(S.CONNECTED)
        assert after.switch.commands == [("answer", call, "headset:ana")]
    finally:
        await after.acd.stop()


async def test_snapshot_of_an_agent(bridge: Bridge) -> None:
    await bridge.sign_in()
    bridge.switch.ring(caller("+34600000001"))
    await bridge.hub.until(OfferMade)
    bridge.switch.ring(caller("+34600000002"))
    await bridge.waits("+34600000002")
    seen = bridge.acd.snapshot(ANA, frozenset({QueueId("support")}))
    assert [one.interaction.ani for one in seen.offers] == ["+34600000001"]
    assert [one.ani for one in seen.interactions] == ["+34600000001", "+34600000002"]
    assert 0 < seen.offers[0].expires_in_ms <= 20_000
    assert seen.queues[0].waiting == 1
    other = bridge.acd.snapshot(AgentId("zoe"), frozenset())
    assert (other.offers, other.interactions, other.queues) == ((), (), ())
    assert other.agent.mode is AgentMode.LOGGED_OUT
    assert seen.lines[0].up


async def test_line_events_are_told(bridge: Bridge) -> None:
    bridge.switch.line_goes(up=False, detail="no route")
    event = await bridge.hub.until(LineChanged)
    assert (event.line.up, event.line.detail) == (False, "no route")


@pytest.mark.parametrize(
    "command",
    [
        c.AcceptOffer(request_id=1, offer_id="nothing"),
        c.HoldCall(request_id=1, interaction_id="nothing"),
        c.CompleteWrapUp(request_id=1, interaction_id="nothing", disposition="resolved"),
        c.CloseMissed(request_id=1, interaction_id="nothing"),
        c.Originate(request_id=1, to="612345678", queue_id="nothing"),
        c.Originate(request_id=1, to="612345678", missed_id="nothing"),
        OpenInteraction(request_id=1, interaction_id="nothing"),
        SearchHistory(request_id=1, filter=HistoryFilter(), cursor="nonsense"),
        SearchHistory(request_id=1, filter=HistoryFilter(), cursor=f"{10**40}.x"),
        SearchHistory(request_id=1, filter=HistoryFilter(text="x" * 201)),
        c.Ping(request_id=1),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_what_does_not_exist_is_refused(bridge: Bridge, command: Any) -> None:
    await bridge.sign_in()
    with pytest.raises(CommandRefused) as refused:
        await bridge.ask(command)
    assert refused.value.code in {
        RefusalCode.TOO_LATE,
        RefusalCode.INVALID,
        RefusalCode.NOT_FOUND,
    }


async def test_nobody_signed_in_commands_nothing(bridge: Bridge) -> None:
    with pytest.raises(CommandRefused) as refused:
        await bridge.ask(c.SetMode(request_id=1, mode=AgentMode.READY))
    assert refused.value.code is RefusalCode.WRONG_STATE


async def test_history_pages_filters_and_words(bridge: Bridge) -> None:
    agent = await bridge.sign_in()
    for n, notes in enumerate(("Factura de marzo", "100% pagado", "La avería")):
        done = await bridge.ask(c.Originate(request_id=1, to=f"61234560{n}"))
        view = bridge.acd.floor.interactions[done.id]
        bridge.switch.far_end_answers(view.call)  # type: ignore[arg-type]
        bridge.switch.far_end_clears(view.call)  # type: ignore[arg-type]
        await bridge.hub.until(
            InteractionChanged,
            lambda e, name=done.id: (
                e.interaction.interaction_id == name and e.interaction.state is S.WRAP_UP
            ),
        )
        await bridge.ask(
            c.CompleteWrapUp(
                request_id=1, interaction_id=done.id, disposition="information", notes=notes
            )
        )

    async def find(cursor: str = "", limit: int = 100, **fields: Any) -> HistoryFound:
        wanted = HistoryFilter(**fields)
        found: HistoryFound = await bridge.ask(
            SearchHistory(request_id=1, filter=wanted, cursor=cursor, limit=limit)
        )
        return found

    page = await find(limit=2)
    assert [one.notes for one in page.contacts] == ["La avería", "100% pagado"]
    page = await find(cursor=page.cursor, limit=2)
    assert ([one.notes for one in page.contacts], page.cursor) == (["Factura de marzo"], "")
    assert len((await find(text="AVERIA la")).contacts) == 1
    assert len((await find(text="100%")).contacts) == 1
    assert len((await find(text="%")).contacts) == 1
    assert len((await find(text="612 34 56 00")).contacts) == 1
    assert len((await find(agent_id=agent, direction=Direction.OUTBOUND)).contacts) == 3
    assert not (await find(missed_only=True)).contacts
    assert not (await find(disposition="resolved")).contacts
    assert not (await find(since=page.contacts[0].started_at.replace(year=2099))).contacts


async def test_last_contacts_of_several_customers(bridge: Bridge) -> None:
    await bridge.sign_in()
    names = [CustomerId(f"c-{n}") for n in range(3)]
    for n in range(12):
        bridge.people.result = one_match(f"N{n}", names[n % 2])
        bridge.switch.far_end_clears(bridge.switch.ring(caller(f"+346000000{n:02d}")))
        await bridge.hub.until(
            MissedChanged, lambda e, n=n: e.missed.number == f"+346000000{n:02d}"
        )
    history = SqlHistory(bridge.database, bridge.acd.rules)
    found = await history.last_contacts(names, 3)
    assert [one.customer_name for one in found[names[0]]] == ["N10", "N8", "N6"]
    assert [one.customer_name for one in found[names[1]]] == ["N11", "N9", "N7"]
    assert found[names[2]] == ()
    assert await history.last_contacts([], 3) == {}
    page, more = await history.page(names[0], limit=4)
    assert ([one.customer_name for one in page], more) == (["N10", "N8", "N6", "N4"], True)
    last = page[-1]
    page, more = await history.page(names[0], last.started_at, last.interaction_id, 4)
    assert ([one.customer_name for one in page], more) == (["N2", "N0"], False)
    counted = bridge.acd.snapshot(ANA, frozenset({QueueId("support")})).queues[0]
    assert counted.abandoned_today == 12
    after = await Bridge(bridge.database).start()
    again = after.acd.snapshot(ANA, frozenset({QueueId("support")})).queues[0]
    assert again.abandoned_today == 12  # counted anew from the store
    await after.acd.stop()


async def test_whom_the_last_agent_leaves_behind_is_seen_to_by_the_queues_rules(
    database: Database,  # noqa: F811
) -> None:
    """What the end of a turn asks of the switch is done too."""
    away = Overflow(when="nobody", do="hang_up")
    queue = Queue(id="support", name="Support", overflow=(away,))
    made = await Bridge(database, Config(queues=(queue,))).start()
    try:
        await made.sign_in()
        made.switch.ring(caller("+34600000001"))
        await made.accept()
        second = made.switch.ring(caller("+34600000002"))
        await made.waits("+34600000002")
        await made.ask(c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="lunch"))
        async with asyncio.timeout(30):
            while second in made.switch.calls:
                await asyncio.sleep(0.01)
        assert ("reject", second, "busy") in made.switch.commands
    finally:
        await made.acd.stop()


async def test_who_presses_1_and_hangs_up_while_the_store_is_away_is_called_back(
    database: Database,  # noqa: F811
) -> None:
    waiting = Treatment(kind="music", answer_after=0, callback_key="1")
    queue = Queue(id="support", name="Support", waiting=waiting)
    made = await Bridge(database, Config(queues=(queue,))).start()
    try:
        call = made.switch.ring(caller("+34600000001"))
        async with asyncio.timeout(30):
            while made.switch.calls[call].hears != ("es-wait",):
                await asyncio.sleep(0.01)
        made.store.failure = StoreError("locked", "the database is locked")
        made.switch.far_end_presses(call, "1")
        made.switch.far_end_clears(call)
        await asyncio.sleep(0.3)
        [contact] = made.acd.floor.interactions.values()
        assert (contact.channel, contact.call) == (Channel.VOICE, call)
        made.store.failure = None
        async with asyncio.timeout(30):
            while next(iter(made.acd.floor.interactions.values())).call is not None:
                await asyncio.sleep(0.01)
        [contact] = made.acd.floor.interactions.values()
        assert (contact.channel, contact.state) == (Channel.CALLBACK, S.QUEUED)
        await made.sign_in()
        offer = (await made.hub.until(OfferMade)).offer
        assert offer.interaction.interaction_id == contact.id
    finally:
        made.store.failure = None
        await made.acd.stop()


async def test_a_burst_is_folded_into_few_transactions(bridge: Bridge) -> None:
    """300 rings and cancels: none lost, none left, and far fewer commits than inputs."""
    commits = 0
    commit = bridge.store.commit

    async def counted(writes: Sequence[Write]) -> None:
        nonlocal commits
        commits += 1
        await commit(writes)

    bridge.store.commit = counted  # type: ignore[method-assign]
    await bridge.sign_in()
    calls = [bridge.switch.ring(caller(f"+346000{n:05d}")) for n in range(300)]
    await asyncio.sleep(0)
    for call in calls:
        bridge.switch.far_end_clears(call)
    async with asyncio.timeout(30):
        while bridge.acd.floor.interactions or len(bridge.acd.floor.missed) < 300:
            await asyncio.sleep(0.01)
    assert await bridge.count(t.interactions) == 300
    assert await bridge.count(t.missed_calls) == 300
    assert commits < 150
    assert bridge.acd.floor.agents[ANA].free


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
