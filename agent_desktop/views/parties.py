"""Who is in a conference: each by name and state, with a button to let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_desktop import formats
from agent_desktop.views import sentences, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import (
    Button,
    Elided,
    Panel,
    StateDot,
    Text,
    column,
    row,
    scrolled,
)
from cti_bridge.protocol.vocabulary import Verb

if TYPE_CHECKING:
    from agent_desktop.viewmodels.call import CallViewModel
    from cti_bridge.protocol.values import InteractionView, PartyView

SHOWN_AT_ONCE: Final = 3
"""Rows, before the list scrolls: the conversation below needs its room."""
LINE: Final = 32  # pixels


class PartyRow(QWidget):
    """One of them. The button's name for a screen reader says whom it lets go."""

    def __init__(self, call: CallViewModel, party: str) -> None:
        super().__init__()
        self._call, self._party = call, party
        self._dot = StateDot()
        self._name = Elided("", "strong")
        self._name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._state = Text("", "muted")
        self.drop = Button("", "quiet", small=True)
        self.drop.clicked.connect(lambda: call.drop_party(party))
        self.setLayout(row(self._dot, self._name, self._state, self.drop, spacing=8))
        self.setFixedHeight(LINE)

    def show_party(self, name: str, state: str, *, held: bool, let_go: str) -> None:
        """`let_go`: the button's name, with whom it is about."""
        self._dot.set_tone("warn" if held else "ok")
        self._name.setText(name)
        self._state.setText(state)
        self.drop.setText(words.verb(Verb.DROP_PARTY))
        self.drop.setAccessibleName(let_go)
        self.drop.setToolTip(let_go)
        self.drop.setVisible(self._call.offered(Verb.DROP_PARTY))
        self.drop.setEnabled(self._call.can_drop(self._party))


class PartiesPanel(Retranslated, Panel):
    """Below the call's buttons, while a conference is on or what is left of one."""

    def __init__(self, call: CallViewModel, parent: QWidget | None = None) -> None:
        super().__init__(level="raised", parent=parent)
        self._call = call
        self.rows: dict[str, PartyRow] = {}
        self._title = Text("", "strong")
        self.leave = Button("", icon="transfer", small=True)
        self.leave.clicked.connect(lambda: call.do(Verb.COMPLETE_TRANSFER))
        self._list = QWidget()
        self._lines = column(spacing=0)
        self._list.setLayout(self._lines)
        self._area = scrolled(self._list)
        self.setLayout(
            column(
                row(self._title, None, self.leave), self._area, margins=(12, 8, 12, 8), spacing=4
            )
        )
        call.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Parties of the conference"))
        self.leave.setText(self.tr("Leave"))
        self.leave.setToolTip(self.tr("The others go on without you"))
        self.refresh()

    def refresh(self) -> None:
        view = self._call.interaction
        parties = view.parties if view is not None else ()
        self.setVisible(bool(parties))
        if view is None or not parties:
            self._keep(())
            return
        self._say_title(view)
        leaves = self._call.offered(Verb.COMPLETE_TRANSFER) and not self._consulting(view)
        self.leave.setVisible(leaves)
        self.leave.setEnabled(self._call.enabled(Verb.COMPLETE_TRANSFER))
        self._keep(tuple(one.party for one in parties))
        for one in parties:
            self._show(view, one)

    def _say_title(self, view: InteractionView) -> None:
        if len(view.parties) > 1:
            title = self.tr("In conference: you and {count}").format(count=len(view.parties))
        else:
            title = self.tr("The caller has hung up; you talk to")
        self._title.setText(title)

    @staticmethod
    def _consulting(view: InteractionView) -> bool:
        return view.consult in {"dialling", "talking"}

    def _keep(self, wanted: tuple[str, ...]) -> None:
        """A row for each; those that are there stay, with the focus that they may have."""
        for party in [one for one in self.rows if one not in wanted]:
            gone = self.rows.pop(party)
            self._lines.removeWidget(gone)
            gone.setParent(None)
            gone.deleteLater()
        for place, party in enumerate(wanted):
            if party not in self.rows:
                self.rows[party] = PartyRow(self._call, party)
            self._lines.insertWidget(place, self.rows[party])
        self._area.setFixedHeight(LINE * min(len(wanted), SHOWN_AT_ONCE))

    def _show(self, view: InteractionView, one: PartyView) -> None:
        name = sentences.caller(view) if one.caller else formats.phone(one.number)
        name = name or self.tr("Unknown number")
        self.rows[one.party].show_party(
            name,
            self.tr("hears music") if one.held else self.tr("talking"),
            held=one.held,
            let_go=self.tr("Let {name} go").format(name=name),
        )
