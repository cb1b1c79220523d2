"""What the messages of many contacts come to, in two queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, bindparam, case, func, select

from cti_bridge.channels.conversation.ports import Tally
from cti_bridge.channels.conversation.tallies import ANSWERING, SAID, UNANSWERED, first_line
from cti_bridge.protocol.vocabulary import Author, InteractionId
from cti_bridge.store.conversation_tables import conversations, messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row, Select

m: Final = messages
AT_ONCE: Final = 500
"""Contacts of one query: SQLite takes no more than some thousand parameters."""

_ID: Final = m.c.interaction_id
_SPOKEN: Final = m.c.kind.in_(SAID)
_FROM_CUSTOMER: Final = and_(m.c.author == Author.CUSTOMER, _SPOKEN)
_PERSONAL: Final = func.coalesce(m.c.email["automatic"].as_string(), "") == ""
_ANSWER: Final = and_(
    m.c.author == Author.AGENT, m.c.kind.in_(ANSWERING), m.c.delivery.not_in(UNANSWERED)
)


def _tallied() -> Select[Any]:
    wanted = _ID.in_(bindparam("ids", expanding=True))
    marks = (
        select(
            _ID.label("id"),
            func.max(case((_ANSWER, m.c.seq), else_=0)).label("answered"),
            func.max(case((_SPOKEN, m.c.seq), else_=0)).label("newest"),
        )
        .where(wanted)
        .group_by(_ID)
        .cte("marks")
    )
    read = func.coalesce(conversations.c.read_seq, 0)
    waits = and_(_FROM_CUSTOMER, _PERSONAL, m.c.seq > marks.c.answered)
    return (
        select(
            marks.c.id,
            marks.c.newest,
            func.max(read).label("read_seq"),
            func.sum(case((and_(_FROM_CUSTOMER, m.c.seq > read), 1), else_=0)).label("unread"),
            func.min(case((waits, m.c.at))).label("waiting_since"),
        )
        .select_from(marks)
        .join(m, marks.c.id == _ID)
        .outerjoin(conversations, conversations.c.interaction_id == marks.c.id)
        .group_by(marks.c.id, marks.c.newest)
    )


_TALLIED: Final = _tallied()
_BEGINNING: Final = func.substr(m.c.text, 1, 400, type_=Text()).label("text")
_NEWEST: Final = select(_ID, _BEGINNING, m.c.email["subject"].as_string().label("subject"))


def read_tallies(
    connection: Connection, interactions: Sequence[InteractionId]
) -> dict[InteractionId, Tally]:
    found: dict[InteractionId, Tally] = {}
    for begin in range(0, len(interactions), AT_ONCE):
        ids = list(interactions[begin : begin + AT_ONCE])
        rows = connection.execute(_TALLIED, {"ids": ids}).all()
        texts = _last_texts(connection, rows)
        found |= {row.id: _tally(row, texts.get(row.id, "")) for row in rows}
    return found


def _last_texts(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, str]:
    pairs = [(row.id, row.newest) for row in rows if row.newest]
    if not pairs:
        return {}
    newest = {seq for _, seq in pairs}
    wanted = dict(pairs)
    query = _NEWEST.add_columns(m.c.seq).where(_ID.in_(list(wanted)), m.c.seq.in_(list(newest)))
    return {
        row.interaction_id: first_line(row.text, row.subject or "")
        for row in connection.execute(query)
        if row.seq == wanted[row.interaction_id]
    }


def _tally(row: Row[Any], last_text: str) -> Tally:
    return Tally(
        unread=int(row.unread),
        waiting_since=row.waiting_since,
        last_text=last_text,
        read_seq=int(row.read_seq),
        last_seq=int(row.newest),
    )
