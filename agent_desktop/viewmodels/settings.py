"""The Settings page: language and theme, the headset, the own password."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import ChangePassword, Done, Refused

if TYPE_CHECKING:
    from agent_desktop.audio.ports import AudioPort
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import RefusalCode

MIN_PASSWORD: Final = 10
MAX_PASSWORD: Final = 256
PASSWORD: Final = "password"


class PasswordFault(Enum):
    """What is wrong before the bridge is asked."""

    CURRENT_MISSING = auto()
    TOO_SHORT = auto()
    TOO_LONG = auto()
    SAME = auto()
    NOT_REPEATED = auto()


class SettingsViewModel(QObject):
    """Signals: `changed`; `language_chosen` and `theme_chosen` with what was picked (the
    composition keeps and applies them); `password_changed` once the bridge has done it."""

    changed = Signal()
    language_chosen = Signal(object)
    theme_chosen = Signal(object)
    password_changed = Signal()

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        audio: AudioPort | None = None,
        *,
        language: str = "",
        theme: str = "system",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asker, self._store = Asker(link), store
        store.changed.connect(self._follow)
        self.audio = audio
        self.language, self.theme = language, theme
        self.password_fault: PasswordFault | None = None
        self.password_error: RefusalCode | None = None
        self.retry_after_s = 0.0

    @property
    def site_name(self) -> str:
        return self._store.state.settings.site_name

    @property
    def agent_name(self) -> str:
        agent = self._store.state.agent
        return f"{agent.name} ({agent.login})" if agent else ""

    @property
    def phone(self) -> str:
        """The telephone that calls ring at; "": the headset."""
        return self._store.state.phone

    def _follow(self, old: State, new: State) -> None:
        if old.session != new.session or old.settings != new.settings:
            self.password_fault = self.password_error = None
            self.changed.emit()
        elif old.phone != new.phone:
            self.changed.emit()

    def choose_language(self, code: str) -> None:
        """ "es", "en", or "" for the system's."""
        if code != self.language:
            self.language = code
            self.language_chosen.emit(code)
            self.changed.emit()

    def choose_theme(self, name: str) -> None:
        """ "light", "dark" or "system"."""
        if name != self.theme:
            self.theme = name
            self.theme_chosen.emit(name)
            self.changed.emit()

    @property
    def password_busy(self) -> bool:
        return self._asker.waiting(PASSWORD)

    def change_password(self, current: str, new: str, again: str) -> None:
        """Asks the bridge, unless something is plainly wrong; neither is kept here."""
        if self.password_busy:
            return
        self.password_error = None
        self.password_fault = password_fault(current, new, again)
        if self.password_fault is None:
            command = ChangePassword(request_id=0, current=current, new=new)
            self._asker.ask(PASSWORD, command, self._answered)
        self.changed.emit()

    def _answered(self, reply: AnyReply) -> None:
        match reply:
            case Done():
                self.password_changed.emit()
            case Refused(code=code, retry_after_s=seconds):
                self.password_error, self.retry_after_s = code, seconds
            case _:
                return
        self.changed.emit()


def password_fault(current: str, new: str, again: str) -> PasswordFault | None:
    if not current:
        return PasswordFault.CURRENT_MISSING
    if len(new) < MIN_PASSWORD:
        return PasswordFault.TOO_SHORT
    if len(new) > MAX_PASSWORD:
        return PasswordFault.TOO_LONG
    if new == current:
        return PasswordFault.SAME
    return None if new == again else PasswordFault.NOT_REPEATED
