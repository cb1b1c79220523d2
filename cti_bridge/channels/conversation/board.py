"""The running state of conversations: unread, typing, here, who reads. In memory only.

What must outlive the bridge is in the messages and in what has been read; this is made of it
again (`MessageStore.tallies`).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ports import Audience, Glance
from cti_bridge.channels.conversation import tallies
from cti_bridge.channels.conversation.ports import Tally
from cti_bridge.protocol.events import ConversationChanged
from cti_bridge.protocol.vocabulary import Author, Delivery, InteractionState, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Contacts, Publisher
    from cti_bridge.channels.conversation.ports import Message
    from cti_bridge.protocol.events import AnyEvent
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId, MessageId, QueueId

MAX_RUNNING: Final = 50_000
MAX_LOOKING: Final = 20
"""Contacts that one agent may be shown to read at once: the oldest is let go."""
REMEMBERED: Final = 200
MAX_PREVIEW: Final = 1_000


@dataclass(slots=True, kw_only=True)
class Running:
    tally: Tally = field(default_factory=Tally)
    loaded: bool = False  # whether `tally` is what the messages come to
    counted_to: int = 0  # the highest `seq` when it was loaded
    counted: int = 0  # unread ones up to there
    fresh: list[int] = field(default_factory=list)  # `seq`s of unread ones after it
    typing: bool = False
    preview: str = ""
    here: bool = True
    readers: dict[AgentId, str] = field(default_factory=dict)
    got_seq: int = 0  # what has arrived at the customer
    read_seq: int = 0  # what the customer has read
    read_to: MessageId | None = None
    seqs: OrderedDict[MessageId, int] = field(default_factory=OrderedDict)
    unsettled: list[Message] = field(default_factory=list)  # of an agent, not read yet

    def glance(self) -> Glance:
        return Glance(
            unread=self.tally.unread,
            waiting_reply_since=self.tally.waiting_since,
            last_text=self.tally.last_text,
            customer_typing=self.typing,
            customer_here=self.here,
            readers=tuple(self.readers.values()),
        )

    def note(self, message: Message) -> None:
        """A message was stored."""
        if self.loaded:
            before, self.tally = self.tally.unread, tallies.after(self.tally, message)
            if self.tally.unread > before:
                self.fresh.append(message.seq)
        self.seqs[message.id] = message.seq
        while len(self.seqs) > REMEMBERED:
            self.seqs.popitem(last=False)
        if message.author is Author.CUSTOMER:
            self.typing, self.preview = False, ""
        elif message.author is Author.AGENT and message.kind is MessageKind.CHAT:
            self.unsettled = [*self.unsettled[-REMEMBERED:], message]

    def load(self, tally: Tally) -> None:
        self.tally, self.loaded = tally, True
        self.counted, self.counted_to, self.fresh = tally.unread, tally.last_seq, []

    def seen(self, seq: int) -> bool:
        """The agent has read up to here; False: only the store knows how many that leaves."""
        if not self.loaded or (self.counted and seq < self.counted_to):
            return False
        self.counted, self.fresh = 0, [one for one in self.fresh if one > seq]
        self.tally = replace(self.tally, unread=len(self.fresh), read_seq=seq)
        return True


class Board:
    def __init__(self, contacts: Contacts, publisher: Publisher) -> None:
        self._contacts, self._publisher = contacts, publisher
        self._running: dict[InteractionId, Running] = {}
        self._looking: dict[AgentId, list[InteractionId]] = {}

    def __contains__(self, interaction: InteractionId) -> bool:
        return interaction in self._running

    def find(self, interaction: InteractionId) -> Running | None:
        return self._running.get(interaction)

    def glance(self, interaction: InteractionId) -> Glance:
        running = self._running.get(interaction)
        return running.glance() if running else Glance()

    def open(self, interaction: InteractionId) -> Running:
        """As it stands; begun where it was not known."""
        running = self._running.get(interaction)
        if running is None:
            if len(self._running) >= MAX_RUNNING:
                self._forget_strangers()
            running = self._running[interaction] = Running()
        return running

    def load(self, interaction: InteractionId, tally: Tally) -> Running:
        """What the messages come to, as the store counted them."""
        running = self.open(interaction)
        running.load(tally)
        return running

    def forget(self, interaction: InteractionId) -> None:
        running = self._running.pop(interaction, None)
        for agent in running.readers if running else ():
            self._drop_looking(agent, interaction)

    def _forget_strangers(self) -> None:
        """Conversations of no open contact: what came for contacts that never began."""
        for one in [i for i in self._running if self._contacts.find(i) is None]:
            self.forget(one)

    # -- what the customer does ----------------------------------------------------------------

    def typing(self, interaction: InteractionId, *, on: bool, preview: str) -> None:
        running = self._running.get(interaction)
        preview = preview[:MAX_PREVIEW] if on else ""
        if running is None or (running.typing, running.preview) == (on, preview):
            return
        running.typing, running.preview = on, preview
        self.tell(interaction)

    def here(self, interaction: InteractionId, *, here: bool) -> None:
        running = self._running.get(interaction)
        if running is None and self._contacts.find(interaction) is not None:
            running = self.open(interaction)
        if running is None or running.here is here:
            return
        running.here = here
        if not here:
            running.typing, running.preview = False, ""
        self.tell(interaction, waiting=True)

    def got(self, interaction: InteractionId, seq: int) -> list[Message]:
        """The agent's messages that have now arrived at the customer."""
        running = self._running.get(interaction)
        if running is None:
            return []
        running.got_seq = max(running.got_seq, seq)
        arrived = [
            replace(one, delivery=Delivery.DELIVERED)
            for one in running.unsettled
            if one.seq <= seq and one.delivery is Delivery.SENT
        ]
        news = {one.id: one for one in arrived}
        running.unsettled = [news.get(one.id, one) for one in running.unsettled]
        return arrived

    def read(self, interaction: InteractionId, message: MessageId, seq: int) -> None:
        running = self._running.get(interaction)
        if running is None or seq <= running.read_seq:
            return
        running.read_to, running.read_seq = message, seq
        running.unsettled = [one for one in running.unsettled if one.seq > seq]
        self.tell(interaction)

    # -- who reads -----------------------------------------------------------------------------

    def look(self, interaction: InteractionId, agent: AgentId, name: str) -> None:
        running = self.open(interaction)
        if agent in running.readers:
            return
        running.readers[agent] = name
        looking = self._looking.setdefault(agent, [])
        looking.append(interaction)
        if len(looking) > MAX_LOOKING:
            self.look_away(looking[0], agent)
        self.tell(interaction, waiting=True)

    def look_away(self, interaction: InteractionId, agent: AgentId) -> None:
        running = self._running.get(interaction)
        if running is None or running.readers.pop(agent, None) is None:
            return
        self._drop_looking(agent, interaction)
        self.tell(interaction, waiting=True)

    def agent_gone(self, agent: AgentId) -> None:
        for interaction in tuple(self._looking.get(agent, ())):
            self.look_away(interaction, agent)

    def _drop_looking(self, agent: AgentId, interaction: InteractionId) -> None:
        looking = self._looking.get(agent, [])
        if interaction in looking:
            looking.remove(interaction)
        if not looking:
            self._looking.pop(agent, None)

    # -- telling -------------------------------------------------------------------------------

    def tell(self, interaction: InteractionId, *, waiting: bool = False) -> None:
        """The running state to the agent and the readers; `waiting`: to the queue too, while
        the contact waits there."""
        running = self._running.get(interaction)
        if running is None:
            return
        glance = running.glance()
        event = ConversationChanged(
            interaction_id=interaction,
            unread=glance.unread,
            waiting_reply_since=glance.waiting_reply_since,
            last_text=glance.last_text,
            customer_typing=glance.customer_typing,
            customer_here=glance.customer_here,
            read_to=running.read_to,
            preview=running.preview,
            readers=glance.readers,
        )
        self.publish(interaction, event, waiting=waiting)

    def publish(
        self, interaction: InteractionId, event: AnyEvent, *, waiting: bool = False
    ) -> None:
        to = self._audience(interaction, waiting=waiting)
        if to.agents or to.queues:  # an empty audience would be everybody
            self._publisher.publish(event, to)

    def _audience(self, interaction: InteractionId, *, waiting: bool) -> Audience:
        contact, running = self._contacts.find(interaction), self._running.get(interaction)
        agents = set(running.readers) if running else set()
        if contact is None:
            return Audience(agents=frozenset(agents))
        if contact.agent is not None:
            agents.add(contact.agent)
        return Audience(
            agents=frozenset(agents), queues=frozenset(_queues(contact) if waiting else ())
        )


def _queues(contact: Interaction) -> Iterator[QueueId]:
    if contact.state is InteractionState.QUEUED and contact.queue is not None:
        yield contact.queue
