"""What each table holds of a customer, and what an erasure does with it.

Every table of the database must stand here: `tests/integration/store/test_store_erasing.py`
fails for one that says nothing. A command loads only its own part of the program, so the tables
of every room are imported here: one that is not in the metadata would be passed over in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import Table, and_, false, func, or_, select

from cti_bridge.store import field_tables, mail_tables, merge_tables, source_tables, text_tables
from cti_bridge.store.acd_tables import interactions, journey, missed_calls, offers, segments
from cti_bridge.store.conversation_tables import (
    blob_uses,
    blobs,
    chats,
    conversations,
    messages,
)
from cti_bridge.store.metadata import metadata
from cti_bridge.store.privacy_tables import access_log, erasures, legal_holds
from cti_bridge.store.tables import customers, notes, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Select

    AnySelect = Select[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A customer, as the tables know one."""

    id: str
    n: int
    ns: tuple[int, ...]  # with the rows that were merged into it
    ids: tuple[str, ...]  # of all these
    names: tuple[str, ...]
    words: tuple[str, ...] = ()  # of these rows, folded
    own: tuple[str, ...] = ()  # values of identities that no other customer has


Rows: TypeAlias = "Callable[[Subject], AnySelect]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """`rows`: what of it is the customer's, for a subject's export and a preview; None: nothing.

    `does`: "delete" these rows; "blank" what is in them (`wiping`, with the contacts, or here);
    "keep" them, and `why`.
    """

    does: str
    why: str = ""
    rows: Rows | None = None
    told: bool = True  # in a subject's export


def contacts_of(subject: Subject) -> AnySelect:
    """Ids: the customer's, and those of nobody from a number that is this customer's alone."""
    return select(interactions.c.id).where(
        or_(
            interactions.c.customer_id.in_(subject.ids),
            and_(interactions.c.customer_id.is_(None), interactions.c.number.in_(subject.own)),
        )
    )


def _by_contact(table: Table) -> Rows:
    return lambda subject: select(table).where(
        table.c.interaction_id.in_(contacts_of(subject).scalar_subquery())
    )


def _by_n(name: str, *columns: str) -> Rows:
    """Of a table that names customers by their row number."""

    def rows(subject: Subject) -> AnySelect:
        table = metadata.tables[name]
        return select(table).where(or_(*(table.c[column].in_(subject.ns) for column in columns)))

    return rows


def _files(subject: Subject) -> AnySelect:
    mine = contacts_of(subject).scalar_subquery()
    used = select(blob_uses.c.blob_id).where(blob_uses.c.interaction_id.in_(mine))
    return select(blobs).where(blobs.c.id.in_(used.scalar_subquery()))


def _missed(subject: Subject) -> AnySelect:
    return select(missed_calls).where(
        or_(missed_calls.c.customer_id.in_(subject.ids), missed_calls.c.number.in_(subject.own))
    )


def _answered(subject: Subject) -> AnySelect:
    table = mail_tables.answered
    return select(table).where(table.c.address.in_(subject.own))


def _mail_threads(subject: Subject) -> AnySelect:
    table = mail_tables.threads
    mine = contacts_of(subject).scalar_subquery()
    return select(table).where(
        or_(table.c.address.in_(subject.own), table.c.interaction_id.in_(mine))
    )


def _outgoing(subject: Subject) -> AnySelect:
    table = mail_tables.outbox
    mine = select(messages.c.id).where(
        messages.c.interaction_id.in_(contacts_of(subject).scalar_subquery())
    )
    return select(table).where(table.c.message_id.in_(mine))


def _accesses(subject: Subject) -> AnySelect:
    """Looks at the customer, and searches for the whole name or what is the customer's own, a
    number in any spelling. A search for one word of a name may be for anybody."""
    detail, plain = access_log.c.detail, func.replace(access_log.c.detail, " ", "")
    texts = [detail.contains(one, autoescape=True) for one in (*subject.names, *subject.own)]
    numbers = [one[-NATIONAL:] for one in subject.own if one.startswith("+")]
    text = or_(false(), *texts, *(plain.contains(one, autoescape=True) for one in numbers))
    return select(access_log).where(
        access_log.c.detail != "",
        or_(access_log.c.customer_id.in_(subject.ids), and_(access_log.c.what == "search", text)),
    )


def _moves(subject: Subject) -> AnySelect:
    """What merges of the customer moved."""
    merges, moves = metadata.tables["merges"], metadata.tables["merge_moves"]
    mine = select(merges.c.n).where(
        or_(merges.c.survivor_n.in_(subject.ns), merges.c.absorbed_n.in_(subject.ns))
    )
    return select(moves).where(moves.c.merge_n.in_(mine.scalar_subquery()))


def _texts(subject: Subject) -> AnySelect:
    """Words of contacts and notes, for the search in texts."""
    texts = metadata.tables["texts"]
    mine = select(notes.c.id).where(notes.c.customer_n.in_(subject.ns)).scalar_subquery()
    return select(texts).where(
        or_(
            texts.c.interaction_id.in_(contacts_of(subject).scalar_subquery()),
            and_(texts.c.kind == "note", texts.c.ref.in_(mine)),
        )
    )


def _links(subject: Subject) -> AnySelect:
    """What a source said of whom the customer is related to, by the rows of the source."""
    links, records = metadata.tables["source_links"], metadata.tables["source_records"]
    mine = select(records.c.n).where(
        records.c.source_n == links.c.source_n,
        records.c.key == links.c.key,
        records.c.customer_n.in_(subject.ns),
    )
    return select(links).where(or_(mine.exists(), links.c.made_n.in_(subject.ns)))


def _words(subject: Subject) -> AnySelect:
    return select(vocabulary).where(vocabulary.c.word.in_(subject.words))


NATIONAL: Final = 9
"""Digits at the end of a number that say whose it is."""
ROOMS: Final = (field_tables, mail_tables, merge_tables, source_tables, text_tables)
"""Imported for their tables; most are asked for by name."""
_NOT_THEIRS: Final = "nothing of a customer"

HOLDINGS: Final[dict[str, Holding]] = {
    # the file
    "customers": Holding(
        does="delete", rows=lambda s: select(customers).where(customers.c.n.in_(s.ns))
    ),
    "identities": Holding(does="delete", rows=_by_n("identities", "customer_n")),
    "customer_notes": Holding(does="delete", rows=_by_n("customer_notes", "customer_n")),
    "addresses": Holding(does="delete", rows=_by_n("addresses", "customer_n")),
    "relations": Holding(does="delete", rows=_by_n("relations", "customer_n", "other_n")),
    "consents": Holding(does="delete", rows=_by_n("consents", "customer_n")),
    "customer_changes": Holding(does="delete", rows=_by_n("customer_changes", "customer_n")),
    "suppressions": Holding(
        does="keep", why="a number that must not be dialled must not be dialled after an erasure"
    ),
    # contacts
    "interactions": Holding(
        does="blank",
        rows=lambda s: select(interactions).where(
            interactions.c.id.in_(contacts_of(s).scalar_subquery())
        ),
    ),
    "segments": Holding(does="blank", rows=_by_contact(segments)),
    "journey": Holding(does="blank", rows=_by_contact(journey), told=False),
    "offers": Holding(does="keep", why="times and agents only", rows=_by_contact(offers)),
    "missed_calls": Holding(does="blank", rows=_missed),
    "conversations": Holding(does="delete", rows=_by_contact(conversations)),
    "messages": Holding(does="delete", rows=_by_contact(messages)),
    "chats": Holding(does="blank", rows=_by_contact(chats)),
    "blobs": Holding(does="delete", rows=_files),
    "blob_parts": Holding(does="keep", why="goes with its file in blobs"),
    "blob_uses": Holding(does="delete", rows=_by_contact(blob_uses), told=False),
    "mail_outbox": Holding(does="delete", rows=_outgoing, told=False),
    "mail_threads": Holding(does="delete", rows=_mail_threads, told=False),
    "mail_answered": Holding(does="delete", rows=_answered, told=False),
    "mail_places": Holding(does="keep", why=_NOT_THEIRS),
    "mail_todo": Holding(does="keep", why=_NOT_THEIRS),
    "mail_sent": Holding(does="keep", why=_NOT_THEIRS),
    "outbox": Holding(does="keep", why="frames that are told within seconds, and gone then"),
    # privacy
    "access_log": Holding(does="blank", rows=_accesses),
    "access_head": Holding(does="keep", why=_NOT_THEIRS),
    "exports": Holding(does="keep", why="the order of an export's rows, without the rows"),
    "legal_holds": Holding(
        does="keep",
        why="there is none where an erasure is done",
        rows=lambda s: select(legal_holds).where(legal_holds.c.customer_id == s.id),
    ),
    "erasures": Holding(
        does="keep",
        why="that it was done, by an id that says nothing any more",
        rows=lambda s: select(erasures).where(erasures.c.customer_id == s.id),
        told=False,
    ),
    "retention_runs": Holding(does="keep", why=_NOT_THEIRS),
    # the house
    "users": Holding(does="keep", why=_NOT_THEIRS),
    "agents": Holding(does="keep", why=_NOT_THEIRS),
    "agent_modes": Holding(does="keep", why=_NOT_THEIRS),
    "bridge_life": Holding(does="keep", why=_NOT_THEIRS),
    "channel_settings": Holding(does="keep", why=_NOT_THEIRS),
    # of other rooms
    "sources": Holding(does="keep", why="how a source is read, not what it said"),
    # its key stays, so that the next import does not bring the customer back
    "source_records": Holding(does="blank", rows=_by_n("source_records", "customer_n")),
    "source_links": Holding(does="delete", rows=_links, told=False),
    "import_runs": Holding(does="keep", why="counts and positions"),
    "duplicate_pairs": Holding(
        does="delete", rows=_by_n("duplicate_pairs", "a_n", "b_n"), told=False
    ),
    "merges": Holding(does="delete", rows=_by_n("merges", "survivor_n", "absorbed_n"), told=False),
    "merge_moves": Holding(does="delete", rows=_moves, told=False),
    "texts": Holding(does="delete", rows=_texts, told=False),
    # counted down as the customer's row goes; what nobody has any more goes with it
    "customer_vocabulary": Holding(does="blank", rows=_words, told=False),
    "text_todo": Holding(does="keep", why="ids of what is to be read, and gone then"),
    # what the file's custom fields are found by
    "field_values": Holding(does="delete", rows=_by_n("field_values", "customer_n"), told=False),
    "field_todo": Holding(does="keep", why="row numbers of files to be read, and gone then"),
    "field_index": Holding(does="keep", why=_NOT_THEIRS),
    "saved_searches": Holding(does="keep", why="what users search for, of nobody in particular"),
}


def holdings() -> list[tuple[Table, Holding]]:
    """Of the tables of this build, those that hang on others first: deletes go in this order.

    What looks at others' rows to find its own (texts by notes, files by contacts) goes before all.
    """
    tables = [table for table in reversed(metadata.sorted_tables) if table.name in HOLDINGS]
    tables.sort(key=lambda table: table.name not in FIRST)
    return [(table, HOLDINGS[table.name]) for table in tables]


FIRST: Final = frozenset({"texts", "merge_moves", "mail_outbox", "mail_threads", "source_links"})
