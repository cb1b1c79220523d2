"""Spanish customers with known doubles: the same for the same seed, for tests and benchmarks.

What goes wrong in them is what goes wrong in files that grew in several departments: accents and
the second surname left out, compound surnames cut, names exchanged, abbreviated ("M.ª José",
"Fco.") or replaced by the familiar one, letters mistyped, the day and the month exchanged, an old
telephone, an old address. And what looks like an error and is none: families who share telephone,
address and surnames, twins, fathers and sons of one name, companies of one name in other towns,
a switchboard that hundreds give as their number.

Of each double something of the customer's own is left besides the name (a telephone, an address,
an e-mail address or the date of birth): two María García with nothing else in common are two, to
everybody who looks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from cti_bridge.customers import sample_words as words
from cti_bridge.customers.duplicates import generated_words as more
from cti_bridge.customers.duplicates.values import Address, Kind, Record
from cti_bridge.customers.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 20_261_130
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
DOMAINS: Final = ("gmail.com", "hotmail.com", "yahoo.es", "outlook.es", "telefonica.net")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A record, and whose it is: two records of one `entity` are doubles."""

    record: Record
    entity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The share of each among all entities, and of each error among the doubles."""

    organisations: float = 0.12
    doubled: float = 0.18  # of entities
    thrice: float = 0.12  # of the doubled
    families: float = 0.25  # of people: live with the one before
    twins: float = 0.02  # of families
    namesakes: float = 0.04  # of families: the parent's whole name
    switchboard: float = 0.002  # of people


MIX: Final = Mix()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lived:
    """The person before, and what those are called who have the same parents, itself included."""

    last: Record
    called: frozenset[str]  # folded


def generate(count: int, *, seed: int = SEED, mix: Mix = MIX) -> Iterator[Known]:
    """`count` records, numbered from 1; doubles follow anywhere later."""
    rng = Random(seed)
    late: list[tuple[int, Known]] = []
    entity = n = 0
    before: _Lived | None = None
    while n < count:
        if late and late[-1][0] <= n:
            n += 1
            due = late.pop()[1]
            yield replace(due, record=replace(due.record, n=n))
            continue
        entity += 1
        n += 1
        made, before = _entity(rng, n, before, mix)
        yield Known(record=made, entity=entity)
        if rng.random() < mix.doubled:
            for _ in range(2 if rng.random() < mix.thrice else 1):
                due_at = n + int(rng.expovariate(1 / 5000)) + 1
                late.append((due_at, Known(record=_double(rng, made), entity=entity)))
            late.sort(key=lambda one: -one[0])


def _entity(rng: Random, n: int, before: _Lived | None, mix: Mix) -> tuple[Record, _Lived | None]:
    if rng.random() < mix.organisations:
        return _organisation(rng, n), before
    if before is not None and rng.random() < mix.families:
        return _relative(rng, n, before, mix)
    made = _person(rng, n, mix)
    return made, _Lived(last=made, called=frozenset({fold(made.given)}))


def _person(rng: Random, n: int, mix: Mix, taken: frozenset[str] = frozenset()) -> Record:
    """`taken` are the names of living brothers and sisters, which no child of the same surnames
    is given: Ley 20/2011 del Registro Civil, art. 51; before it Ley of 8 June 1957, art. 54."""
    given = _given(rng)
    while fold(given) in taken:
        given = _given(rng)
    family = f"{_surname(rng)} {_surname(rng)}"
    phones = [_mobile(rng)]
    if rng.random() < 0.35:
        phones.append(_landline(rng))
    if rng.random() < mix.switchboard:
        phones = ["+34915550000"]
    if rng.random() < 0.06:
        phones = []
    return Record(
        n=n,
        kind=Kind.PERSON,
        name=f"{given} {family}",
        given=given,
        family=family,
        born=_born(rng) if rng.random() < 0.7 else None,
        addresses=(_address(rng),) if rng.random() < 0.85 else (),
        phones=tuple(phones),
        emails=(_email(rng, n, given, family),) if rng.random() < 0.6 else (),
    )


def _relative(rng: Random, n: int, before: _Lived, mix: Mix) -> tuple[Record, _Lived]:
    """Somebody who lives with the one before: a spouse, a child, a brother or sister."""
    other, kind = before.last, rng.random()
    named_after = mix.twins <= kind < mix.twins + mix.namesakes
    taken = before.called if kind < 0.45 and not named_after else frozenset[str]()
    own = _person(rng, n, mix, taken)
    given, family, born = own.given, own.family, own.born
    fathers = surnames(other.family)[0]
    if kind < mix.twins:
        family, born = other.family, other.born
    elif named_after:
        given, family = other.given, f"{fathers} {_surname(rng)}"
        born = _other_generation(rng, other.born)
    elif kind < 0.45:
        family = other.family  # brothers and sisters
    elif kind < 0.7:
        family = f"{fathers} {_surname(rng)}"  # a father's child
    shared = rng.random()
    phones = other.phones if shared < 0.35 else own.phones[:1] + other.phones[1:]
    made = replace(
        own,
        name=f"{given} {family}",
        given=given,
        family=family,
        born=born if other.born else None,
        addresses=other.addresses,
        phones=phones,
    )
    return made, _Lived(last=made, called=taken | {fold(given)})


def _organisation(rng: Random, n: int) -> Record:
    core = rng.choice(
        (
            f"{rng.choice(words.TRADES_ES)} {rng.choice(words.PLACES_ES)}",
            f"{rng.choice(more.TRADES)} {_surname(rng)}",
            f"{_surname(rng)} y {_surname(rng)} {rng.choice(more.ENDINGS)}",
            f"{rng.choice(more.TRADES)} {rng.choice(words.GIVEN_ES)} {_surname(rng)}",
            f"{rng.choice(more.FIRSTS)}{rng.choice(more.LASTS)} {rng.choice(more.ENDINGS)}",
        )
    )
    name = f"{core} {rng.choice(more.LEGAL)}"
    site = "".join(c for c in fold(core) if c.isalnum())[:24]
    return Record(
        n=n,
        kind=Kind.ORGANISATION,
        name=name,
        organisation=name,
        addresses=(_address(rng),) if rng.random() < 0.9 else (),
        phones=(_landline(rng),) if rng.random() < 0.9 else (),
        # a domain that is taken is given to nobody else: Orden ITC/1542/2005
        emails=(f"{rng.choice(more.BOXES)}@{site}{n}.es",) if rng.random() < 0.7 else (),
    )


def _double(rng: Random, one: Record) -> Record:
    """The same customer as another department has it."""
    while True:
        made = _copied(rng, one)
        if _tied(one, made):
            return made


def _tied(one: Record, other: Record) -> bool:
    """Whether anything but the name still says that the two are one, or there never was more."""
    if not (one.phones or one.emails or one.addresses or one.born):
        return True
    return bool(
        set(one.phones) & set(other.phones)
        or set(one.emails) & set(other.emails)
        or (one.born and one.born == other.born)
        or (one.addresses and other.addresses and one.addresses[0].city == other.addresses[0].city)
    )


def _copied(rng: Random, one: Record) -> Record:
    if one.kind is Kind.ORGANISATION:
        return _double_organisation(rng, one)
    given, family = _given_again(rng, one.given), _family_again(rng, one.family)
    if rng.random() < 0.03:
        given, family = family, given
    if rng.random() < 0.25:
        given, family = fold(given), fold(family)
    elif rng.random() < 0.15:
        given, family = given.upper(), family.upper()
    whole = f"{family}, {given}" if rng.random() < 0.3 else f"{given} {family}"
    parted = rng.random() < 0.7
    return replace(
        one,
        name=whole,
        given=given if parted else "",
        family=family if parted else "",
        born=_born_again(rng, one.born),
        addresses=_address_again(rng, one.addresses),
        phones=_phones_again(rng, one.phones, _mobile(rng)),
        emails=_emails_again(rng, one),
    )


def _double_organisation(rng: Random, one: Record) -> Record:
    name = one.name
    core, _, legal = name.rpartition(" ")
    chance = rng.random()
    if chance < 0.3:
        name = core
    elif chance < 0.6:
        name = f"{core}{rng.choice((' ', ', '))}{rng.choice(more.SPELLINGS.get(legal, (legal,)))}"
    if rng.random() < 0.2:
        name = _typo(rng, name)
    if rng.random() < 0.35:
        name = rng.choice((fold(name), name.upper()))
    return replace(
        one,
        name=name,
        organisation=name,
        addresses=_address_again(rng, one.addresses),
        phones=_phones_again(rng, one.phones, _landline(rng)),
        emails=one.emails if rng.random() < 0.6 else (),
    )


def _given_again(rng: Random, given: str) -> str:
    chance = rng.random()
    parts = given.split(" ")
    if chance < 0.10:
        return more.ABBREVIATED.get(parts[0], f"{parts[0][0]}.") + "".join(
            f" {part}" for part in parts[1:]
        )
    if chance < 0.18 and len(parts) > 1:
        return parts[rng.randrange(2)]
    if chance < 0.22 and parts[0] in more.FAMILIAR:
        return more.FAMILIAR[parts[0]]
    if chance < 0.24:
        return f"{parts[0][0]}."
    return _typo(rng, given) if chance < 0.32 else given


def _family_again(rng: Random, family: str) -> str:
    chance = rng.random()
    first, second = surnames(family)
    if chance < 0.14:
        return first
    if chance < 0.17:
        return f"{second} {first}"
    if chance < 0.20:
        return f"{first}-{second}"
    if chance < 0.25:
        return f"{_cut(first)} {_cut(second)}"
    return _typo(rng, family) if chance < 0.35 else family


def surnames(family: str) -> tuple[str, str]:
    """The two of them, each maybe of several words."""
    for compound in more.COMPOUND:
        if family.startswith(f"{compound} "):
            return compound, family[len(compound) + 1 :]
    first, _, second = family.partition(" ")
    return first, second


def _cut(surname: str) -> str:
    """A compound surname as a form with too few letters leaves it."""
    words = [word for word in surname.split(" ") if word not in {"de", "la", "del", "los"}]
    return words[0]


def _born_again(rng: Random, born: date | None) -> date | None:
    chance = rng.random()
    if born is None or chance < 0.25:
        return None
    if chance < 0.29 and born.day <= 12:
        return date(born.year, born.day, born.month)
    if chance < 0.31:
        return born + timedelta(days=rng.choice((-1, 1, 10, -10)))
    if chance < 0.33:
        return date(born.year + rng.choice((-10, -1, 1, 10)), born.month, min(born.day, 28))
    return born


def _phones_again(rng: Random, phones: tuple[str, ...], other: str) -> tuple[str, ...]:
    chance = rng.random()
    if chance < 0.2:
        return (other,)
    if chance < 0.3:
        return ()
    return phones[-1:] if chance < 0.5 else phones


def _emails_again(rng: Random, one: Record) -> tuple[str, ...]:
    chance = rng.random()
    if chance < 0.35:
        return ()
    return (_email(rng, one.n, one.given, one.family),) if chance < 0.5 else one.emails


def _address_again(rng: Random, addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    chance = rng.random()
    if not addresses or chance < 0.15:
        return ()
    if chance < 0.27:
        return (_address(rng),)
    (one,) = addresses
    postcode = "" if rng.random() < 0.15 else one.postcode
    if postcode.startswith("0") and rng.random() < 0.3:
        postcode = postcode[1:]  # as a spreadsheet leaves it
    city = fold(one.city) if rng.random() < 0.3 else one.city
    return (replace(one, street=_street_again(rng, one.street), postcode=postcode, city=city),)


def _street_again(rng: Random, street: str) -> str:
    for full, short in more.STREET_KINDS:
        if street.startswith(full) and rng.random() < 0.5:
            street = f"{short} {street[len(full) + 1 :]}"
    if rng.random() < 0.3:
        street = street.partition(",")[0] + f" nº {street.rpartition(', ')[2]}"
    if rng.random() < 0.2:
        street += rng.choice((", 3º B", ", bajo", ", 1-2", ", esc. A 4º izda."))
    if rng.random() < 0.1:
        street = _typo(rng, street)
    return fold(street) if rng.random() < 0.3 else street


def _typo(rng: Random, text: str) -> str:
    """A letter left out, doubled, replaced, or two exchanged; never the first."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + rng.choice(LETTERS) + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _zipf(rng: Random, several: tuple[str, ...] | list[str]) -> str:
    """The first ones often, the last ones seldom, as names are."""
    return several[int(len(several) * rng.random() ** 2.2)]


