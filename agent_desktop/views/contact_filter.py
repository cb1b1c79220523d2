"""Above what waits: how many, and which channels and queue of it are shown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from agent_desktop import formats
from agent_desktop.views import words
from agent_desktop.views.contact_rows import ICONS
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Text, column, row
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.vocabulary import Channel, QueueId

WIDE: Final = 270  # pixels, from which on the chips have their figures
NAME: Final = 96  # pixels of a queue's name


class ContactFilter(Retranslated, QWidget):
    """The chips stand there only where there is something to choose."""

    def __init__(self, work: WorkViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._narrow = False
        self._title = Text("", "overline")
        self._count = Text("", "overline")
        self.queue = Button("", "quiet", small=True)
        self._menu = QMenu(self.queue)
        self._menu.aboutToShow.connect(self._fill)
        self.queue.setMenu(self._menu)
        self.chips: dict[Channel, Button] = {}
        for channel, icon in ICONS.items():
            chip = Button("", "toggle", icon=icon, small=True)
            chip.clicked.connect(lambda on, c=channel: work.show_channel(c, on))
            self.chips[channel] = chip
        self._chips = QWidget()
        self._chips.setLayout(row(*self.chips.values(), None, spacing=4))
        self.setLayout(
            column(
                row(self._title, None, self.queue, self._count),
                self._chips,
                spacing=4,
                margins=(16, 10, 16, 6),
            )
        )
        work.changed.connect(self.refresh)
        work.filter_changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("WAITING"))
        self.queue.setToolTip(self.tr("Show one queue"))
        self.refresh()

    def refresh(self) -> None:
        work = self._work
        every, shown = work.all_waiting, work.waiting
        counts = Counter(view.channel for view in every)
        here = work.channels_here()
        for channel, chip in self.chips.items():
            chip.setVisible(channel in here)
            chip.setChecked(channel in work.channels)
            number = formats.number(counts[channel])
            chip.setText("" if self.width() < WIDE else number)
            set_style(chip, square=False, narrow=self.width() < WIDE)
            chip.setAccessibleName(f"{words.channel(channel)}: {number}")
            chip.setToolTip(f"{words.channel(channel)}: {number}")
        self._chips.setVisible(len(here) > 1)
        some = self.tr("{shown} of {all}")
        number = formats.number(len(every))
        if len(shown) != len(every):
            number = some.format(shown=formats.number(len(shown)), all=number)
        self._count.setText(number)
        self._say_queue()
        self.setAccessibleName(f"{self._title.text()} {number}")

    def resizeEvent(self, event: object) -> None:
        """A narrow pane keeps the icons; the figures are in the tool tips."""
        narrow = self.width() < WIDE
        if narrow != self._narrow:
            self._narrow = narrow
            self.refresh()

    def _say_queue(self) -> None:
        queues = dict(self._work.queues_here())
        chosen = self._work.queue
        self.queue.setVisible(len(queues) > 1 or chosen is not None)
        name = queues.get(chosen, "") if chosen is not None else self.tr("All queues")
        cut = self.queue.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, NAME)
        self.queue.setText(f"{cut} ▾")
        self.queue.setAccessibleName(self.tr("Queue: {queue}").format(queue=name))
        set_style(self.queue, on=chosen is not None)

    def _fill(self) -> None:
        self._menu.clear()
        group = QActionGroup(self._menu)
        choices: list[tuple[QueueId | None, str]] = [(None, self.tr("All queues"))]
        for queue, title in [*choices, *self._work.queues_here()]:
            action = self._menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(queue == self._work.queue)
            action.triggered.connect(lambda _=False, q=queue: self._work.show_queue(q))
            group.addAction(action)
