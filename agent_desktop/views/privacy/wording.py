"""What an erasure takes away and leaves, and why something was refused, in people's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from agent_desktop.views import words
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.protocol.commands import Refused
    from cti_bridge.protocol.subject_rights import ErasurePlan, HoldView

GOES: Final = {
    "customers": QT_TRANSLATE_NOOP("Erasing", "Files, with those merged into it"),
    "identities": QT_TRANSLATE_NOOP("Erasing", "Numbers, addresses and references"),
    "addresses": QT_TRANSLATE_NOOP("Erasing", "Postal addresses"),
    "customer_notes": QT_TRANSLATE_NOOP("Erasing", "Notes"),
    "relations": QT_TRANSLATE_NOOP("Erasing", "Relations to others"),
    "consents": QT_TRANSLATE_NOOP("Erasing", "Consents"),
    "customer_changes": QT_TRANSLATE_NOOP("Erasing", "Changes of the file"),
    "messages": QT_TRANSLATE_NOOP("Erasing", "Messages, e-mails and voicemails"),
    "blobs": QT_TRANSLATE_NOOP("Erasing", "Recordings and attachments"),
    "conversations": QT_TRANSLATE_NOOP("Erasing", "Drafts"),
}
STAYS: Final = {
    "interactions": QT_TRANSLATE_NOOP("Erasing", "Contacts: times, queue, agent and outcome"),
    "segments": QT_TRANSLATE_NOOP("Erasing", "Parts of contacts: who had them, and how long"),
    "missed_calls": QT_TRANSLATE_NOOP("Erasing", "Missed calls, without their number"),
    "chats": QT_TRANSLATE_NOOP("Erasing", "Chats: their times and ratings"),
    "access_log": QT_TRANSLATE_NOOP("Erasing", "Entries of the access log, without their words"),
    "source_records": QT_TRANSLATE_NOOP(
        "Erasing", "Keys of imports, so that they do not come back"
    ),
    "offers": QT_TRANSLATE_NOOP("Erasing", "Offers: their times and agents"),
    "suppressions": QT_TRANSLATE_NOOP("Erasing", "Entries of the no-contact list"),
}
REST: Final = QT_TRANSLATE_NOOP("Erasing", "Entries of indexes and lists")
BARS: Final = {
    "held": QT_TRANSLATE_NOOP("Erasing", "It is held by law: end the hold first."),
    "open": QT_TRANSLATE_NOOP("Erasing", "There is an open contact: it must be over first."),
    "erasing": QT_TRANSLATE_NOOP("Erasing", "It is being erased now."),
    "merged": QT_TRANSLATE_NOOP(
        "Erasing", "This file became part of another one meanwhile: look at that one."
    ),
}


ANY: Final = "*"
WHY: Final = {
    (RefusalCode.INVALID, "typed"): QT_TRANSLATE_NOOP(
        "Erasing", "That is neither the customer's name nor one of the references."
    ),
    (RefusalCode.INVALID, "reason"): QT_TRANSLATE_NOOP(
        "Erasing", "Write a reason of 3 to 200 characters."
    ),
    (RefusalCode.INVALID, "text"): QT_TRANSLATE_NOOP(
        "Erasing", "That is too short to search for."
    ),
    (RefusalCode.CONFLICT, ANY): QT_TRANSLATE_NOOP(
        "Erasing", "The file was changed meanwhile. Look once more at what goes."
    ),
    (RefusalCode.WRONG_STATE, "holder"): QT_TRANSLATE_NOOP(
        "Erasing", "Somebody else holds it already."
    ),
    (RefusalCode.WRONG_STATE, "hold"): QT_TRANSLATE_NOOP("Erasing", "It was not held any more."),
    (RefusalCode.BUSY, ANY): QT_TRANSLATE_NOOP(
        "Erasing", "It is being done already. Try again in a while."
    ),
    (RefusalCode.NOT_FOUND, ANY): QT_TRANSLATE_NOOP(
        "Erasing", "There is no such customer any more: erased, or merged into another."
    ),
}
"""By what was refused, and at which field."""


def _word(text: object) -> str:
    return QCoreApplication.translate("Erasing", str(text))


def goes(plan: ErasurePlan) -> list[tuple[str, str]]:
    """(what, how many) in the order of the file; what serves the database only is one line."""
    listed = [
        (_word(title), formats.number(plan.deleted[name]))
        for name, title in GOES.items()
        if plan.deleted.get(name)
    ]
    rest = sum(count for name, count in plan.deleted.items() if name not in GOES)
    return [*listed, (_word(REST), formats.number(rest))] if rest else listed


def stays(plan: ErasurePlan) -> list[tuple[str, str]]:
    """What is nobody's afterwards, and what stays as it is."""
    counts: Mapping[str, int] = {**plan.blanked, **plan.kept}
    return [
        (_word(title), formats.number(counts[name]))
        for name, title in STAYS.items()
        if counts.get(name)
    ]


def kept_for(plan: ErasurePlan) -> str:
    """Why what stays does, and for how long."""
    why = QCoreApplication.translate(
        "Erasing", "Figures stay whole: what stays names nobody. Backups from before still do."
    )
    if plan.log_days:
        days = QCoreApplication.translate(
            "Erasing", "The access log goes after %Ln day(s).", "", plan.log_days
        )
    else:
        days = QCoreApplication.translate("Erasing", "The access log is kept for ever.")
    return f"{why} {days}"


def bar(code: str) -> str:
    """ "" for none."""
    return _word(BARS[code]) if code in BARS else ""


def held(hold: HoldView) -> str:
    since = QCoreApplication.translate("Erasing", "Held since {day} by {name}: {reason}")
    return since.format(day=formats.long_day(hold.at), name=hold.by, reason=hold.reason)


def of_code(code: str) -> str:
    nearer = WHY.get((RefusalCode(code), ANY))
    return _word(nearer) if nearer else words.refusal(code)


def refusal(refused: Refused) -> str:
    """A whole sentence, nearer than the code alone."""
    if refused.code is RefusalCode.WRONG_STATE and refused.field in BARS:
        return bar(refused.field)
    nearer = WHY.get((refused.code, refused.field)) or WHY.get((refused.code, ANY))
    return _word(nearer) if nearer else words.refusal(refused.code)
