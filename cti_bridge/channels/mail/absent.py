"""E-mail where no mailbox is configured: nothing is read and nothing can be sent. It brings none
of what e-mail needs, which is a good part of the bridge's start."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.vocabulary import QueueId
    from cti_bridge.telephony.ports import LineStatus


class NoMail:
    """In the place of `MailService`."""

    def __init__(self) -> None:
        self.figures: Counter[tuple[str, str]] = Counter()

    async def start(self) -> None:
        """There is nothing to open."""

    async def stop(self) -> None:
        """Nothing was begun."""

    def lines(self) -> tuple[LineStatus, ...]:
        return ()

    async def deliver(self, mailbox: str, data: bytes) -> None:
        raise LookupError(mailbox)

    async def handle(self, actor: Actor, command: AnyCommand) -> AnyReply:
        """Raises CommandRefused."""
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, "no mailbox can send: set its smtp")

    async def send_plain(
        self,
        *,
        id: str,  # noqa: A002 - as everywhere on the values
        to: str,
        subject: str,
        text: str,
        queue: QueueId,
        html: str = "",
        language: str = "",
        automatic: bool = True,
    ) -> bool:
        """As `channels.outgoing.Outgoing`."""
        return False

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        """Nobody is told."""

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """Nobody can answer."""
