"""That the server carries a voice that should go to the telephone system directly."""

from __future__ import annotations

import msgspec
import pytest

from agent_desktop.views import i18n, sentences
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.vocabulary import InteractionState, Verb
from cti_bridge.protocol.voice import DirectPath, PathTrouble, VoicePathsChanged
from tests.helpers import page_values as made
from tests.helpers import screens_work as screens

DIRECT = VoicePathsChanged(direct=(DirectPath(leg="leg", url="ws://127.0.0.1/media/token"),))


def call(version: int = 1, state: InteractionState = InteractionState.CONNECTED, **fields):
    return screens.contact(1, state, version=version, verbs=screens.CALL_VERBS, **fields)


def head(window):
    return window.page().conversation.head


def test_it_is_said_while_it_lasts(desk):
    window, desktop, link = desk((call(),))
    shown = head(window).detour
    assert not shown.isVisible()
    link.emit(DIRECT)
    assert not shown.isVisible()
    link.emit(VoicePathsChanged(trouble=PathTrouble.CERTIFICATE))
    assert shown.isVisible()
    assert "does not trust" in shown.text()
    assert shown.accessibleName() == shown.text()
    link.emit(DIRECT)
    assert not shown.isVisible()
    assert "token" not in repr(desktop.store.state)


def test_after_the_call_and_in_another_session_it_is_over(desk):
    window, _, link = desk((call(),))
    shown = head(window).detour
    link.emit(VoicePathsChanged(trouble=PathTrouble.LATE))
    assert shown.isVisible()
    link.emit(msgspec.structs.replace(made.signed_in(now=made.NOW), snapshot=None))
    assert not shown.isVisible()
    link.emit(VoicePathsChanged(trouble=PathTrouble.LATE))
    assert shown.isVisible()
    link.emit(InteractionChanged(interaction=call(2, InteractionState.WRAP_UP)))
    assert not shown.isVisible()


@pytest.mark.parametrize("language", ["es", "en"])
def test_each_reason_has_words_of_its_own(desk, language):
    i18n.use_language(language)
    try:
        told = [sentences.detour(why) for why in PathTrouble]
    finally:
        i18n.use_language("en")
    assert told[0] == ""
    assert len(set(told)) == len(PathTrouble)


def test_a_recording_that_broke_off_is_tried_again_in_one_place(desk):
    again = (*screens.CALL_VERBS, Verb.RECORD)
    failed = screens.contact(1, InteractionState.CONNECTED, recording="failed", verbs=again)
    window, _, _link = desk((failed,))
    assert head(window).record.pause.isVisible()
    assert not head(window).strip.record.isVisible()
