"""Where a waiting call stands, and what is said to it: shared by `treatment` and `keypad`."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from cti_bridge.acd import announcements
from cti_bridge.acd.inputs import SwitchAction, when_gone
from cti_bridge.protocol.vocabulary import InteractionState
from cti_bridge.telephony.ports import PlayEnded

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.config.values import Overflow
    from cti_bridge.config.values import Treatment as Wanted
    from cti_bridge.protocol.vocabulary import ClearCause
    from cti_bridge.telephony.ports import CallId, Number

logger = logging.getLogger(__name__)
TIMER: Final = "treat"
Doing = Literal["", "number", "callback", "voicemail", "recording", "leaving", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Treating:
    """Where a waiting call stands. Never stored: of a call that outlives the bridge the switch
    knows whether it is parked, and the rest begins anew."""

    parked: bool = False  # answered by the bridge
    asked: bool = False  # told to the switch, not yet so
    doing: Doing = ""  # "": waiting; else it is no agent's until it is over ("unsure": until
    # its node says that it is alive)
    first: Overflow | None = None  # what the queue's rules say, once it is parked
    wish: str = ""  # the key pressed while it rang at an agent
    keys: str = ""  # of the number being keyed
    tries: int = 0  # numbers that were none
    number: Number | None = None  # whom to call back
    file: str = ""  # what is recorded
    seconds: float = 0.0
    cause: ClearCause | None = None  # of leaving
    words: str = ""  # the mark of what is being said

    @property
    def busy(self) -> bool:
        """Whether it must not ring at an agent now."""
        return self.doing != "" or self.first is not None


def treated(contact: Interaction) -> Treating:
    return contact.treatment or Treating()


def wanted(step: Step, contact: Interaction) -> Wanted:
    return step.rules.queue(contact.queue).waiting


def waits(contact: Interaction) -> bool:
    return contact.state is InteractionState.QUEUED and contact.call is not None


def save(step: Step, contact: Interaction, state: Treating) -> Interaction:
    changed = replace(contact, treatment=state)
    step.save(changed)
    return changed


def look_again(step: Step, contact: Interaction, seconds: float) -> None:
    """After so many seconds; 0: not at all."""
    at = step.present + timedelta(seconds=seconds) if seconds > 0 else None
    step.timer((TIMER, contact.id), at)


def say_codes(step: Step, contact: Interaction, *codes: str, before: str = "") -> None:
    """The words of these codes in the queue's language, after the sound `before`."""
    words = announcements.sounds(wanted(step, contact).language, codes)
    say(step, contact, (before, *words) if before else words)


def say(step: Step, contact: Interaction, sounds: tuple[str, ...]) -> None:
    """In place of what is being said, and of the music; `PlayEnded` with this mark follows."""
    call = contact.call
    if call is None or not sounds:
        return
    mark, at = step.new_id(), step.now
    save(step, contact, replace(treated(contact), words=mark))
    step.act(
        SwitchAction(
            name="announce",
            call=call,
            run=lambda s: s.announce(call, sounds, mark),
            failed=lambda code: _unsaid(call, mark, code, at),
        )
    )


def _unsaid(call: CallId, mark: str, code: str, at: datetime) -> PlayEnded | None:
    """A sound that cannot be played is taken as said: nobody waits for it for ever."""
    if code == "gone":
        return None  # `CallCleared` says the rest
    logger.error("an announcement to call %s was not played: %s", call, code)
    return PlayEnded(call=call, at=at, mark=mark)


def look_at_rules(step: Step, contact: Interaction) -> None:
    """The queue's rules that came due while it could not be offered."""
    if step.rules.queue(contact.queue).overflow:
        step.timer(("look", contact.id), step.present)


def hold(step: Step, call: CallId) -> None:
    """Music for a caller whose agent is gone."""
    step.act(
        SwitchAction(name="hold", call=call, run=lambda s: s.hold(call), failed=when_gone(call))
    )


def hang_up(step: Step, call: CallId) -> None:
    step.act(
        SwitchAction(name="clear", call=call, run=lambda s: s.clear(call), failed=when_gone(call))
    )
