"""What [[sources]] must be beyond their types: no secret in an address, and one thing to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cti_bridge.config.shape import Places
    from cti_bridge.config.values import Config, NamedSource

_PASSWORD: Final = re.compile(
    r"^[A-Za-z][\w+]*://[^/?#@:]*:[^/?#]+@"  # user:password@host
    r"|://.*[?&](?:password|passwd|pwd|sslpassword)=[^&]",
    re.IGNORECASE,
)


def run(config: Config, places: Places) -> None:
    """Tells `places` of each mistake."""
    for number, source in enumerate(config.sources):
        path = ("sources", places.number(("sources",), number))
        key, what, fix = _mistake(source)
        if what:
            places.mistake((*path, key), f'source "{source.name}" {what}.', fix)


def _mistake(source: NamedSource) -> tuple[str, str, str]:
    """At which key, what is wrong without the address, and what to do; "" where nothing is."""
    reads = "query" if source.query else "table"
    if _PASSWORD.search(source.location):
        fix = "Put it into password_file or password_env."
        return "location", "has a password in its address", fix
    if "://" not in source.location:
        what = "is a file, which has no table and answers no query"
        return (reads, what, "Leave it out.") if source.table or source.query else ("", "", "")
    if source.table and source.query:
        return "query", "has a table and a query", "Keep one of them."
    if not (source.table or source.query):
        return "location", "does not say what is read of the database", "Name a table, or a query."
    if source.sheet:
        return "sheet", "is a database, which has no sheet", "Leave it out."
    return "", "", ""


CHECKS: Final = (run,)
