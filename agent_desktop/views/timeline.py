"""The contacts of a customer, painted: an icon, what it was, how it ended, when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from agent_desktop import formats
from agent_desktop.models.timeline import ROW, TimelineModel
from agent_desktop.views import i18n, sentences, theme, words
from agent_desktop.views.interaction_detail import channel_icon
from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.timeline import TimelineViewModel
    from cti_bridge.protocol.values import ContactSummary

Index = QModelIndex | QPersistentModelIndex
PAD: Final = 24
MANY: Final = 400


def contact_icon(contact: ContactSummary) -> str:
    return channel_icon(contact.channel, contact.direction, contact.state)[0]


class TimelineDelegate(QStyledItemDelegate):
    def __init__(self, desktop: Desktop, parent: QListView) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self.uniform = False  # a long list: each row as high as the highest

    def words(self, contact: ContactSummary) -> tuple[str, str, str]:
        """Title, what was noted, and the figures."""
        settings = self._desktop.store.state.settings
        disposition = (
            words.choice(settings.dispositions, contact.disposition, i18n.language())
            if contact.disposition
            else ""
        )
        title = sentences.contact_title(contact, disposition)
        # where the subject is the title, the result is beneath it
        result = disposition if disposition and disposition not in title else ""
        kept = QCoreApplication.translate("Timeline", "Recorded") if contact.recorded else ""
        figures = " · ".join(p for p in (result, sentences.contact_detail(contact), kept) if p)
        return title, contact.notes, figures

    def when(self, contact: ContactSummary) -> str:
        if sentences.is_live(contact):
            return QCoreApplication.translate("Timeline", "Now")
        return formats.day(contact.started_at, self._desktop.store.now())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if self.uniform:
            return QSize(200, 40 + 18 * 2)
        contact: ContactSummary = index.data(ROW)
        _title, notes, figures = self.words(contact)
        return QSize(200, 40 + 18 * max(bool(notes) + bool(figures), 1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        contact: ContactSummary = index.data(ROW)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect, theme.colour("hover"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        missed = contact.state is InteractionState.ABANDONED
        live = sentences.is_live(contact)
        soft = "bad-soft" if missed else "accent-soft" if live else "raised"
        painter.setBrush(theme.colour(soft))
        top = rect.top() + 10
        painter.drawEllipse(rect.left() + PAD, top, 32, 32)
        theme.draw_icon(
            painter,
            contact_icon(contact),
            "bad" if missed else "accent" if live else "text-2",
            rect.left() + PAD + 7,
            top + 7,
            18,
        )
        self._write(painter, rect, contact)
        painter.restore()

    def _write(self, painter: QPainter, rect: QRect, contact: ContactSummary) -> None:
        title, notes, figures = self.words(contact)
        live = sentences.is_live(contact)
        day = self.when(contact)
        small, strong = theme.font("small"), theme.font("body", strong=True, tabular=False)
        day_width = QFontMetrics(small).horizontalAdvance(day)
        left, right = rect.left() + PAD + 44, rect.right() - PAD
        line(
            painter,
            small,
            "accent" if live else "text-3",
            QRect(right - day_width, rect.top() + 8, day_width + 1, 20),
            day,
        )
        width = right - left
        line(
            painter, strong, "text", QRect(left, rect.top() + 8, width - day_width - 12, 20), title
        )
        top = rect.top() + 29
        for text, role in ((notes, "text-2"), (figures, "text-3")):
            if text:
                line(painter, small, role, QRect(left, top, width, 18), text)
                top += 18


def line(painter: QPainter, font: Any, role: str, rect: QRect, text: str) -> None:
    """One elided line in a colour of the theme."""
    painter.setFont(font)
    painter.setPen(theme.colour(role))
    shown = QFontMetrics(font).elidedText(
        text.replace("\n", " "), Qt.TextElideMode.ElideRight, rect.width()
    )
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class TimelineView(QListView):
    """Signals: `contact_asked` with the InteractionId that a person opened."""

    contact_asked = Signal(object)

    def __init__(self, desktop: Desktop, timeline: TimelineViewModel) -> None:
        super().__init__()
        self._timeline = timeline
        self._delegate = TimelineDelegate(desktop, self)
        self._model = TimelineModel(
            self._words, timeline.load_more, lambda: timeline.can_load_more, self
        )
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(False)
        self.activated.connect(lambda index: self._ask(index))
        timeline.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        rows = self._timeline.rows
        many = len(rows) > MANY
        if many != self.uniformItemSizes():  # one height for all: Qt would ask for each row's
            self._delegate.uniform = many
            self.setUniformItemSizes(many)
        self._model.set_rows(rows)

    def _words(self, contact: ContactSummary) -> str:
        live = sentences.is_live(contact)
        at = self._delegate.when(contact) if live else formats.when(contact.started_at)
        return ", ".join(p for p in (*self._delegate.words(contact), at) if p)

    def _ask(self, index: QModelIndex) -> None:
        self.contact_asked.emit(index.data(ROW).interaction_id)
