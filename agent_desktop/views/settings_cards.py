"""The cards of the Settings page, one for each matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLibraryInfo, Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from agent_desktop import VERSION
from agent_desktop.viewmodels.settings import MAX_PASSWORD, MIN_PASSWORD, PasswordFault
from agent_desktop.views import i18n, shortcuts, words
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import Facts
from agent_desktop.views.level_meter import LevelMeter
from agent_desktop.views.widgets import (
    Button,
    Card,
    ChipGroup,
    Field,
    Kbd,
    Notice,
    Text,
    column,
    row,
)
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent

    from agent_desktop.audio.ports import AudioDevice
    from agent_desktop.viewmodels.settings import SettingsViewModel

LICENCE: Final = "GPL-3.0-or-later"
THEMES: Final = ("system", "light", "dark")


class LookCard(Retranslated, Card):
    """Language and theme, at once."""

    def __init__(self, settings: SettingsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._settings = settings
        self.language, self.theme = ChipGroup(), ChipGroup()
        self._language_title, self._theme_title = Text("", "overline"), Text("", "overline")
        self.body.setSpacing(16)
        self.body.addLayout(column(self._language_title, self.language))
        self.body.addLayout(column(self._theme_title, self.theme))
        self.language.chosen.connect(
            lambda code: settings.choose_language("" if code == "system" else code)
        )
        self.theme.chosen.connect(settings.choose_theme)
        settings.changed.connect(self._render)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Language and look"))
        self._language_title.setText(self.tr("Language"))
        self._theme_title.setText(self.tr("Theme"))
        self.language.setAccessibleName(self.tr("Language"))
        self.theme.setAccessibleName(self.tr("Theme"))
        system = self.tr("As the system")
        self.language.set_choices([("system", system), *i18n.LANGUAGES.items()])
        titles = (system, self.tr("Light"), self.tr("Dark"))
        self.theme.set_choices(list(zip(THEMES, titles, strict=True)))
        self._render()

    def _render(self) -> None:
        self.language.set_code(self._settings.language or "system")
        self.theme.set_code(self._settings.theme)


class HeadsetCard(Retranslated, Card):
    """Microphone and speaker, with a test of each."""

    def __init__(self, settings: SettingsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        assert settings.audio is not None
        self._settings, self._audio = settings, settings.audio
        self._code = ""
        self.microphone, self.speaker = Choice(stretches=True), Choice(stretches=True)
        self._microphone = Field(self.microphone)
        self._speaker = Field(self.speaker)
        self.listen = Button("", "toggle", icon="microphone")
        self.play = Button("", "secondary", icon="sound")
        self.meter = LevelMeter()
        self._hint = Text("", "small", wrap=True)
        self._trouble, self.telephone = Notice("warn"), Notice("accent")
        self.body.setSpacing(12)
        self.body.addWidget(self.telephone)
        self.body.addWidget(self._trouble)
        bottom = Qt.AlignmentFlag.AlignBottom
        for field, button in ((self._microphone, self.listen), (self._speaker, self.play)):
            line = row(field, button)
            line.setStretch(0, 1)
            line.setAlignment(button, bottom)
            self.body.addLayout(line)
            if button is self.listen:
                self.body.addWidget(self.meter)
                self.body.addWidget(self._hint)
        self._connect()
        self.retranslate()
        self._say_trouble("")

    def _connect(self) -> None:
        audio = self._audio
        self.microphone.activated.connect(
            lambda _: audio.select(input_id=self.microphone.currentData())
        )
        self.speaker.activated.connect(
            lambda _: audio.select(output_id=self.speaker.currentData())
        )
        self.listen.toggled.connect(self._listen)
        self.play.clicked.connect(audio.play_test)
        audio.level.connect(self.meter.set_level)
        audio.devices_changed.connect(self._devices)
        audio.trouble.connect(self._say_trouble)
        self._settings.changed.connect(self._say_telephone)

    def retranslate(self) -> None:
        self.set_title(self.tr("Headset"))
        self._microphone.set_label(self.tr("Microphone"))
        self._speaker.set_label(self.tr("Speaker"))
        self.listen.setText(self.tr("Test"))
        self.listen.setAccessibleName(self.tr("Test the microphone"))
        self.play.setText(self.tr("Test"))
        self.play.setAccessibleName(self.tr("Test the speaker"))
        self.meter.setAccessibleName(self.tr("Microphone level"))
        self._hint.setText(self.tr("Speak as you do on a call: the bars should reach the middle."))
        self._devices()
        self._say_telephone()

    def _devices(self) -> None:
        """A device that was unplugged stays chosen by name until another is picked."""
        audio = self._audio
        self._fill(self.microphone, audio.inputs(), audio.input_id)
        self._fill(self.speaker, audio.outputs(), audio.output_id)

    def _fill(self, box: Choice, devices: Sequence[AudioDevice], chosen: str) -> None:
        choices = [(d.id, d.name) for d in devices if d.id]
        choices.insert(0, ("", self.tr("The system's own")))
        if chosen not in (c for c, _ in choices):
            choices.append((chosen, self.tr("Not plugged in")))
        box.set_choices(choices)
        box.choose(chosen)

    def _listen(self, on: bool) -> None:
        self._audio.meter(on)
        if not on:
            self.meter.clear()

    def _say_telephone(self) -> None:
        """Whoever calls by telephone needs no headset, and no word about its trouble."""
        text = self.tr("Telephone {number}: calls ring there. Recordings are heard here.")
        phone = self._settings.phone
        self.telephone.say(text.format(number=phone) if phone else "", icon="voice")
        self._say_trouble(self._code)

    def _say_trouble(self, code: object) -> None:
        self._code = str(code) if code else ""
        said = {
            "no_microphone": self.tr("The microphone does not work. Choose another one."),
            "no_speaker": self.tr("The speaker does not work. Choose another one."),
        }
        self._trouble.say("" if self._settings.phone else said.get(self._code, ""))

    def hideEvent(self, event: QHideEvent) -> None:
        """The microphone is not left open when the page is left."""
        super().hideEvent(event)
        self.listen.setChecked(False)


class KeysCard(Retranslated, Card):
    """Every key of the desktop, from the one table of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._words: list[Text] = []
        self._caps: list[Kbd] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        half = (len(shortcuts.SHORTCUTS) + 1) // 2
        for place in range(len(shortcuts.SHORTCUTS)):
            side, line = divmod(place, half)
            text = Text("", wrap=True)
            self._words.append(text)
            self._caps.append(Kbd())
            pair = row(text, self._caps[-1])
            pair.setStretch(0, 1)
            grid.addLayout(pair, line, side)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Keyboard"))
        printed = {
            "Shift": self.tr("Shift"),
            "Return": self.tr("Enter"),
            "Up": "↑",
            "Down": "↓",
        }
        for text, cap, shortcut in zip(self._words, self._caps, shortcuts.SHORTCUTS, strict=True):
            text.setText(shortcuts.words(shortcut))
            cap.setText("+".join(printed.get(k, k) for k in shortcut.keys.split("+")))


