"""Where the resources lie: in the checkout, or inside an installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def resources() -> Path:
    """The folder with `style/`, `translations/`, `sounds/`; raises FileNotFoundError."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_resources", package.parent / "resources"):
        if (folder / "style").is_dir():
            return folder
    raise FileNotFoundError(f"no resources beside {package}")


def resource(*parts: str) -> Path:
    return resources().joinpath(*parts)
