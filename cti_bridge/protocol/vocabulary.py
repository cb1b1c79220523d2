"""Words that both sides of the wire share."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NewType

AgentId = NewType("AgentId", str)
BlobId = NewType("BlobId", str)
CustomerId = NewType("CustomerId", str)
InteractionId = NewType("InteractionId", str)
MessageId = NewType("MessageId", str)
NoteId = NewType("NoteId", str)
OfferId = NewType("OfferId", str)
QueueId = NewType("QueueId", str)
SegmentId = NewType("SegmentId", str)

PROTOCOL_VERSIONS: Final = (1,)
"""Versions of the wire that this build speaks, best first."""


class Channel(StrEnum):
    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"
    CALLBACK = "callback"  # somebody to be called, now or at a time; the bridge dials on accept
    VOICEMAIL = "voicemail"  # what a caller said to the machine: heard, then answered somehow


LIVE_CHANNELS: Final = frozenset({Channel.VOICE, Channel.CHAT})
"""A customer is there and waits; the other channels are work that outlives a restart as it is."""


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class InteractionState(StrEnum):
    NEW = "new"
    QUEUED = "queued"
    OFFERED = "offered"
    CONNECTED = "connected"
    HELD = "held"  # a call with music; a chat in which nothing is said, or that was put aside
    PARKED = "parked"  # put aside by its agent until a time; takes no capacity
    WRAP_UP = "wrap_up"
    CLOSED = "closed"
    ABANDONED = "abandoned"


FINAL: Final = frozenset({InteractionState.CLOSED, InteractionState.ABANDONED})
WAITING: Final = frozenset(
    {InteractionState.NEW, InteractionState.QUEUED, InteractionState.OFFERED}
)
"""Nobody has answered; whom it is offered to has not got it yet."""


class OfferState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    RESCINDED = "rescinded"


class AgentMode(StrEnum):
    """What the agent asked for; stored."""

    LOGGED_OUT = "logged_out"
    READY = "ready"
    NOT_READY = "not_ready"


class AgentActivity(StrEnum):
    """What is shown of an agent; derived from the mode and the work, never stored."""

    LOGGED_OUT = "logged_out"
    READY = "ready"
    NOT_READY = "not_ready"
    RESERVED = "reserved"
    BUSY = "busy"
    WRAP_UP = "wrap_up"


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a frame needs; each command and event class declares one."""

    ANYONE = "anyone"  # before sign-in
    SIGNED_IN = "signed_in"
    HANDLE_CONTACTS = "handle_contacts"
    READ_CUSTOMERS = "read_customers"
    EDIT_CUSTOMERS = "edit_customers"
    READ_HISTORY = "read_history"
    MERGE_CUSTOMERS = "merge_customers"  # two files into one, and back
    MONITOR = "monitor"  # the calls of others: see, listen, whisper, barge
    HEAR_RECORDINGS = "hear_recordings"  # of everybody's calls; one's own need no permission
    WATCH = "watch"  # every event of the bridge: `cti-bridge watch`
    AUDIT = "audit"  # who looked at which customer
    EXPORT = "export"  # customers out of the house, as a file
    IMPORT = "import"  # customers from files and from sources that have a name
    HOLD = "hold"  # a customer back from erasure; what an erasure would do
    SUBJECT = "subject"  # everything of one customer, for that customer: nothing of it is hidden
    ERASE = "erase"  # a customer for good; and the end of a hold


ROLE_PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.AGENT: frozenset(
        {
            Permission.ANYONE,
            Permission.SIGNED_IN,
            Permission.HANDLE_CONTACTS,
            Permission.READ_CUSTOMERS,
            Permission.EDIT_CUSTOMERS,
            Permission.READ_HISTORY,
        }
    ),
    Role.SUPERVISOR: frozenset(Permission) - {Permission.ERASE, Permission.SUBJECT},
    Role.ADMIN: frozenset(Permission),
}


