"""What was: a customer's contacts, the history, what was written; and searches that are kept."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from cti_bridge.protocol.frames import Command, PageSize, Reply
from cti_bridge.protocol.values import (
    ContactSummary,
    HistoryFilter,
    InteractionFile,
    SavedSearch,
    TextHit,
)
from cti_bridge.protocol.vocabulary import (
    CustomerId,
    InteractionId,
    Permission,
)


class ListTimeline(Command, frozen=True, kw_only=True, tag="list-timeline"):
    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId
    before: datetime | None = None
    before_id: InteractionId | None = None
    limit: PageSize = 50


class ListSearches(Command, frozen=True, kw_only=True, tag="list-searches"):
    """One's own, that were kept."""

    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS


class SaveSearch(Command, frozen=True, kw_only=True, tag="save-search"):
    """Keeps what was typed into the search, by a name; the same name again: another text."""

    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    name: str
    text: str


class DropSearch(Command, frozen=True, kw_only=True, tag="drop-search"):
    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    search_id: str


class SearchHistory(Command, frozen=True, kw_only=True, tag="search-history"):
    permission: ClassVar[Permission] = Permission.READ_HISTORY
    filter: HistoryFilter
    cursor: str = ""  # from the previous page
    limit: PageSize = 100


class SearchTexts(Command, frozen=True, kw_only=True, tag="search-texts"):
    """Notes, results, chats and mails that have all these words, in whatever form of them."""

    permission: ClassVar[Permission] = Permission.READ_HISTORY
    text: str
    cursor: str = ""  # from the previous page
    limit: PageSize = 20


class OpenInteraction(Command, frozen=True, kw_only=True, tag="open-interaction"):
    permission: ClassVar[Permission] = Permission.READ_HISTORY
    interaction_id: InteractionId


class TimelineListed(Reply, frozen=True, kw_only=True, tag="timeline-listed"):
    contacts: tuple[ContactSummary, ...]
    more: bool = False


class HistoryFound(Reply, frozen=True, kw_only=True, tag="history-found"):
    contacts: tuple[ContactSummary, ...]
    cursor: str = ""  # "" when this was the last page


class TextsFound(Reply, frozen=True, kw_only=True, tag="texts-found"):
    hits: tuple[TextHit, ...]  # newest first
    cursor: str = ""  # "" when this was the last page


class SearchesListed(Reply, frozen=True, kw_only=True, tag="searches-listed"):
    searches: tuple[SavedSearch, ...]  # by name


class InteractionOpened(Reply, frozen=True, kw_only=True, tag="interaction-opened"):
    file: InteractionFile
