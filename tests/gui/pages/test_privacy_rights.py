"""One customer's privacy at the desk: holds, erasures, archives; and lists out of the house."""

from __future__ import annotations

import os
import stat

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from agent_desktop.link import LinkState
from agent_desktop.state import Store
from agent_desktop.viewmodels.archive import DISK, ArchiveViewModel
from agent_desktop.viewmodels.exporting import ExportViewModel
from agent_desktop.viewmodels.subject_rights import SubjectRightsViewModel
from cti_bridge.protocol.commands import CustomersFound, Done, Refused, SearchCustomers
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.privacy import CustomersExported, ExportCustomers, ListAccess
from cti_bridge.protocol.subject_rights import (
    ArchiveBegun,
    ArchivePart,
    CustodyChanged,
    CustomerErased,
    DropArchive,
    EraseCustomer,
    ErasurePlanned,
    ErasureTaken,
    FetchArchive,
    HoldCustomer,
    HoldView,
    PlanErasure,
    ReleaseCustomer,
    TakeArchive,
)
from cti_bridge.protocol.vocabulary import CustomerId, Permission, RefusalCode
from tests.helpers import page_values as made
from tests.helpers import screens_privacy as shown
from tests.helpers.desktop import FakeLink
from tests.helpers.screens import Stage

STAGE = Stage("en", "light", 1280, 800)
WHY, WHO = "asked for by letter", shown.WHO


def refused(code: RefusalCode, field: str = "") -> Refused:
    return Refused(request_id=0, code=code, field=field)


@pytest.fixture
def link(qtbot, look):
    return FakeLink()


@pytest.fixture
def store(link):
    store = Store(link)
    settings = replace(made.site(), permissions=tuple(Permission), export_rows=500)
    link.emit(made.signed_in(settings=settings))
    return store


# -- the page


@pytest.fixture
def page(qtbot, look):
    window, page = shown.rights(STAGE, shown.plan())
    qtbot.addWidget(window)
    window.show()
    return page


def desk(page):
    return page._desktop


@pytest.mark.styled
def test_in_a_wide_window_the_cards_stand_beside_each_other(page):
    window, view = page.window(), page.customer
    for width, beside in ((1920, True), (1024, False), (1920, True)):
        window.resize(width, 800)
        QApplication.sendPostedEvents()
        erase, hold = (one.mapTo(view, QPoint()) for one in (view.erase, view.hold))
        assert (erase.x() > hold.x()) is beside
        assert (erase.y() == hold.y()) is beside
        right = max(one.mapTo(view, QPoint(one.width(), 0)).x() for one in (view.erase, view.hold))
        assert view.width() - right < 80


def test_an_erasure_needs_a_name_and_a_reason_and_is_asked_once(page):
    card, link = page.customer.erase, desk(page).link
    assert not card.erase.isEnabled()
    card.typed.setText("Ainhoa Etxeberria")
    assert not card.erase.isEnabled()
    card.reason.setText("x")
    assert not card.erase.isEnabled()
    card.reason.setText(WHY)
    card.erase.click()
    card.erase.click()
    card.reason.returnPressed.emit()
    [sent] = link.sent_of(EraseCustomer)
    assert (sent.typed, sent.reason, sent.version) == ("Ainhoa Etxeberria", WHY, 7)
    link.reply_to(EraseCustomer, ErasureTaken(request_id=0, rows=1_234))
    assert page.customer._none.isVisible()
    assert "1,234" in page.customer._none.accessibleDescription()


@pytest.mark.parametrize(
    ("code", "field", "said"),
    [
        (RefusalCode.INVALID, "typed", "neither the customer's name"),
        (RefusalCode.CONFLICT, "version", "changed meanwhile"),
        (RefusalCode.WRONG_STATE, "held", "held by law"),
        (RefusalCode.WRONG_STATE, "open", "open contact"),
        (RefusalCode.WRONG_STATE, "merged", "part of another"),
        (RefusalCode.BUSY, "", "being done already"),
        (RefusalCode.NOT_ALLOWED, "", ""),
    ],
)
def test_a_refusal_says_why_and_what_stands_is_looked_at_again(page, code, field, said):
    card, link = page.customer.erase, desk(page).link
    before = len(link.sent_of(PlanErasure))
    card.typed.setText("Somebody Else")
    card.reason.setText(WHY)
    card.erase.click()
    link.reply_to(EraseCustomer, refused(code, field))
    assert card._trouble.isVisible()
    assert said in card._trouble.text()
    assert len(link.sent_of(PlanErasure)) == before + 1
    assert card.typed.text() == "Somebody Else"  # to be mended, not typed anew


