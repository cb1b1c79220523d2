"""To, Cc and Bcc: an address is a chip once it is typed; known ones are proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QSizePolicy, QWidget

from agent_desktop.viewmodels import addresses
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, FlowLayout, Text, row
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from cti_bridge.protocol.values import Address


ENTRY: Final = 120  # pixels at least, for what is typed


class AddressChip(Button):
    """One recipient; pressed, it goes back into the field to be changed."""

    def __init__(self, address: Address) -> None:
        super().__init__("", "secondary", small=True)
        self.address = address
        self.setText((address.name or address.address)[:60].replace("&", "&&"))
        self.setToolTip(addresses.spoken(address))
        set_style(self, wrong=not addresses.valid(address.address))


class AddressEntry(QLineEdit):
    """Signals: `entered(text)` at Return, Tab, comma, semicolon, paste of several, or when it is
    left; `erased` at Backspace on nothing."""

    entered = Signal(str)
    erased = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(20_000)  # a pasted list
        self.setMinimumWidth(ENTRY)

    def sizeHint(self) -> QSize:
        return QSize(ENTRY, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ends = (Qt.Key.Key_Comma, Qt.Key.Key_Semicolon, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in ends and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.enter()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.erased.emit()
        else:
            super().keyPressEvent(event)
            if any(sign in self.text() for sign in ",;\n"):
                self.enter()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.enter()

    def enter(self) -> None:
        if text := self.text().strip(" ,;"):
            self.clear()
            self.entered.emit(text)


class AddressField(Retranslated, QFrame):
    """Signals: `changed` with the tuple of addresses, when a person changes it."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addresses: tuple[Address, ...] = ()
        self.chips: list[AddressChip] = []
        self.label = Text("", "small")
        self.label.setFixedWidth(44)
        self.entry = AddressEntry()
        self.entry.entered.connect(self._enter)
        self.entry.erased.connect(self._erase)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._completed)
        self.entry.setCompleter(completer)
        holder = QWidget()
        self._flow = FlowLayout(holder, spacing=4)
        self._flow.addWidget(self.entry)
        policy = holder.sizePolicy()
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        inner = row(self.label, holder, spacing=4, margins=(0, 3, 0, 3))
        inner.setStretch(1, 1)
        inner.setAlignment(self.label, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(inner)
        own = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        own.setHeightForWidth(True)
        self.setSizePolicy(own)
        self.setFocusProxy(self.entry)
        self.retranslate()

    def retranslate(self) -> None:
        for chip in self.chips:
            self._name(chip)

    def set_title(self, title: str) -> None:
        self.label.setText(title)
        self.entry.setAccessibleName(title)

    def set_known(self, known: Sequence[Address]) -> None:
        self._known.setStringList([addresses.spoken(a) for a in known])

    def set_read_only(self, on: bool) -> None:
        self.entry.setReadOnly(on)
        for chip in self.chips:
            chip.setEnabled(not on)

    def show_addresses(self, wanted: tuple[Address, ...]) -> None:
        if wanted == self.addresses:
            return
        self.addresses = wanted
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self.entry)
        self.chips = [AddressChip(a) for a in wanted]
        for chip in self.chips:
            chip.clicked.connect(lambda _=False, c=chip: self._edit(c))
            self._name(chip)
            self._flow.addWidget(chip)
            chip.show()
        self._flow.addWidget(self.entry)
        set_style(self, wrong=any(not addresses.valid(a.address) for a in wanted))
        self.updateGeometry()

    def _name(self, chip: AddressChip) -> None:
        said = addresses.spoken(chip.address)
        if not addresses.valid(chip.address.address):
            said = self.tr("{address}: not an e-mail address").format(address=said)
        chip.setAccessibleName(said)
        chip.setToolTip(said)

    def _set(self, wanted: tuple[Address, ...]) -> None:
        wanted = addresses.unique(wanted)[: addresses.MAX_RECIPIENTS]
        if wanted != self.addresses:
            self.show_addresses(wanted)
            self.changed.emit(wanted)

    def _enter(self, text: str) -> None:
        self._set((*self.addresses, *addresses.parse(text)))

    def _completed(self, text: str) -> None:
        self.entry.clear()
        self._enter(text)
        # the completer writes its text into the field after this
        self.entry.textChanged.connect(
            self._drop_completed, Qt.ConnectionType.SingleShotConnection
        )

    def _drop_completed(self, text: str) -> None:
        if text:
            self.entry.clear()

    def _erase(self) -> None:
        self._set(self.addresses[:-1])

    def _edit(self, chip: AddressChip) -> None:
        """Back into the field, where it can be corrected."""
        self._set(tuple(a for a in self.addresses if a != chip.address))
        self.entry.setText(addresses.spoken(chip.address))
        self.entry.setFocus()
