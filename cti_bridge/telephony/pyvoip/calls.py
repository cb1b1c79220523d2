"""The calls of the switch: which leg each one is, who talks on it, and what it is joined to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.telephony.ports import CallId, Device, LineId, LiveCall, SwitchError
from cti_bridge.telephony.pyvoip.states import LegState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.telephony.media.session import RtpSession
    from cti_bridge.telephony.pyvoip.call import LineCall
    from cti_bridge.telephony.pyvoip.line import PyVoipLine

HEADSET = "headset:"


@dataclass(slots=True, eq=False, kw_only=True)
class Call:
    id: CallId
    line: PyVoipLine
    leg: LineCall
    to: str = ""  # of an outgoing call
    outgoing: bool = False
    established: bool = False
    device: Device | None = None
    held: bool = False
    transfer_of: Call | None = None  # when this one answers, it is relayed to that one
    relayed: Call | None = None
    table: list[Call] = field(default_factory=list)  # all of its conference, itself among them
    established_at: float = 0.0  # time.monotonic()
    probed_at: float = 0.0

    @property
    def talking(self) -> bool:
        return self.leg.state is LegState.TALKING

    @property
    def together(self) -> list[Call]:
        """Who is held and taken back as one: this call first, and alone where it is in no
        conference."""
        return [self, *(one for one in self.table if one is not self and one.talking)]

    @property
    def session(self) -> RtpSession:
        """Raises SwitchError where the call has no voice (yet, or any more)."""
        if self.leg.media is None:
            raise SwitchError("wrong_state", f"call {self.id} has no voice")
        return self.leg.media.session

    @property
    def agent(self) -> AgentId:
        """Raises SwitchError where nobody has the call."""
        if self.device is None:
            raise SwitchError("wrong_state", f"no device has call {self.id}")
        return agent_of(self.device)


def agent_of(device: Device) -> AgentId:
    """Raises SwitchError for a device that is no headset of ours."""
    if not device.startswith(HEADSET) or len(device) == len(HEADSET):
        raise SwitchError("invalid", f"{device!r} is no headset")
    return AgentId(device.removeprefix(HEADSET))


class CallBook:
    def __init__(self) -> None:
        self._by_id: dict[CallId, Call] = {}
        self._by_leg: dict[LineCall, Call] = {}

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, call: Call) -> None:
        self._by_id[call.id] = call
        self._by_leg[call.leg] = call

    def remove(self, call: Call) -> None:
        self._by_id.pop(call.id, None)
        self._by_leg.pop(call.leg, None)

    def of(self, leg: LineCall) -> Call | None:
        return self._by_leg.get(leg)

    def known(self, call: CallId) -> bool:
        return call in self._by_id

    def get(self, call: CallId) -> Call:
        """Raises SwitchError "gone"."""
        found = self._by_id.get(call)
        if found is None:
            raise SwitchError("gone", f"no call {call}")
        return found

    def talking(self, call: CallId) -> Call:
        """Raises SwitchError "gone" or "wrong_state"."""
        found = self.get(call)
        if not found.talking:
            raise SwitchError("wrong_state", f"call {call} is {found.leg.state}")
        return found

    def live(self) -> tuple[LiveCall, ...]:
        return tuple(
            LiveCall(
                call=call.id,
                line=LineId(call.line.id),
                established=call.talking,
                held=call.held,
                device=call.device,
            )
            for call in self
        )
