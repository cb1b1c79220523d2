"""The Import page: a file in pieces, columns by the keyboard, runs, reports, refused rows."""

from __future__ import annotations

import os

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.import_sending import ImportSender
from agent_desktop.views import i18n
from agent_desktop.views.importing import wording
from agent_desktop.views.tables import HEAD_HEIGHT, ROW_HEIGHT
from cti_bridge.customers.sources.dates import Order
from cti_bridge.customers.sources.fields import DATES, HEADINGS, is_field
from cti_bridge.customers.sources.survivorship import Rule
from cti_bridge.protocol.commands import Done, Refused
from cti_bridge.protocol.importing import (
    IMPORT_DATES,
    IMPORT_FIELDS,
    IMPORT_MORE,
    IMPORT_ORDERS,
    IMPORT_PIECE,
    IMPORT_RULES,
    BeginImport,
    DropImport,
    FetchRefusals,
    ImportChanged,
    ImportCounts,
    ImportDropped,
    ImportPartTaken,
    ImportProblem,
    ImportRowView,
    ImportState,
    OpenImport,
    ReadImport,
    RefusalsPart,
    RunImport,
    SendImportPart,
    SteerImport,
)
from cti_bridge.protocol.vocabulary import Permission, RefusalCode
from tests.helpers import page_values as made
from tests.helpers import screens_importing as shown
from tests.helpers.screens import Stage

STAGE = Stage("en", "light", 1280, 800)


@pytest.fixture
def opened(qtbot, look):
    models = []

    def page(*views, **more):
        window, page, link = shown.page(STAGE, *views, **more)
        qtbot.addWidget(window)
        window.show()
        models.append(page._model)
        return page, page._model, link

    yield page
    for model in models:
        model.sending.stop()  # closes its file


def test_the_desktop_knows_the_fields_orders_and_rules_of_the_bridge():
    assert set(IMPORT_FIELDS) == set(HEADINGS)
    assert IMPORT_DATES == DATES
    assert set(IMPORT_ORDERS) == set(Order)
    assert set(IMPORT_RULES) == set(Rule)
    assert set(wording.FIELDS) >= {"", *IMPORT_FIELDS}
    assert set(wording.STATES) == set(wording.LOOKS) == set(ImportState)


def test_further_addresses_and_consents_have_words_in_both_languages(qtbot):
    assert all(is_field(code) for code in IMPORT_MORE)
    i18n.use_language("en")
    assert wording.field("street.billing") == "Street (billing)"
    assert wording.field("city.summer_house") == "Town (summer_house)"
    assert wording.field("consent.survey") == "Surveys · Any way"
    assert wording.field("consent.research.sms") == "research · By text message"
    i18n.use_language("es")
    assert wording.field("street.billing") == "Calle (facturación)"
    assert len({wording.field(code) for code in IMPORT_MORE}) == len(IMPORT_MORE)


# -- a file on its way


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "clientes.csv"
    path.write_bytes(b"x" * (IMPORT_PIECE + 10))
    return path


def test_a_file_goes_in_pieces_and_its_import_opens(opened, file):
    page, model, link = opened()
    assert page.start.choose.isEnabled()
    page.start.send(str(file))
    assert link.sent_of(BeginImport)[-1].size == IMPORT_PIECE + 10
    link.answers[OpenImport] = lambda _: shown.answer(shown.view(ImportState.RECEIVING))
    link.reply_to(BeginImport, Done(request_id=0, id="i1"))
    assert page._stack.currentWidget() is page.job
    assert len(link.sent_of(SendImportPart)[-1].data) == IMPORT_PIECE
    link.reply_to(SendImportPart, ImportPartTaken(request_id=0, received=IMPORT_PIECE))
    last = link.sent_of(SendImportPart)[-1]
    assert (last.offset, len(last.data)) == (IMPORT_PIECE, 10)
    link.reply_to(SendImportPart, ImportPartTaken(request_id=0, received=IMPORT_PIECE + 10))
    assert not model.sending.busy


def test_after_a_cut_it_asks_where_to_go_on(opened, file):
    _page, model, link = opened()
    model.send(file)
    link.reply_to(BeginImport, Done(request_id=0, id="i1"))
    link.set_state(LinkState.OFFLINE)
    assert model.sending.busy
    link.set_state(LinkState.ONLINE)
    asked = link.sent_of(SendImportPart)[-1]
    assert asked.data == b""
    link.reply_to(SendImportPart, ImportPartTaken(request_id=0, received=IMPORT_PIECE))
    assert link.sent_of(SendImportPart)[-1].offset == IMPORT_PIECE


