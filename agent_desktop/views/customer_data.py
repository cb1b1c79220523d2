"""What stands in a customer's file, with its source: identities, addresses, who belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.merging import CUSTOM
from agent_desktop.views import customer_words, words
from agent_desktop.views.customer.words import custom_text, custom_title, field_title
from agent_desktop.views.field_history import FieldHistoryPopover
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.reveal import HiddenValue
from agent_desktop.views.widgets import Button, ElidedLink, Notice, Text, column, row
from cti_bridge.protocol.vocabulary import CustomerKind, FieldType, IdentityKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent_desktop.state import Store
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from agent_desktop.viewmodels.field_history import FieldHistoryViewModel
    from agent_desktop.viewmodels.revealing import RevealingViewModel
    from cti_bridge.protocol.customer_values import (
        AddressView,
        CustomValue,
        NoContactView,
        RelationView,
    )
    from cti_bridge.protocol.values import CustomerCard, CustomerFile, IdentityView

DOTS: Final = "••••"
"""What stands in the place of a hidden value of which nothing stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """One line: what it is called, what it says, and the field whose history its clock opens."""

    field: str
    label: str
    value: str | QWidget
    detail: str = ""
    warning: str = ""


class CustomerData(Retranslated, QWidget):
    """Every identity with its label, source and confirmation; birthday, addresses, the site's own
    fields; related people, who open; of each who wrote it. Signals: `call_requested(number)`,
    `customer_asked(CustomerId)`."""

    call_requested = Signal(str)
    customer_asked = Signal(object)

    def __init__(
        self,
        file: CustomerFileViewModel,
        store: Store,
        revealing: RevealingViewModel,
        history: FieldHistoryViewModel,
    ) -> None:
        super().__init__()
        self._file, self._store = file, store
        self._revealing, self._history = revealing, history
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
        file, fields = self._file.file, self._store.state.settings.fields
        shown = (card.identities, card.name, card.organisation, card.language, fields, file)
        if shown == self._shown:
            return
        self._shown = shown
        while self._rows.count() > 1:
            item = self._rows.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for fact in self._facts(card, file):
            if fact.value:
                line = _fact(fact, self._clock(fact.field, fact.label))
                self._rows.insertWidget(self._rows.count() - 1, line)
        if file is not None and file.relations:
            self._rows.insertWidget(self._rows.count() - 1, self._people(file.relations))

    def _facts(self, card: CustomerCard, file: CustomerFile | None) -> Iterator[_Fact]:
        yield _Fact(field="name", label=field_title("name"), value=card.name)
        if file is not None:
            yield _Fact(field="born", label=field_title("born"), value=self._born(file))
        yield _Fact(
            field="organisation", label=field_title("organisation"), value=card.organisation
        )
        said = words.language(card.language)
        yield _Fact(field="language", label=field_title("language"), value=said)
        for one in card.identities:
            yield self._identity(card, one)
        for address in file.addresses if file else ():
            yield self._address(card, address)
        yield from self._own(card, file)

    def _born(self, file: CustomerFile) -> str | QWidget:
        if "born" in file.masked:
            return self._hidden(file.card, "born", DOTS, say=formats.iso_date)
        return formats.iso_date(file.born.isoformat()) if file.born else ""

    def _own(self, card: CustomerCard, file: CustomerFile | None) -> Iterator[_Fact]:
        """Fields that the site adds, in its order."""
        for one in self._store.state.settings.fields:
            value = file.custom.get(one.code) if file is not None else None
            if value is None:
                continue
            say = partial(_custom_text, one.type)
            yield _Fact(
                field=f"{CUSTOM}{one.code}",
                label=custom_title(one),
                value=self._hidden(card, f"custom:{one.code}", DOTS, say=say)
                if value == DOTS
                else say(value),
            )

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

    def _hidden(
        self, card: CustomerCard, field: str, hidden: str, *, say: Callable[[str], str] = str
    ) -> QWidget:
        return HiddenValue(self._revealing, card.customer_id, field, hidden, say=say)

    def _address(self, card: CustomerCard, address: AddressView) -> _Fact:
        word = self.tr("Address")
        town = " ".join(part for part in (address.postcode, address.city) if part)
        region = ", ".join(part for part in (address.region, address.country) if part)
        said = "\n".join(line for line in (address.street, town, region) if line)
        return _Fact(
            field="addresses",
            label=f"{word} · {words.label(address.label)}" if address.label else word,
            value=self._hidden(card, f"address:{address.ref}", said) if address.masked else said,
        )

    def _people(self, relations: tuple[RelationView, ...]) -> QWidget:
        """Each opens its own file."""
        box = QWidget()
        title = self.tr("Related people and organisations")
        head = QWidget()
        head.setLayout(row(Text(title, "small"), None, self._clock("relations", title)))
        parts: list[QWidget] = [head]
        for one in relations:
            firm = one.other_kind is CustomerKind.ORGANISATION
            link = ElidedLink(one.name, icon="organisation" if firm else "customer")
            link.clicked.connect(partial(self.customer_asked.emit, one.customer_id))
            said = customer_words.relation(one.kind, backward=one.backward)
            about = " · ".join(part for part in (said, one.role) if part)
            link.setAccessibleName(f"{one.name}, {about}")
            parts += [link, Text(about, "faint", wrap=True)]
        box.setLayout(column(*parts, spacing=2))
        return box

    def _identity(self, card: CustomerCard, identity: IdentityView) -> _Fact:
        kind = words.identity_kind(identity.kind)
        say = formats.phone if identity.kind is IdentityKind.PHONE else str
        value: str | QWidget = say(identity.value)
        if identity.masked:
            value = self._hidden(card, f"identity:{identity.ref}", identity.value, say=say)
        elif identity.kind is IdentityKind.VISITOR:
            value = self.tr("Known on the web site")
        parts = []
        if identity.confirmed_at is not None:
            day = formats.day(identity.confirmed_at)
            parts.append(self.tr("Confirmed {day}").format(day=day))
        if identity.source:
            parts.append(self.tr("Source: {source}").format(source=words.source(identity.source)))
        return _Fact(
            field="identities",
            label=f"{kind} · {words.label(identity.label)}" if identity.label else kind,
            value=value,
            detail=" · ".join(parts),
            warning=self._barred(identity),
        )

    def _barred(self, identity: IdentityView) -> str:
        """Where it is on the list of no contact, why; else ""."""
        listed = self._file.file.no_contact if self._file.file else ()
        return next((customer_words.no_contact(one) for one in listed if on(one, identity)), "")


