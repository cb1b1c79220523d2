"""Words of imports: fields, states, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from agent_desktop.views import i18n, words
from agent_desktop.views.customer.words import CHANNELS, PURPOSES, custom_text, value_text
from agent_desktop.views.customer.words import say as consent_words
from agent_desktop.views.importing import reasons
from cti_bridge.protocol.importing import IMPORT_ADDRESS, ImportState
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.protocol.customer_values import FieldView
    from cti_bridge.protocol.importing import ImportProblem, ImportRowView, ImportView

FIELDS: Final = {
    "": QT_TRANSLATE_NOOP("Import", "Not used"),
    "name": QT_TRANSLATE_NOOP("Import", "Whole name"),
    "first_name": QT_TRANSLATE_NOOP("Import", "Given name"),
    "surname": QT_TRANSLATE_NOOP("Import", "Surname"),
    "second_surname": QT_TRANSLATE_NOOP("Import", "Second surname"),
    "organisation": QT_TRANSLATE_NOOP("Import", "Organisation"),
    "kind": QT_TRANSLATE_NOOP("Import", "Person or organisation"),
    "phone": QT_TRANSLATE_NOOP("Import", "Phone"),
    "mobile": QT_TRANSLATE_NOOP("Import", "Mobile phone"),
    "office": QT_TRANSLATE_NOOP("Import", "Office phone"),
    "home": QT_TRANSLATE_NOOP("Import", "Home phone"),
    "email": QT_TRANSLATE_NOOP("Import", "E-mail"),
    "key": QT_TRANSLATE_NOOP("Import", "Reference (key)"),
    "status": QT_TRANSLATE_NOOP("Import", "Account status"),
    "language": QT_TRANSLATE_NOOP("Import", "Language"),
    "born": QT_TRANSLATE_NOOP("Import", "Birthday"),
    "since": QT_TRANSLATE_NOOP("Import", "Customer since"),
    "owner": QT_TRANSLATE_NOOP("Import", "Owner (login)"),
    "tags": QT_TRANSLATE_NOOP("Import", "Tags"),
    "note": QT_TRANSLATE_NOOP("Import", "Note"),
    "time_zone": QT_TRANSLATE_NOOP("Import", "Time zone"),
    "street": QT_TRANSLATE_NOOP("Import", "Street"),
    "postcode": QT_TRANSLATE_NOOP("Import", "Postcode"),
    "city": QT_TRANSLATE_NOOP("Import", "Town"),
    "region": QT_TRANSLATE_NOOP("Import", "Province"),
    "country": QT_TRANSLATE_NOOP("Import", "Country"),
    "consent": QT_TRANSLATE_NOOP("Import", "Marketing by any channel"),
    "consent_phone": QT_TRANSLATE_NOOP("Import", "Marketing by phone"),
    "consent_email": QT_TRANSLATE_NOOP("Import", "Marketing by e-mail"),
    "consent_sms": QT_TRANSLATE_NOOP("Import", "Marketing by SMS"),
    "consent_post": QT_TRANSLATE_NOOP("Import", "Marketing by post"),
    "consent_date": QT_TRANSLATE_NOOP("Import", "When the consents were given"),
    "consent_source": QT_TRANSLATE_NOOP("Import", "Where the consents come from"),
    "works_at": QT_TRANSLATE_NOOP("Import", "Works at (name)"),
    "works_at_key": QT_TRANSLATE_NOOP("Import", "Works at (reference)"),
    "job_title": QT_TRANSLATE_NOOP("Import", "Job"),
    "household": QT_TRANSLATE_NOOP("Import", "Household (shared key)"),
    "changed": QT_TRANSLATE_NOOP("Import", "When the row was changed"),
    "given_name": QT_TRANSLATE_NOOP("Import", "Given name"),
    "family_name": QT_TRANSLATE_NOOP("Import", "Surname"),
}
LABELS: Final = {
    "home": QT_TRANSLATE_NOOP("Import", "home"),
    "work": QT_TRANSLATE_NOOP("Import", "work"),
    "billing": QT_TRANSLATE_NOOP("Import", "billing"),
    "shipping": QT_TRANSLATE_NOOP("Import", "shipping"),
}
ORDERS: Final = {
    "": QT_TRANSLATE_NOOP("Import", "As each date says"),
    "ymd": QT_TRANSLATE_NOOP("Import", "Year, month, day"),
    "dmy": QT_TRANSLATE_NOOP("Import", "Day, month, year"),
    "mdy": QT_TRANSLATE_NOOP("Import", "Month, day, year"),
    "ydm": QT_TRANSLATE_NOOP("Import", "Year, day, month"),
    "serial": QT_TRANSLATE_NOOP("Import", "Days, as a spreadsheet counts"),
}
RULES: Final = {
    "": QT_TRANSLATE_NOOP("Import", "As before"),
    "agent_first": QT_TRANSLATE_NOOP("Import", "What somebody corrected by hand"),
    "source_first": QT_TRANSLATE_NOOP("Import", "Always the source"),
    "newest": QT_TRANSLATE_NOOP("Import", "Whoever wrote last"),
    "only_if_empty": QT_TRANSLATE_NOOP("Import", "The file; the source fills gaps"),
}
STATES: Final = {
    ImportState.RECEIVING: QT_TRANSLATE_NOOP("Import", "On its way"),
    ImportState.LOOKING: QT_TRANSLATE_NOOP("Import", "Being read"),
    ImportState.READY: QT_TRANSLATE_NOOP("Import", "Ready"),
    ImportState.FAULTY: QT_TRANSLATE_NOOP("Import", "Cannot be read"),
    ImportState.TRYING: QT_TRANSLATE_NOOP("Import", "Dry run"),
    ImportState.RUNNING: QT_TRANSLATE_NOOP("Import", "Running"),
    ImportState.PAUSED: QT_TRANSLATE_NOOP("Import", "Paused"),
    ImportState.STOPPED: QT_TRANSLATE_NOOP("Import", "Stopped"),
    ImportState.DONE: QT_TRANSLATE_NOOP("Import", "Done"),
}
LOOKS: Final = {
    ImportState.RECEIVING: ("muted", "send"),
    ImportState.LOOKING: ("muted", "refresh"),
    ImportState.READY: ("", "check"),
    ImportState.FAULTY: ("bad", "error"),
    ImportState.TRYING: ("", "play"),
    ImportState.RUNNING: ("", "play"),
    ImportState.PAUSED: ("warn", "hold"),
    ImportState.STOPPED: ("warn", "stop"),
    ImportState.DONE: ("ok", "done"),
}
"""Style and icon: never the colour alone."""
RAN: Final = {
    "running": QT_TRANSLATE_NOOP("Import", "Running"),
    "done": QT_TRANSLATE_NOOP("Import", "Done"),
    "stopped": QT_TRANSLATE_NOOP("Import", "Stopped"),
}
KINDS: Final = {
    "file": QT_TRANSLATE_NOOP("Import", "File of the bridge"),
    "database": QT_TRANSLATE_NOOP("Import", "Database"),
    "": QT_TRANSLATE_NOOP("Import", "Columns only"),
}
FAULTS: Final = {
    "cancelled": QT_TRANSLATE_NOOP(
        "Import", "Stopped. What is in by then stays; it can go on where it stopped."
    ),
    "in_use": QT_TRANSLATE_NOOP(
        "Import", "Another import is running, by the command line. Try again when it has ended."
    ),
    "died": QT_TRANSLATE_NOOP(
        "Import",
        "The process that imports has died, mostly for want of memory. "
        "A large spreadsheet is better saved as CSV.",
    ),
    "store": QT_TRANSLATE_NOOP("Import", "The database does not do it: {what}"),
    "problems": QT_TRANSLATE_NOOP(
        "Import", "The source has changed and its columns no longer fit: look at them."
    ),
}
SENDING: Final = {
    "unreadable": QT_TRANSLATE_NOOP("Import", "The file cannot be read."),
    "empty": QT_TRANSLATE_NOOP("Import", "The file is empty."),
    "changed": QT_TRANSLATE_NOOP(
        "Import", "The file was changed while it was sent. Choose it again."
    ),
    "unwritable": QT_TRANSLATE_NOOP("Import", "The file cannot be written there."),
}
PROBLEMS: Final = {
    "no_rows": QT_TRANSLATE_NOOP("Import", "There is no row under the headings."),
    "no_name": QT_TRANSLATE_NOOP(
        "Import", "No column is the name: choose the one of the whole name, the given name or "
        "the organisation."
    ),
    "no_identity": QT_TRANSLATE_NOOP(
        "Import", "No column is a phone, an e-mail address or a reference: one is needed to know "
        "a customer again."
    ),
    "double": QT_TRANSLATE_NOOP(
        "Import", "{columns} are both “{detail}”: only one column can be."
    ),
    "doubtful": QT_TRANSLATE_NOOP(
        "Import", "{columns}: {detail} may be day and month, or month and day. Choose the order."
    ),
    "gone": QT_TRANSLATE_NOOP(
        "Import", "{columns}: this column was there the last time, and is gone. The columns are "
        "guessed anew."
    ),
    "mapping": QT_TRANSLATE_NOOP("Import", "The columns cannot be used: {detail}"),
}  # fmt: skip

CODED: Final = ("kind", "status", "language")
ANSWERS: Final = {
    ("consent", "yes"): True,
    ("consent", "no"): False,
    ("custom", "True"): True,
    ("custom", "False"): False,
}
"""As the bridge writes consents, and the site's own fields of yes and no."""


