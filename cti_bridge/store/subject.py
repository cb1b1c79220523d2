"""Reads everything of a customer by `holdings`, and writes it into an archive."""

from __future__ import annotations

import asyncio
import json
import zipfile
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from cti_bridge.errors import StoreError
from cti_bridge.privacy.subject import File, NotThereError, file_name, page
from cti_bridge.protocol.vocabulary import BlobId
from cti_bridge.store import holdings
from cti_bridge.store.erasing import subject_of

if TYPE_CHECKING:
    from typing import IO

    from sqlalchemy import Connection

    from cti_bridge.protocol.vocabulary import CustomerId
    from cti_bridge.store.blobs import SqlBlobs
    from cti_bridge.store.engine import Database
    from cti_bridge.store.holdings import Subject

INTERNAL: Final = frozenset(
    {
        "n",
        "customer_n",
        "words",
        "wrapped",
        "key_id",
        "sealed_parts",
        "salt",
        "detail_digest",
        "digest",
        "header_key",
        "version",
    }
)
"""How the database works, and nothing of the customer."""
PACKED: Final = (".zip", ".jpg", ".jpeg", ".png", ".gz", ".mp3", ".pdf", ".docx", ".xlsx")


class SqlSubjects:
    """Implements `privacy.subject.SubjectStore`."""

    def __init__(self, database: Database, blobs: SqlBlobs) -> None:
        self._database, self._blobs = database, blobs

    async def write(
        self, customer: CustomerId, out: IO[bytes], *, language: str, now: datetime
    ) -> tuple[int, int]:
        return await write_archive(
            self._database, self._blobs, customer, out, language=language, now=now
        )


async def write_archive(
    database: Database,
    blobs: SqlBlobs,
    customer: CustomerId,
    out: IO[bytes],
    *,
    language: str,
    now: datetime,
) -> tuple[int, int]:
    """Rows, and files that could not be opened. Raises NotThereError or StoreError.

    What packs runs in threads, a piece at a time: a bridge that serves has voices to carry.
    """
    subject = await database.reading(lambda c: subject_of(c, customer))
    if subject is None:
        raise NotThereError(customer)
    tables = await database.reading(lambda c: _tables(c, subject))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        files = await _files(archive, blobs, tables.get("blobs", []))
        await asyncio.to_thread(_written, archive, subject, tables, files, language, now)
    return sum(map(len, tables.values())), sum(not file.path for file in files)


def _written(
    archive: zipfile.ZipFile,
    subject: Subject,
    tables: dict[str, list[dict[str, Any]]],
    files: list[File],
    language: str,
    now: datetime,
) -> None:
    text = json.dumps(
        {"customer": subject.id, "taken_at": now.isoformat(), "data": tables},
        ensure_ascii=False,
        indent=1,
    )
    archive.writestr("data.json", text)
    name = subject.names[0] if subject.names else subject.id
    at = now.strftime("%Y-%m-%d %H:%M")
    archive.writestr("index.html", page(language, name, at, tables, files))


def _tables(connection: Connection, subject: Subject) -> dict[str, list[dict[str, Any]]]:
    """In the order of the file first; each row by its columns, ready for JSON."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, holding in reversed(holdings.holdings()):
        if holding.rows is None or not holding.told:
            continue
        rows = connection.execute(holding.rows(subject)).mappings()
        found[table.name] = [
            {key: _plain(value) for key, value in row.items() if key not in INTERNAL}
            for row in rows
        ]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return None if isinstance(value, bytes) else value


async def _files(
    archive: zipfile.ZipFile, blobs: SqlBlobs, rows: list[dict[str, Any]]
) -> list[File]:
    """Piece by piece, never one as a whole in memory."""
    files: list[File] = []
    for number, row in enumerate(rows, 1):
        path = file_name(number, str(row.get("name") or row["media_type"].replace("/", ".")))
        packed = path.lower().endswith(PACKED)
        info = zipfile.ZipInfo(path)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        try:
            with archive.open(info, "w", force_zip64=True) as out:
                async for piece in blobs.stream(BlobId(row["id"])):
                    await asyncio.to_thread(out.write, piece)
        except StoreError as error:
            if error.transient:
                raise
            path = ""
        files.append(File(blob=str(row["id"]), path=path))
    return files
