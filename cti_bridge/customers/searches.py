"""Searches that an agent kept: what is typed again and again, by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from cti_bridge.customers.text import clean_line, fold
from cti_bridge.ids import new_id
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    DropSearch,
    ListSearches,
    SaveSearch,
    SearchesListed,
)
from cti_bridge.protocol.values import SavedSearch
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.customers.ports import Actor, Clock
    from cti_bridge.protocol.vocabulary import AgentId

SearchCommand: TypeAlias = ListSearches | SaveSearch | DropSearch
MOST: Final = 30
MAX_NAME: Final = 60
MAX_TEXT: Final = 100
MAX_ID: Final = 36


class SearchStore(Protocol):
    """Every method may raise `cti_bridge.errors.StoreError`."""

    async def searches(self, agent: AgentId) -> Sequence[SavedSearch]: ...

    async def keep_search(self, agent: AgentId, search: SavedSearch, clock: Clock) -> None:
        """Makes it, or writes over the one with its id."""

    async def drop_search(self, agent: AgentId, search: str) -> bool:
        """False where this agent has none with that id."""


class Searches:
    def __init__(self, store: SearchStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def handle(self, actor: Actor, command: SearchCommand) -> SearchesListed | Done:
        """Raises CommandRefused and StoreError."""
        match command:
            case ListSearches():
                kept = await self._store.searches(actor.agent_id)
                by_name = tuple(sorted(kept, key=lambda one: fold(one.name)))
                return SearchesListed(request_id=command.request_id, searches=by_name)
            case SaveSearch():
                return await self._save(actor, command)
            case DropSearch():
                return await self._drop(actor, command)

    async def _save(self, actor: Actor, command: SaveSearch) -> Done:
        name = _line(command.name, "name", MAX_NAME)
        text = _line(command.text, "text", MAX_TEXT)
        kept = await self._store.searches(actor.agent_id)
        same = next((one for one in kept if fold(one.name) == fold(name)), None)
        if same is None and len(kept) >= MOST:
            raise CommandRefused(RefusalCode.INVALID, f"more than {MOST} searches", field="name")
        search_id = same.search_id if same else new_id()
        await self._store.keep_search(
            actor.agent_id, SavedSearch(search_id=search_id, name=name, text=text), self._clock
        )
        return Done(request_id=command.request_id, id=search_id)

    async def _drop(self, actor: Actor, command: DropSearch) -> Done:
        name = command.search_id
        possible = len(name) <= MAX_ID and name.isascii() and name.isprintable()
        if not possible or not await self._store.drop_search(actor.agent_id, name):
            raise CommandRefused(RefusalCode.NOT_FOUND, field="search_id")
        return Done(request_id=command.request_id)


def _line(text: str, field: str, most: int) -> str:
    text = clean_line(text[: most * 4 + 1])
    if not text:
        raise CommandRefused(RefusalCode.INVALID, "empty", field=field)
    if len(text) > most:
        raise CommandRefused(RefusalCode.INVALID, f"longer than {most} characters", field=field)
    return text