def test_a_bridge_that_was_restarted_is_sent_the_whole_file(opened, file):
    _page, model, link = opened()
    model.send(file)
    link.reply_to(BeginImport, Done(request_id=0, id="i1"))
    gone = Refused(request_id=0, code=RefusalCode.NOT_FOUND, detail="no such import")
    link.reply_to(SendImportPart, gone)
    assert len(link.sent_of(BeginImport)) == 2
    link.reply_to(BeginImport, Done(request_id=0, id="i2"))
    assert link.sent_of(SendImportPart)[-1].import_id == "i2"


def test_a_file_that_is_changed_while_it_is_sent_is_given_up(opened, file):
    page, model, link = opened()
    model.send(file)
    link.reply_to(BeginImport, Done(request_id=0, id="i1"))
    with file.open("ab") as more:
        more.write(b"y")
    os.utime(file, ns=(1, 1))
    link.reply_to(SendImportPart, ImportPartTaken(request_id=0, received=IMPORT_PIECE))
    assert not model.sending.busy
    assert link.sent_of(DropImport)[-1].import_id == "i1"
    assert "was changed while" in page.start._trouble.text()


@pytest.mark.parametrize(
    ("size", "most", "why"),
    [(0, 10, "empty"), (11, 10, "too_large"), (-1, 10, "unreadable")],
)
def test_what_cannot_be_sent_says_why(qtbot, online, facts, tmp_path, size, most, why):
    path = tmp_path / "a.csv"
    if size >= 0:
        path.write_bytes(b"x" * size)
    sender = ImportSender(online, facts)
    failures = []
    sender.failed.connect(failures.append)
    sender.start(path, most)
    assert failures == [why]
    assert online.sent_of(BeginImport) == []


# -- columns


def test_a_column_is_chosen_by_the_keyboard(opened, qtbot):
    page, _model, link = opened(shown.view())
    columns = page.job.columns
    columns.table.choose(6)  # NIF
    assert columns.field.currentData() == ""
    qtbot.keyClick(columns.table, Qt.Key.Key_Return)
    assert page.window().focusWidget() is columns.field
    at = columns.field.findData("key")
    columns.field.setCurrentIndex(at)
    columns.field.activated.emit(at)
    qtbot.keyClick(columns.field, Qt.Key.Key_Escape)
    assert page.window().focusWidget() is columns.table
    qtbot.waitUntil(lambda: bool(link.sent_of(ReadImport)))
    asked = link.sent_of(ReadImport)[-1]
    assert asked.fields[6] == "key"
    assert asked.orders[4] == "dmy"
    assert (asked.sheet, asked.source) == ("Activos", "clientes")
    assert columns.columns.rowCount() == len(shown.COLUMNS)


def test_the_order_of_dates_is_asked_of_dates_alone(opened):
    page, model, _link = opened(shown.view())
    columns = page.job.columns
    columns.table.choose(4)
    assert columns.order.isVisible()
    columns.table.choose(1)
    assert not columns.order.isVisible()
    model.choose_field(4, "tags")
    assert model.columns[4].order == ""


def test_what_is_chosen_while_the_bridge_looks_is_sent_when_it_has_looked(opened, qtbot):
    _page, model, link = opened(shown.view(ImportState.LOOKING))
    model.choose_field(6, "tags")
    qtbot.waitUntil(lambda: not model._pause.isActive())
    assert link.sent_of(ReadImport) == []
    link.emit(ImportChanged(view=shown.view()))
    assert link.sent_of(ReadImport)[-1].fields[6] == "tags"
    assert model.columns[6].field == "tags"


def test_another_sheet_has_other_columns(opened, qtbot):
    page, _model, link = opened(shown.view())
    page.job.sheet.setCurrentIndex(1)
    page.job.sheet.activated.emit(1)
    qtbot.waitUntil(lambda: bool(link.sent_of(ReadImport)))
    asked = link.sent_of(ReadImport)[-1]
    assert (asked.sheet, asked.fields) == ("Bajas 2019", ())


