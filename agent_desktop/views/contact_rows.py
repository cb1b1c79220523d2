"""One contact in a list, painted: what it is, whose, and how much it hurries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agent_desktop import formats
from agent_desktop.models.contacts import ROW, Heading
from agent_desktop.views import sentences, theme, words
from agent_desktop.views.timeline import line
from cti_bridge.protocol.vocabulary import WAITING, Channel, Direction, InteractionState

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import InteractionView

Index = QModelIndex | QPersistentModelIndex
HEIGHT: Final = 56
HEADING: Final = 40
WIDE: Final = 270  # pixels, from which on the age stands beside what is due
HOUR: Final = 3_600.0
SOON, LATE = 30.0, 60.0  # seconds of waiting that are shown amber, red, where nothing is due
TONES: Final = {
    InteractionState.CONNECTED: "ok",
    InteractionState.HELD: "warn",
    InteractionState.PARKED: "text-2",
    InteractionState.WRAP_UP: "wrap",
}
ICONS: Final = {
    Channel.VOICE: "voice",
    Channel.CHAT: "chat",
    Channel.EMAIL: "email",
    Channel.CALLBACK: "callback",
    Channel.VOICEMAIL: "voicemail",
}
_STATE_ICONS: Final = {
    InteractionState.HELD: "hold",
    InteractionState.PARKED: "park",
    InteractionState.WRAP_UP: "note",
}


def state_icon(view: InteractionView) -> str:
    """The state's own shape, so that colour is never alone."""
    if view.state in _STATE_ICONS:
        return _STATE_ICONS[view.state]
    if view.channel is not Channel.VOICE:
        return ICONS[view.channel]
    if view.state is InteractionState.OFFERED:
        return "ringing"
    if view.ani_withheld:
        return "withheld"
    return "call-out" if view.direction is Direction.OUTBOUND else "voice"


def response_tone(seconds: float) -> str:
    """Of a customer who waits for an answer."""
    return "bad" if seconds >= LATE else "warn" if seconds >= SOON else "text-2"


