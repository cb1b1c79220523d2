"""Pictures of a customer's file: its head, timeline, data and notes, and what was searched for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cti_bridge.protocol.commands import (
    CustomerOpened,
    CustomersFound,
    OpenCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.customer_values import (
    AddressView,
    FieldView,
    NoContactView,
    RelationView,
)
from cti_bridge.protocol.searching import (
    HistoryFound,
    InteractionOpened,
    OpenInteraction,
    SearchHistory,
    SearchTexts,
    TextsFound,
)
from cti_bridge.protocol.values import TextHit
from cti_bridge.protocol.vocabulary import (
    Channel,
    CustomerId,
    CustomerKind,
    CustomerStatus,
    FieldType,
    InteractionState,
    RelationKind,
)
from tests.helpers import page_values as made
from tests.helpers.screens import screen
from tests.helpers.screens_pages import customers

if TYPE_CHECKING:
    from typing import Any

    from PySide6.QtWidgets import QWidget

    from agent_desktop.views.pages.customers import CustomersPage
    from agent_desktop.views.window import Window
    from cti_bridge.protocol.values import CustomerFile
    from tests.helpers.desktop import FakeLink
    from tests.helpers.screens import Stage

FIELDS = (
    FieldView(code="plan", names={"es": "Tarifa", "en": "Plan"}),
    FieldView(code="since", names={"es": "Alta", "en": "Signed on"}, type=FieldType.DATE),
    FieldView(code="paper", names={"es": "En papel", "en": "On paper"}, type=FieldType.YES_NO),
    FieldView(code="health", names={"es": "Salud", "en": "Health"}, sensitive=True),
)
LONG = "María de los Ángeles Fernández-Villaverde y Ruiz de Apodaca del Castillo"


def whole(n: int = 2, **card: Any) -> CustomerFile:
    """With everything that a head can say."""
    values: dict[str, Any] = {
        "alerts": ("vulnerable", "overdue", "do_not_record"), "tags": ("VIP", "Factura mensual"),
        **card,
    }  # fmt: skip
    waiting = made.contact(
        n * 10, customer=n, channel=Channel.CALLBACK, state=InteractionState.QUEUED,
        disposition="", talk_seconds=0,
    )  # fmt: skip
    mail = made.contact(
        n * 10 + 9, customer=n, channel=Channel.EMAIL, state=InteractionState.PARKED,
        subject="Factura de octubre", talk_seconds=0,
    )  # fmt: skip
    return made.file(
        n,
        card=made.card(n, **values),
        timeline=(waiting, mail, *(made.contact(n * 10 + k, customer=n) for k in range(1, 8))),
        open=(waiting, mail),
        missed=1,
        notes=(
            made.note(0),
            made.note(1, edited_at=made.NOW - timedelta(hours=5), edited_by=made.AGENTS[2],
                      version=2),
            made.note(2),
        ),
        addresses=(
            AddressView(label="home", street="Calle del Doctor Areilza 12, 3.º izq.",
                        postcode="48011", city="Bilbao", region="Bizkaia", country="ES"),
        ),
        relations=(
            RelationView(customer_id=CustomerId("c5"), kind=RelationKind.WORKS_AT,
                         role="contable", name="Talleres del Norte, S. A.",
                         other_kind=CustomerKind.ORGANISATION),
            RelationView(customer_id=CustomerId("c6"), kind=RelationKind.PARENT_OF,
                         backward=True, name=LONG),
        ),
    )  # fmt: skip


def opened(stage: Stage, file: CustomerFile) -> tuple[Window, CustomersPage, FakeLink]:
    window, page, link = customers(stage)
    link.answers[OpenCustomer] = lambda _: CustomerOpened(request_id=0, file=file)
    link.answers[OpenInteraction] = lambda _: InteractionOpened(
        request_id=0, file=made.interaction_file()
    )
    page.list.choose(2)
    return window, page, link


@screen("file-head")
def head(stage: Stage) -> QWidget:
    return opened(stage, whole())[0]


@screen("file-long")
def long(stage: Stage) -> QWidget:
    tags = tuple(f"etiqueta número {n} con texto" for n in range(8))
    return opened(stage, whole(name=LONG, organisation=LONG, tags=tags))[0]


@screen("file-deceased")
def deceased(stage: Stage) -> QWidget:
    file = made.file(
        2,
        card=made.card(2, status=CustomerStatus.DECEASED, tags=(), last_contacts=()),
        timeline=(), timeline_more=False, notes=(),
    )  # fmt: skip
    return opened(stage, file)[0]


@screen("file-organisation")
def organisation(stage: Stage) -> QWidget:
    kind, status = CustomerKind.ORGANISATION, CustomerStatus.PROSPECT
    return opened(stage, whole(kind=kind, status=status, alerts=("credit_check",)))[0]


@screen("file-filter")
def filtered(stage: Stage) -> QWidget:
    window, page, link = opened(stage, whole())
    rows = tuple(
        made.contact(n, customer=2, channel=Channel.EMAIL, subject="Factura de octubre")
        for n in (21, 22, 24)
    )
    link.answers[SearchHistory] = lambda _: HistoryFound(request_id=0, contacts=rows)
    page.panel.filter.more.setChecked(True)
    page.panel.timeline.set_filter(channel=Channel.EMAIL)
    return window


@screen("file-filter-nothing")
def filtered_away(stage: Stage) -> QWidget:
    window, page, link = opened(stage, whole())
    link.answers[SearchHistory] = lambda _: HistoryFound(request_id=0, contacts=())
    page.panel.filter.search.setText("zzyzx")
    page.panel.timeline.set_filter(text="zzyzx")
    return window


@screen("file-contact")
def contact(stage: Stage) -> QWidget:
    window, page, _ = opened(stage, whole())
    page.panel.read_contact(made.contact(21).interaction_id)
    return window


@screen("file-data")
def data(stage: Stage) -> QWidget:
    window, page, _ = opened(stage, whole())
    page.panel.tabs.setCurrentIndex(1)
    return window


@screen("file-data-own")
def data_own(stage: Stage) -> QWidget:
    """The site's own fields, what is hidden from this role, and a number nobody may call."""
    known = whole()
    first, *others = known.card.identities
    hidden = AddressView(label="home", street="••••", city="Bilbao", masked=True, ref="r")
    listed = NoContactView(
        kind=first.kind, value=first.value, reason="pidió por carta que no se le llame",
        source="agent", at=made.NOW - timedelta(days=300),
    )  # fmt: skip
    file = replace(
        known,
        card=replace(known.card, identities=(first, *others)),
        custom={"plan": "Fibra 600 con televisión y móvil ilimitado", "health": "••••",
                "since": "2021-03-04", "paper": False},
        addresses=(hidden,),
        masked=("born",),
        no_contact=(listed,),
    )  # fmt: skip
    window, page, link = opened(stage, file)
    link.emit(
        replace(made.signed_in(settings=made.site(fields=FIELDS), now=made.NOW), snapshot=None)
    )
    page.panel.tabs.setCurrentIndex(1)
    return window


