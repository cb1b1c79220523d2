"""ARI's events: those that matter here, decoded into frozen structs; every other is skipped."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from cti_bridge.telephony.asterisk.ari.models import Bridge, Channel, Playback, Recording

logger = logging.getLogger(__name__)
MAX_KINDS: Final = 100  # counted of what is unknown


class Event(Struct, frozen=True, kw_only=True): ...


class StasisStart(Event, frozen=True, kw_only=True):
    """A channel is the application's: a caller from the dial plan, or one that was dialled by
    the application and answered. `replace_channel`: it took that one's place (a transfer made by
    a telephone)."""

    channel: Channel
    args: tuple[str, ...] = ()
    replace_channel: Channel | None = None


class StasisEnd(Event, frozen=True, kw_only=True):
    """It no longer is: over, or gone on in the dial plan."""

    channel: Channel


class ChannelDestroyed(Event, frozen=True, kw_only=True):
    channel: Channel
    cause: int = 0  # Q.850
    cause_txt: str = ""
    tech_cause: int = 0  # the SIP status, where there was one


class ChannelHangupRequest(Event, frozen=True, kw_only=True):
    """The far end hung up (or gave up: `tech_cause` 487). Of a caller from the dial plan it is
    the last that tells why: once it left the application nothing more is told of it."""

    channel: Channel
    cause: int = 0
    tech_cause: int = 0


class ChannelDtmfReceived(Event, frozen=True, kw_only=True):
    channel: Channel
    digit: str


class ChannelHold(Event, frozen=True, kw_only=True):
    channel: Channel


class ChannelUnhold(Event, frozen=True, kw_only=True):
    channel: Channel


class PlaybackFinished(Event, frozen=True, kw_only=True):
    playback: Playback


class RecordingFinished(Event, frozen=True, kw_only=True):
    recording: Recording


class RecordingFailed(Event, frozen=True, kw_only=True):
    recording: Recording


class BridgeBlindTransfer(Event, frozen=True, kw_only=True):
    """A telephone sent its call on by REFER; the far end goes on in the dial plan."""

    channel: Channel
    bridge: Bridge | None = None
    transferee: Channel | None = None
    exten: str = ""
    result: str = ""  # "Success", …


class BridgeAttendedTransfer(Event, frozen=True, kw_only=True):
    transferer_first_leg: Channel
    transferer_second_leg: Channel | None = None
    transferee: Channel | None = None
    transfer_target: Channel | None = None
    result: str = ""


class ApplicationReplaced(Event, frozen=True, kw_only=True):
    """Another client took the application over; this socket hears nothing any more."""

    application: str = ""


class RESTResponse(Event, frozen=True, kw_only=True):
    """To a request that was made on the socket of the events."""

    request_id: str = ""
    status_code: int = 0
    reason_phrase: str = ""
    message_body: str = ""


class ChannelUserevent(Event, frozen=True, kw_only=True):
    """What was asked to be told: the way to know that events come."""

    eventname: str = ""


AriEvent: TypeAlias = (
    StasisStart
    | StasisEnd
    | ChannelDestroyed
    | ChannelHangupRequest
    | ChannelDtmfReceived
    | ChannelHold
    | ChannelUnhold
    | PlaybackFinished
    | RecordingFinished
    | RecordingFailed
    | BridgeBlindTransfer
    | BridgeAttendedTransfer
    | ApplicationReplaced
    | ChannelUserevent
    | RESTResponse
)
KINDS: Final[dict[str, type[AriEvent]]] = {
    kind.__name__: kind
    for kind in (
        StasisStart,
        StasisEnd,
        ChannelDestroyed,
        ChannelHangupRequest,
        ChannelDtmfReceived,
        ChannelHold,
        ChannelUnhold,
        PlaybackFinished,
        RecordingFinished,
        RecordingFailed,
        BridgeBlindTransfer,
        BridgeAttendedTransfer,
        ApplicationReplaced,
        ChannelUserevent,
        RESTResponse,
    )
}


class _Kind(Struct, frozen=True):
    type: str


class EventReader:
    """Frames in, events out. What is unknown is counted in `skipped`, by its type."""

    def __init__(self) -> None:
        self.skipped: Counter[str] = Counter()
        self.malformed = 0
        self._kind = msgspec.json.Decoder(_Kind)
        self._decoders = {name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()}

    def read(self, frame: str | bytes) -> AriEvent | None:
        """None for what is unknown or no event at all; never raises."""
        try:
            name = self._kind.decode(frame).type
            decoder = self._decoders.get(name)
            if decoder is not None:
                return decoder.decode(frame)
        except (msgspec.MsgspecError, UnicodeError) as error:
            self.malformed += 1
            logger.warning("an event of Asterisk was not understood: %s", error)
            return None
        if name in self.skipped or len(self.skipped) < MAX_KINDS:
            self.skipped[name] += 1
        return None
