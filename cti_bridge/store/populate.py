"""Writes the sample customers of `customers.sample`, and their past contacts, in bulk."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, text

from cti_bridge.customers.sample import SCRIPT, SEED, SampleScript, generate, today
from cti_bridge.customers.sample_contacts import contacts_of
from cti_bridge.customers.text import fold
from cti_bridge.protocol.vocabulary import Channel, ClearCause
from cti_bridge.store.acd_tables import interactions, journey, segments
from cti_bridge.store.bulk import insert_many
from cti_bridge.store.customer_rows import columns_of, identity_row
from cti_bridge.store.tables import customers, identities, notes
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from cti_bridge.customers.ports import Customer
    from cti_bridge.customers.sample import SampleCustomer
    from cti_bridge.customers.sample_contacts import SampleContact
    from cti_bridge.store.engine import Database

    Rows = dict[Table, list[dict[str, Any]]]

BATCH: Final = 5_000
FILLED: Final = frozenset(
    {"version", "name", "organisation", "language", "tags", "words", "updated_at", "updated_by"}
)
"""The other columns of sample customers are as their defaults say."""
QUEUE: Final = ("main", "Main")  # of the default configuration


async def populate(
    database: Database,
    count: int,
    *,
    seed: int = SEED,
    now: datetime | None = None,
    contacts: float = 3.0,
    queue: tuple[str, str] = QUEUE,
    batch: int = BATCH,
    progress: Callable[[int], None] | None = None,
) -> SampleScript:
    """Makes `count` sample customers with about `contacts` past calls each, of `queue` (id, name).

    Does nothing where there are customers already. Returns who may ring; they are in the first
    batch. `progress` is told how many are in after each.
    """
    if await database.reading(lambda c: c.execute(select(customers.c.n).limit(1)).first()):
        return SCRIPT
    at = (now or today()).astimezone()  # people call in the office hours of this place
    made = generate(count, seed=seed, now=at)
    done = 0
    while several := await asyncio.to_thread(lambda: list(islice(made, batch))):

        def work(
            connection: Connection, taken: list[SampleCustomer] = several, first: int = done
        ) -> None:
            for table, values in _rows(taken, first, contacts, at, queue).items():
                insert_many(connection, table, values)

        await database.writing(work)
        done += len(several)
        if progress is not None:
            progress(done)
    await database.writing(_settle)
    return SCRIPT


def _rows(
    batch: Sequence[SampleCustomer],
    first: int,
    contacts: float,
    now: datetime,
    queue: tuple[str, str],
) -> Rows:
    rows: Rows = {
        table: [] for table in (customers, identities, notes, interactions, segments, journey)
    }
    for index, sample in enumerate(batch, start=first):
        customer = sample.customer
        past = contacts_of(customer, index, mean=contacts, now=now) if contacts else ()
        written = {name: value for name, value in columns_of(customer).items() if name in FILLED}
        rows[customers].append(
            {
                **written,
                "n": index + 1,
                "id": customer.customer_id,
                "since": customer.since,
                "pinned_note": customer.pinned_note,
                "created_at": customer.updated_at,
                "last_contact_at": past[-1].started_at if past else None,
            }
        )
        rows[identities].extend(
            identity_row(index + 1, identity) for identity in customer.identities
        )
        rows[notes].extend(
            {
                "id": note.note_id,
                "customer_n": index + 1,
                "at": note.at,
                "author": note.author,
                "text": note.text,
                "pinned": note.pinned,
            }
            for note in sample.notes
        )
        for contact in past:
            rows[interactions].append(_interaction(contact, customer, queue))
            if contact.established_at is not None:
                rows[segments].append(_segment(contact))
        if past:  # the older ones' steps would double the time for something nobody opens
            rows[journey].extend(_journey(past[-1], queue))
    return rows


def _interaction(
    contact: SampleContact, customer: Customer, queue: tuple[str, str]
) -> dict[str, object]:
    talk = (
        (contact.cleared_at - contact.established_at).total_seconds() - contact.hold_seconds
        if contact.established_at is not None
        else 0.0
    )
    return {
        "id": contact.interaction_id,
        "version": 1,
        "channel": Channel.VOICE,
        "direction": contact.direction,
        "state": contact.state,
        "queue_id": queue[0],
        "queue_name": queue[1],
        "priority": 0,
        "agent_name": contact.agent,
        "number_kind": NumberKind.E164,
        "number": contact.number,
        "number_extension": "",
        "display_name": "",
        "asserted": True,
        "identity_source": "P-Asserted-Identity",
        "dnis": "",
        "first_dialled": "",
        "customer_id": customer.customer_id,
        "customer_name": customer.name,
        "started_at": contact.started_at,
        "queued_at": contact.started_at,
        "established_at": contact.established_at,
        "ended_at": contact.closed_at,
        "changed_at": contact.closed_at,
        "wrap_up_extensions_left": 0,
        "disposition": contact.disposition,
        "notes": contact.notes,
        "words": fold(f"{customer.name} {contact.number} {contact.notes}"),
        "transfers": 0,
        "talk_seconds": max(talk, 0.0),
    }


def _segment(contact: SampleContact) -> dict[str, object]:
    return {
        "id": contact.segment_id,
        "interaction_id": contact.interaction_id,
        "party": contact.agent,
        "started_at": contact.started_at,
        "answered_at": contact.established_at,
        "ended_at": contact.cleared_at,
        "hold_seconds": contact.hold_seconds,
        "wrap_up_seconds": (contact.closed_at - contact.cleared_at).total_seconds(),
        "cause": ClearCause.CALLER_CLEARED,
    }


def _journey(contact: SampleContact, queue: tuple[str, str]) -> list[dict[str, object]]:
    steps = [("delivered", "", contact.started_at)]
    steps.append(("queued", queue[1], contact.started_at))
    if contact.established_at is not None:
        steps.append(("established", contact.agent, contact.established_at))
    steps.append(("cleared", "", contact.cleared_at))
    return [
        {"interaction_id": contact.interaction_id, "at": at, "what": what, "detail": detail}
        for what, detail, at in steps
    ]


def _settle(connection: Connection) -> None:
    """The row numbers were given here: PostgreSQL goes on counting after them, and both learn
    what is in the tables before the first query is planned."""
    if connection.dialect.name == "postgresql":
        last = connection.execute(select(func.max(customers.c.n))).scalar()
        if last is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence('customers', 'n'), :last)"),
                {"last": last},
            )
    connection.execute(text("ANALYZE"))
