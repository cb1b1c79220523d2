"""What one customer may ask for: who looked, a hold, a copy of everything, an erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.subject_rights import PLAN
from agent_desktop.views.find_customer import FindCustomer
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.privacy import wording
from agent_desktop.views.privacy.cards import WIDEST, ArchiveCard, EraseCard, HoldCard
from agent_desktop.views.widgets import (
    Button,
    Elided,
    EmptyState,
    Notice,
    column,
    row,
    scrolled,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.state import State
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import CustomerId

TWO_COLUMNS: Final = 1_280  # pixels, from where on the cards stand beside each other


class CustomerRightsView(Retranslated, QWidget):
    """Signals: `customer_requested(CustomerId)` whose file is to be opened; `log_requested`."""

    customer_requested = Signal(object)
    log_requested = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._rights = desktop, desktop.rights
        self._of: CustomerId | None = None
        self._find: FindCustomer | None = None
        self._none = EmptyState("shield")
        self._name = Elided("", "title", lines=2)
        self.choose = Button("", "secondary", icon="search")
        self.file = Button("", "link", icon="customer", small=True)
        self.log = Button("", "link", icon="eye", small=True)
        self._trouble = Notice("bad")
        self.hold, self.archive, self.erase = (
            HoldCard(desktop),
            ArchiveCard(desktop),
            EraseCard(desktop),
        )
        self._lay_out()
        self.choose.clicked.connect(lambda: self._look_for(self.choose))
        self._none.acted.connect(lambda: self._look_for(self._none))
        self.file.clicked.connect(self._open_file)
        self.log.clicked.connect(self.log_requested)
        self._trouble.acted.connect(self._rights.look)
        self._rights.changed.connect(self.refresh)
        desktop.store.changed.connect(self._follow)
        self.retranslate()

    def _lay_out(self) -> None:
        head = row(column(self._name, row(self.log, self.file, None), spacing=4), self.choose)
        head.setStretch(0, 1)
        head.setAlignment(self.choose, Qt.AlignmentFlag.AlignTop)
        self._cards = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._cards.setSpacing(16)
        self._cards.addLayout(column(self.hold, self.archive, None, spacing=16), 1)
        self._cards.addLayout(column(self.erase, None), 1)
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        inner.setLayout(
            column(head, self._trouble, self._cards, None, spacing=16, margins=(24, 20, 24, 24))
        )
        area = scrolled(inner)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        wide = self.width() >= TWO_COLUMNS
        self._cards.setDirection(way.LeftToRight if wide else way.TopToBottom)

    def retranslate(self) -> None:
        self.choose.setText(self.tr("Another customer…"))
        self.log.setText(self.tr("Who looked at this customer"))
        self.file.setText(self.tr("Open the file"))
        self.refresh()

    def name(self) -> str:
        plan = self._rights.plan
        return (plan.name if plan else "") or self._rights.name

    def entered(self) -> None:
        rights = self._rights
        if rights.customer_id is not None and not rights.stage:
            rights.look()
        self.rest()

    def rest(self) -> None:
        """The keyboard where it presses nothing that cannot be taken back."""
        shown = self._rights.customer_id is not None and not self._rights.stage
        (self.choose if shown else self._none).setFocus()

    def refresh(self) -> None:
        rights = self._rights
        if rights.customer_id != self._of:
            self._of = rights.customer_id
            for card in (self.hold, self.archive):
                card.reason.clear()
            self.erase.forget()
            self._desktop.archive.forget()
        gone = rights.stage != "" or rights.customer_id is None
        self._stack.setCurrentIndex(0 if gone else 1)
        self._say_none()
        self._name.setText(self.name() or self.tr("Customer without a name"))
        self.log.setVisible(self._desktop.privacy.may)
        refused = rights.error if rights.failed == PLAN else None
        self._trouble.say(wording.refusal(refused) if refused else "", action=self.tr("Try again"))
        self.archive.setVisible(rights.may_take)
        for part in (self.hold, self.archive, self.erase):
            part.refresh()

    def _say_none(self) -> None:
        rights = self._rights
        find = self.tr("Look for a customer…")
        if rights.stage == "running":
            self._none.set_icon("clock")
            hint = self.tr("It is a large file. This page says when it is done.")
            self._none.set_words(self.tr("{name} is being erased").format(name=rights.name), hint)
        elif rights.stage == "erased":
            self._none.set_icon("done")
            rows = formats.number(rights.rows)
            hint = self.tr("{rows} entries went. That it was done, and why, is on record.")
            self._none.set_words(
                self.tr("The customer was erased"),
                hint.format(rows=rows) if rights.rows else self.tr("Nothing of it is left here."),
                find,
            )
        else:
            self._none.set_icon("shield")
            self._none.set_words(
                self.tr("Whose privacy?"),
                self.tr("Hold a customer back, hand out everything, or erase it for good."),
                find,
            )

    def _look_for(self, below: QWidget) -> None:
        if self._find is None:
            self._find = FindCustomer(self._desktop, self)
            self._find.chosen.connect(self._chosen)
        button = below.findChild(Button) if below is self._none else below
        self._find.open_below(button or below)

    def _chosen(self, card: CustomerCard) -> None:
        self._rights.open(card.customer_id, card.name)

    def _open_file(self) -> None:
        if self._rights.customer_id is not None:
            self.customer_requested.emit(self._rights.customer_id)

    def _follow(self, old: State, new: State) -> None:
        if old.settings is not new.settings:  # other permissions
            self.refresh()
