"""What a caller hears who waits: music, the place in the queue, what the queue's rules say.

A call that no agent answers soon is answered by the bridge (PARK), with music. From then on it
is told its place now and then. Who asks for a call-back, or leaves a message (`keypad`), stays
the same contact at the same place in the queue: only its channel turns, once the call is over.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.acd import announcements, keypad, menus
from cti_bridge.acd.ending import abandon
from cti_bridge.acd.inputs import CallGone, NotParked, SwitchAction, when_gone
from cti_bridge.acd.ports import SHORTEST_MESSAGE
from cti_bridge.acd.treating import (
    TIMER,
    Treating,
    hang_up,
    language_of,
    look_again,
    look_at_rules,
    save,
    say,
    say_codes,
    treated,
    waits,
    wanted,
)
from cti_bridge.protocol.vocabulary import (
    Channel,
    ClearCause,
    InteractionId,
    InteractionState,
    Verb,
)
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.config.values import Overflow
    from cti_bridge.telephony.ports import (
        CallCleared,
        CallFailed,
        CallId,
        CallParked,
        Number,
        PlayEnded,
    )

PARK_AGAIN_SECONDS: Final = 10.0
"""After the switch could not answer: every port of `rtp_ports` was taken, say."""


def settle(step: Step) -> None:
    """At the end of a turn: who waits from now on, or in another queue, gets their time; who
    does not wait any more loses it."""
    for contact in list(step.interactions.changed.values()):
        if contact.channel is not Channel.VOICE:
            continue
        was = step.floor.interactions.get(contact.id)
        waited = was is not None and waits(was)
        moved = waited and was is not None and was.queue != contact.queue
        if waits(contact) and (moved or not waited):
            _begin(step, contact, moved=moved)
        elif waited and not waits(contact):
            step.timer((TIMER, contact.id), None)


def resume(step: Step, contact: Interaction) -> None:
    """A caller who has waited since the bridge's last life, as the switch kept it."""
    _begin(step, contact, moved=False)


def _begin(step: Step, contact: Interaction, *, moved: bool) -> None:
    """A call that rings is answered after a while; one that an agent had hears this queue's
    music at once; one that is parked already goes on where it was."""
    state, asked = treated(contact), wanted(step, contact)
    if state.busy or state.asked:
        return
    if asked.kind != "music" or Verb.PLAY not in step.rules.can(contact):
        step.timer((TIMER, contact.id), None)
    elif state.parked:
        _go_on(step, contact, moved=moved)
    elif contact.served:
        _park(step, contact, state)
    else:
        at = step.present + timedelta(seconds=asked.answer_after)
        step.timer((TIMER, contact.id), at)


def _go_on(step: Step, contact: Interaction, *, moved: bool) -> None:
    state = treated(contact)
    if moved:
        _tell_to_park(step, contact)  # the same, or another, music
    if state.wish:
        contact = save(step, contact, replace(state, wish=""))
        keypad.do_wish(step, contact, state.wish)
    else:
        look_again(step, contact, wanted(step, contact).every)


def due(step: Step, name: str) -> None:
    """Time to answer, to say where the caller stands, or to give up waiting for keys."""
    contact = step.interactions.get(InteractionId(name))
    if contact is None or contact.call is None:
        return
    state = treated(contact)
    if state.doing == "menu":
        menus.waited(step, contact)
    elif state.doing == "number":
        keypad.sorry(step, contact)
    elif state.busy or state.asked or not waits(contact):
        return
    elif state.words:
        return  # `said` looks again: nobody is cut short by the next announcement
    elif state.parked:
        _announce(step, contact)
    elif wanted(step, contact).kind == "music":
        _park(step, contact, state)


# -- music ---------------------------------------------------------------------------------------


def _park(step: Step, contact: Interaction, state: Treating) -> None:
    _tell_to_park(step, save(step, contact, replace(state, asked=True)))


def _tell_to_park(step: Step, contact: Interaction) -> None:
    call, music = contact.call, wanted(step, contact).music
    if call is not None:
        step.act(
            SwitchAction(
                name="park",
                call=call,
                run=lambda s: s.park(call, music),
                failed=_when_not_parked(call),
            )
        )


def _when_not_parked(call: CallId) -> Callable[[str], Input | None]:
    return lambda code: CallGone(call=call) if code == "gone" else NotParked(call=call)


def parked(step: Step, event: CallParked) -> None:
    """The bridge has answered: the welcome, or what the queue's rules say."""
    contact = step.of_call(event.call)
    if contact is not None and treated(contact).doing == "menu":
        menus.parked(step, contact)
        return
    if contact is None or contact.state not in (
        InteractionState.QUEUED,
        InteractionState.OFFERED,
    ):
        return
    state = treated(contact)
    contact = save(step, contact, replace(state, parked=True, asked=False, first=None))
    step.journey(contact.id, "parked")
    if state.first is not None:
        look_again(step, contact, wanted(step, contact).every)
        overflow(step, contact, state.first)
        look_at_rules(step, contact)
    elif waits(contact):
        _welcome(step, contact)


def _welcome(step: Step, contact: Interaction) -> None:
    asked = wanted(step, contact)
    if contact.served:
        pass  # knows us already
    elif asked.welcome:
        say(step, contact, asked.welcome)
    else:
        say_codes(step, contact, "wait")
    look_again(step, contact, asked.every)


