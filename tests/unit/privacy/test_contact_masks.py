"""What a contact says is shown to whose it is, and to nobody else from whom it is hidden."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from cti_bridge.config.values import Mask
from cti_bridge.privacy.masks import veils
from cti_bridge.privacy.patterns import DOTS, torn
from cti_bridge.protocol.events import ConversationChanged, MessageAdded
from cti_bridge.protocol.privacy import AccessView
from cti_bridge.protocol.values import (
    Conversation,
    InteractionView,
    JourneyStep,
    LiveCallView,
    MessageView,
    MissedView,
    PartyView,
    SegmentView,
    TextHit,
)
from cti_bridge.protocol.vocabulary import (
    AccessKind,
    AgentId,
    Author,
    Channel,
    Direction,
    InteractionId,
    InteractionState,
    MessageId,
    MessageKind,
    Role,
    SegmentId,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ANA, BOB = AgentId("ana"), AgentId("bob")
CARD, SHOWN = "4111 1111 1111 1111", "•••• 1111"
VIEW = InteractionView(
    interaction_id=InteractionId("i1"),
    version=3,
    channel=Channel.CHAT,
    direction=Direction.INBOUND,
    state=InteractionState.CONNECTED,
    agent_id=ANA,
    display_name="Marta 612345099",
    started_at=NOW,
    changed_at=NOW,
    notes=f"pays by {CARD}",
    subject=f"my card {CARD}",
    last_text=f"it is {CARD}",
    handover=f"her card: {CARD}",
    last_digits="4111",
    consult_party="+34612345099",
    parties=(PartyView(party="p1", number="+34612345099"),),
    variables={"account": "778899", "menu": "sales"},
)


def veil(*fields: str, show: int = 4):  # type: ignore[no-untyped-def]
    return veils((Mask(fields=fields, show=show),), ())[Role.AGENT]


def says(view: InteractionView) -> tuple[str, ...]:
    return view.notes, view.subject, view.last_text, view.handover


def test_who_has_it_in_hand_is_shown_what_it_says() -> None:
    rules = veil("card")
    assert rules.over(VIEW, messages=True, own=ANA) is VIEW
    assert rules.over(VIEW) is VIEW
    for shown in (rules.over(VIEW, messages=True), rules.over(VIEW, messages=True, own=BOB)):
        assert all(SHOWN in text and CARD not in text for text in says(shown))
        assert shown.last_digits == DOTS


@pytest.mark.parametrize("state", ["queued", "offered", "closed", "abandoned"])
def test_what_waits_or_is_over_is_nobodys(state: str) -> None:
    view = replace(VIEW, state=InteractionState(state))
    shown = veil("card").over(view, messages=True, own=ANA)
    assert not any(CARD in text for text in says(shown))


def test_what_is_over_is_hidden_from_whoever_asks() -> None:
    over = replace(VIEW, state=InteractionState.CLOSED)
    assert not any(CARD in text for text in says(veil("card").over(over)))


def test_notes_are_hidden_as_a_whole_and_what_a_caller_keyed_as_a_key() -> None:
    shown = veil("notes", "key:agent").over(VIEW, messages=True)
    assert (shown.notes, shown.handover) == (DOTS, DOTS)
    assert shown.variables == {"account": DOTS, "menu": DOTS}


def test_numbers_of_others_on_the_call_are_hidden_from_all() -> None:
    shown = veil("phone").over(VIEW)
    assert (shown.consult_party, shown.parties[0].number) == ("•••• 5099", "•••• 5099")
    assert shown.display_name == "Marta •••• 5099"
    part = SegmentView(segment_id=SegmentId("s"), party="+34612345099", started_at=NOW)
    assert veil("phone").over(part).party == "•••• 5099"
    named = replace(part, party="Ana Ruiz")
    assert veil("phone").over(named) is named
    step = JourneyStep(at=NOW, what="consulted", detail="Ana: +34612345099")
    assert veil("phone").over(step).detail == "Ana: •••• 5099"


def test_a_number_that_stands_for_a_name_is_hidden_as_a_number() -> None:
    missed = MissedView(
        interaction_id=InteractionId("i"), number="+34612345099", display_name="612345099", at=NOW
    )
    shown = veil("phone").over(missed)
    assert (shown.number, shown.display_name) == ("•••• 5099", "•••• 5099")
    live = LiveCallView(
        interaction_id=InteractionId("i"),
        caller="612345099",
        number="+34612345099",
        state=InteractionState.CONNECTED,
        direction=Direction.INBOUND,
        since=NOW,
    )
    assert veil("phone").over(live).caller == "•••• 5099"
    named = replace(missed, number="", display_name="Marta Gil")
    assert veil("phone").over(named) is named


def test_what_is_said_is_hidden_from_all_but_its_agent() -> None:
    said = MessageView(
        message_id=MessageId("m"),
        interaction_id=VIEW.interaction_id,
        kind=MessageKind.CHAT,
        author=Author.CUSTOMER,
        at=NOW,
        text=CARD,
    )
    event = MessageAdded(message=said)
    assert veil("card").over(event) is event
    assert veil("card").over(event, messages=True).message.text == SHOWN
    moved = ConversationChanged(
        interaction_id=VIEW.interaction_id, last_text=CARD, preview="my card 4111 11"
    )
    shown = veil("card").over(moved, messages=True)
    assert (shown.last_text, shown.preview) == (SHOWN, f"my card {DOTS}")
    whole = Conversation(
        interaction_id=VIEW.interaction_id,
        channel=Channel.CHAT,
        rating_comment=CARD,
    )
    shown = veil("card").over(whole, messages=True)
    assert shown.rating_comment == SHOWN


def test_half_a_number_is_not_left_where_a_text_was_cut() -> None:
    hit = TextHit(
        kind="contact", ref="i1", at=NOW,
        snippet=f"…1111 1111 1111 note {CARD} cancer 4111 11…", marks=((0, 1),),
    )  # fmt: skip
    shown = veil("card").over(hit)
    assert (shown.snippet, shown.marks) == (f"{DOTS} note {SHOWN} cancer {DOTS}", ())
    cut = replace(VIEW, last_text=("x" * 111 + " 4111 1111 1111")[:120])
    assert veil("card").over(cut, messages=True).last_text == "x" * 111 + f" {DOTS}"


@pytest.mark.parametrize("text", ["…at 10 o'clock…", "…in 2024 it rained 12…", "…nothing…"])
def test_few_digits_at_an_edge_stay(text: str) -> None:
    assert torn(text, head=True, end=True) == text


def test_words_that_were_searched_are_hidden_like_what_they_name() -> None:
    entry = AccessView(
        n=1, at=NOW, agent_id=ANA, agent_name="Ana", kind=AccessKind.SEARCH,
        detail="612345099 a@example.es (1)",
    )  # fmt: skip
    assert veil("phone").over(entry).detail == "•••• 5099 a@example.es (1)"
    assert veil("email", show=0).over(entry).detail == "612345099 •••• (1)"
