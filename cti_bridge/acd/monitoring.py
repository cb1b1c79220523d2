"""Supervisors who listen to calls, whisper to their agents, or barge in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from cti_bridge.acd.hands import device_of
from cti_bridge.acd.inputs import MonitorFailed, MonitorIs, SwitchAction
from cti_bridge.acd.interaction import TALKING
from cti_bridge.acd.ports import Audience
from cti_bridge.acd.recording import of_call
from cti_bridge.acd.router import pending_offer
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.events import CallMonitored, MonitorChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import LiveCallView, MonitoredView
from cti_bridge.protocol.vocabulary import (
    AgentMode,
    MonitorMode,
    RefusalCode,
    Verb,
)
from cti_bridge.telephony.ports import CallId, NumberKind

if TYPE_CHECKING:
    from cti_bridge.acd.agent import Agent
    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.rules import Rules
    from cti_bridge.acd.step import Step
    from cti_bridge.protocol.commands import MonitorCall, StopMonitor
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId
    from cti_bridge.telephony.ports import MonitorEnded, MonitorStarted

VERB: Final = {
    MonitorMode.LISTEN: Verb.LISTEN,
    MonitorMode.WHISPER: Verb.WHISPER,
    MonitorMode.BARGE: Verb.BARGE,
}
STEPS: Final = {
    MonitorMode.LISTEN: "monitor_listen",
    MonitorMode.WHISPER: "monitor_whisper",
    MonitorMode.BARGE: "monitor_barge",
}
MOST_LISTED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """Who takes part in whose call. In memory only: it ends with the supervisor's session."""

    id: CallId
    by: AgentId
    interaction: InteractionId
    call: CallId
    agent: AgentId | None  # of the call
    mode: MonitorMode
    on: bool = False  # the switch has said so
    over: bool = False


# -- what a supervisor asks ----------------------------------------------------------------------


def monitor(step: Step, agent: Agent, command: MonitorCall) -> Done:
    """Begins, or goes on in another mode; whom the supervisor heard before is left."""
    contact = step.interactions.get(command.interaction_id)
    if contact is None or contact.call is None or contact.state not in TALKING:
        raise CommandRefused(RefusalCode.TOO_LATE, "nobody talks on this contact")
    if contact.agent == agent.id:
        raise CommandRefused(RefusalCode.INVALID, "the call is one's own", field="interaction_id")
    if VERB[command.mode] not in step.rules.can(contact):
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, f"the switch cannot {command.mode}")
    if agent.mode is AgentMode.LOGGED_OUT or not agent.online:
        raise CommandRefused(RefusalCode.WRONG_STATE, "logged out")
    if _on_a_call(step, agent):
        raise CommandRefused(RefusalCode.BUSY, "finish the call in hand first")
    known = _of(step, agent.id)
    if known is not None and known.interaction != contact.id:
        _end(step, known)
        known = None
    mine = known or Monitor(
        id=CallId(step.new_id()),
        by=agent.id,
        interaction=contact.id,
        call=contact.call,
        agent=contact.agent,
        mode=command.mode,
    )
    step.monitors.put(mine.id, mine)
    call, device, mode = contact.call, device_of(agent), command.mode
    step.act(
        SwitchAction(
            name="monitor",
            call=call,
            run=lambda s: s.monitor(call, mine.id, device, mode),
            answers=True,
            done=MonitorIs(monitor=mine.id, mode=mode),
            failed=lambda _code: MonitorFailed(monitor=mine.id) if known is None else None,
        )
    )
    if known is None:
        _tell(step, mine)
    return Done(request_id=command.request_id)


def stop(step: Step, agent: Agent, command: StopMonitor) -> Done:
    mine = _of(step, agent.id)
    if mine is None:
        raise CommandRefused(RefusalCode.TOO_LATE, "nobody is listened to")
    _end(step, mine)
    return Done(request_id=command.request_id)


def _of(step: Step, agent: AgentId) -> Monitor | None:
    return next((m for m in step.monitors.values() if m.by == agent and not m.over), None)


def _on_a_call(step: Step, agent: Agent) -> bool:
    """One device, one call; what only rings there may still be declined."""
    return any(
        one.call is not None and pending_offer(step, one) is None for one in step.work_of(agent)
    )


# -- what the switch says ------------------------------------------------------------------------


def started(step: Step, event: MonitorStarted) -> None:
    mine = step.monitors.get(event.monitor)
    if mine is not None and not mine.over and not mine.on:
        _goes_on(step, replace(mine, on=True))


def is_now(step: Step, event: MonitorIs) -> None:
    """Another mode; the first one is told by `MonitorStarted`."""
    mine = step.monitors.get(event.monitor)
    if mine is not None and not mine.over and mine.on and mine.mode is not event.mode:
        _tell_agent(step, mine, over=True)
        _goes_on(step, replace(mine, mode=event.mode))


