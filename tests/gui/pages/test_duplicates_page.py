"""The Duplicates page by keys alone, and the way back from a customer's file."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from agent_desktop.desktop import Desktop
from agent_desktop.preferences import Preferences
from agent_desktop.views import i18n
from agent_desktop.views.merging.file_part import MergeButton, MergedFrom
from agent_desktop.views.pages.duplicates import DuplicatesPage
from cti_bridge.protocol.commands import (
    CustomerOpened,
    CustomersFound,
    Done,
    OpenCustomer,
    Refused,
    SearchCustomers,
)
from cti_bridge.protocol.merging import (
    DuplicatePairs,
    JudgePair,
    ListMerges,
    MergeCustomers,
    MergePlanned,
    MergesListed,
    PairsListed,
    UndoMerge,
    UndoPlanned,
)
from cti_bridge.protocol.vocabulary import CustomerId, Permission, RefusalCode
from tests.helpers import page_values as made
from tests.helpers import pair_values as pairs


@pytest.fixture
def desktop(qtbot, online, facts, tmp_path) -> Desktop:
    online.answers[MergeCustomers] = lambda _: Done(request_id=0, id="m-1")
    online.answers[JudgePair] = lambda _: Done(request_id=0)
    online.answers[ListMerges] = lambda _: MergesListed(
        request_id=0, merges=tuple(map(pairs.merge, range(4)))
    )
    online.answers[UndoMerge] = lambda _: UndoPlanned(request_id=0, plan=pairs.undo_plan())
    return Desktop(online, Preferences(tmp_path / "none.ini"), store=facts)


def shown(qtbot, desktop: Desktop, listed: PairsListed) -> DuplicatesPage:
    desktop.link.answers[DuplicatePairs] = lambda _: listed
    page = DuplicatesPage(desktop)
    qtbot.addWidget(page)
    page.resize(960, 600)
    page.show()
    page.activateWindow()
    page.entered()
    return page


@pytest.fixture
def page(qtbot, desktop) -> DuplicatesPage:
    return shown(qtbot, desktop, pairs.listed(5, of=5))


def press(qtbot, page: DuplicatesPage, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(page.review.lines, key)


def test_a_pair_a_second_by_keys_alone(qtbot, page, online) -> None:
    assert page._count.text() == "5 pairs"
    press(qtbot, page, Qt.Key.Key_Return)
    press(qtbot, page, Qt.Key.Key_Delete)
    press(qtbot, page, Qt.Key.Key_L)
    assert len(online.sent_of(MergeCustomers)) == 1
    assert [one.verdict for one in online.sent_of(JudgePair)] == ["distinct", "later"]
    assert page._count.text() == "2 pairs"
    assert page.review.lines.hasFocus()


def test_the_arrows_choose_whose_value_stays(qtbot, page, online) -> None:
    lines = page.review.lines
    assert "Name: Ainhoa Etxeberria Zubizarreta, says more" in lines.accessibleDescription()
    press(qtbot, page, Qt.Key.Key_Right)
    assert "Name: Ainhoa Z., chosen by you" in lines.accessibleDescription()
    press(qtbot, page, Qt.Key.Key_Down, Qt.Key.Key_Left)
    assert "Organisation: (empty), chosen by you" in lines.accessibleDescription()
    for _ in range(9):
        press(qtbot, page, Qt.Key.Key_Down)
    assert "Tags: VIP, Moroso, Factura mensual" in lines.accessibleDescription()
    press(qtbot, page, Qt.Key.Key_Left, Qt.Key.Key_Return)
    [merge] = online.sent_of(MergeCustomers)
    assert merge.picks["name"] == "absorbed"
    assert (merge.picks["organisation"], merge.picks["tags"]) == ("survivor", "survivor")


def test_the_mouse_chooses_too(qtbot, page) -> None:
    line = page.review.lines.lines[2]
    qtbot.mouseClick(line.left, Qt.MouseButton.LeftButton)
    assert page._pairs.fields[2].side == "survivor"
    assert page._pairs.field == 2


def test_what_differs_is_marked_without_colour(page) -> None:
    lines = page.review.lines.lines
    marks = [line._mark.text() for line in lines if not line.isHidden()]
    assert marks == ["≠"] * 6 + ["="] * 3 + ["+"] * 2
    reasons = [
        page.review._reasons.itemAt(n).widget().text() for n in range(page.review._reasons.count())
    ]
    assert reasons == [
        "= Home: the same number",
        "≈ Surname: the first is the same",
        "≈ Given name: the same initial",
        "≠ Birthday: different",
    ]


def test_the_last_answer_is_said_and_undone_by_key(qtbot, page, online) -> None:
    press(qtbot, page, Qt.Key.Key_Delete)
    assert page.review._said.text().endswith("are two customers.")
    online.answers[MergeCustomers] = lambda _: MergePlanned(request_id=0, plan=pairs.plan(0))
    qtbot.keyClick(page.review.lines, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert online.sent_of(JudgePair)[-1].verdict == "open"
    assert page._pairs.current.plan.survivor.customer_id == "c0"
    assert page.review._said.isHidden()


def test_a_refused_merge_says_why(qtbot, page, online) -> None:
    online.answers[MergeCustomers] = lambda _: Refused(request_id=0, code=RefusalCode.CONFLICT)
    press(qtbot, page, Qt.Key.Key_Return)
    assert "Ainhoa" in page.review._said.text()
    assert page.review._said.property("tone") == "bad"


def test_an_empty_list_says_so_and_one_put_off_is_offered(qtbot, desktop) -> None:
    page = shown(qtbot, desktop, PairsListed(request_id=0, pairs=()))
    assert page.review._nothing.accessibleName() == "No duplicates to look at"
    put_off = (pairs.pair(0, put_off=True),)
    desktop.link.answers[DuplicatePairs] = lambda _: PairsListed(
        request_id=0, pairs=put_off, put_off=1
    )
    page.review._nothing.acted.emit()
    assert page.review._nothing.accessibleDescription() == "1 pair was put off."
    page.review._nothing.acted.emit()
    assert page._pairs.current is not None
    assert page.review._stack.currentIndex() == 0


def test_a_language_changes_every_word(qtbot, page) -> None:
    i18n.use_language("es")
    qtbot.waitUntil(lambda: page.review.merge.text() == "Fusionar")
    assert page.review.lines.lines[0]._title.text() == "Nombre"


def test_an_undo_is_looked_at_item_by_item(qtbot, page, online) -> None:
    page.to_merges.click()
    page.merges.table.choose(0)
    qtbot.keyClick(page.merges.table, Qt.Key.Key_Return)
    assert page._stack.currentWidget() is page.undo
    call, note = page.undo.rows[1], page.undo.rows[2]
    assert call.sides["absorbed"].isChecked()
    assert note.sides["survivor"].isChecked()
    note.sides["absorbed"].click()
    online.answers[UndoMerge] = lambda _: Done(request_id=0, id="c1")
    with qtbot.waitSignal(page.customer_requested) as asked:
        page.undo.undo.click()
    assert asked.args == ["c1"]
    assert online.sent_of(UndoMerge)[-1].picks == {"note:n1": "absorbed"}
    assert page._stack.currentWidget() is page.merges


def test_an_undo_under_another_merge_says_what_to_do(page, online) -> None:
    online.answers[UndoMerge] = lambda _: Refused(request_id=0, code=RefusalCode.WRONG_STATE)
    page._unmerging.open("m0")
    assert "undo that merge first" in page.undo._trouble.text()
    assert not page.undo.undo.isEnabled()
    page.undo.cancel.click()
    assert page._stack.currentWidget() is page.review


def test_a_file_tells_what_became_part_of_it(qtbot, desktop, online) -> None:
    merges = tuple(map(pairs.merge, range(5)))
    online.answers[OpenCustomer] = lambda _: CustomerOpened(
        request_id=0, file=made.file(0, merges=merges)
    )
    lines = MergedFrom(desktop, desktop.file)
    qtbot.addWidget(lines)
    assert lines.isHidden()
    desktop.file.open(CustomerId("c0"))
    assert len(lines.undo) == 1
    lines.more.click()
    assert len(lines.undo) == 5
    with qtbot.waitSignal(desktop.unmerging.asked):
        lines.undo[0].click()
    assert desktop.unmerging.merge_id == "m0"


def test_another_file_is_looked_for_and_compared(qtbot, desktop, online) -> None:
    online.answers[OpenCustomer] = lambda _: CustomerOpened(request_id=0, file=made.file(0))
    online.answers[SearchCustomers] = lambda _: CustomersFound(
        request_id=0, customers=(made.card(0), made.card(7))
    )
    online.answers[MergeCustomers] = lambda _: MergePlanned(request_id=0, plan=pairs.plan(0))
    button = MergeButton(desktop, desktop.file)
    qtbot.addWidget(button)
    assert not button.isEnabled()
    desktop.file.open(CustomerId("c0"))
    button.show()
    button.look()
    found = button._with
    assert found is not None
    found._found.type("javier")
    found._found.search()
    found._choose(made.card(0))  # itself: no
    assert online.sent_of(MergeCustomers) == []
    with qtbot.waitSignal(desktop.duplicates.asked):
        found._choose(made.card(7))
    [asked] = online.sent_of(MergeCustomers)
    assert (asked.survivor, asked.absorbed, asked.dry_run) == ("c0", "c7", True)
    found.hide()


def test_who_may_not_merge_sees_neither_button(qtbot, desktop, online) -> None:
    agent = tuple(one for one in Permission if one is not Permission.MERGE_CUSTOMERS)
    online.emit(made.signed_in(settings=made.site(permissions=agent), now=made.NOW))
    online.answers[OpenCustomer] = lambda _: CustomerOpened(
        request_id=0, file=made.file(0, merges=(pairs.merge(0),))
    )
    button, lines = MergeButton(desktop, desktop.file), MergedFrom(desktop, desktop.file)
    for part in (button, lines):
        qtbot.addWidget(part)
    desktop.file.open(CustomerId("c0"))
    assert button.isHidden()
    assert lines.undo[0].isHidden()


def test_enter_on_another_button_merges_nothing(qtbot, page, online) -> None:
    for button in (page.review.distinct, page.review.later, page.review.swap):
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Return)
    assert online.sent_of(MergeCustomers) == []
