"""`customers duplicates find` as a user types it."""

from __future__ import annotations

import asyncio
import csv
import signal
import stat
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cti_bridge.cli import duplicates as command
from cti_bridge.customers.duplicates.generated import generate
from cti_bridge.customers.duplicates.values import Address, Kind, Progress, Record
from cti_bridge.store.engine import Database
from tests.helpers.command_line import process
from tests.helpers.duplicates import fill
from tests.helpers.tables import sqlite_with_tables

ANA = Record(
    n=1,
    kind=Kind.PERSON,
    name='=HYPERLINK("http://x") Ruiz Olmedo',
    given="Anastasia",
    family="Ruiz Olmedo",
    phones=("+34612345099",),
    emails=("a.ruiz@sol.es",),
    addresses=(Address(street="Calle Mayor 5", postcode="28001", city="Madrid"),),
)


@pytest.fixture
def filled(cli, tmp_path):
    """A store with fifty customers, of whom Ana is there twice."""

    async def work():
        database = await Database.open(sqlite_with_tables(tmp_path))
        others = [replace(one.record, n=one.record.n + 10) for one in generate(50)]
        await fill(database, [ANA, replace(ANA, n=2, name="RUIZ OLMEDO, ANASTASIA"), *others])
        await database.close()

    asyncio.run(work())
    return tmp_path


def test_what_a_search_tells_and_writes(cli, filled):
    result = cli("customers", "duplicates", "find", "--output", "pairs.csv")
    assert result.exit_code == 0, result.output
    assert "52 customers in" in result.stdout
    assert "expected to be wrong" in result.stdout
    written = filled / "pairs.csv"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    text = written.read_text()
    assert "HYPERLINK" not in text  # numbers and codes only
    rows = list(csv.DictReader(text.splitlines()))
    assert ("1", "2") in {(row["customer"], row["other"]) for row in rows}
    assert any("email same" in row["reasons"] for row in rows)
    assert [one.name for one in filled.iterdir() if "part" in one.name] == []
    again = cli("customers", "duplicates", "find", "--since-last").stdout
    assert "0 of them changed since" in again
    assert again.rstrip().endswith("0 pairs.")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--threshold", "0"), "--threshold is 0: a probability from 0.05 to 1."),
        (("--threshold", "nan"), "--threshold is nan"),
        (("--memory", "10"), "--memory is 10: 256 MB at least."),
        (("--temporary", "nowhere"), "--temporary: nowhere is not a folder."),
        (("--output", "nowhere/pairs.csv"), "nowhere/pairs.csv: cannot be written"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_read(cli, words, says):
    result = cli("customers", "duplicates", "find", *words)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize("text", ["", "yesterday", "2026-03-02", "\xff", "2026-03-02T10:00:00"])
def test_a_point_that_nobody_can_read_means_all(tmp_path, text):
    file = tmp_path / command.POINT
    file.write_text(text, encoding="latin-1")
    assert command.read_point(file) is None


def test_the_point_is_read_as_it_was_written(tmp_path):
    at = datetime(2026, 3, 2, 10, 0, 0, 5, tzinfo=UTC)
    command.write_point(tmp_path / command.POINT, at)
    assert command.read_point(tmp_path / command.POINT) == at
    assert command.read_point(tmp_path / "nowhere") is None


def test_a_point_that_cannot_be_written_is_said(tmp_path, capsys):
    command.write_point(tmp_path / "nowhere" / command.POINT, datetime(2026, 3, 2, tzinfo=UTC))
    assert "cannot be written" in capsys.readouterr().err


def test_ctrl_c_leaves_nothing(cli, filled):
    (filled / "temporary").mkdir()
    words = ("customers", "duplicates", "find", "--temporary", "temporary", "--output", "p.csv")
    with process(filled, *words) as running:
        for line in running.stderr:
            if line.startswith("train"):
                break
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130
    assert list((filled / "temporary").iterdir()) == []
    assert [one.name for one in filled.iterdir() if one.name.startswith("p.csv")] == []


def test_progress_is_a_line_for_each_step(capsys):
    show = command.progress_on(sys.stdout)
    for done in range(100):
        show(Progress(step="read", done=done, total=0))
    show(Progress(step="compare people", done=1, total=20_000))
    assert capsys.readouterr().out.splitlines() == ["read: 0", "compare people: 1 of 20,000"]
