"""The left rail: one button for each page that the role may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import theme
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.pages_table import PAGES, in_order

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.views.pages_table import Page

WIDTH = 64


class RailButton(QPushButton):
    def __init__(self, page: Page, parent: QWidget) -> None:
        super().__init__(parent)
        self._page, self._count = page, 0
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(22, 22))
        self.toggled.connect(self.tint)
        self.tint()

    def tint(self) -> None:
        self.setIcon(theme.icon(self._page.icon, "accent" if self.isChecked() else "text-2", 22))

    def set_words(self, title: str, keys: str) -> None:
        self.setToolTip(f"{title} ({keys})")
        self.setAccessibleName(f"{title}, {self._count}" if self._count else title)

    def set_count(self, count: int) -> None:
        if count != self._count:
            self._count = count
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._count:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font(11, strong=True))
            text = formats.number(self._count) if self._count < 100 else "99+"
            width = max(16, painter.fontMetrics().horizontalAdvance(text) + 8)
            badge = QRect(self.width() - width - 1, 2, width, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(badge, 8, 8)
            painter.setPen(theme.colour("on-accent"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class Rail(Retranslated, QFrame):
    """Signals: `page_chosen(id)`."""

    page_chosen = Signal(str)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.shell
        self.setFixedWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 12, 9, 12)
        layout.setSpacing(8)
        self.buttons: dict[str, RailButton] = {}
        for page in (p for p in PAGES if not p.at_foot):
            layout.addWidget(self._button(page))
        layout.addStretch(1)
        for page in (p for p in PAGES if p.at_foot):
            layout.addWidget(self._button(page))
        theme.theme().changed.connect(self._tint)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        shown = {page.id: n for n, page in enumerate(in_order(self._model.state.may), start=1)}
        for page in PAGES:
            button = self.buttons[page.id]
            button.setVisible(page.id in shown)
            if page.id == "missed":
                button.set_count(self._model.missed_count)
            button.set_words(page_title(page), f"Alt+{shown.get(page.id, '')}")

    def show_page(self, page_id: str) -> None:
        self.buttons[page_id].setChecked(True)

    def _button(self, page: Page) -> RailButton:
        button = self.buttons[page.id] = RailButton(page, self)
        button.clicked.connect(lambda _=False, id_=page.id: self.page_chosen.emit(id_))
        return button

    def _tint(self) -> None:
        for button in self.buttons.values():
            button.tint()


def page_title(page: Page) -> str:
    return QCoreApplication.translate("Pages", page.title)
