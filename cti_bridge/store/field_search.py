"""The index of custom fields in the database; implements `customers.field_search.FieldIndex`.

It follows two ways: what was written since (`field_todo`, by triggers), and a walk through all
customers where the configuration names other fields than the index has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, insert, not_, or_, select, text, update

from cti_bridge.customers.field_search import found_by, searched
from cti_bridge.privacy.patterns import PATTERNS, hidden
from cti_bridge.store.bulk import insert_many
from cti_bridge.store.field_tables import field_index, field_todo, field_values
from cti_bridge.store.tables import customers
from cti_bridge.store.vocabulary import LAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from cti_bridge.customers.ports import Terms
    from cti_bridge.protocol.customer_values import CustomValue, FieldView
    from cti_bridge.store.engine import Database

    AnyRow = Row[*tuple[Any, ...]]

HITS: Final = 400
"""Up to so many customers with one beginning of a value are looked at."""
WALK: Final = 5_000
"""Row numbers that one step of the walk passes at most."""

c, v = customers.c, field_values.c
_FILE: Final = select(c.n, c.kind, c.custom).order_by(c.n).with_for_update(read=True)


class SqlFieldIndex:
    """`fields` are all of the configuration's."""

    def __init__(self, database: Database, fields: Iterable[FieldView]) -> None:
        self._database, self._fields = database, searched(fields)

    async def begin(self) -> bool:
        wanted = " ".join(sorted(_mark(one) for one in self._fields))

        def work(connection: Connection) -> bool:
            row = connection.execute(select(field_index)).first()
            if (row.fields if row is not None else "") == wanted:
                return row is not None and row.position is not None
            if connection.dialect.name == "postgresql":
                # whoever writes a customer now has not seen that fields are wanted
                connection.execute(text("LOCK TABLE customers IN SHARE MODE"))
            connection.execute(delete(field_index))
            connection.execute(insert(field_index).values(n=1, fields=wanted, position=0))
            return True

        return await self._database.writing(work)

    async def read_some(self, most: int) -> int:
        if not await self._database.reading(_left):  # each second: the writer is for others
            return 0
        return await self._database.writing(lambda connection: self._some(connection, most))

    def _some(self, connection: Connection, most: int) -> int:
        todo = connection.execute(select(field_todo).order_by(field_todo.c.n).limit(most)).all()
        if todo:
            whose = sorted({row.customer_n for row in todo})
            self._write(connection, connection.execute(_FILE.where(c.n.in_(whose))).all())
            done = field_todo.c.n.in_([row.n for row in todo])
            connection.execute(delete(field_todo).where(done))
            return len(todo)
        position = connection.execute(select(field_index.c.position)).scalar()
        return 0 if position is None else self._step(connection, position, most)

    def _step(self, connection: Connection, position: int, most: int) -> int:
        """From the customers after `position` on; 0: that was the last of them."""
        last = connection.execute(select(func.max(c.n))).scalar() or 0
        if position >= last:
            connection.execute(update(field_index).values(position=None))
            return 0
        end = min(position + WALK, last)
        passed = and_(c.n > position, c.n <= end)
        rows = connection.execute(_FILE.where(passed, _SAYS_SOMETHING).limit(most)).all()
        if len(rows) == most:
            end = rows[-1].n
        gone = and_(v.customer_n > position, v.customer_n <= end)
        connection.execute(delete(field_values).where(gone))
        self._write(connection, rows)
        connection.execute(update(field_index).values(position=end))
        return max(len(rows), 1)

    def _write(self, connection: Connection, rows: Sequence[AnyRow]) -> None:
        if not rows:
            return
        connection.execute(delete(field_values).where(v.customer_n.in_([row.n for row in rows])))
        found = [one for row in rows for one in self._values(row)]
        insert_many(connection, field_values, found)

    def _values(self, row: AnyRow) -> Iterable[dict[str, Any]]:
        for code, phrases in found_by(self._fields, row.kind, row.custom).items():
            patterns = _patterns(row.custom[code])
            for one in sorted(phrases):
                yield {"value": one, "customer_n": row.n, "code": code, "patterns": patterns}


_SAYS_SOMETHING: Final = c.custom != {}


def _left(connection: Connection) -> bool:
    """Whether anything was written, or the walk is not over."""
    written = select(field_todo.c.n).limit(1)
    walking = select(field_index.c.n).where(field_index.c.position.is_not(None)).limit(1)
    return any(connection.execute(one).first() is not None for one in (written, walking))


def _mark(field: FieldView) -> str:
    return f"{field.code}:{field.type}:{field.applies_to or 'both'}"


def _patterns(value: CustomValue) -> str:
    """Those of which something stands in the value, as a role may not be shown it."""
    said = str(value)
    return " ".join(name for name in PATTERNS if hidden(said, {name: 0}) != said)


def holders(terms: Terms, start: str) -> Select[Any]:
    """`customer_n` of some whose value begins so, in a field that the asker is shown."""
    shown: list[ColumnElement[bool]] = [v.code.in_(terms.fields)]
    if terms.unseen:
        shown.append(not_(or_(*(v.patterns.contains(name) for name in sorted(terms.unseen)))))
    return select(v.customer_n).where(v.value >= start, v.value < start + LAST, *shown).limit(HITS)
