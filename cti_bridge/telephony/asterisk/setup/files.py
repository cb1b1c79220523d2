"""Every file of an Asterisk's configuration for one [[asterisk]] and its agents' telephones."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cti_bridge.config.loopback import is_loopback
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.callers import PRESENTATION
from cti_bridge.telephony.asterisk.rooms import OWN_MUSIC
from cti_bridge.telephony.asterisk.setup.template import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.config.values import Agent, Asterisk, Config

FILES: Final = (
    "ari.conf",
    "extensions.conf",
    "http.conf",
    "logger.conf",
    "modules.conf",
    "musiconhold.conf",
    "pjsip.conf",
    "rtp.conf",
    "README.txt",
)
RESERVED: Final = frozenset(
    {"agent", "agent-aor", "agent-auth", "global", "system", "transport-udp", "trunk"}
)
SPARE_SESSIONS: Final = 200
"""HTTP connections besides those of headsets: the bridge's own requests, and its events."""
_PASSWORD: Final = re.compile(r"^username = (\S+)\npassword = (\S+)$", re.MULTILINE)


class SetupError(Exception):
    """A configuration that cannot be written out; `str` says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where telephones and trunk reach it."""

    bind: str = "0.0.0.0"
    sip: int = 5060
    rtp: tuple[int, int] = (10_000, 19_999)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the files are made of. `passwords`: of telephones that have one already."""

    node: Asterisk
    agents: tuple[Agent, ...] = ()
    musics: tuple[str, ...] = ()
    language: str = "es"
    ports: Ports = Ports()
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)


def agents_of(config: Config, node: Asterisk) -> tuple[Agent, ...]:
    """Those who have a telephone there."""
    return tuple(one for one in config.agents if one.phone and one.node in ("", node.id))


def musics_of(config: Config, node: Asterisk) -> tuple[str, ...]:
    """What callers hear who wait in a queue, or between the words of a menu, each a class of its
    own; less the node's own one."""
    named = {one.waiting.music for one in config.queues if one.waiting.kind == "music"}
    named |= {one.music for one in config.menus}
    return tuple(sorted(named.difference(OWN_MUSIC, {node.hold_music})))


def endpoint_of(node: Asterisk, phone: str) -> str:
    """The PJSIP endpoint that `phone` rings: of `PJSIP/{phone}-desk` it is `1003-desk`."""
    dialled = node.phone.replace("{phone}", phone)
    technology, _, rest = dialled.partition("/")
    return phone if technology.upper() != "PJSIP" or "/" in rest or "@" in rest else rest


def passwords_in(pjsip: str) -> dict[str, str]:
    """Of the telephones in a pjsip.conf that was written here."""
    return dict(_PASSWORD.findall(pjsip))


def configuration(plan: Plan) -> dict[str, str]:
    """The text of each of `FILES`. Raises SetupError."""
    values = _values(plan)
    made = {name: render(name, plan.language, values) for name in FILES}
    for music in plan.musics:
        part = render("music.part", plan.language, {"MUSIC": music})
        made["musiconhold.conf"] += f"\n{part}"
    made["pjsip.conf"] += "".join(_phone(plan, agent, values) for agent in plan.agents)
    return made


def _values(plan: Plan) -> dict[str, str]:
    node, ports, language = plan.node, plan.ports, plan.language
    values = {
        "APP": node.app,
        "BIND": f"[{ports.bind}]" if ":" in ports.bind else ports.bind,
        "INTERNAL": _internal(plan),
        "LANGUAGE": language,
        "MUSIC": node.hold_music,
        "NODE": node.id,
        "OUTSIDE": node.outside,
        "PASSWORD": _escaped(node.password),
        "RTP_FIRST": str(ports.rtp[0]),
        "RTP_LAST": str(ports.rtp[1]),
        "SESSIONS": str(node.max_calls + SPARE_SESSIONS),
        "SIP_PORT": str(ports.sip),
        "URL": node.url,
        "USER": node.user,
        "VARIABLES": ",".join((*names.VARIABLES, *PRESENTATION[:1], *node.variables)),
    } | _http(node)
    secure = bool(_tls_url(node))
    return values | {
        "SETVARS": "".join(
            render("setvar.part", language, {"NAME": name}) for name in node.variables
        ),
        "TLS": render("tls.part", language, values) if secure else "",
        "TLS_STEP": render("tls_step.part", language, values) if secure else "",
    }


def _http(node: Asterisk) -> dict[str, str]:
    """Behind TLS the plain port stays on loopback, at its usual number."""
    url = urlsplit(node.url)
    prefix = url.path.strip("/")
    tls = urlsplit(_tls_url(node))
    return {
        "PORT": "8088" if url.scheme == "https" else str(url.port or 80),
        "PREFIX": f"prefix = {prefix}\n" if prefix else "",
        "TLS_BIND": "127.0.0.1" if is_loopback(tls.hostname or "") else "0.0.0.0",
        "TLS_PORT": str(tls.port or 443),
    }


def _tls_url(node: Asterisk) -> str:
    """What of it is reached by TLS, "" for nothing: the bridge's address, or that of the desktops.
    The usual port of https there is a proxy's, which has a certificate of its own."""
    if node.url.startswith("https:"):
        return node.url
    direct = urlsplit(node.direct_url)
    own = direct.scheme == "wss" and direct.port not in (None, 443)
    return node.direct_url if own else ""


def _internal(plan: Plan) -> str:
    numbers = [one.phone for one in plan.agents if one.phone.isdecimal()]
    rows = [
        f"exten => {number},1,Dial(PJSIP/{endpoint_of(plan.node, number)},60)\n"
        " same => n,Hangup()\n"
        for number in numbers
    ]
    return "".join(rows) or "exten => _X.,1,Hangup(1)\n"


def _phone(plan: Plan, agent: Agent, values: Mapping[str, str]) -> str:
    endpoint = endpoint_of(plan.node, agent.phone)
    if endpoint.lower() in RESERVED:
        raise SetupError(
            f'agent "{agent.login}": a telephone cannot be called "{endpoint}": the '
            "configuration itself has a section of that name. Give it a number."
        )
    password = plan.passwords.get(endpoint) or secrets.token_urlsafe(18)
    own = {"ENDPOINT": endpoint, "LOGIN": agent.login, "PASSWORD": password}
    part = render("phone.part", plan.language, {**values, **own})
    return f"\n{part}"


def _escaped(text: str) -> str:
    """As a value in a .conf: a bare ";" would begin a comment."""
    return text.replace(";", "\\;")
