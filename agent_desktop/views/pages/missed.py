"""The Missed calls page: who called in vain, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
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
from agent_desktop.viewmodels.missed import MAX_REASON, REASONS
from agent_desktop.views import words
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import Facts
from agent_desktop.views.numbers import DialButton
from agent_desktop.views.rows import RowList
from agent_desktop.views.widgets import (
    Avatar,
    Button,
    Card,
    ChipGroup,
    Elided,
    EmptyState,
    Notice,
    Panel,
    Text,
    column,
    row,
    scrolled,
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


def who(row: MissedView) -> str:
    if row.customer_name or row.display_name:
        return row.customer_name or row.display_name
    return formats.phone(row.number) if row.number else _withheld()


def _withheld() -> str:
    return QCoreApplication.translate("MissedPage", "Number withheld")


def _mark(row: MissedView) -> tuple[str, str]:
    return ("withheld", "text-2") if row.withheld else ("missed", "bad")


class MissedDetail(Retranslated, Panel):
    """The chosen missed call. Signals: `customer_requested(CustomerId)`, `left` once closed."""

    customer_requested = Signal(object)
    left = Signal()

    def __init__(self, missed: MissedViewModel, parent: QWidget | None = None) -> None:
        super().__init__(edge="left", parent=parent)
        self._missed = missed
        self.interaction_id: object = None
        self._avatar = Avatar(48)
        self._who, self._sub = Elided("", "title"), Text("", "muted", wrap=True)
        self._taken, self._trouble = Notice("warn"), Notice("bad")
        self.call = Button("", "answer", icon="call")
        self.customer = Button("", "secondary", icon="customer")
        self._facts = Facts()
        self._closing = Card()
        self.reasons = ChipGroup(numbered=True)
        self.other = QLineEdit()
        self.other.setMaxLength(MAX_REASON)
        self.close_it = Button("", "secondary", icon="check")
        self._lay_out()
        self.call.clicked.connect(self._call)
        self.customer.clicked.connect(self._customer)
        self.reasons.chosen.connect(lambda _: self._reason_chosen())
        self.other.returnPressed.connect(self._close)
        self.other.textChanged.connect(lambda _: self.renew())
        self.close_it.clicked.connect(self._close)
        self.retranslate()

    def _lay_out(self) -> None:
        head = row(self._avatar, column(self._who, self._sub, spacing=2), spacing=12)
        head.setStretch(1, 1)
        self._closing.body.addWidget(self.reasons)
        self._closing.body.addWidget(self.other)
        self._closing.body.addLayout(row(self.close_it, None))
        inner = QWidget()
        inner.setMaximumWidth(720)
        body = column(
            head,
            self._taken,
            self._trouble,
            row(self.call, self.customer, None),
            self._facts,
            self._closing,
            None,
            spacing=16,
            margins=(24, 24, 24, 24),
        )
        inner.setLayout(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        area = scrolled(inner)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(area)

    @property
    def row(self) -> MissedView | None:
        return self._missed.find(self.interaction_id)  # type: ignore[arg-type]

    def show_row(self, interaction_id: object) -> None:
        if interaction_id != self.interaction_id:
            self.interaction_id = interaction_id
            self.reasons.set_code("")
            self.other.clear()
        self.renew()

    def retranslate(self) -> None:
        self.customer.setText(self.tr("Open file"))
        self._closing.set_title(self.tr("Close without calling"))
        self.other.setPlaceholderText(self.tr("Say why"))
        self.other.setAccessibleName(self.tr("Why it is closed"))
        self.close_it.setText(self.tr("Close"))
        self.reasons.setAccessibleName(self.tr("Reason"))
        titles = (
            self.tr("Reached another way"),
            self.tr("Called, no answer"),
            self.tr("Wrong number"),
            self.tr("Not needed"),
            self.tr("Other…"),
        )
        self.reasons.set_choices(list(zip(REASONS, titles, strict=True)))
        self.renew()

    def renew(self) -> None:
        missed, row = self._missed, self.row
        if row is None:
            return
        self._avatar.set_name(row.customer_name, "withheld" if row.withheld else "missed")
        self._who.setText(who(row))
        ago = formats.ago(missed.age(row))
        self._sub.setText(" · ".join(part for part in (row.queue_name, ago) if part))
        by_other = row.taken_by and row.taken_by != missed.me
        self._taken.say(
            self.tr("{agent} is calling back right now.").format(agent=row.taken_by)
            if by_other
            else ""
        )
        error = missed.errors.get(row.interaction_id)
        self._trouble.say(words.refusal(error) if error else "")
        number = formats.phone(row.number)
        self.call.setText(self.tr("Call back {number}").format(number=number).strip())
        self.call.setVisible(bool(row.number) and missed.can_originate)
        self.call.setEnabled(missed.can_call(row))
        self.customer.setVisible(row.customer_id is not None)
        self._facts.show_facts(self._all_facts(row))
        self._render_closing(row)

    def _all_facts(self, row: MissedView) -> list[tuple[str, str]]:
        number = formats.phone(row.number) or self.tr("Withheld: it cannot be called back")
        return [
            (self.tr("Number"), number),
            (self.tr("Caller's name"), row.display_name if row.customer_name else ""),
            (self.tr("Called"), formats.when(row.at, self._missed.now())),
            (self.tr("Waited"), formats.duration(row.waited_seconds)),
            (self.tr("Attempts"), formats.number(row.attempts)),
        ]

    def _render_closing(self, row: MissedView) -> None:
        code = self.reasons.code()
        own = code == "other"
        self.other.setVisible(own)
        ready = bool(code) and (not own or bool(self.other.text().strip()))
        self.close_it.setEnabled(ready and self._missed.can_close(row))

    def ask_reason(self) -> None:
        """The keys 1 to 5 choose, Enter closes."""
        self.reasons.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.reasons.setFocus()

    def _reason_chosen(self) -> None:
        self.renew()
        if self.reasons.code() == "other":
            self.other.setFocus()
        else:
            self.close_it.setFocus()

    def _call(self) -> None:
        if self.row is not None:
            self._missed.call_back(self.row.interaction_id)

    def _customer(self) -> None:
        if self.row is not None and self.row.customer_id is not None:
            self.customer_requested.emit(self.row.customer_id)

    def _close(self) -> None:
        if self.row is None or not self.close_it.isEnabled():
            return
        code = self.reasons.code()
        reason = self.other.text().strip() if code == "other" else code
        self._missed.close(self.row.interaction_id, reason)
        self.left.emit()
