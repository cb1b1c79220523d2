"""Sounds from files, and what is wrong with a file."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import pytest

from cti_bridge.telephony.media.codec import FRAME_BYTES
from cti_bridge.telephony.media.sounds import Player, Sound, SoundError, Sounds, default_folder
from cti_bridge.telephony.simulator.tones import tone, tones_heard

ROOT = Path(__file__).parents[3]


def write(file: Path, pcm: bytes, *, channels: int = 1, width: int = 2, rate: int = 8000) -> None:
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(pcm)


@pytest.mark.parametrize("name", ["hold", "ringback", "busy", "beep", "announcement"])
def test_the_sounds_that_ship(name: str) -> None:
    sound = Sounds().get(name)
    assert sound.seconds > 0.2
    assert len(sound.pcm) % FRAME_BYTES == 0


def test_the_files_are_what_the_script_makes(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "make_sounds.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    for made in tmp_path.glob("*.wav"):
        with wave.open(str(made)) as new, wave.open(str(default_folder() / made.name)) as old:
            assert new.getparams() == old.getparams()
            ours = memoryview(new.readframes(new.getnframes())).cast("h")
            theirs = memoryview(old.readframes(old.getnframes())).cast("h")
            # Another processor's sine may round the last bit otherwise.
            assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) <= 1


def test_what_is_missing_is_known_at_start(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(500, 0.1))
    Sounds(tmp_path).preload("a")
    with pytest.raises(SoundError, match="no sound 'b'"):
        Sounds(tmp_path).preload("a", "b")


def test_a_sound_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(500, 0.1))
    sounds = Sounds(tmp_path)
    first = sounds.get("a")
    (tmp_path / "a.wav").unlink()
    assert sounds.get("a") is first


@pytest.mark.parametrize(("rate", "channels"), [(44100, 1), (48000, 2), (16000, 1)])
def test_other_rates_are_converted(tmp_path: Path, rate: int, channels: int) -> None:
    mono = memoryview(tone(500 * 8000 / rate, rate / 8000)).cast("h")
    pcm = b"".join(sample.to_bytes(2, "little", signed=True) * channels for sample in mono)
    write(tmp_path / "a.wav", pcm, rate=rate, channels=channels)
    heard = tones_heard(Sounds(tmp_path).get("a").pcm)
    assert heard[1:9] == [pytest.approx(500, abs=3)] * 8


def test_eight_bits_are_converted(tmp_path: Path) -> None:
    sixteen = memoryview(tone(500, 1.0)).cast("h")
    write(tmp_path / "a.wav", bytes(128 + sample // 256 for sample in sixteen), width=1)
    assert tones_heard(Sounds(tmp_path).get("a").pcm)[3] == pytest.approx(500, abs=3)


def test_a_missing_sound_names_those_there_are(tmp_path: Path) -> None:
    write(tmp_path / "music.wav", tone(500, 0.1))
    with pytest.raises(SoundError, match=r"no sound 'hold' in .* .there are: music"):
        Sounds(tmp_path).get("hold")


@pytest.mark.parametrize("name", ["", "../hold", "a/b", "A", "x" * 41, "hold.wav", "\0"])
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(SoundError, match="no name of a sound"):
        Sounds().get(name)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cut short"),
        (b"ID3 this is an MP3", "WAV of PCM"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a.wav"),
    ],
)
def test_an_odd_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(SoundError, match=said) as caught:
        Sounds(tmp_path).get("a")
    assert "a.wav" in str(caught.value)


def test_no_sound_or_too_many_channels(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", b"")
    write(tmp_path / "b.wav", bytes(60), channels=6)
    with pytest.raises(SoundError, match="holds no sound"):
        Sounds(tmp_path).get("a")
    with pytest.raises(SoundError, match="6 channels"):
        Sounds(tmp_path).get("b")


def test_a_header_that_lies_about_its_length(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(500, 0.1))
    data = bytearray((tmp_path / "a.wav").read_bytes())
    data[40:44] = (0xFFFFFF00).to_bytes(4, "little")
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(SoundError, match="longer than 600 s"):
        Sounds(tmp_path).get("a")


def test_once_or_over_and_over() -> None:
    sound = Sound(name="x", pcm=bytes([1]) * FRAME_BYTES + bytes([2]) * FRAME_BYTES)
    once, loop = Player(sound, loop=False), Player(sound, loop=True)
    assert [frame and frame[0] for frame in (once.take() for _ in range(4))] == [1, 2, None, None]
    assert [frame and frame[0] for frame in (loop.take() for _ in range(4))] == [1, 2, 1, 2]
