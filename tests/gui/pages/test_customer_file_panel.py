"""A customer's file: what its head says, its contacts filtered and read in place, its notes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import msgspec
import pytest
from PySide6.QtCore import Qt

from agent_desktop.desktop import Desktop
from agent_desktop.preferences import Preferences
from agent_desktop.views.customer_panel import CustomerPanel
from agent_desktop.views.pages.customers import CustomersPage
from agent_desktop.views.reveal import HiddenValue
from agent_desktop.views.widgets import Button, ElidedLink, IconTag, Notice, Text
from cti_bridge.protocol.commands import (
    CustomerOpened,
    CustomersFound,
    Done,
    EditNote,
    FieldHistory,
    OpenCustomer,
    Refused,
    SearchCustomers,
)
from cti_bridge.protocol.customer_values import (
    AddressView,
    FieldView,
    NoContactView,
    RelationView,
)
from cti_bridge.protocol.events import CustomerChanged, InteractionChanged
from cti_bridge.protocol.privacy import FieldRevealed, RevealField
from cti_bridge.protocol.searching import (
    DropSearch,
    HistoryFound,
    InteractionOpened,
    ListSearches,
    ListTimeline,
    OpenInteraction,
    SaveSearch,
    SearchesListed,
    SearchHistory,
    SearchTexts,
    TextsFound,
)
from cti_bridge.protocol.subject_rights import CustomerErased
from cti_bridge.protocol.values import CustomerFile, SavedSearch, TextHit
from cti_bridge.protocol.vocabulary import (
    Channel,
    CustomerId,
    CustomerStatus,
    FieldType,
    InteractionState,
    QueueId,
    RefusalCode,
    RelationKind,
)
from tests.helpers import page_values as made
from tests.helpers import screens_work as screens


@pytest.fixture
def page(qtbot, online, facts, tmp_path) -> CustomersPage:
    desktop = Desktop(online, Preferences(tmp_path / "p.ini"), store=facts)
    shown = CustomersPage(desktop.customers, CustomerPanel(desktop, desktop.customers.file))
    shown.desktop = desktop  # keeps it alive
    qtbot.addWidget(shown)
    shown.resize(1200, 800)
    shown.show()
    qtbot.waitExposed(shown)
    shown.entered()
    return shown


def show(online, page, file: CustomerFile | None = None) -> CustomerPanel:
    file = file or made.file(0)
    page._customers.open(file.card.customer_id)
    online.reply_to(OpenCustomer, CustomerOpened(request_id=0, file=file))
    return page.panel


def marks(panel: CustomerPanel) -> list[str]:
    return [one.text for one in panel._head.findChildren(IconTag) if one.isVisible()]


# -- the head -----------------------------------------------------------------------------------


def test_the_head_says_what_to_mind_and_what_is_open(online, page):
    waiting = made.contact(1, channel=Channel.CALLBACK, state=InteractionState.QUEUED)
    card = made.card(
        0, status=CustomerStatus.PROSPECT, alerts=("vulnerable", "do_not_record", "credit_check")
    )
    panel = show(online, page, made.file(0, card=card, open=(waiting,), missed=2))
    assert marks(panel) == ["Prospect", "Vulnerable", "Do not record", "Credit check"]
    head = panel._head
    assert head.open.isVisible()
    assert head.open.text() == "3 open matters"
    head._list_matters()
    first, missed = head._matters.actions()
    assert first.text().startswith("Call-back")
    assert missed.text() == "2 missed calls to call back"
    first.trigger()
    assert online.sent_of(OpenInteraction)[-1].interaction_id == waiting.interaction_id


def test_what_the_agent_has_in_hand_is_no_open_matter(online, page):
    """Nor what rings: a first call says nothing of earlier ones."""
    ringing = made.contact(1, state=InteractionState.OFFERED)
    parked = made.contact(2, state=InteractionState.PARKED)
    for contact in (ringing, parked):
        view = screens.contact(1, contact.state, interaction_id=contact.interaction_id)
        online.emit(InteractionChanged(interaction=view))
    head = show(online, page, made.file(0, open=(ringing,)))._head
    assert not head.open.isVisible()
    head = show(online, page, made.file(1, open=(ringing, parked)))._head
    assert head.open.text() == "1 open matter"


def test_a_head_without_anything_to_mind_is_plain(online, page):
    panel = show(online, page, made.file(1))
    assert marks(panel) == []
    assert not panel._head.open.isVisible()


def test_the_head_says_how_the_last_contact_ended(online, page):
    newest = made.contact(0, customer=0, notes="Router sin señal.", disposition="resolved")
    panel = show(online, page, made.file(0, timeline=(newest,)))
    said = panel._head._last.text()
    assert "Router sin señal" in said
    assert said.endswith("· Resolved")
    assert show(online, page, made.file(1, timeline=()))._head._last.text() == "None yet"


# -- the timeline -------------------------------------------------------------------------------


def test_contacts_are_filtered_by_the_bridge_page_by_page(qtbot, online, page):
    panel = show(online, page)
    timeline = panel.timeline
    assert len(timeline.rows) == 8
    timeline.set_filter(channel=Channel.EMAIL, queue_id=QueueId("q1"))
    asked = online.sent_of(SearchHistory)[-1]
    assert asked.filter.customer_id == CustomerId("c0")
    assert (asked.filter.channel, asked.filter.queue_id) == (Channel.EMAIL, QueueId("q1"))
    first = tuple(made.contact(n) for n in range(3))
    online.reply_to(SearchHistory, HistoryFound(request_id=0, contacts=first, cursor="x"))
    assert timeline.rows == first
    timeline.load_more()
    assert online.sent_of(SearchHistory)[-1].cursor == "x"
    second = (made.contact(2), made.contact(4))  # one of them was told already
    online.reply_to(SearchHistory, HistoryFound(request_id=0, contacts=second))
    assert [c.interaction_id for c in timeline.rows] == [f"i{n:06}" for n in (0, 1, 2, 4)]
    assert not timeline.can_load_more
    panel.filter.clear.click()
    assert len(timeline.rows) == 8


def test_a_filter_that_finds_nothing_says_so_and_ends_with_its_customer(qtbot, online, page):
    panel = show(online, page)
    qtbot.keyClicks(panel.filter.search, "zzyzx")
    qtbot.waitUntil(lambda: bool(online.sent_of(SearchHistory)))
    online.reply_to(SearchHistory, HistoryFound(request_id=0, contacts=()))
    assert panel._none.isVisible()
    assert panel._none.accessibleName() == "No contact matches these filters"
    show(online, page, made.file(1))
    assert not panel.timeline.filtered
    assert panel.filter.search.text() == ""


def test_an_answer_for_a_filter_that_was_left_is_dropped(online, page):
    panel = show(online, page)
    panel.timeline.set_filter(channel=Channel.EMAIL)
    panel.timeline.set_filter(channel=Channel.CHAT)
    late = HistoryFound(request_id=0, contacts=(made.contact(1),))
    online.reply_to(SearchHistory, late)
    assert panel.timeline.rows == ()
    online.reply_to(SearchHistory, Refused(request_id=0, code=RefusalCode.STORE_AWAY))
    assert panel.timeline.error is RefusalCode.STORE_AWAY
    panel._none.acted.emit()
    assert len(online.sent_of(SearchHistory)) == 3


def test_a_long_timeline_has_rows_of_one_height(online, page):
    rows = tuple(made.contact(n, customer=0) for n in range(500))
    panel = show(online, page, made.file(0, timeline=rows))
    assert panel._list.uniformItemSizes()
    show(online, page, made.file(1))
    assert not panel._list.uniformItemSizes()


def test_older_contacts_come_as_one_scrolls(online, page):
    panel = show(online, page)
    panel._list.model().fetchMore(panel._list.rootIndex())
    assert online.sent_of(ListTimeline)[-1].customer_id == CustomerId("c0")


def test_a_contact_is_read_in_its_place(qtbot, online, page):
    panel = show(online, page)
    panel._list.activated.emit(panel._list.model().index(1, 0))
    assert panel.contact.isVisible()
    online.reply_to(OpenInteraction, InteractionOpened(request_id=0, file=made.interaction_file()))
    assert panel.contact.detail.isVisible()
    qtbot.keyClick(panel.contact.back, Qt.Key.Key_Escape)
    assert not panel.contact.isVisible()
    assert panel._list.isVisible()


def test_a_contact_that_cannot_be_read_says_why(online, page):
    panel = show(online, page)
    panel.read_contact(made.contact(1).interaction_id)
    online.reply_to(OpenInteraction, Refused(request_id=0, code=RefusalCode.NOT_FOUND))
    assert panel.contact._nothing.isVisible()
    panel.contact._nothing.acted.emit()
    assert len(online.sent_of(OpenInteraction)) == 2


def test_somebody_related_opens(online, page):
    other = RelationView(customer_id=CustomerId("c5"), kind=RelationKind.WORKS_AT, name="Norte")
    panel = show(online, page, made.file(0, relations=(other,)))
    panel._data.customer_asked.emit(other.customer_id)
    assert page._customers.selected == CustomerId("c5")


# -- notes --------------------------------------------------------------------------------------


def edit(panel: CustomerPanel, text: str):
    box = panel._notes.boxes[made.note(1).note_id]
    box.edit.click()
    box.field.setPlainText(text)
    box.save.click()
    return box


def noted(*notes, n: int = 0) -> CustomerOpened:
    return CustomerOpened(request_id=0, file=made.file(n, notes=notes))


def test_a_note_is_pinned_and_unpinned(online, page):
    panel = show(online, page)
    panel.show_notes()
    panel._notes.boxes[made.note(1).note_id].pin.click()
    asked = online.sent_of(EditNote)[-1]
    assert (asked.pinned, asked.version, asked.text) == (True, 1, made.note(1).text)


def test_a_note_is_written_anew_and_that_is_taken_back(online, page):
    panel = show(online, page)
    panel.show_notes()
    old = made.note(1)
    box = edit(panel, "Mejor por la mañana.")
    assert online.sent_of(EditNote)[-1].text == "Mejor por la mañana."
    assert not box.save.isEnabled()
    online.reply_to(EditNote, Done(request_id=0, id=old.note_id))
    new = msgspec.structs.replace(old, text="Mejor por la mañana.", version=2)
    online.reply_to(OpenCustomer, noted(made.note(0), new))
    assert not box.editing
    assert panel._notes._undo.isVisible()
    panel._notes._undo.acted.emit()
    asked = online.sent_of(EditNote)[-1]
    assert (asked.text, asked.version) == (old.text, 2)
    online.reply_to(EditNote, Done(request_id=0, id=old.note_id))
    back = msgspec.structs.replace(old, version=3)
    online.reply_to(OpenCustomer, noted(made.note(0), back))
    assert not panel._notes._undo.isVisible()


def test_who_edits_what_another_changed_sees_both(online, page):
    panel = show(online, page)
    panel.show_notes()
    theirs = msgspec.structs.replace(
        made.note(1), text="Otra cosa.", version=2, edited_by="Peio", edited_at=made.NOW
    )
    box = edit(panel, "Lo mío.")
    current = made.file(0, notes=(made.note(0), theirs))
    online.reply_to(EditNote, Refused(request_id=0, code=RefusalCode.CONFLICT, current=current))
    assert box.editing
    assert box.field.toPlainText() == "Lo mío."
    assert "Peio" in box._trouble.text()
    assert "Otra cosa." in box._trouble.text()
    box.save.click()  # knowing that
    assert online.sent_of(EditNote)[-1].version == 2
    online.reply_to(EditNote, Refused(request_id=0, code=RefusalCode.STORE_AWAY))
    assert box.editing
    assert box._trouble.isVisible()


@pytest.mark.parametrize("how", ["time", "another note", "the form"])
def test_the_way_back_of_a_note_ends_with_its_time_or_the_next_thing(online, page, how):
    panel = show(online, page)
    panel.show_notes()
    old = made.note(1)
    edit(panel, "Mejor por la mañana.")
    online.reply_to(EditNote, Done(request_id=0, id=old.note_id))
    new = msgspec.structs.replace(old, text="Mejor por la mañana.", version=2)
    online.reply_to(OpenCustomer, noted(made.note(0), new))
    assert panel._notes._undo.isVisible()
    file = page._customers.file
    assert file._undo_over.isActive()
    if how == "time":
        file._undo_over.timeout.emit()
    elif how == "another note":
        file.add_note("Llamar el lunes.")
    else:
        file.edit()
    assert not file.undoable
    assert how == "the form" or not panel._notes._undo.isVisible()
    file.undo_note()
    assert len(online.sent_of(EditNote)) == 1


# -- data ---------------------------------------------------------------------------------------

FIELDS = (
    FieldView(code="plan", names={"en": "Plan", "es": "Tarifa"}),
    FieldView(code="since", names={"en": "Signed on"}, type=FieldType.DATE),
    FieldView(code="paper", names={"en": "Paper bills"}, type=FieldType.YES_NO),
    FieldView(code="health", names={"en": "Health"}, sensitive=True),
)


def with_fields(online):
    online.emit(made.signed_in(settings=made.site(fields=FIELDS)))


def said(panel: CustomerPanel) -> list[str]:
    return [one.text() for one in panel._data.findChildren(Text) if one.isVisibleTo(panel._data)]


def test_the_data_has_the_birthday_and_the_sites_own_fields_with_their_history(online, page):
    with_fields(online)
    custom = {"plan": "Gold", "since": "2021-03-04", "paper": False, "gone": "not configured"}
    panel = show(online, page, made.file(0, custom=custom, born=date(1980, 5, 31)))
    texts = said(panel)
    pairs = list(pairwise(texts))
    for pair in (
        ("Born on", "31/05/1980"),
        ("Plan", "Gold"),
        ("Signed on", "04/03/2021"),
        ("Paper bills", "No"),
    ):
        assert pair in pairs, pair
    assert "not configured" not in texts
    assert "Health" not in texts
    clocks = {b.accessibleName(): b for b in panel._data.findChildren(Button)}
    panel.tabs.setCurrentIndex(1)
    clocks["Who changed it: Plan"].click()
    assert online.sent_of(FieldHistory)[-1].field == "custom.plan"
    panel._data.popover.close()


def test_what_is_hidden_is_shown_with_a_reason(online, page):
    with_fields(online)
    address = AddressView(label="home", street="••••", city="Bilbao", masked=True, ref="r1")
    panel = show(
        online,
        page,
        made.file(0, custom={"health": "••••"}, addresses=(address,), masked=("born",)),
    )
    hidden = panel._data.findChildren(HiddenValue)
    assert {one._field for one in hidden} >= {"born", "address:r1", "custom:health"}
    born = next(one for one in hidden if one._field == "born")
    born.reason.setText("the customer asks")
    born._asked()
    assert online.sent_of(RevealField)[-1].field == "born"
    online.reply_to(RevealField, FieldRevealed(request_id=0, value="1980-05-31", seconds=30))
    assert born.value.text() == "31/05/1980"


def test_a_hidden_birthday_stays_unless_another_is_typed(online, page):
    address = AddressView(label="home", street="••••", city="Bilbao", masked=True, ref="r1")
    show(online, page, made.file(0, addresses=(address,), masked=("born",)))
    editor = page._customers.editor
    page._customers.file.edit()
    assert editor.draft.born is None
    assert page.editor.basics.born.placeholderText() == "••••"
    [row] = page.editor.sections["addresses"].rows
    assert row.fields["street"].isReadOnly()
    editor.set_born("1/2/1990")
    assert editor.draft.born == "1990-02-01"
    editor.set_born("")
    assert editor.draft.born is None
    assert not editor.dirty


def test_what_is_on_the_list_of_no_contact_says_so_and_why(online, page):
    phone = made.file(0).card.identities[0]
    listed = NoContactView(
        kind=phone.kind, value=phone.value, reason="asked to be left alone", at=made.NOW
    )
    panel = show(online, page, made.file(0, no_contact=(listed,)))
    assert marks(panel)[0] == "No contact"
    notices = [one.text() for one in panel._data.findChildren(Notice) if one.text()]
    assert len(notices) == 1
    assert notices[0].startswith("No contact: asked to be left alone (")
    other = msgspec.structs.replace(listed, value="+34999999999")
    panel = show(online, page, made.file(1, no_contact=(other,)))
    shown = (one for one in panel._data.findChildren(Notice) if one.isVisibleTo(panel._data))
    assert list(shown) == []


def test_a_file_follows_whom_it_names(online, page):
    other = RelationView(customer_id=CustomerId("c5"), kind=RelationKind.WORKS_AT, name="Norte")
    show(online, page, made.file(0, relations=(other,)))
    asked = len(online.sent_of(OpenCustomer))
    online.emit(CustomerChanged(customer_id=CustomerId("c6"), version=9, by="Ana"))
    assert len(online.sent_of(OpenCustomer)) == asked
    online.emit(CustomerChanged(customer_id=CustomerId("c5"), version=1, by="Ana"))
    assert len(online.sent_of(OpenCustomer)) == asked + 1
    online.emit(CustomerErased(customer_id=CustomerId("c5"), by="Ana"))
    assert len(online.sent_of(OpenCustomer)) == asked + 2


@pytest.mark.styled
def test_a_long_name_of_somebody_related_does_not_widen_the_tab(online, page, qtbot):
    name = "María de los Ángeles Fernández-Villaverde y Ruiz de Apodaca " * 3
    other = RelationView(customer_id=CustomerId("c5"), kind=RelationKind.KNOWS, name=name.strip())
    panel = show(online, page, made.file(0, relations=(other,)))
    panel.tabs.setCurrentIndex(1)
    [link] = panel._data.findChildren(ElidedLink)
    qtbot.waitUntil(lambda: link.text().endswith("…"), timeout=30_000)
    assert link.toolTip() == link.accessibleName().partition(",")[0] == name.strip()
    assert panel._data.width() <= panel._data.parentWidget().width()


def test_a_file_that_is_erased_closes(online, page):
    show(online, page)
    online.emit(CustomerErased(customer_id=made.card(0).customer_id, by="Ana"))
    assert page._customers.selected is None
    assert page._side.currentWidget() is page._welcome


# -- what was searched for ----------------------------------------------------------------------


def test_a_search_is_kept_used_and_forgotten(qtbot, online, page):
    online.reply_to(ListSearches, SearchesListed(request_id=0, searches=()))
    page.search.setText("talleres")
    page._list_kept()
    page._kept.actions()[-1].trigger()
    assert online.sent_of(SaveSearch)[-1].text == "talleres"
    online.reply_to(SaveSearch, Done(request_id=0, id="s1"))
    kept = SavedSearch(search_id="s1", name="talleres", text="talleres")
    online.reply_to(ListSearches, SearchesListed(request_id=0, searches=(kept,)))
    page.search.setText("")
    page._list_kept()
    page._kept.actions()[0].trigger()
    assert page.search.text() == "talleres"
    page._list_kept()
    page._kept.actions()[-1].trigger()
    assert online.sent_of(DropSearch)[-1].search_id == "s1"


def test_who_is_spelt_otherwise_is_marked(online, page):
    page.search.setText("gracia")
    page._customers.search()
    found = CustomersFound(request_id=0, customers=(made.card(0), made.card(1)), alike=1)
    online.reply_to(SearchCustomers, found)
    assert [page._below(card).startswith("Similar spelling") for card in found.customers] == [
        False, True,
    ]  # fmt: skip


def test_words_of_a_contact_are_found_in_the_command_bar(qtbot, online, page):
    bar = page.desktop.command_bar
    bar.begin(())
    bar.type("factura")
    qtbot.waitUntil(lambda: bool(online.sent_of(SearchTexts)))
    hit = TextHit(kind="contact", ref="i1", at=made.NOW, snippet="la factura", marks=((3, 10),))
    online.reply_to(SearchTexts, TextsFound(request_id=0, hits=(hit,)))
    assert [entry.text for entry in bar.entries if entry.text] == [hit]
    asked = []
    bar.text_asked.connect(asked.append)
    bar.run(next(entry for entry in bar.entries if entry.text))
    assert asked == [hit]
    bar.type("fa")
    qtbot.waitUntil(lambda: not [entry for entry in bar.entries if entry.text])
