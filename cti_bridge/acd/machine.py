"""What every transition table of the distributor shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enum import Enum


class InvalidTransition(Exception):
    """`trigger` has no place in `state`; nothing changed."""

    def __init__(self, state: Enum, trigger: Enum) -> None:
        super().__init__(f"{trigger.name} is not allowed while {state.name}")
        self.state, self.trigger = state, trigger
