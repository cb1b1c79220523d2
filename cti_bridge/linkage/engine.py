"""The search for duplicates by splink on DuckDB; implements `duplicates.values.Engine`.

People and organisations are searched one after the other, by models of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.duplicates.preparing import prepare
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
PAGE: Final = 5_000
SLACK: Final = 8.0
"""Pairs that weigh so much less than the lowest that is told are dropped at once."""


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
    weighing=comparing.ORGANISATIONS,
    blocking=blocking.ORGANISATIONS,
    training=(("name", "postcode"), ("street", "number", "postcode")),
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
        for chunk in range(chunks):
            self._tell("compare", chunk, chunks)
            yield from self._chunk(trainer, prior, chunk, chunks)
        self._tell("compare", chunks, chunks)
        self.work.drop("keys", "sampled", "scored", self.subject.table)

    def _table(self) -> int:
        """Makes the table of the subject's records; returns how many there are."""
        table = self.subject.table
        self.work.execute(
            f"CREATE TABLE {table} AS SELECT *, root || '/' || first AS straight,"
            " first || '/' || root AS crossed, emails[1] AS mail"
            f" FROM records WHERE {self.subject.where} ORDER BY n"
        )
        blocking.drop_common(self.work, table)
        return int(self.work.scalar(f"SELECT count(*) FROM {table}"))

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
        pairs = blocking.pairs_sql(0, chunks, only_changed=False)
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
        return calibrator.households(model) if self.subject is PEOPLE else model

    def _chunk(
        self, trainer: Trainer, prior: float, chunk: int, chunks: int
    ) -> Iterator[Sequence[Pair]]:
        odds = math.log2(prior / (1 - prior))
        least = math.log2(LOWEST / (1 - LOWEST)) - odds
        sql = blocking.pairs_sql(chunk, chunks, only_changed=self.engine.only_changed)
        self.work.drop("scored")
        trainer.weigh(sql, least, "scored")
        columns = [
            f"{kind}_{one.name}" for one in self.subject.weighing for kind in ("gamma", "mw")
        ]
        query = f"SELECT l, r, w, {', '.join(columns)} FROM scored ORDER BY l, r"
        for rows in self.work.pages(query, PAGE):
            yield [self._pair(row, odds) for row in rows]

    def _pair(self, row: tuple[Any, ...], odds: float) -> Pair:
        left, right, weight, *rest = row
        return Pair(
            a=left,
            b=right,
            probability=probability(weight + odds),
            reasons=reasons(self.subject.weighing, rest),
        )

    def _tell(self, step: str, done: int, total: int) -> None:
        self.progress(Progress(step=f"{step} {self.subject.table}", done=done, total=total))


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
