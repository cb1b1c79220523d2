"""What is compared of two records, level by level, in the SQL of DuckDB.

Levels are tried from the first to the last. `m` is how often records of one customer agree so;
where a file is too small to learn it, it stays as given here: set by hand, near to what the
generated Spanish records of `customers.duplicates.generated` teach. `u`, how often two records of
different customers do, is counted in the file itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from cti_bridge.customers.duplicates.values import Agreement, Field

A = Agreement
_PLAIN: Final = re.compile(r"(\w+)_l = \1_r")
_COLUMN: Final = re.compile(r"\b[a-z]+_[lr]\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    agreement: Agreement
    sql: str  # "ELSE" for the last
    m: float
    u: float  # a guess, until it is counted
    frequency: str = ""  # column whose rare values say more than its common ones
    counted: bool = False  # u is counted over the whole file: a sample would not meet it
    fixed: bool = False  # neither is learnt
    homed: str = ""  # of two who share one thing already: which

    @property
    def plain(self) -> bool:
        """Whether the condition is the equality of one column, or none."""
        return self.sql == "ELSE" or _PLAIN.fullmatch(self.sql) is not None

    @property
    def columns(self) -> tuple[str, ...]:
        """What the condition asks of the two records, such as `city_l`."""
        return tuple(sorted(set(_COLUMN.findall(self.sql))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    field: Field
    unknown: str  # when nothing can be said
    levels: tuple[Level, ...]
    label: str = ""  # where several speak of one field

    @property
    def name(self) -> str:
        return self.label or self.field.value

    def agreement(self, gamma: int) -> Agreement:
        """Of the number that the engine gives: the last level is 0, unknown is -1."""
        return A.UNKNOWN if gamma < 0 else self.levels[len(self.levels) - 1 - gamma].agreement

    def gamma(self, agreement: Agreement) -> int:
        found = next(i for i, one in enumerate(self.levels) if one.agreement is agreement)
        return len(self.levels) - 1 - found


def _missing(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _equal(column: str) -> str:
    return f"{column}_l = {column}_r"


def _alike(column: str, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


def _typo(column: str, length: int = 4) -> str:
    """One letter wrong, missing, too much, or two exchanged, in a word that is not short."""
    return (
        f"(length({column}_l) >= {length} AND length({column}_r) >= {length}"
        f" AND damerau_levenshtein({column}_l, {column}_r) <= 1)"
    )


def _share(column: str) -> str:
    return f"list_has_any({column}_l, {column}_r)"


def _contained(column: str) -> str:
    """All words of one are words of the other."""
    one, other = f"string_split({column}_l, ' ')", f"string_split({column}_r, ' ')"
    return f"list_has_all({one}, {other}) OR list_has_all({other}, {one})"


def _empty(column: str) -> str:
    return f"(len({column}_l) = 0 OR len({column}_r) = 0)"


TOGETHER: Final = (
    f"({_equal('postcode')} OR {_equal('city')} OR coalesce(postcode_l, city_l) IS NULL"
    " OR coalesce(postcode_r, city_r) IS NULL)"
)
SAME_STREET: Final = f"({_equal('street')} AND {_equal('number')} AND {TOGETHER})"
"""Every town has a Calle Mayor 1."""
ALL_PHONES: Final = (
    f"({_share('phones')}"
    " AND (list_has_all(phones_l, phones_r) OR list_has_all(phones_r, phones_l)))"
)
"""One has no other telephone than the two have together; who shares the one at home mostly has
one more, and so has the other."""
NEAR_STREET: Final = f"({_equal('street')} OR ({_alike('street', 0.9)} AND {_equal('number')}))"
EXCHANGED_NAMES: Final = (
    "(jaro_winkler_similarity(straight_l, crossed_r) >= 0.92"
    " AND jaro_winkler_similarity(straight_l, straight_r) < 0.85)"  # Martín Martín is as he is
)


def _names(column: str) -> str:
    """Both are met so often that neither is the other mistyped: Marta and María, Sanz and Sáez.
    Of a name that hundreds have a few have it with one and the same mistake."""
    fewer, more = f"least({column}met_l, {column}met_r)", f"greatest({column}met_l, {column}met_r)"
    return (
        f"coalesce({column}_l <> {column}_r AND {fewer} >= {LEAST_MET}"
        f" AND {fewer} * {MOST_MISTYPED} >= {more}, false)"
    )


def _cut(column: str) -> str:
    """A surname of several words as a form with too few letters leaves it: "Ruiz" of "Ruiz de
    Alarcón", and what follows it of "Sáenz de Tejada García"."""
    one, other = f"{column}_l", f"{column}_r"
    return " OR ".join(
        f"(length({short}) >= 3 AND length({long}) >= length({short}) + 4"
        f" AND (starts_with({long}, {short}) OR ends_with({long}, {short})))"
        for long, short in ((one, other), (other, one))
    )


