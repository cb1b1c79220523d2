"""Work on files that are there: sealing plain ones, wrapping their keys anew, counting keys.

Each step is a transaction of its own and may be the last: what was done stays done, and the next
run goes on where this one ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select, update

from cti_bridge.errors import StoreError
from cti_bridge.privacy.sealing import FileKey, TamperedError, about
from cti_bridge.store.blobs import PART, PARTS_AT_ONCE, file_key
from cti_bridge.store.conversation_tables import blob_parts, blobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Connection

    from cti_bridge.store.blobs import Keys
    from cti_bridge.store.engine import Database

FILES_AT_ONCE: Final = 200
_PLACE: Final = (blob_parts.c.blob_id == bindparam("b")) & (blob_parts.c.part == bindparam("p"))
_REPLACE: Final = update(blob_parts).where(_PLACE).values(data=bindparam("sealed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """How many files are under which key."""

    by_key: Mapping[str, int]
    plain: int  # not sealed, or not to their end

    def missing(self, known: Iterable[str]) -> Mapping[str, int]:
        """Those under keys that are not at hand: nobody can open them."""
        at_hand = set(known)
        return {key: count for key, count in self.by_key.items() if key not in at_hand}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    files: int = 0
    failed: tuple[str, ...] = ()  # what could not be done, with the file's id


class SqlSealing:
    def __init__(self, database: Database, keys: Keys) -> None:
        self._database, self._keys = database, keys

    async def seal_plain(self, told: Callable[[int], None] = lambda files: None) -> Sealed:
        """Every file to its end, oldest id first. A file that is broken is told and left."""
        done, failed, after = 0, [], ""
        while ids := await self._plain_after(after):
            for blob in ids:
                try:
                    await self._seal(blob)
                    done += 1
                except StoreError as error:
                    if error.transient:
                        raise
                    failed.append(str(error))
                told(done)
            after = ids[-1]
        return Sealed(files=done, failed=tuple(failed))

    async def rewrap(self, told: Callable[[int], None] = lambda files: None) -> Sealed:
        """Every file's key under the master key in use; the files themselves stay as they are."""
        done, failed, after = 0, list[str](), ""
        while True:
            current = self._keys.current()

            def work(connection: Connection, after: str = after, key: Any = current) -> Any:
                return _rewrap(connection, self._keys, key, after)

            ids, broken = await self._database.writing(work)
            if not ids:
                return Sealed(files=done, failed=tuple(failed))
            done += len(ids) - len(broken)
            failed += broken
            after = ids[-1]
            told(done)

    async def _plain_after(self, after: str) -> list[str]:
        query = select(blobs.c.id).where(blobs.c.id > after, unsealed()).order_by(blobs.c.id)
        query = query.limit(FILES_AT_ONCE)
        return await self._database.reading(lambda c: list(c.execute(query).scalars()))

    async def _seal(self, blob: str) -> None:
        while await self._database.writing(lambda c: _seal_some(c, blob, self._keys)):
            pass


def unsealed() -> Any:
    return blobs.c.key_id.is_(None) | (blobs.c.sealed_parts * PART < blobs.c.size)


async def key_use(database: Database) -> KeyUse:
    def work(connection: Connection) -> KeyUse:
        keyed = select(blobs.c.key_id, func.count()).where(blobs.c.key_id.is_not(None))
        rows = connection.execute(keyed.group_by(blobs.c.key_id)).all()
        plain = connection.execute(select(func.count()).select_from(blobs).where(unsealed()))
        return KeyUse(by_key=dict(map(tuple, rows)), plain=plain.scalar_one())

    return await database.reading(work)


def _seal_some(connection: Connection, blob: str, keys: Keys) -> bool:
    """The next pieces of a plain file; whether there are more."""
    row = connection.execute(select(blobs).where(blobs.c.id == blob).with_for_update()).first()
    if row is None:
        return False
    seal, changes = _key_for(row, keys)
    count = -(-row.size // PART)
    after = min(row.sealed_parts + PARTS_AT_ONCE, count)
    parts = connection.execute(
        select(blob_parts.c.part, blob_parts.c.data)
        .where(blob_parts.c.blob_id == blob)
        .where(blob_parts.c.part >= row.sealed_parts, blob_parts.c.part < after)
        .order_by(blob_parts.c.part)
    ).all()
    if [part.part for part in parts] != list(range(row.sealed_parts, after)):
        raise StoreError("corrupt", f"file {blob} lacks a piece")
    if parts:
        connection.execute(
            _REPLACE,
            [
                {"b": blob, "p": part.part, "sealed": seal.seal(part.part, part.data)}
                for part in parts
            ],
        )
    changes |= {"sealed_parts": after, "sha256": ""}
    connection.execute(update(blobs).where(blobs.c.id == blob).values(**changes))
    return bool(after < count)


def _key_for(row: Any, keys: Keys) -> tuple[FileKey, dict[str, Any]]:
    """The file's own key, a new one at its first piece."""
    if row.key_id is not None:
        try:
            return file_key(row, keys), {}
        except TamperedError as error:
            raise StoreError("corrupt", f"file {row.id}: {error}") from error
    seal, key = FileKey.new(), keys.current()
    wrapped = seal.wrap(key, about(row.id, row.size, row.media_type))
    return seal, {"key_id": key.id, "wrapped": wrapped}


def _rewrap(
    connection: Connection, keys: Keys, current: Any, after: str
) -> tuple[list[str], list[str]]:
    """The next files under other keys, and what could not be done of them."""
    query = (
        select(blobs)
        .where(blobs.c.id > after, blobs.c.key_id != current.id)
        .order_by(blobs.c.id)
        .limit(FILES_AT_ONCE)
        .with_for_update()
    )
    rows, failed = connection.execute(query).all(), []
    for row in rows:
        try:
            seal = file_key(row, keys)
        except (StoreError, TamperedError) as error:
            failed.append(str(error) if isinstance(error, StoreError) else f"{row.id}: {error}")
            continue
        wrapped = seal.wrap(current, about(row.id, row.size, row.media_type))
        changes = update(blobs).where(blobs.c.id == row.id)
        connection.execute(changes.values(key_id=current.id, wrapped=wrapped))
    return [row.id for row in rows], failed
