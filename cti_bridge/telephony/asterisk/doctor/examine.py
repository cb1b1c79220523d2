"""One Asterisk looked at from end to end, in the order in which one would mend it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import aiohttp

from cti_bridge.telephony.asterisk.doctor import parts, testcall
from cti_bridge.telephony.asterisk.doctor.finding import Level, mistake, warning
from cti_bridge.telephony.asterisk.doctor.reach import reach
from cti_bridge.telephony.asterisk.doctor.rest import RestError, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from cti_bridge.config.values import Agent, Asterisk
    from cti_bridge.telephony.asterisk.doctor.finding import Finding
    from cti_bridge.telephony.asterisk.doctor.rest import Rest


async def examine(
    node: Asterisk, agents: Sequence[Agent], sounds: Sequence[str]
) -> AsyncIterator[Finding]:
    """What was found, one after the other; `agents` have their telephones there, `sounds` are the
    names of those that it should have. Nothing is changed there, and whatever it meets is told."""
    try:
        async with opened(node) as rest:
            async for finding in _examined(node, agents, sounds, rest):
                yield finding
    except ssl.SSLError:
        yield mistake(f"ca_file {node.ca_file} is no certificate", "Name a PEM file.")
    except (RestError, aiohttp.ClientError, TimeoutError, OSError) as error:
        yield warning(f"it stopped answering ({type(error).__name__})", "Ask it again.")


async def _examined(
    node: Asterisk, agents: Sequence[Agent], sounds: Sequence[str], rest: Rest
) -> AsyncIterator[Finding]:
    reached = await reach(node, rest)
    yield reached
    if reached.level is Level.MISTAKE:
        return
    allowed = await parts.permissions(node, rest)
    yield allowed
    yield await parts.modules(node, rest)
    yield await parts.application(node, rest)
    for finding in await parts.endpoints(node, agents, rest):
        yield finding
    yield await parts.sounds(sounds, rest)
    yield await parts.host_name(node)
    if allowed.level is not Level.MISTAKE:
        async for finding in testcall.call(node, agents, rest):
            yield finding
