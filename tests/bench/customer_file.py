# ruff: noqa: SIM905 -- words read better as text than as literals
"""A customer file of any size for the benchmarks, made inside the database itself.

Names follow what is found in Spain: García is the commonest of 20,000 surnames, in 5 of 100
people; María is in 8 of 100; each has two surnames. One in five customers was in contact; one of
them (`BUSY`) has as many contacts as asked for. Everything follows from the customer's number,
so that two fillings are the same. Rows first, then indexes and what triggers keep: ten million
in minutes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cti_bridge.customers import sample_words as words
from cti_bridge.customers.text import fold_words

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOTS: Final = 65_536
SURNAMES: Final = 20_000
BUSY: Final = 1
"""Number of the customer with the long timeline."""
CONTACTED: Final = 5
"""One in so many was in contact."""
NOW: Final = "2026-11-30 09:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What each slot says; the commonest has the most slots."""

    given: tuple[str, ...]
    surname: tuple[str, ...]
    organisation: tuple[str, ...]


def names() -> Names:
    given = [*dict.fromkeys((*words.GIVEN_ES, *words.GIVEN_EN))]
    surnames = [*words.SURNAMES_ES, *words.SURNAMES_EN, *_made_up()][:SURNAMES]
    firms = [f"{a} {b}" for a in words.TRADES_ES for b in (*words.PLACES_ES, *surnames[90:190])]
    return Names(
        given=_slots(given, 3), surname=_slots(surnames, 4), organisation=_slots(firms, 20)
    )


def _made_up() -> Iterator[str]:
    begin = (
        "Al Be Car Des Er Fon Gal Her Is Jar La Mon Nar Or Pal Que Ro Sal Tor Ur Val Zu".split()
    )
    inner = "ba ce di go la me ni po ra se ti vo za".split()
    end = "da les mar na rez ro rra sa tegui to vas yo z".split()
    for middle in ("", *inner):
        for parts in itertools.product(begin, inner, (middle,), end):
            yield "".join(parts)


def _slots(ranked: list[str], flat: int) -> tuple[str, ...]:
    """The share of rank r is as 1 / (r + flat), as names are; the rarest have a slot at least."""
    shares = [1 / (rank + flat) for rank in range(1, len(ranked) + 1)]
    scale = (SLOTS - len(ranked)) / sum(shares)
    slots = [
        name
        for name, share in zip(ranked, shares, strict=True)
        for _ in range(1 + int(share * scale))
    ]
    return tuple((slots + ranked)[:SLOTS])


def name_rows() -> list[tuple[int, str, str, str, str, str, str]]:
    """Slot, and what it says as given name, surname and organisation, shown and folded."""
    made = names()
    return [
        (slot, g, _folded(g), s, _folded(s), o, _folded(o))
        for slot, (g, s, o) in enumerate(
            zip(made.given, made.surname, made.organisation, strict=True)
        )
    ]


