"""The pages of the left rail, in order; what a role may not see is not shown.

A page is built at its first visit, from the `Desktop` that holds link, store and view-models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QT_TRANSLATE_NOOP

from cti_bridge.protocol.vocabulary import Permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop


class PageLike(Protocol):
    """What a page may also have, all optional: `entered()` when it is shown, `focus_search()`
    for its own search field, `call_requested(number)` as a signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    id: str
    icon: str
    title: str  # source text of the context "Pages"
    permission: Permission
    build: Callable[[Desktop], QWidget]
    at_foot: bool = False


def _work(desktop: Desktop) -> QWidget:
    from agent_desktop.views.pages.work import WorkPage

    return WorkPage(desktop)


def _customers(desktop: Desktop) -> QWidget:
    from agent_desktop.views.customer_panel import CustomerPanel
    from agent_desktop.views.pages.customers import CustomersPage

    return CustomersPage(desktop.customers, CustomerPanel(desktop, desktop.customers.file))


def _history(desktop: Desktop) -> QWidget:
    from agent_desktop.views.pages.history import HistoryPage

    return HistoryPage(desktop.history, desktop)


def _missed(desktop: Desktop) -> QWidget:
    from agent_desktop.views.pages.missed import MissedPage

    return MissedPage(desktop.missed)


def _duplicates(desktop: Desktop) -> QWidget:
    from agent_desktop.views.pages.duplicates import DuplicatesPage

    return DuplicatesPage(desktop)


def _settings(desktop: Desktop) -> QWidget:
    from agent_desktop.views.pages.settings import SettingsPage

    return SettingsPage(desktop.settings)


def _supervision(desktop: Desktop) -> QWidget:
    from agent_desktop.views.pages.supervision import SupervisionPage

    return SupervisionPage(desktop)


def _importing(desktop: Desktop) -> QWidget:
    from agent_desktop.views.pages.importing import ImportPage

    return ImportPage(desktop)


def _privacy(desktop: Desktop) -> QWidget:
    from agent_desktop.views.pages.privacy import PrivacyPage

    return PrivacyPage(desktop)


PAGES: Final = (
    Page(
        id="work",
        icon="work",
        title=str(QT_TRANSLATE_NOOP("Pages", "Work")),
        permission=Permission.HANDLE_CONTACTS,
        build=_work,
    ),
    Page(
        id="customers",
        icon="customers",
        title=str(QT_TRANSLATE_NOOP("Pages", "Customers")),
        permission=Permission.READ_CUSTOMERS,
        build=_customers,
    ),
    Page(
        id="missed",
        icon="missed",
        title=str(QT_TRANSLATE_NOOP("Pages", "Missed calls")),
        permission=Permission.HANDLE_CONTACTS,
        build=_missed,
    ),
    Page(
        id="history",
        icon="history",
        title=str(QT_TRANSLATE_NOOP("Pages", "History")),
        permission=Permission.READ_HISTORY,
        build=_history,
    ),
    Page(
        id="settings",
        icon="settings",
        title=str(QT_TRANSLATE_NOOP("Pages", "Settings")),
        permission=Permission.SIGNED_IN,
        build=_settings,
        at_foot=True,
    ),
    Page(
        id="supervision",
        icon="ear",
        title=str(QT_TRANSLATE_NOOP("Pages", "Supervision")),
        permission=Permission.MONITOR,
        build=_supervision,
    ),
    Page(
        id="duplicates",
        icon="duplicates",
        title=str(QT_TRANSLATE_NOOP("Pages", "Duplicates")),
        permission=Permission.MERGE_CUSTOMERS,
        build=_duplicates,
    ),
    Page(
        id="import",
        icon="import",
        title=str(QT_TRANSLATE_NOOP("Pages", "Import")),
        permission=Permission.IMPORT,
        build=_importing,
    ),
    Page(
        id="privacy",
        icon="eye",
        title=str(QT_TRANSLATE_NOOP("Pages", "Privacy")),
        permission=Permission.AUDIT,
        build=_privacy,
    ),
)


def in_order(may: Callable[[Permission], bool]) -> tuple[Page, ...]:
    """Those that a role may see, as the rail has them from top to bottom: Alt+1 is the first."""
    seen = [page for page in PAGES if may(page.permission)]
    return (*(page for page in seen if not page.at_foot), *(page for page in seen if page.at_foot))
