"""Tokens to palette, style sheet, fonts and icons: the one place where looks are made."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import fontpkg_inter
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QPalette,
    QPixmap,
)
from qtawesome.iconic_font import IconicFont

from agent_desktop.paths import resource

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QApplication

Mode = Literal["system", "light", "dark"]
FAMILY: Final = "Inter"

# Our names for icons; every icon of the desktop is in this table.
ICONS: Final = {
    "work": "ph.headset",
    "customers": "ph.users",
    "customer": "ph.user",
    "customer-add": "ph.user-plus",
    "organisation": "ph.buildings",
    "duplicates": "ph.copy",
    "merge": "ph.git-merge",
    "history": "ph.clock-counter-clockwise",
    "missed": "ph.phone-x",
    "settings": "ph.gear-six",
    "voice": "ph.phone",
    "call": "ph.phone",
    "call-in": "ph.phone-incoming",
    "call-out": "ph.phone-outgoing",
    "ringing": "ph.phone-call",
    "hang-up": "ph.phone-disconnect",
    "chat": "ph.chat",
    "email": "ph.envelope-simple",
    "park": "ph.hourglass",
    "split": "ph.git-fork",
    "take": "ph.hand-pointing",
    "eye": "ph.eye",
    "hold": "ph.pause",
    "retrieve": "ph.play",
    "mute": "ph.microphone-slash",
    "microphone": "ph.microphone",
    "keypad": "ph.dots-nine",
    "transfer": "ph.arrow-bend-up-right",
    "swap": "ph.arrows-left-right",
    "conference": "ph.users-three",
    "search": "ph.magnifying-glass",
    "close": "ph.x",
    "check": "ph.check",
    "down": "ph.caret-down",
    "right": "ph.caret-right",
    "left": "ph.caret-left",
    "up": "ph.caret-up",
    "more": "ph.dots-three",
    "warning": "ph.warning",
    "error": "ph.warning-circle",
    "info": "ph.info",
    "offline": "ph.cloud-slash",
    "line-down": "ph.phone-slash",
    "withheld": "ph.eye-slash",
    "question": "ph.question",
    "bell": "ph.bell",
    "edit": "ph.pencil-simple",
    "add": "ph.plus",
    "remove": "ph.trash-simple",
    "note": "ph.note-pencil",
    "pin": "ph.push-pin",
    "tag": "ph.tag-simple",
    "clock": "ph.clock",
    "calendar": "ph.calendar-blank",
    "language": "ph.globe-simple",
    "theme": "ph.moon",
    "sound": "ph.speaker-high",
    "headset": "ph.headphones",
    "keyboard": "ph.keyboard",
    "key": "ph.key",
    "sign-out": "ph.sign-out",
    "filter": "ph.funnel-simple",
    "refresh": "ph.arrow-clockwise",
    "queue": "ph.list-bullets",
    "inbox": "ph.tray",
    "extend": "ph.plus-circle",
    "journey": "ph.path",
    "agent": "ph.user-circle",
    "done": "ph.check-circle",
    "attach": "ph.paperclip",
    "reply": "ph.arrow-bend-up-left",
    "reply-all": "ph.arrow-bend-double-up-left",
    "forward": "ph.arrow-bend-up-right",
    "send": "ph.paper-plane-right",
    "undo": "ph.arrow-counter-clockwise",
    "image": "ph.image",
    "file": "ph.file",
    "file-text": "ph.file-text",
    "file-pdf": "ph.file-pdf",
    "save": "ph.download-simple",
    "print": "ph.printer",
    "source": "ph.code",
    "automatic": "ph.robot",
    "voicemail": "ph.voicemail",
    "callback": "ph.phone-call",
    "play": "ph.play",
    "record": "ph.record",
    "ear": "ph.ear",
    "stop": "ph.stop",
    "canned": "ph.lightning",
    "open": "ph.export",
    "import": "ph.upload-simple",
    "read": "ph.checks",
    "link": "ph.link",
    "lock": "ph.lock-simple",
    "unlock": "ph.lock-simple-open",
    "shield": "ph.shield-check",
}


class Theme(QObject):
    """The look of the whole application.

    Signals:
        changed: colours are new; what paints by itself or holds icons repaints.
    """

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = "system") -> None:
        super().__init__(app)
        with resource("style", "tokens.toml").open("rb") as file:
            self.tokens = tomllib.load(file)
        self._template = resource("style", "desktop.qss").read_text("utf-8")
        self._app, self._mode = app, mode
        self._icons = IconicFont(
            ("ph", "phosphor-1.3.0.ttf", "phosphor-charmap-1.3.0.json")
        )  # one font of the eleven that qtawesome would load
        _load_inter()
        app.setFont(font(tabular=False))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.apply(mode)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def dark(self) -> bool:
        if self._mode == "system":
            return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return self._mode == "dark"

    def apply(self, mode: Mode) -> None:
        self._mode = mode
        colours = self.tokens["dark" if self.dark else "light"]
        self._colours = {name: QColor(value) for name, value in colours.items()}
        _pixmap.cache_clear()
        self._app.setPalette(self._palette())
        self._app.setStyleSheet(self._sheet(colours))
        self.changed.emit()

    def colour(self, role: str) -> QColor:
        """Raises KeyError where the role is not in tokens.toml."""
        return self._colours[role]

    def space(self, name: str) -> int:
        return int(self.tokens["space"][name])

    def render(self, name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
        drawn = self._icons.icon(ICONS[name], color=colour)
        # with its ratio: without one Qt takes the application's, once more on a fine screen
        pixmap: QPixmap = drawn.pixmap(QSize(size, size), ratio)
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _system_changed(self) -> None:
        if self._mode == "system":
            self.apply("system")

    def _sheet(self, colours: dict[str, str]) -> str:
        sizes = {n: f"{v}px" for g in ("type", "shape") for n, v in self.tokens[g].items()}
        words = sizes | colours
        return re.sub(r"@([a-z0-9-]+)", lambda m: words[m[1]], self._template)

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, name in _PALETTE.items():
            palette.setColor(role, self._colours[name])
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self._colours["text-3"])
        return palette


_R = QPalette.ColorRole
_PALETTE: Final = {
    _R.Window: "bg",
    _R.WindowText: "text",
    _R.Base: "surface",
    _R.AlternateBase: "raised",
    _R.Text: "text",
    _R.PlaceholderText: "text-3",
    _R.Button: "surface",
    _R.ButtonText: "text",
    _R.BrightText: "bad",
    _R.Highlight: "accent",
    _R.HighlightedText: "on-accent",
    _R.Link: "accent",
    _R.ToolTipBase: "text",
    _R.ToolTipText: "surface",
    _R.Light: "raised",
    _R.Midlight: "line",
    _R.Mid: "line",
    _R.Dark: "line-strong",
    _R.Shadow: "line-strong",
}


# One application, one theme. Not a property of the application: a Python object in a QVariant
# that dies with it crashes the interpreter at exit.
_installed: list[Theme] = []


def theme() -> Theme:
    """The theme of the running application; raises LookupError before `install`."""
    if not _installed:
        raise LookupError("no theme is installed")
    return _installed[0]


def install(app: QApplication, mode: Mode = "system") -> Theme:
    """Makes (once) the application's theme and applies it."""
    if _installed:
        if _installed[0].mode != mode:
            _installed[0].apply(mode)
        return _installed[0]
    app.setStyle("Fusion")  # the same on every system; the sheet draws the rest
    _installed.append(Theme(app, mode))
    app.aboutToQuit.connect(_pixmap.cache_clear)  # no pixmap may outlive the application
    return _installed[0]


