"""Which records are compared at all: those that share a key, in blocks of bounded size.

Every pair of a file cannot be compared (10 million records are 5 * 10^13). Each rule makes a key
of some columns; records with one key are a block. A block that is too large (everybody called
María García) is parted by the rule's finer columns, and left out where that is not enough: a
switchboard's number is shared by thousands who are not one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cti_bridge.linkage.workspace import Workspace

LARGEST: Final = 60
"""Records of a block: each rule compares a record with 59 others at most."""
MOST_SHARED: Final = 12
"""A telephone, address or key that more records have is a company's or a stopgap: it proves
nothing, and is not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    columns: tuple[str, ...]  # SQL over one record; none may be NULL
    finer: tuple[str, ...] = ()
    each: str = ""  # a list column: a key for each of its values


DAY: Final = "least(born, coalesce(turned, born))"  # the same with day and month exchanged
NAMES: Final = ("least(root, first)", "greatest(root, first)")  # the same when exchanged
INITIALS: Final = (
    "least(left(root, 1), left(first, 1))",
    "greatest(left(root, 1), left(first, 1))",
)

PEOPLE: Final = (
    Rule(columns=("value",), each="phones", finer=("root",)),
    Rule(columns=("value",), each="emails", finer=("root",)),
    Rule(columns=("value",), each="keys"),
    Rule(columns=("root", "family"), finer=("postcode",)),
    Rule(columns=("root", "family"), finer=("left(born, 4)",)),
    Rule(columns=("left(root, 1)", "first", "second"), finer=("postcode",)),
    Rule(columns=(*NAMES, "postcode"), finer=("coalesce(second, street)",)),
    Rule(columns=(*NAMES, "city"), finer=("street",)),
    Rule(columns=(*NAMES, "street"), finer=("number",)),
    Rule(columns=(DAY,), finer=INITIALS),
    Rule(columns=(DAY, "root"), finer=("first",)),
    Rule(columns=(DAY, "first"), finer=("root",)),
    Rule(columns=(DAY, "postcode"), finer=INITIALS),
    Rule(columns=(DAY, "city", "number"), finer=INITIALS),
    Rule(columns=("street", "number"), finer=("root",)),
    Rule(columns=("street", "number"), finer=("first",)),
    Rule(columns=("street", "city"), finer=("number", *INITIALS)),
    Rule(columns=("postcode", "number", "left(street, 3)"), finer=INITIALS),
    Rule(columns=("city", "number", "left(street, 3)"), finer=INITIALS),
    Rule(columns=("postcode", "first", "left(root, 2)"), finer=("root",)),
    Rule(columns=("postcode", "left(first, 3)", "root"), finer=("first",)),
    Rule(columns=("city", "first", "left(root, 2)"), finer=("second",)),
    Rule(columns=("first", "second", "coalesce(postcode, city)"), finer=("left(root, 1)",)),
)
ORGANISATIONS: Final = (
    Rule(columns=("value",), each="phones", finer=("left(name, 3)",)),
    Rule(columns=("value",), each="emails", finer=("left(name, 3)",)),
    Rule(columns=("value",), each="keys"),
    Rule(columns=("value",), each="domains", finer=("left(name, 3)",)),
    Rule(columns=("name",), finer=("coalesce(postcode, city)",)),
    Rule(columns=("left(name, 6)", "coalesce(postcode, city)"), finer=("left(name, 9)",)),
    Rule(columns=("street", "number"), finer=("left(name, 3)",)),
    Rule(columns=("list_sort(string_split(name, ' '))::VARCHAR",), finer=("postcode",)),
    Rule(columns=("split_part(name, ' ', -1)", "left(name, 2)", "coalesce(postcode, city)")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    keys: int
    left_out: int  # records of blocks that stayed too large, summed over the rules


def make_keys(work: Workspace, table: str, rules: tuple[Rule, ...]) -> Blocked:
    """Fills `keys` (rule, key, n, asked); keys that no other record has are left out. Nobody is
    asked yet (`pairs_sql`)."""
    work.execute("DROP TABLE IF EXISTS keys")
    work.execute("CREATE TABLE keys (rule UTINYINT, key UBIGINT, n BIGINT, asked UINTEGER)")
    left_out = 0
    for number, rule in enumerate(rules):
        work.execute(f"CREATE OR REPLACE TEMP TABLE base AS {_base(rule, table)}")
        work.execute(
            "CREATE OR REPLACE TEMP TABLE sized AS"
            " SELECT *, count(*) OVER (PARTITION BY key) AS size FROM base"
            " QUALIFY size > 1"
        )
        work.execute(
            f"INSERT INTO keys SELECT {number}, key, n, NULL FROM sized WHERE size <= {LARGEST}"
        )
        work.execute(
            "CREATE OR REPLACE TEMP TABLE finer AS"
            " SELECT fine AS key, n, count(*) OVER (PARTITION BY fine) AS size"
            f" FROM sized WHERE size > {LARGEST} AND fine IS NOT NULL"
        )
        work.execute(
            f"INSERT INTO keys SELECT {number}, key, n, NULL FROM finer"
            f" WHERE size BETWEEN 2 AND {LARGEST}"
        )
        left_out += work.scalar(f"SELECT count(*) FROM finer WHERE size > {LARGEST}")
    for name in ("base", "sized", "finer"):
        work.execute(f"DROP TABLE {name}")
    return Blocked(keys=work.scalar("SELECT count(*) FROM keys"), left_out=left_out)


def _base(rule: Rule, table: str) -> str:
    source = f"(SELECT *, unnest({rule.each}) AS value FROM {table})" if rule.each else table
    known = " AND ".join(f"({column}) IS NOT NULL" for column in rule.columns)
    finer = " AND ".join(f"({column}) IS NOT NULL" for column in rule.finer) or "false"
    key = f"hash({', '.join(rule.columns)})"
    fine = f"hash({', '.join((*rule.columns, *rule.finer))})"
    return (
        f"SELECT DISTINCT n, {key} AS key, CASE WHEN {finer} THEN {fine} END AS fine"
        f" FROM {source} WHERE {known}"
    )


def pairs_sql(chunk: int, chunks: int, asked: int | None = None) -> str:
    """(l, r) once each, l < r, of one chunk: all pairs, or those of the records that are `asked`
    for the first time now, with each other and with those that were not asked yet."""
    mine, other = "true", "x.n < y.n"
    if asked is not None:
        mine = f"x.asked = {asked}"
        other = f"(y.asked IS NULL AND x.n <> y.n OR y.asked = {asked} AND x.n < y.n)"
    return (
        "SELECT DISTINCT least(x.n, y.n) AS l, greatest(x.n, y.n) AS r"
        f" FROM keys x JOIN keys y ON x.rule = y.rule AND x.key = y.key AND {other}"
        f" WHERE {mine} AND x.n % {chunks} = {chunk}"
    )


def drop_common(work: Workspace, table: str) -> None:
    """Takes out of the lists what too many records have."""
    for column in ("phones", "emails", "keys"):
        work.execute(
            f"CREATE OR REPLACE TEMP TABLE common AS SELECT value FROM"
            f" (SELECT unnest({column}) AS value FROM {table})"
            f" GROUP BY value HAVING count(*) > {MOST_SHARED}"
        )
        if work.scalar("SELECT count(*) FROM common"):
            held = f"SELECT n, unnest({column}) AS value FROM {table}"
            work.execute(
                f"UPDATE {table} SET {column} = coalesce(left_over.kept, [])"
                f" FROM (SELECT n, list(value ORDER BY value) FILTER"
                " (value NOT IN (SELECT value FROM common)) AS kept"
                f" FROM ({held}) GROUP BY n"
                " HAVING bool_or(value IN (SELECT value FROM common))) AS left_over"
                f" WHERE {table}.n = left_over.n"
            )
    work.execute("DROP TABLE common")
