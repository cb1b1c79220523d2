"""Numbers, durations, dates and telephone numbers as people read them, by `QLocale()`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import phonenumbers
from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime


def number(value: int) -> str:
    return QLocale().toString(value)


def decimal(value: float, places: int = 1) -> str:
    return QLocale().toString(float(value), "f", places)


def percent(share: float) -> str:
    """0.857 → "86 %" in Spanish, "86%" in English."""
    locale = QLocale()
    digits = locale.toString(round(share * 100))
    space = "\N{NO-BREAK SPACE}" if locale.language() is QLocale.Language.Spanish else ""
    return f"{digits}{space}%"


def duration(seconds: float) -> str:
    """A running time: "0:07", "3:42", "1:02:05"."""
    whole = max(0, int(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def age(seconds: float) -> str:
    """How long ago or how long left, in its largest unit: "12 s", "26 min", "2 h", "3 d"."""
    whole = max(0, int(seconds))
    for size, unit in (
        (86_400, QCoreApplication.translate("Formats", "d", "days, short")),
        (3_600, QCoreApplication.translate("Formats", "h", "hours, short")),
        (60, QCoreApplication.translate("Formats", "min", "minutes, short")),
    ):
        if whole >= size:
            return f"{number(whole // size)}\N{NO-BREAK SPACE}{unit}"
    return f"{whole}\N{NO-BREAK SPACE}s"


def time(moment: datetime, *, seconds: bool = False) -> str:
    """The time of day where the desk stands: "10:02", "10:02:11"."""
    here = moment.astimezone()
    return QTime(here.hour, here.minute, here.second).toString("HH:mm:ss" if seconds else "HH:mm")


def day(moment: datetime, now: datetime | None = None) -> str:
    """ "Today", "Yesterday", "19 Nov"; with the year where it is another one."""
    here, today = moment.astimezone().date(), (now or datetime.now(UTC)).astimezone().date()
    if here == today:
        return QCoreApplication.translate("Formats", "Today")
    if here == today - timedelta(days=1):
        return QCoreApplication.translate("Formats", "Yesterday")
    pattern = "d MMM" if here.year == today.year else "d MMM yyyy"
    return QLocale().toString(QDate(here.year, here.month, here.day), pattern).replace(".", "")


def long_day(moment: datetime, now: datetime | None = None) -> str:
    """For a sentence: "3 October", "3 de octubre", with the year where it is another one."""
    here, today = moment.astimezone().date(), (now or datetime.now(UTC)).astimezone().date()
    spanish = QLocale().language() is QLocale.Language.Spanish
    pattern = "d 'de' MMMM" if spanish else "d MMMM"
    if here.year != today.year:
        pattern += " 'de' yyyy" if spanish else " yyyy"
    return QLocale().toString(QDate(here.year, here.month, here.day), pattern)


def iso_date(text: str) -> str:
    """A day of the wire as people write it, "31/05/1980"; any other text as it is."""
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


def when(moment: datetime, now: datetime | None = None) -> str:
    """ "Today 10:02", "Yesterday 18:40", "19 Nov 09:15"."""
    return f"{day(moment, now)} {time(moment)}"


def ago(seconds: float) -> str:
    """ "Just now", "5 minutes ago", "3 hours ago", "2 days ago"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return QCoreApplication.translate("Formats", "Just now")
    if whole < 3_600:
        return QCoreApplication.translate("Formats", "%n minute(s) ago", "", whole // 60)
    if whole < 86_400:
        return QCoreApplication.translate("Formats", "%n hour(s) ago", "", whole // 3_600)
    return QCoreApplication.translate("Formats", "%n day(s) ago", "", whole // 86_400)


@lru_cache(maxsize=4096)
def phone(value: str) -> str:
    """+34612345099 → "+34 612 34 50 99"; what is no E.164 number stays as it came."""
    if not value.startswith("+"):
        return value
    try:
        parsed = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def initials(name: str) -> str:
    """Two letters for an avatar: "Titular del Contrato" → "TC"; "" for nobody."""
    words = [w for w in name.split() if w[0].isalpha()]
    strong = [w for w in words if w[0].isupper()] or words
    if not strong:
        return name.strip()[:1].upper()
    if len(strong) == 1:
        return strong[0][:2].upper()
    return (strong[0][0] + strong[1][0]).upper()
