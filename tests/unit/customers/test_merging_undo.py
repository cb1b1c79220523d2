"""Fields of one survivor through several merges, edits and undos, in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from cti_bridge.customers.merging.survivorship import Side
from cti_bridge.customers.merging.undo import Owners, Written, give, unwrite
from tests.helpers.examples import examples

if TYPE_CHECKING:
    from cti_bridge.customers.merging.fields import Flat

FIELDS = ("name", "language", "tags[VIP]")
VALUES = ("a", "b", "c")
fields = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(VALUES))


def written(survivor: dict[str, Flat], absorbed: dict[str, Flat]) -> Written:
    """A merge that takes the absorbed's value wherever it has one."""
    return Written(survivor=survivor, absorbed=absorbed, after={**survivor, **absorbed})


def test_what_nobody_wrote_since_is_as_it_was() -> None:
    merge = written({"name": "Ana"}, {"name": "Ana Gil", "language": "es"})
    taken = unwrite(merge, (), merge.after)
    assert taken.survivor == {"name": "Ana"}
    assert (taken.edited, taken.since) == ((), ())


def test_what_somebody_wrote_since_stays() -> None:
    merge = written({"name": "Ana"}, {"name": "Ana Gil", "language": "es"})
    now = {"name": "Ana Gil", "language": "eu", "organisation": "Ona"}
    taken = unwrite(merge, (), now)
    assert taken.survivor == {"name": "Ana", "language": "eu", "organisation": "Ona"}
    assert taken.edited == ("language",)
    assert taken.since == ("language", "organisation")
    first, second = give(taken, {"language": "es"}, now, merge.survivor, ["language"])
    assert first == {"name": "Ana", "organisation": "Ona"}
    assert second == {"language": "eu"}


def test_a_later_merge_that_brought_the_same_keeps_it() -> None:
    first = written({}, {"language": "es"})
    second = written(dict(first.after), {"language": "es"})
    taken = unwrite(first, (second,), second.after)
    assert taken.survivor == {"language": "es"}
    assert taken.later[0].survivor == {}
    assert unwrite(taken.later[0], (), taken.survivor).survivor == {}


def test_a_later_merge_that_wrote_another_value_keeps_that() -> None:
    first = written({"language": "eu"}, {"language": "es"})
    second = written(dict(first.after), {"language": "en"})
    taken = unwrite(first, (second,), second.after)
    assert taken.survivor == {"language": "en"}
    assert unwrite(taken.later[0], (), taken.survivor).survivor == {"language": "eu"}


@given(
    start=fields,
    absorbed=st.lists(fields, min_size=1, max_size=4),
    order=st.permutations(range(4)),
)
@settings(max_examples=examples(400))
def test_undone_in_any_order_the_file_is_that_of_the_beginning(
    start: dict[str, Flat], absorbed: list[dict[str, Flat]], order: list[int]
) -> None:
    standing: list[tuple[int, Written]] = []
    now = dict(start)
    for number, one in enumerate(absorbed):
        merge = written(now, one)
        standing.append((number, merge))
        now = dict(merge.after)
    for number in order:
        place = next((at for at, (n, _) in enumerate(standing) if n == number), None)
        if place is None:
            continue
        _, merge = standing.pop(place)
        taken = unwrite(merge, [one for _, one in standing[place:]], now)
        now = taken.survivor
        standing[place:] = [
            (n, later) for (n, _), later in zip(standing[place:], taken.later, strict=True)
        ]
        for _, left in standing:  # whatever still stands brought what is there
            assert now.items() <= {*start.items()}.union(
                *(one.absorbed.items() for _, one in standing)
            ), left
    assert now == start


def test_a_number_says_whose_a_contact_is() -> None:
    owners = Owners(
        survivor=frozenset({("phone", "+1", ""), ("phone", "+3", "")}),
        absorbed=frozenset({("phone", "+2", ""), ("phone", "+3", "")}),
    )
    assert owners.of(("phone", "+2", "")) is Side.ABSORBED
    assert owners.of(("phone", "+2", "17")) is Side.ABSORBED  # behind the main number
    for unclear in (("phone", "+1", ""), ("phone", "+3", ""), ("phone", "+9", ""), None):
        assert owners.of(unclear) is Side.SURVIVOR
