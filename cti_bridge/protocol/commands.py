"""What a desktop may ask, and what it gets back."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from cti_bridge.protocol.customer_values import FieldChangeView
from cti_bridge.protocol.frames import Command, PageSize, PieceSize, Place, Reply, Version
from cti_bridge.protocol.importing import ImportCommand, ImportReply
from cti_bridge.protocol.merging import (
    DuplicatePairs,
    JudgePair,
    ListMerges,
    MergeCustomers,
    MergePlanned,
    MergesListed,
    PairsListed,
    UndoMerge,
    UndoPlanned,
)
from cti_bridge.protocol.privacy import (
    AccessListed,
    CustomersExported,
    ExportCustomers,
    FieldRevealed,
    ListAccess,
    RevealField,
)
from cti_bridge.protocol.searching import (
    DropSearch,
    HistoryFound,
    InteractionOpened,
    ListSearches,
    ListTimeline,
    OpenInteraction,
    SaveSearch,
    SearchesListed,
    SearchHistory,
    SearchTexts,
    TextsFound,
    TimelineListed,
)
from cti_bridge.protocol.subject_rights import (
    ArchiveBegun,
    ArchivePart,
    DropArchive,
    EraseCustomer,
    ErasurePlanned,
    ErasureTaken,
    FetchArchive,
    HoldCustomer,
    PlanErasure,
    ReleaseCustomer,
    TakeArchive,
)
from cti_bridge.protocol.values import (
    Conversation,
    CustomerCard,
    CustomerDraft,
    CustomerFile,
    Draft,
    LiveCallView,
    MessageView,
    Settings,
    Snapshot,
)
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    BlobId,
    CustomerId,
    InteractionId,
    MessageId,
    MonitorMode,
    NoteId,
    OfferId,
    Permission,
    QueueId,
    RefusalCode,
    Role,
)
from cti_bridge.protocol.voice import ReportVoicePath

# -- opening a session -------------------------------------------------------------------------


class Hello(Command, frozen=True, kw_only=True, tag="hello"):
    """The first frame of a connection."""

    permission: ClassVar[Permission] = Permission.ANYONE
    versions: tuple[Place, ...]
    client: str = ""  # program and version, for the log


class SignIn(Command, frozen=True, kw_only=True, tag="sign-in"):
    permission: ClassVar[Permission] = Permission.ANYONE
    login: str
    password: str
    watch: bool = False  # every event, no snapshot of work, no agent signed in (needs WATCH)
    take_over: bool = True  # end this user's other session; else refused with BUSY


class Resume(Command, frozen=True, kw_only=True, tag="resume"):
    """Go on with a session after a cut: the missed events, or a new snapshot, follow."""

    permission: ClassVar[Permission] = Permission.ANYONE
    token: str
    epoch: str
    seq: Place


class SignOut(Command, frozen=True, kw_only=True, tag="sign-out"):
    """Ends the session and logs the agent out."""


class ChangePassword(Command, frozen=True, kw_only=True, tag="change-password"):
    current: str
    new: str


# -- own state ---------------------------------------------------------------------------------


class SetMode(Command, frozen=True, kw_only=True, tag="set-mode"):
    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    mode: AgentMode
    reason: str = ""


# -- offers and calls --------------------------------------------------------------------------


class AcceptOffer(Command, frozen=True, kw_only=True, tag="accept-offer"):
    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    offer_id: OfferId


class DeclineOffer(Command, frozen=True, kw_only=True, tag="decline-offer"):
    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    offer_id: OfferId


class OfferShown(Command, frozen=True, kw_only=True, tag="offer-shown"):
    """The pop was painted: `paint_ms` after its frame arrived at the desktop."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    offer_id: OfferId
    painted_at: datetime
    paint_ms: float


class CallCommand(Command, frozen=True, kw_only=True):
    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    interaction_id: InteractionId


class HoldCall(CallCommand, frozen=True, kw_only=True, tag="hold-call"): ...


class RetrieveCall(CallCommand, frozen=True, kw_only=True, tag="retrieve-call"): ...


class ClearCall(CallCommand, frozen=True, kw_only=True, tag="clear-call"): ...


class MuteCall(CallCommand, frozen=True, kw_only=True, tag="mute-call"):
    muted: bool


class SendDigits(CallCommand, frozen=True, kw_only=True, tag="send-digits"):
    digits: str  # of 0-9 * # A-D


class BlindTransfer(CallCommand, frozen=True, kw_only=True, tag="blind-transfer"):
    to: str  # number as typed, extension, `agent:ID` or `queue:ID`; only those two off voice
    note: str = ""  # for the next agent; at most 1000 characters


