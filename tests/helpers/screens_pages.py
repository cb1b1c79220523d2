"""Pictures of the pages: customers, editor, conflict, history, missed calls, settings."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from agent_desktop.audio.ports import AudioDevice
from agent_desktop.desktop import Desktop
from agent_desktop.preferences import Preferences
from agent_desktop.state import Store
from agent_desktop.viewmodels.history import HistoryViewModel
from agent_desktop.viewmodels.missed import MissedViewModel
from agent_desktop.viewmodels.settings import SettingsViewModel
from agent_desktop.views.customer_panel import CustomerPanel
from agent_desktop.views.interaction_detail import InteractionDetail
from agent_desktop.views.pages.customers import CustomersPage
from agent_desktop.views.pages.history import HistoryPage
from agent_desktop.views.pages.missed import MissedPage
from agent_desktop.views.pages.settings import SettingsPage
from cti_bridge.protocol.commands import (
    CustomerOpened,
    CustomersFound,
    HistoryFound,
    InteractionOpened,
    OpenCustomer,
    OpenInteraction,
    Refused,
    SaveCustomer,
    SearchCustomers,
    SearchHistory,
)
from cti_bridge.protocol.vocabulary import AgentId, IdentityKind, InteractionId, RefusalCode
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


# -- history --------------------------------------------------------------------------------------


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


@screen("history-filtered")
def history_filtered(stage: Stage) -> QWidget:
    page = history(stage, rows=0)
    page._history.set_filter(missed_only=True, agent_id=AgentId("a2"))
    return page


@screen("history-empty")
def history_empty(stage: Stage) -> QWidget:
    return history(stage, rows=0)


# -- customers ------------------------------------------------------------------------------------


def customers(stage: Stage, text: str = "a", found: int = 12) -> CustomersPage:
    link, store = signed_in(stage)
    link.answers[SearchCustomers] = lambda _: CustomersFound(
        request_id=0, customers=tuple(made.card(n) for n in range(found)), more=found > 10
    )
    link.answers[OpenCustomer] = lambda c: CustomerOpened(
        request_id=0,
        file=made.file(int(c.customer_id[1:])),  # type: ignore[attr-defined]
    )
    preferences = Preferences(Path(tempfile.mkdtemp()) / "none.ini")
    desktop = Desktop(link, preferences, store=store)
    desktop.setParent(link)
    model = desktop.customers
    page = CustomersPage(model, CustomerPanel(desktop, model.file))
    page.entered()
    page.search.setText(text)
    model.search()
    return page


@screen("customers")
def customers_list(stage: Stage) -> QWidget:
    page = customers(stage)
    page.list.choose(2)
    return page


@screen("customers-empty")
def customers_empty(stage: Stage) -> QWidget:
    return customers(stage, text="", found=0)


@screen("customers-nobody")
def customers_nobody(stage: Stage) -> QWidget:
    return customers(stage, text="zzyzx", found=0)


def editing(stage: Stage, number: int = 2) -> CustomersPage:
    page = customers(stage)
    page.list.choose(number)
    page._customers.file.edit()
    return page


@screen("customer-edit")
def customer_edit(stage: Stage) -> QWidget:
    page = editing(stage, 11)
    model = page._customers.editor
    model.add_identity(IdentityKind.PHONE)
    model.set_note("Prefiere que le llamen por la tarde.")
    model.field_errors = {"identities[1].value": RefusalCode.INVALID}
    model.changed_by = made.AGENTS[1]
    model.changed.emit()
    return page


@screen("customer-new")
def customer_new(stage: Stage) -> QWidget:
    page = customers(stage, text="612 34 50 99", found=0)
    page._customers.create()
    page._customers.editor.save()
    return page


@screen("customer-conflict")
def customer_conflict(stage: Stage) -> QWidget:
    page = editing(stage, 3)
    model = page._customers.editor
    link = page._customers.file._asker._link
    theirs = made.file(
        3,
        card=made.card(
            3,
            version=2,
            name="Talleres del Norte, S. A.",
            organisation="Grupo Norte",
            tags=("VIP", "Factura mensual"),
        ),
        updated_by=made.AGENTS[0],
    )
    link.answers[SaveCustomer] = lambda _: Refused(  # type: ignore[attr-defined]
        request_id=0, code=RefusalCode.CONFLICT, current=theirs
    )
    model.set_name("Talleres Norte y Asociados, S. A.")
    model.add_tag("Llamar a las 17 h")
    model.add_identity(IdentityKind.PHONE)
    model.set_identity(len(model.draft.identities) - 1, value="+34944000111", label="taller")
    model.save()
    return page


# -- missed calls ---------------------------------------------------------------------------------


def missed(stage: Stage, rows: int = 6) -> MissedPage:
    link, store = signed_in(stage, *(made.missed(n) for n in range(rows)))
    store.now = lambda: made.NOW  # type: ignore[method-assign]
    model = MissedViewModel(link, store, parent=link)
    if rows:
        model.errors[InteractionId("m1")] = RefusalCode.LINE_DOWN
    page = MissedPage(model)
    page.entered()
    return page


@screen("missed")
def missed_list(stage: Stage) -> QWidget:
    page = missed(stage)
    page.list.choose(page.model.find("m2"))
    return page


@screen("missed-close")
def missed_close(stage: Stage) -> QWidget:
    page = missed(stage)
    page.list.choose(page.model.find("m1"))
    page.detail.reasons.press(4)
    return page


@screen("missed-empty")
def missed_empty(stage: Stage) -> QWidget:
    return missed(stage, rows=0)


# -- settings -------------------------------------------------------------------------------------


class Audio(QObject):
    """A headset that is only a list."""

    level = Signal(object)
    devices_changed = Signal()
    trouble = Signal(object)
    input_id, output_id = "usb-1", "gone"

    def __init__(self) -> None:
        super().__init__()
        self.metering = False
        self.tested = 0

    def inputs(self) -> tuple[AudioDevice, ...]:
        return (AudioDevice(id="usb-1", name="Jabra Evolve2 65 (USB)"),)

    def outputs(self) -> tuple[AudioDevice, ...]:
        return (AudioDevice(id="usb-1", name="Jabra Evolve2 65 (USB)"),)

    def select(self, *, input_id: str | None = None, output_id: str | None = None) -> None:
        self.input_id = self.input_id if input_id is None else input_id
        self.output_id = self.output_id if output_id is None else output_id

    def play_test(self) -> None:
        self.tested += 1

    def meter(self, on: bool) -> None:
        self.metering = on


def settings(stage: Stage) -> tuple[SettingsPage, Audio, SettingsViewModel]:
    link, store = signed_in(stage)
    audio = Audio()
    audio.setParent(link)
    model = SettingsViewModel(
        link,
        store,
        audio,  # type: ignore[arg-type]
        language=stage.language,
        theme=stage.mode,
        parent=link,
    )
    return SettingsPage(model), audio, model


@screen("settings")
def settings_page(stage: Stage) -> QWidget:
    page, audio, _ = settings(stage)
    audio.level.emit(0.62)
    return page


@screen("settings-foot")
def settings_foot(stage: Stage) -> QWidget:
    page, audio, model = settings(stage)
    audio.trouble.emit("no_speaker")
    page.headset.hide()  # type: ignore[union-attr]
    page.look.hide()
    model.change_password("old", "short", "")
    return page


@screen("interaction")
def interaction(stage: Stage) -> QWidget:
    detail = InteractionDetail()
    detail.show_file(made.interaction_file(), made.site())
    return detail
