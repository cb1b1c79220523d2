"""The Missed calls page: who called in vain, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agent_desktop import formats
from agent_desktop.models.missed import MissedModel
from agent_desktop.models.table import ROW, Column
from agent_desktop.views import words
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.missed_detail import MissedDetail, who
from agent_desktop.views.numbers import DialButton
from agent_desktop.views.rows import RowList
from agent_desktop.views.widgets import (
    EmptyState,
    Panel,
    Text,
    row,
)

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QShowEvent

    from agent_desktop.viewmodels.missed import MissedViewModel
    from cti_bridge.protocol.values import MissedView

TICK_MS: Final = 10_000  # ages are told in minutes


class MissedPage(Retranslated, QWidget):
    """Signals: `call_requested(number as typed)`, `customer_requested(CustomerId)`."""

    call_requested = Signal(str)
    customer_requested = Signal(object)

    def __init__(self, missed: MissedViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._missed = missed
        self.setProperty("level", "bg")
        self._title, self._count = Text("", "title"), Text("", "muted")
        self.queue = Choice()
        self.dial = DialButton()
        self.list = RowList()
        self.model = MissedModel(missed, self._columns(), self)
        self.model.set_spoken(self._spoken)
        self.list.setModel(self.model)
        self._nothing = EmptyState("done")
        self._stack = QStackedWidget()
        self.detail = MissedDetail(missed)
        self._no_detail = EmptyState("missed")
        self._side = QStackedWidget()
        self._tick = QTimer(self, interval=TICK_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head = Panel(edge="bottom")
        top = QHBoxLayout(head)
        top.setContentsMargins(24, 16, 24, 16)
        top.addLayout(row(self._title, self._count, None, self.queue, self.dial, spacing=12))
        for part in (self.list, self._nothing):
            self._stack.addWidget(part)
        for shown in (self._no_detail, self.detail):
            self._side.addWidget(shown)
        self._stack.setMinimumWidth(300)
        self._side.setMinimumWidth(360)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setObjectName("missed")
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self._side)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([440, 900])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._splitter, 1)
        self.setTabOrder(self.list, self.detail)

    def _connect(self) -> None:
        self._missed.changed.connect(self._render)
        self.queue.activated.connect(lambda _: self._missed.show_queue(self.queue.currentData()))
        self.list.chosen.connect(self._choose)
        self.list.entered_row.connect(self._call_back)
        self.list.deleted_row.connect(lambda _: self.detail.ask_reason())
        self.detail.left.connect(self.list.setFocus)
        self.detail.customer_requested.connect(self.customer_requested)
        self.dial.call_requested.connect(self.call_requested)
        self._tick.timeout.connect(self._grow_older)
        self._tick.start()

    def entered(self) -> None:
        if self.list.currentIndex().row() < 0 and self.model.rowCount():
            self.list.choose(0)
        holder: QWidget | None = self.window().focusWidget()
        if not isinstance(holder, QLineEdit):  # a reason that is being typed keeps the keyboard
            self.list.setFocus()
        self._grow_older()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow_older()

    def _grow_older(self) -> None:
        if self.isVisible():
            self.model.touch()
            self.detail.renew()

    # -- the list -------------------------------------------------------------------------------

    def _columns(self) -> list[Column[MissedView]]:
        return [
            Column(
                self.tr("Caller"),
                who,
                icon=lambda m: None if m.customer_name else _mark(m),
            ),
            Column(self.tr("Details"), self._below, style=self._tone),
            Column(self.tr("Age"), lambda m: formats.age(self._missed.age(m))),
        ]

    def _below(self, row: MissedView) -> str:
        error = self._missed.errors.get(row.interaction_id)
        if error is not None:
            return words.refusal(error)
        if row.interaction_id in self._missed.pending:
            return self.tr("Asking the server…")
        if row.taken_by == self._missed.me and row.taken_by:
            return self.tr("You are calling back")
        if row.taken_by:
            return self.tr("{agent} is calling back").format(agent=row.taken_by)
        waited = formats.duration(row.waited_seconds)
        parts = [row.queue_name, self.tr("waited {time}").format(time=waited)]
        if row.attempts > 1:
            parts.append(self.tr("%n attempt(s)", "", row.attempts))
        return " · ".join(part for part in parts if part)

    def _tone(self, row: MissedView) -> str:
        return "bad" if row.interaction_id in self._missed.errors else "muted"

    def _spoken(self, row: MissedView) -> str:
        return ", ".join((who(row), self._below(row), formats.ago(self._missed.age(row))))

    def retranslate(self) -> None:
        self._title.setText(self.tr("Missed calls"))
        self.list.setAccessibleName(self.tr("Missed calls"))
        self.queue.setAccessibleName(self.tr("Queue"))
        self.model.set_columns(self._columns())
        self._no_detail.set_words(
            self.tr("Choose a missed call"),
            self.tr("Enter calls back, Delete closes it."),
        )
        self._render()

    def _render(self) -> None:
        missed = self._missed
        self.queue.set_choices([(None, self.tr("All queues")), *missed.queues])
        self.queue.choose(missed.queue_id)
        self.queue.setVisible(len(missed.queues) > 1)
        self.dial.setVisible(missed.can_originate)
        self._count.setText(self.tr("%n pending", "", missed.total) if missed.total else "")
        self._nothing.set_words(
            self.tr("No missed calls"),
            self.tr("A call that nobody answers stands here until somebody calls back."),
        )
        self._stack.setCurrentWidget(self.list if missed.rows else self._nothing)
        self._side.setVisible(bool(missed.rows))
        chosen = self.detail.interaction_id
        place = self.model.find(chosen) if chosen is not None else -1
        if place >= 0 and self.list.currentIndex().row() != place:
            self.list.choose(place)
        elif place < 0 and chosen is not None:
            self.list.choose(min(max(self.list.currentIndex().row(), 0), self._last()))
        self.detail.renew()
        self._side.setCurrentWidget(self.detail if self.detail.row else self._no_detail)

    def _last(self) -> int:
        return self.model.rowCount() - 1

    def _choose(self, index: QModelIndex) -> None:
        missed = index.data(ROW) if index.isValid() else None
        self.detail.show_row(missed.interaction_id if missed else None)
        self._side.setCurrentWidget(self.detail if self.detail.row else self._no_detail)

    def _call_back(self, index: QModelIndex) -> None:
        self._missed.call_back(index.data(ROW).interaction_id)


def _mark(row: MissedView) -> tuple[str, str]:
    return ("withheld", "text-2") if row.withheld else ("missed", "bad")
