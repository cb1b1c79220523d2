"""What stands in a mailbox's way, in words: what was seen, and what to do about it.

Errors of sockets, TLS, imapclient and aiosmtplib in; one line out, for the mailbox's status, the
log and `check-mail`. What a server says is shortened and put on one line; no secret is in it.
"""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from aiosmtplib import SMTPResponseException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cti_bridge.config.values import Mailbox

Door: TypeAlias = Literal["imap", "smtp"]
MAX_SAID: Final = 300
TLS_PORT: Final[dict[str, int]] = {"imap": 993, "smtp": 465}
PLAIN_PORT: Final[dict[str, int]] = {"imap": 143, "smtp": 587}
_BYTES: Final = re.compile(r"^b(['\"])(?P<said>.*)\1$", re.DOTALL)
_NOISE: Final = re.compile(
    r"^Error connecting to \S+ on port \d+: |\[Errno -?\d+\] |\[(SSL|X509)[^\]]*\] "
    r"| \(_ssl\.c:\d+\)|Connect call failed \(.*\)|^select failed: | \([\d.]+ \+ [^)]*secs\)\.?"
)
_STRANGE: Final = ("Malformed SMTP response", "unexpected response", "unexpected tagged response")

# the codes of a certificate that does not hold (openssl, x509_vfy.h)
UNKNOWN_AUTHORITY: Final = frozenset({18, 19, 20, 21})
EXPIRED: Final = 10
OTHER_NAME: Final = frozenset({62, 64})


def said(error: BaseException) -> str:
    """What happened, on one line."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError) or isinstance(
        error.__cause__, ConnectionRefusedError
    ):
        return "connection refused"
    text = " ".join(_text(error).split())
    return _NOISE.sub("", text)[:MAX_SAID] or type(error).__name__


def _text(error: BaseException) -> str:
    first = error.args[0] if error.args else ""
    if isinstance(first, bytes):
        return first.decode(errors="replace")
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    within = _BYTES.match(str(error))
    return within["said"] if within else str(error)


def explained(error: BaseException, box: Mailbox, door: Door) -> str:
    """What happened, and what to do where that is known."""
    for one in _chain(error):
        for kind, advice in ADVICE:
            if isinstance(one, kind) and (todo := advice(one, box, door)):
                return f"{said(error)}: {todo}"
    if any(words in str(error) for words in _STRANGE):
        return f"this port does not speak {door.upper()}: is it the right one?"
    return said(error)


def denied(error: BaseException, box: Mailbox) -> str:
    """The server knows the way and refuses the one who comes."""
    if box.oauth2_token_file:
        todo = "is the token in oauth2_token_file fresh, for this user, and for mail?"
    else:
        todo = "check user and password; some providers want an app password or OAuth2"
    return f"sign-in refused ({said(error)}): {todo}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from; no longer than a handful."""
    one: BaseException | None = error
    for _ in range(8):
        if one is None:
            return
        yield one
        one = one.__cause__ or one.__context__


def _certificate(error: BaseException, box: Mailbox, door: Door) -> str:
    code = getattr(error, "verify_code", 0)
    if code in UNKNOWN_AUTHORITY:
        if box.ca_file:
            return "ca_file holds another authority than the one that signed the certificate"
        return "name a PEM file of the authority that signed it in ca_file"
    if code in OTHER_NAME:
        return f"write in {door} a name that stands in the server's certificate"
    if code == EXPIRED:
        return "the server needs a new certificate"
    return ""


def _tls(error: BaseException, box: Mailbox, door: Door) -> str:
    if getattr(error, "reason", "") not in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return ""
    return (
        f'this port does not begin with TLS: {door}_security = "starttls", or the port for TLS '
        f"({TLS_PORT[door]} is usual)"
    )


def _refused(_error: BaseException, box: Mailbox, door: Door) -> str:
    security = getattr(box, f"{door}_security")
    usual = TLS_PORT[door] if security == "tls" else PLAIN_PORT[door]
    return f"nothing listens there: is it the right port? {usual} is usual for {security}"


def _no_host(_error: BaseException, _box: Mailbox, door: Door) -> str:
    return f"is the name in {door} right, and does this machine's DNS know it?"


def _silent(_error: BaseException, box: Mailbox, door: Door) -> str:
    if getattr(box, f"{door}_security") == "tls":
        return "a firewall? or a server that is too busy"
    return f'a firewall? or a port that begins with TLS, which wants {door}_security = "tls"'


ADVICE: Final[
    tuple[tuple[type[BaseException], Callable[[BaseException, Mailbox, Door], str]], ...]
] = (
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLError, _tls),
    (ConnectionRefusedError, _refused),
    (socket.gaierror, _no_host),
    (TimeoutError, _silent),
)
