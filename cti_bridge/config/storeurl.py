"""What can be seen of `store.url` before anything is opened."""

from __future__ import annotations

import re
from typing import Final

STORES: Final = ("sqlite", "postgresql", "postgres")
FIX: Final = 'Write "sqlite:///ficha.db" or "postgresql://user@host/name".'
_SERVER: Final = re.compile(
    r"(?:[^:/]*(?::[^@]*)?@)?"  # user and password: whatever is not an "@"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]/:?#@\s]*)(?::(?P<port>[^/?]*))?"
    r"(?:/(?P<name>[^?]*))?(?:\?.*)?"
)


def fault(url: str) -> str:
    """What is wrong with it, without repeating what may be a password; "" where nothing is."""
    scheme, mark, rest = url.partition("://")
    kind = scheme.partition("+")[0]
    if not mark or kind not in STORES:
        return f'"{url.partition(":")[0].partition("+")[0][:20]}" is no database that Ficha knows'
    if kind == "sqlite":
        name = rest.partition("?")[0]
        return "" if name.startswith("/") and name[1:] not in ("", ":memory:") else "names no file"
    found = _SERVER.fullmatch(rest)
    if found is None or not (found["host"] or found["name"]):
        return "names no server"
    port = found["port"]
    if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return "has a port that is none"
    return ""
