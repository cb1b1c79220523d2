"""Files in the database, in pieces; implements `channels.conversation.ports.Blobs`.

A piece is 256 KiB, and each transaction writes 1 MiB at most: a call's step never waits behind
a mail of 60 MB for its whole length. The row in `blobs` comes last and makes it one.

With `keys` what is written is sealed (`privacy.sealing`): the row holds the file's own key,
wrapped by a master key that is not in the database. A file from before stays plain until
`SqlSealing` seals it, piece by piece: the first `sealed_parts` of it are sealed then.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy import and_, bindparam, delete, func, insert, select

from cti_bridge.channels.conversation.ports import BlobInfo
from cti_bridge.errors import StoreError
from cti_bridge.ids import new_id
from cti_bridge.privacy.sealing import FileKey, TamperedError, about
from cti_bridge.protocol.vocabulary import BlobId
from cti_bridge.store.conversation_tables import blob_parts, blob_uses, blobs
from cti_bridge.store.mail_tables import outbox
from cti_bridge.store.message_rows import storable
from cti_bridge.store.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import Any

    from sqlalchemy import Connection

    from cti_bridge.privacy.keys import MasterKey
    from cti_bridge.store.engine import Database

logger = logging.getLogger(__name__)
PART: Final = 256 * 1024
PARTS_AT_ONCE: Final = 4
UNUSED_KEPT: Final = timedelta(hours=24)
"""A file that was uploaded and never sent is forgotten after this."""
SWEEP_AT_ONCE: Final = 200
_PARTS, _WHOLE = (
    Prepared(
        insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in table.columns})
    )
    for table in (blob_parts, blobs)
)


class Keys(Protocol):
    """The master keys, as they stand now; quick enough for the event loop's thread."""

    def current(self) -> MasterKey: ...

    def find(self, wanted: str) -> MasterKey | None: ...


