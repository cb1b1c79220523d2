"""The one writer: every input passes its inbox, each turn is one transaction.

What a turn changes is stored first; then memory follows, the desktops are told, timers are
set and the switch is commanded. A turn that cannot be stored changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Final

from cti_bridge.acd import recovery
from cti_bridge.acd.clock import SystemClock
from cti_bridge.acd.floor import Floor
from cti_bridge.acd.history import HistoryDesk
from cti_bridge.acd.inputs import Asked, Came, Left, Lost
from cti_bridge.acd.loop import Commander, Timers, refuse, settle
from cti_bridge.acd.matching import Matcher
from cti_bridge.acd.news import news_of
from cti_bridge.acd.outbox import believable, pack, unpack
from cti_bridge.acd.ports import Audience, StaleWrite
from cti_bridge.acd.queue import QueueFigures
from cti_bridge.acd.router import assign
from cti_bridge.acd.rules import Rules
from cti_bridge.acd.snapshot import Parts, parts_of
from cti_bridge.acd.step import Step
from cti_bridge.acd.ticker import Ticker
from cti_bridge.acd.turns import COMMANDS, take
from cti_bridge.acd.views import line_view
from cti_bridge.acd.writes import AddOutbox, DropOutbox, StillAlive
from cti_bridge.errors import StoreError
from cti_bridge.ids import new_id
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import AnyEvent, LineChanged, OfferMade
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import AgentId, RefusalCode
from cti_bridge.tasks import Scope
from cti_bridge.telephony.ports import CallDelivered, Caller, CallEvent, LineDown, LineUp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.acd.agent import AgentRecord
    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.ports import AcdStore, Clock, Customers, History, Publisher
    from cti_bridge.acd.writes import Write
    from cti_bridge.config.values import Config
    from cti_bridge.protocol.commands import AnyCommand, AnyReply, Done
    from cti_bridge.protocol.vocabulary import QueueId
    from cti_bridge.telephony.ports import Switch, SwitchEvent

logger = logging.getLogger(__name__)
BATCH: Final = 32
"""Inputs that one transaction takes at most, when they have piled up behind it."""
MAX_WAITING_COMMANDS: Final = 1000
RETRY_SECONDS: Final = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)
ALIVE_SECONDS: Final = 5.0
DRAIN_SECONDS: Final = 2.0
DROPPED_AT_ONCE: Final = 64
"""Outbox rows that were told wait for each other: a deletion of its own costs 0.2 ms a call."""
READS = (c.ListTimeline, c.SearchHistory, c.OpenInteraction)


@dataclass(slots=True)
class Item:
    given: Input
    reply: asyncio.Future[Done] | None = None


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
        clock: Clock | None = None,
        ids: Callable[[], str] = new_id,
    ) -> None:
        self._switch, self._store, self._customers = switch, store, customers
        self._publisher, self._ids = publisher, ids
        self._clock = clock or SystemClock()
        self.rules = Rules(config, switch.verbs)
        self.floor = Floor()
        self._scope = Scope("acd")
        self._inbox: asyncio.Queue[Item] = asyncio.Queue()
        self._deferred: deque[Item] = deque()  # events that the store has not taken yet
        self._attempt = 0
        self._retrying = self._running = False
        self._writing = asyncio.Lock()  # turns and retries take turns
        self._commands = 0
        self._told: list[str] = []  # outbox rows that are no longer owed
        self._timers = Timers(self._clock, self._put)
        self._commander = Commander(switch, self._scope, self._put)
        self._matcher = Matcher(
            customers, self._scope, self._put, config.matching.budget_ms / 1000
        )
        self._ticker = Ticker(self.floor, self.rules, self._clock, publisher)
        self._desk = HistoryDesk(history)

    # -- life

    async def start(self) -> None:
        """Takes up what the last life left. Raises StoreError. Before the switch starts."""
        now = self._clock.now()
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        work = await self._store.load(today=midnight.astimezone(UTC))
        recovery.fill(self.floor, work, self.rules, now.astimezone().date())
        live = {one.call: one for one in await self._switch.live_calls()}
        step = self._step()
        recovery.reconcile(step, live, work.alive_at)
        step.seal()
        news = [told for _, frames in work.outbox for told in self._owed(frames)]
        news += news_of(step)
        drop = [recovery.owed(work)] if work.outbox else []
        await self._store.commit([*step.writes(), *drop, StillAlive(at=now)])
        step.keep()
        for event, to in news:
            self._publisher.publish(event, to)
        self._commander.give(step.effects.actions, None, None)
        self._running = True
        self._scope.spawn(self._run(), "inbox")
        self._scope.spawn(self._ticker.run(), "ticker")
        self._scope.spawn(self._live(), "alive")

    async def stop(self) -> None:
        """Stores what the switch said last, then ends; calls are the switch's to clear.

        Safe to call twice. What the store does not take within two seconds is left to the
        next life's recovery.
        """
        self._timers.close()
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                if self._running:
                    await self._inbox.join()
        except TimeoutError:
            logger.warning("%d inputs were not stored before the end", self._inbox.qsize())
        self._running = False
        await self._scope.close()
        while not self._inbox.empty():
            refuse(self._inbox.get_nowait().reply, _stopping())
        if self._told:
            await self._drop_told()

    def _owed(self, frames: bytes) -> list[tuple[AnyEvent, Audience]]:
        try:
            return [(believable(event), to) for event, to in unpack(frames)]
        except ValueError as error:  # msgspec.DecodeError
            logger.warning("an outbox row of another version is dropped: %s", error)
            return []

    # -- what comes in

    def switch_event(self, event: SwitchEvent) -> None:
        """The switch's sink; never blocks."""
        if isinstance(event, CallDelivered):
            self._matcher.look_up(event)
        elif isinstance(event, LineUp | LineDown):
            self._line_changed(event)
        else:
            if isinstance(event, CallEvent):
                self._matcher.flush(event.call)
            self._put(event)

    async def handle(self, agent: AgentId, command: AnyCommand) -> AnyReply:
        """Does one command of this room; raises CommandRefused."""
        if isinstance(command, READS):
            return await self._desk.answer(command)
        if type(command) not in COMMANDS:
            raise CommandRefused(RefusalCode.INVALID, "not a command of the distributor")
        if self._commands >= MAX_WAITING_COMMANDS:
            raise CommandRefused(RefusalCode.OVERLOADED, retry_after_s=1.0)
        self._commands += 1
        try:
            asked = await self._looked_up(Asked(agent=agent, command=command))
            done = await self._ask(asked)
        finally:
            self._commands -= 1
        if isinstance(command, c.AttachCustomer) and command.teach and asked.card is not None:
            await self._teach(agent, command)
        return done

    async def signed_in(self, agent: AgentRecord, *, resumed: bool = False) -> None:
        """A session is up; `resumed` or not, work in hand is kept."""
        logger.info("agent %s is here%s", agent.login, " again" if resumed else "")
        await self._ask(Came(record=agent))

    async def session_lost(self, agent: AgentId) -> None:
        """The grace time runs from here."""
        self._put(Lost(agent=agent))

    async def signed_out(self, agent: AgentId) -> None:
        self._put(Left(agent=agent))

    def snapshot(self, agent: AgentId, queues: frozenset[QueueId]) -> Parts:
        """What this agent may see, as of the events published so far; no await between."""
        lines = tuple(map(line_view, self._switch.lines()))
        return parts_of(self.floor, self.rules, self._clock.now(), agent, queues, lines)

    def _put(self, given: Input) -> None:
        self._inbox.put_nowait(Item(given))

    async def _ask(self, given: Input) -> Done:
        reply: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._inbox.put_nowait(Item(given, reply))
        return await reply

    async def _looked_up(self, asked: Asked) -> Asked:
        """The customer that the command names, before it takes its place in the inbox."""
        command = asked.command
        if not isinstance(command, c.AttachCustomer | c.Originate):
            return asked
        if command.customer_id is not None:
            card = await self._customers.card(command.customer_id)
            if card is None:
                raise CommandRefused(RefusalCode.NOT_FOUND, field="customer_id")
            return replace(asked, card=card)
        if isinstance(command, c.Originate):
            number = self.rules.read_number(command.to[:120])
            return replace(asked, match=await self._matcher.now(Caller(number=number)))
        return asked

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

    # -- the writer

    async def _run(self) -> None:
        while True:
            items = [await self._inbox.get()]
            while len(items) < BATCH and not self._inbox.empty():
                items.append(self._inbox.get_nowait())
            try:
                await self._turn(items)
            except Exception:
                logger.exception("a turn failed")
                for item in items:
                    refuse(item.reply, CommandRefused(RefusalCode.INTERNAL))
            for _ in items:
                self._inbox.task_done()

    async def _turn(self, items: Sequence[Item]) -> None:
        if self._deferred:
            # events keep their order behind those that wait; commands are tried
            self._deferred.extend(item for item in items if item.reply is None)
            items = [item for item in items if item.reply is not None]
        if items and not await self._try(items):
            for item in items:
                if item.reply is None:
                    self._deferred.append(item)
                else:
                    refuse(item.reply, CommandRefused(RefusalCode.INTERNAL, "not stored"))
            self._retry_later()

    async def _try(self, items: Sequence[Item]) -> bool:
        """Whether the store took it."""
        async with self._writing:
            return await self._try_now(items)

    async def _try_now(self, items: Sequence[Item]) -> bool:
        step = self._step()
        replies = [(item, self._take(step, item)) for item in items]
        assign(step)
        step.seal()
        news = news_of(step)
        writes = self._writes(step, news)
        try:
            if writes:
                await self._store.commit(writes)
        except StoreError as error:
            logger.error("a turn of %d inputs was not stored: %s", len(items), error)
            return False
        except StaleWrite as error:
            logger.error("another writer was first: %s", error)
            await self._adopt_versions()
            return False
        self._kept(writes)
        step.keep()
        self._tell(news)
        self._ticker.mark(step.effects.queues, step.agents.changed)
        for key, at in step.effects.timers.items():
            self._timers.set(key, at)
        self._act(step, replies)
        return True

    async def _adopt_versions(self) -> None:
        """What the store says of versions is true; the next try writes over them."""
        try:
            work = await self._store.load(today=self._clock.now())
        except StoreError as error:
            logger.error("the versions could not be read: %s", error)
            return
        floor = self.floor
        for contact in work.interactions:
            if (mine := floor.interactions.get(contact.id)) is not None:
                floor.interactions[contact.id] = replace(mine, version=contact.version)
        for agent in work.agents:
            if (ours := floor.agents.get(agent.id)) is not None:
                floor.agents[agent.id] = replace(ours, version=agent.version)

    def _take(self, step: Step, item: Item) -> tuple[int, int, Done | None]:
        """The actions that this input asked for, as a range, and its reply."""
        undo, first = step.mark(), len(step.effects.actions)
        try:
            done = take(step, item.given)
        except CommandRefused as refusal:
            undo()
            refuse(item.reply, refusal)
            return first, first, None
        except Exception as error:
            undo()
            logger.exception("%s could not be handled", type(item.given).__name__)
            refuse(item.reply, CommandRefused(RefusalCode.INTERNAL, type(error).__name__))
            return first, first, None
        return first, len(step.effects.actions), done or c.Done(request_id=0)

    def _act(
        self, step: Step, replies: Sequence[tuple[Item, tuple[int, int, Done | None]]]
    ) -> None:
        for item, (first, last, done) in replies:
            actions = step.effects.actions[first:last]
            if actions:
                self._commander.give(actions, item.reply, done)
            else:
                settle(item.reply, done)

    def _writes(self, step: Step, news: list[tuple[AnyEvent, Audience]]) -> list[Write]:
        writes = step.writes()
        if not writes:
            return writes
        frames = pack(news)
        if frames:
            writes.append(AddOutbox(id=self._ids(), at=step.now, frames=frames))
        if len(self._told) >= DROPPED_AT_ONCE:
            writes.append(DropOutbox(ids=tuple(self._told)))
        return writes

    def _kept(self, writes: Sequence[Write]) -> None:
        for write in writes:
            if isinstance(write, DropOutbox):
                dropped = set(write.ids)
                self._told = [name for name in self._told if name not in dropped]
        self._told.extend(write.id for write in writes if isinstance(write, AddOutbox))

    def _tell(self, news: Sequence[tuple[AnyEvent, Audience]]) -> None:
        for event, to in news:
            if isinstance(event, OfferMade):
                self.floor.sent_ns[event.offer.offer_id] = self._clock.monotonic_ns()
            self._publisher.publish(event, to)

    def _step(self) -> Step:
        today = self._clock.now().astimezone().date()
        for name in self.rules.queues:
            figures = self.floor.figures.get(name, QueueFigures(day=today))
            self.floor.figures[name] = figures.on(today)
        return Step(
            self.floor,
            self.rules,
            now=self._clock.now(),
            mono_ns=self._clock.monotonic_ns(),
            new_id=self._ids,
        )

    # -- the store's bad days

    def _retry_later(self) -> None:
        if self._deferred and not self._retrying:
            self._retrying = True
            self._scope.spawn(self._retry(), "retry")

    async def _retry(self) -> None:
        """Tries what waits, in its order, until the store takes it."""
        while self._deferred:
            delay = RETRY_SECONDS[min(self._attempt, len(RETRY_SECONDS) - 1)]
            self._attempt += 1
            await asyncio.sleep(delay)
            await self._again()
        self._retrying = False
        self._attempt = 0
        logger.warning("the store takes writes again")

    async def _again(self) -> None:
        items = [self._deferred[i] for i in range(min(BATCH, len(self._deferred)))]
        if await self._try(items):
            for _ in items:
                self._deferred.popleft()
            self._attempt = 0

    async def _live(self) -> None:
        """A sign of life while there is work; pays the outbox's debts too."""
        while True:
            await asyncio.sleep(ALIVE_SECONDS)
            if self.floor.interactions or self._told:
                await self._drop_told()

    async def _drop_told(self) -> None:
        told = tuple(self._told)
        writes: list[Write] = [StillAlive(at=self._clock.now())]
        if told:
            writes.append(DropOutbox(ids=told))
        try:
            await self._store.commit(writes)
        except (StoreError, StaleWrite) as error:
            logger.warning("no sign of life was stored: %s", error)
        else:
            self._kept(writes)


def _stopping() -> CommandRefused:
    return CommandRefused(RefusalCode.INTERNAL, "the bridge is stopping")
