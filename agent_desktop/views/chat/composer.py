"""The field of a chat: Enter sends, Shift+Enter breaks the line, "/" opens canned replies."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QImage, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from agent_desktop.viewmodels.chat import upload_owner
from agent_desktop.views.attachments import UploadStrip, choose_files
from agent_desktop.views.canned import CannedPopup
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Elided, column, row
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QResizeEvent

    from agent_desktop.desktop import Desktop

LINES: Final = 6  # of text before the field scrolls
MAX_DROPPED: Final = 20  # files at once
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ChatField(QPlainTextEdit):
    """Signals: `sent` (Enter), `file_given` (a path), `image_given` (a QImage)."""

    sent = Signal()
    file_given = Signal(str)
    image_given = Signal(QImage)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.grow())
        self.grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _ENTER and plain:
            self.sent.emit()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files and pictures are attached; of anything else the plain text is taken."""
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            for path in files[:MAX_DROPPED]:
                self.file_given.emit(path)
        elif source.hasImage() and not source.hasText():
            image = source.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.image_given.emit(image)
        elif source.hasText():
            self.insertPlainText(source.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasUrls():
            self.insertFromMimeData(event.mimeData())
            event.acceptProposedAction()
        else:
            super().dropEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.grow()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def grow(self) -> None:
        lines = min(max(1, round(self.document().size().height())), LINES)
        height = lines * self.fontMetrics().lineSpacing() + 24
        if height != self.height():
            self.setFixedHeight(height)
            self.updateGeometry()


class ChatComposer(Retranslated, QFrame):
    """What is typed belongs to its chat and stays with it."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._model, self._uploads = desktop, desktop.chat, desktop.uploads
        self.field = ChatField()
        self.canned = CannedPopup(desktop, self.field)
        self.files = UploadStrip(desktop)
        self.attach = Button("", "quiet", icon="attach")
        self.templates = Button("", "quiet", icon="canned")
        self.send = Button("", "primary", icon="send")
        self._hint = Elided("", "faint")
        self.attach.clicked.connect(self._choose)
        self.templates.clicked.connect(self.canned.open_all)
        self.send.clicked.connect(self._send)
        self.field.sent.connect(self._send)
        self.field.textChanged.connect(lambda: self._model.type(self.field.toPlainText()))
        self.field.file_given.connect(self._give_file)
        self.field.image_given.connect(self._give_image)
        line = row(self.attach, self.templates, self._hint, self.send, spacing=4)
        line.setStretch(2, 1)
        self.setLayout(column(self.files, self.field, line, spacing=6, margins=(16, 8, 16, 8)))
        self._model.changed.connect(lambda _key: self.refresh())
        self._model.loaded.connect(self.load)
        self._uploads.changed.connect(lambda _owner: self.refresh())
        for signal in (desktop.work.interaction_changed, desktop.commands.changed):
            signal.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.field.setAccessibleName(self.tr("Message"))
        self.send.setText(self.tr("Send"))
        for button, name in (
            (self.attach, self.tr("Attach a file")),
            (self.templates, self.tr("Canned replies (/)")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(name)
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        writes = model.can_write
        for part in (self.attach, self.templates):
            part.setEnabled(writes)
        self.field.setPlaceholderText(
            self.tr("Write a message…") if writes else self.tr("This chat cannot be answered.")
        )
        self.send.setEnabled(model.can_send)
        if model.too_long:
            text = self.tr("%n character(s) too long", "", model.too_long)
        else:
            text = self.tr("Enter sends · Shift+Enter new line · / canned replies")
        self._hint.setText(text)
        set_style(self._hint, tone="bad" if model.too_long else "")

    def load(self) -> None:
        """Another chat's draft; the same text is left alone, and with it the cursor."""
        view = self._model.interaction
        self.files.set_owner(upload_owner(view.interaction_id) if view else "")
        if self.field.toPlainText() != self._model.draft:
            self.field.blockSignals(True)
            self.field.setPlainText(self._model.draft)
            self.field.moveCursor(QTextCursor.MoveOperation.End)
            self.field.blockSignals(False)
        self.refresh()

    # -- inside

    def _send(self) -> None:
        self._model.send()

    def _choose(self) -> None:
        choose_files(self, self.tr("Attach files"), self._give_file)

    def _give_file(self, path: str) -> None:
        view = self._model.interaction
        if view is not None and self._model.can_write:
            self._uploads.start_file(upload_owner(view.interaction_id), path)

    def _give_image(self, image: QImage) -> None:
        """A picture from the clipboard goes as PNG, named by its time."""
        view = self._model.interaction
        if view is None or not self._model.can_write:
            return
        raw = QByteArray()
        buffer = QBuffer(raw)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if image.save(buffer, "PNG"):  # type: ignore[call-overload]
            name = f"{self.tr('picture')}-{datetime.now().astimezone():%H%M%S}.png"
            self._uploads.start(upload_owner(view.interaction_id), name, bytes(raw.data()))
