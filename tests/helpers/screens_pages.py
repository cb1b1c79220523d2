"""Pictures of the pages: customers, editor, conflict, history, missed calls, settings."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from agent_desktop.audio.ports import AudioDevice, NoSound
from agent_desktop.desktop import Desktop
from agent_desktop.preferences import Preferences
from agent_desktop.state import Store
from agent_desktop.views.pages.customers import CustomersPage
from agent_desktop.views.pages.history import HistoryPage
from agent_desktop.views.pages.missed import MissedPage
from agent_desktop.views.pages.settings import SettingsPage
from agent_desktop.views.window import Window
from cti_bridge.protocol.commands import (
    CustomerOpened,
    CustomersFound,
    OpenCustomer,
    Refused,
    SaveCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.searching import (
    HistoryFound,
    InteractionOpened,
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.vocabulary import AgentId, IdentityKind, InteractionId, RefusalCode
from tests.helpers import page_values as made
from tests.helpers.screens import screen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tests.helpers.desktop import FakeLink
    from tests.helpers.screens import Stage


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

    def open_player(self, pull: object) -> NoReturn:
        raise NoSound("a list plays nothing")

    def meter(self, on: bool) -> None:
        self.metering = on


def opened(
    stage: Stage, page_id: str, link: FakeLink, missed: int = 0, audio: Audio | None = None
) -> Window:
    """A window that is signed in and shows the page; `link.answers` is what the bridge says."""
    store = Store(link, monotonic=lambda: 0.0)
    preferences = Preferences(Path(tempfile.mkdtemp()) / "none.ini")
    preferences.set_text("language", stage.language)
    preferences.set_text("theme", stage.mode)
    desktop = Desktop(link, preferences, audio=audio, store=store)
    window = Window(desktop)
    for owned in (link, store, desktop):
        owned.setParent(window)
    link.emit(made.signed_in(missed=tuple(map(made.missed, range(missed))), now=made.NOW))
    window.resize(stage.width, stage.height)
    window.show_page(page_id)
    return window


# -- history --------------------------------------------------------------------------------------


def history(stage: Stage, rows: int = 60) -> tuple[Window, HistoryPage]:
    link = stage.link()
    contacts = tuple(made.contact(n) for n in range(rows))
    link.answers[SearchHistory] = lambda _: HistoryFound(
        request_id=0, contacts=contacts, cursor="more" if rows else ""
    )
    link.answers[OpenInteraction] = lambda _: InteractionOpened(
        request_id=0, file=made.interaction_file()
    )
    window = opened(stage, "history", link)
    page = window.page()
    assert isinstance(page, HistoryPage)
    return window, page


@screen("history")
def history_list(stage: Stage) -> QWidget:
    window, page = history(stage)
    page.table.choose(2)
    return window


@screen("history-filtered")
def history_filtered(stage: Stage) -> QWidget:
    window, page = history(stage, rows=0)
    page._history.set_filter(missed_only=True, agent_id=AgentId("a2"))
    return window


@screen("history-empty")
def history_empty(stage: Stage) -> QWidget:
    return history(stage, rows=0)[0]


# -- customers ------------------------------------------------------------------------------------


def customers(
    stage: Stage, text: str = "a", found: int = 12
) -> tuple[Window, CustomersPage, FakeLink]:
    link = stage.link()
    link.answers[SearchCustomers] = lambda _: CustomersFound(
        request_id=0, customers=tuple(made.card(n) for n in range(found)), more=found > 10
    )
    link.answers[OpenCustomer] = lambda c: CustomerOpened(
        request_id=0,
        file=made.file(int(c.customer_id[1:])),  # type: ignore[index, union-attr]
    )
    window = opened(stage, "customers", link)
    page = window.page()
    assert isinstance(page, CustomersPage)
    page.search.setText(text)
    page._customers.search()
    return window, page, link


@screen("customers")
def customers_list(stage: Stage) -> QWidget:
    window, page, _ = customers(stage)
    page.list.choose(2)
    return window


@screen("customer-owner")
def customer_owner(stage: Stage) -> QWidget:
    """Looked after by somebody with a long name; the next one's owner is no user any more."""
    window, page, link = customers(stage)
    owned = made.card(2, owner="rosalia")
    link.answers[OpenCustomer] = lambda _: CustomerOpened(
        request_id=0, file=made.file(2, card=owned)
    )
    settings = made.site()
    owners = (("rosalia", "Rosalía Montero-Castellanos de la Vega"), ("ana", made.AGENTS[0]))
    hello = made.signed_in(settings=replace(settings, owners=owners), now=made.NOW)
    link.emit(replace(hello, snapshot=None))
    page.list.choose(2)
    return window