LEAST_MET: Final = 10
MOST_MISTYPED: Final = 50
OTHER_NAMES: Final = _names("root")
OTHER_SURNAMES: Final = f"({_names('first')} OR {_names('second')})"
TURNED_FAMILY: Final = (
    "(length(family_l) = length(family_r)"
    " AND contains(replace(family_l || family_l, ' ', ''), replace(family_r, ' ', '')))"
)
"""The surnames the other way round, also where one of them is of several words."""
ONE_GIVEN: Final = "position(' ' IN given_l) = 0 OR position(' ' IN given_r) = 0"
OTHER_GIVEN: Final = "string_split(given_l, ' ')[2:] = string_split(given_r, ' ')[2:]"

GIVEN: Final = Comparison(
    field=Field.GIVEN,
    unknown=_missing("given"),
    levels=(
        Level(agreement=A.SAME, sql=_equal("given"), m=0.83, u=0.012, frequency="given"),
        Level(
            agreement=A.CONTAINED,
            sql=f"root_l = root_r AND ({ONE_GIVEN}) AND NOT ({OTHER_GIVEN})",
            m=0.02,
            u=0.005,
            frequency="root",
        ),
        Level(
            agreement=A.FAMILIAR,
            sql=f"root_l = root_r AND {OTHER_GIVEN}",
            m=0.02,
            u=0.001,
            frequency="root",
        ),
        Level(agreement=A.SECOND_NAME, sql=_contained("given"), m=0.015, u=0.005),
        Level(
            agreement=A.INITIAL,
            sql="(length(root_l) = 1 OR length(root_r) = 1)"
            f" AND left(given_l, 1) = left(given_r, 1) AND ({ONE_GIVEN} OR {OTHER_GIVEN})",
            m=0.01,
            u=0.001,
        ),
        Level(agreement=A.EXCHANGED, sql=EXCHANGED_NAMES, m=0.01, u=1e-5),
        Level(
            agreement=A.SIMILAR,
            sql=f"({_alike('given', 0.88)} OR {_typo('given')}) AND NOT {OTHER_NAMES}",
            m=0.05,
            u=0.006,
        ),
        # María Isabel and María Luisa are sisters rather than one
        Level(agreement=A.FIRST_NAME, sql=_equal("root"), m=0.005, u=0.002),
        Level(
            agreement=A.NEAR,
            sql=f"{_alike('given', 0.75)} AND NOT {OTHER_NAMES}",
            m=0.015,
            u=0.02,
        ),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.01, u=0.95),
    ),
)
FAMILY: Final = Comparison(
    field=Field.FAMILY,
    unknown=_missing("first"),
    levels=(
        Level(agreement=A.SAME, sql=_equal("family"), m=0.75, u=0.0005, frequency="family"),
        Level(
            agreement=A.EXCHANGED,
            sql=f"(first_l = second_r AND second_l = first_r) OR {TURNED_FAMILY}"
            f" OR {EXCHANGED_NAMES}",
            m=0.015,
            u=1e-4,
        ),
        Level(
            agreement=A.FIRST_SURNAME,
            sql=f"{_equal('first')} AND ({_missing('second')})",
            m=0.1,
            u=0.002,
            frequency="first",
        ),
        Level(
            agreement=A.ONE_MISTYPED,
            sql=f"({_equal('first')} AND ({_alike('second', 0.85)} OR {_typo('second')})"
            f" AND NOT {_names('second')})"
            f" OR ({_equal('second')} AND ({_alike('first', 0.85)} OR {_typo('first')})"
            f" AND NOT {_names('first')}) OR ({_equal('first')} AND ({_cut('second')}))",
            m=0.07,
            u=0.001,
        ),
        Level(
            agreement=A.SIMILAR,
            sql=f"({_alike('family', 0.92)}"
            f" OR ({_typo('first')} AND coalesce(second_l, second_r) IS NULL))"
            f" AND NOT {OTHER_SURNAMES}",
            m=0.03,
            u=0.001,
        ),
        Level(agreement=A.ONE_SURNAME, sql=_equal("first"), m=0.01, u=0.015, frequency="first"),
        Level(
            agreement=A.CONTAINED,
            sql="first_l = second_r OR second_l = first_r",
            m=0.01,
            u=0.02,
        ),
        Level(
            agreement=A.NEAR,
            sql=f"{_alike('family', 0.8)} AND NOT {OTHER_SURNAMES}",
            m=0.005,
            u=0.01,
        ),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.005, u=0.95),
    ),
)
BORN: Final = Comparison(
    field=Field.BORN,
    unknown=_missing("born"),
    levels=(
        Level(agreement=A.SAME, sql=_equal("born"), m=0.9, u=4e-5),
        Level(agreement=A.EXCHANGED, sql="born_l = turned_r", m=0.02, u=2e-5),
        Level(
            agreement=A.SIMILAR, sql="damerau_levenshtein(born_l, born_r) <= 1", m=0.05, u=0.001
        ),
        Level(
            agreement=A.NEAR,
            sql="damerau_levenshtein(born_l, born_r) <= 2 OR right(born_l, 4) = right(born_r, 4)",
            m=0.02,
            u=0.01,
        ),
        Level(agreement=A.SAME_YEAR, sql="left(born_l, 4) = left(born_r, 4)", m=0.005, u=0.01),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.005, u=0.97),
    ),
)
HOME: Final = Comparison(
    field=Field.HOME,
    unknown=f"NOT {_share('phones')} AND {_empty('phones')} AND ({_missing('street')})",
    levels=(
        Level(
            agreement=A.SAME_PHONE_AND_STREET,
            sql=f"{ALL_PHONES} AND ({SAME_STREET} OR {NEAR_STREET})",
            m=0.4,
            u=1e-7,
            counted=True,
        ),
        Level(agreement=A.SAME_PHONE, sql=ALL_PHONES, m=0.22, u=1e-7, counted=True),
        Level(agreement=A.ONE_PHONE, sql=_share("phones"), m=0.03, u=1e-7, counted=True),
        Level(
            agreement=A.SAME_STREET,
            sql=f"{SAME_STREET} AND {_empty('phones')}",
            m=0.1,
            u=1e-6,
            counted=True,
        ),
        # each of a family has a mobile telephone
        Level(agreement=A.OTHER_PHONE, sql=SAME_STREET, m=0.1, u=1e-6, counted=True),
        Level(agreement=A.SIMILAR_STREET, sql=NEAR_STREET, m=0.05, u=0.001),
        Level(agreement=A.NEAR, sql=_alike("street", 0.88), m=0.03, u=0.01),
        # who moved mostly kept the telephone, and who changed it the home
        Level(
            agreement=A.OTHER_HOME,
            sql=f"NOT ({_missing('street')}) AND NOT {_empty('phones')}",
            m=0.02,
            u=0.7,
        ),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.05, u=0.29),
    ),
)
PLACE: Final = Comparison(
    field=Field.PLACE,
    unknown="coalesce(postcode_l, city_l) IS NULL OR coalesce(postcode_r, city_r) IS NULL"
    " OR (coalesce(postcode_l, postcode_r) IS NULL AND coalesce(city_l, city_r) IS NULL)"
    " OR (postcode_l IS NULL AND city_r IS NULL) OR (city_l IS NULL AND postcode_r IS NULL)",
    levels=(
        Level(
            agreement=A.SAME,
            sql=f"{_equal('postcode')} AND {_equal('city')}",
            m=0.75,
            u=0.002,
            frequency="postcode",
        ),
        Level(agreement=A.SAME_POSTCODE, sql=_equal("postcode"), m=0.06, u=0.001),
        Level(
            agreement=A.SAME_CITY,
            sql=f"{_equal('city')} AND ({_missing('postcode')})",
            m=0.08,
            u=0.004,
            frequency="city",
        ),
        # of a town with fifty postcodes: who moved, and all the namesakes
        Level(agreement=A.OTHER_POSTCODE, sql=_equal("city"), m=0.02, u=0.02, frequency="city"),
        Level(
            agreement=A.SIMILAR,
            sql=f"{_alike('city', 0.88)} OR {_typo('postcode')}",
            m=0.04,
            u=0.01,
        ),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.05, u=0.97),
    ),
)
EMAIL: Final = Comparison(
    field=Field.EMAIL,
    unknown=_empty("emails"),
    levels=(
        Level(agreement=A.SAME, sql=_share("emails"), m=0.8, u=1e-7, counted=True),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.2, u=0.999),
    ),
)
KEY: Final = Comparison(
    field=Field.KEY,
    unknown=_empty("keys"),
    levels=(
        Level(agreement=A.SAME, sql=_share("keys"), m=0.5, u=5e-7, fixed=True),
        # two numbers at one source are what duplicates are made of: it says nothing
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.5, u=0.5, fixed=True),
    ),
)
EMPLOYER: Final = Comparison(
    field=Field.EMPLOYER,
    unknown=_missing("name"),
    levels=(
        Level(agreement=A.SAME, sql=_equal("name"), m=0.7, u=0.003, frequency="name"),
        Level(agreement=A.SIMILAR, sql=_alike("name", 0.9), m=0.1, u=0.005),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.2, u=0.99),
    ),
)


