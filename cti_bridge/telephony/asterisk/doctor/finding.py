"""What is said of one thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`text` is what was found, `remedy` what to do about it; neither holds a secret."""

    level: Level
    text: str
    remedy: str = ""

    def line(self) -> str:
        return f"{self.text}. {self.remedy}" if self.remedy else self.text


def ok(text: str) -> Finding:
    return Finding(level=Level.OK, text=text)


def warning(text: str, remedy: str = "") -> Finding:
    return Finding(level=Level.WARNING, text=text, remedy=remedy)


def mistake(text: str, remedy: str) -> Finding:
    return Finding(level=Level.MISTAKE, text=text, remedy=remedy)
