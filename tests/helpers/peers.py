"""Which real peers this machine has, and what to say where one is absent."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

PEERS_ROOT: Final = Path(os.environ.get("FICHA_PEERS", "/var/cache/ficha"))
ASTERISK_ROOT: Final = PEERS_ROOT / "asterisk"
NAMES: Final = ("asterisk", "baresip", "postgresql", "sipp")


def absent(name: str) -> str:
    """Why the peer cannot be used here, in a few words; "" when it can."""
    if name == "asterisk":
        if not (ASTERISK_ROOT / "usr/sbin/asterisk").exists():
            return f"no Asterisk under {ASTERISK_ROOT}"
        return "" if os.geteuid() == 0 else "Asterisk in its folder is started by root only"
    if name == "postgresql":
        if os.environ.get("FICHA_TEST_POSTGRESQL") or postgresql_programs():
            return ""
        return "no PostgreSQL server programs"
    if name in ("sipp", "baresip"):
        return "" if shutil.which(name) else f"no {name} on the path"
    raise ValueError(f"unknown peer {name!r}; known are {', '.join(NAMES)}")


def postgresql_programs() -> Path | None:
    """The folder with initdb and postgres: Debian's newest, or the one on the path."""

    def version(folder: Path) -> int:
        return int(folder.parent.name) if folder.parent.name.isdigit() else 0

    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version)
    for folder in reversed(debian):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    found = shutil.which("postgres")
    if found and (Path(found).parent / "initdb").exists():
        return Path(found).parent
    return None
