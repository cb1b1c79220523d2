from __future__ import annotations

from dataclasses import replace as replace_viewer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cti_bridge.acd.ports import Audience
from cti_bridge.protocol.codec import decode_answer
from cti_bridge.protocol.events import AnyEvent
from cti_bridge.protocol.vocabulary import ROLE_PERMISSIONS, AgentId, Permission, QueueId, Role
from cti_bridge.server.hub import REPLAY_FRAMES, Hub, Viewer, may_see
from cti_bridge.server.permissions import granted, permits
from tests.helpers.wire import (
    customer_changed,
    missed_closed,
    offer_made,
    queue_changed,
    to_agent,
    to_queue,
)

EVERYBODY = Audience()
AGENT = ROLE_PERMISSIONS[Role.AGENT]


class Ear:
    """A subscriber that keeps the `seq` of what it is told."""

    def __init__(self, login="ana", queues=(), permissions=AGENT, watch=False):
        self.viewer = Viewer(
            agent=AgentId(f"a-{login}") if login else None,
            queues=frozenset(map(QueueId, queues)),
            permissions=permissions,
            watch=watch,
        )
        self.heard = []

    def deliver(self, text, *, at_once):
        self.heard.append(decode_answer(text).seq)


class Reader(Ear):
    """One that keeps the frames as they came."""

    def __init__(self, login):
        super().__init__(login)
        self.viewer = replace_viewer(self.viewer, role=Role.AGENT)

    def deliver(self, text, *, at_once):
        self.heard.append(text)


def test_who_has_a_contact_in_hand_is_shown_it_otherwise():
    def veil(role, event, own):
        return replace(event, by="all of it" if own else "a part")

    hub = Hub(veil=veil, owner=lambda event: AgentId("a-ana"))
    ana, bob = Reader("ana"), Reader("bob")
    for one in (ana, bob):
        hub.subscribe(one)
    hub.publish(customer_changed(), EVERYBODY)
    for one, said in ((ana, b"all of it"), (bob, b"a part")):
        assert [said in frame for frame in one.heard] == [True]
        assert [said in frame for frame in hub.missed(one.viewer, 0)] == [True]


def test_seq_ascends_by_one_whoever_is_told():
    hub, ear = Hub(), Ear()
    hub.subscribe(ear)
    for audience in (EVERYBODY, to_agent("luis"), to_agent("ana"), to_queue("sales")):
        hub.publish(queue_changed(1), audience)
    assert (hub.seq, ear.heard) == (4, [1, 3])


def test_each_life_has_its_own_epoch():
    assert Hub().epoch != Hub().epoch


VIEWERS = [
    # permissions, watch, queues of the session; the audience; is it seen
    (AGENT, False, (), EVERYBODY, True),
    (AGENT, False, (), to_agent("ana", "luis"), True),
    (AGENT, False, ("sales",), to_agent("luis"), False),
    (AGENT, False, ("sales",), to_queue("sales", "help"), True),
    (AGENT, False, ("help",), to_queue("sales"), False),
    (
        AGENT,
        False,
        (),
        Audience(agents=frozenset({AgentId("a-ana")}), queues=frozenset("q")),
        True,
    ),
    (frozenset(), False, (), EVERYBODY, False),
    (frozenset({Permission.SIGNED_IN}), False, (), to_agent("ana"), False),
    (frozenset(), True, (), to_agent("luis"), True),
]


@pytest.mark.parametrize(("permissions", "watch", "queues", "to", "seen"), VIEWERS)
def test_who_sees_an_offer(permissions, watch, queues, to, seen):
    ear, hub = Ear(queues=queues, permissions=permissions, watch=watch), Hub()
    hub.subscribe(ear)
    hub.publish(offer_made(), to)
    assert bool(ear.heard) is seen
    assert (hub.missed(ear.viewer, 0) != []) is seen


def test_a_session_without_agent_is_no_agent():
    assert not may_see(Ear(login="").viewer, offer_made(), to_agent("ana"))


def test_every_event_declares_a_permission_that_some_role_has():
    for kind in AnyEvent.__args__:
        assert any(permits(granted(role, watch=False), kind) for role in Role), kind


def test_watching_takes_permissions_away_and_gives_none():
    assert Permission.HANDLE_CONTACTS not in granted(Role.ADMIN, watch=True)
    assert Permission.WATCH not in granted(Role.AGENT, watch=True)


