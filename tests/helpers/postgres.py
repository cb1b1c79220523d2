"""A PostgreSQL server of the tests' own: temporary directory, free port, no durability."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests.helpers.ports import free_port
from tests.helpers.tables import migrate_now

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "ficha"
PASSWORD = "correct horse"


def binaries() -> Path | None:
    """The directory of `initdb`, newest version first; None where PostgreSQL is not installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parent.parent.name),
        reverse=True,
    )
    if found:
        return found[0].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


class PostgresServer:
    """Started on loopback with password sign-in; `url(database)` is what store.url takes."""

    def __init__(self, binaries: Path, home: Path) -> None:
        self.binaries, self.home = binaries, home
        self.port = free_port()
        self._made = 0
        self._template: str | None = None

    def url(self, database: str, *, password: str = PASSWORD) -> str:
        return (
            f"postgresql://{USER}:{password.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"
        )

    def start(self) -> None:
        secret = self.home / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            for path in (self.home, secret):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb",
            f"--pgdata={self.home}/data",
            f"--username={USER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        self.resume()

    def resume(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
            f" -c unix_socket_directories={self.home} -c shared_buffers=32MB"
            " -c full_page_writes=off -c synchronous_commit=off"
        )
        self._run("pg_ctl", "start", "-D", f"{self.home}/data", "-w", "-o", options,
                  "-l", f"{self.home}/log")  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        """ "fast" keeps what was committed; "immediate" need not, as nothing here is durable."""
        self._run("pg_ctl", "stop", "-D", f"{self.home}/data", "-m", mode, "-w")

    def create(self) -> str:
        """Makes an empty database; returns its URL."""
        self._made += 1
        name = f"test_{self._made}"
        self._sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def create_with_tables(self) -> str:
        """Makes a migrated, empty database; returns its URL."""
        if self._template is None:
            self._template = self.create()
            migrate_now(self._template)
        self._made += 1
        name = f"test_{self._made}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {self._template.rpartition('/')[2]}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._sql(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        environment = {**os.environ, "PGPASSWORD": PASSWORD, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            log = self.home / "log"
            tail = log.read_text()[-2000:] if log.exists() else ""
            raise RuntimeError(f"{program} failed: {done.stderr}\n{tail}")


@contextlib.contextmanager
def running(binaries: Path) -> Iterator[PostgresServer]:
    with tempfile.TemporaryDirectory(prefix="ficha-pg-", ignore_cleanup_errors=True) as home:
        os.chmod(home, 0o755)
        server = PostgresServer(binaries, Path(home))
        server.start()
        try:
            yield server
        finally:
            server.stop()
