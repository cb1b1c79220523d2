"""What a search as you type needs: the newest customers with their words, which words there are
and how many have them, the last digits of numbers; saved searches; the texts of contacts and
notes by their stems; and notes that can be edited.

Triggers keep the words and the list of texts to be read, so that whoever writes a customer, a
note or a contact (an import, a merge, a call's step) need not think of it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, key_of

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state IN ('new', 'queued', 'offered', 'connected', 'held', 'parked', 'wrap_up')")

_CONTACTED = sa.text("last_contact_at IS NOT NULL")

# the last nine digits, the last one first: "599" is how every number ends that ends in 995
_SQLITE_TAIL = " || ".join(f"substr(value, -{place}, 1)" for place in range(1, 10))
_WORDS_OF = "json_each('[\"' || replace({row}.words, ' ', '\",\"') || '\"]')"
_SAID = f"SELECT value FROM {_WORDS_OF}"

SQLITE_VOCABULARY = (
    f"""CREATE TRIGGER customers_vocabulary_insert AFTER INSERT ON customers
    WHEN new.words <> '' BEGIN
        INSERT INTO customer_vocabulary (word, holders)
        SELECT value, 1 FROM {_WORDS_OF.format(row="new")} WHERE true
        ON CONFLICT (word) DO UPDATE SET holders = holders + 1;
    END""",
    f"""CREATE TRIGGER customers_vocabulary_delete AFTER DELETE ON customers
    WHEN old.words <> '' BEGIN
        UPDATE customer_vocabulary SET holders = holders - 1
        WHERE word IN ({_SAID.format(row="old")});
        DELETE FROM customer_vocabulary
        WHERE holders < 1 AND word IN ({_SAID.format(row="old")});
    END""",
    f"""CREATE TRIGGER customers_vocabulary_update AFTER UPDATE OF words ON customers
    WHEN old.words <> new.words BEGIN
        UPDATE customer_vocabulary SET holders = holders - 1
        WHERE word IN ({_SAID.format(row="old")});
        INSERT INTO customer_vocabulary (word, holders)
        SELECT value, 1 FROM {_WORDS_OF.format(row="new")} WHERE value <> ''
        ON CONFLICT (word) DO UPDATE SET holders = holders + 1;
        DELETE FROM customer_vocabulary
        WHERE holders < 1 AND word IN ({_SAID.format(row="old")});
    END""",
)
SQLITE_TEXTS = (
    # as customer_search: the stems stay in texts
    """CREATE VIRTUAL TABLE text_search USING fts5(
        stems, content='texts', content_rowid='n', tokenize='ascii', detail=none, columnsize=0
    )""",
    """CREATE TRIGGER texts_search_insert AFTER INSERT ON texts BEGIN
        INSERT INTO text_search(rowid, stems) VALUES (new.n, new.stems);
    END""",
    """CREATE TRIGGER texts_search_delete AFTER DELETE ON texts BEGIN
        INSERT INTO text_search(text_search, rowid, stems)
        VALUES ('delete', old.n, old.stems);
    END""",
    """CREATE TRIGGER texts_search_update AFTER UPDATE OF stems ON texts
    WHEN old.stems <> new.stems BEGIN
        INSERT INTO text_search(text_search, rowid, stems)
        VALUES ('delete', old.n, old.stems);
        INSERT INTO text_search(rowid, stems) VALUES (new.n, new.stems);
    END""",
    """CREATE TRIGGER customer_notes_text_insert AFTER INSERT ON customer_notes BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('note', new.id);
    END""",
    """CREATE TRIGGER customer_notes_text_update AFTER UPDATE OF text ON customer_notes
    WHEN old.text <> new.text BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('note', new.id);
    END""",
    """CREATE TRIGGER customer_notes_text_delete AFTER DELETE ON customer_notes BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('note', old.id);
    END""",
    """CREATE TRIGGER interactions_text_insert AFTER INSERT ON interactions
    WHEN new.notes <> '' OR new.subject <> '' BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('contact', new.id);
    END""",
    """CREATE TRIGGER interactions_text_update AFTER UPDATE OF notes, subject ON interactions
    WHEN old.notes <> new.notes OR old.subject <> new.subject BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('contact', new.id);
    END""",
    """CREATE TRIGGER interactions_text_delete AFTER DELETE ON interactions
    WHEN old.notes <> '' OR old.subject <> '' BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('contact', old.id);
    END""",
    """CREATE TRIGGER messages_text_insert AFTER INSERT ON messages WHEN new.text <> '' BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('message', new.id);
    END""",
    """CREATE TRIGGER messages_text_update AFTER UPDATE OF text, interaction_id ON messages
    WHEN old.text <> new.text OR old.interaction_id <> new.interaction_id BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('message', new.id);
    END""",
    """CREATE TRIGGER messages_text_delete AFTER DELETE ON messages WHEN old.text <> '' BEGIN
        INSERT INTO text_todo (kind, ref) VALUES ('message', old.id);
    END""",
)
_PG_SAID = "unnest(string_to_array({row}.words, ' ')) AS said(word)"
POSTGRESQL_VOCABULARY = (
    # counts are for planning: a row that another transaction holds is left as it is, so that
    # two imports never wait for each other's "garcía"
    """CREATE FUNCTION ficha_vocabulary_made() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WITH said AS (
            SELECT word, count(*) AS holders
            FROM made, unnest(string_to_array(made.words, ' ')) AS word
            WHERE word <> '' GROUP BY word
        ), fresh AS (
            INSERT INTO customer_vocabulary (word, holders)
            SELECT word, holders FROM said ORDER BY word
            ON CONFLICT DO NOTHING
        ), free AS (
            SELECT v.word FROM customer_vocabulary v JOIN said USING (word)
            ORDER BY v.word FOR UPDATE OF v SKIP LOCKED
        )
        UPDATE customer_vocabulary v SET holders = v.holders + said.holders
        FROM said, free WHERE v.word = free.word AND said.word = free.word;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER customers_vocabulary_insert AFTER INSERT ON customers
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION ficha_vocabulary_made()""",
    """CREATE FUNCTION ficha_vocabulary_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE customer_vocabulary SET holders = holders - 1 WHERE word IN (
            SELECT v.word FROM customer_vocabulary v
            WHERE v.word = ANY (string_to_array(OLD.words, ' '))
            ORDER BY v.word FOR UPDATE SKIP LOCKED);
        IF TG_OP = 'UPDATE' THEN
            WITH said AS (
                SELECT DISTINCT word FROM unnest(string_to_array(NEW.words, ' ')) AS word
                WHERE word <> ''
            ), fresh AS (
                INSERT INTO customer_vocabulary (word, holders)
                SELECT word, 1 FROM said ORDER BY word ON CONFLICT DO NOTHING
            ), free AS (
                SELECT v.word FROM customer_vocabulary v JOIN said USING (word)
                ORDER BY v.word FOR UPDATE OF v SKIP LOCKED
            )
            UPDATE customer_vocabulary v SET holders = v.holders + 1
            FROM free WHERE v.word = free.word;
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER customers_vocabulary_delete AFTER DELETE ON customers
    FOR EACH ROW WHEN (OLD.words <> '') EXECUTE FUNCTION ficha_vocabulary_changed()""",
    """CREATE TRIGGER customers_vocabulary_update AFTER UPDATE OF words ON customers
    FOR EACH ROW WHEN (OLD.words <> NEW.words) EXECUTE FUNCTION ficha_vocabulary_changed()""",
)
POSTGRESQL_TEXTS = (
    """CREATE INDEX ix_texts_stems ON texts
    USING gin (array_to_tsvector(string_to_array(stems, ' ')))""",
    # TG_ARGV[0] is the kind
    """CREATE FUNCTION ficha_text_todo() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO text_todo (kind, ref)
        VALUES (TG_ARGV[0], CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END);
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER customer_notes_text_insert AFTER INSERT OR DELETE ON customer_notes
    FOR EACH ROW EXECUTE FUNCTION ficha_text_todo('note')""",
    """CREATE TRIGGER customer_notes_text_update AFTER UPDATE OF text ON customer_notes
    FOR EACH ROW WHEN (OLD.text <> NEW.text) EXECUTE FUNCTION ficha_text_todo('note')""",
    """CREATE TRIGGER interactions_text_insert AFTER INSERT ON interactions
    FOR EACH ROW WHEN (NEW.notes <> '' OR NEW.subject <> '')
    EXECUTE FUNCTION ficha_text_todo('contact')""",
    """CREATE TRIGGER interactions_text_update AFTER UPDATE OF notes, subject ON interactions
    FOR EACH ROW WHEN (OLD.notes <> NEW.notes OR OLD.subject <> NEW.subject)
    EXECUTE FUNCTION ficha_text_todo('contact')""",
    """CREATE TRIGGER interactions_text_delete AFTER DELETE ON interactions
    FOR EACH ROW WHEN (OLD.notes <> '' OR OLD.subject <> '')
    EXECUTE FUNCTION ficha_text_todo('contact')""",
    """CREATE TRIGGER messages_text_insert AFTER INSERT ON messages
    FOR EACH ROW WHEN (NEW.text <> '') EXECUTE FUNCTION ficha_text_todo('message')""",
    """CREATE TRIGGER messages_text_update AFTER UPDATE OF text, interaction_id ON messages
    FOR EACH ROW WHEN (OLD.text <> NEW.text OR OLD.interaction_id <> NEW.interaction_id)
    EXECUTE FUNCTION ficha_text_todo('message')""",
    """CREATE TRIGGER messages_text_delete AFTER DELETE ON messages
    FOR EACH ROW WHEN (OLD.text <> '') EXECUTE FUNCTION ficha_text_todo('message')""",
)
KNOWN = (
    """INSERT INTO text_todo (kind, ref) SELECT 'note', id FROM customer_notes""",
    """INSERT INTO text_todo (kind, ref)
    SELECT 'contact', id FROM interactions WHERE notes <> '' OR subject <> ''""",
    """INSERT INTO text_todo (kind, ref) SELECT 'message', id FROM messages WHERE text <> ''""",
)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_index("ix_customers_last_contact_at", "customers")
    op.create_index(
        "ix_customers_recent",
        "customers",
        ["last_contact_at", "n", "words", "merged_into"],
        sqlite_where=_CONTACTED,
        postgresql_where=_CONTACTED,
    )
    op.create_index(
        "ix_interactions_open_customer",
        "interactions",
        ["customer_id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "customer_vocabulary",
        sa.Column("word", key_of(40), nullable=False),
        sa.Column("holders", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_customer_vocabulary"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("agent_id", key_of(36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
    )
    op.create_index("ix_saved_searches_agent_id", "saved_searches", ["agent_id", "at"])
    op.create_table(
        "texts",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("kind", key_of(8), nullable=False),
        sa.Column("ref", key_of(64), nullable=False),
        sa.Column("interaction_id", key_of(36)),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_texts"),
    )
    op.create_index("uq_texts_ref", "texts", ["kind", "ref"], unique=True)
    op.create_table(
        "text_todo",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("kind", key_of(8), nullable=False),
        sa.Column("ref", key_of(64), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_text_todo"),
    )
    op.add_column(
        "customer_notes",
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    )
    op.add_column("customer_notes", sa.Column("edited_at", UtcDateTime()))
    op.add_column(
        "customer_notes", sa.Column("edited_by", sa.Text(), nullable=False, server_default="")
    )
    if postgresql:
        _postgresql()
    else:
        _sqlite()
    for statement in KNOWN:
        op.execute(statement)


def _postgresql() -> None:
    op.execute(
        "CREATE INDEX ix_identities_tail ON identities"
        ' ("left"(reverse(value), 9) COLLATE "C", customer_n) WHERE kind = \'phone\''
    )
    op.execute(
        "INSERT INTO customer_vocabulary (word, holders)"
        " SELECT word, count(*) FROM customers, unnest(string_to_array(words, ' ')) AS word"
        " WHERE word <> '' GROUP BY word"
    )
    for statement in (*POSTGRESQL_VOCABULARY, *POSTGRESQL_TEXTS):
        op.execute(statement)


def _sqlite() -> None:
    op.execute(
        f"CREATE INDEX ix_identities_tail ON identities ({_SQLITE_TAIL}, customer_n)"
        " WHERE kind = 'phone'"
    )
    # counted by the index that is there already: it need not read ten million names again
    op.execute(
        "CREATE VIRTUAL TABLE temp.counted USING fts5vocab('main', 'customer_search', 'row')"
    )
    op.execute(
        "INSERT INTO customer_vocabulary (word, holders)"
        " SELECT term, doc FROM temp.counted WHERE length(term) <= 40"
    )
    op.execute("DROP TABLE temp.counted")
    for statement in (*SQLITE_VOCABULARY, *SQLITE_TEXTS):
        op.execute(statement)


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    made = (
        (*POSTGRESQL_VOCABULARY, *POSTGRESQL_TEXTS)
        if postgresql
        else (*SQLITE_VOCABULARY, *SQLITE_TEXTS)
    )
    for statement in made:
        said = statement.split()
        if said[1] == "TRIGGER":
            table = said[said.index("ON") + 1]
            op.execute(f"DROP TRIGGER {said[2]}" + (f" ON {table}" if postgresql else ""))
        elif said[1] == "FUNCTION":
            op.execute(f"DROP FUNCTION {said[2]} CASCADE")
        elif said[1] == "VIRTUAL":
            op.execute(f"DROP TABLE {said[3]}")
    for column in ("edited_by", "edited_at", "version"):
        op.drop_column("customer_notes", column)
    for table in ("text_todo", "texts", "saved_searches", "customer_vocabulary"):
        op.drop_table(table)
    op.execute("DROP INDEX ix_identities_tail")
    op.drop_index("ix_interactions_open_customer", "interactions")
    op.drop_index("ix_customers_recent", "customers")
    op.create_index("ix_customers_last_contact_at", "customers", ["last_contact_at"])
