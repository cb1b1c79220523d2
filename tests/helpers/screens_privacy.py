"""Pictures of the access log, of an alert over a page, and of hidden values."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_desktop.viewmodels.archive import DISK
from agent_desktop.views.pages.privacy import PrivacyPage
from cti_bridge.protocol.privacy import (
    AccessListed,
    AccessView,
    CustomersExported,
    ListAccess,
    VolumeAlert,
)
from cti_bridge.protocol.subject_rights import (
    ErasurePlan,
    ErasurePlanned,
    HoldView,
    PlanErasure,
)
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
PERMISSIONS = (
    Permission.AUDIT,
    Permission.EXPORT,
    Permission.HOLD,
    Permission.SUBJECT,
    Permission.ERASE,
)
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
    held = tuple({*settings.permissions, *PERMISSIONS})
    settings = replace(settings, permissions=held, export_rows=1000)
    hello = made.signed_in(settings=settings, now=made.NOW)
    link.emit(replace(hello, snapshot=None))
    window.show_page("privacy")
    page = window.page()
    assert isinstance(page, PrivacyPage)
    page.log._model.look()
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
    page.log.table.choose(1)
    return window


@screen("privacy-customer")
def privacy_customer(stage: Stage) -> QWidget:
    """Who looked at one, and an agent who looked at too many."""
    window, page = log(stage, 12)
    page.log._model.of_customer(CustomerId("c1"), made.LONG_NAME)
    window._desktop.link.emit(alert(blocked=True))  # type: ignore[attr-defined]
    return window


@screen("privacy-empty")
def privacy_empty(stage: Stage) -> QWidget:
    return log(stage, 0)[0]


# -- one customer, and lists

WHO, HOME = CustomerId("c1"), Path("/home/sara/Documents")
GOES = {
    "customers": 2,
    "identities": 5,
    "customer_notes": 14,
    "customer_changes": 37,
    "consents": 3,
    "messages": 1_284,
    "blobs": 96,
    "texts": 1_302,
}
STAYS = {"interactions": 412, "segments": 530, "missed_calls": 3, "access_log": 2_041}


def plan(name: str = "Ainhoa Etxeberria", **more: object) -> ErasurePlan:
    given = {"deleted": GOES, "blanked": STAYS, "kept": {"offers": 467, "suppressions": 1}}
    return ErasurePlan(customer_id=WHO, version=7, name=name, **{**given, **more})  # type: ignore[arg-type]


def rights(stage: Stage, one: ErasurePlan) -> tuple[Window, PrivacyPage]:
    window, page = log(stage, 12)
    link = window._desktop.link
    link.answers[PlanErasure] = lambda _: ErasurePlanned(request_id=0, plan=one)  # type: ignore[attr-defined]
    window._desktop.rights.open(one.customer_id, one.name)
    return window, page


@screen("privacy-rights")
def privacy_rights(stage: Stage) -> QWidget:
    """What may be done with one customer; a long file."""
    window, page = rights(stage, plan(log_days=400))
    page.customer.erase.typed.setText("Ainhoa")
    return window


@screen("privacy-held")
def privacy_held(stage: Stage) -> QWidget:
    """Held by law, with a long name; an archive that could not be written."""
    held = HoldView(at=made.NOW - timedelta(days=40), by="Sara Campos", reason="lawsuit 314/2026")
    window, page = rights(stage, plan(made.LONG_NAME, hold=held, bar="held"))
    archive = window._desktop.archive
    archive.customer_id, archive.stage = WHO, "failed"
    archive.path, archive.error = HOME / f"{made.LONG_NAME}.zip", DISK
    archive.changed.emit()
    assert page.customer.isVisibleTo(window)
    return window


@screen("privacy-whose")
def privacy_whose(stage: Stage) -> QWidget:
    window, page = log(stage, 3)
    page.to_customer.click()
    return window


@screen("privacy-small-file")
def privacy_small_file(stage: Stage) -> QWidget:
    """A file without anything; a supervisor, who may neither erase nor hand out."""
    window, page = rights(stage, plan("", deleted={"customers": 1}, blanked={}, kept={}))
    settings = window._desktop.store.state.settings
    fewer = set(settings.permissions) - {Permission.ERASE, Permission.SUBJECT}
    hello = made.signed_in(settings=replace(settings, permissions=tuple(fewer)), now=made.NOW)
    window._desktop.link.emit(replace(hello, snapshot=None))  # type: ignore[attr-defined]
    assert page.customer.archive.isHidden()
    return window


@screen("privacy-export")
def privacy_export(stage: Stage) -> QWidget:
    window, page = log(stage, 3)
    page.to_export.click()
    page.export.text.setText("Bilbao")
    page.export.reason.setText("the yearly letter")
    export = window._desktop.export
    export.path = HOME / "customers.csv"
    export.done = CustomersExported(request_id=0, export_id="e1", rows=1000, data=b"", more=True)
    export.changed.emit()
    return window
