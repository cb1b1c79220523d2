"""What is typed into the form of one customer, each change of which can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from agent_desktop.viewmodels.customer_draft import EMPTY, iso_day
from agent_desktop.viewmodels.picking import CustomerPicker
from agent_desktop.viewmodels.undoing import Undoing
from cti_bridge.protocol.customer_values import ConsentView, RelationView
from cti_bridge.protocol.values import CustomerDraft, IdentityView
from cti_bridge.protocol.vocabulary import CustomerKind, IdentityKind

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import Store
    from cti_bridge.protocol.customer_values import CustomValue, FieldView
    from cti_bridge.protocol.values import CustomerCard
    from cti_bridge.protocol.vocabulary import ConsentChannel, RefusalCode, RelationKind


class CustomerTyping(QObject):
    """Signals: `changed` (anything shown), `reset` (fill the fields anew)."""

    changed = Signal()
    reset = Signal()

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._undoing: Undoing[CustomerDraft] = Undoing()
        self.picker = CustomerPicker(link, self)
        self.base, self.draft = EMPTY, EMPTY
        self.new_note, self.pin_note = "", False
        self.error: RefusalCode | None = None
        self.field_errors: dict[str, str] = {}
        self.masked: tuple[str, ...] = ()  # fields on file that are hidden from this role

    def hides(self, name: str) -> bool:
        """Whether this field is on file, and hidden: what is not typed anew stays."""
        return name in self.masked

    @property
    def locked(self) -> bool:
        """Nothing can be changed: it is being saved, or is saved."""
        return False

    @property
    def kind(self) -> CustomerKind:
        return self.draft.kind or CustomerKind.PERSON

    @property
    def fields(self) -> tuple[FieldView, ...]:
        """The custom fields that a customer of this kind has."""
        configured = self._store.state.settings.fields
        return tuple(one for one in configured if one.applies_to in (None, self.kind))

    @property
    def region(self) -> str:
        """Where addresses are that name no country."""
        return self._store.state.settings.region

    @property
    def can_undo(self) -> bool:
        return self._undoing.can_undo and not self.locked

    @property
    def can_redo(self) -> bool:
        return self._undoing.can_redo and not self.locked

    def undo(self) -> None:
        """Takes back the last change to the form; a note has an undo of its own."""
        if self.can_undo:
            self._restored(self._undoing.undo(self.draft))

    def redo(self) -> None:
        if self.can_redo:
            self._restored(self._undoing.redo(self.draft))

    def _restored(self, draft: CustomerDraft) -> None:
        self.draft, self.field_errors, self.error = draft, {}, None
        self.reset.emit()
        self.changed.emit()

    # -- typing ---------------------------------------------------------------------------------

    def set_field(self, name: str, value: object) -> None:
        """One field of the draft that is no list."""
        self._put(name, msgspec.structs.replace(self.draft, **{name: value}))

    def set_kind(self, kind: CustomerKind) -> None:
        """What the other kind has is kept in the draft; the bridge keeps it on file as well."""
        self.set_field("kind", kind)
        self.reset.emit()

    def set_born(self, text: str) -> None:
        """A day as people write it; what is none goes to the bridge as it is, and is refused."""
        hidden = not text.strip() and self.hides("born")
        self.set_field("born", None if hidden else iso_day(text))

    def toggle_alert(self, code: str, *, wanted: bool) -> None:
        others = tuple(one for one in self.draft.alerts or () if one != code)
        self.set_field("alerts", (*others, code) if wanted else others)

    def set_custom(self, code: str, value: CustomValue | None) -> None:
        """None: empty."""
        custom = {name: v for name, v in (self.draft.custom or {}).items() if name != code}
        if value is not None:
            custom[code] = value
        self._put(f"custom.{code}", msgspec.structs.replace(self.draft, custom=custom))

    def add_entry(self, name: str, entry: object) -> None:
        """One more address, relation or consent."""
        self.set_field(name, (*(getattr(self.draft, name) or ()), entry))
        self.reset.emit()

    def set_entry(self, name: str, row: int, entry: object) -> None:
        kept = list(getattr(self.draft, name) or ())
        kept[row] = entry
        whole = msgspec.structs.replace(self.draft, **{name: tuple(kept)})
        self._put(f"{name}[{row}]", whole)

    def remove_entry(self, name: str, row: int) -> None:
        kept = getattr(self.draft, name) or ()
        self.set_field(name, kept[:row] + kept[row + 1 :])
        self.field_errors = {k: v for k, v in self.field_errors.items() if not k.startswith(name)}
        self.reset.emit()

    def relate(self, kind: RelationKind, card: CustomerCard, *, backward: bool = False) -> None:
        """`card` stands so to this customer; who does already is not added again."""
        there = {(one.customer_id, one.kind, one.backward) for one in self.draft.relations or ()}
        if (card.customer_id, kind, backward) not in there:
            one = RelationView(
                customer_id=card.customer_id,
                kind=kind,
                backward=backward,
                name=card.name,
                other_kind=card.kind,
            )
            self.add_entry("relations", one)
        self.picker.type("")

    def say_consent(self, channel: ConsentChannel, purpose: str, *, given: bool) -> None:
        """The customer's word of now takes the place of the one that counts; said as it is on
        file, that one is back."""
        key = channel, purpose
        known = self.draft.consents or ()
        place = next((n for n, one in enumerate(known) if _key(one) == key), None)
        filed = next((one for one in self.base.consents or () if _key(one) == key), None)
        new = ConsentView(channel=channel, purpose=purpose, given=given)
        if filed is not None and filed.given == given:
            new = filed
        if place is None:
            self.add_entry("consents", new)
        elif known[place].given != given:
            self.set_entry("consents", place, new)
            self.reset.emit()

    def set_name(self, text: str) -> None:
        self._put("name", msgspec.structs.replace(self.draft, name=text))

    def set_organisation(self, text: str) -> None:
        self._put("organisation", msgspec.structs.replace(self.draft, organisation=text))

    def set_language(self, code: str) -> None:
        self._put("language", msgspec.structs.replace(self.draft, language=code))

    def set_owner(self, login: str) -> None:
        self._put("owner", msgspec.structs.replace(self.draft, owner=login))

    def add_tag(self, tag: str) -> None:
        tag = " ".join(tag.split())
        known = {t.casefold() for t in self.draft.tags}
        if tag and tag.casefold() not in known:
            tags = (*self.draft.tags, tag)
            self._put("tags", msgspec.structs.replace(self.draft, tags=tags))

    def remove_tag(self, tag: str) -> None:
        tags = tuple(t for t in self.draft.tags if t != tag)
        self._put("tags", msgspec.structs.replace(self.draft, tags=tags))

    def add_identity(self, kind: IdentityKind) -> None:
        fresh = IdentityView(kind=kind, value="", source="agent")
        self._put_identities((*self.draft.identities, fresh))
        self.reset.emit()

    def set_identity(
        self, row: int, *, value: str | None = None, label: str | None = None
    ) -> None:
        """Change one; a changed value is a new identity, so its confirmation is dropped."""
        identities = list(self.draft.identities)
        old = identities[row]
        if value is not None and value.strip() != old.value:
            identities[row] = IdentityView(
                kind=old.kind, value=value.strip(), label=old.label, source="agent"
            )
        if label is not None:
            identities[row] = msgspec.structs.replace(identities[row], label=label.strip())
        self._put_identities(tuple(identities))

    def remove_identity(self, row: int) -> None:
        kept = self.draft.identities
        self._put_identities(kept[:row] + kept[row + 1 :])
        self.field_errors = {k: v for k, v in self.field_errors.items() if "identit" not in k}
        self.reset.emit()

    def set_note(self, text: str) -> None:
        self.new_note = text
        self._typed("note")

    def set_pin(self, pinned: bool) -> None:
        self.pin_note = pinned

    def _put_identities(self, identities: tuple[IdentityView, ...]) -> None:
        self._put("identities", msgspec.structs.replace(self.draft, identities=identities))

    def _put(self, field: str, draft: CustomerDraft) -> None:
        if draft != self.draft:
            self._undoing.changes(field, self.draft)
            self.draft = draft
            self._typed(field)

    def _typed(self, field: str) -> None:
        self.field_errors = {k: v for k, v in self.field_errors.items() if not k.startswith(field)}
        self.error = None
        self.changed.emit()


def _key(consent: ConsentView) -> tuple[ConsentChannel, str]:
    return consent.channel, consent.purpose
