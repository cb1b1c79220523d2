"""The one contact that stands open beside a list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.commands import Refused
from cti_bridge.protocol.searching import (
    InteractionOpened,
    OpenInteraction,
)

if TYPE_CHECKING:
    from agent_desktop.viewmodels.asking import Asker
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import InteractionFile
    from cti_bridge.protocol.vocabulary import InteractionId, RefusalCode

DETAIL: Final = "detail"


class OpenContact:
    """Part of a view-model with an `Asker`, which says in `_contact_changed` that it is told."""

    _asker: Asker
    selected: InteractionId | None = None
    detail: InteractionFile | None = None
    detail_error: RefusalCode | None = None

    def _contact_changed(self) -> None:
        raise NotImplementedError

    def open(self, interaction_id: InteractionId | None) -> None:
        """Shows one contact, or none; the answer for one that was left meanwhile is dropped."""
        if interaction_id == self.selected and self.detail_error is None:
            return
        self.selected, self.detail, self.detail_error = interaction_id, None, None
        self._asker.forget(DETAIL)
        if interaction_id is not None:
            command = OpenInteraction(request_id=0, interaction_id=interaction_id)
            self._asker.ask(DETAIL, command, self._opened)
        self._contact_changed()

    def _opened(self, reply: AnyReply) -> None:
        match reply:
            case InteractionOpened(file=file):
                self.detail = file
            case Refused(code=code):
                self.detail_error = code
            case _:
                return
        self._contact_changed()
