"""A customer's draft: of a file, and as it may be saved. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from cti_bridge.protocol.values import CustomerDraft

if TYPE_CHECKING:
    from cti_bridge.protocol.customer_values import AddressView
    from cti_bridge.protocol.values import CustomerFile

EMPTY: Final = CustomerDraft(name="")
_DAY: Final = re.compile(r"^(?P<d>\d{1,2})[/. -](?P<m>\d{1,2})[/. -](?P<y>\d{4})$")


def draft_of(file: CustomerFile) -> CustomerDraft:
    card = file.card
    return CustomerDraft(
        name=card.name,
        organisation=card.organisation,
        language=card.language,
        tags=card.tags,
        identities=card.identities,
        owner=card.owner,
        kind=card.kind,
        status=card.status,
        alerts=card.alerts,
        given_name=file.given_name,
        family_name=file.family_name,
        born=_born(file),
        time_zone=file.time_zone,
        custom=file.custom,
        addresses=file.addresses,
        relations=file.relations,
        consents=file.consents,
    )


def _born(file: CustomerFile) -> str | None:
    """None of one that is hidden: it stays as it is on file, unless another is typed."""
    if "born" in file.masked:
        return None
    return file.born.isoformat() if file.born else ""


def tidy(draft: CustomerDraft) -> CustomerDraft:
    """Without outer spaces and rows left empty; a name that is missing is made of its parts."""
    parts = (_line(draft.given_name), _line(draft.family_name))
    return msgspec.structs.replace(
        draft,
        name=" ".join(draft.name.split()) or " ".join(filter(None, parts)),
        organisation=" ".join(draft.organisation.split()),
        identities=tuple(i for i in draft.identities if i.value.strip()),
        given_name=parts[0],
        family_name=parts[1],
        time_zone=_line(draft.time_zone),
        addresses=None
        if draft.addresses is None
        else tuple(one for one in draft.addresses if says_something(one)),
    )


def _line(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def says_something(address: AddressView) -> bool:
    """A label alone, or a country, is no address."""
    parts = (address.street, address.postcode, address.city, address.region)
    return any(part.strip() for part in parts)


def iso_day(text: str) -> str:
    """ "31/5/1980" and "1980-05-31" as the wire has them; any other text as it is."""
    text = text.strip()
    found = _DAY.match(text)
    if found is None:
        return text
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
    except ValueError:
        return text
