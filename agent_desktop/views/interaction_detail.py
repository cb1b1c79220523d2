"""Everything on record of one contact: who, what came of it, each part, the way it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import i18n, sentences, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.numbers import NumberButton
from agent_desktop.views.steps import Steps
from agent_desktop.views.widgets import (
    Button,
    Card,
    Elided,
    IconLabel,
    Panel,
    Tag,
    Text,
    column,
    row,
    scrolled,
)
from cti_bridge.protocol.vocabulary import Channel, Direction, InteractionState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cti_bridge.protocol.values import (
        InteractionFile,
        InteractionView,
        JourneyStep,
        MediaView,
        SegmentView,
        Settings,
    )


def heading(view: InteractionView) -> str:
    """Who it was: the customer, what the network said, the number, or that it was withheld."""
    if view.customer_name or view.display_name:
        return view.customer_name or view.display_name
    if view.ani:
        return formats.phone(view.ani)
    if view.channel is Channel.CHAT:
        return QCoreApplication.translate("InteractionDetail", "Visitor of the web site")
    return QCoreApplication.translate("InteractionDetail", "Number withheld")


_ICONS: Final = {
    Channel.VOICE: "call-in",
    Channel.CHAT: "chat",
    Channel.EMAIL: "email",
    Channel.CALLBACK: "callback",
    Channel.VOICEMAIL: "voicemail",
}


def channel_icon(
    channel: Channel, direction: Direction, state: InteractionState
) -> tuple[str, str]:
    """Name and colour role of the icon that tells channels, and calls in, out and missed,
    apart."""
    missed = state is InteractionState.ABANDONED
    name = _ICONS[channel]
    if channel is Channel.VOICE and missed:
        name = "missed"
    elif channel is Channel.VOICE and direction is Direction.OUTBOUND:
        name = "call-out"
    return name, "bad" if missed else "text-2"


class Facts(QWidget):
    """Pairs of a word and what it says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, 104)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Those that say nothing are left out."""
        clear(self._grid)
        for line, (word, says) in enumerate((w, s) for w, s in facts if s):
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(Text(word, "muted"), line, 0, top)
            self._grid.addWidget(Text(says, wrap=True, select=True), line, 1, top)


def clear(layout: QGridLayout | QVBoxLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


class InteractionDetail(Retranslated, Panel):
    """Signals: `call_requested(number)`, `customer_requested(CustomerId)`."""

    call_requested = Signal(str)
    customer_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._file: InteractionFile | None = None
        self._settings: Settings | None = None
        self._can_call = True
        self._now: datetime | None = None
        self._icon = IconLabel("call-in", "accent", 24)
        self._who = Elided("", "title")
        self._sub = Text("", "muted", wrap=True)
        self.number = NumberButton()
        self.number.call_requested.connect(self.call_requested)
        self.open_customer = Button("", "secondary", icon="customer", small=True)
        self.open_customer.clicked.connect(self._open_customer)
        self._result = Tag()
        self._facts = Facts()
        self._notes_card = Card()
        self._notes = Text("", wrap=True, select=True)
        self._notes_card.body.addWidget(self._notes)
        self._parts_card = Card()
        self._journey_card = Card()
        self.journey = Steps()
        self._journey_card.body.addWidget(self.journey)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        names = column(self._who, self._sub, spacing=2)
        result = row(self._result, None)
        head = row(self._icon, names, spacing=8)
        head.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        head.setStretch(1, 1)
        actions = row(self.number, None, self.open_customer)
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(24, 16, 24, 24)
        body.setSpacing(16)
        body.addLayout(head)
        body.addLayout(result)
        body.addLayout(actions)
        for part in (self._facts, self._notes_card, self._parts_card, self._journey_card):
            body.addWidget(part)
        body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inner))

    def show_file(
        self,
        file: InteractionFile,
        settings: Settings,
        *,
        can_call: bool = True,
        now: datetime | None = None,
    ) -> None:
        """`now`: the time at the bridge, for "today" and "yesterday"; else the desk's own."""
        self._file, self._settings, self._can_call = file, settings, can_call
        self._now = now
        self.retranslate()

    def retranslate(self) -> None:
        self._notes_card.set_title(self.tr("Notes"))
        self._parts_card.set_title(self.tr("Who had a part in it"))
        self._journey_card.set_title(self.tr("Journey"))
        self.open_customer.setText(self.tr("Open file"))
        if self._file is not None and self._settings is not None:
            self._render(self._file, self._settings)

    def _render(self, file: InteractionFile, settings: Settings) -> None:
        view = file.interaction
        self._icon.set_icon(*channel_icon(view.channel, view.direction, view.state))
        self._who.setText(heading(view))
        self._sub.setText(self._about(view))
        mail = view.channel is Channel.EMAIL
        number = view.call_to or ("" if mail else view.ani)
        self.number.set_number(number, can_call=self._can_call)
        self.open_customer.setVisible(view.customer_id is not None)
        missed = view.state is InteractionState.ABANDONED
        result = words.choice(settings.dispositions, view.disposition, i18n.language())
        self._result.setText(words.state(view.state) if missed else result)
        self._result.set_tone("bad" if missed else "accent")
        self._result.setVisible(bool(self._result.text()))
        self._facts.show_facts(self._all_facts(file))
        self._notes.setText(view.notes)
        self._notes_card.setVisible(bool(view.notes))
        self._show_parts(file.segments)
        self._show_journey(file.journey, settings)

    def _about(self, view: InteractionView) -> str:
        kind = words.contact(view.channel, view.direction)
        when = formats.when(view.started_at, self._now)
        return " · ".join(p for p in (kind, view.queue_name, when) if p)

    def _all_facts(self, file: InteractionFile) -> list[tuple[str, str]]:
        view, parts = file.interaction, file.segments
        talk = sum(talk_seconds(part) for part in parts)
        held = sum(part.hold_seconds for part in parts)
        wrap_up = sum(part.wrap_up_seconds for part in parts)
        written = view.channel is not Channel.VOICE
        return [
            (self.tr("Waited"), formats.duration(waited_seconds(view))),
            (
                self.tr("In hand") if written else self.tr("Talk"),
                formats.duration(talk) if talk else "",
            ),
            (self.tr("Hold"), formats.duration(held) if held else ""),
            (self.tr("Wrap-up"), formats.duration(wrap_up) if wrap_up else ""),
            (self.tr("Subject"), view.subject),
            (self.tr("Address"), view.ani if view.channel is Channel.EMAIL else ""),
            (self.tr("Handed over with"), view.handover),
            (self.tr("Dialled"), "" if written else formats.phone(view.dnis)),
            (self.tr("Sent to"), view.dnis if view.channel is Channel.EMAIL else ""),
            (self.tr("First dialled"), formats.phone(view.first_dialled)),
            (self.tr("Caller's name"), view.display_name if view.customer_name else ""),
            (self.tr("Told the menu"), sentences.said_before(view)),
            (self.tr("Keys pressed"), view.last_digits),
            (self.tr("File on screen"), self._pop(file.pop_ms)),
            (self.tr("Ended by"), words.cause(view.failure) if view.failure else ""),
        ]

    def _pop(self, pop_ms: float | None) -> str:
        if pop_ms is None:
            return ""
        return self.tr("{ms} ms after the call came in").format(ms=formats.decimal(pop_ms, 0))

    def _show_parts(self, parts: tuple[SegmentView, ...]) -> None:
        clear(self._parts_card.body)
        self._parts_card.setVisible(bool(parts))
        for part in parts:
            self._parts_card.body.addWidget(self._part(part))

    def _part(self, part: SegmentView) -> QWidget:
        box = QWidget()
        who = formats.phone(part.party) or self.tr("Nobody")
        begin = formats.time(part.answered_at or part.started_at, seconds=True)
        cause = words.cause(part.cause) if part.cause else ""
        lines = [
            " · ".join(p for p in (self._times(part), cause) if p),
            self._voice(part.media) if part.media else "",
        ]
        inner = column(row(Elided(who, "strong"), None, Text(begin, "small")), spacing=2)
        for line in filter(None, lines):
            inner.addWidget(Text(line, "small", wrap=True))
        box.setLayout(inner)
        return box

    def _times(self, part: SegmentView) -> str:
        if part.answered_at is None:
            return self.tr("Not answered")
        said = [self.tr("talk {time}").format(time=formats.duration(talk_seconds(part)))]
        if part.hold_seconds:
            said.append(self.tr("hold {time}").format(time=formats.duration(part.hold_seconds)))
        if part.wrap_up_seconds:
            time = formats.duration(part.wrap_up_seconds)
            said.append(self.tr("wrap-up {time}").format(time=time))
        return " · ".join(said)

    def _voice(self, media: MediaView) -> str:
        expected = media.packets_received + media.packets_lost
        lost = 100 * media.packets_lost / expected if expected else 0.0
        return self.tr("Voice: {lost} % lost, {late} late, jitter {jitter} ms").format(
            lost=formats.decimal(lost, 2),
            late=formats.number(media.packets_late),
            jitter=formats.decimal(media.jitter_ms, 1),
        )

    def _show_journey(self, steps: tuple[JourneyStep, ...], settings: Settings) -> None:
        self._journey_card.setVisible(bool(steps))
        self.journey.show_steps(steps, settings.dispositions)

    def _open_customer(self) -> None:
        if self._file and self._file.interaction.customer_id is not None:
            self.customer_requested.emit(self._file.interaction.customer_id)


def talk_seconds(part: SegmentView) -> float:
    """From answer to end, less the time on hold."""
    if part.answered_at is None or part.ended_at is None:
        return 0.0
    return max((part.ended_at - part.answered_at).total_seconds() - part.hold_seconds, 0.0)


def waited_seconds(view: InteractionView) -> float:
    begin = view.queued_at or view.started_at
    return max(((view.established_at or view.changed_at) - begin).total_seconds(), 0.0)
