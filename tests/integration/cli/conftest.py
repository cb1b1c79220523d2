"""The command line in a folder of its own, and a bridge that serves there."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from cti_bridge.cli.main import app
from tests.helpers.command_line import add, process
from tests.helpers.tables import sqlite_with_tables


@pytest.fixture
def cli(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FICHA_PASSWORD", raising=False)
    monkeypatch.delenv("FICHA_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "bridge.toml").write_text('[store]\nurl = "sqlite:///ficha.db"\n')
    sqlite_with_tables(tmp_path)

    def run(*words, typed=None):
        return CliRunner().invoke(app, words, input=typed, catch_exceptions=False)

    return run


@pytest.fixture
def served(cli, tmp_path):
    """A bridge of its own as a process; yields (its address, the process)."""
    (tmp_path / "bridge.toml").write_text(
        '[store]\nurl = "sqlite:///ficha.db"\n[server]\nport = 0\n'
    )
    for login, role in (("ana", "agent"), ("sara", "supervisor")):
        assert add(cli, login, "--role", role).exit_code == 0
    with process(tmp_path, "serve") as bridge:
        line = bridge.stdout.readline()
        if "ready: ws://127.0.0.1:" not in line:
            bridge.kill()
            pytest.fail(f"{line!r} {bridge.stderr.read()}")
        yield line.split("ready: ")[1].split()[0], bridge
        if bridge.poll() is None:
            bridge.terminate()
            bridge.wait(60)