def say(text: object) -> str:
    return QCoreApplication.translate("Import", str(text))


def field(code: str, custom: Sequence[FieldView] = ()) -> str:
    """A field of the configuration by its name in this language."""
    known = FIELDS.get(code)
    if known is not None:
        return say(known)
    first, _, rest = code.partition(".")
    if first in IMPORT_ADDRESS and rest:
        return f"{say(FIELDS[first])} ({say(LABELS[rest]) if rest in LABELS else rest})"
    if first == "consent" and rest:
        purpose, _, channel = rest.partition(".")
        return f"{consent_words(PURPOSES, purpose)} · {consent_words(CHANNELS, channel or 'any')}"
    own = code.removeprefix("custom.")
    found = next((one for one in custom if one.code == own), None)
    return found.names.get(i18n.language(), own) if found else own


def reason(text: str, custom: Sequence[FieldView] = ()) -> str:
    """A sentence of the bridge's import, in this language."""

    def term(code: str) -> str:
        return say(ORDERS[code]).lower() if code in ORDERS else field(code, custom)

    return reasons.said(text, term)


def about(view: ImportView) -> str:
    """What it is in particular: "sheet Activos", "utf-8"."""
    return reasons.detail(view.kind, view.detail)


def state(view: ImportView) -> str:
    return say(STATES[view.state])


