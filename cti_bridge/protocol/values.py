"""Parts of frames: what the desktop shows of customers, contacts, agents and queues.

Times are aware and in UTC. Numbers of the telephone network are E.164 (`+34612345099`); an
extension stands as its digits (`1003`); durations are seconds unless the name says otherwise.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import field

from cti_bridge.protocol.customer_values import (
    AddressView,
    ConsentView,
    CustomValue,
    FieldView,
    MergeView,
    NoContactView,
    RelationView,
)
from cti_bridge.protocol.frames import Place, Value
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentId,
    AgentMode,
    Author,
    BlobId,
    Channel,
    ClearCause,
    CustomerId,
    CustomerKind,
    CustomerStatus,
    Delivery,
    Direction,
    IdentityKind,
    InteractionId,
    InteractionState,
    MatchKind,
    MatchReason,
    MessageId,
    MessageKind,
    MonitorMode,
    NoteId,
    OfferId,
    Permission,
    QueueId,
    SegmentId,
    Verb,
)


class IdentityView(Value, frozen=True, kw_only=True):
    kind: IdentityKind
    value: str  # normalised: E.164, lower-case address, key as the source writes it
    label: str = ""  # "mobile", "office", … free text
    source: str = ""  # "import sales", "agent", "ring" …
    confirmed_at: datetime | None = None
    masked: bool = False  # `value` is what may be shown of it; sent back so, it stays as it is
    ref: str = ""  # of a masked one: what the bridge knows it by


class ContactSummary(Value, frozen=True, kw_only=True):
    """One line of a customer's timeline, or of the history page."""

    interaction_id: InteractionId
    channel: Channel
    direction: Direction
    started_at: datetime
    state: InteractionState
    queue_name: str = ""
    agent_name: str = ""
    agent_id: AgentId | None = None
    customer_id: CustomerId | None = None
    customer_name: str = ""
    number: str = ""
    talk_seconds: int = 0
    transfers: int = 0
    disposition: str = ""  # the disposition's code; SignedIn.dispositions words it
    notes: str = ""  # the first 300 characters
    subject: str = ""
    recorded: bool = False  # something of it was: its conversation says what


class CustomerCard(Value, frozen=True, kw_only=True):
    """What the pop shows at once; the rest of the file is fetched behind it."""

    customer_id: CustomerId
    version: int
    name: str
    organisation: str = ""
    language: str = ""  # "es", "en", …
    since: datetime | None = None
    tags: tuple[str, ...] = ()  # free labels kept with the customer: "VIP", "do not record" …
    identities: tuple[IdentityView, ...] = ()
    last_contacts: tuple[ContactSummary, ...] = ()  # newest first, at most 3
    pinned_note: str = ""
    owner: str = ""  # login of the agent who looks after the customer, folded; "": nobody
    kind: CustomerKind = CustomerKind.PERSON
    status: CustomerStatus = CustomerStatus.ACTIVE
    alerts: tuple[str, ...] = ()  # codes: "vulnerable", "overdue", "do_not_record", …


class Match(Value, frozen=True, kw_only=True):
    """One customer that the caller may be, and why."""

    card: CustomerCard
    reason: MatchReason
    matched_value: str  # the number, address or key that matched
    source: str = ""  # where that identity came from
    confirmed_at: datetime | None = None


class MatchResult(Value, frozen=True, kw_only=True):
    kind: MatchKind
    matches: tuple[Match, ...] = ()  # ranked by recent contact, at most 20
    total: int = 0  # how many there were before the cut


class NoteView(Value, frozen=True, kw_only=True):
    note_id: NoteId
    text: str
    author: str
    at: datetime
    pinned: bool = False
    masked: bool = False  # something of it is hidden from this role
    version: int = 1
    edited_at: datetime | None = None
    edited_by: str = ""


TextKind = Literal["note", "contact", "message"]


class TextHit(Value, frozen=True, kw_only=True):
    """One place in what was written: a note of a customer's file, the notes and subject of a
    contact, or a message."""

    kind: TextKind
    ref: str  # id of the note, the contact or the message
    at: datetime
    snippet: str  # one line, about 160 characters
    marks: tuple[tuple[int, int], ...] = ()  # places in it of the words found: from, to
    customer_id: CustomerId | None = None
    customer_name: str = ""
    contact: ContactSummary | None = None  # None: of a note


class SavedSearch(Value, frozen=True, kw_only=True):
    search_id: str
    name: str
    text: str


