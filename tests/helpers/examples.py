"""How many examples a property is tried with."""

from __future__ import annotations

import os

QUICK = os.environ.get("FICHA_QUICK", "") not in ("", "0")
"""`make check` sets it: a look before each commit. `make test` tries the full number."""


def examples(full: int) -> int:
    return max(10, full // 4) if QUICK else full
