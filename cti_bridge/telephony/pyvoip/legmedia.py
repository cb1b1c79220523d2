"""RTP and SDP of one leg: offers, answers, and what was agreed (RFC 3264)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Protocol

from cti_bridge.telephony.media.codec import BY_NAME
from cti_bridge.telephony.media.sdp import (
    Agreement,
    Direction,
    agree,
    build_answer,
    build_offer,
    parse_answer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.telephony.media.sdp import Description
    from cti_bridge.telephony.media.session import RtpSession


class MediaDesk(Protocol):
    """Where a leg gets its RTP session from; raises NoPortError."""

    async def __call__(self) -> RtpSession: ...


class LegMedia:
    """`signalled_from` is where the far end's SIP comes from: its voice may too, behind a NAT."""

    def __init__(
        self, session: RtpSession, address: str, codecs: Sequence[str], signalled_from: str
    ) -> None:
        self.session = session
        self.agreed: Agreement | None = None
        self._address, self._from = address, signalled_from
        self._codecs = tuple(BY_NAME[name] for name in codecs)
        self._id = secrets.randbelow(2**31)
        self._version = 0

    def offer(self) -> str:
        """Ours, for an INVITE, or in a 2xx to an INVITE that brought none."""
        self._version += 1
        return build_offer(
            self._address,
            self.session.port,
            self._codecs,
            session_id=self._id,
            version=self._version,
        )

    def answer(self, offer: Description) -> str:
        """To theirs; RTP follows it from now on. Raises SdpError."""
        self._version += 1
        answer = build_answer(
            offer,
            self._address,
            self.session.port,
            self._codecs,
            session_id=self._id,
            version=self._version,
        )
        self._follow(answer.agreed)
        return answer.text

    def accept(self, body: bytes) -> None:
        """Their answer to our offer. Raises SdpError."""
        self._follow(agree(parse_answer(body), self._codecs, Direction.SENDRECV))

    def _follow(self, agreed: Agreement) -> None:
        first, self.agreed = self.agreed is None, agreed
        self.session.negotiate(
            agreed.remote,
            agreed.codec,
            agreed.dtmf_payload,
            agreed.direction,
            signalled_from=self._from,
        )
        if first:
            self.session.start()
