"""The recording on the desk: what is seen, what is asked, and the pause that comes by itself."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QLineEdit

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.sensitive import SensitivePause
from agent_desktop.views.identity_row import IdentityRow
from agent_desktop.views.sensitive import kind_of
from agent_desktop.views.shortcuts import KEYS
from cti_bridge.protocol.commands import (
    Done,
    PauseRecording,
    Refused,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.values import IdentityView
from cti_bridge.protocol.vocabulary import IdentityKind, InteractionState, RefusalCode, Verb
from tests.helpers import page_values as made
from tests.helpers import screens_work as screens

CONNECTED = InteractionState.CONNECTED
RUNS = {
    "recording": "on",
    "recording_since": made.NOW - timedelta(seconds=92),
    "verbs": (*screens.CALL_VERBS, Verb.PAUSE_RECORDING, Verb.STOP_RECORDING),
}
RESTS = {
    "recording": "paused",
    "recording_seconds": 61.0,
    "recording_since": None,
    "verbs": (*screens.CALL_VERBS, Verb.RESUME_RECORDING, Verb.STOP_RECORDING),
}


def call(**fields):
    return screens.contact(1, CONNECTED, **fields)


def become(link, version: int, **fields) -> None:
    link.emit(InteractionChanged(interaction=call(version=version, **fields)))


def strip(window):
    return window.page().conversation.head.record


def test_a_recording_is_told_by_word_and_time_and_paused_by_its_key(desk, qtbot):
    window, _, link = desk((call(**RUNS),))
    shown = strip(window)
    assert shown.isVisible()
    assert shown.accessibleName() == "Recording, 1:32"
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert len(link.sent_of(PauseRecording)) == 1
    assert not shown.pause.isEnabled()
    link.reply_to(PauseRecording, Done(request_id=0))
    become(link, 2, **RESTS)
    assert shown.accessibleName() == "Recording paused, 1:01"
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert len(link.sent_of(ResumeRecording)) == 1
    qtbot.keyClick(window, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert len(link.sent_of(StopRecording)) == 1


def test_what_is_not_valid_is_not_there(desk, qtbot):
    window, _, link = desk((call(),))
    assert not strip(window).isVisible()
    assert not window.page().conversation.head.strip.record.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F4)
    qtbot.keyClick(window, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert not link.sent_of(StartRecording)
    assert not link.sent_of(StopRecording)


def test_where_it_is_left_to_the_agent_there_is_a_button(desk):
    window, _, link = desk((call(verbs=(*screens.CALL_VERBS, Verb.RECORD)),))
    window.page().conversation.head.strip.record.click()
    assert len(link.sent_of(StartRecording)) == 1


def test_always_recorded_it_has_no_stop(desk):
    window, *_ = desk((call(**{**RUNS, "verbs": (*screens.CALL_VERBS, Verb.PAUSE_RECORDING)}),))
    assert strip(window).pause.isVisible()
    assert not strip(window).stop.isVisible()


# -- by itself -----------------------------------------------------------------------------------


@pytest.fixture
def at(desk):
    """A call that is recorded, in a house where references are sensitive."""
    _window, desktop, link = desk((call(**RUNS),))
    hello = made.signed_in(now=made.NOW)
    settings = msgspec.structs.replace(hello.settings, sensitive=("key",))
    link.emit(msgspec.structs.replace(hello, settings=settings, snapshot=None))
    return desktop, link


def sent(link) -> list[str]:
    kinds = {PauseRecording: "pause", ResumeRecording: "resume"}
    return [kinds[type(one)] for one in link.sent if type(one) in kinds]


def test_it_rests_in_a_sensitive_field_and_goes_on_after_it(at):
    desktop, link = at
    desktop.sensitive.at_field("phone")
    assert sent(link) == []
    desktop.sensitive.at_field("key")
    desktop.sensitive.at_field("key")
    assert sent(link) == ["pause"]
    become(link, 2, **RESTS)
    assert sent(link) == ["pause"]
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause", "resume"]
    become(link, 3, **RUNS)
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause", "resume"]


def test_a_field_that_is_left_at_once_resumes_when_the_pause_is_there(at):
    desktop, link = at
    desktop.sensitive.at_field("key")
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause"]
    become(link, 2, **RESTS)
    assert sent(link) == ["pause", "resume"]


def test_paused_by_hand_stays_paused(at):
    desktop, link = at
    become(link, 2, **RESTS)
    desktop.sensitive.at_field("key")
    desktop.sensitive.at_field("")
    assert sent(link) == []


def test_resumed_by_hand_is_believed_until_the_focus_has_left(at):
    desktop, link = at
    desktop.sensitive.at_field("key")
    become(link, 2, **RESTS)
    become(link, 3, **RUNS)
    assert sent(link) == ["pause"]
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause"]
    desktop.sensitive.at_field("key")
    assert sent(link) == ["pause", "pause"]


def test_a_refused_pause_is_not_asked_for_ever(at):
    desktop, link = at
    desktop.sensitive.at_field("key")
    link.reply_to(PauseRecording, Refused(request_id=0, code=RefusalCode.SWITCH_FAILED))
    become(link, 2, **RUNS, notes="x")
    assert sent(link) == ["pause"]
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause"]


def test_a_call_that_begins_while_the_focus_is_there_rests_at_once(at):
    desktop, link = at
    become(link, 2)
    desktop.sensitive.at_field("key")
    assert sent(link) == []
    become(link, 3, **RUNS)
    assert sent(link) == ["pause"]


def test_after_a_cut_it_goes_on(at):
    desktop, link = at
    desktop.sensitive.at_field("key")
    become(link, 2, **RESTS)
    link.set_state(LinkState.OFFLINE)
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause"]
    link.set_state(LinkState.ONLINE)
    assert sent(link) == ["pause", "resume"]


def test_a_pause_that_a_cut_swallowed_is_asked_again(at):
    desktop, link = at
    desktop.sensitive.at_field("key")
    link.set_state(LinkState.OFFLINE)
    link.set_state(LinkState.ONLINE)
    assert sent(link) == ["pause", "pause"]
    link.reply_to(PauseRecording, Refused(request_id=0, code=RefusalCode.WRONG_STATE))
    become(link, 2, **RESTS)  # the first had been taken
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause", "pause", "resume"]


def test_the_fields_say_what_they_are(qtbot, dressed):
    key = IdentityRow(IdentityView(kind=IdentityKind.KEY, value="A-1"))
    qtbot.addWidget(key)
    assert kind_of(key.value) == "key"
    assert kind_of(key.label) == ""
    plain = QLineEdit()
    qtbot.addWidget(plain)
    assert kind_of(plain) == ""
    assert kind_of(None) == ""


def test_the_focus_is_watched(desk, qtbot):
    window, desktop, link = desk((call(**RUNS),))
    hello = made.signed_in(now=made.NOW)
    settings = msgspec.structs.replace(hello.settings, sensitive=("notes",))
    link.emit(msgspec.structs.replace(hello, settings=settings, snapshot=None))
    window.page().conversation.wrap_up.notes.setFocus()
    qtbot.waitUntil(lambda: sent(link) == ["pause"], timeout=30_000)
    become(link, 2, **RESTS)
    strip(window).pause.setFocus()
    qtbot.waitUntil(lambda: sent(link) == ["pause", "resume"], timeout=30_000)
    assert isinstance(desktop.sensitive, SensitivePause)


# -- by hand and by itself at once ---------------------------------------------------------------


@pytest.mark.parametrize("hand_first", [True, False])
def test_paused_by_hand_while_the_pause_is_on_its_way_it_stays_paused(at, hand_first):
    desktop, link = at
    steps = [desktop.call.record_or_pause, lambda: desktop.sensitive.at_field("key")]
    for step in steps if hand_first else reversed(steps):
        step()
    become(link, 2, **RESTS)
    desktop.sensitive.at_field("")
    assert "resume" not in sent(link)


def test_a_pause_by_hand_that_is_over_keeps_no_later_one(at):
    desktop, link = at
    desktop.call.record_or_pause()
    link.reply_to(PauseRecording, Done(request_id=0))
    become(link, 2, **RESTS)
    desktop.call.record_or_pause()
    link.reply_to(ResumeRecording, Done(request_id=0))
    become(link, 3, **RUNS)
    desktop.sensitive.at_field("key")
    become(link, 4, **RESTS)
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause", "resume", "pause", "resume"]


def test_a_pause_that_nobody_pressed_is_explained(desk):
    window, desktop, link = desk((call(**RUNS),))
    hello = made.signed_in(now=made.NOW)
    settings = msgspec.structs.replace(hello.settings, sensitive=("key",))
    link.emit(msgspec.structs.replace(hello, settings=settings, snapshot=None))
    desktop.sensitive.at_field("key")
    become(link, 2, **RESTS)
    assert strip(window).accessibleName() == "Recording paused, 1:01"
    assert "by itself" in strip(window).accessibleDescription()
    assert "by itself" in strip(window)._why.text()
    desktop.sensitive.at_field("")
    become(link, 3, **RUNS)
    assert not strip(window)._why.isVisible()


def test_in_a_small_window_stop_is_a_picture_with_a_name(desk):
    window, *_ = desk((call(**RESTS),))
    shown = strip(window)
    shown.resize(300, 40)
    assert shown.stop.text() == ""
    assert shown.stop.accessibleName()
    shown.resize(600, 40)
    assert shown.stop.text() == "Stop"


def test_a_call_that_ends_in_a_sensitive_field_leaves_nothing_behind(at):
    desktop, link = at
    desktop.sensitive.at_field("key")
    become(link, 2, **RESTS)
    over = screens.contact(1, InteractionState.WRAP_UP, version=3, verbs=())
    link.emit(InteractionChanged(interaction=over))
    desktop.sensitive.at_field("")
    assert sent(link) == ["pause"]
    assert not desktop.sensitive.pauses(over.interaction_id)


def test_a_key_that_is_held_down_acts_once(desk):
    window, *_ = desk((call(**RUNS),))
    again = {k.key().toString() for k in window.findChildren(QShortcut) if k.autoRepeat()}
    assert again & set(KEYS.values()) == {"Ctrl+Down", "Ctrl+Up", KEYS["pages"]}
