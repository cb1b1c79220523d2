"""Why a contact went where it went, and what is the matter with a mail or a file, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from cti_bridge.protocol.vocabulary import Delivery, RefusalCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.protocol.values import Candidate, RoutingDecision

WHYS: Final = {
    "longest_idle": QT_TRANSLATE_NOOP("Reasons", "free for the longest time"),
    "only_one": QT_TRANSLATE_NOOP("Reasons", "the only one who could take it"),
    "asked_for": QT_TRANSLATE_NOOP("Reasons", "asked for by name"),
    "last_agent": QT_TRANSLATE_NOOP("Reasons", "had this customer's last contact"),
    "owner": QT_TRANSLATE_NOOP("Reasons", "looks after this customer"),
    "best_skill": QT_TRANSLATE_NOOP("Reasons", "knows best what is asked for"),
    "taken": QT_TRANSLATE_NOOP("Reasons", "took it from the queue"),
}
BARS: Final = {
    "away": QT_TRANSLATE_NOOP("Reasons", "connection lost"),
    "not_ready": QT_TRANSLATE_NOOP("Reasons", "not ready"),
    "pause_asked": QT_TRANSLATE_NOOP("Reasons", "has asked for a break"),
    "not_this_channel": QT_TRANSLATE_NOOP("Reasons", "does not take this channel"),
    "reserved": QT_TRANSLATE_NOOP("Reasons", "another contact rings there"),
    "no_capacity": QT_TRANSLATE_NOOP("Reasons", "no room for one more"),
    "other_node": QT_TRANSLATE_NOOP("Reasons", "telephone at another switch"),
    "kept": QT_TRANSLATE_NOOP("Reasons", "kept for somebody else for now"),
}
SUSPICIOUS: Final = {
    "executable": QT_TRANSLATE_NOOP("Reasons", "a program"),
    "double_extension": QT_TRANSLATE_NOOP("Reasons", "its name hides what it is"),
    "type_lies": QT_TRANSLATE_NOOP("Reasons", "it is not what its name says"),
    "encrypted": QT_TRANSLATE_NOOP("Reasons", "locked with a password"),
    "macro": QT_TRANSLATE_NOOP("Reasons", "it contains a program"),
    "active": QT_TRANSLATE_NOOP("Reasons", "it may run programs"),
}
AUTOMATIC: Final = {
    "auto_reply": QT_TRANSLATE_NOOP("Reasons", "Automatic reply"),
    "bounce": QT_TRANSLATE_NOOP("Reasons", "Returned: not delivered"),
    "list": QT_TRANSLATE_NOOP("Reasons", "Mailing list"),
    "own": QT_TRANSLATE_NOOP("Reasons", "Our own mail"),
}
DELIVERIES: Final[dict[str, object]] = {
    Delivery.RECEIVED: QT_TRANSLATE_NOOP("Reasons", "Received"),
    Delivery.UNDOABLE: QT_TRANSLATE_NOOP("Reasons", "Goes out in a moment"),
    Delivery.SENDING: QT_TRANSLATE_NOOP("Reasons", "Being sent"),
    Delivery.SENT: QT_TRANSLATE_NOOP("Reasons", "Sent"),
    Delivery.DELIVERED: QT_TRANSLATE_NOOP("Reasons", "Delivered"),
    Delivery.READ: QT_TRANSLATE_NOOP("Reasons", "Read"),
    Delivery.FAILED: QT_TRANSLATE_NOOP("Reasons", "Not sent"),
    Delivery.TAKEN_BACK: QT_TRANSLATE_NOOP("Reasons", "Taken back"),
}
UPLOADS: Final[dict[str, object]] = {
    RefusalCode.TOO_LARGE: QT_TRANSLATE_NOOP("Reasons", "Too large to be sent"),
    RefusalCode.INVALID: QT_TRANSLATE_NOOP("Reasons", "Files of this kind cannot be sent"),
    "empty": QT_TRANSLATE_NOOP("Reasons", "The file is empty"),
    "unreadable": QT_TRANSLATE_NOOP("Reasons", "The file cannot be read"),
    "too_many": QT_TRANSLATE_NOOP("Reasons", "Too many files"),
}


def why(code: str) -> str:
    """The reason for the agent who won, to stand after a name."""
    return _word(WHYS, code)


def bar(code: str) -> str:
    """What kept an agent from it: "skill:english" says which skill is missing."""
    kind, _, what = code.partition(":")
    if kind == "skill" and what:
        return QCoreApplication.translate("Reasons", "lacks “{skill}”").format(
            skill=what.replace("_", " ")
        )
    return _word(BARS, kind if kind in BARS else code)


def suspicious(code: str) -> str:
    if code in SUSPICIOUS:
        return _word(SUSPICIOUS, code)
    return QCoreApplication.translate("Reasons", "it looks suspicious")


def automatic(code: str) -> str:
    return _word(AUTOMATIC, code)


def delivery(code: str) -> str:
    return _word(DELIVERIES, code)


def upload_error(code: str) -> str:
    if code in UPLOADS:
        return _word(UPLOADS, code)
    return QCoreApplication.translate("Reasons", "It did not arrive")


def summary(decision: RoutingDecision) -> str:
    """One sentence: who won, and why."""
    winner = winner_of(decision)
    code = "only_one" if decision.why == "longest_idle" and decision.able == 1 else decision.why
    if winner is None:
        return _capital(why(code))
    return f"{winner.name}: {why(code)}."


def winner_of(decision: RoutingDecision) -> Candidate | None:
    return next((c for c in decision.candidates if c.rank == 1), None)


def skills(wanted: Mapping[str, int]) -> str:
    """ "english ≥ 3, billing ≥ 2"."""
    return ", ".join(f"{name.replace('_', ' ')} ≥ {level}" for name, level in wanted.items())


def standing(candidate: Candidate) -> str:
    """What spoke for one who could have had it."""
    parts = [
        QCoreApplication.translate("Reasons", "free for {time}").format(
            time=formats.age(candidate.idle_seconds)
        ),
        QCoreApplication.translate("Reasons", "skill {level}").format(
            level=formats.number(candidate.skill)
        )
        if candidate.skill
        else "",
        QCoreApplication.translate("Reasons", "load {share}").format(
            share=formats.percent(candidate.load / 100)
        )
        if candidate.load
        else "",
    ]
    return " · ".join(p for p in parts if p)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _word(table: Mapping[str, object], code: str) -> str:
    known = table.get(code)
    if known is None:
        return str(code).replace("_", " ").strip()
    return QCoreApplication.translate("Reasons", str(known))
