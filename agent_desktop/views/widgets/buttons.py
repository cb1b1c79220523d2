"""Buttons of five kinds, and chips to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from agent_desktop.views import theme
from agent_desktop.views.widgets.flow import FlowLayout
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QResizeEvent

Kind = Literal["primary", "secondary", "answer", "danger", "quiet", "toggle", "link"]

LEAST_LINK: Final = 80  # pixels
_ICON_ROLES: Final = {
    "primary": "on-accent",
    "answer": "on-ok",
    "danger": "bad",
    "quiet": "text-2",
    "link": "accent",
}


class Button(QPushButton):
    """A button; the icon follows the theme, and its accessible name is its text."""

    def __init__(
        self,
        text: str = "",
        kind: Kind = "secondary",
        *,
        icon: str = "",
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind, self._icon = kind, icon
        self.setProperty("kind", kind)
        self.setProperty("small", small)
        self.setProperty("square", bool(icon) and not text and kind != "link")
        self.setCheckable(kind == "toggle")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(16, 16) if small else QSize(18, 18))
        self._follows_theme = bool(icon)
        if icon:
            self._tint()
            theme.theme().changed.connect(self._tint)
            self.toggled.connect(self._tint)

    def setText(self, text: str) -> None:
        super().setText(text)
        set_style(self, square=bool(self._icon) and not text and self._kind != "link")

    def set_icon(self, name: str) -> None:
        if name != self._icon:
            self._icon = name
            self._tint()
            if not self._follows_theme:
                self._follows_theme = True
                theme.theme().changed.connect(self._tint)
                self.toggled.connect(self._tint)

    def set_on(self, on: bool) -> None:
        """Shows a state that the bridge tells, e.g. muted; a toggle never checks itself."""
        set_style(self, on=on)
        self._tint()

    def _tint(self) -> None:
        on = self.isChecked() or bool(self.property("on"))
        role = "accent" if on else _ICON_ROLES.get(self._kind, "text")
        size = self.iconSize().width()
        self.setIcon(theme.icon(self._icon, role, size) if self._icon else QIcon())


class ElidedLink(Button):
    """A link to something that may have a long name: it ends in "…" where it is too narrow, and
    the tool tip then has the whole."""

    def __init__(self, text: str, *, icon: str = "", parent: QWidget | None = None) -> None:
        self._full = text
        super().__init__(text, "link", icon=icon, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_LINK, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        wanted = super().sizeHint()
        metrics = self.fontMetrics()
        missing = metrics.horizontalAdvance(self._full) - metrics.horizontalAdvance(self.text())
        return QSize(wanted.width() + missing, wanted.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        metrics = self.fontMetrics()
        rest = self.sizeHint().width() - metrics.horizontalAdvance(self._full)
        room = self.width() - rest
        shown = metrics.elidedText(self._full, Qt.TextElideMode.ElideRight, room)
        if shown != self.text():
            super().setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class Chip(QPushButton):
    """One of several choices."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)


class ChipGroup(QWidget):
    """Choices in a wrapping row, numbered for the keys 1 to 9; none or one is chosen.

    Signals:
        chosen: the code, when a person chooses (not when a program does).
    """

    chosen = Signal(str)

    def __init__(self, *, numbered: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbered = numbered
        self._codes: tuple[str, ...] = ()
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self._clicked)
        self._layout = FlowLayout(self, spacing=8)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """(code, words) in order; texts change in place when the codes are the same."""
        codes = tuple(code for code, _ in choices)
        if codes != self._codes:
            self._rebuild(codes)
        for index, (_, words) in enumerate(choices):
            number = f"{index + 1}  " if self._numbered and index < 9 else ""
            self._group.button(index).setText(number + words)
            self._group.button(index).setAccessibleName(words)
        self.updateGeometry()

    def codes(self) -> tuple[str, ...]:
        return self._codes

    def code(self) -> str:
        return self._codes[self._group.checkedId()] if self._group.checkedId() >= 0 else ""

    def set_code(self, code: str) -> None:
        wanted = self._codes.index(code) if code in self._codes else -1
        if wanted == self._group.checkedId():
            return
        self._group.setExclusive(False)
        for index, button in enumerate(self._group.buttons()):
            button.setChecked(index == wanted)
        self._group.setExclusive(True)

    def press(self, index: int) -> None:
        """Chooses as a click would; out of range does nothing."""
        if 0 <= index < len(self._codes):
            self._group.button(index).click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_1
        if 0 <= digit < min(9, len(self._codes)):
            self.press(digit)
        else:
            super().keyPressEvent(event)

    def _clicked(self, index: int) -> None:
        self.chosen.emit(self._codes[index])

    def _rebuild(self, codes: tuple[str, ...]) -> None:
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.deleteLater()
        self._codes = codes
        for index in range(len(codes)):
            chip = Chip("", self)
            self._group.addButton(chip, index)
            self._layout.addWidget(chip)
