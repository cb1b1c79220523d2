"""The distributor's face: what comes in, from the switch, the channels, the desktops and their
sessions. Implements `acd.ports.Contacts`."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from cti_bridge.acd import recovery
from cti_bridge.acd.clock import SystemClock
from cti_bridge.acd.floor import Floor
from cti_bridge.acd.history import HistoryDesk
from cti_bridge.acd.inputs import (
    Asked,
    Came,
    CameIn,
    CustomerGone,
    CustomersErased,
    CustomersMerged,
    CustomersSeparated,
    Left,
    Lost,
    Rests,
    Wrote,
)
from cti_bridge.acd.loop import Commander, Timers
from cti_bridge.acd.matching import Matcher
from cti_bridge.acd.monitoring import live_calls
from cti_bridge.acd.ports import Audience, Outward, Taken
from cti_bridge.acd.reconciling import Reconciler
from cti_bridge.acd.rules import Rules
from cti_bridge.acd.snapshot import Parts, parts_of
from cti_bridge.acd.surviving import Alive
from cti_bridge.acd.ticker import Ticker
from cti_bridge.acd.turns import COMMANDS
from cti_bridge.acd.views import line_view
from cti_bridge.acd.work import may_split
from cti_bridge.acd.writer import Item, Writer
from cti_bridge.errors import StoreError
from cti_bridge.ids import new_id
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import LineChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    ListTimeline,
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.vocabulary import AgentId, Channel, InteractionId, RefusalCode
from cti_bridge.tasks import Scope
from cti_bridge.telephony.ports import CallDelivered, Caller, CallEvent, LineDown, LineUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from cti_bridge.acd.agent import AgentRecord
    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import (
        AcdStore,
        Arrival,
        Clock,
        ContactObserver,
        Conversations,
        Customers,
        History,
        Permit,
        Publisher,
    )
    from cti_bridge.config.values import Config
    from cti_bridge.protocol.commands import AnyCommand, AnyReply, Done
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import ClearCause, CustomerId, QueueId
    from cti_bridge.telephony.ports import Switch, SwitchEvent

logger = logging.getLogger(__name__)
MAX_WAITING_COMMANDS: Final = 1000
MAX_SPLIT: Final = 200
MOST_REMEMBERED: Final = 1000
AT_ONCE = (c.ClearCall, c.SendDigits)
READS = (ListTimeline, SearchHistory, OpenInteraction)


class Distributor:
    def __init__(
        self,
        *,
        config: Config,
        switch: Switch,
        store: AcdStore,
        history: History,
        customers: Customers,
        publisher: Publisher,
        permit: Permit | None = None,
        conversations: Conversations | None = None,
        observers: Sequence[ContactObserver] = (),
        clock: Clock | None = None,
        ids: Callable[[], str] = new_id,
    ) -> None:
        self._ids = ids
        self._switch, self._store, self._customers = switch, store, customers
        self._publisher = publisher
        self._clock = clock or SystemClock()
        self.rules = Rules(config, switch.verbs, switch.verbs_of)
        self.floor = Floor()
        self._scope = Scope("acd")
        self._inbox: asyncio.Queue[Item] = asyncio.Queue()
        self._commands = 0
        self._timers = Timers(self._clock, self._put)
        self._commander = Commander(switch, self._scope, self._put, permit)
        self._matcher = Matcher(
            customers,
            self._scope,
            self._put,
            config.matching.budget_ms / 1000,
            (config.matching.key_variable, config.matching.key_source),
        )
        self._ticker = Ticker(self.floor, self.rules, self._clock, publisher)
        self._writer = Writer(
            floor=self.floor,
            rules=self.rules,
            store=store,
            publisher=publisher,
            clock=self._clock,
            ids=ids,
            scope=self._scope,
            timers=self._timers,
            commander=self._commander,
            ticker=self._ticker,
            inbox=self._inbox,
        )
        self._reconciler = Reconciler(
            switch=switch,
            floor=self.floor,
            clock=self._clock,
            put=self._put,
            give=lambda action: self._commander.give([action], None, None),
            behind=lambda: self._writer.behind,
        )
        self._desk = HistoryDesk(history)
        self.attach(conversations=conversations, observers=(self._matcher, *observers))

    def attach(
        self,
        *,
        conversations: Conversations | None = None,
        observers: Sequence[ContactObserver] = (),
    ) -> None:
        """Who else must know of contacts; before `start`."""
        if conversations is not None:
            self.floor.conversations = conversations
        self._writer.observers.extend(observers)

    # -- life

    async def start(self) -> None:
        """Takes up what the last life left. Raises StoreError. Before the switch starts."""
        now = self._clock.now()
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        work = await self._store.load(today=midnight.astimezone(UTC))
        recovery.fill(self.floor, work, self.rules, now.astimezone().date())
        live = {one.call: one for one in await self._switch.live_calls()}
        await self._writer.recover(work, Alive(calls=live, unsure=self._switch.unsure()))
        await self._remember()
        self._writer.start()
        self._scope.spawn(self._ticker.run(), "ticker")

    def switch_started(self) -> None:
        """The switch takes commands: it is told what the recovery found, and asked each minute
        what is alive. After `start`."""
        self._writer.switch_started()
        self._scope.spawn(self._reconciler.run(), "reconcile")

    async def _remember(self) -> None:
        """The cards of known customers who wait or were put aside: no look-up is stored."""
        floor = self.floor
        known = [one for one in floor.interactions.values() if one.match is None and one.customer]
        known.sort(key=lambda one: one.queued_at or one.started_at)
        for contact in known[:MOST_REMEMBERED]:
            again = await self._matcher.remembered(contact)
            floor.interactions[contact.id] = again
            floor.pool.put_contact(again)

    async def stop(self) -> None:
        """Stores what the switch said last, then ends; calls are the switch's to clear.

        Safe to call twice. What the store does not take within two seconds is left to the
        next life's recovery.
        """
        self._timers.close()
        await self._writer.drain()
        await self._scope.close()
        await self._writer.end()

    # -- what comes in

    def switch_event(self, event: SwitchEvent) -> None:
        """The switch's sink; never blocks."""
        if isinstance(event, CallDelivered):
            self._matcher.look_up(event)
        elif isinstance(event, LineUp | LineDown):
            self._line_changed(event)
            if isinstance(event, LineUp):
                self._reconciler.wake()
        else:
            if isinstance(event, CallEvent):
                self._matcher.flush(event.call)
            self._put(event)

    async def handle(self, agent: AgentId, command: AnyCommand) -> AnyReply:
        """Does one command of this room; raises CommandRefused."""
        if isinstance(command, c.ListCalls):
            calls = live_calls(self.floor, self.rules, agent)
            return c.CallsListed(request_id=command.request_id, calls=calls)
        if isinstance(command, READS):
            return await self._desk.answer(command)
        if type(command) not in COMMANDS:
            raise CommandRefused(RefusalCode.INVALID, "not a command of the distributor")
        if self._commands >= MAX_WAITING_COMMANDS:
            raise CommandRefused(RefusalCode.OVERLOADED, retry_after_s=1.0)
        self._commands += 1
        try:
            asked = await self._looked_up(Asked(agent=agent, command=command))
            if isinstance(command, c.SplitContact):
                asked = await self._copied(asked, command)
            done: Done = await self._ask(asked)
        finally:
            self._commands -= 1
        if isinstance(command, c.AttachCustomer) and command.teach and asked.card is not None:
            await self._teach(agent, command)
        return done

    async def signed_in(self, agent: AgentRecord, *, resumed: bool = False) -> None:
        """A session is up; `resumed` or not, work in hand is kept."""
        logger.info("agent %s is here%s", agent.login, " again" if resumed else "")
        await self._ask(Came(record=self.rules.able(agent)))

    async def session_lost(self, agent: AgentId) -> None:
        """The grace time runs from here."""
        self._put(Lost(agent=agent))

    async def signed_out(self, agent: AgentId) -> None:
        self._put(Left(agent=agent))

    def snapshot(self, agent: AgentId, queues: frozenset[QueueId]) -> Parts:
        """What this agent may see, as of the events published so far; no await between."""
        lines = tuple(map(line_view, self._switch.lines()))
        return parts_of(self.floor, self.rules, self._clock.now(), agent, queues, lines)

    # -- customers

    async def merged(self, absorbed: CustomerId, survivor: CustomerCard) -> None:
        """Two customers became one: contacts of the absorbed, and those that are being looked
        up, are the survivor's. Returns once that stands, or waits to be stored."""
        card = await self._card(survivor)
        await self._told(CustomersMerged(absorbed=absorbed, survivor=card))

    async def separated(self, customer: CustomerCard, contacts: frozenset[InteractionId]) -> None:
        """One of them is itself again, and these contacts are its own."""
        card = await self._card(customer)
        await self._told(CustomersSeparated(customer=card, contacts=contacts))

    async def erased(self, customers: frozenset[CustomerId], own: frozenset[str]) -> None:
        """There are no such customers any more: a contact that is being looked up is nobody's,
        and of missed calls from them, or from their own numbers, nobody is told."""
        await self._told(CustomersErased(customers=customers, own=own))

    async def _card(self, card: CustomerCard) -> CustomerCard:
        """With its last contacts, where they can be read."""
        try:
            return await self._customers.card(card.customer_id) or card
        except StoreError as error:
            logger.error("a customer's card could not be read: %s", error)
            return card

    async def _told(self, given: CustomersErased | CustomersMerged | CustomersSeparated) -> None:
        try:
            await self._ask(given)
        except CommandRefused as refusal:
            logger.warning("stored when the database is back: %s", refusal)
            self._put(given)

    # -- Contacts

    def find(self, interaction: InteractionId) -> Interaction | None:
        return self.floor.interactions.get(interaction)

    def contact_with(self, agent: AgentId, customer: CustomerId) -> InteractionId | None:
        """The agent's open contact with this customer, or with somebody who may be this one."""
        known = self.floor.agents.get(agent)
        for name in known.work if known else ():
            contact = self.floor.interactions.get(name)
            if contact is not None and customer in (contact.customer, *_matched(contact)):
                return name
        return None

    def in_hand(self, agent: AgentId, contact: InteractionId) -> bool:
        known = self.floor.agents.get(agent)
        return known is not None and contact in known.work

    def holder(self, contact: InteractionId) -> AgentId | None:
        known = self.floor.interactions.get(contact)
        agent = known.agent if known is not None else None
        return agent if agent is not None and self.in_hand(agent, contact) else None

    async def arrive(self, arrival: Arrival) -> Taken:
        if self.find(arrival.id) is not None:
            return Taken(id=arrival.id)
        if await self._store.contact(arrival.id) is not None:
            return Taken(id=arrival.id)  # and over: the same mail, told once more
        taken: Taken = await self._stored(CameIn(arrival=arrival))
        return taken

    async def customer_wrote(self, interaction: InteractionId, at: datetime) -> bool:
        stored = None
        if self.find(interaction) is None:
            stored = await self._store.contact(interaction)
            if stored is None:
                return False
            stored = await self._matcher.remembered(stored)
        wrote: bool = await self._stored(Wrote(interaction=interaction, at=at, stored=stored))
        return wrote

    async def customer_left(self, interaction: InteractionId, cause: ClearCause) -> None:
        await self._stored(CustomerGone(interaction=interaction, cause=cause))

    async def rest(self, interaction: InteractionId) -> None:
        await self._stored(Rests(interaction=interaction))

    def expected_wait(self, interaction: InteractionId) -> tuple[int, int | None]:
        return self.floor.expected_wait(interaction)

    def service(self, queue: QueueId) -> tuple[bool, datetime | None]:
        now = self._clock.now()
        opened = self.rules.is_open(queue, now)
        served = opened and self.floor.pool.staffed(queue, Channel.CHAT) > 0
        return served, None if opened else self.rules.opens_at(queue, now)

    async def _stored(self, given: Input) -> Any:
        """What becomes of a channel's input; raises StoreError where it was not stored."""
        try:
            return await self._ask(given)
        except CommandRefused as refusal:
            if refusal.code is not RefusalCode.STORE_AWAY:
                raise
            raise StoreError("unreachable", refusal.detail or "nothing can be stored") from refusal

    async def _copied(self, asked: Asked, command: c.SplitContact) -> Asked:
        """The messages that go into the new contact, before there is one: a split of nothing
        leaves nothing behind."""
        agent = self.floor.agents.get(asked.agent)
        if agent is None:
            raise CommandRefused(RefusalCode.WRONG_STATE, "not signed in as an agent")
        may_split(self._writer.reading(), agent, command)
        if not 0 < len(command.message_ids) <= MAX_SPLIT:
            raise CommandRefused(RefusalCode.INVALID, "1 to 200 messages", field="message_ids")
        made = InteractionId(self._ids())
        copied = await self.floor.conversations.split(
            command.interaction_id, command.message_ids, made
        )
        if not copied:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="message_ids")
        return replace(asked, made=made)

    def _put(self, given: Input) -> None:
        self._inbox.put_nowait(Item(given, self._clock.now()))

    async def _ask(self, given: Input) -> Any:
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        item = Item(given, self._clock.now(), reply)
        instant = isinstance(given, Asked) and isinstance(given.command, AT_ONCE)
        if not instant or not self._writer.at_once(item):
            self._inbox.put_nowait(item)
        return await reply

    async def _looked_up(self, asked: Asked) -> Asked:
        """The customer that the command names, before it takes its place in the inbox."""
        command = asked.command
        if not isinstance(command, c.AttachCustomer | c.Originate):
            return asked
        if isinstance(command, c.Originate):
            await self._commander.ask(self._outward(command))
        if command.customer_id is not None:
            card = await self._customers.card(command.customer_id)
            if card is None:
                raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
            return replace(asked, card=card)
        if isinstance(command, c.Originate):
            number = self.rules.read_number(command.to[:120])
            return replace(asked, match=await self._matcher.now(Caller(number=number)))
        return asked

    def _outward(self, command: c.Originate) -> Outward:
        """Before there is a contact: a call that must not be leaves none."""
        number = self.rules.read_number(command.to[:120])
        row = self.floor.missed.get(command.missed_id) if command.missed_id else None
        calls_back = row is not None and row.caller.number == number
        return Outward(number=number, customer=command.customer_id, answering=calls_back)

    async def _teach(self, agent: AgentId, command: c.AttachCustomer) -> None:
        contact = self.floor.interactions.get(command.interaction_id)
        known = self.floor.agents.get(agent)
        if contact is None or known is None or command.customer_id is None:
            return
        await self._customers.teach(command.customer_id, contact.caller, known.name)

    def _line_changed(self, event: LineUp | LineDown) -> None:
        for line in self._switch.lines():
            if line.line == event.line:
                self._publisher.publish(LineChanged(line=line_view(line)), Audience())


def _matched(contact: Interaction) -> Iterator[CustomerId]:
    return (one.card.customer_id for one in (contact.match.matches if contact.match else ()))
