"""What [[mailboxes]] must be beyond its types: addresses, servers, sign-in, queues, rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cti_bridge.config.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from cti_bridge.config.shape import Places
    from cti_bridge.config.values import Config, Mailbox

    Path: TypeAlias = tuple[str | int, ...]
    BoxCheck: TypeAlias = Callable[[Mailbox, Path, Places], None]

_ADDRESS: Final = re.compile(
    r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\\.]+(?:\.[^\s@<>\"(),:;\\.]+)*"
)
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


def run(config: Config, places: Places) -> None:
    """Tells `places` of each mistake."""
    known = {queue.id for queue in config.queues}
    owners: dict[str, str] = {}
    for number, box in enumerate(config.mailboxes):
        path = ("mailboxes", places.number(("mailboxes",), number))
        for check in BOX_CHECKS:
            check(box, path, places)
        _queues(box, path, places, known)
        _addresses_once(box, path, places, owners)


def _address(box: Mailbox, path: Path, places: Places) -> None:
    named = [((*path, "address"), box.address)]
    named += [((*path, "aliases", place), alias) for place, alias in enumerate(box.aliases)]
    for where, address in named:
        if not is_address(address):
            places.mistake(
                where,
                f'mailbox "{box.id}": "{address[:80]}" is no e-mail address.',
                'Write "help@example.com".',
            )


def is_address(text: str) -> bool:
    return len(text) <= 254 and bool(_ADDRESS.fullmatch(text))


def _addresses_once(box: Mailbox, path: Path, places: Places, owners: dict[str, str]) -> None:
    for address in (box.address, *box.aliases):
        owner = owners.setdefault(address.casefold(), box.id)
        if owner != box.id:
            places.mistake(
                (*path, "address"),
                f'the address "{address[:80]}" belongs to mailbox "{owner}" already.',
                "One mailbox reads an address.",
            )


def _something(box: Mailbox, path: Path, places: Places) -> None:
    if not box.imap and not box.smtp:
        places.mistake(
            path,
            f'mailbox "{box.id}" has neither imap nor smtp.',
            'Give the server that it is read from: imap = "mail.example.com".',
        )


def _servers(box: Mailbox, path: Path, places: Places) -> None:
    for key, server, security in (
        ("imap", box.imap, box.imap_security),
        ("smtp", box.smtp, box.smtp_security),
    ):
        host, port = _split(server)
        if server and (not host or port is None):
            places.mistake(
                (*path, key),
                f'mailbox "{box.id}": "{server[:80]}" is no host or host:port.',
                'Write "mail.example.com" or "mail.example.com:993".',
            )
        elif server and security == "none" and not is_loopback(host):
            places.mistake(
                (*path, f"{key}_security"),
                f'mailbox "{box.id}": without TLS {key} may only be on this machine.',
                'Set it to "tls" or "starttls".',
            )


def _split(server: str) -> tuple[str, int | None]:
    """The host, and the port: 0 where none is written, None where it is none."""
    host, colon, port = server.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        return server.strip("[]"), 0 if not re.search(r"[\s/@]", server) else None
    is_port = port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65_536
    return host.strip("[]"), int(port) if is_port and not re.search(r"[\s/@]", host) else None


def _sign_in(box: Mailbox, path: Path, places: Places) -> None:
    given = [
        key
        for key in ("password", "password_file", "password_env", "oauth2_token_file")
        if getattr(box, key)
    ]
    if box.oauth2_token_file and len(given) > 1:
        places.mistake(
            (*path, "oauth2_token_file"),
            f'mailbox "{box.id}" has a password and an OAuth2 token.',
            "Keep one of them.",
        )
    if box.imap and not (box.user and given):
        places.mistake(
            (*path, "user" if not box.user else "password"),
            f'mailbox "{box.id}" is read, but has no {"user" if not box.user else "password"}.',
            "Give user, and password_file or oauth2_token_file.",
        )


def _folders(box: Mailbox, path: Path, places: Places) -> None:
    if box.done == "move" and (not box.done_folder or box.done_folder == box.folder):
        places.mistake(
            (*path, "done_folder"),
            f'mailbox "{box.id}" moves mail that is done into the folder that it reads.',
            "Name another folder.",
        )


def _rules(box: Mailbox, path: Path, places: Places) -> None:
    own = {box.address.casefold(), *(alias.casefold() for alias in box.aliases)}
    for number, rule in enumerate(box.rules):
        here = (*path, "rules", places.number((*path, "rules"), number))
        if not (rule.to or rule.sender or rule.subject or rule.language):
            places.mistake(
                here,
                f'mailbox "{box.id}": this rule has no condition, so none after it is reached.',
                "Give it to, sender, subject or language; or set the mailbox's own queue.",
            )
        if rule.to and rule.to.casefold() not in own:
            places.mistake(
                (*here, "to"),
                f'mailbox "{box.id}": "{rule.to[:80]}" is none of its addresses.',
                "Add it to aliases.",
            )
        if rule.sender and not is_address(
            f"x{rule.sender}" if rule.sender[0] == "@" else rule.sender
        ):
            places.mistake(
                (*here, "sender"),
                f'mailbox "{box.id}": "{rule.sender[:80]}" is no sender.',
                'Write "ana@example.com", or "@example.com" for a whole company.',
            )
        if rule.language and not _LANGUAGE.fullmatch(rule.language):
            places.mistake(
                (*here, "language"),
                f'mailbox "{box.id}": "{rule.language[:20]}" is no language.',
                'Write two letters: "es", "en", "fr", "de", "pt", "ca".',
            )


def _queues(box: Mailbox, path: Path, places: Places, known: set[str]) -> None:
    fix = f"Known: {', '.join(sorted(known))}."
    named: list[tuple[Path, str]] = [((*path, "queue"), box.queue)]
    named += [
        ((*path, "rules", places.number((*path, "rules"), number), "queue"), rule.queue)
        for number, rule in enumerate(box.rules)
    ]
    for where, queue in named:
        if queue not in known and not places.left_out("queues", queue):
            places.mistake(where, f'mailbox "{box.id}": there is no queue "{queue}".', fix)


BOX_CHECKS: Final[tuple[BoxCheck, ...]] = (
    _address,
    _something,
    _servers,
    _sign_in,
    _folders,
    _rules,
)
CHECKS: Final = (run,)
