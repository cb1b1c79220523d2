"""What a waiting contact asks of an agent, which becomes less while it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cti_bridge.config.values import Queue, RelaxStep

Asked: TypeAlias = tuple[tuple[str, int], ...]
"""Skills with the level that is needed, by name; hashable: equal needs are one bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    asked: Asked = ()
    relaxed: int = 0  # steps in force
    until: datetime | None = None  # then the next step comes


_NOTHING: Final = Need()


def need(queue: Queue, own: Mapping[str, int], since: datetime, now: datetime) -> Need:
    """What a contact that has waited since `since` asks at `now`: the queue's skills and its
    own, the higher level of the two. A step lowers a level and never raises it; of two that are
    due the later one counts, and of two at the same time the one written last."""
    if not queue.skills and not own:
        return _NOTHING
    levels = dict(queue.skills)
    for skill, level in own.items():
        levels[skill] = max(level, levels.get(skill, 0))
    steps = [step for step in queue.relax if step.skill in levels]
    due = [step for step in steps if now >= begins(step, since)]
    for skill, level in {one.skill: one.level for one in sorted(due, key=_after)}.items():
        levels[skill] = min(level, levels[skill])
    return Need(
        asked=tuple(sorted((skill, level) for skill, level in levels.items() if level)),
        relaxed=len(due),
        until=min((begins(one, since) for one in steps if one not in due), default=None),
    )


def begins(step: RelaxStep, since: datetime) -> datetime:
    return since + timedelta(seconds=step.after)


def has(skills: Mapping[str, int], asked: Asked) -> bool:
    """Whether an agent with these skills is good enough."""
    return all(skills.get(skill, 0) >= level for skill, level in asked)


def _after(step: RelaxStep) -> float:
    return step.after
