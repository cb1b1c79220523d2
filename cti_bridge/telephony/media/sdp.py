"""Session descriptions for telephone calls: RFC 4566 read with patience, RFC 3264 answered.

Only audio over plain RTP is taken; every other `m=` line of an offer is refused with port 0, in
its place, as RFC 3264 section 6 asks. Text comes from the network: it is bounded, and whatever
cannot be used raises `SdpError` with the SIP status that says so.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.codec import BY_PAYLOAD_TYPE, Codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_BYTES: Final = 8192
MAX_LINES: Final = 300
MAX_MEDIA: Final = 16
DTMF_PAYLOAD: Final = 101
ANY_ADDRESS: Final = frozenset({"0.0.0.0", "::"})


class SdpError(Exception):
    """A description that cannot be used. `code`: 400 it is no SDP, 488 nothing in common."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Direction(StrEnum):
    """Who sends, seen from the side that says it (RFC 3264 section 5.1)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        return self in (Direction.SENDRECV, Direction.SENDONLY)

    @property
    def receives(self) -> bool:
        return self in (Direction.SENDRECV, Direction.RECVONLY)

    def narrowed(self, offered: Direction) -> Direction:
        """This wish as an answer to what the other side offered (RFC 3264 section 6.1)."""
        return _direction(
            sends=self.sends and offered.receives, receives=self.receives and offered.sends
        )


DIRECTIONS: Final = {direction.value: direction for direction in Direction}


def _direction(*, sends: bool, receives: bool) -> Direction:
    if sends:
        return Direction.SENDRECV if receives else Direction.SENDONLY
    return Direction.RECVONLY if receives else Direction.INACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLine:
    """One `m=` section as it came."""

    kind: str  # "audio", "video", "image" …
    port: int
    protocol: str  # "RTP/AVP" …
    formats: tuple[str, ...]
    address: str  # from its own c= or the session's; "" where neither is given
    direction: Direction
    ptime: int | None = None  # milliseconds
    maps: tuple[tuple[int, str], ...] = ()  # payload type, "PCMU/8000" upper case

    @property
    def is_audio(self) -> bool:
        return self.kind == "audio" and self.protocol in ("RTP/AVP", "RTP/AVPF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the other side says about its audio, with all `m=` lines kept for the answer."""

    remote: tuple[str, int]  # where it wants its RTP; ("0.0.0.0", port): nowhere
    codecs: tuple[Codec, ...]  # that we speak too, most wanted first, never empty
    dtmf_payload: int | None
    direction: Direction  # as the other side says it; a hold by 0.0.0.0 is told as SENDONLY
    ptime: int
    session: str  # o= identifier and version: unchanged in a re-INVITE means unchanged media
    chosen: int  # the place of the audio line among `media`
    media: tuple[MediaLine, ...]

    @property
    def on_hold(self) -> bool:
        """The other side does not want to hear us."""
        return not self.direction.receives


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What both sides will do: the arguments of `RtpSession.negotiate`."""

    remote: tuple[str, int]
    codec: Codec
    dtmf_payload: int | None
    direction: Direction  # as we do it


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    text: str  # the body to send
    agreed: Agreement


def parse_offer(body: bytes | str) -> Description:
    """The first audio line that can be used. Raises SdpError 400 or 488."""
    media, session = _read(body)
    reason = "no audio over RTP/AVP is offered"
    for place, line in enumerate(media):
        if not line.is_audio or line.port == 0:
            continue
        codecs = _codecs(line)
        if not codecs:
            reason = "neither PCMA nor PCMU is offered"
        else:
            return _description(line, codecs, media, session, place)
    raise SdpError(488, reason)


def parse_answer(body: bytes | str) -> Description:
    """What the other side chose from our offer, which has one audio line. Raises SdpError."""
    return parse_offer(body)


def agree(theirs: Description, ours: Sequence[Codec], wish: Direction) -> Agreement:
    """Our first codec that they speak too, with `wish` narrowed to what they allow.

    Raises SdpError 488 when no codec is common.
    """
    codec = next((codec for codec in ours if codec in theirs.codecs), None)
    if codec is None:
        raise SdpError(488, "no common codec")
    return Agreement(
        remote=theirs.remote,
        codec=codec,
        dtmf_payload=theirs.dtmf_payload,
        direction=wish.narrowed(theirs.direction),
    )


def build_offer(
    address: str,
    port: int,
    codecs: Sequence[Codec],
    *,
    direction: Direction = Direction.SENDRECV,
    dtmf_payload: int | None = DTMF_PAYLOAD,
    session_id: int = 1,
    version: int = 1,
) -> str:
    """One audio line with our codecs, most wanted first."""
    lines = [*_head(address, session_id, version)]
    lines += _audio(port, "RTP/AVP", codecs, dtmf_payload, direction)
    return _text(lines)


def build_answer(
    offer: Description,
    address: str,
    port: int,
    codecs: Sequence[Codec],
    *,
    direction: Direction = Direction.SENDRECV,
    session_id: int = 1,
    version: int = 1,
) -> Answer:
    """Our answer: one codec, their DTMF payload type, every other line refused in its place.

    `direction` is what we would like; the answer narrows it to what the offer allows. Raises
    SdpError 488 when no codec is common.
    """
    agreed = agree(offer, codecs, direction)
    lines = [*_head(address, session_id, version)]
    for place, media in enumerate(offer.media):
        if place == offer.chosen:
            lines += _audio(
                port, media.protocol, [agreed.codec], agreed.dtmf_payload, agreed.direction
            )
        else:
            lines.append(f"m={media.kind} 0 {media.protocol} {' '.join(media.formats)}")
    return Answer(text=_text(lines), agreed=agreed)


# Writing


def _head(address: str, session_id: int, version: int) -> tuple[str, ...]:
    family = "IP6" if ":" in address else "IP4"
    return (
        "v=0",
        f"o=ficha {session_id} {version} IN {family} {address}",
        "s=-",
        f"c=IN {family} {address}",
        "t=0 0",
    )


def _audio(
    port: int,
    protocol: str,
    codecs: Sequence[Codec],
    dtmf_payload: int | None,
    direction: Direction,
) -> Iterator[str]:
    formats = [str(codec.payload_type) for codec in codecs]
    if dtmf_payload is not None:
        formats.append(str(dtmf_payload))
    yield f"m=audio {port} {protocol} {' '.join(formats)}"
    for codec in codecs:
        yield f"a=rtpmap:{codec.payload_type} {codec.name}/8000"
    if dtmf_payload is not None:
        yield f"a=rtpmap:{dtmf_payload} telephone-event/8000"
        yield f"a=fmtp:{dtmf_payload} 0-15"
    yield "a=ptime:20"
    yield f"a={direction}"


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


# Reading


@dataclass(slots=True)
class _Section:
    """What is gathered of the session (kind "") or of one `m=` line while reading."""

    kind: str = ""
    port: int = 0
    protocol: str = ""
    formats: tuple[str, ...] = ()
    address: str = ""
    direction: Direction | None = None
    ptime: int | None = None
    maps: dict[int, str] | None = None


def _read(body: bytes | str) -> tuple[tuple[MediaLine, ...], str]:
    session = _Section()
    sections: list[_Section] = []
    origin = ""
    for letter, value in _lines(body):
        if letter == "m":
            sections.append(_media(value))
            if len(sections) > MAX_MEDIA:
                raise SdpError(400, f"more than {MAX_MEDIA} m= lines")
            continue
        section = sections[-1] if sections else session
        if letter == "o":
            origin = " ".join(value.split()[1:3])
        elif letter == "c":
            section.address = _address(value)
        elif letter == "a":
            _attribute(section, value)
    return tuple(_media_line(section, session) for section in sections), origin


def _lines(body: bytes | str) -> Iterator[tuple[str, str]]:
    if len(body) > MAX_BYTES:
        raise SdpError(400, f"more than {MAX_BYTES} bytes of SDP")
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) > MAX_LINES:
        raise SdpError(400, f"more than {MAX_LINES} lines of SDP")
    if not lines or not lines[0].startswith("v="):
        raise SdpError(400, "SDP does not begin with v=")
    for line in lines:
        letter, separator, value = line.partition("=")
        # Lines that are no lines are met in the wild after broken rewriting: passed over.
        if separator and len(letter) == 1:
            yield letter, value.strip()


def _media(value: str) -> _Section:
    words = value.split()
    if len(words) < 4:
        raise SdpError(400, "an m= line without port, protocol or formats")
    port = words[1].partition("/")[0]  # "49170/2": several ports, the first one is used
    if not _is_number(port) or int(port) > 65535:
        raise SdpError(400, "an m= line without a port number")
    return _Section(
        kind=words[0].lower(), port=int(port), protocol=words[2].upper(), formats=tuple(words[3:])
    )


def _address(value: str) -> str:
    words = value.split()
    host = words[2].partition("/")[0] if len(words) >= 3 else ""  # "224.2.1.1/127": TTL
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        # A host name is legal; looking one up for a stranger is not done (488 when chosen).
        return ""


def _attribute(section: _Section, value: str) -> None:
    name, _, rest = value.partition(":")
    name = name.strip().lower()
    if name in DIRECTIONS:
        section.direction = DIRECTIONS[name]
    elif name == "ptime":
        digits = rest.strip().partition(".")[0]
        if _is_number(digits) and 0 < int(digits) <= 200:
            section.ptime = int(digits)
    elif name == "rtpmap":
        payload_type, _, encoding = rest.strip().partition(" ")
        if _is_number(payload_type) and int(payload_type) <= 127:
            section.maps = section.maps or {}
            section.maps[int(payload_type)] = encoding.strip().upper()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _media_line(section: _Section, session: _Section) -> MediaLine:
    return MediaLine(
        kind=section.kind,
        port=section.port,
        protocol=section.protocol,
        formats=section.formats,
        address=section.address or session.address,
        direction=section.direction or session.direction or Direction.SENDRECV,
        ptime=section.ptime or session.ptime,
        maps=tuple((section.maps or {}).items()),
    )


def _codecs(line: MediaLine) -> tuple[Codec, ...]:
    maps = dict(line.maps)
    found: dict[Codec, None] = {}
    for text in line.formats:
        codec = BY_PAYLOAD_TYPE.get(int(text)) if _is_number(text) else None
        if codec is not None and _says(maps.get(codec.payload_type), codec):
            found[codec] = None
    return tuple(found)


def _says(encoding: str | None, codec: Codec) -> bool:
    # Types 0 and 8 are static: most offers map them, none has to (RFC 3551 section 6).
    return encoding is None or encoding.split("/")[:2] == [codec.name, "8000"]


def _dtmf(line: MediaLine) -> int | None:
    for payload_type, encoding in line.maps:
        if encoding.startswith("TELEPHONE-EVENT/8000") and str(payload_type) in line.formats:
            return payload_type
    return None


def _description(
    line: MediaLine,
    codecs: tuple[Codec, ...],
    media: tuple[MediaLine, ...],
    session: str,
    place: int,
) -> Description:
    if not line.address:
        raise SdpError(488, "no address of the audio: a c= line with an IP address is needed")
    address = ipaddress.ip_address(line.address)
    if address.is_multicast:
        raise SdpError(488, "multicast audio")
    direction = line.direction
    if line.address in ANY_ADDRESS:  # the hold of RFC 2543: send nothing here
        direction = _direction(sends=direction.sends, receives=False)
    return Description(
        remote=(line.address, line.port),
        codecs=codecs,
        dtmf_payload=_dtmf(line),
        direction=direction,
        ptime=line.ptime or 20,
        session=session,
        chosen=place,
        media=media,
    )
