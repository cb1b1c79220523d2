"""What a caller hears who waits, and what their keys do: music, position, call-back, voicemail.

A call that no agent answers soon is answered by the bridge (PARK), with music. From then on it
is told its place now and then. Who asks for a call-back, or leaves a message, stays the same
contact at the same place in the queue: only its channel turns, once the call is over.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from cti_bridge.acd import announcements as say
from cti_bridge.acd.ending import abandon
from cti_bridge.acd.inputs import SwitchAction, when_gone
from cti_bridge.protocol.vocabulary import Channel, ClearCause, InteractionState, Verb
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.config.values import Overflow
    from cti_bridge.config.values import Treatment as Wanted
    from cti_bridge.telephony.ports import (
        CallCleared,
        CallFailed,
        CallId,
        CallParked,
        DigitsReceived,
        Number,
        PlayEnded,
        RecordingEnded,
    )

logger = logging.getLogger(__name__)
TIMER: Final = "treat"
SHORTEST_MESSAGE: Final = 1.5  # seconds; less is a caller who hung up at the tone
SILENCE_SECONDS: Final = 8.0
NUMBER_SECONDS: Final = 20.0
MAX_KEYS: Final = 20
END_KEY: Final = "#"

Doing = Literal["", "number", "callback", "voicemail", "recording", "leaving"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Treating:
    """Where a waiting call stands. Never stored: a call does not outlive its bridge."""

    parked: bool = False  # answered by the bridge
    asked: bool = False  # told to the switch, not yet so
    doing: Doing = ""  # "": waiting; else it is no agent's until it is over
    first: Overflow | None = None  # what the queue's rules say, once it is parked
    keys: str = ""
    number: Number | None = None  # whom to call back
    file: str = ""  # what is recorded
    seconds: float = 0.0
    cause: ClearCause | None = None  # of leaving
    lines: tuple[str, ...] = ()  # what was said last

    @property
    def busy(self) -> bool:
        """Whether it must not ring at an agent now."""
        return self.doing != ""


def settle(step: Step) -> None:
    """At the end of a turn: who waits from now on gets their time, who does not loses it."""
    for contact in list(step.interactions.changed.values()):
        if contact.channel is not Channel.VOICE:
            continue
        was = step.floor.interactions.get(contact.id)
        waits, waited = _waits(contact), was is not None and _waits(was)
        if waits and not waited:
            _begin(step, contact)
        elif waited and not waits and not _treated(contact).busy:
            step.timer((TIMER, contact.id), None)


def _waits(contact: Interaction) -> bool:
    return contact.state is InteractionState.QUEUED and contact.call is not None


def _treated(contact: Interaction) -> Treating:
    return contact.treatment or Treating()


def _wanted(step: Step, contact: Interaction) -> Wanted:
    return step.rules.queue(contact.queue).waiting


def _begin(step: Step, contact: Interaction) -> None:
    """Its first look: soon for a call that rings, after a while for one that has music."""
    wanted, treated = _wanted(step, contact), _treated(contact)
    if treated.busy or treated.asked:
        return
    if treated.parked or contact.served:
        _look_again(step, contact, wanted.every)
    elif wanted.kind == "music" and Verb.PLAY in step.rules.verbs:
        _look_again(step, contact, wanted.answer_after)


def _look_again(step: Step, contact: Interaction, seconds: float) -> None:
    if seconds > 0:
        step.timer((TIMER, contact.id), step.present + timedelta(seconds=seconds))


def _save(step: Step, contact: Interaction, treated: Treating) -> Interaction:
    changed = replace(contact, treatment=treated)
    step.save(changed)
    return changed


# -- what happens --------------------------------------------------------------------------------


def due(step: Step, name: str) -> None:
    """Time to answer, to say where the caller stands, or to give up waiting for keys."""
    from cti_bridge.protocol.vocabulary import InteractionId

    contact = step.interactions.get(InteractionId(name))
    if contact is None or contact.call is None:
        return
    treated = _treated(contact)
    if treated.doing == "number":
        _sorry(step, contact)
    elif treated.busy or treated.asked or not _waits(contact):
        return
    elif treated.parked or contact.served:
        _announce(step, contact)
    else:
        _park(step, contact, treated)


def _park(step: Step, contact: Interaction, treated: Treating) -> None:
    call, music = contact.call, _wanted(step, contact).music
    if call is None:
        return
    _save(step, contact, replace(treated, asked=True))
    step.act(
        SwitchAction(
            name="park", call=call, run=lambda s: s.park(call, music), failed=when_gone(call)
        )
    )


def parked(step: Step, event: CallParked) -> None:
    """The bridge has answered: the welcome, or what the queue's rules say."""
    contact = step.of_call(event.call)
    if contact is None:
        return
    treated = replace(_treated(contact), parked=True, asked=False)
    contact = _save(step, contact, replace(treated, first=None))
    step.journey(contact.id, "parked")
    if treated.first is not None:
        overflow(step, contact, treated.first)
    elif _waits(contact):
        wanted = _wanted(step, contact)
        _say(step, contact, wanted.welcome or say.sounds(wanted.language, ("wait",)))
        _look_again(step, contact, wanted.every)


