"""Languages, switchable while the desktop runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from agent_desktop.paths import resource

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

logger = logging.getLogger(__name__)

LANGUAGES: Final = {"es": "Español", "en": "English"}
_LOCALES: Final = {
    "es": QLocale(QLocale.Language.Spanish, QLocale.Country.Spain),
    "en": QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom),
}


_installed: list[QTranslator] = []


def system_language() -> str:
    """The first of the system's languages that Ficha speaks; else English."""
    for name in QLocale.system().uiLanguages():
        if (code := name.split("-")[0]) in LANGUAGES:
            return code
    return "en"


def language() -> str:
    """The language in use."""
    return "es" if QLocale().language() is QLocale.Language.Spanish else "en"


def use_language(code: str) -> None:
    """Switches every text of the running application; an unknown code is the system's."""
    app = QApplication.instance()
    if app is None:
        raise LookupError("no application runs")
    code = code if code in LANGUAGES else system_language()
    for old in _installed:
        app.removeTranslator(old)
    QLocale.setDefault(_LOCALES[code])
    _installed[:] = _install(app, code)


def _install(app: QCoreApplication, code: str) -> list[QTranslator]:
    installed = []
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (
        (f"qtbase_{code}", qt),
        (f"ficha_{code}", str(resource("translations"))),
    ):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
            installed.append(translator)
        elif name != "qtbase_en":  # Qt's own English is its source
            logger.warning("no translation %s in %s", name, folder)
    return installed


class Retranslated:
    """Mixed into a view before its widget class: `retranslate()` sets every text of the view,
    and is called at each change of language. The view calls it once itself."""

    def retranslate(self) -> None:
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        if isinstance(self, QWidget):
            super().changeEvent(event)  # type: ignore[misc]
