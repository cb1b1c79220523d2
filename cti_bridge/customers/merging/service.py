"""Merging as sessions ask for it, and as it is done by itself."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, TypeAlias

from cti_bridge.acd.ports import Audience
from cti_bridge.customers.cleaning import possible_id
from cti_bridge.customers.merging.automatic import BY, unseen
from cti_bridge.customers.merging.plan import Impossible, plan
from cti_bridge.customers.merging.ports import (
    BY_HAND,
    Evidence,
    NoFloor,
    PairState,
)
from cti_bridge.customers.merging.separating import split
from cti_bridge.customers.merging.survivorship import Side
from cti_bridge.customers.merging.views import item_view, merge_view, pair_view, plan_view
from cti_bridge.errors import StoreError
from cti_bridge.ids import new_id
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.merge_values import UndoPlan
from cti_bridge.protocol.merging import (
    DuplicatePairs,
    JudgePair,
    ListMerges,
    MergeCustomers,
    MergePlanned,
    MergesListed,
    PairsListed,
    UndoMerge,
    UndoPlanned,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cti_bridge.acd.ports import Publisher
    from cti_bridge.customers.merging.plan import Dossier, Plan
    from cti_bridge.customers.merging.ports import (
        Floor,
        Merge,
        MergeStore,
        PairLike,
        PairStore,
        Standing,
        StoredPair,
    )
    from cti_bridge.customers.merging.separating import Split
    from cti_bridge.customers.ports import Actor, Clock
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId

    MergingReply: TypeAlias = MergePlanned | UndoPlanned | MergesListed | PairsListed | Done

MergingCommand: TypeAlias = MergeCustomers | UndoMerge | ListMerges | DuplicatePairs | JudgePair
COMMANDS: Final = (MergeCustomers, UndoMerge, ListMerges, DuplicatePairs, JudgePair)
logger = logging.getLogger(__name__)

MAX_PAIRS: Final = 50
MAX_MERGES: Final = 200
MAX_PICKS: Final = 20_000
ITEMS_SHOWN: Final = 500
SETTLED: Final = 1_000
"""So many of the last merges are looked through at a start, for contacts that were being written
when the bridge was killed."""
AUTOMATIC_SECONDS: Final = 60.0
MOST_CERTAIN: Final = 20_000
"""Pairs that are looked at together, so that a chain of them is seen as one."""


class MergingService:
    def __init__(
        self,
        *,
        store: MergeStore,
        pairs: PairStore,
        publisher: Publisher,
        clock: Clock,
        floor: Floor | None = None,
        merge_above: float | None = None,
    ) -> None:
        """`merge_above`: from this probability on pairs are merged without anybody looking;
        None: never."""
        self._store, self._pairs, self._publisher, self._clock = store, pairs, publisher, clock
        self._floor: Floor = floor or NoFloor()
        self._merge_above = merge_above
        self._looked: frozenset[tuple[tuple[int, int], float]] = frozenset()
        self._scope = Scope("merging")

    async def start(self) -> None:
        """Before the distributor takes up its contacts. Raises StoreError."""
        moved = await self._store.settle(SETTLED)
        if moved:
            logger.info("%d contacts of merged customers brought to their survivors", moved)
        if self._merge_above is not None:
            self._scope.spawn(self._by_itself(), "automatic")

    async def stop(self) -> None:
        await self._scope.close()

    # -- for sessions --------------------------------------------------------------------------

    async def handle(self, actor: Actor, command: MergingCommand) -> MergingReply:
        """Raises CommandRefused."""
        try:
            match command:
                case MergeCustomers():
                    return await self._merge(actor, command)
                case UndoMerge():
                    return await self._undo(actor, command)
                case ListMerges():
                    return await self._list(command)
                case DuplicatePairs():
                    return await self._page(command)
                case JudgePair():
                    return await self._judge(actor, command)
        except StoreError as error:
            logger.error("%s not done: %s", type(command).__name__, error)
            code = RefusalCode.STORE_AWAY if error.transient else RefusalCode.INTERNAL
            raise CommandRefused(code, f"database: {error.kind}", retry_after_s=1.0) from error

    async def merges_into(self, customer: CustomerId, limit: int) -> tuple[Merge, ...]:
        """Those that stand, newest first. Raises StoreError."""
        return (await self._store.merges(customer, "", limit))[0]

    async def _merge(self, actor: Actor, command: MergeCustomers) -> MergePlanned | Done:
        pair = await self._pair(command.survivor, command.absorbed)
        made = await self._plan(command.survivor, command.absorbed, _picks(command.picks), pair)
        if command.dry_run:
            return MergePlanned(request_id=command.request_id, plan=plan_view(made))
        versions = (command.survivor_version, command.absorbed_version)
        read = (made.survivor.customer.version, made.absorbed.customer.version)
        if any(asked and asked != found for asked, found in zip(versions, read, strict=True)):
            raise CommandRefused(RefusalCode.CONFLICT, "a file was changed", field="version")
        evidence = _evidence(pair) if pair is not None else BY_HAND
        merge_id = await self._carry_out(made, actor.name, evidence)
        if merge_id is None:
            raise CommandRefused(RefusalCode.CONFLICT, "a file was changed", field="version")
        return Done(request_id=command.request_id, id=merge_id)

    async def _plan(
        self,
        survivor: CustomerId,
        absorbed: CustomerId,
        picks: Mapping[str, Side],
        pair: StoredPair | None,
    ) -> Plan:
        found = await self._dossiers(survivor, absorbed)
        distinct = pair is not None and pair.state is PairState.DISTINCT
        try:
            return plan(found[0], found[1], picks, distinct=distinct)
        except Impossible as error:
            code = RefusalCode.CONFLICT if error.code == "merged" else RefusalCode.INVALID
            raise CommandRefused(code, str(error), field=error.code) from error

    async def _dossiers(
        self, survivor: CustomerId, absorbed: CustomerId
    ) -> tuple[Dossier, Dossier]:
        wanted = {"survivor": survivor, "absorbed": absorbed}
        for field, customer in wanted.items():
            if not possible_id(customer):
                raise CommandRefused(RefusalCode.NOT_FOUND, field=field)
        found = await self._store.dossiers(tuple(wanted.values()))
        for field, customer in wanted.items():
            if customer not in found:
                raise CommandRefused(RefusalCode.NOT_FOUND, field=field)
        return found[survivor], found[absorbed]

    async def _pair(self, a: CustomerId, b: CustomerId) -> StoredPair | None:
        if not (possible_id(a) and possible_id(b)):
            return None
        return await self._pairs.between(a, b)

    async def _carry_out(self, made: Plan, by: str, evidence: Evidence) -> str | None:
        """The merge's id; None where a file is no longer as it was planned."""
        merge_id = new_id()
        done = await self._store.merge(
            made, merge_id=merge_id, by=by, at=self._clock(), evidence=evidence
        )
        if not done:
            return None
        absorbed = made.absorbed.customer
        await self._floor.merged(absorbed.customer_id, made.result.card())
        await self._settle_one()
        self._changed(made.result.customer_id, made.result.version, by)
        self._changed(absorbed.customer_id, absorbed.version + 1, by, into=made.result.customer_id)
        return merge_id

    async def _settle_one(self) -> None:
        """A contact that ended while its customer was merged names the absorbed still."""
        try:
            await self._store.settle(1)
        except StoreError as error:
            logger.warning(
                "contacts of the last merge are looked for at the next start: %s", error
            )

    # -- taking it back

    async def _undo(self, actor: Actor, command: UndoMerge) -> UndoPlanned | Done:
        if len(command.picks) > MAX_PICKS:
            raise CommandRefused(RefusalCode.TOO_LARGE, field="picks")
        standing = await self._standing(command.merge_id)
        done = split(standing, _picks(command.picks), distinct=command.distinct)
        if command.dry_run:
            return UndoPlanned(request_id=command.request_id, plan=_undo_view(standing, done))
        if command.version and command.version != done.separation.version:
            raise CommandRefused(RefusalCode.CONFLICT, "the file was changed", field="version")
        separated = await self._store.separate(done.separation, by=actor.name, at=self._clock())
        if separated is None:
            raise CommandRefused(RefusalCode.CONFLICT, "the file was changed", field="version")
        survivor, absorbed = standing.merge.survivor, standing.merge.absorbed
        card = await self._card(absorbed)
        if card is not None:
            await self._floor.separated(card, separated.contacts)
            await self._store.hand_over(separated.contacts, survivor, absorbed)
        self._changed(survivor, separated.survivor_version, actor.name)
        self._changed(absorbed, separated.absorbed_version, actor.name)
        return Done(request_id=command.request_id, id=absorbed)

    async def _standing(self, merge_id: str) -> Standing:
        known = possible_id(merge_id) and await self._store.standing(merge_id)
        if not known:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="merge_id")
        if known.merge.undone_at is not None:
            raise CommandRefused(RefusalCode.TOO_LATE, "it was undone already", field="merge_id")
        if known.merge.blocked_by:
            detail = f"undo the merge {known.merge.blocked_by} first"
            raise CommandRefused(RefusalCode.WRONG_STATE, detail, field="blocked_by")
        return known

    async def _card(self, customer: CustomerId) -> CustomerCard | None:
        found = await self._store.dossiers((customer,))
        return found[customer].customer.card() if customer in found else None

    async def _list(self, command: ListMerges) -> MergesListed:
        for name in (command.customer_id, command.before):
            if name and not possible_id(name):
                raise CommandRefused(RefusalCode.NOT_FOUND)
        limit = min(max(command.limit, 1), MAX_MERGES)
        found, more = await self._store.merges(command.customer_id, command.before, limit)
        return MergesListed(
            request_id=command.request_id, merges=tuple(map(merge_view, found)), more=more
        )

    # -- pairs

    async def _page(self, command: DuplicatePairs) -> PairsListed:
        limit = min(max(command.limit, 1), MAX_PAIRS)
        try:
            found, cursor = await self._pairs.page(command.cursor, limit)
        except ValueError as error:
            raise CommandRefused(RefusalCode.INVALID, "no such page", field="cursor") from error
        dossiers = await self._store.dossiers(
            tuple(dict.fromkeys(one for pair in found for one in (pair.a, pair.b)))
        )
        planned = ((pair, _proposed(dossiers, pair)) for pair in found)
        waiting, put_off = await self._pairs.waiting()
        return PairsListed(
            request_id=command.request_id,
            pairs=tuple(pair_view(pair, made) for pair, made in planned if made is not None),
            cursor=cursor,
            open=waiting,
            put_off=put_off,
        )

    async def _judge(self, actor: Actor, command: JudgePair) -> Done:
        if not (possible_id(command.a) and possible_id(command.b)):
            raise CommandRefused(RefusalCode.NOT_FOUND, field="a")
        state = PairState(command.verdict)
        done = await self._pairs.judge(
            command.a, command.b, state, by=actor.name, at=self._clock()
        )
        if not done:
            raise CommandRefused(RefusalCode.NOT_FOUND, "no pair that waits", field="a")
        return Done(request_id=command.request_id)

    # -- by itself -----------------------------------------------------------------------------

    async def take(self, pairs: Sequence[PairLike]) -> int:
        """Pairs as a search found them; how many of them wait for somebody. Raises StoreError."""
        return await self._pairs.put(pairs, self._clock())

    async def _by_itself(self) -> None:
        """A search for duplicates runs beside the bridge: what it found is looked at here, where
        desktops and distributor are told of a merge."""
        while True:
            await asyncio.sleep(AUTOMATIC_SECONDS)
            try:
                await self.merge_certain()
            except StoreError as error:
                logger.warning("no pair was merged by itself: %s", error)

    async def merge_certain(self) -> int:
        """Merges the open pairs that are certain enough; how many. Raises StoreError.

        Of three that are one, two become one now; the third's pair follows, and is looked at
        the next time.
        """
        if self._merge_above is None:
            return 0
        found = await self._pairs.above(self._merge_above, MOST_CERTAIN)
        looked = frozenset((pair.rows, pair.probability) for pair in found)
        if looked == self._looked:
            return 0  # nothing new among those that nobody may merge but people
        self._looked = looked
        certain = unseen(found, self._merge_above)
        done = [await self._merge_pair(pair) for pair in certain]
        if any(done):
            logger.info("%d pairs merged by themselves", sum(done))
        return sum(done)

    async def _merge_pair(self, pair: StoredPair) -> bool:
        """False where it is no pair any more, or something speaks against it."""
        made = _proposed(await self._store.dossiers((pair.a, pair.b)), pair)
        if made is None or made.doubts:
            return False
        evidence = _evidence(pair, by_itself=True)
        return await self._carry_out(made, BY, evidence) is not None

    def _changed(
        self, customer: CustomerId, version: int, by: str, into: CustomerId | None = None
    ) -> None:
        event = CustomerChanged(customer_id=customer, version=version, by=by, merged_into=into)
        self._publisher.publish(event, Audience())


