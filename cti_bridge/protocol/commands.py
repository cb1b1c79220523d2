"""What a desktop may ask, and what it gets back."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from cti_bridge.protocol.frames import Command, Reply
from cti_bridge.protocol.values import (
    ContactSummary,
    CustomerCard,
    CustomerDraft,
    CustomerFile,
    HistoryFilter,
    InteractionFile,
    Settings,
    Snapshot,
)
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    CustomerId,
    InteractionId,
    OfferId,
    Permission,
    QueueId,
    RefusalCode,
    Role,
)

# -- opening a session -------------------------------------------------------------------------


class Hello(Command, frozen=True, kw_only=True, tag="hello"):
    """The first frame of a connection."""

    permission: ClassVar[Permission] = Permission.ANYONE
    versions: tuple[int, ...]
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
    seq: int


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
    to: str  # number as typed, extension, `agent:ID` or `queue:ID`


class Consult(CallCommand, frozen=True, kw_only=True, tag="consult"):
    to: str


class CompleteTransfer(CallCommand, frozen=True, kw_only=True, tag="complete-transfer"): ...


class CancelTransfer(CallCommand, frozen=True, kw_only=True, tag="cancel-transfer"): ...


class SwapCalls(CallCommand, frozen=True, kw_only=True, tag="swap-calls"): ...


class Conference(CallCommand, frozen=True, kw_only=True, tag="conference"): ...


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
    limit: int = 50


class OpenCustomer(Command, frozen=True, kw_only=True, tag="open-customer"):
    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId


class ListTimeline(Command, frozen=True, kw_only=True, tag="list-timeline"):
    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId
    before: datetime | None = None
    before_id: InteractionId | None = None
    limit: int = 50


class CreateCustomer(Command, frozen=True, kw_only=True, tag="create-customer"):
    """Saves a draft; with `interaction_id` the contact is attached and its number learnt."""

    permission: ClassVar[Permission] = Permission.EDIT_CUSTOMERS
    draft: CustomerDraft
    interaction_id: InteractionId | None = None


class SaveCustomer(Command, frozen=True, kw_only=True, tag="save-customer"):
    permission: ClassVar[Permission] = Permission.EDIT_CUSTOMERS
    customer_id: CustomerId
    version: int  # refused with CONFLICT, and the file as it stands, when another saved first
    draft: CustomerDraft


class AddNote(Command, frozen=True, kw_only=True, tag="add-note"):
    permission: ClassVar[Permission] = Permission.EDIT_CUSTOMERS
    customer_id: CustomerId
    text: str
    pinned: bool = False


class AttachCustomer(Command, frozen=True, kw_only=True, tag="attach-customer"):
    """Says who the caller is (None: nobody on file); `teach` makes the index learn it."""

    permission: ClassVar[Permission] = Permission.HANDLE_CONTACTS
    interaction_id: InteractionId
    customer_id: CustomerId | None
    teach: bool = True


# -- history -----------------------------------------------------------------------------------


class SearchHistory(Command, frozen=True, kw_only=True, tag="search-history"):
    permission: ClassVar[Permission] = Permission.READ_HISTORY
    filter: HistoryFilter
    cursor: str = ""  # from the previous page
    limit: int = 100


class OpenInteraction(Command, frozen=True, kw_only=True, tag="open-interaction"):
    permission: ClassVar[Permission] = Permission.READ_HISTORY
    interaction_id: InteractionId


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


class CustomersFound(Reply, frozen=True, kw_only=True, tag="customers-found"):
    customers: tuple[CustomerCard, ...]
    more: bool = False


class CustomerOpened(Reply, frozen=True, kw_only=True, tag="customer-opened"):
    file: CustomerFile


class TimelineListed(Reply, frozen=True, kw_only=True, tag="timeline-listed"):
    contacts: tuple[ContactSummary, ...]
    more: bool = False


class HistoryFound(Reply, frozen=True, kw_only=True, tag="history-found"):
    contacts: tuple[ContactSummary, ...]
    cursor: str = ""  # "" when this was the last page


class InteractionOpened(Reply, frozen=True, kw_only=True, tag="interaction-opened"):
    file: InteractionFile


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
    | AddNote
    | AttachCustomer
    | SearchHistory
    | OpenInteraction
    | Ping
)
AnyReply: TypeAlias = (
    Welcome
    | SignedIn
    | Done
    | Refused
    | CustomersFound
    | CustomerOpened
    | TimelineListed
    | HistoryFound
    | InteractionOpened
)
