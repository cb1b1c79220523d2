"""What stands around every page: own state, queues at a glance, what is out of order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from cti_bridge.protocol.commands import SetMode
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentMode,
    Direction,
    InteractionState,
    Permission,
)

if TYPE_CHECKING:
    from datetime import datetime

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from cti_bridge.protocol.values import AgentView, Choice, LineView, Share

TONES: Final = {
    AgentActivity.LOGGED_OUT: "none",
    AgentActivity.READY: "ok",
    AgentActivity.NOT_READY: "warn",
    AgentActivity.RESERVED: "accent",
    AgentActivity.BUSY: "accent",
    AgentActivity.WRAP_UP: "wrap",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The agent's queues together; `name` where there is only one."""

    name: str
    waiting: int
    oldest_since: datetime | None
    service_level: float | None


SHORT_CUT: Final = timedelta(minutes=2)  # longer, and nobody may be at the desk
_BEGUN: Final = frozenset({InteractionState.NEW, InteractionState.CONNECTED})


class ShellViewModel(QObject):
    """Signals: `changed`; `page_asked` (page id) when something wants a page shown."""

    changed = Signal()
    page_asked = Signal(str)

    def __init__(
        self, link: LinkPort, store: Store, commands: Commands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._commands = link, store, commands
        self._before: AgentView | None = None  # of the session that a restart ended
        self._cut_at: datetime | None = None
        store.changed.connect(self._changed)
        commands.changed.connect(self.changed)

    @property
    def state(self) -> State:
        return self._store.state

    @property
    def agent(self) -> AgentView | None:
        return self._store.state.agent

    @property
    def tone(self) -> str:
        return TONES[self.agent.activity] if self.agent else "none"

    @property
    def seconds_in_state(self) -> float:
        return self._store.since(self.agent.since) if self.agent else 0.0

    @property
    def seconds_of_reason(self) -> float | None:
        """Until the not-ready reason's time is over, negative after it; None without a limit."""
        agent = self.agent
        if agent is None or agent.reason_until is None:
            return None
        if agent.activity is not AgentActivity.NOT_READY:
            return None
        return (agent.reason_until - self._store.now()).total_seconds()

    @property
    def seconds_too_long(self) -> float | None:
        left = self.seconds_of_reason
        return -left if left is not None and left < 0 else None

    @property
    def shares(self) -> tuple[Share, ...]:
        """How much of each channel the agent has and may have; without those that may not."""
        shares = self.agent.shares if self.agent else ()
        return tuple(s for s in shares if s.most > 0 or s.using > 0)

    @property
    def reasons(self) -> tuple[Choice, ...]:
        return self._store.state.settings.reasons

    @property
    def can_set_mode(self) -> bool:
        return (
            self.agent is not None
            and self._link.state is LinkState.ONLINE
            and not self._commands.pending("mode")
            and self._store.state.may(Permission.HANDLE_CONTACTS)
        )

    @property
    def link_down(self) -> bool:
        return self._store.state.link is LinkState.OFFLINE

    @property
    def lines_down(self) -> tuple[LineView, ...]:
        return tuple(line for line in self._store.state.lines.values() if not line.up)

    @property
    def missed_count(self) -> int:
        return len(self._store.state.missed)

    @property
    def glance(self) -> Glance | None:
        queues = tuple(self._store.state.queues.values())
        if not queues:
            return None
        oldest = [q.oldest_since for q in queues if q.oldest_since is not None]
        done = sum(q.answered_today + q.abandoned_today for q in queues)
        rated = [q for q in queues if q.service_level is not None]
        weights = sum(q.answered_today + q.abandoned_today for q in rated)
        level = (
            sum((q.service_level or 0) * (q.answered_today + q.abandoned_today) for q in rated)
            / weights
            if done and weights
            else None
        )
        return Glance(
            name=queues[0].name if len(queues) == 1 else "",
            waiting=sum(q.waiting for q in queues),
            oldest_since=min(oldest) if oldest else None,
            service_level=level,
        )

    def oldest_wait(self) -> float | None:
        """Seconds that the longest waiting contact has waited."""
        glance = self.glance
        if glance is None or glance.oldest_since is None:
            return None
        return self._store.since(glance.oldest_since)

    def set_mode(self, mode: AgentMode, reason: str = "") -> None:
        if self.can_set_mode:
            self._commands.do("mode", SetMode(request_id=0, mode=mode, reason=reason))

    def toggle_ready(self) -> None:
        """Ready ↔ not ready, from the mode that is asked for and not from what is shown."""
        if self.agent is None:
            return
        wanted = self.agent.next_mode or self.agent.mode
        if wanted is AgentMode.READY:
            reason = self.reasons[0].code if self.reasons else ""
            self.set_mode(AgentMode.NOT_READY, reason)
        else:
            self.set_mode(AgentMode.READY)

    def sign_out(self) -> None:
        self._link.sign_out()

    def _changed(self, old: State, new: State) -> None:
        if (
            old.agent is not new.agent
            or old.link is not new.link
            or old.queues is not new.queues
            or old.lines is not new.lines
            or old.missed is not new.missed
            or old.settings is not new.settings
            or old.session is not new.session
        ):
            self.changed.emit()
        if old.session is new.session and old.interactions is not new.interactions:
            self._follow_call(old, new)
        self._take_up(old, new)

    def _take_up(self, old: State, new: State) -> None:
        """A bridge that was restarted has everybody not ready: after a short cut the agent is
        again what they were, ready or at lunch, without a hand."""
        if old.link is LinkState.ONLINE and new.link is not LinkState.ONLINE:
            self._cut_at = self._store.now()
        if new.session is None:
            self._before = self._cut_at = None
        elif old.session not in (None, new.session) and old.agent is not None:
            self._before = old.agent
        before, agent = self._before, new.agent
        if before is None or agent is None or new.link is not LinkState.ONLINE:
            return
        self._before = None
        away = self._store.now() - self._cut_at if self._cut_at else timedelta()
        fresh = agent.mode is AgentMode.NOT_READY and not agent.reason
        mode = before.next_mode or before.mode
        reason = before.next_reason if before.next_mode else before.reason
        known = mode is AgentMode.READY or any(r.code == reason for r in self.reasons)
        if fresh and known and away <= SHORT_CUT:
            self.set_mode(mode, "" if mode is AgentMode.READY else reason)

    def _follow_call(self, old: State, new: State) -> None:
        """Who answers or calls out wants the buttons of the call, whatever page was open."""
        me = new.session.agent_id if new.session else None
        for key, view in new.interactions.items():
            before = old.interactions.get(key)
            answered = before is not None and before.state is InteractionState.OFFERED
            placed = before is None and view.direction is Direction.OUTBOUND
            if view.agent_id == me and view.state in _BEGUN and (answered or placed):
                self.page_asked.emit("work")
