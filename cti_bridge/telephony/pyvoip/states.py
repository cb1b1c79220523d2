"""The life of one leg, as a table."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class LegState(StrEnum):
    RINGING = "ringing"  # incoming, no decision yet
    ANSWERED = "answered"  # incoming, our 2xx waits for its ACK
    LEAVING = "leaving"  # over for us; a BYE follows the ACK (RFC 3261 section 15)
    DIALING = "dialing"  # outgoing, nothing heard yet
    EARLY = "early"  # outgoing, rings at the far end
    CANCELLING = "cancelling"  # outgoing, over for us; the final answer is awaited
    TALKING = "talking"
    ENDED = "ended"


class Trigger(StrEnum):
    ANSWER = "answer"  # our 2xx
    REFUSE = "refuse"  # our 3xx–6xx
    CANCELLED = "cancelled"  # the caller's CANCEL
    ACKNOWLEDGED = "acknowledged"
    NO_ACK = "no_ack"  # 64·T1 without it
    PROVISIONAL = "provisional"
    ACCEPTED = "accepted"  # the far end's 2xx
    REFUSED = "refused"  # the far end's 3xx–6xx, or no answer at all
    BYE = "bye"  # the far end's
    HANG_UP = "hang_up"  # ours
    LOST = "lost"  # the far end is gone


_S, _T = LegState, Trigger
TRANSITIONS: Final[dict[tuple[LegState, Trigger], LegState]] = {
    (_S.RINGING, _T.ANSWER): _S.ANSWERED,
    (_S.RINGING, _T.REFUSE): _S.ENDED,
    (_S.RINGING, _T.HANG_UP): _S.ENDED,
    (_S.RINGING, _T.CANCELLED): _S.ENDED,
    (_S.RINGING, _T.BYE): _S.ENDED,
    (_S.ANSWERED, _T.ACKNOWLEDGED): _S.TALKING,
    (_S.ANSWERED, _T.CANCELLED): _S.LEAVING,
    (_S.ANSWERED, _T.HANG_UP): _S.LEAVING,
    (_S.ANSWERED, _T.BYE): _S.ENDED,
    (_S.ANSWERED, _T.NO_ACK): _S.ENDED,
    (_S.LEAVING, _T.ACKNOWLEDGED): _S.ENDED,
    (_S.LEAVING, _T.NO_ACK): _S.ENDED,
    (_S.LEAVING, _T.BYE): _S.ENDED,
    (_S.DIALING, _T.PROVISIONAL): _S.EARLY,
    (_S.DIALING, _T.ACCEPTED): _S.TALKING,
    (_S.DIALING, _T.REFUSED): _S.ENDED,
    (_S.DIALING, _T.HANG_UP): _S.CANCELLING,
    (_S.EARLY, _T.PROVISIONAL): _S.EARLY,
    (_S.EARLY, _T.ACCEPTED): _S.TALKING,
    (_S.EARLY, _T.REFUSED): _S.ENDED,
    (_S.EARLY, _T.HANG_UP): _S.CANCELLING,
    (_S.EARLY, _T.BYE): _S.ENDED,
    (_S.CANCELLING, _T.PROVISIONAL): _S.CANCELLING,
    (_S.CANCELLING, _T.ACCEPTED): _S.ENDED,
    (_S.CANCELLING, _T.REFUSED): _S.ENDED,
    (_S.CANCELLING, _T.BYE): _S.ENDED,
    (_S.TALKING, _T.BYE): _S.ENDED,
    (_S.TALKING, _T.HANG_UP): _S.ENDED,
    (_S.TALKING, _T.LOST): _S.ENDED,
}