class CustomerFile(Value, frozen=True, kw_only=True):
    """The whole file, less the timeline's later pages."""

    card: CustomerCard
    notes: tuple[NoteView, ...] = ()  # pinned first, then newest first
    timeline: tuple[ContactSummary, ...] = ()  # newest first, the first page
    timeline_more: bool = False
    updated_at: datetime | None = None
    updated_by: str = ""
    open: tuple[ContactSummary, ...] = ()  # not closed yet, newest first, at most 20
    missed: int = 0  # calls that nobody answered, and nobody called back yet
    given_name: str = ""
    family_name: str = ""
    born: date | None = None
    time_zone: str = ""  # IANA: "Europe/Madrid"; "": the site's
    custom: dict[str, CustomValue] = field(default_factory=dict)  # fields that are configured
    addresses: tuple[AddressView, ...] = ()
    relations: tuple[RelationView, ...] = ()  # newest first, at most 100
    relations_more: bool = False
    consents: tuple[ConsentView, ...] = ()  # what counts: the newest of each channel and purpose
    consents_before: tuple[ConsentView, ...] = ()  # those that were replaced, newest first
    merges: tuple[MergeView, ...] = ()  # files that became part of it, newest first, at most 20
    masked: tuple[str, ...] = ()  # fields that are on file and hidden from this role: "born"
    no_contact: tuple[NoContactView, ...] = ()  # what of it is on the list of no contact


class CustomerDraft(Value, frozen=True, kw_only=True):
    """What an agent may write of a customer; the whole of it at each save.

    From `owner` on None means: as it is on file.
    """

    name: str
    organisation: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    identities: tuple[IdentityView, ...] = ()
    owner: str | None = None  # login of an agent; "": nobody; None: whoever it is
    kind: CustomerKind | None = None
    status: CustomerStatus | None = None
    alerts: tuple[str, ...] | None = None
    given_name: str | None = None
    family_name: str | None = None
    born: str | None = None  # ISO 8601 date; "": not known
    time_zone: str | None = None
    custom: dict[str, CustomValue] | None = None  # a field that is not in it is emptied
    addresses: tuple[AddressView, ...] | None = None
    relations: tuple[RelationView, ...] | None = None
    # what the customer says now; a consent on file that is not among them stays
    consents: tuple[ConsentView, ...] | None = None


class MediaView(Value, frozen=True, kw_only=True):
    """How the voice of one segment was heard by the bridge (RFC 3550 figures)."""

    packets_received: int = 0
    packets_lost: int = 0
    packets_late: int = 0  # arrived after their turn, thrown away
    jitter_ms: float = 0.0  # mean deviation, RFC 3550 section 6.4.1
    packets_sent: int = 0


class SegmentView(Value, frozen=True, kw_only=True):
    """One party's part of an interaction."""

    segment_id: SegmentId
    agent_id: AgentId | None = None
    party: str = ""  # the agent's name, or the number of an outside party
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    hold_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    cause: ClearCause | None = None
    media: MediaView | None = None


class Candidate(Value, frozen=True, kw_only=True):
    """One agent who could have had the contact, or why not."""

    agent_id: AgentId
    name: str
    rank: int = 0  # 1: won; 0: could not take it, and `bar` says why
    bar: str = ""  # code: "no_capacity", "not_ready", "skill:english", "other_node", …
    idle_seconds: int = 0
    skill: int = 0  # sum of the levels of the skills asked for
    load: int = 0  # percent of the capacity in use


class RoutingDecision(Value, frozen=True, kw_only=True):
    """Why a contact went where it went; kept with its journey."""

    why: str  # code: "longest_idle", "asked_for", "last_agent", "owner", "best_skill", "taken"
    score: float = 0.0  # priority + ageing × minutes waited, when it was chosen
    queue_position: int = 0  # 1: first by score among all that waited for these agents
    waited_seconds: int = 0
    relaxed: int = 0  # steps by which the skills had been relaxed
    skills: dict[str, int] = field(default_factory=dict)  # asked for at that moment, with levels
    candidates: tuple[Candidate, ...] = ()  # the best first, at most 10
    able: int = 0
    barred: int = 0


class JourneyStep(Value, frozen=True, kw_only=True):
    """One thing that happened to a contact; the desktop words it in the agent's language."""

    at: datetime
    what: str  # code: "delivered", "queued", "offered", "shown", "rona", "established", …
    detail: str = ""  # a name or a number: of the line, the queue, the agent, the other party
    code: str = ""  # why: a ClearCause, a MatchReason, "longest_idle", a disposition …
    # offered: idle (seconds), able (agents); match_several: total; shown: ms
    figures: dict[str, int] = field(default_factory=dict)
    decision: RoutingDecision | None = None  # of "offered" and "taken"


