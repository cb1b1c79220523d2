"""How much of each channel this agent has in hand, of what it may have: `chat 2/3`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_desktop.views import theme, words
from agent_desktop.views.contact_rows import ICONS
from agent_desktop.views.i18n import Retranslated

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import Share

ICON, GAP, APART = 16, 4, 12
HEIGHT: Final = 24


class Shares(Retranslated, QWidget):
    """Painted: an icon and two figures each; a full one is told by weight and colour."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.shell
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._model.changed.connect(self.refresh)
        theme.theme().changed.connect(self.update)
        self.retranslate()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        shares = self._model.shares
        said = [f"{words.channel(s.channel)} {s.using}/{s.most}" for s in shares]
        self.setToolTip(self.tr("In hand, of what you may have:") + "\n" + "\n".join(said))
        self.setAccessibleName(", ".join(said))
        self.setVisible(bool(shares))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = theme.metrics("small", strong=True)
        wide = (ICON + GAP + metrics.horizontalAdvance(_text(s)) for s in self._model.shares)
        return QSize(sum(wide) + APART * max(0, len(self._model.shares) - 1), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = 0
        for share in self._model.shares:
            full = share.using >= share.most
            role = "accent" if share.using else "text-3"
            theme.draw_icon(painter, ICONS[share.channel], role, left, 4, ICON)
            font = theme.font("small", strong=full)
            painter.setFont(font)
            painter.setPen(theme.colour("text" if full else "text-2"))
            width = theme.metrics("small", strong=True).horizontalAdvance(_text(share))
            left += ICON + GAP
            box = QRect(left, 0, width, HEIGHT)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, _text(share))
            left += width + APART


def _text(share: Share) -> str:
    return f"{share.using}/{share.most}"
