"""The headers of a mail as they came, and the whole of it to be kept."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QVBoxLayout

from agent_desktop.viewmodels.uploads import clean_name
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Text, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import MessageView
    from cti_bridge.protocol.vocabulary import MessageId

logger = logging.getLogger(__name__)
MAX_HEADERS: Final = 64 * 1024  # bytes


class OriginalDialog(Retranslated, QDialog):
    """Asks for the original when it is opened; shows its headers as text and nothing else."""

    def __init__(self, desktop: Desktop, message: MessageView, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._desktop, self._message = desktop, message
        self._data: bytes | None = None
        self._state = "loading"
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 520)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._said = Text("", "muted")
        self.save = Button("", "secondary", icon="save")
        self.save.clicked.connect(self._save)
        self.close_ = Button("", "primary")
        self.close_.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text, 1)
        layout.addWidget(self._said)
        layout.addLayout(row(self.save, None, self.close_))
        desktop.reading.changed.connect(self._came)
        self.retranslate()
        self._came(message.message_id)
        if self._state == "loading":
            desktop.reading.fetch(message)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Headers and original"))
        self.text.setAccessibleName(self.tr("Headers"))
        self.save.setText(self.tr("Save the original…"))
        self.close_.setText(self.tr("Close"))
        self._render()

    def _came(self, message_id: MessageId) -> None:
        whole = self._desktop.reading.look(self._message.message_id).whole
        if message_id != self._message.message_id or whole is None or self._state != "loading":
            return
        if whole.original is None:
            self._got(None)
        else:
            self._state = "fetching"
            self._desktop.blobs.fetch(whole.original, self, self._got)

    def _got(self, data: bytes | None) -> None:
        self._data, self._state = data, "here" if data is not None else "none"
        self._render()

    def _render(self) -> None:
        self.save.setEnabled(self._data is not None)
        self.text.setPlainText(headers_of(self._data) if self._data is not None else "")
        said = {
            "none": self.tr("There is no original of this message."),
            "here": "",
        }
        self._said.setText(said.get(self._state, self.tr("Loading…")))

    def _save(self) -> None:
        name = clean_name(f"{self._message.subject or 'mail'}.eml".replace("/", "-"))
        dialog = QFileDialog(self, self.tr("Save the original…"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        try:
            Path(path).write_bytes(self._data or b"")
        except OSError as error:
            logger.warning("a mail was not written: %s", error)
            self._said.setText(self.tr("It could not be saved there."))


def headers_of(original: bytes) -> str:
    """Everything before the first empty line, bytes that are no text shown as such."""
    head = original[:MAX_HEADERS].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return head.decode("utf-8", "backslashreplace")
