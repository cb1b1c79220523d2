"""What imports of desktops need: somebody who reads and writes, files, names of sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.protocol.importing import (
        ImportColumn,
        ImportCounts,
        ImportProblem,
        ImportRowView,
        ImportSource,
    )

FaultCode: TypeAlias = Literal["source", "store", "in_use", "cancelled", "died", "problems"]


class ImportFault(Exception):
    """An import, or a look at its source, that came to nothing; `what` is a sentence."""

    def __init__(self, code: FaultCode, what: str) -> None:
        super().__init__(what)
        self.code, self.what = code, what


@dataclass(frozen=True, slots=True, kw_only=True)
class Whence:
    """Where a source is; never shown to a desktop, and its password to nobody."""

    location: str  # a path, or the URL of a database without its password
    sheet: str = ""
    table: str = ""
    query: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A source, and how it is to be read. `fields` and `orders` as in `ReadImport`."""

    whence: Whence
    shown: str  # what the source is called where something is wrong with it
    name: str  # under which what it says is kept
    sheet: str = ""
    fields: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    kind: str
    detail: str
    columns: tuple[ImportColumn, ...]
    sheets: tuple[str, ...] = ()
    problems: tuple[ImportProblem, ...] = ()
    preview: tuple[ImportRowView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How far a run is."""

    counts: ImportCounts
    fraction: float | None = None
    rows_per_second: float = 0.0
    seconds_left: float | None = None
    refused: tuple[ImportRowView, ...] = ()  # the first; of the end of the run only
    seconds: float = 0.0  # of the end of the run only


class Run(Protocol):
    """An import while it runs."""

    def steer(self, do: Literal["pause", "resume", "cancel"]) -> None: ...

    async def ended(self) -> Moved:
        """Raises ImportFault. Cancelled, it ends the run first."""


class Importer(Protocol):
    """Reads and writes where nobody's call waits for it."""

    async def look(self, wanted: Wanted) -> Looked:
        """Raises ImportFault."""

    def run(
        self,
        wanted: Wanted,
        *,
        dry_run: bool,
        resume: bool,
        refusals: str,
        hear: Callable[[Moved], None],
    ) -> Run:
        """`refusals` is the path of the file for rows that are refused; "" for none."""


class Files(Protocol):
    """What desktops sent, each in a folder of its own. All raise OSError."""

    async def begin(self, import_id: str, name: str) -> str:
        """An empty file for its bytes: the path, which ends as `name` does."""

    async def append(self, path: str, offset: int, data: bytes) -> None: ...

    def refusals(self, import_id: str) -> str:
        """Where the rows go that are refused; the folder is there."""

    async def read(self, path: str, offset: int, size: int) -> tuple[bytes, int]:
        """A piece, and the size of the whole."""

    async def drop(self, import_id: str) -> None: ...

    async def sweep(self) -> None:
        """Everything of an earlier life of the bridge goes."""


class Book(Protocol):
    """The sources that have a name, by the administrator or by an earlier import."""

    async def all(self) -> Sequence[ImportSource]:
        """By name. Raises StoreError."""

    async def whence(self, name: str) -> Whence | None:
        """None: no such source, or nothing but its columns is kept. Raises StoreError."""
