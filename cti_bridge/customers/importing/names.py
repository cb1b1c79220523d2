"""What a desktop may call things: files, sources, imports. Pure."""

from __future__ import annotations

import re
from typing import Final

from cti_bridge.customers.text import clean_line
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

MAX_FILE_NAME: Final = 120
MAX_SOURCE: Final = 73  # "import " stands before it where it is the source of a number
_BAD: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,6}$")


def file_name(name: str) -> str:
    """Without a path, without what a file system or an eye stumbles over; its end stays, because
    it says what the file is. Never empty."""
    last = name[-1024:].replace("\\", "/").rsplit("/", 1)[-1]
    plain = clean_line(_BAD.sub("", last)).strip(" .")
    return plain[-MAX_FILE_NAME:].lstrip(" .") or "file"


def ending(name: str) -> str:
    """Of a file's name, such as ".xlsx"; "" where there is none."""
    found = _ENDING.search(name)
    return found[0].lower() if found else ""


def source_of(name: str) -> str:
    """The name of a source that is made of the name of a file."""
    return clean_line(name[: len(name) - len(ending(name))])[:MAX_SOURCE] or "import"


def source_name(text: str) -> str:
    """Raises CommandRefused."""
    name = clean_line(text[: 4 * MAX_SOURCE])
    if not name or len(name) > MAX_SOURCE or len(text) > 4 * MAX_SOURCE:
        raise CommandRefused(RefusalCode.INVALID, f"1 to {MAX_SOURCE} characters", field="source")
    return name