class Verb(StrEnum):
    """What a switch can do with a call; an adapter states its own set."""

    ANSWER = "answer"
    HOLD = "hold"
    RETRIEVE = "retrieve"
    MUTE = "mute"
    DIGITS = "digits"
    BLIND_TRANSFER = "blind_transfer"
    CONSULT = "consult"
    COMPLETE_TRANSFER = "complete_transfer"
    CANCEL_TRANSFER = "cancel_transfer"
    SWAP = "swap"
    CONFERENCE = "conference"
    DROP_PARTY = "drop_party"  # lets one of a conference go
    ORIGINATE = "originate"
    CLEAR = "clear"
    PLAY = "play"
    TAKE_MESSAGE = "take_message"  # voicemail of a caller who waits
    RECORD = "record"
    PAUSE_RECORDING = "pause_recording"
    RESUME_RECORDING = "resume_recording"
    STOP_RECORDING = "stop_recording"
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    # of contacts on any channel, beside HOLD, RETRIEVE, BLIND_TRANSFER and CLEAR
    TAKE = "take"  # from the queue, without an offer
    PARK = "park"
    SPLIT = "split"
    REPLY = "reply"
    DIAL = "dial"  # calls back whom this contact is about


class MonitorMode(StrEnum):
    """How a supervisor takes part in somebody's call."""

    LISTEN = "listen"  # hears both, heard by nobody
    WHISPER = "whisper"  # heard by the agent only
    BARGE = "barge"  # heard by all


class MessageKind(StrEnum):
    """What one entry of a conversation is."""

    CHAT = "chat"
    EMAIL = "email"
    VOICEMAIL = "voicemail"
    RECORDING = "recording"  # of a call: its sound is the attachment
    NOTE = "note"  # of an agent to the next one; the customer never sees it
    EVENT = "event"  # joined, left, rated …: `code` and `detail` say what


