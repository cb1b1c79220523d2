"""What the queue's rules do with a contact that comes at the wrong moment, or waits too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.acd.ports import Taken

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step


def on_arrival(step: Step, contact: Interaction) -> Taken:
    return Taken(id=contact.id)


def look(step: Step, contact: Interaction) -> None:
    """Time for a rule that was not due before."""
