"""Which buttons are valid now: a table, narrowed to what the switch can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.acd.interaction import TALKING
from cti_bridge.acd.recording import state_of
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    Channel,
    InteractionState,
    OfferState,
    RefusalCode,
    Verb,
)
from cti_bridge.telephony.ports import MAX_PARTIES

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.recording import Rule, State

S = InteractionState
_TALK = (Verb.HOLD, Verb.MUTE, Verb.DIGITS, Verb.BLIND_TRANSFER, Verb.CONSULT, Verb.CLEAR)
_HELD = (Verb.RETRIEVE, Verb.BLIND_TRANSFER, Verb.CONSULT, Verb.CLEAR)
_DIALLING = (Verb.CANCEL_TRANSFER, Verb.CLEAR)
_CONSULTING = (
    Verb.COMPLETE_TRANSFER,
    Verb.CANCEL_TRANSFER,
    Verb.SWAP,
    Verb.CONFERENCE,
    Verb.MUTE,
    Verb.DIGITS,
    Verb.CLEAR,
)
_TOGETHER = (Verb.CONSULT, Verb.COMPLETE_TRANSFER, Verb.DROP_PARTY)

VERBS: dict[tuple[InteractionState, str], tuple[Verb, ...]] = {
    (S.QUEUED, ""): (Verb.TAKE,),
    (S.OFFERED, ""): (Verb.ANSWER,),
    (S.NEW, ""): (Verb.CLEAR,),  # an outgoing call that rings
    (S.CONNECTED, ""): _TALK,
    (S.HELD, ""): _HELD,
    (S.CONNECTED, "dialling"): _DIALLING,
    (S.HELD, "dialling"): _DIALLING,
    (S.CONNECTED, "talking"): _CONSULTING,
    (S.HELD, "talking"): _CONSULTING,
    (S.CONNECTED, "conference"): (Verb.HOLD, Verb.MUTE, *_TOGETHER, Verb.CLEAR),
    (S.HELD, "conference"): (Verb.RETRIEVE, *_TOGETHER, Verb.CLEAR),
    (S.CONNECTED, "blind"): (Verb.CLEAR,),
    (S.HELD, "blind"): (Verb.CLEAR,),
}
"""Of a call, by state, and by the second call: none, dialling, talking, or a blind transfer under
way; or conference, where all who are there are in it."""

_WAITS = {(S.QUEUED, ""): (Verb.TAKE,), (S.OFFERED, ""): (Verb.ANSWER,)}
_IN_A_CALL = (Verb.HOLD, Verb.MUTE, Verb.DIGITS, Verb.CLEAR)
_WORK = (Verb.DIAL, Verb.PARK, Verb.BLIND_TRANSFER, Verb.CLEAR)
_OF_WORK = {
    **_WAITS,
    (S.PARKED, ""): (Verb.TAKE,),
    (S.CONNECTED, ""): _WORK,
    (S.CONNECTED, "placing"): (Verb.CLEAR,),
    (S.CONNECTED, "on a call"): _IN_A_CALL,
    (S.HELD, "on a call"): (Verb.RETRIEVE, Verb.CLEAR),
}
OF_CHANNEL: dict[Channel, dict[tuple[InteractionState, str], tuple[Verb, ...]]] = {
    Channel.VOICE: VERBS,
    Channel.CHAT: {
        **_WAITS,
        (S.CONNECTED, ""): (
            Verb.REPLY,
            Verb.HOLD,
            Verb.DIAL,
            Verb.BLIND_TRANSFER,
            Verb.CLEAR,
        ),
        (S.HELD, ""): (Verb.REPLY, Verb.RETRIEVE, Verb.BLIND_TRANSFER, Verb.CLEAR),
        (S.CONNECTED, "placing"): (Verb.REPLY, Verb.CLEAR),
        (S.CONNECTED, "on a call"): (Verb.REPLY, Verb.MUTE, Verb.DIGITS, Verb.CLEAR),
    },
    Channel.EMAIL: {
        **_OF_WORK,
        (S.CONNECTED, ""): (
            Verb.REPLY,
            Verb.DIAL,
            Verb.PARK,
            Verb.SPLIT,
            Verb.BLIND_TRANSFER,
            Verb.CLEAR,
        ),
        (S.CONNECTED, "placing"): (Verb.REPLY, Verb.CLEAR),
        (S.CONNECTED, "on a call"): (Verb.REPLY, *_IN_A_CALL),
        (S.HELD, "on a call"): (Verb.REPLY, Verb.RETRIEVE, Verb.CLEAR),
    },
    Channel.CALLBACK: _OF_WORK,
    Channel.VOICEMAIL: _OF_WORK,
}
"""Of what is no call, by state, and by the call that was placed from inside it: none, placing,
or on a call. A call-back with its call answered is like any call."""

_RUNS = (Verb.PAUSE_RECORDING, Verb.STOP_RECORDING)
_RESTS = (Verb.RESUME_RECORDING, Verb.STOP_RECORDING)
RECORDING: dict[tuple[Rule, State], tuple[Verb, ...]] = {
    ("none", ""): (),
    ("none", "on"): _RUNS,  # begun in another queue
    ("none", "paused"): _RESTS,
    ("asked", ""): (Verb.RECORD,),
    ("asked", "on"): _RUNS,
    ("asked", "paused"): _RESTS,
    ("all", ""): (Verb.RECORD,),  # the switch could not at first
    ("all", "on"): (Verb.PAUSE_RECORDING,),
    ("all", "paused"): (Verb.RESUME_RECORDING,),
}
"""Of a call that is talked on or held, by the rule of its queue and what is recorded now."""

_OURS = frozenset({Verb.TAKE, Verb.PARK, Verb.SPLIT, Verb.REPLY})
_WITHOUT_A_CALL = _OURS | {
    Verb.ANSWER,
    Verb.HOLD,
    Verb.RETRIEVE,
    Verb.BLIND_TRANSFER,
    Verb.CLEAR,
}


def verbs_of(
    contact: Interaction,
    offer: OfferState | None,
    can: frozenset[Verb],
    *,
    record: Rule = "none",
) -> tuple[Verb, ...]:
    """In the order in which a desktop shows them."""
    if contact.channel is Channel.VOICE and contact.call is None:
        return ()
    if (contact.agent is None) is not (contact.state is S.QUEUED):
        return ()
    if contact.state is S.OFFERED and offer is not OfferState.PENDING:
        return ()  # being answered
    table, second = _table(contact)
    able = _able(contact, can)
    verbs = (*table.get((contact.state, second), ()), *_recording(contact, record))
    return tuple(verb for verb in verbs if verb in able)


def _recording(contact: Interaction, record: Rule) -> tuple[Verb, ...]:
    """Once the far end has answered."""
    talks = contact.call is not None and contact.state in TALKING
    if not talks or contact.call_state == "dialling":
        return ()
    return RECORDING[record, state_of(contact)]


def _table(
    contact: Interaction,
) -> tuple[dict[tuple[InteractionState, str], tuple[Verb, ...]], str]:
    if contact.channel is not Channel.VOICE and (contact.call is None or contact.call_state):
        answered = contact.like_a_call and contact.call_state == "talking"
        if not answered:
            inside = {"": "", "dialling": "placing", "talking": "on a call"}
            return OF_CHANNEL[contact.channel], inside[contact.call_state]
    second = "conference" if contact.parties else ""
    if contact.consult is not None:
        second = "blind" if contact.consult.blind else contact.consult.state
    return VERBS, second


def _able(contact: Interaction, can: frozenset[Verb]) -> frozenset[Verb]:
    """What the switch can do, and what needs no switch."""
    dials = {Verb.DIAL} if Verb.ORIGINATE in can else set()
    if contact.call is None:
        return _WITHOUT_A_CALL | dials
    takes = {Verb.TAKE} if Verb.ANSWER in can else set()
    drops = {Verb.DROP_PARTY} if Verb.CONFERENCE in can else set()
    full = {Verb.CONSULT} if len(contact.parties) >= MAX_PARTIES else set()
    return (can - _OURS - full - {Verb.DIAL, Verb.DROP_PARTY}) | takes | drops | {Verb.REPLY}


def require(
    contact: Interaction, verb: Verb, can: frozenset[Verb], *, record: Rule = "none"
) -> None:
    """Raises CommandRefused where this contact cannot be told so now."""
    if verb in verbs_of(contact, None, can, record=record):
        return
    if verb in verbs_of(contact, None, frozenset(Verb), record=record):
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, f"the switch cannot {verb}")
    over = contact.channel is Channel.VOICE and contact.call is None
    code = RefusalCode.TOO_LATE if over else RefusalCode.WRONG_STATE
    raise CommandRefused(code, f"not while {contact.state}")
