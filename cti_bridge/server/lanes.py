"""Commands of one session: in order where order matters, side by side where it does not."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Literal

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.importing import FetchRefusals, ListImports, OpenImport
from cti_bridge.protocol.privacy import ListAccess
from cti_bridge.protocol.subject_rights import FetchArchive, PlanErasure
from cti_bridge.protocol.vocabulary import Permission
from cti_bridge.protocol.voice import ReportVoicePath

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cti_bridge.tasks import Scope

ASIDE: Final[dict[type, Literal["reads", "edits"]]] = {
    c.OpenConversation: "reads",
    c.ListMessages: "reads",
    c.OpenMessage: "reads",
    c.LookAt: "reads",
    c.ListCalls: "reads",
    ListAccess: "reads",
    ReportVoicePath: "reads",  # an answer to a call may be waiting for it
    ListImports: "reads",
    OpenImport: "reads",
    FetchRefusals: "reads",
    PlanErasure: "reads",
    FetchArchive: "reads",
    c.UploadPart: "edits",
    c.SaveDraft: "edits",
    c.SendEmail: "edits",
    c.UndoSend: "edits",
    c.RetrySend: "edits",
    c.ComposeEmail: "edits",
}
"""What need not stand in the lane of the calls, nor of the edits."""


def lane_of(command: c.AnyCommand) -> Literal["calls", "reads", "edits"]:
    """Calls wait only for calls: no search, no file and no save stands before an answer."""
    aside = ASIDE.get(type(command))
    if aside is not None:
        return aside
    match command.permission:
        case Permission.HANDLE_CONTACTS:
            return "calls"
        case Permission.READ_CUSTOMERS | Permission.READ_HISTORY:
            return "reads"
        case _:
            return "edits"


class Lane:
    """At most `width` jobs at work and `limit` waiting; a lane one wide keeps their order.

    It has no task while it is idle.
    """

    def __init__(self, scope: Scope, name: str, *, width: int, limit: int) -> None:
        self._scope, self._name, self._width, self._limit = scope, name, width, limit
        self._waiting: deque[Callable[[], Awaitable[None]]] = deque()
        self._working = 0

    def put(self, job: Callable[[], Awaitable[None]]) -> bool:
        """False where the lane is full; `job` must not raise."""
        if len(self._waiting) >= self._limit:
            return False
        self._waiting.append(job)
        if self._working < self._width:
            self._working += 1
            self._scope.spawn(self._work(), self._name)
        return True

    def clear(self) -> None:
        """Forgets what waits; what is at work comes to its end."""
        self._waiting.clear()

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._waiting.popleft()()
        finally:
            self._working -= 1
