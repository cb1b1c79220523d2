"""Which real peers this machine has, and what to say where one is absent."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.helpers.postgres import binaries
from tests.helpers.small_disk import why_not

if TYPE_CHECKING:
    from collections.abc import Callable

PEERS_ROOT: Final = Path(os.environ.get("FICHA_PEERS", "/var/cache/ficha"))
ASTERISK_ROOT: Final = PEERS_ROOT / "asterisk"
CORPORA: Final = {
    "libpython-testsuite": next(
        iter(sorted(Path("/usr/lib").glob("python3.*/test/test_email/data"), reverse=True)),
        Path("/usr/lib/python3.11/test/test_email/data"),
    ),
    "mail-parser": PEERS_ROOT / "mail-parser",
}
PROGRAMS: Final = {
    **{name: name for name in ("baresip", "chromium", "pulseaudio", "sipp")},
    "libreoffice": "soffice",
    "mariadb": "mariadbd",
}
NAMES: Final = (
    "asterisk",
    "baresip",
    "chromium",
    "dovecot",
    "libpython-testsuite",
    "libreoffice",
    "mail-parser",
    "mariadb",
    "postfix",
    "postgresql",
    "pulseaudio",
    "sipp",
)


RIGHTS: Final[dict[str, Callable[[], str]]] = {"small-disk": why_not}
"""What no package brings: where the machine denies it, its tests are left out and named, and no
run fails by that."""


def denied(name: str) -> str:
    """Why root may not do it here; "" where it may."""
    return RIGHTS[name]()


def absent(name: str) -> str:
    """Why the peer cannot be used here, in a few words; "" when it can."""
    if name == "asterisk":
        if not (ASTERISK_ROOT / "usr/sbin/asterisk").exists():
            return f"no Asterisk under {ASTERISK_ROOT}"
        return "" if os.geteuid() == 0 else "Asterisk in its folder is started by root only"
    if name == "postgresql":
        if os.environ.get("FICHA_TEST_POSTGRESQL") or binaries():
            return ""
        return "no PostgreSQL server programs"
    if name in CORPORA:
        return "" if CORPORA[name].is_dir() else f"no e-mails under {CORPORA[name]}"
    if name in ("dovecot", "postfix"):
        return _mail_server(name)
    if program := PROGRAMS.get(name):
        found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
        return "" if found else f"no {program} on the path"
    raise ValueError(f"unknown peer {name!r}; known are {', '.join(NAMES)}")


def _mail_server(name: str) -> str:
    if not Path(f"/usr/sbin/{name}").exists():
        return f"no {name} in /usr/sbin"
    return "" if os.geteuid() == 0 else f"{name} is started by root only"
