"""A value of a spreadsheet or a database, as somebody would have typed it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from cti_bridge.customers.sources.records import MAX_CELL

PRECISE: Final = 10**15
"""A float keeps fifteen digits of a number."""


def as_text(value: object) -> str:
    """Empty for nothing; a whole number without its decimals, a day without midnight."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value[: MAX_CELL + 1]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < PRECISE
        return str(int(value)) if whole else repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _moment(value) if isinstance(value, date) else str(value)[: MAX_CELL + 1]


def _moment(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    midnight = value.time() == time()
    return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
