"""Style-sheet properties that change while a widget lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def set_style(widget: QWidget, **properties: object) -> None:
    """Sets dynamic properties that desktop.qss selects on; polishes again only on a change."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