SHARED_HOME: Final = f"({_share('phones')} OR coalesce({SAME_STREET}, false))"
KINSHIP: Final = Comparison(
    field=Field.KINSHIP,
    unknown=_missing("born"),
    levels=(
        Level(
            agreement=A.RELATIVES,
            sql=f"{_equal('family')} AND {_equal('born')} AND NOT {SHARED_HOME}",
            m=0.5,
            u=0.5,
            fixed=True,
        ),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.5, u=0.5, fixed=True),
    ),
)
"""Says nothing by itself: it takes back what surname and birthday say twice of relatives."""

PEOPLE: Final = (GIVEN, FAMILY, BORN, KINSHIP, HOME, PLACE, EMAIL, KEY, EMPLOYER)
SHARED_NAME: Final = f"coalesce({_equal('name')} OR {_alike('name', 0.92)}, false)"


SAME_GIVEN: Final = f"coalesce({_equal('given')}, false)"
HOME_OF_TWO: Final = f"({SHARED_HOME} AND NOT {SAME_GIVEN})"
"""Of two given names: twins have two."""
HOME_OF_NAMESAKES: Final = f"({SHARED_HOME} AND {SAME_GIVEN})"


def at_home(comparison: Comparison, shared: str = SHARED_HOME, label: str = "home") -> Comparison:
    """With levels of their own for two who share a home.

    Who lives together mostly has a surname and a town in common, sons are named after their
    fathers, and twins have one birthday. These agreements do not depend on how rare a name is,
    and counted as if they met by chance they make one of each family.
    """
    homed = [
        replace(
            level,
            sql=shared if level.sql == "ELSE" else f"{shared} AND ({level.sql})",
            frequency="",
            homed=label,
        )
        for level in comparison.levels
        if not level.homed
    ]
    return replace(comparison, levels=(*homed, *comparison.levels))


