"""What random pairs cannot teach: how often people who are not one share a home or an address.

A telephone shared by two who are not one is too rare to be met in a sample of all pairs, but the
pairs that share it have all been brought together for comparing. There the given name tells: of
two who are one it agrees, of two of a family it does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.duplicates.values import Agreement, Field

if TYPE_CHECKING:
    from cti_bridge.linkage.comparing import Comparison
    from cti_bridge.linkage.model import Model
    from cti_bridge.linkage.workspace import Workspace

A = Agreement
LEAST_PROOF: Final = 1e-3
DOUBT: Final = 2.0
"""Pairs that are one and whose names differ all the same are taken to be so many times more than
m says, before the rest is believed to be relatives."""
PSEUDO: Final = 30
"""So many pairs that agree by chance are thought to be there besides: few pairs prove little."""
ITERATIONS: Final = 60
_AGREE: Final = (
    A.SAME,
    A.CONTAINED,
    A.FAMILIAR,
    A.SECOND_NAME,
    A.INITIAL,
    A.EXCHANGED,
    A.SIMILAR,
)
_HOME: Final = (
    *(A.SAME_PHONE_AND_STREET, A.SAME_PHONE, A.ONE_PHONE, A.SAME_STREET, A.OTHER_PHONE),
)
_NAMESAKE: Final = (A.SAME, A.SIMILAR)
_RELATED: Final = (
    *(A.SAME, A.EXCHANGED, A.FIRST_SURNAME, A.ONE_MISTYPED, A.ONE_SURNAME, A.CONTAINED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Weighed pairs in a table: those of `share` of the records with all."""

    table: str
    share: float
    records: int

    @property
    def all_pairs(self) -> float:
        """Pairs of the records of the sample, compared or not."""
        return max(self.records * (self.records - 1) / 2 * self.share, 1.0)


class Calibrator:
    def __init__(
        self, work: Workspace, comparisons: tuple[Comparison, ...], sample: Sample
    ) -> None:
        self.work, self.sample = work, sample
        self.by_name = {comparison.name: comparison for comparison in comparisons}

    def prior(self, model: Model) -> float:
        """The probability that two records are one, from which the pairs' own follow: the
        fixed point of the sum of the pairs' probabilities."""
        bins = self.work.rows(
            f"SELECT round(w, 1), count(*) FROM {self.sample.table} GROUP BY 1 ORDER BY 1"
        )
        prior = model.prior
        for _ in range(ITERATIONS):
            odds = math.log2(prior / (1 - prior))
            expected = sum(count * probability(weight + odds) for weight, count in bins)
            following = min(max(expected, 0.5) / self.sample.all_pairs, 0.5)
            if abs(following - prior) < prior * 1e-4:
                break
            prior = following
        return prior

    def shared(self, model: Model, name: str, decided_by: str) -> Model:
        """u of the counted levels of `name`; `decided_by` tells who is not one."""
        u = dict(model.u)
        for level in self.by_name[name].levels:
            if level.counted:
                strangers = self._strangers(model, decided_by, self._is(name, (level.agreement,)))
                u[name, level.agreement] = max(strangers, 0.5) / self.sample.all_pairs
        return replace(model, u=u)

    def households(self, model: Model) -> Model:
        """u among those who share a home: of names, town and birthday, where there are enough
        of them to tell."""
        home = self._is(Field.HOME, _HOME)
        family = f"{home} AND {self._is(Field.FAMILY, _RELATED)}"
        named = f"{home} AND {self._is(Field.GIVEN, (A.SAME,))}"
        model = self._within(
            model,
            "home",
            (Field.GIVEN, Field.BORN, home),
            (Field.FAMILY, Field.GIVEN, home),
            (Field.BORN, Field.GIVEN, family),
            (Field.PLACE, Field.GIVEN, home),
        )
        return self._within(model, "namesakes", (Field.FAMILY, Field.BORN, named))

    def kinship(self, model: Model) -> Model:
        """How much less one surname and one birthday prove together, where no home is shared:
        twins who moved out have both."""
        relatives = Field.KINSHIP.value, A.RELATIVES
        met = self._strangers(model, Field.GIVEN, self._is(Field.KINSHIP, (A.RELATIVES,)))
        by_chance = model.u[Field.FAMILY, A.SAME] * model.u[Field.BORN, A.SAME]
        proves = by_chance * self.sample.all_pairs / max(met, 0.5)
        m, u = dict(model.m), dict(model.u)
        m[relatives], u[relatives] = min(max(proves, LEAST_PROOF), 1.0), 1.0
        return replace(model, m=m, u=u)

    def namesakes(self, model: Model) -> Model:
        """u of mailbox and domain among companies of one name, who are told apart by their
        towns."""
        return self._within(
            model, "name", (Field.EMAIL, Field.PLACE, self._is(Field.NAME, _NAMESAKE))
        )

    def _within(self, model: Model, label: str, *asked: tuple[Field, Field, str]) -> Model:
        """u of a field, decided by another, among the pairs of a condition. What is seldom met
        there is taken to be as in the homes of all."""
        at_home = dict(model.at_home)
        for name, decided_by, within in asked:
            agreements = [level.agreement for level in self.by_name[name].levels]
            met = {
                one: self._strangers(model, decided_by, f"{within} AND {self._is(name, (one,))}")
                for one in agreements
            }
            of = sum(met.values()) + PSEUDO
            for one in agreements:
                wider = model.at_home.get(("home", name, one), model.u[name, one])
                at_home[label, name, one] = (met[one] + PSEUDO * wider) / of
        return replace(model, at_home=at_home)

    def without_doubles(self, model: Model) -> Model:
        """u of a sample in which some pairs are one: what these add to it is taken out, which
        matters in small files."""
        u = dict(model.u)
        for name, comparison in self.by_name.items():
            for level in comparison.levels:
                if level.counted or level.fixed:
                    continue
                at = name, level.agreement
                clean = (u[at] - model.prior * model.m[at]) / (1 - model.prior)
                u[at] = max(clean, u[at] / 50)
        return replace(model, u=u)

    def _strangers(self, model: Model, by: str, condition: str) -> float:
        """Pairs of the condition that are not one, by the field in which they must differ."""
        differ = self._is(by, (A.DIFFERENT,))
        agree = self._is(by, _AGREE)
        counts: tuple[int, int] = self.work.rows(
            f"SELECT count(*) FILTER ({differ}), count(*) FILTER ({agree})"
            f" FROM {self.sample.table} WHERE {condition}"
        )[0]
        differing, agreeing = counts
        rate = min(model.m[by, A.DIFFERENT], 0.4)
        expected = DOUBT * agreeing * rate / (1 - rate)
        return max(differing - expected, 0.0) / model.u[by, A.DIFFERENT]

    def _is(self, name: str, agreements: tuple[Agreement, ...]) -> str:
        comparison = self.by_name[name]
        there = {level.agreement for level in comparison.levels}
        gammas = ", ".join(str(comparison.gamma(one)) for one in agreements if one in there)
        return f"gamma_{name} IN ({gammas})"


def probability(weight: float) -> float:
    """Of a binary logarithm of odds."""
    return 1 / (1 + 2 ** -min(max(weight, -1000.0), 1000.0))
