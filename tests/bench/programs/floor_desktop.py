"""The floor's end: a web socket speaks, a label is painted. No Ficha code.

`floor_desktop WS_PORT DESK`: prints "SEQ NANOSECONDS" (monotonic) after each painting.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

import qasync
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Label(QLabel):
    sequence: int | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.sequence is not None:
            print(self.sequence, time.monotonic_ns(), flush=True)
            self.sequence = None


async def main(port: str, desk: str) -> None:
    window = QWidget()
    label = Label("waiting")
    QVBoxLayout(window).addWidget(label)
    window.resize(800, 500)
    window.show()
    async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
        await socket.send(desk)
        print("ready", flush=True)
        async for text in socket:
            told = json.loads(text)
            label.sequence = told["seq"]
            label.setText(f"{told['name']} {told['number']} {told['seq']}")


if __name__ == "__main__":
    app = QApplication([])
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(main(*sys.argv[1:3]))
