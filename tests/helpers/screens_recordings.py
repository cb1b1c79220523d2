"""Pictures of what was recorded: in the history, several, barred, and playing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_desktop.views.pages.history import WRITTEN, HistoryPage
from cti_bridge.protocol.commands import (
    BlobPart,
    ConversationOpened,
    FetchBlob,
    OpenConversation,
)
from cti_bridge.protocol.searching import (
    InteractionOpened,
    OpenInteraction,
)
from cti_bridge.protocol.values import AttachmentView, Conversation, MessageView
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Author,
    BlobId,
    Channel,
    InteractionId,
    MessageId,
    MessageKind,
    Permission,
)
from tests.helpers import page_values as made
from tests.helpers.screens import screen, settle
from tests.helpers.screens_mail import voice
from tests.helpers.screens_pages import history

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.views.window import Window
    from tests.helpers.desktop import FakeLink
    from tests.helpers.screens import Stage

CONTACT = InteractionId("i000001")


def recording(number: int = 0, seconds: float = 6.0) -> MessageView:
    name = "2026-11-23-091200.wav"
    return MessageView(
        message_id=MessageId(f"r{number}"),
        interaction_id=CONTACT,
        kind=MessageKind.RECORDING,
        author=Author.SYSTEM,
        at=made.NOW - timedelta(minutes=8 - number),
        name="Rosalía Montero-Castellanos de la Vega",
        seconds=seconds,
        attachments=(AttachmentView(blob_id=BlobId(f"b{number}"), name=name),),
    )


def conversation(count: int = 1) -> Conversation:
    messages = tuple(recording(n, 6.0 + 60 * n) for n in range(count))
    return Conversation(interaction_id=CONTACT, channel=Channel.VOICE, messages=messages)


def answer(link: FakeLink, *, count: int = 1, agent: str = "a0") -> None:
    """A call of the history with so many recordings."""
    view = made.interaction(recordings=max(count, 1), agent_id=AgentId(agent))
    link.answers[OpenInteraction] = lambda _: InteractionOpened(
        request_id=0, file=made.interaction_file(interaction=view)
    )
    link.answers[OpenConversation] = lambda _: ConversationOpened(
        request_id=0, conversation=conversation(count)
    )
    data = voice()
    link.answers[FetchBlob] = lambda _: BlobPart(
        request_id=0, data=data, size=len(data), last=True
    )


def opened(stage: Stage, *, count: int = 1, agent: str = "a0") -> tuple[Window, HistoryPage]:
    window, page = history(stage)
    settings = made.site()
    held = tuple(p for p in settings.permissions if p is not Permission.HEAR_RECORDINGS)
    hello = made.signed_in(settings=replace(settings, permissions=held), now=made.NOW)
    window._desktop.link.emit(replace(hello, snapshot=None))  # type: ignore[attr-defined]
    answer(window._desktop.link, count=count, agent=agent)  # type: ignore[arg-type]
    page.table.choose(2)
    settle()
    page.what.set_code(WRITTEN)
    page.what.chosen.emit(WRITTEN)
    return window, page


@screen("history-recording")
def history_recording(stage: Stage) -> QWidget:
    window, page = opened(stage)
    assert page.past is not None
    player = page.past.recordings.voice
    player.play()
    player.seek(2.4)
    return window


@screen("history-recordings-several")
def history_recordings_several(stage: Stage) -> QWidget:
    return opened(stage, count=4)[0]


@screen("history-recording-barred")
def history_recording_barred(stage: Stage) -> QWidget:
    return opened(stage, agent="a7")[0]


@screen("history-recording-coming")
def history_recording_coming(stage: Stage) -> QWidget:
    return opened(stage, count=0)[0]
