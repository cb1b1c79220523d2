"""One row of a source: its cells to a customer's fields, or the reason why not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace as replaced

from cti_bridge.customers import fields
from cti_bridge.customers.details import (
    MAX_PLACE,
    MAX_POSTCODE,
    MAX_ROLE,
    MAX_SOURCE,
    MAX_STREET,
    OLDEST,
    says_something,
)
from cti_bridge.customers.drafts import MAX_NAME, MAX_TAGS
from cti_bridge.customers.identities import MAX_KEY
from cti_bridge.customers.sources import cells as cell
from cti_bridge.customers.sources.dates import MAX_DATE, read_date
from cti_bridge.customers.sources.fields import (
    ADDRESS,
    CUSTOM,
    DATES,
    LINKS,
    PHONES,
    consent_of,
    place_of,
)
from cti_bridge.customers.sources.records import MAX_COLUMNS, RowError, RowProblem
from cti_bridge.protocol.customer_values import AddressView
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import CustomerKind, FieldType, IdentityKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cti_bridge.customers.sources.dates import Order
    from cti_bridge.customers.sources.mapping import Column
    from cti_bridge.customers.sources.mapping import Mapping as ColumnMapping
    from cti_bridge.customers.sources.records import Raw
    from cti_bridge.protocol.customer_values import CustomValue, FieldView

Key: TypeAlias = "tuple[IdentityKind, str, str]"  # kind, value, extension
Outcome: TypeAlias = "ImportRow | RowError"
Step: TypeAlias = "Callable[[_Draft, str, str], None]"  # takes the column's name and a cell

_KEY: Final = IdentityKind.KEY
MAX_KEPT: Final = 500  # characters of a cell of a refused row
_NAMES: Final = ("name", "first_name", "surname", "second_surname")
_FAMILY: Final = ("surname", "second_surname")
_KINDS: Final = {
    **dict.fromkeys(PHONES, IdentityKind.PHONE),
    "email": IdentityKind.EMAIL,
    "key": IdentityKind.KEY,
}


class ImportRow(Struct, frozen=True, kw_only=True):
    """A customer as the source gives it; what it leaves empty it says nothing of.

    A struct: a frozen dataclass takes five times as long to make, of a million rows.
    """

    line: int
    values: Mapping[str, Any]  # of the fields with one value, those that it says
    tags: tuple[str, ...] = ()
    address: AddressView | None = None
    places: Mapping[str, AddressView] | None = None  # further addresses, by their label
    consents: Mapping[str, bool] = field(default_factory=dict)  # by `fields.consent_key`
    consent_at: datetime | None = None
    consent_source: str = ""
    custom: Mapping[str, CustomValue] = field(default_factory=dict)
    note: str = ""
    identities: Mapping[Key, str] = field(default_factory=dict)  # to the label
    links: Mapping[str, str] | None = None  # of `fields.LINKS`, those that it says
    changed: datetime | None = None  # when the source changed the row, as it says

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def key(self) -> str:
        """The first key in the source's own system, or ""."""
        for kind, value, _ in self.identities:
            if kind is _KEY:
                return value
        return ""


class _Draft:
    """A row while its cells are read."""

    __slots__ = (
        "address",
        "consented",
        "consents",
        "custom",
        "given",
        "identities",
        "links",
        "notes",
        "places",
        "tags",
    )

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self.address: dict[str, str] = {}
        self.consents: dict[str, bool] = {}
        self.custom: dict[str, CustomValue] = {}
        # None where the mapping has no such column: most rows of most sources
        self.links: dict[str, str] | None = None
        self.places: dict[str, dict[str, str]] | None = None
        self.consented: dict[str, Any] | None = None
        self.identities: dict[Key, str] = {}
        self.tags: list[str] = []
        self.notes: list[str] = []


