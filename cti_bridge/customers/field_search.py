"""Custom fields that customers are found by: what each value is found by, and the task that reads
the values into the index."""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.customers.fields import applying
from cti_bridge.customers.text import fold_words
from cti_bridge.errors import StoreError
from cti_bridge.pace import Pace
from cti_bridge.protocol.vocabulary import FieldType
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cti_bridge.protocol.customer_values import CustomValue, FieldView
    from cti_bridge.protocol.vocabulary import CustomerKind

logger = logging.getLogger(__name__)

MAX_PHRASE: Final = 64
"""Letters and digits of a value that are compared."""
MAX_STARTS: Final = 12
"""Words of a value from which on it is found."""
BATCH: Final = 100
REST: Final = 1.0
"""Seconds between two looks for what was written."""
SULK: Final = 10.0
"""After the database failed."""


def searched(fields: Iterable[FieldView]) -> tuple[FieldView, ...]:
    """Those that customers are found by; of yes and no nobody is."""
    return tuple(one for one in fields if one.searchable and one.type is not FieldType.YES_NO)


def phrase(text: str) -> str:
    """Letters and digits only, folded: "C-2024/17" and "c 2024 17" are one."""
    return "".join(fold_words(text))[:MAX_PHRASE]


def phrases(field: FieldView, value: CustomValue) -> frozenset[str]:
    """What a value is found by the beginning of: itself, and what is left of it from each of its
    words on. A date as 20260531 and as 31052026; nothing for a value of another type."""
    if isinstance(value, bool):
        return frozenset()
    if field.type is FieldType.DATE:
        return _dated(str(value))
    words = fold_words(str(value))
    starts = range(min(len(words), MAX_STARTS))
    return frozenset("".join(words[at:])[:MAX_PHRASE] for at in starts)


def _dated(text: str) -> frozenset[str]:
    try:
        day = date.fromisoformat(text)
    except ValueError:  # it was written while the field had another type
        return frozenset()
    return frozenset({f"{day:%Y%m%d}", f"{day:%d%m%Y}"})


def found_by(
    fields: Iterable[FieldView], kind: CustomerKind, custom: Mapping[str, CustomValue]
) -> dict[str, frozenset[str]]:
    """Of a customer's values, those of fields that a customer of this kind has, by code."""
    return {
        one.code: said
        for one in applying(fields, kind)
        if one.code in custom and (said := phrases(one, custom[one.code]))
    }


class FieldIndex(Protocol):
    """Every method may raise `cti_bridge.errors.StoreError`."""

    async def begin(self) -> bool:
        """Looks whether the fields are those that the index has; else it will be made anew from
        the first customer on. Whether there is anything to be made."""

    async def read_some(self, most: int) -> int:
        """Brings the index up to date with at most `most` customers; with how many."""


class FieldReader:
    """`start` once the store is open; `stop` is safe at any time."""

    def __init__(self, index: FieldIndex) -> None:
        self._index, self._scope = index, Scope("fields")

    def start(self) -> None:
        self._scope.spawn(self._read(), "reader")

    async def stop(self) -> None:
        await self._scope.close()

    async def _read(self) -> None:
        """For as long as the bridge lives."""
        begun = catching_up = False
        pace = Pace(REST)
        while True:
            pace.begins()
            try:
                if not begun:
                    catching_up, begun = await self._index.begin(), True
                    if catching_up:
                        logger.info("custom fields are read for the search")
                done = await self._index.read_some(BATCH)
            except StoreError as error:
                logger.warning("custom fields wait to be read for the search: %s", error)
                await asyncio.sleep(SULK)
                continue
            if catching_up and not done:
                catching_up = False
                logger.info("custom fields are in the search")
            await asyncio.sleep(pace.rest(more=bool(done)))
