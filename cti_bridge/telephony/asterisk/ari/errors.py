"""What an ARI request comes to where it fails."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cti_bridge.telephony.ports import SwitchError

UNREACHABLE: Final = 0
MAX_DETAIL: Final = 200
_CODES: Final = {
    UNREACHABLE: "line_down",
    400: "invalid",
    404: "gone",
    409: "wrong_state",
    412: "wrong_state",
    422: "wrong_state",
    503: "line_down",
}


class AriError(Exception):
    """`status` is HTTP's, or UNREACHABLE where there was no answer; `detail` has no secret."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}" if status else detail)
        self.status, self.detail = status, detail

    @property
    def gone(self) -> bool:
        return self.status == 404


def refusal(error: AriError) -> SwitchError:
    """The port's word for it."""
    return SwitchError(_CODES.get(error.status, "failed"), error.detail)


def reason(body: str, phrase: str) -> str:
    """What an answer that is a refusal says; its status line's words where it says nothing."""
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        told = {}
    return str(told.get("message") or told.get("error") or phrase)[:MAX_DETAIL]
