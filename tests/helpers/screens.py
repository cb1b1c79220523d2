"""Every screen to a picture: `python -m tests.helpers.screens OUTDIR [--only NAME]`.

A screen is a function from a `Stage` to a widget; `@screen("name")` registers it. Each is drawn
in Spanish and English, light and dark, 1024×640 and 1920×1080, from made-up states.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from agent_desktop.views import i18n, theme
from tests.helpers.desktop import FakeLink

SIZES = ((1024, 640), (1920, 1080))
LANGUAGES = ("es", "en")
MODES = ("light", "dark")
MOST = 5_000  # milliseconds
TURNS = 3
LAYS_OUT = frozenset(
    {
        QEvent.Type.LayoutRequest,
        QEvent.Type.Resize,
        QEvent.Type.Move,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.Polish,
        QEvent.Type.ContentsRectChange,
    }
)
BUILDERS = (
    "tests.helpers.screens_work",
    "tests.helpers.screens_chat",
    "tests.helpers.screens_mail",
    "tests.helpers.screens_pages",
    "tests.helpers.screens_file",
    "tests.helpers.screens_form",
    "tests.helpers.screens_recordings",
    "tests.helpers.screens_supervision",
    "tests.helpers.screens_importing",
    "tests.helpers.screens_merging",
    "tests.helpers.screens_privacy",
)


@dataclass(frozen=True)
class Stage:
    """What a screen may build on."""

    language: str
    mode: str
    width: int
    height: int

    def link(self) -> FakeLink:
        return FakeLink()


Builder = Callable[[Stage], QWidget]
SCREENS: dict[str, Builder] = {}


def screen(name: str) -> Callable[[Builder], Builder]:
    def register(builder: Builder) -> Builder:
        SCREENS[name] = builder
        return builder

    return register


class _Rest(QObject):
    """Ends a loop once nothing was laid out for some milliseconds, and in the turns after it:
    where the machine is busy those are over before what was under way has come to its turn."""

    def __init__(self, loop: QEventLoop, milliseconds: int) -> None:
        super().__init__()
        self._loop, self._turns = loop, 0
        self._quiet = QTimer(self, singleShot=True, interval=milliseconds)
        self._turn = QTimer(self, singleShot=True, interval=0)
        for timer in (self._quiet, self._turn):
            timer.timeout.connect(self._one_more)
        self._begin()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in LAYS_OUT:
            self._begin()
        return False

    def _begin(self) -> None:
        self._turns = 0
        self._turn.stop()
        self._quiet.start()

    def _one_more(self) -> None:
        self._turns += 1
        if self._turns > TURNS:
            self._loop.quit()
        else:
            self._turn.start()


def settle(milliseconds: int = 60, *, most: int = MOST) -> None:
    """Until nothing was laid out for so long; `most` bounds what never comes to rest."""
    app = QApplication.instance()
    assert app is not None
    loop = QEventLoop()
    rest = _Rest(loop, milliseconds)
    QTimer.singleShot(milliseconds + most, loop, loop.quit)
    app.installEventFilter(rest)
    loop.exec()
    app.removeEventFilter(rest)


def pause(milliseconds: int) -> None:
    """So long, whatever happens in it."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def draw(name: str, stage: Stage, folder: Path) -> Path:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.install(app, stage.mode)  # type: ignore[arg-type]
    i18n.use_language(stage.language)
    widget = SCREENS[name](stage)
    widget.resize(stage.width, stage.height)
    widget.show()
    settle()
    path = folder / f"{name}-{stage.language}-{stage.mode}-{stage.width}.png"
    if not widget.grab().save(str(path)):
        raise OSError(f"{path} was not written")
    widget.close()
    widget.deleteLater()
    pause(0)
    return path


def load() -> None:
    for module in BUILDERS:
        if importlib.util.find_spec(module):
            importlib.import_module(module)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="screens whose name begins so")
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--mode", choices=MODES)
    parser.add_argument("--width", type=int, choices=[w for w, _ in SIZES])
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    _app = QApplication.instance() or QApplication([])
    load()
    for name in sorted(n for n in SCREENS if n.startswith(wanted.only)):
        for (width, height), language, mode in itertools.product(SIZES, LANGUAGES, MODES):
            asked = (wanted.language, wanted.mode, wanted.width)
            if all(a in (None, b) for a, b in zip(asked, (language, mode, width), strict=True)):
                print(draw(name, Stage(language, mode, width, height), wanted.folder))


if __name__ == "__main__":
    import sys

    # registered in the module that builders import, not in `__main__`
    sys.modules.setdefault("tests.helpers.screens", sys.modules["__main__"])
    main()
