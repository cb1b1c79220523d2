"""What an import that a desktop began goes through."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from cti_bridge.protocol.importing import ImportState


class Trigger(StrEnum):
    WHOLE = "whole"  # the file is here
    LOOK = "look"  # its columns, by what was chosen
    TRY = "try"
    RUN = "run"
    PAUSE = "pause"
    GO_ON = "go_on"
    FINISH = "finish"
    FAIL = "fail"  # the source or the database broke, or somebody stopped it


TRANSITIONS: Final[dict[tuple[ImportState, Trigger], ImportState]] = {
    (ImportState.RECEIVING, Trigger.WHOLE): ImportState.LOOKING,
    (ImportState.LOOKING, Trigger.FINISH): ImportState.READY,
    (ImportState.LOOKING, Trigger.FAIL): ImportState.FAULTY,
    (ImportState.FAULTY, Trigger.LOOK): ImportState.LOOKING,
    (ImportState.READY, Trigger.LOOK): ImportState.LOOKING,
    (ImportState.STOPPED, Trigger.LOOK): ImportState.LOOKING,
    (ImportState.DONE, Trigger.LOOK): ImportState.LOOKING,
    (ImportState.READY, Trigger.TRY): ImportState.TRYING,
    (ImportState.TRYING, Trigger.FINISH): ImportState.READY,
    (ImportState.TRYING, Trigger.FAIL): ImportState.READY,
    (ImportState.READY, Trigger.RUN): ImportState.RUNNING,
    (ImportState.RUNNING, Trigger.PAUSE): ImportState.PAUSED,
    (ImportState.PAUSED, Trigger.GO_ON): ImportState.RUNNING,
    (ImportState.STOPPED, Trigger.GO_ON): ImportState.RUNNING,
    (ImportState.RUNNING, Trigger.FINISH): ImportState.DONE,
    (ImportState.RUNNING, Trigger.FAIL): ImportState.STOPPED,
    (ImportState.PAUSED, Trigger.FINISH): ImportState.DONE,  # it was at its last rows
    (ImportState.PAUSED, Trigger.FAIL): ImportState.STOPPED,
}
AT_WORK: Final = frozenset({ImportState.TRYING, ImportState.RUNNING, ImportState.PAUSED})
"""One at a time: two would each make the customers that the other is making."""
BUSY: Final = AT_WORK | {ImportState.LOOKING}
