"""The demo's own small windows: what is being prepared, and who may ring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QProgressBar, QVBoxLayout, QWidget

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Text
from cti_bridge.protocol.demo import CallerChanged, CallerState, DemoCase, DemoFailed, Preparing

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

CASES: Final = (
    DemoCase.KNOWN,
    DemoCase.SEVERAL,
    DemoCase.UNKNOWN,
    DemoCase.WITHHELD,
    DemoCase.GIVES_UP,
    DemoCase.THREE,
    DemoCase.CHAT,
    DemoCase.EMAIL,
)


class Preparations(Retranslated, QWidget):
    """Shown while the sample customers are made. Signals: `closed` by the user."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._what = "customers"
        self._title, self._line = Text("", "lead"), Text("", "muted", wrap=True)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        for widget in (self._title, self._line, bar):
            layout.addWidget(widget)
        self.setFixedWidth(420)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle("Ficha")
        self._title.setText(self.tr("The demo is being prepared"))
        self._line.setText(
            self.tr("Making 10,000 customers and two years of their contacts…")
            if self._what == "customers"
            else self.tr("Starting the bridge…")
        )

    def tell(self, news: object) -> None:
        if isinstance(news, Preparing):
            self._what = news.what
            self.retranslate()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)


class DemoPanel(Retranslated, QWidget):
    """Signals: `ring_asked` (a DemoCase)."""

    ring_asked = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._window = window
        self._title = Text("", "strong")
        self._state = Text("", "small", wrap=True)
        self._last: CallerChanged | DemoFailed | str | None = None
        self.buttons = {case: Button("", "secondary", small=True) for case in CASES}
        self._address = ""
        self.page = Button("", "link", small=True)
        self.page.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._address)))
        self.page.hide()
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, (case, button) in enumerate(self.buttons.items()):
            button.clicked.connect(lambda _=False, chosen=case: self.ring_asked.emit(chosen))
            grid.addWidget(button, number // 2, number % 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addLayout(grid)
        layout.addWidget(self.page)
        layout.addWidget(self._state)
        self.setFixedWidth(360)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Demo"))
        self._title.setText(self.tr("Ring or write as…"))
        self.page.setText(self.tr("Open the web page with the chat"))
        words = {
            DemoCase.KNOWN: self.tr("Known customer"),
            DemoCase.SEVERAL: self.tr("Several customers"),
            DemoCase.UNKNOWN: self.tr("Unknown number"),
            DemoCase.WITHHELD: self.tr("Withheld number"),
            DemoCase.GIVES_UP: self.tr("Caller who gives up"),
            DemoCase.THREE: self.tr("Three at once"),
            DemoCase.CHAT: self.tr("Chat from the web page"),
            DemoCase.EMAIL: self.tr("E-mail"),
        }
        for case, button in self.buttons.items():
            button.setText(words[case])
        self._say()

    def show_beside(self) -> None:
        """In the window's lower left corner, clear of the ringing card."""
        self.adjustSize()
        corner = self._window.geometry().bottomLeft()
        self.move(corner.x() + 88, corner.y() - self.height() - 40)
        self.show()

    def show_address(self, page: str) -> None:
        """Of the demo's web page, where a browser may write to this desk."""
        self._address = page
        self.page.setToolTip(page)
        self.page.setVisible(bool(page))

    def tell(self, news: object) -> None:
        if isinstance(news, CallerChanged | DemoFailed):
            self._last = news
            self._say()

    def bridge_ended(self, why: object) -> None:
        self._last = str(why)
        for button in self.buttons.values():
            button.setEnabled(False)
        self._say()

    def _say(self) -> None:
        last = self._last
        if isinstance(last, CallerChanged):
            words = {
                CallerState.CALLING: self.tr("Caller {number} dials"),
                CallerState.RINGING: self.tr("Caller {number} hears it ring"),
                CallerState.ANSWERED: self.tr("Caller {number} talks"),
                CallerState.ENDED: self.tr("Caller {number} has hung up"),
            }
            self._state.setText(words[last.state].format(number=last.caller))
        elif isinstance(last, DemoFailed):
            self._state.setText(self.tr("Not done: {why}").format(why=last.what))
        else:
            self._state.setText(last or self.tr("Each caller rings by real SIP, and speaks."))
