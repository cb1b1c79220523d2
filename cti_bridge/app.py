"""The composition root: the one place that knows every room and every adapter."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import secrets
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cti_bridge.acd.clock import SystemClock
from cti_bridge.acd.distributor import Distributor
from cti_bridge.acd.rules import Rules
from cti_bridge.config.errors import ConfigError, Mistake, PortInUse
from cti_bridge.customers.field_search import FieldReader, searched
from cti_bridge.customers.importing.service import ImportService
from cti_bridge.customers.merging.service import MergingService
from cti_bridge.customers.permits import Permits
from cti_bridge.customers.searches import Searches
from cti_bridge.customers.service import CustomerService
from cti_bridge.doors import Doors
from cti_bridge.examining import examine, sounds_of
from cti_bridge.importer.book import SourceBook
from cti_bridge.importer.folder import ImportFolder
from cti_bridge.importer.process import ProcessImporter
from cti_bridge.measures import Measures
from cti_bridge.privacy.pops import PopNotes
from cti_bridge.privacy.retention import Keeper
from cti_bridge.privacy.service import PrivacyService
from cti_bridge.protocol.commands import AttachCustomer
from cti_bridge.rooms import Rooms, fields_of, queues_of
from cti_bridge.sealed import check_keys, keys_of
from cti_bridge.server.headsets import Headsets
from cti_bridge.server.hub import Hub
from cti_bridge.server.listener import Listener
from cti_bridge.store.access import SqlAccess
from cti_bridge.store.accounts import SqlAccounts
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.engine import Database
from cti_bridge.store.erasing import SqlErasing
from cti_bridge.store.exporting import SqlExports
from cti_bridge.store.field_search import SqlFieldIndex
from cti_bridge.store.history import SqlHistory
from cti_bridge.store.merging import SqlMerges
from cti_bridge.store.messages import SqlMessages
from cti_bridge.store.pairs import SqlPairs
from cti_bridge.store.retaining import SqlRetention
from cti_bridge.store.searches import SqlSearches
from cti_bridge.store.sources import SqlSources
from cti_bridge.store.subject import SqlSubjects
from cti_bridge.store.suppressions import SqlSuppressions
from cti_bridge.store.texts import SqlTexts
from cti_bridge.switching import switching_of
from cti_bridge.telephony.ports import SwitchError
from cti_bridge.texts.service import TextRoom

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.config.values import Config
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId, InteractionId

logger = logging.getLogger(__name__)
IDENTITY = "bridge.identity"


class Bridge:
    """Everything that serves, put together; `start`, then `stop`, once each."""

    def __init__(self, config: Config, database: Database) -> None:
        self._clock = clock = SystemClock()
        self._sounds = sounds_of(config)
        self.config, self.database, self.keys = config, database, keys_of(config)
        self.headsets = Headsets()
        self.hub = Hub(
            veil=lambda role, event, own: self.privacy.showing.event(role, event, own=own),
            owner=lambda event: self.privacy.showing.owner(event),
        )
        self.accounts = SqlAccounts(
            database, queues=lambda login: queues_of(config, login), clock=clock.now
        )
        self.switching = switching_of(config, self.headsets, self._sounds, clock.now)
        self.switch = self.switching.switch
        history = SqlHistory(database, Rules(config, self.switch.verbs, self.switch.verbs_of))
        self.merging = MergingService(
            store=SqlMerges(database),
            pairs=SqlPairs(database),
            publisher=self.hub,
            clock=clock.now,
            floor=_Floor(self),
            merge_above=config.duplicates.merge_above,
        )
        self.customers = CustomerService(
            store=SqlCustomers(database),
            timeline=history,
            contacts=_Contacts(self),
            publisher=self.hub,
            clock=clock.now,
            region=config.site.region,
            fields=fields_of(config),
            merges=self.merging,
            no_contact=SqlSuppressions(database),
        )
        self.texts = TextRoom(SqlTexts(database))
        self.fields = FieldReader(SqlFieldIndex(database, fields_of(config)))
        permits = Permits(SqlSuppressions(database), config.site.region)
        records = SqlAcdStore(database)
        self.distributor = Distributor(
            config=config,
            switch=self.switch,
            store=records,
            history=history,
            customers=self.customers,
            publisher=PopNotes(
                self.hub,
                lambda: self.privacy.recorder,
                lambda agent: self.rooms.name_of(agent),
                clock.now,
            ),
            permit=permits,
            clock=clock,
        )
        self.privacy = PrivacyService(
            config.privacy,
            store=SqlAccess(database),
            exports=SqlExports(database),
            customers=SqlCustomers(database),
            erasing=SqlErasing(database),
            subjects=SqlSubjects(database, SqlBlobs(database, keys=self.keys)),
            region=config.site.region,
            sensitive=[field.name for field in config.fields if field.sensitive],
            searched=[field.code for field in searched(fields_of(config))],
            work=self.distributor,
            floor=self.distributor,
            spool=config.site.spool,
            log_days=config.retention.access_log_days,
            publisher=self.hub,
            clock=clock.now,
        )
        self.imports = ImportService(
            importer=ProcessImporter(
                config.store.url, region=config.site.region, fields=fields_of(config)
            ),
            files=ImportFolder(Path(config.site.spool or ".") / "imports"),
            book=SourceBook(SqlSources(database), config.sources),
            publisher=self.hub,
            clock=clock.now,
            written=self.privacy.imported,
            max_bytes=config.imports.max_mb << 20,
        )
        self.keeper = Keeper(SqlRetention(database), config.retention, clock.now)
        self.doors = Doors(
            config,
            database,
            distributor=self.distributor,
            records=records,
            customers=self.customers,
            permits=permits,
            hub=self.hub,
            clock=clock,
            keys=self.keys,
            looks=self.privacy,
            agent_name=lambda agent: self.rooms.name_of(agent),
        )
        self.rooms = Rooms(
            config=config,
            accounts=self.accounts,
            distributor=self.distributor,
            customers=self.customers,
            merging=self.merging,
            imports=self.imports,
            doors=self.doors,
            switch=self.switch,
            privacy=self.privacy,
            searches=Searches(SqlSearches(database), clock.now),
            texts=self.texts,
            reported=self.switching.reported,
        )
        self.listener = Listener(
            config.server,
            self.accounts,
            self.rooms,
            self.hub,
            self.headsets,
            site_name=config.site.name,
        )

    async def start(self) -> None:
        """Desktops are let in last; raises ConfigError or StoreError, and then has stopped."""
        try:
            examine(self.config, self._sounds)
            await self.listener.bind()
            await self.doors.bind()
            await self.database.claim()  # before recovery, which ends what another bridge began
            await check_keys(self.database, self.keys)
            await self._claim_asterisks()
            await self.rooms.start()
            await self.privacy.start()
            await self.merging.start()  # before the distributor takes up who is whose contact
            await self.distributor.start()
            await self.doors.start()
            await self._open_lines()
            self.distributor.switch_started()
            self._measure()
            await self.listener.start()
            await self.doors.open()
            self.texts.start()
            self.fields.start()
            await self.imports.start()
            self.keeper.start()
        except BaseException:
            await self.stop()
            raise

    async def _claim_asterisks(self) -> None:
        pbx = self.switching.pbx
        if pbx is None:
            return
        try:
            await pbx.claim(await self._identity())
        except SwitchError as error:
            raise ConfigError("asterisk", Mistake(what=f"{error.detail}.", fix="")) from error

    async def _identity(self) -> str:
        """Which bridge this is, over its restarts: that of its database."""
        settings = SqlMessages(self.database)
        known = await settings.setting(IDENTITY)
        if not known:
            known = secrets.token_hex(3)
            await settings.save_setting(IDENTITY, known)
        return known

    async def _open_lines(self) -> None:
        try:
            await self.switch.start(self.distributor.switch_event)
        except SwitchError as error:
            cause = error.__cause__
            taken = isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE
            raise (PortInUse if taken else ConfigError)(
                "lines",
                Mistake(
                    what=f"{error.detail}.",
                    fix="End what holds the port, or set the line's port to a free one, and its "
                    "bind to an address of this machine.",
                ),
            ) from error

    def _measure(self) -> None:
        """What the metrics tell of the rooms behind the listener."""
        metrics = self.listener.metrics
        metrics.registry.register(
            Measures(
                self.config, self.distributor.floor, self.doors, self.switching.opened, self._clock
            )
        )
        metrics.contacts.set_function(lambda: len(self.distributor.floor.interactions))
        for number, line in enumerate(self.switch.lines()):
            metrics.lines.labels(line.line).set_function(partial(self._line_up, number))

    def _line_up(self, number: int) -> float:
        return float(self.switch.lines()[number].up)

    async def stop(self) -> None:
        """Nobody new, then no calls, then nothing to write; safe after a failed start."""
        for stop in (
            self.keeper.stop,
            self.listener.stop,
            self.imports.stop,
            self.texts.stop,
            self.fields.stop,
            self.doors.stop,
            self.merging.stop,
            self.switching.stop,
            self.distributor.stop,
            self.doors.end,
            self.privacy.stop,
        ):
            try:
                await stop()
            except Exception:
                logger.exception("did not stop cleanly")
        await self.database.close()


class _Contacts:
    """The distributor, as the customer file needs it."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    async def attach(self, actor: Actor, interaction: InteractionId, customer: CustomerId) -> None:
        await self._bridge.distributor.handle(
            actor.agent_id,
            AttachCustomer(request_id=0, interaction_id=interaction, customer_id=customer),
        )


