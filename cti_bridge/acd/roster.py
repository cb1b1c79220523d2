"""The agents as bit masks: one bit is one agent, so that "who of a thousand" is one AND."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.agent import fits
from cti_bridge.acd.ledger import load
from cti_bridge.acd.score import micros
from cti_bridge.protocol.vocabulary import AgentMode, Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.skills import Asked
    from cti_bridge.protocol.vocabulary import AgentId, QueueId
    from cti_bridge.telephony.ports import LineId

FEW: Final = 48  # so many are sorted faster than looked for in the list of all


class Roster:
    def __init__(self) -> None:
        self.agents: dict[AgentId, Agent] = {}
        self.slots: dict[AgentId, int] = {}
        self.of_slot: dict[int, Agent] = {}
        self.ready: dict[Channel, int] = dict.fromkeys(Channel, 0)  # who can take one now
        self.any_ready = 0
        self.signed_in = 0
        self._everybody = 0
        self.staff: dict[Channel, int] = dict.fromkeys(Channel, 0)  # who takes them at all
        self._queues: dict[QueueId, int] = defaultdict(int)
        self._levels: dict[tuple[str, int], int] = defaultdict(int)  # that level or better
        self._loads: dict[int, int] = defaultdict(int)  # percent in use → who
        self._idle: list[tuple[int, AgentId, int]] = []  # longest idle first
        self._at_node: dict[str, int] = {}  # whose telephone is there
        self._unused: list[int] = []
        self._able: dict[tuple[QueueId, Asked], int] = {}
        self._sums: dict[tuple[str, ...], list[int]] = {}

    def put(self, agent: Agent) -> None:
        old = self.agents.get(agent.id)
        if old is agent:
            return
        if old is not None:
            self._leave(old, agent)
        else:
            unused = self._unused.pop() if self._unused else len(self.agents)
            self.slots[agent.id] = unused
        self._enter(old, agent)

    def renew(self, agent: Agent) -> None:
        """The same agent in another version, with nothing changed that counts here."""
        self.agents[agent.id] = self.of_slot[self.slots[agent.id]] = agent

    def drop(self, name: AgentId) -> None:
        old = self.agents.get(name)
        if old is None:
            return
        self._leave(old, None)
        slot = self.slots.pop(name)
        del self.agents[name], self.of_slot[slot]
        self._unused.append(slot)

    def _leave(self, old: Agent, new: Agent | None) -> None:
        """Takes the old bits out; what is the same in `new` stays."""
        slot = self.slots[old.id]
        kept = ~(1 << slot)
        for masks in (self.ready, self.staff):
            for channel in masks:
                masks[channel] &= kept
        self.any_ready &= kept
        self.signed_in &= kept
        self._everybody &= kept
        self._move(old, 0)
        percent = load(old.hands, old.capacity)
        self._loads[percent] &= kept
        if not self._loads[percent]:
            del self._loads[percent]
        del self._idle[bisect_left(self._idle, (micros(old.idle_since), old.id, slot))]
        if new is None or (old.queues, old.skills) != (new.queues, new.skills):
            self._forget_roster()
            for queue in old.queues:
                self._queues[queue] &= kept
            for skill, level in old.skills.items():
                for one in range(1, level + 1):
                    self._levels[skill, one] &= kept

    def _enter(self, old: Agent | None, agent: Agent) -> None:
        slot = self.slots[agent.id]
        bit = 1 << slot
        self.agents[agent.id] = self.of_slot[slot] = agent
        self._everybody |= bit
        if agent.willing:
            self._offer_to(agent, bit)
        if agent.mode is not AgentMode.LOGGED_OUT:
            self.signed_in |= bit
        self._move(agent, bit)
        self._loads[load(agent.hands, agent.capacity)] |= bit
        insort(self._idle, (micros(agent.idle_since), agent.id, slot))
        if old is None or (old.queues, old.skills) != (agent.queues, agent.skills):
            self._forget_roster()
            for queue in agent.queues:
                self._queues[queue] |= bit
            for skill, level in agent.skills.items():
                for one in range(1, level + 1):
                    self._levels[skill, one] |= bit

    def _move(self, agent: Agent, bit: int) -> None:
        """The agent's telephone to its node, or with no bit away from it."""
        if agent.phone and agent.node:
            others = self._at_node.get(agent.node, 0) & ~(1 << self.slots[agent.id])
            self._at_node[agent.node] = others | bit

    def _offer_to(self, agent: Agent, bit: int) -> None:
        for channel, most in agent.capacity.items():
            if most > 0:
                self.staff[channel] |= bit
            if fits(agent, channel):
                self.ready[channel] |= bit
                self.any_ready |= bit

    def _forget_roster(self) -> None:
        self._able.clear()
        self._sums.clear()

    # -- reading

    def of_queue(self, queue: QueueId | None) -> int:
        return self._queues.get(queue, 0) if queue is not None else 0

    def reached(self, line: LineId | None) -> int:
        """Whom a call of this line can be brought to: all but those whose telephone is at
        another node."""
        elsewhere = 0
        if line is not None:
            for node, mask in self._at_node.items():
                elsewhere |= mask if node != line else 0
        return ~elsewhere

    def skilled(self, queue: QueueId | None, asked: Asked) -> int:
        """Who is of the queue and good enough, free or not."""
        if queue is None or not asked:
            return self.of_queue(queue)
        found = self._able.get((queue, asked))
        if found is None:
            found = self.of_queue(queue)
            for one in asked:
                found &= self._levels.get(one, 0)
            self._able[queue, asked] = found
        return found

    def best_first(self, mask: int, asked: Asked) -> Iterator[Agent]:
        """Of these: who has the least in hand; of those who is best at what is asked; of those
        who is idle for longest."""
        for percent in sorted(self._loads):
            part = mask & self._loads[percent]
            if part:
                for group in self._by_skill(part, tuple(name for name, _ in asked)):
                    yield from self._by_idle(group)

    def longest_idle(self, mask: int) -> Iterator[Agent]:
        yield from self._by_idle(mask)

    def _by_skill(self, mask: int, names: tuple[str, ...]) -> Iterator[int]:
        if not names:
            yield mask
            return
        for group in self._summed(names):
            if group & mask:
                yield group & mask

    def _summed(self, names: tuple[str, ...]) -> list[int]:
        """Everybody, in groups of equal sums of the levels of these skills, the best first."""
        found = self._sums.get(names)
        if found is None:
            groups = {0: self._everybody}
            for name in names:
                groups = self._split(groups, name)
            found = self._sums[names] = [groups[total] for total in sorted(groups, reverse=True)]
        return found

    def _split(self, groups: dict[int, int], name: str) -> dict[int, int]:
        """Each group by the level of one skill more."""
        finer: dict[int, int] = defaultdict(int)
        level, this_or_better = 0, self._everybody
        while this_or_better:
            better = self._levels.get((name, level + 1), 0)
            just = this_or_better & ~better
            for total, mask in groups.items():
                if both := mask & just:
                    finer[total + level] |= both
            level, this_or_better = level + 1, better
        return finer

    def _by_idle(self, mask: int) -> Iterator[Agent]:
        if mask.bit_count() > FEW:
            for _, _, slot in self._idle:
                if mask >> slot & 1:
                    yield self.of_slot[slot]
            return
        found = [self.of_slot[slot] for slot in bits(mask)]
        yield from sorted(found, key=lambda one: (one.idle_since, one.id))


def level_sum(skills: Mapping[str, int], names: Iterable[str]) -> int:
    return sum(skills.get(name, 0) for name in names)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
