"""Everything that Ctrl+K can do, in words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from agent_desktop import formats
from agent_desktop.viewmodels.command_bar import Action
from agent_desktop.viewmodels.work import has_call
from agent_desktop.views import sentences, words
from agent_desktop.views.pages_table import PAGES
from agent_desktop.views.park import usual
from agent_desktop.views.rail import page_title
from agent_desktop.views.shortcuts import KEYS
from agent_desktop.views.top_bar import mode_words
from cti_bridge.protocol.vocabulary import AgentMode, Channel, Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.desktop import Desktop


def actions(desktop: Desktop, show_page: Callable[[str], None]) -> tuple[Action, ...]:
    """What is possible right now, most wanted first."""
    translate = QCoreApplication.translate
    found: list[Action] = []
    view = desktop.work.interaction
    voice = view is None or has_call(view) or view.channel is Channel.VOICE
    of = Channel.VOICE if voice or view is None else view.channel
    for verb, icon, title, key, run in (
        (Verb.HOLD, "hold", words.verb(Verb.HOLD, of), "hold", None),
        (Verb.RETRIEVE, "retrieve", words.verb(Verb.RETRIEVE, of), "hold", None),
        (
            Verb.MUTE,
            "mute",
            translate("Actions", "Mute or unmute"),
            "mute",
            desktop.call.toggle_mute,
        ),
        (Verb.RECORD, "record", words.verb(Verb.RECORD), "record", None),
        (Verb.PAUSE_RECORDING, "hold", words.verb(Verb.PAUSE_RECORDING), "record", None),
        (Verb.RESUME_RECORDING, "record", words.verb(Verb.RESUME_RECORDING), "record", None),
        (Verb.STOP_RECORDING, "stop", words.verb(Verb.STOP_RECORDING), "stop-recording", None),
        (Verb.CLEAR, "hang-up", words.verb(Verb.CLEAR, of), "hang-up", desktop.call.hang_up),
    ):
        if desktop.call.enabled(verb):
            act = run or partial(desktop.call.do, verb)
            found.append(Action(icon=icon, title=title, hint=KEYS[key], run=act))
    found += _work(desktop)
    if desktop.wrap_up.can_finish:
        title = translate("Actions", "Finish the contact")
        found.append(
            Action(icon="check", title=title, hint=KEYS["finish"], run=desktop.wrap_up.finish)
        )
    found += _modes(desktop)
    for page in PAGES:
        if desktop.store.state.may(page.permission):
            title = translate("Actions", "Go to {page}").format(page=page_title(page))
            found.append(Action(icon=page.icon, title=title, run=partial(show_page, page.id)))
    title = translate("Actions", "Sign out")
    found.append(Action(icon="sign-out", title=title, run=desktop.shell.sign_out))
    return tuple(found)


def _work(desktop: Desktop) -> list[Action]:
    """Of the open contact, and of what waits."""
    translate = QCoreApplication.translate
    actions, work, found = desktop.work_actions, desktop.work, []
    view = work.interaction
    if view is not None and actions.can_take(view):
        title = translate("Actions", "Take {name}").format(name=sentences.caller(view))
        found.append(Action(icon="take", title=title, hint=KEYS["take"], run=actions.take))
    if actions.can(Verb.PARK):
        for code, when in usual(desktop.store.now()):
            title = translate("Actions", "Park until {time}")
            time = formats.when(when, desktop.store.now())
            run = partial(actions.park, when)
            found.append(
                Action(
                    icon="park",
                    title=title.format(time=time),
                    hint=KEYS["park"] if code == "hour" else "",
                    run=run,
                )
            )
    return found


def _modes(desktop: Desktop) -> list[Action]:
    if not desktop.shell.can_set_mode:
        return []
    choices = [(AgentMode.READY, "")]
    choices += [(AgentMode.NOT_READY, r.code) for r in desktop.shell.reasons]
    title = QCoreApplication.translate("Actions", "State: {state}")
    return [
        Action(
            icon="agent",
            title=title.format(state=mode_words(desktop, mode, reason)),
            hint=KEYS["ready"] if mode is AgentMode.READY else "",
            run=partial(desktop.shell.set_mode, mode, reason),
        )
        for mode, reason in choices
    ]
