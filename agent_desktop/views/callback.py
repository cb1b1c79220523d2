"""A call that somebody asked for: whom, which number, since when and for when, how often tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Signal

from agent_desktop import formats
from agent_desktop.views import sentences
from agent_desktop.views.dialling import DialRow
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import Facts
from agent_desktop.views.park import ParkPopup
from agent_desktop.views.widgets import Button, Card, IconLabel, Text, row
from cti_bridge.protocol.vocabulary import Channel, MessageKind, Verb

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import MessageId

TRIED: Final = frozenset({"dialled", "originated"})


class CallbackBody(Retranslated, Card):
    """Follows the open contact."""

    FILLS: ClassVar = False
    selection_changed = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desktop = desktop
        self._icon = IconLabel("callback", "accent", 24)
        self._title = Text("", "strong")
        self._facts = Facts()
        self._wish = Text("", wrap=True, select=True)
        self.dial = DialRow(desktop)
        self.later = Button("", "secondary", icon="clock")
        self.later.clicked.connect(self._park)
        self._popup: ParkPopup | None = None
        head = row(self._icon, self._title, spacing=10)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        for part in (self._facts, self._wish, self.dial):
            self.body.addWidget(part)
        self.body.addLayout(row(self.later, None))
        desktop.work.selected_changed.connect(self.refresh)
        desktop.work.interaction_changed.connect(self.refresh)
        desktop.work_actions.changed.connect(self.refresh)
        desktop.conversations.changed.connect(lambda _key: self.refresh())
        desktop.journey.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("A call that was asked for"))
        self.later.setText(self.tr("Nobody answers: try later…"))
        self.refresh()

    def focus_first(self) -> None:
        self.dial.field.setFocus()

    def selected_messages(self) -> tuple[MessageId, ...]:
        return ()

    def set_selecting(self, on: bool) -> None:
        """There are no messages to choose."""

    def refresh(self) -> None:
        view = self._desktop.work.interaction
        if view is None or view.channel is not Channel.CALLBACK:
            return
        self._facts.show_facts(self._all_facts(view))
        self._wish.setText(self._asked_for(view))
        self._wish.setVisible(bool(self._wish.text()))
        self.dial.refresh()
        self.later.setVisible(self._desktop.work_actions.offered(Verb.PARK))
        self.later.setEnabled(self._desktop.work_actions.can(Verb.PARK))

    def _all_facts(self, view: InteractionView) -> list[tuple[str, str]]:
        now = self._desktop.store.now()
        tries = sum(step.what in TRIED for step in self._desktop.journey.steps)
        return [
            (self.tr("Who"), sentences.caller(view)),
            (self.tr("Number"), formats.phone(view.call_to or view.ani)),
            (self.tr("Asked for"), formats.when(view.started_at, now)),
            (self.tr("Wanted at"), formats.when(view.wake_at, now) if view.wake_at else ""),
            (self.tr("About"), view.subject),
            (self.tr("Calls so far"), formats.number(tries) if tries else ""),
        ]

    def _asked_for(self, view: InteractionView) -> str:
        """What the customer wrote with it."""
        conversation = self._desktop.conversations.get(view.interaction_id)
        messages = conversation.messages if conversation else ()
        return "\n".join(m.text for m in messages if m.kind is not MessageKind.EVENT and m.text)

    def _park(self) -> None:
        if self._popup is None:
            self._popup = ParkPopup(self._desktop, self.window())
        self._popup.open_under(self.later)
