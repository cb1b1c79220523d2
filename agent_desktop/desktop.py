"""Everything of a desktop but its windows: the link, the state and the view-models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.state import Store
from agent_desktop.viewmodels.archive import ArchiveViewModel
from agent_desktop.viewmodels.blobs import Blobs
from agent_desktop.viewmodels.call import CallViewModel
from agent_desktop.viewmodels.canned import CannedViewModel
from agent_desktop.viewmodels.chat import ChatViewModel
from agent_desktop.viewmodels.command_bar import CommandBarViewModel
from agent_desktop.viewmodels.commanding import Commands
from agent_desktop.viewmodels.conversations import ConversationsViewModel
from agent_desktop.viewmodels.customer_editor import CustomerEditorViewModel
from agent_desktop.viewmodels.customer_file import CustomerFileViewModel
from agent_desktop.viewmodels.customers import CustomersViewModel
from agent_desktop.viewmodels.duplicates import DuplicatesViewModel
from agent_desktop.viewmodels.email import EmailViewModel
from agent_desktop.viewmodels.exporting import ExportViewModel
from agent_desktop.viewmodels.handling import HandlingViewModel
from agent_desktop.viewmodels.history import HistoryViewModel
from agent_desktop.viewmodels.importing import ImportsViewModel
from agent_desktop.viewmodels.journey import JourneyViewModel
from agent_desktop.viewmodels.match import MatchViewModel
from agent_desktop.viewmodels.missed import MissedViewModel
from agent_desktop.viewmodels.offers import OffersViewModel
from agent_desktop.viewmodels.privacy import PrivacyViewModel
from agent_desktop.viewmodels.reading import ReadingViewModel
from agent_desktop.viewmodels.revealing import RevealingViewModel
from agent_desktop.viewmodels.sensitive import SensitivePause
from agent_desktop.viewmodels.settings import SettingsViewModel
from agent_desktop.viewmodels.shell import ShellViewModel
from agent_desktop.viewmodels.sign_in import SignInViewModel
from agent_desktop.viewmodels.subject_rights import SubjectRightsViewModel
from agent_desktop.viewmodels.supervision import SupervisionViewModel
from agent_desktop.viewmodels.unmerging import UnmergingViewModel
from agent_desktop.viewmodels.uploads import Uploads
from agent_desktop.viewmodels.voicemail import VoicemailPlayer
from agent_desktop.viewmodels.work import WorkViewModel, has_call
from agent_desktop.viewmodels.wrap_up import WrapUpViewModel
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from agent_desktop.audio.ports import AudioPort, RingTone
    from agent_desktop.link import LinkPort
    from agent_desktop.preferences import Preferences
    from agent_desktop.state import Offer, State
    from cti_bridge.protocol.vocabulary import InteractionId

TICK_MS: Final = 500


class Desktop(QObject):
    """Signals: `ticked` twice a second, for running times; the bridge owns every deadline.
    `call_began`: somebody is on the line, or a supervisor in a call; what was played is silent.
    """

    ticked = Signal()
    call_began = Signal()

    def __init__(
        self,
        link: LinkPort,
        preferences: Preferences,
        *,
        audio: AudioPort | None = None,
        ring_tone: RingTone | None = None,
        store: Store | None = None,
    ) -> None:
        super().__init__()
        self.link, self.preferences, self.audio = link, preferences, audio
        self.store = store or Store(link, self)
        self.commands = Commands(link, self)
        # first to hear of a change: the card is on the screen before anything else is rendered
        self.offers = OffersViewModel(link, self.store, self.commands, self)
        self.sign_in = SignInViewModel(link, preferences, self)
        self.shell = ShellViewModel(link, self.store, self.commands, self)
        self.work = WorkViewModel(self.store, self)
        self.call = CallViewModel(link, self.store, self.commands, self.work, self)
        self.sensitive = SensitivePause(link, self.store, self)
        self.work_actions = HandlingViewModel(link, self.store, self.commands, self.work, self)
        self.conversations = ConversationsViewModel(link, self.store, self.work, self)
        self.wrap_up = WrapUpViewModel(link, self.store, self.commands, self.work, self)
        self.file = CustomerFileViewModel(link, self.commands, self)
        self.file_editor = CustomerEditorViewModel(link, self.store, self)
        self.match = MatchViewModel(link, self.commands, self.work, self.file, self)
        self.journey = JourneyViewModel(link, self.work, self)
        self.blobs = Blobs(link, self)
        self.uploads = Uploads(link, self.store, self)
        self.chat = ChatViewModel(
            link, self.store, self.work, self.conversations, self.uploads, self
        )
        self.canned = CannedViewModel(self.store, self.work, self)
        self.email = EmailViewModel(
            link, self.store, self.commands, self.work, self.conversations, self.uploads, self
        )
        self.reading = ReadingViewModel(link, self.store, self.commands, self.conversations, self)
        self.voicemail = VoicemailPlayer(self.blobs, audio, self)
        self.command_bar = CommandBarViewModel(link, self.store, self.call, self)
        # the Customers page has a file and an editor of its own
        self.customers = CustomersViewModel(link, self.store, self.commands, parent=self)
        self.duplicates = DuplicatesViewModel(link, self.store, self)
        self.unmerging = UnmergingViewModel(link, self.store, self)
        self.importing = ImportsViewModel(link, self.store, self.commands, self)
        self.history = HistoryViewModel(link, self.store, parent=self)
        self.missed = MissedViewModel(link, self.store, self)
        self.supervision = SupervisionViewModel(link, self.store, self.commands, self)
        self.privacy = PrivacyViewModel(link, self.store, self)
        self.rights = SubjectRightsViewModel(link, self.store, self)
        self.archive = ArchiveViewModel(link, self.store, self)
        self.export = ExportViewModel(link, self.store, self)
        self.revealing = RevealingViewModel(self.store, self.commands, self)
        self.settings = SettingsViewModel(
            link,
            self.store,
            audio,
            language=preferences.text("language"),
            theme=preferences.text("theme"),
            parent=self,
        )
        self.call.paused.connect(self.sensitive.by_hand)
        self.call_began.connect(self.voicemail.pause)
        self.store.changed.connect(self._listen)
        self._tone = ring_tone
        self.offers.rang.connect(self._rang)
        self.offers.changed.connect(self._hush)
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self.ticked)
        self._clock.timeout.connect(self.wrap_up.hurry)
        self._clock.start()

    def _rang(self, offer: Offer) -> None:
        """A call rings, unless a telephone does; other work says so once."""
        voice = offer.view.interaction.channel is Channel.VOICE
        if self._tone is not None and not (voice and self.store.state.phone):
            (self._tone.start if voice else self._tone.notify)()

    def _listen(self, old: State, new: State) -> None:
        """Nobody speaks over a caller: a recording that plays stops when a call begins."""
        if old.interactions is new.interactions and old.monitor is new.monitor:
            return
        if _heard(new) - _heard(old):
            self.call_began.emit()

    def _hush(self) -> None:
        """No call is left that rings."""
        voices = (o.view.interaction.channel is Channel.VOICE for o in self.offers.offers)
        if self._tone is not None and not any(voices):
            self._tone.stop()


def _heard(state: State) -> frozenset[InteractionId]:
    """The calls that the agent, or a supervisor, hears now."""
    monitored = (state.monitor.interaction_id,) if state.monitor else ()
    return frozenset((*(v.interaction_id for v in state.own() if has_call(v)), *monitored))
