"""An e-mail address that can be written to where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QSizePolicy

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget


class MailButton(Retranslated, Button):
    """Pressed, it asks for a new mail: `compose_requested(address)`."""

    compose_requested = Signal(str)

    def __init__(self, address: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", "link", icon="email", parent=parent)
        self.address, self._writable, self._laid_out = "", True, False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: self.compose_requested.emit(self.address))
        self.set_address(address)

    def set_address(self, address: str, *, can_write: bool = True) -> None:
        """`can_write` False shows it as text."""
        self.address, self._writable = address, can_write
        self.setVisible(bool(address))
        self.setEnabled(can_write)
        self.retranslate()

    def retranslate(self) -> None:
        self._fit()
        words = self.tr("Write to {address}").format(address=self.address)
        self.setAccessibleName(words)
        self.setToolTip(words if self._writable else self.address)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._laid_out = True
        self._fit()

    def _fit(self) -> None:
        """The address, or as much of it as there is room for."""
        room = self.width() - self.sizeHint().width() + self._width_of(self.address)
        metrics = self.fontMetrics()
        said = metrics.elidedText(self.address, Qt.TextElideMode.ElideRight, room)
        shown = (said if self._laid_out else self.address).replace("&", "&&")
        if shown != self.text():
            self.setText(shown)

    def _width_of(self, text: str) -> int:
        """As `QPushButton.sizeHint` counts it."""
        return self.fontMetrics().size(Qt.TextFlag.TextSingleLine, text).width()

    def sizeHint(self) -> QSize:
        """Of the whole address, whatever of it is shown."""
        hint = super().sizeHint()
        left_out = self._width_of(self.address) - self._width_of(self.text().replace("&&", "&"))
        hint.setWidth(hint.width() + left_out)
        return hint

    def minimumSizeHint(self) -> QSize:
        """A long address is cut rather than widening the panel."""
        hint = super().minimumSizeHint()
        hint.setWidth(min(hint.width(), 120))
        return hint

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy = menu.addAction(self.tr("Copy the address"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.address))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
