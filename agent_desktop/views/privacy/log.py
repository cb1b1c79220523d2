"""The access log: who looked at which customer, and what an agent looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.models.table import ROW, Column, RowsModel
from agent_desktop.views import access_words, words
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.tables import Table, Width
from agent_desktop.views.widgets import (
    Button,
    EmptyState,
    FlowLayout,
    Notice,
    Panel,
    Text,
    row,
)
from cti_bridge.protocol.privacy import AccessView
from cti_bridge.protocol.vocabulary import AccessKind

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from agent_desktop.desktop import Desktop

WIDTHS: Final = (
    Width(least=132),
    Width(least=140, share=2),
    Width(least=170, share=1),
    Width(least=150, share=3),
    Width(least=120, share=1, drop=1),
    Width(least=130, share=3, drop=2),
)


class AccessLogView(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.privacy
        self.setProperty("level", "bg")
        self._title, self._about = Text("", "title"), Text("", "muted", wrap=True)
        self.agent, self.kind = Choice(), Choice()
        self.clear = Button("", "quiet", icon="close")
        self.who, self.what = (
            Button("", "secondary", icon="customer"),
            Button("", "secondary", icon="agent"),
        )
        self.refresh_button = Button("", "quiet", icon="refresh")
        self.older = Button("", "secondary")
        self.table = Table(WIDTHS)
        self.entries = RowsModel[AccessView](self._columns(), key=lambda one: one.n, parent=self)
        self.entries.set_spoken(self._spoken)
        self.table.setModel(self.entries)
        self._nothing, self._trouble = EmptyState("eye"), Notice("bad")
        self._trouble.hide()
        self._list = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head, filters = Panel(edge="bottom"), QWidget()
        top = QVBoxLayout(head)
        top.setContentsMargins(24, 16, 24, 16)
        top.setSpacing(12)
        top.addLayout(row(self._title, None, self.refresh_button, spacing=12))
        top.addWidget(self._about)
        flow = FlowLayout(filters, spacing=8)
        for part in (self.agent, self.kind, self.who, self.what, self.clear):
            flow.addWidget(part)
        policy = filters.sizePolicy()
        policy.setHeightForWidth(True)
        filters.setSizePolicy(policy)
        top.addWidget(filters)
        for shown in (self.table, self._nothing):
            self._list.addWidget(shown)
        foot = Panel(edge="top")
        foot.setLayout(row(None, self.older, None, margins=(24, 8, 24, 8)))
        self._foot = foot
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._trouble)
        layout.addWidget(self._list, 1)
        layout.addWidget(foot)

    def _connect(self) -> None:
        model = self._model
        self.agent.activated.connect(lambda _: model.of_agent(self.agent.currentData()))
        self.kind.activated.connect(lambda _: model.of_kind(self.kind.currentData()))
        self.clear.clicked.connect(model.clear)
        self.refresh_button.clicked.connect(model.look)
        self.older.clicked.connect(model.older)
        self.who.clicked.connect(self._who_else)
        self.what.clicked.connect(self._what_else)
        self.table.chosen.connect(lambda _index: self._refresh_buttons())
        self.table.entered_row.connect(lambda _index: self._who_else())
        model.changed.connect(self.refresh)

    def entered(self) -> None:
        """The keyboard begins at the list."""
        self.table.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        self._model.look()

    # -- words

    def _columns(self) -> list[Column[AccessView]]:
        return [
            Column(self.tr("Time"), lambda e: formats.when(e.at)),
            Column(
                self.tr("Who"),
                lambda e: e.agent_name or "–",
                style=lambda e: "strong",
                tip=lambda e: e.agent_name,
            ),
            Column(
                self.tr("What"),
                lambda e: access_words.kind(e.kind),
                style=lambda e: "warn" if e.kind in access_words.GRAVE else "",
                icon=lambda e: (access_words.ICONS[e.kind], "text-2"),
            ),
            Column(
                self.tr("Customer"),
                access_words.whom,
                style=lambda e: "" if e.customer_name else "muted",
                tip=access_words.whom,
            ),
            Column(
                self.tr("Because of"),
                access_words.why,
                style=lambda e: "muted" if e.interaction_id else "",
            ),
            Column(
                self.tr("Detail"),
                access_words.detail,
                style=lambda e: "muted",
                tip=access_words.detail,
            ),
        ]

    def _spoken(self, entry: AccessView) -> str:
        parts = (
            formats.when(entry.at),
            entry.agent_name,
            access_words.kind(entry.kind),
            access_words.whom(entry),
            access_words.why(entry),
            access_words.detail(entry),
        )
        return ", ".join(part for part in parts if part)

    def retranslate(self) -> None:
        self._title.setText(self.tr("Who looked at whom"))
        self.table.setAccessibleName(self.tr("Access log"))
        self.entries.set_columns(self._columns())
        self.clear.setText(self.tr("Clear filters"))
        self.who.setText(self.tr("Who else looked at this customer"))
        self.who.setToolTip(self.tr("Enter in the list"))
        self.what.setText(self.tr("What else this agent looked at"))
        self.older.setText(self.tr("Show older"))
        self.refresh_button.setText(self.tr("Refresh"))
        self.kind.setAccessibleName(self.tr("Kind of look"))
        self.agent.setAccessibleName(self.tr("Agent"))
        kinds = [(kind, access_words.kind(kind)) for kind in AccessKind]
        self.kind.set_choices([(None, self.tr("Everything")), *kinds])
        self.refresh()

    # -- what is shown

    def refresh(self) -> None:
        model = self._model
        self.agent.set_choices([(None, self.tr("All agents")), *model.agents])
        self.agent.choose(model.wanted.agent_id)
        self.kind.choose(model.wanted.kinds[0] if model.wanted.kinds else None)
        self.entries.set_rows(model.rows)
        self._list.setCurrentWidget(self.table if model.rows else self._nothing)
        self._trouble.say(words.refusal(model.error) if model.error else "")
        if model.loaded:
            self._nothing.set_words(
                self.tr("Nobody looked"), self.tr("Nothing of this kind is on record.")
            )
        else:
            self._nothing.set_words(self.tr("Loading…"))
        name = model.customer_name
        self._about.setText(self.tr("Only looks at {name}").format(name=name) if name else "")
        self._about.setVisible(bool(name))
        self.clear.setVisible(model.filtered)
        self._foot.setVisible(model.more)
        self.older.setEnabled(model.can_show_more)
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        entry = self._chosen()
        self.who.setEnabled(entry is not None and entry.customer_id is not None)
        self.what.setEnabled(entry is not None and bool(entry.agent_id))

    def _chosen(self) -> AccessView | None:
        index = self.table.currentIndex()
        found: AccessView | None = index.data(ROW) if index.isValid() else None
        return found

    def _who_else(self) -> None:
        entry = self._chosen()
        if entry is not None and entry.customer_id is not None:
            self._model.of_customer(entry.customer_id, access_words.whom(entry))

    def _what_else(self) -> None:
        entry = self._chosen()
        if entry is not None and entry.agent_id:
            self._model.of_agent(entry.agent_id)
