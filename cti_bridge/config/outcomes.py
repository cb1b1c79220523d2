"""To which channels the outcomes of a queue's overflow apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import LIVE_CHANNELS, Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDS: Final[Mapping[str, frozenset[Channel]]] = {
    "queue": frozenset(Channel),
    "voicemail": frozenset({Channel.VOICE}),
    "callback": LIVE_CHANNELS,
    "email": frozenset({Channel.CHAT}),
    "hang_up": LIVE_CHANNELS,
}
SAYS: Final[Mapping[str, frozenset[Channel]]] = {
    "announce": frozenset({Channel.VOICE}),
    "email": frozenset({Channel.EMAIL}),
}
"""By what is done: the channels whose wait it ends, and those that go on waiting. It does nothing
to others: an e-mail is never hung up on, and a caller is not answered by e-mail."""


def applies(do: str, channel: Channel) -> bool:
    return channel in ENDS.get(do, ()) or channel in SAYS.get(do, ())
