"""Brings the tables of an open database up to this build's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from cti_bridge.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

HERE: Final = Path(__file__).parent / "migrations"
_ADVISORY_LOCK: Final = 0x46696368  # "Fich": one bridge migrates at a time


def revisions() -> list[str]:
    """Those of this build, oldest first: files are named `0001_what.py`."""
    files = (HERE / "versions").glob("[0-9]*_*.py")
    return sorted(path.name.partition("_")[0] for path in files)


def migrate(connection: Connection) -> None:
    """Runs what is missing, inside the caller's transaction; raises StoreError."""
    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:key)")
        connection.execute(lock, {"key": _ADVISORY_LOCK})
    known = revisions()
    current = _current(connection)
    if current == known[-1]:
        return
    if current is not None and current not in known:
        raise StoreError(
            "newer_schema",
            f"written by a newer Ficha (tables {current}; this one knows {known[-1]})",
            todo="Install that version, or restore the backup made before it",
        )
    _upgrade(connection)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    # imported here: a bridge whose tables are current starts 0.2 s sooner without it
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)

    def steps(revision: object, _context: object) -> object:
        return script._upgrade_revs("head", revision)  # type: ignore[arg-type]

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
