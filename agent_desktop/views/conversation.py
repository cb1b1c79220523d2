"""The contact in hand: who and how, the call's buttons, the wrap-up, the journey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import sentences, words
from agent_desktop.views.call_strip import CallStrip, ConsultStrip, Keypad
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.journey import JourneyCard
from agent_desktop.views.match_panel import MatchPanel
from agent_desktop.views.transfer_panel import TransferPanel
from agent_desktop.views.widgets import (
    Button,
    Elided,
    EmptyState,
    Kbd,
    Notice,
    Panel,
    StateDot,
    Text,
    Timer,
    column,
    row,
    scrolled,
)
from agent_desktop.views.widgets.style import set_style
from agent_desktop.views.wrap_up_card import WrapUpCard
from cti_bridge.protocol.vocabulary import InteractionState, MatchKind, MatchReason

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import InteractionView

_TONES: Final = {
    InteractionState.OFFERED: "accent",
    InteractionState.CONNECTED: "ok",
    InteractionState.HELD: "warn",
    InteractionState.WRAP_UP: "wrap",
}
_WORKED: Final = frozenset(
    {InteractionState.CONNECTED, InteractionState.HELD, InteractionState.WRAP_UP}
)


class Conversation(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._work = desktop, desktop.work
        self.setMinimumWidth(360)
        self.setProperty("level", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._empty = EmptyState("work")
        self.head = _Head(desktop)
        self.match = MatchPanel(desktop)
        self.wrap_up = WrapUpCard(desktop)
        self.journey = JourneyCard(desktop)
        body = QWidget()
        body.setLayout(
            column(
                self.match, self.wrap_up, self.journey, None, spacing=16, margins=(24, 16, 24, 24)
            )
        )
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(scrolled(body), 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)
        self._state: InteractionState | None = None
        self._work.selected_changed.connect(self.refresh)
        self._work.interaction_changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self._empty.set_words(
            self.tr("Nothing in hand"),
            self.tr("Choose a contact on the left, or press Ctrl+K to find a customer or call."),
        )
        self.refresh()

    def refresh(self) -> None:
        view = self._work.interaction
        self._stack.setCurrentIndex(0 if view is None else 1)
        state = view.state if view else None
        if view is not None:
            self.head.refresh()
            self.wrap_up.setVisible(view.state in _WORKED)
        if state is InteractionState.WRAP_UP and self._state in (
            InteractionState.CONNECTED,
            InteractionState.HELD,
        ):
            self._begin_wrap_up()
        self._state = state

    def _begin_wrap_up(self) -> None:
        """The keyboard goes to the result, unless somebody is typing."""
        window = self.window()
        typing = window.focusWidget()
        if window.isActiveWindow() and not _takes_text(typing):
            self.wrap_up.focus_first()


def _takes_text(widget: QWidget | None) -> bool:
    return isinstance(widget, QWidget) and widget.testAttribute(
        Qt.WidgetAttribute.WA_InputMethodEnabled
    )


class _Head(Retranslated, Panel):
    def __init__(self, desktop: Desktop) -> None:
        super().__init__(edge="bottom")
        self._desktop, self._work, self._match = desktop, desktop.work, desktop.match
        self._name = Elided("", "title")
        self._name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._origin = Elided("", "muted", lines=2)
        self._dot = StateDot()
        self._state = Text("", "small")
        self._timer = Timer("display")
        self._why = Elided("", "small")
        self._confirm = Button("", "link", small=True)
        self._confirm.clicked.connect(self._confirmed)
        self._answer = Button("", "answer", icon="call")
        self._answer.clicked.connect(desktop.offers.answer_first)
        self._key = Kbd("F9")
        self._failure = Notice("bad")
        self.strip = CallStrip(desktop.call)
        self.consult = ConsultStrip(desktop.call)
        self.keypad = Keypad(desktop.call)
        self.transfer = TransferPanel(desktop.call)
        self.strip.keypad_toggled.connect(self._show_keypad)
        self.strip.transfer_toggled.connect(self._show_transfer)
        self.transfer.closed.connect(lambda: self.strip.transfer.setChecked(False))
        self.keypad.hide()
        self.transfer.hide()
        state = QWidget()
        state.setLayout(row(self._dot, self._state, spacing=6))
        right = column(self._timer, state, None, spacing=0)
        for part in (self._timer, state):
            right.setAlignment(part, Qt.AlignmentFlag.AlignRight)
        left = column(
            self._name,
            self._origin,
            row(self._why, self._confirm, None, spacing=8),
            spacing=2,
        )
        top = row(left, right, spacing=16)
        top.setStretch(0, 1)
        self._ringing = QWidget()
        self._ringing.setLayout(row(self._answer, self._key, None))
        self.setLayout(
            column(
                top,
                self._failure,
                self._ringing,
                self.strip,
                self.consult,
                self.keypad,
                self.transfer,
                spacing=12,
                margins=(24, 16, 24, 16),
            )
        )
        self._match.changed.connect(self.refresh)
        desktop.offers.changed.connect(self.refresh)
        desktop.work.selected_changed.connect(self._another)
        desktop.ticked.connect(self._tick)
        self.retranslate()

    def retranslate(self) -> None:
        self._confirm.setText(self.tr("Confirm"))
        self._answer.setText(self.tr("Answer"))
        self.refresh()

    def refresh(self) -> None:
        view = self._work.interaction
        if view is None:
            return
        self._name.setText(sentences.caller(view))
        self._origin.setText(sentences.origin(view))
        self._say_why(view)
        tone = _TONES.get(view.state, "")
        self._dot.set_tone(tone)
        self._state.setText(words.state(view.state))
        set_style(self._timer, tone=tone)
        set_style(self._state, tone=tone)
        self._ringing.setVisible(self._work.ringing)
        offers = self._desktop.offers.offers
        self._answer.setEnabled(
            any(
                o.view.interaction.interaction_id == view.interaction_id
                and self._desktop.offers.can_answer(o.view.offer_id)
                for o in offers
            )
        )
        failed = view.failure is not None and view.state is not InteractionState.WRAP_UP
        self._failure.say(words.cause(view.failure) if failed and view.failure else "")
        self._tick()

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
        sure = settled.confirmed_at is not None or settled.reason in (
            MatchReason.NUMBER_CONFIRMED,
            MatchReason.EXTENSION,
        )
        self._confirm.setVisible(not sure and view.state in _WORKED)
        self._confirm.setEnabled(self._match.can_act)

    def _confirmed(self) -> None:
        if (settled := self._match.settled) is not None:
            self._match.attach(settled.card.customer_id)

    def _tick(self) -> None:
        view = self._work.interaction
        if view is None:
            return
        start = view.established_at or view.queued_at or view.started_at
        if view.state is InteractionState.WRAP_UP:
            start = view.changed_at
        self._timer.setText(formats.duration(self._desktop.store.since(start)))

    def _another(self) -> None:
        self.strip.keypad.setChecked(False)
        self.strip.transfer.setChecked(False)

    def _show_keypad(self, on: bool) -> None:
        self.keypad.setVisible(on)
        if on:
            self.strip.transfer.setChecked(False)
            self.keypad.setFocus()

    def _show_transfer(self, on: bool) -> None:
        self.transfer.setVisible(on)
        if on:
            self.strip.keypad.setChecked(False)
            self.transfer.begin()
