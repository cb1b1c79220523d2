"""Pictures of the live calls: a busy floor, one that is listened to, nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from agent_desktop.views.pages.supervision import SupervisionPage
from cti_bridge.protocol.commands import CallsListed, Done, ListCalls, MonitorCall, StopMonitor
from cti_bridge.protocol.events import MonitorChanged
from cti_bridge.protocol.values import LiveCallView
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Direction,
    InteractionId,
    InteractionState,
    MonitorMode,
    Permission,
)
from tests.helpers import page_values as made
from tests.helpers.screens import screen
from tests.helpers.screens_pages import opened

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.views.window import Window
    from tests.helpers.screens import Stage

S = InteractionState


def call(number: int) -> LiveCallView:
    names = ("Ainhoa Etxeberria", made.LONG_NAME, "", "Oliver Whitcombe")
    return LiveCallView(
        interaction_id=InteractionId(f"i{number}"),
        agent_id=AgentId(f"a{number}"),
        agent_name=made.AGENTS[number % len(made.AGENTS)],
        caller=names[number % len(names)],
        number="" if number % 7 == 2 else f"+3461234{number:04d}",
        queue_name=made.QUEUES[number % len(made.QUEUES)],
        state=S.HELD if number % 5 == 3 else S.CONNECTED,
        direction=Direction.INBOUND,
        since=made.NOW - timedelta(seconds=4_000 - 97 * number),
        modes=tuple(MonitorMode),
        recording="failed" if number % 6 == 3 else "on",
    )


def floor(stage: Stage, rows: int) -> tuple[Window, SupervisionPage]:
    link = stage.link()
    calls = tuple(map(call, range(rows)))
    link.answers[ListCalls] = lambda _: CallsListed(request_id=0, calls=calls)
    for kind in (MonitorCall, StopMonitor):
        link.answers[kind] = lambda _: Done(request_id=0)
    window = opened(stage, "work", link)
    settings = made.site()
    held = tuple({*settings.permissions, Permission.MONITOR})
    hello = made.signed_in(settings=replace(settings, permissions=held), now=made.NOW)
    link.emit(replace(hello, snapshot=None))
    window.show_page("supervision")
    page = window.page()
    assert isinstance(page, SupervisionPage)
    page._model.look(True)
    return window, page


@screen("supervision")
def supervision(stage: Stage) -> QWidget:
    window, page = floor(stage, 24)
    page.table.choose(1)
    return window


@screen("supervision-listening")
def supervision_listening(stage: Stage) -> QWidget:
    window, page = floor(stage, 24)
    page.table.choose(1)
    window._desktop.link.emit(  # type: ignore[attr-defined]
        MonitorChanged(interaction_id=InteractionId("i1"), mode=MonitorMode.LISTEN, state="on")
    )
    return window


@screen("supervision-elsewhere")
def supervision_elsewhere(stage: Stage) -> QWidget:
    """A supervisor who barged in and went to another page."""
    window, page = floor(stage, 24)
    page.table.choose(1)
    page._ask(MonitorMode.BARGE)
    window._desktop.link.emit(  # type: ignore[attr-defined]
        MonitorChanged(interaction_id=InteractionId("i1"), mode=MonitorMode.BARGE, state="on")
    )
    window.show_page("work")
    return window


@screen("supervision-deaf")
def supervision_deaf(stage: Stage) -> QWidget:
    """Calls of lines that cannot be listened to."""
    window, page = floor(stage, 3)
    calls = tuple(replace(one, modes=()) for one in page._model.rows)
    window._desktop.link.answers[ListCalls] = lambda _: CallsListed(  # type: ignore[attr-defined]
        request_id=0, calls=calls
    )
    return window


@screen("supervision-empty")
def supervision_empty(stage: Stage) -> QWidget:
    return floor(stage, 0)[0]
