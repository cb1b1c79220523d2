"""What a waiting caller asks for by keys: to be called back, or to leave a message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.acd import menus
from cti_bridge.acd.inputs import SwitchAction
from cti_bridge.acd.ports import SHORTEST_MESSAGE
from cti_bridge.acd.treating import (
    Treating,
    look_again,
    look_at_rules,
    save,
    say_codes,
    treated,
    waits,
    wanted,
)
from cti_bridge.protocol.vocabulary import Channel, InteractionState, OfferState, Verb
from cti_bridge.telephony.ports import RecordingEnded

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.config.values import Treatment as Wanted
    from cti_bridge.telephony.ports import CallId, DigitsReceived, Number

SILENCE_SECONDS: Final = 8.0
NUMBER_SECONDS: Final = 20.0
MAX_KEYS: Final = 20
MAX_TRIES: Final = 3
END_KEY: Final = "#"


def pressed(step: Step, event: DigitsReceived) -> bool:
    """Whether the keys were a waiting caller's; else they are for the agent to see."""
    contact = step.of_call(event.call)
    if contact is None or contact.channel is not Channel.VOICE:
        return False
    state = treated(contact)
    if state.doing == "menu":
        menus.pressed(step, contact, event.digits)
        return True
    if state.doing == "number":
        _number(step, contact, state, event.digits)
        return True
    if state.busy or not state.parked:
        return state.busy
    key = _chosen(wanted(step, contact), event.digits)
    if waits(contact):
        do_wish(step, contact, key)
        return True
    if key and _rings(step, contact):
        save(step, contact, replace(state, wish=key))
        return True
    return False


def _chosen(asked: Wanted, digits: str) -> str:
    """The first of these keys that means anything."""
    offered = {asked.callback_key, asked.voicemail_key} - {""}
    return next((key for key in digits[:MAX_KEYS] if key in offered), "")


def _rings(step: Step, contact: Interaction) -> bool:
    offer = step.offers.get(contact.offer)
    ringing = offer is not None and offer.state is OfferState.PENDING
    return contact.state is InteractionState.OFFERED and ringing


def do_wish(step: Step, contact: Interaction, key: str) -> None:
    """What this key means in the contact's queue; nothing for any other."""
    asked = wanted(step, contact)
    if key and key == asked.callback_key:
        ask_callback(step, contact)
    elif key and key == asked.voicemail_key:
        ask_voicemail(step, contact)


# -- to be called back ---------------------------------------------------------------------------


def ask_callback(step: Step, contact: Interaction) -> None:
    """The number that called, where it is one that can be dialled; else the caller keys it."""
    number = contact.caller.number
    if step.rules.may_call_back(number, keyed=False):
        _promise(step, contact, number)
        return
    state = replace(treated(contact), doing="number", keys="", tries=0, wish="")
    contact = save(step, contact, state)
    say_codes(step, contact, "give-number")
    look_again(step, contact, NUMBER_SECONDS)


def _number(step: Step, contact: Interaction, state: Treating, digits: str) -> None:
    keys = (state.keys + digits)[:MAX_KEYS]
    if END_KEY not in keys and len(keys) < MAX_KEYS:
        save(step, contact, replace(state, keys=keys))
        look_again(step, contact, NUMBER_SECONDS)
        return
    number = step.rules.read_number(keys.partition(END_KEY)[0])
    if step.rules.may_call_back(number, keyed=True):
        _promise(step, contact, number)
    elif state.tries + 1 >= MAX_TRIES:
        sorry(step, contact)
    else:
        contact = save(step, contact, replace(state, keys="", tries=state.tries + 1))
        say_codes(step, contact, "wrong-number", "give-number")
        look_again(step, contact, NUMBER_SECONDS)


def _promise(step: Step, contact: Interaction, number: Number) -> None:
    state = replace(treated(contact), doing="callback", number=number, keys="", wish="")
    contact = save(step, contact, state)
    look_again(step, contact, 0)
    say_codes(step, contact, "callback-done")


# -- to leave a message --------------------------------------------------------------------------


def ask_voicemail(step: Step, contact: Interaction, sound: str = "") -> None:
    if Verb.TAKE_MESSAGE not in step.rules.can(contact) or step.rules.spool is None:
        sorry(step, contact)
        return
    contact = save(step, contact, replace(treated(contact), doing="voicemail", wish=""))
    look_again(step, contact, 0)
    say_codes(step, contact, "leave-message", before=sound)


def record(step: Step, contact: Interaction) -> None:
    """The words before the tone are over."""
    call, spool = contact.call, step.rules.spool
    if call is None or spool is None:
        return
    file, at = str(spool / f"{contact.id}.wav"), step.now
    limit = step.rules.queue(contact.queue).voicemail_seconds
    save(step, contact, replace(treated(contact), doing="recording", file=file))
    step.act(
        SwitchAction(
            name="record",
            call=call,
            run=lambda s: s.record(call, file, limit, SILENCE_SECONDS),
            failed=lambda code: _unrecorded(call, file, code, at),
        )
    )


def _unrecorded(call: CallId, file: str, code: str, at: datetime) -> RecordingEnded | None:
    if code == "gone":
        return None  # `CallCleared` says the rest
    return RecordingEnded(call=call, at=at, file=file, seconds=0.0, cause="failed")


def recorded(step: Step, event: RecordingEnded) -> None:
    """A message, or too little to be one: then the caller goes on waiting."""
    contact = step.of_call(event.call)
    if contact is None or treated(contact).doing != "recording":
        return
    state, cleared = replace(treated(contact), seconds=event.seconds), event.cause == "cleared"
    if event.cause == "failed" or event.seconds < SHORTEST_MESSAGE:
        contact = save(step, contact, state)
        if not cleared:
            sorry(step, contact)
        return
    contact = save(step, contact, replace(state, doing="leaving"))
    if not cleared:
        say_codes(step, contact, "message-done")


def sorry(step: Step, contact: Interaction) -> None:
    """Back to the music, at the same place; the queue's rules look at it again."""
    state = replace(
        treated(contact), doing="", keys="", tries=0, wish="", file="", seconds=0.0, number=None
    )
    contact = save(step, contact, state)
    say_codes(step, contact, "sorry")
    look_again(step, contact, wanted(step, contact).every)
    look_at_rules(step, contact)
