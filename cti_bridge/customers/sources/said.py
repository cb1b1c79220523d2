"""What a source said of a customer: kept, so that the next run knows what is new in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cti_bridge.customers.text import fold_words
from cti_bridge.protocol.customer_values import AddressView
from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.customers.sources.rows import ImportRow, Key
    from cti_bridge.protocol.customer_values import CustomValue

DIGEST: Final = 16  # bytes
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`values` as `ImportRow.values`; a field that was empty is not in it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    note: str = ""
    identities: Mapping[Key, str] = field(default_factory=dict)
    address: AddressView | None = None
    places: Mapping[str, AddressView] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    custom: Mapping[str, CustomValue] = field(default_factory=dict)


def record(row: ImportRow) -> tuple[str, bytes]:
    """JSON text, and its digest: the row as it was read, so a dot in a number changes nothing."""
    said: dict[str, object] = {"v": row.values}
    if row.identities:
        said["i"] = [(*key, label) for key, label in row.identities.items()]
    if row.tags:
        said["t"] = row.tags
    if row.note:
        said["n"] = row.note
    if row.address is not None:
        said["a"] = row.address
    if row.consents:
        said["c"] = row.consents
    if row.custom:
        said["f"] = row.custom
    if row.places or row.links:
        said |= {name: part for name, part in (("p", row.places), ("r", row.links)) if part}
    text = _encode(said)
    return text.decode(), hashlib.blake2b(text, digest_size=DIGEST).digest()


def decoded(record: str) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.json.decode(record)
    return said


def merged(before: Mapping[str, Any], now: str) -> str:
    """The record of `now`; what it does not say stays as it was said `before`."""
    said = decoded(now)
    for part in ("v", "c", "f", "p"):
        if part in before:
            said[part] = {**before[part], **said.get(part, {})}
    return _encode({**before, **said}).decode()


def read(record: Mapping[str, Any]) -> Said:
    values = dict(record.get("v", {}))
    if isinstance(since := values.get("since"), str):
        values["since"] = datetime.fromisoformat(since)
    if isinstance(born := values.get("born"), str):
        values["born"] = date.fromisoformat(born)
    address = record.get("a")
    return Said(
        values=values,
        tags=tuple(record.get("t", ())),
        note=record.get("n", ""),
        identities={
            (IdentityKind(kind), value, extension): label
            for kind, value, extension, label in record.get("i", ())
        },
        address=None if address is None else msgspec.convert(address, AddressView),
        places=msgspec.convert(record.get("p", {}), dict[str, AddressView]),
        consents=record.get("c", {}),
        custom=record.get("f", {}),
    )


def key_of(row: ImportRow) -> str:
    """What the source knows the row by: its key, or the name with the first number or address."""
    if key := row.key:
        return key
    first = next(iter(row.identities), ("", "", ""))
    text = "\x1f".join((*fold_words(row.name), *first))
    return f"~{hashlib.blake2b(text.encode(), digest_size=DIGEST).hexdigest()}"