def ended(step: Step, event: MonitorEnded) -> None:
    mine = step.monitors.get(event.monitor)
    if mine is not None and not mine.over:
        _over(step, mine)


def failed(step: Step, event: MonitorFailed) -> None:
    mine = step.monitors.get(event.monitor)
    if mine is not None and not mine.over:
        _over(step, mine)


def settle(step: Step) -> None:
    """At the end of a turn: nobody is listened to whose call or agent is another, nor by one
    who is gone or talks."""
    for mine in list(step.monitors.values()):
        if mine.over:
            continue
        contact, agent = step.interactions.get(mine.interaction), step.agents.get(mine.by)
        talks = contact is not None and contact.state in TALKING
        same = contact is not None and (contact.call, contact.agent) == (mine.call, mine.agent)
        here = agent is not None and agent.online and not _on_a_call(step, agent)
        if not (talks and same and here):
            _end(step, mine)


# -- inside --------------------------------------------------------------------------------------


def _goes_on(step: Step, mine: Monitor) -> None:
    step.monitors.put(mine.id, mine)
    step.journey(mine.interaction, STEPS[mine.mode], step.agent_name(mine.by))
    _tell(step, mine)
    _tell_agent(step, mine)


def _end(step: Step, mine: Monitor) -> None:
    """The switch is told; where its call is over it has ended it already."""
    step.act(
        SwitchAction(name="stop_monitor", call=mine.call, run=lambda s: s.stop_monitor(mine.id))
    )
    _over(step, mine)


def _over(step: Step, mine: Monitor) -> None:
    gone = replace(mine, over=True)
    step.monitors.put(mine.id, gone)
    if mine.on:
        step.journey(mine.interaction, "monitor_ended", step.agent_name(mine.by))
        _tell_agent(step, mine, over=True)
    _tell(step, gone)


def _tell(step: Step, mine: Monitor) -> None:
    state: Literal["asked", "on", ""] = "" if mine.over else "on" if mine.on else "asked"
    event = MonitorChanged(interaction_id=mine.interaction, mode=mine.mode, state=state)
    step.tell(event, Audience(agents=frozenset({mine.by})))


def _tell_agent(step: Step, mine: Monitor, *, over: bool = False) -> None:
    if mine.agent is None or not _is_seen(step.rules, mine):
        return
    event = CallMonitored(
        interaction_id=mine.interaction,
        by=step.agent_name(mine.by),
        mode=None if over else mine.mode,
    )
    step.tell(event, Audience(agents=frozenset({mine.agent})))


def _is_seen(rules: Rules, mine: Monitor) -> bool:
    """Whoever is heard is seen; who only listens, where the house says so."""
    return mine.mode is not MonitorMode.LISTEN or rules.config.supervision.announce_listening


def seen_by(floor: Floor, rules: Rules, agent: AgentId) -> tuple[MonitoredView, ...]:
    """Who takes part in this agent's calls now: for a desktop that comes back."""
    return tuple(
        MonitoredView(interaction_id=mine.interaction, by=_name(floor, mine.by), mode=mine.mode)
        for mine in floor.monitors.values()
        if mine.agent == agent and mine.on and not mine.over and _is_seen(rules, mine)
    )


def _name(floor: Floor, agent: AgentId) -> str:
    known = floor.agents.get(agent)
    return known.name if known is not None else ""


# -- the list ------------------------------------------------------------------------------------


def live_calls(floor: Floor, rules: Rules, asker: AgentId) -> tuple[LiveCallView, ...]:
    """Calls that are talked on or held, the longest first; one's own not."""
    talked = [
        one
        for one in floor.interactions.values()
        if one.state in TALKING and one.call is not None and one.agent not in (None, asker)
    ]
    talked.sort(key=lambda one: (one.established_at or one.started_at, one.id))
    return tuple(_view(floor, rules, one) for one in talked[:MOST_LISTED])


def _view(floor: Floor, rules: Rules, contact: Interaction) -> LiveCallView:
    agent = floor.agents.get(contact.agent) if contact.agent else None
    number, taped = contact.caller.number, of_call(contact)
    return LiveCallView(
        interaction_id=contact.id,
        agent_id=contact.agent,
        agent_name=agent.name if agent else "",
        caller=contact.customer_name or contact.caller.display_name,
        number="" if number.kind is NumberKind.VISITOR else number.value,
        queue_name=rules.queue_name(contact.queue),
        state=contact.state,
        direction=contact.direction,
        since=contact.established_at or contact.started_at,
        modes=tuple(mode for mode, verb in VERB.items() if verb in rules.can(contact)),
        recording=taped.state if taped else "",
    )
