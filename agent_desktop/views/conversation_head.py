"""Above a conversation: who it is and why we think so, how it stands, what may be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.work import has_call
from agent_desktop.views import sentences, words
from agent_desktop.views.call_strip import CallStrip, ConsultStrip, Keypad
from agent_desktop.views.detour import Detour
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.park import ParkPopup
from agent_desktop.views.parties import PartiesPanel
from agent_desktop.views.record_strip import RecordStrip
from agent_desktop.views.shortcuts import KEYS, label
from agent_desktop.views.split import SplitPanel
from agent_desktop.views.transfer_panel import TransferPanel
from agent_desktop.views.widgets import (
    Button,
    Elided,
    Kbd,
    Notice,
    Panel,
    StateDot,
    Text,
    Timer,
    column,
    row,
)
from agent_desktop.views.widgets.style import set_style
from cti_bridge.protocol.vocabulary import (
    Channel,
    InteractionState,
    MatchKind,
    MatchReason,
    MonitorMode,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.desktop import Desktop
    from agent_desktop.state import State
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import MessageId

DAY: Final = 86_400.0  # seconds, from which on a running clock says nothing

TONES: Final = {
    InteractionState.OFFERED: "accent",
    InteractionState.CONNECTED: "ok",
    InteractionState.HELD: "warn",
    InteractionState.WRAP_UP: "wrap",
}
WORKED: Final = frozenset(
    {InteractionState.CONNECTED, InteractionState.HELD, InteractionState.WRAP_UP}
)
SURE: Final = frozenset(
    {
        MatchReason.NUMBER_CONFIRMED,
        MatchReason.EMAIL_CONFIRMED,
        MatchReason.EXTENSION,
        MatchReason.SITE_TOKEN,
        MatchReason.SAME_THREAD,
    }
)
"""Reasons that leave nothing to be confirmed."""


class Head(Retranslated, Panel):
    """`chosen` gives the messages that are selected in what is shown below."""

    def __init__(self, desktop: Desktop, chosen: Callable[[], tuple[MessageId, ...]]) -> None:
        super().__init__(edge="bottom")
        self._chosen = chosen
        self._desktop, self._work, self._match = desktop, desktop.work, desktop.match
        self._name = Elided("", "title")
        self._name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._origin = Elided("", "muted", lines=2)
        self._said = Elided("", "small", lines=2)
        self._dot = StateDot()
        self._state = Text("", "small")
        self._timer = Timer("display")
        self._why = Elided("", "small")
        self._confirm = Button("", "link", small=True)
        self._confirm.clicked.connect(self._confirmed)
        self._answer = Button("", "answer", icon="call")
        self._answer.clicked.connect(self._take)
        self._key = Kbd("F9")
        self._failure = Notice("bad")
        self._handover = Notice("accent")
        self._monitored = Notice("warn")
        self.detour = Detour()
        self._readers = Text("", "small")
        self.strip = CallStrip(desktop)
        self.record = RecordStrip(desktop)
        self.consult = ConsultStrip(desktop.call)
        self.parties = PartiesPanel(desktop.call)
        self.keypad = Keypad(desktop.call)
        self.transfer = TransferPanel(desktop.call)
        self.split = SplitPanel(desktop)
        self._park: ParkPopup | None = None
        self._panels: dict[Button, QWidget] = {
            self.strip.keypad: self.keypad,
            self.strip.transfer: self.transfer,
            self.strip.split: self.split,
        }
        self._connect()
        self._lay_out()
        self.retranslate()

    def _connect(self) -> None:
        for button, panel in self._panels.items():
            panel.hide()
            button.toggled.connect(lambda on, b=button: self._show_panel(b, on))
        self.transfer.closed.connect(lambda: self.strip.transfer.setChecked(False))
        self.split.closed.connect(lambda: self.strip.split.setChecked(False))
        self.strip.park_asked.connect(self.open_park)
        self._match.changed.connect(self.refresh)
        self._desktop.offers.changed.connect(self.refresh)
        self._desktop.commands.changed.connect(self._refresh_take)
        self._work.selected_changed.connect(self._another)
        self._desktop.ticked.connect(self._tick)
        self._desktop.store.changed.connect(self._watched)

    def _lay_out(self) -> None:
        state = QWidget()
        state.setLayout(row(self._dot, self._state, spacing=6))
        right = column(self._timer, state, None, spacing=0)
        for part in (self._timer, state):
            right.setAlignment(part, Qt.AlignmentFlag.AlignRight)
        left = column(
            self._name,
            self._origin,
            self._said,
            row(self._why, self._confirm, None, spacing=8),
            spacing=2,
        )
        top = row(left, right, spacing=16)
        top.setStretch(0, 1)
        self._ringing = QWidget()
        self._ringing.setLayout(row(self._answer, self._key, self._readers, None))
        self.setLayout(
            column(
                top,
                self._failure,
                self._handover,
                self._monitored,
                self.detour,
                self._ringing,
                self.strip,
                self.record,
                self.consult,
                self.parties,
                *self._panels.values(),
                spacing=10,
                margins=(24, 12, 24, 12),
            )
        )

    def retranslate(self) -> None:
        self._confirm.setText(self.tr("Confirm"))
        self.refresh()

    # -- what is shown

    def refresh(self) -> None:
        view = self._work.interaction
        if view is None:
            return
        self._name.setText(sentences.caller(view))
        self._origin.setText(sentences.origin(view))
        said = sentences.said_before(view)
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._say_why(view)
        tone = TONES.get(view.state, "")
        self._dot.set_tone(tone)
        calling = {"dialling": self.tr("Calling…"), "talking": self.tr("On the telephone")}
        self._state.setText(calling.get(view.call) or words.state(view.state, view.channel))
        set_style(self._timer, tone=tone)
        set_style(self._state, tone=tone)
        self._refresh_take()
        failed = view.failure is not None and view.state is not InteractionState.WRAP_UP
        self._failure.say(words.cause(view.failure) if failed and view.failure else "")
        shown = view.handover if view.state is not InteractionState.WRAP_UP else ""
        note = self.tr("Handed over: {note}")
        self._handover.say(note.format(note=shown) if shown else "", icon="note")
        self._say_monitored(view)
        self._say_detour(view)
        self._tick()

    def _say_monitored(self, view: InteractionView) -> None:
        """Who of the house is in the call besides its agent."""
        seen = self._desktop.store.state.monitored.get(view.interaction_id, ())
        said = {
            MonitorMode.LISTEN: self.tr("{name} listens to this call."),
            MonitorMode.WHISPER: self.tr("{name} speaks to you; the caller does not hear it."),
            MonitorMode.BARGE: self.tr("{name} is in the call: everybody hears each other."),
        }
        there = seen if view.state in WORKED else ()
        text = " ".join(said[one.mode].format(name=one.by) for one in there if one.mode)
        self._monitored.say(text, icon="ear")

    def _say_detour(self, view: InteractionView) -> None:
        """That the server carries a voice that should go to the telephone system directly."""
        state = self._desktop.store.state
        shown = state.path_trouble and has_call(view) and not state.phone
        text = sentences.detour(state.path_trouble) if shown else ""
        self.detour.say(text)

    def _watched(self, old: State, new: State) -> None:
        view = self._work.interaction
        if view is None:
            return
        if old.monitored is not new.monitored:
            self._say_monitored(view)
        if old.path_trouble is not new.path_trouble:
            self._say_detour(view)

    def _refresh_take(self) -> None:
        """Answer what rings here, take what waits."""
        view = self._work.interaction
        if view is None:
            return
        ringing = self._work.ringing
        takes = self._desktop.work_actions.can_take(view)
        me = self._desktop.store.state.agent
        names = sentences.readers(view, me.name if me else "")
        self._ringing.setVisible(ringing or takes or bool(names))
        self._answer.setVisible(ringing or takes)
        self._key.setVisible(ringing or takes)
        voice = view.channel is Channel.VOICE
        back = view.state is InteractionState.PARKED
        if ringing:
            text = self.tr("Answer") if voice else self.tr("Accept")
        else:
            text = self.tr("Take back") if back else self.tr("Take")
        self._answer.setText(text)
        self._answer.set_icon("call" if voice and ringing else "check" if ringing else "take")
        self._key.setText(KEYS["answer"] if ringing else label("take"))
        self._answer.setEnabled(takes or (ringing and self._can_answer(view)))
        self._readers.setText(sentences.reading(names) if names else "")

    def _can_answer(self, view: InteractionView) -> bool:
        offers = self._desktop.offers
        return any(
            o.view.interaction.interaction_id == view.interaction_id
            and offers.can_answer(o.view.offer_id)
            for o in offers.offers
        )

    def _say_why(self, view: InteractionView) -> None:
        settled = self._match.settled
        result = self._match.result
        if settled is None or result is None:
            self._why.setVisible(False)
            self._confirm.setVisible(False)
            return
        text = sentences.why(settled, self._desktop.store.now())
        if result.kind is MatchKind.ONE:
            text = f"{words.match_kind(MatchKind.ONE)} {text}"
        self._why.setText(text)
        self._why.setVisible(True)
        sure = settled.confirmed_at is not None or settled.reason in SURE
        self._confirm.setVisible(not sure and view.state in WORKED)
        self._confirm.setEnabled(self._match.can_act)

    def _confirmed(self) -> None:
        if (settled := self._match.settled) is not None:
            self._match.attach(settled.card.customer_id)

    def _tick(self) -> None:
        view = self._work.interaction
        if view is None:
            return
        if view.state is InteractionState.PARKED and view.wake_at is not None:
            self._timer.setText(sentences.wakes(view.wake_at, self._desktop.store.now()))
            return
        start = view.established_at or view.queued_at or view.started_at
        if view.state is InteractionState.WRAP_UP:
            start = view.changed_at
        seconds = self._desktop.store.since(start)
        self._timer.setText(formats.age(seconds) if seconds >= DAY else formats.duration(seconds))

    # -- what is done

    def _take(self) -> None:
        if self._work.ringing:
            view = self._work.interaction
            for offer in self._desktop.offers.offers:
                if view and offer.view.interaction.interaction_id == view.interaction_id:
                    self._desktop.offers.answer(offer.view.offer_id)
        else:
            self._desktop.work_actions.take()

    def open_park(self) -> None:
        if self._park is None or self._park.parentWidget() is not self.window():
            self._park = ParkPopup(self._desktop, self.window())
        self._park.open_under(self.strip.park)

    def _another(self) -> None:
        for button in self._panels:
            button.setChecked(False)

    def _show_panel(self, button: Button, on: bool) -> None:
        """One at a time; the keyboard goes with it, for a person has asked."""
        panel = self._panels[button]
        panel.setVisible(on)
        if not on:
            return
        for other in self._panels:
            if other is not button:
                other.setChecked(False)
        if panel is self.transfer:
            self.transfer.begin()
        elif panel is self.split:
            self.split.begin(self._chosen())
        else:
            panel.setFocus()
