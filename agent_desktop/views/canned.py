"""Canned replies at the tip of the pen: "/" opens them in whatever is being written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from agent_desktop.views import theme, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.timeline import line
from agent_desktop.views.widgets import Text

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import CannedReply

WIDTH: Final = 460
SHOWN: Final = 6  # rows before it scrolls
ROW_HEIGHT: Final = 48
TOKEN: Final = re.compile(r"(?:^|(?<=\s))/(?P<words>[^\s/][^/\n]{0,39}|)$")
REPLY: Final = Qt.ItemDataRole.UserRole


class CannedPopup(Retranslated, QFrame):
    """Belongs to an editor: "/" at a word's start opens it, what follows searches, Up and Down
    choose, Enter or Tab inserts, Escape leaves. The keyboard stays in the editor.

    Signals: `chosen` with the reply that was inserted.
    """

    chosen = Signal(object)

    def __init__(self, desktop: Desktop, edit: QPlainTextEdit | QTextEdit) -> None:
        super().__init__(edit.window())
        self._model, self._edit = desktop.canned, edit
        self._left_at = -1  # where the "/" stands that Escape was pressed for
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("popup", True)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Row(self.list))
        self.list.itemClicked.connect(self._insert_item)
        self._hint = Text("", "faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 6)
        layout.setSpacing(4)
        layout.addWidget(self.list)
        layout.addWidget(self._hint)
        self._hint.setContentsMargins(8, 0, 8, 0)
        self.hide()
        edit.installEventFilter(self)
        edit.textChanged.connect(self.look)
        edit.cursorPositionChanged.connect(self.look)
        self.retranslate()

    def retranslate(self) -> None:
        self._hint.setText(self.tr("↑ ↓ choose · Enter inserts · Esc leaves"))
        self.list.setAccessibleName(self.tr("Canned replies"))

    # -- when it is open

    def look(self) -> None:
        """Opens, narrows or closes it by what stands before the cursor."""
        token = self._token()
        if token is None or not self._edit.hasFocus():
            self._left_at = -1 if token is None else self._left_at
            self.hide()
            return
        place, wanted = token
        found = () if place == self._left_at else self._model.find(wanted)
        self._show(found)

    def open_all(self) -> None:
        """The button's way: types the "/" for one who does not know it."""
        self._edit.setFocus()
        cursor = self._edit.textCursor()
        before = self._before(cursor)
        cursor.insertText("/" if not before or before[-1].isspace() else " /")
        self._edit.setTextCursor(cursor)

    def _token(self) -> tuple[int, str] | None:
        """Where the "/" stands, and what follows it up to the cursor."""
        cursor = self._edit.textCursor()
        if cursor.hasSelection() or self._edit.isReadOnly():
            return None
        found = TOKEN.search(self._before(cursor))
        if found is None:
            return None
        return cursor.position() - len(found[0]), found["words"]

    @staticmethod
    def _before(cursor: QTextCursor) -> str:
        return cursor.block().text()[: cursor.positionInBlock()]

    def _show(self, found: tuple[CannedReply, ...]) -> None:
        self.list.clear()
        for reply in found:
            item = QListWidgetItem(f"/{reply.code} {reply.title}")
            item.setData(REPLY, reply)
            self.list.addItem(item)
        if not found:
            self.hide()
            return
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(min(len(found), SHOWN) * ROW_HEIGHT + 2)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        """Beneath the line, or above it where there is no room."""
        window = self._edit.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        at: QRect = self._edit.cursorRect()
        viewport = self._edit.viewport()
        self.setFixedWidth(min(WIDTH, window.width() - 32))
        self.adjustSize()
        below = viewport.mapTo(window, at.bottomLeft() + QPoint(0, 6))
        above = viewport.mapTo(window, at.topLeft()).y() - self.height() - 6
        y = below.y() if below.y() + self.height() < window.height() - 8 else max(8, above)
        x = min(max(8, below.x() - 12), window.width() - self.width() - 16)
        self.move(x, y)

    # -- keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._edit or self.isHidden():
            return False
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.hide()
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            if Qt.Key(event.key()) in _KEYS:
                event.accept()  # Escape and Enter are the popup's while it is open
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key not in _KEYS or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in _STEPS:
            count = self.list.count()
            self.list.setCurrentRow((self.list.currentRow() + _STEPS[key]) % count)
        elif key is Qt.Key.Key_Escape:
            token = self._token()
            self._left_at = token[0] if token else -1
            self.hide()
        else:
            self._insert_item(self.list.currentItem())
        return True

    def _insert_item(self, item: QListWidgetItem | None) -> None:
        token = self._token()
        if item is None or token is None:
            return
        reply: CannedReply = item.data(REPLY)
        cursor = self._edit.textCursor()
        cursor.setPosition(token[0], QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(self._model.fill(reply.text, reply.language))
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()
        self.hide()
        self.chosen.emit(reply)


_STEPS: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_KEYS: Final = frozenset(
    {*_STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape}
)


class _Row(QStyledItemDelegate):
    """Code and title, the language, and the beginning of the text beneath."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        reply: CannedReply = index.data(REPLY)
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent-soft"))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 4, 4)
        left, top = rect.left() + 10, rect.top() + 4
        right = rect.right() - 10
        code, strong = theme.font("small", strong=True), theme.font("body", strong=True)
        tongue = words.language(reply.language) if reply.language else ""
        shown = theme.metrics("small", strong=True).horizontalAdvance(f"/{reply.code}") + 10
        beside = theme.metrics("small").horizontalAdvance(tongue) + 2 if tongue else 0
        line(painter, code, "accent", QRect(left, top, shown, 20), f"/{reply.code}")
        wide = right - left - shown - beside - 8
        line(painter, strong, "text", QRect(left + shown, top, wide, 20), reply.title)
        small = theme.font("small")
        line(painter, small, "text-3", QRect(right - beside, top, beside, 20), tongue)
        line(painter, small, "text-2", QRect(left, top + 20, right - left, 18), reply.text)
        painter.restore()
