"""The ear of the simulated telephones, and their reading of SIP."""

from __future__ import annotations

import os
import random

import pytest

from cti_bridge.telephony.media.codec import PCMA, PCMU, mixed
from cti_bridge.telephony.media.sounds import Sounds
from cti_bridge.telephony.simulator import sip
from cti_bridge.telephony.simulator.caller import named
from cti_bridge.telephony.simulator.tones import (
    CALLER_TONES,
    PHONE_TONES,
    Melody,
    Recording,
    Speech,
    is_hold_music,
    is_melody,
    is_silent,
    share_of,
    tone,
    tones_heard,
)

FUZZ = int(os.environ.get("FICHA_FUZZ", "2000"))
MUSIC = Sounds().get("hold").pcm


@pytest.mark.parametrize("hertz", [220, 440, 697.5, 1004, 1633, 3000])
def test_a_tone_is_heard_within_3_hz(hertz: float) -> None:
    assert tones_heard(tone(hertz, 0.5)) == [pytest.approx(hertz, abs=3)] * 5


def test_silence_is_no_tone() -> None:
    assert tones_heard(bytes(1600) + tone(440, 0.1)) == [None, pytest.approx(440, abs=3)]
    assert is_silent(bytes(1600))
    assert is_silent(PCMA.decode(PCMA.silence))
    assert not is_silent(tone(440, 0.1))


def played(melody: Melody, seconds: float) -> bytes:
    return b"".join(melody.take() for _ in range(round(seconds * 50)))


def test_melodies_are_told_apart() -> None:
    caller, phone = played(Melody(CALLER_TONES), 2), played(Melody(PHONE_TONES), 2)
    assert is_melody(caller, CALLER_TONES)
    assert is_melody(phone, PHONE_TONES)
    assert not is_melody(caller, PHONE_TONES)
    assert not is_melody(tone(CALLER_TONES[0], 2), CALLER_TONES)  # only one of the two
    assert not is_melody(bytes(32000), CALLER_TONES)


def test_both_are_heard_in_a_mix() -> None:
    heard = tones_heard(mixed(tone(587, 1, 0.2), tone(1175, 1, 0.3)))
    assert share_of(heard, (1175,)) == 1.0


@pytest.mark.parametrize("offset", [0, 3, 1000, 77_777, 125_001])
@pytest.mark.parametrize("codec", [PCMA, PCMU], ids=lambda codec: codec.name)
def test_music_on_hold_is_known_from_any_place(offset: int, codec: object) -> None:
    assert isinstance(codec, type(PCMA))
    piece = MUSIC[2 * offset : 2 * offset + 40_000]
    assert is_hold_music(codec.decode(codec.encode(piece)))


def test_what_is_not_the_music() -> None:
    backwards = b"".join(MUSIC[at : at + 1600] for at in range(len(MUSIC) - 1600, 0, -1600))
    for other in (played(Melody(), 3), bytes(48_000), tone(659, 3), backwards, MUSIC[:8000]):
        assert not is_hold_music(other)


def test_a_recording_keeps_the_last_and_counts_all() -> None:
    recording = Recording(seconds=1)
    for _ in range(100):
        recording.push(bytes(320))
    recording.push(tone(440, 0.5))
    assert len(recording.pcm) == 16_000
    assert recording.heard_seconds == pytest.approx(2.5)
    assert tones_heard(recording.last(0.5)) == [pytest.approx(440, abs=3)] * 5


def test_speech_ends() -> None:
    speech = Speech(bytes(700))
    assert [speech.take() for _ in range(3)] == [bytes(320), bytes(320), None]


def test_a_message_that_was_written_is_read() -> None:
    data = sip.request(
        "INVITE", "sip:a@b", [("Via", "1"), ("Via", "2"), ("CSeq", "7 INVITE")], "v=0"
    )
    message = sip.parse(data)
    assert (message.method, message.uri, message.cseq) == ("INVITE", "sip:a@b", (7, "INVITE"))
    assert (message.all("via"), message.body) == (["1", "2"], "v=0")
    answer = sip.parse(sip.response(message, 200, "OK", tag="x"))
    assert (answer.status, answer.all("Via"), sip.tag_of(answer.get("To"))) == (
        200,
        ["1", "2"],
        "x",
    )


def test_compact_and_folded_headers() -> None:
    message = sip.parse(b"SIP/2.0 180 Ringing\r\ni: abc\r\nf: <sip:a@b>\r\n ;tag=9\r\n\r\n")
    assert (message.call_id, sip.tag_of(message.get("From"))) == ("abc", "9")


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n", b"\0" * 70_000, b"INVITE sip:x HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_sip_has_a_name(data: bytes) -> None:
    with pytest.raises(sip.SipError):
        sip.parse(data)


def test_mutations_raise_nothing_else() -> None:
    dice = random.Random(3261)
    right = sip.request(
        "INVITE", "sip:a@b", [("CSeq", "1 INVITE"), ("To", "<sip:a@b>;tag=1")], "v=0"
    )
    read = 0
    for _ in range(FUZZ):
        data = bytearray(right)
        for _ in range(dice.randrange(1, 5)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            message = sip.parse(bytes(data))
        except sip.SipError:
            continue
        read += 1
        assert message.cseq[0] >= 0
    assert read > FUZZ // 10


def test_names_are_quoted() -> None:
    assert named('Ana "la" \\', "1", "h") == '"Ana \\"la\\" \\\\" <sip:1@h>'
    assert named("", "1", "h") == "<sip:1@h>"
