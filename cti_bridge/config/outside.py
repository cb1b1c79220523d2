"""What stands outside bridge.toml and is named in it: files and environment variables."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from cti_bridge.config.secret import SecretError, from_environment, from_file, open_to_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cti_bridge.config.locate import Path as Place
    from cti_bridge.config.shape import Places
    from cti_bridge.config.values import Section

T = TypeVar("T", bound="Section")


class Outside:
    """Files are found from the configuration's folder; what is wrong is told to `places`."""

    def __init__(self, folder: Path, environment: Mapping[str, str], places: Places) -> None:
        self.folder, self.environment, self.places = folder, environment, places
        self.warnings: list[str] = []

    def path(self, name: str) -> Path:
        return self.folder / name  # an absolute name stays itself

    def with_secret(
        self,
        entry: T,
        what: str,
        place: Place,
        key: str = "password",
        least: int = 0,
        made_by: str = "",
    ) -> T:
        """The entry with `key` filled in from `key`_file or `key`_env, where one is named; it
        must have `least` characters there. `made_by`: the command that makes such a file."""
        keys = (key, f"{key}_file", f"{key}_env")
        given: list[str] = [one for one in keys if getattr(entry, one)]
        if len(given) > 1:
            self.places.mistake(
                (*place, given[1]), f"{what} has {' and '.join(given)}.", "Keep one of them."
            )
        if key in given and getattr(entry, key).isspace():
            fix = f"Write it, or put it into {key}_file or {key}_env."
            self.places.mistake((*place, key), f"the {key} of {what} is blank.", fix)
        of_file = partial(self.file, made_by=made_by)
        for where, get in ((f"{key}_file", of_file), (f"{key}_env", self.variable)):
            if where in given:
                value = get(getattr(entry, where), (*place, where))
                if 0 < len(value) < least:
                    fault = f"the secret of {what} has {len(value)} characters: it can be guessed."
                    fix = f"Give it {least} random ones: openssl rand -hex 32."
                    self.places.mistake((*place, where), fault, fix)
                return _with(entry, key, value)
        return entry

    def file(self, name: str, place: Place, made_by: str = "") -> str:
        """The secret in a file; "" where there is none."""
        path = self.path(name)
        fix = "Put the secret on its first line."
        if made_by and not path.exists():
            fix = f"{made_by} makes it; or put the secret on its first line."
        value = self._secret(lambda: from_file(path), place, fix)
        if value:
            self.warn_if_open(path, str(path))
        return value

    def variable(self, name: str, place: Place) -> str:
        return self._secret(
            lambda: from_environment(name, self.environment), place, "Set it before the start."
        )

    def warn_if_open(self, path: Path, what: str) -> None:
        if open_to_all(path):
            self.warnings.append(f"every user of this machine can read {what}: chmod o-r it.")

    def readable(self, path: Path, place: Place) -> None:
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            self.places.mistake(
                place, f'"{path}" cannot be read ({error.strerror}).', "Name a PEM file."
            )

    def _secret(self, get: Callable[[], str], place: Place, fix: str) -> str:
        try:
            return get()
        except SecretError as error:
            self.places.mistake(place, str(error), fix)
            return ""


def _with(entry: T, key: str, value: str) -> T:
    changes: dict[str, Any] = {key: value}
    return replace(entry, **changes)
