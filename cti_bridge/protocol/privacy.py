"""Privacy: who looked at what, what is shown only with a reason, what leaves the house."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from cti_bridge.protocol.frames import Command, Event, PageSize, Place, Reply, Value
from cti_bridge.protocol.vocabulary import (
    AccessKind,
    AgentId,
    CustomerId,
    InteractionId,
    Permission,
)


class AccessView(Value, frozen=True, kw_only=True):
    """One look at a customer, or one thing that was done with many."""

    n: int  # of the log: ascending, without gaps
    at: datetime
    agent_id: AgentId
    agent_name: str  # as it was then
    kind: AccessKind
    customer_id: CustomerId | None = None
    customer_name: str = ""  # as it is now; "" of one who was erased
    interaction_id: InteractionId | None = None  # the contact that was the reason
    detail: str = ""  # what was searched for, the reason of a reveal, the name of a file
    erased: bool = False  # the detail went with its customer


class ListAccess(Command, frozen=True, kw_only=True, tag="list-access"):
    """Who looked at a customer, what an agent looked at, or everything; newest first. Each
    question is itself an entry of the log."""

    permission: ClassVar[Permission] = Permission.AUDIT
    customer_id: CustomerId | None = None
    agent_id: AgentId | None = None
    kinds: tuple[AccessKind, ...] = ()  # empty: all
    since: datetime | None = None
    until: datetime | None = None
    before: Place = 0  # the `n` of the last entry of the page before; 0: the newest
    limit: PageSize = 100


class AccessListed(Reply, frozen=True, kw_only=True, tag="access-listed"):
    entries: tuple[AccessView, ...]
    more: bool = False


class RevealField(Command, frozen=True, kw_only=True, tag="reveal-field"):
    """A value that is hidden from this role, with the reason, which is written down first.
    Refused with NOT_ALLOWED where the role may not have it at all."""

    permission: ClassVar[Permission] = Permission.READ_CUSTOMERS
    customer_id: CustomerId
    # "identity:REF" as in `IdentityView.ref`, "address:REF", "note:ID", "custom:CODE" or "born"
    field: str
    reason: str  # 3 to 200 characters


class FieldRevealed(Reply, frozen=True, kw_only=True, tag="field-revealed"):
    value: str
    seconds: int  # for so long it may be shown


class ExportCustomers(Command, frozen=True, kw_only=True, tag="export-customers"):
    """Those that a search finds, or those contacted last, as a CSV file. It is written down
    with its reason, and the order of its rows says later whose export it was."""

    permission: ClassVar[Permission] = Permission.EXPORT
    reason: str  # 3 to 200 characters
    text: str = ""  # as in `SearchCustomers`; "": all
    limit: Place = 0  # 0: as many as the configuration allows


class CustomersExported(Reply, frozen=True, kw_only=True, tag="customers-exported"):
    export_id: str
    rows: int
    data: bytes  # CSV, UTF-8
    more: bool = False  # there were more than were allowed


class VolumeAlert(Event, frozen=True, kw_only=True, tag="volume-alert"):
    """An agent has looked at unusually many customers outside of contacts."""

    permission: ClassVar[Permission] = Permission.AUDIT
    agent_id: AgentId
    agent_name: str
    looks: int  # at different customers, in the last hour
    usual: float  # of this agent in an hour of work; 0: not known
    limit: int
    at: datetime
    blocked: bool = False  # further files are refused until fewer were looked at
