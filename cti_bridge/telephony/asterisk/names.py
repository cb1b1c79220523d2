"""Ids at Asterisk. Those that we choose say what they are, so that whoever finds them after a
restart knows: `ficha.leg.8d1f…` is an agent's leg of the application `ficha`."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
import zlib
from enum import StrEnum
from typing import Final, NamedTuple

from cti_bridge.telephony.ports import CallId

DEVICE: Final = "FICHA_DEVICE"  # on a leg: whose it is
CALL: Final = "FICHA_CALL"  # on a leg: the call that it was dialled for
ROOM: Final = "FICHA_ROOM"  # on a call: where it talks, or is held from; or PARKED
PARKED: Final = "parked"
MUTED: Final = "FICHA_MUTED"  # on a headset's channel whose desktop sends silence
TARGET: Final = "FICHA_TARGET"  # on a call: the one that it was dialled for to be given
RECORDING: Final = "FICHA_RECORDING"  # on a call: the name of what is recorded of it
VARIABLES: Final = (DEVICE, CALL, ROOM, TARGET, RECORDING, MUTED)
_CALL_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
LONGEST: Final = 200  # of a file's name, its ending and some folder left out


class Kind(StrEnum):
    CALL = "call"  # the far end that we dialled; the rest is the CallId
    LEG = "leg"  # an agent's telephone
    HEADSET = "headset"  # an agent's headset, by a media socket
    ROOM = "room"  # a bridge: those who talk
    RECORD = "rec"  # a snoop channel that is recorded
    SUPERVISOR = "sup"  # a supervisor's leg
    SPY = "spy"  # the snoop channel that a supervisor hears
    EAR = "ear"  # a bridge: supervisor and spy
    PLAY = "play"
    MESSAGE = "msg"  # a recording of what one caller says
    CONVERSATION = "conv"  # a recording of a call


SWEPT: Final = frozenset({Kind.SUPERVISOR, Kind.SPY, Kind.EAR})
"""Of no use to a bridge that did not make them."""


def make(app: str, kind: Kind, rest: str = "") -> str:
    return f"{app}.{kind}.{rest or uuid.uuid4().hex}"


def read(app: str, name: str) -> tuple[Kind, str] | None:
    """None for what is not ours, and for the far half of a Local channel of ours: Asterisk gives
    it the same id with ";2"."""
    owner, _, tail = name.partition(".")
    kind, dot, rest = tail.partition(".")
    if owner != app or not dot or name.endswith(";2") or kind not in Kind._value2member_map_:
        return None
    return Kind(kind), rest


def of_call(app: str, call: CallId) -> str:
    """The channel of an outgoing call. Raises ValueError."""
    if not _CALL_ID.fullmatch(call):
        raise ValueError(f"{call[:40]!r} cannot be the id of a call")
    return make(app, Kind.CALL, call)


def of_caller(node: str, channel: str) -> CallId:
    """Two Asterisks may give the same id to their channels."""
    return CallId(f"{node}:{channel}")


class Recorded(NamedTuple):
    """What the name of a recording says; `owner`: the bridge whose it is, "" of an old name."""

    kind: Kind
    call: CallId
    file: str
    owner: str = ""


def recording(app: str, kind: Kind, call: CallId, file: str, owner: str = "") -> str:
    """A recording's name that says whose it is and where it is to go, for a bridge that finds it
    after a restart. Raises ValueError where the path is too long for a name."""
    text = "\n".join((call, file, owner) if owner else (call, file))
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
    if len(packed) > LONGEST:
        raise ValueError("the path of the file is too long")
    return make(app, kind, packed.rstrip("="))


def snoop_of(app: str, recording: str) -> str:
    """The listening channel at which a conversation is recorded; an id has 149 letters at most."""
    return make(app, Kind.RECORD, hashlib.sha256(recording.encode()).hexdigest()[:32])


def recorded(app: str, name: str) -> Recorded | None:
    """What `recording` put into a name; None for another application's."""
    found = read(app, name)
    if found is None or found[0] not in (Kind.MESSAGE, Kind.CONVERSATION):
        return None
    packed = found[1][:LONGEST]
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        text = zlib.decompressobj().decompress(raw, 4096).decode()
    except (ValueError, zlib.error):
        return None
    call, _, rest = text.partition("\n")
    file, _, owner = rest.partition("\n")
    return Recorded(found[0], CallId(call), file, owner)