ConsultState = Literal["", "dialling", "talking", "conference"]


class PartyView(Value, frozen=True, kw_only=True):
    """One of a conference, beside the agent."""

    party: str  # its name in `DropParty`
    number: str = ""  # E.164 or extension; "" of the caller, whom the contact itself tells
    caller: bool = False
    held: bool = False


class InteractionView(Value, frozen=True, kw_only=True):
    """A contact as it stands now; replaced as a whole by each `InteractionChanged`."""

    interaction_id: InteractionId
    version: int
    channel: Channel
    direction: Direction
    state: InteractionState
    queue_id: QueueId | None = None
    queue_name: str = ""
    agent_id: AgentId | None = None  # whose it is: offered to, connected with, wrapping up
    ani: str = ""  # E.164, extension, e-mail address, or "" when withheld or a visitor's
    ani_withheld: bool = False
    display_name: str = ""  # what the network or the PBX calls the caller
    dnis: str = ""
    first_dialled: str = ""  # from Diversion or History-Info
    customer_id: CustomerId | None = None
    customer_name: str = ""
    match: MatchResult | None = None  # sent with the offer and kept until confirmed
    started_at: datetime
    queued_at: datetime | None = None
    established_at: datetime | None = None
    changed_at: datetime
    wrap_up_until: datetime | None = None
    wrap_up_extensions_left: int = 0
    disposition: str = ""
    notes: str = ""
    verbs: tuple[Verb, ...] = ()  # the buttons that are valid now
    muted: bool = False
    muted_by_link: bool = False
    consult: ConsultState = ""
    consult_party: str = ""
    # of a conference, or of what is left of one whose caller hung up
    parties: tuple[PartyView, ...] = ()
    last_digits: str = ""  # keys the caller pressed, the newest 32
    failure: ClearCause | None = None
    subject: str = ""  # of the mail, or what the visitor's form said first
    language: str = ""  # "es", "en", … of the customer on this contact
    due_at: datetime | None = None  # when the service level is missed, while it waits
    priority: int = 0
    position: int = 0  # in its queue, 1: next; 0: not waiting, or not known
    wanted_agent_id: AgentId | None = None  # kept for this agent, until `wanted_until`
    wanted_until: datetime | None = None
    wake_at: datetime | None = None  # of a parked contact, or a call-back asked for at a time
    handover: str = ""  # what the last agent wrote to the next one
    parent_id: InteractionId | None = None  # the contact it was split from
    readers: tuple[str, ...] = ()  # names of agents who look at it without having it
    unread: int = 0  # messages of the customer that its agent has not seen
    waiting_reply_since: datetime | None = None  # the customer's first unanswered message
    last_text: str = ""  # the beginning of the newest message, 120 characters
    customer_typing: bool = False
    customer_here: bool = True  # a visitor's browser is connected
    call_to: str = ""  # whom a call-back or a voicemail's answer would dial, E.164
    # of a call placed from inside a contact that is no call (DialContact, or by itself)
    call: Literal["", "dialling", "talking"] = ""
    # what the PBX's dial plan said of the caller: at most 32 names with one line each
    variables: dict[str, str] = field(default_factory=dict)
    recording: Literal["", "on", "paused", "failed"] = ""  # of the call in hand; failed: it is
    # not, or no longer, recorded, though it should be
    recording_since: datetime | None = None  # it runs; None while it does not
    recording_seconds: float = 0.0  # that ran before `recording_since`
    recordings: int = 0  # begun on this contact so far


class OfferView(Value, frozen=True, kw_only=True):
    offer_id: OfferId
    interaction: InteractionView
    made_at: datetime
    expires_at: datetime
    expires_in_ms: int  # when the frame was written: immune to a wrong clock on the desktop


class LiveCallView(Value, frozen=True, kw_only=True):
    """Somebody's call, for supervisors."""

    interaction_id: InteractionId
    agent_id: AgentId | None = None
    agent_name: str = ""
    caller: str = ""  # the customer's name, or what the network says
    number: str = ""  # E.164, extension, or "" when withheld
    queue_name: str = ""
    state: InteractionState
    direction: Direction
    since: datetime  # of the answer
    modes: tuple[MonitorMode, ...] = ()  # what the switch can do with it
    recording: Literal["", "on", "paused", "failed"] = ""  # as of a contact


