"""Above a customer's contacts: a text, and behind a button the channel, queue and agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from agent_desktop.views import words
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, FlowLayout, SearchField, column, row
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from agent_desktop.viewmodels.timeline import TimelineViewModel


class TimelineFilter(Retranslated, QWidget):
    def __init__(self, timeline: TimelineViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self.search = SearchField()
        self.search.textEdited.connect(
            lambda text: timeline.set_filter(at_once=False, text=text.strip())
        )
        self.search.searched.connect(lambda text: timeline.set_filter(text=text))
        self.more = Button("", "toggle", icon="filter")
        self.more.toggled.connect(self._show_more)
        self.channel, self.queue, self.agent = Choice(), Choice(), Choice()
        self.clear = Button("", "quiet", icon="close", small=True)
        self.clear.clicked.connect(timeline.clear_filter)
        self._boxes = QWidget()
        flow = FlowLayout(self._boxes, spacing=8)
        for box, field in (
            (self.channel, "channel"), (self.queue, "queue_id"), (self.agent, "agent_id"),
        ):  # fmt: skip
            box.activated.connect(
                lambda _, box=box, field=field: timeline.set_filter(**{field: box.currentData()})
            )
            flow.addWidget(box)
        flow.addWidget(self.clear)
        policy = self._boxes.sizePolicy()
        policy.setHeightForWidth(True)
        self._boxes.setSizePolicy(policy)
        self._boxes.hide()
        line = row(self.search, self.more)
        line.setStretch(0, 1)
        self.setLayout(column(line, self._boxes, margins=(24, 12, 24, 8)))
        timeline.changed.connect(self._follow)
        self.retranslate()

    def retranslate(self) -> None:
        settings = self._timeline.settings
        self.search.setPlaceholderText(self.tr("Search these contacts"))
        for widget, name in (
            (self.search, self.tr("Search these contacts")),
            (self.more, self.tr("Filter by channel, queue or agent")),
            (self.channel, self.tr("Channel")),
            (self.queue, self.tr("Queue")),
            (self.agent, self.tr("Agent")),
        ):
            widget.setAccessibleName(name)
            widget.setToolTip(name)
        self.clear.setText(self.tr("Clear filters"))
        self.channel.set_choices(
            [(None, self.tr("All channels")), *((c, words.channel(c)) for c in Channel)]
        )
        self.queue.set_choices([(None, self.tr("All queues")), *settings.queues])
        self.agent.set_choices([(None, self.tr("All agents")), *settings.agents])
        self._follow()

    def _show_more(self, on: bool) -> None:
        self._boxes.setVisible(on)
        if on:
            self.retranslate()  # queues and agents as they are now
        self.updateGeometry()

    def _follow(self) -> None:
        """As the view-model has it: another customer begins without a filter."""
        wanted = self._timeline.filter
        for box, value in (
            (self.channel, wanted.channel),
            (self.queue, wanted.queue_id),
            (self.agent, wanted.agent_id),
        ):
            box.choose(value)
        chosen = any((wanted.channel, wanted.queue_id, wanted.agent_id))
        self.more.set_on(chosen)
        if not wanted.text and self.search.text().strip() and not self.search.hasFocus():
            self.search.clear()
        self.clear.setVisible(self._timeline.filtered)
