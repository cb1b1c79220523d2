"""The vocabulary of the wire in people's words: one place, both languages.

Each function asks the translator when it is called, so that a change of language shows at the
next `retranslate()`. A code that this build does not know is shown as it came, readably.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentMode,
    Author,
    Channel,
    ClearCause,
    Delivery,
    Direction,
    IdentityKind,
    InteractionState,
    MatchKind,
    MatchReason,
    MessageKind,
    OfferState,
    RefusalCode,
    Role,
    Verb,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cti_bridge.protocol.values import Choice, JourneyStep

CHANNELS = {
    Channel.VOICE: QT_TRANSLATE_NOOP("Words", "Call"),
    Channel.CHAT: QT_TRANSLATE_NOOP("Words", "Chat"),
    Channel.EMAIL: QT_TRANSLATE_NOOP("Words", "E-mail"),
    Channel.CALLBACK: QT_TRANSLATE_NOOP("Words", "Call-back"),
    Channel.VOICEMAIL: QT_TRANSLATE_NOOP("Words", "Voicemail"),
}
CONTACTS = {
    (Channel.VOICE, Direction.INBOUND): QT_TRANSLATE_NOOP("Words", "Incoming call"),
    (Channel.VOICE, Direction.OUTBOUND): QT_TRANSLATE_NOOP("Words", "Outgoing call"),
    (Channel.CHAT, Direction.INBOUND): QT_TRANSLATE_NOOP("Words", "Chat"),
    (Channel.CHAT, Direction.OUTBOUND): QT_TRANSLATE_NOOP("Words", "Chat"),
    (Channel.EMAIL, Direction.INBOUND): QT_TRANSLATE_NOOP("Words", "E-mail received"),
    (Channel.EMAIL, Direction.OUTBOUND): QT_TRANSLATE_NOOP("Words", "E-mail sent"),
    (Channel.CALLBACK, Direction.INBOUND): QT_TRANSLATE_NOOP("Words", "Call-back asked for"),
    (Channel.CALLBACK, Direction.OUTBOUND): QT_TRANSLATE_NOOP("Words", "Call-back"),
    (Channel.VOICEMAIL, Direction.INBOUND): QT_TRANSLATE_NOOP("Words", "Voicemail left"),
    (Channel.VOICEMAIL, Direction.OUTBOUND): QT_TRANSLATE_NOOP("Words", "Voicemail"),
}
DIRECTIONS = {
    Direction.INBOUND: QT_TRANSLATE_NOOP("Words", "Incoming"),
    Direction.OUTBOUND: QT_TRANSLATE_NOOP("Words", "Outgoing"),
}
STATES = {
    InteractionState.NEW: QT_TRANSLATE_NOOP("Words", "New"),
    InteractionState.QUEUED: QT_TRANSLATE_NOOP("Words", "Waiting"),
    InteractionState.OFFERED: QT_TRANSLATE_NOOP("Words", "Ringing"),
    InteractionState.CONNECTED: QT_TRANSLATE_NOOP("Words", "On call"),
    InteractionState.HELD: QT_TRANSLATE_NOOP("Words", "On hold"),
    InteractionState.PARKED: QT_TRANSLATE_NOOP("Words", "Parked"),
    InteractionState.WRAP_UP: QT_TRANSLATE_NOOP("Words", "Wrap-up"),
    InteractionState.CLOSED: QT_TRANSLATE_NOOP("Words", "Finished"),
    InteractionState.ABANDONED: QT_TRANSLATE_NOOP("Words", "Missed"),
}
WRITTEN_STATES = {
    InteractionState.OFFERED: QT_TRANSLATE_NOOP("Words", "Offered"),
    InteractionState.CONNECTED: QT_TRANSLATE_NOOP("Words", "In conversation"),
    InteractionState.HELD: QT_TRANSLATE_NOOP("Words", "Put aside"),
    InteractionState.ABANDONED: QT_TRANSLATE_NOOP("Words", "Given up"),
}
WORK_STATES = WRITTEN_STATES | {
    InteractionState.CONNECTED: QT_TRANSLATE_NOOP("Words", "In hand"),
}
OFFER_STATES = {
    OfferState.PENDING: QT_TRANSLATE_NOOP("Words", "Ringing"),
    OfferState.ACCEPTED: QT_TRANSLATE_NOOP("Words", "Answered"),
    OfferState.DECLINED: QT_TRANSLATE_NOOP("Words", "Declined"),
    OfferState.TIMED_OUT: QT_TRANSLATE_NOOP("Words", "Not answered in time"),
    OfferState.RESCINDED: QT_TRANSLATE_NOOP("Words", "The caller hung up"),
}
MODES = {
    AgentMode.LOGGED_OUT: QT_TRANSLATE_NOOP("Words", "Signed out"),
    AgentMode.READY: QT_TRANSLATE_NOOP("Words", "Ready"),
    AgentMode.NOT_READY: QT_TRANSLATE_NOOP("Words", "Not ready"),
}
ACTIVITIES = {
    AgentActivity.LOGGED_OUT: QT_TRANSLATE_NOOP("Words", "Signed out"),
    AgentActivity.READY: QT_TRANSLATE_NOOP("Words", "Ready"),
    AgentActivity.NOT_READY: QT_TRANSLATE_NOOP("Words", "Not ready"),
    AgentActivity.RESERVED: QT_TRANSLATE_NOOP("Words", "Ringing"),
    AgentActivity.BUSY: QT_TRANSLATE_NOOP("Words", "On call"),
    AgentActivity.WRAP_UP: QT_TRANSLATE_NOOP("Words", "Wrap-up"),
}
BUILT_IN_REASONS = {
    "rona": QT_TRANSLATE_NOOP("Words", "Did not answer"),
    "declined": QT_TRANSLATE_NOOP("Words", "Declined a call"),
    "answer-failed": QT_TRANSLATE_NOOP("Words", "The answer failed"),
    "phone-busy": QT_TRANSLATE_NOOP("Words", "Telephone busy"),
    "phone-refused": QT_TRANSLATE_NOOP("Words", "Refused at the telephone"),
    "phone-unreachable": QT_TRANSLATE_NOOP("Words", "Telephone not reachable"),
    "signed_in": QT_TRANSLATE_NOOP("Words", "Just signed in"),
    "session_lost": QT_TRANSLATE_NOOP("Words", "Connection lost"),
    "reason_over": QT_TRANSLATE_NOOP("Words", "The time of the reason is over"),
}
CAUSES = {
    ClearCause.CALLER_CLEARED: QT_TRANSLATE_NOOP("Words", "The caller hung up"),
    ClearCause.AGENT_CLEARED: QT_TRANSLATE_NOOP("Words", "The agent hung up"),
    ClearCause.CALLER_GAVE_UP: QT_TRANSLATE_NOOP("Words", "The caller gave up waiting"),
    ClearCause.TRANSFERRED: QT_TRANSLATE_NOOP("Words", "Transferred"),
    ClearCause.NOT_ANSWERED: QT_TRANSLATE_NOOP("Words", "No answer"),
    ClearCause.BUSY: QT_TRANSLATE_NOOP("Words", "Line busy"),
    ClearCause.REJECTED: QT_TRANSLATE_NOOP("Words", "Call rejected"),
    ClearCause.UNREACHABLE: QT_TRANSLATE_NOOP("Words", "Number not reachable"),
    ClearCause.MEDIA_LOST: QT_TRANSLATE_NOOP("Words", "The voice was lost"),
    ClearCause.LINE_DOWN: QT_TRANSLATE_NOOP("Words", "The line went down"),
    ClearCause.BRIDGE_RESTARTED: QT_TRANSLATE_NOOP("Words", "The server was restarted"),
    ClearCause.AGENT_LOST: QT_TRANSLATE_NOOP("Words", "The agent's connection was lost"),
    ClearCause.CUSTOMER_IDLE: QT_TRANSLATE_NOOP("Words", "The customer said nothing for long"),
    ClearCause.TURNED_AWAY: QT_TRANSLATE_NOOP("Words", "Turned away by the queue's rules"),
    ClearCause.CALL_BACK_ASKED: QT_TRANSLATE_NOOP("Words", "A call-back was asked for"),
    ClearCause.VOICEMAIL_LEFT: QT_TRANSLATE_NOOP("Words", "A voicemail was left"),
    ClearCause.FINISHED: QT_TRANSLATE_NOOP("Words", "Finished by the agent"),
    ClearCause.PARKED: QT_TRANSLATE_NOOP("Words", "Parked"),
    ClearCause.SPLIT: QT_TRANSLATE_NOOP("Words", "Split"),
    ClearCause.FAILED: QT_TRANSLATE_NOOP("Words", "The call failed"),
}
IDENTITY_KINDS = {
    IdentityKind.PHONE: QT_TRANSLATE_NOOP("Words", "Phone"),
    IdentityKind.EMAIL: QT_TRANSLATE_NOOP("Words", "E-mail address"),
    IdentityKind.VISITOR: QT_TRANSLATE_NOOP("Words", "Web browser"),
    IdentityKind.KEY: QT_TRANSLATE_NOOP("Words", "Reference"),
}
MATCH_KINDS = {
    MatchKind.ONE: QT_TRANSLATE_NOOP("Words", "One match."),
    MatchKind.SEVERAL: QT_TRANSLATE_NOOP("Words", "Several matches."),
    MatchKind.NONE: QT_TRANSLATE_NOOP("Words", "Not on file."),
    MatchKind.WITHHELD: QT_TRANSLATE_NOOP("Words", "Number withheld."),
    MatchKind.PENDING: QT_TRANSLATE_NOOP("Words", "Looking up the caller…"),
}
MATCH_REASONS = {
    MatchReason.NUMBER_CONFIRMED: QT_TRANSLATE_NOOP("Words", "Number confirmed by an agent"),
    MatchReason.NUMBER_ON_FILE: QT_TRANSLATE_NOOP("Words", "Number on file"),
    MatchReason.NUMBER_WITHOUT_EXTENSION: QT_TRANSLATE_NOOP(
        "Words", "Main number of the company on file"
    ),
    MatchReason.EXTENSION: QT_TRANSLATE_NOOP("Words", "Internal extension"),
    MatchReason.EMAIL_ON_FILE: QT_TRANSLATE_NOOP("Words", "E-mail address on file"),
    MatchReason.EMAIL_CONFIRMED: QT_TRANSLATE_NOOP(
        "Words", "E-mail address confirmed by an agent"
    ),
    MatchReason.SITE_TOKEN: QT_TRANSLATE_NOOP("Words", "Signed in on the web site"),
    MatchReason.RETURNING_VISITOR: QT_TRANSLATE_NOOP("Words", "Same browser as an earlier visit"),
    MatchReason.SAME_THREAD: QT_TRANSLATE_NOOP("Words", "Same conversation as before"),
    MatchReason.KEY_ON_FILE: QT_TRANSLATE_NOOP("Words", "Reference on file"),
}
VERBS = {
    Verb.ANSWER: QT_TRANSLATE_NOOP("Verbs", "Answer"),
    Verb.HOLD: QT_TRANSLATE_NOOP("Verbs", "Hold"),
    Verb.RETRIEVE: QT_TRANSLATE_NOOP("Verbs", "Retrieve"),
    Verb.MUTE: QT_TRANSLATE_NOOP("Verbs", "Mute"),
    Verb.DIGITS: QT_TRANSLATE_NOOP("Verbs", "Keypad"),
    Verb.BLIND_TRANSFER: QT_TRANSLATE_NOOP("Verbs", "Transfer…"),
    Verb.CONSULT: QT_TRANSLATE_NOOP("Verbs", "Consult…"),
    Verb.COMPLETE_TRANSFER: QT_TRANSLATE_NOOP("Verbs", "Complete transfer"),
    Verb.CANCEL_TRANSFER: QT_TRANSLATE_NOOP("Verbs", "Cancel transfer"),
    Verb.SWAP: QT_TRANSLATE_NOOP("Verbs", "Swap"),
    Verb.CONFERENCE: QT_TRANSLATE_NOOP("Verbs", "Conference"),
    Verb.DROP_PARTY: QT_TRANSLATE_NOOP("Verbs", "Let go"),
    Verb.ORIGINATE: QT_TRANSLATE_NOOP("Verbs", "Call"),
    Verb.CLEAR: QT_TRANSLATE_NOOP("Verbs", "Hang up"),
    Verb.PLAY: QT_TRANSLATE_NOOP("Verbs", "Play"),
    Verb.TAKE_MESSAGE: QT_TRANSLATE_NOOP("Verbs", "Take a message"),
    Verb.RECORD: QT_TRANSLATE_NOOP("Verbs", "Record"),
    Verb.PAUSE_RECORDING: QT_TRANSLATE_NOOP("Verbs", "Pause recording"),
    Verb.RESUME_RECORDING: QT_TRANSLATE_NOOP("Verbs", "Resume recording"),
    Verb.STOP_RECORDING: QT_TRANSLATE_NOOP("Verbs", "Stop recording"),
    Verb.LISTEN: QT_TRANSLATE_NOOP("Verbs", "Listen"),
    Verb.WHISPER: QT_TRANSLATE_NOOP("Verbs", "Whisper"),
    Verb.BARGE: QT_TRANSLATE_NOOP("Verbs", "Barge in"),
    Verb.TAKE: QT_TRANSLATE_NOOP("Verbs", "Take"),
    Verb.PARK: QT_TRANSLATE_NOOP("Verbs", "Park…"),
    Verb.SPLIT: QT_TRANSLATE_NOOP("Verbs", "Split…"),
    Verb.REPLY: QT_TRANSLATE_NOOP("Verbs", "Reply"),
    Verb.DIAL: QT_TRANSLATE_NOOP("Verbs", "Call"),
}
CHAT_VERBS = {
    Verb.HOLD: QT_TRANSLATE_NOOP("Verbs", "Put aside"),
    Verb.RETRIEVE: QT_TRANSLATE_NOOP("Verbs", "Go on"),
    Verb.CLEAR: QT_TRANSLATE_NOOP("Verbs", "End the chat"),
}
WORK_VERBS = {
    Verb.HOLD: QT_TRANSLATE_NOOP("Verbs", "Put aside"),
    Verb.RETRIEVE: QT_TRANSLATE_NOOP("Verbs", "Go on"),
    Verb.CLEAR: QT_TRANSLATE_NOOP("Verbs", "To wrap-up"),
}
ROLES = {
    Role.AGENT: QT_TRANSLATE_NOOP("Words", "Agent"),
    Role.SUPERVISOR: QT_TRANSLATE_NOOP("Words", "Supervisor"),
    Role.ADMIN: QT_TRANSLATE_NOOP("Words", "Administrator"),
}
REFUSALS = {
    RefusalCode.NOT_SIGNED_IN: QT_TRANSLATE_NOOP("Words", "The session is over. Sign in again."),
    RefusalCode.WRONG_CREDENTIALS: QT_TRANSLATE_NOOP(
        "Words", "The user or the password is not right."
    ),
    RefusalCode.THROTTLED: QT_TRANSLATE_NOOP("Words", "Too many attempts. Wait a moment."),
    RefusalCode.NO_COMMON_VERSION: QT_TRANSLATE_NOOP(
        "Words", "This desktop and the server are of different versions. Update the desktop."
    ),
    RefusalCode.NOT_ALLOWED: QT_TRANSLATE_NOOP("Words", "Your role does not allow this."),
    RefusalCode.NOT_FOUND: QT_TRANSLATE_NOOP("Words", "It no longer exists."),
    RefusalCode.NOT_YOURS: QT_TRANSLATE_NOOP("Words", "Somebody else has this contact now."),
    RefusalCode.TOO_LATE: QT_TRANSLATE_NOOP(
        "Words", "Too late: it is over, or somebody else was quicker."
    ),
    RefusalCode.WRONG_STATE: QT_TRANSLATE_NOOP("Words", "This cannot be done right now."),
    RefusalCode.NOT_SUPPORTED: QT_TRANSLATE_NOOP("Words", "The telephone system cannot do this."),
    RefusalCode.CONFLICT: QT_TRANSLATE_NOOP("Words", "Somebody else saved first."),
    RefusalCode.INVALID: QT_TRANSLATE_NOOP("Words", "Something in the data is not valid."),
    RefusalCode.BUSY: QT_TRANSLATE_NOOP("Words", "Busy with another contact."),
    RefusalCode.LINE_DOWN: QT_TRANSLATE_NOOP("Words", "The telephone line is down."),
    RefusalCode.SWITCH_FAILED: QT_TRANSLATE_NOOP(
        "Words", "The telephone system did not do it. Try again."
    ),
    RefusalCode.STORE_AWAY: QT_TRANSLATE_NOOP(
        "Words", "The database is away for now. Calls go on; try again in a moment."
    ),
    RefusalCode.TOO_LARGE: QT_TRANSLATE_NOOP("Words", "It is too large."),
    RefusalCode.OVERLOADED: QT_TRANSLATE_NOOP(
        "Words", "The server is overloaded. Try again in a moment."
    ),
    RefusalCode.SUPPRESSED: QT_TRANSLATE_NOOP(
        "Words", "Not done: this number, address or customer is on the list of no contact."
    ),
    RefusalCode.DECEASED: QT_TRANSLATE_NOOP("Words", "Not done: this customer has died."),
    RefusalCode.ACCOUNT_CLOSED: QT_TRANSLATE_NOOP(
        "Words", "Not done: this customer's account is closed."
    ),
    RefusalCode.NO_CONSENT: QT_TRANSLATE_NOOP(
        "Words", "Not done: the customer has not consented to being contacted this way."
    ),
    RefusalCode.DO_NOT_RECORD: QT_TRANSLATE_NOOP(
        "Words", "This call is not recorded: the customer asked for that."
    ),
    RefusalCode.USED_UP: QT_TRANSLATE_NOOP(
        "Words", "Your time for this reason is used up for today."
    ),
    RefusalCode.INTERNAL: QT_TRANSLATE_NOOP(
        "Words", "It could not be done. Try again; if it happens again, tell your administrator."
    ),
}
SESSION_ENDS = {
    "taken_over": QT_TRANSLATE_NOOP("Words", "You signed in on another computer."),
    "signed_out": QT_TRANSLATE_NOOP("Words", "You signed out."),
    "stopping": QT_TRANSLATE_NOOP("Words", "The server is stopping."),
    "too_slow": QT_TRANSLATE_NOOP("Words", "The connection was too slow and was closed."),
    "disabled": QT_TRANSLATE_NOOP("Words", "Your user was disabled."),
}
JOURNEY = {
    "delivered": QT_TRANSLATE_NOOP("Words", "Came in"),
    "originated": QT_TRANSLATE_NOOP("Words", "Call placed"),
    "dialled": QT_TRANSLATE_NOOP("Words", "Call placed"),
    "ringing": QT_TRANSLATE_NOOP("Words", "Rings there"),
    "matched": QT_TRANSLATE_NOOP("Words", "Customer identified"),
    "match_one": QT_TRANSLATE_NOOP("Words", "Customer identified"),
    "match_several": QT_TRANSLATE_NOOP("Words", "Several customers match"),
    "match_none": QT_TRANSLATE_NOOP("Words", "Not on file"),
    "match_withheld": QT_TRANSLATE_NOOP("Words", "Number withheld"),
    "attached": QT_TRANSLATE_NOOP("Words", "Customer confirmed"),
    "detached": QT_TRANSLATE_NOOP("Words", "Customer taken away"),
    "queued": QT_TRANSLATE_NOOP("Words", "Queued"),
    "requeued": QT_TRANSLATE_NOOP("Words", "Back in the queue"),
    "offered": QT_TRANSLATE_NOOP("Words", "Offered"),
    "shown": QT_TRANSLATE_NOOP("Words", "File on screen"),
    "accepted": QT_TRANSLATE_NOOP("Words", "Accepted"),
    "declined": QT_TRANSLATE_NOOP("Words", "Declined"),
    "rona": QT_TRANSLATE_NOOP("Words", "Not answered in time"),
    "answer_failed": QT_TRANSLATE_NOOP("Words", "The answer failed"),
    "phone_answered": QT_TRANSLATE_NOOP("Words", "Picked up at the telephone"),
    "phone_busy": QT_TRANSLATE_NOOP("Words", "The agent's telephone was busy"),
    "phone_refused": QT_TRANSLATE_NOOP("Words", "Refused at the agent's telephone"),
    "phone_unreachable": QT_TRANSLATE_NOOP("Words", "The agent's telephone was not reachable"),
    "agent_lost": QT_TRANSLATE_NOOP("Words", "The agent's connection was lost"),
    "rescinded": QT_TRANSLATE_NOOP("Words", "Offer withdrawn"),
    "established": QT_TRANSLATE_NOOP("Words", "Answered"),
    "held": QT_TRANSLATE_NOOP("Words", "On hold"),
    "held_by_caller": QT_TRANSLATE_NOOP("Words", "Put on hold by the caller"),
    "retrieved": QT_TRANSLATE_NOOP("Words", "Retrieved"),
    "retrieved_by_caller": QT_TRANSLATE_NOOP("Words", "Retrieved by the caller"),
    "muted": QT_TRANSLATE_NOOP("Words", "Muted"),
    "unmuted": QT_TRANSLATE_NOOP("Words", "Unmuted"),
    "digits": QT_TRANSLATE_NOOP("Words", "Keys pressed"),
    "consulting": QT_TRANSLATE_NOOP("Words", "Consultation"),
    "consult_answered": QT_TRANSLATE_NOOP("Words", "Consultation answered"),
    "consult_ended": QT_TRANSLATE_NOOP("Words", "Consultation ended"),
    "transferring": QT_TRANSLATE_NOOP("Words", "Being transferred"),
    "transferred": QT_TRANSLATE_NOOP("Words", "Transferred"),
    "transfer_ended": QT_TRANSLATE_NOOP("Words", "The transferred call ended"),
    "conferenced": QT_TRANSLATE_NOOP("Words", "Conference"),
    "party_left": QT_TRANSLATE_NOOP("Words", "Left the conference"),
    "caller_left": QT_TRANSLATE_NOOP("Words", "The caller left the conference"),
    "cleared": QT_TRANSLATE_NOOP("Words", "Hung up"),
    "failed": QT_TRANSLATE_NOOP("Words", "Failed"),
    "abandoned": QT_TRANSLATE_NOOP("Words", "Caller gave up"),
    "missed": QT_TRANSLATE_NOOP("Words", "Missed call"),
    "wrap_up": QT_TRANSLATE_NOOP("Words", "Wrap-up"),
    "wrap_up_timed_out": QT_TRANSLATE_NOOP("Words", "The wrap-up time ran out"),
    "extended": QT_TRANSLATE_NOOP("Words", "Wrap-up extended"),
    "closed": QT_TRANSLATE_NOOP("Words", "Finished"),
    "session_lost": QT_TRANSLATE_NOOP("Words", "The agent's connection was lost"),
    "bridge_restarted": QT_TRANSLATE_NOOP("Words", "The server was restarted"),
    "went_on": QT_TRANSLATE_NOOP("Words", "Went on by telephone"),
    "variables": QT_TRANSLATE_NOOP("Words", "Said by the telephone system"),
    "variables_ignored": QT_TRANSLATE_NOOP("Words", "Ignored, because it is not known here"),
    "taken": QT_TRANSLATE_NOOP("Words", "Taken from the queue"),
    "parked": QT_TRANSLATE_NOOP("Words", "Waits with music"),
    "menu": QT_TRANSLATE_NOOP("Words", "Asked by a menu"),
    "menu_key": QT_TRANSLATE_NOOP("Words", "Chosen in a menu"),
    "menu_unanswered": QT_TRANSLATE_NOOP("Words", "Chose nothing in a menu"),
    "typed": QT_TRANSLATE_NOOP("Words", "Typed by the caller"),
    "put_aside": QT_TRANSLATE_NOOP("Words", "Parked"),
    "woken": QT_TRANSLATE_NOOP("Words", "Back from being parked"),
    "reopened": QT_TRANSLATE_NOOP("Words", "Opened again"),
    "split": QT_TRANSLATE_NOOP("Words", "Split"),
    "split_from": QT_TRANSLATE_NOOP("Words", "Split from another contact"),
    "arrived": QT_TRANSLATE_NOOP("Words", "Came in"),
    "composed": QT_TRANSLATE_NOOP("Words", "Written by an agent"),
    "callback": QT_TRANSLATE_NOOP("Words", "A call-back was asked for"),
    "by_email": QT_TRANSLATE_NOOP("Words", "Goes on as an e-mail"),
    "voicemail": QT_TRANSLATE_NOOP("Words", "A voicemail was left"),
    "not_dialled": QT_TRANSLATE_NOOP("Words", "The number could not be dialled"),
    "call_ended": QT_TRANSLATE_NOOP("Words", "The call ended"),
    "overflow_queue": QT_TRANSLATE_NOOP("Words", "Moved to another queue"),
    "overflow_announce": QT_TRANSLATE_NOOP("Words", "An announcement was played"),
    "overflow_voicemail": QT_TRANSLATE_NOOP("Words", "Sent to voicemail"),
    "overflow_callback": QT_TRANSLATE_NOOP("Words", "A call-back was offered"),
    "overflow_email": QT_TRANSLATE_NOOP("Words", "Answered by a prepared text"),
    "overflow_hang_up": QT_TRANSLATE_NOOP("Words", "Turned away"),
    "recording": QT_TRANSLATE_NOOP("Words", "Recording began"),
    "record_paused": QT_TRANSLATE_NOOP("Words", "Recording paused"),
    "record_on": QT_TRANSLATE_NOOP("Words", "Recording goes on"),
    "recorded": QT_TRANSLATE_NOOP("Words", "Recording kept"),
    "record_failed": QT_TRANSLATE_NOOP("Words", "The recording failed"),
    "not_recorded": QT_TRANSLATE_NOOP("Words", "Not recorded, as the customer asked"),
    "record_cut": QT_TRANSLATE_NOOP("Words", "The recording broke off"),
    "monitor_listen": QT_TRANSLATE_NOOP("Words", "A supervisor listens"),
    "monitor_whisper": QT_TRANSLATE_NOOP("Words", "A supervisor whispers"),
    "monitor_barge": QT_TRANSLATE_NOOP("Words", "A supervisor has barged in"),
    "monitor_ended": QT_TRANSLATE_NOOP("Words", "The supervisor has left"),
    "played": QT_TRANSLATE_NOOP("Words", "Recording heard by"),
}
CHOICES = {
    "longest_idle": QT_TRANSLATE_NOOP("Words", "free for {idle}, longest of {able}"),
    "only_one": QT_TRANSLATE_NOOP("Words", "the only one free"),
    "asked_for": QT_TRANSLATE_NOOP("Words", "asked for by transfer"),
    "last_agent": QT_TRANSLATE_NOOP("Words", "had the customer last"),
    "owner": QT_TRANSLATE_NOOP("Words", "looks after this customer"),
    "best_skill": QT_TRANSLATE_NOOP("Words", "knows best what is asked for"),
    "taken": QT_TRANSLATE_NOOP("Words", "taken by hand"),
    "time": QT_TRANSLATE_NOOP("Words", "its time has come"),
    "customer_wrote": QT_TRANSLATE_NOOP("Words", "the customer wrote again"),
    "customer_left": QT_TRANSLATE_NOOP("Words", "the customer left"),
    "idle": QT_TRANSLATE_NOOP("Words", "nothing was said for a while"),
    "waited": QT_TRANSLATE_NOOP("Words", "waited too long"),
    "position": QT_TRANSLATE_NOOP("Words", "too many before it"),
    "ratio": QT_TRANSLATE_NOOP("Words", "too many for those who are there"),
    "closed": QT_TRANSLATE_NOOP("Words", "outside the hours"),
    "full": QT_TRANSLATE_NOOP("Words", "the queue is full"),
    "nobody": QT_TRANSLATE_NOOP("Words", "nobody is signed in"),
}
_DIALLED = re.compile(r"(?P<agent>.+): (?P<number>\+\d+)")
SOURCES = {
    "agent": QT_TRANSLATE_NOOP("Words", "typed by an agent"),
    "ring": QT_TRANSLATE_NOOP("Words", "a call"),
    "sample": QT_TRANSLATE_NOOP("Words", "sample data"),
    "chat": QT_TRANSLATE_NOOP("Words", "a chat"),
    "email": QT_TRANSLATE_NOOP("Words", "an e-mail"),
}
LABELS = {
    "mobile": QT_TRANSLATE_NOOP("Words", "Mobile"),
    "home": QT_TRANSLATE_NOOP("Words", "Home"),
    "office": QT_TRANSLATE_NOOP("Words", "Office"),
    "work": QT_TRANSLATE_NOOP("Words", "Work"),
    "main": QT_TRANSLATE_NOOP("Words", "Main"),
    "fax": QT_TRANSLATE_NOOP("Words", "Fax"),
}
LANGUAGES = {
    "es": QT_TRANSLATE_NOOP("Words", "Spanish"),
    "en": QT_TRANSLATE_NOOP("Words", "English"),
    "ca": QT_TRANSLATE_NOOP("Words", "Catalan"),
    "gl": QT_TRANSLATE_NOOP("Words", "Galician"),
    "eu": QT_TRANSLATE_NOOP("Words", "Basque"),
    "fr": QT_TRANSLATE_NOOP("Words", "French"),
    "pt": QT_TRANSLATE_NOOP("Words", "Portuguese"),
    "de": QT_TRANSLATE_NOOP("Words", "German"),
    "it": QT_TRANSLATE_NOOP("Words", "Italian"),
    "ar": QT_TRANSLATE_NOOP("Words", "Arabic"),
    "ro": QT_TRANSLATE_NOOP("Words", "Romanian"),
    "zh": QT_TRANSLATE_NOOP("Words", "Chinese"),
}


def _word(table: Mapping[Any, object], code: str, context: str = "Words") -> str:
    known = table.get(code)
    if known is None:
        return str(code).replace("_", " ").strip()
    return QCoreApplication.translate(context, str(known))


def channel(code: str) -> str:
    return _word(CHANNELS, code)


def direction(code: str) -> str:
    return _word(DIRECTIONS, code)


def contact(channel: Channel, direction: Direction) -> str:
    """ "Incoming call", "E-mail sent" …"""
    return QCoreApplication.translate("Words", str(CONTACTS[channel, direction]))


def state(code: str, of: Channel = Channel.VOICE) -> str:
    """Of an interaction on this channel."""
    known = _STATES_OF.get(of, STATES)
    return _word(known if code in known else STATES, code)


_STATES_OF = {
    Channel.CHAT: WRITTEN_STATES,
    Channel.EMAIL: WORK_STATES,
    Channel.CALLBACK: WORK_STATES,
    Channel.VOICEMAIL: WORK_STATES,
}


def offer_state(code: str) -> str:
    return _word(OFFER_STATES, code)


def mode(code: str) -> str:
    return _word(MODES, code)


def activity(code: str) -> str:
    """Of an agent, as shown."""
    return _word(ACTIVITIES, code)


def cause(code: str) -> str:
    return _word(CAUSES, code)


def identity_kind(code: str) -> str:
    return _word(IDENTITY_KINDS, code)


def match_kind(code: str) -> str:
    return _word(MATCH_KINDS, code)


def match_reason(code: str) -> str:
    return _word(MATCH_REASONS, code)


def verb(code: str, of: Channel = Channel.VOICE) -> str:
    known = VERBS
    if of is not Channel.VOICE:
        known = CHAT_VERBS if of is Channel.CHAT else WORK_VERBS
    return _word(known if code in known else VERBS, code, "Verbs")


def role(code: str) -> str:
    return _word(ROLES, code)


def refusal(code: str) -> str:
    """A whole sentence: why a command was not done."""
    return _word(REFUSALS, code)


def session_ended(reason: str) -> str:
    return _word(SESSION_ENDS, reason)


def language(code: str) -> str:
    """The name of a customer's language; "" for none."""
    return _word(LANGUAGES, code.lower()) if code else ""


