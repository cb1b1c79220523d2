"""Tables of the e-mail channel: its place in each mailbox, what is to be done there, the outbox.

A mail stands in `mail_todo` from the moment its UID was seen until the mailbox was told that it
is done. A row of `mail_outbox` goes when the server has taken the mail; its id stays in
`mail_sent` for as long as somebody may ask for the same again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of, metadata

places: Final = Table(
    "mail_places",
    metadata,
    Column("mailbox", key_of(40), primary_key=True),
    Column("uid_validity", BigInteger, nullable=False),
    Column("next_uid", BigInteger, nullable=False),
    Column("synced_at", UtcDateTime, nullable=False),
)

todo: Final = Table(
    "mail_todo",
    metadata,
    Column("mailbox", key_of(40), primary_key=True),
    Column("uid_validity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", key_of(36)),
    Column("arrived", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
)

outbox: Final = Table(
    "mail_outbox",
    metadata,
    Column("id", key_of(64), primary_key=True),
    Column("mailbox", key_of(40), nullable=False),
    Column("message_id", key_of(36)),
    Column("sender", Text, nullable=False),
    Column("recipients", json_of(), nullable=False),
    Column("blob_id", key_of(36), nullable=False),
    Column("draft", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", key_of(10), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_mail_outbox_due", "mailbox", "state", "due_at"),
)

sent: Final = Table(
    "mail_sent",
    metadata,
    Column("id", key_of(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_mail_sent_at", "at"),
)

threads: Final = Table(
    "mail_threads",
    metadata,
    Column("address", key_of(254), primary_key=True),
    Column("subject", key_of(64), primary_key=True),  # digest of the folded one
    Column("interaction_id", key_of(36), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_mail_threads_at", "at"),
)

answered: Final = Table(
    "mail_answered",
    metadata,
    Column("address", key_of(254), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("answers", Integer, nullable=False),
)
