"""Files in pieces, on both databases."""

from __future__ import annotations

import asyncio
import hashlib
import tracemalloc
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from cti_bridge.channels.mailbook import Outgo
from cti_bridge.errors import StoreError
from cti_bridge.protocol.vocabulary import BlobId
from cti_bridge.store.blobs import PART, SqlBlobs
from cti_bridge.store.conversation_tables import blob_parts, blobs
from cti_bridge.store.mail import SqlMail
from cti_bridge.store.messages import SqlMessages
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
from tests.helpers.written import NOW, said

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.store.engine import Database

MIB = 1024 * 1024


def noise(size: int) -> bytes:
    """The same each time, and no piece like another."""
    return hashlib.shake_128(b"ficha").digest(size)


async def count(database: Database) -> tuple[int, int]:  # noqa: F811
    """Files, and pieces."""

    def work(connection) -> tuple[int, int]:  # type: ignore[no-untyped-def]
        rows = [select(func.count()).select_from(table) for table in (blobs, blob_parts)]
        return connection.execute(rows[0]).scalar_one(), connection.execute(rows[1]).scalar_one()

    return await database.reading(work)


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 5 * PART, 3 * MIB + 17])
async def test_what_is_put_is_got(database: Database, size: int) -> None:  # noqa: F811
    store, data = SqlBlobs(database), noise(size)
    blob = await store.put(data, name="x.bin", media_type="a/b")
    assert await store.get(blob) == data
    assert await store.size(blob) == size
    assert b"".join([piece async for piece in store.stream(blob)]) == data
    info = await store.info(blob)
    assert info is not None
    assert (info.name, info.media_type, info.size) == ("x.bin", "a/b", size)
    assert info.sha256 == hashlib.sha256(data).hexdigest()
    assert (await count(database))[1] == -(-size // PART)


async def test_any_part_of_it(database: Database) -> None:  # noqa: F811
    store, data = SqlBlobs(database), noise(2 * MIB + 5)
    blob = await store.put(data)
    for offset in (0, 1, PART - 1, PART, 2 * MIB, 2 * MIB + 4):
        for limit in (0, 1, PART, PART + 1, 3 * MIB):
            assert await store.get(blob, offset, limit) == data[offset : offset + limit]
    assert await store.get(blob, len(data) + 1, 10) == b""
    assert await store.get(blob, len(data)) == b""


async def test_pieces_of_any_size_make_one_file(database: Database) -> None:  # noqa: F811
    data = noise(MIB + 3)

    async def crumbs() -> AsyncIterator[bytes]:
        at = 0
        for size in (0, 1, 7, PART, 0, 3 * PART + 1, MIB):
            yield data[at : at + size]
            at += size

    store = SqlBlobs(database)
    assert await store.get(await store.put_stream(crumbs())) == data


async def test_there_is_no_such_file(database: Database) -> None:  # noqa: F811
    store = SqlBlobs(database)
    assert await store.info(BlobId("none")) is None
    for asked in (store.get(BlobId("none")), store.size(BlobId("x" * 500))):
        with pytest.raises(LookupError):
            await asked


async def test_what_breaks_off_leaves_nothing(database: Database) -> None:  # noqa: F811
    store = SqlBlobs(database)

    async def breaks() -> AsyncIterator[bytes]:
        yield noise(2 * MIB)
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        await store.put_stream(breaks())
    assert await count(database) == (0, 0)


async def test_one_that_is_cancelled_leaves_nothing_after_a_sweep(
    database: Database,  # noqa: F811
) -> None:
    now = [NOW]
    store, begun = SqlBlobs(database, clock=lambda: now[0]), asyncio.Event()

    async def waits() -> AsyncIterator[bytes]:
        yield noise(2 * MIB)
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.ensure_future(store.put_stream(waits()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await count(database))[0] == 0
    writer = store.writer()
    await writer.write(noise(2 * MIB))  # and the bridge is killed
    assert (await count(database)) == (0, 8)
    assert await store.sweep() == 0  # it may be another's, who is writing
    now[0] += timedelta(hours=25)
    assert await store.sweep() == 1
    assert await count(database) == (0, 0)


async def test_a_sweep_forgets_what_nobody_used(database: Database) -> None:  # noqa: F811
    now = [NOW]
    store, messages = SqlBlobs(database, clock=lambda: now[0]), SqlMessages(database)
    from tests.integration.store.test_store_messages import file

    used, forgotten = await store.put(b"used"), await store.put(b"not used")
    leaving = await store.put(b"a transcript on its way out")
    await messages.add(said("m1", attachments=(file(used),)))
    await SqlMail(database).put(
        Outgo(
            id="o1",
            mailbox="info",
            sender="",
            recipients=("marta@example.es",),
            blob=leaving,
            due_at=NOW,
            made_at=NOW,
        )
    )
    now[0] += timedelta(hours=25)
    fresh = await store.put(b"just uploaded")
    assert await store.sweep() == 1
    assert await store.get(used) == b"used"
    assert await store.size(leaving) > 0
    assert await store.get(fresh) == b"just uploaded"
    with pytest.raises(LookupError):
        await store.get(forgotten)


async def test_a_damaged_file_is_an_error_and_no_end(database: Database) -> None:  # noqa: F811
    store = SqlBlobs(database)
    blob = await store.put(noise(2 * MIB))
    await database.writing(lambda c: c.execute(text("DELETE FROM blob_parts WHERE part = 7")))
    with pytest.raises(StoreError, match="ends before its time"):
        await store.get(blob)


async def test_sixty_megabytes_are_not_held_three_times(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from cti_bridge.store.engine import Database

    opened = await Database.open(f"sqlite:///{tmp_path / 'ficha.db'}")
    store, piece, pieces = SqlBlobs(opened), noise(MIB), 60

    async def source() -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield piece

    tracemalloc.start()
    try:
        blob = await store.put_stream(source())
        in_stream = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        async for _ in store.stream(blob):
            pass
        out_stream = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        assert len(await store.get(blob)) == pieces * MIB
        whole = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        await opened.close()
    assert in_stream < 12 * MIB
    assert out_stream < 12 * MIB
    assert whole < 2.2 * pieces * MIB
