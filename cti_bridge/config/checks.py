"""What no single key can tell: codes that must exist, ports that must not meet, …"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TypeAlias

import phonenumbers

from cti_bridge.config import (
    asterisk_checks,
    chat_checks,
    dialled,
    field_checks,
    mail_checks,
    menu_checks,
    patterns,
    privacy_checks,
    routing_checks,
    source_checks,
)
from cti_bridge.config.values import Config, Line, Reply
from cti_bridge.telephony.numbers import read_number

if TYPE_CHECKING:
    from cti_bridge.config.shape import Places

Check: TypeAlias = Callable[[Config, "Places"], None]


def run(config: Config, places: Places) -> None:
    """Tells `places` of each mistake."""
    for check in CHECKS:
        check(config, places)


def _duplicates(config: Config, places: Places) -> None:
    lists: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("lines", "id", (line.id for line in config.lines)),
        ("asterisk", "id", (node.id for node in config.asterisk)),
        ("queues", "id", (queue.id for queue in config.queues)),
        ("reasons", "code", (reason.code for reason in config.reasons)),
        ("dispositions", "code", (disposition.code for disposition in config.dispositions)),
        ("agents", "login", (agent.login.casefold() for agent in config.agents)),
        ("hours", "id", (hours.id for hours in config.hours)),
        ("replies", "code", (_named(one) for one in config.replies)),
        ("fields", "name", (field.name for field in config.fields)),
        ("sources", "name", (source.name for source in config.sources)),
        ("chats", "id", (site.id for site in config.chats)),
        ("mailboxes", "id", (box.id for box in config.mailboxes)),
    )
    for name, key, values in lists:
        first: dict[str, int] = {}
        for number, value in enumerate(values):
            path = (name, _number(places, name, number), key)
            if value in first:
                places.mistake(
                    path,
                    f'{name}: "{value}" is there twice (first on line {first[value]}).',
                    f"Give each its own {key}.",
                )
            else:
                first[value] = places.line(*path)


def _named(reply: Reply) -> str:
    """A code may be there once for each language."""
    return f"{reply.code} ({reply.language})" if reply.language else reply.code


def _queues_known(config: Config, places: Places) -> None:
    known = {queue.id for queue in config.queues}
    fix = f"Known: {', '.join(sorted(known))}."
    for number, line in enumerate(config.lines):
        if line.queue and not _there(line.queue, known, places):
            path = ("lines", _number(places, "lines", number), "queue")
            places.mistake(path, f'line "{line.id}": there is no queue "{line.queue}".', fix)
    for number, agent in enumerate(config.agents):
        for place, queue in enumerate(agent.queues):
            if not _there(queue, known, places):
                path_ = ("agents", _number(places, "agents", number), "queues", place)
                places.mistake(path_, f'agent "{agent.login}": there is no queue "{queue}".', fix)


def _there(queue: str, known: set[str], places: Places) -> bool:
    return queue in known or places.left_out("queues", queue)


def _something_there(config: Config, places: Places) -> None:
    if not config.queues and not places.some_left_out("queues"):
        places.mistake(("queues",), "there is no queue.", "Add one [[queues]].")
    if not config.dispositions and not places.some_left_out("dispositions"):
        places.mistake(
            ("dispositions",),
            "there is no disposition, so no call could be wrapped up.",
            "Add one [[dispositions]], or leave them out for the usual ones.",
        )


def _dialled_numbers(config: Config, places: Places) -> None:
    owner: dict[str, str] = {}
    plan = asterisk_checks.plan(config)
    for number, queue in enumerate(config.queues):
        for place, dnis in enumerate(queue.dnis):
            path = ("queues", _number(places, "queues", number), "dnis", place)
            same = read_number(dnis[:80], plan).value or dnis  # however it is written
            if fault := dialled.fault(dnis):
                places.mistake(path, f'queue "{queue.id}": {fault}.', dialled.FIX)
            elif same in owner:
                places.mistake(
                    path,
                    f'the number "{dnis}" belongs to queue "{owner[same]}" already.',
                    "A dialled number leads to one queue.",
                )
            owner.setdefault(same, queue.id)


def _offer_time(config: Config, places: Places) -> None:
    for number, queue in enumerate(config.queues):
        if queue.offer_seconds < 1:
            places.mistake(
                ("queues", _number(places, "queues", number), "offer_seconds"),
                f'queue "{queue.id}": an offer must ring for at least 1 second.',
                "20 is usual.",
            )


def _regions(config: Config, places: Places) -> None:
    fix = 'Write a country as ISO 3166 does: "ES", "MX", "GB" …'
    if config.site.region not in phonenumbers.SUPPORTED_REGIONS:
        places.mistake(("site", "region"), f'"{config.site.region}" is no country.', fix)
    for number, line in enumerate(config.lines):
        if line.region and line.region not in phonenumbers.SUPPORTED_REGIONS:
            path = ("lines", _number(places, "lines", number), "region")
            places.mistake(path, f'line "{line.id}": "{line.region}" is no country.', fix)


def _line_parts(config: Config, places: Places) -> None:
    for number, line in enumerate(config.lines):
        here = _number(places, "lines", number)
        for check in (_peer_of, _addresses, _peers, _extensions, _codecs, _rtp):
            check(line, here, places)


def _peer_of(line: Line, here: int, places: Places) -> None:
    path = ("lines", here)
    if line.mode == "register":
        for key, value in (("server", line.server), ("user", line.user)):
            if not value:
                places.mistake(
                    (*path, key),
                    f'line "{line.id}" registers, but has no {key}.',
                    f'Give its {key}, or set mode = "trunk".',
                )
    elif not line.server and not line.peers:
        places.mistake(
            path,
            f'line "{line.id}" is a trunk that nobody may call on.',
            "List the addresses of the provider or PBX in peers.",
        )
    _, colon, port = line.server.rpartition(":")
    is_bare_ipv6 = line.server.count(":") > 1 and not line.server.startswith("[")
    if colon and not is_bare_ipv6 and not (port.isdecimal() and 0 < int(port) < 65_536):
        places.mistake(
            (*path, "server"),
            f'line "{line.id}": "{line.server[:80]}" is no host or host:port.',
            'Write "pbx.example.com" or "10.0.0.5:5060".',
        )


def _addresses(line: Line, here: int, places: Places) -> None:
    if not _is_address(line.bind):
        places.mistake(
            ("lines", here, "bind"),
            f'line "{line.id}": "{line.bind[:80]}" is no address to listen on.',
            'Write an address of this machine, or "0.0.0.0" for all.',
        )
    if line.advertise and not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", line.advertise):
        places.mistake(
            ("lines", here, "advertise"),
            f'line "{line.id}": "{line.advertise[:80]}" is no address or host name.',
            "Write the address that the PBX reaches this machine by.",
        )


def _peers(line: Line, here: int, places: Places) -> None:
    for place, peer in enumerate(line.peers):
        try:
            ipaddress.ip_network(peer)
        except ValueError:
            places.mistake(
                ("lines", here, "peers", place),
                f'line "{line.id}": "{peer[:80]}" is no address and no network.',
                _network_hint(peer),
            )


def _network_hint(peer: str) -> str:
    try:
        return f'Did you mean "{ipaddress.ip_network(peer, strict=False)}"?'
    except ValueError:
        return 'Write "10.0.0.5" or "10.0.0.0/24".'


def _extensions(line: Line, here: int, places: Places) -> None:
    path = ("lines", here, "extensions")
    patterns.check(f'line "{line.id}"', line.extensions, path, places)


def _codecs(line: Line, here: int, places: Places) -> None:
    if not line.codecs or len(set(line.codecs)) != len(line.codecs):
        places.mistake(
            ("lines", here, "codecs"),
            f'line "{line.id}" must name each of its codecs once.',
            'Write ["pcma", "pcmu"], the preferred first.',
        )


def _rtp(line: Line, here: int, places: Places) -> None:
    low, high = line.rtp_ports
    fault = ""
    if not 1024 <= low <= high <= 65_535:
        fault = "is no range of ports between 1024 and 65535"
    elif low % 2:
        fault = "must begin at an even port: voice takes the even one, RTCP the next"
    elif high - low + 1 < 2 * line.max_calls:
        fault = f"is too small: {line.max_calls} calls need {2 * line.max_calls} ports"
    if fault:
        places.mistake(
            ("lines", here, "rtp_ports"),
            f'line "{line.id}": [{low}, {high}] {fault}.',
            "[20000, 21999] is the default.",
        )


def _ports_meet(config: Config, places: Places) -> None:
    """Two sockets on one port; lines may share the very same RTP range, which they fill
    together, but not parts of different ones."""
    server = config.server
    if server.port and server.port == server.metrics_port:
        places.mistake(
            ("server", "metrics_port"),
            f"server.port and server.metrics_port are both {server.port}.",
            "Give one of them another port.",
        )
    for number, line in enumerate(config.lines):
        here = _number(places, "lines", number)
        for other in config.lines[:number]:
            if _binds_meet(line, other):
                _lines_meet(line, other, here, places)
        for other in config.lines:
            if line.port and _binds_meet(line, other) and _within(line.port, other):
                places.mistake(
                    ("lines", here, "port"),
                    f'line "{line.id}": port {line.port} lies in the rtp_ports of '
                    f'line "{other.id}".',
                    "5060 is usual.",
                )


def _lines_meet(line: Line, other: Line, here: int, places: Places) -> None:
    if line.port and line.port == other.port:
        places.mistake(
            ("lines", here, "port"),
            f'lines "{other.id}" and "{line.id}" both listen on port {line.port}.',
            "Give one of them another port, or each its own bind address.",
        )
    (low, high), (other_low, other_high) = line.rtp_ports, other.rtp_ports
    if line.rtp_ports != other.rtp_ports and low <= other_high and other_low <= high:
        places.mistake(
            ("lines", here, "rtp_ports"),
            f'the rtp_ports of lines "{other.id}" and "{line.id}" overlap.',
            "Give them the same range, or ranges that do not meet.",
        )


def _within(port: int, line: Line) -> bool:
    low, high = line.rtp_ports
    return low <= port <= high


def _binds_meet(line: Line, other: Line) -> bool:
    anywhere = {"0.0.0.0", "::"}
    return line.bind == other.bind or bool(anywhere & {line.bind, other.bind})


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _number(places: Places, name: str, number: int) -> int:
    """Of the entry in the file; entries that were left out have shifted the others."""
    kept = places.kept.get(name)
    return kept[number] if kept else number


CHECKS: Final[tuple[Check, ...]] = (
    _duplicates,
    _something_there,
    _queues_known,
    _dialled_numbers,
    _offer_time,
    _regions,
    _line_parts,
    _ports_meet,
    *asterisk_checks.CHECKS,
    *routing_checks.CHECKS,
    *chat_checks.CHECKS,
    *mail_checks.CHECKS,
    *menu_checks.CHECKS,
    privacy_checks.masks,
    *field_checks.CHECKS,
    *source_checks.CHECKS,
)
