"""Files sealed at rest, on both databases: nothing is plain there, nothing is changed unseen."""

from __future__ import annotations

import asyncio
import hashlib
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from cti_bridge.errors import StoreError
from cti_bridge.privacy.keys import new_key
from cti_bridge.store.blobs import PART, SqlBlobs
from cti_bridge.store.conversation_tables import blob_parts, blobs
from cti_bridge.store.keyfile import KeyFile, KeyFileError
from cti_bridge.store.sealing import SqlSealing, key_use
from tests.helpers.written import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from cti_bridge.store.engine import Database

MIB = 1024 * 1024


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    made = KeyFile(tmp_path / "ficha.key")
    made.create()
    return made


def noise(size: int, seed: bytes = b"ficha") -> bytes:
    return hashlib.shake_128(seed).digest(size)


async def changed(database: Database, statement: str, **values: object) -> None:
    await database.writing(lambda c: c.execute(text(statement), values))


async def raw(database: Database) -> bytes:
    """Every piece as it lies there."""
    query = select(blob_parts.c.data).order_by(blob_parts.c.blob_id, blob_parts.c.part)
    return b"".join(await database.reading(lambda c: c.execute(query).scalars().all()))


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 2 * MIB + 17])
async def test_what_is_sealed_is_got(database: Database, keys: KeyFile, size: int) -> None:
    store, data = SqlBlobs(database, keys=keys), noise(size)
    blob = await store.put(data, name="x.wav", media_type="audio/wav")
    assert await store.get(blob) == data
    assert b"".join([piece async for piece in store.stream(blob)]) == data
    for offset, limit in ((0, 1), (PART - 1, 2), (size - 1, 5), (PART, PART)):
        if offset >= 0:
            assert await store.get(blob, offset, limit) == data[offset : offset + limit]
    info = await store.info(blob)
    assert info is not None
    assert (info.size, info.sha256) == (size, "")
    assert (await key_use(database)).plain == 0


async def test_nothing_of_it_is_plain_in_the_database(database: Database, keys: KeyFile) -> None:
    await SqlBlobs(database, keys=keys).put(b"the voice of a customer " * 20_000)
    assert b"voice" not in await raw(database)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE blob_parts SET part = part + 100 WHERE blob_id = :a AND part < 2", "a piece"),
        ("DELETE FROM blob_parts WHERE blob_id = :a AND part = 1", "a piece"),
        ("DELETE FROM blob_parts WHERE blob_id = :a AND part = 4", "a piece"),
        (
            "UPDATE blob_parts SET data = (SELECT data FROM blob_parts o WHERE o.blob_id = :b "
            "AND o.part = 1) WHERE blob_id = :a AND part = 1",
            "piece 1 is not the one",
        ),
        (
            "UPDATE blob_parts SET data = (SELECT data FROM blob_parts o WHERE o.blob_id = :a "
            "AND o.part = 2) WHERE blob_id = :a AND part = 1",
            "piece 1 is not the one",
        ),
        ("UPDATE blobs SET size = size - 10 WHERE id = :a", "not of this file, this size"),
        ("UPDATE blobs SET media_type = 'text/plain' WHERE id = :a", "not of this file"),
        (
            "UPDATE blobs SET wrapped = (SELECT wrapped FROM blobs o WHERE o.id = :b) "
            "WHERE id = :a",
            "not of this file",
        ),
    ],
    ids=["moved", "cut out", "cut off", "foreign", "swapped", "shorter", "kind", "key"],
)
async def test_what_was_changed_is_noticed(
    database: Database, keys: KeyFile, statement: str, said: str
) -> None:
    store = SqlBlobs(database, keys=keys)
    blob = await store.put(noise(MIB + 7), media_type="audio/x-recorded-call")
    other = await store.put(noise(MIB + 7, b"other"), media_type="audio/x-recorded-call")
    values = {"a": blob, "b": other} if ":b" in statement else {"a": blob}
    await changed(database, statement, **values)
    with pytest.raises(StoreError, match=said) as failed:
        await store.get(blob)
    assert failed.value.kind == "corrupt"
    assert len(await store.get(other)) == MIB + 7


async def test_without_its_key_a_file_says_so(
    database: Database, keys: KeyFile, tmp_path: Path
) -> None:
    blob = await SqlBlobs(database, keys=keys).put(b"sealed")
    stranger = KeyFile(tmp_path / "other.key")
    stranger.create()
    for store in (SqlBlobs(database), SqlBlobs(database, keys=stranger)):
        with pytest.raises(StoreError, match="not at hand") as failed:
            await store.get(blob)
        assert failed.value.kind == "no_key"
        assert not failed.value.transient
    missing = (await key_use(database)).missing([stranger.current().id])
    assert missing == {keys.current().id: 1}


async def test_plain_files_are_sealed_and_read_all_the_while(
    database: Database, keys: KeyFile
) -> None:
    plain, store = SqlBlobs(database), SqlBlobs(database, keys=keys)
    sizes = (0, 1, PART, 3 * MIB + 5)
    ids = [await plain.put(noise(size, str(size).encode())) for size in sizes]
    assert (await key_use(database)).plain == 4

    async def read_on() -> None:
        while (await key_use(database)).plain:
            assert await store.get(ids[3]) == noise(sizes[3], str(sizes[3]).encode())

    reading = asyncio.gather(read_on())
    done = await SqlSealing(database, keys).seal_plain()
    await reading
    assert (done.files, done.failed) == (4, ())
    for blob, size in zip(ids, sizes, strict=True):
        assert await store.get(blob) == noise(size, str(size).encode())
    assert noise(PART, str(PART).encode())[:64] not in await raw(database)
    assert (await SqlSealing(database, keys).seal_plain()).files == 0


