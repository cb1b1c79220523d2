"""What the bridge has told this desktop, as one frozen value, and how each frame changes it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from cti_bridge.protocol.commands import SignedIn
from cti_bridge.protocol.events import (
    AgentChanged,
    AgentsChanged,
    AnyEvent,
    CallMonitored,
    ConversationChanged,
    InteractionChanged,
    LineChanged,
    MatchFound,
    MessageAdded,
    MessageChanged,
    MissedChanged,
    MissedClosed,
    MonitorChanged,
    OfferEnded,
    OfferMade,
    QueueChanged,
    WaitingChanged,
)
from cti_bridge.protocol.values import (
    AgentView,
    Conversation,
    InteractionView,
    LineView,
    MessageView,
    MissedView,
    OfferView,
    QueueView,
    Settings,
    Snapshot,
)
from cti_bridge.protocol.vocabulary import (
    FINAL,
    WAITING,
    AgentId,
    InteractionId,
    InteractionState,
    OfferId,
    OfferState,
    Permission,
    QueueId,
    Role,
)
from cti_bridge.protocol.voice import PathTrouble, VoicePathsChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from agent_desktop.link import LinkPort

_K = TypeVar("_K")
_V = TypeVar("_V")

ENDED_KEPT: Final = 64
CONVERSATIONS_KEPT: Final = 40  # the newest opened
MESSAGES_KEPT: Final = 1_000  # of one conversation; the older ones are asked for again
FAR: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    agent_id: AgentId
    role: Role
    epoch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A ringing call. `expires_at` runs on this machine's monotonic clock, in seconds."""

    view: OfferView
    expires_at: float


def _none() -> Mapping[_K, _V]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The contacts of `State.interactions`, by whose they are."""

    own: tuple[InteractionView, ...]  # past the ringing and not parked, oldest first
    parked: tuple[InteractionView, ...]  # the next to wake first
    waiting: tuple[InteractionView, ...]  # what is due first; without a due time, by its wait


@dataclass(frozen=True, kw_only=True)
class State:
    link: LinkState = LinkState.SIGNED_OUT
    session: Session | None = None
    settings: Settings = field(default_factory=Settings)
    agent: AgentView | None = None
    agents: Mapping[AgentId, AgentView] = field(default_factory=_none)  # others, as they change
    offers: Mapping[OfferId, Offer] = field(default_factory=_none)  # in the order they rang
    interactions: Mapping[InteractionId, InteractionView] = field(default_factory=_none)
    queues: Mapping[QueueId, QueueView] = field(default_factory=_none)
    missed: Mapping[InteractionId, MissedView] = field(default_factory=_none)
    lines: Mapping[str, LineView] = field(default_factory=_none)
    ended: tuple[tuple[InteractionId, int], ...] = ()  # the newest contacts that are over
    clock: float | None = None  # bridge's epoch seconds − monotonic seconds; None: not known
    conversations: Mapping[InteractionId, Conversation] = field(default_factory=_none)
    monitor: MonitorChanged | None = None  # the call that this supervisor takes part in
    monitored: Mapping[InteractionId, tuple[CallMonitored, ...]] = field(default_factory=_none)
    """Who takes part in one's own calls; there may be several in one."""
    path_trouble: PathTrouble = PathTrouble.NONE  # why the bridge carries a voice that it need not
    previews: Mapping[InteractionId, str] = field(default_factory=_none)  # what is being typed

    @cached_property
    def lists(self) -> Lists:
        """One pass over all contacts for each state that is asked: thousands may wait."""
        me = self.session.agent_id if self.session else None
        own: list[InteractionView] = []
        parked: list[InteractionView] = []
        waiting: list[InteractionView] = []
        for view in self.interactions.values():
            if view.state in WAITING:
                waiting.append(view)
            elif view.agent_id == me:
                (parked if view.state is InteractionState.PARKED else own).append(view)
        return Lists(
            own=tuple(sorted(own, key=lambda i: i.established_at or i.started_at)),
            parked=tuple(sorted(parked, key=lambda i: (i.wake_at or FAR, i.started_at))),
            waiting=tuple(sorted(waiting, key=_urgency)),
        )

    @property
    def phone(self) -> str:
        """The telephone that calls ring at; "": the headset of this computer."""
        return self.agent.phone if self.agent is not None else ""

    def own(self) -> tuple[InteractionView, ...]:
        """Contacts of this agent that are past the ringing, oldest first; without the parked."""
        return self.lists.own

    def parked(self) -> tuple[InteractionView, ...]:
        """Contacts that this agent put aside until a time, the next to wake first."""
        return self.lists.parked

    def waiting(self) -> tuple[InteractionView, ...]:
        """Contacts of the agent's queues that nobody has answered: what is due first stands
        first, then the longest wait."""
        return self.lists.waiting

    def may(self, permission: Permission) -> bool:
        return permission in self.settings.permissions


