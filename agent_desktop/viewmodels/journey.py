"""What happened to the open contact so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.searching import (
    InteractionOpened,
    OpenInteraction,
)

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import InteractionFile, JourneyStep

PAUSE_MS: Final = 400  # events come in swarms; one question is enough


class JourneyViewModel(QObject):
    changed = Signal()

    def __init__(self, link: LinkPort, work: WorkViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link, self._work, self._asker = link, work, Asker(link)
        self._file: InteractionFile | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        work.selected_changed.connect(self._renew)
        work.interaction_changed.connect(lambda: self._pause.start())

    @property
    def steps(self) -> tuple[JourneyStep, ...]:
        return self._file.journey if self._file else ()

    @property
    def pop_ms(self) -> float | None:
        return self._file.pop_ms if self._file else None

    def _renew(self) -> None:
        self._asker.forget("journey")
        self._file = None
        self.changed.emit()
        self._pause.start()

    def _ask(self) -> None:
        if self._work.selected and self._link.state is LinkState.ONLINE:
            command = OpenInteraction(request_id=0, interaction_id=self._work.selected)
            self._asker.ask("journey", command, self._opened)

    def _opened(self, reply: AnyReply) -> None:
        if (
            isinstance(reply, InteractionOpened)
            and reply.file.interaction.interaction_id == self._work.selected
        ):
            self._file = reply.file
            self.changed.emit()
