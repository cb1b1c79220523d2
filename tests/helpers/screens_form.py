"""Pictures of the customer form's sections, full and empty."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cti_bridge.protocol.commands import CustomersFound, SearchCustomers
from cti_bridge.protocol.customer_values import (
    AddressView,
    ConsentView,
    FieldView,
    RelationView,
)
from cti_bridge.protocol.vocabulary import (
    ConsentChannel,
    CustomerId,
    CustomerKind,
    CustomerStatus,
    FieldType,
    RefusalCode,
    RelationKind,
)
from tests.helpers import page_values as made
from tests.helpers.screens import screen
from tests.helpers.screens_pages import customers

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel
    from agent_desktop.views.pages.customers import CustomersPage
    from agent_desktop.views.window import Window
    from cti_bridge.protocol.values import CustomerFile
    from tests.helpers.screens import Stage

FIELDS = (
    FieldView(code="contract", names={"es": "Contrato", "en": "Contract"}, searchable=True),
    FieldView(
        code="plan",
        names={"es": "Tarifa", "en": "Plan"},
        type=FieldType.CHOICE,
        choices=("Básica", "Oro", "Oro con asistencia en carretera"),
    ),
    FieldView(code="renewal", names={"es": "Renovación", "en": "Renewal"}, type=FieldType.DATE),
    FieldView(code="seats", names={"es": "Plazas", "en": "Seats"}, type=FieldType.NUMBER),
    FieldView(
        code="paperless",
        names={"es": "Factura sin papel", "en": "Paperless invoice"},
        type=FieldType.YES_NO,
    ),
)


def whole() -> CustomerFile:
    """Everything there is, with long names."""
    return made.file(
        0,
        card=made.card(0, status=CustomerStatus.PROSPECT, alerts=("vulnerable", "overdue")),
        given_name="Ainhoa",
        family_name="Etxeberria Zubizarreta",
        born=date(1980, 5, 31),
        time_zone="Atlantic/Canary",
        custom={"contract": "C-2026/0147", "plan": "Oro", "renewal": "2026-12-31", "seats": 4},
        addresses=(
            AddressView(
                label="casa",
                street="Calle de la Santísima Trinidad 114, esc. B, 3º izquierda",
                postcode="48001",
                city="Bilbao",
                region="Bizkaia",
            ),
            AddressView(label="trabajo", street="12 rue du Port", city="Bayonne", country="FR"),
        ),
        relations=(
            RelationView(
                customer_id=CustomerId("c3"),
                kind=RelationKind.WORKS_AT,
                role="Responsable de administración",
                name="Talleres del Norte y Asociados, S. A.",
                other_kind=CustomerKind.ORGANISATION,
            ),
            RelationView(
                customer_id=CustomerId("c4"), kind=RelationKind.HOUSEHOLD, name="Jon Soto"
            ),
            RelationView(
                customer_id=CustomerId("c5"),
                kind=RelationKind.PARENT_OF,
                backward=True,
                name="María del Carmen Zubizarreta Goikoetxea",
            ),
        ),
        consents=(
            ConsentView(
                channel=ConsentChannel.EMAIL,
                purpose="marketing",
                given=True,
                source="web",
                at=made.NOW - timedelta(days=12),
            ),
            ConsentView(
                channel=ConsentChannel.PHONE,
                purpose="survey",
                given=False,
                source="agent",
                at=made.NOW - timedelta(days=200),
            ),
        ),
        consents_before=(
            ConsentView(
                channel=ConsentChannel.EMAIL,
                purpose="marketing",
                given=False,
                source="agent",
                at=made.NOW - timedelta(days=400),
            ),
        ),
    )


def editing(
    stage: Stage, section: str, file: CustomerFile | None = None
) -> tuple[Window, CustomersPage, CustomerEditorViewModel]:
    window, page, link = customers(stage)
    hello = made.signed_in(settings=made.site(fields=FIELDS), now=made.NOW)
    link.emit(replace(hello, snapshot=None))
    editor = page._customers.editor
    editor.edit(file or whole())
    page.editor.bar.chosen.emit(section)
    found = (made.card(3), made.card(4), made.card(6))
    link.answers[SearchCustomers] = lambda _: CustomersFound(request_id=0, customers=found)
    return window, page, editor


@screen("customer-edit-basics")
def basics(stage: Stage) -> QWidget:
    return editing(stage, "basics")[0]


@screen("customer-edit-addresses")
def addresses(stage: Stage) -> QWidget:
    window, _, editor = editing(stage, "addresses")
    editor.add_entry("addresses", AddressView())
    editor.field_errors = {"addresses[1].country": RefusalCode.INVALID}
    editor.changed.emit()
    return window


@screen("customer-edit-related")
def related(stage: Stage) -> QWidget:
    window, page, editor = editing(stage, "relations")
    page.editor.sections["relations"].search.setText("tal")  # type: ignore[attr-defined]
    editor.picker.type("tal")
    editor.picker.search()
    return window


@screen("customer-edit-consents")
def consents(stage: Stage) -> QWidget:
    return editing(stage, "consents")[0]


@screen("customer-edit-custom")
def custom(stage: Stage) -> QWidget:
    return editing(stage, "custom")[0]


@screen("customer-edit-empty")
def empty(stage: Stage) -> QWidget:
    return editing(stage, "relations", made.file(1))[0]