def not_parked(step: Step, event: NotParked) -> None:
    """It rings on, or goes on hearing what it heard, and is tried again; whom the queue's rules
    send away is sent away without words."""
    contact = step.of_call(event.call)
    if contact is None or not treated(contact).asked:
        return
    if treated(contact).doing == "menu":
        menus.skipped(step, contact)
        return
    first = treated(contact).first
    contact = save(step, contact, replace(treated(contact), asked=False, first=None))
    if first is not None and first.do == "hang_up" and waits(contact) and not contact.served:
        _turn_away(step, contact)
    elif waits(contact):
        look_again(step, contact, PARK_AGAIN_SECONDS)
        look_at_rules(step, contact)


# -- words ---------------------------------------------------------------------------------------


def _announce(step: Step, contact: Interaction) -> None:
    asked = wanted(step, contact)
    if asked.kind != "music":
        return
    place, seconds = step.expected_wait(contact)
    codes: list[str] = []
    if "position" in asked.say:
        codes += announcements.position(place)
    if "expected_wait" in asked.say:
        codes += announcements.expected_wait(seconds)
    if "callback_offer" in asked.say:
        codes += announcements.offer(asked.callback_key, "callback")
        codes += announcements.offer(asked.voicemail_key, "voicemail")
    words = announcements.sounds(language_of(step, contact), codes)
    say(step, contact, (*words, *asked.sounds))
    look_again(step, contact, asked.every)


def said(step: Step, event: PlayEnded) -> None:
    """What is to be done after the words; those that were cut off by others do not count."""
    contact = step.of_call(event.call)
    if contact is None or not event.mark or treated(contact).words != event.mark:
        return
    contact = save(step, contact, replace(treated(contact), words=""))
    match treated(contact).doing:
        case "menu":
            menus.said(step, contact)
        case "callback" | "leaving":
            hang_up(step, event.call)
        case "voicemail":
            keypad.record(step, contact)
        case "" if waits(contact):
            look_again(step, contact, wanted(step, contact).every)
        case "" | "number" | "recording" | "unsure":
            pass  # the music goes on, or the caller does


# -- the queue's rules ---------------------------------------------------------------------------


def overflow(step: Step, contact: Interaction, rule: Overflow) -> None:
    """ "announce", "voicemail", "callback" or "hang_up", for a call that waits."""
    state = treated(contact)
    if state.busy or not waits(contact):
        return
    if state.parked:
        _carry_out(step, contact, rule)
    elif rule.do == "hang_up" and not (rule.sound or state.asked or contact.served):
        _turn_away(step, contact)
    else:
        _park(step, contact, replace(state, first=rule))


def _carry_out(step: Step, contact: Interaction, rule: Overflow) -> None:
    match rule.do:
        case "announce":
            say(step, contact, (rule.sound,) if rule.sound else ())
        case "voicemail":
            keypad.ask_voicemail(step, contact, rule.sound)
        case "callback":
            keypad.ask_callback(step, contact)
        case "hang_up":
            _leave(step, contact, rule.sound)
        case "queue" | "email":
            pass  # the distributor's, for every channel


def _turn_away(step: Step, contact: Interaction) -> None:
    """Refused while it rings: its network says busy, and nobody pays for the call."""
    call = contact.call
    if call is None:
        return
    away = replace(treated(contact), doing="leaving", cause=ClearCause.TURNED_AWAY)
    contact = save(step, contact, away)
    look_again(step, contact, 0)
    step.act(
        SwitchAction(
            name="reject",
            call=call,
            run=lambda s: s.reject(call, ClearCause.BUSY),
            failed=when_gone(call),
        )
    )


def _leave(step: Step, contact: Interaction, sound: str) -> None:
    away = replace(treated(contact), doing="leaving", cause=ClearCause.TURNED_AWAY)
    contact = save(step, contact, away)
    look_again(step, contact, 0)
    if sound:
        say(step, contact, (sound,))
    else:
        say_codes(step, contact, "goodbye")


# -- the end of the call -------------------------------------------------------------------------


def hung_up(step: Step, contact: Interaction, event: CallCleared | CallFailed) -> bool:
    """Whether the end of this call is one of these: asked to be called back, left a message,
    or was turned away. The contact goes on without a call, or is over as such."""
    state = contact.treatment
    if state is None or contact.call != event.call:
        return False
    if not (waits(contact) or state.doing == "menu"):
        return False
    if state.doing == "callback" and state.number is not None:
        _turn(step, contact, Channel.CALLBACK, state.number, ClearCause.CALL_BACK_ASKED)
        return True
    if state.seconds >= SHORTEST_MESSAGE and state.file:
        number = contact.caller.number
        _turn(step, contact, Channel.VOICEMAIL, number, ClearCause.VOICEMAIL_LEFT)
        step.effects.recordings.append((contact.id, state.file, state.seconds))
        return True
    if state.cause is not None:
        abandon(step, replace(contact, call=None, treatment=None), state.cause)
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
    look_again(step, contact, 0)
    look_at_rules(step, turned)
    step.journey(contact.id, channel.value, number.value, code=cause.value)
    if contact.queue is not None:
        step.effects.queues.add(contact.queue)
