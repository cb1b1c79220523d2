"""People of a contact centre in tests and under load: agents that serve whatever is offered."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import AgentChanged, InteractionChanged, OfferMade
from cti_bridge.protocol.values import Draft
from cti_bridge.protocol.vocabulary import AgentMode, Channel, InteractionState, MessageId
from cti_bridge.tasks import Scope
from tests.helpers.desk import Desk, RefusedCommand
from tests.helpers.serving import PASSWORD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.values import InteractionView, OfferView

logger = logging.getLogger(__name__)
S = InteractionState
TALKING = frozenset({S.CONNECTED, S.HELD})
WORKED = TALKING | {S.WRAP_UP}
OVER = frozenset({S.CLOSED, S.ABANDONED})
GONE = (TimeoutError, OSError, ConnectionClosed, RefusedCommand)
"""The bridge is away, or changed its mind meanwhile."""


@dataclass(slots=True)
class Manner:
    """How an agent serves."""

    seconds: float = 0.2  # of talk, or of thought
    answers_mail: bool = False  # else it is closed as read
    says: str = "Buenos días, dígame."


@dataclass(slots=True)
class Tale:
    """What agents saw, all together; times in seconds."""

    offered: Counter[Channel] = field(default_factory=Counter)
    done: Counter[Channel] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    latencies: dict[Channel, list[float]] = field(default_factory=dict)  # arrival to offer
    seen: set[str] = field(default_factory=set)  # interactions that were offered


class BusyAgent:
    """Accepts every offer, says something, ends it and wraps it up. `tale` may be shared."""

    def __init__(self, desk: Desk, login: str, manner: Manner, tale: Tale) -> None:
        self.desk, self.login, self.manner, self.tale = desk, login, manner, tale
        self.contacts: dict[str, InteractionView] = {}
        self._scope = Scope("agent")
        self._moved = asyncio.Event()
        desk.on_event = self._event
        for event, at_ns in desk.early:
            self._event(event, at_ns)

    @classmethod
    @contextlib.asynccontextmanager
    async def signed_in(
        cls, url: str, login: str, manner: Manner | None = None, tale: Tale | None = None
    ) -> AsyncIterator[BusyAgent]:
        async with Desk.signed_in(url, login, PASSWORD) as desk:
            agent = cls(desk, login, manner or Manner(), tale or Tale())
            try:
                yield agent
            finally:
                await agent._scope.close()

    def _event(self, event: AnyEvent, _at_ns: int) -> None:
        match event:
            case OfferMade(offer=offer):
                self.contacts[offer.interaction.interaction_id] = offer.interaction
                self._offered(offer)
            case InteractionChanged(interaction=view):
                self.contacts[view.interaction_id] = view
            case AgentChanged(agent=agent) if agent.login == self.login:
                if agent.mode is AgentMode.NOT_READY and agent.reason:
                    self._scope.spawn(self._again(agent.reason), "ready again")
        self._moved.set()

    def _offered(self, offer: OfferView) -> None:
        view = offer.interaction
        self.tale.offered[view.channel] += 1
        if view.interaction_id not in self.tale.seen and view.queued_at is not None:
            self.tale.seen.add(view.interaction_id)
            waited = time.time() - view.started_at.timestamp()
            self.tale.latencies.setdefault(view.channel, []).append(waited)
        self._scope.spawn(self._serve(offer), "serve")

    async def _again(self, reason: str) -> None:
        """What the bridge made of one who did not answer, a person puts right."""
        self.tale.refused[f"not ready: {reason}"] += 1
        with contextlib.suppress(*GONE):
            await self._ask(c.SetMode, mode=AgentMode.READY)

    async def _serve(self, offer: OfferView) -> None:
        key = offer.interaction.interaction_id
        try:
            await self._ask(c.AcceptOffer, offer_id=offer.offer_id)
            await self._until(key, WORKED | OVER)
            await asyncio.sleep(self.manner.seconds)
            await self._work(key)
            self.tale.done[offer.interaction.channel] += 1
        except RefusedCommand as refusal:
            self.tale.refused[str(refusal)[:80]] += 1
        except GONE as error:
            self.tale.refused[type(error).__name__] += 1

    async def _work(self, key: str) -> None:
        view = self.contacts[key]
        if view.state in TALKING:
            await self._answer(view)
        if self.contacts[key].state in TALKING and view.channel in (Channel.VOICE, Channel.CHAT):
            await self._ask(c.ClearCall, interaction_id=key)
            await self._until(key, OVER | {S.WRAP_UP})
        if self.contacts[key].state not in OVER:
            await self._ask(
                c.CompleteWrapUp, interaction_id=key, disposition="resolved", notes="served"
            )
            await self._until(key, OVER)

    async def _answer(self, view: InteractionView) -> None:
        about = {"interaction_id": view.interaction_id, "message_id": MessageId(str(uuid.uuid4()))}
        if view.channel is Channel.CHAT:
            await self._ask(c.SendMessage, **about, text=self.manner.says)
        elif view.channel is Channel.EMAIL and self.manner.answers_mail:
            opened = await self._ask(c.OpenConversation, interaction_id=view.interaction_id)
            assert isinstance(opened, c.ConversationOpened)
            asked = opened.conversation.messages[-1]
            to = (asked.sender,) if asked.sender else ()
            draft = Draft(
                to=to, subject=f"Re: {asked.subject}", text=self.manner.says,
                in_reply_to=asked.message_id,
            )  # fmt: skip
            await self._ask(c.SendEmail, **about, draft=draft)

    async def _ask(self, command: type[c.AnyCommand], **fields: object) -> c.AnyReply:
        return await self.desk.ask(command(request_id=self.desk.next_id(), **fields))

    async def _until(self, key: str, states: frozenset[S], within: float = 30) -> None:
        async with asyncio.timeout(within):
            while self.contacts[key].state not in states:
                self._moved.clear()
                await self._moved.wait()