def test_who_is_held_cannot_be_erased_and_is_released_with_a_reason(page):
    link = desk(page).link
    hold = HoldView(at=made.NOW, by="Sara", reason="a lawsuit")
    card = page.customer.hold
    card.reason.setText("a lawsuit")
    link.answers[PlanErasure] = lambda _: ErasurePlanned(
        request_id=0, plan=shown.plan(hold=hold, bar="held")
    )
    card.act.click()
    assert link.sent_of(HoldCustomer)[0].reason == "a lawsuit"
    link.reply_to(HoldCustomer, Done(request_id=0))
    assert "a lawsuit" in card._held.text()
    assert page.customer.erase._form.isHidden()
    assert page.customer.erase._bar.isVisible()
    card.reason.setText("it is over")
    card.reason.returnPressed.emit()
    link.reply_to(ReleaseCustomer, refused(RefusalCode.WRONG_STATE, "hold"))
    assert "not held any more" in card._trouble.text()


def test_who_holds_what_another_holds_already_is_told(page):
    link, card = desk(page).link, page.customer.hold
    card.reason.setText("a tax audit")
    card.act.click()
    link.reply_to(HoldCustomer, refused(RefusalCode.WRONG_STATE, "holder"))
    assert card._trouble.text() == "Somebody else holds it already."


def test_nothing_typed_for_one_stands_ready_for_the_next(page):
    card = page.customer.erase
    card.typed.setText("Ainhoa Etxeberria")
    card.reason.setText(WHY)
    desk(page).rights.open(CustomerId("c2"), "Jon")
    assert (card.typed.text(), card.reason.text()) == ("", "")
    assert not card.erase.isEnabled()


def test_what_a_role_may_not_is_not_offered(qtbot, look):
    window = shown.privacy_small_file(STAGE)
    qtbot.addWidget(window)
    window.show()
    page = window.page()
    assert page.customer.archive.isHidden()
    assert page.customer.erase._form.isHidden()
    assert page.customer.hold._form.isVisible()


def test_from_the_customer_to_who_looked_and_to_another(page, qtbot):
    link = desk(page).link
    page.customer.log.click()
    assert link.sent_of(ListAccess)[-1].customer_id == WHO
    assert page._stack.currentWidget() is page.log
    page.to_customer.click()
    link.answers[SearchCustomers] = lambda _: CustomersFound(
        request_id=0, customers=(made.card(3),)
    )
    page.customer.choose.click()
    find = page.customer._find
    find.search.setText("jon")
    find.search.returnPressed.emit()
    qtbot.waitUntil(lambda: find.model.rowCount() == 1, timeout=30_000)
    find._choose(made.card(3))
    assert desk(page).rights.customer_id == made.card(3).customer_id
    opened = []
    page.customer_requested.connect(opened.append)
    page.customer.file.click()
    assert opened == [made.card(3).customer_id]


def test_a_hold_by_somebody_else_is_on_the_screen_at_once(page):
    link, card = desk(page).link, page.customer.hold
    hold = HoldView(at=made.NOW, by="Ana", reason="a tax audit")
    link.answers[PlanErasure] = lambda _: ErasurePlanned(
        request_id=0, plan=shown.plan(hold=hold, bar="held")
    )
    link.emit(CustodyChanged(customer_id=CustomerId("c9"), by="Ana"))
    assert card._held.isHidden()
    link.emit(CustodyChanged(customer_id=WHO, by="Ana"))
    assert "a tax audit" in card._held.text()
    assert page.customer.erase._bar.isVisible()
    link.answers[PlanErasure] = lambda _: ErasurePlanned(request_id=0, plan=shown.plan())
    link.emit(CustodyChanged(customer_id=WHO, by="Ana"))
    assert card._held.isHidden()
    assert page.customer.erase._form.isVisible()


def test_an_erasure_by_somebody_else_takes_the_file_off_the_screen(page):
    desktop = desk(page)
    desktop.customers.open(WHO)
    desktop.link.emit(CustomerErased(customer_id=WHO, by="Ana"))
    assert desktop.rights.stage == "erased"
    assert page.customer._none.isVisible()
    assert (desktop.customers.selected, desktop.customers.file.customer_id) == (None, None)


