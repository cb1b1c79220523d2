"""Sample customers: the same for the same seed, for demos, tests and benchmarks.

Numbers are in ranges that nobody has: Spanish mobiles beginning 75 and 79 (not assigned), those
that Ofcom keeps for drama, and 555-0100 to 0199 of North America. Addresses are at the domains
of RFC 2606.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cti_bridge.customers import sample_words as words
from cti_bridge.customers.ports import Customer, Identity
from cti_bridge.customers.text import fold_words
from cti_bridge.protocol.values import NoteView
from cti_bridge.protocol.vocabulary import CustomerId, IdentityKind, NoteId

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 1
SOURCE: Final = "sample"
_YEARS: Final = 6
_SPANISH: Final = 9_000_000  # +34 751 000 000 to 759 999 999
_STEP: Final = 7_368_787  # coprime with it: each customer another number, in no visible order
_DOMAINS: Final = ("example.com", "example.org", "example.net")
_AREA_CODES: Final = tuple(str(code) for code in range(201, 990) if code % 100 != 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCustomer:
    customer: Customer
    notes: tuple[NoteView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleScript:
    """Who rings in a demo; the numbers are E.164."""

    known_number: str = "+34750100001"
    known_name: str = "Marta Núñez Calvo"
    english_number: str = "+442079460018"
    english_name: str = "Eleanor Featherstonehaugh"
    shared_number: str = "+34790100002"
    shared_names: tuple[str, ...] = (
        "Lucía Ortega Ruiz",
        "Manuel Ortega Ruiz",
        "Carmen Ruiz Vidal",
    )
    long_number: str = "+34750100003"
    long_name: str = (
        "María de los Desamparados Fernández de Córdoba y Álvarez de las Asturias Bohorques,"
        " viuda de Etxeberria-Agirre"
    )
    unknown_number: str = "+34750199999"
    unknown_name: str = "TALLERES IBÁÑEZ"  # what the network calls the caller


SCRIPT: Final = SampleScript()


def generate(
    count: int, *, seed: int = SEED, now: datetime, start: int = 0
) -> Iterator[SampleCustomer]:
    """`count` customers; those of `SCRIPT` first, when `start` is 0."""
    known = _scripted(now)
    for index in range(start, start + count):
        yield known[index] if index < len(known) else _customer(index, seed, now)


def _customer(index: int, seed: int, now: datetime) -> SampleCustomer:
    rng = Random(seed << 32 | index)
    spanish = rng.random() < 0.7
    created = now - timedelta(seconds=rng.randrange(_YEARS * 365 * 86_400))
    name = _name(rng, spanish)
    customer_id = CustomerId(sample_id(rng, created))
    number = _number(index, spanish)
    identities = [_phone(number, "mobile")]
    if rng.random() < 0.25:
        identities.append(_phone(f"+3479{index % 10_000_000:07d}", "office"))
    if rng.random() < 0.7:
        identities.append(_email(name, index))
    if rng.random() < 0.5:
        identities.append(Identity(kind=IdentityKind.KEY, value=f"CL-{index:07d}", source=SOURCE))
    notes = _notes(rng, spanish, created, now) if rng.random() < 0.15 else ()
    return SampleCustomer(
        customer=Customer(
            customer_id=customer_id,
            version=1,
            name=name,
            organisation=_organisation(rng, spanish) if rng.random() < 0.3 else "",
            language="es" if spanish else "en",
            tags=(rng.choice(words.TAGS),) if rng.random() < 0.12 else (),
            since=created,
            pinned_note=next((note.text for note in notes if note.pinned), ""),
            updated_at=created,
            updated_by=SOURCE,
            identities=tuple(identities),
        ),
        notes=notes,
    )


def _name(rng: Random, spanish: bool) -> str:
    if not spanish:
        return f"{rng.choice(words.GIVEN_EN)} {rng.choice(words.SURNAMES_EN)}"
    given = rng.choice(words.GIVEN_ES)
    return f"{given} {rng.choice(words.SURNAMES_ES)} {rng.choice(words.SURNAMES_ES)}"


def _organisation(rng: Random, spanish: bool) -> str:
    if spanish:
        return f"{rng.choice(words.TRADES_ES)} {rng.choice(words.PLACES_ES)}"
    return f"{rng.choice(words.PLACES_EN)} {rng.choice(words.TRADES_EN)}"


def _number(index: int, spanish: bool) -> str:
    """Unique to the index; the few numbers kept for fiction go to the first English ones."""
    if not spanish and 100 <= index < 1000:
        return f"+447700900{index:03d}"
    if not spanish and 1000 <= index < 1000 + 100 * len(_AREA_CODES):
        return f"+1{_AREA_CODES[(index - 1000) // 100]}55501{index % 100:02d}"
    return f"+3475{1_000_000 + index * _STEP % _SPANISH:07d}"


def _phone(number: str, label: str) -> Identity:
    return Identity(kind=IdentityKind.PHONE, value=number, label=label, source=SOURCE)


def _email(name: str, index: int) -> Identity:
    first, *rest = (word for word in fold_words(name))
    address = f"{first}.{rest[-1] if rest else 'x'}{index}@{_DOMAINS[index % 3]}"
    return Identity(kind=IdentityKind.EMAIL, value=address, source=SOURCE)


def _notes(rng: Random, spanish: bool, created: datetime, now: datetime) -> tuple[NoteView, ...]:
    at = created + (now - created) * rng.random()
    return (
        NoteView(
            note_id=NoteId(sample_id(rng, at)),
            text=rng.choice(words.NOTES_ES if spanish else words.NOTES_EN),
            author=f"{rng.choice(words.GIVEN_ES)} {rng.choice(words.SURNAMES_ES)}",
            at=at,
            pinned=rng.random() < 0.3,
        ),
    )


def sample_id(rng: Random, at: datetime) -> str:
    """As `ids.new_id`, from the seed."""
    millis = int(at.timestamp() * 1000)
    value = millis << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
    return str(UUID(int=value))


def _scripted(now: datetime) -> tuple[SampleCustomer, ...]:
    shared = [
        _known(at, now, name, SCRIPT.shared_number, "home", "")
        for at, name in enumerate(SCRIPT.shared_names, start=2)
    ]
    return (
        _known(
            0,
            now,
            SCRIPT.known_name,
            SCRIPT.known_number,
            "mobile",
            "Panadería del Sol",
            tags=("VIP",),
            pinned="Prefiere que le llamemos por la tarde.",
        ),
        _known(1, now, SCRIPT.english_name, SCRIPT.english_number, "office", "Harbour Books"),
        *shared,
        _known(5, now, SCRIPT.long_name, SCRIPT.long_number, "mobile", "Bodegas Santa Lucía"),
    )


def _known(
    index: int,
    now: datetime,
    name: str,
    number: str,
    label: str,
    organisation: str,
    *,
    tags: tuple[str, ...] = (),
    pinned: str = "",
) -> SampleCustomer:
    rng = Random(index)
    since = now - timedelta(days=900 + 40 * index)
    note = NoteView(
        note_id=NoteId(sample_id(rng, since)),
        text=pinned,
        author="Ana Soto",
        at=since,
        pinned=True,
    )
    first, *rest = fold_words(name)
    address = f"{first}.{rest[0]}@example.com"
    return SampleCustomer(
        customer=Customer(
            customer_id=CustomerId(sample_id(rng, since)),
            version=1,
            name=name,
            organisation=organisation,
            language="en" if number.startswith("+44") else "es",
            tags=tags,
            since=since,
            pinned_note=pinned,
            updated_at=since,
            updated_by=SOURCE,
            identities=(
                _phone(number, label),
                Identity(kind=IdentityKind.EMAIL, value=address, source=SOURCE),
                Identity(kind=IdentityKind.KEY, value=f"CL-{index:07d}", source=SOURCE),
            ),
        ),
        notes=(note,) if pinned else (),
    )


def today() -> datetime:
    """The instant that a new sample's history leads up to."""
    return datetime.now(UTC).replace(microsecond=0)
