"""A desk with the desktop's own headset on a device that marks. `headset_desk URL DESK`

Accepts each call. The microphone says one loud frame each 390 ms and prints "spoke NANOSECONDS";
the loudspeaker prints "heard NANOSECONDS" where a loud frame begins after silence. The clock is
the wall's, in nanoseconds, as the kernel's stamps on packets are.
"""

from __future__ import annotations

import asyncio
import audioop
import os
import sys
import time
from typing import TYPE_CHECKING

import qasync
from PySide6.QtWidgets import QApplication

from agent_desktop.audio.fake import FakeSound, Ticker
from agent_desktop.audio.headset import Headset
from cti_bridge.protocol.codec import AUDIO_BYTES, AudioFrame, encode_audio
from cti_bridge.protocol.commands import AcceptOffer
from cti_bridge.protocol.events import OfferMade
from tests.helpers import sound
from tests.helpers.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.audio.ports import Microphone, Speaker
    from cti_bridge.protocol.events import AnyEvent

SILENCE = bytes(AUDIO_BYTES)
LOUD = sound.tone(1000, 0.02, level=0.8)
EVERY_FRAMES = 19  # 380 ms and then the loud one: never in step with a second


class MarkingSound(FakeSound):
    def open_microphone(self, device: str, heard: Callable[[bytes], None]) -> Microphone:
        count = 0

        def speak() -> None:
            nonlocal count
            count += 1
            if count % EVERY_FRAMES:
                heard(SILENCE)
                return
            print("spoke", time.time_ns(), flush=True)
            heard(LOUD)

        return Ticker(speak)

    def open_speaker(self, device: str, pull: Callable[[], bytes]) -> Speaker:
        was_loud = False

        def listen() -> None:
            nonlocal was_loud
            loud = audioop.rms(pull(), 2) > 3000
            if loud and not was_loud:
                print("heard", time.time_ns(), flush=True)
            was_loud = loud

        return Ticker(listen)


async def main(url: str, desk_number: str) -> None:
    outgoing: asyncio.Queue[bytes] = asyncio.Queue()
    headset = Headset(MarkingSound(), outgoing.put_nowait)
    login, password = f"desk-{desk_number}", os.environ["BENCH_PASSWORD"]
    async with Desk.signed_in(url, login, password) as desk, asyncio.TaskGroup() as group:
        sequence = 0

        def told(event: AnyEvent, _at_ns: int) -> None:
            if isinstance(event, OfferMade):
                accept = AcceptOffer(request_id=desk.next_id(), offer_id=event.offer.offer_id)
                group.create_task(accepted(accept))

        async def accepted(command: AcceptOffer) -> None:
            await desk.ask(command)
            headset.set_active(True)

        def hears(pcm: bytes, _at_ns: int) -> None:
            nonlocal sequence
            headset.receive(encode_audio(AudioFrame(sequence=sequence, timestamp=0, pcm=pcm)))
            sequence = (sequence + 1) & 0xFFFF

        desk.on_event, desk.on_audio = told, hears
        print("ready", flush=True)
        while True:
            await desk.send(await outgoing.get())


if __name__ == "__main__":
    app = QApplication([])
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(main(*sys.argv[1:3]))