def fault(view: ImportView) -> str:
    """ "" where nothing is wrong."""
    if not view.fault_code:
        return ""
    known = FAULTS.get(view.fault_code)
    what = reason(view.fault)
    return say(known).replace("{what}", what) if known else what


def trouble(why: str) -> str:
    """A RefusalCode, or a word of what went wrong on this side."""
    known = SENDING.get(why)
    if known is not None:
        return say(known)
    return words.refusal(RefusalCode(why))


def problem(one: ImportProblem, custom: Sequence[FieldView] = ()) -> str:
    detail = one.detail
    if one.code == "double":
        detail = field(detail, custom)
    elif one.code != "doubtful":
        detail = reason(detail, custom)
    text = say(PROBLEMS.get(one.code, PROBLEMS["mapping"]))
    columns = ", ".join(f"“{column}”" for column in one.columns)
    return text.replace("{columns}", columns).replace("{detail}", detail)


def said(row: ImportRowView, custom: Sequence[FieldView] = ()) -> str:
    """What a row says beside name and numbers."""
    return " · ".join(f"{field(name, custom)}: {value(name, text)}" for name, text in row.said)


def value(name: str, text: str) -> str:
    """What a row says of a field: where that is a code, in words."""
    if name in CODED:
        return value_text(name, text)
    answer = ANSWERS.get((name.partition(".")[0].partition("_")[0], text))
    return text if answer is None else custom_text(answer)


def why(row: ImportRowView, custom: Sequence[FieldView] = ()) -> str:
    if not row.reason:
        return ""
    told = reason(row.reason, custom)
    return f"{field(row.field, custom)}: {told}" if row.field else told


def speed(view: ImportView) -> str:
    """ "12,000 rows · 4,100 rows/s · 2:31 left"."""
    rows = formats.number(view.counts.rows)
    parts = [say(QT_TRANSLATE_NOOP("Import", "{rows} rows")).replace("{rows}", rows)]
    if view.rows_per_second >= 1:
        rate = formats.number(round(view.rows_per_second))
        parts.append(say(QT_TRANSLATE_NOOP("Import", "{rate} rows/s")).replace("{rate}", rate))
    if view.seconds_left is not None and view.seconds_left >= 1:
        left = formats.duration(view.seconds_left)
        parts.append(say(QT_TRANSLATE_NOOP("Import", "{time} left")).replace("{time}", left))
    return " · ".join(parts)