# -- the view-model


def test_a_changed_file_is_planned_anew_and_a_gone_one_says_so(link, store):
    model = SubjectRightsViewModel(link, store)
    model.open(WHO, "Ainhoa")
    link.reply_to(PlanErasure, ErasurePlanned(request_id=0, plan=shown.plan()))
    link.emit(CustomerChanged(customer_id=WHO, version=8, by="Ana"))
    link.reply_to(PlanErasure, refused(RefusalCode.NOT_FOUND))
    assert model.plan is None
    assert model.failed == "plan"
    assert not model.can_erase("Ainhoa", WHY)


def test_a_large_erasure_is_over_when_the_bridge_says_so(link, store):
    model = SubjectRightsViewModel(link, store)
    link.answers[PlanErasure] = lambda _: ErasurePlanned(request_id=0, plan=shown.plan())
    model.open(WHO, "Ainhoa")
    assert model.erase("Ainhoa Etxeberria", WHY)
    link.reply_to(EraseCustomer, ErasureTaken(request_id=0, running=True))
    assert model.stage == "running"
    link.emit(CustomerErased(customer_id=CustomerId("c9"), by="Ana"))
    assert model.stage == "running"
    link.emit(CustomerErased(customer_id=WHO, by="Ana"))
    assert model.stage == "erased"


def test_a_large_erasure_that_breaks_off_is_looked_at_again(link, store):
    model = SubjectRightsViewModel(link, store)
    link.answers[PlanErasure] = lambda _: ErasurePlanned(request_id=0, plan=shown.plan())
    model.open(WHO, "Ainhoa")
    model.erase("Ainhoa Etxeberria", WHY)
    looks = len(link.sent_of(PlanErasure))
    link.emit(CustodyChanged(customer_id=WHO, by="me"))  # it began, and its answer will come
    assert len(link.sent_of(PlanErasure)) == looks
    link.reply_to(EraseCustomer, ErasureTaken(request_id=0, running=True))
    link.emit(CustodyChanged(customer_id=WHO, by="me"))
    assert model.stage == ""
    assert model.plan is not None
    assert len(link.sent_of(PlanErasure)) == looks + 1


def test_an_event_before_its_own_answer_is_the_end(link, store):
    model = SubjectRightsViewModel(link, store)
    link.answers[PlanErasure] = lambda _: ErasurePlanned(request_id=0, plan=shown.plan())
    model.open(WHO)
    model.erase("Ainhoa", WHY)
    link.emit(CustomerErased(customer_id=WHO, by="me"))
    link.reply_to(EraseCustomer, ErasureTaken(request_id=0, running=True))
    assert model.stage == "erased"


def test_nothing_stays_for_who_signs_in_next(link, store):
    model = SubjectRightsViewModel(link, store)
    model.open(WHO, "Ainhoa")
    link.set_state(LinkState.SIGNED_OUT)
    assert (model.customer_id, model.name, model.plan) == (None, "", None)


# -- archives


@pytest.fixture
def archive(link, store):
    return ArchiveViewModel(link, store)


def part(data: bytes, size: int, *, last: bool = False) -> ArchivePart:
    return ArchivePart(request_id=0, data=data, size=size, last=last, entries=9)


def begin(archive, link, path):
    assert archive.take(WHO, path, WHY, "en")
    link.reply_to(TakeArchive, ArchiveBegun(request_id=0, archive_id="a1"))


def test_an_archive_comes_in_pieces_and_is_whole_or_not_there(archive, link, tmp_path, qtbot):
    path = tmp_path / "ana.zip"
    begin(archive, link, path)
    assert not archive.take(WHO, path, WHY, "en")  # one at a time
    link.reply_to(FetchArchive, refused(RefusalCode.BUSY))
    assert archive.stage == "making"
    qtbot.waitUntil(lambda: len(link.sent_of(FetchArchive)) == 2, timeout=30_000)
    link.reply_to(FetchArchive, part(b"PK-one-", 11))
    assert not path.exists()
    assert link.sent_of(FetchArchive)[-1].offset == 7
    link.reply_to(FetchArchive, part(b"last", 11, last=True))
    assert path.read_bytes() == b"PK-one-last"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (archive.stage, archive.entries) == ("done", 9)
    assert link.sent_of(DropArchive)[-1].archive_id == "a1"
    assert os.listdir(tmp_path) == ["ana.zip"]


