"""A tab for each contact in hand: what is new in it shows there, and nothing comes to the front
by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QTabBar, QWidget

from agent_desktop import formats
from agent_desktop.views import sentences, theme, words
from agent_desktop.views.contact_rows import (
    TONES,
    draw_badge,
    response_tone,
    state_icon,
)
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.timeline import line
from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QWheelEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import InteractionView

HEIGHT: Final = 40
WIDEST, NARROWEST = 220, 132
NAME: Final = 64  # pixels that the name has at least; the time gives way


class WorkTabs(Retranslated, QTabBar):
    """Hidden while there is one contact or none: its head says it all."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._work = desktop, desktop.work
        self._rows: tuple[InteractionView, ...] = ()
        self._filling = False
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setMouseTracking(True)
        self.currentChanged.connect(self._chosen)
        for signal in (self._work.changed, self._work.selected_changed):
            signal.connect(self.refresh)
        desktop.ticked.connect(self.update)
        theme.theme().changed.connect(self.update)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Contacts in hand"))
        self._rows = ()
        self.refresh()

    def refresh(self) -> None:
        rows = self._work.store.state.own()
        if rows != self._rows:
            self._fill(rows)
        self._follow()
        self.setVisible(len(rows) > 1)
        self.update()

    def _fill(self, rows: tuple[InteractionView, ...]) -> None:
        """Tabs that stay keep their place and the keyboard."""
        self._filling = True
        keys = [view.interaction_id for view in rows]
        for at in reversed(range(self.count())):
            if self.tabData(at) not in keys:
                self.removeTab(at)
        for at, view in enumerate(rows):
            if at >= self.count() or self.tabData(at) != view.interaction_id:
                here = [self.tabData(n) for n in range(self.count())]
                if view.interaction_id in here:
                    self.moveTab(here.index(view.interaction_id), at)
                else:
                    self.insertTab(at, "")
                    self.setTabData(at, view.interaction_id)
            self.setTabToolTip(at, self._spoken(view))
            self.setAccessibleTabName(at, self._spoken(view))
        self._rows = rows
        self._filling = False

    def _follow(self) -> None:
        self._filling = True
        for at in range(self.count()):
            if self.tabData(at) == self._work.selected:
                self.setCurrentIndex(at)
        self._filling = False

    def _chosen(self, at: int) -> None:
        if not self._filling and at >= 0:
            self._work.select(self.tabData(at))

    def mousePressEvent(self, event: object) -> None:
        """The tab that is current for Qt may not be the open contact: a waiting one may be."""
        super().mousePressEvent(event)  # type: ignore[arg-type]
        at = self.tabAt(event.position().toPoint())  # type: ignore[attr-defined]
        if at >= 0:
            self._work.select(self.tabData(at))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel never changes what is open."""
        event.ignore()

    # -- looks

    def tabSizeHint(self, index: int) -> QSize:
        count = max(1, self.count())
        wide = min(WIDEST, max(NARROWEST, self.width() // count if self.width() > 200 else WIDEST))
        return QSize(wide, HEIGHT)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return QSize(NARROWEST, HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour("raised"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("line"))
        for at, view in enumerate(self._rows[: self.count()]):
            self._paint_tab(painter, self.tabRect(at), view)

    def _paint_tab(self, painter: QPainter, rect: QRect, view: InteractionView) -> None:
        selected = view.interaction_id == self._work.selected
        if selected:
            painter.fillRect(rect, theme.colour("surface"))
            painter.fillRect(rect.left(), rect.top(), rect.width(), 2, theme.colour("accent"))
        elif rect.contains(self.mapFromGlobal(self.cursor().pos())):
            painter.fillRect(rect.adjusted(0, 0, 0, -1), theme.colour("hover"))
        painter.fillRect(rect.right(), rect.top() + 8, 1, rect.height() - 16, theme.colour("line"))
        if selected and self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(2, 3, -3, -4))
        role = "accent" if selected else "text-2"
        theme.draw_icon(painter, state_icon(view), role, rect.left() + 10, rect.top() + 12, 16)
        right = rect.right() - 10
        if view.unread:
            draw_badge(painter, view.unread, right, rect.top() + 11)
            right -= 26
        text, tone = self._timer(view)
        small = theme.font("small", strong=tone in ("warn", "bad"))
        width = QFontMetrics(small).horizontalAdvance(text)
        if right - width - 8 - rect.left() - 32 < NAME:
            text, width = "", 0
        line(painter, small, tone, QRect(right - width, rect.top(), width + 1, HEIGHT), text)
        name = QRect(rect.left() + 32, rect.top(), right - width - 8 - rect.left() - 32, HEIGHT)
        font = theme.font("body", strong=selected or bool(view.unread), tabular=False)
        line(painter, font, "text" if selected else "text-2", name, sentences.caller(view))

    def _timer(self, view: InteractionView) -> tuple[str, str]:
        """Of the answer that is waited for; else of the contact, in its state's colour."""
        since = self._desktop.store.since
        if view.state is InteractionState.WRAP_UP:
            return formats.duration(since(view.changed_at)), "wrap"
        if view.waiting_reply_since is not None:
            seconds = since(view.waiting_reply_since)
            return formats.duration(seconds), response_tone(seconds)
        seconds = since(view.established_at or view.started_at)
        long = seconds >= 36_000
        text = formats.age(seconds) if long else formats.duration(seconds)
        return text, TONES.get(view.state, "text-2")

    def _spoken(self, view: InteractionView) -> str:
        parts = [
            sentences.caller(view),
            words.channel(view.channel),
            words.state(view.state, view.channel),
        ]
        if view.unread:
            parts.append(sentences.unread(view.unread))
        return ", ".join(parts)
