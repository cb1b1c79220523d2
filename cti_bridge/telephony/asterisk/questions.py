"""What has to be asked of a channel, because it did not come with it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.models import Values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti_bridge.telephony.asterisk.node import Node

logger = logging.getLogger(__name__)
PATIENCE: Final = 0.25
"""Seconds that a caller is not offered for the sake of variables."""


async def variables_of(
    node: Node, channel: str, wanted: Iterable[str], *, patience: float = PATIENCE
) -> dict[str, str]:
    """Those that are set; what did not come in time is left out. Never raises."""
    found: dict[str, str] = {}

    async def ask(name: str) -> None:
        try:
            told = await node.ari.get(Values, "channels", channel, "variable", variable=name)
        except AriError as error:
            if not error.gone:
                logger.warning("variable %s at %s: %s", name, node.id, error)
            return
        found[name] = told.value

    try:
        async with asyncio.timeout(patience):
            await asyncio.gather(*(ask(name) for name in wanted))
    except TimeoutError:
        logger.warning("%s did not give the variables of a call in time", node.id)
    return found