def _proposed(dossiers: Mapping[CustomerId, Dossier], pair: StoredPair) -> Plan | None:
    """Which of the two goes into the other, where nobody has said so; None: neither can."""
    both = [dossiers[one] for one in (pair.a, pair.b) if one in dossiers]
    if len(both) != 2:
        return None
    first, second = sorted(both, key=_weight, reverse=True)
    try:
        return plan(first, second)
    except Impossible as error:
        logger.debug("no merge is proposed: %s", error)
        return None


def _weight(dossier: Dossier) -> tuple[int, float, int]:
    """The one that others know best stays: most contacts, then the last, then most identities."""
    customer = dossier.customer
    at = customer.last_contact_at
    return (
        dossier.counts.get("interaction", 0),
        at.timestamp() if at is not None else 0.0,
        len(customer.identities),
    )


def _evidence(pair: StoredPair, *, by_itself: bool = False) -> Evidence:
    return Evidence(probability=pair.probability, reasons=pair.reasons, automatic=by_itself)


def _picks(picks: Mapping[str, str]) -> dict[str, Side]:
    return {name: Side(side) for name, side in picks.items()}


def _undo_view(standing: Standing, done: Split) -> UndoPlan:
    return UndoPlan(
        merge=merge_view(standing.merge),
        version=done.separation.version,
        survivor_name=done.survivor_name,
        absorbed_name=done.absorbed_name,
        back={kind: many for kind, many in standing.back.items() if kind != "pair"},
        items=tuple(map(item_view, done.since[:ITEMS_SHOWN])),
        more=max(len(done.since) - ITEMS_SHOWN, 0),
    )
