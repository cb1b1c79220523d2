"""Which room answers which command, and what a session sees when it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cti_bridge.acd.agent import AgentRecord
from cti_bridge.acd.ledger import capacity_of, interruptions_of
from cti_bridge.acd.rules import telephone_of
from cti_bridge.acd.views import line_view
from cti_bridge.channels.conversation.canned import canned
from cti_bridge.customers.ports import Actor
from cti_bridge.privacy.ports import Person
from cti_bridge.protocol.commands import (
    AddNote,
    CreateCustomer,
    Done,
    EditNote,
    FieldHistory,
    OpenCustomer,
    SaveCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.customer_values import FieldView
from cti_bridge.protocol.importing import ImportCommand
from cti_bridge.protocol.merging import (
    DuplicatePairs,
    JudgePair,
    ListMerges,
    MergeCustomers,
    UndoMerge,
)
from cti_bridge.protocol.searching import (
    DropSearch,
    ListSearches,
    SaveSearch,
    SearchTexts,
)
from cti_bridge.protocol.values import Choice, Settings
from cti_bridge.protocol.vocabulary import (
    ROLE_PERMISSIONS,
    AgentId,
    CustomerKind,
    FieldType,
    QueueId,
)
from cti_bridge.protocol.voice import ReportVoicePath

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.accounts import Account
    from cti_bridge.acd.distributor import Distributor
    from cti_bridge.config.values import Agent, Config
    from cti_bridge.customers.importing.service import ImportService
    from cti_bridge.customers.merging.service import MergingService
    from cti_bridge.customers.searches import Searches
    from cti_bridge.customers.service import CustomerService
    from cti_bridge.doors import Doors
    from cti_bridge.privacy.service import PrivacyService
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.values import Snapshot
    from cti_bridge.store.accounts import SqlAccounts
    from cti_bridge.telephony.ports import Switch
    from cti_bridge.texts.service import TextRoom


def queues_of(config: Config, login: str) -> frozenset[QueueId]:
    """The queues of one user: those that [[agents]] names, or all."""
    own = _settings_of(config, login)
    mine = own.queues if own else ()
    return frozenset(QueueId(code) for code in mine or (queue.id for queue in config.queues))


def fields_of(config: Config) -> tuple[FieldView, ...]:
    """The custom fields, as the desktop shows them."""
    return tuple(
        FieldView(
            code=one.name,
            names={
                "es": one.label_es or one.label or one.name,
                "en": one.label_en or one.label or one.name,
            },
            type=FieldType(one.type),
            choices=one.choices,
            applies_to=None if one.applies_to == "both" else CustomerKind(one.applies_to),
            searchable=one.searchable,
            sensitive=one.sensitive,
        )
        for one in config.fields
    )


def _settings_of(config: Config, login: str) -> Agent | None:
    return next((a for a in config.agents if a.login.casefold() == login.casefold()), None)


class Rooms:
    """Implements `server.ports.Rooms`."""

    def __init__(
        self,
        *,
        config: Config,
        accounts: SqlAccounts,
        distributor: Distributor,
        customers: CustomerService,
        merging: MergingService,
        imports: ImportService,
        doors: Doors,
        switch: Switch,
        privacy: PrivacyService,
        searches: Searches,
        texts: TextRoom,
        reported: Callable[[AgentId, ReportVoicePath], None],
    ) -> None:
        self._privacy = privacy
        self._config, self._accounts, self._switch = config, accounts, switch
        self._distributor, self._customers, self._doors = distributor, customers, doors
        self._searches, self._texts, self._reported = searches, texts, reported
        self._merging, self._imports = merging, imports
        self._names: tuple[tuple[AgentId, str], ...] = ()
        self._owners: tuple[tuple[str, str], ...] = ()

    async def start(self) -> None:
        await self._read_names()

    def name_of(self, agent: AgentId | None) -> str:
        """ "" for one who is not known (any more)."""
        return next((name for known, name in self._names if known == agent), "")

    # -- sessions ------------------------------------------------------------------------------

    async def signed_in(self, account: Account, *, resumed: bool) -> None:
        await self._read_names()
        own = _settings_of(self._config, account.login)
        phone, node = telephone_of(self._config, own)
        record = AgentRecord(
            agent_id=account.agent_id,
            login=account.login,
            name=account.name,
            queues=account.queues,
            skills=own.skills if own else {},
            capacity=capacity_of(self._config.capacity, own.capacity if own else None),
            interrupted_by=interruptions_of(self._config.capacity),
            phone=phone,
            node=node,
        )
        await self._distributor.signed_in(record, resumed=resumed)

    async def session_lost(self, agent: AgentId) -> None:
        await self._doors.conversations.session_gone(agent)
        await self._distributor.session_lost(agent)

    async def signed_out(self, agent: AgentId) -> None:
        await self._doors.conversations.session_gone(agent)
        await self._distributor.signed_out(agent)

    async def snapshot(self, account: Account) -> Snapshot:
        parts = self._distributor.snapshot(account.agent_id, account.queues)
        mailboxes = tuple(map(line_view, self._doors.lines()))
        whole = replace(parts, lines=(*parts.lines, *mailboxes))
        return self._privacy.showing.snapshot(account.role, account.agent_id, whole)

    def settings(self, account: Account) -> Settings:
        config = self._config
        return Settings(
            site_name=config.site.name,
            region=config.site.region,
            reasons=tuple(
                Choice(
                    code=r.code,
                    names={"es": r.es, "en": r.en},
                    limit_seconds=int(r.limit_seconds),
                )
                for r in config.reasons
            ),
            dispositions=tuple(
                Choice(code=d.code, names={"es": d.es, "en": d.en}) for d in config.dispositions
            ),
            switch_verbs=tuple(sorted(self._switch.verbs)),
            agents=self._names,
            queues=tuple((QueueId(queue.id), queue.name) for queue in config.queues),
            permissions=tuple(sorted(ROLE_PERMISSIONS[account.role])),
            wrap_up_seconds=int(max(queue.wrap_up_seconds for queue in config.queues)),
            replies=canned(config),
            sensitive=config.privacy.sensitive,
            undo_seconds=max((box.undo_seconds for box in config.mailboxes), default=0),
            mailboxes=tuple((box.id, box.address) for box in config.mailboxes if box.smtp),
            owners=self._owners,
            fields=fields_of(config),
            export_rows=config.privacy.export_rows,
        )

    async def handle(self, account: Account, command: AnyCommand) -> AnyReply:
        person = Person(agent_id=account.agent_id, name=account.name, role=account.role)
        return await self._privacy.handle(person, command, lambda one: self._do(account, one))

    async def _do(self, account: Account, command: AnyCommand) -> AnyReply:
        actor = self._actor(account)
        match command:
            case ReportVoicePath():
                self._reported(account.agent_id, command)
                return Done(request_id=command.request_id)
            case SearchTexts():
                return await self._texts.handle(actor, account.queues, command)
            case ListSearches() | SaveSearch() | DropSearch():
                return await self._searches.handle(actor, command)
            case _ if isinstance(command, ImportCommand):
                return await self._imports.handle(actor, command)
            case _ if self._doors.answers(command):
                return await self._doors.handle(actor, account.queues, command)
            case _:
                return await self._of_customers(actor, command)

    async def _of_customers(self, actor: Actor, command: AnyCommand) -> AnyReply:
        match command:
            case SearchCustomers() | OpenCustomer() | CreateCustomer() | SaveCustomer():
                return await self._customers.handle(actor, command)
            case AddNote() | EditNote() | FieldHistory():
                return await self._customers.handle(actor, command)
            case MergeCustomers() | UndoMerge() | ListMerges() | DuplicatePairs() | JudgePair():
                return await self._merging.handle(actor, command)
            case _:
                return await self._distributor.handle(actor.agent_id, command)

    def _actor(self, account: Account) -> Actor:
        return Actor(
            agent_id=account.agent_id,
            name=account.name,
            permissions=ROLE_PERMISSIONS[account.role],
            unseen=self._privacy.showing.unseen(account.role),
        )

    async def _read_names(self) -> None:
        users = [user for user in await self._accounts.all() if not user.disabled]
        self._names = tuple((user.agent_id, user.name) for user in users)
        self._owners = tuple((user.login, user.name) for user in users)