class PasswordCard(Retranslated, Card):
    """The own password; the fields are emptied once the bridge has taken it."""

    def __init__(self, settings: SettingsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._settings = settings
        self.current, self.new, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        self._fields = (Field(self.current), Field(self.new), Field(self.again))
        for edit in (self.current, self.new, self.again):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setMaxLength(MAX_PASSWORD)
            edit.setMaximumWidth(360)
            edit.returnPressed.connect(self._change)
        self.change = Button("", "secondary", icon="key")
        self.said = Notice()
        self.said.say("")
        self.body.setSpacing(12)
        for field in self._fields:
            self.body.addWidget(field)
        self.body.addWidget(self.said)
        self.body.addLayout(row(self.change, None))
        self.change.clicked.connect(self._change)
        settings.changed.connect(self._render)
        settings.password_changed.connect(self._done)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Password"))
        titles = (self.tr("Current"), self.tr("New"), self.tr("New, once more"))
        for field, title in zip(self._fields, titles, strict=True):
            field.set_label(title)
        self.change.setText(self.tr("Change password"))
        self._render()

    def _change(self) -> None:
        self.said.say("")
        self._settings.change_password(self.current.text(), self.new.text(), self.again.text())

    def _render(self) -> None:
        settings = self._settings
        fault, error = settings.password_fault, settings.password_error
        said = {
            PasswordFault.CURRENT_MISSING: self.tr("Type your current password."),
            PasswordFault.TOO_SHORT: self.tr("At least %n character(s).", "", MIN_PASSWORD),
            PasswordFault.TOO_LONG: self.tr("That is too long."),
            PasswordFault.SAME: self.tr("It must be another than the current one."),
            PasswordFault.NOT_REPEATED: self.tr("The two do not match."),
        }
        at = {PasswordFault.CURRENT_MISSING: 0, PasswordFault.NOT_REPEATED: 2}
        place = at.get(fault, 1) if fault else -1
        for number, field in enumerate(self._fields):
            field.set_error(said[fault] if fault and number == place else "")
        if error is RefusalCode.WRONG_CREDENTIALS:
            self._fields[0].set_error(self.tr("This is not your current password."))
        elif error is RefusalCode.INVALID:
            self._fields[1].set_error(self.tr("This password is too easy to guess."))
        elif error is RefusalCode.THROTTLED:
            seconds = max(round(settings.retry_after_s), 1)
            self.said.say(
                self.tr("Too many attempts: wait %n second(s).", "", seconds), tone="warn"
            )
        elif error is not None:
            self.said.say(words.refusal(error), tone="bad")
        self.change.setEnabled(not settings.password_busy)

    def _done(self) -> None:
        for edit in (self.current, self.new, self.again):
            edit.clear()
        self.said.say(self.tr("Your password is changed."), tone="ok")


class AboutCard(Retranslated, Card):
    def __init__(self, settings: SettingsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._settings = settings
        self.facts = Facts()
        self.body.addWidget(self.facts)
        settings.changed.connect(self._render)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("About Ficha"))
        self._render()

    def _render(self) -> None:
        settings = self._settings
        self.facts.show_facts(
            [
                (self.tr("Version"), VERSION),
                (self.tr("Site"), settings.site_name),
                (self.tr("Signed in as"), settings.agent_name),
                (self.tr("Licence"), LICENCE),
                (self.tr("Built with"), f"Qt {QLibraryInfo.version().toString()}"),
            ]
        )
