"""The buttons of the open call: only what is valid now, each disabled while it is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.work import has_call
from cti_bridge.protocol.commands import (
    BlindTransfer,
    CallCommand,
    CancelTransfer,
    ClearCall,
    CompleteTransfer,
    Conference,
    Consult,
    DropParty,
    HoldCall,
    MuteCall,
    Originate,
    PauseRecording,
    ResumeRecording,
    RetrieveCall,
    SendDigits,
    StartRecording,
    StopRecording,
    SwapCalls,
)
from cti_bridge.protocol.vocabulary import AgentActivity, Permission, Verb

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from agent_desktop.viewmodels.work import WorkViewModel
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import CustomerId, InteractionId

DIGITS: Final = frozenset("0123456789*#ABCD")
MAX_NUMBER: Final = 64
MAX_NOTE: Final = 1_000

_PLAIN: Final[dict[Verb, type[CallCommand]]] = {
    Verb.HOLD: HoldCall,
    Verb.RETRIEVE: RetrieveCall,
    Verb.COMPLETE_TRANSFER: CompleteTransfer,
    Verb.CANCEL_TRANSFER: CancelTransfer,
    Verb.SWAP: SwapCalls,
    Verb.CONFERENCE: Conference,
    Verb.CLEAR: ClearCall,
    Verb.RECORD: StartRecording,
    Verb.PAUSE_RECORDING: PauseRecording,
    Verb.RESUME_RECORDING: ResumeRecording,
    Verb.STOP_RECORDING: StopRecording,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Somebody that a call can go to; `to` is what the wire takes."""

    kind: Literal["agent", "queue", "number"]
    to: str
    name: str
    activity: AgentActivity | None = None  # of an agent, where it is known


