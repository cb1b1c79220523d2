"""The search for duplicates by splink on DuckDB; implements `duplicates.values.Engine`.

People and organisations are searched one after the other, by models of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.duplicates.preparing import prepare
from cti_bridge.customers.duplicates.together import weighed
from cti_bridge.customers.duplicates.values import (
    LOWEST,
    Agreement,
    Field,
    Pair,
    Progress,
    Reason,
)
from cti_bridge.linkage import blocking, comparing
from cti_bridge.linkage.calibrating import Calibrator, Sample, probability
from cti_bridge.linkage.grouping import PAGE, groups, make_groups
from cti_bridge.linkage.model import LEAST_PAIRS, Model, Trainer, starting
from cti_bridge.linkage.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from cti_bridge.customers.duplicates.values import Limits, Record
    from cti_bridge.linkage.blocking import Rule
    from cti_bridge.linkage.comparing import Comparison

PAIRS_AT_ONCE: Final = 2_000_000
"""Compared in one step: what bounds memory and disk, and how often a search can be stopped."""
LEAST: Final = math.log2(LOWEST / (1 - LOWEST))
JOINING: Final = LEAST
"""Log2 odds of a pair from which on it joins its records into a group."""
SLACK: Final = 10.0
"""A pair that weighs so much less than those that join is dropped at once."""
AUDIBLE: Final = 0.1
"""Of what others say of a pair, that is told as a reason."""


MET: Final = {"root": ("root",), "first": ("first", "second"), "second": ("first", "second")}
"""Columns of names of which it is counted how many have them: in which columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One of the two searches."""

    table: str
    where: str
    comparisons: tuple[Comparison, ...]
    weighing: tuple[Comparison, ...]  # the same, once everything is learnt
    blocking: tuple[Rule, ...]
    training: tuple[tuple[str, ...], ...]  # columns that are equal in the pairs to learn from
    decided_by: str  # the field that strangers at one address do not share


PEOPLE: Final = Subject(
    table="people",
    where="NOT organisation",
    comparisons=comparing.PEOPLE,
    weighing=comparing.HOUSEHOLDS,
    blocking=blocking.PEOPLE,
    # each holds something of the person's own: relatives would teach that duplicates have
    # different names
    training=(
        ("born", "root"),
        ("born", "first"),
        ("root", "first", "second"),
        ("root", "first", "postcode"),
        ("root", "street", "number"),
        ("mail",),
    ),
    decided_by=Field.GIVEN,
)
ORGANISATIONS: Final = Subject(
    table="organisations",
    where="organisation",
    comparisons=comparing.ORGANISATIONS,
    weighing=comparing.NAMESAKES,
    blocking=blocking.ORGANISATIONS,
    training=(("name", "postcode"), ("street", "number", "postcode"), ("mail",)),
    decided_by=Field.NAME,
)


class SplinkEngine:
    """One search; every method but `cancel` from one thread. Raises EngineError."""

    def __init__(
        self, limits: Limits, *, region: str = "", since: bool = False, within: Path | None = None
    ) -> None:
        """`region` (ISO 3166) is where addresses without a country are; with `since` only pairs
        that hold a changed record are given. `within` is where the temporary folder is made."""
        self._region, self._only_changed = region, since
        self._work = Workspace(limits, within)
        self.left_out = 0
        """Records whose block stayed too large, each time that was so."""

    def add(self, records: Sequence[Record]) -> None:
        self._work.append([prepare(record, self._region) for record in records])

    def cancel(self) -> None:
        self._work.cancel()

    def close(self) -> None:
        self._work.close()

    def pairs(self, progress: Callable[[Progress], None]) -> Iterator[Sequence[Pair]]:
        if not self._work.has("records"):
            return
        for subject in (PEOPLE, ORGANISATIONS):
            yield from _Search(self, subject, progress).run()

    @property
    def work(self) -> Workspace:
        return self._work

    @property
    def only_changed(self) -> bool:
        return self._only_changed


class _Search:
    def __init__(
        self, engine: SplinkEngine, subject: Subject, progress: Callable[[Progress], None]
    ) -> None:
        self.engine, self.subject, self.progress = engine, subject, progress
        self.work = engine.work

    def run(self) -> Iterator[Sequence[Pair]]:
        records = self._table()
        if records < 2:
            return
        self._tell("block", 0, 1)
        blocked = blocking.make_keys(self.work, self.subject.table, self.subject.blocking)
        self.engine.left_out += blocked.left_out
        chunks = max(1, math.ceil(self._expected_pairs() / PAIRS_AT_ONCE))
        trainer, prior = self._trained(records, chunks)
        odds = math.log2(prior / (1 - prior))
        self.work.drop("scored")
        self._compare(trainer, JOINING - odds, chunks)
        if self.work.has("scored"):  # else nothing has changed
            make_groups(self.work, JOINING - odds)
            yield from self._pages(odds)
        self.work.drop("keys", "sampled", "scored", "grouped", self.subject.table)

    def _table(self) -> int:
        """Makes the table of the subject's records; returns how many there are."""
        table = self.subject.table
        self.work.execute(
            f"CREATE TABLE {table} AS SELECT records.*, root || '/' || first AS straight,"
            " first || '/' || root AS crossed, emails[1] AS mail,"
            f" {', '.join(f'{one}s.met AS {one}met' for one in MET)}"
            f" FROM records {' '.join(map(self._met, MET))}"
            f" WHERE {self.subject.where} ORDER BY n"
        )
        blocking.drop_common(self.work, table)
        return int(self.work.scalar(f"SELECT count(*) FROM {table}"))

    def _met(self, column: str) -> str:
        """Joins how many have the name, or the surname as the first or second of theirs."""
        named = " UNION ALL ".join(
            f"SELECT {one} AS value FROM records WHERE {self.subject.where}" for one in MET[column]
        )
        return (
            f"LEFT JOIN (SELECT value, count(*) AS met FROM ({named}) GROUP BY value)"
            f" AS {column}s ON {column}s.value = records.{column}"
        )

    def _expected_pairs(self) -> float:
        """At most, since a pair may be found by several rules."""
        return float(
            self.work.scalar(
                "SELECT coalesce(sum(size * (size - 1) / 2), 0) FROM"
                " (SELECT count(*) AS size FROM keys GROUP BY rule, key)"
            )
        )

    def _trained(self, records: int, chunks: int) -> tuple[Trainer, float]:
        """The trainer with its model, and the prior. Nothing here depends on what has changed,
        so that a pair gets the same probability whenever it is looked at."""
        self._tell("train", 0, 4)
        trainer = Trainer(
            self.work,
            self.subject.table,
            self.subject.comparisons,
            starting(self.subject.comparisons, records),
        )
        trainer.sample()
        self._tell("train", 1, 4)
        trainer.learn(columns for columns in self.subject.training if self._teaches(columns))
        self._tell("train", 2, 4)
        sample = Sample(table="sampled", share=1 / chunks, records=records)
        calibrator = Calibrator(self.work, self.subject.comparisons, sample)
        pairs = blocking.pairs_sql(0, chunks)
        trainer.weigh(pairs, -math.inf, sample.table)
        self._tell("train", 3, 4)
        trainer.use(self._calibrated(calibrator, trainer.model), self.subject.weighing)
        self.work.drop(sample.table)
        trainer.weigh(pairs, -math.inf, sample.table)
        return trainer, calibrator.prior(trainer.model)

    def _teaches(self, columns: tuple[str, ...]) -> bool:
        known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        pairs = self.work.scalar(
            "SELECT coalesce(sum(size * (size - 1) / 2), 0) FROM (SELECT count(*) AS size"
            f" FROM {self.subject.table} WHERE {known} GROUP BY {', '.join(columns)})"
        )
        return bool(pairs >= LEAST_PAIRS)

    def _calibrated(self, calibrator: Calibrator, model: Model) -> Model:
        model = replace(model, prior=calibrator.prior(model))
        model = calibrator.without_doubles(model)
        for name in (Field.HOME, Field.EMAIL):
            model = calibrator.shared(model, name, self.subject.decided_by)
        if self.subject is PEOPLE:
            return calibrator.households(calibrator.kinship(model))
        return calibrator.namesakes(model)

    def _compare(self, trainer: Trainer, joining: float, chunks: int) -> None:
        """Fills `scored`."""
        if self.engine.only_changed:
            self._compare_changed(trainer, joining, chunks)
        else:
            self._weigh(trainer, joining, chunks, None)
        self._tell("compare", chunks, chunks)

    def _compare_changed(self, trainer: Trainer, joining: float, chunks: int) -> None:
        """With the pairs of those too whom what changed joins, and of those whom they join: what
        they are to each other counts as well."""
        fresh = f"SELECT n FROM {self.subject.table} WHERE changed"
        for asked in count():
            self.work.execute(f"CREATE OR REPLACE TEMP TABLE fresh AS {fresh}")
            if not self.work.scalar("SELECT count(*) FROM fresh"):
                return
            self.work.execute(f"UPDATE keys SET asked = {asked} FROM fresh WHERE keys.n = fresh.n")
            self._weigh(trainer, joining, chunks, asked)
            fresh = (
                "SELECT DISTINCT n FROM"
                f" (SELECT unnest([l, r]) AS n FROM scored WHERE w >= {joining})"
                " WHERE n NOT IN (SELECT n FROM keys WHERE asked IS NOT NULL)"
            )

    def _weigh(self, trainer: Trainer, joining: float, chunks: int, asked: int | None) -> None:
        for chunk in range(chunks):
            self._tell("compare", chunk, chunks)
            pairs = blocking.pairs_sql(chunk, chunks, asked)
            trainer.weigh(pairs, joining - SLACK, "scored")

    def _pages(self, odds: float) -> Iterator[Sequence[Pair]]:
        columns = ", ".join(
            f"{kind}_{one.name}" for one in self.subject.weighing for kind in ("gamma", "mw")
        )
        page: list[Pair] = []
        for rows in groups(self.work, self.subject.table, columns, LEAST - odds):
            page += self._pairs(rows, odds)
            if len(page) >= PAGE:
                yield page
                page = []
        if page:
            yield page

    def _pairs(self, rows: list[tuple[Any, ...]], odds: float) -> Iterator[Pair]:
        """Of one group."""
        alone = {(a, b): weight + odds for _, a, b, _, weight, *_ in rows}
        after = weighed(alone, JOINING) if len(rows) > 1 else alone
        for _, a, b, changed, _, *levels in rows:
            if changed and after[a, b] >= LEAST:
                given = reasons(self.subject.weighing, levels)
                of_others = others(after[a, b] - alone[a, b])
                yield Pair(
                    a=a, b=b, probability=probability(after[a, b]), reasons=(*given, *of_others)
                )

    def _tell(self, step: str, done: int, total: int) -> None:
        self.progress(Progress(step=f"{step} {self.subject.table}", done=done, total=total))


def others(weight: float) -> tuple[Reason, ...]:
    """What the other pairs of its records say of a pair."""
    if abs(weight) < AUDIBLE:
        return ()
    agreement = Agreement.FITS_BOTH if weight > 0 else Agreement.FITS_ANOTHER
    return (Reason(field=Field.OTHERS, agreement=agreement, weight=round(weight, 2)),)


def reasons(comparisons: tuple[Comparison, ...], levels: Sequence[Any]) -> tuple[Reason, ...]:
    """Of (level, weight) for each comparison; those that say nothing are left out."""
    found: list[Reason] = []
    for comparison, gamma, weight in zip(comparisons, levels[::2], levels[1::2], strict=True):
        agreement = comparison.agreement(gamma)
        if agreement is not Agreement.UNKNOWN and weight:
            found.append(
                Reason(field=comparison.field, agreement=agreement, weight=round(weight, 2))
            )
    return tuple(found)
