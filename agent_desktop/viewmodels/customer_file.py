"""One customer's file: the card at once, the rest behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import (
    AddNote,
    CustomerOpened,
    Done,
    EditNote,
    OpenCustomer,
    Refused,
)
from cti_bridge.protocol.events import (
    CustomerChanged,
    InteractionChanged,
    OfferMade,
    WaitingChanged,
)
from cti_bridge.protocol.searching import (
    ListTimeline,
    TimelineListed,
)
from cti_bridge.protocol.subject_rights import CustomerErased
from cti_bridge.protocol.vocabulary import FINAL

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.viewmodels.commanding import Commands
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import (
        ContactSummary,
        CustomerCard,
        CustomerFile,
        InteractionView,
        NoteView,
    )
    from cti_bridge.protocol.vocabulary import (
        CustomerId,
        InteractionId,
        NoteId,
        RefusalCode,
    )

PAGE: Final = 200
MAX_NOTE: Final = 4_000
UNDO_MS: Final = 20_000
"""For so long an edit of a note may be taken back with one press."""


class CustomerFileViewModel(QObject):
    """Signals: `changed` (anything shown), `edit_asked` (the file is to be edited)."""

    changed = Signal()
    edit_asked = Signal(object)

    def __init__(self, link: LinkPort, commands: Commands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker, self._commands = Asker(link), commands
        self.customer_id: CustomerId | None = None
        self.card: CustomerCard | None = None
        self.file: CustomerFile | None = None  # None while only the card is here
        self.refusal: RefusalCode | None = None
        self._more: tuple[ContactSummary, ...] = ()  # later pages of the timeline
        self._more_left = False
        self._sought: set[InteractionId] = set()  # not in the first page, asked for once
        self.note_refusals: dict[NoteId, RefusalCode] = {}
        self._before: NoteView | None = None  # as it stood before one's last edit of a note
        self._taking_back = False
        self._undo_over = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._undo_over.timeout.connect(self._forget_undo)
        link.received.connect(self.apply)

    @property
    def loading(self) -> bool:
        return self._asker.waiting("file")

    @property
    def timeline(self) -> tuple[ContactSummary, ...]:
        """Newest first: the file's first page and what was asked for since; before the file
        is here, the last contacts of the card."""
        if self.file is None:
            return self.card.last_contacts if self.card else ()
        return self.file.timeline + self._more

    @property
    def can_load_more(self) -> bool:
        return self._more_left and not self._asker.waiting("more")

    @property
    def notes(self) -> tuple[NoteView, ...]:
        return self.file.notes if self.file else ()

    def show(self, card: CustomerCard) -> None:
        """Shows a card at once and fetches the rest; the same customer is left as it is."""
        if card.customer_id == self.customer_id and self.file is not None:
            return
        self._begin(card.customer_id)
        self.card = card
        self.reload()
        self.changed.emit()

    def open(self, customer_id: CustomerId) -> None:
        if customer_id != self.customer_id:
            self._begin(customer_id)
        self.reload()
        self.changed.emit()

    def clear(self) -> None:
        if self.customer_id is not None:
            self._begin(None)
            self.changed.emit()

    def reload(self) -> None:
        if self.customer_id is not None:
            self._asker.ask(
                "file", OpenCustomer(request_id=0, customer_id=self.customer_id), self._opened
            )

    def adopt(self, file: CustomerFile) -> None:
        """A newer file from elsewhere, e.g. after a save."""
        if file.card.customer_id == self.customer_id:
            self._take(file)

    def load_more(self) -> None:
        if not self.can_load_more or not self.timeline or self.customer_id is None:
            return
        last = self.timeline[-1]
        command = ListTimeline(
            request_id=0,
            customer_id=self.customer_id,
            before=last.started_at,
            before_id=last.interaction_id,
            limit=PAGE,
        )
        self._asker.ask("more", command, self._listed)
        self.changed.emit()

    def add_note(self, text: str, *, pinned: bool = False) -> bool:
        """False where it cannot be sent; the file comes anew when the bridge has it."""
        text = text.strip()[:MAX_NOTE]
        if not text or self.customer_id is None:
            return False
        self._forget_undo()
        command = AddNote(request_id=0, customer_id=self.customer_id, text=text, pinned=pinned)
        return self._commands.do(f"note {self.customer_id}", command, lambda _r: self.reload())

    def edit_note(
        self, note: NoteView, *, text: str | None = None, pinned: bool | None = None
    ) -> None:
        """Over the note as it is shown; where another edited it meanwhile the file comes anew,
        and nothing is written over."""
        if self.customer_id is None or self.editing_note(note.note_id):
            return
        self.note_refusals.pop(note.note_id, None)
        if not self._taking_back:
            self._forget_undo()
        command = EditNote(
            request_id=0,
            customer_id=self.customer_id,
            note_id=note.note_id,
            version=note.version,
            text=(note.text if text is None else text)[:MAX_NOTE],
            pinned=note.pinned if pinned is None else pinned,
        )
        topic = f"note {note.note_id}"
        self._asker.ask(topic, command, lambda reply: self._edited(note, reply))
        self.changed.emit()

    def editing_note(self, note_id: NoteId) -> bool:
        return self._asker.waiting(f"note {note_id}")

    @property
    def undoable(self) -> bool:
        """Whether one's last edit of a note can be taken back."""
        return self._stands() is not None

    def undo_note(self) -> None:
        stands, before = self._stands(), self._before
        if stands is not None and before is not None and not self.editing_note(stands.note_id):
            self._taking_back = True
            self.edit_note(stands, text=before.text, pinned=before.pinned)

    def _stands(self) -> NoteView | None:
        """The note that was edited last, if nobody edited it since."""
        before = self._before
        if before is None:
            return None
        now = next((n for n in self.notes if n.note_id == before.note_id), None)
        return now if now is not None and now.version == before.version + 1 else None

    def _edited(self, before: NoteView, reply: AnyReply) -> None:
        if isinstance(reply, Done):
            self._before = None if self._taking_back else before
            self._taking_back = False
            self._undo_over.start()
            self.reload()
        elif isinstance(reply, Refused):
            self._taking_back = False
            self.note_refusals[before.note_id] = reply.code
            if reply.current is not None:
                self.adopt(reply.current)
        self.changed.emit()

    @property
    def adding_note(self) -> bool:
        return self._commands.pending(f"note {self.customer_id}")

    def _forget_undo(self) -> None:
        """Its time is over, or something else is done."""
        self._undo_over.stop()
        if self._before is not None:
            self._before = None
            self.changed.emit()

    def edit(self) -> None:
        self._forget_undo()
        if self.file is not None:
            self.edit_asked.emit(self.file)

    def apply(self, event: object) -> None:
        if isinstance(event, CustomerErased) and event.customer_id == self.customer_id:
            self.clear()
        elif (
            isinstance(event, CustomerChanged)
            and event.customer_id == self.customer_id
            and (self.card is None or event.version >= self.card.version)  # equal: a note
        ) or self._names(event):
            self.reload()
        elif isinstance(event, InteractionChanged):
            self._heard_of(event.interaction)
        elif isinstance(event, OfferMade):
            self._heard_of(event.offer.interaction)
        elif isinstance(event, WaitingChanged):
            self._heard_of_queues(event)

    def _names(self, event: object) -> bool:
        """Whether it is about somebody whom the file names as related."""
        known = self.file.relations if self.file else ()
        about = event.customer_id if isinstance(event, CustomerChanged | CustomerErased) else None
        return any(one.customer_id == about for one in known)

    def _heard_of(self, view: InteractionView) -> None:
        """A contact of this customer that began, or is over, since the file came."""
        if self.file is None or view.customer_id != self.customer_id:
            return
        row = next((c for c in self.timeline if c.interaction_id == view.interaction_id), None)
        new = row is None and view.interaction_id not in self._sought
        if new or (row is not None and view.state in FINAL and row.state not in FINAL):
            self._sought.add(view.interaction_id)
            self.reload()

    def _heard_of_queues(self, event: WaitingChanged) -> None:
        """What waits for anybody is told by the batch; gone, it is over or with a colleague."""
        gone = {interaction_id for interaction_id, _ in event.gone}
        if any(c.interaction_id in gone and c.state not in FINAL for c in self.timeline):
            self.reload()
        for view in event.changed:
            self._heard_of(view)

    def _begin(self, customer_id: CustomerId | None) -> None:
        self._asker.forget("file")
        self._asker.forget("more")
        self.customer_id = customer_id
        self.card = self.file = self.refusal = None
        self._more, self._more_left = (), False
        self._sought = set()
        self._before, self._taking_back = None, False
        self.note_refusals = {}

    def _opened(self, reply: AnyReply) -> None:
        if isinstance(reply, CustomerOpened):
            self._take(reply.file)
        elif isinstance(reply, Refused):
            self.refusal = reply.code
            self.changed.emit()

    def _take(self, file: CustomerFile) -> None:
        self.file, self.card, self.refusal = file, file.card, None
        self.customer_id = file.card.customer_id  # of one that was merged: the survivor's
        self._more, self._more_left = (), file.timeline_more
        self._asker.forget("more")
        self.changed.emit()

    def _listed(self, reply: AnyReply) -> None:
        if isinstance(reply, TimelineListed):
            known = {c.interaction_id for c in self.timeline}
            self._more += tuple(c for c in reply.contacts if c.interaction_id not in known)
            self._more_left = reply.more
        self.changed.emit()
