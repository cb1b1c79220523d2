"""The style sheet for those tests of the desktop that are about how it looks.

It takes two thirds of what building a window costs, anew each time that a part is put into a
larger one; what is typed, pressed and told is the same without it. Pictures, sizes and colours
want the marker `styled`.
"""

from __future__ import annotations

from agent_desktop.views import theme

_styled = [True]
_sheet = theme.Theme._sheet


def _worn(self: theme.Theme, colours: dict[str, str]) -> str:
    return _sheet(self, colours) if _styled[0] else ""


def wear(styled: bool) -> None:
    """From now on, and by what is there already."""
    theme.Theme._sheet = _worn  # type: ignore[method-assign]
    if styled != _styled[0]:
        _styled[0] = styled
        for worn in theme._installed:
            worn.apply(worn.mode)
