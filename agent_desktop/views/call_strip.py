"""The buttons of the open contact: only what is valid now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.call import DIGITS
from agent_desktop.viewmodels.work import has_call
from agent_desktop.views import sentences, words
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
from cti_bridge.protocol.vocabulary import Channel, IdentityKind, Verb

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.call import CallViewModel
    from cti_bridge.protocol.values import InteractionView

PAD: Final = "123456789*0#"
BESIDE: Final = 52  # pixels of a button beside its words: icon, padding
SPACING: Final = 8


class CallStrip(Retranslated, QWidget):
    """What may be done with the open contact, on any channel.

    Signals: `transfer_toggled`, `keypad_toggled`, `split_toggled` (bool: whether the panel is
    wanted), `park_asked`."""

    transfer_toggled = Signal(bool)
    keypad_toggled = Signal(bool)
    split_toggled = Signal(bool)
    park_asked = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._call, self._work = desktop.call, desktop.work_actions
        self._wrap_up, self._file = desktop.wrap_up, desktop.file
        self.hold = Button("", icon="hold")
        self.mute = Button("", icon="mute")
        self.keypad = Button("", "toggle", icon="keypad")
        self.transfer = Button("", "toggle", icon="transfer")
        self.record = Button("", icon="record")
        self.dial = Button("", icon="call")
        self.park = Button("", icon="park")
        self.split = Button("", "toggle", icon="split")
        self.finish = Button("", "primary", icon="check")
        self.hang_up = Button("", "danger", icon="hang-up")
        self._left = (
            self.hold,
            self.mute,
            self.keypad,
            self.transfer,
            self.record,
            self.dial,
            self.park,
            self.split,
        )
        self._lay_out()
        self._connect()
        self._keys: dict[Button, str] = {}
        self._narrow = False
        self.retranslate()

    def _lay_out(self) -> None:
        flow = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        flow.setSizePolicy(policy)
        layout = FlowLayout(flow, spacing=8)
        for button in self._left:
            layout.addWidget(button)
        whole = row(flow, self.finish, self.hang_up, spacing=8)
        for button in (self.finish, self.hang_up):
            whole.setAlignment(button, Qt.AlignmentFlag.AlignTop)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.hold.clicked.connect(self._call.hold_or_retrieve)
        self.mute.clicked.connect(self._call.toggle_mute)
        self.record.clicked.connect(self._call.record_or_pause)
        self.hang_up.clicked.connect(self._call.hang_up)
        self.dial.clicked.connect(lambda: self._work.dial(self._number()))
        self.park.clicked.connect(self.park_asked)
        self.finish.clicked.connect(self._wrap_up.finish)
        self.keypad.toggled.connect(self.keypad_toggled)
        self.transfer.toggled.connect(self.transfer_toggled)
        self.split.toggled.connect(self.split_toggled)
        for signal in (
            self._call.changed,
            self._work.changed,
            self._wrap_up.changed,
            self._file.changed,
        ):
            signal.connect(self.refresh)

    def retranslate(self) -> None:
        for button, key in (
            (self.hold, "hold"),
            (self.mute, "mute"),
            (self.transfer, "transfer"),
            (self.record, "record"),
            (self.park, "park"),
            (self.split, "split"),
            (self.finish, "finish"),
            (self.hang_up, "hang-up"),
        ):
            self._keys[button] = label(key)
            button.setToolTip(label(key))
        self.refresh()

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        """Words where all fit in one line, else icons."""
        shown = [b for b in (*self._left, self.finish, self.hang_up) if not b.isHidden()]
        words_wide = [b.fontMetrics().horizontalAdvance(b.accessibleName()) for b in shown]
        narrow = self.width() < sum(words_wide) + len(shown) * (BESIDE + SPACING)
        if narrow != self._narrow:
            self._narrow = narrow
            self.refresh()

    def _say(self, button: Button, text: str, *, keeps: bool = False) -> None:
        """A narrow window keeps the icons; names and keys are in the tool tip."""
        short = self._narrow and not keeps
        button.setText("" if short else text)
        set_style(button, square=short)
        button.setAccessibleName(text)
        keys = self._keys.get(button, "")
        button.setToolTip(" · ".join(p for p in (text if short else "", keys) if p))

    def refresh(self) -> None:
        view = self._call.interaction
        held = self._call.offered(Verb.RETRIEVE)
        self._say(self.hold, words.verb(Verb.RETRIEVE if held else Verb.HOLD, self._spoken(view)))
        gives = self._call.offered(Verb.BLIND_TRANSFER) or not self._call.offered(Verb.CONSULT)
        self._say(self.transfer, words.verb(Verb.BLIND_TRANSFER if gives else Verb.CONSULT))
        self.hold.set_icon("retrieve" if held else "hold")
        self.hold.set_on(held)
        self.hold.setVisible(held or self._call.offered(Verb.HOLD))
        self.hold.setEnabled(self._call.enabled(Verb.RETRIEVE) or self._call.enabled(Verb.HOLD))
        self._refresh_voice(view)
        moves = (Verb.BLIND_TRANSFER, Verb.CONSULT)
        self.transfer.setVisible(any(self._call.offered(v) for v in moves))
        self.transfer.setEnabled(any(self._call.enabled(v) for v in moves))
        self._refresh_work()
        self._refresh_end(view)
        for button in (self.keypad, self.transfer, self.split):
            if button.isHidden() and button.isChecked():
                button.setChecked(False)
        every = (*self._left, self.finish, self.hang_up)
        self.setVisible(any(not b.isHidden() for b in every))
        self._fit()

    @staticmethod
    def _spoken(view: InteractionView | None) -> Channel:
        """With somebody on the line the words are those of a call, whatever it came from."""
        if view is None or has_call(view):
            return Channel.VOICE
        return view.channel

    def _refresh_voice(self, view: InteractionView | None) -> None:
        muted = view is not None and (view.muted or view.muted_by_link)
        self.mute.setVisible(self._call.offered(Verb.MUTE))
        self.mute.setEnabled(self._call.enabled(Verb.MUTE))
        self._say(self.mute, self.tr("Muted") if muted else self.tr("Mute"))
        self.mute.set_on(muted)
        self._say(self.keypad, self.tr("Keypad"))
        self.keypad.setVisible(self._call.offered(Verb.DIGITS))
        self._say(self.record, words.verb(Verb.RECORD))
        # Where it broke off the strip below offers it, with the reason.
        failed = view is not None and view.recording == "failed"
        self.record.setVisible(self._call.offered(Verb.RECORD) and not failed)
        self.record.setEnabled(self._call.enabled(Verb.RECORD))

    def _number(self) -> str:
        """Whom a call from inside this contact reaches: who asked for it, else the customer."""
        view, card = self._call.interaction, self._file.card
        if view is None or view.call_to:
            return view.call_to if view is not None else ""
        phones = sentences.identity_of(card, IdentityKind.PHONE) if card is not None else ()
        return phones[0] if phones and card and card.customer_id == view.customer_id else ""

    def _refresh_work(self) -> None:
        for button, verb in (
            (self.dial, Verb.DIAL),
            (self.park, Verb.PARK),
            (self.split, Verb.SPLIT),
        ):
            self._say(button, words.verb(verb))
            button.setVisible(self._work.offered(verb))
            button.setEnabled(self._work.can(verb))
        number = self._number()
        self.dial.setEnabled(self._work.can(Verb.DIAL) and bool(number))
        if not self.dial.isHidden():
            nobody = self.tr("No telephone number on file")
            self.dial.setToolTip(formats.phone(number) if number else nobody)

    def _refresh_end(self, view: InteractionView | None) -> None:
        """Work that nobody waits for on a line is finished; a call or a chat is ended first."""
        one_go = self._wrap_up.in_one_go
        self._say(self.finish, self.tr("Finish"), keeps=True)
        self.finish.setVisible(one_go)
        self.finish.setEnabled(self._wrap_up.can_finish)
        self._say(self.hang_up, words.verb(Verb.CLEAR, self._spoken(view)), keeps=True)
        self.hang_up.set_icon("close" if self._spoken(view) is Channel.CHAT else "hang-up")
        self.hang_up.setVisible(self._call.offered(Verb.CLEAR) and not one_go)
        self.hang_up.setEnabled(self._call.enabled(Verb.CLEAR))


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
        self.setVisible(stage in ("dialling", "talking"))
        if view is None or stage not in ("dialling", "talking"):
            return  # who is in a conference has a list
        waits = self.tr("in consultation, the caller waits")
        self._party.setText(view.consult_party)
        self._stage.setText(
            {
                "dialling": self.tr("ringing…"),
                "talking": self.tr("in consultation, the others wait") if view.parties else waits,
            }[stage]
        )
        self._dot.set_tone("ok" if stage != "dialling" else "accent")
        for verb, button in self._buttons.items():
            button.setVisible(self._call.offered(verb))
            button.setEnabled(self._call.enabled(verb))
