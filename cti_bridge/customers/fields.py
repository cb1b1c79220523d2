"""Custom fields: the values that somebody wrote into them, by the types of the configuration."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.cleaning import invalid, line
from cti_bridge.protocol.vocabulary import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cti_bridge.protocol.customer_values import CustomValue, FieldView
    from cti_bridge.protocol.vocabulary import CustomerKind

MAX_TEXT: Final = 500
MOST: Final = 1e15
"""Of a number: beyond it the digits of a float no longer hold."""


def applying(fields: Iterable[FieldView], kind: CustomerKind) -> tuple[FieldView, ...]:
    return tuple(one for one in fields if one.applies_to in (None, kind))


def written(
    values: Mapping[str, CustomValue],
    known: Mapping[str, CustomValue],
    fields: Sequence[FieldView],
    *,
    before: CustomerKind,
    kind: CustomerKind,
) -> dict[str, CustomValue]:
    """`values` in place of what the file showed: the fields of a customer of kind `before`.

    What is on file of other fields (no longer configured, or of the other kind) stays.
    Raises CommandRefused with the field at fault, `custom.CODE`.
    """
    shown = {one.code for one in applying(fields, before)}
    own = {one.code: one for one in applying(fields, kind)}
    for code in values:
        if code not in own and values[code] != known.get(code):
            raise invalid(f"custom.{code[:40]}", "no such field of this customer")
    kept = {code: value for code, value in known.items() if not (code in own and code in shown)}
    given = ((field, values[code]) for code, field in own.items() if code in values)
    merged = kept | {field.code: clean(field, value) for field, value in given}
    return {code: value for code, value in merged.items() if value is not None}


def clean(field: FieldView, value: CustomValue) -> CustomValue | None:
    """As stored; None where it says nothing. Raises CommandRefused for what is not of its type."""
    where = f"custom.{field.code}"
    match field.type, value:
        case FieldType.YES_NO, bool():
            return value
        case FieldType.NUMBER, float() | int() if not isinstance(value, bool):
            if not math.isfinite(value) or abs(value) > MOST:
                raise invalid(where, "not a number that can be kept")
            return int(value) if value == int(value) else float(value)
        case FieldType.TEXT | FieldType.DATE | FieldType.CHOICE, str():
            return _text(field, line(value, where, MAX_TEXT), where)
        case _, "":
            return None
        case _:
            raise invalid(where, f"not a {field.type}")


def _text(field: FieldView, text: str, where: str) -> str | None:
    if not text:
        return None
    if field.type is FieldType.DATE:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise invalid(where, "not a date such as 2026-05-31") from error
    if field.type is FieldType.CHOICE and text not in field.choices:
        raise invalid(where, "not one of its choices")
    return text
