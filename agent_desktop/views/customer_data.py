"""What stands in a customer's file, with its source: identities, addresses, who belongs to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import customer_words, words
from agent_desktop.views.field_history import FieldHistoryPopover
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.reveal import HiddenValue
from agent_desktop.views.widgets import Button, Text, column, row
from cti_bridge.protocol.vocabulary import CustomerKind, IdentityKind

if TYPE_CHECKING:
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from agent_desktop.viewmodels.field_history import FieldHistoryViewModel
    from agent_desktop.viewmodels.revealing import RevealingViewModel
    from cti_bridge.protocol.customer_values import AddressView, RelationView
    from cti_bridge.protocol.values import CustomerCard, IdentityView


class CustomerData(Retranslated, QWidget):
    """Every identity with its label, source and confirmation; addresses; related people, who
    open; of each who wrote it. Signals: `customer_asked(CustomerId)`."""

    call_requested = Signal(str)
    customer_asked = Signal(object)

    def __init__(
        self,
        file: CustomerFileViewModel,
        revealing: RevealingViewModel,
        history: FieldHistoryViewModel,
    ) -> None:
        super().__init__()
        self._file, self._revealing, self._history = file, revealing, history
        self.popover = FieldHistoryPopover(history, self)
        self._shown: tuple[object, ...] | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(24, 16, 24, 16)
        self._rows.setSpacing(12)
        self._rows.addStretch(1)

    def retranslate(self) -> None:
        self._shown = None
        if self._file.card is not None:
            self.render_card(self._file.card)

    def render_card(self, card: CustomerCard) -> None:
        file = self._file.file
        addresses, relations = (file.addresses, file.relations) if file else ((), ())
        shown = (card.identities, card.organisation, card.language, addresses, relations)
        if shown == self._shown:
            return
        self._shown = shown
        while self._rows.count() > 1:
            item = self._rows.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        facts: list[tuple[str, str | QWidget, str]] = [
            (self.tr("Name"), card.name, ""),
            (self.tr("Organisation"), card.organisation, ""),
            (self.tr("Language"), words.language(card.language), ""),
        ]
        fields = ["name", "organisation", "language"]
        fields += ["identities"] * len(card.identities) + ["addresses"] * len(addresses)
        for one in card.identities:
            label, value, detail = self._identity(one)
            facts.append((label, self._hidden(card, one) if one.masked else value, detail))
        facts += [self._address(address) for address in addresses]
        for (label, told, detail), field in zip(facts, fields, strict=True):
            if told:
                fact = _fact(label, told, detail, self._clock(field, label))
                self._rows.insertWidget(self._rows.count() - 1, fact)
        if relations:
            self._rows.insertWidget(self._rows.count() - 1, self._people(relations))

    def _clock(self, field: str, label: str) -> Button:
        """Opens what stood in this field before."""
        clock = Button("", "quiet", icon="history", small=True)
        name = self.tr("Who changed it: {field}").format(field=label)
        clock.setAccessibleName(name)
        clock.setToolTip(name)
        clock.clicked.connect(lambda: self._open_history(field, label, clock))
        return clock

    def _open_history(self, field: str, label: str, place: QWidget) -> None:
        if self._file.customer_id is not None:
            self._history.open(self._file.customer_id, field)
            self.popover.open_at(place, label)

    def _hidden(self, card: CustomerCard, one: IdentityView) -> QWidget:
        say = formats.phone if one.kind is IdentityKind.PHONE else str
        field = f"identity:{one.ref}"
        return HiddenValue(self._revealing, card.customer_id, field, one.value, say=say)

    def _address(self, address: AddressView) -> tuple[str, str, str]:
        word = self.tr("Address")
        label = f"{word} · {words.label(address.label)}" if address.label else word
        town = " ".join(part for part in (address.postcode, address.city) if part)
        region = ", ".join(part for part in (address.region, address.country) if part)
        return label, "\n".join(line for line in (address.street, town, region) if line), ""

    def _people(self, relations: tuple[RelationView, ...]) -> QWidget:
        """Each opens its own file."""
        box = QWidget()
        title = self.tr("Related people and organisations")
        head = QWidget()
        head.setLayout(row(Text(title, "small"), None, self._clock("relations", title)))
        parts: list[QWidget] = [head]
        for one in relations:
            firm = one.other_kind is CustomerKind.ORGANISATION
            link = Button(one.name, "link", icon="organisation" if firm else "customer")
            link.clicked.connect(partial(self.customer_asked.emit, one.customer_id))
            said = customer_words.relation(one.kind, backward=one.backward)
            about = " · ".join(part for part in (said, one.role) if part)
            link.setAccessibleName(f"{one.name}, {about}")
            parts += [link, Text(about, "faint", wrap=True)]
        box.setLayout(column(*parts, spacing=2))
        return box

    def _identity(self, identity: IdentityView) -> tuple[str, str, str]:
        kind = words.identity_kind(identity.kind)
        label = f"{kind} · {words.label(identity.label)}" if identity.label else kind
        value = identity.value
        if identity.kind is IdentityKind.PHONE:
            value = formats.phone(identity.value)
        elif identity.kind is IdentityKind.VISITOR:
            value = self.tr("Known on the web site")
        parts = []
        if identity.confirmed_at is not None:
            day = formats.day(identity.confirmed_at)
            parts.append(self.tr("Confirmed {day}").format(day=day))
        if identity.source:
            parts.append(self.tr("Source: {source}").format(source=words.source(identity.source)))
        return label, value, " · ".join(parts)


def _fact(label: str, value: str | QWidget, detail: str, clock: Button) -> QWidget:
    box = QWidget()
    shown = Text(value, wrap=True, select=True) if isinstance(value, str) else value
    parts: list[QWidget] = [Text(label, "small"), shown]
    if detail:
        parts.append(Text(detail, "faint", wrap=True))
    line = row(column(*parts, spacing=2), clock)
    line.setStretch(0, 1)
    line.setAlignment(clock, Qt.AlignmentFlag.AlignTop)
    box.setLayout(line)
    return box
