"""Editing one customer: the draft, its errors, and what to do when somebody saved first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal

from agent_desktop.viewmodels.asking import Asker
from agent_desktop.viewmodels.customer_draft import EMPTY, draft_of, tidy
from agent_desktop.viewmodels.customer_typing import CustomerTyping
from agent_desktop.viewmodels.merging import Conflict, Take
from cti_bridge.protocol.commands import (
    AddNote,
    CreateCustomer,
    CustomerOpened,
    Done,
    OpenCustomer,
    Refused,
    SaveCustomer,
)
from cti_bridge.protocol.events import CustomerChanged
from cti_bridge.protocol.vocabulary import CustomerId, RefusalCode

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from agent_desktop.link import LinkPort
    from agent_desktop.state import Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.customer_values import ConsentView
    from cti_bridge.protocol.values import CustomerDraft, CustomerFile, NoteView
    from cti_bridge.protocol.vocabulary import InteractionId

SAVE: Final = "save"
NOTE: Final = "note"
LOOK: Final = "look"
REQUIRED: Final = "required"
"""Error of a field that must not be empty; any other error is a `RefusalCode`."""


class CustomerEditorViewModel(CustomerTyping):
    """Signals: `changed` (anything shown), `reset` (another customer: fill the fields anew),
    `saved` with the CustomerId, `closed` when there is nothing to edit any more."""

    saved = Signal(object)
    closed = Signal()

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(link, store, parent)
        self._asker = Asker(link)
        link.received.connect(self.apply)
        self._forget_all()

    def _forget_all(self) -> None:
        for topic in (SAVE, NOTE, LOOK):
            self._asker.forget(topic)
        self.active = False
        self.customer_id: CustomerId | None = None
        self.interaction_id: InteractionId | None = None
        self.version = 0
        self.base, self.draft = EMPTY, EMPTY
        self.consents_before: tuple[ConsentView, ...] = ()
        self.relations_more = False
        self.masked = ()
        self._undoing.forget()
        self.picker.without = None
        self.picker.type("")
        self.notes: tuple[NoteView, ...] = ()
        self.new_note, self.pin_note = "", False
        self.error, self.field_errors = None, {}
        self.conflict: Conflict | None = None
        self.changed_by = ""  # who saved while this editor was open
        self.record_saved = False  # the customer is in; only the note is still to come

    # -- opening and leaving --------------------------------------------------------------------

    def create(
        self, draft: CustomerDraft = EMPTY, interaction_id: InteractionId | None = None
    ) -> None:
        """A new customer; with `interaction_id` the contact is attached and its number learnt."""
        self._forget_all()
        self.active, self.draft, self.interaction_id = True, draft, interaction_id
        self.reset.emit()
        self.changed.emit()

    def edit(self, file: CustomerFile) -> None:
        self._forget_all()
        self.active = True
        self.customer_id, self.version = file.card.customer_id, file.card.version
        self.base = self.draft = draft_of(file)
        self.consents_before, self.relations_more = file.consents_before, file.relations_more
        self.masked = file.masked
        self.picker.without = self.customer_id
        self.notes = file.notes
        self.reset.emit()
        self.changed.emit()

    def leave(self) -> None:
        """Give up what was typed."""
        self._forget_all()
        self.changed.emit()
        self.closed.emit()

    # -- what is shown --------------------------------------------------------------------------

    @property
    def is_new(self) -> bool:
        return self.customer_id is None

    @property
    def busy(self) -> bool:
        return self._asker.waiting(SAVE) or self._asker.waiting(NOTE)

    @property
    def locked(self) -> bool:
        return self.busy or self.record_saved

    @property
    def dirty(self) -> bool:
        return self.active and (
            self.draft != self.base or bool(self.new_note.strip()) or self.record_saved
        )

    @property
    def can_save(self) -> bool:
        return self.dirty and not self.busy and self.conflict is None

    @property
    def owners(self) -> tuple[tuple[str, str], ...]:
        """Login and name of each who may look after a customer."""
        return self._store.state.settings.owners

    def owner_name(self, login: str) -> str:
        """As people know them; a login that nobody has (any more) as it is, "" for nobody."""
        return next((name for known, name in self.owners if known == login), login)

    # -- saving ---------------------------------------------------------------------------------

    def save(self) -> None:
        """Post the draft; a refusal leaves everything as typed."""
        if not self.can_save:
            return
        draft = tidy(self.draft)
        if not draft.name:
            self.field_errors["name"] = REQUIRED
            self.changed.emit()
            return
        self.error = None
        if self.customer_id is not None and (self.record_saved or draft == self.base):
            self._save_note(self.customer_id)
        elif self.customer_id is None:
            command = CreateCustomer(request_id=0, draft=draft, interaction_id=self.interaction_id)
            self._asker.ask(SAVE, command, self._answered)
        else:
            self._asker.ask(
                SAVE,
                SaveCustomer(
                    request_id=0,
                    customer_id=self.customer_id,
                    version=self.version,
                    draft=draft,
                ),
                self._answered,
            )
        self.changed.emit()

    def _answered(self, reply: AnyReply) -> None:
        match reply:
            case Done(id=made):
                self.customer_id = self.customer_id or CustomerId(made)
                self.record_saved, self.changed_by = True, ""
                self._save_note(self.customer_id)
            case Refused(code=RefusalCode.CONFLICT, current=file) if file is not None:
                self._compare(file)
            case Refused(code=code, field=field):
                self._refused(code, field)
            case _:
                self._refused(RefusalCode.INTERNAL, "")
        self.changed.emit()

    def _save_note(self, customer_id: CustomerId) -> None:
        text = self.new_note.strip()
        if not text:
            self._finished(customer_id)
            return
        note = AddNote(request_id=0, customer_id=customer_id, text=text, pinned=self.pin_note)
        self._asker.ask(NOTE, note, self._noted)

    def _noted(self, reply: AnyReply) -> None:
        match reply:
            case Done() if self.customer_id is not None:
                self._finished(self.customer_id)
            case Refused(code=code):
                self._refused(code, "note")
                self.changed.emit()
            case _:
                pass

    def _finished(self, customer_id: CustomerId) -> None:
        self._forget_all()
        self.saved.emit(customer_id)
        self.changed.emit()
        self.closed.emit()

    def _refused(self, code: RefusalCode, field: str) -> None:
        self.error = code
        if field:
            self.field_errors[field] = code

    # -- somebody saved first -------------------------------------------------------------------

    def apply(self, event: object) -> None:
        """A fact of the bridge: another agent saved the customer that is being edited."""
        match event:
            case CustomerChanged(customer_id=id_, version=version, by=by) if (
                self.active
                and id_ == self.customer_id
                and version > self.version
                and not self.busy
                and not self.record_saved
            ):
                self.changed_by = by
                self.changed.emit()
            case _:
                pass

    def review(self) -> None:
        """Compare with the file as it stands now, before saving is refused."""
        if self.customer_id is not None:
            command = OpenCustomer(request_id=0, customer_id=self.customer_id)
            self._asker.ask(LOOK, command, self._looked)

    def _looked(self, reply: AnyReply) -> None:
        match reply:
            case CustomerOpened(file=file):
                self._compare(file)
            case Refused(code=code):
                self._refused(code, "")
            case _:
                pass
        self.changed.emit()

    def _compare(self, file: CustomerFile) -> None:
        self.notes = file.notes
        self.conflict = Conflict.between(
            base=self.base, mine=tidy(self.draft), theirs=draft_of(file), file=file
        )
        self.consents_before, self.relations_more = file.consents_before, file.relations_more

    def take(self, field: str, take: Take) -> None:
        if self.conflict is not None:
            self.conflict = self.conflict.take(field, take)
            self.changed.emit()

    def settle(self) -> None:
        """Go on editing with the chosen fields, on top of what the other agent saved."""
        conflict = self.conflict
        if conflict is None or not conflict.settled:
            return
        card = conflict.file.card
        # another's file, where the customer was merged meanwhile
        self.customer_id, self.version = card.customer_id, card.version
        self.base = conflict.theirs
        self.draft = conflict.merged()
        self.conflict, self.changed_by, self.error = None, "", None
        self._undoing.forget()
        self.reset.emit()
        if not self.dirty:
            self.leave()
            return
        self.save()

    def back_to_editing(self) -> None:
        """Close the comparison; the next save will be refused again."""
        self.conflict = None
        self.changed.emit()
