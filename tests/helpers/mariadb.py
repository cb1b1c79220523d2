"""A MariaDB server of the tests' own: temporary folder, free port on loopback, no durability."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pymysql

from tests.helpers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "ficha"
PASSWORD = "correct horse"
_START_SECONDS = 60


def program() -> str | None:
    return shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")


class MariaServer:
    """`url` is what SQLAlchemy takes, without the password."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.url = f"mariadb://{USER}@127.0.0.1:{port}/shop"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        daemon = program()
        assert daemon is not None
        data = self.home / "data"
        owner = [f"--user={_owner()}"] if os.geteuid() == 0 else []
        if owner:
            os.chown(self.home, pwd.getpwnam(_owner()).pw_uid, -1)
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
             "--auth-root-authentication-method=normal", *owner],
            check=True, capture_output=True, timeout=_START_SECONDS,
        )  # fmt: skip
        options = (
            f"--datadir={data}", f"--socket={self.home}/sock", f"--port={self.port}",
            "--bind-address=127.0.0.1", f"--pid-file={self.home}/pid",
            "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M",
            "--skip-name-resolve", f"--log-error={self.home}/log", *owner,
        )  # fmt: skip
        self._process = subprocess.Popen([daemon, "--no-defaults", *options])
        self._make()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def run(self, *statements: str) -> None:
        with self._root("shop") as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()

    def end_sessions(self) -> None:
        """As a server that is restarted does, of everybody but root."""
        with self._root("") as connection, connection.cursor() as cursor:
            cursor.execute(f"KILL HARD USER {USER}")

    def _make(self) -> None:
        self._answers()
        with self._root("") as connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE shop CHARACTER SET utf8mb4")
            cursor.execute(f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
            cursor.execute(f"GRANT ALL ON shop.* TO {USER}@'127.0.0.1'")

    def _answers(self) -> None:
        """Waits until it does; the driver leaks its socket where it does not yet."""
        end = time.monotonic() + _START_SECONDS
        while True:
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    return probe.connect(f"{self.home}/sock")
                except OSError:
                    dead = self._process is None or self._process.poll() is not None
            if dead or time.monotonic() > end:
                log = self.home / "log"
                raise RuntimeError(log.read_text()[-2000:] if log.exists() else "no log")
            time.sleep(0.1)

    def _root(self, database: str) -> pymysql.connections.Connection[pymysql.cursors.Cursor]:
        return pymysql.connect(
            unix_socket=f"{self.home}/sock", user="root", database=database or None
        )


def _owner() -> str:
    return "mysql"


@contextlib.contextmanager
def running() -> Iterator[MariaServer]:
    with tempfile.TemporaryDirectory(prefix="ficha-maria-", ignore_cleanup_errors=True) as home:
        os.chmod(home, 0o755)
        server = MariaServer(Path(home), free_port())
        try:
            server.start()
            yield server
        finally:
            server.stop()