class CallViewModel(QObject):
    """Signals: `changed`; `paused(InteractionId)` when its recording is paused by hand."""

    changed = Signal()
    paused = Signal(object)

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        commands: Commands,
        work: WorkViewModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._commands, self._work = link, store, commands, work
        for signal in (work.selected_changed, work.interaction_changed, commands.changed):
            signal.connect(self.changed)
        store.changed.connect(self._store_changed)

    @property
    def interaction(self) -> InteractionView | None:
        return self._work.interaction

    def offered(self, verb: Verb) -> bool:
        """Whether the button stands there at all."""
        return self.interaction is not None and verb in self.interaction.verbs

    def enabled(self, verb: Verb) -> bool:
        return (
            self.offered(verb)
            and self._link.state is LinkState.ONLINE
            and not self._commands.pending(self._key(verb))
        )

    def do(self, verb: Verb) -> None:
        """A verb that needs nothing more; raises KeyError for one that does."""
        command = _PLAIN[verb]
        if self.enabled(verb) and self.interaction is not None:
            self._send(verb, command(request_id=0, interaction_id=self.interaction.interaction_id))

    def hang_up(self) -> None:
        """Ends what one talks on: in a consultation that call alone, and the caller is back."""
        view = self.interaction
        asking = view is not None and view.consult in {"dialling", "talking"}
        self.do(Verb.CANCEL_TRANSFER if asking else Verb.CLEAR)

    def hold_or_retrieve(self) -> None:
        self.do(Verb.RETRIEVE if self.enabled(Verb.RETRIEVE) else Verb.HOLD)

    def record_or_pause(self) -> None:
        """Whichever is valid now: begin, pause, go on."""
        for verb in (Verb.RECORD, Verb.PAUSE_RECORDING, Verb.RESUME_RECORDING):
            if self.enabled(verb):
                if verb is Verb.PAUSE_RECORDING:
                    self.paused.emit(self._work.selected)
                self.do(verb)
                return

    def stop_recording(self) -> None:
        self.do(Verb.STOP_RECORDING)

    @property
    def recorded_seconds(self) -> float:
        """Of the open call, without its pauses."""
        view = self.interaction
        if view is None:
            return 0.0
        since = view.recording_since
        return view.recording_seconds + (self._store.since(since) if since else 0.0)

    def toggle_mute(self) -> None:
        if self.enabled(Verb.MUTE) and self.interaction is not None:
            command = MuteCall(
                request_id=0,
                interaction_id=self.interaction.interaction_id,
                muted=not self.interaction.muted,
            )
            self._send(Verb.MUTE, command)

    def send_digit(self, digit: str) -> None:
        """Each key goes at once; keys never wait for one another."""
        if digit in DIGITS and self.offered(Verb.DIGITS) and self.interaction is not None:
            self._link.request(
                SendDigits(
                    request_id=0, interaction_id=self.interaction.interaction_id, digits=digit
                )
            )

    def transfer(self, to: str, note: str = "") -> None:
        """`note` is for the next agent; the customer never sees it."""
        if self.enabled(Verb.BLIND_TRANSFER) and self.interaction is not None and to:
            command = BlindTransfer(
                request_id=0,
                interaction_id=self.interaction.interaction_id,
                to=to[:MAX_NUMBER],
                note=note.strip()[:MAX_NOTE],
            )
            self._send(Verb.BLIND_TRANSFER, command)

    def consult(self, to: str) -> None:
        if self.enabled(Verb.CONSULT) and self.interaction is not None and to:
            command = Consult(
                request_id=0, interaction_id=self.interaction.interaction_id, to=to[:MAX_NUMBER]
            )
            self._send(Verb.CONSULT, command)

    def can_drop(self, party: str) -> bool:
        return self.enabled(Verb.DROP_PARTY) and not self._commands.pending(self._of(party))

    def drop_party(self, party: str) -> None:
        """Lets one of a conference go, by its name in the view."""
        if self.can_drop(party) and self.interaction is not None:
            command = DropParty(
                request_id=0, interaction_id=self.interaction.interaction_id, party=party
            )
            self._commands.do(self._of(party), command)

    def _of(self, party: str) -> str:
        return f"{self._key(Verb.DROP_PARTY)} {party}"

    def targets(self, text: str) -> tuple[Target, ...]:
        """Agents, queues and the number typed, that `text` fits."""
        wanted = text.strip().casefold()
        state = self._store.state
        me = state.session.agent_id if state.session else None
        found: list[Target] = []
        if self.takes_numbers and (number := dialable(text)):
            found.append(Target(kind="number", to=number, name=text.strip()))
        for agent_id, name in state.settings.agents:
            if agent_id != me and wanted in name.casefold():
                known = state.agents.get(agent_id)
                activity = known.activity if known else None
                found.append(
                    Target(kind="agent", to=f"agent:{agent_id}", name=name, activity=activity)
                )
        for queue_id, name in state.settings.queues:
            if wanted in name.casefold():
                found.append(Target(kind="queue", to=f"queue:{queue_id}", name=name))
        return tuple(found)

    @property
    def takes_numbers(self) -> bool:
        """Off the telephone a contact goes to agents and queues alone."""
        return self.interaction is None or has_call(self.interaction)

    @property
    def can_originate(self) -> bool:
        state = self._store.state
        return (
            Verb.ORIGINATE in state.settings.switch_verbs
            and state.may(Permission.HANDLE_CONTACTS)
            and state.link is LinkState.ONLINE
            and not self._commands.pending("originate")
        )

    def originate(
        self,
        to: str,
        *,
        customer_id: CustomerId | None = None,
        missed_id: InteractionId | None = None,
    ) -> None:
        if self.can_originate and to.strip():
            command = Originate(
                request_id=0,
                to=to.strip()[:MAX_NUMBER],
                customer_id=customer_id,
                missed_id=missed_id,
            )
            self._commands.do("originate", command)

    def _send(self, verb: Verb, command: CallCommand) -> None:
        self._commands.do(self._key(verb), command)  # type: ignore[arg-type]

    def _key(self, verb: Verb) -> str:
        return f"{verb} {self._work.selected}"

    def _store_changed(self, old: State, new: State) -> None:
        if old.link is not new.link or old.agents is not new.agents:
            self.changed.emit()


def dialable(text: str) -> str:
    """What is typed, when it can be dialled: digits, spaces and the usual signs; else ""."""
    cleaned = "".join(c for c in text if c not in " .-()/\N{NO-BREAK SPACE}")
    digits = cleaned.removeprefix("+")
    return cleaned if 2 <= len(digits) <= 20 and set(digits) <= set("0123456789*#") else ""