class _Floor:
    """The distributor, as merging needs it."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    async def merged(self, absorbed: CustomerId, survivor: CustomerCard) -> None:
        await self._bridge.distributor.merged(absorbed, survivor)

    async def separated(self, absorbed: CustomerCard, contacts: frozenset[InteractionId]) -> None:
        await self._bridge.distributor.separated(absorbed, contacts)


def share_the_interpreter() -> None:
    """A thread of the store that comes back with a caller's file gets the interpreter after
    0.5 ms instead of CPython's 5 ms: the loop is the thread that holds it, and waits."""
    sys.setswitchinterval(0.0005)


def settle_the_heap() -> None:
    """What is there once the bridge serves is there to the end. The collector went through all
    of it now and then, 100,000 objects in 60 ms and more (measured), and every voice waited;
    from here on it looks at what came later. It does not look for what the start left behind,
    2 of 100 objects and no memory to speak of: that took 0.2 s, with every desk at the door.
    To be called once, by what owns the process."""
    gc.freeze()
    gc.enable()


async def open_bridge(config: Config) -> Bridge:
    """A bridge that serves; raises ConfigError or StoreError."""
    database = await Database.open(config.store.url)
    try:
        bridge = Bridge(config, database)
    except BaseException:
        await database.close()
        raise
    await bridge.start()
    return bridge


async def run(config: Config, *, ready: Callable[[str], None]) -> None:
    """Serves until SIGINT or SIGTERM; `ready` gets one line with the addresses.

    Raises ConfigError or StoreError where it cannot begin.
    """
    share_the_interpreter()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: KeyboardInterrupt does it
            loop.add_signal_handler(number, stopping.set)
    bridge = await open_bridge(config)
    settle_the_heap()
    try:
        every = (*bridge.switch.lines(), *bridge.doors.lines())
        lines = ", ".join(f"{line.name} ({line.detail})" for line in every)
        told = f"ready: {' '.join(bridge.listener.addresses)} lines: {lines or 'none'}"
        if bridge.doors.web is not None:
            told += f" web: {' '.join(bridge.doors.web.addresses)}"
        ready(told)
        await stopping.wait()
    finally:
        await bridge.stop()
