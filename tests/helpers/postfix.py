"""A real Postfix on a port of its own, which delivers into a Dovecot of the tests.

    async with Dovecot.at({"soporte": "secret"}) as imap, Postfix.at(imap) as smtp:
        smtplib.SMTP("127.0.0.1", smtp.port).sendmail(...)      # to soporte@example.org

Whatever stands before "@" and "+" is the Dovecot user; every other domain is refused. It says
AUTH with the users' passwords, and STARTTLS with the Dovecot's authority. Mark tests with
`@pytest.mark.peer("postfix")`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.helpers.dovecot import Dovecot

_MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
myorigin = example.test
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
virtual_mailbox_domains = {domains}
virtual_transport = lmtp:unix:{lmtp}
recipient_delimiter = +
smtpd_recipient_restrictions = reject_unauth_destination, permit
smtpd_relay_restrictions =
smtpd_client_connection_rate_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {tls.certificate}
smtpd_tls_key_file = {tls.key}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth}
smtpd_sasl_local_domain =
message_size_limit = 120000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtp_dns_support_level = disabled
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 300 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 300 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(slots=True, kw_only=True)
class Postfix:
    home: Path
    dovecot: Dovecot
    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def at(
        cls, dovecot: Dovecot, domains: tuple[str, ...] = ("example.org",)
    ) -> AsyncIterator[Postfix]:
        server = _set_up(cls, dovecot, domains)
        home = server.home
        try:
            await server.start()
            yield server
        finally:
            await server.stop()
            shutil.rmtree(home, ignore_errors=True)

    async def start(self) -> None:
        self._process = await asyncio.to_thread(self._spawn)
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(self._greets):
                if self._process.poll() is not None:
                    raise RuntimeError(f"postfix ended at its start: {self.log()}")
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # the master leads a session of its own: it is told by Postfix's own command
        command = ["postfix", "-c", str(self.home / "conf"), "abort"]
        await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=30)
        try:
            await asyncio.to_thread(process.wait, 10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await asyncio.to_thread(process.wait, 10)

    def log(self) -> str:
        files = (self.home / "postfix.out", self.home / "postfix.log")
        return "".join(one.read_text(errors="replace")[-3000:] for one in files if one.exists())

    def send(self, sender: str, to: str, mail: bytes) -> None:
        """As another mail program does it; blocks. Raises smtplib's errors."""
        with smtplib.SMTP(self.host, self.port, timeout=30) as client:
            client.sendmail(sender, [to], mail)

    def _greets(self) -> bool:
        try:
            with smtplib.SMTP(self.host, self.port, timeout=5) as client:
                return client.noop()[0] == 250
        except OSError:
            return False

    def _spawn(self) -> subprocess.Popen[bytes]:
        with (self.home / "postfix.out").open("ab") as log:
            return subprocess.Popen(
                ["postfix", "-c", str(self.home / "conf"), "start-fg"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _write(self, domains: tuple[str, ...]) -> None:
        for name in ("conf", "queue", "data"):
            (self.home / name).mkdir()
        shutil.chown(self.home / "data", "postfix", "postfix")
        main = _MAIN.format(
            home=self.home,
            domains=" ".join(domains),
            lmtp=self.dovecot.lmtp,
            auth=self.dovecot.auth,
            tls=self.dovecot.tls,
        )
        (self.home / "conf" / "main.cf").write_text(main)
        (self.home / "conf" / "master.cf").write_text(_MASTER.format(port=self.port))


def _set_up(kind: type[Postfix], dovecot: Dovecot, domains: tuple[str, ...]) -> Postfix:
    home = Path(tempfile.mkdtemp(prefix="ficha-postfix-"))
    home.chmod(0o755)
    server = kind(home=home, dovecot=dovecot)
    server._write(domains)
    return server
