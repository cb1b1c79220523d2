"""The buttons of the call: only what is valid now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from agent_desktop.viewmodels.call import DIGITS
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.shortcuts import label
from agent_desktop.views.widgets import (
    Button,
    Elided,
    FlowLayout,
    Panel,
    StateDot,
    Text,
    column,
    row,
)
from agent_desktop.views.widgets.style import set_style
from cti_bridge.protocol.vocabulary import Verb

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from agent_desktop.viewmodels.call import CallViewModel

PAD: Final = "123456789*0#"
NARROW: Final = 540


class CallStrip(Retranslated, QWidget):
    """Signals: `transfer_toggled`, `keypad_toggled` (bool: whether the panel is wanted)."""

    transfer_toggled = Signal(bool)
    keypad_toggled = Signal(bool)

    def __init__(self, call: CallViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._call = call
        self.hold = Button("", icon="hold")
        self.mute = Button("", icon="mute")
        self.keypad = Button("", "toggle", icon="keypad")
        self.transfer = Button("", "toggle", icon="transfer")
        self.hang_up = Button("", "danger", icon="hang-up")
        self.hold.clicked.connect(call.hold_or_retrieve)
        self.mute.clicked.connect(call.toggle_mute)
        self.hang_up.clicked.connect(call.hang_up)
        self.keypad.toggled.connect(self.keypad_toggled)
        self.transfer.toggled.connect(self.transfer_toggled)
        flow = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        flow.setSizePolicy(policy)
        layout = FlowLayout(flow, spacing=8)
        for button in (self.hold, self.mute, self.keypad, self.transfer):
            layout.addWidget(button)
        whole = row(flow, self.hang_up, spacing=8)
        whole.setAlignment(self.hang_up, Qt.AlignmentFlag.AlignTop)
        self.setLayout(whole)
        self._keys: dict[Button, str] = {}
        self._narrow = False
        call.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.hang_up.setText(self.tr("Hang up"))
        for button, key in (
            (self.hold, "hold"),
            (self.mute, "mute"),
            (self.transfer, "transfer"),
            (self.hang_up, "hang-up"),
        ):
            self._keys[button] = label(key)
            button.setToolTip(label(key))
        self.refresh()

    def resizeEvent(self, event: object) -> None:
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.refresh()

    def _say(self, button: Button, text: str) -> None:
        """A narrow window keeps the icons; names and keys are in the tool tip."""
        button.setText("" if self._narrow else text)
        set_style(button, square=self._narrow)
        button.setAccessibleName(text)
        keys = self._keys.get(button, "")
        button.setToolTip(" · ".join(p for p in (text if self._narrow else "", keys) if p))

    def refresh(self) -> None:
        call = self._call
        held = call.offered(Verb.RETRIEVE)
        self.hold.setVisible(held or call.offered(Verb.HOLD))
        self.hold.setEnabled(call.enabled(Verb.RETRIEVE) or call.enabled(Verb.HOLD))
        self._say(self.hold, words.verb(Verb.RETRIEVE if held else Verb.HOLD))
        self._say(self.transfer, self.tr("Transfer…"))
        self.hold.set_icon("retrieve" if held else "hold")
        self.hold.set_on(held)
        view = call.interaction
        muted = view is not None and (view.muted or view.muted_by_link)
        self.mute.setVisible(call.offered(Verb.MUTE))
        self.mute.setEnabled(call.enabled(Verb.MUTE))
        self._say(self.mute, self.tr("Muted") if muted else self.tr("Mute"))
        self.mute.set_on(muted)
        self._say(self.keypad, self.tr("Keypad"))
        self.keypad.setVisible(call.offered(Verb.DIGITS))
        moves = (Verb.BLIND_TRANSFER, Verb.CONSULT)
        self.transfer.setVisible(any(call.offered(v) for v in moves))
        self.transfer.setEnabled(any(call.enabled(v) for v in moves))
        self.hang_up.setVisible(call.offered(Verb.CLEAR))
        self.hang_up.setEnabled(call.enabled(Verb.CLEAR))
        for button in (self.keypad, self.transfer):
            if button.isHidden() and button.isChecked():
                button.setChecked(False)
        self.setVisible(
            any(
                not b.isHidden()
                for b in (self.hold, self.mute, self.keypad, self.transfer, self.hang_up)
            )
        )


class Keypad(Retranslated, Panel):
    """Twelve keys, by mouse or by keyboard; each goes out at once."""

    def __init__(self, call: CallViewModel, parent: QWidget | None = None) -> None:
        super().__init__(level="raised", parent=parent)
        self._call = call
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._sent = Text("", "lead")
        self._heard = Text("", "small")
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, digit in enumerate(PAD):
            button = Button(digit)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, d=digit: self.press(d))
            grid.addWidget(button, place // 6, place % 6)
        self.setLayout(column(row(self._sent, None, self._heard), grid, margins=(12, 8, 12, 12)))
        call.changed.connect(self._refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Keypad"))
        self._refresh()
        if not self._sent.text():
            self._sent.setText(self.tr("Type the digits"))

    def showEvent(self, event: object) -> None:
        self._sent.setText(self.tr("Type the digits"))
        self._fresh = True

    def press(self, digit: str) -> None:
        self._call.send_digit(digit)
        self._sent.setText(digit if self._fresh else (self._sent.text() + digit)[-24:])
        self._fresh = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().upper() in DIGITS and event.text():
            self.press(event.text().upper())
        else:
            super().keyPressEvent(event)

    def _refresh(self) -> None:
        view = self._call.interaction
        heard = view.last_digits if view else ""
        self._heard.setText(
            self.tr("Caller pressed {digits}").format(digits=heard) if heard else ""
        )


class ConsultStrip(Retranslated, Panel):
    """The second call: with whom, how far, and what can become of it."""

    def __init__(self, call: CallViewModel, parent: QWidget | None = None) -> None:
        super().__init__(level="raised", parent=parent)
        self._call = call
        self._dot = StateDot("accent")
        self._party = Elided("", "strong")
        self._stage = Text("", "muted")
        self._buttons = {
            Verb.COMPLETE_TRANSFER: Button("", "primary"),
            Verb.SWAP: Button("", icon="swap"),
            Verb.CONFERENCE: Button("", icon="conference"),
            Verb.CANCEL_TRANSFER: Button("", "quiet"),
        }
        flow = QWidget()
        layout = FlowLayout(flow, spacing=8)
        policy = flow.sizePolicy()
        policy.setHeightForWidth(True)
        flow.setSizePolicy(policy)
        for verb, button in self._buttons.items():
            button.clicked.connect(lambda _=False, v=verb: call.do(v))
            layout.addWidget(button)
        self.setLayout(
            column(row(self._dot, self._party, self._stage, None), flow, margins=(12, 10, 12, 12))
        )
        call.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        for verb, button in self._buttons.items():
            button.setText(words.verb(verb))
        self.refresh()

    def refresh(self) -> None:
        view = self._call.interaction
        stage = view.consult if view else ""
        self.setVisible(bool(stage))
        if view is None or not stage:
            return
        self._party.setText(view.consult_party)
        self._stage.setText(
            {
                "dialling": self.tr("ringing…"),
                "talking": self.tr("in consultation, the caller waits"),
                "conference": self.tr("all three are talking"),
            }[stage]
        )
        self._dot.set_tone("ok" if stage != "dialling" else "accent")
        for verb, button in self._buttons.items():
            button.setVisible(self._call.offered(verb))
            button.setEnabled(self._call.enabled(verb))
