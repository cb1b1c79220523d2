"""Parts of a customer's file that the card of the pop does not carry."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from cti_bridge.protocol.frames import Value
from cti_bridge.protocol.vocabulary import (
    ConsentChannel,
    CustomerId,
    CustomerKind,
    FieldType,
    IdentityKind,
    RelationKind,
)

CustomValue: TypeAlias = str | int | float | bool
"""Of a custom field, by its type: text and choice are text, a number is a number, a date is
ISO 8601 text, and yes or no is true or false."""

ChangedValue: TypeAlias = str | int | float | bool | dict[str, str | bool] | None
"""A field before or after a change; an entry of a list (an identity, an address) by its parts."""


class AddressView(Value, frozen=True, kw_only=True):
    """A postal address, as it is written in its country."""

    label: str = ""  # "home", "office", … free text
    street: str = ""  # with the number, floor and door
    postcode: str = ""
    city: str = ""
    region: str = ""  # province, state
    country: str = ""  # ISO 3166-1 of two letters; "": the site's
    masked: bool = False  # something of it is hidden from this role
    ref: str = ""  # names a hidden one, to give it back unchanged and to ask for it


class RelationView(Value, frozen=True, kw_only=True):
    """How this customer stands to another one.

    `backward`: read from the other's side, "the other WORKS_AT this one"; never of a mutual kind.
    """

    customer_id: CustomerId  # the other
    kind: RelationKind
    role: str = ""  # "accountant", "elder daughter", …
    backward: bool = False
    name: str = ""  # of the other; what a draft says here counts for nothing
    other_kind: CustomerKind = CustomerKind.PERSON  # the same


class ConsentView(Value, frozen=True, kw_only=True):
    """What a customer allowed or forbade; the newest of a channel and purpose counts."""

    channel: ConsentChannel
    purpose: str  # code: "marketing", "survey", "service", …
    given: bool
    source: str = ""  # "agent", "web form", "import sales", …
    at: datetime | None = None  # None in a draft: now


class NoContactView(Value, frozen=True, kw_only=True):
    """One of the customer's numbers, addresses or keys stands on the list of no contact: nobody
    is called or written to by it, and by a key not the customer at all."""

    kind: IdentityKind
    value: str  # as in `IdentityView`, without an extension; hidden as that one is
    ref: str = ""  # of a hidden one, as its identity has it
    reason: str = ""
    source: str = ""
    at: datetime


class FieldView(Value, frozen=True, kw_only=True):
    """A field of the customer file that the configuration adds."""

    code: str
    names: dict[str, str]  # by language
    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = ()
    applies_to: CustomerKind | None = None  # None: both
    searchable: bool = False
    sensitive: bool = False


class FieldChangeView(Value, frozen=True, kw_only=True):
    """One change of one field: what stood there, what stands there since, and by whom.

    An entry of a list is a change of its own: added where `old` is None, gone where `new` is.
    """

    change_id: int
    field: str  # "name", "identities", "custom.contract", …
    at: datetime
    by: str
    source: str = ""  # "agent", "ring", "import sales", …
    old: ChangedValue = None
    new: ChangedValue = None


class MergeView(Value, frozen=True, kw_only=True):
    """A merge on record."""

    merge_id: str
    survivor: CustomerId
    survivor_name: str
    absorbed: CustomerId
    absorbed_name: str  # as it was called then
    at: datetime
    by: str
    automatic: bool = False
    probability: float | None = None
    undone_at: datetime | None = None
    undone_by: str = ""
    blocked_by: str = ""  # the merge that has to be undone first; "": none