@screen("file-notes")
def notes(stage: Stage) -> QWidget:
    window, page, _ = opened(stage, whole())
    page.panel.tabs.setCurrentIndex(2)
    page.panel._notes.boxes[made.note(1).note_id].edit.click()
    return window


@screen("customers-alike")
def alike(stage: Stage) -> QWidget:
    window, page, link = customers(stage, text="gracia")
    found = tuple(made.card(n) for n in range(3))
    link.answers[SearchCustomers] = lambda _: CustomersFound(
        request_id=0, customers=found, alike=2
    )
    page._customers.search()
    return window


@screen("command-texts")
def command_texts(stage: Stage) -> QWidget:
    window, _, link = customers(stage, text="", found=0)
    link.answers[SearchCustomers] = lambda _: CustomersFound(
        request_id=0, customers=(made.card(1), made.card(2)), alike=1
    )
    said = "…llevo tres semanas esperando la devolución del importe de la factura que pagué dos…"
    link.answers[SearchTexts] = lambda _: TextsFound(
        request_id=0,
        hits=(
            TextHit(kind="message", ref="m1", at=made.NOW, snippet=said,
                    customer_id=CustomerId("c2"), customer_name=LONG,
                    contact=made.contact(2, channel=Channel.EMAIL)),
            TextHit(kind="note", ref="n1", at=made.NOW - timedelta(days=3),
                    snippet="Pide siempre la factura por correo.",
                    customer_id=CustomerId("c1"), customer_name="Talleres Norte"),
        ),
    )  # fmt: skip
    window.open_command_bar()
    window.command_bar.field.setText("factura")
    window._desktop.command_bar._search()
    return window
