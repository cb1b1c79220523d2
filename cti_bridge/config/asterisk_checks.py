"""What [[asterisk]] must be beyond its types, and the telephones that agents have there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

import phonenumbers

from cti_bridge.config import patterns
from cti_bridge.config.loopback import is_loopback
from cti_bridge.config.values import Asterisk, Config
from cti_bridge.telephony.numbers import read_number
from cti_bridge.telephony.ports import DialPlan, NumberKind

if TYPE_CHECKING:
    from cti_bridge.config.locate import Path
    from cti_bridge.config.shape import Places

NodeCheck: TypeAlias = Callable[[Asterisk, "Path", "Places"], None]
MAX_VARIABLES: Final = 20
MAX_TEMPLATE: Final = 200
OWN: Final = "FICHA_"  # what the bridge itself writes on channels begins with it
# What Asterisk would take for more than a name: "&" rings several, "," and "(" are a function's.
_TEMPLATE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9_.+@:;/=~-]*")
_VARIABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_DIGITS: Final = re.compile(r"[+]?[0-9]{2,40}")


def run(config: Config, places: Places) -> None:
    """Tells `places` of each mistake."""
    lines, ids = {line.id for line in config.lines}, [node.id for node in config.asterisk]
    queues = {queue.id for queue in config.queues}
    for number, node in enumerate(config.asterisk):
        path: Path = ("asterisk", places.number(("asterisk",), number))
        for check in NODE_CHECKS:
            check(node, path, places)
        if node.id in lines:
            what = f'"{node.id}" is the id of one of [[lines]] already.'
            places.mistake((*path, "id"), what, "Give each its own id.")
        _queue(node, path, places, queues)
        _shared(node, config.asterisk[:number], path, places)
        _caller_id(config, f'asterisk "{node.id}"', node.caller_id, path, places)
    for number, queue in enumerate(config.queues):
        path = ("queues", places.number(("queues",), number))
        _caller_id(config, f'queue "{queue.id}"', queue.caller_id, path, places)
    _by_destination(config, places, queues)
    if not places.some_left_out("asterisk"):  # else a telephone would be blamed for its Asterisk
        _telephones(config, places, ids)


def plan(config: Config) -> DialPlan:
    """Which numbers are internal ones, at any line."""
    every = [
        *(line.extensions for line in config.lines),
        *(node.extensions for node in config.asterisk),
    ]
    own = tuple(pattern for extensions in every for pattern in patterns.right(extensions))
    return DialPlan(region=config.site.region, extensions=own)


# -- one [[asterisk]]


def _url(node: Asterisk, path: Path, places: Places) -> None:
    _address(node, "url", node.url, ("http", "https"), path, places)


def _direct(node: Asterisk, path: Path, places: Places) -> None:
    if not node.direct_url:
        return
    if node.headset != "direct":
        places.mistake(
            (*path, "direct_url"),
            f'asterisk "{node.id}": direct_url is of no use: its headsets are "{node.headset}".',
            'Add headset = "direct", or leave direct_url out.',
        )
    _address(node, "direct_url", node.direct_url, ("ws", "wss"), path, places)


def _address(
    node: Asterisk, key: str, url: str, schemes: tuple[str, str], path: Path, places: Places
) -> None:
    plain, safe = schemes
    example = f'Write "{plain}://127.0.0.1:8088" or "{safe}://pbx.example.com:8089".'
    host, fault = _host(url, schemes)
    if fault:
        what = f'asterisk "{node.id}": "{_shown(url)}" is no address of it: {fault}.'
        places.mistake((*path, key), what, example)
    elif url.startswith(f"{plain}:") and not is_loopback(host):
        places.mistake(
            (*path, key),
            f'asterisk "{node.id}": the password would cross the network without TLS.'
            if key == "url"
            else f'asterisk "{node.id}": voices would cross the network without TLS.',
            f"Begin {key} with {safe}:// (tlsenable in its http.conf; its usual port is 8089).",
        )


def _host(url: str, schemes: tuple[str, str]) -> tuple[str, str]:
    """The host, or "" and what is wrong."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return "", "it cannot be read"
    if parts.scheme not in schemes or not host:
        return "", f"it must begin with {schemes[0]}:// or {schemes[1]}:// and name a host"
    if not _is_host(host):
        return "", f'"{host[:80]}" is no name of a host'
    if parts.username is not None:
        return "", "user and password have keys of their own"
    if parts.path.rstrip("/").endswith("/ari"):
        return "", "/ari is put behind it by the bridge itself, so leave it away"
    if parts.query or parts.fragment or re.search(r"\s", url):
        return "", "it must end after the port, or a prefix"
    return (host, "") if port != 0 else ("", "port 0 is none")


