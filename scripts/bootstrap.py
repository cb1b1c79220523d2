"""Builds `.venv` from the lock and looks for what the machine must bring; standard library only.

Run by `make`. Quiet and quick when all is there. Exit code 1, with the package line to
install, when something of the system is missing that this user may not install.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.txt"
STAMP = VENV / ".ficha-ready"
VERSIONS = ((3, 11), (3, 12), (3, 13))
PROJECT = "ficha"

# What Qt loads on Linux for the windows, the pictures without a screen, and the headset.
QT_FILES = (
    "QtGui.abi3.so",
    "QtWidgets.abi3.so",
    "QtSvg.abi3.so",
    "QtNetwork.abi3.so",
    "QtMultimedia.abi3.so",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/platforms/libqxcb.so",
    "Qt/plugins/multimedia/libffmpegmediaplugin.so",
)
# The libraries that a minimal Debian 12 lacks for them, each with its package ...
NEEDED = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrandr.so.2": "libxrandr2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libpulse.so.0": "libpulse0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# ... and those that another system, or another Qt, may lack.
PACKAGES = NEEDED | {
    "libGLX.so.0": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libXrender.so.1": "libxrender1",
    "libasound.so.2": "libasound2",
    "libbrotlidec.so.1": "libbrotli1",
    "libbz2.so.1": "libbz2-1.0",
    "libbz2.so.1.0": "libbz2-1.0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libva-drm.so.2": "libva-drm2",
    "libva-x11.so.2": "libva-x11-2",
    "libva.so.2": "libva2",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libzstd.so.1": "libzstd1",
}


class MissingPart(Exception):
    """Something of the system is missing; the message says what to type."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bootstrap", description=__doc__)
    parser.add_argument("--force", action="store_true", help="do it again though all is there")
    options = parser.parse_args(arguments)
    try:
        prepare(force=options.force)
    except (MissingPart, subprocess.CalledProcessError) as error:
        say(str(error))
        return 1
    return 0


def prepare(*, force: bool = False) -> None:
    wanted = fingerprint()
    if not force and STAMP.is_file() and STAMP.read_text() == wanted and interpreter_works():
        return
    STAMP.unlink(missing_ok=True)
    if not interpreter_works():
        create_environment()
    install()
    check_libraries()
    STAMP.write_text(wanted)
    say("ready")


def fingerprint() -> str:
    """Changes with the lock, with what the project declares, and with this file."""
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml", Path(__file__).resolve()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def interpreter_works() -> bool:
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    asked = subprocess.run(
        [python, "-c", "import sys, pip; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        env=clean_environment(),
        check=False,
    )
    return asked.returncode == 0 and tuple(map(int, asked.stdout.split())) in VERSIONS


def create_environment() -> None:
    say(f"building .venv with Python {platform.python_version()}")
    if VENV.exists():
        shutil.rmtree(VENV)
    if not can_make_environments():
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        need_packages(
            [f"python{version}-venv", *sorted(probably_missing())],
            why="Python's venv module is missing",
        )
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True, env=clean_environment())


def can_make_environments() -> bool:
    asked = subprocess.run(
        [sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False
    )
    return asked.returncode == 0


def install() -> None:
    """Makes the environment what the lock says: adds, replaces, removes."""
    say("installing what requirements-dev.txt locks (about 300 MB the first time)")
    pip("install", "--require-hashes", "-r", str(LOCK))
    if extra := installed() - locked() - {"pip", "setuptools", PROJECT}:
        pip("uninstall", "-y", *sorted(extra))
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))


def locked() -> set[str]:
    names = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", LOCK.read_text(), flags=re.MULTILINE)
    return {canonical(name) for name in names}


def installed() -> set[str]:
    listed = subprocess.run(
        [VENV / "bin" / "python", "-m", "pip", "list", "--format=freeze"],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment(),
    )
    return {canonical(line.split("==")[0]) for line in listed.stdout.splitlines() if "==" in line}


def canonical(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pip(*arguments: str) -> None:
    done = subprocess.run(
        [VENV / "bin" / "python", "-m", "pip", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(),
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise MissingPart(f"pip {arguments[0]} failed:\n{tail}")


def clean_environment() -> dict[str, str]:
    """This process's, without an active virtual environment or a foreign import path."""
    dropped = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


def check_libraries() -> None:
    """The shared libraries that Qt needs of a Linux system."""
    if sys.platform != "linux" or not (missing := missing_libraries()):
        return
    unknown = sorted(missing - PACKAGES.keys())
    if unknown:
        raise MissingPart(
            "Qt needs shared libraries that this system lacks: "
            + ", ".join(unknown)
            + " (on Debian, `apt-file search NAME` tells the package)"
        )
    need_packages(sorted({PACKAGES[name] for name in missing}), why="Qt needs shared libraries")
    if still := missing_libraries():
        raise MissingPart(f"still missing after the installation: {', '.join(sorted(still))}")


def probably_missing() -> set[str]:
    """Packages for Qt before it is installed to be asked, so that there is one line to type."""
    try:
        listed = subprocess.run(
            ["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return set()  # asked again, of Qt itself, once it is there
    return packages_not_in(listed)


def packages_not_in(listed: str) -> set[str]:
    """`listed`: what `ldconfig -p` prints, one library a line."""
    found = {line.split()[0] for line in listed.splitlines() if " => " in line}
    return {package for library, package in NEEDED.items() if library not in found}


def missing_libraries() -> set[str]:
    [packages] = VENV.glob("lib/python*/site-packages")
    return lacking(packages / "PySide6" / name for name in QT_FILES)


def lacking(files: Iterable[Path]) -> set[str]:
    """Names that the dynamic linker does not find for these files, directly or further down."""
    found = subprocess.run(
        ["ldd", *files],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LC_ALL": "C"},
    )
    return set(re.findall(r"^\s*(\S+) => not found", found.stdout, flags=re.MULTILINE))


def need_packages(names: Sequence[str], *, why: str) -> None:
    """Installs Debian packages as root, else raises `MissingPart` with the line to type."""
    names = [as_named_here(name) for name in names]
    if os.geteuid() == 0 and Path("/etc/debian_version").exists():
        say(f"{why}: apt-get install {' '.join(names)}")
        apt("update")
        apt("install", "-y", "--no-install-recommends", *map(as_named_here, names))
        return
    line = f"    sudo apt-get install {' '.join(names)}"
    raise MissingPart(f"{why}. On Debian or Ubuntu install:\n{line}")


def as_named_here(name: str) -> str:
    """Debian 13 and Ubuntu 24.04 renamed some libraries for 64-bit time (`libglib2.0-0t64`)."""
    if shutil.which("apt-cache") is None:
        return name
    asked = subprocess.run(
        ["apt-cache", "show", f"{name}t64"], capture_output=True, text=True, check=False
    )
    return f"{name}t64" if asked.returncode == 0 and asked.stdout.strip() else name


def apt(*arguments: str) -> None:
    done = subprocess.run(
        ["apt-get", "-q", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise MissingPart(f"apt-get {arguments[0]} failed:\n{tail}")


def say(text: str) -> None:
    sys.stderr.write(f"ficha: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
