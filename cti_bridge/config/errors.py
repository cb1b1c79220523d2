"""A configuration that cannot be used, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that is wrong, with the line it stands on (0: the file as a whole)."""

    what: str
    fix: str
    line: int = 0
    where: str = ""  # "lines[0].port"
    about: str = (
        ""  # of what the file names: the section, which stands in place of the file's name
    )

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.what} {self.fix}".strip()


class ConfigError(Exception):
    """Every mistake that was found, in the order of the file."""

    port_taken: ClassVar[bool] = False

    def __init__(self, file: str, *mistakes: Mistake) -> None:
        self.file = file
        self.mistakes = tuple(sorted(mistakes, key=lambda one: (bool(one.about), one.line)))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> tuple[str, ...]:
        """`file:line: what is wrong. What to do.`, as compilers write it."""
        return tuple(self._line(mistake) for mistake in self.mistakes)

    def _line(self, mistake: Mistake) -> str:
        place = mistake.about or self.file
        place += f":{mistake.line}" if mistake.line else ""
        return f"{place}: {mistake.what} {mistake.fix}".rstrip()


class PortInUse(ConfigError):
    """Another program listens on the address that the configuration names."""

    port_taken = True