@pytest.mark.parametrize(
    "reply",
    [refused(RefusalCode.NOT_FOUND), part(b"", 11), Done(request_id=0)],
    ids=["expired", "endless", "strange"],
)
def test_one_that_breaks_off_leaves_nothing(archive, link, tmp_path, reply):
    begin(archive, link, tmp_path / "ana.zip")
    link.reply_to(FetchArchive, part(b"half", 11))
    link.reply_to(FetchArchive, reply)
    assert archive.stage == "failed"
    assert os.listdir(tmp_path) == []


def test_a_cut_a_cancel_and_a_sign_out_leave_nothing(archive, link, tmp_path):
    begin(archive, link, tmp_path / "ana.zip")
    link.set_state(LinkState.CONNECTING)
    assert archive.stage == "failed"
    link.set_state(LinkState.ONLINE)
    begin(archive, link, tmp_path / "ana.zip")
    archive.cancel()
    assert archive.stage == ""
    assert link.sent_of(DropArchive)
    begin(archive, link, tmp_path / "ana.zip")
    link.set_state(LinkState.SIGNED_OUT)
    assert archive.customer_id is None
    assert os.listdir(tmp_path) == []


def test_an_answer_to_one_that_was_cancelled_is_dropped_at_the_bridge(archive, link, tmp_path):
    archive.take(WHO, tmp_path / "ana.zip", WHY, "es")
    archive.cancel()
    link.reply_to(TakeArchive, ArchiveBegun(request_id=0, archive_id="late"))
    assert link.sent_of(DropArchive)[-1].archive_id == "late"
    assert archive.stage == ""


def test_a_folder_that_cannot_be_written_asks_for_nothing(archive, link, tmp_path):
    assert archive.take(WHO, tmp_path / "nowhere" / "ana.zip", WHY, "es")
    assert (archive.stage, archive.error) == ("failed", DISK)
    assert link.sent_of(TakeArchive) == []
    assert not archive.take(WHO, tmp_path / "ana.zip", "x", "es")  # no reason


# -- lists


@pytest.fixture
def export(link, store):
    return ExportViewModel(link, store)


def test_a_list_is_written_for_its_owner_alone(export, link, tmp_path):
    path = tmp_path / "list.csv"
    assert export.export("  Bilbao ", 0, f" {WHY} ", path)
    assert not export.export("Bilbao", 0, WHY, path)  # it is on its way
    [sent] = link.sent_of(ExportCustomers)
    assert (sent.text, sent.limit, sent.reason) == ("Bilbao", 0, WHY)
    link.reply(CustomersExported(request_id=0, export_id="e", rows=2, data=b"a,b\r\n", more=True))
    assert path.read_bytes() == b"a,b\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not export.unwritten


def test_a_list_that_cannot_be_written_is_on_record_all_the_same(export, link, tmp_path):
    export.export("", 10, WHY, tmp_path / "nowhere" / "list.csv")
    link.reply(CustomersExported(request_id=0, export_id="e", rows=2, data=b"a"))
    assert export.unwritten
    assert export.done is not None


def test_who_may_not_or_gives_no_reason_asks_for_nothing(export, link, store, tmp_path):
    assert not export.export("", 0, " x ", tmp_path / "list.csv")
    nothing = replace(store.state.settings, export_rows=0)
    link.emit(made.signed_in(settings=nothing))
    assert not export.export("", 0, WHY, tmp_path / "list.csv")
    agent = replace(store.state.settings, export_rows=9, permissions=(Permission.SIGNED_IN,))
    link.emit(made.signed_in(settings=agent))
    assert not export.export("", 0, WHY, tmp_path / "list.csv")
    assert link.sent_of(ExportCustomers) == []


def test_the_page_says_what_came_of_it(qtbot, look):
    window = shown.privacy_export(STAGE)
    qtbot.addWidget(window)
    window.show()
    page = window.page()
    assert "1,000 customers" in page.export._outcome.text()
    assert "There are more" in page.export._outcome.text()
    link = window._desktop.link
    window._desktop.export._forget()
    assert window._desktop.export.export("ab", 0, WHY, shown.HOME)
    link.reply_to(ExportCustomers, refused(RefusalCode.TOO_LARGE, "limit"))
    assert "more than is allowed" in page.export._outcome.text()
