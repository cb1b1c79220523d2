"""`cti-bridge privacy erase | hold | release | subject | retention`, as they are typed."""

from __future__ import annotations

import json
import sqlite3
import zipfile

import pytest


@pytest.fixture
def marta(cli, tmp_path):
    (tmp_path / "in.csv").write_text("Name,Phone,Note\nMarta Gil,612345099,called twice\n")
    assert cli("customers", "import", "in.csv").exit_code == 0
    with sqlite3.connect(tmp_path / "ficha.db") as database:
        return database.execute("SELECT id FROM customers").fetchone()[0]


def erase(cli, customer, *more):
    return cli("privacy", "erase", customer, *more)


def test_an_erasure_shows_first_and_wants_the_name_and_a_reason(cli, marta, tmp_path):
    shown = erase(cli, marta)
    assert shown.exit_code == 0
    assert "1  numbers, addresses and references" in shown.stdout
    assert not {"identities", "customer_notes", "customers:"} & set(shown.stdout.split())
    assert "Nothing was done" in shown.stdout
    for more in (["--confirm", "Marta Gil"], ["--confirm", "Marta", "--reason", "asked for it"]):
        assert erase(cli, marta, *more).exit_code == 2
    done = erase(cli, marta, "--confirm", "marta gil", "--reason", "asked for it")
    assert done.exit_code == 0
    assert "Erased:" in done.stdout
    again = erase(cli, marta)
    assert (again.exit_code, again.stderr) == (1, f'there is no customer "{marta}".\n')
    assert "erase" in cli("privacy", "log", "--customer", marta).stdout


def test_who_is_held_is_not_erased(cli, marta, tmp_path):
    assert "is held" in cli("privacy", "hold", marta, "--reason", "in court").stdout
    with sqlite3.connect(tmp_path / "ficha.db") as database:
        database.execute("UPDATE legal_holds SET by = 'Sara'")
    over = cli("privacy", "hold", marta, "--reason", "a tax audit")
    assert over.exit_code == 1
    assert "is held by Sara already" in over.stderr
    refused = erase(cli, marta, "--confirm", "Marta Gil", "--reason", "asked for it")
    assert refused.exit_code == 1
    assert "privacy release" in refused.stderr
    assert cli("privacy", "release", marta, "--reason", "it is over").exit_code == 0
    assert cli("privacy", "release", marta, "--reason", "it is over").exit_code == 1
    kinds = [line.split("\t")[3] for line in cli("privacy", "log").stdout.splitlines()]
    assert kinds == ["hold", "hold"]


def test_everything_of_a_customer(cli, marta, tmp_path):
    made = cli("privacy", "subject", marta, "m.zip", "--reason", "asked", "--language", "en")
    assert made.exit_code == 0
    assert (tmp_path / "m.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "m.zip") as archive:
        data = json.loads(archive.read("data.json"))["data"]
        assert "Everything that we keep about Marta Gil" in archive.read("index.html").decode()
    assert data["identities"][0]["value"] == "+34612345099"
    assert data["customer_notes"][0]["text"] == "called twice"
    assert "subject" in cli("privacy", "log", "--customer", marta).stdout
    assert cli("privacy", "subject", marta, "m.zip", "--reason", "asked").exit_code == 2
    for words in (["nobody", "n.zip", "--reason", "asked"], [marta, "n.zip", "--reason", "x"]):
        assert cli("privacy", "subject", *words).exit_code in (1, 2)
        assert not (tmp_path / "n.zip").exists()


def test_retention_says_what_it_does(cli, marta, tmp_path):
    assert "for ever" in cli("privacy", "retention").stdout
    with (tmp_path / "bridge.toml").open("a") as config:
        config.write("[retention]\nrecordings_days = 30\n")
    assert "Nothing is older" in cli("privacy", "retention", "--dry-run").stdout
    assert "Nothing is older" in cli("privacy", "retention").stdout
