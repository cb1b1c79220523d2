"""`customers import` from every kind of source, saved and done again."""

from __future__ import annotations

import csv
import sqlite3

import pytest

from tests.helpers.command_line import process


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Nombre;Teléfono;Fax;Alta\nAna Ruiz;612345678;913456789;3/2/2024\n")
    return path


def test_a_source_is_saved_shown_done_again_and_removed(cli, people):
    saved = cli("customers", "import", str(people), "--save", "crm", "--map", "Fax=",
                "--dates", "dmy", "--rule", "name=source_first")  # fmt: skip
    assert saved.exit_code == 0, saved.stderr
    assert "1 created" in saved.stdout
    again = cli("customers", "import", "--source", "crm")
    assert "1 unchanged" in again.stdout
    listed = cli("customers", "sources", "list").stdout
    assert listed.startswith("crm\t1\tdone ")
    assert str(people) in listed
    shown = cli("customers", "sources", "show", "crm")
    assert "Alta: since, dates dmy" in shown.stderr
    assert "Fax: not used" in shown.stderr
    assert "name: source_first" in shown.stderr
    assert cli("customers", "sources", "remove", "crm").exit_code == 0
    assert cli("customers", "sources", "show", "crm").exit_code == 1
    assert cli("customers", "sources", "remove", "crm").exit_code == 1
    assert "Nothing was imported yet" in cli("customers", "sources", "list").stderr


def test_a_doubtful_date_must_be_said(cli, people):
    result = cli("customers", "import", str(people))
    assert result.exit_code == 2
    assert "people.csv, line 1: Alta: '3/2/2024' may be day/month or month/day" in result.stderr


def test_a_preview_shows_rows_as_they_will_be_and_writes_nothing(cli, people):
    people.write_text(people.read_text() + "Eva Gil;abc;;13/2/2024\n")
    result = cli("customers", "import", str(people), "--preview")
    assert result.exit_code == 0
    assert "2\tAna Ruiz\t+34612345678, +34913456789" in result.stdout
    assert "\t2024-02-03, " in result.stdout
    assert "00:00" not in result.stdout
    assert "3\trefused\tphone: 'abc'" in result.stdout
    assert "Fax: phone (by what stands in it)" in result.stderr
    assert "1 would be refused; nothing was written" in result.stderr
    assert "Nothing was imported yet" in cli("customers", "sources", "list").stderr


def test_refused_rows_go_to_a_file_that_can_be_imported_once_mended(cli, tmp_path):
    (tmp_path / "people.csv").write_text('name,phone\n"=1+1",abc\nEva,612345678\n')
    result = cli("customers", "import", "people.csv", "--source", "crm")
    assert result.exit_code == 1
    assert "refused rows: crm.refused.csv" in result.stderr
    refused = tmp_path / "crm.refused.csv"
    with refused.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["row", "column", "reason", "name", "phone"]
    assert rows[1][:2] == ["2", "phone"]
    assert rows[1][3:] == ["'=1+1", "abc"]
    again = cli("customers", "import", "crm.refused.csv", "--source", "crm")
    assert "refused rows: crm.refused.refused.csv" in again.stderr  # never the file that is read
    refused.write_text(refused.read_text(encoding="utf-8-sig").replace("abc", "612345679"))
    mended = cli("customers", "import", "crm.refused.csv", "--source", "crm")
    assert "1 created" in mended.stdout


def test_a_database_with_its_password_from_a_file(cli, tmp_path):
    shop = sqlite3.connect(tmp_path / "shop.db")
    shop.execute("CREATE TABLE clientes (id INTEGER, nombre TEXT, telefono TEXT)")
    shop.execute("INSERT INTO clientes VALUES (7, 'Ana', '612345678')")
    shop.commit()
    shop.close()
    (tmp_path / "secret").write_text("s3cret\n")
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    result = cli("customers", "import", url, "--table", "clientes", "--save", "shop",
                 "--password-file", "secret")  # fmt: skip
    assert "1 created" in result.stdout, result.stderr
    shown = cli("customers", "sources", "show", "shop")
    assert "table: clientes" in shown.stdout
    assert "s3cret" not in shown.stdout + (tmp_path / "ficha.db").read_bytes().decode("latin-1")
    assert "1 unchanged" in cli("customers", "import", "--source", "shop").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nothing to import"),
        (["--source", "none"], 'no source "none" is saved'),
        (["people.csv", "--map", "Fax"], "not of the form NAME=VALUE"),
        (["people.csv", "--map", "Fax=colour"], "'colour' is no field"),
        (["people.csv", "--map", "Otra=phone"], "no column 'Otra'"),
        (["people.csv", "--rule", "name=best"], "the rules agent_first"),
        (["people.csv", "--rule", "tags=newest"], "the fields are name"),
        (["people.csv", "--password-env", "NOT_SET_AT_ALL"], "NOT_SET_AT_ALL is not set"),
        (["people.csv", "--password-file", "none"], "none: cannot be read"),
        (["people.csv", "--table", "x"], "has no table"),
        (["people.csv", "--dates", "dmy", "--refused", "no/where.csv", "--map", "Fax=born"],
         "cannot be written"),
        (["x://db/y", "--table", "x"], "no driver for"),
        (["people.csv", "--dates", "dmy", "--refused", "people.csv"], "the file that is imported"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_why(cli, people, words, said):
    result = cli("customers", "import", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_import_that_was_killed_goes_on_where_it_was(cli, tmp_path):
    rows = 15_000
    with (tmp_path / "people.csv").open("w") as file:
        file.write("key,name,phone\n")
        file.writelines(f"K{n},Cliente {n},6{n:08}\n" for n in range(rows))
    with process(tmp_path, "customers", "import", "people.csv") as running:
        assert "5,000 rows" in running.stderr.readline()  # of the first batch
        running.kill()
        running.wait(30)
    assert "running" in cli("customers", "sources", "list").stdout  # nobody was left to say more
    result = cli("customers", "import", "people.csv", "--resume")
    assert result.exit_code == 0
    assert "went on after row" in result.stderr
    assert f"{rows:,} rows" in result.stdout
    assert f"{rows:,} created" in result.stdout
    again = cli("customers", "import", "people.csv")
    assert f"{rows:,} unchanged" in again.stdout


def test_a_source_of_the_configuration_is_imported_by_its_name(cli, people, tmp_path):
    config = tmp_path / "bridge.toml"
    config.write_text(
        f'{config.read_text()}[[sources]]\nname = "noche"\nlocation = "people.csv"\n'
    )
    done = cli("customers", "import", "--source", "noche", "--dates", "dmy")
    assert done.exit_code == 0, done.stderr
    assert "1 created" in done.stdout
    assert cli("customers", "import", "--source", "tarde").exit_code == 2


def test_what_is_wrong_with_a_source_of_the_configuration(cli, tmp_path):
    config = tmp_path / "bridge.toml"
    config.write_text(
        f'{config.read_text()}[[sources]]\nname = "shop"\nlocation = "a.csv"\n'
        'password_env = "NOT_SET"\n[[sources]]\nname = "shop"\nlocation = "b.csv"\n'
    )
    result = cli("check-config")
    assert result.exit_code != 0
    assert '"shop" is there twice' in result.stderr + result.stdout
    assert '"NOT_SET" is not set' in result.stderr + result.stdout
