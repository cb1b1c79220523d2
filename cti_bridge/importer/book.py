"""Sources with a name: those of bridge.toml, and those that an import was saved under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.customers.importing.ports import Whence
from cti_bridge.protocol.importing import ImportSource
from cti_bridge.readers.databases import is_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.config.values import NamedSource
    from cti_bridge.store.sources import SavedSource, SqlSources


class SourceBook:
    """Implements `customers.importing.ports.Book`. What bridge.toml says of a name goes before
    what was saved under it."""

    def __init__(self, saved: SqlSources, configured: Sequence[NamedSource]) -> None:
        self._saved = saved
        self._configured = {one.name: one for one in configured}

    async def all(self) -> tuple[ImportSource, ...]:
        known = {one.name: one for one in await self._saved.all(counted=False)}
        names = sorted({*known, *self._configured}, key=str.casefold)
        return tuple(self._shown(name, known.get(name)) for name in names)

    async def whence(self, name: str) -> Whence | None:
        if (one := self._configured.get(name)) is not None:
            return whence_of(one)
        saved = await self._saved.named(name)
        return None if saved is None or not saved.place else Whence(**saved.place)

    def _shown(self, name: str, saved: SavedSource | None) -> ImportSource:
        configured = self._configured.get(name)
        location = configured.location if configured else ""
        if not location and saved is not None and saved.place:
            location = saved.place["location"]
        last = saved.last if saved is not None else None
        return ImportSource(
            name=name,
            kind="" if not location else "database" if is_url(location) else "file",
            rows=last.counts.rows if last else 0,
            last_at=last.beat_at if last else None,
            last_state=last.state if last else "",
        )


def whence_of(one: NamedSource) -> Whence:
    return Whence(
        location=one.location,
        sheet=one.sheet,
        table=one.table,
        query=one.query,
        password=one.password,
    )
