"""Fills in what stands outside the file: passwords, the store's URL, paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec.structs import replace

from cti_bridge.config import storeurl
from cti_bridge.config.chat_checks import LEAST_SECRET
from cti_bridge.config.loopback import HOW_TLS, is_loopback
from cti_bridge.config.outside import Outside
from cti_bridge.config.values import Server, Web

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cti_bridge.config.locate import Path as Place
    from cti_bridge.config.shape import Places
    from cti_bridge.config.values import (
        Asterisk,
        ChatSite,
        Config,
        Line,
        Mailbox,
        NamedSource,
        Privacy,
        Section,
        Site,
        Store,
    )

T = TypeVar("T", bound="Section")
HOW_WEB_TLS: Final = (
    "Set web.tls_certificate and web.tls_key to PEM files, or name the proxy that has them in "
    'web.behind_proxy, or set web.host to "127.0.0.1".'
)


def leave(path: Path) -> None:
    """A secret that is not there is a mistake."""


class Resolver:
    """`make_secret` is given the password file of each [[asterisk]] before it is read, where
    nothing else is wrong."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        places: Places,
        make_secret: Callable[[Path], None] = leave,
    ) -> None:
        self._outside, self._places = Outside(folder, environment, places), places
        self._make_secret = make_secret

    @property
    def warnings(self) -> list[str]:
        return self._outside.warnings

    def resolve(self, config: Config) -> Config:
        return replace(
            config,
            site=self._site(config.site),
            store=self._store(config.store),
            server=self._server(config.server),
            privacy=self._privacy(config.privacy),
            lines=tuple(
                self._line(one, self._at("lines", n)) for n, one in enumerate(config.lines)
            ),
            asterisk=tuple(
                self._asterisk(one, self._at("asterisk", n))
                for n, one in enumerate(config.asterisk)
            ),
            sources=tuple(
                self._source(one, self._at("sources", n)) for n, one in enumerate(config.sources)
            ),
            web=self._web(config.web),
            chats=tuple(
                self._chat(one, self._at("chats", n)) for n, one in enumerate(config.chats)
            ),
            mailboxes=tuple(
                self._mailbox(one, self._at("mailboxes", n))
                for n, one in enumerate(config.mailboxes)
            ),
        )

    def _at(self, name: str, number: int) -> Place:
        return (name, self._places.number((name,), number))

    def _site(self, site: Site) -> Site:
        spool = str(self._outside.path(site.spool).absolute())
        if not site.sounds:
            return replace(site, spool=spool)
        sounds = self._outside.path(site.sounds).absolute()
        if not sounds.is_dir():
            self._places.mistake(
                ("site", "sounds"), f'"{sounds}" is no folder.', "Make it, or leave sounds out."
            )
        return replace(site, spool=spool, sounds=str(sounds))

    def _privacy(self, privacy: Privacy) -> Privacy:
        """What stands in the key file is read by the store: it may be still to be made."""
        if not privacy.key_file:
            return privacy
        return replace(privacy, key_file=str(self._outside.path(privacy.key_file).absolute()))

    def _line(self, line: Line, place: Place) -> Line:
        if line.mode == "trunk" and line.port == 0:
            self.warnings.append(
                f'line "{line.id}" is a trunk on any free port: set its port, '
                "so that the other side knows where to call."
            )
        return self._outside.with_secret(line, f'line "{line.id}"', place)

    def _asterisk(self, node: Asterisk, place: Place) -> Asterisk:
        if node.password_file and not self._places.mistakes:
            self._make_secret(self._outside.path(node.password_file))
        what = f'asterisk "{node.id}"'
        node = self._outside.with_secret(node, what, place, made_by="cti-bridge asterisk init")
        return self._with_authority(node, place)

    def _with_authority(self, entry: T, place: Place) -> T:
        """The entry with the whole path of its `ca_file`."""
        ca_file: str = getattr(entry, "ca_file", "")
        if not ca_file:
            return entry
        path = self._outside.path(ca_file).absolute()
        self._outside.readable(path, (*place, "ca_file"))
        changes: dict[str, Any] = {"ca_file": str(path)}
        return replace(entry, **changes)

    def _store(self, store: Store) -> Store:
        if store.url_file and store.url_env:
            self._places.mistake(
                ("store", "url_env"), "store has url_file and url_env.", "Keep one of them."
            )
        key = "url"
        if store.url_file:
            key = "url_file"
            found = self._outside.file(store.url_file, ("store", key))
            store = replace(store, url=found or store.url)
        elif store.url_env:
            key = "url_env"
            found = self._outside.variable(store.url_env, ("store", key))
            store = replace(store, url=found or store.url)
        scheme = store.url.partition(":")[0].partition("+")[0]
        if wrong := storeurl.fault(store.url):
            self._places.mistake(("store", key), f"store: {wrong}.", storeurl.FIX)
        return replace(store, url=self._beside(store.url) if scheme == "sqlite" else store.url)

    def _beside(self, url: str) -> str:
        """A relative `sqlite:///FILE`, found from the file's folder: a service and a command
        that is typed elsewhere must not have a database each."""
        start, slashes, rest = url.partition(":///")
        name, mark, options = rest.partition("?")
        if not slashes or not name or name == ":memory:":
            return url
        return f"{start}:///{self._outside.path(name).absolute()}{mark}{options}"

    def _server(self, server: Server) -> Server:
        if not server.tls_certificate and not server.tls_key:
            if not is_loopback(server.host):
                self._places.mistake(
                    ("server", "host"),
                    f'the bridge would listen on "{server.host[:80]}" without TLS.',
                    HOW_TLS,
                )
            return server
        certificate, key = self._tls(server, "server", HOW_TLS)
        return replace(server, tls_certificate=certificate, tls_key=key)

    def _web(self, web: Web) -> Web:
        web = self._outside.with_secret(web, "web", ("web",), "secret", LEAST_SECRET)
        if web.tls_certificate or web.tls_key:
            certificate, key = self._tls(web, "web", HOW_WEB_TLS)
            return replace(web, tls_certificate=certificate, tls_key=key)
        if web.enabled and not web.behind_proxy and not is_loopback(web.host):
            self._places.mistake(
                ("web", "host"),
                f'the public listener would be on "{web.host[:80]}" without TLS.',
                HOW_WEB_TLS,
            )
        return web

    def _tls(self, section: Server | Web, name: str, fix: str) -> tuple[str, str]:
        """The paths of certificate and key."""
        for key in ("tls_certificate", "tls_key"):
            if not getattr(section, key):
                other = "tls_key" if key == "tls_certificate" else "tls_certificate"
                self._places.mistake(
                    (name, other), f"{name}.{other} is there without {name}.{key}.", fix
                )
            else:
                self._outside.readable(self._outside.path(getattr(section, key)), (name, key))
        if section.tls_key:
            path = self._outside.path(section.tls_key)
            self._outside.warn_if_open(path, f"the key {section.tls_key}")
        certificate = self._outside.path(section.tls_certificate)
        return str(certificate), str(self._outside.path(section.tls_key))

    def _chat(self, chat: ChatSite, place: Place) -> ChatSite:
        what = f'chat "{chat.id}"'
        return self._outside.with_secret(chat, what, place, "identity_secret", LEAST_SECRET)

    def _source(self, source: NamedSource, place: Place) -> NamedSource:
        """A file, or one of SQLite, is found from the folder of bridge.toml."""
        source = self._outside.with_secret(source, f'source "{source.name}"', place)
        if "://" not in source.location:
            return replace(source, location=str(self._outside.path(source.location).absolute()))
        scheme = source.location.partition(":")[0].partition("+")[0]
        beside = self._beside(source.location) if scheme == "sqlite" else source.location
        return replace(source, location=beside)

    def _mailbox(self, box: Mailbox, place: Place) -> Mailbox:
        box = self._outside.with_secret(box, f'mailbox "{box.id}"', place)
        if box.oauth2_token_file:  # may come after the start: it is read at each sign-in
            token = self._outside.path(box.oauth2_token_file).absolute()
            box = replace(box, oauth2_token_file=str(token))
        return self._with_authority(box, place)
