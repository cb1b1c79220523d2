"""`cti-bridge customers export` and `privacy trace`: out of the house, and back to who did it."""

from __future__ import annotations

import csv
import random

import pytest

CSV = "Name,Phone,Email\n" + "".join(f"Customer {n},6{n:08},c{n}@example.es\n" for n in range(60))


@pytest.fixture
def filled(cli, tmp_path):
    (tmp_path / "in.csv").write_text(CSV + "=2+2,699999999,evil@example.es\n")
    assert cli("customers", "import", "in.csv").exit_code == 0
    return cli


def export(cli, name, *more):
    return cli("customers", "export", name, "--reason", "the yearly letter", *more)


def rows(path):
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_an_export_is_written_down_and_traced_with_fewer_rows_and_columns(filled, tmp_path):
    first, second = export(filled, "a.csv"), export(filled, "b.csv", "--limit", "40")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "There are more: this is as many as --limit asks for." in second.stderr
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o600
    out = rows(tmp_path / "a.csv")
    assert len(out) == 62
    assert "'=2+2" in {row[1] for row in out}
    assert [row[1] for row in out[1:]] != sorted(row[1] for row in out[1:])

    entries = filled("privacy", "log", "--kind", "export").stdout
    assert "(61): the yearly letter" in entries
    assert "(shell)" in entries

    kept = sorted(random.Random(3).sample(range(1, 62), 25))
    with (tmp_path / "leaked.csv").open("w", newline="") as leaked:
        csv.writer(leaked, delimiter=";").writerows([out[n][1], out[n][6]] for n in kept)
    headed = "Name;Phone\n" + (tmp_path / "leaked.csv").read_text()
    (tmp_path / "headed.csv").write_text(headed)
    assert "25 rows, of which 25 are" in filled("privacy", "trace", "headed.csv").stdout
    assert "61 rows, of which 61 are" in filled("privacy", "trace", "a.csv").stdout
    found = filled("privacy", "trace", "leaked.csv")
    assert "25 rows, of which 25 are known customers" in found.stdout
    name = first.stdout.split("Export ")[1].strip().rstrip(".")
    assert f"This is export {name} of" in found.stdout
    assert "24 of 24 neighbouring rows" in found.stdout
    assert second.stdout.split("Export ")[1].strip().rstrip(".") not in found.stdout

    (tmp_path / "sorted.csv").write_text("\n".join(sorted(",".join(row) for row in out)))
    nothing = filled("privacy", "trace", "sorted.csv")
    assert nothing.exit_code == 1
    assert "fits none of 2 exports" in nothing.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--reason", "x"], "--reason has 3 to 200 characters"),
        (["--reason", "the letter", "--limit", "1001"], "--limit is too large"),
        (["--reason", "the letter", "--search", "x"], "--search is too short"),
    ],
)
def test_what_is_refused_leaves_no_file(filled, tmp_path, words, said):
    result = filled("customers", "export", "a.csv", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "a.csv").exists()


def test_a_file_that_is_there_is_left_alone(filled, tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    assert "is there already" in export(filled, "a.csv").stderr
    assert (tmp_path / "a.csv").read_text() == "mine"


def test_a_house_that_lets_nothing_out(filled, tmp_path):
    with (tmp_path / "bridge.toml").open("a") as config:
        config.write("[privacy]\nexport_rows = 0\n")
    assert "privacy.export_rows is 0" in export(filled, "a.csv").stderr


def test_only_what_a_search_finds(filled, tmp_path):
    assert "1 customers" in export(filled, "a.csv", "--search", "c7@example.es").stdout
    assert [row[1] for row in rows(tmp_path / "a.csv")[1:]] == ["Customer 7"]


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe" * 50, b'"' * 1000])
def test_what_is_no_list_traces_to_nothing(filled, tmp_path, content):
    export(filled, "a.csv")
    (tmp_path / "x.csv").write_bytes(content)
    result = filled("privacy", "trace", "x.csv")
    assert result.exit_code in (1, 2)
    assert result.stderr


def test_the_csv_of_an_export_is_read_by_the_import(filled, tmp_path):
    export(filled, "a.csv")
    again = filled("customers", "import", "a.csv")
    assert "0 created" in again.stdout
