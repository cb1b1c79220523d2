"""What a customer allowed and forbade: kept for good, and the newest word counts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cti_bridge.protocol.customer_values import ConsentView
    from cti_bridge.protocol.vocabulary import ConsentChannel

    Parted: TypeAlias = tuple[tuple[ConsentView, ...], tuple[ConsentView, ...]]

TYPED: Final = "agent"
MAX_BEFORE: Final = 100
"""Replaced consents that a file shows."""


def parted(consents: Iterable[ConsentView]) -> Parted:
    """Of consents newest first: those that count, one for each channel and purpose, and those
    that they replaced."""
    counts: dict[tuple[ConsentChannel, str], ConsentView] = {}
    before: list[ConsentView] = []
    for one in consents:
        key = one.channel, one.purpose
        if key in counts:
            before.append(one)
        else:
            counts[key] = one
    return tuple(counts.values()), tuple(before)


def current(consents: Iterable[ConsentView]) -> tuple[ConsentView, ...]:
    """Those that count, of consents newest first."""
    return parted(consents)[0]


def said(
    known: tuple[ConsentView, ...], told: Iterable[ConsentView], now: datetime
) -> tuple[ConsentView, ...]:
    """`known`, newest first, with what is news in `told`.

    What repeats the word that counts adds nothing: a form sends the whole of what it shows.
    News that tells no time of its own is of `now`, without a source it is an agent's.
    """
    counts = {(one.channel, one.purpose): one for one in current(known)}
    added = [
        _dated(one, before, now)
        for one in told
        if _news(before := counts.get((one.channel, one.purpose)), one)
    ]
    return tuple(sorted((*added, *known), key=_at, reverse=True))


def _news(known: ConsentView | None, told: ConsentView) -> bool:
    if known is None or known.given != told.given:
        return True
    return (told.at or known.at) != known.at or (told.source or known.source) != known.source


def _dated(told: ConsentView, before: ConsentView | None, now: datetime) -> ConsentView:
    """A form that turns a consent round and leaves its time means now."""
    at = None if before is not None and told.at == before.at else told.at
    return replace(told, at=at or now, source=told.source or TYPED)


def _at(consent: ConsentView) -> float:
    assert consent.at is not None  # only a draft leaves it to the clock
    return consent.at.timestamp()
