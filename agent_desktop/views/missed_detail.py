"""The chosen missed call: call back, or close it and say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from agent_desktop import formats
from agent_desktop.viewmodels.missed import MAX_REASON, REASONS
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import Facts
from agent_desktop.views.widgets import (
    Avatar,
    Button,
    Card,
    ChipGroup,
    Elided,
    Notice,
    Panel,
    Text,
    column,
    row,
    scrolled,
)

if TYPE_CHECKING:
    from agent_desktop.viewmodels.missed import MissedViewModel
    from cti_bridge.protocol.values import MissedView


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


def who(row: MissedView) -> str:
    if row.customer_name or row.display_name:
        return row.customer_name or row.display_name
    return formats.phone(row.number) if row.number else _withheld()


def _withheld() -> str:
    return QCoreApplication.translate("MissedPage", "Number withheld")
