"""The searches that an agent kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desktop.folding import folded
from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.searching import (
    DropSearch,
    ListSearches,
    SaveSearch,
    SearchesListed,
)
from cti_bridge.protocol.vocabulary import Permission

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import SavedSearch

MAX_NAME: Final = 60
MOST: Final = 30
"""As many as the bridge keeps for one."""


class SearchesViewModel(QObject):
    """`searches` are one's own, by name. Signals: `changed`."""

    changed = Signal()

    def __init__(
        self, link: LinkPort, store: Store, commands: Commands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._asker, self._store, self._commands = Asker(link), store, commands
        self._asked = False
        self.searches: tuple[SavedSearch, ...] = ()
        store.changed.connect(self._follow)

    def ensure_loaded(self) -> None:
        """Asks once in a session."""
        if not self._asked and self._store.state.may(Permission.READ_CUSTOMERS):
            self._asked = True
            self._load()

    @property
    def full(self) -> bool:
        return len(self.searches) >= MOST

    def kept(self, text: str) -> SavedSearch | None:
        return next((one for one in self.searches if one.text == text), None)

    def keep(self, text: str) -> None:
        """By what it says: that is its name."""
        if text and self.kept(text) is None:
            command = SaveSearch(request_id=0, name=self._name(text), text=text)
            self._commands.do("keep search", command, lambda _r: self._load())

    def _name(self, text: str) -> str:
        """One that is free where it must be cut: the same name again replaces what it named."""
        if len(text) <= MAX_NAME:
            return text
        taken = {folded(one.name) for one in self.searches}
        for number in range(1, MOST + 2):
            end = "…" if number == 1 else f"… ({number})"
            name = text[: MAX_NAME - len(end)].rstrip() + end
            if folded(name) not in taken:
                break
        return name

    def drop(self, search: SavedSearch) -> None:
        command = DropSearch(request_id=0, search_id=search.search_id)
        self._commands.do(f"drop search {search.search_id}", command, lambda _r: self._load())

    def _load(self) -> None:
        self._asker.ask("searches", ListSearches(request_id=0), self._listed)

    def _listed(self, reply: AnyReply) -> None:
        if isinstance(reply, SearchesListed):
            self.searches = reply.searches
        else:
            self._asked = False
        self.changed.emit()

    def _follow(self, old: State, new: State) -> None:
        """Nothing of one agent's session stays for the next."""
        if old.session is not None and new.session is None:
            self._asker.forget("searches")
            self._asked, self.searches = False, ()
            self.changed.emit()
