"""The filters of the history: one row that wraps, each change asked at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent_desktop.views import i18n, words
from agent_desktop.views.choices import Choice, DateField
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, FlowLayout, SearchField, Text
from cti_bridge.protocol.vocabulary import Channel, Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent_desktop.viewmodels.history import HistoryViewModel

PERIODS: Final = ("", "today", "yesterday", "week", "month", "dates")


def period(code: str, today: datetime) -> tuple[datetime | None, datetime | None]:
    """Since and until (the latter excluded) of a named period; `today` is local and aware."""
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    back = {"today": 0, "yesterday": 1, "week": 6, "month": 29}
    if code not in back:
        return None, None
    since = _midnight(midnight - timedelta(days=back[code]))
    return since, (_midnight(midnight) if code == "yesterday" else None)


def _midnight(local: datetime) -> datetime:
    """That day's midnight here, in UTC: the offset may have changed since."""
    return datetime(local.year, local.month, local.day).astimezone().astimezone(UTC)


class FilterBar(Retranslated, QWidget):
    def __init__(self, history: HistoryViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self.search = SearchField()
        self.search.setFixedWidth(168)
        self.period, self.agent, self.queue = Choice(), Choice(), Choice()
        self.direction, self.channel, self.disposition = Choice(), Choice(), Choice()
        self.missed_only = Button("", "toggle", icon="missed")
        self.clear = Button("", "quiet", icon="close")
        self.since, self.until = DateField(), DateField()
        self._dates, self._dash = QWidget(), Text("–", "muted")
        self._lay_out()
        self._connect()
        history.changed.connect(self._follow)
        history.settings_changed.connect(self.retranslate)
        self.retranslate()

    def _lay_out(self) -> None:
        dates = QHBoxLayout(self._dates)
        dates.setContentsMargins(0, 0, 0, 0)
        for field in (self.since, self._dash, self.until):
            dates.addWidget(field)
        self._dates.hide()
        flow = FlowLayout(self, spacing=8)
        boxes = (
            self.period,
            self._dates,
            self.agent,
            self.queue,
            self.direction,
            self.channel,
            self.disposition,
        )
        for widget in (self.search, *boxes, self.missed_only, self.clear):
            flow.addWidget(widget)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _connect(self) -> None:
        history = self._history
        self.search.textEdited.connect(
            lambda text: history.set_filter(at_once=False, text=text.strip())
        )
        self.search.searched.connect(lambda text: history.set_filter(text=text))
        self.period.activated.connect(self._period)
        self.since.dateChanged.connect(self._own_dates)
        self.until.dateChanged.connect(self._own_dates)
        for box, field in (
            (self.agent, "agent_id"),
            (self.queue, "queue_id"),
            (self.direction, "direction"),
            (self.channel, "channel"),
            (self.disposition, "disposition"),
        ):
            box.activated.connect(
                lambda _, box=box, field=field: history.set_filter(**{field: box.currentData()})
            )
        self.missed_only.toggled.connect(lambda on: history.set_filter(missed_only=on))
        self.clear.clicked.connect(history.clear_filter)

    # -- words ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        settings, tongue = self._history.settings, i18n.language()
        self.search.setPlaceholderText(self.tr("Name, number, notes…"))
        self._name(self.search, self.tr("Search the history"))
        self.missed_only.setText(self.tr("Missed only"))
        self.clear.setText(self.tr("Clear filters"))
        self._name(self.since, self.tr("From"))
        self._name(self.until, self.tr("To"))
        titles = (
            self.tr("Any date"),
            self.tr("Today"),
            self.tr("Yesterday"),
            self.tr("Last 7 days"),
            self.tr("Last 30 days"),
            self.tr("Dates…"),
        )
        self._fill(self.period, self.tr("Period"), list(zip(PERIODS, titles, strict=True)))
        self._fill(self.agent, self.tr("Agent"), [(None, self.tr("All agents")), *settings.agents])
        self._fill(self.queue, self.tr("Queue"), [(None, self.tr("All queues")), *settings.queues])
        self._fill(
            self.direction,
            self.tr("Direction"),
            [(None, self.tr("In and out")), *((d, words.direction(d)) for d in Direction)],
        )
        self._fill(
            self.channel,
            self.tr("Channel"),
            [(None, self.tr("All channels")), *((c, words.channel(c)) for c in Channel)],
        )
        results = [
            (d.code, words.choice(settings.dispositions, d.code, tongue))
            for d in settings.dispositions
        ]
        self._fill(self.disposition, self.tr("Result"), [("", self.tr("Any result")), *results])
        self._follow()

    @staticmethod
    def _name(widget: QWidget, name: str) -> None:
        widget.setAccessibleName(name)
        widget.setToolTip(name)

    def _fill(self, box: Choice, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        box.set_choices(choices)
        self._name(box, name)

    # -- what was chosen ------------------------------------------------------------------------

    def _period(self) -> None:
        code = self.period.currentData()
        self._dates.setVisible(code == "dates")
        self.updateGeometry()
        if code == "dates":
            self._own_dates()
            self.since.setFocus()
            return
        since, until = period(code, self._history.now().astimezone())
        self._history.set_filter(since=since, until=until)

    def _own_dates(self) -> None:
        if self.period.currentData() != "dates":
            return
        first, last = sorted((self.since.date(), self.until.date()), key=QDate.toJulianDay)
        self._history.set_filter(since=_day(first), until=_day(last.addDays(1)))

    def _follow(self) -> None:
        """The bar as the view-model's filter has it: "Clear filters" ends here too."""
        wanted = self._history.filter
        for box, value in (
            (self.agent, wanted.agent_id),
            (self.queue, wanted.queue_id),
            (self.direction, wanted.direction),
            (self.channel, wanted.channel),
            (self.disposition, wanted.disposition),
        ):
            box.choose(value)
        if wanted.since is None and wanted.until is None and self.period.currentData():
            self.period.setCurrentIndex(0)
            self._dates.hide()
        self.missed_only.setChecked(wanted.missed_only)
        if not wanted.text and self.search.text().strip() and not self.search.hasFocus():
            self.search.clear()
        self.clear.setVisible(self._history.filtered)

    def keyboard_into(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


def _day(date: QDate) -> datetime:
    return _midnight(datetime(date.year(), date.month(), date.day()))  # noqa: DTZ001 - local
