"""Who is calling, whom they called, and who forwarded them: from SIP headers to our values.

RFC 3325 P-Asserted-Identity, draft-ietf-sip-privacy-04 Remote-Party-ID, RFC 3323 Privacy,
RFC 5806 Diversion, RFC 7044 History-Info, RFC 7315 P-Called-Party-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote

from cti_bridge.telephony.addresses import Address, Uri, parse_address, parse_uri, split
from cti_bridge.telephony.numbers import read_number
from cti_bridge.telephony.ports import WITHHELD, Caller, DialPlan, Number, NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ASSERTED: Final = "P-Asserted-Identity"
REMOTE_PARTY: Final = "Remote-Party-ID"
FROM: Final = "From"
_PRIVATE: Final = frozenset({"id", "header", "user"})
_NO_NAME: Final = frozenset(
    {"anonymous", "anonimo", "anónimo", "restricted", "private", "withheld", "unavailable"}
)
_NOBODY: Final = _NO_NAME | {"unknown"}


class Headers(Protocol):
    @property
    def uri(self) -> str:
        """The Request-URI."""

    def every(self, name: str) -> Sequence[str]:
        """The values of a header, one for each line of it, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    caller: Caller
    dnis: str
    first_dialled: str


def read_identity(
    headers: Headers, plan: DialPlan, *, trusted: bool, own_user: str = ""
) -> Identity:
    """Never raises. `trusted`: the peer's assertions are believed (RFC 3325 section 5).

    `own_user` is the user part under which the line registers: where a PBX puts that into the
    Request-URI, the number dialled is looked for in P-Called-Party-ID and To.
    """
    dnis = _dnis(headers, plan, own_user)
    first = _first_dialled(headers, plan)
    return Identity(
        caller=read_caller(headers, plan, trusted=trusted),
        dnis=dnis,
        first_dialled="" if first == dnis else first,
    )


def read_caller(headers: Headers, plan: DialPlan, *, trusted: bool) -> Caller:
    sender = next(_addresses(headers, FROM), None)
    address, source = _best(headers, sender, trusted=trusted)
    asserted = source != FROM
    if address is None or _wants_privacy(headers, sender, address, source):
        return Caller(number=WITHHELD, asserted=asserted, source=source)
    number = _number(address.uri, plan)
    if number.kind is NumberKind.WITHHELD:  # a user part of parameters alone, as in sip:;a@host
        return Caller(number=WITHHELD, asserted=asserted, source=source)
    name = address.display
    if not name and sender is not None and _number(sender.uri, plan) == number:
        name = sender.display
    if name.lower() in _NO_NAME or name == number.value:
        name = ""
    return Caller(number=number, display_name=name, asserted=asserted, source=source)


def _best(
    headers: Headers, sender: Address | None, *, trusted: bool
) -> tuple[Address | None, str]:
    if trusted:
        asserted = list(_addresses(headers, ASSERTED))
        if asserted:
            # Up to two, one of them tel: (RFC 3325 section 9.1): the one with a number.
            numbered = (one for one in asserted if _looks_dialled(one.uri))
            return next(numbered, asserted[0]), ASSERTED
        for address in _addresses(headers, REMOTE_PARTY):
            calling = address.params.get("party", "calling").lower() == "calling"
            if calling and address.params.get("screen", "").lower() == "yes":
                return address, REMOTE_PARTY
    return sender, FROM


def _wants_privacy(headers: Headers, sender: Address | None, chosen: Address, source: str) -> bool:
    asked = {
        word.strip().lower()
        for value in headers.every("Privacy")
        for word in value.replace(",", ";").split(";")
    }
    if asked & _PRIVATE or _is_anonymous(chosen) or (sender and _is_anonymous(sender)):
        return True
    return source == REMOTE_PARTY and chosen.params.get("privacy", "off").lower() not in (
        "off",
        "",
    )


def _is_anonymous(address: Address) -> bool:
    uri = address.uri
    return (
        uri.host == "anonymous.invalid"
        or uri.user.lower() in _NOBODY
        or address.display.lower() in ("anonymous", "anónimo", "anonimo")
        or (uri.scheme != "tel" and not uri.user)
    )


def _number(uri: Uri, plan: DialPlan) -> Number:
    text = uri.user
    context = uri.params.get("phone-context", "")
    if uri.scheme == "tel" and context.startswith("+") and not text.startswith("+"):
        text = context + text  # RFC 3966 section 5.1.5: a local number and where it is local
    elif uri.scheme != "tel":
        text = text.partition(";")[0]  # user parameters, as in sip:+34944;npdi@host
    number = read_number(text, plan)
    extension = uri.params.get("ext", "")
    if extension.isdigit() and number.kind is NumberKind.E164 and not number.extension:
        return Number(kind=number.kind, value=number.value, extension=extension[:10])
    return number


def _looks_dialled(uri: Uri) -> bool:
    return uri.scheme == "tel" or uri.user.lstrip("+").partition(";")[0].isdigit()


def _dnis(headers: Headers, plan: DialPlan, own_user: str) -> str:
    candidates = [parse_uri(headers.uri)]
    own = candidates[0] is None or (own_user and candidates[0].user == own_user)
    if own:
        candidates += [one.uri for one in _addresses(headers, "P-Called-Party-ID")]
        candidates += [one.uri for one in _addresses(headers, "To")]
    readable = [uri for uri in candidates if uri is not None and uri.user]
    for uri in readable:
        if uri.user != own_user:
            return _number(uri, plan).value
    return _number(readable[0], plan).value if readable else ""


def _first_dialled(headers: Headers, plan: DialPlan) -> str:
    # Each forwarding puts itself on top (RFC 5806 section 4.1), so the last is the first.
    for address in reversed(list(_addresses(headers, "Diversion"))):
        if address.params.get("privacy", "off").lower() == "off" and address.uri.user:
            return _shown(address.uri, plan)
    history = list(_addresses(headers, "History-Info"))
    for address in history:
        # "1" is where the request was first sent (RFC 7044 section 10.3).
        if len(history) > 1 and address.params.get("index", "") == "1":
            private = "privacy=" in unquote(address.uri.headers).lower()
            return "" if private else _shown(address.uri, plan)
    return ""


def _shown(uri: Uri, plan: DialPlan) -> str:
    if uri.host == "anonymous.invalid" or uri.user.lower() in _NOBODY:
        return ""
    return _number(uri, plan).value


def _addresses(headers: Headers, name: str) -> Iterator[Address]:
    for value in headers.every(name):
        for part in split(value, ",") if name != FROM else (value,):
            address = parse_address(part)
            if address is not None:
                yield address
