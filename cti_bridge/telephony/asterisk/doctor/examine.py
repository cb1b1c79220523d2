"""One Asterisk looked at from end to end, in the order in which one would mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.telephony.asterisk.ari.client import Ari
from cti_bridge.telephony.asterisk.doctor import parts, testcall
from cti_bridge.telephony.asterisk.doctor.direct import direct
from cti_bridge.telephony.asterisk.doctor.finding import Level
from cti_bridge.telephony.asterisk.doctor.reach import reach

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from cti_bridge.config.values import Agent, Asterisk
    from cti_bridge.telephony.asterisk.doctor.finding import Finding


async def examine(
    node: Asterisk,
    agents: Sequence[Agent],
    sounds: Sequence[str],
    musics: Sequence[str] = (),
) -> AsyncIterator[Finding]:
    """What was found, one after the other; `agents` have their telephones there, `sounds` and
    classes of `musics` are the names of those that it should have. Nothing is changed there, and
    whatever it meets is told."""
    ari = Ari(node.url, node.user, node.password, ca_file=node.ca_file)
    try:
        async for finding in _examined(node, agents, sounds, musics, ari):
            yield finding
    finally:
        await ari.close()


async def _examined(
    node: Asterisk,
    agents: Sequence[Agent],
    sounds: Sequence[str],
    musics: Sequence[str],
    ari: Ari,
) -> AsyncIterator[Finding]:
    reached = await reach(node, ari)
    yield reached
    if reached.level is Level.MISTAKE:
        return
    allowed = await parts.permissions(node, ari)
    yield allowed
    yield await parts.modules(node, ari)
    yield await parts.application(node, ari)
    for finding in await parts.endpoints(node, agents, ari):
        yield finding
    yield await parts.sounds(sounds, ari)
    yield await parts.host_name(node)
    for finding in await direct(node):
        yield finding
    if allowed.level is not Level.MISTAKE:
        async for finding in testcall.call(node, agents, musics, ari):
            yield finding