class ContactDelegate(QStyledItemDelegate):
    def __init__(self, desktop: Desktop, view: QListView) -> None:
        super().__init__(view)
        self._desktop = desktop

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, HEADING if isinstance(index.data(ROW), Heading) else HEIGHT)

    # -- what it says

    def detail(self, view: InteractionView) -> str:
        """The second line: what matters most first, a narrow list cuts the end."""
        parts = []
        if readers := self._readers(view):
            parts.append(sentences.reading(readers))
        if view.state is InteractionState.PARKED and view.wake_at is not None:
            parts.append(sentences.wakes(view.wake_at, self._desktop.store.now()))
        elif view.state in TONES and view.state is not InteractionState.CONNECTED:
            parts.append(words.state(view.state, view.channel))
        about = sentences.about_contact(view)
        parts.append(about or words.channel(view.channel))
        if view.queue_name:
            parts.append(view.queue_name)
        in_hand = view.state in TONES
        if in_hand and not about and sentences.caller(view) != sentences.number(view):
            parts.append(sentences.number(view))
        return " · ".join(parts)

    def _readers(self, view: InteractionView) -> str:
        me = self._desktop.store.state.agent
        return sentences.readers(view, me.name if me else "") if view.readers else ""

    def seconds(self, view: InteractionView) -> float:
        """The running time that matters: of the answer that a customer waits for, of the
        contact, of the wrap-up, of the waiting."""
        since = self._desktop.store.since
        if view.state is InteractionState.WRAP_UP:
            return since(view.changed_at)
        if view.waiting_reply_since is not None and view.state in TONES:
            return since(view.waiting_reply_since)
        return since(view.established_at or view.queued_at or view.started_at)

    def right(self, view: InteractionView) -> tuple[str, str]:
        """What stands at the right of the name, and its tone."""
        if view.state is InteractionState.PARKED:
            return "", "text-2"
        if view.state in WAITING and view.due_at is not None:
            return sentences.due(view, self._desktop.store.now())
        seconds = self.seconds(view)
        if view.state in TONES and view.waiting_reply_since is not None:
            return _age(seconds), response_tone(seconds)
        tone = TONES.get(view.state) or response_tone(seconds)
        return _age(seconds), tone

    def below(self, view: InteractionView) -> str:
        """At the right of the second line, where there is room: how long it has waited."""
        if view.state in WAITING and view.due_at is not None:
            seconds = self.seconds(view)
            return formats.age(seconds) if seconds >= HOUR else formats.duration(seconds)
        return ""

    def spoken(self, view: InteractionView) -> str:
        """The row for a screen reader."""
        parts = [
            sentences.caller(view),
            words.channel(view.channel),
            words.state(view.state, view.channel),
            self.detail(view),
            self.right(view)[0],
        ]
        if view.unread:
            parts.append(sentences.unread(view.unread))
        return ", ".join(dict.fromkeys(p for p in parts if p))

    # -- painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            self._heading(painter, rect, row)
        else:
            self._contact(painter, rect, row, state)
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, heading: Heading) -> None:
        font = theme.font("small", strong=True)
        count = formats.number(heading.count)
        width = QFontMetrics(font).horizontalAdvance(count)
        box = rect.adjusted(16, 12, -16, -4)
        line(painter, font, "text-2", box.adjusted(0, 0, -width - 8, 0), heading_words(heading))
        line(
            painter,
            font,
            "text-2",
            QRect(box.right() - width, box.top(), width + 1, box.height()),
            count,
        )

    def _contact(
        self, painter: QPainter, rect: QRect, view: InteractionView, state: QStyle.StateFlag
    ) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, theme.colour("surface"))
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), theme.colour("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("hover"))
        if state & QStyle.StateFlag.State_KeyboardFocusChange and selected:
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRect(rect.adjusted(3, 0, -1, -1))
        box = QRect(rect.left() + 16, rect.top() + 12, 32, 32)
        painter.setPen(Qt.PenStyle.NoPen if selected else QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("accent-soft" if selected else "surface"))
        painter.drawRoundedRect(box, 6, 6)
        role = "accent" if selected else "text-2"
        theme.draw_icon(painter, state_icon(view), role, box.left() + 7, box.top() + 7, 18)
        if view.unread:
            draw_badge(painter, view.unread, rect.left() + 51, rect.top() + 8)
        self._lines(painter, rect, view)

    def _lines(self, painter: QPainter, rect: QRect, view: InteractionView) -> None:
        text, tone = self.right(view)
        first = ("", "")
        if rect.width() < WIDE and view.state in WAITING and view.due_at is not None:
            first, text = (text, tone), ""  # a narrow list leaves the upper line to the name
        font = theme.font("small", strong=tone in ("bad", "warn", "wrap"))
        width = QFontMetrics(font).horizontalAdvance(text)
        left, right = rect.left() + 56, rect.right() - 16
        line(painter, font, tone, QRect(right - width, rect.top() + 10, width + 1, 18), text)
        strong = theme.font("body", strong=True, tabular=False)
        name = QRect(left, rect.top() + 9, right - left - width - 8, 20)
        line(painter, strong, "text", name, sentences.caller(view))
        small = theme.font("small")
        aside = self.below(view) if rect.width() >= WIDE else ""
        wide = QFontMetrics(small).horizontalAdvance(aside) + 8 if aside else 0
        if aside:
            box = QRect(right - wide + 8, rect.top() + 29, wide, 18)
            line(painter, small, "text-2", box, aside)
        if self._readers(view):
            theme.draw_icon(painter, "eye", "accent", left, rect.top() + 31, 14)
            left += 18
        if first[0]:
            due = theme.font("small", strong=first[1] != "text-2")
            room = QFontMetrics(due).horizontalAdvance(first[0]) + 1
            line(painter, due, first[1], QRect(left, rect.top() + 29, room, 18), first[0])
            left += room + 8
        below = QRect(left, rect.top() + 29, right - left - wide, 18)
        line(painter, small, "text-2", below, self.detail(view))


def draw_badge(painter: QPainter, count: int, right: int, top: int) -> None:
    """How many are unread, in a pill that ends at `right`."""
    text = formats.number(count) if count < 100 else "99+"
    font = theme.font(11, strong=True)
    width = max(18, QFontMetrics(font).horizontalAdvance(text) + 10)
    box = QRect(right - width, top, width, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    painter.drawRoundedRect(box, 9, 9)
    painter.setPen(theme.colour("on-accent"))
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def heading_words(heading: Heading) -> str:
    from PySide6.QtCore import QCoreApplication

    if heading.kind == "own":
        return QCoreApplication.translate("ContactList", "MY CONTACTS")
    return QCoreApplication.translate("ContactList", "PARKED")


def _age(seconds: float) -> str:
    return formats.duration(seconds) if seconds < 36_000 else formats.age(seconds)
