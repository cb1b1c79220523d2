"""A real Dovecot on ports of its own: IMAP with and without TLS, LMTP, and its users' mail.

    async with Dovecot.at({"soporte": "secret"}) as imap:
        imap.append("soporte", b"Subject: hello\\r\\n\\r\\nhi\\r\\n")
        ...
        await imap.stop(); await imap.start()      # killed, and back with the same mail

Everything stands in a folder of its own under /tmp, because Dovecot's processes are not root and
must reach it. Mark tests with `@pytest.mark.peer("dovecot")`.
"""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.authority import Authority, authority
from tests.helpers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

HOST = "127.0.0.1"
_OWNER = "nobody"
_CONF = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{tls.certificate}
ssl_key = <{tls.key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Ln
auth_verbose = yes
recipient_delimiter = +
first_valid_uid = 1
mail_location = maildir:{home}/mail/%n
mail_max_userip_connections = 200
mailbox_list_index = no
passdb {{
  driver = passwd-file
  args = username_format=%n {home}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid=nogroup home={home}/home/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener {home}/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {home}/auth {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


@dataclass(slots=True, kw_only=True)
class Dovecot:
    home: Path
    users: Mapping[str, str]
    tls: Authority
    host: str = HOST
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, users: Mapping[str, str]) -> AsyncIterator[Dovecot]:
        """A server for the block; its mail goes with it."""
        server = _set_up(cls, users)
        home = server.home
        try:
            await server.start()
            yield server
        finally:
            await server.stop()
            shutil.rmtree(home, ignore_errors=True)

    @property
    def lmtp(self) -> Path:
        """The socket that mail is delivered to (RFC 2033)."""
        return self.home / "lmtp"

    @property
    def auth(self) -> Path:
        """The socket that other servers ask about passwords."""
        return self.home / "auth"

    @property
    def ca_file(self) -> Path:
        return self.tls.ca

    async def start(self) -> None:
        self._process = await asyncio.to_thread(self._spawn)
        await self._until(lambda: _answers(self.port) and self.lmtp.exists())

    async def stop(self, number: int = signal.SIGTERM) -> None:
        """Ends the server and all its processes."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            await asyncio.to_thread(process.wait, 10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await asyncio.to_thread(process.wait, 10)
        await self._until(lambda: not _answers(self.port))

    # -- what another mail program of the same users does ------------------------------------

    def client(self, user: str, *, tls: bool = False) -> imaplib.IMAP4:
        """Signed in, with no folder chosen; blocks. Use it in a `with`."""
        client: imaplib.IMAP4
        if tls:
            context = ssl.create_default_context(cafile=str(self.ca_file))
            client = imaplib.IMAP4_SSL(self.host, self.tls_port, ssl_context=context, timeout=60)
        else:
            client = imaplib.IMAP4(self.host, self.port, timeout=60)
        client.login(user, self.users[user])
        return client

    def append(self, user: str, *mails: bytes, folder: str = "INBOX") -> None:
        """Puts mails into a folder, by IMAP; blocks."""
        with self.client(user) as client:
            for mail in mails:
                answer, said = client.append(folder, "", "", mail)
                assert answer == "OK", said

    def mails(self, user: str, folder: str = "INBOX", *, flags: str = "ALL") -> list[bytes]:
        """The mails in a folder that meet an IMAP search, oldest first; blocks."""
        with self.client(user) as client:
            answer, _ = client.select(folder, readonly=True)
            if answer != "OK":
                return []
            _, [found] = client.search(None, flags)
            mails = []
            for number in found.split():
                _, parts = client.fetch(number.decode(), "(BODY.PEEK[])")
                mails += [part[1] for part in parts if isinstance(part, tuple)]
        return mails

    def new_uidvalidity(self, user: str) -> None:
        """The inbox is made anew on the server: the same mails, under other numbers."""
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            (self.home / "mail" / user / name).unlink(missing_ok=True)
        for name in (self.home / "mail" / user).glob("dovecot-uidvalidity*"):
            name.unlink()

    # -- inside

    def _spawn(self) -> subprocess.Popen[bytes]:
        with (self.home / "dovecot.out").open("ab") as log:
            return subprocess.Popen(
                ["dovecot", "-F", "-c", str(self.home / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _write(self) -> None:
        for name in ("mail", "home", "run", "state"):
            (self.home / name).mkdir()
        for name in ("mail", "home"):
            shutil.chown(self.home / name, _OWNER, "nogroup")
        lines = (f"{user}:{{PLAIN}}{password}::::::" for user, password in self.users.items())
        (self.home / "users").write_text("\n".join(lines) + "\n")
        (self.home / "dovecot.conf").write_text(
            _CONF.format(
                home=self.home, tls=self.tls, port=self.port, tls_port=self.tls_port, owner=_OWNER
            )
        )

    async def _until(self, met: object, within: float = 60) -> None:
        assert callable(met)
        async with asyncio.timeout(within):
            while not met():
                if self._process is not None and self._process.poll() is not None:
                    said = "".join(
                        (self.home / name).read_text(errors="replace")[-1500:]
                        for name in ("dovecot.out", "dovecot.log")
                        if (self.home / name).exists()
                    )
                    raise RuntimeError(f"dovecot ended at its start: {said}")
                await asyncio.sleep(0.05)


def _set_up(kind: type[Dovecot], users: Mapping[str, str]) -> Dovecot:
    home = Path(tempfile.mkdtemp(prefix="ficha-dovecot-"))
    home.chmod(0o755)
    server = kind(home=home, users=users, tls=authority(home / "tls"))
    server._write()
    return server


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
