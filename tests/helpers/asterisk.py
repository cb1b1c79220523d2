"""A real Asterisk 22 as the PBX: Ficha's line registers there, phones call through it.

    with Asterisk.started() as pbx:                    # half a second
        pbx.address                                    # "127.0.0.1:23456": the registrar
        pbx.wait_registered("1003")                    # the line, or a phone, is there
        pbx.kill(); pbx.start()                        # an outage; same ports, same state
        pbx.command("core show channels count")        # its console

Extensions: 1000 to 1099 ring each other, the password is `secret` and the extension (1003 is
meant for Ficha's line). 8000 to 8999 are the ARI application's (`Asterisk.started(ari=True)`;
`ari_url`, user and password `ficha`, application `ficha`; `https_url` besides where `tls` is an
authority). 700 echoes, 701 plays 440 Hz, 702 is busy, 703 fails, 704 rings and is never answered,
705 notes each digit in `log`, 706 answers and is silent.

It lives in the folder that `make peers` filled, as root, under a run directory of its own, so
several may run at once. Mark tests with `@pytest.mark.peer("asterisk")`.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers import sound
from tests.helpers.peers import ASTERISK_ROOT
from tests.helpers.ports import free_port, free_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.authority import Authority

LINE = "1003"
MUSIC_HZ = 440.0
OTHER_MUSIC_HZ = 520.0  # of the class `other`
_DEFAULTS = (
    "acl",
    "ccss",
    "cdr",
    "cel",
    "chan_websocket",
    "features",
    "manager",
    "pjproject",
    "udptl",
    "websocket_client",
)
_ARI_MODULES = (
    "app_stasis",
    "bridge_holding",
    "chan_bridge_media",
    "chan_websocket",
    "codec_resample",
    "format_sln",
    "res_ari",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_endpoints",
    "res_ari_events",
    "res_ari_model",
    "res_ari_playbacks",
    "res_ari_recordings",
    "res_ari_sounds",
    "res_http_websocket",
    "res_stasis",
    "res_stasis_answer",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_websocket_client",
)
_PARTS = Path(__file__).with_name("asterisk_conf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A phone that may register; `caller_id` is what those whom it calls see."""

    number: str
    caller_id: str = ""  # '"Ana Prieto" <+34612345099>'
    qualify_seconds: int = 0  # asks with OPTIONS so often whether the phone is there
    max_contacts: int = 1
    address: str = ""  # "127.0.0.9:5071": known by it, without registration and password

    @property
    def password(self) -> str:
        return f"secret{self.number}"


EXTENSIONS = (
    Extension(number=LINE, qualify_seconds=2),
    Extension(number="1004", caller_id='"Ana Prieto" <+34612345099>'),
    Extension(number="1005", caller_id='"Reception" <1005>'),
    Extension(number="1006", caller_id='"Third phone" <1006>'),
    Extension(number="1007", caller_id='"Fourth phone" <1007>'),
)


