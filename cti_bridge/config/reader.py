"""bridge.toml to frozen values; every mistake with its line and what to do about it."""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from cti_bridge.config import checks, storeurl
from cti_bridge.config.errors import ConfigError, Mistake
from cti_bridge.config.locate import locate
from cti_bridge.config.loopback import HOW_TLS, is_loopback
from cti_bridge.config.secret import SecretError, from_environment, from_file, open_to_all
from cti_bridge.config.shape import Places, build
from cti_bridge.config.values import Config, Line, Server, Store
from cti_bridge.resources import resources

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ConfigError", "Loaded", "Mistake", "load", "read"]

logger = logging.getLogger(__name__)
MAX_BYTES: Final = 1024 * 1024
_AT_LINE: Final = re.compile(r"^(?P<what>.*) \(at line (?P<line>\d+), column \d+\)$", re.DOTALL)
_AT_END: Final = re.compile(r" \(at end of document\)$")

HINTS: Final = {
    "Cannot overwrite a value": "This key is there twice in its section: keep one of them.",
    "Cannot declare": "This section is there twice: put its keys under one heading.",
    "Unescaped '\\'": r"Write a text with backslashes in single quotes: '1\d{3}'.",
    "Invalid value": "Write texts in straight double quotes; numbers, true and false without.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration that can be used, and what is worth saying of it."""

    config: Config
    warnings: tuple[str, ...] = ()


def load(path: str | Path, environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration with its secrets filled in; raises `ConfigError` with every mistake.
    What `read` warns of is logged."""
    loaded = read(path, environment)
    for warning in loaded.warnings:
        logger.warning("%s", warning)
    return loaded.config


def read(path: str | Path, environment: Mapping[str, str] = os.environ) -> Loaded:
    """As `load`, with the warnings for the caller to tell. Files named in it are found from its
    own folder."""
    path = Path(path)
    text = _text(path)
    data, places = _parse(path, text)
    config = build(data, places)
    checks.run(config, places)
    resolver = _Resolver(path.absolute().parent, environment, places)
    config = resolver.resolve(config)
    if places.mistakes:
        raise ConfigError(str(path), *places.mistakes)
    return Loaded(config=config, warnings=tuple(resolver.warnings + _own_secrets(path, text)))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _whole(path, f"is larger than {MAX_BYTES} bytes.", "Is it the right file?")
        data = path.read_bytes()
    except FileNotFoundError as error:
        fix = f"Copy {resources() / 'bridge.example.toml'} there, or name another with --config."
        raise _whole(path, "there is no such file.", fix) from error
    except OSError as error:
        raise _whole(path, f"cannot be read ({error.strerror}).", "") from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        mistake = Mistake(what="this is not UTF-8.", fix="Save the file as UTF-8.", line=line)
        raise ConfigError(str(path), mistake) from error


def _parse(path: Path, text: str) -> tuple[dict[str, Any], Places]:
    try:
        return tomllib.loads(text), Places(locate(text))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.match(str(error))
        line = int(found["line"]) if found else text.rstrip().count("\n") + 1
        what = found["what"] if found else _AT_END.sub("", str(error))
        fix = _hint(what)
        raise ConfigError(str(path), Mistake(what=f"{what}.", fix=fix, line=line)) from error
    except RecursionError as error:
        raise _whole(path, "is nested too deeply.", "Is it the right file?") from error


def _hint(what: str) -> str:
    """What the reader's sentence means most of the time, to one who does not know TOML."""
    for words, fix in HINTS.items():
        if what.startswith(words):
            return fix
    return "The file is read as TOML (toml.io): check quotes, brackets and = here."


def _whole(path: Path, what: str, fix: str) -> ConfigError:
    return ConfigError(str(path), Mistake(what=what, fix=fix))


def _own_secrets(path: Path, text: str) -> list[str]:
    has_secret = re.search(r"^\s*password\s*=\s*[\"'][^\"']", text, re.MULTILINE)
    if has_secret and open_to_all(path):
        return [
            f"{path} holds a password and every user of this machine can read it: "
            f"chmod o-r {path}, or use password_file."
        ]
    return []


class _Resolver:
    """Fills in what stands outside the file: passwords, the store's URL, paths."""

    def __init__(self, folder: Path, environment: Mapping[str, str], places: Places) -> None:
        self._folder, self._environment, self._places = folder, environment, places
        self.warnings: list[str] = []

    def resolve(self, config: Config) -> Config:
        numbers = self._places.kept.get("lines", range(len(config.lines)))
        return replace(
            config,
            store=self._store(config.store),
            server=self._server(config.server),
            lines=tuple(
                self._line(line, number)
                for line, number in zip(config.lines, numbers, strict=True)
            ),
        )

    def _line(self, line: Line, number: int) -> Line:
        path = ("lines", number)
        given = [
            key for key in ("password", "password_file", "password_env") if getattr(line, key)
        ]
        if len(given) > 1:
            self._places.mistake(
                (*path, given[1]),
                f'line "{line.id}" has {" and ".join(given)}.',
                "Keep one of them.",
            )
        if line.mode == "trunk" and line.port == 0:
            self.warnings.append(
                f'line "{line.id}" is a trunk on any free port: set its port, '
                "so that the other side knows where to call."
            )
        if line.password_file:
            return replace(line, password=self._file(line.password_file, (*path, "password_file")))
        if line.password_env:
            return replace(
                line, password=self._variable(line.password_env, (*path, "password_env"))
            )
        return line

    def _store(self, store: Store) -> Store:
        if store.url_file and store.url_env:
            self._places.mistake(
                ("store", "url_env"), "store has url_file and url_env.", "Keep one of them."
            )
        key = "url"
        if store.url_file:
            key = "url_file"
            store = replace(store, url=self._file(store.url_file, ("store", key)) or store.url)
        elif store.url_env:
            key = "url_env"
            store = replace(store, url=self._variable(store.url_env, ("store", key)) or store.url)
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
        return f"{start}:///{self._path(name).absolute()}{mark}{options}"

    def _server(self, server: Server) -> Server:
        if not server.tls_certificate and not server.tls_key:
            if not is_loopback(server.host):
                self._places.mistake(
                    ("server", "host"),
                    f'the bridge would listen on "{server.host[:80]}" without TLS.',
                    HOW_TLS,
                )
            return server
        for key in ("tls_certificate", "tls_key"):
            if not getattr(server, key):
                other = "tls_key" if key == "tls_certificate" else "tls_certificate"
                self._places.mistake(
                    ("server", other), f"server.{other} is there without server.{key}.", HOW_TLS
                )
            else:
                self._readable(self._path(getattr(server, key)), ("server", key))
        if server.tls_key and open_to_all(self._path(server.tls_key)):
            self.warnings.append(
                f"every user of this machine can read the key {server.tls_key}: chmod o-r it."
            )
        return replace(
            server,
            tls_certificate=str(self._path(server.tls_certificate)),
            tls_key=str(self._path(server.tls_key)),
        )

    def _readable(self, path: Path, place: tuple[str | int, ...]) -> None:
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            self._places.mistake(
                place, f'"{path}" cannot be read ({error.strerror}).', "Name a PEM file."
            )

    def _file(self, name: str, place: tuple[str | int, ...]) -> str:
        path = self._path(name)
        value = self._secret(lambda: from_file(path), place, "Put the secret on its first line.")
        if value and open_to_all(path):
            self.warnings.append(f"every user of this machine can read {path}: chmod o-r it.")
        return value

    def _variable(self, name: str, place: tuple[str | int, ...]) -> str:
        return self._secret(
            lambda: from_environment(name, self._environment), place, "Set it before the start."
        )

    def _secret(self, get: Callable[[], str], place: tuple[str | int, ...], fix: str) -> str:
        try:
            return get()
        except SecretError as error:
            self._places.mistake(place, str(error), fix)
            return ""

    def _path(self, name: str) -> Path:
        return self._folder / name  # an absolute name stays itself