def on(listed: NoContactView, identity: IdentityView) -> bool:
    """Whether it is this one: by the whole, or by the name that a hidden one has."""
    value = identity.value.partition(";ext=")[0]
    same = listed.ref == identity.ref if listed.ref and identity.ref else listed.value == value
    return listed.kind is identity.kind and same


def _custom_text(kind: FieldType, value: CustomValue) -> str:
    """A value that was revealed comes as text, whatever its type."""
    if kind is FieldType.YES_NO and isinstance(value, str):
        value = value == "True"
    return formats.iso_date(str(value)) if kind is FieldType.DATE else custom_text(value)


def _fact(fact: _Fact, clock: Button) -> QWidget:
    box = QWidget()
    value = fact.value
    shown = Text(value, wrap=True, select=True) if isinstance(value, str) else value
    parts: list[QWidget] = [Text(fact.label, "small"), shown]
    if fact.detail:
        parts.append(Text(fact.detail, "faint", wrap=True))
    if fact.warning:
        notice = Notice("bad")
        notice.say(fact.warning, icon="line-down")
        parts.append(notice)
    line = row(column(*parts, spacing=2), clock)
    line.setStretch(0, 1)
    line.setAlignment(clock, Qt.AlignmentFlag.AlignTop)
    box.setLayout(line)
    return box
