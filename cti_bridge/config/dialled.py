"""What `dnis` of a queue or a menu may be."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 80
FIX: Final = 'Write it as it is dialled: "910 00 00 00", "+34910000000" or "1003".'


def fault(number: str) -> str:
    """Why nobody can have dialled it; "" where somebody can."""
    if len(number) > LONGEST or not any(one.isdecimal() for one in number):
        return f'"{number[:LONGEST]}" is no dialled number'
    return ""