def test_problems_are_told_and_nothing_can_run(opened):
    doubt = ImportProblem(code="doubtful", columns=("Alta",), detail="3/2/2024")
    page, model, _link = opened(shown.view(), problems=(doubt,))
    assert "3/2/2024 may be day and month" in page.job.problems.text()
    page.job.show_step(2)
    assert not page.job.run.run.isEnabled()
    assert not model.can_run
    page.job.show_step(1)
    assert page.job.preview.rows.rowCount() == 0


# -- runs


def test_a_dry_run_then_the_import_paused_and_gone_on_with(opened):
    page, _model, link = opened(shown.view())
    run = page.job.run
    page.job.show_step(2)
    run.try_it.click()
    assert link.sent_of(RunImport)[-1].dry_run
    assert not run.run.isEnabled()  # until the bridge has answered
    link.reply_to(RunImport, Done(request_id=0))
    tried = shown.view(tried=True, counts=ImportCounts(created=7, refused=2))
    link.answers[OpenImport] = lambda _: shown.answer(tried, refused=(shown.row(3),))
    link.emit(ImportChanged(view=replace(tried, state=ImportState.TRYING)))
    link.emit(ImportChanged(view=tried))
    assert run._figures["created"].number.text() == "7"
    assert run._figures["created"].word.text() == "would be new"
    assert run.refused.rows.rowCount() == 1
    run.run.click()
    link.reply_to(RunImport, Done(request_id=0))
    assert not link.sent_of(RunImport)[-1].dry_run
    going = shown.view(ImportState.RUNNING, fraction=0.5, rows_per_second=900.0)
    link.emit(ImportChanged(view=going))
    assert run.bar.isVisible()
    assert run.pause.isVisible()
    run.pause.click()
    assert link.sent_of(SteerImport)[-1].do == "pause"
    link.reply_to(SteerImport, Done(request_id=0))
    link.emit(ImportChanged(view=replace(going, state=ImportState.PAUSED)))
    assert run.resume.isVisible()
    run.resume.click()
    assert link.sent_of(SteerImport)[-1].do == "resume"


def test_nothing_is_steered_while_the_bridge_is_gone_and_it_says_why(opened):
    page, model, link = opened(shown.view(ImportState.RUNNING, fraction=0.5))
    run = page.job.run
    assert run.pause.isEnabled()
    link.set_state(LinkState.CONNECTING)
    for button in (run.pause, run.cancel, run.try_it, run.run, page.job.drop):
        assert not button.isEnabled()
        assert button.toolTip() == "No connection to the server"
    assert not model.can_run
    link.set_state(LinkState.ONLINE)
    assert run.pause.isEnabled()
    assert run.cancel.isEnabled()
    assert run.pause.toolTip() == ""


def test_a_run_of_another_desktop_is_seen(opened):
    page, model, link = opened(shown.view())
    link.emit(ImportChanged(view=shown.view(ImportState.RUNNING, by="Ana")))
    assert page.job.tabs.checkedId() == 2
    assert not model.can_choose
    link.emit(ImportDropped(import_id="i1"))
    assert page._stack.currentWidget() is page.start


@pytest.mark.styled
def test_a_small_window_shows_both_tables_beside_their_titles(qtbot, look):
    many = [shown.view(import_id=f"i{n}") for n in range(9)]
    window, page, _link = shown.page(Stage("en", "light", 1024, 640), *many)
    qtbot.addWidget(window)
    window.resize(1024, 640)
    window.show()
    page._model.leave()
    start = page.start
    start.send("nowhere.csv")
    assert start._trouble.isVisible()
    qtbot.waitUntil(lambda: start.begin.y() >= start.imports_table.geometry().bottom())
    assert start.sources_table.geometry().bottom() <= start.rect().bottom()
    window.resize(1024, 1000)
    five = HEAD_HEIGHT + 5 * ROW_HEIGHT
    qtbot.waitUntil(lambda: start.imports_table.height() == five)


