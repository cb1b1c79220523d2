"""Ports in turn, and who may speak on them."""

from __future__ import annotations

import pytest

from cti_bridge.telephony.media.latch import FAITHFUL_SECONDS, Latch
from cti_bridge.telephony.media.pool import NoPortError, PortPool


def test_ports_are_even_and_in_turn() -> None:
    pool = PortPool(20001, 20007)
    assert [pool.take(), pool.take()] == [20002, 20004]
    pool.release(20002)
    assert [pool.take(), pool.take()] == [20006, 20002]


def test_a_released_port_rests_until_all_others_were_used() -> None:
    pool = PortPool(20000, 20099)
    for _ in range(49):
        pool.release(pool.take())
    assert pool.take() == 20098
    assert pool.free == 49


def test_no_port_left() -> None:
    pool = PortPool(20000, 20003)
    pool.take()
    pool.take()
    with pytest.raises(NoPortError, match="all 2"):
        pool.take()


def test_releasing_twice_or_a_strange_port_gives_no_port_twice() -> None:
    pool = PortPool(20000, 20003)
    port = pool.take()
    pool.release(port)
    pool.release(port)
    pool.release(1)
    assert pool.free == 2


@pytest.mark.parametrize(("low", "high"), [(0, 100), (5000, 4000), (1024, 70000), (4001, 4002)])
def test_a_range_without_ports_is_told_at_once(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="RTP ports"):
        PortPool(low, high)


def test_only_the_negotiated_address_may_speak_from_any_port() -> None:
    latch = Latch(("203.0.113.5", 4000))
    assert latch.admits(("203.0.113.5", 9999))
    assert not latch.admits(("203.0.113.6", 4000))


def test_behind_a_nat_the_address_of_the_signalling_may_speak() -> None:
    latch = Latch(("192.168.1.20", 4000), "203.0.113.5")
    assert latch.admits(("203.0.113.5", 61234))
    assert not latch.admits(("203.0.113.6", 61234))


def test_a_public_address_in_the_sdp_is_the_only_one() -> None:
    latch = Latch(("8.8.8.8", 4000), "9.9.9.9")
    assert not latch.admits(("9.9.9.9", 4000))


def test_sound_goes_where_it_comes_from() -> None:
    latch = Latch(("203.0.113.5", 4000))
    assert latch.target == ("203.0.113.5", 4000)
    latch.latch(("203.0.113.5", 61234), 1.0)
    assert latch.target == ("203.0.113.5", 61234)
    assert latch.control_target == ("203.0.113.5", 61235)


def test_a_living_stream_is_not_taken_over() -> None:
    latch = Latch(("203.0.113.5", 4000))
    latch.latch(("203.0.113.5", 4000), 1.0)
    assert not latch.follows(("203.0.113.5", 5000), 1.5)
    assert latch.follows(("203.0.113.5", 4000), 1.5)
    assert latch.follows(("203.0.113.5", 5000), 1.1 + FAITHFUL_SECONDS)
