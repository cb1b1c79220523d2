"""The History page: filters above, contacts below, the open one beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.models.history import HistoryModel
from agent_desktop.models.table import ROW, Column
from agent_desktop.views import i18n, words
from agent_desktop.views.filters import FilterBar
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import InteractionDetail, channel_icon
from agent_desktop.views.past import PastConversation, has_writing
from agent_desktop.views.tables import Table, Width
from agent_desktop.views.widgets import Button, ChipGroup, EmptyState, Notice, Panel, Text, row
from cti_bridge.protocol.vocabulary import Channel, InteractionState

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.history import HistoryViewModel
    from cti_bridge.protocol.values import ContactSummary, InteractionFile

WIDTHS = (
    Width(least=176),
    Width(least=140, share=3),
    Width(least=156, share=1, drop=2),
    Width(least=110, share=1, drop=4),
    Width(least=130, share=1, drop=3),
    Width(least=72),
    Width(least=110, share=1, drop=1),
    Width(least=150, share=2, drop=5),
    Width(least=160, share=4, drop=6),
)


DETAILS, WRITTEN = "details", "written"


class HistoryPage(Retranslated, QWidget):
    """Signals: `call_requested(number)`, `customer_requested(CustomerId)`."""

    call_requested = Signal(str)
    customer_requested = Signal(object)

    def __init__(
        self,
        history: HistoryViewModel,
        desktop: Desktop | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """With a `desktop` what was written on a contact can be read too."""
        super().__init__(parent)
        self._history = history
        self.past = PastConversation(desktop) if desktop is not None else None
        self.what = ChipGroup()
        self.what.chosen.connect(lambda _code: self._render_detail())
        self.setProperty("level", "bg")
        self._title = Text("", "title")
        self._count = Text("", "muted")
        self.refresh = Button("", "secondary", icon="refresh")
        self.filters = FilterBar(history)
        self.table = Table(WIDTHS)
        self.model = HistoryModel(history, self._columns(), self)
        self.model.set_spoken(self._spoken)
        self.table.setModel(self.model)
        self._trouble = Notice("bad")
        self._trouble.hide()
        self._nothing = EmptyState("history")
        self._list = QStackedWidget()
        self.detail = InteractionDetail()
        self._no_detail = EmptyState("voice")
        self._side = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head = Panel(edge="bottom")
        top = QVBoxLayout(head)
        top.setContentsMargins(24, 16, 24, 16)
        top.setSpacing(12)
        top.addLayout(row(self._title, self._count, None, self.refresh, spacing=12))
        top.addWidget(self.filters)
        for widget in (self.table, self._nothing):
            self._list.addWidget(widget)
        left = Panel()
        inner = QVBoxLayout(left)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self._trouble)
        inner.addWidget(self._list, 1)
        for shown in (self._no_detail, self.detail):
            self._side.addWidget(shown)
        side = Panel()
        if self.past is not None:
            self._side.addWidget(self.past)
            self.past.call_requested.connect(self.call_requested)
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        self._chips = Panel(edge="bottom")
        self._chips.setLayout(row(self.what, margins=(24, 8, 24, 8)))
        self._chips.hide()
        beside.addWidget(self._chips)
        beside.addWidget(self._side, 1)
        side.setMinimumWidth(360)
        self._beside = side
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setObjectName("history")
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(side)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([1400, 420])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._splitter, 1)

    def _connect(self) -> None:
        self._history.changed.connect(self._render)
        self._history.restarted.connect(self._restarted)
        self._history.detail_changed.connect(self._render_detail)
        self._history.settings_changed.connect(self.retranslate)
        self.refresh.clicked.connect(self._history.reload)
        self.table.chosen.connect(self._choose)
        self.table.entered_row.connect(lambda _: self.detail.number.setFocus())
        self.table.left_up.connect(self.filters.keyboard_into)
        self.filters.search.left_by.connect(self._leave_search)
        self._trouble.acted.connect(self._history.retry)
        self._nothing.acted.connect(self._history.clear_filter)
        self._no_detail.acted.connect(self._again)
        self.detail.call_requested.connect(self.call_requested)
        self.detail.customer_requested.connect(self.customer_requested)
        self.setTabOrder(self.filters.clear, self.table)
        self.setTabOrder(self.table, self.refresh)
        QShortcut(
            QKeySequence("F5"),
            self,
            self._history.reload,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    # -- page -----------------------------------------------------------------------------------

    def entered(self) -> None:
        self._history.ensure_loaded()

    def focus_search(self) -> None:
        self.filters.keyboard_into()

    def _leave_search(self, how: str) -> None:
        if how == "down" and self.model.rowCount():
            self.table.setFocus()
            if self.table.currentIndex().row() < 0:
                self.table.choose(0)

    # -- the list -------------------------------------------------------------------------------

    def _columns(self) -> list[Column[ContactSummary]]:
        return [
            Column(
                self.tr("Date"),
                lambda c: formats.when(c.started_at, self._history.now()),
                icon=lambda c: channel_icon(c.channel, c.direction, c.state),
            ),
            Column(self.tr("Customer"), self._who, style=self._weight, tip=self._who),
            Column(self.tr("Number"), _number),
            Column(self.tr("Queue"), lambda c: c.queue_name, style=lambda c: "muted"),
            Column(self.tr("Agent"), lambda c: c.agent_name, style=lambda c: "muted"),
            Column(self.tr("Talk"), self._talk, right=True),
            Column(
                self.tr("Result"),
                self._result,
                style=lambda c: "bad" if c.state is InteractionState.ABANDONED else "",
            ),
            Column(self.tr("Subject"), lambda c: c.subject, tip=lambda c: c.subject),
            Column(
                self.tr("Notes"),
                lambda c: " ".join(c.notes.split()),
                style=lambda c: "muted",
                tip=lambda c: c.notes,
            ),
        ]

    def _who(self, contact: ContactSummary) -> str:
        if contact.customer_name:
            return contact.customer_name
        if contact.channel is Channel.CHAT:
            return self.tr("Visitor of the web site")
        return self.tr("Not on file") if contact.number else self.tr("Number withheld")

    @staticmethod
    def _weight(contact: ContactSummary) -> str:
        return "strong" if contact.customer_name else "muted"

    @staticmethod
    def _talk(contact: ContactSummary) -> str:
        return formats.duration(contact.talk_seconds) if contact.talk_seconds else "–"

    def _result(self, contact: ContactSummary) -> str:
        if contact.state is not InteractionState.CLOSED:
            return words.state(contact.state, contact.channel)
        dispositions = self._history.settings.dispositions
        return words.choice(dispositions, contact.disposition, i18n.language())

    def _spoken(self, contact: ContactSummary) -> str:
        parts = (
            words.contact(contact.channel, contact.direction),
            formats.when(contact.started_at, self._history.now()),
            self._who(contact),
            contact.queue_name,
            contact.subject,
            self._result(contact),
        )
        return ", ".join(part for part in parts if part)

    def retranslate(self) -> None:
        self._title.setText(self.tr("History"))
        self.what.set_choices(((DETAILS, self.tr("Contact")), (WRITTEN, self._written_word())))
        self.what.set_code(self.what.code() or DETAILS)
        self._name_icon(self.refresh, self.tr("Refresh (F5)"))
        self.table.setAccessibleName(self.tr("Contacts"))
        self.model.set_columns(self._columns())
        self._render()
        self._render_detail()

    def _written_word(self) -> str:
        file = self._history.detail
        spoken = file is not None and file.interaction.channel is Channel.VOICE
        return self.tr("Recording") if spoken else self.tr("What was written")

    @staticmethod
    def _name_icon(button: Button, name: str) -> None:
        button.setToolTip(name)
        button.setAccessibleName(name)

    def _render(self) -> None:
        history = self._history
        self._count.setText(self._counted())
        self.refresh.setText(self.tr("%n new", "", history.newer) if history.newer else "")
        self.refresh.set_on(history.newer > 0)
        self._trouble.say(
            words.refusal(history.error) if history.error else "", action=self.tr("Try again")
        )
        empty = not history.count and not history.error
        self._list.setCurrentWidget(self._nothing if empty else self.table)
        self._beside.setVisible(not empty or history.selected is not None)
        self._say_empty()

    def _say_empty(self) -> None:
        history = self._history
        if history.busy or not history.loaded:
            self._nothing.set_words(self.tr("Loading…"))
        elif history.filtered:
            self._nothing.set_words(
                self.tr("No contact matches these filters"),
                self.tr("Widen the dates, or take a filter away."),
                self.tr("Clear filters"),
            )
        else:
            self._nothing.set_words(
                self.tr("No contacts yet"),
                self.tr("Each contact stands here as soon as it ends, answered or not."),
            )

    def _counted(self) -> str:
        history = self._history
        if not history.loaded:
            return ""
        count = self.tr("%n contact(s)", "", history.count)
        if history.complete:
            return count
        return self.tr("The newest {count}; scroll for more").format(
            count=formats.number(history.count)
        )

    def _restarted(self) -> None:
        self.table.choose(-1)
        self.table.scrollToTop()

    # -- the open contact -----------------------------------------------------------------------

    def _choose(self, index: QModelIndex) -> None:
        contact = index.data(ROW) if index.isValid() else None
        self._history.open(contact.interaction_id if contact else None)

    def _again(self) -> None:
        if self._history.selected is not None:
            self._history.open(self._history.selected)

    def _follow_selected(self) -> None:
        """A contact may be opened from elsewhere: the table shows it where it has it."""
        selected = self._history.selected
        place = self.model.find(selected) if selected is not None else -1
        if self.table.currentIndex().row() != place:
            self.table.blockSignals(True)
            self.table.choose(place)
            self.table.blockSignals(False)

    def _render_file(self, file: InteractionFile) -> None:
        """The facts of the contact, or what was written on it."""
        self.detail.show_file(
            file,
            self._history.settings,
            can_call=self._history.can_originate,
            now=self._history.now(),
        )
        written = self.past is not None and has_writing(file.interaction)
        self._chips.setVisible(written)
        self.what.set_choices(((DETAILS, self.tr("Contact")), (WRITTEN, self._written_word())))
        if self.past is not None and written and self.what.code() == WRITTEN:
            self.past.show_contact(file.interaction)
            self._side.setCurrentWidget(self.past)
        else:
            self._leave_past()
            self._side.setCurrentWidget(self.detail)

    def _leave_past(self) -> None:
        if self.past is not None:
            self.past.leave()

    def _render_detail(self) -> None:
        history = self._history
        self._follow_selected()
        self._beside.setVisible(bool(history.count or history.selected))
        if history.detail is not None:
            self._render_file(history.detail)
            return
        self._chips.hide()
        self._leave_past()
        self._side.setCurrentWidget(self._no_detail)
        if history.detail_error is not None:
            self._no_detail.set_words(
                self.tr("This contact cannot be shown"),
                words.refusal(history.detail_error),
                self.tr("Try again"),
            )
        elif history.detail_busy:
            self._no_detail.set_words(self.tr("Loading…"))
        else:
            self._no_detail.set_words(
                self.tr("Choose a contact"),
                self.tr("Its parts, its journey and how the voice was heard stand here."),
            )


def _number(contact: ContactSummary) -> str:
    """A visitor has none: what stands there names a browser, for nobody to read."""
    return "" if contact.channel is Channel.CHAT else formats.phone(contact.number)
