"""What a bridge and its importing process say to each other: JSON, a line each."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from cti_bridge.protocol.customer_values import FieldView
from cti_bridge.protocol.importing import (
    ImportColumn,
    ImportCounts,
    ImportProblem,
    ImportRowView,
)

MAX_LINE: Final = 16 * 1024 * 1024


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """The first line; it goes through a pipe, because command lines are seen by everybody."""

    do: Literal["look", "try", "run"]
    database: str  # the URL of the store
    region: str
    fields: tuple[FieldView, ...]  # that the configuration adds
    location: str
    sheet: str = ""
    table: str = ""
    query: str = ""
    password: str = ""
    shown: str  # what the source is called
    name: str
    columns: tuple[str, ...] = ()  # a field for each; empty: as saved, or guessed
    orders: tuple[str, ...] = ()
    rule: str = ""
    resume: bool = False
    refusals: str = ""


class Steer(msgspec.Struct, frozen=True, kw_only=True):
    """Each further line."""

    do: Literal["pause", "resume", "cancel"]


class LookedAt(msgspec.Struct, frozen=True, kw_only=True, tag="looked"):
    kind: str
    detail: str
    columns: tuple[ImportColumn, ...]
    sheets: tuple[str, ...]
    problems: tuple[ImportProblem, ...]
    preview: tuple[ImportRowView, ...]


class Advanced(msgspec.Struct, frozen=True, kw_only=True, tag="advanced"):
    counts: ImportCounts
    fraction: float | None
    rows_per_second: float
    seconds_left: float | None


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    counts: ImportCounts
    refused: tuple[ImportRowView, ...]
    seconds: float


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    code: Literal["source", "store", "in_use", "cancelled", "problems"]
    what: str


Answer: TypeAlias = LookedAt | Advanced | Ended | Failed
encode: Final = msgspec.json.Encoder().encode
decode_task: Final = msgspec.json.Decoder(Task).decode
decode_steer: Final = msgspec.json.Decoder(Steer).decode
decode_answer: Final = msgspec.json.Decoder(Answer).decode
