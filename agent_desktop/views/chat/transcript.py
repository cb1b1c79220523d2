"""What was said, as one page: text that can be selected and copied across messages, with the
bubbles painted behind it. Each piece is one block, and only the blocks that differ are set anew.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPen,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from agent_desktop.views import theme
from agent_desktop.views.attachments import file_size
from agent_desktop.views.chat.links import parts, plain
from agent_desktop.views.i18n import Retranslated

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from agent_desktop.views.chat.pieces import Piece
    from cti_bridge.protocol.values import AttachmentView
    from cti_bridge.protocol.vocabulary import MessageId

EDGE: Final = 28  # pixels from a bubble's text to the page's edge
PAD_X, PAD_Y = 12, 7  # of a bubble around its text
SHARE: Final = 0.74  # of the page's width that a bubble takes at most
_BUBBLE: Final = QTextFormat.Property.UserProperty.value + 1
_NATURAL: Final = _BUBBLE + 1  # the width of the longest line, were there no end
_SIDES: Final = {"customer": 1, "agent": 2, "note": 3}
_GROUND: Final = {1: ("surface", "line"), 2: ("accent-soft", ""), 3: ("warn-soft", "")}


class Transcript(Retranslated, QTextBrowser):
    """Signals: `asked` (the address of a link that a person pressed: `https:`, `mailto:`,
    `older:`, `retry:ID`, `drop:ID`, `file:BLOB`), `reached_end` (the newest is on the screen)."""

    asked = Signal(str)
    reached_end = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("plain", True)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().setDefaultFont(theme.font("body", tabular=False))
        self._pieces: tuple[Piece, ...] = ()
        self._width = 0
        self.anchorClicked.connect(lambda url: self.asked.emit(url.toString()))
        self.highlighted.connect(self._show_target)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme.theme().changed.connect(self._again)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Conversation"))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing is ever loaded."""
        return None

    # -- what is shown

    @property
    def at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 4

    def show_pieces(self, wanted: tuple[Piece, ...], *, another: bool = False) -> None:
        """`another` conversation begins at its end; else the place is kept, and the end is
        followed by who stood at it."""
        old = self._pieces
        same = _common(old, wanted)
        if same == len(old) == len(wanted) and not another:
            return
        bar = self.verticalScrollBar()
        follow, from_end = another or self.at_end, bar.maximum() - bar.value()
        prepended = bool(old) and bool(wanted) and same < len(old) and old[-1] == wanted[-1]
        self._pieces = wanted
        self._write(same, wanted)
        if follow:
            self.to_end()
        elif prepended:
            bar.setValue(bar.maximum() - from_end)
        if follow:
            self.reached_end.emit()

    def to_end(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def chosen_messages(self) -> tuple[MessageId, ...]:
        """Those that the selection touches."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return ()
        document = self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last = document.findBlock(cursor.selectionEnd()).blockNumber()
        touched = self._pieces[first : last + 1]
        return tuple(p.message_id for p in touched if p.kind == "said" and p.message_id)

    # -- writing

    def _write(self, same: int, wanted: tuple[Piece, ...]) -> None:
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        if same == 0:
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.removeSelectedText()
        else:
            last = self.document().findBlockByNumber(same - 1)
            cursor.setPosition(last.position() + last.length() - 1)
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
        for number in range(same, len(wanted)):
            piece = wanted[number]
            block = self._block(piece, wanted[number - 1] if number else None)
            if number == 0:
                cursor.setBlockFormat(block)
            else:
                cursor.insertBlock(block, QTextCharFormat())
            self._insert(cursor, piece)
        cursor.endEditBlock()

    def _again(self) -> None:
        """Other colours: everything is written anew, at the same place."""
        self.document().setDefaultFont(theme.font("body", tabular=False))
        value = self.verticalScrollBar().value()
        self._write(0, self._pieces)
        self.verticalScrollBar().setValue(value)
        self.viewport().update()

    def _block(self, piece: Piece, before: Piece | None) -> QTextBlockFormat:
        block = QTextBlockFormat()
        block.setTopMargin(_above(piece, before))
        block.setLeftMargin(EDGE)
        block.setRightMargin(EDGE)
        if piece.kind in ("day", "event", "older"):
            block.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        elif piece.kind == "said":
            self._place_bubble(block, piece)
        elif piece.side == "agent":
            block.setAlignment(Qt.AlignmentFlag.AlignRight)
            block.setRightMargin(EDGE - PAD_X)
        else:
            block.setLeftMargin(EDGE - PAD_X)
        return block

    def _place_bubble(self, block: QTextBlockFormat, piece: Piece) -> None:
        metrics = theme.metrics("body", tabular=False)
        lines = [*plain(piece.text).split("\n"), *(_file_words(a) for a in piece.attachments)]
        natural = max((metrics.horizontalAdvance(text[:400]) for text in lines), default=0)
        block.setProperty(_BUBBLE, _SIDES[piece.side])
        block.setProperty(_NATURAL, natural + 4)
        self._fit(block)

    def _fit(self, block: QTextBlockFormat) -> None:
        """An own bubble ends at the right, whatever its width."""
        page = max(self.viewport().width(), 120)
        most = page * SHARE
        wide = min(float(block.property(_NATURAL)), most)
        free = math.floor(page - EDGE - wide)
        if block.property(_BUBBLE) == _SIDES["agent"]:
            block.setLeftMargin(max(EDGE, free))
        else:
            block.setRightMargin(max(EDGE, free))

    def _insert(self, cursor: QTextCursor, piece: Piece) -> None:
        size = "body" if piece.kind == "said" else "small"
        base = _format(size, "text" if piece.kind == "said" else piece.tone)
        lines = plain(piece.text).replace("\n", "\N{LINE SEPARATOR}")
        if piece.kind == "said":
            for text, target in parts(lines):
                cursor.insertText(text, _link(base, target) if target else base)
        else:
            cursor.insertText(lines, base)
        for number, attachment in enumerate(piece.attachments):
            if lines or number:
                cursor.insertText("\N{LINE SEPARATOR}", base)
            cursor.insertText(_file_words(attachment), _link(base, f"file:{attachment.blob_id}"))
        for target, text in piece.links:
            cursor.insertText("   " if piece.text else "", base)
            cursor.insertText(text, _link(base, target))

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self.verticalScrollBar().value()
        painter.translate(0, -top)
        block = self.cursorForPosition(self.viewport().rect().topLeft()).block().previous()
        if not block.isValid():
            block = self.document().begin()
        bottom = top + self.viewport().height()
        while block.isValid():
            if block.layout().position().y() > bottom:
                break
            self._bubble(painter, block)
            block = block.next()
        painter.end()
        super().paintEvent(event)

    def _bubble(self, painter: QPainter, block: QTextBlock) -> None:
        side = block.blockFormat().property(_BUBBLE)
        if not side:
            return
        layout = block.layout()
        box = QRectF()
        for number in range(layout.lineCount()):
            box = box.united(layout.lineAt(number).naturalTextRect())
        box = box.translated(layout.position()).adjusted(-PAD_X, -PAD_Y, PAD_X, PAD_Y)
        fill, edge = _GROUND[side]
        painter.setBrush(theme.colour(fill))
        pen = QPen(theme.colour(edge), 1) if edge else QPen(QColor(0, 0, 0, 0))
        painter.setPen(pen)
        painter.drawRoundedRect(box, 10, 10)

    def resizeEvent(self, event: QResizeEvent) -> None:
        end = self.at_end
        super().resizeEvent(event)
        if self.viewport().width() != self._width:
            self._width = self.viewport().width()
            self._refit()
        if end:
            self.to_end()

    def _refit(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        block = self.document().begin()
        while block.isValid():
            form = block.blockFormat()
            if form.property(_BUBBLE):
                self._fit(form)
                cursor.setPosition(block.position())
                cursor.setBlockFormat(form)
            block = block.next()
        cursor.endEditBlock()

    def _scrolled(self) -> None:
        if self.at_end:
            self.reached_end.emit()

    def _show_target(self, url: QUrl) -> None:
        """Where a link really leads stands in its tool tip."""
        target = url.toString()
        own = target.split(":", 1)[0] in ("older", "retry", "drop", "file")
        self.viewport().setToolTip("" if own else target)


_TOPS: Final = {"older": 12, "day": 16, "head": 14, "said": 4, "event": 10, "mark": 4}


def _above(piece: Piece, before: Piece | None) -> int:
    """Between two texts; the paddings of their bubbles lie there too."""
    space = _TOPS[piece.kind]
    space += PAD_Y if piece.kind == "said" else 0
    return space + (PAD_Y if before is not None and before.kind == "said" else 0)


def _common(old: tuple[Piece, ...], new: tuple[Piece, ...]) -> int:
    """How many pieces from the first on are the same."""
    for number, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return number
    return min(len(old), len(new))


def _format(size: str, role: str) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFont(theme.font(size, tabular=False))
    form.setForeground(theme.colour(role))
    return form


def _link(base: QTextCharFormat, target: str) -> QTextCharFormat:
    form = QTextCharFormat(base)
    form.setAnchor(True)
    form.setAnchorHref(target)
    form.setForeground(theme.colour("accent"))
    form.setFontUnderline(True)
    return form


def _file_words(attachment: AttachmentView) -> str:
    return f"📎 {plain(attachment.name)} · {file_size(attachment.size)}"
