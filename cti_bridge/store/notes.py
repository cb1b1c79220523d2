"""Notes of customers, as rows and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from cti_bridge.protocol.values import NoteView
from cti_bridge.protocol.vocabulary import NoteId
from cti_bridge.store.tables import customers, notes

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from cti_bridge.protocol.vocabulary import CustomerId

PINNED_SHOWN: Final = 300


def edit_note(
    connection: Connection, customer: CustomerId, note: NoteView
) -> tuple[int | None, NoteView | None]:
    """As `CustomerStore.edit_note`, inside the caller's transaction."""
    file = connection.execute(
        select(customers.c.n, customers.c.version)
        .where(customers.c.id == customer)
        .with_for_update()
    ).first()
    if file is None:
        return None, None
    mine = (notes.c.id == note.note_id, notes.c.customer_n == file.n)
    done = connection.execute(
        update(notes)
        .where(*mine, notes.c.version == note.version - 1)
        .values(
            text=note.text,
            pinned=note.pinned,
            version=note.version,
            edited_at=note.edited_at,
            edited_by=note.edited_by,
        )
    )
    if done.rowcount != 1:
        row = connection.execute(select(notes).where(*mine)).first()
        return None, None if row is None else note_of(row)
    show_pinned(connection, file.n)
    return int(file.version), None


def show_pinned(connection: Connection, customer_n: int) -> None:
    """The newest note that is pinned stands on the card."""
    newest = (
        select(notes.c.text)
        .where(notes.c.customer_n == customer_n, notes.c.pinned)
        .order_by(notes.c.at.desc(), notes.c.id.desc())
        .limit(1)
    )
    shown = connection.execute(newest).scalar() or ""
    connection.execute(
        update(customers)
        .where(customers.c.n == customer_n)
        .values(pinned_note=shown[:PINNED_SHOWN])
    )


def note_of(row: Row[Any]) -> NoteView:
    return NoteView(
        note_id=NoteId(row.id),
        text=row.text,
        author=row.author,
        at=row.at,
        pinned=row.pinned,
        version=row.version,
        edited_at=row.edited_at,
        edited_by=row.edited_by,
    )