class RowReader:
    """Reads the rows of a source by its mapping; `region` reads national numbers."""

    def __init__(
        self, mapping: ColumnMapping, region: str, fields: Sequence[FieldView] = ()
    ) -> None:
        """`fields` are those that the configuration adds."""
        self._count = len(mapping.columns)
        custom = {f"{CUSTOM}{one.code}": one for one in fields}
        self._steps = [
            (at, column.field, _step(column, region, custom))
            for at, column in enumerate(mapping.columns)
            if column.field
        ]

    def outcomes(self, rows: Iterable[Raw | RowError]) -> Iterator[Outcome]:
        for row in rows:
            if isinstance(row, RowError):
                yield row
                continue
            line, cells = row
            try:
                yield self.read(line, cells)
            except RowProblem as problem:
                yield RowError(
                    line=line, field=problem.field, what=problem.what, cells=_kept(cells)
                )

    def read(self, line: int, cells: Sequence[str]) -> ImportRow:
        """Raises RowProblem; a cell that begins like a formula is text like any other."""
        count = self._count
        if len(cells) != count and (len(cells) < count or any(cells[count:])):  # spare empty ones
            raise RowProblem("", f"{len(cells)} columns where the header has {count}")
        draft = _Draft()
        for at, name, step in self._steps:
            text = cells[at]
            if text and not text.isspace():
                step(draft, name, text)
        return _row(line, draft)


def _kept(cells: Sequence[str]) -> tuple[str, ...]:
    """Of a row that is told of: a batch of hostile ones must not fill the memory."""
    return tuple(text[:MAX_KEPT] for text in cells[:MAX_COLUMNS])


def _row(line: int, draft: _Draft) -> ImportRow:
    given = draft.given
    changed = given.pop("changed", None)
    values = _named(given)
    row = ImportRow(
        line=line,
        values=values,
        tags=tuple(dict.fromkeys(draft.tags))[:MAX_TAGS] if draft.tags else (),
        note="\n".join(draft.notes)[: cell.MAX_NOTE] if draft.notes else "",
        identities=draft.identities,
        address=_address(draft.address) if draft.address else None,
        consents=draft.consents,
        custom=draft.custom,
        links=_links(draft.links, values) if draft.links else None,
        places=_places(draft.places) if draft.places else None,
        changed=changed,
    )
    return replaced(row, **draft.consented) if draft.consented else row


def _step(column: Column, region: str, custom: Mapping[str, FieldView]) -> Step:
    name = column.field
    if name in _KINDS:
        return partial(_identify, _KINDS[name], PHONES.get(name, ""), region)
    if name == "consent_date":
        return partial(_consent_date, column)
    if name in DATES:
        return partial(_date, column)
    if name.startswith(CUSTOM):
        if name not in custom:
            raise RowProblem("", f"the configuration has no field {name.removeprefix(CUSTOM)!r}")
        return partial(_custom, custom[name], column.order)
    return _part_step(name) or _STEPS.get(name, _line)


def _part_step(name: str) -> Step | None:
    """Of a column that holds a part of something, or a yes or no."""
    if name in ADDRESS:
        return partial(_place, _MOST.get(name, MAX_PLACE))
    if name in LINKS:
        return partial(_link, _MOST.get(name, MAX_ROLE))
    if place := place_of(name):
        return partial(_further_place, *place)
    if (consent := consent_of(name)) is not None:
        return partial(_consent, consent)
    return None


def _identify(
    kind: IdentityKind, label: str, region: str, draft: _Draft, name: str, text: str
) -> None:
    for value, extension in cell.identities(kind, name, text, region):
        draft.identities.setdefault((kind, value, extension), label)


def _date(column: Column, draft: _Draft, name: str, text: str) -> None:
    at = _read_date(column, name, text)
    draft.given[name] = at if name != "born" else _birthday(at)


def _read_date(column: Column, name: str, text: str) -> datetime:
    at = read_date(text[:MAX_DATE], column.order)
    if at is None:
        order = f" in the order of its column, {column.order}" if column.order else ""
        raise RowProblem(name, f"{text[:40]!r} is not a date{order}")
    return at


def _birthday(at: datetime) -> date:
    if at.date() < OLDEST or at > datetime.now(UTC):
        raise RowProblem("born", f"{at:%Y-%m-%d} is not between 1850 and today")
    return at.date()


def _place(most: int, draft: _Draft, name: str, text: str) -> None:
    if said := cell.bounded(name, text, most):
        draft.address[name] = cell.country(said) if name == "country" else said


def _further_place(part: str, label: str, draft: _Draft, name: str, text: str) -> None:
    if said := cell.bounded(name, text, _MOST.get(part, MAX_PLACE)):
        if draft.places is None:
            draft.places = {}
        parts = draft.places.setdefault(label, {})
        parts[part] = cell.country(said) if part == "country" else said


