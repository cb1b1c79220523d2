"""The end of a turn: rules of queues that were left alone, offers, what waiting callers hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.acd import monitoring, telephones, treatment
from cti_bridge.acd.choose import choose
from cti_bridge.acd.overflowing import look_again
from cti_bridge.acd.router import reserve

if TYPE_CHECKING:
    from cti_bridge.acd.step import Step


def assign(step: Step) -> None:
    """Offers waiting contacts until no free agent can take one."""
    look_again(step)
    pool = step.floor.pool
    step.feed()
    while choice := choose(pool, step.now):
        telephones.alert(step, reserve(step, choice))
        step.feed()
    step.timer(("choose", ""), pool.next_change(step.now))
    treatment.settle(step)
    monitoring.settle(step)
