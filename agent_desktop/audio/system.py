"""Which sound system this workstation has."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory

from agent_desktop.audio.fake import FakeSound

if TYPE_CHECKING:
    from agent_desktop.audio.ports import Sound

logger = logging.getLogger(__name__)


def open_sound() -> Sound:
    """QtMultimedia, or a system without devices where its libraries are missing."""
    # What QtMultimedia tries and does without as it loads; QT_LOGGING_RULES goes before these.
    QLoggingCategory.setFilterRules("qt.multimedia.*=false\nqt.core.qobject.connect=false")
    try:
        from agent_desktop.audio.qt import QtSound
    except ImportError as error:
        logger.warning("no sound: QtMultimedia does not load (%s)", error)
        return FakeSound(broken=True)
    return QtSound()
