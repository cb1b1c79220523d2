"""Work of all channels in the desktop's state: lists, batches of what waits, conversations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from agent_desktop.link import LinkState
from agent_desktop.state import (
    CONVERSATIONS_KEPT,
    ENDED_KEPT,
    MESSAGES_KEPT,
    State,
    older,
    opened,
    reduce,
)
from cti_bridge.protocol.events import (
    ConversationChanged,
    InteractionChanged,
    MessageAdded,
    MessageChanged,
    OfferMade,
    WaitingChanged,
)
from cti_bridge.protocol.values import Conversation, MessageView, OfferView
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Author,
    Channel,
    Delivery,
    InteractionId,
    InteractionState,
    MessageId,
    MessageKind,
    OfferId,
)
from tests.helpers import page_values as made

ME = AgentId("a0")
I1 = InteractionId("i1")


def contact(number: int, **changes: Any) -> Any:
    values = {
        "interaction_id": InteractionId(f"i{number}"),
        "version": 1,
        "state": InteractionState.QUEUED,
        "agent_id": None,
        "established_at": None,
    }
    return made.interaction(**values | changes)


def mine(number: int, state: InteractionState, **changes: Any) -> Any:
    return contact(number, state=state, agent_id=ME, **changes)


def said(number: int, **changes: Any) -> MessageView:
    values: dict[str, Any] = {
        "message_id": MessageId(f"m{number}"),
        "interaction_id": I1,
        "kind": MessageKind.CHAT,
        "author": Author.CUSTOMER,
        "at": made.NOW + timedelta(seconds=number),
        "text": f"line {number}",
    }
    return MessageView(**values | changes)


def talk(*numbers: int, **changes: Any) -> Conversation:
    messages = tuple(said(n) for n in numbers)
    values = {"interaction_id": I1, "channel": Channel.CHAT, "messages": messages}
    return Conversation(**values | changes)


@pytest.fixture
def signed_in() -> State:
    return reduce(State(link=LinkState.ONLINE), made.signed_in(now=made.NOW), now=50.0)


def after(state: State, *frames: Any) -> State:
    for frame in frames:
        state = reduce(state, frame, now=60.0)
    return state


# -- whose, and in what order --------------------------------------------------------------------


def test_parked_contacts_are_apart_and_the_next_to_wake_is_first(signed_in: State) -> None:
    parked = InteractionState.PARKED
    state = after(
        signed_in,
        *(
            InteractionChanged(interaction=view)
            for view in (
                mine(1, InteractionState.CONNECTED),
                mine(2, parked, wake_at=made.NOW + timedelta(hours=5)),
                mine(3, parked, wake_at=made.NOW + timedelta(hours=1)),
                mine(4, parked),
            )
        ),
    )
    assert [i.interaction_id for i in state.own()] == ["i1"]
    assert [i.interaction_id for i in state.parked()] == ["i3", "i2", "i4"]
    assert state.waiting() == ()


def test_another_agents_parked_contact_is_not_here(signed_in: State) -> None:
    theirs = contact(1, state=InteractionState.PARKED, agent_id=AgentId("a1"))
    assert after(signed_in, InteractionChanged(interaction=theirs)).interactions == {}


def test_what_is_due_first_stands_first_and_without_a_due_time_the_longest_wait(
    signed_in: State,
) -> None:
    def waits(number: int, waited: int, due: int | None) -> Any:
        at = None if due is None else made.NOW + timedelta(minutes=due)
        queued = made.NOW - timedelta(minutes=waited)
        return contact(number, queued_at=queued, started_at=queued, due_at=at)

    rows = (
        waits(1, 5, None),
        waits(2, 1, 3),
        waits(3, 90, 60),
        waits(4, 9, None),
        waits(5, 0, -1),
    )
    state = after(signed_in, WaitingChanged(changed=rows))
    assert [i.interaction_id for i in state.waiting()] == ["i5", "i2", "i3", "i4", "i1"]


# -- batches of what waits -----------------------------------------------------------------------


def test_a_batch_adds_renews_and_takes_away(signed_in: State) -> None:
    state = after(signed_in, WaitingChanged(changed=(contact(1), contact(2), contact(3))))
    state = after(
        state,
        WaitingChanged(
            changed=(contact(2, version=2, subject="new"),),
            gone=((InteractionId("i1"), 2),),
        ),
    )
    assert set(state.interactions) == {"i2", "i3"}
    assert state.interactions[InteractionId("i2")].subject == "new"


def test_a_late_batch_neither_brings_back_nor_overwrites(signed_in: State) -> None:
    state = after(
        signed_in,
        WaitingChanged(changed=(contact(1, version=3), contact(2))),
        WaitingChanged(gone=((InteractionId("i2"), 4),)),
        WaitingChanged(changed=(contact(1, version=2, subject="old"), contact(2, version=3))),
    )
    assert set(state.interactions) == {"i1"}
    assert state.interactions[I1].subject == ""


def test_a_requeued_contact_is_not_taken_away_by_what_came_before(signed_in: State) -> None:
    state = after(
        signed_in,
        WaitingChanged(changed=(contact(1, version=7),)),
        WaitingChanged(gone=((I1, 5),)),
    )
    assert I1 in state.interactions


@pytest.mark.parametrize("first", ["gone", "mine"])
def test_what_i_took_stays_whichever_frame_comes_first(signed_in: State, first: str) -> None:
    state = after(signed_in, WaitingChanged(changed=(contact(1),)))
    frames = [
        WaitingChanged(gone=((I1, 2),)),
        InteractionChanged(interaction=mine(1, InteractionState.CONNECTED, version=2)),
    ]
    state = after(state, *(frames if first == "gone" else frames[::-1]))
    assert [i.interaction_id for i in state.own()] == ["i1"]


def test_what_is_offered_here_stays_when_it_has_left_the_waiting_list(signed_in: State) -> None:
    view = contact(1, state=InteractionState.OFFERED, version=2)
    offer = OfferView(
        offer_id=OfferId("o1"),
        interaction=view,
        made_at=made.NOW,
        expires_at=made.NOW + timedelta(seconds=20),
        expires_in_ms=20_000,
    )
    state = after(signed_in, OfferMade(offer=offer), WaitingChanged(gone=((I1, 2),)))
    assert I1 in state.interactions
    assert state.offers


def test_a_batch_of_thousands_is_one_new_mapping_and_forgets_what_is_over(
    signed_in: State,
) -> None:
    many = tuple(contact(n) for n in range(3_000))
    state = after(signed_in, WaitingChanged(changed=many))
    assert len(state.waiting()) == 3_000
    gone = tuple((view.interaction_id, 2) for view in many)
    state = after(state, WaitingChanged(gone=gone))
    assert state.waiting() == ()
    state = after(state, WaitingChanged(gone=((InteractionId("x"), 1),)))
    assert len(state.ended) <= ENDED_KEPT


# -- conversations -------------------------------------------------------------------------------


def test_messages_of_a_conversation_that_is_not_open_are_not_kept(signed_in: State) -> None:
    state = after(signed_in, MessageAdded(message=said(1)), MessageChanged(message=said(1)))
    assert state.conversations == {}


def test_a_message_is_there_once_however_often_it_is_told(signed_in: State) -> None:
    state = opened(signed_in, talk(1, 2))
    state = after(state, *(MessageAdded(message=said(n)) for n in (3, 2, 3)))
    assert [m.message_id for m in state.conversations[I1].messages] == ["m1", "m2", "m3"]


def test_a_late_change_of_a_message_is_dropped(signed_in: State) -> None:
    def sent(state: Delivery, seconds: int) -> MessageView:
        at = made.NOW + timedelta(seconds=seconds)
        return said(2, author=Author.AGENT, delivery=state, changed_at=at)

    state = opened(signed_in, talk(1, 2))
    state = after(
        state,
        MessageChanged(message=sent(Delivery.READ, 9)),
        MessageChanged(message=sent(Delivery.SENT, 3)),
        MessageChanged(message=said(77)),  # of a page that is not here
    )
    messages = state.conversations[I1].messages
    assert [m.message_id for m in messages] == ["m1", "m2"]
    assert messages[1].delivery is Delivery.READ


def test_what_was_said_while_it_was_asked_for_is_not_lost(signed_in: State) -> None:
    state = opened(signed_in, talk(1, 2), (said(2), said(3)))
    assert [m.message_id for m in state.conversations[I1].messages] == ["m1", "m2", "m3"]


def test_earlier_messages_come_before_and_both_ends_are_bounded(signed_in: State) -> None:
    state = opened(signed_in, talk(*range(100, 110), more=True))
    state = older(state, I1, (said(98), said(99), said(100)), more=True)
    shown = state.conversations[I1]
    assert [m.message_id for m in shown.messages[:3]] == ["m98", "m99", "m100"]
    assert shown.more
    state = after(state, *(MessageAdded(message=said(n)) for n in range(1000, 2100)))
    shown = state.conversations[I1]
    assert len(shown.messages) == MESSAGES_KEPT
    assert shown.more
    assert shown.messages[-1].message_id == "m2099"
    assert older(state, InteractionId("unknown"), (said(1),), more=False) is state


def test_old_conversations_are_forgotten_but_not_those_in_hand(signed_in: State) -> None:
    state = after(signed_in, InteractionChanged(interaction=mine(0, InteractionState.CONNECTED)))
    for number in range(CONVERSATIONS_KEPT + 10):
        key = InteractionId(f"i{number}")
        state = opened(state, talk(interaction_id=key))
    assert len(state.conversations) == CONVERSATIONS_KEPT
    assert InteractionId("i0") in state.conversations


def test_the_running_state_is_seen_in_the_contact_and_in_the_conversation(
    signed_in: State,
) -> None:
    state = after(signed_in, InteractionChanged(interaction=mine(1, InteractionState.CONNECTED)))
    state = opened(state, talk(1, 2))
    running = ConversationChanged(
        interaction_id=I1,
        unread=2,
        last_text="and?",
        customer_typing=True,
        customer_here=False,
        read_to=MessageId("m2"),
        preview="I would li",
        readers=("Peio",),
        waiting_reply_since=made.NOW,
    )
    state = after(state, running)
    view = state.interactions[I1]
    assert (view.unread, view.last_text, view.readers) == (2, "and?", ("Peio",))
    assert view.customer_typing
    assert not view.customer_here
    assert state.conversations[I1].read_to == "m2"
    assert state.previews[I1] == "I would li"
    state = after(state, msgspec.structs.replace(running, preview="", read_to=None))
    assert state.previews == {}
    assert state.conversations[I1].read_to == "m2"


def test_the_running_state_of_an_unknown_contact_changes_nothing(signed_in: State) -> None:
    state = after(signed_in, ConversationChanged(interaction_id=InteractionId("x"), unread=3))
    assert state.interactions == signed_in.interactions


def test_signing_out_forgets_conversations(signed_in: State) -> None:
    from agent_desktop.state import on_link

    state = opened(signed_in, talk(1))
    assert on_link(state, LinkState.SIGNED_OUT).conversations == {}