def test_who_left_is_told_no_more():
    hub, ear = Hub(), Ear(queues=("sales",), watch=True)
    hub.subscribe(ear)
    hub.unsubscribe(ear)
    hub.unsubscribe(ear)
    for audience in (EVERYBODY, to_agent("ana"), to_queue("sales")):
        hub.publish(queue_changed(1), audience)
    assert ear.heard == []
    assert (hub._of_agent, hub._of_queue, hub._watching, hub._all) == ({}, {}, set(), set())


def test_an_event_that_is_no_text_takes_no_seq(caplog):
    hub, ear = Hub(), Ear()
    hub.subscribe(ear)
    hub.publish(replace(customer_changed(), by="\ud800"), EVERYBODY)
    assert (hub.seq, ear.heard) == (0, [])
    assert "cannot be written as a frame" in caplog.text


def test_the_ring_forgets_the_oldest_by_number_and_by_size():
    hub, ear = Hub(ring=5), Ear()
    for number in range(8):
        hub.publish(missed_closed(number), EVERYBODY)
    assert hub.missed(ear.viewer, 2) is None
    assert len(hub.missed(ear.viewer, 3)) == 5
    small = Hub(ring_bytes=200)
    for number in range(50):
        small.publish(missed_closed(number), EVERYBODY)
    assert small._bytes <= 200
    assert len(small._ring) == 200 // (small._bytes // len(small._ring))


def test_an_event_larger_than_the_ring_is_still_sent_once():
    hub, ear = Hub(ring_bytes=10), Ear()
    hub.subscribe(ear)
    hub.publish(offer_made(), EVERYBODY)
    assert ear.heard == [1]


@pytest.mark.parametrize("after", [-5, -1, 4, 99])
def test_a_place_outside_this_epoch_is_unknown(after):
    hub = Hub()
    for number in range(3):
        hub.publish(missed_closed(number), EVERYBODY)
    assert hub.missed(Ear().viewer, after) is None


def test_an_empty_ring_holds_everything_since_its_beginning():
    assert Hub().missed(Ear().viewer, 0) == []


def test_a_long_replay_is_left_to_a_snapshot():
    hub, ear = Hub(), Ear()
    for number in range(REPLAY_FRAMES + 1):
        hub.publish(missed_closed(number), EVERYBODY)
    assert hub.missed(ear.viewer, 0) is None
    assert len(hub.missed(ear.viewer, 1)) == REPLAY_FRAMES


@given(
    st.lists(st.sampled_from(["all", "ana", "luis", "sales"]), max_size=60),
    st.integers(1, 30),
    st.data(),
)
def test_a_cut_session_gets_what_an_uncut_one_gets(told, ring, data):
    """Once and in order, or is told that the ring no longer holds it all."""
    audiences = {"all": EVERYBODY, "sales": to_queue("sales"), "luis": to_agent("luis")}
    hub, ear = Hub(ring=ring), Ear(queues=("sales",))
    cut = data.draw(st.integers(0, len(told)))
    back = data.draw(st.integers(cut, len(told)))
    mine = [number for number, name in enumerate(told, 1) if name != "luis"]

    def publish(names):
        for name in names:
            hub.publish(missed_closed(), audiences.get(name) or to_agent(name))

    hub.subscribe(ear)
    publish(told[:cut])
    hub.unsubscribe(ear)
    publish(told[cut:back])
    seen = ear.heard[-1] if ear.heard else 0
    missed = hub.missed(ear.viewer, seen)
    for text in missed or ():
        ear.deliver(text, at_once=True)
    hub.subscribe(ear)
    publish(told[back:])
    if missed is None:
        assert back - seen > ring
        assert ear.heard == [seq for seq in mine if seq <= cut or seq > back]
    else:
        assert ear.heard == mine


@pytest.mark.parametrize("to", [to_agent("ana"), to_queue("sales"), EVERYBODY])
def test_only_an_offer_goes_at_once(to):
    hub, said = Hub(), []
    ear = Ear(queues=("sales",))
    ear.deliver = lambda _text, *, at_once: said.append(at_once)
    hub.subscribe(ear)
    hub.publish(queue_changed(1), to)
    hub.publish(offer_made(expires_in_ms=20_000), to_agent("ana"))
    assert said == [False, True]


def test_the_ring_keeps_texts_and_no_events_but_offers():
    hub, ear = Hub(), Ear()
    hub.publish(queue_changed(1), EVERYBODY)
    hub.publish(offer_made(expires_in_ms=20_000), to_agent("ana"))
    assert [stamped.offer is None for stamped in hub._ring] == [True, False]
    assert len(hub.missed(ear.viewer, 0)) == 2
