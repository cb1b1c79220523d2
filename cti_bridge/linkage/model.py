"""The numbers of a search: how much each agreement weighs, and how they come from the file.

Fellegi and Sunter (1969): the weight of an agreement is log2(m / u), with m its share among
pairs that are one customer and u among pairs that are not. splink counts u in a random sample of
pairs, and finds m by expectation maximisation (Winkler 1988) over several blockings.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from splink import DuckDBAPI, Linker, SettingsCreator

from cti_bridge.customers.duplicates.values import Agreement as A
from cti_bridge.customers.duplicates.values import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from splink.internals.splink_dataframe import SplinkDataFrame

    from cti_bridge.customers.duplicates.values import Agreement
    from cti_bridge.linkage.comparing import Comparison, Level
    from cti_bridge.linkage.workspace import Workspace

logging.getLogger("splink").setLevel(logging.ERROR)  # its advice is for data scientists

SEED: Final = 20261130
SAMPLED_PAIRS: Final = 500_000
TRAINED_PAIRS: Final = 1_000_000
LEAST_PAIRS: Final = 300
"""A blocking with fewer pairs teaches nothing: what was written down stays."""
FLOOR: Final = 1e-9
LEAST_M: Final = 5e-4
SHIFTED: Final = 8.0
"""Log2 by which a frequency is put right at most."""
AGAINST: Final = frozenset({A.DIFFERENT, A.ONE_SURNAME, A.FIRST_NAME, A.SAME_YEAR})
OWN: Final = frozenset({Field.GIVEN, Field.FAMILY, Field.BORN})
DEPENDENT: Final = {
    Field.PLACE: frozenset({"street", "number"}),
    Field.HOME: frozenset({"postcode"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    m: Mapping[tuple[str, Agreement], float]
    u: Mapping[tuple[str, Agreement], float]
    prior: float  # that two records taken at random are one customer
    at_home: Mapping[tuple[str, str, Agreement], float] = field(default_factory=dict)
    """u among those who share one thing already, a home: what, field and agreement."""

    def chance(self, name: str, level: Level) -> float:
        """u of the level."""
        return self.at_home.get(
            (level.homed, name, level.agreement), self.u[name, level.agreement]
        )


def starting(comparisons: tuple[Comparison, ...], records: int) -> Model:
    """As written down in `comparing`; one record of five has a double, until that is counted."""
    return Model(
        m={(c.name, level.agreement): level.m for c in comparisons for level in c.levels},
        u={(c.name, level.agreement): level.u for c in comparisons for level in c.levels},
        prior=0.2 / max(records, 2),
    )


def settings(comparisons: tuple[Comparison, ...], model: Model) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": model.prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "max_iterations": 50,
        "em_convergence": 0.0005,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [_comparison(one, model) for one in comparisons],
    }


def _comparison(comparison: Comparison, model: Model) -> dict[str, Any]:
    unknown = {
        "sql_condition": comparison.unknown,
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    levels = [_level(comparison.name, level, model) for level in comparison.levels]
    return {"output_column_name": comparison.name, "comparison_levels": [unknown, *levels]}


def _level(of: str, level: Level, model: Model) -> dict[str, Any]:
    made: dict[str, Any] = {
        "sql_condition": level.sql if level.plain else _called(of, level),
        "label_for_charts": level.agreement.value,
        "m_probability": min(max(model.m[of, level.agreement], FLOOR), 1.0),
        "u_probability": min(max(model.chance(of, level), FLOOR), 1.0),
        "fix_m_probability": level.fixed,
        "fix_u_probability": level.counted or level.fixed,
    }
    if level.frequency:
        made["tf_adjustment_column"] = level.frequency
        made["tf_adjustment_weight"] = 1.0
        made["disable_tf_exact_match_detection"] = not level.plain
    return made


def _called(of: str, level: Level) -> str:
    return f"{_macro(of, level)}({', '.join(level.columns)})"


def _macro(of: str, level: Level) -> str:
    return f"is_{of}_{level.agreement.value}{level.homed and '_at_'}{level.homed}"


def make_macros(work: Workspace, comparisons: tuple[Comparison, ...]) -> None:
    """Each condition that is not plain as a macro of its own: splink reads every condition again
    and again, and into a normal form that grows with each OR in it."""
    for comparison in comparisons:
        for level in comparison.levels:
            if not level.plain:
                work.execute(
                    f"CREATE OR REPLACE MACRO {_macro(comparison.name, level)}"
                    f"({', '.join(level.columns)}) AS ({level.sql})"
                )


class Trainer:
    """splink over the records of one kind, in `table`."""

    def __init__(
        self, work: Workspace, table: str, comparisons: tuple[Comparison, ...], model: Model
    ) -> None:
        self.work, self.comparisons, self.model = work, comparisons, model
        make_macros(work, comparisons)
        columns = sorted({one.frequency for c in comparisons for one in c.levels} - {""})
        self.met = {column: _met(work, table, column) for column in columns}
        self.api = DuckDBAPI(work.connection)
        self.frame: SplinkDataFrame = work.guarded(lambda: self.api.register(table))
        self.linker = self._linker(model)

    def _linker(self, model: Model) -> Linker:
        made = SettingsCreator(**settings(self.comparisons, model))
        return Linker(self.frame, made, log_level=None, validate_settings=False)

    def sample(self) -> None:
        """u, of random pairs."""
        self.work.guarded(
            lambda: self.linker.training.estimate_u_using_random_sampling(
                max_pairs=SAMPLED_PAIRS, seed=SEED, min_count_per_level=None, num_chunks=1
            )
        )

    def learn(self, rules: Iterable[tuple[str, ...]]) -> None:
        """m, of the pairs in which a rule's columns are equal, for what it says nothing about.

        Each is learnt by itself, with the u that the sample gave. Of what they say of a level the
        median counts; but where names or birthdays contradict each other, the least. Strangers
        and relatives that a rule brings together as well can only make that more.
        """
        sampled = self._learnt(self.linker, self.model)
        lessons = [(rule, self._lesson(sampled, rule)) for rule in rules]
        m = dict(sampled.m)
        for comparison in self.comparisons:
            name = comparison.name
            told = [
                lesson for rule, lesson in lessons if _teaches(rule, lesson, sampled, comparison)
            ]
            for level in comparison.levels:
                if said := [lesson.m[name, level.agreement] for lesson in told]:
                    strict = comparison.field in OWN and level.agreement in AGAINST
                    m[name, level.agreement] = min(said) if strict else median(said)
        self.use(replace(sampled, m=m), self.comparisons)

    def _lesson(self, model: Model, rule: tuple[str, ...]) -> Model:
        linker = self._linker(model)
        self.work.guarded(
            lambda: linker.training.estimate_parameters_using_expectation_maximisation(
                " AND ".join(f"l.{column} = r.{column}" for column in rule),
                estimate_without_term_frequencies=True,
                max_pairs=TRAINED_PAIRS,
                record_sample_proportion=0.1,
            )
        )
        return self._learnt(linker, model)

    def _learnt(self, linker: Linker, before: Model) -> Model:
        """What the linker learnt; what it did not, as it was before."""
        saved = linker.misc.save_model_to_json()
        m, u = dict(before.m), dict(before.u)
        for comparison, made in zip(self.comparisons, saved["comparisons"], strict=True):
            for level, learnt in zip(
                comparison.levels, made["comparison_levels"][1:], strict=True
            ):
                at = comparison.name, level.agreement
                m[at] = max(learnt.get("m_probability", m[at]), LEAST_M)
                u[at] = learnt.get("u_probability", u[at])
        return replace(before, m=m, u=u)

    def use(self, model: Model, comparisons: tuple[Comparison, ...]) -> None:
        """From now on pairs are weighed so."""
        self.model, self.comparisons = model, comparisons
        make_macros(self.work, comparisons)
        self.linker = self._linker(model)

    def weigh(self, pairs: str, least: float, into: str) -> None:
        """Fills the table with the pairs of the query that weigh `least` or more.

        Columns: l, r, w (the weight without the prior), and for each comparison its level
        (`gamma_…`) and its weight (`mw_…`, term frequencies included).
        """
        self.work.execute(
            "CREATE OR REPLACE TABLE blocked AS SELECT '0' AS match_key, l AS join_key_l,"
            f" r AS join_key_r FROM ({pairs})"
        )
        blocked = self.work.guarded(
            lambda: self.api.table_to_splink_dataframe("blocked", "blocked")
        )
        self.linker.table_management.register_blocked_pairs_for_predict(blocked)
        prior = math.log2(self.model.prior / (1 - self.model.prior))
        found = self.work.guarded(
            lambda: self.linker.inference.predict(
                threshold_match_weight=None if least == -math.inf else prior + least - SHIFTED,
                warning_mode="never",
            )
        )
        there = {column.unquote().name for column in found.columns}
        weights: list[str] = []
        columns = ["least(n_l, n_r) AS l", "greatest(n_l, n_r) AS r"]
        for comparison in self.comparisons:
            name = comparison.name
            adjustment = f"mw_tf_adj_{name}"
            parts = [f"mw_{name}", *([adjustment] if adjustment in there else [])]
            weight = " + ".join([*parts, *self._shifts(comparison)])
            weights.append(weight)
            columns += [
                f"gamma_{name}::TINYINT AS gamma_{name}",
                f"({weight})::FLOAT AS mw_{name}",
            ]
        columns.append(f"({' + '.join(weights)}) AS w")
        select = f"SELECT {', '.join(columns)} FROM {found.physical_name}"
        if least != -math.inf:
            select += f" WHERE w >= {least}"
        start = f"INSERT INTO {into}" if self.work.has(into) else f"CREATE TABLE {into} AS"
        self.work.execute(f"{start} {select}")
        self.work.guarded(found.drop_table_from_database_and_remove_from_cache)

    def _shifts(self, comparison: Comparison) -> Iterator[str]:
        """splink takes a value's frequency for u itself. Of a level that asks for more than the
        same value, u is less, in the proportion in which it is on the average."""
        for gamma, level in enumerate(reversed(comparison.levels)):
            if level.frequency and not level.plain:
                u = max(self.model.chance(comparison.name, level), FLOOR)
                by = min(max(math.log2(self.met[level.frequency] / u), -SHIFTED), SHIFTED)
                yield f"CASE WHEN gamma_{comparison.name} = {gamma} THEN {by} ELSE 0 END"


def _met(work: Workspace, table: str, column: str) -> float:
    """How often two records that have a value have the same; a little more than never."""
    same, all_ = work.rows(
        f"SELECT coalesce(sum(size * (size - 1)), 0), coalesce(sum(size), 0) FROM"
        f" (SELECT count(*) AS size FROM {table} WHERE {column} IS NOT NULL GROUP BY {column})"
    )[0]
    return max(float(same), 1.0) / max(float(all_) * (float(all_) - 1), 1.0)


def _teaches(rule: tuple[str, ...], lesson: Model, before: Model, comparison: Comparison) -> bool:
    """Whether the lesson said anything of the comparison: of its own columns a rule cannot, and
    who has one street has one town."""
    if comparison.field in DEPENDENT and set(rule) & DEPENDENT[comparison.field]:
        return False
    levels = ((comparison.name, level.agreement) for level in comparison.levels)
    return any(lesson.m[at] != before.m[at] for at in levels)
