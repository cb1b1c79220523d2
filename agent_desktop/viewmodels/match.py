"""Who is calling: confirm one of several, save a new one, attach one that was searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import Asker
from cti_bridge.protocol.commands import (
    AttachCustomer,
    CreateCustomer,
    CustomersFound,
    SearchCustomers,
)
from cti_bridge.protocol.values import CustomerDraft, IdentityView
from cti_bridge.protocol.vocabulary import Channel, IdentityKind, MatchKind

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.viewmodels.commanding import Commands
    from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import CustomerCard, InteractionView, Match, MatchResult
    from cti_bridge.protocol.vocabulary import CustomerId, InteractionId

RESULTS: Final = 8
MAX_NAME: Final = 120


class MatchViewModel(QObject):
    """Signals: `changed`; `renewed` when another caller stands here (drafts begin anew)."""

    changed = Signal()
    renewed = Signal()

    def __init__(
        self,
        link: LinkPort,
        commands: Commands,
        work: WorkViewModel,
        file: CustomerFileViewModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._commands, self._work, self._file = link, commands, work, file
        self._asker = Asker(link)
        self.results: tuple[CustomerCard, ...] = ()
        self.searched = ""
        self._drafts: dict[InteractionId, str] = {}  # names typed for unknown callers
        work.selected_changed.connect(self._renew)
        work.interaction_changed.connect(self._follow)
        commands.changed.connect(self.changed)
        link.state_changed.connect(lambda _state: self.changed.emit())

    @property
    def interaction(self) -> InteractionView | None:
        return self._work.interaction

    @property
    def result(self) -> MatchResult | None:
        return self.interaction.match if self.interaction else None

    @property
    def settled(self) -> Match | None:
        """The one match shown as the caller: confirmed, or the only one."""
        view, result = self.interaction, self.result
        if view is None or result is None:
            return None
        for match in result.matches:
            if match.card.customer_id == view.customer_id:
                return match
        one = result.kind is MatchKind.ONE and view.customer_id is None and result.matches
        return result.matches[0] if one else None

    @property
    def asks(self) -> MatchKind | None:
        """What must still be said by the agent: SEVERAL to choose, NONE to save or attach;
        None where the customer is known, or nothing can be asked."""
        view, result = self.interaction, self.result
        if view is None or result is None or view.customer_id is not None:
            return None
        return result.kind if result.kind is not MatchKind.ONE else None

    @property
    def name(self) -> str:
        """For the draft of an unknown caller: what was typed, else what the network says."""
        view = self.interaction
        if view is None:
            return ""
        return self._drafts.get(view.interaction_id, view.display_name)

    @property
    def busy(self) -> bool:
        selected = self._work.selected
        return self._commands.pending(f"attach {selected}") or self._commands.pending(
            f"create {selected}"
        )

    @property
    def can_act(self) -> bool:
        return not self.busy and self._link.state is LinkState.ONLINE

    def type_name(self, name: str) -> None:
        if self.interaction is not None:
            self._drafts[self.interaction.interaction_id] = name[:MAX_NAME]

    def attach(self, customer_id: CustomerId | None, *, teach: bool = True) -> None:
        view = self.interaction
        if view is not None and self.can_act:
            command = AttachCustomer(
                request_id=0,
                interaction_id=view.interaction_id,
                customer_id=customer_id,
                teach=teach,
            )
            self._commands.do(f"attach {view.interaction_id}", command)

    def create(self) -> None:
        """Saves the unknown customer under the name typed; the number or the address becomes an
        identity. A visitor's browser is learnt by the bridge."""
        view = self.interaction
        if view is None or not self.name.strip() or not self.can_act:
            return
        mail = view.channel is Channel.EMAIL or "@" in view.ani
        kind = IdentityKind.EMAIL if mail else IdentityKind.PHONE
        known = IdentityView(kind=kind, value=view.ani)
        draft = CustomerDraft(
            name=self.name.strip(),
            language=view.language,
            identities=(known,) if view.ani else (),
        )
        command = CreateCustomer(request_id=0, draft=draft, interaction_id=view.interaction_id)
        self._commands.do(f"create {view.interaction_id}", command)

    def search(self, text: str) -> None:
        self.searched = text.strip()
        if len(self.searched) < 2:
            self._asker.forget("search")
            self.results = ()
            self.changed.emit()
            return
        command = SearchCustomers(request_id=0, text=self.searched, limit=RESULTS)
        self._asker.ask("search", command, self._found)

    def _found(self, reply: AnyReply) -> None:
        self.results = reply.customers[:RESULTS] if isinstance(reply, CustomersFound) else ()
        self.changed.emit()

    def _renew(self) -> None:
        self._asker.forget("search")
        self.results, self.searched = (), ""
        self._show_file()
        self.renewed.emit()
        self.changed.emit()

    def _follow(self) -> None:
        self._show_file()
        self.changed.emit()

    def _show_file(self) -> None:
        view, settled = self.interaction, self.settled
        if settled is not None:
            self._file.show(settled.card)
        elif view is not None and view.customer_id is not None:
            if view.customer_id != self._file.customer_id:
                self._file.open(view.customer_id)
        else:
            self._file.clear()