def colour(role: str) -> QColor:
    return theme().colour(role)


@lru_cache(maxsize=64)
def font(size: str | int = "body", *, strong: bool = False, tabular: bool = True) -> QFont:
    """Inter in a size of the scale (pixels); tabular figures keep their column.

    Shared: change a copy, never the font itself."""
    pixels = size if isinstance(size, int) else _SIZES[size]
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    if tabular:  # in running text its wide hyphen tears names apart
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


@lru_cache(maxsize=64)
def metrics(
    size: str | int = "body", *, strong: bool = False, tabular: bool = True
) -> QFontMetrics:
    return QFontMetrics(font(size, strong=strong, tabular=tabular))


_SIZES: Final = {"small": 12, "body": 14, "lead": 16, "title": 20, "display": 28}


def icon(name: str, role: str = "text-2", size: int = 20) -> QIcon:
    """An icon of the table `ICONS` in a colour of the theme."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(_pixmap(name, role, size, ratio))
    made.addPixmap(_pixmap(name, "text-3", size, 1.0), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, role: str = "text-2", size: int = 20) -> QPixmap:
    return _pixmap(name, role, size, QGuiApplication.primaryScreen().devicePixelRatio())


@lru_cache(maxsize=1024)
def _pixmap(name: str, role: str, size: int, ratio: float) -> QPixmap:
    return theme().render(name, theme().colour(role), size, ratio)


def draw_icon(painter: QPainter, name: str, role: str, x: int, y: int, size: int = 20) -> None:
    ratio = painter.device().devicePixelRatio()
    painter.drawPixmap(x, y, _pixmap(name, role, size, ratio))


def _load_inter() -> None:
    """The variable file gives Qt its default weight only; 600 lies in resources/fonts."""
    regular = fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"
    for file in (regular, resource("fonts", "Inter-SemiBold.ttf")):
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise OSError(f"the typeface {file.name} cannot be loaded")
