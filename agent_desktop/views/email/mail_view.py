"""The text of a mail: as high as it is, loading nothing by itself, opening nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QFont, QImage, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from agent_desktop.viewmodels.links import linkified
from agent_desktop.viewmodels.mail_html import bearable, plain
from agent_desktop.views import theme
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets.style import set_style

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QResizeEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

MAX_HEIGHT: Final = 12_000  # pixels; what is longer scrolls inside
MAX_FONT: Final = 48  # pixels
ZOOMS: Final = (0.75, 0.9, 1.0, 1.15, 1.35, 1.6, 2.0)
SHEET: Final = "body, p, td, li, div, span { line-height: 135%; }"


class MailView(Retranslated, QTextBrowser):
    """Signals: `link_asked(target, shown)` when one is clicked, `link_hovered(target)` ("" when
    it is left), `zoom_asked(+1 or -1)`, `image_wanted(name)` of each image that the text would
    show; `give_image` brings it. Connect the last one queued: the text is being laid out."""

    link_asked = Signal(str, str)
    link_hovered = Signal(str)
    zoom_asked = Signal(int)
    image_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: set[str] = set()
        self._zoom = 1.0
        self._source: tuple[str, bool] = ("", False)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self.anchorClicked.connect(self._clicked)
        self.highlighted.connect(lambda url: self.link_hovered.emit(url.toString()))
        theme.theme().changed.connect(self.again)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Text of the message"))

    # -- what it shows

    def show_text(self, text: str) -> None:
        """Plain text, in the desktop's own colours."""
        self._show(text, sheet=False)

    def show_html(self, html: str) -> bool:
        """Sanitised HTML, on a light sheet; False where its shape is not bearable."""
        if (safe := bearable(html)) is None:
            return False
        self._show(safe, sheet=True)
        return True

    def set_zoom(self, zoom: float) -> None:
        if zoom != self._zoom:
            self._zoom = zoom
            self.again()

    def give_image(self, name: str, image: QImage) -> None:
        """An image that was `wanted`, no wider than the text."""
        document = self.document()
        document.addResource(
            QTextDocument.ResourceType.ImageResource, QUrl(name), self._fitted(image)
        )
        document.markContentsDirty(0, document.characterCount())
        self._fit()

    def _show(self, source: str, *, sheet: bool) -> None:
        if self._source != (source, sheet):
            self._source = (source, sheet)
            self.again()

    def again(self) -> None:
        """Laid out anew; its images are asked for again."""
        source, sheet = self._source
        self._asked.clear()
        set_style(self, mail="sheet" if sheet else "plain")
        document = self.document()
        document.clear()
        self._dress(sheet=sheet)
        if sheet:
            document.setHtml(source)
            self._tame()
        else:
            spaced = plain(linkified(source))
            document.setHtml(f'<div style="white-space: pre-wrap;">{spaced}</div>')
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._fit()

    def _dress(self, *, sheet: bool) -> None:
        font = QFont(theme.font("body", tabular=False))
        font.setPixelSize(round(font.pixelSize() * self._zoom))
        self.document().setDefaultFont(font)
        link = theme.colour("mail-link" if sheet else "accent").name()
        look = f"a {{ color: {link}; }}"
        self.document().setDefaultStyleSheet(f"{SHEET} {look}" if sheet else look)

    def _tame(self) -> None:
        """No letter larger than a heading; the sizes that the mail sets are zoomed too."""
        block = self.document().begin()
        while block.isValid():
            place = block.begin()
            while not place.atEnd():
                fragment = place.fragment()
                self._tame_fragment(fragment.position(), fragment.length(), fragment.charFormat())
                place += 1
            block = block.next()

    def _tame_fragment(self, start: int, length: int, look: QTextCharFormat) -> None:
        own = _pixels(look)
        wanted = min(max(round(own * self._zoom), 6), MAX_FONT)
        if own and wanted != own:
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            change = QTextCharFormat()
            change.setProperty(QTextFormat.Property.FontPixelSize, wanted)
            cursor.mergeCharFormat(change)

    # -- what it fetches: nothing

    def loadResource(self, kind: int, url: QUrl | str) -> object:
        """Never null: for nothing Qt would look for a file of that name itself."""
        name = url.toString() if isinstance(url, QUrl) else url
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return QByteArray(b" ")
        if name not in self._asked:
            self._asked.add(name)
            self.image_wanted.emit(name)
        return _nothing()

    def _fitted(self, image: QImage) -> QImage:
        widest = max(120, self.viewport().width() - 24)
        if image.width() <= widest:
            return image
        return image.scaledToWidth(widest, Qt.TransformationMode.SmoothTransformation)

    # -- its size

    def _fit(self) -> None:
        height = self.document().size().height()
        margins = self.height() - self.viewport().height() if self.isVisible() else 2
        wanted = round(min(max(height, 16), MAX_HEIGHT)) + max(2, min(margins, 40))
        scrolls = height > MAX_HEIGHT
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff
        )
        if wanted != self.height():
            self.setFixedHeight(wanted)

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_asked.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        elif self.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
            event.ignore()  # the thread scrolls
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copying, and nothing that Qt would add of its own."""
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    # -- links

    def _clicked(self, url: QUrl) -> None:
        cursor = self.textCursor()
        target = url.toString()
        self.link_asked.emit(target, self._shown(cursor, target))

    def _shown(self, cursor: QTextCursor, target: str) -> str:
        """The words of the link: all fragments beside the cursor that lead to the same."""
        block = cursor.block()
        said, place = "", block.begin()
        while not place.atEnd():
            fragment = place.fragment()
            if fragment.charFormat().anchorHref() == target:
                said += fragment.text()
            place += 1
        return said


def _pixels(look: QTextCharFormat) -> int:
    """The size of letters that the mail itself sets; 0 where it sets none."""
    if look.hasProperty(QTextFormat.Property.FontPixelSize):
        return look.intProperty(QTextFormat.Property.FontPixelSize)
    return round(look.doubleProperty(QTextFormat.Property.FontPointSize) * 96 / 72)


def _nothing() -> QImage:
    image = QImage(1, 1, QImage.Format.Format_ARGB32)
    image.fill(0)
    return image