HOUSEHOLDS: Final = (
    at_home(GIVEN),
    # who has the name of somebody at home is a son rather than a brother: the other surname tells
    at_home(at_home(FAMILY), HOME_OF_NAMESAKES, "namesakes"),
    at_home(BORN, HOME_OF_TWO),
    KINSHIP,
    HOME,
    at_home(PLACE),
    EMAIL,
    KEY,
    EMPLOYER,
)
"""As `PEOPLE`, once it is known what households share."""

NAME: Final = Comparison(
    field=Field.NAME,
    unknown=_missing("name"),
    levels=(
        Level(agreement=A.SAME, sql=_equal("name"), m=0.7, u=1e-4, frequency="name"),
        Level(
            agreement=A.CONTAINED,
            sql=_contained("name"),
            m=0.12,
            u=0.001,
        ),
        Level(
            agreement=A.SIMILAR, sql=f"{_alike('name', 0.92)} OR {_typo('name')}", m=0.12, u=0.002
        ),
        Level(agreement=A.NEAR, sql=_alike("name", 0.8), m=0.04, u=0.03),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.02, u=0.95),
    ),
)
DOMAIN: Final = Comparison(
    field=Field.EMAIL,
    unknown=_empty("emails"),
    levels=(
        Level(agreement=A.SAME, sql=_share("emails"), m=0.6, u=1e-7, counted=True),
        Level(agreement=A.SAME_DOMAIN, sql=_share("domains"), m=0.2, u=1e-5),
        Level(agreement=A.DIFFERENT, sql="ELSE", m=0.2, u=0.999),
    ),
)
ORGANISATIONS: Final = (NAME, HOME, PLACE, DOMAIN, KEY)
NAMESAKES: Final = (NAME, HOME, PLACE, at_home(DOMAIN, SHARED_NAME, "name"), KEY)
"""As `ORGANISATIONS`, once it is known what companies of one name share: a company's domain is
made of its name, so two of one name in two towns may well have one, or nearly."""
