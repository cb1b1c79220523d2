"""Files that go with a mail and are at the bridge already: forwarded, or of an earlier day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agent_desktop.views.attachments import file_size
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, FlowLayout

if TYPE_CHECKING:
    from cti_bridge.protocol.values import AttachmentView


class KeptFiles(Retranslated, QWidget):
    """Signals: `removed(blob_id)`."""

    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[AttachmentView, ...] = ()
        self.buttons: list[Button] = []
        self._flow = FlowLayout(self)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def retranslate(self) -> None:
        for file, button in zip(self._files, self.buttons, strict=True):
            button.setAccessibleName(self.tr("Take out {name}").format(name=file.name))
            button.setToolTip(button.accessibleName())

    def show_files(self, files: tuple[AttachmentView, ...]) -> None:
        if files == self._files:
            return
        self._files = files
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for file in files:
            name = f"{file.name[:40]} · {file_size(file.size)}".replace("&", "&&")
            button = Button(name, "secondary", icon="close", small=True)
            button.clicked.connect(lambda _=False, f=file: self.removed.emit(f.blob_id))
            self._flow.addWidget(button)
            self.buttons.append(button)
        self.setVisible(bool(files))
        self.retranslate()
        self.updateGeometry()
