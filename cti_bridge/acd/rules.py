"""What the configuration says, laid out for the distributor's questions."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cti_bridge.acd.hours import is_open, next_closing, next_opening
from cti_bridge.acd.ledger import capacity_of, interruptions_of
from cti_bridge.config.values import Queue
from cti_bridge.protocol.vocabulary import Channel, QueueId, Verb
from cti_bridge.telephony.numbers import dial_string, may_call_back, read_number
from cti_bridge.telephony.ports import DialPlan, Number

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cti_bridge.acd.agent import AgentRecord
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.recording import Rule
    from cti_bridge.config.values import Agent as Section
    from cti_bridge.config.values import Asterisk, Config, Line, Menu
    from cti_bridge.telephony.ports import LineId

_UNQUEUED = Queue(id="none", name="-")


class Rules:
    def __init__(
        self,
        config: Config,
        verbs: frozenset[Verb],
        of_line: Callable[[LineId], frozenset[Verb]] | None = None,
    ) -> None:
        """`verbs`: of all lines together; `of_line`: of one, where lines differ."""
        self.config, self.verbs, self._of_line = config, verbs, of_line
        self.queues: dict[QueueId, Queue] = {QueueId(one.id): one for one in config.queues}
        self.spool: Path | None = Path(config.site.spool) if config.site.spool else None
        self.skills = frozenset().union(
            *(one.skills for one in config.agents), *(one.skills for one in config.queues)
        )
        self.reasons = {one.code: one for one in config.reasons}
        self.menus = {one.id: one for one in config.menus}
        self._hours = {one.id: one for one in config.hours}
        self._closings: dict[str, tuple[datetime, datetime]] = {}  # by hours: from, and the next
        self._sections = {one.login.casefold(): one for one in config.agents}
        self.dispositions = frozenset(one.code for one in config.dispositions)
        lines: tuple[Line | Asterisk, ...] = (*config.lines, *config.asterisk)
        self._lines = {one.id: one.name or one.id for one in lines}
        self._by_line = {one.id: QueueId(one.queue) for one in lines if one.queue}
        self._plan = DialPlan(
            region=config.site.region,
            extensions=tuple(sorted({text for line in lines for text in line.extensions})),
        )
        self._by_dnis = {
            spelling: QueueId(one.id)
            for one in config.queues
            for number in one.dnis
            for spelling in self._spellings(number)
        }
        self._menu_by_dnis = {
            spelling: one
            for one in config.menus
            for number in one.dnis
            for spelling in self._spellings(number)
        }
        self._menu_by_line = {line: one for one in config.menus for line in one.lines}

    def _spellings(self, number: str) -> tuple[str, str]:
        return _plain(read_number(number, self._plan).value), _plain(number)

    @property
    def default_queue(self) -> QueueId:
        return next(iter(self.queues), QueueId(_UNQUEUED.id))

    def queue_for(self, dnis: str, line: LineId, first_dialled: str = "") -> QueueId:
        """The queue that claims the dialled number, else the number that was dialled before a
        PBX forwarded the call, else the line's, else the first."""
        claimed = (
            self._by_dnis.get(_plain(dnis))
            or self._by_dnis.get(_plain(first_dialled))
            or self._by_line.get(line)
        )
        return claimed if claimed in self.queues else self.default_queue

    def can(self, contact: Interaction) -> frozenset[Verb]:
        """What the switch can do with a call of this contact's line."""
        if self._of_line is None or contact.line is None:
            return self.verbs
        return self._of_line(contact.line)

    def menu_for(self, dnis: str, line: LineId, first_dialled: str = "") -> Menu | None:
        """The menu that answers a call: of the dialled number, or of the line where no queue
        claims that number. None where the switch can say nothing."""
        if Verb.PLAY not in (self._of_line(line) if self._of_line else self.verbs):
            return None
        dialled = (_plain(dnis), _plain(first_dialled))
        for number in dialled:
            if number in self._by_dnis:
                return None
            if number in self._menu_by_dnis:
                return self._menu_by_dnis[number]
        return self._menu_by_line.get(line)

    def after_menu(self, menu: Menu) -> QueueId:
        """Where its callers go who choose nothing."""
        queue = QueueId(menu.otherwise)
        return queue if queue in self.queues else self.default_queue

    def queue(self, name: QueueId | None) -> Queue:
        """Its figures; for a contact of no queue the defaults."""
        return self.queues.get(name, _UNQUEUED) if name is not None else _UNQUEUED

    def is_open(self, name: QueueId | None, now: datetime) -> bool:
        hours = self._hours.get(self.queue(name).hours)
        return hours is None or is_open(hours, now)

    def opens_at(self, name: QueueId | None, now: datetime) -> datetime | None:
        """When a queue that is closed opens; None: it is always open, or never again."""
        hours = self._hours.get(self.queue(name).hours)
        return None if hours is None else next_opening(hours, now)

    def closes_at(self, name: QueueId | None, now: datetime) -> datetime | None:
        """When it closes next; None: it is always open, or closed for good."""
        hours = self._hours.get(self.queue(name).hours)
        if hours is None:
            return None
        since, until = self._closings.get(hours.id, (now, now))
        if since <= now < until:  # asked of each contact that comes
            return until
        closing = next_closing(hours, now)
        if closing is not None:
            self._closings[hours.id] = (now, closing)
        return closing

    def reason_seconds(self, code: str) -> float:
        """How long a not-ready reason may last; 0: no limit."""
        return self.reasons[code].limit_seconds if code in self.reasons else 0

    def able(self, record: AgentRecord) -> AgentRecord:
        """With what [[agents]] and [capacity] say of this agent."""
        section = self._sections.get(record.login.casefold())
        phone, node = telephone_of(self.config, section)
        return replace(
            record,
            skills=section.skills if section else {},
            capacity=capacity_of(self.config.capacity, section.capacity if section else None),
            interrupted_by=interruptions_of(self.config.capacity),
            phone=phone,
            node=node,
        )

    def telephone(self, login: str) -> tuple[str, str]:
        """`phone` and `node` of an agent, as [[agents]] says."""
        return telephone_of(self.config, self._sections.get(login.casefold()))

    def caller_id(self, name: QueueId | None, to: str) -> str:
        """The number that a call of this queue shows to whom it dials: by the destination, first
        as [[caller_ids]] has it for the queue, then for all, the longest prefix of each; else the
        queue's own. "": the line's."""
        fits = (
            one
            for one in self.config.caller_ids
            if to.startswith(one.to) and one.queue in ("", name)
        )
        best = max(fits, key=lambda one: (bool(one.queue), len(one.to)), default=None)
        return best.number if best is not None else self.queue(name).caller_id

    def record(self, name: QueueId | None) -> Rule:
        """Whether calls of this queue are recorded; never where nothing can be kept."""
        return self.queue(name).record if self.spool is not None else "none"

    def service_level(self, name: QueueId | None, channel: Channel) -> float:
        """Within how many seconds a contact of this channel is to be answered: calls, chats,
        and everything that waits as work."""
        queue = self.queue(name)
        if channel is Channel.VOICE:
            return queue.service_level_seconds
        if channel is Channel.CHAT:
            return queue.chat_service_level_seconds
        return queue.email_service_level_seconds

    def queue_name(self, name: QueueId | None) -> str:
        return self.queues[name].name if name in self.queues else ""

    def line_name(self, line: LineId) -> str:
        return self._lines.get(line, line)

    def read_number(self, typed: str) -> Number:
        return read_number(typed, self._plan)

    def may_call_back(self, number: Number, *, keyed: bool) -> bool:
        """Whether a caller may be promised a call to it."""
        return may_call_back(number, self._plan, keyed=keyed)

    def dial_string(self, typed: str) -> str:
        """What to dial for what was typed; raises ValueError where it is no number."""
        return dial_string(typed, self._plan)


def telephone_of(config: Config, section: Section | None) -> tuple[str, str]:
    """`phone` and `node` of an `Agent`. A telephone that names no node is at the only one."""
    if section is None or not section.phone:
        return "", ""
    phone = f"{section.node}/{section.phone}" if section.node else section.phone
    only = config.asterisk[0].id if len(config.asterisk) == 1 else ""
    return phone, section.node or only


def _plain(number: str) -> str:
    return re.sub(r"[\s().-]", "", number).removeprefix("00").lower().lstrip("+")
