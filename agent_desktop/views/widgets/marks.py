"""Small marks: tags, avatars, icons, state dots (a shape for each state, not colour alone)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from agent_desktop import formats
from agent_desktop.views import theme
from agent_desktop.views.widgets.style import set_style
from agent_desktop.views.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Tag(QLabel):
    """A word in a box; `tone` is "", ok, warn, bad, wrap or accent."""

    def __init__(self, text: str = "", tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", tone)

    def set_tone(self, tone: str) -> None:
        set_style(self, tone=tone)


class IconTag(QFrame):
    """A word in a box with its icon before it, for what must not be read by colour alone."""

    def __init__(
        self, text: str, icon: str, tone: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("tone", tone)
        self.text = text
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 3, 8, 3)
        layout.setSpacing(4)
        layout.addWidget(IconLabel(icon, tone or "text-2", 14))
        layout.addWidget(Text(text, "small", tone=tone))
        self.setAccessibleName(text)


class Avatar(QWidget):
    """Initials in a circle; an icon where nobody has a name."""

    def __init__(self, size: int = 48, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._icon = "", "customer"
        self.setFixedSize(size, size)

    def set_name(self, name: str, icon: str = "customer") -> None:
        self._text, self._icon = formats.initials(name), icon
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent-soft"))
        painter.drawEllipse(self.rect())
        if self._text:
            painter.setPen(theme.colour("accent"))
            painter.setFont(theme.font(self.width() // 3, strong=True))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        else:
            size = self.width() // 2
            offset = (self.width() - size) // 2
            theme.draw_icon(painter, self._icon, "accent", offset, offset, size)


class IconLabel(QWidget):
    """An icon that stands alone."""

    def __init__(
        self, name: str, role: str = "text-2", size: int = 20, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._role, self._size = name, role, size
        self.setFixedSize(size, size)

    def set_icon(self, name: str, role: str = "") -> None:
        self._name, self._role = name, role or self._role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme.draw_icon(QPainter(self), self._name, self._role, 0, 0, self._size)


SHAPES = {"ok": "disc", "accent": "disc", "warn": "bar", "wrap": "half", "bad": "cross"}


def draw_dot(painter: QPainter, tone: str, rect: QRectF) -> None:
    """The state's mark: a disc (ready, busy), bars (paused), half (wrap-up), a cross, a ring."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = theme.colour(tone if tone in SHAPES else "text-3")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    shape = SHAPES.get(tone, "ring")
    if shape == "disc":
        painter.drawEllipse(rect)
    elif shape == "bar":
        third = rect.width() / 3
        painter.drawRoundedRect(QRectF(rect.x(), rect.y(), third, rect.height()), 1, 1)
        painter.drawRoundedRect(QRectF(rect.right() - third, rect.y(), third, rect.height()), 1, 1)
    elif shape == "half":
        painter.drawPie(rect, 90 * 16, 180 * 16)
        _ring(painter, rect, tone)
    elif shape == "cross":
        painter.setPen(QPen(colour, 2, c=Qt.PenCapStyle.RoundCap))
        inner = rect.adjusted(1, 1, -1, -1)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    else:
        _ring(painter, rect, "text-3")
    painter.restore()


def _ring(painter: QPainter, rect: QRectF, role: str) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour(role), 1.5))
    painter.drawEllipse(rect.adjusted(0.75, 0.75, -0.75, -0.75))


class StateDot(QWidget):
    def __init__(self, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setFixedSize(10, 10)

    def set_tone(self, tone: str) -> None:
        if tone != self._tone:
            self._tone = tone
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_dot(QPainter(self), self._tone, QRectF(self.rect()))
