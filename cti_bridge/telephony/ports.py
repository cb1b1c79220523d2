"""The switch as the rest of the bridge sees it: events in CSTA words, commands, capabilities.

An adapter (a pyVoIP line, later a PBX) implements `Switch`; SIP, ARI and codecs end there.
CSTA: ECMA-269, Services for Computer Supported Telecommunications Applications.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NewType, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import ClearCause, MonitorMode, Verb

CallId = NewType("CallId", str)
LineId = NewType("LineId", str)
Device = NewType("Device", str)
"""Where an agent is heard: `headset:AGENT_ID`, or `phone:1003`, a telephone of the switch."""
MAX_PARTIES: Final = 8
"""Of a conference, beside its first call and the agent."""


class NumberKind(StrEnum):
    E164 = "e164"
    EXTENSION = "extension"  # of the own PBX, from the line's configuration
    RAW = "raw"  # could not be read as either; the digits as they came, bounded
    WITHHELD = "withheld"
    EMAIL = "email"  # of a contact that did not come by telephone: the sender's address
    VISITOR = "visitor"  # a chat's browser, by the random name that it keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of the telephone network, normalised once at the edge; or what stands in its
    place on another channel (EMAIL, VISITOR)."""

    kind: NumberKind
    value: str  # "+34612345099", "1003", raw text, or "" when withheld
    extension: str = ""  # "4012" of "+34944210017 ext 4012"


