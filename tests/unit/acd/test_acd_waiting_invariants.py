"""Whatever a waiting caller, the switch and the agents do in whatever order: each contact ends
once, in a legal state, and nothing is left behind."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cti_bridge.acd.ports import SHORTEST_MESSAGE
from cti_bridge.config.values import Config, Overflow, Queue, Treatment
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import FINAL, AgentId, AgentMode, Channel, InteractionState
from cti_bridge.telephony.ports import SwitchError
from tests.helpers.examples import examples
from tests.helpers.floor import World

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.telephony.ports import CallId

S = InteractionState
AGENTS = st.sampled_from([AgentId("ana"), AgentId("bea")])
KEYS = Treatment(
    kind="music", answer_after=2, every=15, callback_key="1", voicemail_key="2",
    say=("position", "callback_offer"),
)  # fmt: skip
CONFIG = Config(
    queues=(
        Queue(
            id="support",
            name="Support",
            dnis=("+34944210000",),
            waiting=KEYS,
            max_waiting=4,
            overflow=(
                Overflow(when="nobody", do="announce", sound="announcement"),
                Overflow(when="waited", over=30, do="queue", queue="sales"),
            ),
        ),
        Queue(
            id="sales",
            name="Sales",
            dnis=("+34944210001",),
            waiting=Treatment(kind="music", answer_after=0, music="busy", voicemail_key="9"),
            overflow=(
                Overflow(when="waited", over=60, do="voicemail"),
                Overflow(when="waited", over=90, do="hang_up", sound="busy"),
            ),
        ),
        Queue(
            id="late",
            name="Late",
            dnis=("+34944210002",),
            overflow=(
                Overflow(when="waited", over=20, do="callback"),
                Overflow(when="waited", over=40, do="hang_up"),
            ),
        ),
    )
)
NUMBERS = st.sampled_from(["+34600000001", "+34944210017", "", "+34803123456"])
DNIS = st.sampled_from(["+34944210000", "+34944210001", "+34944210002"])
ABOUT = st.sampled_from(
    [
        (c.ClearCall, {}),
        (c.HoldCall, {}),
        (c.BlindTransfer, {"to": "queue:sales"}),
        (c.BlindTransfer, {"to": "queue:late"}),
        (c.BlindTransfer, {"to": "agent:bea"}),
        (c.Consult, {"to": "612345678"}),
        (c.DialContact, {"to": ""}),
        (c.CompleteWrapUp, {"disposition": "resolved"}),
    ]
)


class Waiting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = self._furnished(World(config=CONFIG))
        self.places: dict[str, object] = {}
        self.ended: Counter[str] = Counter()
        self.left: set[str] = set()  # those whose message was whole

    def _furnished(self, world: World) -> World:
        world.rules.spool = Path("/spool")
        return world

    def _ask(self, agent: AgentId, command: Any) -> None:
        with contextlib.suppress(CommandRefused):  # most are refused: they come at random
            self.world.ask(agent, command)

    def _pick(self, n: int) -> CallId | None:
        calls = list(self.world.switch.calls)
        return calls[n % len(calls)] if calls else None

    # -- agents

    @rule(agent=AGENTS, mode=st.sampled_from([AgentMode.READY, AgentMode.NOT_READY]))
    def come(self, agent: AgentId, mode: AgentMode) -> None:
        self.world.come(agent, "support", "sales", "late", ready=mode is AgentMode.READY)

    @rule(agent=AGENTS)
    def leave(self, agent: AgentId) -> None:
        self.world.leave(agent)

    @rule(who=AGENTS, accept=st.booleans())
    def decide(self, who: AgentId, accept: bool) -> None:
        for offer in self.world.offers_to(who):
            kind = c.AcceptOffer if accept else c.DeclineOffer
            self._ask(who, kind(request_id=1, offer_id=offer.id))

    @rule(agent=AGENTS, n=st.integers(0, 9))
    def take(self, agent: AgentId, n: int) -> None:
        waiting = [one.id for one in self._alive() if one.state is S.QUEUED]
        if waiting:
            self._ask(agent, c.TakeContact(request_id=1, interaction_id=waiting[n % len(waiting)]))

    @rule(agent=AGENTS, what=ABOUT)
    def command(self, agent: AgentId, what: tuple[Any, dict[str, Any]]) -> None:
        known = self.world.floor.agents.get(agent)
        kind, fields = what
        for name in known.work if known else ():
            self._ask(agent, kind(request_id=1, interaction_id=name, **fields))

    # -- callers

    @rule(number=NUMBERS, dnis=DNIS)
    def ring(self, number: str, dnis: str) -> None:
        self.world.ring(number, dnis)

    @rule(number=NUMBERS, dnis=DNIS)
    def ring_and_wait(self, number: str, dnis: str) -> None:
        self.world.ring(number, dnis)
        self.world.advance(2.5)

    @initialize()
    def three_wait(self) -> None:
        for number, dnis in enumerate(("+34944210000", "+34944210001", "+34944210002")):
            self.world.ring(f"+3460000000{number}", dnis)
        self.world.advance(2.5)

    @rule(n=st.integers(0, 9), voicemail=st.booleans(), to_the_end=st.booleans())
    def ask(self, n: int, voicemail: bool, to_the_end: bool) -> None:
        """The key that the caller's queue offers, and the words after it."""
        call = self._pick(n)
        contact = self.world.floor.interactions.get(self.world.floor.calls.get(call))
        if contact is None or call is None:
            return
        waiting = self.world.rules.queue(contact.queue).waiting
        self.press(n, waiting.voicemail_key if voicemail else waiting.callback_key)
        if to_the_end:
            self.words_end(n)

    @rule(n=st.integers(0, 9), keys=st.sampled_from(["1", "2", "9", "*", "944210017#", "#", "77"]))
    def press(self, n: int, keys: str) -> None:
        call = self._pick(n)
        if call is not None:
            for key in keys:
                self.world.switch.far_end_presses(call, key)
            self.world.settle()

    @rule(n=st.integers(0, 9), keys=st.text("0123456789*#", max_size=60))
    def hammer(self, n: int, keys: str) -> None:
        call = self._pick(n)
        if call is not None:
            self.world.switch.far_end_presses(call, keys)
            self.world.settle()

    @rule(n=st.integers(0, 9))
    def words_end(self, n: int) -> None:
        call = self._pick(n)
        if call is not None:
            self.world.switch.announcement_ends(call)
            self.world.settle()

    @rule(
        n=st.integers(0, 9),
        seconds=st.sampled_from([0.0, 1.4, 1.5, 8.0]),
        cause=st.sampled_from(["key", "silence", "limit", "failed", "cleared"]),
    )
    def recording_ends(self, n: int, seconds: float, cause: str) -> None:
        call = self._pick(n)
        if call is None or not self.world.switch.calls[call].recording:
            return
        contact = self.world.floor.calls[call]
        if cause != "failed" and seconds >= SHORTEST_MESSAGE:
            self.left.add(contact)
        self.world.switch.recording_ends(call, 0.0 if cause == "failed" else seconds, cause)
        if cause == "cleared":
            self.world.switch.far_end_clears(call)
        self.world.settle()

    @rule(n=st.integers(0, 9), first=st.booleans())
    def hang_up(self, n: int, first: bool) -> None:
        """`first`: what happened meanwhile is heard of only after it."""
        call = self._pick(n)
        if call is not None:
            self.world.switch.far_end_clears(call)
            if not first:
                self.world.settle()

    @rule(n=st.integers(0, 9))
    def answers(self, n: int) -> None:
        call = self._pick(n)
        if call is None:
            return
        mine = self.world.switch.calls[call]
        if mine.outgoing and not mine.established:
            self.world.switch.far_end_answers(call)
            self.world.settle()

    # -- the world

    @rule(
        name=st.sampled_from(["park", "announce", "record", "answer", "connect", "originate"]),
        code=st.sampled_from(["failed", "busy", "wrong_state", ""]),
    )
    def switch_fails(self, name: str, code: str) -> None:
        self.world.switch.failures.clear()
        if code:
            self.world.switch.failures[name] = SwitchError(code, "by chance")

    @rule(seconds=st.sampled_from([0.5, 2.5, 11, 21, 35, 130]))
    def time_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(really=st.integers(0, 5))
    def killed(self, really: int) -> None:
        if really:
            return
        self._count()
        self.world = self._furnished(self.world.restart())

    # -- what must always hold

    @invariant()
    def nothing_ends_twice_or_comes_back(self) -> None:
        self._count()
        assert all(count == 1 for count in self.ended.values()), self.ended

    @invariant()
    def every_call_has_its_contact(self) -> None:
        self.world.settle()
        for call in self.world.switch.calls:
            assert call in self.world.floor.calls

    @invariant()
    def nobody_rings_with_a_caller_who_is_busy(self) -> None:
        for contact in self._alive():
            if contact.treatment is not None and contact.treatment.busy:
                assert contact.state is S.QUEUED
                assert contact.agent is None

    @invariant()
    def whoever_is_busy_is_being_seen_to(self) -> None:
        """What is waited for will come: words, a recording, a deadline, or the switch's word."""
        for contact in self._alive():
            state = contact.treatment
            if state is None or not state.busy or contact.call is None:
                continue
            call = self.world.switch.calls[contact.call]
            heard = bool(call.mark and call.mark == state.words)
            timed = ("treat", contact.id) in self.world.timers
            assert heard or call.recording or timed, (contact, call)

    @invariant()
    def whoever_turned_waits_at_their_place_without_a_call(self) -> None:
        for contact in self._alive():
            if contact.channel is not Channel.VOICE and contact.state is S.QUEUED:
                assert contact.treatment is None
            if contact.queued_at is not None:
                assert self.places.setdefault(contact.id, contact.queued_at) == contact.queued_at

    @invariant()
    def timers_are_for_those_who_wait(self) -> None:
        for what, name in self.world.timers:
            if what == "treat":
                contact = self.world.floor.interactions.get(name)  # type: ignore[call-overload]
                assert contact is not None
                assert contact.state is S.QUEUED, contact

    def _count(self) -> None:
        for before, after in self.world.observed:
            if after.state in FINAL and (before is None or before.state not in FINAL):
                self.ended[after.id] += 1
        self.world.observed.clear()

    def _alive(self) -> list[Interaction]:
        return list(self.world.floor.interactions.values())

    def teardown(self) -> None:
        """Everybody hangs up: what is still there is work that was asked for, or left."""
        world = self.world
        world.switch.failures.clear()
        for _ in range(3):
            for call in list(world.switch.calls):
                world.switch.far_end_clears(call)
            world.settle()
            world.advance(600)
        self._count()
        for contact in world.floor.interactions.values():
            assert contact.channel in (Channel.CALLBACK, Channel.VOICEMAIL), contact
            assert contact.call is None
        assert not world.floor.calls
        assert not [key for key in world.timers if key[0] == "treat"]
        for contact in world.store.interactions.values():
            if contact.channel is Channel.VOICEMAIL:
                assert contact.id in self.left
            assert (contact.state in FINAL) == (self.ended[contact.id] == 1), contact


TestWaiting = Waiting.TestCase
TestWaiting.settings = settings(
    max_examples=examples(60),
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
