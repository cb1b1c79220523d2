"""The recording of one's call rests while something is typed that must not be in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from agent_desktop.link import LinkState
from cti_bridge.protocol.commands import PauseRecording, Refused, ResumeRecording
from cti_bridge.protocol.vocabulary import RefusalCode, Verb

if TYPE_CHECKING:
    from agent_desktop.link import LinkPort
    from agent_desktop.state import Store
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import InteractionId

logger = logging.getLogger(__name__)


class SensitivePause(QObject):
    """Told by the views which kind of field has the focus (`at_field`); the bridge's settings say
    which kinds are sensitive.

    One command for each way: what was paused by hand stays paused, and a recording that was
    resumed by hand is left alone until the focus has left.
    """

    def __init__(self, link: LinkPort, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link, self._store = link, store
        self._kind = ""
        self._paused: InteractionId | None = None  # by this
        self._rests = False  # and the bridge has said so
        self._unsure = False  # whether the pause was taken: what the bridge tells next decides
        self._kept: InteractionId | None = None  # paused by hand while the pause was on its way
        self._left_alone: InteractionId | None = None
        store.changed.connect(lambda _old, _new: self._look())

    @property
    def at_sensitive(self) -> bool:
        return bool(self._kind) and self._kind in self._store.state.settings.sensitive

    def at_field(self, kind: str) -> None:
        """ "": the focus is in no field of any kind, or has left the window."""
        self._kind = kind
        if not self.at_sensitive:
            self._left_alone = None
        self._look()

    def by_hand(self, key: InteractionId) -> None:
        """The agent pauses the recording: it does not go on by itself."""
        self._kept = key

    def pauses(self, key: InteractionId) -> bool:
        """Whether this recording goes on by itself once the field is left."""
        return self._paused == key and self._kept != key

    def _look(self) -> None:
        if self._link.state is not LinkState.ONLINE:
            return
        if self._paused is None and self._kept is not None:
            view = self._store.state.interactions.get(self._kept)
            if view is None or view.recording != "on":
                self._kept = None  # it rests, by hand alone
        if self._paused is not None:
            self._follow(self._paused)
        elif self.at_sensitive:
            self._pause()

    def _pause(self) -> None:
        for view in self._store.state.own():
            runs = view.recording == "on" and Verb.PAUSE_RECORDING in view.verbs
            if runs and view.interaction_id != self._left_alone:
                self._paused, self._rests, self._unsure = view.interaction_id, False, False
                command = PauseRecording(request_id=0, interaction_id=view.interaction_id)
                self._link.request(command, self._answered)
                return

    def _follow(self, key: InteractionId) -> None:
        """What became of the pause."""
        view = self._store.state.interactions.get(key)
        if view is None or view.recording not in ("on", "paused"):
            self._paused = None  # the call, or its recording, is over
        elif view.recording == "paused":
            self._rests = True
            if not self.at_sensitive and self._kept == key:
                self._paused = self._kept = None
            elif not self.at_sensitive:
                self._resume(view)
        elif self._rests:
            self._paused, self._left_alone, self._kept = None, key, None  # resumed by hand
        elif self._unsure:
            self._paused = None  # it was not
            if self.at_sensitive:
                self._pause()

    def _resume(self, view: InteractionView) -> None:
        self._paused = None
        command = ResumeRecording(request_id=0, interaction_id=view.interaction_id)
        self._link.request(command)

    def _answered(self, reply: AnyReply) -> None:
        if not isinstance(reply, Refused):
            return
        lost = self._link.state is not LinkState.ONLINE
        if lost or reply.code is RefusalCode.WRONG_STATE:
            self._unsure = True
        else:
            logger.warning("the recording goes on: %s %s", reply.code, reply.detail)
            self._left_alone, self._paused = self._paused, None
