"""A chat as lines of a page, and the links that are found in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agent_desktop.viewmodels.chat import Unsent
from agent_desktop.views.chat.links import is_web, parts, plain
from agent_desktop.views.chat.pieces import pieces
from cti_bridge.protocol.values import Conversation, MessageView
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    Delivery,
    InteractionId,
    MessageId,
    MessageKind,
    RefusalCode,
)
from tests.helpers import page_values as made

I1 = InteractionId("i1")


def said(number: int, author: Author = Author.CUSTOMER, **changes: Any) -> MessageView:
    values: dict[str, Any] = {
        "message_id": MessageId(f"m{number}"),
        "interaction_id": I1,
        "kind": MessageKind.CHAT,
        "author": author,
        "at": made.NOW + timedelta(seconds=number),
        "text": f"line {number}",
        "name": "Ana" if author is Author.AGENT else "",
        "delivery": Delivery.SENT if author is Author.AGENT else Delivery.RECEIVED,
    }
    return MessageView(**values | changes)


def page(*messages: MessageView, unsent: Any = (), **changes: Any) -> Any:
    talk = Conversation(interaction_id=I1, channel=Channel.CHAT, messages=messages, **changes)
    return pieces(talk, unsent, made.NOW, "Ainhoa")


def kinds(found: Any) -> list[str]:
    return [p.kind for p in found]


def test_a_run_of_one_author_has_one_head_and_one_mark() -> None:
    found = page(said(1), said(2), said(3, Author.AGENT), said(4, Author.AGENT))
    assert kinds(found) == ["day", "head", "said", "said", "head", "said", "said", "mark"]
    assert found[1].text.startswith("Ainhoa · ")
    assert [p.side for p in found if p.kind == "said"] == ["customer"] * 2 + ["agent"] * 2


def test_a_pause_a_day_and_another_agent_begin_anew() -> None:
    pause = said(400, at=made.NOW + timedelta(minutes=20))
    tomorrow = said(500, at=made.NOW + timedelta(days=1))
    assert kinds(page(said(1), pause, tomorrow)) == [
        "day", "head", "said", "head", "said", "day", "head", "said",
    ]  # fmt: skip
    others = page(said(1, Author.AGENT), said(2, Author.AGENT, name="Peio"))
    assert kinds(others).count("head") == 2


def test_marks_tell_read_from_delivered() -> None:
    rows = (
        said(1, Author.AGENT),
        said(2, Author.AGENT, delivery=Delivery.DELIVERED),
        said(3, Author.AGENT, delivery=Delivery.FAILED),
    )
    found = page(*rows, read_to=MessageId("m1"))
    assert [p.text for p in found if p.kind == "mark"] == [
        "✓✓ Read", "✓✓ Delivered", "Not sent",
    ]  # fmt: skip
    assert [p.tone for p in found if p.kind == "mark"][-1] == "bad"


def test_a_read_mark_never_turns_a_failure_into_success() -> None:
    found = page(said(1, Author.AGENT, delivery=Delivery.FAILED), read_to=MessageId("m1"))
    assert [p.text for p in found if p.kind == "mark"] == ["Not sent"]


def test_events_and_notes_are_no_messages_of_anybody() -> None:
    joined = said(2, Author.SYSTEM, kind=MessageKind.EVENT, code="joined", name="Ana", text="")
    note = said(3, Author.AGENT, kind=MessageKind.NOTE, text="be kind")
    found = page(said(1), joined, note)
    assert next(p.text for p in found if p.kind == "event").startswith("Ana has joined")
    assert [p.side for p in found if p.text == "be kind"] == ["note"]
    assert "mark" not in kinds(found)


def test_an_unknown_event_is_readable() -> None:
    odd = said(1, Author.SYSTEM, kind=MessageKind.EVENT, code="a_{new}_thing", text="")
    assert next(p.text for p in page(odd) if p.kind == "event").startswith("a {new} thing")


def test_what_is_not_at_the_bridge_says_so_and_offers_a_way_out() -> None:
    def unsent(number: int, refused: RefusalCode | None) -> Unsent:
        return Unsent(
            message_id=MessageId(f"u{number}"), text="hello", at=made.NOW, refused=refused
        )

    found = page(said(1), unsent=(unsent(1, None), unsent(2, RefusalCode.WRONG_STATE)))
    marks = [p for p in found if p.kind == "mark"]
    assert next(m.text for m in marks) == "Sending…"
    assert [target for target, _ in marks[1].links] == ["retry:u2", "drop:u2"]
    told = page(
        said(1), said(9, Author.AGENT, message_id=MessageId("u1")), unsent=(unsent(1, None),)
    )
    assert [p.message_id for p in told if p.kind == "said"] == ["m1", "u1"]


def test_the_form_and_the_page_stand_before_everything_else() -> None:
    form = {"name": "Ainhoa", "account": "48-210", "empty": "", "long": "x" * 900}
    found = page(said(1), form=form, page="https://site.example/help")
    assert kinds(found)[:3] == ["event", "older", "day"]
    assert found[0].text.startswith("Name: Ainhoa\naccount: 48-210\nlong: xxx")
    assert max(map(len, found[0].text.split("\n"))) == 200
    assert found[1].links == (("https://site.example/help",) * 2,)
    assert kinds(page(said(1), form=form, more=True))[0:2] == ["older", "day"]


def test_earlier_messages_can_be_asked_for() -> None:
    assert kinds(page(said(1), more=True))[0] == "older"
    assert "older" not in kinds(page(said(1)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.example/x?y=1.", ["https://a.example/x?y=1"]),
        ("(www.example.org)", ["https://www.example.org"]),
        ("https://es.wikipedia.org/wiki/Ría_(geo)", ["https://es.wikipedia.org/wiki/Ría_(geo)"]),
        ("write to ana.b+c@example.co.uk, please", ["mailto:ana.b+c@example.co.uk"]),
        ("http://a.example https://b.example", ["http://a.example", "https://b.example"]),
        ("javascript:alert(1) file:///etc/passwd data:text/html,x ftp://a.example", []),
        ("https://user:secret@bank.example/", []),
        ("https://", []),
        ("no.link at all, 3.5 and a@b", []),
        ("https://[::1", []),
    ],
)
def test_links_are_found_and_nothing_else(text: str, found: list[str]) -> None:
    cut = list(parts(text))
    assert [target for _, target in cut if target] == found
    assert "".join(words for words, _ in cut) == text


def test_a_huge_text_is_cut_into_links_in_reasonable_time() -> None:
    text = "a@" * 20_000 + "www." * 20_000 + "https://" * 10_000
    assert "".join(words for words, _ in parts(text)) == text


def test_the_direction_of_a_line_cannot_be_turned() -> None:
    assert plain("see \u202egpj.exe\u2066x") == "see gpj.exex"


@pytest.mark.parametrize("address", ["https://x@y.example", "ftp://x", "https:///a", "x" * 3000])
def test_what_is_not_opened(address: str) -> None:
    assert not is_web(address)
