"""A real baresip as a phone: says a tone, keeps what it hears, is driven over its control port.

    async with Baresip.at(pbx.address, pbx.extension("1004"), tmp_path, says_hz=1000) as phone:
        await phone.registered()
        await phone.dial(f"sip:1003@{pbx.address}")
        await phone.happens("CALL_ESTABLISHED")
        ...
        await phone.hang_up()
    heard = phone.heard()          # PCM of all that it heard, 8 kHz, 16 bit, one channel
    assert sound.longest(heard, 440) > 1

`Baresip.at("", None, …)` is a phone without a PBX: it calls and takes calls straight, under
`phone.address`. Mark tests with `@pytest.mark.peer("baresip")`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.helpers import sound
from tests.helpers.ports import free_port, free_range

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.helpers.asterisk import Extension

_MODULES = "/usr/lib/baresip/modules"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_TONE_SECONDS = 120  # the longest call in which its voice is heard to the end


@dataclass(slots=True, kw_only=True)
class Baresip:
    folder: Path
    account: str
    says_hz: float
    port: int = field(default_factory=free_port)
    control_port: int = field(default_factory=free_port)
    events: list[dict[str, Any]] = field(default_factory=list)
    _rtp: tuple[int, int] = field(default_factory=lambda: free_range(40))
    _process: subprocess.Popen[bytes] | None = None
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    _token: int = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def at(
        cls,
        registrar: str,
        extension: Extension | None,
        folder: Path,
        *,
        says_hz: float = 1000,
        answers: bool = False,
        codec: str = "PCMA",
        display_name: str = "",
        user: str = "phone",
    ) -> AsyncIterator[Baresip]:
        """A phone for the block. `answers`: takes calls at once, else `accept()` does; `user`: of
        one without a PBX, its number."""
        user = extension.number if extension else user
        where = f"{folder.name}-{user}"
        home = folder / f"baresip-{user}"
        home.mkdir(parents=True)
        parameters = [f"audio_codecs={codec}/8000/1", "regint=0"]
        if extension:
            parameters = [
                f"audio_codecs={codec}/8000/1",
                "regint=60",
                f"auth_user={extension.number}",
                f"auth_pass={extension.password}",
            ]
        parameters.append(f"answermode={'auto' if answers else 'manual'}")
        name = f'"{display_name}" ' if display_name else ""
        host = registrar or "127.0.0.1"
        account = f"{name}<sip:{user}@{host}>;" + ";".join(parameters)
        phone = cls(folder=home, account=account, says_hz=says_hz)
        reading: asyncio.Task[None] | None = None
        try:
            await phone._start()
            reading = asyncio.get_running_loop().create_task(
                phone._read(), name=f"baresip {where}"
            )
            yield phone
        finally:
            if reading is not None:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
            await phone._stop()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    # -- what a person at the phone does --------------------------------------------------

    async def dial(self, uri: str) -> None:
        await self.command("dial", uri)

    async def accept(self) -> None:
        await self.command("accept")

    async def hang_up(self) -> None:
        await self.command("hangup")

    async def hold(self) -> None:
        await self.command("hold")

    async def resume(self) -> None:
        await self.command("resume")

    async def press(self, digits: str) -> None:
        """Keys, one after the other, as RFC 4733 events."""
        for digit in digits:
            await self.command("sndcode", digit)
            await asyncio.sleep(0.25)

    # -- what happens at the phone --------------------------------------------------------

    async def registered(self, *, within: float = 60) -> None:
        """It is registered now; the event itself may have come before the control port opened."""
        async with asyncio.timeout(within):
            while " OK " not in _ANSI.sub(" ", await self.command("reginfo")):
                await asyncio.sleep(0.05)

    async def happens(self, kind: str, *, count: int = 1, within: float = 60) -> dict[str, Any]:
        """The `count`-th event of a kind since the start, waited for if need be.

        Kinds: CALL_INCOMING (not where the phone answers by itself), CALL_RINGING,
        CALL_ESTABLISHED, CALL_CLOSED, CALL_DTMF_START, …; `param` and `peeruri` say more.
        Raises TimeoutError with what came instead.
        """
        try:
            async with asyncio.timeout(within):
                while len(found := [e for e in self.events if e.get("type") == kind]) < count:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            seen = [event.get("type") for event in self.events]
            raise TimeoutError(f"no {kind} in {within} s, only {seen}; {self._tail()}") from None
        return found[count - 1]

    def heard(self) -> bytes:
        """All that it heard so far, calls one after the other."""
        return b"".join(sound.read_wav(path) for path in self.recordings())

    async def hears(self, hertz: float, seconds: float = 1, *, within: float = 60) -> None:
        """Waits until it has heard a tone so long without a break, from now on."""
        start = len(self.heard())
        await self._until(lambda: sound.longest(self.heard()[start:], hertz) >= seconds, within)

    async def hears_nothing(self, seconds: float = 1, *, within: float = 60) -> None:
        """Waits until so much more of what it heard is silence."""
        size = int(seconds * sound.RATE) * 2
        start = len(self.heard())

        def silent() -> bool:
            newest = self.heard()[start:][-size:]
            return len(newest) == size and sound.level(newest) < 0.005

        await self._until(silent, within)

    async def _until(self, met: Callable[[], bool], within: float) -> None:
        async with asyncio.timeout(within):
            while not met():
                await asyncio.sleep(0.1)

    def recordings(self) -> list[Path]:
        """One file for each call, or each change of its audio, oldest first."""
        return sorted(self.folder.glob("dump-*dec.wav"), key=lambda path: path.stat().st_ctime)

    # -- the control port -----------------------------------------------------------------

    async def command(self, name: str, parameters: str = "", *, within: float = 30) -> str:
        """A command of its menu; raises RuntimeError when it says no."""
        assert self._writer is not None, "the phone is not started"
        self._token += 1
        token = str(self._token)
        body = json.dumps({"command": name, "params": parameters, "token": token}).encode()
        self._writer.write(b"%d:%s," % (len(body), body))
        await self._writer.drain()
        async with asyncio.timeout(within):
            while token not in self._answers:
                self._arrived.clear()
                await self._arrived.wait()
        answer = self._answers.pop(token)
        if not answer.get("ok"):
            raise RuntimeError(f"baresip refused {name} {parameters}: {answer.get('data')}")
        return str(answer.get("data", ""))

    async def _read(self) -> None:
        assert self._reader is not None
        while True:
            try:
                length = await self._reader.readuntil(b":")
                body = await self._reader.readexactly(int(length[:-1]))
                await self._reader.readexactly(1)
            except asyncio.IncompleteReadError:
                return
            message = json.loads(body)
            if message.get("event"):
                self.events.append(message)
            elif "token" in message:
                self._answers[message["token"]] = message
            self._arrived.set()

    # -- the process ----------------------------------------------------------------------

    async def _start(self) -> None:
        voice = sound.write_wav(self.folder / "voice.wav", sound.tone(self.says_hz, _TONE_SECONDS))
        (self.folder / "accounts").write_text(f"{self.account}\n")
        (self.folder / "contacts").write_text("")
        modules = ("g711", "aufile", "aubridge", "sndfile", "account", "menu", "ctrl_tcp")
        lines = [
            "poll_method epoll",
            f"sip_listen 127.0.0.1:{self.port}",
            "net_interface 127.0.0.1",
            f"rtp_ports {self._rtp[0]}-{self._rtp[1]}",
            f"audio_source aufile,{voice.name}",
            "audio_player aubridge,ear",
            "audio_alert aubridge,alert",
            "ringback_disabled yes",
            "menu_bell no",
            "call_max_calls 8",
            "jitter_buffer_delay 0-0",  # its buffer goes deaf when the sender's SSRC changes
            "statmode_default off",
            "snd_path .",  # it cuts paths off at 128 characters
            f"ctrl_tcp_listen 127.0.0.1:{self.control_port}",
            f"module_path {_MODULES}",
            *(f"module {name}.so" for name in modules[:4]),
            *(f"module_app {name}.so" for name in modules[4:]),
        ]
        (self.folder / "config").write_text("\n".join(lines) + "\n")
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - a fork, and works on any loop
                ["baresip", "-f", self.folder, "-v"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        async with asyncio.timeout(60):
            while True:
                if self._process.poll() is not None:
                    raise RuntimeError(f"baresip ended at once: {self._tail()}")
                with contextlib.suppress(OSError):
                    self._reader, self._writer = await asyncio.open_connection(
                        "127.0.0.1", self.control_port
                    )
                    return
                await asyncio.sleep(0.05)

    async def _stop(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._process is None:
            return
        self._process.terminate()
        try:
            await asyncio.to_thread(self._process.wait, 3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tail(self) -> str:
        text = (self.folder / "log").read_text(errors="replace")
        return " | ".join(text.splitlines()[-12:])
