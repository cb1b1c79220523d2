"""What a queue's rules do with a contact, and when they are looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.acd.overflow import (
    Crowd,
    due,
    heeds_hours,
    heeds_places,
    heeds_staff,
    next_look,
)
from cti_bridge.config.outcomes import ENDS, SAYS
from cti_bridge.config.values import Overflow, Queue
from cti_bridge.protocol.vocabulary import Channel, QueueId
from tests.helpers.floor import START
from tests.helpers.routing import waiting

EASY = Crowd(waiting=1, staffed=3, position=1)


def queue(*steps: Overflow, **fields) -> Queue:
    return Queue(id="support", name="Support", overflow=steps, **fields)


def step(when: str, do: str = "voicemail", **fields) -> Overflow:
    return Overflow(when=when, do=do, **fields)  # type: ignore[arg-type]


def done(of: Queue, crowd: Crowd = EASY, at: float = 0, *, arriving: bool = True, **fields):
    contact = waiting("a", **fields)
    now = START + timedelta(seconds=at)
    return [(one.note, one.step.do) for one in due(of, contact, crowd, now, arriving=arriving)]


@pytest.mark.parametrize(
    ("rule", "not_yet", "then"),
    [
        (step("closed"), EASY, Crowd(open=False, waiting=1, staffed=3, position=1)),
        (step("position", over=5), Crowd(staffed=1, position=5), Crowd(staffed=1, position=6)),
        (step("ratio", over=1.5), Crowd(waiting=3, staffed=2), Crowd(waiting=4, staffed=2)),
        (step("ratio", over=9), Crowd(waiting=0, staffed=0), Crowd(waiting=1, staffed=0)),
        (step("nobody"), Crowd(waiting=1, staffed=1), Crowd(waiting=1, staffed=0)),
    ],
)
def test_a_step_is_due_when_its_condition_holds_on_arrival_or_comes_to_hold(
    rule, not_yet, then
) -> None:
    then = replace(then, position=max(then.position, then.waiting))
    for arriving in (True, False):
        assert done(queue(rule), not_yet, arriving=arriving) == []
        assert done(queue(rule), then, arriving=arriving) == [("support:0", "voicemail")]
        once = done(queue(rule), then, arriving=arriving, overflowed=("support:0",))
        assert once == []


def test_a_ratio_that_is_exceeded_while_they_wait_is_of_those_at_the_back() -> None:
    of = queue(step("ratio", over=2))
    for place, sent in ((1, False), (2, False), (3, True), (5, True)):
        crowd = Crowd(waiting=5, staffed=1, position=place)
        assert bool(done(of, crowd, arriving=False)) is sent
        assert done(of, crowd)  # who comes now is one too many, wherever the place is


def test_full_needs_a_limit() -> None:
    crowd = Crowd(waiting=4, staffed=1)
    assert done(queue(step("full"), max_waiting=3), crowd) == [("support:0", "voicemail")]
    assert done(queue(step("full"), max_waiting=4), crowd) == []
    assert done(queue(step("full")), crowd) == []
    assert done(queue(step("full"), max_waiting=3), crowd, arriving=False) == []


def test_waiting_time_is_looked_at_when_it_is_over() -> None:
    of = queue(step("waited", over=30), step("waited", "hang_up", over=90))
    contact = waiting("a")
    assert done(of, at=29.9, arriving=False) == []
    assert next_look(of, contact, START) == START + timedelta(seconds=30)
    assert done(of, at=30, arriving=False) == [("support:0", "voicemail")]
    assert next_look(of, replace(contact, established_at=START), START) is None
    over = replace(contact, overflowed=("support:0",))
    assert next_look(of, over, START) == START + timedelta(seconds=90)
    assert next_look(of, over, START + timedelta(seconds=90)) is None
    assert done(of, at=90, arriving=False, overflowed=("support:0",)) == [("support:1", "hang_up")]
    assert done(of, at=900, arriving=False, overflowed=("support:0", "support:1")) == []


def test_what_is_said_comes_before_what_ends_the_wait_and_nothing_after_it() -> None:
    of = queue(
        step("nobody", "announce", sound="es-sorry"),
        step("nobody", "queue", queue="sales"),
        step("nobody", "hang_up"),
    )
    crowd = Crowd(waiting=1, staffed=0)
    assert done(of, crowd) == [("support:0", "announce"), ("support:1", "queue")]
    assert done(of, crowd, came_to=(QueueId("sales"),)) == [
        ("support:0", "announce"),
        ("support:2", "hang_up"),
    ]


def test_a_step_applies_to_its_channels_only() -> None:
    of = queue(step("nobody", "callback", channels=("chat",)), step("nobody", "hang_up"))
    crowd = Crowd(waiting=1, staffed=0)
    assert done(of, crowd) == [("support:1", "hang_up")]
    assert done(of, crowd, channel=Channel.CHAT) == [("support:0", "callback")]
    for channel in (Channel.EMAIL, Channel.CALLBACK, Channel.VOICEMAIL):
        assert done(of, crowd, channel=channel) == []


def test_an_email_is_answered_and_waits_on() -> None:
    of = queue(step("closed", "email", reply="away"), step("closed", "queue", queue="sales"))
    shut = Crowd(open=False, waiting=1, staffed=1)
    assert done(of, shut, channel=Channel.EMAIL) == [
        ("support:0", "email"),
        ("support:1", "queue"),
    ]
    assert done(of, shut, channel=Channel.CHAT) == [("support:0", "email")]
    assert done(of, shut, channel=Channel.VOICE) == [("support:1", "queue")]


@pytest.mark.parametrize("channel", Channel)
def test_who_finds_it_closed_or_full_without_a_step_is_turned_away_if_there(channel) -> None:
    live = channel in (Channel.VOICE, Channel.CHAT)
    shut = Crowd(open=False, waiting=1, staffed=1)
    told = [("", "hang_up")] if live else []
    assert done(queue(), shut, channel=channel) == told
    assert done(queue(max_waiting=1), Crowd(waiting=2, staffed=1), channel=channel) == told
    assert done(queue(), shut, channel=channel, arriving=False) == []
    assert done(queue(step("closed", "announce")), shut) == [
        ("support:0", "announce"),
        ("", "hang_up"),
    ]


def test_who_may_leave_is_asked_only_where_a_step_heeds_it() -> None:
    heeded = {heeds_staff: {"nobody", "ratio"}, heeds_places: {"position", "ratio"},
              heeds_hours: {"closed"}}  # fmt: skip
    for heeds, whens in heeded.items():
        for when in ("waited", "position", "ratio", "closed", "full", "nobody"):
            assert heeds(queue(step(when))) is (when in whens)


@pytest.mark.parametrize("when", ["waited", "position", "ratio", "closed", "full", "nobody"])
def test_who_was_served_is_not_sent_away(when) -> None:
    worst = Crowd(open=False, waiting=9, staffed=0, position=9)
    of = queue(step(when, "hang_up"), max_waiting=1)
    assert done(of, worst, at=900)
    assert done(of, worst, at=900, established_at=START) == []


def test_every_outcome_has_its_channels() -> None:
    import msgspec

    info = msgspec.inspect.type_info(Overflow)
    fields = {field.name: field.type for field in info.fields}
    assert set(fields["do"].values) == {*ENDS, *SAYS}
    assert set(fields["channels"].item_type.values) == {one.value for one in Channel}


QUEUES = ("a", "b", "c")
STEPS = st.builds(
    Overflow,
    when=st.sampled_from(["waited", "position", "ratio", "closed", "full", "nobody"]),
    over=st.integers(0, 3).map(float),
    do=st.sampled_from(["queue", "announce", "voicemail", "callback", "email", "hang_up"]),
    queue=st.sampled_from(QUEUES),
)


@given(
    rules=st.lists(st.lists(STEPS, max_size=4), min_size=3, max_size=3),
    channel=st.sampled_from(Channel),
    crowd=st.builds(
        Crowd,
        open=st.booleans(),
        waiting=st.integers(0, 3),
        staffed=st.integers(0, 2),
        position=st.integers(0, 3),
    ),
)
def test_a_contact_never_goes_round(rules, channel, crowd) -> None:
    """Through any queues whatever: each is visited once, each step done once, and it ends."""
    queues = {
        name: Queue(id=name, name=name, overflow=tuple(steps), max_waiting=1)
        for name, steps in zip(QUEUES, rules, strict=True)
    }
    contact = waiting("x", "a", channel=channel)
    now, visited, notes = START, ["a"], []
    arriving = True
    for _ in range(40):
        name = contact.queue
        steps = due(queues[name], contact, crowd, now, arriving=arriving)
        arriving = False
        notes += [one.note for one in steps if one.note]
        contact = replace(contact, overflowed=(*contact.overflowed, *(one.note for one in steps)))
        last = steps[-1].step if steps else None
        if last is not None and last.do == "queue":
            visited.append(last.queue)
            there = QueueId(last.queue)
            contact = replace(contact, queue=there, came_to=(*contact.came_to, name))
            arriving = True
        elif last is not None and channel in ENDS.get(last.do, ()):
            break
        else:
            look = next_look(queues[name], contact, now)
            if look is None:
                break
            now = look
    else:
        raise AssertionError("it went on and on")
    assert len(visited) == len(set(visited))
    assert len(notes) == len(set(notes))