class Consult(CallCommand, frozen=True, kw_only=True, tag="consult"):
    to: str


class CompleteTransfer(CallCommand, frozen=True, kw_only=True, tag="complete-transfer"): ...


class CancelTransfer(CallCommand, frozen=True, kw_only=True, tag="cancel-transfer"): ...


class SwapCalls(CallCommand, frozen=True, kw_only=True, tag="swap-calls"): ...


class Conference(CallCommand, frozen=True, kw_only=True, tag="conference"): ...


class DropParty(CallCommand, frozen=True, kw_only=True, tag="drop-party"):
    """Lets one of a conference go; the others stay."""

    party: str  # as in `PartyView`


class StartRecording(CallCommand, frozen=True, kw_only=True, tag="start-recording"):
    """Both sides of the call, from now on; where the queue leaves it to its agents."""


class PauseRecording(CallCommand, frozen=True, kw_only=True, tag="pause-recording"): ...


class ResumeRecording(CallCommand, frozen=True, kw_only=True, tag="resume-recording"): ...


class StopRecording(CallCommand, frozen=True, kw_only=True, tag="stop-recording"): ...


class TakeContact(CallCommand, frozen=True, kw_only=True, tag="take-contact"):
    """From the queue, without an offer; a contact of one's own that is parked comes back. Only
    the first who asks gets it: the others are refused with TOO_LATE."""


class ParkContact(CallCommand, frozen=True, kw_only=True, tag="park-contact"):
    """Puts work aside until a time, when it is offered to the same agent first."""

    until: datetime
    note: str = ""


class SplitContact(CallCommand, frozen=True, kw_only=True, tag="split-contact"):
    """A contact of its own for some messages of this one; `Done.id` is the new contact's."""

    message_ids: tuple[MessageId, ...]
    queue_id: QueueId | None = None  # None: the same queue, and the same agent has it at once
    subject: str = ""


class DialContact(CallCommand, frozen=True, kw_only=True, tag="dial-contact"):
    """Calls whom a call-back, a voicemail, an e-mail or a chat is about, from inside it."""

    to: str = ""  # "": `InteractionView.call_to`


class LookAt(CallCommand, frozen=True, kw_only=True, tag="look-at"):
    """Says whether this agent is reading a contact; any contact of the agent's queues."""

    looking: bool


# -- what is written -----------------------------------------------------------------------------


class OpenConversation(CallCommand, frozen=True, kw_only=True, tag="open-conversation"): ...


class ListMessages(CallCommand, frozen=True, kw_only=True, tag="list-messages"):
    before: MessageId
    limit: PageSize = 100


class OpenMessage(CallCommand, frozen=True, kw_only=True, tag="open-message"):
    """One message whole, up to 2 MB of text."""

    message_id: MessageId


class SendMessage(CallCommand, frozen=True, kw_only=True, tag="send-message"):
    """Says something in a chat. Sent again with the same `message_id` it is said once."""

    message_id: MessageId  # a new UUID, by the desktop
    text: str
    attachments: tuple[BlobId, ...] = ()


class SetTyping(CallCommand, frozen=True, kw_only=True, tag="set-typing"):
    typing: bool


class MarkRead(CallCommand, frozen=True, kw_only=True, tag="mark-read"):
    """Everything up to this message was on the agent's screen."""

    message_id: MessageId


class SaveDraft(CallCommand, frozen=True, kw_only=True, tag="save-draft"):
    draft: Draft | None  # None: thrown away


class SendEmail(CallCommand, frozen=True, kw_only=True, tag="send-email"):
    """Puts the e-mail into the outbox, from which it may be taken back for some seconds;
    `Done.id` is the message's. Sent again with the same `message_id` it goes out once."""

    message_id: MessageId  # a new UUID, by the desktop
    draft: Draft


class UndoSend(CallCommand, frozen=True, kw_only=True, tag="undo-send"):
    """Takes an e-mail back, which becomes the draft again; TOO_LATE when it is on its way."""

    message_id: MessageId


class RetrySend(CallCommand, frozen=True, kw_only=True, tag="retry-send"):
    """Tries an e-mail that FAILED again."""

    message_id: MessageId


class ComposeEmail(Command, frozen=True, kw_only=True, tag="compose-email"):
    """A new outgoing contact with a draft, in hand at once; `Done.id` is the contact's."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    draft: Draft
    queue_id: QueueId | None = None
    customer_id: CustomerId | None = None


class UploadPart(Command, frozen=True, kw_only=True, tag="upload-part"):
    """A piece of a file, in order; the last one makes it a blob, and `Done.id` names it. An
    upload that rests for 60 s, or grows past the limit, is forgotten."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    upload_id: str  # chosen by the desktop
    name: str
    offset: Place
    data: bytes  # at most 256 KiB
    last: bool = False


