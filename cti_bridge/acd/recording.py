"""What is recorded of a contact's call, and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from cti_bridge.protocol.vocabulary import InteractionId

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.telephony.ports import CallId, LiveCall

State: TypeAlias = Literal["", "on", "paused", "failed"]
RUNS: Final = ("on", "paused")
Rule: TypeAlias = Literal["none", "asked", "all"]
"""Of a queue: never, by its agents' word, always."""
DO_NOT_RECORD: Final = "do_not_record"
"""The alert of a customer whose calls are not recorded."""
CALLS: Final = "calls"
"""The folder of the spool for recordings of calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """As the switch has confirmed it; it stays with its contact when it is over. One that failed,
    or broke off, is shown so until the call is over or another is begun."""

    state: State = ""
    call: CallId | None = None  # that is, or was, recorded
    file: str = ""  # "" of one that is paused: nothing is written yet, "go on" begins it
    since: datetime | None = None  # it runs; None while it does not
    seconds: float = 0.0  # that ran before `since`
    begun: int = 0  # recordings of this contact so far

    def told(self, state: State, at: datetime) -> Recording:
        """In this state from `at` on."""
        ran = (at - self.since).total_seconds() if self.since else 0.0
        since = at if state == "on" else None
        return replace(self, state=state, since=since, seconds=self.seconds + max(0.0, ran))


def running(contact: Interaction) -> Recording | None:
    """Of the call in hand; None where nothing is recorded."""
    found = of_call(contact)
    return found if found is not None and found.state in RUNS else None


def of_call(contact: Interaction) -> Recording | None:
    """Of the call in hand, also where it failed; None where nobody wanted it, or it is over."""
    found = contact.recording
    if found is None or not found.state or contact.call is None or found.call != contact.call:
        return None
    return found


def state_of(contact: Interaction) -> State:
    found = running(contact)
    return found.state if found else ""


def new_file(spool: Path, contact: InteractionId, name: str) -> str:
    return str(spool / CALLS / f"{contact}.{name}.wav")


def contact_of(file: str) -> InteractionId:
    """Whose a file of `new_file` is."""
    return InteractionId(Path(file).name.partition(".")[0])


def found_again(contact: Interaction, live: LiveCall | None, at: datetime) -> Interaction:
    """After a restart: the switch went on recording, or did not."""
    known = contact.recording
    if live is not None and live.recording:
        state: State = "paused" if live.paused else "on"
        mine = replace(known or Recording(), call=live.call, file=live.recording)
        return replace(contact, recording=mine.told(state, at))
    if known is not None and known.state == "paused" and not known.file and live is not None:
        return contact
    if known is not None and known.state:
        return replace(contact, recording=replace(known, state="", since=None))
    return contact
