"""Own and waiting contacts, painted; the open one carries the accent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from agent_desktop import formats
from agent_desktop.models.contacts import ROW, ContactsModel, Heading
from agent_desktop.views import sentences, theme, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.timeline import line
from agent_desktop.views.widgets import EmptyState, Panel
from cti_bridge.protocol.vocabulary import Channel, Direction, InteractionState

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import InteractionView

Index = QModelIndex | QPersistentModelIndex
SOON, LATE = 30.0, 60.0  # seconds of waiting that are shown amber, red
_TONES: Final = {
    InteractionState.CONNECTED: "ok",
    InteractionState.HELD: "warn",
    InteractionState.WRAP_UP: "wrap",
}
_ICONS: Final = {Channel.VOICE: "voice", Channel.CHAT: "chat", Channel.EMAIL: "email"}


def state_icon(view: InteractionView) -> str:
    """The state's own shape, so that colour is never alone."""
    if view.state is InteractionState.HELD:
        return "hold"
    if view.state is InteractionState.WRAP_UP:
        return "note"
    if view.state is InteractionState.OFFERED:
        return "ringing"
    if view.ani_withheld:
        return "withheld"
    if view.channel is Channel.VOICE and view.direction is Direction.OUTBOUND:
        return "call-out"
    return _ICONS[view.channel]


class ContactDelegate(QStyledItemDelegate):
    def __init__(self, desktop: Desktop, view: QListView) -> None:
        super().__init__(view)
        self._desktop = desktop

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, 40 if isinstance(index.data(ROW), Heading) else 56)

    def detail(self, view: InteractionView) -> str:
        parts = [words.channel(view.channel)]
        if view.state in _TONES and view.state is not InteractionState.CONNECTED:
            parts = [words.state(view.state)]
        if view.queue_name:
            parts.append(view.queue_name)
        if view.state in _TONES and sentences.caller(view) != sentences.number(view):
            parts.append(sentences.number(view))
        return " · ".join(parts)

    def seconds(self, view: InteractionView) -> float:
        """The running time that matters: of the call, of the wrap-up, of the waiting."""
        if view.state is InteractionState.WRAP_UP:
            return self._desktop.store.since(view.changed_at)
        return self._desktop.store.since(view.established_at or view.queued_at or view.started_at)

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
        self._lines(painter, rect, view)

    def _lines(self, painter: QPainter, rect: QRect, view: InteractionView) -> None:
        seconds = self.seconds(view)
        age = formats.duration(seconds) if seconds < 36_000 else formats.age(seconds)
        tone = _TONES.get(view.state) or (
            "bad" if seconds >= LATE else "warn" if seconds >= SOON else "text-2"
        )
        font = theme.font("small", strong=tone in ("bad", "warn", "wrap"))
        width = QFontMetrics(font).horizontalAdvance(age)
        left, right = rect.left() + 56, rect.right() - 16
        line(painter, font, tone, QRect(right - width, rect.top() + 10, width + 1, 18), age)
        name = QRect(left, rect.top() + 9, right - left - width - 8, 20)
        line(
            painter,
            theme.font("body", strong=True, tabular=False),
            "text",
            name,
            sentences.caller(view),
        )
        below = QRect(left, rect.top() + 29, right - left, 18)
        line(painter, theme.font("small"), "text-2", below, self.detail(view))


def heading_words(heading: Heading) -> str:
    from PySide6.QtCore import QCoreApplication

    if heading.kind == "own":
        return QCoreApplication.translate("ContactList", "MY CONTACTS")
    return QCoreApplication.translate("ContactList", "WAITING")


class ContactList(Retranslated, Panel):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(level="raised", parent=parent)
        self._desktop, self._work = desktop, desktop.work
        self.list = QListView()
        self.list.setProperty("level", "raised")
        self._delegate = ContactDelegate(desktop, self.list)
        self._model = ContactsModel(self._words, self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self._empty = EmptyState("inbox")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._empty, 1)
        self.setMinimumWidth(208)
        self._following = False
        self._work.changed.connect(self.refresh)
        self._work.selected_changed.connect(self._follow)
        desktop.shell.changed.connect(self._say_empty)
        desktop.ticked.connect(self.list.viewport().update)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        self.list.setAccessibleName(self.tr("Contacts"))
        self._say_empty()
        self.list.viewport().update()

    def refresh(self) -> None:
        self._following = True
        own, waiting = self._work.own, self._work.waiting
        self._model.set_contacts(own, waiting)
        self._following = False
        self._show_rows(bool(own or waiting))
        self._follow()

    def take_focus(self) -> None:
        """The list's, or this pane's own while there is nothing in it: no button is lit."""
        (self if self.list.isHidden() else self.list).setFocus()

    def _show_rows(self, any_rows: bool) -> None:
        # a widget that is hidden would pass the keyboard on to the next button; asked of the
        # window, which may stand behind another and get the keyboard later
        holder: QWidget | None = self.window().focusWidget()
        here = holder is self.list or holder is self
        if here and not any_rows:
            self.setFocus()
        self.list.setVisible(any_rows)
        self._empty.setVisible(not any_rows)
        if here:
            self.take_focus()  # the arrow keys are the list's again

    def _say_empty(self) -> None:
        agent = self._desktop.shell.agent
        ready = agent is not None and agent.mode == "ready"
        hint = (
            self.tr("The next call opens its file here by itself.")
            if ready
            else self.tr("Put yourself on Ready to receive calls.")
        )
        self._empty.set_words(self.tr("No contacts now"), hint)

    def _words(self, row: Any) -> str:
        if isinstance(row, Heading):
            return f"{heading_words(row)} {row.count}"
        age = formats.duration(self._delegate.seconds(row))
        return f"{sentences.caller(row)}, {words.state(row.state)}, {self._delegate.detail(row)}, {age}"  # noqa: E501

    def _follow(self) -> None:
        number = self._model.row_of(self._work.selected)
        self._following = True
        if number >= 0:
            self.list.setCurrentIndex(self._model.index(number))
        else:
            self.list.clearSelection()
        self._following = False

    def _chosen(self, index: QModelIndex, _old: QModelIndex) -> None:
        row = index.data(ROW) if index.isValid() else None
        if not self._following and row is not None and not isinstance(row, Heading):
            self._work.select(row.interaction_id)
