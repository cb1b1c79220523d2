"""What a command loads, and what it leaves alone: a start is importing, and nearly all of it."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
import typer.main

from cti_bridge.cli import serving
from cti_bridge.cli.lazily import Later, LazyGroup
from cti_bridge.cli.main import app
from tests.helpers.command_line import ROOT, add

HEAVY = {
    "aiohttp",
    "aiosmtplib",
    "alembic",
    "argon2",
    "asyncpg",
    "cryptography",
    "duckdb",
    "imapclient",
    "msgspec",
    "nh3",
    "phonenumbers",
    "prometheus_client",
    "psycopg",
    "pyVoIP",
    "pymysql",
    "python_calamine",
    "rapidfuzz",
    "rich",
    "snowballstemmer",
    "splink",
    "sqlalchemy",
    "structlog",
    "vobject",
    "websockets",
}
SERVED_WITHOUT = HEAVY & {
    "aiohttp",
    "aiosmtplib",
    "alembic",
    "duckdb",
    "imapclient",
    "nh3",
    "psycopg",
    "pymysql",
    "python_calamine",
    "rapidfuzz",
    "rich",
    "snowballstemmer",
    "splink",
    "vobject",
}
"""By a bridge on SQLite whose tables are current, without Asterisk, mailboxes and web chat."""
SERVE = """
import asyncio, sys
from pathlib import Path
from cti_bridge.app import open_bridge
from cti_bridge.config.reader import read

async def serve():
    bridge = await open_bridge(read(Path("bridge.toml")).config)
    print(*sys.modules)
    await bridge.stop()

asyncio.run(serve())
"""


def groups(command, words=()):
    """Every group that loads its commands later, by how it is called."""
    if isinstance(command, LazyGroup):
        yield words, command
    for name in getattr(command, "commands", {}):
        yield from groups(command.commands[name], (*words, name))


def loaded_by(script, folder):
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    loaded = set(done.stdout.split())
    return loaded | {name.partition(".")[0] for name in loaded}


def test_the_table_of_commands_loads_nothing_heavy(tmp_path):
    script = "import sys, cti_bridge.cli.main; print(*sys.modules)"
    assert loaded_by(script, tmp_path) & HEAVY == set()


def test_a_help_lists_its_commands_without_loading_them(tmp_path):
    script = (
        "import sys\nfrom cti_bridge.cli.main import app\n"
        "sys.stdout, out = sys.stderr, sys.stdout\n"
        "try: app(['customers', '--help'])\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=out)"
    )
    assert loaded_by(script, tmp_path) & HEAVY == {"rich"}


def test_a_bridge_loads_what_is_configured(cli, tmp_path):
    (tmp_path / "bridge.toml").write_text(
        '[store]\nurl = "sqlite:///ficha.db"\n[server]\nport = 0\n'
    )
    assert add(cli).exit_code == 0  # the tables are made
    loaded = loaded_by(SERVE, tmp_path)
    assert {"sqlalchemy", "websockets"} <= loaded
    assert loaded & SERVED_WITHOUT == set()
    assert not loaded & {"sqlalchemy.ext.asyncio", "sqlalchemy.orm"}  # PostgreSQL needs them


def test_the_collector_rests_from_loading_the_bridge_until_it_serves(monkeypatch):
    monkeypatch.setattr(gc, "freeze", lambda: None)
    gc.enable()
    app = serving.load_app()
    assert not gc.isenabled()
    app.settle_the_heap()
    assert gc.isenabled()


def test_what_is_listed_is_what_the_commands_say_of_themselves():
    found = dict(groups(typer.main.get_command(app)))
    assert set(found) == {(), ("customers",), ("privacy",)}
    for group in found.values():
        for name, later in group.table.items():
            command = group.commands[name]
            first = command.help.split("\n\n")[0]
            assert (name, later.help) == (name, " ".join(first.split()))
            assert (command.name, command.hidden) == (name, later.hidden)


def test_a_command_that_is_not_there_is_told_with_the_likeliest(cli):
    result = cli("customers", "exprot")
    assert result.exit_code == 2
    assert "Did you mean 'export'?" in result.stderr


def test_a_table_that_names_what_is_not_there_cannot_pass_unseen():
    with pytest.raises(AttributeError, match="nothing"):
        Later(where="cti_bridge.cli.watch:nothing", help="").load("watch")
