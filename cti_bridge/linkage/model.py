"""The numbers of a search: how much each agreement weighs, and how they come from the file.

Fellegi and Sunter (1969): the weight of an agreement is log2(m / u), with m its share among
pairs that are one customer and u among pairs that are not. splink counts u in a random sample of
pairs, and finds m by expectation maximisation (Winkler 1988) over several blockings.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from splink import DuckDBAPI, Linker, SettingsCreator

if TYPE_CHECKING:
    from collections.abc import Mapping

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    m: Mapping[tuple[str, Agreement], float]
    u: Mapping[tuple[str, Agreement], float]
    prior: float  # that two records taken at random are one customer

    def weight(self, name: str, agreement: Agreement) -> float:
        at = name, agreement
        return math.log2(max(self.m[at], FLOOR) / max(self.u[at], FLOOR))


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
        "sql_condition": level.sql,
        "label_for_charts": level.agreement.value,
        "m_probability": min(max(model.m[of, level.agreement], FLOOR), 1.0),
        "u_probability": min(max(model.u[of, level.agreement], FLOOR), 1.0),
        "fix_m_probability": level.fixed,
        "fix_u_probability": level.counted or level.fixed,
    }
    if level.frequency:
        made["tf_adjustment_column"] = level.frequency
        made["tf_adjustment_weight"] = 1.0
    return made


class Trainer:
    """splink over the records of one kind, in `table`."""

    def __init__(
        self, work: Workspace, table: str, comparisons: tuple[Comparison, ...], model: Model
    ) -> None:
        self.work, self.comparisons, self.model = work, comparisons, model
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

    def learn(self, rule: str) -> None:
        """m, of the pairs that the rule brings together, for what the rule says nothing about."""
        self.work.guarded(
            lambda: self.linker.training.estimate_parameters_using_expectation_maximisation(
                rule,
                estimate_without_term_frequencies=True,
                max_pairs=TRAINED_PAIRS,
                record_sample_proportion=0.1,
            )
        )

    def result(self) -> Model:
        """What was learnt; what was not, as it was at the start."""
        saved = self.linker.misc.save_model_to_json()
        m, u = dict(self.model.m), dict(self.model.u)
        for comparison, made in zip(self.comparisons, saved["comparisons"], strict=True):
            for level, learnt in zip(
                comparison.levels, made["comparison_levels"][1:], strict=True
            ):
                at = comparison.name, level.agreement
                m[at] = max(learnt.get("m_probability", m[at]), LEAST_M)
                u[at] = learnt.get("u_probability", u[at])
        return replace(self.model, m=m, u=u)

    def use(self, model: Model) -> None:
        """From now on pairs are weighed by this model."""
        self.model = model
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
                threshold_match_weight=None if least == -math.inf else prior + least,
                warning_mode="never",
            )
        )
        columns = [
            "least(n_l, n_r) AS l",
            "greatest(n_l, n_r) AS r",
            f"match_weight - {prior} AS w",
        ]
        there = {column.unquote().name for column in found.columns}
        for comparison in self.comparisons:
            name = comparison.name
            adjustment = f"mw_tf_adj_{name}"
            weight = f"mw_{name}" + (f" + {adjustment}" if adjustment in there else "")
            columns += [
                f"gamma_{name}::TINYINT AS gamma_{name}",
                f"({weight})::FLOAT AS mw_{name}",
            ]
        select = f"SELECT {', '.join(columns)} FROM {found.physical_name}"
        start = f"INSERT INTO {into}" if self.work.has(into) else f"CREATE TABLE {into} AS"
        self.work.execute(f"{start} {select}")
        self.work.guarded(found.drop_table_from_database_and_remove_from_cache)
