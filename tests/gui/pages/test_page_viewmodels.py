"""The pages' view-models: what they ask, what they do with answers, late ones too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent_desktop.link import LinkState
from agent_desktop.state import Store
from agent_desktop.viewmodels.customer_editor import REQUIRED, CustomerEditorViewModel
from agent_desktop.viewmodels.customers import CustomersViewModel
from agent_desktop.viewmodels.history import HistoryViewModel
from agent_desktop.viewmodels.merging import Take
from agent_desktop.viewmodels.missed import MissedViewModel
from agent_desktop.viewmodels.settings import PasswordFault, SettingsViewModel
from cti_bridge.protocol.commands import (
    AddNote,
    ChangePassword,
    CloseMissed,
    CreateCustomer,
    CustomerOpened,
    CustomersFound,
    Done,
    OpenCustomer,
    Originate,
    Refused,
    SaveCustomer,
    SearchCustomers,
)
from cti_bridge.protocol.events import CustomerChanged, InteractionChanged
from cti_bridge.protocol.searching import (
    HistoryFound,
    InteractionOpened,
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.vocabulary import (
    CustomerId,
    IdentityKind,
    InteractionId,
    QueueId,
    RefusalCode,
)
from tests.helpers import page_values as made
from tests.helpers.desktop import FakeLink

if TYPE_CHECKING:
    from cti_bridge.protocol.values import MissedView


def refused(code: RefusalCode, **more: object) -> Refused:
    return Refused(request_id=0, code=code, **more)


@pytest.fixture
def link(qapp) -> FakeLink:
    return FakeLink()


@pytest.fixture
def store(link) -> Store:
    return Store(link)


def sign_in(link: FakeLink, *rows: MissedView) -> None:
    link.emit(made.signed_in(missed=rows))


# -- customers ------------------------------------------------------------------------------------


@pytest.fixture
def customers(link, store) -> CustomersViewModel:
    return CustomersViewModel(link, store, debounce_ms=0)


def found(*numbers: int, more: bool = False) -> CustomersFound:
    return CustomersFound(request_id=0, customers=tuple(map(made.card, numbers)), more=more)


def test_typing_asks_once_after_the_pause(qtbot, link, customers):
    for text in ("a", "ai", "ain"):
        customers.type(text)
    qtbot.waitUntil(lambda: len(link.sent) == 1)
    assert link.sent[0].text == "ain"
    assert customers.busy
    link.reply(found(0))
    assert not customers.busy
    assert [c.name for c in customers.results] == [made.PEOPLE[0][0]]


def test_an_answer_to_older_letters_is_dropped(qtbot, link, customers):
    customers.type("a")
    customers.search()
    customers.type("ab")
    customers.search()
    link.reply_to(SearchCustomers, found(0))  # the first question's, late
    assert customers.results == ()
    link.reply_to(SearchCustomers, found(1))
    assert customers.results[0].customer_id == "c1"


def test_typing_on_voids_the_answer_on_its_way(link, customers):
    customers.type("a")
    customers.search()
    customers.type("ab")  # the pause has not passed yet
    link.reply_to(SearchCustomers, found(0))
    assert customers.results == ()


def test_a_refusal_keeps_the_rows_and_says_so(link, customers):
    customers.type("a")
    customers.search()
    link.reply(found(0))
    customers.search()
    link.reply(refused(RefusalCode.OVERLOADED))
    assert customers.error is RefusalCode.OVERLOADED
    assert len(customers.results) == 1


def test_an_emptied_field_empties_the_list_and_asks_nothing(qtbot, link, customers):
    customers.type("a")
    customers.search()
    link.reply(found(0))
    customers.type("")
    assert customers.results == ()
    assert not customers.busy
    assert len(link.sent) == 1


def test_a_cut_ends_the_waiting(link, customers):
    customers.type("a")
    customers.search()
    link.set_state(LinkState.OFFLINE)
    assert not customers.busy
    assert customers.error is RefusalCode.INTERNAL


def test_huge_and_odd_text_is_bounded(link, customers):
    customers.type("  x\t" + "y" * 5000)
    customers.search()
    assert len(link.sent[0].text) == 100
    assert link.sent[0].text.startswith("x y")


def test_show_more_doubles_up_to_a_limit(link, customers):
    customers.type("a")
    customers.search()
    link.reply(found(0, more=True))
    customers.show_more()
    link.reply(found(0, more=True))
    customers.show_more()
    assert [c.limit for c in link.sent] == [50, 100]
    assert not customers.can_show_more
    customers.type("a new question")
    customers.search()
    assert link.sent[-1].limit == 50


def test_a_row_saved_by_somebody_is_looked_up_again(qtbot, link, customers):
    customers.type("a")
    customers.search()
    link.reply(found(0))
    link.emit(CustomerChanged(customer_id=CustomerId("c0"), version=2, by="Ana"))
    qtbot.waitUntil(lambda: len(link.sent) == 2)
    link.reply(found(0))
    link.emit(CustomerChanged(customer_id=CustomerId("c9"), version=2, by="Ana"))
    link.emit(CustomerChanged(customer_id=CustomerId("c0"), version=1, by="Ana"))
    assert not customers.busy


# -- history --------------------------------------------------------------------------------------


@pytest.fixture
def history(link, store) -> HistoryViewModel:
    return HistoryViewModel(link, store, debounce_ms=0)


def page(first: int, count: int, cursor: str = "") -> HistoryFound:
    rows = tuple(made.contact(n) for n in range(first, first + count))
    return HistoryFound(request_id=0, contacts=rows, cursor=cursor)


def test_pages_follow_the_cursor_until_it_ends(link, history):
    added: list[int] = []
    history.added.connect(lambda rows: added.append(len(rows)))
    history.ensure_loaded()
    link.reply(page(0, 3, cursor="k1"))
    assert history.can_fetch_more
    history.fetch_more()
    history.fetch_more()  # while one is on its way
    assert [c.cursor for c in link.sent_of(SearchHistory)] == ["", "k1"]
    link.reply(page(3, 2))
    assert (added, history.count, history.complete) == ([3, 2], 5, True)
    history.fetch_more()
    assert len(link.sent) == 2


def test_a_page_that_repeats_rows_does_not_double_them_nor_loop(link, history):
    history.ensure_loaded()
    link.reply(page(0, 3, cursor="k1"))
    history.fetch_more()
    link.reply(page(0, 3, cursor="k1"))
    assert history.count == 3
    assert not history.can_fetch_more


def test_a_page_of_the_filter_before_is_dropped(link, history):
    history.ensure_loaded()
    history.set_filter(missed_only=True)
    link.reply_to(SearchHistory, page(0, 3))
    assert history.count == 0
    link.reply_to(SearchHistory, page(3, 1))
    assert history.count == 1
    assert link.sent[-1].filter.missed_only


def test_a_refused_page_can_be_asked_again(link, history):
    history.ensure_loaded()
    link.reply(page(0, 3, cursor="k1"))
    history.fetch_more()
    link.reply(refused(RefusalCode.INTERNAL))
    assert history.error is RefusalCode.INTERNAL
    assert not history.can_fetch_more  # no endless asking while the table paints
    history.retry()
    link.reply(page(3, 1))
    assert (history.count, history.error) == (4, None)


def test_typed_text_waits_for_a_pause_and_other_filters_do_not(qtbot, link, history):
    history.set_filter(at_once=False, text="rou")
    history.set_filter(at_once=False, text="router")
    assert link.sent == []
    qtbot.waitUntil(lambda: len(link.sent) == 1)
    history.set_filter(queue_id=QueueId("q1"))
    assert link.sent[-1].filter.text == "router"
    assert link.sent[-1].filter.queue_id == "q1"


def test_contacts_that_end_meanwhile_are_offered_not_forced(link, history):
    history.ensure_loaded()
    link.reply(page(0, 3))
    event = InteractionChanged(interaction=made.interaction(interaction_id=InteractionId("new")))
    link.emit(event)
    link.emit(event)
    assert (history.newer, history.count) == (1, 3)
    history.reload()
    link.reply(page(0, 3))
    assert history.newer == 0


def test_the_answer_for_a_contact_that_was_left_is_dropped(link, history):
    history.open(InteractionId("i1"))
    history.open(InteractionId("i2"))
    first = made.interaction_file(interaction=made.interaction(notes="first"))
    link.reply_to(OpenInteraction, InteractionOpened(request_id=0, file=first))
    assert history.detail is None
    link.reply_to(OpenInteraction, InteractionOpened(request_id=0, file=made.interaction_file()))
    assert history.detail is not None
    assert history.detail.interaction.notes != "first"
    history.open(None)
    assert history.detail is None


def test_a_contact_that_is_gone_is_worded(link, history):
    history.open(InteractionId("i1"))
    link.reply(refused(RefusalCode.NOT_FOUND))
    assert history.detail_error is RefusalCode.NOT_FOUND
    history.open(InteractionId("i1"))  # clicking again tries again
    assert len(link.sent) == 2


def test_what_a_cut_stopped_is_asked_again_when_it_is_over(link, history, customers):
    customers.type("a")
    customers.search()
    history.ensure_loaded()
    link.set_state(LinkState.OFFLINE)
    asked = len(link.sent)
    link.set_state(LinkState.ONLINE)
    assert len(link.sent) == asked + 2
    link.reply_to(SearchHistory, page(0, 2))
    link.reply_to(SearchCustomers, found(0))
    assert (history.error, customers.error) == (None, None)
    link.set_state(LinkState.OFFLINE)
    link.set_state(LinkState.ONLINE)  # nothing was stopped this time
    assert len(link.sent) == asked + 2


# -- missed ---------------------------------------------------------------------------------------


@pytest.fixture
def missed(link, store) -> MissedViewModel:
    model = MissedViewModel(link, store)
    sign_in(link, *(made.missed(n) for n in range(5)))
    return model


def test_the_longest_waiting_stands_first(missed):
    assert [r.interaction_id for r in missed.rows] == ["m4", "m3", "m2", "m1", "m0"]


def test_calling_back_names_the_missed_call(link, missed):
    missed.call_back(InteractionId("m1"))
    command = link.sent_of(Originate)[0]
    assert (command.to, command.missed_id, command.customer_id) == ("+34612345001", "m1", "c1")
    missed.call_back(InteractionId("m1"))  # pressed twice
    assert len(link.sent) == 1
    link.reply(Done(request_id=0))
    assert missed.pending == frozenset()


@pytest.mark.parametrize("row", ["m2", "m3", "gone"])  # taken by Peio, withheld, not there
def test_what_cannot_be_called_is_not(link, missed, row):
    missed.call_back(InteractionId(row))
    assert link.sent == []


def test_a_switch_that_cannot_call_out_is_not_asked_to(link, missed):
    link.emit(made.signed_in(missed=(made.missed(1),), settings=made.site(switch_verbs=())))
    missed.call_back(InteractionId("m1"))
    assert link.sent == []


def test_a_refused_call_back_is_told_at_its_row(link, missed):
    missed.call_back(InteractionId("m1"))
    link.reply(refused(RefusalCode.LINE_DOWN))
    assert missed.errors == {InteractionId("m1"): RefusalCode.LINE_DOWN}
    missed.call_back(InteractionId("m1"))
    assert missed.errors == {}


def test_closing_sends_a_bounded_reason_and_the_row_leaves_by_event(link, missed):
    missed.close(InteractionId("m3"), "x" * 1000)
    assert len(link.sent_of(CloseMissed)[0].reason) == 200
    assert missed.find(InteractionId("m3")) is not None
    sign_in(link, made.missed(0))
    link.reply(refused(RefusalCode.NOT_FOUND))  # closed by somebody in the same moment
    assert missed.errors == {}


def test_a_queue_that_empties_stops_filtering(link, missed):
    missed.show_queue(QueueId("q1"))
    assert {r.queue_id for r in missed.rows} == {"q1"}
    sign_in(link, made.missed(0))
    assert missed.queue_id is None
    assert len(missed.rows) == 1


# -- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "new", "again", "fault"),
    [
        ("", "long enough!", "long enough!", PasswordFault.CURRENT_MISSING),
        ("old password", "short", "short", PasswordFault.TOO_SHORT),
        ("old password", "x" * 300, "x" * 300, PasswordFault.TOO_LONG),
        ("old password", "old password", "old password", PasswordFault.SAME),
        ("old password", "new password", "new passwort", PasswordFault.NOT_REPEATED),
    ],
)
def test_a_password_that_cannot_be_right_is_not_sent(link, store, current, new, again, fault):
    settings = SettingsViewModel(link, store)
    settings.change_password(current, new, again)
    assert settings.password_fault is fault
    assert link.sent == []


def test_a_password_is_changed_by_the_bridge(qtbot, link, store):
    settings = SettingsViewModel(link, store)
    settings.change_password("old password", "new password", "new password")
    assert link.sent_of(ChangePassword)[0].new == "new password"
    with qtbot.waitSignal(settings.password_changed):
        link.reply(Done(request_id=0))
    settings.change_password("wrong", "new password", "new password")
    link.reply(refused(RefusalCode.WRONG_CREDENTIALS))
    assert settings.password_error is RefusalCode.WRONG_CREDENTIALS


# -- editor ---------------------------------------------------------------------------------------


@pytest.fixture
def editor(link, store) -> CustomerEditorViewModel:
    return CustomerEditorViewModel(link, store)


def test_a_new_customer_is_sent_tidy_and_attached(qtbot, link, editor):
    editor.create(interaction_id=InteractionId("i1"))
    assert not editor.dirty
    editor.set_name("  Ada   Byron ")
    editor.add_identity(IdentityKind.PHONE)
    editor.add_identity(IdentityKind.EMAIL)
    editor.set_identity(0, value=" 612 34 50 99 ", label="mobile")
    editor.save()
    command = link.sent_of(CreateCustomer)[0]
    assert command.interaction_id == "i1"
    assert command.draft.name == "Ada Byron"
    assert [i.value for i in command.draft.identities] == ["612 34 50 99"]
    with qtbot.waitSignal(editor.saved) as saved:
        link.reply(Done(request_id=0, id="c77"))
    assert saved.args == ["c77"]
    assert not editor.active


def test_a_name_is_needed(link, editor):
    editor.create()
    editor.set_organisation("Norte")
    editor.save()
    assert editor.field_errors == {"name": REQUIRED}
    assert link.sent == []
    editor.set_name("A")
    assert editor.field_errors == {}


def test_a_refusal_leaves_everything_as_typed(link, editor):
    editor.edit(made.file(3))
    editor.set_identity(0, value="not a number")
    editor.save()
    link.reply(refused(RefusalCode.INVALID, field="identities[0].value", detail="no digits"))
    assert editor.field_errors == {"identities[0].value": RefusalCode.INVALID}
    assert editor.draft.identities[0].value == "not a number"
    assert editor.can_save


def test_a_changed_number_loses_its_confirmation_and_a_label_does_not(link, editor):
    editor.edit(made.file(0))
    assert editor.draft.identities[0].confirmed_at is not None
    editor.set_identity(0, label="home")
    assert editor.draft.identities[0].confirmed_at is not None
    editor.set_identity(0, value="+34600000000")
    assert editor.draft.identities[0].confirmed_at is None


def test_a_note_follows_the_record(link, editor):
    editor.edit(made.file(0))
    editor.set_name("Ada")
    editor.set_note(" Calls in the evening. ")
    editor.set_pin(True)
    editor.save()
    assert link.sent_of(AddNote) == []
    link.reply(Done(request_id=0))
    note = link.sent_of(AddNote)[0]
    assert (note.text, note.pinned, note.customer_id) == ("Calls in the evening.", True, "c0")
    link.reply(refused(RefusalCode.OVERLOADED))
    assert editor.active
    assert editor.new_note
    editor.save()  # only the note again: the record is in
    assert len(link.sent_of(SaveCustomer)) == 1
    link.reply(Done(request_id=0))
    assert not editor.active


def test_only_a_note_saves_no_record(link, editor):
    editor.edit(made.file(0))
    editor.set_note("One more thing")
    editor.save()
    assert link.sent_of(SaveCustomer) == []
    assert len(link.sent_of(AddNote)) == 1


def theirs(**changes: object):
    return made.file(0, card=made.card(0, version=2, **changes), updated_by="Ana Beltrán")


def test_ana_saved_first(qtbot, link, editor):
    editor.edit(made.file(0))
    editor.set_name("Ainhoa E.")
    editor.set_organisation("Mine, S. L.")
    editor.save()
    current = theirs(name="Ainhoa Etxeberria", tags=("VIP", "slow payer"))
    link.reply(refused(RefusalCode.CONFLICT, current=current))
    assert editor.conflict is not None
    assert [f.name for f in editor.conflict.fields] == ["name", "organisation", "tags"]
    editor.settle()  # the name is not chosen yet
    assert editor.conflict is not None
    editor.take("name", Take.MINE)
    editor.settle()
    command = link.sent_of(SaveCustomer)[-1]
    assert command.version == 2
    assert command.draft.name == "Ainhoa E."
    assert command.draft.organisation == "Mine, S. L."
    assert command.draft.tags == ("VIP", "slow payer")
    with qtbot.waitSignal(editor.saved):
        link.reply(Done(request_id=0))


def test_taking_all_of_theirs_saves_nothing(link, editor):
    editor.edit(made.file(0))
    editor.set_name("Mine")
    editor.save()
    link.reply(refused(RefusalCode.CONFLICT, current=theirs(name="Theirs")))
    editor.take("name", Take.THEIRS)
    editor.settle()
    assert not editor.active
    assert len(link.sent_of(SaveCustomer)) == 1


def test_two_conflicts_in_a_row(link, editor):
    editor.edit(made.file(0))
    editor.set_name("Mine")
    editor.save()
    link.reply(refused(RefusalCode.CONFLICT, current=theirs(name="Theirs")))
    editor.take("name", Take.MINE)
    editor.settle()
    third = made.file(0, card=made.card(0, version=3, name="Third"))
    link.reply(refused(RefusalCode.CONFLICT, current=third))
    assert editor.conflict is not None
    editor.take("name", Take.MINE)
    editor.settle()
    assert link.sent_of(SaveCustomer)[-1].version == 3


def test_a_save_elsewhere_is_told_before_the_own_is_refused(link, editor):
    editor.edit(made.file(0))
    editor.set_name("Mine")
    link.emit(CustomerChanged(customer_id=CustomerId("c1"), version=9, by="Peio"))
    assert editor.changed_by == ""
    link.emit(CustomerChanged(customer_id=CustomerId("c0"), version=2, by="Ana"))
    assert editor.changed_by == "Ana"
    editor.review()
    link.reply_to(OpenCustomer, CustomerOpened(request_id=0, file=theirs(name="Theirs")))
    assert editor.conflict is not None


def test_an_answer_after_leaving_the_editor_changes_nothing(link, editor):
    editor.edit(made.file(0))
    editor.set_name("Mine")
    editor.save()
    editor.leave()
    editor.edit(made.file(1))
    link.reply_to(SaveCustomer, refused(RefusalCode.CONFLICT, current=theirs(name="Theirs")))
    assert editor.conflict is None
    assert editor.customer_id == "c1"


def test_a_cut_while_saving_keeps_what_was_typed(link, editor):
    editor.edit(made.file(0))
    editor.set_name("Mine")
    editor.save()
    link.set_state(LinkState.OFFLINE)
    assert editor.error is RefusalCode.INTERNAL
    assert (editor.draft.name, editor.can_save) == ("Mine", True)


def test_tags_are_not_doubled(editor):
    editor.edit(made.file(0))
    editor.add_tag(" vip ")
    editor.add_tag("")
    assert editor.draft.tags == ("VIP",)
    editor.remove_tag("VIP")
    assert editor.draft.tags == ()