def choice(choices: Sequence[Choice], code: str, tongue: str) -> str:
    """The name of a configured code (`tongue` is "es" or "en"), or the code itself."""
    for one in choices:
        if one.code == code:
            return one.names.get(tongue) or next(iter(one.names.values()), code)
    return _word(BUILT_IN_REASONS, code)


def source(code: str) -> str:
    """Where an identity comes from: the bridge's own codes in words, a file by its name."""
    return _word(SOURCES, code) if code in SOURCES else code


def label(text: str) -> str:
    """Of an identity: the usual ones in the agent's language, what people typed as typed."""
    known = LABELS.get(text.strip().casefold())
    return QCoreApplication.translate("Words", str(known)) if known is not None else text


def journey(step: JourneyStep, dispositions: Sequence[Choice] = (), tongue: str = "") -> str:
    """One step in words, without its time: `Queued · Support`. The result of a finished
    contact is named where its `dispositions` are given."""
    parts = (_word(JOURNEY, step.what), _detail(step), _why(step, dispositions, tongue))
    return " · ".join(part for part in parts if part)


EVENTS = {
    "joined": QT_TRANSLATE_NOOP("Words", "{who} has joined"),
    "left": QT_TRANSLATE_NOOP("Words", "{who} has left"),
    "transferred": QT_TRANSLATE_NOOP("Words", "Transferred to {who}"),
    "ended": QT_TRANSLATE_NOOP("Words", "The conversation has ended"),
    "rated": QT_TRANSLATE_NOOP("Words", "The customer gave {who} of 5 stars"),
    "transcript": QT_TRANSLATE_NOOP("Words", "The customer had the transcript sent"),
}
ENDS = {
    "customer": QT_TRANSLATE_NOOP("Words", "The customer ended the conversation"),
    "agent": QT_TRANSLATE_NOOP("Words", "The agent ended the conversation"),
    "idle": QT_TRANSLATE_NOOP("Words", "Ended: nothing was said for long"),
    "gone": QT_TRANSLATE_NOOP("Words", "Ended: the customer had left the page"),
}


