"""The access log in people's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cti_bridge.protocol.vocabulary import AccessKind

if TYPE_CHECKING:
    from cti_bridge.protocol.privacy import AccessView, VolumeAlert

KINDS = {
    AccessKind.VIEW: QT_TRANSLATE_NOOP("Access", "File opened"),
    AccessKind.POP: QT_TRANSLATE_NOOP("Access", "Shown with an offer"),
    AccessKind.SEARCH: QT_TRANSLATE_NOOP("Access", "Search"),
    AccessKind.CONTACT: QT_TRANSLATE_NOOP("Access", "Past contact read"),
    AccessKind.HEAR: QT_TRANSLATE_NOOP("Access", "Recording heard"),
    AccessKind.FILE: QT_TRANSLATE_NOOP("Access", "Attachment opened"),
    AccessKind.REVEAL: QT_TRANSLATE_NOOP("Access", "Hidden value shown"),
    AccessKind.EXPORT: QT_TRANSLATE_NOOP("Access", "Export"),
    AccessKind.IMPORT: QT_TRANSLATE_NOOP("Access", "Import"),
    AccessKind.SUBJECT: QT_TRANSLATE_NOOP("Access", "Everything handed out"),
    AccessKind.ERASE: QT_TRANSLATE_NOOP("Access", "Erased"),
    AccessKind.HOLD: QT_TRANSLATE_NOOP("Access", "Legal hold"),
    AccessKind.AUDIT: QT_TRANSLATE_NOOP("Access", "This log read"),
    AccessKind.ALERT: QT_TRANSLATE_NOOP("Access", "Unusually many looks"),
    AccessKind.LOST: QT_TRANSLATE_NOOP("Access", "Not written down"),
}
ICONS = {
    AccessKind.VIEW: "customer",
    AccessKind.POP: "ringing",
    AccessKind.SEARCH: "search",
    AccessKind.CONTACT: "history",
    AccessKind.HEAR: "sound",
    AccessKind.FILE: "attach",
    AccessKind.REVEAL: "eye",
    AccessKind.EXPORT: "save",
    AccessKind.IMPORT: "import",
    AccessKind.SUBJECT: "save",
    AccessKind.ERASE: "remove",
    AccessKind.HOLD: "pin",
    AccessKind.AUDIT: "read",
    AccessKind.ALERT: "warning",
    AccessKind.LOST: "error",
}
GRAVE = frozenset({AccessKind.ALERT, AccessKind.LOST, AccessKind.EXPORT, AccessKind.ERASE})


def kind(code: AccessKind) -> str:
    return QCoreApplication.translate("Access", str(KINDS[code]))


def why(entry: AccessView) -> str:
    """Because of which contact; a pop and a past contact say it by themselves."""
    if entry.interaction_id is None:
        return QCoreApplication.translate("Access", "No contact")
    if entry.kind in (AccessKind.CONTACT, AccessKind.HEAR, AccessKind.FILE):
        return QCoreApplication.translate("Access", "From the history")
    return QCoreApplication.translate("Access", "Own contact")


def whom(entry: AccessView) -> str:
    if entry.customer_name:
        return entry.customer_name
    if entry.customer_id is None:
        return ""
    return QCoreApplication.translate("Access", "Erased customer")


def detail(entry: AccessView) -> str:
    if entry.erased:
        return QCoreApplication.translate("Access", "Erased with its customer")
    if entry.kind is AccessKind.LOST:
        said = QCoreApplication.translate("Access", "{count} pops while the database was away")
        return said.format(count=entry.detail)
    return entry.detail


def alert(one: VolumeAlert) -> str:
    text = QCoreApplication.translate(
        "Access",
        "{name} has looked at {looks} different customers in an hour outside of contacts"
        " (usual: {usual}).",
    )
    usual = f"{one.usual:g}" if one.usual else "–"
    said = text.format(name=one.agent_name, looks=one.looks, usual=usual)
    if one.blocked:
        said += " " + QCoreApplication.translate("Access", "Further files are refused.")
    return said