async def test_a_sealing_that_breaks_off_goes_on_where_it_was(
    database: Database, keys: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, store = SqlBlobs(database), SqlBlobs(database, keys=keys)
    blob = await plain.put(noise(3 * MIB))
    sealing, writing, left = SqlSealing(database, keys), database.writing, [2]

    async def dies(work):  # type: ignore[no-untyped-def]
        if not left[0]:
            raise StoreError("unreachable", "gone")
        left[0] -= 1
        return await writing(work)

    monkeypatch.setattr(database, "writing", dies)
    with pytest.raises(StoreError, match="gone"):
        await sealing.seal_plain()
    monkeypatch.undo()
    query = select(blobs.c.sealed_parts)
    assert await database.reading(lambda c: c.execute(query).scalar_one()) == 8
    assert await store.get(blob) == noise(3 * MIB)
    assert (await sealing.seal_plain()).files == 1
    assert await store.get(blob) == noise(3 * MIB)


async def test_a_broken_file_stops_no_other(database: Database, keys: KeyFile) -> None:
    plain = SqlBlobs(database)
    broken, whole = await plain.put(noise(MIB)), await plain.put(b"whole")
    await changed(database, "DELETE FROM blob_parts WHERE blob_id = :b AND part = 1", b=broken)
    done = await SqlSealing(database, keys).seal_plain()
    assert done.files == 1
    assert [broken in line for line in done.failed] == [True]
    assert await SqlBlobs(database, keys=keys).get(whole) == b"whole"


async def test_a_rotation_wraps_keys_anew_and_leaves_files_alone(
    database: Database, keys: KeyFile
) -> None:
    store = SqlBlobs(database, keys=keys)
    ids = [await store.put(noise(100, bytes([n]))) for n in range(5)]
    old, before = keys.current(), await raw(database)
    keys.change(lambda ring: ring.with_new(new_key()))
    assert (await SqlSealing(database, keys).rewrap()).files == 5
    assert (await key_use(database)).by_key == {keys.current().id: 5}
    assert await raw(database) == before
    keys.change(lambda ring: ring.without(frozenset({old.id})))
    assert [await store.get(blob) for blob in ids] == [noise(100, bytes([n])) for n in range(5)]
    assert (await SqlSealing(database, keys).rewrap()).files == 0


async def test_a_bridge_that_serves_sees_a_rotation_at_once(
    database: Database, keys: KeyFile
) -> None:
    serving = SqlBlobs(database, keys=KeyFile(keys.path))
    first = await serving.put(b"before")
    keys.change(lambda ring: ring.with_new(new_key()))
    await SqlSealing(database, keys).rewrap()
    assert await serving.get(first) == b"before"
    await serving.put(b"after")
    assert (await key_use(database)).by_key == {keys.current().id: 2}


async def test_a_key_that_is_lost_stops_no_rotation_of_the_others(
    database: Database, keys: KeyFile, tmp_path: Path
) -> None:
    stranger = KeyFile(tmp_path / "other.key")
    stranger.create()
    await SqlBlobs(database, keys=stranger).put(b"lost")
    await SqlBlobs(database, keys=keys).put(b"kept")
    keys.change(lambda ring: ring.with_new(new_key()))
    done = await SqlSealing(database, keys).rewrap()
    assert done.files == 1
    assert len(done.failed) == 1


async def test_a_sweep_takes_sealed_files_as_others(database: Database, keys: KeyFile) -> None:
    now = [NOW]
    store = SqlBlobs(database, keys=keys, clock=lambda: now[0])
    await store.put(noise(MIB))
    now[0] += timedelta(hours=25)
    assert await store.sweep() == 1
    count = select(func.count()).select_from(blob_parts)
    assert await database.reading(lambda c: c.execute(count).scalar_one()) == 0


def test_a_key_file_is_made_once_and_for_its_user_only(keys: KeyFile) -> None:
    assert keys.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileError, match="there already"):
        keys.create()


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o606, 0o620])
def test_a_key_file_that_others_get_at_is_refused(keys: KeyFile, mode: int) -> None:
    os.chmod(keys.path, mode)
    with pytest.raises(KeyFileError, match="others") as failed:
        KeyFile(keys.path).load()
    assert failed.value.fix == f"chmod 600 {keys.path}"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"ficha-key-1 a b\n"])
def test_what_is_no_key_file_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ficha.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"ficha\.key"):
        KeyFile(path).load()


def test_a_key_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="is not there") as failed:
        KeyFile(tmp_path / "none.key").load()
    assert "privacy key new" in failed.value.fix


def test_a_key_file_that_is_taken_away_while_the_bridge_serves_is_still_known(
    keys: KeyFile,
) -> None:
    current = keys.current()
    keys.path.unlink()
    assert keys.current() == current
    assert keys.find(current.id) == current
