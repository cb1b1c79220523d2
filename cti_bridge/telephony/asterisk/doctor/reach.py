"""Whether it answers at all: name, port, TLS, ARI, user and password, version."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec

from cti_bridge.telephony.asterisk.ari.errors import UNREACHABLE, AriError
from cti_bridge.telephony.asterisk.ari.models import Info
from cti_bridge.telephony.asterisk.doctor.finding import mistake, ok

if TYPE_CHECKING:
    from cti_bridge.config.values import Asterisk
    from cti_bridge.telephony.asterisk.ari.client import Ari
    from cti_bridge.telephony.asterisk.doctor.finding import Finding

OLDEST: Final = 22
_MAJOR: Final = re.compile(r"\D*(\d+)")


async def reach(node: Asterisk, ari: Ari) -> Finding:
    """A mistake here makes everything else unknowable."""
    try:
        info = await ari.get(Info, "asterisk", "info")
    except AriError as error:
        return unreachable(node, error) if error.status == UNREACHABLE else _refused(node, error)
    return _version(node, info)


def _version(node: Asterisk, info: Info) -> Finding:
    version = info.system.version[:60]
    major = _MAJOR.match(version)
    if major is None:
        return mistake(f"what answers at {node.url} is no Asterisk", "Mend url.")
    if int(major[1][:6]) < OLDEST:
        return mistake(f"Asterisk {version} is too old", f"Install Asterisk {OLDEST} or newer.")
    return ok(f"{node.url} answers, signed in as {node.user}: Asterisk {version}")


def _refused(node: Asterisk, error: AriError) -> Finding:
    if error.status in (401, 403):
        return mistake(
            f'{node.url} refuses user "{node.user}" or the password',
            f"Compare [{node.user}] of its ari.conf with user and password here; then: "
            "asterisk -rx 'module reload res_ari'.",
        )
    if error.status == 404:
        return mistake(
            f"{node.url} answers, but has no ARI",
            "Set enabled = yes in its ari.conf and load res_ari.so and res_ari_asterisk.so "
            "(modules.conf); or url lacks the prefix of http.conf.",
        )
    if error.status == 503:
        return mistake(
            f"{node.url} takes no more connections", "Raise sessionlimit in its http.conf."
        )
    return mistake(f"what answers at {node.url} is no ARI ({error})", "Mend url.")


def unreachable(node: Asterisk, failed: AriError, *, key: str = "url") -> Finding:
    """What it means that there was no answer, or none that is ARI's. `key` holds the address in
    bridge.toml: `direct_url` is reached by desktops, which have authorities of their own."""
    error = failed.__cause__
    if isinstance(error, msgspec.MsgspecError | UnicodeError):
        return mistake(f"what answers at {node.url} is no Asterisk", f"Mend {key}.")
    if failed.detail.startswith("ca_file"):
        return mistake(f"ca_file {node.ca_file} is no certificate", "Name a PEM file.")
    url = urlsplit(node.url)
    tls = url.scheme == "https"
    host, port = url.hostname or "", url.port or (443 if tls else 80)
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return mistake(f'the name "{host}" cannot be looked up', f"Mend {key}, or the DNS.")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        own = "" if key == "url" else ", desktops by --ca as well"
        return mistake(
            f"the certificate of {host}:{port} is not believed: {_reason(error)}",
            f"Name the PEM file of its authority in ca_file{own}, and {key} by the name in it.",
        )
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return mistake(
            f"{host}:{port} does not speak TLS",
            f"Set tlsenable = yes in its http.conf, and {key} to the port of tlsbindaddr.",
        )
    if isinstance(error, TimeoutError):
        return mistake(f"{host}:{port} does not answer", f"Look at the firewall, and at {key}.")
    if isinstance(error, OSError) and error.errno == errno.ECONNREFUSED:
        return mistake(f"nothing listens on {host}:{port}", _listening(key, tls=tls))
    what = f"{host}:{port} cannot be reached ({failed.detail[:100]})"
    schemes = "http or https" if key == "url" else "ws or wss"
    return mistake(what, f"Look at {key}: {schemes}, host, port.")


def _listening(key: str, *, tls: bool) -> str:
    keys = "tlsenable, tlsbindaddr and tlscertfile" if tls else "enabled, bindaddr and bindport"
    proxy = "" if key == "url" else f"; or start the proxy that {key} names"
    return f"Start Asterisk; set {keys} in its http.conf{proxy}."


def _reason(error: BaseException) -> str:
    found = re.search(r"certificate verify failed: ([^(\]]+)", str(error))
    return found[1].strip() if found else "certificate verify failed"
