"""Makes resources/sounds: every sound of Ficha is computed here, so all of them are our own.

    python scripts/make_sounds.py [FOLDER]

For the line, 8 kHz: hold (music), ringback, busy, beep, announcement. For the desktop's
loudspeaker, 48 kHz: ring, notice. The same input gives the same bytes.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from pathlib import Path

LINE = 8000
DESKTOP = 48000
PEAK = 0.5  # of full scale: -6 dBFS leaves the line room

# Eight bars in C, one chord each, eight quavers a bar: a music box over soft chords.
BEAT = 0.3  # seconds a quaver
CHORDS = ("C3 E3 G3", "A2 C3 E3", "F2 A2 C3", "G2 B2 D3") * 2
TUNE = (
    "E5 -  G5 E5 C5 -  D5 E5  E5 -  A5 E5 C5 -  B4 A4 "
    "A4 -  C5 F5 A5 -  G5 F5  D5 -  G5 B5 A5 -  G5 -  "
    "C6 -  B5 G5 E5 -  G5 E5  A5 -  E5 C5 A4 -  C5 E5 "
    "F5 -  A5 G5 F5 -  E5 D5  G5 -  F5 D5 B4 -  D5 -  "
)
SEMITONES = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}


def pitch(note: str) -> float:
    """Hz of "A4", in equal temperament."""
    return 440.0 * 2 ** ((SEMITONES[note[0]] + 12 * (int(note[1:]) - 4)) / 12)


class Tape:
    """Samples from -1 to 1 at `rate` Hz; sounds are added to what is there."""

    def __init__(self, seconds: float, rate: int, *, ring: bool = False) -> None:
        self.rate, self.ring = rate, ring
        self.samples = array("d", bytes(8 * round(seconds * rate)))

    def add(
        self,
        start: float,
        seconds: float,
        partials: dict[float, float],
        *,
        decay: float = 0.0,
        fade: float = 0.005,
    ) -> None:
        """Sines, {Hz: level}, with a linear fade at both ends and an exponential decay (1/s).
        On a ring what runs over the end goes on at the beginning: it loops without a seam."""
        count, first = round(seconds * self.rate), round(start * self.rate)
        steps = [(2 * math.pi * hertz / self.rate, level) for hertz, level in partials.items()]
        for index in range(count):
            at = first + index
            if at >= len(self.samples):
                if not self.ring:
                    return
                at %= len(self.samples)
            edge = min(1.0, index / (fade * self.rate), (count - index) / (fade * self.rate))
            level = edge * math.exp(-decay * index / self.rate)
            self.samples[at] += level * sum(amp * math.sin(step * index) for step, amp in steps)

    def write(self, file: Path) -> None:
        loudest = max(map(abs, self.samples)) or 1.0
        scale = PEAK * 32767 / loudest
        pcm = array("h", (round(sample * scale) for sample in self.samples))
        if sys.byteorder == "big":
            pcm.byteswap()
        with wave.open(str(file), "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(self.rate)
            writer.writeframes(pcm.tobytes())


def hold() -> Tape:
    tune = TUNE.split()
    bar = 8 * BEAT
    tape = Tape(len(tune) * BEAT, LINE, ring=True)
    for number, chord in enumerate(CHORDS):
        notes = {pitch(note) * 2: 0.09 for note in chord.split()}
        tape.add(number * bar, bar * 1.05, notes, fade=0.25)
    for number, note in enumerate(tune):
        if note != "-":
            hertz = pitch(note)
            partials = {hertz: 1.0, 2 * hertz: 0.22, 3 * hertz: 0.06}
            tape.add(number * BEAT, 4 * BEAT, partials, decay=4.5)
    return tape


def ringback() -> Tape:
    tape = Tape(4.5, LINE)  # Spain: 425 Hz, 1.5 s on, 3 s off (ITU-T E.180 supplement 2)
    tape.add(0, 1.5, {425: 1.0})
    return tape


def busy() -> Tape:
    tape = Tape(2.0, LINE)  # Spain: 425 Hz, 0.2 s on and off
    for turn in range(5):
        tape.add(turn * 0.4, 0.2, {425: 1.0})
    return tape


def beep() -> Tape:
    tape = Tape(0.3, LINE)
    tape.add(0.02, 0.2, {1000: 1.0})
    return tape


def announcement() -> Tape:
    tape = Tape(1.8, LINE)
    for turn, note in enumerate(("E5", "C5", "G4")):
        hertz = pitch(note)
        tape.add(turn * 0.4, 1.0, {hertz: 1.0, 2 * hertz: 0.2}, decay=3.5)
    return tape


def ring() -> Tape:
    tape = Tape(3.0, DESKTOP)
    for start in (0.0, 0.55):
        for turn, note in enumerate(("G5", "C6", "E6")):
            hertz = pitch(note)
            partials = {hertz: 1.0, 2 * hertz: 0.25, 3 * hertz: 0.08}
            tape.add(start + turn * 0.11, 0.9, partials, decay=6.0)
    return tape


def notice() -> Tape:
    tape = Tape(0.6, DESKTOP)
    for turn, note in enumerate(("C6", "G6")):
        tape.add(turn * 0.12, 0.45, {pitch(note): 1.0, 2 * pitch(note): 0.2}, decay=9.0)
    return tape


SOUNDS = (hold, ringback, busy, beep, announcement, ring, notice)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "resources/sounds")
    folder.mkdir(parents=True, exist_ok=True)
    for make in SOUNDS:
        make().write(folder / f"{make.__name__}.wav")


if __name__ == "__main__":
    main()
