"""Every mail of others' tests, and the worst ones of ours, as the desktop shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent_desktop.viewmodels.mail_history import split_history
from agent_desktop.viewmodels.mail_html import TAG
from agent_desktop.views.email.mail_view import MailView
from cti_bridge.channels.conversation.ports import Email, Message
from cti_bridge.channels.conversation.views import message_view
from cti_bridge.channels.mail.parse import parse
from cti_bridge.protocol.vocabulary import Author, MessageId, MessageKind
from tests.helpers import hostile_mail
from tests.helpers import screens_mail as made


def shown_as(name: str, data: bytes, *, whole: bool):
    """As the bridge would tell a desktop of it."""
    said = parse([data])
    message = Message(
        id=MessageId(name),
        interaction=made.MAIL,
        kind=MessageKind.EMAIL,
        author=Author.CUSTOMER,
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        text=said.text,
        email=Email(
            subject=said.subject,
            sender=said.sender,
            to=said.to,
            cc=said.cc,
            html=said.html,
            quoted=said.quoted,
            recipients=said.recipients,
            remote_images=said.remote_images,
            automatic=said.automatic,
            mailbox="info",
        ),
    )
    if not whole and len(message.email.html) > 20_001:
        message = replace(message, email=replace(message.email, html=said.html[:20_001]))
    return message_view(message, whole=whole)


@pytest.fixture
def view(qtbot, dressed):
    shown = MailView()
    qtbot.addWidget(shown)
    shown.resize(500, 300)
    shown.show()
    return shown


def laid_out(view: MailView, message) -> str:
    """What can be read of a message, by HTML where that can be shown."""
    if message.html and view.show_html(message.html):
        return view.toPlainText() + message.quoted
    view.show_text(message.text)
    return view.toPlainText() + message.quoted


def assert_whole(html: str) -> None:
    """Folding loses no word and no picture."""
    fresh, history = split_history(html)
    assert fresh.count("<img") + history.count("<img") == html.count("<img")
    said = [" ".join(TAG.sub(" ", part).split()) for part in (html, f"{fresh} {history}")]
    assert said[0] == said[1]


@pytest.mark.peer("libpython-testsuite")
@pytest.mark.peer("mail-parser")
def test_the_mails_of_other_programs_tests_are_shown(view):
    count = 0
    for name, data in hostile_mail.corpus():
        message = shown_as(name, data, whole=True)
        text = laid_out(view, message)
        assert_whole(message.html)
        assert bool(text.strip()) == bool((message.text + message.html + message.quoted).strip())
        count += 1
    assert count > 60


@pytest.mark.timeout(240)
def test_the_worst_mails_are_shown_and_want_nothing(view):
    wanted: list[str] = []
    view.image_wanted.connect(wanted.append)
    marked = 0
    for name, data in hostile_mail.letters().items():
        message = shown_as(name, data, whole=False)
        text = laid_out(view, message)
        assert_whole(message.html)
        assert bool(text.strip()) == bool((message.text + message.quoted).strip()), name
        marked += hostile_mail.MARK in text
    assert marked > 40
    assert {one.partition(":")[0] for one in wanted} <= {"", "cid", "remote", "data"}
