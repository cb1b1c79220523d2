"""When looking at customers becomes unusual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cti_bridge.privacy.ports import Access
from cti_bridge.privacy.volume import FLOOR, Limits, Volume
from cti_bridge.protocol.vocabulary import AccessKind, AgentId, CustomerId, InteractionId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA = AgentId("ana")


def look(number, *, at=NOW, kind=AccessKind.VIEW, contact=None, agent=ANA):
    return Access(
        at=at,
        agent=agent,
        name="Ana",
        kind=kind,
        customer=CustomerId(f"c{number}"),
        contact=InteractionId(contact) if contact else None,
    )


def test_the_one_too_many_is_told_once_an_hour():
    volume = Volume(Limits(per_hour=3))
    told = [volume.note(look(n, at=NOW + timedelta(minutes=n))) for n in range(6)]
    assert [alert is not None for alert in told] == [False, False, True, False, False, False]
    assert (told[2].looks, told[2].limit, told[2].blocked) == (3, 3, False)
    later = [volume.note(look(n, at=NOW + timedelta(minutes=63 + n))) for n in range(3)]
    assert [alert is not None for alert in later] == [True, False, False]


def test_the_hour_slides():
    volume = Volume(Limits(per_hour=3))
    at = [NOW, NOW + timedelta(minutes=59), NOW + timedelta(minutes=60)]
    assert [volume.note(look(n, at=when)) for n, when in enumerate(at)] == [None] * 3


def test_the_same_customer_again_and_again_is_one():
    volume = Volume(Limits(per_hour=2))
    assert [volume.note(look(1, at=NOW + timedelta(seconds=n))) for n in range(50)] == [None] * 50


@pytest.mark.parametrize("kind", [AccessKind.POP, AccessKind.AUDIT, AccessKind.ALERT])
def test_what_is_no_look_of_ones_own_does_not_count(kind):
    volume = Volume(Limits(per_hour=2))
    assert [volume.note(look(n, kind=kind)) for n in range(9)] == [None] * 9


def test_the_customer_of_a_contact_in_hand_does_not_count():
    volume = Volume(Limits(per_hour=2))
    assert [volume.note(look(n, contact="i1")) for n in range(9)] == [None] * 9


def test_an_agents_own_usual_counts_where_it_is_less():
    volume = Volume(Limits(per_hour=100, times_usual=4))
    volume.usual = {ANA: 6.0}
    assert volume.limit_of(ANA) == 24
    assert volume.limit_of(AgentId("luis")) == 100
    volume.usual = {ANA: 1.0}
    assert volume.limit_of(ANA) == FLOOR
    volume.usual = {ANA: 400.0}
    assert volume.limit_of(ANA) == 100


def test_no_limit_is_no_limit():
    volume = Volume(Limits(block=True))
    assert [volume.note(look(n)) for n in range(2000)] == [None] * 2000
    assert volume.wait(ANA, NOW) == 0.0


def test_who_is_blocked_waits_until_fewer_were_looked_at():
    volume = Volume(Limits(per_hour=2, block=True))
    volume.note(look(1))
    assert volume.wait(ANA, NOW) == 0.0
    alert = volume.note(look(2, at=NOW + timedelta(minutes=10)))
    assert alert.blocked
    assert volume.wait(ANA, NOW + timedelta(minutes=15)) == 45 * 60
    assert volume.wait(AgentId("luis"), NOW + timedelta(minutes=15)) == 0.0
    assert volume.wait(ANA, NOW + timedelta(minutes=60)) == 0.0


def test_without_block_nobody_waits():
    volume = Volume(Limits(per_hour=1))
    volume.note(look(1))
    assert volume.wait(ANA, NOW) == 0.0
