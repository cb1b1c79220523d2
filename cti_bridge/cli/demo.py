"""`demo`: what `agent-desktop --demo` runs behind its window."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import Annotated

import typer

from cti_bridge.cli import logs
from cti_bridge.cli.exits import told
from cti_bridge.config.values import Log


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where everything it makes is kept.")],
    customers: Annotated[int, typer.Option(min=1, max=1_000_000)] = 10_000,
    language: Annotated[str, typer.Option(help="es or en: of queues and customers.")] = "es",
) -> None:
    """Serve sample customers and callers that ring; commands come on standard input."""
    with told():
        logs.set_up(Log(level="warning"))
        run_demo = importlib.import_module("cti_bridge.demo.serve").run_demo
        asyncio.run(run_demo(folder, customers=customers, language=language))