def _urgency(view: InteractionView) -> tuple[datetime, datetime]:
    return view.due_at or FAR, view.queued_at or view.started_at


def reduce(state: State, frame: AnyEvent | SignedIn, *, now: float = 0.0) -> State:
    """The state after `frame`, which arrived at monotonic time `now` (seconds)."""
    reducer = _REDUCERS.get(type(frame))
    return reducer(state, frame, now) if reducer else state


def on_link(state: State, link: LinkState) -> State:
    """A cut keeps what is shown; signing out forgets it."""
    if link is LinkState.SIGNED_OUT:
        return State(link=link)
    return replace(state, link=link)


class Store(QObject):
    """Holds the state and tells of each change with the old and the new one."""

    changed = Signal(object, object)

    def __init__(
        self,
        link: LinkPort,
        parent: QObject | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._state = State(link=link.state)
        self.monotonic, self._wall = monotonic, wall
        link.received.connect(self._received)
        link.state_changed.connect(self._link)

    @property
    def state(self) -> State:
        return self._state

    def now(self) -> datetime:
        """The time at the bridge, UTC; the desk's own clock until the bridge has told."""
        clock = self._state.clock
        seconds = self._wall() if clock is None else self.monotonic() + clock
        return datetime.fromtimestamp(seconds, UTC)

    def since(self, moment: datetime) -> float:
        """Seconds that have passed at the bridge since `moment`; never negative."""
        return max(0.0, (self.now() - moment).total_seconds())

    def take(self, conversation: Conversation, newer: tuple[MessageView, ...] = ()) -> None:
        """A conversation as the bridge has just told it, and what was said meanwhile."""
        self._set(opened(self._state, conversation, newer))

    def take_older(
        self, key: InteractionId, messages: tuple[MessageView, ...], *, more: bool
    ) -> None:
        self._set(older(self._state, key, messages, more=more))

    def _received(self, frame: AnyEvent | SignedIn) -> None:
        self._set(reduce(self._state, frame, now=self.monotonic()))

    def _link(self, link: LinkState) -> None:
        self._set(on_link(self._state, link))

    def _set(self, state: State) -> None:
        old = self._state
        if state is not old and state != old:
            if state.interactions is old.interactions and state.session is old.session:
                state.__dict__.setdefault("lists", old.lists)
            self._state = state
            self.changed.emit(old, state)


# -- one function for each kind of frame ---------------------------------------------------------


def _signed_in(state: State, frame: SignedIn, now: float) -> State:
    session = Session(agent_id=frame.agent_id, role=frame.role, epoch=frame.epoch)
    state = replace(
        state,
        session=session,
        settings=frame.settings,
        path_trouble=PathTrouble.NONE,  # told anew, where there is one
    )
    state = _synced(state, frame.now, now)
    return state if frame.snapshot is None else _whole(state, frame.snapshot, now)


def _whole(state: State, snapshot: Snapshot, now: float) -> State:
    return replace(
        state,
        agent=snapshot.agent,
        offers=MappingProxyType({o.offer_id: _pending(o, now) for o in snapshot.offers}),
        interactions=MappingProxyType(
            {i.interaction_id: i for i in snapshot.interactions}
            | {o.interaction.interaction_id: o.interaction for o in snapshot.offers}
        ),
        queues=MappingProxyType({q.queue_id: q for q in snapshot.queues}),
        missed=MappingProxyType({m.interaction_id: m for m in snapshot.missed}),
        lines=MappingProxyType({line.line_id: line for line in snapshot.lines}),
        ended=(),
        monitor=None,
        monitored=_monitored(snapshot),
    )


def _monitored(snapshot: Snapshot) -> Mapping[InteractionId, tuple[CallMonitored, ...]]:
    rows: dict[InteractionId, tuple[CallMonitored, ...]] = {}
    for one in snapshot.monitored:
        seen = CallMonitored(interaction_id=one.interaction_id, by=one.by, mode=one.mode)
        rows[one.interaction_id] = (*rows.get(one.interaction_id, ()), seen)
    return MappingProxyType(rows)


def _pending(offer: OfferView, now: float) -> Offer:
    return Offer(view=offer, expires_at=now + offer.expires_in_ms / 1000)


def _offer_made(state: State, frame: OfferMade, now: float) -> State:
    offer = frame.offer
    state = _changed(_synced(state, _written_at(offer), now), offer.interaction)
    return replace(state, offers=_with(state.offers, offer.offer_id, _pending(offer, now)))


def _offer_ended(state: State, frame: OfferEnded, now: float) -> State:
    offers = _without(state.offers, frame.offer_id)
    known = state.interactions.get(frame.interaction_id)
    if frame.state is OfferState.RESCINDED and known and known.state is InteractionState.OFFERED:
        # the contact's own event follows with a higher version, if it still waits
        interactions = _without(state.interactions, frame.interaction_id)
        return replace(state, offers=offers, interactions=interactions)
    return replace(state, offers=offers)


def _interaction(state: State, frame: InteractionChanged, now: float) -> State:
    view = frame.interaction
    return _changed(_at_least(state, view.changed_at, now), view)


def _changed(state: State, view: InteractionView) -> State:
    key = view.interaction_id
    if _late(state, view):
        return state
    if view.state in FINAL:
        ended = ((key, view.version), *(e for e in state.ended if e[0] != key))[:ENDED_KEPT]
        return replace(state, interactions=_without(state.interactions, key), ended=ended)
    me = state.session.agent_id if state.session else None
    if view.state not in WAITING and view.agent_id != me:  # answered elsewhere
        return replace(state, interactions=_without(state.interactions, key))
    state = replace(state, interactions=_with(state.interactions, key, view))
    return _refresh_offer(state, view)


def _late(state: State, view: InteractionView) -> bool:
    """Whether a newer one was here already."""
    known = state.interactions.get(view.interaction_id)
    newest = known.version if known else dict(state.ended).get(view.interaction_id, -1)
    return view.version < newest or (known is None and view.version == newest)


def _waiting(state: State, frame: WaitingChanged, now: float) -> State:
    """One new mapping for the whole batch, however many changed."""
    if frame.changed:
        latest = max(view.changed_at for view in frame.changed)
        state = _at_least(state, latest, now)
    rows = dict(state.interactions)
    here = {offer.view.interaction.interaction_id for offer in state.offers.values()}
    for view in frame.changed:
        if not _late(state, view):
            if view.interaction_id in here:
                state = _refresh_offer(state, view)
            rows[view.interaction_id] = view
    gone: dict[InteractionId, int] = {}
    for key, version in frame.gone:
        known = rows.get(key)
        ours = known is not None and (known.version > version or known.state not in WAITING)
        if not ours and key not in here:
            rows.pop(key, None)
            gone[key] = version - 1  # with this version itself it may become this agent's
    kept = [e for e in state.ended if e[0] not in gone]
    ended = (*gone.items(), *kept)[: max(ENDED_KEPT, len(gone))]
    return replace(state, interactions=MappingProxyType(rows), ended=ended)


def _refresh_offer(state: State, view: InteractionView) -> State:
    for offer_id, offer in state.offers.items():
        if offer.view.interaction.interaction_id == view.interaction_id:
            fresh = replace(offer, view=msgspec.structs.replace(offer.view, interaction=view))
            return replace(state, offers=_with(state.offers, offer_id, fresh))
    return state


def _matched(state: State, frame: MatchFound, now: float) -> State:
    known = state.interactions.get(frame.interaction_id)
    if known is None:
        return state
    view = msgspec.structs.replace(known, match=frame.match)
    state = replace(state, interactions=_with(state.interactions, known.interaction_id, view))
    return _refresh_offer(state, view)


def _agent(state: State, frame: AgentChanged, now: float) -> State:
    return _agents_are(state, (frame.agent,))


def _agents(state: State, frame: AgentsChanged, now: float) -> State:
    return _agents_are(state, frame.agents)


def _agents_are(state: State, agents: Iterable[AgentView]) -> State:
    own = state.session.agent_id if state.session else None
    others = {one.agent_id: one for one in agents if one.agent_id != own}
    mine = [one for one in (*agents, state.agent) if one is not None and one.agent_id == own]
    me = max(mine, key=lambda one: one.version, default=state.agent)
    known = MappingProxyType({**state.agents, **others}) if others else state.agents
    return replace(state, agent=me, agents=known)


def _queue(state: State, frame: QueueChanged, now: float) -> State:
    return replace(state, queues=_with(state.queues, frame.queue.queue_id, frame.queue))


def _missed(state: State, frame: MissedChanged, now: float) -> State:
    return replace(state, missed=_with(state.missed, frame.missed.interaction_id, frame.missed))


def _missed_closed(state: State, frame: MissedClosed, now: float) -> State:
    return replace(state, missed=_without(state.missed, frame.interaction_id))


def _line(state: State, frame: LineChanged, now: float) -> State:
    return replace(state, lines=_with(state.lines, frame.line.line_id, frame.line))


def _monitor(state: State, frame: MonitorChanged, now: float) -> State:
    if frame.state:
        return replace(state, monitor=frame)
    known = state.monitor
    mine = known is not None and known.interaction_id == frame.interaction_id
    return replace(state, monitor=None) if mine else state


def _call_monitored(state: State, frame: CallMonitored, now: float) -> State:
    key = frame.interaction_id
    others = tuple(one for one in state.monitored.get(key, ()) if one.by != frame.by)
    seen = others if frame.mode is None else (*others, frame)
    rows = _with(state.monitored, key, seen) if seen else _without(state.monitored, key)
    return replace(state, monitored=rows)


def _voice_paths(state: State, frame: VoicePathsChanged, now: float) -> State:
    return replace(state, path_trouble=frame.trouble)


# -- what is written -----------------------------------------------------------------------------


def opened(state: State, conversation: Conversation, newer: tuple[MessageView, ...] = ()) -> State:
    key = conversation.interaction_id
    for message in newer:
        conversation = _joined(conversation, message)
    kept = {k: v for k, v in state.conversations.items() if k != key}
    while len(kept) >= CONVERSATIONS_KEPT:
        kept.pop(next((k for k in kept if k not in state.interactions), next(iter(kept))))
    return replace(state, conversations=MappingProxyType({**kept, key: conversation}))


def older(
    state: State, key: InteractionId, messages: tuple[MessageView, ...], *, more: bool
) -> State:
    """Puts earlier messages before those that are here."""
    known = state.conversations.get(key)
    if known is None:
        return state
    here = {m.message_id for m in known.messages}
    fresh = tuple(m for m in messages if m.message_id not in here)
    whole = (*fresh, *known.messages)[-MESSAGES_KEPT:]
    more = more and len(known.messages) < MESSAGES_KEPT
    return _keep(state, msgspec.structs.replace(known, messages=whole, more=more))


def _joined(known: Conversation, message: MessageView) -> Conversation:
    """With `message` in its place: over its older self, else at the end."""
    rows = list(known.messages)
    for at, row in enumerate(rows):
        if row.message_id == message.message_id:
            if not _older(message, row):
                rows[at] = message
            return msgspec.structs.replace(known, messages=tuple(rows))
    rows.append(message)
    cut = len(rows) > MESSAGES_KEPT
    return msgspec.structs.replace(
        known, messages=tuple(rows[-MESSAGES_KEPT:]), more=known.more or cut
    )


def _older(message: MessageView, known: MessageView) -> bool:
    if message.changed_at is None:
        return known.changed_at is not None
    return known.changed_at is not None and message.changed_at < known.changed_at


def _keep(state: State, conversation: Conversation) -> State:
    rows = _with(state.conversations, conversation.interaction_id, conversation)
    return replace(state, conversations=rows)


def _message_added(state: State, frame: MessageAdded, now: float) -> State:
    known = state.conversations.get(frame.message.interaction_id)
    return state if known is None else _keep(state, _joined(known, frame.message))


def _message_changed(state: State, frame: MessageChanged, now: float) -> State:
    known = state.conversations.get(frame.message.interaction_id)
    ids = {m.message_id for m in known.messages} if known else set()
    if known is None or frame.message.message_id not in ids:
        return state  # of a page that is not here: told whole when it is asked for
    return _keep(state, _joined(known, frame.message))


_RUNNING: Final = (
    "unread",
    "waiting_reply_since",
    "last_text",
    "customer_typing",
    "customer_here",
    "readers",
)


def _conversation(state: State, frame: ConversationChanged, now: float) -> State:
    key = frame.interaction_id
    previews = (
        _with(state.previews, key, frame.preview)
        if frame.preview
        else _without(state.previews, key)
    )
    if previews is not state.previews:
        state = replace(state, previews=previews)
    known = state.conversations.get(key)
    if known is not None and known.read_to != frame.read_to and frame.read_to is not None:
        state = _keep(state, msgspec.structs.replace(known, read_to=frame.read_to))
    view = state.interactions.get(key)
    if view is None:
        return state
    fresh = msgspec.structs.replace(view, **{name: getattr(frame, name) for name in _RUNNING})
    if fresh == view:
        return state
    state = replace(state, interactions=_with(state.interactions, key, fresh))
    return _refresh_offer(state, fresh)


# -- the bridge's clock --------------------------------------------------------------------------


def _written_at(offer: OfferView) -> datetime:
    """When the bridge wrote the offer's frame."""
    return datetime.fromtimestamp(offer.expires_at.timestamp() - offer.expires_in_ms / 1000, UTC)


def _synced(state: State, at: datetime | None, now: float) -> State:
    return state if at is None else replace(state, clock=at.timestamp() - now)


def _at_least(state: State, at: datetime, now: float) -> State:
    """No event tells of the future: a clock that says so is behind, and is put forward."""
    clock = at.timestamp() - now
    if state.clock is not None and clock > state.clock:
        return replace(state, clock=clock)
    return state


def _with(rows: Mapping[_K, _V], key: _K, row: _V) -> Mapping[_K, _V]:
    return MappingProxyType({**rows, key: row})


def _without(rows: Mapping[_K, _V], key: _K) -> Mapping[_K, _V]:
    if key not in rows:
        return rows
    return MappingProxyType({k: row for k, row in rows.items() if k != key})


# `CustomerChanged`, `CustomerErased` and `CustodyChanged` are for an open file, `SessionEnded` for
# the link: none of them changes the state.
_REDUCERS: Final[dict[type, Callable[[State, Any, float], State]]] = {
    SignedIn: _signed_in,
    OfferMade: _offer_made,
    OfferEnded: _offer_ended,
    InteractionChanged: _interaction,
    WaitingChanged: _waiting,
    MessageAdded: _message_added,
    MessageChanged: _message_changed,
    ConversationChanged: _conversation,
    MatchFound: _matched,
    AgentChanged: _agent,
    AgentsChanged: _agents,
    QueueChanged: _queue,
    MissedChanged: _missed,
    MissedClosed: _missed_closed,
    LineChanged: _line,
    MonitorChanged: _monitor,
    CallMonitored: _call_monitored,
    VoicePathsChanged: _voice_paths,
}
