"""Customers as a CSV file that a spreadsheet opens and does not run."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import IdentityKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cti_bridge.protocol.values import CustomerCard

HEADINGS: Final = (
    "Ficha",
    "Name",
    "Organisation",
    "Phone",
    "Phone 2",
    "Phone 3",
    "Email",
    "Email 2",
    "Key",
    "Language",
    "Tags",
    "Since",
    "Owner",
)
"""As the import reads them; "Ficha" is the customer's own id, which it leaves alone."""
_RUNS: Final = re.compile(r"^\s*[=+\-@\t\r|%]")
_NUMBER: Final = re.compile(r"^\+[0-9]{3,15}$")


def sheet(cards: Iterable[CustomerCard]) -> bytes:
    """UTF-8 with its mark, so that Excel reads the accents; lines end as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for card in cards:
        writer.writerow([safe(cell) for cell in _row(card)])
    return out.getvalue().encode("utf-8-sig", "replace")


def safe(cell: str) -> str:
    """What a spreadsheet would take for a formula gets an apostrophe in front of it. A telephone
    number is none: it is read as a number."""
    if _RUNS.match(cell) and not _NUMBER.match(cell):
        return f"'{cell}"
    return cell


def plain(cell: str) -> str:
    """A cell as it was before `safe`."""
    return cell[1:] if cell.startswith("'") else cell


def _row(card: CustomerCard) -> Sequence[str]:
    phones, emails, keys = (
        [one.value for one in card.identities if one.kind is kind]
        for kind in (IdentityKind.PHONE, IdentityKind.EMAIL, IdentityKind.KEY)
    )
    return (
        card.customer_id,
        card.name,
        card.organisation,
        *_first(phones, 3),
        *_first(emails, 2),
        *_first(keys, 1),
        card.language,
        ", ".join(card.tags),
        card.since.date().isoformat() if card.since else "",
        card.owner,
    )


def _first(values: Sequence[str], count: int) -> list[str]:
    return [*values[:count], *[""] * (count - len(values))]