class Share(Value, frozen=True, kw_only=True):
    """How much of one channel an agent has, and may have, at once."""

    channel: Channel
    using: int
    most: int


class AgentView(Value, frozen=True, kw_only=True):
    agent_id: AgentId
    login: str
    name: str
    mode: AgentMode
    reason: str = ""  # code of the not-ready reason
    next_mode: AgentMode | None = None  # asked for during work, takes effect after it
    next_reason: str = ""
    activity: AgentActivity
    since: datetime  # of the activity
    version: int = 0
    shares: tuple[Share, ...] = ()
    reason_until: datetime | None = None  # when the not-ready reason's limit is over
    phone: str = ""  # the telephone that calls ring at; "": the headset at the computer


class QueueView(Value, frozen=True, kw_only=True):
    """A queue at a glance."""

    queue_id: QueueId
    name: str
    waiting: int
    oldest_since: datetime | None = None
    ready_agents: int = 0
    signed_in_agents: int = 0
    answered_today: int = 0
    abandoned_today: int = 0
    service_level: float | None = None  # 0..1, answered within T ÷ (answered + abandoned)
    service_level_seconds: int = 20
    service_level_target: float = 0.8
    waiting_by_channel: dict[Channel, int] = field(default_factory=dict)
    open: bool = True  # by its hours
    opens_at: datetime | None = None  # when it is closed
    expected_wait_seconds: int | None = None  # of a call that came now; None: not known


class MissedView(Value, frozen=True, kw_only=True):
    """A call that nobody answered; stays until somebody closes it."""

    interaction_id: InteractionId
    number: str = ""
    withheld: bool = False
    display_name: str = ""
    customer_id: CustomerId | None = None
    customer_name: str = ""
    queue_id: QueueId | None = None
    queue_name: str = ""
    at: datetime
    waited_seconds: int = 0
    attempts: int = 1  # calls of the same number folded into this row
    taken_by: str = ""  # who is calling back right now


class LineView(Value, frozen=True, kw_only=True):
    line_id: str
    name: str
    up: bool
    detail: str = ""
    since: datetime


class AttachmentView(Value, frozen=True, kw_only=True):
    blob_id: BlobId
    name: str  # cleaned: no path, no control or bidirectional characters, at most 120
    media_type: str = "application/octet-stream"  # as guessed from name and first bytes
    size: Place = 0  # bytes
    inline: str = ""  # its Content-ID: shown inside the text
    suspicious: str = ""  # code: "executable", "double_extension", "type_lies", "encrypted" …


class Address(Value, frozen=True, kw_only=True):
    address: str  # lower-case
    name: str = ""


class MessageView(Value, frozen=True, kw_only=True):
    """One entry of a conversation. E-mail texts longer than 20,000 characters are cut here;
    `OpenMessage` brings the whole."""

    message_id: MessageId
    interaction_id: InteractionId
    kind: MessageKind
    author: Author
    at: datetime
    name: str = ""  # of the author
    text: str = ""  # plain; of an e-mail: without its quoted history
    code: str = ""  # of an EVENT: "joined", "left", "transferred", "rated", "back", …
    delivery: Delivery = Delivery.RECEIVED
    delivery_detail: str = ""  # why it FAILED: what the server said, English
    changed_at: datetime | None = None  # of the delivery
    undo_until: datetime | None = None
    attachments: tuple[AttachmentView, ...] = ()
    # of an e-mail
    subject: str = ""
    sender: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    recipients: int = 0  # To and Cc before they were cut to 50
    html: str = ""  # sanitised; images are `cid:` of an attachment, or `remote:URL`, not loaded
    quoted: str = ""  # the folded history, plain
    remote_images: int = 0
    cut: bool = False  # there is more: ask for it by `OpenMessage`
    automatic: str = ""  # code: "auto_reply", "bounce", "list", "own" (RFC 3834), or ""
    seconds: float = 0.0  # of a VOICEMAIL; its sound is the attachment
    original: BlobId | None = None  # the mail byte for byte; only in `MessageOpened`


