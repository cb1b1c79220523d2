"""The one writer: inputs in turns, each turn one transaction.

What a turn changes is stored first; then memory follows, the desktops are told, timers are
set and the switch is commanded. A turn that cannot be stored changes nothing: its commands are
refused, its events wait and are tried again in their order.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from cti_bridge.acd import recovery
from cti_bridge.acd.assigning import assign
from cti_bridge.acd.inputs import Came
from cti_bridge.acd.loop import Commander, Timers, refuse, settle
from cti_bridge.acd.news import news_of
from cti_bridge.acd.outbox import believable, pack, unpack
from cti_bridge.acd.ports import Recordings, StaleWrite, Taken, Voicemails
from cti_bridge.acd.queue import QueueFigures
from cti_bridge.acd.step import Step
from cti_bridge.acd.turns import take
from cti_bridge.acd.writes import AddOutbox, DropOutbox, StillAlive
from cti_bridge.errors import StoreError
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.events import MissedChanged, OfferMade
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.inputs import Input, SwitchAction
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import AcdStore, Audience, Clock, ContactObserver, Publisher
    from cti_bridge.acd.rules import Rules
    from cti_bridge.acd.surviving import Alive
    from cti_bridge.acd.ticker import Ticker
    from cti_bridge.acd.writes import OpenWork, Write
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.tasks import Scope

Told: TypeAlias = Done | Taken | bool
"""What an asker is told."""
logger = logging.getLogger(__name__)
BATCH: Final = 32
"""Inputs that one transaction takes at most, when they have piled up behind it."""
RETRY_SECONDS: Final = (0.05, 0.2, 0.5, 1.0, 2.0)
GIVEN_UP_AFTER: Final = 4
ALIVE_SECONDS: Final = 5.0
DRAIN_SECONDS: Final = 2.0
DROPPED_AT_ONCE: Final = 64
"""Outbox rows that were told wait for each other: a deletion of its own costs 0.2 ms a call."""


@dataclass(slots=True)
class Item:
    given: Input
    at: datetime  # when it came
    reply: asyncio.Future[Any] | None = None


class Writer:
    def __init__(
        self,
        *,
        floor: Floor,
        rules: Rules,
        store: AcdStore,
        publisher: Publisher,
        clock: Clock,
        ids: Callable[[], str],
        scope: Scope,
        timers: Timers,
        commander: Commander,
        ticker: Ticker,
        inbox: asyncio.Queue[Item],
    ) -> None:
        self.floor, self.rules, self._store, self.publisher = floor, rules, store, publisher
        self._clock, self._ids, self._scope = clock, ids, scope
        self._timers, self._commander, self._ticker = timers, commander, ticker
        self._inbox = inbox
        self.observers: list[ContactObserver] = []
        self._deferred: deque[Item] = deque()  # events that the store has not taken yet
        self._attempt = 0
        self._hopeless = False  # the last failure was of what was to be stored, not the store's
        self._refusal = ""  # what commands are told of the last failure
        self._retrying = self._running = False
        self._writing = asyncio.Lock()  # turns and retries take turns
        self._owed: list[SwitchAction] = []  # of the recovery, until the switch is started
        self._told: list[str] = []  # outbox rows that are no longer owed

    # -- life

    async def recover(self, work: OpenWork, alive: Alive) -> None:
        """What the last life left, held against what is alive; what the switch is to do about it
        waits for `switch_started`. Raises StoreError."""
        step = self._step()
        recovery.reconcile(step, alive, work.alive_at)
        step.seal()
        news = [told for _, frames in work.outbox for told in _owed(frames)]
        news += news_of(step)
        drop = [recovery.owed(work)] if work.outbox else []
        await self._store.commit([*step.writes(), *drop, StillAlive(at=self._clock.now())])
        step.keep()
        for event, to in news:
            self.publisher.publish(event, to)
        self._owed = step.effects.actions
        for key, at in step.effects.timers.items():
            self._timers.set(key, at)
        self._observed(step, [(None, one) for one in self.floor.interactions.values()])

    def switch_started(self) -> None:
        actions, self._owed = self._owed, []
        self._commander.give(actions, None, None)

    @property
    def behind(self) -> bool:
        """Whether something that came in is not stored yet."""
        return bool(self._deferred) or not self._inbox.empty()

    def start(self) -> None:
        self._running = True
        self._scope.spawn(self._run(), "inbox")
        self._scope.spawn(self._live(), "alive")

    async def drain(self) -> None:
        """Stores what came in so far, for two seconds at most; nothing more is taken after."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                if self._running:
                    await self._inbox.join()
        except TimeoutError:
            logger.warning("%d inputs were not stored before the end", self._inbox.qsize())
        self._running = False

    async def end(self) -> None:
        """Once its tasks are over."""
        while not self._inbox.empty():
            stopping = CommandRefused(RefusalCode.INTERNAL, "the bridge is stopping")
            refuse(self._inbox.get_nowait().reply, stopping)
        if self._told:
            await self._drop_told()

    # -- turns

    def at_once(self, item: Item) -> bool:
        """Whether the command changes nothing that is stored, and so was done without its turn:
        nobody must wait for a disk to hang up."""
        step = self._step()
        try:
            done = take(step, item.given)
        except CommandRefused:
            return False  # what comes before it may change that: its turn decides
        step.seal()
        if step.writes() or not step.effects.actions:
            return False
        self._commander.give(step.effects.actions, item.reply, done)
        return True

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
        late = bool(self._deferred)
        if late:
            # events keep their order behind those that wait; commands are tried
            self._deferred.extend(item for item in items if item.reply is None)
            items = [item for item in items if item.reply is not None]
        if items and not await self._try(items):
            for item in items:
                if item.reply is None:
                    self._deferred.append(item)
                else:
                    refuse(item.reply, CommandRefused(RefusalCode.STORE_AWAY, self._refusal))
            self._retry_later()
        elif late:
            # who is here again came after a loss that is not stored yet: said again behind it
            came = (item for item in items if isinstance(item.given, Came))
            self._deferred.extend(Item(item.given, item.at) for item in came)
            self._retry_later()

    async def _try(self, items: Sequence[Item]) -> bool:
        """Whether the store took it."""
        async with self._writing:
            return await self._try_now(items)

    async def _try_now(self, items: Sequence[Item]) -> bool:
        step = self._step()
        replies = [(item, self._take(step, item)) for item in items]
        step.now = step.present
        news, writes = self._sealed(step)
        try:
            if writes:
                await self._store.commit(writes)
        except StoreError as error:
            step.unfeed()
            logger.error("a turn of %d inputs was not stored: %s", len(items), error)
            self._hopeless, self._refusal = error.kind == "failed", error.kind
            return False
        except StaleWrite as error:
            step.unfeed()
            logger.error("another writer was first: %s", error)
            await self._adopt_versions()
            self._hopeless, self._refusal = False, "another writer"
            return False
        except BaseException as error:
            step.unfeed()
            if not isinstance(error, Exception):
                raise
            logger.exception("a turn of %d inputs cannot be stored", len(items))
            self._hopeless, self._refusal = True, "failed"
            return False
        self._kept(writes)
        await self._follow(step, news, replies)
        return True

    async def _follow(
        self,
        step: Step,
        news: Sequence[tuple[AnyEvent, Audience]],
        replies: Sequence[tuple[Item, tuple[int, int, Told | None]]],
    ) -> None:
        """What was stored becomes so: in memory, at the desks, at the switch, for the channels."""
        changes = step.changes()
        step.keep()
        self._tell(news)
        for key, at in step.effects.timers.items():
            self._timers.set(key, at)
        self._act(step, replies)
        if step.effects.actions:
            await asyncio.sleep(0)  # what the switch is to do is on its way before the rest
        for before, after in changes:
            self._ticker.contact(before, after)
        self._observed(step, changes)
        self._ticker.mark(step.effects.queues, step.agents.changed)

    def _sealed(self, step: Step) -> tuple[list[tuple[AnyEvent, Audience]], list[Write]]:
        """What the turn tells and stores; where that fails the pool is as it was."""
        try:
            assign(step)
            step.seal()
            news = news_of(step)
            return news, self._writes(step, news)
        except BaseException:
            step.unfeed()
            raise

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

    def _take(self, step: Step, item: Item) -> tuple[int, int, Told | None]:
        """The actions that this input asked for, as a range, and its reply."""
        undo, first = step.mark(), len(step.effects.actions)
        step.now = step.present if item.reply is not None else min(item.at, step.present)
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
        told = Done(request_id=0) if done is None else done
        return first, len(step.effects.actions), told

    def _act(
        self, step: Step, replies: Sequence[tuple[Item, tuple[int, int, Told | None]]]
    ) -> None:
        for item, (first, last, done) in replies:
            actions = step.effects.actions[first:last]
            if actions:
                self._commander.give(actions, item.reply, done)
            else:
                settle(item.reply, done)
        # what the end of the turn asked for: of queues that were left alone, of waiting callers
        asked = max((last for _, (_, last, _) in replies), default=0)
        self._commander.give(step.effects.actions[asked:], None, None)

    def _writes(self, step: Step, news: list[tuple[AnyEvent, Audience]]) -> list[Write]:
        writes = step.writes()
        if not writes and step.effects.actions:
            # Its outcome must be stored to be seen, and undone: who is put on hold while nothing
            # can be stored would stay there.
            return [StillAlive(at=step.now)]
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

    def _observed(
        self, step: Step, changes: Sequence[tuple[Interaction | None, Interaction]]
    ) -> None:
        """What a channel makes of it is its own: a failure there harms no contact here."""
        for observer in self.observers:
            try:
                for before, after in changes:
                    observer.contact_changed(before, after)
                self._hand_over(step, observer)
            except Exception:
                logger.exception("%s failed at a change", type(observer).__name__)

    def _hand_over(self, step: Step, observer: ContactObserver) -> None:
        """What is the channel's to answer, or to keep."""
        for contact, do, reply in step.effects.overflowed:
            observer.overflowed(contact, do, reply)
        # asked only where there is something: such a look at a class costs 30 us, of each call
        if step.effects.recordings and isinstance(observer, Voicemails):
            for name, file, seconds in step.effects.recordings:
                observer.voicemail_left(self.floor.interactions[name], Path(file), seconds)
        if step.effects.recorded and isinstance(observer, Recordings):
            for name, file, agent in step.effects.recorded:
                observer.call_recorded(name, Path(file), agent)

    def _tell(self, news: Sequence[tuple[AnyEvent, Audience]]) -> None:
        for event, to in news:
            if isinstance(event, OfferMade):
                self.floor.sent_ns[event.offer.offer_id] = self._clock.monotonic_ns()
            elif isinstance(event, MissedChanged) and not event.missed.taken_by:
                self._ticker.missed(event.missed.interaction_id)
                continue
            self.publisher.publish(event, to)

    def reading(self) -> Step:
        """The floor as it stands; nothing of it is kept."""
        return self._step()

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
        many = 1 if self._hopeless else BATCH
        items = [self._deferred[i] for i in range(min(many, len(self._deferred)))]
        taken = await self._try(items)
        if not taken and self._hopeless and len(items) == 1 and self._attempt >= GIVEN_UP_AFTER:
            # one that can never be stored must not hold up the others for ever
            given = items[0].given
            what, call = type(given).__name__, getattr(given, "call", "")
            logger.error("given up after %d tries: %s %s", self._attempt, what, call)
            taken = True
        if taken:
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


def _owed(frames: bytes) -> list[tuple[AnyEvent, Audience]]:
    try:
        return [(believable(event), to) for event, to in unpack(frames)]
    except ValueError as error:  # msgspec.DecodeError
        logger.warning("an outbox row of another version is dropped: %s", error)
        return []