def event(code: str, name: str = "", text: str = "") -> str:
    """What happened in a conversation, as its system line says it: `name` is an agent's, `text`
    says more."""
    if code == "ended" and text in ENDS:
        return _word(ENDS, text)
    said = _word(EVENTS, code)
    who = name if code in ("joined", "left") else text or name
    who = who or QCoreApplication.translate("Words", "somebody")
    return said.replace("{who}", who) if code in EVENTS else said


DELIVERIES = {
    Delivery.RECEIVED: QT_TRANSLATE_NOOP("Words", "Received"),
    Delivery.UNDOABLE: QT_TRANSLATE_NOOP("Words", "About to be sent"),
    Delivery.SENDING: QT_TRANSLATE_NOOP("Words", "Sending…"),
    Delivery.SENT: QT_TRANSLATE_NOOP("Words", "Sent"),
    Delivery.DELIVERED: QT_TRANSLATE_NOOP("Words", "Delivered"),
    Delivery.READ: QT_TRANSLATE_NOOP("Words", "Read"),
    Delivery.FAILED: QT_TRANSLATE_NOOP("Words", "Not sent"),
    Delivery.TAKEN_BACK: QT_TRANSLATE_NOOP("Words", "Taken back"),
}
AUTHORS = {
    Author.CUSTOMER: QT_TRANSLATE_NOOP("Words", "Customer"),
    Author.AGENT: QT_TRANSLATE_NOOP("Words", "Agent"),
    Author.SYSTEM: QT_TRANSLATE_NOOP("Words", "System"),
}
MESSAGE_KINDS = {
    MessageKind.CHAT: QT_TRANSLATE_NOOP("Words", "Message"),
    MessageKind.EMAIL: QT_TRANSLATE_NOOP("Words", "E-mail"),
    MessageKind.VOICEMAIL: QT_TRANSLATE_NOOP("Words", "Voicemail"),
    MessageKind.RECORDING: QT_TRANSLATE_NOOP("Words", "Recording"),
    MessageKind.NOTE: QT_TRANSLATE_NOOP("Words", "Note"),
    MessageKind.EVENT: QT_TRANSLATE_NOOP("Words", "Event"),
}


