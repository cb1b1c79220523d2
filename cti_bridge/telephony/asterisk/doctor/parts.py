"""What ARI tells without a call: permissions, modules, telephones, sounds, names."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cti_bridge.config.loopback import is_loopback
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.doctor.finding import mistake, ok, warning
from cti_bridge.telephony.asterisk.setup.files import endpoint_of
from cti_bridge.telephony.asterisk.setup.prompts import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cti_bridge.config.values import Agent, Asterisk
    from cti_bridge.telephony.asterisk.ari.client import Ari
    from cti_bridge.telephony.asterisk.doctor.finding import Finding

NOBODY: Final = "ficha-doctor-nobody"
SHOWN: Final = 8
MODULES: Final = (  # those that others need come first: they are to be mended first
    "app_stasis",
    "bridge_simple",
    "bridge_softmix",
    "chan_bridge_media",
    "chan_pjsip",
    "codec_resample",
    "format_wav",
    "pbx_config",
    "res_musiconhold",
    "res_pjsip_header_funcs",
    "res_stasis_answer",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_ari",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_endpoints",
    "res_ari_events",
    "res_ari_playbacks",
    "res_ari_recordings",
    "res_ari_sounds",
)
OF_HEADSETS: Final = ("chan_websocket", "res_http_websocket")


async def permissions(node: Asterisk, ari: Ari) -> Finding:
    """By a request that changes nothing: the application does not exist."""
    try:
        await ari.put("applications", NOBODY, "eventFilter")
    except AriError as error:
        if error.status == 403:
            return mistake(
                f'user "{node.user}" may read and do nothing', "Set read_only = no in ari.conf."
            )
        if error.status != 404:
            return warning(f'whether user "{node.user}" may do things is not known ({error})')
    return ok(f'user "{node.user}" may do what the bridge does')


async def modules(node: Asterisk, ari: Ari) -> Finding:
    wanted = MODULES if node.headset == "none" else (*MODULES, *OF_HEADSETS)
    try:
        listed = await ari.get(object, "asterisk", "modules")
    except AriError as error:
        return mistake(f"its modules cannot be seen ({error})", "Load res_ari_asterisk.so.")
    states = {
        _text(one, "name").removesuffix(".so"): _text(one, "status") for one in _list(listed)
    }
    missing = [name for name in wanted if name not in states]
    idle = [name for name in wanted if name in states and states[name] != "Running"]
    if missing or idle:
        first, *more = missing or idle
        states_of = ("are missing", "do not run") if more else ("is missing", "does not run")
        each = ", and so for each," if more else ""
        return mistake(
            f"of its modules {_some([first, *more])} {states_of[0 if missing else 1]}",
            f"Add load = {first}.so to its modules.conf{each} and restart it.",
        )
    return ok(f"the {len(wanted)} modules that Ficha uses run")


async def application(node: Asterisk, ari: Ari) -> Finding:
    try:
        await ari.get(object, "applications", node.app)
    except AriError as error:
        if error.status != 404:
            return warning(f"its applications cannot be seen ({error})")
        return ok(f'application "{node.app}": free, no bridge is connected')
    return ok(f'application "{node.app}": a bridge is connected')


async def endpoints(node: Asterisk, agents: Sequence[Agent], ari: Ari) -> list[Finding]:
    """Each agent's telephone must be there; one that is not registered is only said."""
    if not agents:
        return [ok("no agent has a telephone here")]
    try:
        listed = await ari.get(object, "endpoints", "PJSIP")
    except AriError as error:
        return [mistake(f"its telephones cannot be seen ({error})", "Load chan_pjsip.so.")]
    states = {_text(one, "resource"): _text(one, "state") for one in _list(listed)}
    found = []
    for agent in agents:
        name = endpoint_of(node, agent.phone)
        if not node.phone.upper().startswith("PJSIP/"):
            found.append(warning(f'whether "{node.phone}" rings {agent.login} cannot be seen'))
        elif name not in states:
            found.append(
                mistake(
                    f"there is no telephone {name} ({agent.login})",
                    f"Add [{name}] to its pjsip.conf: cti-bridge asterisk init shows it.",
                )
            )
    there = [(endpoint_of(node, one.phone), one.login) for one in agents]
    there = [(name, login) for name, login in there if name in states]
    away = [f"{name} ({login})" for name, login in there if states[name] != "online"]
    said = f"telephones: {len(there)}, registered now: {len(there) - len(away)}"
    found.append(ok(f"{said}, not registered: {_some(away)}" if away else said))
    return found


def endpoint_names(listed: object) -> list[str]:
    """Of what ARI lists, whatever that is."""
    return [name for one in _list(listed) if (name := _text(one, "resource"))]


async def sounds(names: Iterable[str], ari: Ari) -> Finding:
    """Asterisk lists sounds/ficha as if it were a language; those of a true language have the
    folder in their name."""
    wanted = set(names)
    try:
        listed = await ari.get(object, "sounds")
    except AriError as error:
        if error.status != 404:
            return mistake(f"its sounds cannot be seen ({error})", "Load res_ari_sounds.so.")
        listed = []
    there = set()
    for one in _list(listed):
        name = _text(one, "id")
        languages = {_text(form, "language") for form in _list(one.get("formats"))}
        if FOLDER in languages:
            there.add(name)
        there |= {name.removeprefix(f"{FOLDER}/")} if name.startswith(f"{FOLDER}/") else set()
    missing = sorted(wanted - there)
    if missing:
        return mistake(
            f"{len(missing)} of {len(wanted)} sounds are missing: {_some(missing)}",
            "Write them with cti-bridge asterisk init --out FOLDER, copy FOLDER/sounds/ficha to "
            "its folder of sounds, and: asterisk -rx 'module reload sounds'.",
        )
    return ok(f"all {len(wanted)} sounds are there, as sound:{FOLDER}/…")


async def host_name(node: Asterisk) -> Finding:
    """Only where it is this machine; ARI does not tell."""
    if not is_loopback(urlsplit(node.url).hostname or ""):
        return ok(
            "whether its host name resolves was not tried: it is another machine. There: "
            "getent hosts $(hostname)"
        )
    name = socket.gethostname()
    try:
        await asyncio.get_running_loop().getaddrinfo(name, None)
    except OSError:
        return mistake(
            f'the host name "{name}" does not resolve: each call would wait 5 seconds',
            f'Add "127.0.1.1 {name}" to /etc/hosts.',
        )
    return ok(f'the host name "{name}" resolves')


def _list(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(one: dict[str, object], key: str) -> str:
    return str(one.get(key, ""))[:200]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