def _announce(step: Step, contact: Interaction) -> None:
    wanted = _wanted(step, contact)
    place, seconds = step.expected_wait(contact)
    codes: list[str] = []
    if "position" in wanted.say:
        codes += say.position(place)
    if "expected_wait" in wanted.say:
        codes += say.expected_wait(seconds)
    if "callback_offer" in wanted.say:
        codes += say.offer(wanted.callback_key, "callback")
        codes += say.offer(wanted.voicemail_key, "voicemail")
    lines = (*say.sounds(wanted.language, codes), *wanted.sounds)
    if lines:
        _say(step, contact, lines)
    _look_again(step, contact, wanted.every)


def _say(step: Step, contact: Interaction, lines: tuple[str, ...]) -> None:
    call = contact.call
    if call is None or not lines:
        return
    treated = _treated(contact)
    _save(step, contact, replace(treated, lines=lines))
    step.act(
        SwitchAction(
            name="announce",
            call=call,
            run=lambda s: s.announce(call, lines),
            failed=lambda code: _unsaid(call, code),
        )
    )


def _unsaid(call: CallId, code: str) -> PlayEnded | None:
    """A sound that cannot be played is taken as said: nobody waits for it for ever."""
    from datetime import UTC, datetime

    from cti_bridge.telephony.ports import PlayEnded

    if code == "gone":
        return None
    logger.error("an announcement to call %s was not played: %s", call, code)
    return PlayEnded(call=call, at=datetime.now(UTC))


def said(step: Step, event: PlayEnded) -> None:
    """What is to be done after the words."""
    contact = step.of_call(event.call)
    if contact is None:
        return
    treated = _treated(contact)
    match treated.doing:
        case "callback" | "leaving":
            _hang_up(step, event.call)
        case "voicemail":
            _record(step, contact, treated)
        case "" | "number" | "recording":
            pass  # the music goes on, or the caller does


def _hang_up(step: Step, call: CallId) -> None:
    step.act(
        SwitchAction(name="clear", call=call, run=lambda s: s.clear(call), failed=when_gone(call))
    )


# -- keys ----------------------------------------------------------------------------------------


def pressed(step: Step, event: DigitsReceived) -> bool:
    """Whether the keys were a waiting caller's; else they are for the agent to see."""
    contact = step.of_call(event.call)
    if contact is None or contact.channel is not Channel.VOICE:
        return False
    treated = _treated(contact)
    if treated.doing == "number":
        _number(step, contact, treated, event.digits)
        return True
    if not _waits(contact) or not (treated.parked or contact.served) or treated.busy:
        return treated.busy
    wanted = _wanted(step, contact)
    for key in event.digits[:MAX_KEYS]:
        if key and key == wanted.callback_key:
            ask_callback(step, contact)
            return True
        if key and key == wanted.voicemail_key:
            ask_voicemail(step, contact)
            return True
    return True


def ask_callback(step: Step, contact: Interaction) -> None:
    """The number that called, where it is one that can be dialled; else the caller keys it."""
    number = contact.caller.number
    if number.kind in (NumberKind.E164, NumberKind.EXTENSION):
        _promise(step, contact, number)
        return
    treated = replace(_treated(contact), doing="number", keys="")
    contact = _save(step, contact, treated)
    _say(step, contact, say.sounds(_wanted(step, contact).language, ("give-number",)))
    _look_again(step, contact, NUMBER_SECONDS)


def _number(step: Step, contact: Interaction, treated: Treating, digits: str) -> None:
    keys = (treated.keys + digits)[:MAX_KEYS]
    if END_KEY not in keys and len(keys) < MAX_KEYS:
        _save(step, contact, replace(treated, keys=keys))
        _look_again(step, contact, NUMBER_SECONDS)
        return
    number = step.rules.read_number(keys.partition(END_KEY)[0])
    if number.kind in (NumberKind.E164, NumberKind.EXTENSION):
        _promise(step, contact, number)
        return
    contact = _save(step, contact, replace(treated, keys=""))
    codes = ("wrong-number", "give-number")
    _say(step, contact, say.sounds(_wanted(step, contact).language, codes))
    _look_again(step, contact, NUMBER_SECONDS)


def _promise(step: Step, contact: Interaction, number: Number) -> None:
    treated = replace(_treated(contact), doing="callback", number=number, keys="")
    contact = _save(step, contact, treated)
    step.timer((TIMER, contact.id), None)
    _say(step, contact, say.sounds(_wanted(step, contact).language, ("callback-done",)))


def ask_voicemail(step: Step, contact: Interaction, sound: str = "") -> None:
    if Verb.RECORD not in step.rules.verbs or not step.rules.spool:
        _sorry(step, contact)
        return
    contact = _save(step, contact, replace(_treated(contact), doing="voicemail"))
    step.timer((TIMER, contact.id), None)
    words = say.sounds(_wanted(step, contact).language, ("leave-message",))
    _say(step, contact, (sound, *words) if sound else words)


