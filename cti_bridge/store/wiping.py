"""What makes contacts nobody's: their people, numbers, words and files go; what was counted of
them stays. The statements that erasure and retention share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, or_, select, update

from cti_bridge.protocol.vocabulary import InteractionState
from cti_bridge.store import mail_tables
from cti_bridge.store.acd_tables import OPEN_STATES, interactions, journey, missed_calls, segments
from cti_bridge.store.conversation_tables import (
    blob_parts,
    blob_uses,
    blobs,
    chats,
    conversations,
    messages,
)
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Select

OPEN: Final = tuple(InteractionState(state) for state in OPEN_STATES)
NOBODY: Final[dict[str, Any]] = {
    "number_kind": NumberKind.WITHHELD,
    "number": "",
    "number_extension": "",
    "display_name": "",
    "identity_source": "",
    "first_dialled": "",
    "call_id": None,
    "consult": None,
    "outside_call_id": None,
    "customer_name": "",
    "notes": "",
    "words": "",
    "subject": "",
    "handover": "",
    "routing": None,
    "variables": None,
    "recording": None,
}
"""Of a contact: times, queue, agent, line, dialled number, outcome and figures stay."""
CHUNK: Final = 400


def wipe_contacts(connection: Connection, contacts: Sequence[str]) -> dict[str, int]:
    """Rows touched, by table. None of them may be open."""
    mine = list(contacts)
    if not mine:
        return {}
    done = {
        "messages": wipe_messages(connection, contacts=mine),
        "conversations": _run(connection, delete(conversations), conversations, mine),
        "chats": _run(
            connection,
            update(chats).values(visitor="", form={}, page="", rating_comment=""),
            chats,
            mine,
        ),
        "segments": connection.execute(
            update(segments)
            .where(segments.c.interaction_id.in_(mine), segments.c.agent_id.is_(None))
            .values(party="")
        ).rowcount,
        "journey": _run(connection, update(journey).values(detail=""), journey, mine),
        "mail_threads": _run(connection, delete(mail_tables.threads), mail_tables.threads, mine),
        "missed_calls": connection.execute(
            update(missed_calls)
            .where(missed_calls.c.id.in_(mine))
            .values(
                number_kind=NumberKind.WITHHELD,
                number="",
                number_extension="",
                display_name="",
                customer_name="",
            )
        ).rowcount,
        "interactions": connection.execute(
            update(interactions).where(interactions.c.id.in_(mine)).values(**NOBODY)
        ).rowcount,
    }
    return {name: count for name, count in done.items() if count}


def wipe_messages(
    connection: Connection,
    *,
    contacts: Sequence[str] = (),
    ids: Sequence[str] = (),
) -> int:
    """The messages of these contacts, or these messages, with the files that nothing else has."""
    if contacts:
        which = messages.c.interaction_id.in_(contacts)
        uses = blob_uses.c.interaction_id.in_(contacts)
        used = set(connection.execute(select(blob_uses.c.blob_id).where(uses)).scalars())
        connection.execute(delete(blob_uses).where(uses))
    else:
        which = messages.c.id.in_(ids)
        used = _release(connection, ids)
    outgoing = select(messages.c.id).where(which)
    connection.execute(
        delete(mail_tables.outbox).where(
            or_(
                mail_tables.outbox.c.message_id.in_(outgoing),
                mail_tables.outbox.c.blob_id.in_(sorted(used)[:CHUNK]),
            )
        )
    )
    done = connection.execute(delete(messages).where(which)).rowcount
    drop_unused(connection, used)
    return done


def _release(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Takes the files of single messages from their contacts, but for those that another message
    of the contact has as well; which files they were."""
    rows = connection.execute(
        select(
            messages.c.id, messages.c.interaction_id, messages.c.attachments, messages.c.email
        ).where(messages.c.id.in_(ids))
    ).all()
    gone = {row.id for row in rows}
    contacts = {row.interaction_id for row in rows}
    others = connection.execute(
        select(messages.c.id, messages.c.interaction_id, messages.c.attachments, messages.c.email)
        .where(messages.c.interaction_id.in_(contacts))
        .where(or_(messages.c.attachments.is_not(None), messages.c.email.is_not(None)))
    ).all()
    kept = {(row.interaction_id, one) for row in others if row.id not in gone for one in _of(row)}
    used: set[str] = set()
    for row in rows:
        for blob in _of(row):
            used.add(blob)
            if (row.interaction_id, blob) not in kept:
                connection.execute(
                    delete(blob_uses).where(
                        blob_uses.c.blob_id == blob,
                        blob_uses.c.interaction_id == row.interaction_id,
                    )
                )
    return used


def _of(row: Any) -> Iterable[str]:
    yield from (one["blob"] for one in row.attachments or ())
    if row.email and row.email.get("original"):
        yield row.email["original"]


def drop_unused(connection: Connection, candidates: Iterable[str]) -> int:
    """Those of these files that no contact has any more; how many."""
    wanted, gone = sorted(candidates), 0
    for first in range(0, len(wanted), CHUNK):
        some = wanted[first : first + CHUNK]
        used = select(blob_uses.c.blob_id).where(blob_uses.c.blob_id == blobs.c.id).exists()
        leaving = select(mail_tables.outbox.c.id).where(mail_tables.outbox.c.blob_id == blobs.c.id)
        free = list(
            connection.execute(
                select(blobs.c.id).where(blobs.c.id.in_(some), ~used, ~leaving.exists())
            ).scalars()
        )
        if free:
            connection.execute(delete(blob_parts).where(blob_parts.c.blob_id.in_(free)))
            connection.execute(delete(blobs).where(blobs.c.id.in_(free)))
        gone += len(free)
    return gone


def closed(query: Select[Any]) -> Select[Any]:
    """A query of `interactions`, of those that are over."""
    return query.where(interactions.c.state.not_in(OPEN))


def count(connection: Connection, query: Select[Any]) -> int:
    return connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()


def _run(connection: Connection, statement: Any, table: Any, contacts: Sequence[str]) -> int:
    done: int = connection.execute(statement.where(table.c.interaction_id.in_(contacts))).rowcount
    return done
