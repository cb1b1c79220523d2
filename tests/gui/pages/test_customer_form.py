"""The form's sections: every field to the bridge and back, errors, undo, keys, two people."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from agent_desktop.viewmodels.customer_draft import draft_of, iso_day
from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel
from agent_desktop.viewmodels.merging import Conflict, Take
from agent_desktop.viewmodels.undoing import MOST, Undoing
from agent_desktop.views.customer.custom import shown, typed
from agent_desktop.views.customer.words import field_title, value_text
from agent_desktop.views.customer_editor import CustomerEditor
from cti_bridge.protocol.commands import (
    CreateCustomer,
    CustomersFound,
    Refused,
    SaveCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.customer_values import AddressView, ConsentView, RelationView
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
from tests.helpers.screens_form import FIELDS, whole

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def form(qtbot, online, facts):
    """A form of a customer of whom everything is known."""
    hello = made.signed_in(settings=made.site(fields=FIELDS), now=made.NOW)
    online.emit(replace(hello, snapshot=None))
    model = CustomerEditorViewModel(online, facts)
    model.picker._timer.setInterval(0)
    view = CustomerEditor(model)
    view.model, view.link = model, online
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    model.edit(whole())
    return view


def saved(form):
    form.save.click()
    return form.link.sent_of(SaveCustomer)[-1].draft


def test_what_is_not_touched_goes_back_as_it_is(form):
    assert not form.model.dirty
    form.model.set_name("Ainhoa E.")
    assert saved(form) == replace(draft_of(whole()), name="Ainhoa E.")


def test_basics_are_typed(qtbot, form):
    basics = form.basics
    assert (basics.given_name.text(), basics.born.text()) == ("Ainhoa", "31/05/1980")
    basics.born.clear()
    qtbot.keyClicks(basics.born, "1/6/1981")
    basics.status.setCurrentIndex(basics.status.findData(CustomerStatus.DECEASED))
    basics.status.activated.emit(basics.status.currentIndex())
    basics.alerts.buttons["do_not_record"].click()
    basics.alerts.buttons["overdue"].click()
    basics.time_zone.clear()
    qtbot.keyClicks(basics.time_zone, "Europe/Madrid")
    draft = saved(form)
    assert (draft.born, draft.status) == ("1981-06-01", CustomerStatus.DECEASED)
    assert draft.alerts == ("vulnerable", "do_not_record")
    assert draft.time_zone == "Europe/Madrid"


def test_an_organisation_has_no_birthday_and_other_relations(form):
    basics = form.basics
    basics.kind.setCurrentIndex(1)
    basics.kind.activated.emit(1)
    assert form.model.kind is CustomerKind.ORGANISATION
    assert not basics.fields["born"].isVisibleTo(form)
    kinds = form.sections["relations"].kind
    assert kinds.itemData(0) == "works_at:1"  # employs


def test_addresses_are_added_changed_and_taken_away(qtbot, form):
    form.bar.buttons["addresses"].click()
    section = form.sections["addresses"]
    assert section.rows[0].fields["street"].hasFocus()
    section.add.click()
    new = section.rows[-1].fields
    assert new["label"].hasFocus()
    qtbot.keyClicks(new["label"], "obra")
    qtbot.keyClicks(new["city"], "Getxo")
    qtbot.keyClicks(new["country"], "es")
    section.rows[1].remove.click()
    section.add.click()  # left empty
    draft = saved(form)
    assert draft.addresses == (
        whole().addresses[0],
        AddressView(label="obra", city="Getxo", country="ES"),
    )


def test_somebody_is_searched_for_and_picked_by_keys(qtbot, form):
    form.bar.buttons["relations"].click()
    section = form.sections["relations"]
    assert section.search.hasFocus()
    itself = made.card(0)
    answer = CustomersFound(request_id=0, customers=(itself, made.card(6)))
    form.link.answers[SearchCustomers] = lambda _: answer
    qtbot.keyClicks(section.search, "char")
    qtbot.waitUntil(lambda: len(section.found) == 1)  # the customer itself is no choice
    qtbot.keyClick(section.search, Qt.Key.Key_Return)
    assert section.rows[-1].role.hasFocus()
    qtbot.keyClicks(section.rows[-1].role, "socia")
    assert section.search.text() == ""
    section.rows[0].remove.click()
    relations = saved(form).relations
    assert relations[:-1] == whole().relations[1:]
    assert relations[-1] == RelationView(
        customer_id=made.card(6).customer_id,
        kind=RelationKind.WORKS_AT,
        role="socia",
        name=made.card(6).name,
    )


def test_nobody_found_is_said(qtbot, form):
    form.bar.buttons["relations"].click()
    section = form.sections["relations"]
    form.link.answers[SearchCustomers] = lambda _: CustomersFound(request_id=0, customers=())
    qtbot.keyClicks(section.search, "zzz")
    qtbot.waitUntil(section._nobody.isVisible)
    section.search.clear()
    section.search.textEdited.emit("")
    assert not section._nobody.isVisible()


def test_a_consent_is_turned_round_and_back_and_a_new_one_is_written_down(form):
    form.bar.buttons["consents"].click()
    section = form.sections["consents"]
    mail, survey = whole().consents
    section.rows[0].given.setCurrentIndex(1)
    section.rows[0].given.activated.emit(1)
    turned = replace(mail, given=False, source="", at=None)
    assert form.model.draft.consents == (turned, survey)
    section.rows[0].given.setCurrentIndex(0)
    section.rows[0].given.activated.emit(0)
    assert form.model.draft.consents == (mail, survey)  # with its date and source
    assert not form.model.dirty
    section.purpose.setCurrentIndex(section.purpose.findData("service"))
    section.given.setCurrentIndex(1)
    section.add.click()
    new = ConsentView(channel=ConsentChannel.ANY, purpose="service", given=False)
    assert saved(form).consents == (mail, survey, new)


def test_custom_fields_by_their_types(qtbot, form):
    form.bar.buttons["custom"].click()
    editors = form.sections["custom"].editors
    assert editors["renewal"].text() == "31/12/2026"
    editors["seats"].clear()
    qtbot.keyClicks(editors["seats"], "2,5")
    editors["contract"].clear()
    editors["contract"].textEdited.emit("")
    editors["paperless"].setCurrentIndex(2)
    editors["paperless"].activated.emit(2)
    assert saved(form).custom == {
        "plan": "Oro",
        "renewal": "2026-12-31",
        "seats": 2.5,
        "paperless": False,
    }


def test_without_custom_fields_there_is_no_such_section(qtbot, online, facts):
    view = CustomerEditor(CustomerEditorViewModel(online, facts))
    qtbot.addWidget(view)
    assert not view.bar.buttons["custom"].isVisibleTo(view)
    view._editor.create()
    view.bar._go(-1)
    assert view.bar.shown == "consents"


@pytest.mark.parametrize(
    ("field", "section"),
    [
        ("addresses[1].city", "addresses"),
        ("relations[0]", "relations"),
        ("consents[0].at", "consents"),
        ("custom.seats", "custom"),
        ("born", "basics"),
    ],
)
def test_a_refusal_shows_the_section_of_the_field(form, field, section):
    form.model.set_name("A")
    form.save.click()
    wrong = Refused(request_id=0, code=RefusalCode.INVALID, field=field)
    form.link.reply_to(SaveCustomer, wrong)
    assert form.bar.shown == section
    assert form.bar.buttons[section].accessibleDescription()
    assert form._trouble.isVisible()


def test_sections_are_turned_by_keys(qtbot, form):
    names = list(form.bar.buttons)
    for name in (*names[1:], names[0]):
        qtbot.keyClick(form, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        assert form.bar.shown == name
    qtbot.keyClick(form, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert form.bar.shown == names[-1]


def test_each_change_is_taken_back_a_word_at_a_time(qtbot, form):
    before = form.model.draft
    qtbot.keyClicks(form.basics.family_name, " y Soto")
    form.model.add_tag("nuevo")
    form.model.remove_entry("addresses", 0)
    assert form.undo.isEnabled()
    form.undo.click()
    assert form.model.draft.addresses == before.addresses
    assert len(form.sections["addresses"].rows) == 2
    form.undo.click()
    form.undo.click()
    assert form.model.draft == before
    assert form.basics.family_name.text() == "Etxeberria Zubizarreta"
    assert not form.undo.isEnabled()
    form.model.redo()
    assert form.model.draft.family_name == "Etxeberria Zubizarreta y Soto"


def test_a_new_customer_is_named_by_its_parts(form):
    form.model.create()
    form.model.set_field("given_name", " Jon ")
    form.model.set_field("family_name", "Soto")
    form.save.click()
    draft = form.link.sent_of(CreateCustomer)[-1].draft
    assert (draft.name, draft.given_name) == ("Jon Soto", "Jon")
    assert draft.addresses is None  # nothing was said of them


def test_two_people_each_field_for_itself():
    base = draft_of(whole())
    file = replace(whole(), updated_by="Peio")
    card = replace(whole().addresses[0], city="Getxo")
    friend = RelationView(customer_id=CustomerId("c8"), kind=RelationKind.KNOWS, name="Eva")
    mine = replace(
        base,
        born="1981-06-01",
        addresses=(card, base.addresses[1]),
        relations=(friend, *base.relations),
        custom={**base.custom, "seats": 5, "plan": "Básica"},
    )
    renamed = replace(base.relations[0], name="Talleres Nuevos")  # a name is no change here
    theirs = replace(
        base,
        status=CustomerStatus.CLOSED,
        relations=(renamed, base.relations[1]),
        custom={key: value for key, value in base.custom.items() if key != "plan"},
    )
    conflict = Conflict.between(base=base, mine=mine, theirs=theirs, file=file)
    assert {one.name: one.take for one in conflict.fields} == {
        "status": Take.THEIRS,
        "born": Take.MINE,
        "addresses": Take.MINE,
        "relations": Take.BOTH,
        "custom.seats": Take.MINE,
        "custom.plan": None,
    }
    settled = conflict.take("custom.plan", Take.THEIRS)
    merged = settled.merged()
    assert (merged.status, merged.born) == (CustomerStatus.CLOSED, "1981-06-01")
    assert [one.name for one in merged.relations] == ["Talleres Nuevos", "Jon Soto", "Eva"]
    assert "plan" not in merged.custom
    assert merged.custom["seats"] == 5
    for one in conflict.fields:
        assert field_title(one.name, FIELDS)
        assert value_text(one.name, one.mine)
        assert value_text(one.name, one.theirs)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/5/1980", "1980-05-31"),
        ("31.05.1980", "1980-05-31"),
        ("1980-05-31", "1980-05-31"),
        ("31/02/1980", "31/02/1980"),  # none: the bridge refuses it
        ("", ""),
    ],
)
def test_days_as_people_write_them(text, day):
    assert iso_day(text) == day


def test_what_a_line_of_a_custom_field_says():
    assert typed(FieldType.NUMBER, "3,0") == 3
    assert typed(FieldType.NUMBER, "tres") == "tres"
    assert typed(FieldType.DATE, "1/2/2026") == "2026-02-01"
    assert typed(FieldType.TEXT, "  ") is None
    assert shown(FieldType.NUMBER, 2.5) == "2.5"
    assert shown(FieldType.DATE, "2026-02-01") == f"{date(2026, 2, 1):%d/%m/%Y}"


def test_only_so_many_changes_are_kept():
    undoing = Undoing()
    for n in range(MOST + 5):
        undoing.changes(f"f{n}", n)
    steps = 0
    while undoing.can_undo:
        undoing.undo(0)
        steps += 1
    assert steps == MOST
