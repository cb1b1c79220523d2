"""What the desktop says by itself: empty places, banners, passing words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desktop.views.widgets.buttons import Button
from agent_desktop.views.widgets.marks import IconLabel
from agent_desktop.views.widgets.style import set_style
from agent_desktop.views.widgets.text import Text

TOAST_MS = 4_000
_ICONS = {"ok": "done", "warn": "warning", "bad": "error", "accent": "info", "": "info"}


class EmptyState(QWidget):
    """An empty place that says what to do; `acted` when its button is pressed."""

    acted = Signal()

    def __init__(
        self,
        icon: str,
        title: str = "",
        hint: str = "",
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = IconLabel(icon, "text-3", 32)
        self._title = Text("", "strong")
        self._hint = Text("", "muted", wrap=True)
        self._action = Button("", "secondary")
        self._action.clicked.connect(self.acted)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._hint.setMaximumWidth(360)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(4)
        layout.addWidget(self._title)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._hint, 100)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addSpacing(4)
        layout.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        self.set_words(title, hint, action)

    def set_words(self, title: str, hint: str = "", action: str = "") -> None:
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)

    def set_icon(self, name: str) -> None:
        self._icon.set_icon(name)


class Notice(QFrame):
    """A line that stays while its reason does; `acted` when its button is pressed."""

    acted = Signal()

    def __init__(
        self, tone: str = "", *, banner: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("tone", tone)
        self.setProperty("banner", banner)
        self._mark = IconLabel(_ICONS[tone], tone or "text-2", 18)
        self._text = Text("", "body", tone=tone, wrap=True)
        self._action = Button("", "secondary", small=True)
        self._action.hide()
        self._action.clicked.connect(self.acted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._action)

    def text(self) -> str:
        return self._text.text()

    def say(self, text: str, *, tone: str | None = None, icon: str = "", action: str = "") -> None:
        """ "" hides it."""
        if tone is not None:
            set_style(self, tone=tone)
            set_style(self._text, tone=tone)
        shown = tone if tone is not None else str(self.property("tone"))
        self._mark.set_icon(icon or _ICONS[shown], shown or "text-2")
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class Toast(Notice):
    """A passing word at the foot of its parent; never takes the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent=parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._timer = QTimer(self, singleShot=True, interval=TOAST_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def show_text(self, text: str, tone: str = "") -> None:
        self.say(text, tone=tone)
        self._place()
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _place(self) -> None:
        parent = self._over
        self.setFixedWidth(min(480, parent.width() - 48))
        self.adjustSize()
        self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - 24)
