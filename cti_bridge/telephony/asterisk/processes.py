"""A process by a mark that another one of the same machine can judge: is it still there?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_DEAD: Final = frozenset("ZX")
"""proc_pid_stat(5): ended, and not yet waited for by its parent."""


def mark_of(pid: int | None = None) -> str:
    """Boot of the machine, space of its process numbers, number and time of the start; "" where
    the system does not say these (it is not Linux), or has no such process. Without `pid`: of this
    process."""
    wanted = os.getpid() if pid is None else pid
    started = _started(wanted)
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        space = os.readlink(_PROC / "self/ns/pid")
    except (OSError, UnicodeError):
        return ""
    return f"{boot} {space} {wanted} {started}" if started else ""


def is_gone(mark: str) -> bool:
    """Whether the process of this mark has certainly ended. False where nobody can say: it ran on
    another machine, in another container or before a boot, or the mark is none."""
    parts, here = mark.split(" "), mark_of().split(" ")
    if len(parts) != 4 or parts[:2] != here[:2] or not parts[2].isdecimal():
        return False
    pid = int(parts[2][:12])
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # somebody else's, so it is there
        pass
    started = _started(pid)
    return started is not None and started != parts[3]


def _started(pid: int) -> str | None:
    """In ticks since the boot; "" of one that has ended, None where it cannot be read (which a
    machine may deny for the processes of others)."""
    try:
        text = (_PROC / str(pid) / "stat").read_text("ascii", "replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # the name in brackets before may hold anything
    return "" if len(fields) < 20 or fields[0] in _DEAD else fields[19]
