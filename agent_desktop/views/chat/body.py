"""A chat in the middle of the Work page: what was said, who is there, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import sentences, words
from agent_desktop.views.attachments import AttachmentStrip
from agent_desktop.views.chat.composer import ChatComposer
from agent_desktop.views.chat.links import is_web
from agent_desktop.views.chat.pieces import pieces
from agent_desktop.views.chat.transcript import Transcript
from agent_desktop.views.contact_rows import response_tone
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, EmptyState, Text, row
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import AttachmentView, Conversation, InteractionView
    from cti_bridge.protocol.vocabulary import InteractionId, MessageId

LEAST: Final = 150  # pixels
PREVIEW: Final = 200  # characters of what the customer is typing


def open_outside(address: str) -> bool:
    return QDesktopServices.openUrl(QUrl(address))


class ChatBody(Retranslated, QWidget):
    """Follows the open contact by itself. `focus_first()` is for a person who asks for it."""

    FILLS: ClassVar[bool] = True
    selection_changed = Signal()

    def __init__(
        self,
        desktop: Desktop,
        parent: QWidget | None = None,
        *,
        opener: Callable[[str], object] = open_outside,
    ) -> None:
        super().__init__(parent)
        self._desktop, self._model, self._opener = desktop, desktop.chat, opener
        self._shown: InteractionId | None = None
        self.transcript = Transcript()
        self.transcript.asked.connect(self._asked)
        self.transcript.reached_end.connect(self._seen)
        self.transcript.selectionChanged.connect(self.selection_changed)
        self._pill = _Pill(self.transcript)
        self._pill.pressed.connect(self.transcript.to_end)
        self._trouble = EmptyState("warning")
        self._trouble.acted.connect(self._again)
        self._page = QStackedWidget()
        self._page.addWidget(self.transcript)
        self._page.addWidget(self._trouble)
        self.running = Text("", "small")
        self.running.setMinimumHeight(22)
        self.running.setContentsMargins(18, 2, 18, 2)
        self.file = AttachmentStrip(desktop)
        self._close_file = Button("", "quiet", icon="close", small=True)
        self._close_file.clicked.connect(lambda: self._look_at(()))
        self._file = QWidget()
        looked = row(self.file, self._close_file, margins=(16, 6, 16, 0))
        looked.setStretch(0, 1)
        looked.setAlignment(self._close_file, Qt.AlignmentFlag.AlignTop)
        self._file.setLayout(looked)
        self._file.hide()
        self.composer = ChatComposer(desktop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._page, 1)
        for part in (self.running, self._file, self.composer):
            layout.addWidget(part)
        desktop.work.selected_changed.connect(self.refresh)
        desktop.work.interaction_changed.connect(self.refresh)
        desktop.conversations.changed.connect(self._told)
        self._model.changed.connect(self._told)
        desktop.store.changed.connect(self._previews)
        desktop.ticked.connect(self._say_running)
        self.retranslate()

    def retranslate(self) -> None:
        close = self.tr("Close")
        self._close_file.setToolTip(close)
        self._close_file.setAccessibleName(close)
        self._pill.setText(self.tr("New messages ↓"))
        self._shown = None
        self.refresh()

    # -- what the frame asks

    def focus_first(self) -> None:
        self.composer.field.setFocus()

    def selected_messages(self) -> tuple[MessageId, ...]:
        return self.transcript.chosen_messages()

    def set_selecting(self, on: bool) -> None:
        """Nothing to switch on: what is selected in the text is what is meant."""

    # -- what is shown

    def refresh(self) -> None:
        view = self._model.interaction
        if view is None:
            self._shown = None
            return
        key = view.interaction_id
        another = key != self._shown
        if another:
            self._look_at(())
            self.composer.load()
        self._shown = key
        conversation = self._desktop.conversations.current
        if conversation is None:
            self._say_trouble(view)
        else:
            self._show(view, conversation, another=another)
        self._say_running()

    def _show(self, view: InteractionView, conversation: Conversation, *, another: bool) -> None:
        wanted = pieces(
            conversation,
            self._model.unsent(view.interaction_id),
            self._desktop.store.now(),
            sentences.caller(view),
        )
        more = len(conversation.messages)
        below = not self.transcript.at_end and not another and more > self._count
        self._count = more
        self.transcript.show_pieces(wanted, another=another)
        self._page.setCurrentWidget(self.transcript)
        if below:
            self._pill.show_over()
        elif self.transcript.at_end:
            self._pill.hide()
        self._seen()

    _count = 0

    def _say_trouble(self, view: InteractionView) -> None:
        self.transcript.show_pieces((), another=True)
        error = self._desktop.conversations.error(view.interaction_id)
        if error is None:
            self._page.setCurrentWidget(self.transcript)
            return
        self._trouble.set_words(
            self.tr("The conversation could not be opened"),
            words.refusal(error.code),
            self.tr("Try again"),
        )
        self._page.setCurrentWidget(self._trouble)

    def _say_running(self) -> None:
        view = self._model.interaction
        if view is None or self.isHidden():
            return
        text, tone = self._running(view)
        self.running.setText(
            self.running.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, max(80, self.running.width() - 40)
            )
        )
        set_style(self.running, tone=tone)

    def _running(self, view: InteractionView) -> tuple[str, str]:
        """What happens at the other end, and how long an answer is waited for."""
        name = sentences.caller(view)
        preview = self._desktop.store.state.previews.get(view.interaction_id, "")
        if not view.customer_here:
            return self.tr("{name} has left the page").format(name=name), "warn"
        if preview:
            said = " ".join(preview.split())[:PREVIEW]
            return self.tr("{name} is writing: {text}").format(name=name, text=said), ""
        if view.customer_typing:
            return self.tr("{name} is writing…").format(name=name), ""
        if view.waiting_reply_since is not None and self._model.can_write:
            seconds = self._desktop.store.since(view.waiting_reply_since)
            time = formats.duration(seconds)
            tone = response_tone(seconds).replace("text-2", "")
            return self.tr("Waiting for your answer for {time}").format(time=time), tone
        return "", ""

    # -- what happens

    def _told(self, key: object) -> None:
        if key == self._shown:
            self.refresh()

    def _previews(self, old: object, new: object) -> None:
        if getattr(old, "previews", None) is not getattr(new, "previews", None):
            self._say_running()

    def _seen(self) -> None:
        """Read is what stood on the screen of a window that somebody looks at."""
        if not self.transcript.at_end:
            return
        self._pill.hide()
        if self.transcript.isVisible() and self.window().isActiveWindow():
            self._model.seen()

    def showEvent(self, event: object) -> None:
        self.window().installEventFilter(self)
        self.refresh()

    def resizeEvent(self, event: object) -> None:
        """Where a panel above leaves hardly a line, the page is shown and not half a field."""
        holder: QWidget | None = self.window().focusWidget()
        writing = holder is not None and self.composer.isAncestorOf(holder)
        self.composer.setVisible(self.height() >= LEAST or writing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate:
            self._seen()
        return False

    def _again(self) -> None:
        if self._shown is not None:
            self._desktop.conversations.again(self._shown)

    def _look_at(self, files: tuple[AttachmentView, ...]) -> None:
        self.file.show_attachments(files)
        self._file.setVisible(bool(files))

    def _asked(self, address: str) -> None:
        kind, _, rest = address.partition(":")
        view = self._model.interaction
        if view is None:
            return
        if kind == "older":
            self._desktop.conversations.older(view.interaction_id)
        elif kind == "retry":
            self._model.retry(view.interaction_id, rest)  # type: ignore[arg-type]
        elif kind == "drop":
            self._model.drop(view.interaction_id, rest)  # type: ignore[arg-type]
        elif kind == "file":
            self._look_at(self._files(rest))
        elif kind == "mailto":
            self._desktop.email.compose(rest, view.customer_id)
        elif is_web(address):
            self._opener(address)

    def _files(self, blob_id: str) -> tuple[AttachmentView, ...]:
        conversation = self._desktop.conversations.current
        messages = conversation.messages if conversation else ()
        return tuple(a for m in messages for a in m.attachments if a.blob_id == blob_id)[:1]


class _Pill(Text):
    """Says that there is something below what is looked at."""

    pressed = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__("", parent=over)
        self.setProperty("pill", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        over.installEventFilter(self)
        self.hide()

    def show_over(self) -> None:
        self._place()
        self.show()
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _place(self) -> None:
        over = self.parentWidget()
        if over is not None:
            self.adjustSize()
            self.move((over.width() - self.width()) // 2, over.height() - self.height() - 10)
