"""Files of a message, and files on their way: what they are, how large, whether to be trusted."""

from __future__ import annotations

import logging
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QProgressBar, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.uploads import clean_name
from agent_desktop.views import pictures, reasons
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import (
    Button,
    Elided,
    FlowLayout,
    IconLabel,
    Notice,
    Text,
    column,
    row,
)
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.uploads import Upload, Uploads
    from cti_bridge.protocol.values import AttachmentView

logger = logging.getLogger(__name__)

TILE: Final = 216  # pixels wide
PREVIEW: Final = QSize(360, 240)
MAX_PREVIEW: Final = 5 * 1024 * 1024  # bytes fetched for a preview by itself
SHOWN: Final = 40  # tiles of one message
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
NEVER_OPENED: Final = frozenset({"executable", "double_extension"})


def open_file(path: Path) -> bool:
    """By the program that the desk has for it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class AttachmentTile(Retranslated, QFrame):
    """One file: its kind, name and size; save, open or look at it."""

    def __init__(self, strip: AttachmentStrip, file: AttachmentView) -> None:
        super().__init__(strip)
        self._strip, self.file = strip, file
        self.setFixedWidth(TILE)
        tone = "warn" if file.suspicious else ""
        set_style(self, tone=tone)
        self._icon = IconLabel(_icon(file), tone or "text-2", 20)
        self._name = Elided(file.name, "strong")
        self._about = Elided("", "small", tone=tone)
        self.save = Button("", "quiet", icon="save", small=True)
        self.save.clicked.connect(lambda: strip.save(file))
        self.open = Button("", "quiet", icon="open", small=True)
        self.open.clicked.connect(lambda: strip.ask_open(file))
        names = column(self._name, self._about, spacing=0)
        inner = row(self._icon, names, self.save, self.open, spacing=6, margins=(8, 4, 4, 4))
        inner.setStretch(1, 1)
        self.setLayout(inner)
        self.retranslate()

    def retranslate(self) -> None:
        size = file_size(self.file.size)
        trouble = reasons.suspicious(self.file.suspicious) if self.file.suspicious else ""
        self._about.setText(" · ".join(p for p in (size, trouble) if p))
        for button, name in ((self.save, self.tr("Save as…")), (self.open, self.tr("Open"))):
            button.setToolTip(name)
            button.setAccessibleName(f"{name}: {self.file.name}")
        self.open.setVisible(self.file.suspicious not in NEVER_OPENED)
        self.setAccessibleName(f"{self.file.name}, {self._about.text()}")


class AttachmentStrip(Retranslated, QWidget):
    """The attachments of one message, pictures with a preview below them."""

    def __init__(
        self,
        desktop: Desktop,
        parent: QWidget | None = None,
        *,
        opener: Callable[[Path], bool] = open_file,
    ) -> None:
        super().__init__(parent)
        self._blobs, self._opener = desktop.blobs, opener
        self._files: tuple[AttachmentView, ...] = ()
        self._asked: AttachmentView | None = None
        self.tiles: list[AttachmentTile] = []
        self.previews: dict[str, QLabel] = {}
        tiles, looks = QWidget(), QWidget()
        self._flow, self._looks = FlowLayout(tiles), FlowLayout(looks)
        for part in (tiles, looks):
            policy = part.sizePolicy()
            policy.setHeightForWidth(True)
            part.setSizePolicy(policy)
        self._tiles, self._shown = tiles, looks
        self._more = Text("", "small")
        self.warning = Notice("warn")
        self.warning.hide()
        self.warning.acted.connect(self._open_anyway)
        self.setLayout(column(self.warning, tiles, self._more, looks))
        self.retranslate()

    def retranslate(self) -> None:
        more = len(self._files) - SHOWN
        self._more.setText(self.tr("and %n more file(s)", "", more) if more > 0 else "")
        self._more.setVisible(more > 0)

    def show_attachments(self, files: tuple[AttachmentView, ...]) -> None:
        """Those that stand inside the text (`inline`) are left out: the text shows them."""
        if files == self._files:
            return
        self._files = files
        self.warning.say("")
        for old in (*self.tiles, *self.previews.values()):
            old.hide()
            old.deleteLater()
        while self._flow.takeAt(0):
            pass
        while self._looks.takeAt(0):
            pass
        self.tiles = [AttachmentTile(self, f) for f in files[:SHOWN]]
        self.previews = {}
        for tile in self.tiles:
            self._flow.addWidget(tile)
            tile.show()
        for file in files[:SHOWN]:
            self._preview(file)
        self._shown.setVisible(bool(self.previews))
        self.setVisible(bool(files))
        self.retranslate()
        self.updateGeometry()

    # -- looking

    def _preview(self, file: AttachmentView) -> None:
        if file.media_type not in PICTURES or file.suspicious or file.size > MAX_PREVIEW:
            return
        label = QLabel(self)
        label.setAccessibleName(file.name)
        label.hide()
        self.previews[file.blob_id] = label
        self._blobs.fetch(file.blob_id, self, lambda data: self._looked(file, data))

    def _looked(self, file: AttachmentView, data: bytes | None) -> None:
        label = self.previews.get(file.blob_id)
        image = pictures.decode(data, PREVIEW) if data and label is not None else None
        if label is None or image is None:
            return
        label.setPixmap(QPixmap.fromImage(image))
        self._looks.addWidget(label)
        label.show()
        self._shown.setVisible(True)
        self.updateGeometry()

    # -- saving and opening

    def save(self, file: AttachmentView) -> None:
        dialog = QFileDialog(self.window(), self.tr("Save as…"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(clean_name(file.name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save_to(file, Path(path)))
        dialog.open()

    def save_to(self, file: AttachmentView, path: Path) -> None:
        def came(data: bytes | None) -> None:
            self._write(file, path, data)

        self._blobs.fetch(file.blob_id, self, came)

    def ask_open(self, file: AttachmentView) -> None:
        """One that looks like something else is opened after a warning only; a program never."""
        self._asked = None
        if file.suspicious in NEVER_OPENED:
            return
        if not file.suspicious:
            self._open(file)
            return
        self._asked = file
        self.warning.say(
            self.tr("“{name}” may be harmful: {why}. Open it only if you expected it.").format(
                name=file.name, why=reasons.suspicious(file.suspicious)
            ),
            tone="warn",
            action=self.tr("Open anyway"),
        )

    def _open_anyway(self) -> None:
        file, self._asked = self._asked, None
        self.warning.say("")
        if file is not None:
            self._open(file)

    def _open(self, file: AttachmentView) -> None:
        path = Path(tempfile.mkdtemp(dir=_opened().name)) / clean_name(file.name)

        def came(data: bytes | None) -> None:
            if self._write(file, path, data):
                os.chmod(path, 0o400)  # what is changed there would not reach anybody
                if not self._opener(path):
                    self._fail(file)

        self._blobs.fetch(file.blob_id, self, came)

    def _write(self, file: AttachmentView, path: Path, data: bytes | None) -> bool:
        try:
            if data is None:
                raise OSError("not at the bridge")
            path.write_bytes(data)
        except OSError as error:
            logger.warning("an attachment was not written: %s", error)
            self._fail(file)
            return False
        return True

    def _fail(self, file: AttachmentView) -> None:
        self._asked = None
        self.warning.say(
            self.tr("“{name}” could not be saved.").format(name=file.name), tone="bad"
        )


class UploadTile(Retranslated, QFrame):
    """A file that goes up: its progress, and a way to take it out."""

    def __init__(self, uploads: Uploads, upload: Upload) -> None:
        super().__init__()
        self._uploads, self._upload = uploads, upload
        self.setFixedWidth(TILE)
        self._name = Elided(upload.name, "strong")
        self._about = Elided("", "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.again = Button("", "quiet", icon="refresh", small=True)
        self.again.clicked.connect(lambda: uploads.retry(self._upload.upload_id))
        self.remove = Button("", "quiet", icon="close", small=True)
        self.remove.clicked.connect(lambda: uploads.remove(self._upload.upload_id))
        names = column(self._name, self._about, self._bar, spacing=1)
        inner = row(names, self.again, self.remove, spacing=4, margins=(10, 4, 4, 4))
        inner.setStretch(0, 1)
        self.setLayout(inner)
        self.retranslate()

    def show_upload(self, upload: Upload) -> None:
        self._upload = upload
        self.retranslate()

    def retranslate(self) -> None:
        upload = self._upload
        self._bar.setVisible(upload.busy)
        self._bar.setRange(0, max(upload.size, 1))
        self._bar.setValue(upload.sent)
        self.again.setVisible(bool(upload.error) and upload.size > 0 and not _hopeless(upload))
        set_style(self, tone="bad" if upload.error else "")
        size = file_size(upload.size)
        about = reasons.upload_error(upload.error) if upload.error else size
        self._about.setText(about)
        for button, name in (
            (self.remove, self.tr("Remove")),
            (self.again, self.tr("Try again")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(f"{name}: {upload.name}")
        self.setAccessibleName(f"{upload.name}, {about}")


class UploadStrip(QWidget):
    """The files that go with what is being written; hidden while there are none."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._uploads = desktop.uploads
        self._owner = ""
        self.tiles: dict[str, UploadTile] = {}
        self._flow = FlowLayout(self)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._uploads.changed.connect(self._changed)
        self.hide()

    def _changed(self, owner: str) -> None:
        if owner == self._owner:
            self.refresh()

    def set_owner(self, owner: str) -> None:
        if owner != self._owner:
            self._owner = owner
            self.refresh()

    def refresh(self) -> None:
        files = self._uploads.of(self._owner)
        if tuple(self.tiles) != tuple(f.upload_id for f in files):
            self._rebuild(files)
        for file in files:
            self.tiles[file.upload_id].show_upload(file)
        self.setVisible(bool(files))

    def _rebuild(self, files: tuple[Upload, ...]) -> None:
        for old in self.tiles.values():
            old.hide()
            old.deleteLater()
        while self._flow.takeAt(0):
            pass
        self.tiles = {f.upload_id: UploadTile(self._uploads, f) for f in files}
        for tile in self.tiles.values():
            self._flow.addWidget(tile)
            tile.show()
        self.updateGeometry()


@lru_cache(maxsize=1)
def _opened() -> tempfile.TemporaryDirectory[str]:
    """Where files stand that were opened; gone when the desktop ends."""
    return tempfile.TemporaryDirectory(prefix="ficha-", ignore_cleanup_errors=True)


def choose_files(parent: QWidget, title: str, chosen: Callable[[str], object]) -> QFileDialog:
    """Asks for files, one call of `chosen` for each; returns at once."""
    dialog = QFileDialog(parent.window(), title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda paths: [chosen(path) for path in paths])
    dialog.open()
    return dialog


def file_size(size: int) -> str:
    """ "812 B", "3 KB", "1.4 MB"."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{formats.number(round(size / 1024))} KB"
    return f"{formats.decimal(size / 1024 / 1024, 1)} MB"


def _icon(file: AttachmentView) -> str:
    if file.suspicious:
        return "warning"
    kind = file.media_type
    if kind.startswith("image/"):
        return "image"
    if kind.startswith("audio/"):
        return "sound"
    if kind == "application/pdf":
        return "file-pdf"
    return "file-text" if kind.startswith("text/") else "file"


def _hopeless(upload: Upload) -> bool:
    return upload.error in {"too_large", "empty", "unreadable", "too_many", "invalid"}