class FetchBlob(Command, frozen=True, kw_only=True, tag="fetch-blob"):
    """A piece of an attachment; of contacts that this agent may see."""

    permission: ClassVar[Permission] = Permission.READ_HISTORY
    blob_id: BlobId
    offset: Place = 0
    limit: PieceSize = 262_144


class Originate(Command, frozen=True, kw_only=True, tag="originate"):
    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    to: str
    queue_id: QueueId | None = None
    customer_id: CustomerId | None = None
    missed_id: InteractionId | None = None  # the missed call that this one answers


# -- after the call ----------------------------------------------------------------------------


class CompleteWrapUp(CallCommand, frozen=True, kw_only=True, tag="complete-wrap-up"):
    disposition: str
    notes: str = ""


class ExtendWrapUp(CallCommand, frozen=True, kw_only=True, tag="extend-wrap-up"): ...


class SaveNotes(CallCommand, frozen=True, kw_only=True, tag="save-notes"):
    """Keeps what is typed during the call, so that a crash loses nothing."""

    notes: str
    disposition: str = ""


class CloseMissed(CallCommand, frozen=True, kw_only=True, tag="close-missed"):
    reason: str = ""


# -- customers ---------------------------------------------------------------------------------


class SearchCustomers(Command, frozen=True, kw_only=True, tag="search-customers"):
    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    text: str
    limit: PageSize = 50


class OpenCustomer(Command, frozen=True, kw_only=True, tag="open-customer"):
    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId


class CreateCustomer(Command, frozen=True, kw_only=True, tag="create-customer"):
    """Saves a draft; with `interaction_id` the contact is attached and its number learnt."""

    permission: ClassVar[Permission] = Permission.EDIT_CUSTOMERS
    draft: CustomerDraft
    interaction_id: InteractionId | None = None


class SaveCustomer(Command, frozen=True, kw_only=True, tag="save-customer"):
    permission: ClassVar[Permission] = Permission.EDIT_CUSTOMERS
    customer_id: CustomerId
    version: Version  # refused with CONFLICT, and the file as it stands, when another saved first
    draft: CustomerDraft


class FieldHistory(Command, frozen=True, kw_only=True, tag="field-history"):
    """Who changed what of a customer, newest first."""

    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId
    field: str = ""  # "name", "identities", "custom.contract", …; "": all
    before: Place | None = None  # `change_id` of the last one shown
    limit: PageSize = 50


class AddNote(Command, frozen=True, kw_only=True, tag="add-note"):
    permission: ClassVar[Permission] = Permission.EDIT_CUSTOMERS
    customer_id: CustomerId
    text: str
    pinned: bool = False


class EditNote(Command, frozen=True, kw_only=True, tag="edit-note"):
    """Writes a note anew, pins it or unpins it; refused with CONFLICT where another did first."""

    permission: ClassVar[Permission] = Permission.EDIT_CUSTOMERS
    customer_id: CustomerId
    note_id: NoteId
    version: Version
    text: str
    pinned: bool


class AttachCustomer(Command, frozen=True, kw_only=True, tag="attach-customer"):
    """Says who the caller is (None: nobody on file); `teach` makes the index learn it."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    interaction_id: InteractionId
    customer_id: CustomerId | None
    teach: bool = True


# -- supervision -------------------------------------------------------------------------------


class ListCalls(Command, frozen=True, kw_only=True, tag="list-calls"):
    """Everybody's calls as they stand now; asked again and again while they are looked at."""

    permission: ClassVar[Permission] = Permission.MONITOR


class MonitorCall(Command, frozen=True, kw_only=True, tag="monitor-call"):
    """Takes part in somebody's call by one's own device; again: in another mode."""

    permission: ClassVar[Permission] = Permission.MONITOR
    interaction_id: InteractionId
    mode: MonitorMode


class StopMonitor(Command, frozen=True, kw_only=True, tag="stop-monitor"):
    permission: ClassVar[Permission] = Permission.MONITOR


class Ping(Command, frozen=True, kw_only=True, tag="ping"):
    """Measures the trip to the bridge and back; answered by `Done`."""

    permission: ClassVar[Permission] = Permission.ANYONE


# -- replies -----------------------------------------------------------------------------------


class Welcome(Reply, frozen=True, kw_only=True, tag="welcome"):
    version: int
    server: str
    site_name: str = ""


