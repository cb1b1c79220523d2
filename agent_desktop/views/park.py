"""Putting work aside until a time: the usual ones at a key, any other typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDateTime, QPoint, Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.handling import LATEST, MAX_NOTE
from agent_desktop.views.choices import MomentField
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Field, Text, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from agent_desktop.desktop import Desktop

MORNING, AFTERNOON, EVENING = 9, 16, 18  # hours of the day at the desk
FRIDAY: Final = 4


def usual(now: datetime) -> Sequence[tuple[str, datetime]]:
    """(code, when) for the times that people mean, the soonest first, at the desk's clock.
    `now` is aware."""
    here = now.astimezone()
    hour = (here + timedelta(hours=1)).replace(second=0, microsecond=0)
    today = here.replace(hour=AFTERNOON, minute=0, second=0, microsecond=0)
    if here.hour >= AFTERNOON - 1:
        today = today.replace(hour=EVENING)
    tomorrow = _day(here, 1)
    monday = _day(here, 7 - here.weekday())
    found = [("hour", hour)]
    if today - here > timedelta(hours=1):
        found.append(("today", today))
    found.append(("tomorrow", tomorrow))
    if monday.date() != tomorrow.date():
        found.append(("monday", monday))
    return found


def _day(here: datetime, days: int) -> datetime:
    """In the morning of a later day, by the wall clock of that day."""
    day = (here.replace(tzinfo=None) + timedelta(days=days)).replace(
        hour=MORNING, minute=0, second=0, microsecond=0
    )
    return day.astimezone()


class ParkPopup(Retranslated, QFrame):
    """Keys 1 to 4 choose a usual time, Escape leaves. It parks the open contact."""

    def __init__(self, desktop: Desktop, parent: QWidget) -> None:
        super().__init__(parent)
        self._desktop, self._model = desktop, desktop.work_actions
        self.setProperty("popup", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = Text("", "strong")
        self.times = [Button("", "secondary", small=True) for _ in range(4)]
        self._when: list[datetime] = []
        for number, button in enumerate(self.times):
            button.clicked.connect(lambda _=False, n=number: self.press(n))
        self.custom = MomentField()
        self._custom = Field(self.custom)
        self.note = QLineEdit()
        self.note.setMaxLength(MAX_NOTE)
        self.note.returnPressed.connect(lambda: self._park(self._chosen()))
        self._note = Field(self.note)
        self.park = Button("", "primary", icon="park", small=True)
        self.park.clicked.connect(lambda: self._park(self._chosen()))
        line = row(self._custom, self.park)
        line.setAlignment(self.park, Qt.AlignmentFlag.AlignBottom)
        line.setStretch(0, 1)
        self.setLayout(
            column(self._title, *self.times, line, self._note, margins=(16, 12, 16, 14))
        )
        self._before: QWidget | None = None
        desktop.work.selected_changed.connect(self.close_popup)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Put aside until…"))
        self.setAccessibleName(self._title.text())
        self._custom.set_label(self.tr("Another time"))
        self._note.set_label(self.tr("Note, for when it comes back"))
        self.park.setText(self.tr("Park"))
        self._fill()

    def open_under(self, widget: QWidget) -> None:
        self._before = self.window().focusWidget()
        self.note.clear()
        self._fill()
        parent = self.parentWidget()
        self.setFixedWidth(300)
        self.adjustSize()
        if parent is not None:
            at = widget.mapTo(parent, QPoint(0, widget.height() + 4))
            x = min(max(8, at.x()), parent.width() - self.width() - 8)
            y = min(at.y(), max(8, parent.height() - self.height() - 8))
            self.move(x, y)
        self.show()
        self.raise_()
        self.times[0].setFocus()

    def close_popup(self) -> None:
        if self.isHidden():
            return
        holder: QWidget | None = self.window().focusWidget()
        inside = holder is None or self.isAncestorOf(holder)
        if inside and self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self.hide()

    def press(self, number: int) -> None:
        """The usual time of this number; out of range does nothing."""
        if 0 <= number < len(self._when):
            self._park(self._when[number])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_1
        if event.key() == Qt.Key.Key_Escape:
            self.close_popup()
        elif 0 <= digit < len(self._when):
            self.press(digit)
        else:
            super().keyPressEvent(event)

    # -- inside

    def _fill(self) -> None:
        now = self._desktop.store.now()
        titles = {
            "hour": self.tr("In one hour"),
            "today": self.tr("Later today"),
            "tomorrow": self.tr("Tomorrow morning"),
            "monday": self.tr("Monday morning"),
        }
        choices = usual(now)
        self._when = [when for _, when in choices]
        for number, button in enumerate(self.times):
            button.setVisible(number < len(choices))
            if number < len(choices):
                code, when = choices[number]
                time = formats.time(when)
                if code == "monday":
                    time = formats.when(when, now)
                button.setText(f"{number + 1}   {titles[code]} · {time}")
        first = self._when[0]
        self.custom.setDateTimeRange(
            QDateTime.fromSecsSinceEpoch(int(now.timestamp()) + 60),
            QDateTime.fromSecsSinceEpoch(int((now + LATEST).timestamp())),
        )
        self.custom.setDateTime(QDateTime.fromSecsSinceEpoch(int(first.timestamp())))

    def _chosen(self) -> datetime:
        return datetime.fromtimestamp(self.custom.dateTime().toSecsSinceEpoch()).astimezone()

    def _park(self, until: datetime) -> None:
        self._model.park(until, self.note.text().strip())
        self.close_popup()
