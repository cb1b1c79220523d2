"""Canned replies: found by what is typed after "/", and filled with what they stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QLocale, QObject

from agent_desktop.folding import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from agent_desktop.state import Store
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.values import CannedReply, InteractionView

MOST: Final = 50
VARIABLE: Final = re.compile(r"\{([a-z_]{1,32})\}")
KNOWN: Final = frozenset({"customer", "first_name", "agent", "queue", "site", "date", "greeting"})
# to the customer, in the customer's language: not the desktop's words
GREETINGS: Final = {
    "es": ("Buenos días", "Buenas tardes", "Buenas noches"),
    "en": ("Good morning", "Good afternoon", "Good evening"),
}
HOURS: Final = {"es": (6, 14, 21), "en": (5, 12, 18)}  # when each of them begins


class CannedViewModel(QObject):
    def __init__(self, store: Store, work: WorkViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._work = store, work

    def find(self, text: str, view: InteractionView | None = None) -> tuple[CannedReply, ...]:
        """The replies for this contact (None: the open one) that `text` fits, best first: the
        contact's language before any, the code before the title before the text."""
        view = view or self._work.interaction
        wanted = folded(text).split()
        ranked = []
        for place, reply in enumerate(self._store.state.settings.replies):
            rank = _rank(reply, wanted)
            if rank is not None and _fits(reply, view):
                spoken = view.language if view else ""
                ranked.append((_tongue(reply.language, spoken), rank, place, reply))
        return tuple(found[3] for found in sorted(ranked, key=lambda f: f[:3])[:MOST])

    def fill(self, text: str, language: str = "", view: InteractionView | None = None) -> str:
        """With what is known in place of each variable; the others stay to be seen."""
        view = view or self._work.interaction
        tongue = (language or (view.language if view else "") or "es")[:2]
        says = self._says(view, tongue)
        return VARIABLE.sub(lambda m: says.get(m[1], lambda: "")() or m[0], text)

    def _says(self, view: InteractionView | None, tongue: str) -> Mapping[str, Callable[[], str]]:
        state, now = self._store.state, self._store.now().astimezone()
        name = (view.customer_name or view.display_name) if view else ""
        return {
            "customer": lambda: name,
            "first_name": lambda: first_name(name),
            "agent": lambda: state.agent.name if state.agent else "",
            "queue": lambda: view.queue_name if view else "",
            "site": lambda: state.settings.site_name,
            "date": lambda: long_date(now, tongue),
            "greeting": lambda: greeting(now, tongue),
        }


def unfilled(text: str) -> tuple[str, ...]:
    """Variables that still stand in a text, as `{customer}`, each once."""
    found = (m[0] for m in VARIABLE.finditer(text) if m[1] in KNOWN)
    return tuple(dict.fromkeys(found))


def first_name(name: str) -> str:
    """ "Ruiz Molina, Javier" → "Javier"; "Javier Ruiz" → "Javier"."""
    given = name.partition(",")[2] or name
    return next(iter(given.split()), "")


def greeting(here: datetime, tongue: str) -> str:
    tongue = tongue if tongue in GREETINGS else "en"
    morning, noon, night = HOURS[tongue]
    said = GREETINGS[tongue]
    if here.hour < morning or here.hour >= night:
        return said[2]
    return said[0] if here.hour < noon else said[1]


def long_date(here: datetime, tongue: str) -> str:
    """ "21 de noviembre de 2026", "21 November 2026"."""
    locale = QLocale(tongue if tongue in GREETINGS else "en_GB")
    pattern = "d 'de' MMMM 'de' yyyy" if tongue == "es" else "d MMMM yyyy"
    return locale.toString(QDate(here.year, here.month, here.day), pattern)


def _fits(reply: CannedReply, view: InteractionView | None) -> bool:
    if view is None:
        return not reply.channels and not reply.queues
    return (not reply.channels or view.channel in reply.channels) and (
        not reply.queues or view.queue_id in reply.queues
    )


def _tongue(language: str, spoken: str) -> int:
    """0: the contact's own; 1: for any; 2: another."""
    if not language:
        return 1
    return 0 if spoken and language[:2] == spoken[:2] else 2


def _rank(reply: CannedReply, wanted: list[str]) -> int | None:
    """How well it fits, 0 best; None: not at all. Each word must stand somewhere."""
    code, title = folded(reply.code), folded(reply.title)
    whole = f"{code} {title} {folded(reply.text)}"
    if not all(word in whole for word in wanted):
        return None
    if not wanted:
        return 0
    if code.startswith(wanted[0]):
        return 0
    if any(word.startswith(wanted[0]) for word in title.split()):
        return 1
    return 2 if wanted[0] in code or wanted[0] in title else 3
