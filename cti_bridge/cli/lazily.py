"""Groups of commands that are imported once they are called.

A command needs its part of the program and none needs all of it: what a group shows of each in
its help stands in a table, and a test holds that against the commands themselves.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, MutableMapping
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

Command: TypeAlias = Any
"""A command of typer, or a group: its common class is none that it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A command's function, or a `Typer` with a group of them, as "module:name"."""

    where: str
    help: str
    hidden: bool = False

    def load(self, name: str) -> Command:
        module, _, attribute = self.where.partition(":")
        found = getattr(importlib.import_module(module), attribute)
        if isinstance(found, typer.Typer):
            made: Command = typer.main.get_group(found)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command()(found)
            made = typer.main.get_command(alone)
        made.name, made.hidden = name, self.hidden
        return made

    def listed(self, name: str) -> Command:
        """As its group's help shows it; nothing is loaded."""
        return TyperCommand(name, help=self.help, hidden=self.hidden)


class Commands(MutableMapping[str, Command]):
    """Each is loaded when it is first asked for by its name."""

    def __init__(self, table: Mapping[str, Later]) -> None:
        self._table = table
        self._loaded: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._loaded:
            self._loaded[name] = self._table[name].load(name)
        return self._loaded[name]

    def __setitem__(self, name: str, command: Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, name: object) -> bool:
        return name in self._table


class LazyGroup(TyperGroup):
    """The `cls` of a `Typer`; `table` is in the order of the help."""

    table: ClassVar[Mapping[str, Later]] = {}

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = Commands(self.table)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.table)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        shown = copy(self)
        shown.commands = {name: one.listed(name) for name, one in self.table.items()}
        super(LazyGroup, shown).format_help(ctx, formatter)