def delivery(code: str) -> str:
    return _word(DELIVERIES, code)


def author(code: str) -> str:
    return _word(AUTHORS, code)


def message_kind(code: str) -> str:
    return _word(MESSAGE_KINDS, code)


def _detail(step: JourneyStep) -> str:
    if step.what == "arrived":
        return channel(step.detail)
    if step.what == "put_aside":
        return _moment(step.detail)
    return _who(step.detail)


def _moment(text: str) -> str:
    try:
        return formats.when(datetime.fromisoformat(text))
    except ValueError:
        return text


def _who(detail: str) -> str:
    if found := _DIALLED.fullmatch(detail):
        return f"{found['agent']}: {formats.phone(found['number'])}"
    return formats.phone(detail)


BARRED = {
    RefusalCode.SUPPRESSED: QT_TRANSLATE_NOOP("Words", "On the list of no contact"),
    RefusalCode.DECEASED: QT_TRANSLATE_NOOP("Words", "The customer has died"),
    RefusalCode.ACCOUNT_CLOSED: QT_TRANSLATE_NOOP("Words", "The account is closed"),
    RefusalCode.NO_CONSENT: QT_TRANSLATE_NOOP("Words", "Without consent"),
}


def _why(step: JourneyStep, dispositions: Sequence[Choice], tongue: str) -> str:
    code, figures = step.code, step.figures
    if step.what == "closed" and code:
        return choice(dispositions, code, tongue) if dispositions else ""
    if "total" in figures:
        return QCoreApplication.translate("Words", "%n customer(s)", "", figures["total"])
    if "ms" in figures:
        return f"{formats.number(figures['ms'])} ms"
    if "seconds" in figures:
        return formats.duration(figures["seconds"])
    if code == "longest_idle" and figures.get("able", 0) < 2:
        code = "only_one"
    for table in (CAUSES, MATCH_REASONS, CHOICES, BARRED):
        if code in table:
            idle = formats.age(figures.get("idle", 0))
            return _word(table, code).format(idle=idle, able=figures.get("able", 0))
    return code.replace("_", " ")
