"""What every test shares: no screen, no home folder, peers by name, skips that may fail a run."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.database import (  # noqa: F401
    bare_database_url,
    database,
    database_url,
    postgres_server,
)
from tests.helpers.examples import examples
from tests.helpers.peers import absent, denied

if TYPE_CHECKING:
    from collections.abc import Generator

    from _pytest.terminal import TerminalReporter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Else each program that a test starts compiles all of its modules anew: a second and more of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Begun in the background of a shell, which lets children ignore Ctrl+C: those that are
    # tested are stopped by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
# A machine with other work is slow; that is no counterexample.
settings.register_profile(
    "ficha",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=examples(100),
)
settings.load_profile("ficha")
_home = tempfile.mkdtemp(prefix="ficha-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = os.path.join(_home, _variable)

_HERE = Path(__file__).parent
_GUI = _HERE / "gui"
DENIED = ": right "
NO_SKIPS = os.environ.get("FICHA_NO_SKIPS", "") not in ("", "0")


_WAITING = ("e2e", "gui/live", "integration/telephony", "integration/peers", "integration/media")
"""Rooms of tests that mostly wait for something outside of Python."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Waiting modules stand between the others, each whole and on one worker.

    So that one waits while others work, and a peer that a module shares is started once.
    """
    waiting: dict[Path, list[pytest.Item]] = {}
    working = []
    rooms = tuple(_HERE / room for room in _WAITING)
    for item in items:
        if not any(item.path.is_relative_to(room) for room in rooms):
            working.append(item)
            continue
        waiting.setdefault(item.path, []).append(item)
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(_HERE))))
    # the last fifth has none: a run shall not end with one worker that waits
    stride = max(1, int(0.8 * len(working)) // max(1, len(waiting)))
    items[:] = []
    for number, module in enumerate(waiting.values()):
        items += [*module, *working[number * stride : (number + 1) * stride]]
    items += working[len(waiting) * stride :]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`@pytest.mark.peer("asterisk")` skips, by the peer's name, where it is not installed."""
    for marker in item.iter_markers("peer"):
        for name in marker.args:
            if why := absent(name):
                pytest.skip(f"peer {name}: {why}")
    for marker in item.iter_markers("right"):
        for name in marker.args:
            if why := denied(name):
                pytest.skip(f"right {name}: {why}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What a test of the desktop leaves behind dies here, on the Qt thread.

    Collected later by another thread, such as a database's, a widget ends the whole run.
    """
    if not (
        {"qapp", "qtbot"} & set(getattr(item, "fixturenames", ())) or _GUI in item.path.parents
    ):
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()  # what outlives the test is no garbage: the next collection skips it
        gc.enable()


def _skipped(reporter: TerminalReporter) -> list[str]:
    """One line for each skipped test or module: its name and the reason."""
    lines = []
    for report in reporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        lines.append(f"{report.nodeid}: {str(reason).removeprefix('Skipped: ')}")
    return lines


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    skipped = _skipped(terminalreporter)
    if peers := sorted(
        {line.split("peer ")[1].split(":")[0] for line in skipped if "peer " in line}
    ):
        terminalreporter.write_line(
            f"Not tried, not installed: {', '.join(peers)} (`sudo make peers` installs them)"
        )
    rights = [line for line in skipped if DENIED in line]
    for line in rights:
        terminalreporter.write_line(f"Left out, the machine denies it: {line}")
    skipped = [line for line in skipped if line not in rights]
    if NO_SKIPS and skipped:
        terminalreporter.write_line("FICHA_NO_SKIPS is set, and these were skipped:", red=True)
        for line in skipped:
            terminalreporter.write_line(f"  {line}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if not NO_SKIPS or hasattr(session.config, "workerinput"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    missed = reporter is not None and any(DENIED not in line for line in _skipped(reporter))
    if missed and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
