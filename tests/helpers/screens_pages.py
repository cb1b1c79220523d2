"""Pictures of the pages: customers, editor, conflict, history, missed calls, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from agent_desktop.state import Store
from agent_desktop.viewmodels.history import HistoryViewModel
from agent_desktop.views.pages.history import HistoryPage
from cti_bridge.protocol.commands import (
    HistoryFound,
    InteractionOpened,
    OpenInteraction,
    SearchHistory,
)
from tests.helpers import page_values as made
from tests.helpers.screens import screen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cti_bridge.protocol.values import MissedView
    from tests.helpers.desktop import FakeLink
    from tests.helpers.screens import Stage


def signed_in(stage: Stage, *missed: MissedView) -> tuple[FakeLink, Store]:
    link = stage.link()
    store = Store(link)
    link.setParent(QApplication.instance())
    store.setParent(link)
    link.emit(made.signed_in(missed=missed, now=made.NOW))
    return link, store


def history(stage: Stage, rows: int = 60) -> HistoryPage:
    link, store = signed_in(stage)
    contacts = tuple(made.contact(n) for n in range(rows))
    link.answers[SearchHistory] = lambda _: HistoryFound(
        request_id=0, contacts=contacts, cursor="more" if rows else ""
    )
    link.answers[OpenInteraction] = lambda _: InteractionOpened(
        request_id=0, file=made.interaction_file()
    )
    page = HistoryPage(HistoryViewModel(link, store, parent=link))
    page.entered()
    return page


@screen("history")
def history_list(stage: Stage) -> QWidget:
    page = history(stage)
    page.table.choose(2)
    return page


@screen("history-empty")
def history_empty(stage: Stage) -> QWidget:
    return history(stage, rows=0)
