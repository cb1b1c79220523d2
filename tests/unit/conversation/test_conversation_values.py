"""What is shown, counted and written down of conversations: the pure parts."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from cti_bridge.channels.conversation import tallies
from cti_bridge.channels.conversation.canned import Paper, canned
from cti_bridge.channels.conversation.drafts import bounded as bounded_draft
from cti_bridge.channels.conversation.entries import entries
from cti_bridge.channels.conversation.ports import SHOWN, Attachment, Tally
from cti_bridge.channels.conversation.texts import MAX_TEXT, bounded, clean
from cti_bridge.channels.conversation.views import PAGE, WHOLE, message_view, page_view
from cti_bridge.config.values import Config, Mailbox, Queue, Reply
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Address, AttachmentView, Draft
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Author,
    BlobId,
    Channel,
    Delivery,
    InteractionState,
    MessageId,
    MessageKind,
    QueueId,
)
from tests.helpers.conversing import CONFIG, NAMES, contact
from tests.helpers.written import NOW, answered, mail, said

S = InteractionState


# -- texts ----------------------------------------


def test_a_text_is_cleaned_of_what_cannot_be_seen() -> None:
    assert clean("a\r\nb\rc\td\x00\x1b[31m\x7f\udcff\u202ee\ufeff") == "a\nb\nc\td[31me"
    assert clean("\u200fשלום\u200e") == "\u200fשלום\u200e"  # right-to-left scripts need theirs


def test_a_message_is_bounded() -> None:
    one = Attachment(blob=BlobId("b"), name="a", media_type="a/b", size=1)
    kept = bounded(said("m", "x" * (MAX_TEXT + 9), name="N\u202e" * 500, attachments=(one,) * 999))
    assert len(kept.text) == MAX_TEXT
    assert kept.name == "N" * 200
    assert len(kept.attachments) == 100


# -- views ----------------------------------------


def test_a_long_mail_is_cut_in_lists_and_whole_alone() -> None:
    long = mail("m", "ñ" * (SHOWN + 1), html="<p>" + "x" * SHOWN, quoted="q" * (SHOWN * 2))
    shown, whole = message_view(long), message_view(long, whole=True)
    assert (len(shown.text), shown.html, len(shown.quoted)) == (SHOWN, "", SHOWN)
    assert shown.cut
    assert not whole.cut
    assert (whole.text, whole.html) == (long.text, long.email.html)  # type: ignore[union-attr]
    assert not message_view(mail("m", html="<p>hi</p>")).cut


def test_even_alone_there_is_a_limit() -> None:
    huge = mail("m", "ñ" * WHOLE, html="<p>", quoted="q")
    view = message_view(huge, whole=True)
    assert view.cut
    assert len((view.text + view.html + view.quoted).encode()) <= WHOLE
    wide = message_view(mail("m", "a", html="x" * WHOLE, quoted="q"), whole=True)
    assert (wide.text, wide.html, wide.quoted, wide.cut) == ("a", "", "q", True)


def test_ten_thousand_recipients_are_fifty_and_a_number() -> None:
    crowd = tuple(Address(address=f"{n}@example.es", name="n" * 999) for n in range(10_000))
    view = message_view(mail("m", to=crowd, cc=crowd, recipients=0, subject="s" * 9_999))
    assert (len(view.to), len(view.cc), view.recipients) == (50, 50, 20_000)
    assert len(view.subject) == 1_000
    assert len(msgspec.json.encode(view)) < 64 * 1024


def test_the_original_is_named_where_one_message_is_opened() -> None:
    one = mail("m", original=BlobId("o"))
    assert message_view(one).original is None
    assert message_view(one, whole=True).original == "o"


def test_a_page_holds_what_a_frame_holds_the_newest_of_it() -> None:
    big = [mail(f"m{n}", "x" * SHOWN, quoted="y" * SHOWN) for n in range(100)]
    views, left_out = page_view(big)
    assert left_out
    assert views[-1].message_id == "m99"
    assert [v.message_id for v in views] == [m.id for m in big[-len(views) :]]
    assert len(msgspec.json.encode(views)) < PAGE + 1024
    assert page_view([]) == ((), False)
    few, left_out = page_view(big[:2])
    assert len(few) == 2
    assert not left_out


def test_controls_in_a_text_do_not_burst_a_frame() -> None:
    """Each would be six bytes of JSON; they are gone before."""
    views, _ = page_view([bounded(mail("m", "\x01" * MAX_TEXT))])
    assert len(msgspec.json.encode(views)) < 1024


# -- tallies ----------------------------------------


def test_the_tally_follows_the_messages() -> None:
    tally = Tally()
    for message, unread, waits, text in (
        (said("1", "Hola", after=1, seq=1), 1, 1, "Hola"),
        (said("2", "¿Hay\nalguien?", after=2, seq=2), 2, 1, "¿Hay alguien?"),
        (said("3", "x", kind=MessageKind.NOTE, author=Author.AGENT, seq=3), 2, 1, "¿Hay alguien?"),
        (answered("4", "Sí", after=4, seq=4), 2, None, "Sí"),
        (mail("5", "", after=5, seq=5, automatic="auto_reply"), 3, None, "Factura"),
        (mail("6", "y" * 500, after=6, seq=6), 4, 6, "y" * 120),
        (answered("7", "no", after=7, seq=7, delivery=Delivery.FAILED), 4, 6, "no"),
        (said("8", "ended", kind=MessageKind.EVENT, author=Author.SYSTEM, seq=8), 4, 6, "no"),
    ):
        tally = tallies.after(tally, message)
        since = None if waits is None else said("", after=waits).at
        assert (tally.unread, tally.waiting_since, tally.last_text) == (unread, since, text)
    assert tally.last_seq == 7


# -- what a contact's changes leave ----------------------------------------


def written(before: object, after: object) -> list[tuple[str, str, str]]:
    found = entries(
        before,  # type: ignore[arg-type]
        after,  # type: ignore[arg-type]
        agent_name=lambda agent: NAMES.get(agent, "") if agent else "",
        queue_name=Paper(CONFIG).queue_name,
    )
    return [(one.code or one.kind.value, one.name, one.text) for one in found]


def test_who_joins_and_leaves_a_chat() -> None:
    waiting = contact(state=S.QUEUED, agent=None)
    talking = contact()
    resting = contact(state=S.HELD)
    assert written(None, waiting) == []
    assert written(waiting, talking) == [("joined", "Ana Soto", "")]
    assert written(talking, resting) == []
    assert written(resting, talking) == []
    assert written(talking, waiting) == [("left", "Ana Soto", "")]
    assert written(talking, contact(state=S.WRAP_UP)) == []


def test_a_transfer_says_to_whom_and_keeps_the_note_apart() -> None:
    to_luis = contact(
        state=S.QUEUED,
        agent=None,
        wanted_agent=AgentId("a2"),
        transfers=1,
        handover="Wants a refund",
    )
    assert written(contact(), to_luis) == [
        ("transferred", "Ana Soto", "Luis Gil"),
        ("note", "Ana Soto", "Wants a refund"),
    ]
    at_once = replace(to_luis, state=S.OFFERED, agent=AgentId("a2"), handover="")
    assert written(contact(), at_once) == [("transferred", "Ana Soto", "Luis Gil")]
    to_support = contact(state=S.QUEUED, agent=None, queue=QueueId("support"), transfers=1)
    assert written(contact(), to_support) == [("transferred", "Ana Soto", "Support")]


def test_an_e_mail_tells_of_its_transfers_alone_and_a_call_of_nothing() -> None:
    e_mail = {"channel": Channel.EMAIL}
    waiting = contact(state=S.QUEUED, agent=None, **e_mail)
    assert written(waiting, contact(**e_mail)) == []
    assert written(contact(**e_mail), waiting) == []
    handed = replace(waiting, transfers=1)
    assert written(contact(**e_mail), handed) == [("transferred", "Ana Soto", "Sales")]
    call = {"channel": Channel.VOICE}
    assert written(contact(**call), contact(state=S.QUEUED, transfers=1, **call)) == []


def test_a_note_is_its_agent_s_and_the_same_change_has_the_same_ids() -> None:
    after = contact(state=S.PARKED, handover="Call on Monday", version=7)
    twice = [
        entries(contact(), after, agent_name=lambda _: "Ana", queue_name=lambda _: "")
        for _ in range(2)
    ]
    assert twice[0] == twice[1]
    [note] = twice[0]
    assert (note.kind, note.author, note.agent) == (MessageKind.NOTE, Author.AGENT, "a1")


# -- drafts ----------------------------------------


def test_a_draft_is_cleaned_and_its_files_are_those_attached() -> None:
    files = tuple(AttachmentView(blob_id=BlobId(b), name=b) for b in ("b1", "b2"))
    kept = bounded_draft(
        Draft(
            to=(Address(address="half typed", name="A\x00\u202e"),),
            subject="Re:\r\nBcc: all@example.es",
            text="a\x00\r\nb",
            attachments=(BlobId("b1"),),
            files=files,
        )
    )
    assert kept.to == (Address(address="half typed", name="A"),)
    assert kept.subject == "Re: Bcc: all@example.es"
    assert kept.text == "a\nb"
    assert kept.files == files[:1]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(text="x" * 200_001), "draft.text"),
        (Draft(subject="x" * 501), "draft.subject"),
        (Draft(to=(Address(address="a"),) * 101), "draft.to"),
        (Draft(cc=(Address(address="a"),) * 101), "draft.cc"),
        (Draft(bcc=(Address(address="a"),) * 101), "draft.bcc"),
        (Draft(attachments=(BlobId("b"),) * 51), "draft.attachments"),
        (Draft(files=(AttachmentView(blob_id=BlobId("b"), name="b"),) * 51), "draft.files"),
    ],
)
def test_a_draft_has_its_limits(draft: Draft, field: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        bounded_draft(draft)
    assert refused.value.field == field


# -- from the configuration ----------------------------------------


def test_canned_replies_of_the_configuration() -> None:
    reply = Reply(
        code="hi",
        title="Greeting",
        text="Hello {customer}",
        language="en",
        subject="Welcome",
        channels=("chat", "email"),
        queues=("sales",),
    )
    [shown] = canned(Config(replies=(reply,)))
    assert (shown.code, shown.title, shown.text) == ("hi", "Greeting", "Hello {customer}")
    assert (shown.language, shown.subject) == ("en", "Welcome")
    assert shown.channels == (Channel.CHAT, Channel.EMAIL)
    assert shown.queues == ("sales",)


def test_the_paper_of_a_queue() -> None:
    paper = Paper(CONFIG)
    sales, other = QueueId("sales"), QueueId("gone")
    assert (paper.queue_name(sales), paper.queue_name(other), paper.queue_name(None)) == (
        "Sales",
        "gone",
        "",
    )
    assert (paper.signature(sales, "Ana"), paper.signature(other, "Ana")) == (
        "The sales team",
        "",
    )
    assert paper.mailbox(sales) == "sales@example.com"
    assert paper.mailbox(other) == "info@example.com"  # the first that can send
    deaf = Mailbox(id="in", address="in@example.com", queue="sales", imap="127.0.0.1")
    assert (
        Paper(Config(queues=(Queue(id="sales", name="S"),), mailboxes=(deaf,))).mailbox(sales)
        == ""
    )


def test_ids_of_entries_differ_from_change_to_change() -> None:
    ids: set[MessageId] = set()
    for version in range(5):
        after = contact(version=version, changed_at=NOW)
        found = entries(None, after, agent_name=lambda _: "", queue_name=lambda _: "")
        ids |= {one.id for one in found}
    assert len(ids) == 5
