"""Customers brought in from the desktop: files that are sent, columns, runs that all can see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, Literal, TypeAlias

from cti_bridge.protocol.frames import Command, Event, Place, Reply, Value
from cti_bridge.protocol.vocabulary import Permission

IMPORT_PIECE: Final = 256 * 1024
"""Bytes of a file in one frame; as base64 they fit a command."""
IMPORT_FIELDS: Final = (
    "name", "first_name", "surname", "second_surname", "organisation", "kind", "phone", "mobile",
    "office", "home", "email", "key", "status", "language", "born", "since", "owner", "tags",
    "note", "time_zone", "street", "postcode", "city", "region", "country", "consent",
    "consent_phone", "consent_email", "consent_sms", "consent_post", "consent_date",
    "consent_source", "works_at", "works_at_key",
    "job_title", "household", "changed",
)  # fmt: skip
"""What a column may be, beside "custom.CODE" of a field that the configuration adds."""
IMPORT_ADDRESS: Final = ("street", "postcode", "city", "region", "country")
IMPORT_LABELS: Final = ("home", "work", "billing", "shipping")
IMPORT_PURPOSES: Final = ("service", "survey")
IMPORT_CHANNELS: Final = ("", ".phone", ".email", ".sms", ".post")
IMPORT_MORE: Final = (
    *(f"{part}.{label}" for label in IMPORT_LABELS for part in IMPORT_ADDRESS),
    *(f"consent.{purpose}{channel}" for purpose in IMPORT_PURPOSES for channel in IMPORT_CHANNELS),
)
"""Further addresses and consents, those that a desktop offers: a label, and a purpose, may be any
code."""
IMPORT_DATES: Final = frozenset({"since", "born", "changed", "consent_date"})
IMPORT_ORDERS: Final = ("ymd", "dmy", "mdy", "ydm", "serial")
IMPORT_RULES: Final = ("agent_first", "source_first", "newest", "only_if_empty")


class ImportState(StrEnum):
    RECEIVING = "receiving"  # the file is on its way
    LOOKING = "looking"  # it is read: columns, samples, first rows
    READY = "ready"  # to be tried, or done
    FAULTY = "faulty"  # it cannot be read; `fault` says why
    TRYING = "trying"  # a dry run
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # before its end; what is in by then stays
    DONE = "done"


class ImportCounts(Value, frozen=True, kw_only=True):
    """Of rows; `held` are among the others: the file keeps a word of its own against them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    held: int = 0
    unrelated: int = 0  # relations, of rows that are in, that wait for somebody not on file

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused


class ImportView(Value, frozen=True, kw_only=True):
    """One import, from the choice of its file to its report; the same for every desktop."""

    import_id: str
    state: ImportState
    name: str  # of the file, or of the named source
    source: str  # under which what it says is kept
    named: bool = False  # of a source that the administrator named: no file was sent
    by: str  # the name of the user who began it
    at: datetime
    size: int = 0  # bytes of the file
    received: int = 0
    kind: str = ""  # "csv", "sheet", "vcard", "database"; "" before it was looked at
    detail: str = ""  # the encoding, the sheet, the table
    tried: bool = False  # `counts` are those of a dry run
    counts: ImportCounts = ImportCounts()
    fraction: float | None = None  # of the rows that are done; None: nobody knows how many
    rows_per_second: float = 0.0
    seconds_left: float | None = None
    seconds: float = 0.0  # that the run took
    refusals: bool = False  # there is a file of refused rows to fetch
    fault: str = ""  # why it is faulty or stopped, in English; "" where nothing is wrong
    fault_code: str = ""  # "in_use", "cancelled", "source", "store", "died"


class ImportColumn(Value, frozen=True, kw_only=True):
    heading: str
    field: str  # "" for one that is not used
    order: str = ""  # of its dates: "ymd", "dmy", "mdy", "ydm", "serial"; "": none is needed
    guessed: bool = False  # by what stands in it
    samples: tuple[str, ...] = ()


class ImportProblem(Value, frozen=True, kw_only=True):
    """As `customers.sources.surveying.Problem`."""

    code: str
    columns: tuple[str, ...] = ()
    detail: str = ""


class ImportRowView(Value, frozen=True, kw_only=True):
    """A row as it will be, or why it is refused."""

    line: int
    name: str = ""
    numbers: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()  # field and text, of what else it says
    field: str = ""
    reason: str = ""  # in English; "" where it is taken


