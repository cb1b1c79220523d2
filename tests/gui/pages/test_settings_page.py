"""The Settings page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from agent_desktop.viewmodels.settings import SettingsViewModel
from agent_desktop.views import i18n, shortcuts
from agent_desktop.views.level_meter import FALL, LevelMeter
from agent_desktop.views.pages.settings import SettingsPage
from cti_bridge.protocol.commands import ChangePassword, Done, Refused
from cti_bridge.protocol.vocabulary import RefusalCode
from tests.helpers.screens_pages import Audio


@pytest.fixture
def audio(look) -> Audio:
    return Audio()


@pytest.fixture
def settings(online, facts, audio) -> SettingsViewModel:
    return SettingsViewModel(online, facts, audio, language="en", theme="light")


@pytest.fixture
def page(qtbot, settings) -> SettingsPage:
    shown = SettingsPage(settings)
    qtbot.addWidget(shown)
    shown.resize(1000, 900)
    shown.show()
    return shown


def test_language_and_theme_are_told_once(qtbot, page, settings):
    with qtbot.waitSignal(settings.language_chosen) as told:
        page.look.language.press(1)
    assert told.args == ["es"]
    with qtbot.assertNotEmitted(settings.language_chosen):
        page.look.language.press(1)
    with qtbot.waitSignal(settings.theme_chosen) as told:
        page.look.theme.press(2)
    assert told.args == ["dark"]
    with qtbot.waitSignal(settings.language_chosen) as told:
        page.look.language.press(0)
    assert told.args == [""]


def test_the_page_speaks_the_new_language_at_once(qtbot, page):
    i18n.use_language("es")
    qtbot.waitUntil(lambda: page._title.text() == "Ajustes")
    assert page.look.theme._group.button(1).text() == "Claro"


def test_a_device_that_is_gone_stays_named_and_another_can_be_chosen(page, audio):
    speaker = page.headset.speaker
    assert speaker.currentText() == "Not plugged in"
    speaker.choose("usb-1")
    speaker.activated.emit(speaker.currentIndex())
    assert audio.output_id == "usb-1"
    audio.devices_changed.emit()
    assert "Not plugged in" not in [speaker.itemText(n) for n in range(speaker.count())]


def test_the_meter_runs_only_while_it_is_looked_at(page, audio):
    page.headset.listen.click()
    assert audio.metering
    audio.level.emit(0.5)
    assert page.headset.meter.level == 0.5
    page.hide()
    assert not audio.metering
    assert page.headset.meter.level == 0.0


@pytest.mark.parametrize(
    ("level", "shown"), [(2.0, 1.0), (-1, 0.0), (None, 0.0), ("loud", 0.0), (float("nan"), 0.0)]
)
def test_the_meter_takes_any_level(qtbot, look, level, shown):
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.set_level(level)
    assert meter.level == shown


def test_the_meter_falls_slowly(qtbot, look):
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.set_level(1.0)
    meter.set_level(0.0)
    assert meter.level == pytest.approx(1.0 - FALL)


def test_the_speaker_is_tested(page, audio):
    page.headset.play.click()
    assert audio.tested == 1


def test_trouble_with_a_device_is_worded(page, audio):
    audio.trouble.emit("no_speaker")
    assert "speaker does not work" in page.headset._trouble.text()
    audio.trouble.emit("")
    assert not page.headset._trouble.isVisible()


def test_without_sound_the_page_stands(qtbot, online, facts):
    page = SettingsPage(SettingsViewModel(online, facts))
    qtbot.addWidget(page)
    assert page.headset is None


def test_every_shortcut_is_shown(page):
    shown = [text.text() for text in page.keys._words]
    assert shown == [shortcuts.words(s) for s in shortcuts.SHORTCUTS]


def test_the_password_is_changed_by_keys(qtbot, online, page):
    card = page.password
    qtbot.keyClicks(card.current, "old password")
    qtbot.keyClicks(card.new, "new password")
    qtbot.keyClicks(card.again, "new passwort")
    qtbot.keyClick(card.again, Qt.Key.Key_Return)
    assert card._fields[2].error() == "The two do not match."
    card.again.clear()
    qtbot.keyClicks(card.again, "new password")
    qtbot.keyClick(card.again, Qt.Key.Key_Return)
    assert online.sent_of(ChangePassword)[0].new == "new password"
    assert not card.change.isEnabled()
    online.reply(Done(request_id=0))
    assert card.current.text() == card.new.text() == card.again.text() == ""
    assert card.said.text() == "Your password is changed."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (RefusalCode.THROTTLED, "Too many attempts: wait 7 seconds."),
        (RefusalCode.INTERNAL, "It could not be done."),
    ],
)
def test_a_refused_password_is_worded(qtbot, online, page, settings, code, said):
    settings.change_password("old password", "new password", "new password")
    online.reply(Refused(request_id=0, code=code, retry_after_s=7))
    assert page.password.said.text().startswith(said)


def test_a_wrong_current_password_is_told_at_its_field(online, page, settings):
    settings.change_password("bad password", "new password", "new password")
    online.reply(Refused(request_id=0, code=RefusalCode.WRONG_CREDENTIALS))
    assert page.password._fields[0].error() == "This is not your current password."


def test_a_password_that_the_bridge_finds_too_easy(online, page, settings):
    settings.change_password("old password", "aaaaaaaaaaaa", "aaaaaaaaaaaa")
    online.reply(Refused(request_id=0, code=RefusalCode.INVALID, field="new"))
    assert page.password._fields[1].error() == "This password is too easy to guess."


def test_about_names_site_and_agent(page):
    from PySide6.QtWidgets import QLabel

    texts = [label.text() for label in page.about.findChildren(QLabel)]
    assert "GPL-3.0-or-later" in texts
    assert "Ana Beltrán (ana)" in texts
