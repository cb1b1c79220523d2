"""Pictures of the access log, of an alert over a page, and of hidden values."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_desktop.views.pages.privacy import PrivacyPage
from cti_bridge.protocol.privacy import AccessListed, AccessView, ListAccess, VolumeAlert
from cti_bridge.protocol.vocabulary import (
    AccessKind,
    AgentId,
    CustomerId,
    InteractionId,
    Permission,
)
from tests.helpers import page_values as made
from tests.helpers.screens import screen
from tests.helpers.screens_pages import opened

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.views.window import Window
    from tests.helpers.screens import Stage

KINDS = tuple(AccessKind)
DETAILS = {
    AccessKind.SEARCH: "garcía lópez de mendoza (37)",
    AccessKind.REVEAL: "key contrato: the customer asks what it is",
    AccessKind.EXPORT: "0192-77aa (1000): the yearly letter",
    AccessKind.HEAR: "2026-03-02-093011.wav",
    AccessKind.ALERT: "61 / 60",
    AccessKind.LOST: "12",
}


def entry(number: int) -> AccessView:
    kind = KINDS[(number * 5) % len(KINDS)]
    names = ("Ainhoa Etxeberria", made.LONG_NAME, "", "Oliver Whitcombe")
    of_nobody = kind in (AccessKind.SEARCH, AccessKind.EXPORT, AccessKind.LOST, AccessKind.ALERT)
    return AccessView(
        n=1000 - number,
        at=made.NOW - timedelta(minutes=7 * number),
        agent_id=AgentId("" if kind is AccessKind.LOST else f"a{number % 4}"),
        agent_name="" if kind is AccessKind.LOST else made.AGENTS[number % len(made.AGENTS)],
        kind=kind,
        customer_id=None if of_nobody else CustomerId(f"c{number % 6}"),
        customer_name="" if of_nobody else names[number % len(names)],
        interaction_id=InteractionId(f"i{number}") if number % 3 else None,
        detail=DETAILS.get(kind, ""),
    )


def log(stage: Stage, rows: int, *, more: bool = False) -> tuple[Window, PrivacyPage]:
    link = stage.link()
    entries = tuple(map(entry, range(rows)))
    link.answers[ListAccess] = lambda _: AccessListed(request_id=0, entries=entries, more=more)
    window = opened(stage, "work", link)
    settings = made.site()
    held = tuple({*settings.permissions, Permission.AUDIT})
    hello = made.signed_in(settings=replace(settings, permissions=held), now=made.NOW)
    link.emit(replace(hello, snapshot=None))
    window.show_page("privacy")
    page = window.page()
    assert isinstance(page, PrivacyPage)
    page._model.look()
    return window, page


def alert(name: str = "Rosa Campos", *, blocked: bool = False) -> VolumeAlert:
    return VolumeAlert(
        agent_id=AgentId(name),
        agent_name=name,
        looks=61,
        usual=7.5,
        limit=60,
        at=made.NOW,
        blocked=blocked,
    )


@screen("privacy")
def privacy(stage: Stage) -> QWidget:
    window, page = log(stage, 40, more=True)
    page.table.choose(1)
    return window


@screen("privacy-customer")
def privacy_customer(stage: Stage) -> QWidget:
    """Who looked at one, and an agent who looked at too many."""
    window, page = log(stage, 12)
    page._model.of_customer(CustomerId("c1"), made.LONG_NAME)
    window._desktop.link.emit(alert(blocked=True))  # type: ignore[attr-defined]
    return window


@screen("privacy-empty")
def privacy_empty(stage: Stage) -> QWidget:
    return log(stage, 0)[0]
