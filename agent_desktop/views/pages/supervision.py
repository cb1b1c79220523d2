"""The Supervision page: everybody's calls as they run, to listen, whisper and barge in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.models.table import ROW, Column, RowsModel
from agent_desktop.views import sentences, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.tables import Table, Width
from agent_desktop.views.widgets import Button, EmptyState, Notice, Panel, StateDot, Text, row
from cti_bridge.protocol.values import LiveCallView
from cti_bridge.protocol.vocabulary import Channel, InteractionState, MonitorMode, Verb

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from agent_desktop.desktop import Desktop

WIDTHS: Final = (
    Width(least=150, share=2),
    Width(least=160, share=3),
    Width(least=140, share=1, drop=2),
    Width(least=120, share=1, drop=1),
    Width(least=204),  # "On call · not recorded" in full: that is what is looked for
    Width(least=80),
)
VERB: Final = {
    MonitorMode.LISTEN: Verb.LISTEN,
    MonitorMode.WHISPER: Verb.WHISPER,
    MonitorMode.BARGE: Verb.BARGE,
}
ICONS: Final = {
    MonitorMode.LISTEN: "ear",
    MonitorMode.WHISPER: "microphone",
    MonitorMode.BARGE: "conference",
}


class SupervisionPage(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.supervision
        self.setProperty("level", "bg")
        self._title, self._count = Text("", "title"), Text("", "muted")
        self.table = Table(WIDTHS)
        self.calls = RowsModel[LiveCallView](
            self._columns(), key=lambda one: one.interaction_id, parent=self
        )
        self.calls.set_spoken(self._spoken)
        self.table.setModel(self.calls)
        self._nothing = EmptyState("call")
        self._trouble = Notice("bad")
        self._trouble.hide()
        self._deaf = Text("", "muted", wrap=True)
        self._list = QStackedWidget()
        self._dot, self._doing = StateDot("accent"), Text("", "strong", wrap=True)
        self.buttons = {mode: Button("", icon=icon) for mode, icon in ICONS.items()}
        self.stop = Button("", "danger", icon="close")
        self._lay_out()
        self._connect(desktop)
        self.retranslate()

    def _lay_out(self) -> None:
        head = Panel(edge="bottom")
        top = QVBoxLayout(head)
        top.setContentsMargins(24, 16, 24, 16)
        top.setSpacing(12)
        top.addLayout(row(self._title, self._count, None, spacing=12))
        doing = row(*self.buttons.values(), self.stop, self._dot, self._doing, None, spacing=8)
        doing.setStretch(len(self.buttons) + 2, 100)  # nothing to say, the buttons stay narrow
        top.addLayout(doing)
        top.addWidget(self._deaf)
        for part in (self.table, self._nothing):
            self._list.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for shown in (head, self._trouble):
            layout.addWidget(shown)
        layout.addWidget(self._list, 1)

    def _connect(self, desktop: Desktop) -> None:
        for mode, button in self.buttons.items():
            button.clicked.connect(lambda _=False, m=mode: self._ask(m))
        self.stop.clicked.connect(self._model.stop)
        self.table.chosen.connect(lambda _index: self._refresh_buttons())
        self.table.entered_row.connect(lambda _index: self._ask(MonitorMode.LISTEN))
        QShortcut(
            QKeySequence("Escape"),
            self,
            self._model.stop,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self._model.changed.connect(self.refresh)
        desktop.ticked.connect(self.calls.touch)

    def entered(self) -> None:
        """The keyboard begins at the list."""
        self.rest()

    def rest(self) -> None:
        """The keyboard where it presses nothing."""
        self.table.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        self._model.look(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._model.look(False)

    # -- words

    def _columns(self) -> list[Column[LiveCallView]]:
        return [
            Column(
                self.tr("Agent"),
                lambda c: c.agent_name,
                style=lambda c: "strong",
                icon=self._mark,
                tip=lambda c: c.agent_name,
            ),
            Column(
                self.tr("Customer"),
                self._who,
                style=lambda c: "" if c.caller else "muted",
                tip=self._who,
            ),
            Column(self.tr("Number"), lambda c: formats.phone(c.number)),
            Column(self.tr("Queue"), lambda c: c.queue_name, style=lambda c: "muted"),
            Column(
                self.tr("State"),
                self._state,
                style=self._tone,
                tip=self._state,
            ),
            Column(
                self.tr("Time"), lambda c: formats.duration(self._model.seconds(c)), right=True
            ),
        ]

    def _mark(self, call: LiveCallView) -> tuple[str, str] | None:
        """In front of the call that this supervisor takes part in."""
        mine = self._model.mine
        here = mine is not None and mine.interaction_id == call.interaction_id
        return (ICONS[mine.mode], "accent") if here and mine is not None else None

    def _who(self, call: LiveCallView) -> str:
        """The number has a column of its own."""
        if call.caller:
            return call.caller
        return self.tr("Not on file") if call.number else self.tr("Number withheld")

    def _state(self, call: LiveCallView) -> str:
        state = words.state(call.state, Channel.VOICE)
        failed = call.recording == "failed"
        return f"{state} · {self.tr('not recorded')}" if failed else state

    @staticmethod
    def _tone(call: LiveCallView) -> str:
        if call.recording == "failed":
            return "bad"
        return "warn" if call.state is InteractionState.HELD else "ok"

    def _spoken(self, call: LiveCallView) -> str:
        mine = self._model.mine
        here = mine is not None and mine.interaction_id == call.interaction_id
        doing = sentences.monitoring(mine, call.agent_name) if here and mine is not None else ""
        number = formats.phone(call.number)
        parts = (
            call.agent_name,
            self._who(call),
            number,
            call.queue_name,
            self._state(call),
            doing,
        )
        return ", ".join(part for part in parts if part)

    def retranslate(self) -> None:
        self._title.setText(self.tr("Live calls"))
        self.table.setAccessibleName(self.tr("Live calls"))
        self.calls.set_columns(self._columns())
        for mode, button in self.buttons.items():
            button.setText(words.verb(VERB[mode]))
        self.buttons[MonitorMode.LISTEN].setToolTip(self.tr("Hear both; Enter in the list"))
        self.buttons[MonitorMode.WHISPER].setToolTip(self.tr("Only the agent hears you"))
        self.buttons[MonitorMode.BARGE].setToolTip(self.tr("Everybody hears you"))
        self.stop.setText(self.tr("Leave the call"))
        self.stop.setToolTip("Esc")
        self._deaf.setText(self.tr("Nobody can listen to these calls: their line cannot do it."))
        self.refresh()

    # -- what is shown

    def refresh(self) -> None:
        model = self._model
        chosen = self._chosen()
        self.calls.set_rows(model.rows)
        if chosen is not None and self.calls.find(chosen.interaction_id) < 0:
            self.table.choose(-1)  # not its neighbour: nobody has chosen to hear that one
        self.calls.touch()
        self._list.setCurrentWidget(self.table if model.rows else self._nothing)
        self._count.setText(self.tr("%n call(s)", "", len(model.rows)) if model.loaded else "")
        self._trouble.say(words.refusal(model.error) if model.error else "")
        if model.loaded:
            self._nothing.set_words(
                self.tr("Nobody is on a call"),
                self.tr("Calls stand here from their answer to their end."),
            )
        else:
            self._nothing.set_words(self.tr("Loading…"))
        self._say_mine()
        self._refresh_buttons()

    def _say_mine(self) -> None:
        mine = self._model.mine
        for part in (self.stop, self._dot, self._doing):
            part.setVisible(mine is not None)
        self._doing.setText(sentences.monitoring(mine, self._model.heard) if mine else "")
        if mine is not None:
            self._dot.set_tone("ok" if mine.state == "on" else "accent")

    def _refresh_buttons(self) -> None:
        call = self._chosen()
        for mode, button in self.buttons.items():
            button.setVisible(any(mode in one.modes for one in self._model.rows))
            button.setEnabled(self._model.can(call, mode))
        self.stop.setEnabled(self._model.can_stop)
        rows = self._model.rows
        self._deaf.setVisible(bool(rows) and not any(one.modes for one in rows))

    def _chosen(self) -> LiveCallView | None:
        index = self.table.currentIndex()
        found: LiveCallView | None = index.data(ROW) if index.isValid() else None
        return found

    def _ask(self, mode: MonitorMode) -> None:
        self._model.monitor(self._chosen(), mode)