@dataclass(slots=True)
class Asterisk:
    extensions: tuple[Extension, ...] = EXTENSIONS
    ari: bool = False
    tls: Authority | None = None  # ARI and media by TLS too: `https_url`
    https_port: int = field(default_factory=free_port)
    http_port: int = field(default_factory=free_port)
    port: int = field(default_factory=free_port)
    rtp: tuple[int, int] = field(default_factory=lambda: free_range(200))
    _run: Path = field(init=False)
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        (ASTERISK_ROOT / "run").mkdir(exist_ok=True)
        self._run = Path(tempfile.mkdtemp(prefix="ficha-", dir=ASTERISK_ROOT / "run"))
        for folder in (
            "etc",
            "run",
            "log",
            "spool/recording",
            "spool/tmp",
            "db",
            "data/sounds/ficha",
        ):
            (self._run / folder).mkdir(parents=True)
        data = self._run / "data"
        for name in ("documentation", "sounds/en"):
            (data / name).symlink_to(f"/usr/share/asterisk/{name}")
        for name, hz in (("moh", MUSIC_HZ), ("moh-other", OTHER_MUSIC_HZ)):
            (data / name).mkdir()
            sound.write_wav(data / name / "music.wav", sound.tone(hz, 20))
        self._write_configuration()
        _make_host_name_resolve()

    @classmethod
    @contextlib.contextmanager
    def started(
        cls,
        extensions: tuple[Extension, ...] = EXTENSIONS,
        *,
        ari: bool = False,
        tls: Authority | None = None,
    ) -> Iterator[Asterisk]:
        """Up for the block, then stopped, and its run directory removed."""
        pbx = cls(extensions=extensions, ari=ari, tls=tls)
        try:
            pbx.start()
            yield pbx
        finally:
            pbx.close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def ari_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def https_url(self) -> str:
        return f"https://localhost:{self.https_port}"

    @property
    def sounds(self) -> Path:
        """Where `sound:ficha/NAME` is looked for."""
        return self._run / "data" / "sounds" / "ficha"

    @property
    def recordings(self) -> Path:
        return self._run / "spool" / "recording"

    def extension(self, number: str) -> Extension:
        return next(found for found in self.extensions if found.number == number)

    @property
    def log(self) -> str:
        """What it wrote: warnings, errors, and what the dial plan noted."""
        file = self._run / "log" / "messages.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def start(self, *, within: float = 60) -> None:
        """Starts it, again after a kill, and waits until it is fully up."""
        if self._process is not None:
            raise RuntimeError("this Asterisk runs already")
        with (self._run / "log" / "console").open("ab") as console:
            self._process = subprocess.Popen(
                [
                    "chroot",
                    ASTERISK_ROOT,
                    "asterisk",
                    "-f",
                    "-n",
                    "-C",
                    self._inside("etc/asterisk.conf"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        end = time.monotonic() + within
        while True:
            if self._process.poll() is not None:
                self._process = None
                raise RuntimeError(f"Asterisk ended at once: {self._console_tail()}")
            if self._fully_booted():
                return
            if time.monotonic() > end:
                self.kill()
                raise TimeoutError(f"Asterisk was not up in {within} s: {self._console_tail()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """Without a word to anybody, as a crash: SIGKILL."""
        if (process := self._process) is not None:
            process.kill()
            process.wait()
            self._process = None

    def stop(self) -> None:
        """In order: hangs up, says so to everybody; kills after five seconds."""
        if (process := self._process) is None:
            return
        with contextlib.suppress(subprocess.CalledProcessError, subprocess.TimeoutExpired):
            self.command("core stop now")
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._run, ignore_errors=True)

    def command(self, line: str) -> str:
        """What the console answers; raises CalledProcessError while it is down."""
        done = subprocess.run(
            [
                "chroot",
                ASTERISK_ROOT,
                "asterisk",
                "-C",
                self._inside("etc/asterisk.conf"),
                "-rx",
                line,
            ],
            capture_output=True,
            text=True,
            errors="replace",
            check=True,
            timeout=15,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout

    def contacts(self, number: str) -> tuple[str, ...]:
        """The SIP addresses under which a phone or line is registered now."""
        return tuple(re.findall(rf"\s{number}/(sip:\S+)", self.command("pjsip show contacts")))

    def wait_registered(self, number: str, *, within: float = 60) -> str:
        """The address under which it registered; raises TimeoutError."""
        end = time.monotonic() + within
        while not (found := self.contacts(number)):
            if time.monotonic() > end:
                raise TimeoutError(f"{number} did not register in {within} s")
            time.sleep(0.1)
        return found[0]

    def channels(self) -> tuple[str, ...]:
        """Names of the live channels, for "nothing is left"."""
        rows = self.command("core show channels concise").splitlines()
        return tuple(row.split("!")[0] for row in rows if "!" in row)

    def call(self, number: str, *, application: str = "Wait", data: str = "60") -> None:
        """Rings an extension from the PBX itself, without a phone."""
        self.command(f"channel originate PJSIP/{number} application {application} {data}")

    def _inside(self, path: str) -> str:
        return f"/run/{self._run.name}/{path}"

    def _fully_booted(self) -> bool:
        if not (self._run / "run" / "asterisk.ctl").exists():
            return False
        try:
            return "fully booted" in self.command("core waitfullybooted")
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False

    def _console_tail(self) -> str:
        text = (self._run / "log" / "console").read_text(errors="replace")
        return " | ".join(text.splitlines()[-8:])

    def _write_configuration(self) -> None:
        values = {
            "RUN": self._inside("").rstrip("/"),
            "PORT": str(self.port),
            "HTTP_PORT": str(self.http_port),
            "HTTP": "yes" if self.ari else "no",
            "RTP_FIRST": str(self.rtp[0]),
            "RTP_LAST": str(self.rtp[1]),
        }
        for name in _DEFAULTS:  # an absent file would be an error in the log
            (self._run / "etc" / f"{name}.conf").write_text("; the defaults\n")
        for template in sorted(_PARTS.glob("*.conf")):
            text = template.read_text()
            if template.name == "modules.conf" and self.ari:
                text += "".join(f"load = {name}.so\n" for name in _ARI_MODULES)
            for name, value in values.items():
                text = text.replace(f"@{name}@", value)
            if template.name == "http.conf" and self.tls is not None:
                text += self._tls()
            if template.name == "pjsip.conf":
                text += "".join(_endpoint(extension) for extension in self.extensions)
            (self._run / "etc" / template.name).write_text(text)

    def _tls(self) -> str:
        assert self.tls is not None
        for name, file in (("tls.crt", self.tls.certificate), ("tls.key", self.tls.key)):
            shutil.copy(file, self._run / "etc" / name)
        return (
            f"tlsenable = yes\ntlsbindaddr = 127.0.0.1:{self.https_port}\n"
            f"tlscertfile = {self._inside('etc/tls.crt')}\n"
            f"tlsprivatekey = {self._inside('etc/tls.key')}\n"
        )


def _endpoint(extension: Extension) -> str:
    number = extension.number
    caller_id = f"callerid={extension.caller_id}\n" if extension.caller_id else ""
    if extension.address:
        return (
            f"\n[{number}](phone)\naors={number}\n{caller_id}"
            f"[{number}]\ntype=aor\ncontact=sip:{number}@{extension.address}\n"
            f"[{number}]\ntype=identify\nendpoint={number}\n"
            f"match={extension.address.partition(':')[0]}\n"
        )
    return (
        f"\n[{number}](phone)\naors={number}\nauth={number}\n{caller_id}"
        f"[{number}](phone-auth)\nusername={number}\npassword={extension.password}\n"
        f"[{number}](phone-aor)\nmax_contacts={extension.max_contacts}\n"
        f"qualify_frequency={extension.qualify_seconds}\n"
    )


def _make_host_name_resolve() -> None:
    """Else each call waits five seconds for the name service."""
    hosts = ASTERISK_ROOT / "etc" / "hosts"
    line = f"127.0.0.1 localhost {socket.gethostname()}\n"
    if not hosts.exists() or line not in hosts.read_text():
        with hosts.open("a") as file:
            file.write(line)
