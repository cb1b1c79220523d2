"""What somebody typed, cleaned and bounded, or refused by the name of its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.customers.text import clean_line
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Sized

MAX_ID: Final = 36


def line(text: str, field: str, most: int) -> str:
    """One clean line; raises CommandRefused where it is longer than `most` characters."""
    if len(text) > most * 4:  # much more than cleaning takes away
        raise invalid(field, f"longer than {most} characters")
    text = clean_line(text)
    if len(text) > most:
        raise invalid(field, f"longer than {most} characters")
    return text


def bounded(entries: Sized, field: str, most: int) -> None:
    """Raises CommandRefused where there are more than `most`."""
    if len(entries) > most:
        raise invalid(field, f"more than {most}")


def possible_id(text: str) -> bool:
    """Whether it could be a customer's id of ours; a database may choke on any other text."""
    return 0 < len(text) <= MAX_ID and text.isascii() and text.isprintable()


def invalid(field: str, detail: str) -> CommandRefused:
    return CommandRefused(RefusalCode.INVALID, detail, field=field)
