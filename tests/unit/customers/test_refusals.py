"""What was refused, in a file that no spreadsheet runs."""

from __future__ import annotations

import csv
import stat
from typing import TYPE_CHECKING

import pytest

from cti_bridge.customers.sources.records import RowError
from cti_bridge.readers.refusals import RefusalFile, safe_cell

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1-2|cmd' /C calc'!A0", "'+1-2|cmd' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("+34 612 345 099", "+34 612 345 099"),
        ("+34612345099", "+34612345099"),
        ("+1", "'+1"),
        ("Ana", "Ana"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, written: str) -> None:
    assert safe_cell(text) == written


def test_rows_stand_with_their_place_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    file = RefusalFile(path, ["name", "phone"])
    file.add(RowError(line=7, field="phone", what="'x': no digits", cells=("=Ana", "x")))
    file.close()
    with path.open(encoding="utf-8-sig", newline="") as written:
        assert list(csv.reader(written)) == [
            ["row", "column", "reason", "name", "phone"],
            ["7", "phone", "'x': no digits", "'=Ana", "x"],
        ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_refusal_there_is_no_file(tmp_path: Path) -> None:
    file = RefusalFile(tmp_path / "refused.csv", ["name"])
    file.close()
    assert list(tmp_path.iterdir()) == []
