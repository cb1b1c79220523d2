"""The sections of the customer form: one is shown at a time, each says how much is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QWidget

from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, FlowLayout, column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BASICS: Final = "basics"


class Section(Retranslated, QWidget):
    """One part of the form, beside the basics."""

    def fill(self) -> None:
        """Every field anew, for another customer or another number of rows."""
        raise NotImplementedError

    def refresh(self) -> None:
        """What is wrong, and what may be done now."""
        raise NotImplementedError

    def chain(self) -> Sequence[QWidget]:
        """What the Tab key goes through, in its order."""
        raise NotImplementedError

    def begin(self, error: str = "") -> None:
        """The focus goes to the field at fault, or to the first."""
        raise NotImplementedError


class SectionBar(Retranslated, QWidget):
    """Ctrl+PgDown and Ctrl+PgUp go on and back. Signal: `chosen` with the section's name."""

    chosen = Signal(str)

    def __init__(self, names: Sequence[str], host: QWidget) -> None:
        super().__init__(host)
        self.buttons = {name: Button("", "toggle", small=True) for name in names}
        self.shown = BASICS
        self._wrong: frozenset[str] = frozenset()
        self._counts: Mapping[str, int] = {}
        group = QButtonGroup(self)
        group.setExclusive(True)
        flow = FlowLayout(self, spacing=8)
        for name, button in self.buttons.items():
            group.addButton(button)
            flow.addWidget(button)
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(keys), host, lambda step=step: self._go(step))
        self.retranslate()

    def retranslate(self) -> None:
        titles = {
            BASICS: self.tr("Basics"),
            "addresses": self.tr("Postal addresses"),
            "relations": self.tr("Related"),
            "consents": self.tr("Consents"),
            "custom": self.tr("More fields"),
        }
        for name, button in self.buttons.items():
            count = self._counts.get(name, 0)
            button.setText(f"{titles[name]}  {count}" if count else titles[name])
            wrong = name in self._wrong
            button.set_icon("warning" if wrong else "")
            button.setAccessibleDescription(
                self.tr("Something here is not right") if wrong else ""
            )

    def show_section(self, name: str) -> None:
        self.shown = name
        self.buttons[name].setChecked(True)

    def say(
        self, counts: Mapping[str, int], wrong: frozenset[str], hidden: frozenset[str]
    ) -> None:
        """How much is in each section, where something is wrong, and which there are not."""
        for name, button in self.buttons.items():
            button.setVisible(name not in hidden)
        if (dict(counts), wrong) != (dict(self._counts), self._wrong):
            self._counts, self._wrong = counts, wrong
            self.retranslate()

    def _go(self, step: int) -> None:
        names = [name for name, button in self.buttons.items() if not button.isHidden()]
        place = names.index(self.shown) if self.shown in names else 0
        self.chosen.emit(names[(place + step) % len(names)])


class Pages(QWidget):
    """One of several at a time, as high as that one is: a stack is as high as the highest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: dict[str, QWidget] = {}
        self._layout = column(spacing=0)
        self.setLayout(self._layout)

    def add(self, name: str, page: QWidget) -> None:
        self._pages[name] = page
        self._layout.addWidget(page)
        page.setVisible(len(self._pages) == 1)

    def show_page(self, wanted: str) -> None:
        for name, page in self._pages.items():
            if name != wanted:
                page.hide()
        self._pages[wanted].show()
