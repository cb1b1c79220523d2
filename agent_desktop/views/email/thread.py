"""The messages of a contact, oldest first, the newest open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.links import Verdict, judge
from agent_desktop.views import words
from agent_desktop.views.email.images import RemoteImages
from agent_desktop.views.email.mail_view import ZOOMS
from agent_desktop.views.email.message_card import MessageCard
from agent_desktop.views.email.original import OriginalDialog
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Notice, Text, scrolled
from cti_bridge.protocol.vocabulary import MessageId, MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.desktop import Desktop
    from agent_desktop.views.email.mail_view import MailView
    from cti_bridge.protocol.values import Conversation, MessageView
    from cti_bridge.protocol.vocabulary import InteractionId

ZOOM: Final = "mail-zoom"


def open_outside(target: str) -> None:
    QDesktopServices.openUrl(QUrl(target))


class Thread(Retranslated, QWidget):
    """Signals: `answer_asked(mode, message_id)`, `compose_asked(address)`,
    `call_asked(number)`, `selection_changed`."""

    answer_asked = Signal(str, object)
    compose_asked = Signal(str)
    call_asked = Signal(str)
    selection_changed = Signal()

    def __init__(
        self,
        desktop: Desktop,
        parent: QWidget | None = None,
        *,
        read_only: bool = False,
        opener: Callable[[str], object] = open_outside,
    ) -> None:
        super().__init__(parent)
        self._read_only = read_only
        self._desktop, self._opener = desktop, opener
        self._key: InteractionId | None = None
        self._selecting = False
        self._verdict: Verdict | None = None
        self._remote = RemoteImages(self)
        self._zoom = _kept_zoom(desktop)
        self.cards: dict[MessageId, MessageCard] = {}
        self._lines: dict[MessageId, QWidget] = {}
        self.older = Button("", "link", small=True)
        self.older.clicked.connect(self._ask_older)
        self._inner = QWidget()
        self._inner.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._column.addWidget(self.older)
        self._column.addStretch(1)
        self.area = scrolled(self._inner)
        self.link = Notice("warn")
        self.link.hide()
        self.link.acted.connect(self._follow)
        self._hover = QLabel(self)
        self._hover.setTextFormat(Qt.TextFormat.PlainText)
        self._hover.setProperty("hint", True)
        self._hover.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.link)
        layout.addWidget(self.area, 1)
        desktop.reading.changed.connect(self._message_changed)
        desktop.commands.changed.connect(self._pending_changed)
        self.retranslate()

    def retranslate(self) -> None:
        self.older.setText(self.tr("Older messages"))
        self.area.setAccessibleName(self.tr("Messages"))

    # -- what it shows

    def show_conversation(self, conversation: Conversation | None) -> None:
        key = conversation.interaction_id if conversation else None
        another = key != self._key
        if another:
            self._clear()
            self._key = key
        if conversation is not None:
            before = tuple(self.cards)
            self._fill(conversation)
            arrived = bool(before) and tuple(self.cards)[-1:] != before[-1:]
            if another or (arrived and self._at_end()):
                QTimer.singleShot(0, self, self._to_newest)

    def selected(self) -> tuple[MessageId, ...]:
        return tuple(key for key, card in self.cards.items() if card.tick.isChecked())

    def set_selecting(self, on: bool) -> None:
        self._selecting = on
        for card in self.cards.values():
            card.set_selecting(on=on)
        self.selection_changed.emit()

    def _fill(self, conversation: Conversation) -> None:
        self.older.setVisible(conversation.more)
        mails = [m for m in conversation.messages if _is_card(m)]
        newest = mails[-1].message_id if mails else None
        for place, message in enumerate(conversation.messages, start=1):
            if _is_card(message):
                self._show_card(message, place, newest=message.message_id == newest)
            elif message.message_id not in self._lines:
                line = self._lines[message.message_id] = self._line(message)
                self._column.insertWidget(place, line)
        here = (m.message_id for m in conversation.messages)
        self.cards = {key: self.cards[key] for key in here if key in self.cards}

    def _show_card(self, message: MessageView, place: int, *, newest: bool) -> None:
        card = self.cards.get(message.message_id)
        if card is not None:
            card.show_message(message, newest=newest)
            return
        card = MessageCard(
            self._desktop, self._remote, message, newest=newest, read_only=self._read_only
        )
        card.set_zoom(self._zoom)
        card.set_selecting(on=self._selecting)
        card.picked.connect(self.selection_changed)
        card.answer_asked.connect(self.answer_asked)
        card.link_asked.connect(self.ask_link)
        card.link_hovered.connect(self._hovered)
        card.original_asked.connect(self._show_original)
        card.print_asked.connect(self._print)
        card.zoom_asked.connect(self.zoom)
        self._column.insertWidget(place, card)
        self.cards[message.message_id] = card

    def _line(self, message: MessageView) -> QWidget:
        when = formats.when(message.at, self._desktop.store.now())
        if message.kind is MessageKind.NOTE:
            notice = Notice("accent")
            notice.say(f"{message.name}, {when}: {message.text}", icon="note")
            return notice
        return Text(f"{when} · {words.event(message.code, message.name)}", "faint")

    def _clear(self) -> None:
        for part in (*self.cards.values(), *self._lines.values()):
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self.cards, self._lines = {}, {}
        self.link.say("")
        self._hover.hide()
        self.older.hide()

    def _at_end(self) -> bool:
        bar = self.area.verticalScrollBar()
        return bar.value() >= bar.maximum() - 80

    def _to_newest(self) -> None:
        """The beginning of the newest message at the top, as far as there is so much."""
        if self.cards:
            newest = next(reversed(self.cards.values()))
            self.area.verticalScrollBar().setValue(newest.y() - 8)

    def _message_changed(self, message_id: MessageId) -> None:
        if (card := self.cards.get(message_id)) is not None:
            card.refresh()

    def _pending_changed(self) -> None:
        for card in self.cards.values():
            if card.view is not None and card.opened and card.message.cut:
                card.refresh()

    def _ask_older(self) -> None:
        if self._key is not None:
            self._desktop.conversations.older(self._key)

    # -- links

    def ask_link(self, target: str, shown: str) -> None:
        """Opens what may be opened; what is not what it seems is asked about."""
        verdict = judge(target, shown)
        self._verdict = verdict
        match verdict.kind:
            case "open":
                self.link.say("")
                self._opener(verdict.target)
            case "mail":
                self.compose_asked.emit(verdict.target)
            case "call":
                self.call_asked.emit(verdict.target)
            case "ask":
                self.link.say(
                    self.tr("This link really leads to {target}").format(target=verdict.target),
                    action=self.tr("Open it"),
                )
            case "refuse":
                self.link.say(
                    self.tr("A link that is not opened: {target}").format(target=verdict.target)
                )

    def _follow(self) -> None:
        if self._verdict is not None and self._verdict.kind == "ask":
            self._opener(self._verdict.target)
        self.link.say("")

    def _hovered(self, target: str) -> None:
        """Where a link leads, at the foot of the thread."""
        self._hover.setVisible(bool(target))
        if target:
            metrics = self._hover.fontMetrics()
            middle = Qt.TextElideMode.ElideMiddle
            shown = judge(target).target
            self._hover.setText(metrics.elidedText(shown, middle, self.width() - 60))
            self._hover.adjustSize()
            self._hover.move(8, self.height() - self._hover.height() - 8)
            self._hover.raise_()

    # -- zoom, print, original

    def zoom(self, step: int) -> None:
        at = ZOOMS.index(self._zoom) + step
        if 0 <= at < len(ZOOMS):
            self._zoom = ZOOMS[at]
            self._desktop.preferences.set_text(ZOOM, str(self._zoom))
            for card in self.cards.values():
                card.set_zoom(self._zoom)

    def _print(self, view: MailView) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self.window())
        dialog.accepted.connect(lambda: view.print_(printer))
        dialog.finished.connect(dialog.deleteLater)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()  # not open(): that one is the printer's own, with a slot

    def _show_original(self, message: MessageView) -> None:
        OriginalDialog(self._desktop, message, self.window()).open()


def _kept_zoom(desktop: Desktop) -> float:
    kept = desktop.preferences.text(ZOOM)
    return next((zoom for zoom in ZOOMS if str(zoom) == kept), 1.0)


def _is_card(message: MessageView) -> bool:
    return message.kind in (MessageKind.EMAIL, MessageKind.CHAT, MessageKind.VOICEMAIL)
