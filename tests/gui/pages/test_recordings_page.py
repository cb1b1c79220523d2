"""A recorded call in the history: heard by those who may, fetched when it is heard."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt

from agent_desktop.viewmodels import voicemail
from agent_desktop.viewmodels.blobs import Blobs
from agent_desktop.viewmodels.voicemail import VoicemailPlayer
from agent_desktop.views.voicemail import Player
from cti_bridge.protocol.commands import BlobPart, FetchBlob, OpenConversation, Refused
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.vocabulary import InteractionState, Permission, RefusalCode
from tests.helpers import page_values as made
from tests.helpers import screens_recordings as shown
from tests.helpers import screens_work
from tests.helpers.desktop import FakeLink
from tests.helpers.screens import Stage
from tests.helpers.screens_mail import voice

STAGE = Stage("en", "light", 1280, 800)


class Loud:
    """A loudspeaker that is pulled by hand."""

    pull = None

    def open_player(self, pull):
        self.pull = pull
        return self

    def stop(self) -> None:
        self.pull = None


@pytest.fixture
def page(qtbot, look):
    def opened(**fields):
        window, history = shown.opened(STAGE, **fields)
        qtbot.addWidget(window)
        window.show()
        return window, history.past.recordings, window._desktop.link

    return opened


def test_nothing_is_fetched_before_somebody_wants_to_hear_it(page):
    _window, recordings, link = page()
    assert recordings.isVisible()
    assert recordings.player.isVisible()
    assert not link.sent_of(FetchBlob)
    recordings.voice._loudspeaker = Loud()
    recordings.player.play.click()
    assert len(link.sent_of(FetchBlob)) == 1
    assert recordings.voice.playing
    recordings.leave()
    assert not recordings.voice.playing


@pytest.mark.styled
def test_it_is_moved_by_mouse_and_keys_and_has_a_name(page, qtbot):
    _window, recordings, _link = page()
    recordings.voice._loudspeaker = Loud()
    recordings.player.play.click()
    wave = recordings.player.wave
    assert wave.accessibleName()
    qtbot.mouseClick(
        wave, Qt.MouseButton.LeftButton, pos=QPoint(wave.width() // 2, wave.height() // 2)
    )
    assert recordings.voice.position == pytest.approx(3.0, abs=0.2)
    assert wave.accessibleDescription().endswith(" / 0:06")
    qtbot.keyClick(wave, Qt.Key.Key_Home)
    assert recordings.voice.position == 0
    qtbot.keyClick(wave, Qt.Key.Key_End)
    assert recordings.voice.position == recordings.voice.length == pytest.approx(6.0, abs=0.1)
    recordings.player.speed.click()
    assert recordings.voice.speed == 1.5


def test_others_see_that_it_is_there_and_do_not_hear_it(page):
    _window, recordings, link = page(agent="a7")
    assert recordings.isVisible()
    assert not recordings.player.isVisible()
    settings = made.site()
    settings = msgspec.structs.replace(
        settings, permissions=(*settings.permissions, Permission.HEAR_RECORDINGS)
    )
    link.emit(msgspec.structs.replace(made.signed_in(settings=settings), snapshot=None))
    recordings.retranslate()
    assert recordings.player.isVisible()


def test_of_several_one_is_chosen(page):
    _window, recordings, link = page(count=3)
    assert len(recordings.which.codes()) == 3
    assert recordings.voice.message_id == "r0"
    recordings.which.set_code("r2")
    recordings.which.chosen.emit("r2")
    assert recordings.voice.message_id == "r2"
    assert not link.sent_of(FetchBlob)


def test_one_that_is_not_here_yet_is_asked_for_again(page):
    _window, recordings, link = page(count=0)
    assert recordings.isVisible()
    assert not recordings.player.isVisible()
    assert 1 <= len(link.sent_of(OpenConversation)) <= 2


def test_a_long_one_is_measured_beside_the_windows(qtbot, look, monkeypatch):
    monkeypatch.setattr(voicemail, "ASIDE_BYTES", 1000)
    link, loud = FakeLink(), Loud()
    data = voice(2.0)
    link.answers[FetchBlob] = lambda _: BlobPart(
        request_id=0, data=data, size=len(data), last=True
    )
    player = VoicemailPlayer(Blobs(link), loud, on_demand=True)
    player.show(shown.recording())
    assert player.playable
    assert not player.loading
    player.play()
    qtbot.waitUntil(lambda: player.ready, timeout=30_000)
    assert player.playing
    assert max(player.wave) == pytest.approx(1.0)
    assert player.file_name.endswith(".wav")
    player.pause()


def test_it_falls_silent_when_a_call_begins(page):
    _window, recordings, link = page()
    recordings.voice._loudspeaker = Loud()
    recordings.player.play.click()
    ringing = screens_work.contact(5, InteractionState.OFFERED, verbs=())
    link.emit(InteractionChanged(interaction=ringing))
    assert recordings.voice.playing  # it rings beside it
    talking = screens_work.contact(5, InteractionState.CONNECTED, version=2)
    link.emit(InteractionChanged(interaction=talking))
    assert not recordings.voice.playing
    recordings.player.play.click()  # who wants to hear it in the call may
    link.emit(InteractionChanged(interaction=msgspec.structs.replace(talking, version=3)))
    assert recordings.voice.playing


@pytest.mark.styled
def test_in_a_narrow_place_the_wave_has_a_line_of_its_own(qtbot, look):
    player = Player(VoicemailPlayer(Blobs(FakeLink()), Loud()))
    qtbot.addWidget(player)
    player.resize(300, 100)
    player.show()
    qtbot.waitUntil(lambda: player.wave.width() > 280)
    assert player.wave.y() + player.wave.height() <= player.play.y()
    player.resize(700, 100)
    qtbot.waitUntil(lambda: player.wave.x() > player.play.x())
    assert 300 < player.wave.width() < 650


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (voice(0.0), "empty"),
        (voice(0.5)[:30], "no_recording"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "no_recording"),
        (b"", "no_recording"),
    ],
)
def test_what_is_no_recording_says_so(page, data, trouble):
    _window, recordings, link = page()
    link.answers[FetchBlob] = lambda _: BlobPart(
        request_id=0, data=data, size=len(data), last=True
    )
    recordings.voice._loudspeaker = Loud()
    recordings.player.play.click()
    assert recordings.voice.trouble == trouble
    assert not recordings.voice.playing
    assert recordings.player._trouble.isVisible()


def test_one_whose_file_is_gone_says_so_and_may_be_tried_again(page):
    _window, recordings, link = page()
    link.answers[FetchBlob] = lambda _: Refused(request_id=0, code=RefusalCode.NOT_FOUND)
    recordings.player.play.click()
    assert recordings.voice.trouble == "no_sound"
    assert recordings.player.play.isEnabled()
