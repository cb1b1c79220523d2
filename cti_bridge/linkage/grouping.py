"""Which records the pairs join: what is weighed together, in groups of bounded size."""

from __future__ import annotations

from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.linkage.workspace import Workspace

LARGEST: Final = 64
"""Records of a group. Where more are joined, each by little, only what proves more joins them."""
MORE: Final = 2.0
PAGE: Final = 5_000


def make_groups(work: Workspace, joining: float) -> None:
    """Fills `grouped` (n, label): who is joined by pairs of `scored` that weigh `joining` or
    more; one label for each group."""
    work.execute("CREATE OR REPLACE TABLE grouped (n BIGINT, label BIGINT)")
    within = ""
    while True:
        work.execute(
            "CREATE OR REPLACE TEMP TABLE joins AS SELECT l AS a, r AS b FROM scored"
            f" WHERE w >= {joining}{within}"
        )
        work.execute("INSERT INTO joins SELECT b, a FROM joins")
        _make_labels(work)
        work.execute(
            "CREATE OR REPLACE TEMP TABLE large AS SELECT n FROM labels"
            f" QUALIFY count(*) OVER (PARTITION BY label) > {LARGEST}"
        )
        work.execute(
            "INSERT INTO grouped SELECT n, label FROM labels WHERE n NOT IN (SELECT n FROM large)"
        )
        if not work.scalar("SELECT count(*) FROM large"):
            break
        joining += MORE
        within = " AND l IN (SELECT n FROM large) AND r IN (SELECT n FROM large)"
    work.drop("joins", "labels", "nearer", "large")


def _make_labels(work: Workspace) -> None:
    """The least number of all who are joined: each takes the least of its neighbours', and then
    the one that the record with this number has itself, so that a long chain is short work."""
    work.execute(
        "CREATE OR REPLACE TEMP TABLE labels AS SELECT DISTINCT a AS n, a AS label FROM joins"
    )
    while True:
        work.execute(
            "CREATE OR REPLACE TEMP TABLE nearer AS"
            " SELECT labels.n, least(any_value(labels.label), min(other.label)) AS label"
            " FROM labels JOIN joins ON joins.a = labels.n JOIN labels other ON other.n = joins.b"
            " GROUP BY labels.n"
        )
        moved = work.scalar(
            "SELECT count(*) FROM labels JOIN nearer USING (n) WHERE labels.label > nearer.label"
        )
        if not moved:
            return
        work.execute(
            "CREATE OR REPLACE TEMP TABLE labels AS SELECT nearer.n, home.label"
            " FROM nearer JOIN nearer home ON home.n = nearer.label"
        )


def groups(
    work: Workspace, table: str, columns: str, told: float
) -> Iterator[list[tuple[Any, ...]]]:
    """The pairs of each group: (label, l, r, whether one of the two has changed, w, `columns`).
    Those that join nobody come each for itself, where they weigh `told` or more."""
    query = (
        "SELECT CASE WHEN a.label = b.label THEN a.label END AS label, l, r,"
        f" one.changed OR other.changed, w, {columns} FROM scored"
        f" JOIN {table} one ON one.n = l JOIN {table} other ON other.n = r"
        " LEFT JOIN grouped a ON a.n = l LEFT JOIN grouped b ON b.n = r"
        f" WHERE a.label = b.label OR w >= {told} ORDER BY label NULLS LAST, l, r"
    )
    for label, rows in groupby(chain.from_iterable(work.pages(query, PAGE)), itemgetter(0)):
        if label is None:
            yield from ([row] for row in rows)
        else:
            yield list(rows)