@screen("customer-owner-gone")
def customer_owner_gone(stage: Stage) -> QWidget:
    window, page, link = customers(stage)
    owned = made.card(2, owner="former.agent-with-a-long-login")
    link.answers[OpenCustomer] = lambda _: CustomerOpened(
        request_id=0, file=made.file(2, card=owned)
    )
    page.list.choose(2)
    page._customers.file.edit()
    return window


@screen("customers-empty")
def customers_empty(stage: Stage) -> QWidget:
    return customers(stage, text="", found=0)[0]


@screen("customers-nobody")
def customers_nobody(stage: Stage) -> QWidget:
    return customers(stage, text="zzyzx", found=0)[0]


@screen("customer-edit")
def customer_edit(stage: Stage) -> QWidget:
    window, page, _ = customers(stage)
    page.list.choose(11)
    page._customers.file.edit()
    model = page._customers.editor
    model.add_identity(IdentityKind.PHONE)
    model.set_note("Prefiere que le llamen por la tarde.")
    model.field_errors = {"identities[1].value": RefusalCode.INVALID}
    model.changed_by = made.AGENTS[1]
    model.changed.emit()
    return window


@screen("customer-new")
def customer_new(stage: Stage) -> QWidget:
    window, page, _ = customers(stage, text="612 34 50 99", found=0)
    page._customers.create()
    page._customers.editor.save()
    return window


@screen("customer-conflict")
def customer_conflict(stage: Stage) -> QWidget:
    window, page, link = customers(stage)
    page.list.choose(3)
    page._customers.file.edit()
    model = page._customers.editor
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
    link.answers[SaveCustomer] = lambda _: Refused(
        request_id=0, code=RefusalCode.CONFLICT, current=theirs
    )
    model.set_name("Talleres Norte y Asociados, S. A.")
    model.add_tag("Llamar a las 17 h")
    model.add_identity(IdentityKind.PHONE)
    model.set_identity(len(model.draft.identities) - 1, value="+34944000111", label="taller")
    model.save()
    return window


# -- missed calls ---------------------------------------------------------------------------------


def missed(stage: Stage, rows: int = 6) -> tuple[Window, MissedPage]:
    window = opened(stage, "missed", stage.link(), missed=rows)
    page = window.page()
    assert isinstance(page, MissedPage)
    if rows:
        page._missed.errors[InteractionId("m1")] = RefusalCode.LINE_DOWN
    return window, page


@screen("missed")
def missed_list(stage: Stage) -> QWidget:
    window, page = missed(stage)
    page.list.choose(page.model.find("m2"))
    return window


@screen("missed-close")
def missed_close(stage: Stage) -> QWidget:
    window, page = missed(stage)
    page.list.choose(page.model.find("m1"))
    page.detail.reasons.press(4)
    return window


@screen("missed-empty")
def missed_empty(stage: Stage) -> QWidget:
    return missed(stage, rows=0)[0]


def settings(stage: Stage) -> tuple[Window, SettingsPage, Audio]:
    audio = Audio()
    window = opened(stage, "settings", stage.link(), audio=audio)
    audio.setParent(window)
    page = window.page()
    assert isinstance(page, SettingsPage)
    return window, page, audio


@screen("settings")
def settings_page(stage: Stage) -> QWidget:
    window, _, audio = settings(stage)
    audio.level.emit(0.62)
    return window


@screen("settings-foot")
def settings_foot(stage: Stage) -> QWidget:
    window, page, _ = settings(stage)
    for card in (page.headset, page.look):
        if card is not None:
            card.hide()
    page.password._settings.change_password("old", "short", "")
    return window
