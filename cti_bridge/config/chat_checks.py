"""What no single key can tell of the public listener and the chats on web sites."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from cti_bridge.config.loopback import is_loopback
from cti_bridge.config.values import ChatSite, Config

if TYPE_CHECKING:
    from cti_bridge.config.locate import Path
    from cti_bridge.config.shape import Places

Check: TypeAlias = Callable[[Config, "Places"], None]
SiteCheck: TypeAlias = Callable[[Config, ChatSite, "Path", "Places"], None]
LANGUAGES: Final = ("es", "en")
LEAST_SECRET: Final = 32  # characters: what HMAC-SHA256 has in bytes (RFC 2104 section 3)
MAX_WORDS: Final = 300
LEAST_GONE: Final = 10.0  # seconds: a page that is reloaded is away for some
_EXTENSION: Final = re.compile(r"[a-z0-9]{1,16}")
_RUNS: Final = frozenset(
    {"exe", "com", "bat", "cmd", "msi", "scr", "js", "vbs", "ps1", "sh", "jar"}
)
_PORTS: Final = {"http": 80, "https": 443}


def origin_fault(text: str) -> str:
    """Why `text` is no origin of a web page as a browser sends it; "" where it is one."""
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return "it is no address"
    if parts.scheme not in _PORTS or not host:
        return "it must begin with https:// or http:// and name a host"
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        return "it must end after the host and its port"
    if "*" in host:
        return "each host is named by itself"
    if not host.isascii():
        return "write the host as browsers send it (xn--…)"
    return "port 0 is none" if port == 0 else ""


# -- [web]


def _web(config: Config, places: Places) -> None:
    _proxies(config, places)
    _public_url(config, places)
    _port(config, places)
    _secret(config.web.secret, ("web", "secret"), "web.secret", places)


def _proxies(config: Config, places: Places) -> None:
    for number, network in enumerate(config.web.behind_proxy):
        try:
            wide = ipaddress.ip_network(network).prefixlen == 0
        except ValueError:
            places.mistake(
                ("web", "behind_proxy", number),
                f'web: "{network[:80]}" is no address and no network.',
                'Write "10.0.0.5" or "10.0.0.0/24".',
            )
            continue
        if wide:
            places.mistake(
                ("web", "behind_proxy", number),
                f'web: "{network}" would believe everybody who says to be a proxy.',
                "Name the proxy's own address.",
            )


def _public_url(config: Config, places: Places) -> None:
    url = config.web.public_url
    if not url:
        return
    fault = origin_fault(url)
    host = "" if fault else urlsplit(url).hostname or ""
    if not fault and urlsplit(url).scheme == "http" and not is_loopback(host):
        fault = "off loopback it must be https://"
    if fault:
        places.mistake(
            ("web", "public_url"),
            f'web.public_url "{url[:80]}" is wrong: {fault}.',
            'Write "https://chat.example.com".',
        )


def _port(config: Config, places: Places) -> None:
    web, server = config.web, config.server
    if not web.enabled or not web.port:
        return
    for name, port in (("port", server.port), ("metrics_port", server.metrics_port)):
        if web.port == port:
            places.mistake(
                ("web", "port"),
                f"web.port and server.{name} are both {port}.",
                "Customers and agents have a listener each: give one of them another port.",
            )


def _secret(text: str, path: Path, name: str, places: Places) -> None:
    """Of those that stand in the file; it is never shown."""
    if text and len(text) < LEAST_SECRET:
        places.mistake(
            path,
            f"{name} has {len(text)} characters: it could be guessed.",
            f"Give it {LEAST_SECRET} random ones: openssl rand -hex 32.",
        )


# -- [[chats]]


def _sites(config: Config, places: Places) -> None:
    for number, site in enumerate(config.chats):
        path: Path = ("chats", places.number(("chats",), number))
        for check in SITE_CHECKS:
            check(config, site, path, places)


def _queue(config: Config, site: ChatSite, path: Path, places: Places) -> None:
    known = {queue.id for queue in config.queues}
    if site.queue not in known and not places.left_out("queues", site.queue):
        places.mistake(
            (*path, "queue"),
            f'chat "{site.id}": there is no queue "{site.queue}".',
            f"Known: {', '.join(sorted(known))}.",
        )


def _origins(config: Config, site: ChatSite, path: Path, places: Places) -> None:
    demo = config.web.demo_page and config.chats[0].id == site.id
    if not site.origins and not demo:
        places.mistake(
            path,
            f'chat "{site.id}": no page may hold it.',
            'Name the pages\' origins: origins = ["https://www.example.com"].',
        )
    for number, origin in enumerate(site.origins):
        if fault := origin_fault(origin):
            places.mistake(
                (*path, "origins", number),
                f'chat "{site.id}": "{origin[:80]}" is no origin of a page: {fault}.',
                'Write "https://www.example.com".',
            )


def _form(config: Config, site: ChatSite, path: Path, places: Places) -> None:
    names = [one.name for one in site.form]
    for number, name in enumerate(names):
        if name in names[:number]:
            places.mistake(
                (*path, "form", number, "name"),
                f'chat "{site.id}": its form asks for "{name}" twice.',
                "Ask once.",
            )


def _words(config: Config, site: ChatSite, path: Path, places: Places) -> None:
    for key, texts in (("title", site.title), ("greeting", site.greeting)):
        for language, text in texts.items():
            if language not in LANGUAGES:
                places.mistake(
                    (*path, key, language),
                    f'chat "{site.id}": the widget does not speak "{language[:20]}".',
                    f"It speaks {' and '.join(LANGUAGES)}.",
                )
            elif len(text) > MAX_WORDS:
                places.mistake(
                    (*path, key, language),
                    f'chat "{site.id}": its {key} has {len(text)} characters.',
                    f"It may have {MAX_WORDS}.",
                )


def _attachments(config: Config, site: ChatSite, path: Path, places: Places) -> None:
    for number, extension in enumerate(site.attachments):
        fault = ""
        if not _EXTENSION.fullmatch(extension):
            fault = "is no ending of a file's name"
        elif extension in _RUNS:
            fault = "is a program's: no visitor may send one"
        if fault:
            places.mistake(
                (*path, "attachments", number),
                f'chat "{site.id}": "{extension[:40]}" {fault}.',
                'Write it without its dot: "pdf".',
            )


def _patience(config: Config, site: ChatSite, path: Path, places: Places) -> None:
    if 0 < site.gone_seconds < LEAST_GONE:
        places.mistake(
            (*path, "gone_seconds"),
            f'chat "{site.id}": a page that is reloaded would have left for good.',
            f"Give it {LEAST_GONE:g} seconds or more; 120 is the default.",
        )


def _identity(config: Config, site: ChatSite, path: Path, places: Places) -> None:
    name = f'chat "{site.id}": identity_secret'
    _secret(site.identity_secret, (*path, "identity_secret"), name, places)


SITE_CHECKS: Final[tuple[SiteCheck, ...]] = (
    _queue,
    _origins,
    _form,
    _words,
    _attachments,
    _patience,
    _identity,
)
CHECKS: Final[tuple[Check, ...]] = (_web, _sites)
