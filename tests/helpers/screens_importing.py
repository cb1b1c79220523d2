"""Pictures of the Import page: its start, columns, first rows, runs, reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from agent_desktop.views.pages.importing import ImportPage
from cti_bridge.protocol.importing import (
    ImportChanged,
    ImportColumn,
    ImportCounts,
    ImportOpened,
    ImportProblem,
    ImportRowView,
    ImportsListed,
    ImportSource,
    ImportState,
    ImportView,
    ListImports,
    OpenImport,
)
from tests.helpers import page_values as made
from tests.helpers.screens import screen
from tests.helpers.screens_pages import opened

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.views.window import Window
    from tests.helpers.desktop import FakeLink
    from tests.helpers.screens import Stage

LONG_FILE = "Clientes y proveedores de la delegación del norte, exportación definitiva (3).xlsx"
COLUMNS = (
    ImportColumn(heading="Nº cliente", field="key", samples=("C-1001", "C-1002", "C-1003")),
    ImportColumn(
        heading="Nombre y apellidos", field="name", samples=(made.LONG_NAME, "Peio Ruiz")
    ),
    ImportColumn(heading="Móvil", field="mobile", samples=("612 345 099", "+34 698 112 233")),
    ImportColumn(heading="tfno2", field="phone", guessed=True, samples=("944 21 00 17",)),
    ImportColumn(heading="Alta", field="since", order="dmy", samples=("31/01/2024", "3/2/2024")),
    ImportColumn(heading="Correo electrónico", field="email", samples=("peio@example.com",)),
    ImportColumn(heading="NIF", field="", samples=("12345678Z",)),
    ImportColumn(heading="", field=""),
    ImportColumn(heading="Observaciones", field="note", samples=("Llamar siempre por la tarde",)),
)
SOURCES = (
    ImportSource(name="Clientes 2025", kind="", rows=1_204, last_at=made.NOW, last_state="done"),
    ImportSource(
        name="Exportación nocturna del sistema de facturación de la central", kind="file",
        rows=48_211, last_at=made.NOW - timedelta(days=1), last_state="stopped",
    ),
    ImportSource(name="tienda", kind="database"),
)  # fmt: skip


def view(state: ImportState = ImportState.READY, **more: Any) -> ImportView:
    values: dict[str, Any] = {
        "import_id": "i1", "state": state, "name": "clientes.xlsx", "source": "clientes",
        "by": "Rosa Campos", "at": made.NOW, "size": 4_200_000, "received": 4_200_000,
        "kind": "sheet", "detail": "Activos",
    }  # fmt: skip
    return ImportView(**values | more)


def row(number: int) -> ImportRowView:
    if number % 7 == 3:
        return ImportRowView(
            line=number + 2, field="mobile", reason="'doce': not a phone number (no digits)"
        )
    return ImportRowView(
        line=number + 2,
        name=made.LONG_NAME if number == 1 else f"Marta Nuñes {number}",
        numbers=("+34612345099", f"C-{1000 + number}", "marta@example.com"),
        said=(("since", "2024-01-31"), ("note", "Llamar siempre por la tarde")),
    )


def answer(one: ImportView, **more: Any) -> ImportOpened:
    values: dict[str, Any] = {
        "request_id": 0, "view": one, "columns": COLUMNS, "sheets": ("Activos", "Bajas 2019"),
        "sheet": "Activos", "preview": tuple(map(row, range(40))),
    }  # fmt: skip
    return ImportOpened(**values | more)


def page(
    stage: Stage,
    *views: ImportView,
    sources: tuple[ImportSource, ...] = SOURCES,
    **more: Any,
) -> tuple[Window, ImportPage, FakeLink]:
    """With the first of them opened, where there is one."""
    link = stage.link()
    link.answers[ListImports] = lambda _: ImportsListed(
        request_id=0, imports=views, sources=sources, max_bytes=256 << 20
    )
    if views:
        link.answers[OpenImport] = lambda _: answer(views[0], **more)
    window = opened(stage, "work", link)
    link.emit(made.signed_in(settings=made.site(), now=made.NOW))
    window.show_page("import")
    shown = window.page()
    assert isinstance(shown, ImportPage)
    shown._model.look()
    if views:
        shown._model.open("i1")
    return window, shown, link


@screen("import")
def start(stage: Stage) -> QWidget:
    window, shown, link = page(stage, view(ImportState.DONE, counts=ImportCounts(created=1_204)))
    for number, state in enumerate(
        (ImportState.RUNNING, ImportState.FAULTY, ImportState.STOPPED, ImportState.PAUSED)
    ):
        link.emit(
            ImportChanged(view=view(state, import_id=f"x{number}", name=LONG_FILE, by="Ana"))
        )
    shown._model.leave()
    shown.start.imports_table.choose(0)
    return window


@screen("import-empty")
def empty(stage: Stage) -> QWidget:
    return page(stage, sources=())[0]


@screen("import-columns")
def columns(stage: Stage) -> QWidget:
    window, shown, _link = page(stage, view(name=LONG_FILE))
    shown.job.columns.table.choose(4)
    return window


@screen("import-problems")
def problems(stage: Stage) -> QWidget:
    told = (
        ImportProblem(code="no_identity"),
        ImportProblem(code="doubtful", columns=("Alta",), detail="3/2/2024"),
        ImportProblem(code="double", columns=("Móvil", "Correo electrónico"), detail="name"),
    )
    window, shown, _link = page(stage, view(), problems=told)
    shown.job.columns.table.choose(1)
    return window


@screen("import-preview")
def preview(stage: Stage) -> QWidget:
    window, shown, _link = page(stage, view())
    shown.job.show_step(1)
    return window


@screen("import-sending")
def sending(stage: Stage) -> QWidget:
    one = view(ImportState.RECEIVING, received=1_700_000, kind="", detail="", name=LONG_FILE)
    return page(stage, one, columns=(), sheets=(), preview=())[0]


@screen("import-faulty")
def faulty(stage: Stage) -> QWidget:
    one = view(
        ImportState.FAULTY, fault="clientes.xlsx: is locked with a password: save it without one",
        fault_code="source",
    )  # fmt: skip
    return page(stage, one, columns=(), sheets=(), preview=())[0]


@screen("import-tried")
def tried(stage: Stage) -> QWidget:
    counts = ImportCounts(created=11_204, updated=832, unchanged=36_120, refused=55, held=17)
    refused = tuple(row(number) for number in range(3, 90, 7))
    window, shown, _link = page(stage, view(tried=True, counts=counts), refused=refused)
    shown.job.show_step(2)
    return window


@screen("import-running")
def running(stage: Stage) -> QWidget:
    one = view(
        ImportState.RUNNING, counts=ImportCounts(created=11_204, updated=832, refused=55),
        fraction=0.34, rows_per_second=4_180.0, seconds_left=151.0,
    )  # fmt: skip
    return page(stage, one)[0]


@screen("import-done")
def done(stage: Stage) -> QWidget:
    counts = ImportCounts(created=11_204, updated=832, unchanged=36_120, refused=55, held=17)
    refused = tuple(row(number) for number in range(3, 90, 7))
    one = view(ImportState.DONE, counts=counts, seconds=161.0, refusals=True)
    return page(stage, one, refused=refused)[0]


@screen("import-stopped")
def stopped(stage: Stage) -> QWidget:
    one = view(
        ImportState.STOPPED, counts=ImportCounts(created=500), fault="stopped",
        fault_code="cancelled",
    )  # fmt: skip
    return page(stage, one)[0]
