"""Limits of what agents write on contacts."""

from __future__ import annotations

from typing import Final

from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

LONGEST_HANDOVER: Final = 1000


def checked_note(note: str) -> str:
    """What one agent writes to the next; raises CommandRefused."""
    if len(note) > LONGEST_HANDOVER:
        raise CommandRefused(RefusalCode.INVALID, "at most 1000 characters", field="note")
    if "\x00" in note:
        raise CommandRefused(RefusalCode.INVALID, "holds a NUL character", field="note")
    return note.strip()
