"""Why a channel ended: ITU-T Q.850 to our words, and back."""

from __future__ import annotations

from typing import Final

from cti_bridge.protocol.vocabulary import ClearCause

NORMAL: Final = 16
_C = ClearCause
_UNANSWERED: Final = {
    1: _C.UNREACHABLE,  # unallocated number
    2: _C.UNREACHABLE,
    3: _C.UNREACHABLE,  # no route
    16: _C.NOT_ANSWERED,
    17: _C.BUSY,
    18: _C.NOT_ANSWERED,  # no user responding
    19: _C.NOT_ANSWERED,  # no answer from the user
    20: _C.UNREACHABLE,  # subscriber absent: no telephone is registered
    21: _C.REJECTED,
    22: _C.UNREACHABLE,  # number changed
    27: _C.UNREACHABLE,  # destination out of order
    28: _C.UNREACHABLE,  # invalid number
    34: _C.BUSY,  # no circuit available
    38: _C.UNREACHABLE,  # network out of order
    41: _C.UNREACHABLE,  # temporary failure
    42: _C.BUSY,  # congestion
    44: _C.BUSY,
}
_REASONS: Final = {
    _C.BUSY: 17,
    _C.REJECTED: 21,
    _C.UNREACHABLE: 1,
    _C.NOT_ANSWERED: 19,
    _C.LINE_DOWN: 38,
    _C.FAILED: 41,
}


def of_unanswered(cause: int, sip: int = 0) -> ClearCause:
    """Why somebody that was dialled did not answer; `sip`: the status, where there was one."""
    if sip in (403, 603):
        return _C.REJECTED
    if sip in (404, 410, 480) and cause not in (17, 21):
        return _C.UNREACHABLE
    return _UNANSWERED.get(cause, _C.FAILED)


def to_reason(cause: ClearCause) -> int:
    """The Q.850 cause for a caller that is refused; 18 (480) for every other."""
    return _REASONS.get(cause, 18)