def _is_host(host: str) -> bool:
    try:
        return bool(host.encode("idna"))
    except UnicodeError:  # two dots together, a label of more than 63 letters
        return False


def _shown(url: str) -> str:
    """The address without what may be a password in it."""
    return re.sub(r"//[^/@]*@", "//…@", url)[:80]


def _sign_in(node: Asterisk, path: Path, places: Places) -> None:
    if not _NAME.fullmatch(node.user) or node.user == "general":
        places.mistake(
            (*path, "user"),
            f'asterisk "{node.id}": "{node.user[:80]}" is no name of a user in ari.conf.',
            "Write it with letters, digits, dots, - and _.",
        )
    if not (node.password or node.password_file or node.password_env):
        places.mistake(
            path,
            f'asterisk "{node.id}" has no password.',
            f'Give password_file = "secrets/{node.id}": cti-bridge asterisk init makes the file.',
        )


def _templates(node: Asterisk, path: Path, places: Places) -> None:
    for key, template, part in (
        ("extension", node.extension, "{number}"),
        ("outside", node.outside, "{number}"),
        ("phone", node.phone, "{phone}"),
    ):
        fault = ""
        if template.count(part) != 1:
            fault = f"it must have {part} in it, once"
        elif len(template) > MAX_TEMPLATE or not _TEMPLATE.fullmatch(template.replace(part, "")):
            fault = "it must be one channel to dial, without spaces, &, commas and brackets"
        if fault:
            places.mistake(
                (*path, key),
                f'asterisk "{node.id}": "{template[:80]}" cannot be dialled: {fault}.',
                f'Write for example "PJSIP/{part}" or "PJSIP/{part}@trunk".',
            )


def _extensions(node: Asterisk, path: Path, places: Places) -> None:
    patterns.check(f'asterisk "{node.id}"', node.extensions, (*path, "extensions"), places)


def _variables(node: Asterisk, path: Path, places: Places) -> None:
    if len(node.variables) > MAX_VARIABLES:
        what = f'asterisk "{node.id}": more than {MAX_VARIABLES} variables cannot travel.'
        places.mistake((*path, "variables"), what, "Keep those that somebody reads.")
    folded = [name.lower() for name in node.variables]  # a contact has them in small letters
    for place, name in enumerate(node.variables):
        fault, fix = "", "Write it as Set() in the dial plan has it: letters, digits and _."
        if "(" in name:
            fault = "is a function"
            fix = (
                "Copy its value in the dial plan: Set(customer=${PJSIP_HEADER(read,X-Customer)})."
            )
        elif not _VARIABLE.fullmatch(name):
            fault = "is no name of a variable"
        elif name.upper().startswith(OWN):
            fault, fix = f"is the bridge's own ({OWN}…)", "Give it another name."
        elif name.lower() in folded[:place]:
            fault, fix = "is there twice", "Keep one of them."
        if fault:
            what = f'asterisk "{node.id}": "{name[:80]}" {fault}.'
            places.mistake((*path, "variables", place), what, fix)


def _region(node: Asterisk, path: Path, places: Places) -> None:
    if node.region and node.region not in phonenumbers.SUPPORTED_REGIONS:
        places.mistake(
            (*path, "region"),
            f'asterisk "{node.id}": "{node.region[:20]}" is no country.',
            'Write a country as ISO 3166 does: "ES", "MX", "GB" …',
        )


