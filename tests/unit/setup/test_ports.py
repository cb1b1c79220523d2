"""Ports for peers: none twice while others are left, and never none at all."""

from __future__ import annotations

import itertools

from tests.helpers.ports import FIRST, LAST, free_port, free_range


def test_no_port_is_given_twice_while_others_are_left() -> None:
    ranges = [range(first, last + 1) for first, last in (free_range(40) for _ in range(20))]
    ports = [*itertools.chain.from_iterable(ranges), *(free_port() for _ in range(20))]
    assert len(set(ports)) == 20 * 40 + 20
    assert all(chosen.start % 2 == 0 for chosen in ranges)
    assert all(FIRST <= port < LAST for port in ports)


def test_more_ranges_than_there_is_room_for() -> None:
    wanted = 2 * (LAST - FIRST) // 200
    assert all(last - first == 199 for first, last in (free_range(200) for _ in range(wanted)))
