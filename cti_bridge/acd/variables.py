"""What the PBX's dial plan says of a caller, and what the distributor makes of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import QueueId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.acd.rules import Rules

QUEUE: Final = "queue"
LANGUAGE: Final = "language"
PRIORITY: Final = "priority"
SKILL: Final = "skill_"
MOST: Final = 32
LONGEST: Final = 200
HIGHEST_PRIORITY: Final = 1000
LEVELS: Final = range(1, 11)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,4}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Of a caller, as the dial plan has asked."""

    queue: QueueId | None = None
    language: str = ""
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()  # names whose values mean nothing here


def bounded(variables: Mapping[str, str]) -> dict[str, str]:
    """As the port promises, whoever broke it: 32 names, values of one line of 200 characters."""
    kept = {
        name: text
        for name, value in variables.items()
        if _NAME.fullmatch(name) and (text := _line(value))
    }
    return dict(list(kept.items())[:MOST])


def _line(value: str) -> str:
    """Without control and direction characters: the value is shown among others' words."""
    short = value[: 4 * LONGEST]
    seen = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in short)
    return " ".join(seen.split())[:LONGEST]


def wishes(variables: Mapping[str, str], rules: Rules) -> Wishes:
    """What takes part in routing; an unknown queue, or a skill that nobody has, is ignored: the
    caller would wait for ever."""
    skills = {n: v for n, v in variables.items() if n.startswith(SKILL)}
    known = {
        name.removeprefix(SKILL): int(level)
        for name, level in skills.items()
        if name.removeprefix(SKILL) in rules.skills and _level(level)
    }
    queue = QueueId(variables.get(QUEUE, ""))
    language = variables.get(LANGUAGE, "").lower()[:2]
    priority = variables.get(PRIORITY, "")
    good = {
        QUEUE: queue in rules.queues,
        LANGUAGE: bool(_LANGUAGE.fullmatch(language)),
        PRIORITY: _between(priority, -HIGHEST_PRIORITY, HIGHEST_PRIORITY),
    } | {name: name.removeprefix(SKILL) in known for name in skills}
    return Wishes(
        queue=queue if good[QUEUE] else None,
        language=language if good[LANGUAGE] else "",
        priority=int(priority) if good[PRIORITY] else 0,
        skills=known,
        ignored=tuple(name for name in variables if name in good and not good[name]),
    )


def _level(text: str) -> bool:
    return _between(text, LEVELS.start, LEVELS.stop - 1)


def _between(text: str, least: int, most: int) -> bool:
    return bool(_NUMBER.fullmatch(text)) and least <= int(text) <= most


def told(variables: Mapping[str, str]) -> str:
    """One line for the journey: "choice: 2 · customer: C-1"."""
    return " · ".join(f"{name}: {value}" for name, value in variables.items())