def _music(node: Asterisk, path: Path, places: Places) -> None:
    if not _NAME.fullmatch(node.hold_music) or node.hold_music == "general":
        places.mistake(
            (*path, "hold_music"),
            f'asterisk "{node.id}": "{node.hold_music[:80]}" is no class of music.',
            'Name a section of its musiconhold.conf: "default".',
        )


# -- with the others


def _queue(node: Asterisk, path: Path, places: Places, known: set[str]) -> None:
    if node.queue and node.queue not in known and not places.left_out("queues", node.queue):
        what = f'asterisk "{node.id}": there is no queue "{node.queue}".'
        places.mistake((*path, "queue"), what, f"Known: {', '.join(sorted(known))}.")


def _shared(node: Asterisk, before: tuple[Asterisk, ...], path: Path, places: Places) -> None:
    for other in before:
        if (other.url.rstrip("/"), other.app) == (node.url.rstrip("/"), node.app):
            places.mistake(
                (*path, "app"),
                f'asterisk "{other.id}" and "{node.id}" are one application of one Asterisk.',
                "An [[asterisk]] each, or an app each.",
            )


def _caller_id(
    config: Config, what: str, text: str, path: Path, places: Places, *, key: str = "caller_id"
) -> None:
    if not text or _DIGITS.fullmatch(text):
        return
    kind = read_number(text[:80], plan(config)).kind
    if kind not in (NumberKind.E164, NumberKind.EXTENSION):
        places.mistake(
            (*path, key),
            f'{what}: "{text[:80]}" is no number to show.',
            'Write "+34910000000".',
        )


def _by_destination(config: Config, places: Places, queues: set[str]) -> None:
    seen: set[tuple[str, str]] = set()
    for number, rule in enumerate(config.caller_ids):
        path: Path = ("caller_ids", places.number(("caller_ids",), number))
        of = f' of queue "{rule.queue}"' if rule.queue else ""
        what = f'the number shown to "{rule.to}"{of}'
        _caller_id(config, what, rule.number, path, places, key="number")
        if rule.queue and rule.queue not in queues and not places.left_out("queues", rule.queue):
            fault = f'{what}: there is no queue "{rule.queue}".'
            places.mistake((*path, "queue"), fault, f"Known: {', '.join(sorted(queues))}.")
        if (rule.to, rule.queue) in seen:
            places.mistake((*path, "to"), f"{what} is there twice.", "Keep one of them.")
        seen.add((rule.to, rule.queue))


# -- telephones


def _telephones(config: Config, places: Places, nodes: list[str]) -> None:
    owners: dict[tuple[str, str], str] = {}
    for number, agent in enumerate(config.agents):
        path = ("agents", places.number(("agents",), number))
        node = agent.node or (nodes[0] if len(nodes) == 1 else "")
        fault, fix, key = "", "", "phone"
        if agent.node and agent.node not in nodes:
            fault, fix, key = f'there is no [[asterisk]] "{agent.node}"', _known(nodes), "node"
        elif agent.phone and not nodes:
            fault = f'the telephone "{agent.phone}" is at no [[asterisk]]'
            fix = "Add an [[asterisk]], or leave phone out: the headset at the computer."
        elif agent.phone and not node:
            fault = f'the telephone "{agent.phone}" may be at any of {len(nodes)} [[asterisk]]'
            fix = f'Say which: node = "{nodes[0]}". {_known(nodes)}'
        elif agent.phone:
            owner = owners.setdefault((node, agent.phone), agent.login)
            if owner != agent.login:
                fault = f'the telephone "{agent.phone}" belongs to agent "{owner}" already'
                fix = "One agent has a telephone."
        if fault:
            places.mistake((*path, key), f'agent "{agent.login}": {fault}.', fix)


def _known(nodes: list[str]) -> str:
    return f"Known: {', '.join(nodes)}." if nodes else "There is none: add [[asterisk]]."


NODE_CHECKS: Final[tuple[NodeCheck, ...]] = (
    _url,
    _direct,
    _sign_in,
    _region,
    _extensions,
    _templates,
    _variables,
    _music,
)
CHECKS: Final = (run,)
