"""Where the files that come with the bridge are."""

from __future__ import annotations

from pathlib import Path


def resources() -> Path:
    """`resources` of the checkout, or of the installed distribution."""
    root = Path(__file__).resolve().parents[1]
    checkout = root / "resources"
    return checkout if checkout.is_dir() else root / "agent_desktop" / "_resources"