class ImportSource(Value, frozen=True, kw_only=True):
    """A source that has a name, and so can be imported again. Where it is, is not told."""

    name: str
    kind: Literal["file", "database", ""]  # "": nothing but its columns is kept
    rows: int = 0  # of its last run
    last_at: datetime | None = None
    last_state: str = ""


class ListImports(Command, frozen=True, kw_only=True, tag="list-imports"):
    permission: ClassVar[Permission] = Permission.IMPORT


class ImportsListed(Reply, frozen=True, kw_only=True, tag="imports-listed"):
    imports: tuple[ImportView, ...]  # the newest first
    sources: tuple[ImportSource, ...]  # by name
    max_bytes: int  # of a file


class BeginImport(Command, frozen=True, kw_only=True, tag="begin-import"):
    """Of a file that will be sent (`name` and `size`), or of a named source. Answered with the
    import's id."""

    permission: ClassVar[Permission] = Permission.IMPORT
    name: str = ""
    size: Place = 0
    source: str = ""


class SendImportPart(Command, frozen=True, kw_only=True, tag="send-import-part"):
    """The next piece of the file. A piece that does not begin where the last one ended is not
    taken: the answer says where to go on, also after a cut."""

    permission: ClassVar[Permission] = Permission.IMPORT
    import_id: str
    offset: Place
    data: bytes  # at most IMPORT_PIECE; none asks where to go on


class ImportPartTaken(Reply, frozen=True, kw_only=True, tag="import-part-taken"):
    received: int


class OpenImport(Command, frozen=True, kw_only=True, tag="open-import"):
    permission: ClassVar[Permission] = Permission.IMPORT
    import_id: str


class ImportOpened(Reply, frozen=True, kw_only=True, tag="import-opened"):
    view: ImportView
    columns: tuple[ImportColumn, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    problems: tuple[ImportProblem, ...] = ()
    preview: tuple[ImportRowView, ...] = ()  # the first 100
    refused: tuple[ImportRowView, ...] = ()  # of the last run, the first 100
    rule: str = ""  # whose word counts, for every field; "": as it was saved


class ReadImport(Command, frozen=True, kw_only=True, tag="read-import"):
    """Looks at the source again by what was chosen: a field and an order for each column."""

    permission: ClassVar[Permission] = Permission.IMPORT
    import_id: str
    fields: tuple[str, ...] = ()  # empty: as guessed, or as saved under the name
    orders: tuple[str, ...] = ()
    sheet: str = ""
    source: str = ""  # the name under which it is kept; "": as it is
    rule: str = ""


class RunImport(Command, frozen=True, kw_only=True, tag="run-import"):
    permission: ClassVar[Permission] = Permission.IMPORT
    import_id: str
    dry_run: bool = False


class SteerImport(Command, frozen=True, kw_only=True, tag="steer-import"):
    """`resume` goes on after a pause, and after a stop where it stopped."""

    permission: ClassVar[Permission] = Permission.IMPORT
    import_id: str
    do: Literal["pause", "resume", "cancel"]


class DropImport(Command, frozen=True, kw_only=True, tag="drop-import"):
    """Forgets an import that does not run, and its file."""

    permission: ClassVar[Permission] = Permission.IMPORT
    import_id: str


class FetchRefusals(Command, frozen=True, kw_only=True, tag="fetch-refusals"):
    """A piece of the file of refused rows (CSV, UTF-8)."""

    permission: ClassVar[Permission] = Permission.IMPORT
    import_id: str
    offset: Place = 0


class RefusalsPart(Reply, frozen=True, kw_only=True, tag="refusals-part"):
    data: bytes
    size: int  # of the whole


class ImportChanged(Event, frozen=True, kw_only=True, tag="import-changed"):
    permission: ClassVar[Permission] = Permission.IMPORT
    view: ImportView


class ImportDropped(Event, frozen=True, kw_only=True, tag="import-dropped"):
    permission: ClassVar[Permission] = Permission.IMPORT
    import_id: str


ImportCommand: TypeAlias = (
    ListImports
    | BeginImport
    | SendImportPart
    | OpenImport
    | ReadImport
    | RunImport
    | SteerImport
    | DropImport
    | FetchRefusals
)
ImportReply: TypeAlias = ImportsListed | ImportPartTaken | ImportOpened | RefusalsPart