class Author(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Delivery(StrEnum):
    """What became of a message. A chat's go SENT → DELIVERED → READ; an outgoing e-mail's
    UNDOABLE → SENDING → SENT, or FAILED."""

    RECEIVED = "received"  # came in
    UNDOABLE = "undoable"  # may still be taken back
    SENDING = "sending"  # handed to the outbox; tried again until it is SENT or FAILED
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    TAKEN_BACK = "taken_back"


class ClearCause(StrEnum):
    """Why a call, and the segment of it, ended."""

    CALLER_CLEARED = "caller_cleared"
    AGENT_CLEARED = "agent_cleared"
    CALLER_GAVE_UP = "caller_gave_up"  # before anybody answered
    TRANSFERRED = "transferred"
    NOT_ANSWERED = "not_answered"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    MEDIA_LOST = "media_lost"
    LINE_DOWN = "line_down"
    BRIDGE_RESTARTED = "bridge_restarted"
    CUSTOMER_IDLE = "customer_idle"  # a chat in which the customer said nothing for long
    TURNED_AWAY = "turned_away"  # by the queue's rules: closed, full, nobody there
    CALL_BACK_ASKED = "call_back_asked"
    VOICEMAIL_LEFT = "voicemail_left"
    FINISHED = "finished"  # an e-mail or another work item, by its agent
    PARKED = "parked"
    SPLIT = "split"
    AGENT_LOST = "agent_lost"
    FAILED = "failed"


class IdentityKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    VISITOR = "visitor"  # a browser that was attached to a customer; `value` is its random name
    KEY = "key"  # account or contract number of another system; `source` names the system


class AccessKind(StrEnum):
    """What was done with what is known of customers; an entry of the access log."""

    VIEW = "view"  # the file was opened
    POP = "pop"  # the card was shown with an offer
    SEARCH = "search"  # of customers or of the history; the detail says for what
    CONTACT = "contact"  # a past contact, or what was written on it
    HEAR = "hear"  # a recording
    FILE = "file"  # an attachment
    REVEAL = "reveal"  # a value that is hidden from the role; the detail says why
    EXPORT = "export"
    IMPORT = "import"  # customers were brought in; the detail says from where, and how many
    SUBJECT = "subject"  # everything of a customer, for the customer
    ERASE = "erase"
    HOLD = "hold"  # held back from erasure, or no longer
    AUDIT = "audit"  # this log was read
    ALERT = "alert"  # unusually many looks
    LOST = "lost"  # pops that could not be written down; the detail says how many


class CustomerKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class CustomerStatus(StrEnum):
    """Of the account; who is CLOSED or DECEASED is never dialled nor written to."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    CLOSED = "closed"
    DECEASED = "deceased"


class RelationKind(StrEnum):
    """How one customer stands to another: "Ana WORKS_AT Talleres Ona"."""

    WORKS_AT = "works_at"  # a person at an organisation
    PART_OF = "part_of"  # an organisation of a larger one
    PARENT_OF = "parent_of"
    GUARDIAN_OF = "guardian_of"  # acts for the other by law
    PARTNER_OF = "partner_of"
    SIBLING_OF = "sibling_of"
    HOUSEHOLD = "household"  # lives with
    KNOWS = "knows"  # anything else; the role says what


MUTUAL_RELATIONS: Final = frozenset(
    {
        RelationKind.PARTNER_OF,
        RelationKind.SIBLING_OF,
        RelationKind.HOUSEHOLD,
        RelationKind.KNOWS,
    }
)
"""What is the same from both sides."""


class ConsentChannel(StrEnum):
    """The way of reaching a customer that a consent speaks of."""

    ANY = "any"
    PHONE = "phone"
    EMAIL = "email"
    SMS = "sms"
    POST = "post"


class FieldType(StrEnum):
    """Of a custom field."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


class MatchReason(StrEnum):
    """Why a customer is shown for a caller; the desktop words it."""

    NUMBER_CONFIRMED = "number_confirmed"  # an agent confirmed that this number is this customer
    NUMBER_ON_FILE = "number_on_file"  # the number stands in the file (imported or typed)
    NUMBER_WITHOUT_EXTENSION = "number_without_extension"  # the company's main number matched
    EXTENSION = "extension"
    EMAIL_ON_FILE = "email_on_file"
    EMAIL_CONFIRMED = "email_confirmed"
    SITE_TOKEN = "site_token"  # the web site vouched for this customer with a signed token
    RETURNING_VISITOR = "returning_visitor"  # the browser was attached to this customer before
    SAME_THREAD = "same_thread"  # the conversation belongs to this customer already
    KEY_ON_FILE = "key_on_file"


class MatchKind(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    NONE = "none"
    WITHHELD = "withheld"
    PENDING = "pending"  # the look-up outran its time budget: `MatchFound` follows


class RefusalCode(StrEnum):
    """Why a command was not done; the desktop words it in its language."""

    NOT_SIGNED_IN = "not_signed_in"
    WRONG_CREDENTIALS = "wrong_credentials"
    THROTTLED = "throttled"
    NO_COMMON_VERSION = "no_common_version"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"  # the offer, the call or the wrap-up is over
    WRONG_STATE = "wrong_state"
    NOT_SUPPORTED = "not_supported"  # the switch cannot
    CONFLICT = "conflict"  # somebody saved first
    INVALID = "invalid"  # `field` and `detail` say what
    BUSY = "busy"
    LINE_DOWN = "line_down"
    SWITCH_FAILED = "switch_failed"
    STORE_AWAY = "store_away"  # the database does not do it now; nothing was changed
    TOO_LARGE = "too_large"
    OVERLOADED = "overloaded"
    # who must not be called or written to, by which rule
    SUPPRESSED = "suppressed"  # the number, address or customer is on the suppression list
    DECEASED = "deceased"
    ACCOUNT_CLOSED = "account_closed"
    NO_CONSENT = "no_consent"  # forbidden by the customer, or not allowed as the purpose needs
    DO_NOT_RECORD = "do_not_record"  # the customer asked for that
    USED_UP = "used_up"  # the day's time for this not-ready reason
    INTERNAL = "internal"
