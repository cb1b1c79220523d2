"""What is said to a caller who waits, as names of sounds: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

LANGUAGES: Final = ("es", "en")
HIGHEST: Final = 30
MANY_BEFORE: Final = 20
CODES: Final = (
    "wait",
    "next",
    "position",
    "many-before",
    "wait-is",
    "minutes",
    "under-a-minute",
    "about-a-minute",
    "over-half-an-hour",
    "press",
    "for-callback",
    "for-voicemail",
    "give-number",
    "wrong-number",
    "callback-done",
    "leave-message",
    "message-done",
    "sorry",
    "closed",
    "busy",
    "goodbye",
    *(f"n-{number}" for number in range(HIGHEST + 1)),
)
"""Of each language: LANGUAGE-CODE is the sound's name."""


def position(place: int) -> tuple[str, ...]:
    """Codes for a place in the queue; 1 is next, and nothing is said of 0."""
    if place < 1:
        return ()
    if place == 1:
        return ("next",)
    if place > MANY_BEFORE:
        return ("many-before",)
    return ("position", f"n-{place}")


def expected_wait(seconds: int | None) -> tuple[str, ...]:
    """Codes for a wait, rounded up to minutes; nothing where it is not known."""
    if seconds is None:
        return ()
    if seconds < 45:
        return ("under-a-minute",)
    if seconds <= 90:
        return ("about-a-minute",)
    minutes = -(-seconds // 60)
    if minutes > HIGHEST:
        return ("over-half-an-hour",)
    return ("wait-is", f"n-{minutes}", "minutes")


def offer(key: str, what: str) -> tuple[str, ...]:
    """ "Press 1 …" for "callback" or "voicemail"; nothing where there is no such key."""
    if len(key) != 1 or not key.isdigit():
        return ()
    return ("press", f"n-{key}", f"for-{what}")


def sounds(language: str, codes: Sequence[str]) -> tuple[str, ...]:
    """Names of sounds; a language that nobody has spoken yet is heard in English."""
    spoken = language if language in LANGUAGES else "en"
    return tuple(f"{spoken}-{code}" for code in codes)


def every_sound() -> tuple[str, ...]:
    """All that may be said, to be looked for at the start."""
    return tuple(name for language in LANGUAGES for name in sounds(language, CODES))