def test_refused_rows_are_saved_whole_or_not_at_all(opened, tmp_path):
    view = shown.view(ImportState.DONE, refusals=True, counts=ImportCounts(refused=2))
    page, model, link = opened(view)
    assert page.job.run.save.isVisible()
    place = tmp_path / "refused.csv"
    place.write_text("of yesterday")
    model.save_refusals(place)
    link.reply_to(FetchRefusals, RefusalsPart(request_id=0, data=b"row,", size=7))
    assert place.read_text() == "of yesterday"
    assert link.sent_of(FetchRefusals)[-1].offset == 4
    link.reply_to(FetchRefusals, RefusalsPart(request_id=0, data=b"a,b", size=7))
    assert place.read_bytes() == b"row,a,b"
    assert page.job.run._notice.text() == "The refused rows are saved."
    model.save_refusals(place)
    link.reply_to(FetchRefusals, Refused(request_id=0, code=RefusalCode.NOT_FOUND))
    assert place.read_bytes() == b"row,a,b"
    assert list(tmp_path.iterdir()) == [place]
    model.save_refusals(tmp_path / "no" / "folder.csv")
    assert "cannot be written" in page.job.run._notice.text()


def test_a_named_source_is_begun_and_one_without_a_place_is_not(opened):
    page, _model, link = opened()
    page.start.sources_table.choose(0)
    assert not page.start.begin.isEnabled()  # nothing but its columns is kept
    page.start.sources_table.choose(2)
    page.start.begin.click()
    assert link.sent_of(BeginImport)[-1].source == "tienda"
    link.reply_to(BeginImport, Refused(request_id=0, code=RefusalCode.NOT_FOUND))
    assert page.start._trouble.isVisible()


def test_who_may_not_import_has_no_such_page(qtbot, look):
    window, _page, link = shown.page(STAGE)
    qtbot.addWidget(window)
    held = tuple(set(made.site().permissions) - {Permission.IMPORT})
    link.emit(made.signed_in(settings=made.site(permissions=held), now=made.NOW))
    assert window.rail.buttons["import"].isHidden()


@pytest.fixture
def spanish(look):
    i18n.use_language("es")
    yield
    i18n.use_language("en")


def test_reasons_are_told_in_the_language_of_the_desktop(opened, spanish):
    refused = (
        ImportRowView(line=5, field="mobile", reason="'doce': not a phone number (no digits)"),
        ImportRowView(
            line=7, field="since",
            reason="'3/2' is not a date in the order of its column, dmy",
        ),
    )  # fmt: skip
    page, _, _ = opened(
        shown.view(ImportState.DONE, counts=ImportCounts(created=2, refused=2)),
        refused=refused, preview=refused,
    )  # fmt: skip
    table = page.job.run.refused.rows
    assert table.index(0, 2).data() == "“doce”: no es un número de teléfono (sin cifras)"
    told = "“3/2” no es una fecha en el orden de su columna: día, mes, año"
    assert table.index(1, 2).data() == told
    assert page.job.preview.rows.index(1, 3).data() == f"Cliente desde: {told}"
    assert "Activos" in page.job._about.text()
    assert "sheet" not in page.job._about.text()


def test_why_a_source_cannot_be_read_in_the_language_of_the_desktop(spanish):
    view = shown.view(
        ImportState.FAULTY, fault="a: b.csv: cannot be read: Permission denied",
        fault_code="source",
    )  # fmt: skip
    assert wording.fault(view) == "a: b.csv: no se puede leer: permiso denegado"
    view = replace(view, fault_code="store", fault="the database server does not answer")
    assert wording.fault(view).endswith("el servidor de la base de datos no responde")
    mapping = ImportProblem(code="mapping", detail="the configuration has no field 'plan'")
    assert wording.problem(mapping).endswith("la configuración no tiene ningún campo “plan”")


def test_what_rows_say_in_the_language_of_the_desktop(spanish):
    said = {
        ("kind", "organisation"): "Empresa",
        ("status", "active"): "Activo",
        ("language", "es"): "Español",
        ("consent_email", "yes"): "Sí",
        ("custom.paper", "False"): "No",
        ("consent", "no"): "No",
        ("custom.plan", "yes"): "yes",  # a text of the site's own
        ("note", "yes"): "yes",
        ("kind", "•••"): "•••",  # hidden from the role
    }
    assert {one: wording.value(*one) for one in said} == said


def test_words_of_what_may_go_wrong():
    for code in ("source", "store", "in_use", "cancelled", "died", "problems"):
        view = shown.view(ImportState.STOPPED, fault="why", fault_code=code)
        assert wording.fault(view)
    for why in (*wording.SENDING, RefusalCode.TOO_LARGE):
        assert wording.trouble(str(why))
