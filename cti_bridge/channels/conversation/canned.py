"""Canned replies and what the bridge puts around an agent's words, from the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.protocol.values import CannedReply
from cti_bridge.protocol.vocabulary import Channel, QueueId

if TYPE_CHECKING:
    from cti_bridge.config.values import Config


def canned(config: Config) -> tuple[CannedReply, ...]:
    """For `Settings.replies`; the desktop fills in the variables."""
    return tuple(
        CannedReply(
            code=reply.code,
            title=reply.title,
            text=reply.text,
            language=reply.language,
            channels=tuple(map(Channel, reply.channels)),
            queues=tuple(map(QueueId, reply.queues)),
            subject=reply.subject,
        )
        for reply in config.replies
    )


class Paper:
    """What an e-mail of a queue is written on."""

    def __init__(self, config: Config) -> None:
        self._queues = {QueueId(queue.id): queue for queue in config.queues}
        self._boxes = [box for box in config.mailboxes if box.smtp]

    def queue_name(self, queue: QueueId | None) -> str:
        found = self._queues.get(queue) if queue else None
        return found.name if found else str(queue or "")

    def signature(self, queue: QueueId | None, agent: str) -> str:
        """As `agent`, by name, signs."""
        found = self._queues.get(queue) if queue else None
        return found.signed(agent) if found else ""

    def mailbox(self, queue: QueueId | None) -> str:
        """The address that a new e-mail of this queue comes from: its own mailbox's, or the
        first that can send."""
        own = [box for box in self._boxes if box.queue == queue]
        return next((box.address for box in own or self._boxes), "")
