"""Past contacts of the sample customers: two years of calls, as the history would show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from cti_bridge.customers import sample_words as words
from cti_bridge.customers.sample import SCRIPT, SEED, sample_id
from cti_bridge.protocol.vocabulary import Direction, InteractionState

if TYPE_CHECKING:
    from cti_bridge.customers.ports import Customer

AGENTS: Final = ("Ana Soto", "Bruno Gil", "Claire Hughes", "Diego Navarro")
DISPOSITIONS: Final = ("resolved", "case", "call-back", "complaint", "information")
"""Codes of the default configuration."""
_WEIGHTS: Final = (50, 15, 10, 7, 18)
_DAYS: Final = 730
_SCRIPTED_DAYS: Final = 60  # those who ring in the demo called lately
_OPENS: Final = 9
_BY_HOUR: Final = (5, 9, 11, 10, 7, 4, 5, 8, 8, 5)
"""Calls of each hour from nine o'clock on, before seven in the evening."""
_SATURDAY, _SUNDAY = 5, 6
_SATURDAYS: Final = 0.25
_LONGEST: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleContact:
    """One call that is over; `established_at` None: nobody answered it."""

    interaction_id: str
    segment_id: str
    direction: Direction
    state: InteractionState
    started_at: datetime
    established_at: datetime | None
    cleared_at: datetime
    closed_at: datetime
    agent: str
    number: str
    disposition: str
    notes: str
    hold_seconds: float


def contacts_of(
    customer: Customer, index: int, *, mean: float, now: datetime, seed: int = SEED
) -> tuple[SampleContact, ...]:
    """About `mean` of them, oldest first, in the office hours of the zone of `now`; customers
    of the script have four or five."""
    rng = Random(seed << 32 | index << 1 | 1)
    scripted = customer.name in (SCRIPT.known_name, SCRIPT.english_name, *SCRIPT.shared_names)
    count = rng.choice((4, 5)) if scripted else min(int(rng.expovariate(1 / (mean + 0.5))), 12)
    days = _SCRIPTED_DAYS if scripted else _DAYS
    starts = sorted(_office_hours(rng, now, days) for _ in range(count))
    return tuple(_contact(rng, customer, at) for at in starts)


def _office_hours(rng: Random, now: datetime, days: int) -> datetime:
    """Any working moment of the last `days`, such that the contact is over by now."""
    while True:
        day = now - timedelta(days=rng.randrange(days))
        if day.weekday() == _SUNDAY:
            continue
        if day.weekday() == _SATURDAY and rng.random() >= _SATURDAYS:
            continue
        [hour] = rng.choices(range(len(_BY_HOUR)), _BY_HOUR)
        at = day.replace(hour=_OPENS + hour, minute=0, second=0, microsecond=0)
        at += timedelta(seconds=rng.randrange(3_600))
        if at < now - _LONGEST:
            return at


def _contact(rng: Random, customer: Customer, at: datetime) -> SampleContact:
    spanish = customer.language == "es"
    answered = rng.random() < 0.95
    # nine of ten within the 20 s of the service level; who hangs up has waited longer
    waited = timedelta(seconds=2 + round(rng.expovariate(1 / (7 if answered else 60))))
    talk = timedelta(seconds=rng.randrange(35, 900)) if answered else timedelta()
    wrap = timedelta(seconds=rng.randrange(5, 70)) if answered else timedelta()
    cleared = at + waited + talk
    state = InteractionState.CLOSED if answered else InteractionState.ABANDONED
    return SampleContact(
        interaction_id=sample_id(rng, at),
        segment_id=sample_id(rng, at),
        direction=Direction.OUTBOUND if answered and rng.random() < 0.2 else Direction.INBOUND,
        state=state,
        started_at=at,
        established_at=at + waited if answered else None,
        cleared_at=cleared,
        closed_at=cleared + wrap,
        agent=rng.choice(AGENTS) if answered else "",
        number=customer.identities[0].value,
        disposition=rng.choices(DISPOSITIONS, _WEIGHTS)[0] if answered else "",
        notes=rng.choice(words.CALLS_ES if spanish else words.CALLS_EN) if answered else "",
        hold_seconds=float(rng.randrange(10, 90)) if answered and rng.random() < 0.15 else 0.0,
    )
