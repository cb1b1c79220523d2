"""LibreOffice Calc without a window: a CSV file, or a table of HTML, saved as the spreadsheet that
people send."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 180
# field separator ;, quote ", UTF-8, from the first row, numbers and dates as Spaniards write them
_READ_AS = {".csv": "CSV:59,34,76,1,,3082,false,true", ".html": "HTML (StarCalc)"}


def convert(source: Path, suffix: str, home: Path) -> Path:
    """`suffix` is "xlsx" or "ods"; the profile lies in `home`, away from the user's."""
    done = subprocess.run(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{home}/profile",
         f"--infilter={_READ_AS[source.suffix]}", "--convert-to", suffix, "--outdir", str(home),
         str(source)],
        env={**os.environ, "HOME": str(home)},
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    made = home / f"{source.stem}.{suffix}"
    if not made.exists():
        raise RuntimeError(f"soffice made nothing: {done.stdout} {done.stderr}")
    return made
