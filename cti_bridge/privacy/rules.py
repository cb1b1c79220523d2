"""One rule of [[privacy.mask]], and what it leaves of a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from cti_bridge.privacy.patterns import DOTS, mask
from cti_bridge.protocol.vocabulary import IdentityKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    show: int = 0  # characters at the end that stay
    reveal: bool = False  # with a reason, for a while


def shown(kind: IdentityKind, value: str, rule: Rule) -> str:
    """Of an address its domain, of anything else its end."""
    if kind is IdentityKind.EMAIL and rule.show:
        return f"{DOTS}@{value.rpartition('@')[2]}"
    return mask(value.partition(";ext=")[0], rule.show)


def changed(value: T, **fields: object) -> T:
    """The very value where nothing of it changes."""
    new = {name: one for name, one in fields.items() if one != getattr(value, name)}
    return replace(value, **new) if new else value  # type: ignore[type-var]
