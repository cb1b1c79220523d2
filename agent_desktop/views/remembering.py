"""Splitters that stand where they were left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSplitter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.preferences import Preferences


def remember_splitters(page: QWidget, preferences: Preferences) -> None:
    """Those with an object name; a shape that does not fit is left alone by Qt."""
    for splitter in page.findChildren(QSplitter):
        if name := splitter.objectName():
            splitter.restoreState(preferences.shape(name))
            splitter.splitterMoved.connect(
                lambda *_, one=splitter, name=name: preferences.set_shape(name, one.saveState())
            )