class SqlBlobs:
    """Without `keys` files are kept as they are."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        keys: Keys | None = None,
    ) -> None:
        self._database, self._clock, self._keys = database, clock, keys

    def writer(self, *, name: str = "") -> SqlBlobWriter:
        return SqlBlobWriter(self._database, self._clock, name, self._keys)

    async def put(self, data: bytes, *, name: str = "", media_type: str = "") -> BlobId:
        async def whole() -> AsyncIterator[bytes]:
            yield data

        return await self.put_stream(whole(), name=name, media_type=media_type)

    async def put_stream(
        self, parts: AsyncIterator[bytes], *, name: str = "", media_type: str = ""
    ) -> BlobId:
        writer = self.writer(name=name)
        try:
            async for data in parts:
                await writer.write(data)
            return await writer.finish(media_type=media_type)
        finally:
            await writer.drop()

    async def get(self, blob: BlobId, offset: int = 0, limit: int | None = None) -> bytes:
        size = await self.size(blob)
        end = size if limit is None else min(size, offset + limit)
        pieces = [piece async for piece in self._pieces(blob, offset, end)]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def stream(self, blob: BlobId) -> AsyncIterator[bytes]:
        async for piece in self._pieces(blob, 0, await self.size(blob)):
            yield piece

    async def size(self, blob: BlobId) -> int:
        info = await self.info(blob)
        if info is None:
            raise LookupError(f"no blob {blob!r}")
        return info.size

    async def info(self, blob: BlobId) -> BlobInfo | None:
        query = select(blobs).where(blobs.c.id == blob)
        row = await self._database.reading(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        return BlobInfo(
            id=BlobId(row.id),
            size=row.size,
            name=row.name,
            media_type=row.media_type,
            sha256=row.sha256,
        )

    async def _pieces(self, blob: BlobId, begin: int, end: int) -> AsyncIterator[bytes]:
        begin = max(0, begin)
        while begin < end:
            first = begin // PART
            after = min(first + PARTS_AT_ONCE, -(-end // PART))

            def read(connection: Connection, first: int = first, after: int = after) -> bytes:
                return read_parts(connection, blob, first, after, self._keys)

            found = await self._database.reading(read)
            piece = found[begin - first * PART : end - first * PART]
            if not piece:
                raise _broken(blob, "ends before its time")
            yield piece
            begin += len(piece)

    async def sweep(self) -> int:
        """Forgets what was never finished, or never used; how many files. For a start: nothing
        must be written meanwhile that began `UNUSED_KEPT` ago."""
        before = self._clock() - UNUSED_KEPT
        gone = 0
        while True:
            done = await self._database.writing(lambda connection: _sweep(connection, before))
            gone += done
            if done < SWEEP_AT_ONCE:
                return gone


class SqlBlobWriter:
    """Implements `channels.conversation.ports.BlobWriter`."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        name: str,
        keys: Keys | None = None,
    ) -> None:
        self._database, self._clock, self._name = database, clock, name
        self._keys, self._seal = keys, FileKey.new() if keys else None
        self._id = BlobId(new_id(int(clock().timestamp() * 1000)))
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self._parts = 0
        self._ended = False
        self.size = 0

    async def write(self, data: bytes) -> None:
        view = memoryview(data)
        room = PART * PARTS_AT_ONCE
        for begin in range(0, len(view), room):
            piece = view[begin : begin + room]
            self._buffer += piece
            self._digest.update(piece)
            self.size += len(piece)
            if len(self._buffer) >= room:
                await self._flush(len(self._buffer) // PART)

    async def finish(self, *, media_type: str = "") -> BlobId:
        row = {
            "id": self._id,
            "size": self.size,
            "sha256": "" if self._seal else self._digest.hexdigest(),
            "name": storable(self._name),
            "media_type": storable(media_type),
            "made_at": self._clock(),
            **self._wrapped(storable(media_type)),
        }
        await self._flush(-(-len(self._buffer) // PART), row)
        self._ended = True
        return self._id

    def _wrapped(self, media_type: str) -> dict[str, object]:
        if self._keys is None or self._seal is None:
            return {"key_id": None, "wrapped": None, "sealed_parts": 0}
        return wrapped_columns(
            self._seal, self._keys.current(), about(self._id, self.size, media_type), self.size
        )

    async def drop(self) -> None:
        if self._ended:
            return
        self._ended = True
        self._buffer.clear()
        if not self._parts:
            return
        unfinished = delete(blob_parts).where(blob_parts.c.blob_id == self._id)
        try:
            await self._database.writing(lambda connection: connection.execute(unfinished))
        except StoreError as error:
            logger.warning("an unfinished file is left for the next sweep: %s", error)

    async def _flush(self, count: int, whole: dict[str, object] | None = None) -> None:
        """The first parts of the buffer; with the row that makes all of them a file, in the same
        transaction: most files are one part."""
        plain = [bytes(self._buffer[n * PART : (n + 1) * PART]) for n in range(count)]
        first, seal = self._parts, self._seal

        def work(connection: Connection) -> None:
            # sealed here, off the event loop's thread; a second run makes the same of the same
            rows = [
                {"blob_id": self._id, "part": n, "data": seal.seal(n, data) if seal else data}
                for n, data in enumerate(plain, first)
            ]
            if rows:
                _PARTS.run(connection, rows)
            if whole is not None:
                _WHOLE.run(connection, [whole])

        if plain or whole is not None:
            await self._database.writing(work)
            self._parts += count
            del self._buffer[: count * PART]


def wrapped_columns(seal: FileKey, key: MasterKey, bound: bytes, size: int) -> dict[str, object]:
    """Of the row of a file that is sealed to its end."""
    return {
        "key_id": key.id,
        "wrapped": seal.wrap(key, bound),
        "sealed_parts": -(-size // PART),
    }


def read_parts(
    connection: Connection, blob: str, first: int, after: int, keys: Keys | None
) -> bytes:
    """Pieces `first` to before `after`, opened; b"" where the file has not that many.

    Row and pieces in one statement: a plain file may be sealed between two. Raises StoreError:
    `no_key` where its key is not at hand, `corrupt` for what is not as it was written.
    """
    asked = and_(
        blob_parts.c.blob_id == blobs.c.id, blob_parts.c.part >= first, blob_parts.c.part < after
    )
    rows = connection.execute(
        select(blobs, blob_parts.c.part, blob_parts.c.data)
        .select_from(blobs.outerjoin(blob_parts, asked))
        .where(blobs.c.id == blob)
        .order_by(blob_parts.c.part)
    ).all()
    if not rows:
        raise LookupError(f"no blob {blob!r}")
    row = rows[0]
    wanted = range(first, min(after, -(-row.size // PART)))
    parts = [part for part in rows if part.part is not None]
    if [part.part for part in parts] != list(wanted):
        raise _broken(blob, "ends before its time, or lacks a piece")
    if row.key_id is None:
        return b"".join(part.data for part in parts)
    try:
        seal = file_key(row, keys)
        return b"".join(
            seal.open(part.part, part.data) if part.part < row.sealed_parts else part.data
            for part in parts
        )
    except TamperedError as error:
        raise _broken(blob, str(error)) from error


def file_key(row: Any, keys: Keys | None) -> FileKey:
    """Of a row of `blobs`; raises StoreError (`no_key`) or TamperedError."""
    key = keys.find(row.key_id) if keys else None
    if key is None:
        raise StoreError(
            "no_key",
            f"file {row.id} is sealed under the key {row.key_id}, which is not at hand",
            todo="Put that key back into privacy.key_file",
        )
    return FileKey.unwrap(row.wrapped, key, about(row.id, row.size, row.media_type))


def _broken(blob: str, why: str) -> StoreError:
    return StoreError("corrupt", f"file {blob}: {why}")


def _sweep(connection: Connection, before: datetime) -> int:
    used = select(blob_uses.c.blob_id).where(blob_uses.c.blob_id == blobs.c.id).exists()
    leaving = select(outbox.c.blob_id).where(outbox.c.blob_id == blobs.c.id).exists()
    unused = select(blobs.c.id).where(blobs.c.made_at < before, ~used, ~leaving)
    unused = unused.limit(SWEEP_AT_ONCE)
    gone = list(connection.execute(unused).scalars())
    oldest = new_id(int(before.timestamp() * 1000))[:13]  # ids begin with their time
    whole = select(blobs.c.id).where(blobs.c.id == blob_parts.c.blob_id).exists()
    halves = (
        select(func.distinct(blob_parts.c.blob_id))
        .where(blob_parts.c.blob_id < oldest)
        .where(~whole)
        .limit(SWEEP_AT_ONCE - len(gone))
    )
    gone += connection.execute(halves).scalars()
    if gone:
        connection.execute(delete(blob_parts).where(blob_parts.c.blob_id.in_(gone)))
        connection.execute(delete(blobs).where(blobs.c.id.in_(gone)))
    return len(gone)
