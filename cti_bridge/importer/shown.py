"""Sources, rows and mistakes as a desktop is shown them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.customers.sources.fields import MARKETING, consent_said
from cti_bridge.customers.sources.records import RowError
from cti_bridge.customers.text import clean_line
from cti_bridge.importer.messages import LookedAt
from cti_bridge.protocol.importing import (
    ImportColumn,
    ImportCounts,
    ImportProblem,
    ImportRowView,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.customers.sources.records import Source
    from cti_bridge.customers.sources.rows import ImportRow, Outcome
    from cti_bridge.customers.sources.runs import Counts
    from cti_bridge.customers.sources.surveying import Survey
    from cti_bridge.protocol.customer_values import AddressView

MAX_TEXT: Final = 200
MAX_NUMBERS: Final = 20
MAX_SHEETS: Final = 200


def looked(source: Source, survey: Survey) -> LookedAt:
    sheets: tuple[str, ...] = getattr(source, "sheets", ())
    columns = zip(survey.mapping.columns, survey.samples, strict=True)
    return LookedAt(
        kind=source.about.kind,
        detail=clean_line(source.about.detail)[:MAX_TEXT],
        columns=tuple(
            ImportColumn(
                heading=clean_line(one.heading[: 4 * MAX_TEXT])[:MAX_TEXT],
                field=one.field,
                order=one.order or "",
                guessed=one.guessed,
                samples=tuple(samples),
            )
            for one, samples in columns
        ),
        sheets=tuple(sheets[:MAX_SHEETS]),
        problems=tuple(
            ImportProblem(code=one.code, columns=one.columns, detail=one.detail[:MAX_TEXT])
            for one in survey.problems
        ),
        preview=tuple(map(row, survey.preview)),
    )


def row(outcome: Outcome) -> ImportRowView:
    if isinstance(outcome, RowError):
        return ImportRowView(
            line=outcome.line, field=outcome.field, reason=outcome.what[:MAX_TEXT]
        )
    return ImportRowView(
        line=outcome.line,
        name=outcome.name[:MAX_TEXT],
        numbers=tuple(value for _, value, _ in outcome.identities)[:MAX_NUMBERS],
        said=tuple((name, text[:MAX_TEXT]) for name, text in _said(outcome) if text),
    )


def _said(one: ImportRow) -> Iterator[tuple[str, str]]:
    """What the row says beside name and numbers, in the order of a file."""
    for name, value in one.values.items():
        if name == "name":
            continue
        yield name, value if isinstance(value, str) else value.isoformat()[:10]
    if one.address is not None:
        yield "street", _place(one.address)
    for label, place in (one.places or {}).items():
        yield f"street.{label}", _place(place)
    for code, custom in one.custom.items():
        yield f"custom.{code}", str(custom)
    for key, given in one.consents.items():
        yield _consent(*consent_said(key)), "yes" if given else "no"
    if one.consent_at is not None:
        yield "consent_date", one.consent_at.isoformat()[:10]
    yield "consent_source", one.consent_source
    yield from (one.links or {}).items()
    yield "tags", ", ".join(one.tags)
    yield "note", clean_line(one.note[: 4 * MAX_TEXT])


def _place(place: AddressView) -> str:
    parts = (place.street, f"{place.postcode} {place.city}", place.region, place.country)
    return ", ".join(part for text in parts if (part := text.strip()))


def _consent(channel: str, purpose: str) -> str:
    """As its column is called."""
    if purpose == MARKETING:
        return "consent" if channel == "any" else f"consent_{channel}"
    return f"consent.{purpose}" if channel == "any" else f"consent.{purpose}.{channel}"


def counts(of: Counts, unrelated: int = 0) -> ImportCounts:
    return ImportCounts(
        created=of.created,
        updated=of.updated,
        unchanged=of.unchanged,
        refused=of.refused,
        held=of.held,
        unrelated=unrelated,
    )
