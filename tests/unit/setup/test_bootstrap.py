"""What `make` says on a system that lacks something, and what the lock files hold."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[3]


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts/bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bootstrap = _load()


def test_what_the_linker_knows_is_not_asked_for():
    listed = "".join(
        f"\t{library} (libc6,x86-64) => /lib/{library}\n"
        for library in bootstrap.NEEDED
        if library not in ("libEGL.so.1", "libglib-2.0.so.0")
    )
    head = "310 libs found in cache `/etc/ld.so.cache'\n"
    assert bootstrap.packages_not_in(head + listed) == {"libegl1", "libglib2.0-0"}


def test_somebody_who_may_not_install_gets_the_line_to_type(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "as_named_here", lambda name: name)
    with pytest.raises(bootstrap.MissingPart) as told:
        bootstrap.need_packages(["python3.11-venv", "libegl1"], why="Two things are missing")
    assert str(told.value).splitlines() == [
        "Two things are missing. On Debian or Ubuntu install:",
        "    sudo apt-get install python3.11-venv libegl1",
    ]


def test_one_line_names_venv_and_what_qt_needs(monkeypatch, tmp_path):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / "venv")
    monkeypatch.setattr(bootstrap, "as_named_here", lambda name: name)
    monkeypatch.setattr(bootstrap, "can_make_environments", lambda: False)
    monkeypatch.setattr(bootstrap, "probably_missing", lambda: {"libgl1", "libegl1"})
    with pytest.raises(bootstrap.MissingPart, match=r"install python3\.\d+-venv libegl1 libgl1$"):
        bootstrap.create_environment()


def _locked(name: str) -> dict[str, str]:
    """Each package of a lock file with all that stands in its entry."""
    text = (ROOT / name).read_text()
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    return {bootstrap.canonical(entry.split("==")[0]): entry for entry in entries}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_holds_every_dependency_by_hash_and_no_address(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = _locked(name)
    wanted = {
        bootstrap.canonical(re.split(r"[\[=<>!; ]", one)[0]) for one in project["dependencies"]
    }
    assert wanted <= locked.keys()
    assert [one for one, entry in locked.items() if "--hash=sha256:" not in entry] == []
    assert "://" not in (ROOT / name).read_text()


def test_both_locks_agree():
    product, workshop = _locked("requirements.txt"), _locked("requirements-dev.txt")

    def version(entry: str) -> str:
        return entry.split()[0]

    assert {name: version(workshop[name]) for name in product} == {
        name: version(entry) for name, entry in product.items()
    }
