"""How a room says no to a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cti_bridge.protocol.values import CustomerFile
    from cti_bridge.protocol.vocabulary import RefusalCode


class CommandRefused(Exception):
    """Raised by a room's handler; the server answers `Refused`, and nothing changed."""

    def __init__(
        self,
        code: RefusalCode,
        detail: str = "",
        *,
        field: str = "",
        retry_after_s: float = 0.0,
        current: CustomerFile | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.field = code, detail, field
        self.retry_after_s, self.current = retry_after_s, current
