"""The parts of a draft that a card does not show: addresses, relations, consents and the like."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from cti_bridge.customers import relations
from cti_bridge.customers.cleaning import bounded, invalid, line, possible_id
from cti_bridge.protocol.vocabulary import MUTUAL_RELATIONS

if TYPE_CHECKING:
    from cti_bridge.protocol.customer_values import AddressView, ConsentView, RelationView
    from cti_bridge.protocol.vocabulary import CustomerId

MAX_ALERTS: Final = 10
MAX_ADDRESSES: Final = 20
MAX_RELATIONS: Final = 200  # a file shows 100, and some may be added
MAX_CONSENTS: Final = 60
MAX_STREET: Final = 200
MAX_PLACE: Final = 100
MAX_POSTCODE: Final = 16
MAX_LABEL: Final = 40
MAX_ROLE: Final = 80
MAX_SOURCE: Final = 80
OLDEST: Final = date(1850, 1, 1)
CLOCKS: Final = timedelta(minutes=5)
"""By so much a desktop's clock may be ahead."""

_CODE: Final = re.compile(r"^[a-z][a-z0-9_-]{0,31}$")
_COUNTRY: Final = re.compile(r"^[A-Z]{2}$")


def alerts(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, in their order."""
    bounded(codes, "alerts", MAX_ALERTS)
    return tuple(dict.fromkeys(_code(one, f"alerts[{at}]") for at, one in enumerate(codes)))


def born(text: str, today: date) -> date | None:
    """Of an ISO 8601 date; None for ""."""
    text = line(text, "born", 10)
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise invalid("born", "not a date such as 1980-05-31") from error
    if not OLDEST <= found <= today:
        raise invalid("born", "not between 1850 and today")
    return found


def time_zone(text: str) -> str:
    text = line(text, "time_zone", 64)
    if text and not _is_zone(text):
        raise invalid("time_zone", "not a time zone such as Europe/Madrid")
    return text


@lru_cache(maxsize=512)
def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "", "..", a folder of the data
        return False
    return True


def addresses(views: tuple[AddressView, ...]) -> tuple[AddressView, ...]:
    """Those that say something, each once."""
    bounded(views, "addresses", MAX_ADDRESSES)
    cleaned = (_address(view, f"addresses[{at}]") for at, view in enumerate(views))
    return tuple(dict.fromkeys(one for one in cleaned if says_something(one)))


def says_something(address: AddressView) -> bool:
    """A label and a country alone are no address."""
    return any((address.street, address.postcode, address.city, address.region))


def _address(view: AddressView, field: str) -> AddressView:
    country = line(view.country, f"{field}.country", 8).upper()
    if country and not _COUNTRY.match(country):
        raise invalid(f"{field}.country", "not a country of two letters such as ES")
    return replace(
        view,
        label=line(view.label, f"{field}.label", MAX_LABEL),
        street=line(view.street, f"{field}.street", MAX_STREET),
        postcode=line(view.postcode, f"{field}.postcode", MAX_POSTCODE),
        city=line(view.city, f"{field}.city", MAX_PLACE),
        region=line(view.region, f"{field}.region", MAX_PLACE),
        country=country,
        masked=False,
        ref="",
    )


def related(
    views: tuple[RelationView, ...], customer: CustomerId | None
) -> tuple[RelationView, ...]:
    """Each once; `customer` is whose they are, None while it is being made. Whether the others
    exist, and whose parent is whose, the store knows."""
    bounded(views, "relations", MAX_RELATIONS)
    found: dict[object, RelationView] = {}
    for at, view in enumerate(views):
        field = f"relations[{at}]"
        if not possible_id(view.customer_id):
            raise invalid(f"{field}.customer_id", "no such customer")
        if view.customer_id == customer:
            raise invalid(f"{field}.customer_id", "the customer itself")
        one = replace(
            view,
            role=line(view.role, f"{field}.role", MAX_ROLE),
            backward=view.backward and view.kind not in MUTUAL_RELATIONS,
        )
        found.setdefault(relations.key(one), one)
    return tuple(found.values())


def consents(views: tuple[ConsentView, ...], now: datetime) -> tuple[ConsentView, ...]:
    """With their time as told, which is never later than `now`; None where it was not told."""
    bounded(views, "consents", MAX_CONSENTS)
    found: dict[object, ConsentView] = {}
    for at, view in enumerate(views):
        field = f"consents[{at}]"
        if view.at is not None and (view.at.tzinfo is None or view.at > now + CLOCKS):
            raise invalid(f"{field}.at", "in the future, or without its time zone")
        one = replace(
            view,
            purpose=_code(view.purpose, f"{field}.purpose"),
            source=line(view.source, f"{field}.source", MAX_SOURCE),
            at=min(view.at, now) if view.at else None,
        )
        if (one.channel, one.purpose) in found:
            raise invalid(field, "the same channel and purpose twice")
        found[one.channel, one.purpose] = one
    return tuple(found.values())


def _code(text: str, field: str) -> str:
    code = line(text, field, 32)
    if not _CODE.match(code):
        raise invalid(field, "not a code of a-z, 0-9, - and _")
    return code
