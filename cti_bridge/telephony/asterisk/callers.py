"""A channel that enters the application from the dial plan, as a delivered call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.numbers import read_number
from cti_bridge.telephony.ports import WITHHELD, CallDelivered, Caller, NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cti_bridge.telephony.asterisk.ari.models import Channel
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.ports import CallId, DialPlan

MAX_VARIABLES: Final = 32
MAX_VALUE: Final = 200
MAX_NAME: Final = 80
SOURCE: Final = "Asterisk"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NOBODY: Final = frozenset(
    {"anonymous", "anonimo", "anónimo", "restricted", "private", "withheld", "unavailable"}
)
_PRIVATE: Final = ("prohib", "unavailable")
PRESENTATION: Final = ("CALLERID(pres)", "CALLERID(num-pres)")
DIALLED: Final = "dnis"
DIVERTED: Final = "diverted"
PRIVACY: Final = "privacy"
_ARGUMENTS: Final = frozenset({DIALLED, DIVERTED, PRIVACY})
"""Of `Stasis(ficha,dnis=…)`: for us, and no variables of the contact."""


def delivered(
    node: Node,
    channel: Channel,
    args: Iterable[str],
    *,
    call: CallId,
    at: datetime,
    received_ns: int,
    values: Mapping[str, str] = {},
) -> CallDelivered:
    """`values`: channel variables by their names at Asterisk, beside those that came with the
    channel. Never raises."""
    said = arguments(args)
    config, plan = node.config, node.plan
    known = {**channel.channelvars, **values}
    named = {name.lower(): known.get(name, "") for name in config.variables}
    dnis = said.get(DIALLED) or channel.dialplan.exten
    first = said.get(DIVERTED, "")
    return CallDelivered(
        call=call,
        at=at,
        line=node.id,
        caller=caller_of(channel, plan, trusted=config.trust_identity, said=said),
        dnis=read_number(dnis, plan).value,
        first_dialled=read_number(first, plan).value if first else "",
        received_ns=received_ns,
        variables=bounded(
            {**named, **{name: value for name, value in said.items() if name not in _ARGUMENTS}}
        ),
    )


def arguments(args: Iterable[str]) -> dict[str, str]:
    """`name=value`, of any number of them; what has no name is left out."""
    pairs = (one.partition("=") for one in args)
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def bounded(values: Mapping[str, str]) -> dict[str, str]:
    """What the port promises of variables."""
    clean = {
        name: "".join(letter for letter in value[: 4 * MAX_VALUE] if letter.isprintable())
        for name, value in values.items()
        if _NAME.fullmatch(name)
    }
    kept = [(name, text.strip()[:MAX_VALUE]) for name, text in clean.items() if text.strip()]
    return dict(kept[:MAX_VARIABLES])


def caller_of(
    channel: Channel, plan: DialPlan, *, trusted: bool, said: Mapping[str, str]
) -> Caller:
    number, name = channel.caller.number.strip(), channel.caller.name.strip()[:MAX_NAME]
    presentation = next(
        (channel.channelvars[one] for one in PRESENTATION if channel.channelvars.get(one)), ""
    )
    private = said.get(PRIVACY) or presentation
    if (
        private.lower().startswith(_PRIVATE)
        or number.lower() in _NOBODY | {"", "unknown"}
        or name.lower() in _NOBODY
    ):
        return Caller(number=WITHHELD, asserted=trusted, source=SOURCE)
    read = read_number(number, plan)
    if read.kind is NumberKind.WITHHELD:
        return Caller(number=WITHHELD, asserted=trusted, source=SOURCE)
    shown = "" if name in (number, read.value) else name
    shown = "".join(letter for letter in shown if letter.isprintable())
    return Caller(number=read, display_name=shown, asserted=trusted, source=SOURCE)


def missing(node: Node, channel: Channel) -> tuple[str, ...]:
    """Configured variables that did not come with the channel: to be asked for."""
    return tuple(
        name for name in node.config.variables[:MAX_VARIABLES] if name not in channel.channelvars
    )