def _folded(text: str) -> str:
    return " ".join(fold_words(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one database says it. Each takes SQL and gives SQL."""

    series: str  # the numbers 1 to {count}, as n
    uuid: str  # of {n} and a kind {k}
    back: str  # the time {seconds} before NOW
    padded: str  # {n} with eight digits
    first_day: str
    json: str  # an empty list
    no: str
    yes: str


SQLITE: Final = Speech(
    series="WITH RECURSIVE c(n) AS (VALUES ({first}) UNION ALL SELECT n + 1 FROM c"
    " WHERE n < {last}) ",
    uuid="printf('%08x-{k}-7000-8000-%012x', {n}, {n})",
    back=f"strftime('%Y-%m-%d %H:%M:%f', '{NOW}', '-' || ({{seconds}}) || ' seconds') || '000'",
    padded="printf('%08d', {n})",
    first_day="'2025-01-01 00:00:00.000000'",
    json="'[]'",
    no="0",
    yes="1",
)
POSTGRESQL: Final = Speech(
    series="WITH c AS (SELECT n::bigint FROM generate_series({first}, {last}) AS n) ",
    uuid="(lpad(to_hex({n}), 8, '0') || '-{k}-7000-8000-' || lpad(to_hex({n}), 12, '0'))",
    back=f"(timestamptz '{NOW}+00' - ({{seconds}}) * interval '1 second')",
    padded="lpad(({n})::text, 8, '0')",
    first_day="timestamptz '2025-01-01 00:00:00+00'",
    json="'[]'::jsonb",
    no="false",
    yes="true",
)


def _pick(multiplier: int) -> str:
    """A slot that follows from n, as good as drawn."""
    return f"((((n * {multiplier}) % 4294967291) * 40503 % 4294967291) / 65536 % {SLOTS})"


def statements(speech: Speech, first: int, last: int, busy: int) -> list[str]:
    """Fills customers `first` to `last`, and with the first of all its `busy` contacts. The
    table `slots` is there."""
    series = speech.series.format(first=first, last=last)
    made = speech.back.format(seconds="n % 86400 + 86400 * (30 + n % 3000)")
    lately = speech.back.format(seconds="(n * 48271) % 63072000")
    first_day = speech.first_day
    uuid = speech.uuid.format(n="n", k="c000")
    contacted = f"n % {CONTACTED} = 1"
    phone = "'+34' || (600000000 + (n * 7919) % 199999991)"
    customers = f"""INSERT INTO customers (n, id, version, name, organisation, language, tags,
    since, pinned_note, words, last_contact_at, created_at, updated_at, updated_by)
    {series}
    SELECT n, {uuid}, 1,
        g.given || CASE WHEN n % 5 < 2 THEN ' ' || h.given ELSE '' END
            || ' ' || s.surname || ' ' || t.surname,
        CASE WHEN n % 7 = 0 THEN o.firm ELSE '' END, 'es', {speech.json},
        {made}, '',
        g.given_f || CASE WHEN n % 5 < 2 THEN ' ' || h.given_f ELSE '' END
            || ' ' || s.surname_f || ' ' || t.surname_f
            || CASE WHEN n % 7 = 0 THEN ' ' || o.firm_f ELSE '' END,
        CASE WHEN {contacted} THEN {lately} END, {first_day}, {first_day}, 'import sales'
    FROM c
    JOIN slots g ON g.slot = {_pick(2654435761)}
    JOIN slots h ON h.slot = {_pick(2246822519)}
    JOIN slots s ON s.slot = {_pick(3266489917)}
    JOIN slots t ON t.slot = {_pick(668265263)}
    JOIN slots o ON o.slot = {_pick(374761393)}"""
    identity = (
        "INSERT INTO identities (customer_n, kind, value, extension, label, source,"
        " confirmed_at) " + series
    )
    identities = [
        f"{identity} SELECT n, 'phone', {phone}, '', 'mobile', 'import sales', NULL FROM c",
        f"{identity} SELECT n, 'phone', '+349' || (10000000 + (n / 3) * 17 % 89999999), '',"
        " 'home', 'import sales', NULL FROM c WHERE n % 3 < 1",
        f"{identity} SELECT n, 'key', 'CL-' || {speech.padded.format(n='n')}, '', '',"
        " 'import sales', NULL FROM c",
        f"{identity} SELECT n, 'email', s.surname_f || '.' || n || '@ejemplo.es', '', '',"
        f" 'import sales', NULL FROM c JOIN slots s ON s.slot = {_pick(3266489917)}"
        " WHERE n % 2 = 0",
    ]
    contact = _contacts(speech, "n", f"FROM c JOIN customers USING (n) WHERE {contacted}")
    done = [customers, *identities, f"{contact[0]} {series} {contact[1]}"]
    if first <= BUSY <= last:
        each = _contacts(
            speech, "9000000000 + n", f"FROM c JOIN customers ON customers.n = {BUSY}", busy=True
        )
        many = speech.series.format(first=1, last=busy)
        done.append(f"{each[0]} {many} {each[1]}")
    return done


_NOTES: Final = (*words.CALLS_ES, *words.CALLS_EN)


def _contacts(speech: Speech, number: str, source: str, *, busy: bool = False) -> tuple[str, str]:
    """Of a call that is over, or of one of many on every channel."""
    at = "c.n * 601" if busy else "(c.n * 48271) % 63072000"
    started = speech.back.format(seconds=f"{at} + 240")
    ended = speech.back.format(seconds=at)
    channel = (
        "CASE c.n % 4 WHEN 0 THEN 'email' WHEN 1 THEN 'chat' ELSE 'voice' END"
        if busy
        else "'voice'"
    )
    notes = " ".join(f"WHEN {at} THEN {_quoted(note)}" for at, note in enumerate(_NOTES) if note)
    notes = f"CASE c.n % {len(_NOTES)} {notes} ELSE '' END"
    uuid = speech.uuid.format(n=number.replace("n", "c.n"), k="0a00")
    if busy:
        uuid = speech.uuid.format(n="c.n", k="0b00")
    head = """INSERT INTO interactions (id, version, channel, direction, state, queue_id,
    queue_name, priority, agent_name, number_kind, number, number_extension, display_name,
    asserted, identity_source, dnis, first_dialled, customer_id, customer_name, started_at,
    queued_at, established_at, ended_at, changed_at, wrap_up_extensions_left, disposition, notes,
    words, transfers, talk_seconds)"""
    body = f"""SELECT {uuid}, 1, {channel}, 'inbound', 'closed', 'main', 'Main', 0,
    CASE c.n % 3 WHEN 0 THEN 'Ana Soto' WHEN 1 THEN 'Bruno Gil' ELSE 'Claire Hughes' END, 'e164',
    '+34600000000', '', '', {speech.yes}, 'P-Asserted-Identity', '', '', customers.id,
    customers.name, {started}, {started}, {started}, {ended}, {ended}, 0, 'resolved', {notes},
    {notes}, 0, 180.0 {source}"""
    return head, body


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
