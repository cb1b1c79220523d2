"""One contact, read where it stands in the customer's file: what it was, what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import InteractionDetail
from agent_desktop.views.past import PastConversation, has_writing
from agent_desktop.views.widgets import Button, ChipGroup, EmptyState, Panel, row
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.timeline import TimelineViewModel
    from cti_bridge.protocol.vocabulary import InteractionId

DETAILS: Final = "details"
WRITTEN: Final = "written"


class ContactInPlace(Retranslated, QWidget):
    """Signals: `call_requested(number)`."""

    call_requested = Signal(str)

    def __init__(
        self, desktop: Desktop, timeline: TimelineViewModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desktop, self._timeline = desktop, timeline
        self._shown: InteractionId | None = None
        self.back = Button("", "quiet", icon="left", small=True)
        self.back.clicked.connect(lambda: timeline.open(None))
        self.what = ChipGroup()
        self.what.chosen.connect(lambda _code: self._render())
        self.detail = InteractionDetail()
        self.detail.open_customer.hide()
        self.detail.call_requested.connect(self.call_requested)
        self.past = PastConversation(desktop)
        self.past.call_requested.connect(self.call_requested)
        self._nothing = EmptyState("voice")
        self._nothing.acted.connect(self._again)
        self._side = QStackedWidget()
        for part in (self._nothing, self.detail, self.past):
            self._side.addWidget(part)
        head = Panel(edge="bottom")
        line = row(self.back, self.what, spacing=12, margins=(16, 8, 24, 8))
        line.setStretch(1, 1)
        head.setLayout(line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._side, 1)
        timeline.opened.connect(self._opened)
        for key in ("Escape", "Alt+Left"):
            QShortcut(
                QKeySequence(key), self, lambda: timeline.open(None),
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )  # fmt: skip
        self.retranslate()

    def retranslate(self) -> None:
        self.back.setText(self.tr("All contacts"))
        self.back.setToolTip(self.tr("Back to the list (Esc)"))
        self._render()

    def _opened(self) -> None:
        file = self._timeline.detail
        name = file.interaction.interaction_id if file else None
        if name != self._shown:
            self._shown = name
            if file is not None:  # what was said is what one opens it for
                self.what.set_code(WRITTEN if has_writing(file.interaction) else DETAILS)
        self._render()

    def _render(self) -> None:
        file, error = self._timeline.detail, self._timeline.detail_error
        if file is None:
            self.past.leave()
            self.what.hide()
            self._side.setCurrentWidget(self._nothing)
            if error is None:
                self._nothing.set_words(self.tr("Loading…"))
            else:
                self._nothing.set_words(
                    self.tr("It cannot be shown"), words.refusal(error), self.tr("Try again")
                )
            return
        view = file.interaction
        spoken = view.channel is Channel.VOICE
        written = self.tr("Recording") if spoken else self.tr("What was written")
        chosen = self.what.code() or DETAILS
        self.what.set_choices(((DETAILS, self.tr("Contact")), (WRITTEN, written)))
        self.what.setVisible(has_writing(view))
        if chosen == WRITTEN and has_writing(view):
            self.what.set_code(WRITTEN)
            self.past.show_contact(view)
            self._side.setCurrentWidget(self.past)
            return
        self.what.set_code(DETAILS)
        self.past.leave()
        store = self._desktop.store
        self.detail.show_file(
            file, store.state.settings, can_call=self._desktop.call.can_originate, now=store.now()
        )
        self.detail.open_customer.hide()  # it is open
        self._side.setCurrentWidget(self.detail)

    def _again(self) -> None:
        if self._timeline.selected is not None:
            self._timeline.open(self._timeline.selected)
