"""The desktop of an agent whose calls ring at a telephone."""

from __future__ import annotations

import pytest

from agent_desktop.app import follow_calls
from agent_desktop.audio.fake import FakeSound
from agent_desktop.audio.headset import Headset
from agent_desktop.desktop import Desktop
from agent_desktop.preferences import Preferences
from agent_desktop.viewmodels.settings import SettingsViewModel
from agent_desktop.views import i18n, words
from agent_desktop.views.settings_cards import HeadsetCard
from cti_bridge.protocol.events import OfferMade
from cti_bridge.protocol.vocabulary import Channel, InteractionState
from tests.helpers import screens_work as made
from tests.helpers.desktop import FakeLink
from tests.helpers.screens_pages import Audio

S = InteractionState


class Tone:
    def __init__(self) -> None:
        self.played: list[str] = []

    def start(self) -> None:
        self.played.append("start")

    def notify(self) -> None:
        self.played.append("notify")

    def stop(self) -> None:
        """Nothing plays."""


def test_the_top_bar_says_where_calls_ring(qtbot, desk):
    window, *_ = desk(phone="1003")
    assert window.top._phone.text() == "Telephone 1003"
    i18n.use_language("es")
    qtbot.waitUntil(lambda: window.top._phone.text() == "Teléfono 1003")
    i18n.use_language("en")


def test_the_top_bar_of_a_headset_says_nothing(desk):
    window, *_ = desk()
    assert not window.top._at.isVisible()


@pytest.mark.parametrize("phone", ["", "1003"])
def test_the_sound_of_the_computer_is_for_headsets(desk, phone):
    _, desktop, link = desk(phone=phone)
    headset = Headset(FakeSound(), lambda _data: None)
    follow_calls(desktop.store, headset)
    link.emit(made.InteractionChanged(interaction=made.contact(1, S.CONNECTED)))
    assert headset.active is (not phone)
    headset.close()


@pytest.mark.parametrize(("phone", "played"), [("", ["start", "notify"]), ("1003", ["notify"])])
def test_only_one_of_telephone_and_computer_rings(qtbot, dressed, tmp_path, phone, played):
    link, tone = FakeLink(), Tone()
    desktop = Desktop(link, Preferences(tmp_path / "x.ini"), ring_tone=tone)
    made.make(link=link, phone=phone)
    link.emit(OfferMade(offer=made.offer(7)))
    link.emit(OfferMade(offer=made.offer(8, channel=Channel.EMAIL)))
    assert tone.played == played
    desktop.deleteLater()


def test_the_settings_say_no_word_of_a_headset_s_trouble(qtbot, dressed):
    _, desktop, _ = made.make(phone="1003")
    audio = Audio()
    card = HeadsetCard(SettingsViewModel(desktop.link, desktop.store, audio))
    qtbot.addWidget(card)
    audio.trouble.emit("no_microphone")
    assert card._trouble.isHidden()
    assert not card.telephone.isHidden()


@pytest.mark.parametrize(
    ("language", "code", "said"),
    [
        ("en", "phone-busy", "Telephone busy"),
        ("en", "phone-unreachable", "Telephone not reachable"),
        ("es", "phone-refused", "Rechazada en el teléfono"),
        ("es", "answer-failed", "Falló al contestar"),
    ],
)
def test_why_the_agent_is_not_ready_is_in_words(dressed, language, code, said):
    i18n.use_language(language)
    assert words.choice((), code, language) == said
    i18n.use_language("en")


def test_what_the_caller_said_before_stands_in_the_head(desk):
    said = {"customer": "C-1", "choice": "2", "queue": "q0", "skill_french": "5", "plan_b": "x"}
    window, *_ = desk((made.contact(1, S.CONNECTED, variables=said),))
    head = window.page().conversation.head
    assert head._said.isVisible()
    assert head._said.text() == "Customer number: C-1  ·  Choice in the menu: 2  ·  Plan b: x"


def test_a_head_without_anything_said_has_no_line_for_it(desk):
    window, *_ = desk((made.contact(1, S.CONNECTED),))
    assert not window.page().conversation.head._said.isVisible()