WITHHELD = Number(kind=NumberKind.WITHHELD, value="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who the network says is calling (RFC 3325, RFC 3323, draft-ietf-sip-privacy for RPID)."""

    number: Number
    display_name: str = ""  # decoded, at most 80 characters
    asserted: bool = False  # from P-Asserted-Identity or a screened Remote-Party-ID
    source: str = ""  # "P-Asserted-Identity", "Remote-Party-ID", "From"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFigures:
    """RTP of one leg, as the bridge received it (RFC 3550 section 6.4.1)."""

    packets_received: int = 0
    packets_lost: int = 0
    packets_late: int = 0
    packets_sent: int = 0
    jitter_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    call: CallId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDelivered(CallEvent):
    """A call rings at the switch and waits for a decision."""

    line: LineId
    caller: Caller
    dnis: str  # the number or user part of the request, E.164 where it is one
    first_dialled: str = ""  # before forwarding: Diversion (RFC 5806) or History-Info (RFC 7044)
    received_ns: int = 0  # time.monotonic_ns() when the INVITE was read from the socket
    variables: Mapping[str, str] = field(default_factory=dict)
    """What the PBX's dial plan says of the caller (choices in a menu, a typed customer number):
    at most 32 names of `[a-z][a-z0-9_]*`, values of at most 200 characters, none empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOriginated(CallEvent):
    """An outgoing call was sent out and rings, or soon will, at the far end."""

    line: LineId
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEstablished(CallEvent):
    """Both sides talk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(CallEvent):
    by_agent: bool = True  # False: the far end put us on hold


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRetrieved(CallEvent):
    by_agent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(CallEvent):
    """The agent left; `call` and `other` now talk to each other through the switch, and with all
    who were in conference with them. Each tells its end by `CallCleared`; the last is cleared."""

    other: CallId
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConferenced(CallEvent):
    """`other` joined `call`, the agent, and whoever is in conference with them already."""

    other: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCleared(CallEvent):
    """The call is over; nothing more comes of it."""

    cause: ClearCause
    code: int = 0  # SIP status or Q.850 cause where there was one, for the admin
    media: MediaFigures | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFailed(CallEvent):
    """An outgoing call could not be set up; nothing more comes of it."""

    cause: ClearCause
    code: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsReceived(CallEvent):
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParked(CallEvent):
    """The bridge itself has answered a delivered call: the caller hears music, and no agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayEnded(CallEvent):
    """What `announce` began is over, to its end or cut off by others; the music goes on."""

    mark: str = ""  # as given to `announce`


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingEnded(CallEvent):
    """What `record` wrote is whole on the disk: by a key, by silence, at its limit, or because
    the caller hung up (then `CallCleared` follows)."""

    file: str  # as given to `record`: WAV, 8 kHz, 16 bit, one channel
    seconds: float  # up to the last word, and a little
    cause: str  # "key", "silence", "limit", "cleared", "failed" (then there is no file)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAnswered(CallEvent):
    """The agent picked up the telephone that `alert` rings: as good as a click on "accept". The
    caller is not connected yet: `answer` or `connect` to the same device does it, at once."""

    device: Device


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFailed(CallEvent):
    """A telephone that `alert`, `answer` or `connect` rings will not be picked up (BUSY, REJECTED
    by its user, NO_ANSWER, UNREACHABLE); the caller waits as before."""

    device: Device
    cause: ClearCause
    detail: str = ""  # for the admin


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecorded(CallEvent):
    """What `record_call` wrote is whole on the disk of the bridge; after the call, or before it
    ends where it was asked to stop. It may come after `CallCleared`, and after a restart."""

    file: str  # as given to `record_call`: WAV, 8 or 16 kHz, 16 bit
    seconds: float  # without the pauses
    cause: str  # "stopped", "cleared", "cut" (by itself, in the call: the disk is full), "failed"
    # (then there is no file)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorStarted(CallEvent):
    """The supervisor's device hears the call."""

    monitor: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorEnded(CallEvent):
    """The supervisor no longer does: asked to, hung up, never answered, or the call is over."""

    monitor: CallId
    cause: ClearCause


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUp:
    line: LineId
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDown:
    line: LineId
    at: datetime
    detail: str  # why, and what to do, for the admin


SwitchEvent: TypeAlias = (
    CallDelivered
    | CallOriginated
    | CallEstablished
    | CallHeld
    | CallRetrieved
    | CallTransferred
    | CallConferenced
    | CallCleared
    | CallFailed
    | DigitsReceived
    | CallParked
    | PlayEnded
    | RecordingEnded
    | DeviceAnswered
    | DeviceFailed
    | CallRecorded
    | MonitorStarted
    | MonitorEnded
    | LineUp
    | LineDown
)


class SwitchError(Exception):
    """A command that the switch did not carry out; the call is as it was.

    `code` is one of "gone" (no such call, or over), "wrong_state", "unsupported", "line_down",
    "busy" (no line or port free), "invalid" (the destination), "failed".
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """What the switch says is alive, for reconciling after a restart."""

    call: CallId
    line: LineId
    established: bool
    held: bool = False
    device: Device | None = None  # the agent's that hears it, where the switch kept them together
    other: CallId | None = None  # the consultation, one of its conference, or of its transfer
    parked: bool = False  # answered for the bridge, and hears music
    recording: str = ""  # the file that is being written: as given to `record_call`
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStatus:
    line: LineId
    name: str
    up: bool
    since: datetime
    detail: str = ""


class Switch(Protocol):
    """Commands raise `SwitchError`; what happened arrives at the sink, in order, from the
    event loop's own thread. Emitting never blocks. Each command returns when the switch has
    taken it (not when the far end has answered)."""

    @property
    def verbs(self) -> frozenset[Verb]: ...

    async def start(self, sink: Callable[[SwitchEvent], None]) -> None: ...

    async def stop(self) -> None:
        """Lets go of the network, releases every port; safe to call twice. A switch whose calls
        live in this process clears them; a PBX goes on with its own."""

    def lines(self) -> tuple[LineStatus, ...]: ...

    def verbs_of(self, line: LineId) -> frozenset[Verb]:
        """What can be done with a call of this line; `verbs` is the union over the lines."""

    async def live_calls(self) -> tuple[LiveCall, ...]:
        """What is alive, by the switch's own word; also before `start`, where it then waits for
        the switch for some seconds. A node that is out of reach is told by `unsure`."""

    def unsure(self) -> frozenset[LineId]:
        """Lines of whose calls the last `live_calls` could not know: nothing follows from their
        absence there."""

    async def alert(self, call: CallId, device: Device) -> None:
        """Rings the agent's telephone for a delivered or parked call that is offered to the
        agent; `DeviceAnswered` or `DeviceFailed` may follow. Nothing at a headset, which rings by
        itself. `answer` and `connect` to the same device take an alerted telephone over."""

    async def stop_alert(self, call: CallId) -> None:
        """The offer is over: its telephone stops ringing, without an event."""

    async def answer(self, call: CallId, device: Device) -> None:
        """Connects a delivered call with an agent's device; `CallEstablished` follows, or
        `CallCleared` when the caller's CANCEL crossed the answer."""

    async def reject(self, call: CallId, cause: ClearCause) -> None:
        """Refuses a delivered call: BUSY, UNREACHABLE, REJECTED."""

    async def clear(self, call: CallId) -> None:
        """Ends this call alone. Of a conference one party goes, also the first, and the others
        stay with the agent: with the last of them it is a call like any other."""

    async def hold(self, call: CallId) -> None:
        """The far end hears music; `CallHeld` follows. A conference is held and retrieved as a
        whole, by any of its calls: each hears music, and the one event, of the call that was
        named, stands for all."""

    async def retrieve(self, call: CallId) -> None: ...

    async def connect(self, call: CallId, device: Device) -> None:
        """Gives an established call, held for an agent that left, to another agent's device
        (internal transfer, lost agent); the music ends and `CallEstablished` follows."""

    async def mute(self, call: CallId, muted: bool) -> None:
        """The far end hears silence from the agent; at once, without an event."""

    async def send_digits(self, call: CallId, digits: str) -> None: ...

    async def play(self, call: CallId, sound: str) -> None:
        """Plays a sound of resources/sounds once to an established call."""

    async def park(self, call: CallId, music: str) -> None:
        """Answers a delivered call for the bridge, or takes a held one from the agent who left
        it: music over and over; `CallParked` follows, or `CallCleared` when the caller's CANCEL
        crossed it. `connect` gives it to an agent, with `CallEstablished`; so does an `answer`
        that crossed `CallParked`. Parked again: another music, and no event."""

    async def announce(self, call: CallId, sounds: tuple[str, ...], mark: str = "") -> None:
        """Says sounds one after the other, once, to a parked or established call, in place of
        what it hears; returns when it has begun, one `PlayEnded` with this mark follows. Another
        one cuts it off, and so does `connect`.
        Keys that the caller presses meanwhile come as `DigitsReceived`."""

    async def record(self, call: CallId, file: str, limit_s: float, silence_s: float) -> None:
        """After a tone writes what the caller of a parked call says, until "#", `silence_s` of
        silence, `limit_s`, or the end of the call; `RecordingEnded` follows."""

    async def record_call(self, call: CallId, file: str) -> None:
        """Writes all that is said on an established call, both sides, until `stop_recording` or
        its end, over hold, transfer and conference; one `CallRecorded` follows."""

    async def pause_recording(self, call: CallId, paused: bool) -> None:
        """Nothing is written while paused; at once, without an event."""

    async def stop_recording(self, call: CallId) -> None: ...

    async def monitor(
        self, call: CallId, monitor: CallId, device: Device, mode: MonitorMode
    ) -> None:
        """A supervisor's device joins a call under the id `monitor`, chosen by who asks: LISTEN
        hears both and is heard by nobody, WHISPER is heard by the agent only, BARGE by all.
        Again with the same ids: another mode. `MonitorStarted` follows the first time, and one
        `MonitorEnded` at the end."""

    async def stop_monitor(self, monitor: CallId) -> None: ...

    async def originate(
        self, call: CallId, line: LineId | None, to: str, device: Device, caller_id: str = ""
    ) -> None:
        """Places a call under an id chosen by the caller of this method; `CallOriginated`,
        then `CallEstablished` or `CallFailed` follow. `line` None: the first that is up. A
        telephone is rung first, then the far end. `caller_id`: the number to show, where the line
        may choose it; "": the line's own."""

    async def blind_transfer(self, call: CallId, to: str, new_call: CallId) -> None:
        """A second call to `to`, relayed to `call`; the agent leaves at once. `CallTransferred`
        follows when the target answers; `CallFailed(new_call)` when it does not, and `call` is
        given back to the agent's device, held."""

    async def consult(self, call: CallId, to: str, new_call: CallId, caller_id: str = "") -> None:
        """Holds `call`, with all who are in conference with it, and originates `new_call` to `to`
        from the same device; `caller_id` as for `originate`. "unsupported" where the switch cannot
        have that many parties."""

    async def complete_transfer(self, call: CallId, consult_call: CallId) -> None:
        """Joins the two, and all who are in conference with either; the agent leaves;
        `CallTransferred` follows. `consult_call` may be in conference already: that leaves it."""

    async def cancel_transfer(self, call: CallId, consult_call: CallId) -> None:
        """Clears the consultation call and retrieves the first, or its conference."""

    async def swap(self, call: CallId, consult_call: CallId) -> None:
        """Talks to the other of the two; the one talked to before is held. A conference counts
        as one of the two."""

    async def conference(self, call: CallId, consult_call: CallId) -> None:
        """All hear each other: both calls, who was in conference with `call` already, and the
        agent; nobody is held any more. `CallConferenced` follows, and nothing of a retrieve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPlan:
    """How a line reads numbers: region for national ones, and the PBX's own extensions."""

    region: str = "ES"  # ISO 3166-1 alpha-2
    extensions: tuple[str, ...] = field(default=())  # regular expressions, whole match: "1\\d{3}"
