"""One pair after the other, faster than the bridge answers; and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent_desktop.state import Store
from agent_desktop.viewmodels.duplicates import AHEAD, PAGE, DuplicatesViewModel
from agent_desktop.viewmodels.unmerging import UnmergingViewModel
from cti_bridge.protocol.commands import Done, Refused
from cti_bridge.protocol.events import CustomerChanged
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
from tests.helpers.desktop import FakeLink

if TYPE_CHECKING:
    from agent_desktop.viewmodels.duplicates import Decided

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def link() -> FakeLink:
    return FakeLink()


@pytest.fixture
def store(link: FakeLink) -> Store:
    known = Store(link)
    link.emit(made.signed_in(now=made.NOW))
    return known


@pytest.fixture
def model(link: FakeLink, store: Store) -> DuplicatesViewModel:
    shown = DuplicatesViewModel(link, store)
    shown.enter()
    link.reply(pairs.listed(PAGE, of=100, cursor="next"))
    return shown


def name(model: DuplicatesViewModel) -> str:
    assert model.current is not None
    return model.current.plan.survivor.customer_id


def last(model: DuplicatesViewModel) -> Decided:
    assert model.last is not None
    return model.last


def test_the_next_pair_is_there_before_the_bridge_has_answered(model, link) -> None:
    assert (name(model), model.left) == ("c0", 100)
    model.merge()
    model.distinct()
    model.later()
    assert (name(model), model.left, model.put_off) == ("c6", 97, 1)
    [merge] = link.sent_of(MergeCustomers)
    assert (merge.survivor, merge.survivor_version) == ("c0", 3)
    assert (merge.absorbed, merge.absorbed_version) == ("c1", 5)
    assert merge.picks["status"] == "absorbed"  # as it was shown, whatever the rules say then
    assert "born" not in merge.picks
    assert [(one.a, one.b, one.verdict) for one in link.sent_of(JudgePair)] == [
        ("c2", "c3", "distinct"),
        ("c4", "c5", "later"),
    ]


def test_a_further_page_is_asked_for_while_there_are_pairs(model, link) -> None:
    for _ in range(PAGE - AHEAD):
        model.distinct()
    assert len(link.sent_of(DuplicatePairs)) == 1
    model.distinct()
    assert [one.cursor for one in link.sent_of(DuplicatePairs)] == ["", "next"]
    link.reply_to(DuplicatePairs, pairs.listed(5, of=89, first=PAGE))
    assert len(model.pairs) == AHEAD - 1 + 5
    while model.current is not None:
        model.distinct()
    assert len(link.sent_of(DuplicatePairs)) == 2  # that was the last page


def test_a_hundred_thousand_pairs_are_never_held_at_once(model, link) -> None:
    at = PAGE
    for _ in range(300):
        model.distinct()
        if any(isinstance(command, DuplicatePairs) for command, _ in link._waiting):
            link.reply_to(DuplicatePairs, pairs.listed(PAGE, of=99_000, first=at, cursor="more"))
            at += PAGE
        assert AHEAD <= len(model.pairs) + 1 <= AHEAD + PAGE
    assert len(model.decided) == 50


def test_what_is_chosen_is_what_is_merged(model, link) -> None:
    fields = [one.name for one in model.fields]
    assert fields[: model.differing] == [
        "name", "organisation", "status", "language", "since", "tags",
    ]  # fmt: skip
    model.choose("absorbed")
    model.step(1)
    model.step(1)
    model.choose("survivor")
    for _ in range(9):
        model.step(1)  # no further than the last that differs
    assert model.fields[model.field].name == "tags"
    model.choose("survivor")
    model.go_to(0)
    model.choose("both")  # a name has no both
    model.swap()
    assert name(model) == "c1"
    model.merge()
    [merge] = link.sent_of(MergeCustomers)
    assert (merge.survivor, merge.absorbed) == ("c1", "c0")
    assert merge.picks == {
        "name": "survivor",  # swapped with its side
        "organisation": "survivor",
        "status": "absorbed",
        "language": "absorbed",
        "since": "survivor",
        "tags": "absorbed",
    }


def test_undo_brings_the_pair_back_as_its_files_are_now(model, link) -> None:
    model.merge()
    link.reply_to(MergeCustomers, Done(request_id=0, id="m-1"))
    model.undo()
    [undo] = link.sent_of(UndoMerge)
    assert (undo.merge_id, undo.distinct) == ("m-1", False)
    link.reply_to(UndoMerge, Done(request_id=0, id="c1"))
    again = pairs.plan(0, survivor=made.card(0, version=5))
    link.reply_to(MergeCustomers, MergePlanned(request_id=0, plan=again))
    assert (name(model), model.current.plan.survivor.version, model.left) == ("c0", 5, 100)
    assert model.current.reasons == pairs.pair(0).reasons
    assert model.decided == ()


def test_an_undo_that_is_faster_than_the_bridge_waits_for_it(model, link) -> None:
    model.merge()
    model.undo()
    assert (link.sent_of(UndoMerge), model.can_undo) == ([], False)
    link.reply_to(MergeCustomers, Done(request_id=0, id="m-1"))
    assert [one.merge_id for one in link.sent_of(UndoMerge)] == ["m-1"]


@pytest.mark.parametrize("verdict", ["distinct", "later"])
def test_what_was_said_of_a_pair_is_taken_back(model, link, verdict: str) -> None:
    getattr(model, verdict)()
    link.reply_to(JudgePair, Done(request_id=0))
    model.undo()
    assert link.sent_of(JudgePair)[-1].verdict == "open"
    link.reply_to(JudgePair, Done(request_id=0))
    link.reply_to(MergeCustomers, MergePlanned(request_id=0, plan=pairs.plan(0)))
    assert (name(model), model.left, model.put_off) == ("c0", 100, 0)


def test_several_are_undone_one_after_the_other(model, link) -> None:
    for _ in range(3):
        model.distinct()
        link.reply_to(JudgePair, Done(request_id=0))
    for number in (2, 1, 0):
        model.undo()
        link.reply_to(JudgePair, Done(request_id=0))
        link.reply_to(MergeCustomers, MergePlanned(request_id=0, plan=pairs.plan(number)))
        assert name(model) == f"c{2 * number}"
    assert model.last is None


def test_a_refusal_is_said_and_the_pair_can_be_shown_again(model, link) -> None:
    model.merge()
    link.reply_to(MergeCustomers, Refused(request_id=0, code=RefusalCode.CONFLICT))
    assert (last(model).state, last(model).refusal) == ("refused", RefusalCode.CONFLICT)
    assert model.left == 100
    model.undo()
    link.reply_to(MergeCustomers, MergePlanned(request_id=0, plan=pairs.plan(0)))
    assert name(model) == "c0"


def test_whoever_was_merged_is_in_no_further_pair(model, link) -> None:
    gone = CustomerId("c3")
    event = CustomerChanged(customer_id=gone, version=2, by="Peio", merged_into=CustomerId("c4"))
    link.emit(event)
    assert all(gone not in (p.plan.survivor.customer_id, p.plan.absorbed.customer_id)
               for p in model.pairs)  # fmt: skip
    model.distinct()
    assert name(model) == "c4"  # whose file has grown: asked for anew before it can be merged
    assert not model.fresh
    model.merge()
    assert not [one for one in link.sent_of(MergeCustomers) if not one.dry_run]
    link.reply_to(MergeCustomers, MergePlanned(request_id=0, plan=pairs.plan(2)))
    assert model.fresh


def test_those_put_off_are_shown_when_somebody_asks(link, store) -> None:
    model = DuplicatesViewModel(link, store)
    model.enter()
    put_off = tuple(pairs.pair(n, put_off=True) for n in range(2))
    link.reply(PairsListed(request_id=0, pairs=put_off, put_off=2))
    assert (model.current, model.only_put_off, model.left) == (None, True, 0)
    model.look_at_put_off()
    assert (name(model), model.left) == ("c0", 2)


def test_two_that_somebody_takes_for_one_come_first(model, link, qtbot) -> None:
    with qtbot.waitSignal(model.asked):
        model.compare(CustomerId("c20"), CustomerId("c30"))
    plan = pairs.plan(0, survivor=made.card(20), absorbed=made.card(30))
    link.reply_to(MergeCustomers, MergePlanned(request_id=0, plan=plan))
    assert name(model) == "c20"
    assert model.current.probability == 0.0
    model.merge()
    assert name(model) == "c0"  # the others are still there


def test_who_may_not_merge_asks_nothing(link) -> None:
    store = Store(link)
    agent = tuple(one for one in Permission if one is not Permission.MERGE_CUSTOMERS)
    link.emit(made.signed_in(settings=made.site(permissions=agent), now=made.NOW))
    model = DuplicatesViewModel(link, store)
    model.enter()
    assert (link.sent, model.may) == ([], False)


def test_a_page_that_does_not_come_is_asked_for_again(link, store) -> None:
    model = DuplicatesViewModel(link, store)
    model.enter()
    link.reply(Refused(request_id=0, code=RefusalCode.STORE_AWAY))
    assert model.error is RefusalCode.STORE_AWAY
    model.again()
    link.reply(pairs.listed(1))
    assert (model.error, name(model)) == (None, "c0")


# -- taking a merge back --------------------------------------------------------------------------


@pytest.fixture
def unmerging(link: FakeLink, store: Store) -> UnmergingViewModel:
    shown = UnmergingViewModel(link, store)
    shown.open("m0")
    link.reply(UndoPlanned(request_id=0, plan=pairs.undo_plan()))
    return shown


def test_what_is_picked_goes_with_the_undo(unmerging, link, qtbot) -> None:
    items = {one.key: one for one in unmerging.plan.items}
    assert unmerging.side(items["interaction:i1"]) == "absorbed"
    unmerging.give(items["note:n1"], "absorbed")
    unmerging.set_distinct(False)
    unmerging.confirm()
    [_, undo] = link.sent_of(UndoMerge)
    assert (undo.version, undo.picks, undo.distinct) == (7, {"note:n1": "absorbed"}, False)
    with qtbot.waitSignal(unmerging.undone):
        link.reply_to(UndoMerge, Done(request_id=0, id="c1"))
    assert unmerging.merge_id == ""
    assert link.sent_of(ListMerges)


def test_a_plan_that_was_overtaken_comes_anew_with_the_picks(unmerging, link) -> None:
    unmerging.give(unmerging.plan.items[2], "absorbed")
    unmerging.confirm()
    link.reply_to(UndoMerge, Refused(request_id=0, code=RefusalCode.CONFLICT))
    assert unmerging.error is RefusalCode.CONFLICT
    link.reply_to(UndoMerge, UndoPlanned(request_id=0, plan=pairs.undo_plan(version=8)))
    assert unmerging.picks == {"note:n1": "absorbed"}
    unmerging.confirm()
    assert link.sent_of(UndoMerge)[-1].version == 8


def test_a_change_of_the_file_renews_the_plan(unmerging, link) -> None:
    link.emit(CustomerChanged(customer_id=CustomerId("c0"), version=8, by="Peio"))
    assert len(link.sent_of(UndoMerge)) == 2
    link.emit(CustomerChanged(customer_id=CustomerId("c77"), version=8, by="Peio"))
    assert len(link.sent_of(UndoMerge)) == 2


def test_the_list_of_merges_grows_page_by_page(unmerging, link) -> None:
    unmerging.look()
    first = MergesListed(request_id=0, merges=tuple(map(pairs.merge, range(3))), more=True)
    link.reply_to(ListMerges, first)
    unmerging.show_more()
    assert link.sent_of(ListMerges)[-1].before == "m2"
    link.reply_to(ListMerges, MergesListed(request_id=0, merges=(pairs.merge(2), pairs.merge(3))))
    assert [one.merge_id for one in unmerging.merges] == ["m0", "m1", "m2", "m3"]
    assert not unmerging.more
