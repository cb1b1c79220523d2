"""The distributor as the channels see it, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cti_bridge.acd.ports import Arrival, Glance, Taken
from cti_bridge.config.values import Config, Hours, Overflow, Queue, Reason
from cti_bridge.errors import StoreError
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import OfferMade, WaitingChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    OpenInteraction,
)
from cti_bridge.protocol.values import CustomerCard, HistoryFilter
from cti_bridge.protocol.vocabulary import (
    AgentMode,
    Channel,
    ClearCause,
    CustomerId,
    InteractionId,
    InteractionState,
    MatchReason,
    MessageId,
    QueueId,
    RefusalCode,
)
from cti_bridge.store.history import SqlHistory
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from tests.helpers.database import database  # noqa: F401
from tests.integration.acd.test_acd_distributor import ANA, CONFIG, Bridge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.store.engine import Database

S = InteractionState
LONG = "a" * 200 + "@example.com"


@pytest.fixture
async def bridge(database: Database) -> AsyncIterator[Bridge]:  # noqa: F811
    made = await Bridge(database).start()
    yield made
    made.store.failure = None
    await made.acd.stop()


def mail(name: str = "m-1", channel: Channel = Channel.EMAIL, **fields: Any) -> Arrival:
    number = Number(kind=NumberKind.EMAIL, value=LONG)
    given: dict[str, Any] = {
        "caller": Caller(number=number, display_name="Ana"),
        "queue": QueueId("support"),
        "at": datetime.now(UTC),
    }
    return Arrival(id=InteractionId(name), channel=channel, **(given | fields))


async def take(bridge: Bridge, name: str = "m-1") -> None:
    await bridge.ask(c.TakeContact(request_id=1, interaction_id=InteractionId(name)))


async def finish(bridge: Bridge, name: str = "m-1") -> None:
    await bridge.ask(
        c.CompleteWrapUp(
            request_id=1, interaction_id=InteractionId(name), disposition="resolved", notes="n"
        )
    )


class Watcher:
    """A channel; it may be broken."""

    def __init__(self) -> None:
        self.seen: list[tuple[S | None, S]] = []
        self.overflows: list[str] = []
        self.broken = False

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        if self.broken:
            raise RuntimeError("a channel failed")
        self.seen.append((before.state if before else None, after.state))

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        self.overflows.append(f"{contact.id} {do} {reply}")


async def test_everything_of_a_contact_is_kept(bridge: Bridge) -> None:
    wake = datetime.now(UTC) + timedelta(hours=1)
    await bridge.sign_in()
    to = Number(kind=NumberKind.E164, value="+34612345099", extension="12")
    await bridge.acd.arrive(
        mail(
            subject="Pedido Ñ",
            language="es",
            skills={"english": 2},
            priority=7,
            call_to=to,
            prefer=ANA,
            parent=InteractionId("older"),
        )
    )
    await take(bridge)
    await bridge.ask(
        c.ParkContact(
            request_id=1, interaction_id=InteractionId("m-1"), until=wake, note="after lunch"
        )
    )
    stored = await bridge.store.contact(InteractionId("m-1"))
    assert stored == bridge.acd.find(InteractionId("m-1"))
    assert stored is not None
    assert (stored.channel, stored.state) == (Channel.EMAIL, S.PARKED)
    assert stored.caller.number.value == LONG
    assert (stored.call_to, stored.wake_at, stored.parent) == (to, wake, "older")
    await bridge.die()
    after = await Bridge(bridge.database).start()
    try:
        again = after.acd.find(InteractionId("m-1"))
        assert again is not None
        assert (again.state, again.channel, again.skills) == (
            S.PARKED,
            Channel.EMAIL,
            {"english": 2},
        )
    finally:
        await after.acd.stop()


async def test_an_arrival_is_one_contact_however_often_it_is_told(bridge: Bridge) -> None:
    await bridge.sign_in()
    many = await asyncio.gather(*(bridge.acd.arrive(mail()) for _ in range(20)))
    assert set(many) == {Taken(id=InteractionId("m-1"))}
    await take_or_accept(bridge)
    await finish(bridge)
    assert bridge.acd.find(InteractionId("m-1")) is None
    assert await bridge.acd.arrive(mail(subject="again")) == Taken(id=InteractionId("m-1"))
    closed = await bridge.store.contact(InteractionId("m-1"))
    assert closed is not None
    assert (closed.state, closed.subject) == (S.CLOSED, "")


async def take_or_accept(bridge: Bridge) -> None:
    for offer in bridge.acd.floor.offers.values():
        await bridge.ask(c.AcceptOffer(request_id=1, offer_id=offer.id))
        return
    await take(bridge)


async def test_a_reply_reopens_a_contact_that_the_memory_has_forgotten(bridge: Bridge) -> None:
    await bridge.acd.signed_in(_record())
    await bridge.acd.arrive(mail())
    await take(bridge)
    await finish(bridge)
    first = await bridge.store.contact(InteractionId("m-1"))
    assert first is not None
    assert await bridge.acd.customer_wrote(InteractionId("m-1"), datetime.now(UTC))
    again = bridge.acd.find(InteractionId("m-1"))
    assert again is not None
    assert (again.state, again.prefer, again.version) == (S.QUEUED, ANA, first.version + 1)
    assert not await bridge.acd.customer_wrote(InteractionId("nobody"), datetime.now(UTC))


def _record() -> Any:
    from tests.helpers.floor import record

    return record("ana", "support")


async def test_a_known_customer_s_card_is_in_the_offer_after_a_close_and_after_a_restart(
    bridge: Bridge,
) -> None:
    card = CustomerCard(customer_id=CustomerId("c-7"), version=1, name="Ana Peña")
    bridge.people.cards["c-7"] = card
    await bridge.acd.signed_in(_record())
    await bridge.acd.arrive(mail(customer=CustomerId("c-7"), customer_name="Ana Peña"))
    await take(bridge)
    await finish(bridge)
    await bridge.acd.customer_wrote(InteractionId("m-1"), datetime.now(UTC))
    again = bridge.acd.find(InteractionId("m-1"))
    assert again is not None
    assert again.match is not None
    assert (again.match.matches[0].card, again.match.matches[0].reason) == (
        card,
        MatchReason.SAME_THREAD,
    )
    await bridge.die()
    after = Bridge(bridge.database)
    after.people.cards["c-7"] = card
    await after.start()
    try:
        await after.sign_in()
        offer = (await after.hub.until(OfferMade)).offer
        assert offer.interaction.match.matches[0].card == card
    finally:
        await after.acd.stop()


async def test_a_reply_to_a_contact_of_before_the_migration_is_none_of_a_call(
    bridge: Bridge,
) -> None:
    """A call that is over does not come back by a message."""
    await bridge.sign_in()
    from tests.helpers.floor import caller

    call = bridge.switch.ring(caller())
    talking = await bridge.accept()
    bridge.switch.far_end_clears(call)
    await bridge.changed(S.WRAP_UP)
    await finish(bridge, talking.interaction_id)
    assert not await bridge.acd.customer_wrote(talking.interaction_id, datetime.now(UTC))


async def test_two_agents_and_one_contact(bridge: Bridge) -> None:
    await bridge.acd.signed_in(_record())
    from tests.helpers.floor import record

    await bridge.acd.signed_in(record("bea", "support"))
    await bridge.acd.arrive(mail())
    command = c.TakeContact(request_id=1, interaction_id=InteractionId("m-1"))
    asked = [bridge.ask(command), bridge.acd.handle(record("bea").agent_id, command)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in done if isinstance(one, CommandRefused)]
    assert [one.code for one in refused] == [RefusalCode.TOO_LATE]
    opened = await bridge.ask(OpenInteraction(request_id=2, interaction_id=InteractionId("m-1")))
    taken = next(step for step in opened.file.journey if step.what == "taken")
    assert taken.decision.why == "taken"
    assert taken.decision.candidates[0].name in ("Ana", "Bea")


async def test_while_nothing_can_be_stored_a_channel_is_told_so(bridge: Bridge) -> None:
    bridge.store.failure = StoreError("locked", "the database is locked")
    with pytest.raises(StoreError):
        await bridge.acd.arrive(mail())
    bridge.store.failure = None
    assert bridge.acd.find(InteractionId("m-1")) is None
    assert not bridge.acd.floor.pool.standing
    await bridge.acd.arrive(mail())
    bridge.store.failure = StoreError("locked", "the database is locked")
    with pytest.raises(StoreError):
        await bridge.acd.customer_left(InteractionId("m-1"), ClearCause.CALLER_GAVE_UP)
    assert set(bridge.acd.floor.pool.standing) == {"m-1"}


async def test_a_channel_that_fails_harms_nobody_and_later_ones_are_told(
    bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = Watcher(), Watcher()
    bad.broken = True
    bridge.acd.attach(observers=[bad, good])
    await bridge.acd.arrive(mail())
    assert good.seen == [(None, S.QUEUED)]
    assert "a channel failed" in caplog.text


async def test_what_is_open_at_the_start_is_told(bridge: Bridge) -> None:
    await bridge.acd.arrive(mail())
    await bridge.die()
    after, watcher = Bridge(bridge.database), Watcher()
    after.acd.attach(observers=[watcher])
    await after.start()
    try:
        assert watcher.seen == [(None, S.QUEUED)]
    finally:
        await after.acd.stop()


class Written:
    """Conversations with one message each."""

    def __init__(self) -> None:
        self.copies: list[tuple[str, str]] = []

    def glance(self, interaction: InteractionId) -> Glance:
        return Glance(unread=3, last_text="hola")

    async def split(
        self, source: InteractionId, messages: Sequence[MessageId], target: InteractionId
    ) -> bool:
        self.copies.append((source, target))
        return "known" in messages


async def test_a_split_copies_first_and_makes_nothing_of_nothing(bridge: Bridge) -> None:
    written = Written()
    bridge.acd.attach(conversations=written)
    await bridge.acd.signed_in(_record())
    await bridge.acd.arrive(mail())
    await take(bridge)
    about: dict[str, Any] = {"request_id": 1, "interaction_id": InteractionId("m-1")}
    for ids, code in (((MessageId("other"),), "not_found"), ((), "invalid")):
        with pytest.raises(CommandRefused) as error:
            await bridge.ask(c.SplitContact(**about, message_ids=ids))
        assert error.value.code == code
    done = await bridge.ask(c.SplitContact(**about, message_ids=(MessageId("known"),)))
    made = bridge.acd.find(InteractionId(done.id))
    assert made is not None
    assert (made.parent, made.agent) == ("m-1", ANA)
    assert written.copies[-1] == ("m-1", done.id)


async def test_the_waiting_list_shows_what_was_written(bridge: Bridge) -> None:
    bridge.acd.attach(conversations=Written())
    await bridge.acd.arrive(mail())
    told = await bridge.hub.until(WaitingChanged)
    (shown,) = told.changed
    assert (shown.unread, shown.last_text, shown.position) == (3, "hola", 1)


async def test_service_is_open_with_somebody_there(database: Database) -> None:  # noqa: F811
    opens = datetime.now(UTC) + timedelta(days=2)
    day = opens.strftime("%A").lower()
    hours = Hours(id="later", zone="UTC", **{day: ("10:00-11:00",)})
    queues = (
        Queue(id="support", name="Support"),
        Queue(
            id="shut",
            name="Shut",
            hours="later",
            overflow=(Overflow(when="closed", do="email", reply="bye"),),
        ),
    )
    bridge = await Bridge(database, Config(queues=queues, hours=(hours,))).start()
    try:
        assert bridge.acd.service(QueueId("support")) == (False, None)
        await bridge.sign_in()
        assert bridge.acd.service(QueueId("support")) == (True, None)
        served, when = bridge.acd.service(QueueId("shut"))
        assert not served
        assert when is not None
        assert (when.strftime("%A").lower(), when.hour) == (day, 10)
        taken = await bridge.acd.arrive(mail("c-1", Channel.CHAT, queue=QueueId("shut")))
        assert (taken.turned_away, taken.outcome, taken.reply) == ("closed", "email", "bye")
        stored = await bridge.store.contact(InteractionId("c-1"))
        assert stored is not None
        assert stored.failure is ClearCause.TURNED_AWAY
    finally:
        await bridge.acd.stop()


async def test_history_finds_the_subject_the_channel_and_the_state(bridge: Bridge) -> None:
    await bridge.acd.signed_in(_record())
    await bridge.acd.arrive(mail("m-1", subject="Factura equivocada"))
    await bridge.acd.arrive(mail("m-2", subject="Otra cosa"))
    await take(bridge)
    await finish(bridge)
    history = SqlHistory(bridge.database, bridge.acd.rules)
    found, _ = await history.search(HistoryFilter(text="factura EQUIVOCADA"), "", 10)
    assert [(one.interaction_id, one.subject, one.agent_id) for one in found] == [
        ("m-1", "Factura equivocada", ANA)
    ]
    for wanted, names in (
        (HistoryFilter(state=S.QUEUED), ["m-2"]),
        (HistoryFilter(channel=Channel.EMAIL), ["m-2", "m-1"]),
        (HistoryFilter(channel=Channel.VOICEMAIL), []),
    ):
        found, _ = await history.search(wanted, "", 10)
        assert [one.interaction_id for one in found] == names


async def test_a_pause_counts_on_after_a_restart(database: Database) -> None:  # noqa: F811
    lunch = Reason(code="lunch", es="Comida", en="Lunch", daily_seconds=600)
    config = Config(queues=CONFIG.queues, reasons=(lunch,))
    bridge = await Bridge(database, config).start()
    bridge.clock.ahead = _noon() - datetime.now(UTC)
    await bridge.sign_in()
    pause = c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="lunch")
    await bridge.ask(pause)
    bridge.clock.ahead += timedelta(seconds=601)
    await bridge.ask(c.SetMode(request_id=1, mode=AgentMode.READY))
    await bridge.die()
    after = Bridge(database, config)
    after.clock.ahead = bridge.clock.ahead
    await after.start()
    try:
        await after.sign_in()
        with pytest.raises(CommandRefused) as error:
            await after.ask(pause)
        assert error.value.code is RefusalCode.USED_UP
    finally:
        await after.acd.stop()


def _noon() -> datetime:
    """Today's, so that no midnight falls into the test."""
    return datetime.now().astimezone().replace(hour=12, minute=0).astimezone(UTC)
