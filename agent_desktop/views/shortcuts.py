"""Every key of the desktop, in one table; Settings shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    id: str
    keys: str  # as QKeySequence reads it
    title: str  # source text of the context "Shortcuts"


SHORTCUTS: Final = tuple(
    Shortcut(id=id_, keys=keys, title=str(title))
    for id_, keys, title in (
        ("answer", "F9", QT_TRANSLATE_NOOP("Shortcuts", "Answer, or accept what is offered")),
        ("decline", "Shift+F9", QT_TRANSLATE_NOOP("Shortcuts", "Decline")),
        ("hold", "F8", QT_TRANSLATE_NOOP("Shortcuts", "Hold or retrieve; put a chat aside")),
        ("mute", "F7", QT_TRANSLATE_NOOP("Shortcuts", "Mute or unmute")),
        ("transfer", "F6", QT_TRANSLATE_NOOP("Shortcuts", "Transfer")),
        (
            "record",
            "F4",
            QT_TRANSLATE_NOOP("Shortcuts", "Record the call; pause and go on"),
        ),
        ("stop-recording", "Shift+F4", QT_TRANSLATE_NOOP("Shortcuts", "Stop the recording")),
        ("hang-up", "F10", QT_TRANSLATE_NOOP("Shortcuts", "Hang up, or end the chat")),
        ("take", "Ctrl+T", QT_TRANSLATE_NOOP("Shortcuts", "Take what waits; Enter in the list")),
        ("park", "Ctrl+P", QT_TRANSLATE_NOOP("Shortcuts", "Park until a time")),
        ("split", "Ctrl+Shift+S", QT_TRANSLATE_NOOP("Shortcuts", "Split messages off")),
        ("finish", "Ctrl+Return", QT_TRANSLATE_NOOP("Shortcuts", "Finish the contact")),
        ("extend", "Ctrl+E", QT_TRANSLATE_NOOP("Shortcuts", "More time to wrap up")),
        ("notes", "Ctrl+J", QT_TRANSLATE_NOOP("Shortcuts", "Go to the notes")),
        ("write", "Ctrl+L", QT_TRANSLATE_NOOP("Shortcuts", "Go to where one writes")),
        ("section", "Ctrl+D", QT_TRANSLATE_NOOP("Shortcuts", "Conversation or result")),
        ("command", "Ctrl+K", QT_TRANSLATE_NOOP("Shortcuts", "Search or do anything")),
        ("ready", "Ctrl+R", QT_TRANSLATE_NOOP("Shortcuts", "Ready or not ready")),
        ("next-contact", "Ctrl+Down", QT_TRANSLATE_NOOP("Shortcuts", "Next contact")),
        ("previous-contact", "Ctrl+Up", QT_TRANSLATE_NOOP("Shortcuts", "Previous contact")),
        (
            "pages",
            "Alt+1",
            QT_TRANSLATE_NOOP("Shortcuts", "The first page; Alt+2 the second, and so on"),
        ),
    )
)

KEYS: Final = {s.id: s.keys for s in SHORTCUTS}


def label(id_: str) -> str:
    """The keys as they stand on a keyboard, short: "Ctrl K", "Ctrl ↵"."""
    return KEYS[id_].replace("Return", "↵").replace("+", " ")


def words(shortcut: Shortcut) -> str:
    return QCoreApplication.translate("Shortcuts", shortcut.title)