def _given(rng: Random) -> str:
    first = _zipf(rng, [*words.GIVEN_ES, *more.GIVEN])
    if rng.random() < 0.25:
        second = rng.choice(more.SECOND)
        return f"{first} {second}" if second != first else first
    return first


def _surname(rng: Random) -> str:
    if rng.random() < 0.06:
        return rng.choice(more.COMPOUND)
    if rng.random() < 0.25:  # the long tail: thousands of rare ones
        return rng.choice(more.STEMS) + rng.choice(more.TAILS)
    return _zipf(rng, words.SURNAMES_ES)


def _born(rng: Random) -> date:
    return date(1932, 1, 1) + timedelta(days=int(rng.random() * 27_000))


def _other_generation(rng: Random, born: date | None) -> date | None:
    if born is None:
        return None
    return born + timedelta(days=rng.randrange(20 * 365, 38 * 365))


def _mobile(rng: Random) -> str:
    return f"+346{rng.randrange(10**8):08}"


def _landline(rng: Random) -> str:
    return f"+349{rng.randrange(10**8):08}"


def _email(rng: Random, n: int, given: str, family: str) -> str:
    """Of nobody else: a provider gives an address once."""
    one = "".join(c for c in fold(given.split(" ")[0]) if c.isalnum())
    other = "".join(c for c in fold(family.split(" ")[0]) if c.isalnum())
    return f"{one}.{other}{n}{rng.randrange(100):02}@{rng.choice(DOMAINS)}"


def _address(rng: Random) -> Address:
    city, code = _zipf(rng, more.CITIES).split("|")
    kind = rng.choice(more.STREET_KINDS)[0]
    name = rng.choice((rng.choice(more.STREETS), f"{_given(rng)} {_surname(rng)}"))
    number = 1 + int(rng.random() ** 2 * 200)
    return Address(
        street=f"{kind} {name}, {number}",
        postcode=f"{code}{rng.randrange(1, 60):03}",
        city=city,
        country="ES",
    )
