"""What stands in the middle of the Work page for each channel; a call has no body of its own.

A body is made once and follows the open contact by itself. `FILLS` says whether it wants the
whole height; else it stands first in the column with result, notes and journey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.vocabulary import MessageId


class Body(Protocol):
    """All of them are widgets too."""

    FILLS: ClassVar[bool]

    @property
    def selection_changed(self) -> SignalInstance: ...
    def focus_first(self) -> None: ...
    def selected_messages(self) -> tuple[MessageId, ...]: ...
    def set_selecting(self, on: bool) -> None: ...


def _chat(desktop: Desktop) -> QWidget:
    from agent_desktop.views.chat.body import ChatBody

    return ChatBody(desktop)


def _email(desktop: Desktop) -> QWidget:
    from agent_desktop.views.email.body import EmailBody

    return EmailBody(desktop)


def _voicemail(desktop: Desktop) -> QWidget:
    from agent_desktop.views.voicemail import VoicemailBody

    return VoicemailBody(desktop)


def _callback(desktop: Desktop) -> QWidget:
    from agent_desktop.views.callback import CallbackBody

    return CallbackBody(desktop)


BODIES: Final[dict[Channel, Callable[[Desktop], QWidget]]] = {
    Channel.CHAT: _chat,
    Channel.EMAIL: _email,
    Channel.VOICEMAIL: _voicemail,
    Channel.CALLBACK: _callback,
}