def _places(said: Mapping[str, Mapping[str, str]]) -> Mapping[str, AddressView]:
    made = {label: _address({"label": label, **parts}) for label, parts in said.items()}
    return {label: address for label, address in made.items() if address is not None}


def _address(parts: Mapping[str, str]) -> AddressView | None:
    address = replaced(AddressView(), **parts)
    return address if says_something(address) else None


def _consent(channel: str, draft: _Draft, name: str, text: str) -> None:
    draft.consents[channel] = cell.yes_or_no(name, text)


def _consent_date(column: Column, draft: _Draft, name: str, text: str) -> None:
    _consented(draft)["consent_at"] = _read_date(column, name, text)


def _consent_source(draft: _Draft, name: str, text: str) -> None:
    _consented(draft)["consent_source"] = cell.bounded(name, text, MAX_SOURCE)


def _consented(draft: _Draft) -> dict[str, Any]:
    if draft.consented is None:
        draft.consented = {}
    return draft.consented


def _link(most: int, draft: _Draft, name: str, text: str) -> None:
    if said := cell.bounded(name, text, most):
        if draft.links is None:
            draft.links = {}
        draft.links[name] = said


def _links(said: dict[str, str], values: Mapping[str, Any]) -> Mapping[str, str]:
    """Who says a job and no employer has it at the row's organisation."""
    person = values.get("kind") is not CustomerKind.ORGANISATION
    if "job_title" in said and not said.keys() & {"works_at", "works_at_key"}:
        if person and (organisation := values.get("organisation")):
            said["works_at"] = organisation
        else:
            del said["job_title"]
    if said and not person:
        raise RowProblem(next(iter(said)), "said of an organisation, and only a person has it")
    return said


def _custom(field: FieldView, order: Order | None, draft: _Draft, name: str, text: str) -> None:
    value: CustomValue = cell.line(name, text)
    if field.type is FieldType.YES_NO:
        value = cell.yes_or_no(name, text)
    elif field.type is FieldType.NUMBER:
        value = cell.number(name, text)
    elif field.type is FieldType.DATE and (at := read_date(text, order)) is not None:
        value = at.date().isoformat()
    try:
        clean = fields.clean(field, value)
    except CommandRefused as error:
        raise RowProblem(name, f"{text[:40]!r}: {error.detail}") from error
    if clean is not None:
        draft.custom[field.code] = clean


def _line(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.line(name, text)


def _language(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.language(cell.line(name, text))


def _owner(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.owner(cell.line(name, text))


def _tags(draft: _Draft, _name: str, text: str) -> None:
    draft.tags += cell.tags(text)


def _note(draft: _Draft, _name: str, text: str) -> None:
    draft.notes.append(cell.note(text))


def _kind(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.kind(cell.line(name, text))


def _status(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.status(cell.line(name, text))


def _zone(draft: _Draft, name: str, text: str) -> None:
    draft.given[name] = cell.time_zone(cell.line(name, text))


_STEPS: Final = {
    "language": _language,
    "owner": _owner,
    "tags": _tags,
    "note": _note,
    "kind": _kind,
    "status": _status,
    "time_zone": _zone,
    "consent_source": _consent_source,
}
_MOST: Final = {
    "street": MAX_STREET,
    "postcode": MAX_POSTCODE,
    "works_at": MAX_NAME,
    "works_at_key": MAX_KEY,
}


def _named(given: dict[str, Any]) -> dict[str, Any]:
    """With the name in one piece and, where it came in pieces, in those too."""
    name = " ".join([text for part in _NAMES if (text := given.get(part))])
    organisation = given.get("organisation", "")
    if not name and organisation:
        given.setdefault("kind", CustomerKind.ORGANISATION)
    name = name or organisation
    if not name:
        raise RowProblem("name", "empty, and no organisation either")
    if len(name) > MAX_NAME:
        raise RowProblem("name", f"longer than {MAX_NAME} characters")
    if first := given.pop("first_name", ""):
        given["given_name"] = first
    family = " ".join([text for part in _FAMILY if (text := given.pop(part, ""))])
    if family:
        given["family_name"] = family
    given["name"] = name
    if all(given.values()):
        return given
    return {field: value for field, value in given.items() if value}
