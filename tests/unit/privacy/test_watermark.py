"""An export is known again by the order of its rows, and by nothing else."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime

import pytest

from cti_bridge.privacy.sheets import HEADINGS, plain, safe, sheet
from cti_bridge.privacy.watermark import Export, ordered, traces
from cti_bridge.protocol.values import CustomerCard, IdentityView
from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind

EXPORTS = [
    Export(
        id=f"e{n}",
        at=datetime(2026, 3, n + 1, tzinfo=UTC),
        agent=f"a{n}",
        name=f"Agent {n}",
        reason="campaign",
        rows=500,
        secret=bytes([n]) * 32,
    )
    for n in range(20)
]
CUSTOMERS = [f"customer-{n}" for n in range(500)]
LEAKED = ordered(EXPORTS[7].secret, CUSTOMERS)
DICE = random.Random(1)


def best(rows):
    return traces(rows, EXPORTS)[0]


def test_the_whole_file():
    found = best(LEAKED)
    assert (found.export.id, found.verdict, found.in_order) == ("e7", "certain", 499)
    assert [one.verdict for one in traces(LEAKED, EXPORTS)[1:]] == ["no"] * 19


@pytest.mark.parametrize("kept", [20, 60, 250])
def test_rows_that_were_taken_away(kept):
    rows = [LEAKED[n] for n in sorted(DICE.sample(range(500), kept))]
    assert (best(rows).export.id, best(rows).verdict) == ("e7", "certain")


def test_blocks_that_were_moved_and_rows_that_were_added():
    rows = LEAKED[300:] + LEAKED[:300]
    assert best(rows).verdict == "certain"
    mixed = list(rows)
    for n in range(50):
        mixed.insert(DICE.randrange(len(mixed)), f"stranger-{n}")
    assert (best(mixed).export.id, best(mixed).verdict) == ("e7", "certain")


def test_half_of_the_rows_shuffled():
    rows = LEAKED[:250] + DICE.sample(LEAKED[250:], 250)
    assert (best(rows).export.id, best(rows).verdict) == ("e7", "certain")


def test_a_file_that_was_sorted_or_shuffled_tells_nothing():
    assert best(sorted(LEAKED)).verdict == "no"
    assert best(DICE.sample(LEAKED, 500)).verdict == "no"


@pytest.mark.parametrize("rows", [0, 1, 2, 4])
def test_a_few_rows_prove_nothing(rows):
    assert best(LEAKED[:rows]).verdict == "no"
    assert best(LEAKED[:rows]).chance > 1e-3


def test_seven_rows_in_order_are_likely_and_no_more():
    assert best(LEAKED[:9]).verdict == "likely"
    assert best(LEAKED[:9]).chance == pytest.approx(20 / 362_880)


def test_the_same_row_twice_is_one():
    assert best([one for row in LEAKED for one in (row, row)]).in_order == 499


def test_innocent_files_are_rarely_accused():
    wrong = sum(
        best(DICE.sample(CUSTOMERS, DICE.randrange(5, 200))).verdict != "no" for _ in range(500)
    )
    assert wrong <= 3  # one in a thousand each


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-1+1", "'-1+1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("+34612345099", "+34612345099"),
        ("Marta", "Marta"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell, written):
    assert safe(cell) == written
    assert plain(written) == cell


def test_a_sheet_reads_as_it_was():
    card = CustomerCard(
        customer_id=CustomerId("c1"),
        version=1,
        name='=1+1 "Núñez", S.L.\nCalle',
        tags=("VIP", "a,b"),
        identities=(
            IdentityView(kind=IdentityKind.PHONE, value="+34612345099"),
            IdentityView(kind=IdentityKind.KEY, value="-K1"),
        ),
    )
    data = sheet([card])
    assert data.startswith(b"\xef\xbb\xbfFicha,")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [len(row) for row in rows] == [len(HEADINGS)] * 2
    assert rows[1][:4] == ["c1", '\'=1+1 "Núñez", S.L.\nCalle', "", "+34612345099"]
    assert rows[1][8] == "'-K1"
