"""Writing an answer: recipients, subject, text, files; saved as typed, sent with a way back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QMimeData, Qt, Signal
from PySide6.QtGui import QImage, QImageWriter, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.link import LinkState
from agent_desktop.viewmodels.addresses import MAX_SUBJECT
from agent_desktop.viewmodels.canned import unfilled
from agent_desktop.viewmodels.email import owner_of
from agent_desktop.views import i18n, words
from agent_desktop.views.attachments import UploadStrip, choose_files
from agent_desktop.views.canned import CannedPopup
from agent_desktop.views.email.address_field import AddressField
from agent_desktop.views.email.kept_files import KeptFiles
from agent_desktop.views.email.known import customer_addresses
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, Elided, Kbd, Notice, Panel, Text, row

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.email import Writing
    from cti_bridge.protocol.values import Address, CannedReply
    from cti_bridge.protocol.vocabulary import InteractionId

SIGNATURE_LINES: Final = 2
WIDE: Final = 460  # pixels: room for the key beside its button


class MailEdit(QPlainTextEdit):
    """Signals: `files_given(paths)`, `image_given(png)` of what is pasted or dropped;
    `send_asked(finish)`."""

    files_given = Signal(object)
    image_given = Signal(object)
    send_asked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("flat", True)
        self.setTabChangesFocus(True)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths = local_files(source)
        if paths:
            self.files_given.emit(paths)
        elif source.hasImage() and not source.hasText():
            if data := png_of(source.imageData()):
                self.image_given.emit(data)
        else:
            super().insertFromMimeData(source)

    def event(self, event: QEvent) -> bool:
        """Ctrl+Enter is ours here, though the window has a use for it elsewhere."""
        asked = event.type() is QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and _sends(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _sends(event):
            self.send_asked.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)


class Composer(Retranslated, Panel):
    """The draft of one contact; every key goes to the view-model, which saves it.

    Signals: `peeked(on)` when the messages are to be seen instead, where both have no room.
    """

    peeked = Signal(bool)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(edge="top", parent=parent)
        self._desktop, self._model = desktop, desktop.email
        self._key: InteractionId | None = None
        self._loading = False
        self._doubted: tuple[str, ...] = ()
        self.setAcceptDrops(True)
        self._title = Elided("", "strong")
        self._saved = Text("", "small")
        self.discard = Button("", "quiet", icon="remove", small=True)
        self.discard.clicked.connect(self._discard)
        self.to, self.cc, self.bcc = AddressField(), AddressField(), AddressField()
        self.more_fields = Button("", "link", small=True)
        self.more_fields.clicked.connect(self._ask_copies)
        self._copies = False
        self.peek = Button("", "link", small=True)
        self.peek.setCheckable(True)
        self.peek.toggled.connect(self.peeked)
        self.peek.hide()
        self.subject = QLineEdit()
        self.subject.setProperty("flat", True)
        self.subject.setMaxLength(MAX_SUBJECT)
        self.text = MailEdit()
        self.text.setMinimumHeight(88)
        self.canned = CannedPopup(desktop, self.text)
        self.canned.chosen.connect(self._canned)
        self._below = Text("", "faint")
        self.quote = Button("", "link", small=True)
        self.quote.clicked.connect(self._toggle_quote)
        self.kept = KeptFiles()
        self.kept.removed.connect(self._remove_kept)
        self.uploads = UploadStrip(desktop)
        self.notice = Notice("warn")
        self.notice.hide()
        self.attach = Button("", "quiet", icon="attach")
        self.attach.clicked.connect(self._choose_files)
        self.insert = Button("", "quiet", icon="canned")
        self.insert.clicked.connect(self.canned.open_all)
        self.send = Button("", "primary", icon="send")
        self.send.clicked.connect(lambda: self.ask_send())
        self._kbd = Kbd("Ctrl+Enter")
        self.finish = Button("", "secondary")
        self.finish.clicked.connect(lambda: self.ask_send(finish=True))
        self._connect()
        self._lay_out()
        self.retranslate()

    def _connect(self) -> None:
        self.to.changed.connect(lambda a: self._change(to=a))
        self.cc.changed.connect(lambda a: self._change(cc=a))
        self.bcc.changed.connect(lambda a: self._change(bcc=a))
        self.subject.textChanged.connect(lambda t: self._change(subject=t))
        self.text.textChanged.connect(lambda: self._change(text=self.text.toPlainText()))
        self.text.files_given.connect(self.add_files)
        self.text.image_given.connect(self._add_image)
        self.text.send_asked.connect(lambda finish: self.ask_send(finish=finish))
        self._model.changed.connect(self._changed)
        self._model.loaded.connect(self._loaded)
        self._desktop.commands.changed.connect(self.refresh)

    def _lay_out(self) -> None:
        to_row = row(self.to, self.more_fields, spacing=4)
        to_row.setStretch(0, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 8, 16, 10)
        whole.setSpacing(4)
        whole.addLayout(row(self._title, self._saved, None, self.peek, self.discard))
        self._rest = QWidget()
        whole.addWidget(self._rest, 1)
        layout = QVBoxLayout(self._rest)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(to_row)
        for part in (self.cc, self.bcc, self.subject):
            layout.addWidget(part)
        layout.addWidget(self.text, 1)
        layout.addLayout(row(self._below, None, self.quote))
        for below in (self.kept, self.uploads, self.notice):
            layout.addWidget(below)
        layout.addLayout(
            row(self.send, self._kbd, self.finish, None, self.insert, self.attach, spacing=6)
        )

    def retranslate(self) -> None:
        for field, title in (
            (self.to, self.tr("To")),
            (self.cc, self.tr("Cc")),
            (self.bcc, self.tr("Bcc")),
        ):
            field.set_title(title)
        self.more_fields.setText(self.tr("Cc, Bcc"))
        self.peek.setText(self.tr("Show the messages"))
        self.subject.setPlaceholderText(self.tr("Subject"))
        self.subject.setAccessibleName(self.tr("Subject"))
        self.text.setPlaceholderText(self.tr("Write here. “/” finds a canned reply."))
        self.text.setAccessibleName(self.tr("Text of the answer"))
        self.send.setText(self.tr("Send"))
        self.finish.setText(self.tr("Send and finish"))
        for button, name in (
            (self.discard, self.tr("Throw the draft away")),
            (self.attach, self.tr("Attach files")),
            (self.insert, self.tr("Canned reply (/)")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(name)
        self.refresh()

    # -- what it shows

    def show_contact(self, key: InteractionId | None) -> None:
        if key != self._key:
            self._key = key
            self._load()

    def focus_text(self) -> None:
        """The text; the recipients where there are none."""
        writing = self._model.writing(self._key)
        empty = writing is not None and not writing.draft.to
        (self.to if empty else self.text).setFocus()

    def _loaded(self, key: InteractionId) -> None:
        if key == self._key:
            self._load()

    def _changed(self, key: InteractionId) -> None:
        if key == self._key:
            self.refresh()

    def _load(self) -> None:
        """The fields from the draft; what is typed comes the other way."""
        writing = self._model.writing(self._key)
        self._doubted = ()
        if writing is None or self._key is None:
            return
        draft = writing.draft
        self._loading = True
        for field, value in ((self.to, draft.to), (self.cc, draft.cc), (self.bcc, draft.bcc)):
            field.entry.clear()
            field.show_addresses(value)
            field.set_known(self._known())
        self.subject.setText(draft.subject)
        if self.text.toPlainText() != draft.text:
            self.text.setPlainText(draft.text)
        self._loading = False
        self.uploads.set_owner(owner_of(self._key))
        self._copies = False
        self._show_copies()
        self.refresh()

    def _known(self) -> list[Address]:
        """The customer's own addresses first, then who is in the thread."""
        assert self._key is not None
        own = customer_addresses(self._desktop)
        return [*own, *(a for a in self._model.known(self._key) if a not in own)]

    def refresh(self) -> None:
        writing = self._model.writing(self._key)
        if writing is None or self._key is None:
            return
        self._title.setText(self._heading(writing))
        self._saved.setText(self._said_of_saving(writing))
        self.kept.show_files(writing.kept)
        can, busy = self._model.can_send(self._key), writing.sending is not None
        self.send.setEnabled(can)
        self.finish.setEnabled(can)
        for part in (self.subject, self.text):
            part.setReadOnly(busy)
        for field in (self.to, self.cc, self.bcc):
            field.set_read_only(busy)
        signature = " · ".join(self._model.signature(self._key).split("\n")[:SIGNATURE_LINES])
        said = self.tr("Signature: {text}").format(text=signature) if signature else ""
        self._below.setText(self._below.fontMetrics().elidedText(said, _RIGHT, 360))
        self._below.setToolTip(self._model.signature(self._key))
        self._render_quote(writing)
        self._render_notice(writing)

    def _heading(self, writing: Writing) -> str:
        return {
            "new": self.tr("New e-mail"),
            "reply": self.tr("Reply"),
            "reply_all": self.tr("Reply to all"),
            "forward": self.tr("Forward"),
        }[writing.draft.mode]

    def _said_of_saving(self, writing: Writing) -> str:
        if writing.sending is not None:
            return self.tr("Being sent…")
        if writing.error is not None:
            return self.tr("Not saved")
        away = self._desktop.store.state.link is not LinkState.ONLINE
        if writing.dirty and (away or writing.draft.saved_at is None):
            return self.tr("Not saved yet")
        return self._at(writing)

    def _at(self, writing: Writing) -> str:
        at = writing.draft.saved_at
        return self.tr("Saved {time}").format(time=formats.time(at)) if at else ""

    def _render_quote(self, writing: Writing) -> None:
        answered = writing.draft.in_reply_to is not None
        self.quote.setVisible(answered)
        self.quote.setText(
            self.tr("Quotes the message") if writing.draft.quote else self.tr("Quotes nothing")
        )
        self.quote.setToolTip(self.tr("Press to change it"))

    def _render_notice(self, writing: Writing) -> None:
        problems = self._model.problems(self._key) if self._key else ()
        said, tone = "", "warn"
        if writing.error is not None:
            said, tone = words.refusal(writing.error), "bad"
        elif "bad_address" in problems:
            said = self.tr("An address is not right: press it to correct it.")
        elif "upload_failed" in problems:
            said = self.tr("A file did not arrive: try it again, or take it out.")
        elif "unfilled" in problems:
            left = unfilled(f"{writing.draft.subject} {writing.draft.text}")
            said = self.tr("Still to be filled in: {what}").format(what=", ".join(left))
        elif self._doubted:
            said = self._doubt_words()
        self.notice.say(said, tone=tone)

    def _doubt_words(self) -> str:
        if "forgotten_attachment" in self._doubted:
            return self.tr("The text speaks of a file, and none is attached. Send again to go on.")
        return self.tr("There is no subject. Send again to go on.")

    def _show_copies(self) -> None:
        """The fields that say something, all of them once they were asked for."""
        for field in (self.cc, self.bcc):
            field.setVisible(self._copies or bool(field.addresses))
        self.more_fields.setVisible(not self._copies)

    def _ask_copies(self) -> None:
        self._copies = True
        self._show_copies()
        (self.bcc if self.cc.addresses else self.cc).setFocus()

    def set_tight(self, tight: bool) -> None:
        """There is room for this alone: the messages come and go at a button."""
        self.peek.setVisible(tight)
        self._kbd.setVisible(self.width() > WIDE)

    def set_folded(self, folded: bool) -> None:
        self._rest.setVisible(not folded)

    # -- what is done

    def _change(self, **fields: object) -> None:
        if not self._loading and self._key is not None:
            self._doubted = ()
            self._model.change(self._key, **fields)

    def ask_send(self, *, finish: bool = False) -> None:
        """What may have been forgotten is asked about once."""
        for field in (self.to, self.cc, self.bcc):
            field.entry.enter()
        if self._key is None or not self._model.can_send(self._key):
            self.refresh()
            return
        doubts = self._model.doubts(self._key)
        if doubts and doubts != self._doubted:
            self._doubted = doubts
            self.refresh()
        elif finish:
            self._send_and_finish(self._key)
        else:
            self._model.send(self._key)

    def _send_and_finish(self, key: InteractionId) -> None:
        """As what is chosen already; else the results open to choose from."""
        chosen = self._desktop.wrap_up.disposition
        choices = self._desktop.store.state.settings.dispositions
        if chosen or not choices:
            self._model.send(key, finish_as=chosen)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for choice in choices:
            name = words.choice(choices, choice.code, i18n.language()).replace("&", "&&")
            menu.addAction(name, partial(self._finish_as, key, choice.code))
        menu.popup(self.finish.mapToGlobal(self.finish.rect().topLeft()))

    def _finish_as(self, key: InteractionId, code: str) -> None:
        self._desktop.wrap_up.choose(code)
        self._model.send(key, finish_as=code)

    def _discard(self) -> None:
        if self._key is not None:
            self._model.discard(self._key)

    def _toggle_quote(self) -> None:
        writing = self._model.writing(self._key)
        if writing is not None:
            self._change(quote=not writing.draft.quote)

    def _canned(self, reply: CannedReply) -> None:
        if reply.subject and not self.subject.text().strip():
            self.subject.setText(self._desktop.canned.fill(reply.subject, reply.language))

    # -- files

    def _choose_files(self) -> None:
        choose_files(self, self.tr("Attach files"), lambda path: self.add_files((path,)))

    def add_files(self, paths: tuple[str, ...]) -> None:
        if self._key is not None:
            for path in paths:
                self._desktop.uploads.start_file(owner_of(self._key), path)

    def _add_image(self, data: bytes) -> None:
        if self._key is not None:
            name = self.tr("Picture {time}.png").format(
                time=formats.time(self._desktop.store.now(), seconds=True).replace(":", "-")
            )
            self._desktop.uploads.start(owner_of(self._key), name, data)

    def _remove_kept(self, blob_id: str) -> None:
        if self._key is not None:
            self._model.remove_kept(self._key, blob_id)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_files(event.mimeData())
        if paths:
            self.add_files(paths)
            event.acceptProposedAction()


_RIGHT: Final = Qt.TextElideMode.ElideRight


def local_files(data: QMimeData) -> tuple[str, ...]:
    return tuple(u.toLocalFile() for u in data.urls() if u.isLocalFile()) if data.hasUrls() else ()


def png_of(image: object) -> bytes:
    """A pasted picture as a file; nothing where it is none."""
    if not isinstance(image, QImage) or image.isNull():
        return b""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(held.data())


def _sends(event: QKeyEvent) -> bool:
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
