"""Run as a program: plays a tone through QtMultimedia, and prints what the microphone heard."""

import math
import struct
import sys

from PySide6.QtCore import QCoreApplication, QTimer

from agent_desktop.audio.ports import NoSound
from agent_desktop.audio.qt import QtSound


def main(pitch: float, seconds: float) -> None:
    app = QCoreApplication([])
    sound = QtSound()
    print("outputs", [d.name for d in sound.outputs()])
    heard: list[bytes] = []
    phase = 0

    def pull() -> bytes:
        nonlocal phase
        step = 2 * math.pi * pitch / 8000
        phase += 160
        return struct.pack(
            "<160h", *(int(9000 * math.sin(step * (phase + n))) for n in range(160))
        )

    try:
        keep = [sound.open_speaker("", pull), sound.open_microphone("", heard.append)]
    except NoSound as error:
        print("no sound:", error)
        return
    QTimer.singleShot(int(seconds * 1000), app.quit)
    app.exec()
    for thing in keep:
        thing.stop()
    sys.stdout.flush()
    sys.stdout.buffer.write(b"PCM " + b"".join(heard))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
