"""Every number of a command has its bounds where the frame is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pytest
from msgspec import inspect

from cti_bridge.protocol.codec import FrameError, decode_command
from cti_bridge.protocol.commands import AnyCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKED_BY_THE_ROOM = {"custom"}
"""A site's own fields: each has bounds of its own, which are those of its type."""


def parts(kind: Any) -> Iterator[tuple[str, Any]]:
    """What a type is made of, each with its place in it."""
    match kind:
        case inspect.StructType(fields=fields):
            yield from ((f".{one.name}", one.type) for one in fields)
        case inspect.UnionType(types=kinds):
            yield from (("", one) for one in kinds)
        case inspect.VarTupleType(item_type=item) | inspect.DictType(value_type=item):
            yield "[]", item


def open_ended(kind: Any, path: str) -> Iterator[str]:
    """The places of integers that may be anything."""
    if isinstance(kind, inspect.IntType) and (kind.ge is None or kind.le is None):
        yield path
    for place, part in parts(kind):
        if place[1:] not in CHECKED_BY_THE_ROOM:
            yield from open_ended(part, path + place)


@pytest.mark.parametrize("command", get_args(AnyCommand), ids=lambda one: one.__name__)
def test_no_number_of_a_command_is_without_an_end(command: Any) -> None:
    kind = inspect.type_info(command)
    assert list(open_ended(kind, command.__name__)) == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"before": 99_999_999_999_999_999_999}, "before"),
        ({"before": -1}, "before"),
        ({"limit": -1}, "limit"),
        ({"limit": 100_000_000}, "limit"),
    ],
)
def test_a_number_that_no_database_can_hold_is_refused_by_its_field(
    said: dict[str, int], field: str
) -> None:
    frame = {"type": "field-history", "request_id": 1, "customer_id": "c-1", **said}
    with pytest.raises(FrameError) as refused:
        decode_command(json.dumps(frame))
    assert isinstance(refused.value, msgspec.ValidationError)
    assert f"$.{field}" in str(refused.value)
