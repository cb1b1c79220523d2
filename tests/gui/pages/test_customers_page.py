"""The Customers page and the editor: searching, editing, two people at once, keys only."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from agent_desktop.desktop import Desktop
from agent_desktop.folding import folded
from agent_desktop.link import LinkState
from agent_desktop.models.customers import CustomersModel
from agent_desktop.models.table import Column
from agent_desktop.preferences import Preferences
from agent_desktop.viewmodels.customers import draft_from
from agent_desktop.viewmodels.merging import Take
from agent_desktop.viewmodels.searches import MAX_NAME, MOST
from agent_desktop.views import i18n
from agent_desktop.views.customer_editor import row_of
from agent_desktop.views.customer_panel import CustomerPanel
from agent_desktop.views.pages.customers import CustomersPage
from cti_bridge.protocol.commands import (
    CreateCustomer,
    CustomerOpened,
    CustomersFound,
    Done,
    OpenCustomer,
    Refused,
    SaveCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.searching import (
    ListSearches,
    SaveSearch,
    SearchesListed,
)
from cti_bridge.protocol.values import SavedSearch
from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind, Permission, RefusalCode
from tests.helpers import page_values as made


@pytest.fixture
def page(qtbot, online, facts, tmp_path) -> CustomersPage:
    desktop = Desktop(online, Preferences(tmp_path / "p.ini"), store=facts)
    shown = CustomersPage(desktop.customers, CustomerPanel(desktop, desktop.customers.file))
    shown.desktop = desktop  # keeps it alive
    qtbot.addWidget(shown)
    shown.resize(1200, 800)
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    shown.entered()
    return shown


@pytest.fixture
def editor(page):
    return page._customers.editor


def found(*numbers: int, more: bool = False) -> CustomersFound:
    return CustomersFound(request_id=0, customers=tuple(map(made.card, numbers)), more=more)


def search(qtbot, online, page, text="a", answer=None) -> None:
    qtbot.keyClicks(page.search, text)
    qtbot.waitUntil(lambda: any(c.text == text for c in online.sent_of(SearchCustomers)))
    online.reply_to(SearchCustomers, answer or found(0, 1, 2))


def test_as_many_searches_as_may_be_kept(online, page):
    kept = tuple(
        SavedSearch(search_id=str(n), name=f"name {n}", text=f"name {n}") for n in range(MOST)
    )
    online.reply_to(ListSearches, SearchesListed(request_id=0, searches=kept))
    for text, enabled in (("one more", False), ("name 3", True)):
        page.search.setText(text)
        page._list_kept()
        assert page._kept.actions()[-1].isEnabled() is enabled


def test_two_long_searches_of_one_beginning_are_both_kept(online, page):
    first, second = "calle Mayor " * 6 + "Bilbao", "CALLE mayor " * 6 + "Getxo"
    model = page._customers.searches
    online.reply_to(ListSearches, SearchesListed(request_id=0, searches=()))
    model.keep(first)
    name = online.sent_of(SaveSearch)[-1].name
    online.reply_to(SaveSearch, Done(request_id=0))
    one = SavedSearch(search_id="1", name=name, text=first)
    online.reply_to(ListSearches, SearchesListed(request_id=0, searches=(one,)))
    assert model.searches == (one,)
    model.keep(second)
    other = online.sent_of(SaveSearch)[-1].name
    assert len(name) <= MAX_NAME
    assert len(other) <= MAX_NAME
    assert folded(other) != folded(name)


def open_first(qtbot, online, page) -> None:
    search(qtbot, online, page)
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    online.reply_to(OpenCustomer, CustomerOpened(request_id=0, file=made.file(0)))


def edit_first(qtbot, online, page) -> None:
    open_first(qtbot, online, page)
    page._customers.file.edit()


def test_the_model_obeys_qt(qtmodeltester, qtbot, online, page):
    model = CustomersModel(page._customers, [Column("Name", lambda c: c.name)])
    qtmodeltester.check(model)
    search(qtbot, online, page)
    assert model.rowCount() == 3
    qtmodeltester.check(model, force_py=True)


def test_found_as_typed_and_opened_by_keys_alone(qtbot, online, page):
    search(qtbot, online, page, "ain")
    assert page.model.index(0, 0).data() == made.PEOPLE[0][0]
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert online.sent_of(OpenCustomer)[-1].customer_id == "c0"
    online.reply_to(OpenCustomer, CustomerOpened(request_id=0, file=made.file(0)))
    assert page._side.currentWidget() is page.panel
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert online.sent_of(OpenCustomer)[-1].customer_id == "c1"
    qtbot.keyClick(page.list, Qt.Key.Key_Up)
    qtbot.keyClick(page.list, Qt.Key.Key_Up)
    assert page.search.hasFocus()


def test_nobody_found_offers_a_new_file_with_what_was_typed(qtbot, online, page, editor):
    search(qtbot, online, page, "612 34 50 99", found())
    assert page._nothing.accessibleName() == "Nobody found"
    page._nothing.acted.emit()
    assert page._side.currentWidget() is page.editor
    assert [i.value for i in editor.draft.identities] == ["612 34 50 99"]
    assert page.editor.name.hasFocus()
    qtbot.keyClicks(page.editor.name, "Ada Byron")
    qtbot.keyClick(page.editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert online.sent_of(CreateCustomer)[0].draft.name == "Ada Byron"
    online.reply_to(CreateCustomer, Done(request_id=0, id="c9"))
    assert online.sent_of(OpenCustomer)[-1].customer_id == "c9"
    assert page._side.currentWidget() is page.panel


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Ada Byron", "Ada Byron", None),
        ("+34 612-34", "", IdentityKind.PHONE),
        ("ada@ejemplo.es", "", IdentityKind.EMAIL),
        ("", "", None),
    ],
)
def test_a_search_in_vain_begins_a_draft(text, name, kind):
    draft = draft_from(text)
    assert draft.name == name
    assert [i.kind for i in draft.identities] == ([kind] if kind else [])


def test_a_refused_search_is_worded(qtbot, online, page):
    search(qtbot, online, page, "a", Refused(request_id=0, code=RefusalCode.OVERLOADED))
    assert page._trouble.text() == "The server is overloaded. Try again in a moment."
    page._trouble.acted.emit()
    online.reply_to(SearchCustomers, found(0))
    assert not page._trouble.isVisible()


def test_a_late_answer_after_leaving_the_row_is_dropped(qtbot, online, page):
    search(qtbot, online, page)
    page.list.choose(0)
    page.list.choose(1)
    online.reply_to(OpenCustomer, CustomerOpened(request_id=0, file=made.file(0)))
    card = page._customers.file.card
    assert card is not None
    assert card.customer_id == "c1"


def test_who_may_not_edit_sees_no_new_button(online, page):
    reader = tuple(p for p in Permission if p is not Permission.EDIT_CUSTOMERS)
    online.emit(made.signed_in(settings=made.site(permissions=reader)))
    page._customers.changed.emit()
    assert not page.new.isVisible()


def test_an_unsaved_form_holds_its_place(qtbot, online, page, editor):
    edit_first(qtbot, online, page)
    qtbot.keyClicks(page.editor.name, "Mine")
    page.list.choose(1)
    qtbot.waitUntil(lambda: page.list.currentIndex().row() == 0)
    assert editor.draft.name == "Mine"
    assert "Save or cancel" in page.editor._trouble.text()
    page._customers.open(CustomerId("c2"))  # from the command bar, say
    assert editor.active


def test_escape_leaves_only_where_nothing_is_lost(qtbot, online, page, editor):
    edit_first(qtbot, online, page)
    qtbot.keyClicks(page.editor.name, "Mine")
    qtbot.keyClick(page.editor.name, Qt.Key.Key_Escape)
    assert editor.active
    assert page.editor.cancel.hasFocus()
    page.editor.cancel.click()
    assert not editor.active
    page._customers.file.edit()
    qtbot.keyClick(page.editor.name, Qt.Key.Key_Escape)
    assert not editor.active


def test_the_form_by_keys_alone(qtbot, online, page, editor):
    edit_first(qtbot, online, page)
    form = page.editor
    basics, alerts = form.basics, list(form.basics.alerts.buttons.values())
    ways = [form.name, basics.given_name, basics.family_name, form.organisation, basics.born]
    ways += [form.language, basics.time_zone, form.owner, *alerts, form.tags.entry]
    for here, there in itertools.pairwise(ways):
        qtbot.keyClick(here, Qt.Key.Key_Tab)
        assert there.hasFocus()
    qtbot.keyClicks(form.tags.entry, "urgent,")
    assert editor.draft.tags == ("VIP", "urgent")
    qtbot.keyClick(form.tags.entry, Qt.Key.Key_Backspace)
    assert editor.draft.tags == ("VIP",)
    qtbot.keyClick(form.tags.entry, Qt.Key.Key_Tab)
    assert form.rows[0].value.hasFocus()
    form.adders[IdentityKind.EMAIL].click()
    assert form.rows[-1].value.hasFocus()
    qtbot.keyClicks(form.rows[-1].value, "ada@ejemplo.es")
    qtbot.keyClick(form.rows[-1].value, Qt.Key.Key_Tab)
    qtbot.keyClicks(form.rows[-1].label, "work")
    last = editor.draft.identities[-1]
    assert (last.kind, last.value, last.label) == (IdentityKind.EMAIL, "ada@ejemplo.es", "work")
    form.rows[-1].remove.click()
    assert len(editor.draft.identities) == 1
    assert form.rows[0].value.hasFocus()


def test_the_owner_is_picked_by_name_and_one_who_is_gone_stays(qtbot, online, page):
    edit_first(qtbot, online, page)
    form = page.editor
    names = [form.owner.itemText(n) for n in range(form.owner.count())]
    assert names == ["Nobody", *sorted(made.AGENTS)]
    form.owner.choose("peio")
    form.owner.activated.emit(form.owner.currentIndex())
    form.save.click()
    assert online.sent_of(SaveCustomer)[0].draft.owner == "peio"
    gone = made.file(0, card=made.card(0, version=2, owner="antes"), updated_by="Peio")
    online.reply_to(SaveCustomer, Refused(request_id=0, code=RefusalCode.CONFLICT, current=gone))
    shown = form.conflict.fields["owner"].options
    said = [shown[take].accessibleDescription() for take in (Take.MINE, Take.THEIRS)]
    assert said == ["Peio Larrea", "antes"]
    shown[Take.THEIRS].click()
    form.conflict.save.click()
    page.panel._head.render_card(gone.card)
    assert page.panel._head._owner.text() == "antes"
    page.panel._head.render_card(made.card(0, owner="peio"))
    assert page.panel._head._owner.text() == "Peio Larrea"


def test_errors_stand_at_their_fields(qtbot, online, page, editor):
    edit_first(qtbot, online, page)
    form = page.editor
    form.name.clear()
    form.name.textEdited.emit("")
    form.save.click()
    assert form._fields["name"].error() == "A name is needed."
    qtbot.keyClicks(form.name, "Ada")
    assert form._fields["name"].error() == ""
    form.save.click()
    bad = Refused(request_id=0, code=RefusalCode.INVALID, field="identities[0].value")
    online.reply_to(SaveCustomer, bad)
    assert form.rows[0]._error.text() == "This does not look right."
    assert form._trouble.text() == "Something in the data is not valid."
    qtbot.keyClicks(form.rows[0].value, "1")
    assert form.rows[0]._error.text() == ""
    form.save.click()
    online.reply_to(SaveCustomer, Refused(request_id=0, code=RefusalCode.INVALID, field="tags[3]"))
    assert form._fields["tags"].error() != ""


@pytest.mark.parametrize(
    ("key", "row"),
    [("identities[2].value", 2), ("identities", None), ("name", None), ("identities[x]", None)],
)
def test_the_row_of_an_error(key, row):
    assert row_of(key) == row


def conflict(qtbot, online, page, **changes: object) -> None:
    edit_first(qtbot, online, page)
    qtbot.keyClicks(page.editor.name, "Ainhoa E.")
    qtbot.keyClick(page.editor.name, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    current = made.file(0, card=made.card(0, version=2, **changes), updated_by=made.AGENTS[1])
    online.reply_to(
        SaveCustomer, Refused(request_id=0, code=RefusalCode.CONFLICT, current=current)
    )


def test_peio_saved_first_and_both_versions_stand_side_by_side(qtbot, online, page, editor):
    conflict(qtbot, online, page, name="Ainhoa Etxeberria", organisation="Ría, S. A.")
    view = page.editor.conflict
    assert page.editor.currentWidget() is view
    assert view._title.text() == "Peio Larrea saved first"
    assert set(view.fields) == {"name", "organisation"}
    assert view.fields["name"]._who.text() == "Both of you changed it"
    assert view.fields["organisation"]._who.text() == "Only Peio Larrea changed it"
    assert view.fields["organisation"].options[Take.THEIRS].isChecked()
    assert not view.save.isEnabled()
    mine = view.fields["name"].options[Take.MINE]
    assert mine.hasFocus()
    qtbot.keyClick(mine, Qt.Key.Key_Space)
    assert view.save.isEnabled()
    assert mine.hasFocus()  # choosing does not rebuild what has the focus
    view.save.click()
    command = online.sent_of(SaveCustomer)[-1]
    assert (command.version, command.draft.name) == (2, "Ainhoa E.")
    assert command.draft.organisation == "Ría, S. A."
    online.reply_to(SaveCustomer, Done(request_id=0))
    assert not editor.active


def test_the_comparison_follows_the_language(qtbot, online, page):
    conflict(qtbot, online, page, name="Otro nombre")
    i18n.use_language("es")
    qtbot.waitUntil(lambda: "guardó antes" in page.editor.conflict._title.text())


def test_a_save_elsewhere_offers_a_comparison(qtbot, online, page, editor):
    edit_first(qtbot, online, page)
    qtbot.keyClicks(page.editor.name, "Mine")
    online.emit(CustomerChanged(customer_id=CustomerId("c0"), version=2, by="Peio"))
    assert "Peio" in page.editor._changed_by.text()
    assert editor.draft.name == "Mine"
    page.editor._changed_by.acted.emit()
    theirs = made.file(0, card=made.card(0, version=2, tags=()), updated_by="Peio")
    # two were asked: the panel's file behind the form, and the comparison
    online.reply_to(OpenCustomer, CustomerOpened(request_id=0, file=theirs))
    online.reply_to(OpenCustomer, CustomerOpened(request_id=0, file=theirs))
    assert editor.conflict is not None


def test_a_cut_keeps_the_form_and_says_so(qtbot, online, page, editor):
    edit_first(qtbot, online, page)
    qtbot.keyClicks(page.editor.name, "Mine")
    page.editor.save.click()
    assert page.editor.save.text() == "Saving…"
    online.set_state(LinkState.OFFLINE)
    assert page.editor.name.text() == "Mine"
    assert page.editor._trouble.text().startswith("It could not be done.")
    assert page.editor.save.isEnabled()


def test_hostile_text_stays_text(qtbot, online, page):
    nasty = made.card(0, name="<b>x</b><img src='file:///etc/passwd'>", tags=("<i>t</i>",))
    answer = CustomersFound(request_id=0, customers=(nasty,))
    search(qtbot, online, page, "x", answer)
    page.list.choose(0)
    online.reply_to(OpenCustomer, CustomerOpened(request_id=0, file=made.file(0, card=nasty)))
    page._customers.file.edit()
    assert page.editor.name.text() == nasty.name


def test_a_note_longer_than_the_bridge_takes_is_cut(qtbot, online, page, editor):
    edit_first(qtbot, online, page)
    page.editor.note.setPlainText("x" * 10_000)
    assert len(editor.new_note) == 4_000


def test_signing_out_leaves_no_customer_behind(qtbot, online, page, editor):
    edit_first(qtbot, online, page)
    online.sign_out()
    assert page.model.rowCount() == 0
    assert not editor.active
    assert page.search.text() == ""
    assert page._customers.file.card is None


def test_a_focus_ring_never_lands_on_nothing(qtbot, online, page):
    search(qtbot, online, page)
    for _ in range(12):
        qtbot.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None
        assert widget.isVisible()
