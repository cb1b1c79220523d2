from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desktop.viewmodels.merging import Conflict, Take
from cti_bridge.protocol.values import CustomerDraft
from tests.helpers.page_values import file, phone

BASE = CustomerDraft(
    name="Ada", organisation="Norte", tags=("VIP",), identities=(phone("+34600000001", "mobile"),)
)


def between(mine: CustomerDraft, theirs: CustomerDraft) -> Conflict:
    return Conflict.between(base=BASE, mine=mine, theirs=theirs, file=file())


def draft(**changes: object) -> CustomerDraft:
    values = {name: getattr(BASE, name) for name in BASE.__struct_fields__}
    return CustomerDraft(**{**values, **changes})


def test_what_only_one_side_changed_is_chosen_beforehand():
    conflict = between(draft(name="Ada Byron"), draft(organisation="Sur"))
    assert {f.name: f.take for f in conflict.fields} == {
        "name": Take.MINE,
        "organisation": Take.THEIRS,
    }
    assert conflict.settled
    assert conflict.merged() == draft(name="Ada Byron", organisation="Sur")


def test_what_both_changed_waits_for_a_person():
    conflict = between(draft(name="Ada Byron"), draft(name="A. Lovelace"))
    assert not conflict.settled
    assert conflict.fields[0].overlapping
    assert conflict.take("name", Take.MINE).merged().name == "Ada Byron"
    assert conflict.take("name", Take.THEIRS).merged().name == "A. Lovelace"


def test_the_same_change_twice_is_no_conflict():
    assert between(draft(name="Ada B."), draft(name="Ada B.")).fields == ()


def test_lists_can_be_joined_and_a_removal_of_either_side_holds():
    mine = draft(tags=("VIP", "slow payer"))
    theirs = draft(tags=("no recording",))  # they removed VIP
    conflict = between(mine, theirs)
    assert conflict.fields[0].take is Take.BOTH
    assert conflict.merged().tags == ("no recording", "slow payer")


def test_a_label_of_mine_on_a_number_they_left_alone_is_kept():
    relabelled = phone("+34600000001", "office")
    added = phone("+34600000002", "home")
    conflict = between(
        draft(identities=(relabelled,)), draft(identities=(*BASE.identities, added))
    )
    assert conflict.merged().identities == (relabelled, added)


tags = st.lists(st.sampled_from("abcdef"), unique=True).map(tuple)


@given(base=tags, mine=tags, theirs=tags)
def test_joining_never_loses_an_addition_nor_doubles_one(base, mine, theirs):
    conflict = Conflict.between(
        base=draft(tags=base), mine=draft(tags=mine), theirs=draft(tags=theirs), file=file()
    )
    if mine == theirs:
        assert conflict.fields == ()
        return
    both = conflict.take("tags", Take.BOTH).merged().tags
    assert len(set(both)) == len(both)
    added = (set(mine) | set(theirs)) - set(base)
    removed = set(base) - (set(mine) & set(theirs))
    assert set(both) == (set(base) | added) - removed


def test_an_unknown_field_is_left_alone():
    conflict = between(draft(name="x"), draft(name="y"))
    assert conflict.take("nonsense", Take.MINE) == conflict


@pytest.mark.parametrize("take", list(Take))
def test_each_take_gives_its_own_value(take: Take):
    conflict = between(draft(tags=("a",)), draft(tags=("b",))).take("tags", take)
    expected = {Take.MINE: ("a",), Take.THEIRS: ("b",), Take.BOTH: ("b", "a")}[take]
    assert conflict.merged().tags == expected
