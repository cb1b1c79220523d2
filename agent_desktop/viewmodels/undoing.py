"""What a form was before: each change can be taken back, and made again."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

T = TypeVar("T")
MOST: Final = 100


class Undoing(Generic[T]):
    """Changes of one field in a row are one step: a word that was typed is taken back whole."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._before: list[tuple[str, T]] = []
        self._after: list[tuple[str, T]] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    def changes(self, field: str, before: T) -> None:
        """`field` is about to change from `before`."""
        self._after.clear()
        if not (self._before and self._before[-1][0] == field):
            self._before.append((field, before))
            del self._before[:-MOST]

    def undo(self, now: T) -> T:
        """What it was before; needs `can_undo`."""
        field, before = self._before.pop()
        self._after.append((field, now))
        return before

    def redo(self, now: T) -> T:
        field, after = self._after.pop()
        self._before.append((field, now))
        return after