class SignedIn(Reply, frozen=True, kw_only=True, tag="signed-in"):
    """A session is open. `snapshot` is None when the missed events follow instead (resume)."""

    token: str
    epoch: str  # of the bridge's life; `seq` counts within it
    seq: int
    agent_id: AgentId
    role: Role
    settings: Settings
    snapshot: Snapshot | None
    now: datetime | None = None  # the bridge's clock, so that a wrong one on a desk does no harm


class Done(Reply, frozen=True, kw_only=True, tag="done"):
    """The command was done; what changed arrives as events."""

    id: str = ""  # of the thing made: an interaction, a customer, a note


class Refused(Reply, frozen=True, kw_only=True, tag="refused"):
    """The command was not done, and nothing changed."""

    code: RefusalCode
    field: str = ""
    detail: str = ""  # for the log and for a telephony admin; English
    retry_after_s: float = 0.0
    current: CustomerFile | None = None  # with CONFLICT


class ConversationOpened(Reply, frozen=True, kw_only=True, tag="conversation-opened"):
    conversation: Conversation


class MessagesListed(Reply, frozen=True, kw_only=True, tag="messages-listed"):
    messages: tuple[MessageView, ...]  # oldest first
    more: bool = False


class MessageOpened(Reply, frozen=True, kw_only=True, tag="message-opened"):
    message: MessageView


class BlobPart(Reply, frozen=True, kw_only=True, tag="blob-part"):
    data: bytes
    size: int  # of the whole
    last: bool


class CustomersFound(Reply, frozen=True, kw_only=True, tag="customers-found"):
    customers: tuple[CustomerCard, ...]
    more: bool = False
    alike: int = 0  # the last so many are spelt otherwise than what was typed


class CustomerOpened(Reply, frozen=True, kw_only=True, tag="customer-opened"):
    file: CustomerFile


class FieldHistoryListed(Reply, frozen=True, kw_only=True, tag="field-history-listed"):
    changes: tuple[FieldChangeView, ...]
    more: bool = False
    # who made the file: what no change names was written then
    created_at: datetime | None = None
    created_by: str = ""


class CallsListed(Reply, frozen=True, kw_only=True, tag="calls-listed"):
    calls: tuple[LiveCallView, ...]  # the longest first, at most 500


AnyCommand: TypeAlias = (
    Hello
    | SignIn
    | Resume
    | SignOut
    | ChangePassword
    | SetMode
    | AcceptOffer
    | DeclineOffer
    | OfferShown
    | HoldCall
    | RetrieveCall
    | ClearCall
    | MuteCall
    | SendDigits
    | BlindTransfer
    | Consult
    | CompleteTransfer
    | CancelTransfer
    | SwapCalls
    | Conference
    | DropParty
    | StartRecording
    | PauseRecording
    | ResumeRecording
    | StopRecording
    | TakeContact
    | ParkContact
    | SplitContact
    | DialContact
    | LookAt
    | OpenConversation
    | ListMessages
    | OpenMessage
    | SendMessage
    | SetTyping
    | MarkRead
    | SaveDraft
    | SendEmail
    | UndoSend
    | RetrySend
    | ComposeEmail
    | UploadPart
    | FetchBlob
    | Originate
    | CompleteWrapUp
    | ExtendWrapUp
    | SaveNotes
    | CloseMissed
    | SearchCustomers
    | OpenCustomer
    | ListTimeline
    | CreateCustomer
    | SaveCustomer
    | FieldHistory
    | AddNote
    | MergeCustomers
    | UndoMerge
    | ListMerges
    | DuplicatePairs
    | JudgePair
    | EditNote
    | ListSearches
    | SaveSearch
    | DropSearch
    | AttachCustomer
    | SearchHistory
    | SearchTexts
    | OpenInteraction
    | ListCalls
    | MonitorCall
    | StopMonitor
    | ListAccess
    | RevealField
    | ExportCustomers
    | ReportVoicePath
    | ImportCommand
    | PlanErasure
    | EraseCustomer
    | HoldCustomer
    | ReleaseCustomer
    | TakeArchive
    | FetchArchive
    | DropArchive
    | Ping
)
AnyReply: TypeAlias = (
    Welcome
    | SignedIn
    | Done
    | Refused
    | ConversationOpened
    | MessagesListed
    | MessageOpened
    | BlobPart
    | CustomersFound
    | CustomerOpened
    | FieldHistoryListed
    | MergePlanned
    | UndoPlanned
    | MergesListed
    | PairsListed
    | TimelineListed
    | HistoryFound
    | TextsFound
    | SearchesListed
    | InteractionOpened
    | CallsListed
    | AccessListed
    | FieldRevealed
    | CustomersExported
    | ImportReply
    | ErasurePlanned
    | ErasureTaken
    | ArchiveBegun
    | ArchivePart
)
