"""Whom the pairs of a search join."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from cti_bridge.customers.duplicates.values import Limits
from cti_bridge.linkage.grouping import LARGEST, groups, make_groups
from cti_bridge.linkage.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Scored = tuple[int, int, float]


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace(Limits(threads=1), tmp_path)
    yield opened
    opened.close()


def fill(work: Workspace, scored: Sequence[Scored]) -> None:
    work.execute("CREATE TABLE scored (l BIGINT, r BIGINT, w DOUBLE, level TINYINT)")
    work.execute("CREATE TABLE people (n BIGINT, changed BOOLEAN)")
    for a, b, weight in scored:
        work.execute(f"INSERT INTO scored VALUES ({a}, {b}, {weight}, 1)")
    work.execute("INSERT INTO people SELECT range, range = 2 FROM range(1000)")


def grouped(work: Workspace) -> set[frozenset[int]]:
    members: defaultdict[int, set[int]] = defaultdict(set)
    for n, label in work.rows("SELECT n, label FROM grouped"):
        members[label].add(n)
    return set(map(frozenset, members.values()))


def test_chains_and_rings_are_one_group(work: Workspace) -> None:
    chain = [(n, n + 1, 3.0) for n in range(10, 40)]
    ring = [(50, 51, 0.0), (51, 52, 5.0), (50, 52, 0.0)]
    fill(work, [*chain, *ring, (60, 61, -0.1), (40, 50, -0.1)])
    make_groups(work, 0.0)
    assert grouped(work) == {frozenset(range(10, 41)), frozenset((50, 51, 52))}


def test_a_crowd_is_parted_by_what_proves_more(work: Workspace) -> None:
    """Everybody is joined to everybody by a little; two of them by much."""
    crowd = [(0, n, 1.0) for n in range(1, LARGEST + 2)]
    fill(work, [*crowd, (7, 8, 9.0), (200, 201, 1.0)])
    make_groups(work, 0.0)
    assert grouped(work) == {frozenset((7, 8)), frozenset((200, 201))}


def test_pairs_come_once_each_by_group(work: Workspace) -> None:
    fill(work, [(1, 2, 4.0), (2, 3, 4.0), (1, 3, -9.0), (4, 5, -1.0), (6, 7, -3.0), (3, 6, -9.0)])
    make_groups(work, 0.0)
    found = [
        [(a, b, changed) for _, a, b, changed, *_ in rows]
        for rows in groups(work, "people", "level", -2.0)
    ]
    assert found == [[(1, 2, True), (1, 3, False), (2, 3, True)], [(4, 5, False)]]


def test_nobody_is_joined(work: Workspace) -> None:
    fill(work, [])
    make_groups(work, 0.0)
    assert list(groups(work, "people", "level", 0.0)) == []
