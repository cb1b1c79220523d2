"""The call that tests of the window begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.vocabulary import InteractionState
from tests.helpers import screens_work as made

if TYPE_CHECKING:
    from cti_bridge.protocol.values import InteractionView
    from tests.helpers.desktop import FakeLink


def call(state: InteractionState = InteractionState.CONNECTED, **changes: Any) -> InteractionView:
    return made.contact(1, state, **changes)


def renewed(link: FakeLink, view: InteractionView, **changes: Any) -> None:
    """The bridge tells of `view` anew, with `changes`."""
    newer = msgspec.structs.replace(view, version=99, **changes)
    link.emit(InteractionChanged(interaction=newer))
