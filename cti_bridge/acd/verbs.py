"""Which buttons are valid now: a table, narrowed to what the switch can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import InteractionState, OfferState, RefusalCode, Verb

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction

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
_CONFERENCE = (Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER, Verb.MUTE, Verb.CLEAR)

VERBS: dict[tuple[InteractionState, str], tuple[Verb, ...]] = {
    (S.OFFERED, ""): (Verb.ANSWER,),
    (S.NEW, ""): (Verb.CLEAR,),  # an outgoing call that rings
    (S.CONNECTED, ""): _TALK,
    (S.HELD, ""): _HELD,
    (S.CONNECTED, "dialling"): _DIALLING,
    (S.HELD, "dialling"): _DIALLING,
    (S.CONNECTED, "talking"): _CONSULTING,
    (S.HELD, "talking"): _CONSULTING,
    (S.CONNECTED, "conference"): _CONFERENCE,
    (S.HELD, "conference"): _CONFERENCE,
    (S.CONNECTED, "blind"): (Verb.CLEAR,),
    (S.HELD, "blind"): (Verb.CLEAR,),
}
"""By state, and by the second call: none, dialling, talking, conference, or a blind transfer
under way."""


def verbs_of(
    contact: Interaction, offer: OfferState | None, can: frozenset[Verb]
) -> tuple[Verb, ...]:
    """In the order in which a desktop shows them."""
    if contact.agent is None or contact.call is None:
        return ()
    if contact.state is S.OFFERED and offer is not OfferState.PENDING:
        return ()  # being answered
    second = ""
    if contact.consult is not None:
        second = "blind" if contact.consult.blind else contact.consult.state
    return tuple(verb for verb in VERBS.get((contact.state, second), ()) if verb in can)


def require(contact: Interaction, verb: Verb, can: frozenset[Verb]) -> None:
    """Raises CommandRefused where this contact cannot be told so now."""
    if verb not in can:
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, f"the switch cannot {verb}")
    if verb not in verbs_of(contact, None, can):
        over = contact.call is None
        code = RefusalCode.TOO_LATE if over else RefusalCode.WRONG_STATE
        raise CommandRefused(code, f"not while {contact.state}")
