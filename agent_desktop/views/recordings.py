"""What was recorded of the calls of a contact: chosen, drawn, heard by those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desktop import formats
from agent_desktop.viewmodels.voicemail import VoicemailPlayer, recordings_of
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.voicemail import Player
from agent_desktop.views.widgets import Card, ChipGroup, Notice, Text
from cti_bridge.protocol.vocabulary import Permission

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import Conversation, InteractionView, MessageView


class Recordings(Retranslated, Card):
    """Nothing is fetched before somebody presses play: fetching is written into the journey."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desktop = desktop
        self._view: InteractionView | None = None
        self._shown: tuple[MessageView, ...] = ()
        self.voice = VoicemailPlayer(desktop.blobs, desktop.audio, self, on_demand=True)
        desktop.call_began.connect(self.voice.pause)
        self.player = Player(self.voice)
        self.which = ChipGroup()
        self.which.chosen.connect(self._choose)
        self._about = Text("", "small", wrap=True)
        self._barred = Notice("warn")
        for part in (self.which, self.player, self._about, self._barred):
            self.body.addWidget(part)
        self.retranslate()

    def retranslate(self) -> None:
        self._render()

    def show_of(self, view: InteractionView, conversation: Conversation | None) -> None:
        self._view, self._shown = view, recordings_of(conversation)
        self._render()

    def leave(self) -> None:
        """It is looked at no longer: nothing goes on speaking."""
        self.voice.pause()

    def may_hear(self) -> bool:
        state, view = self._desktop.store.state, self._view
        own = state.session is not None and view is not None
        mine = own and view is not None and view.agent_id == state.session.agent_id  # type: ignore[union-attr]
        return mine or state.may(Permission.HEAR_RECORDINGS)

    def _render(self) -> None:
        coming = self._view is not None and self._view.recordings > 0
        self.setVisible(bool(self._shown) or coming)
        several = len(self._shown) > 1
        self.set_title(self.tr("Recordings") if several else self.tr("Recording"))
        heard = bool(self._shown) and self.may_hear()
        self.player.setVisible(heard)
        self._about.setVisible(heard or not self._shown)
        self.which.setVisible(several)
        if not self._shown:
            self.voice.show(None)
            self._barred.say("")
            self._about.setText(self.tr("The recording is not here yet."))
            return
        barred = self.tr("Only the agent of the call and supervisors may hear it.")
        self._barred.say("" if heard else barred)
        self.which.set_choices(tuple((m.message_id, self._label(m)) for m in self._shown))
        here = [m.message_id for m in self._shown]
        chosen = self.which.code() if self.which.code() in here else here[0]
        self.which.set_code(chosen)
        self._choose(chosen)

    @staticmethod
    def _label(message: MessageView) -> str:
        return f"{formats.time(message.at)} · {formats.duration(message.seconds)}"

    def _choose(self, code: str) -> None:
        message = next((m for m in self._shown if m.message_id == code), None)
        self.voice.show(message)
        if message is not None:
            when = formats.when(message.at, self._desktop.store.now())
            said = self.tr("Who listens is written into the journey of the contact.")
            self._about.setText(" · ".join(p for p in (when, message.name, said) if p))