def _record(step: Step, contact: Interaction, treated: Treating) -> None:
    call = contact.call
    if call is None:
        return
    file = str(step.rules.spool / f"{contact.id}.wav") if step.rules.spool else ""
    limit = step.rules.queue(contact.queue).voicemail_seconds
    _save(step, contact, replace(treated, doing="recording", file=file))
    step.act(
        SwitchAction(
            name="record",
            call=call,
            run=lambda s: s.record(call, file, limit, SILENCE_SECONDS),
            failed=when_gone(call),
        )
    )


def recorded(step: Step, event: RecordingEnded) -> None:
    """A message, or too little to be one: then the caller goes on waiting."""
    contact = step.of_call(event.call)
    if contact is None or _treated(contact).doing != "recording":
        return
    treated = replace(_treated(contact), seconds=event.seconds)
    if event.cause == "failed" or event.seconds < SHORTEST_MESSAGE:
        _save(step, contact, treated)
        if event.cause != "cleared":
            _sorry(step, contact)
        return
    contact = _save(step, contact, replace(treated, doing="leaving"))
    if event.cause != "cleared":
        words = say.sounds(_wanted(step, contact).language, ("message-done",))
        _say(step, contact, words)


def _sorry(step: Step, contact: Interaction) -> None:
    """Back to the music, at the same place."""
    treated = replace(_treated(contact), doing="", keys="", file="", seconds=0.0)
    contact = _save(step, contact, treated)
    wanted = _wanted(step, contact)
    _say(step, contact, say.sounds(wanted.language, ("sorry",)))
    _look_again(step, contact, wanted.every)


# -- the queue's rules ---------------------------------------------------------------------------


def overflow(step: Step, contact: Interaction, rule: Overflow) -> None:
    """ "announce", "voicemail", "callback" or "hang_up", for a call that waits."""
    treated = _treated(contact)
    if contact.call is None or treated.busy:
        return
    if not treated.parked and not contact.served:
        if rule.do == "hang_up" and not rule.sound:
            _turn_away(step, contact)
        else:
            _park(step, contact, replace(treated, first=rule))
        return
    match rule.do:
        case "announce":
            _say(step, contact, (rule.sound,) if rule.sound else ())
        case "voicemail":
            ask_voicemail(step, contact, rule.sound)
        case "callback":
            ask_callback(step, contact)
        case "hang_up":
            _leave(step, contact, rule.sound)
        case "queue" | "email":
            pass  # the distributor's, for every channel


def _turn_away(step: Step, contact: Interaction) -> None:
    call = contact.call
    if call is None:
        return
    treated = replace(_treated(contact), doing="leaving", cause=ClearCause.TURNED_AWAY)
    _save(step, contact, treated)
    step.act(
        SwitchAction(
            name="reject",
            call=call,
            run=lambda s: s.reject(call, ClearCause.BUSY),
            failed=when_gone(call),
        )
    )


def _leave(step: Step, contact: Interaction, sound: str) -> None:
    treated = replace(_treated(contact), doing="leaving", cause=ClearCause.TURNED_AWAY)
    contact = _save(step, contact, treated)
    words = (sound,) if sound else say.sounds(_wanted(step, contact).language, ("goodbye",))
    _say(step, contact, words)


# -- the end of the call -------------------------------------------------------------------------


def hung_up(step: Step, contact: Interaction, event: CallCleared | CallFailed) -> bool:
    """Whether the end of this call is one of these: asked to be called back, left a message,
    or was turned away. The contact goes on without a call, or is over without a missed call."""
    treated = contact.treatment
    if treated is None or contact.call != event.call or not _waits(contact):
        return False
    if treated.doing == "callback" and treated.number is not None:
        _turn(step, contact, Channel.CALLBACK, treated.number, ClearCause.CALL_BACK_ASKED)
        return True
    if treated.seconds >= SHORTEST_MESSAGE and treated.file:
        number = contact.caller.number
        _turn(step, contact, Channel.VOICEMAIL, number, ClearCause.VOICEMAIL_LEFT)
        step.effects.recordings.append((contact.id, treated.file, treated.seconds))
        return True
    if treated.cause is not None:
        abandon(step, replace(contact, treatment=None), treated.cause)
        return True
    return False


def _turn(
    step: Step, contact: Interaction, channel: Channel, number: Number, cause: ClearCause
) -> None:
    """The same contact, at the same place, without its call."""
    dialled = number if number.kind in (NumberKind.E164, NumberKind.EXTENSION) else None
    turned = replace(
        contact,
        channel=channel,
        call=None,
        treatment=None,
        call_to=dialled,
        changed_at=step.now,
    )
    step.save(turned)
    step.timer((TIMER, contact.id), None)
    step.journey(contact.id, channel.value, number.value, code=cause.value)
    if contact.queue is not None:
        step.effects.queues.add(contact.queue)
