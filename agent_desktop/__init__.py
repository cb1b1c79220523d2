"""Ficha's desktop: it shows facts and sends commands; it holds no truth of its own."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _version() -> str:
    try:
        return version("ficha")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


VERSION = _version()