class Draft(Value, frozen=True, kw_only=True):
    """An e-mail as it is being written; the whole of it at each save."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""  # plain; the bridge adds signature and quotation, and makes the HTML part
    attachments: tuple[BlobId, ...] = ()  # uploaded, or of a message that is forwarded
    files: tuple[AttachmentView, ...] = ()  # names and sizes of `attachments`, as shown
    in_reply_to: MessageId | None = None
    mode: Literal["new", "reply", "reply_all", "forward"] = "reply"
    quote: bool = True  # with the message that is replied to below
    saved_at: datetime | None = None
    by: str = ""  # name of who saved it last


class Conversation(Value, frozen=True, kw_only=True):
    """What was written on one contact, and what may be written now."""

    interaction_id: InteractionId
    channel: Channel
    messages: tuple[MessageView, ...] = ()  # oldest first; the newest 200
    more: bool = False  # there are older ones: `ListMessages`
    draft: Draft | None = None
    form: dict[str, str] = field(default_factory=dict)  # what the visitor filled in before
    page: str = ""  # the address of the page that the chat is on
    signature: str = ""  # what the bridge puts under an e-mail of this queue
    mailbox: str = ""  # the address that a reply comes from
    read_to: MessageId | None = None  # the newest that the customer has read
    rating: int | None = None  # 1..5
    rating_comment: str = ""


class CannedReply(Value, frozen=True, kw_only=True):
    """A text that an agent may insert; `{customer}`, `{first_name}`, `{agent}`, `{queue}`,
    `{site}`, `{date}` and `{greeting}` stand for what they say."""

    code: str  # typed after "/"
    title: str
    text: str
    language: str = ""  # "": any
    channels: tuple[Channel, ...] = ()  # empty: all
    queues: tuple[QueueId, ...] = ()  # empty: all
    subject: str = ""  # of an e-mail template


class Choice(Value, frozen=True, kw_only=True):
    """A code with its names by language, as the configuration gives them."""

    code: str
    names: dict[str, str]  # {"es": "Resuelto", "en": "Resolved"}
    limit_seconds: int = 0  # of a not-ready reason; 0: none


class InteractionFile(Value, frozen=True, kw_only=True):
    """Everything on record of one contact."""

    interaction: InteractionView
    segments: tuple[SegmentView, ...] = ()
    journey: tuple[JourneyStep, ...] = ()
    pop_ms: float | None = None  # INVITE to paint


class HistoryFilter(Value, frozen=True, kw_only=True):
    """What the history page asks for; empty fields do not filter."""

    since: datetime | None = None
    until: datetime | None = None
    agent_id: AgentId | None = None
    queue_id: QueueId | None = None
    channel: Channel | None = None
    direction: Direction | None = None
    disposition: str = ""
    missed_only: bool = False
    text: str = ""  # customer name, number, notes
    customer_id: CustomerId | None = None
    state: InteractionState | None = None


class MonitoredView(Value, frozen=True, kw_only=True):
    """A supervisor who takes part in an own call."""

    interaction_id: InteractionId
    by: str
    mode: MonitorMode


class Snapshot(Value, frozen=True, kw_only=True):
    """The whole state that a session may see, as of `seq`."""

    agent: AgentView
    offers: tuple[OfferView, ...] = ()
    interactions: tuple[InteractionView, ...] = ()  # own, and the first 500 waiting in own queues
    queues: tuple[QueueView, ...] = ()
    missed: tuple[MissedView, ...] = ()
    lines: tuple[LineView, ...] = ()
    monitored: tuple[MonitoredView, ...] = ()


class Settings(Value, frozen=True, kw_only=True):
    """What a desktop must know of the bridge's configuration."""

    site_name: str = ""
    region: str = "ES"  # how national numbers are read and written
    reasons: tuple[Choice, ...] = ()  # not-ready reasons
    dispositions: tuple[Choice, ...] = ()
    switch_verbs: tuple[Verb, ...] = ()
    agents: tuple[tuple[AgentId, str], ...] = ()  # for transfer and filters: id, name
    queues: tuple[tuple[QueueId, str], ...] = ()
    permissions: tuple[Permission, ...] = ()
    wrap_up_seconds: int = 0
    replies: tuple[CannedReply, ...] = ()
    max_attachment_bytes: int = 25 * 1024 * 1024
    undo_seconds: int = 10
    sensitive: tuple[str, ...] = ()  # kinds of fields in which the recording of a call rests
    mailboxes: tuple[tuple[str, str], ...] = ()  # code, address: what a new e-mail may come from
    owners: tuple[tuple[str, str], ...] = ()  # login, name: who may look after a customer
    fields: tuple[FieldView, ...] = ()  # custom fields of the customer file
    export_rows: int = 0  # customers in one export; 0: nothing leaves
