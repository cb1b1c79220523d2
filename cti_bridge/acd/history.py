"""Answers what desktops ask of contacts on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    HistoryFound,
    InteractionOpened,
    ListTimeline,
    OpenInteraction,
    SearchHistory,
    TimelineListed,
)
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from cti_bridge.acd.ports import History
    from cti_bridge.protocol.commands import AnyReply

MAX_PAGE: Final = 200
MAX_TEXT: Final = 200
MAX_CURSOR: Final = 100


class HistoryDesk:
    """Reads only; beside the inbox, so that a slow search delays no call."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def answer(self, command: ListTimeline | SearchHistory | OpenInteraction) -> AnyReply:
        match command:
            case ListTimeline():
                return await self._timeline(command)
            case SearchHistory():
                return await self._search(command)
            case OpenInteraction():
                return await self._open(command)

    async def _timeline(self, command: ListTimeline) -> TimelineListed:
        contacts, more = await self._history.page(
            command.customer_id, command.before, command.before_id, _page(command.limit)
        )
        return TimelineListed(request_id=command.request_id, contacts=contacts, more=more)

    async def _search(self, command: SearchHistory) -> HistoryFound:
        if len(command.filter.text) > MAX_TEXT:
            raise CommandRefused(RefusalCode.INVALID, "at most 200 characters", field="text")
        if len(command.cursor) > MAX_CURSOR:
            raise CommandRefused(RefusalCode.INVALID, "no such page", field="cursor")
        for field in ("since", "until"):
            at = getattr(command.filter, field)
            if at is not None and at.tzinfo is None:
                raise CommandRefused(RefusalCode.INVALID, "a time without its zone", field=field)
        try:
            contacts, cursor = await self._history.search(
                command.filter, command.cursor, _page(command.limit)
            )
        except ValueError:
            raise CommandRefused(RefusalCode.INVALID, "no such page", field="cursor") from None
        return HistoryFound(request_id=command.request_id, contacts=contacts, cursor=cursor)

    async def _open(self, command: OpenInteraction) -> InteractionOpened:
        file = await self._history.open(command.interaction_id)
        if file is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="interaction_id")
        return InteractionOpened(request_id=command.request_id, file=file)


def _page(limit: int) -> int:
    return max(1, min(limit, MAX_PAGE))
