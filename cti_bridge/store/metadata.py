"""The one MetaData of the database, its naming convention, and the column types that all share."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import JSON, DateTime, MetaData, String
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

E = TypeVar("E", bound=Enum)

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in, an aware time in UTC out, to the microsecond, on both databases.

    SQLite keeps the text of the time in UTC, which sorts as the time does. Raises ValueError
    for a naive time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without its zone cannot be stored: {value.isoformat()}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_of(enum: type[E], length: int = 32) -> SqlEnum:
    """The values of `enum` as text: a new member needs no migration."""
    return SqlEnum(
        enum,
        values_callable=lambda members: [str(member.value) for member in members],
        native_enum=False,
        create_constraint=False,
        validate_strings=True,
        length=length,
    )


def json_of() -> JSON:
    """JSON text on SQLite, JSONB on PostgreSQL; None is SQL NULL."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def key_of(length: int = 64) -> String:
    """Identifiers and codes: compared and sorted by bytes on both databases."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")
