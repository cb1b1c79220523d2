"""bridge.toml to frozen values; every mistake with its line and what to do about it."""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cti_bridge.config import checks
from cti_bridge.config.errors import ConfigError, Mistake
from cti_bridge.config.hints import hints
from cti_bridge.config.locate import locate
from cti_bridge.config.resolve import Resolver, leave
from cti_bridge.config.secret import open_to_all
from cti_bridge.config.shape import Places, build
from cti_bridge.config.values import Config
from cti_bridge.resources import resources

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


def read(
    path: str | Path,
    environment: Mapping[str, str] = os.environ,
    make_secret: Callable[[Path], None] = leave,
) -> Loaded:
    """As `load`, with the warnings for the caller to tell. Files named in it are found from its
    own folder; `make_secret` may write the password file of an [[asterisk]] before it is read."""
    found = survey(path, environment, make_secret)
    if found.mistakes:
        raise ConfigError(str(path), *found.mistakes)
    return Loaded(config=found.config, warnings=found.warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """What is right in a file, with every mistake of it."""

    config: Config
    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[str, ...] = ()


def survey(
    path: str | Path,
    environment: Mapping[str, str] = os.environ,
    make_secret: Callable[[Path], None] = leave,
) -> Surveyed:
    """As `read`; raises `ConfigError` only where there is nothing to read."""
    path = Path(path)
    text = _text(path)
    data, places = _parse(path, text)
    config = build(data, places)
    checks.run(config, places)
    resolver = Resolver(path.absolute().parent, environment, places, make_secret)
    config = resolver.resolve(config)
    warnings = (*resolver.warnings, *_own_secrets(path, text), *hints(config))
    return Surveyed(config=config, mistakes=tuple(places.mistakes), warnings=warnings)


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
    has_secret = re.search(
        r"^\s*(password|secret|identity_secret)\s*=\s*[\"'][^\"']", text, re.MULTILINE
    )
    if has_secret and open_to_all(path):
        return [
            f"{path} holds a password and every user of this machine can read it: "
            f"chmod o-r {path}, or use a key that ends in _file."
        ]
    return []
