"""One message of a thread: a line while it is folded, everything of it while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QMenu, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels import addresses
from agent_desktop.viewmodels.mail_history import split_history
from agent_desktop.views import reasons
from agent_desktop.views.attachments import AttachmentStrip
from agent_desktop.views.email.images import MailImages
from agent_desktop.views.email.mail_view import MailView
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import (
    Avatar,
    Button,
    Elided,
    IconLabel,
    Notice,
    Tag,
    Text,
    column,
    row,
)
from agent_desktop.views.widgets.style import set_style
from cti_bridge.protocol.vocabulary import Author, Delivery

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.views.email.images import RemoteImages
    from cti_bridge.protocol.values import Address, AttachmentView, MessageView

NAMED: Final = 3  # recipients in the short line
LISTED: Final = 50  # in the long one
SNIPPET: Final = 160
_DELIVERY_TONES: Final = {
    Delivery.UNDOABLE: "warn",
    Delivery.SENDING: "warn",
    Delivery.FAILED: "bad",
    Delivery.TAKEN_BACK: "",
}


class MessageHead(QFrame):
    """Who and when; pressed, it folds or opens its message. Signals: `toggled`."""

    toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.avatar = Avatar(32)
        self.name = Elided("", "strong")
        self.line = Elided("", "small")
        self.mark = Tag()
        self.delivery = Tag()
        self.clip = IconLabel("attach", "text-3", 16)
        self.when = Text("", "small")
        top = row(self.name, self.mark, self.delivery, None, self.clip, self.when, spacing=6)
        top.setStretch(0, 1)
        inner = row(self.avatar, column(top, self.line, spacing=2), spacing=10)
        inner.setContentsMargins(12, 10, 12, 10)
        inner.setStretch(1, 1)
        self.setLayout(inner)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.toggled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggled.emit()
        else:
            super().keyPressEvent(event)


class MessageCard(Retranslated, QFrame):
    """Signals: `picked` when its tick changes, `answer_asked(mode, message_id)`,
    `link_asked(target, shown)`, `link_hovered(target)`, `original_asked(MessageView)`,
    `print_asked(MailView)`, `zoom_asked(step)`."""

    picked = Signal()
    answer_asked = Signal(str, object)
    link_asked = Signal(str, str)
    link_hovered = Signal(str)
    original_asked = Signal(object)
    print_asked = Signal(object)
    zoom_asked = Signal(int)

    def __init__(
        self,
        desktop: Desktop,
        remote: RemoteImages,
        message: MessageView,
        *,
        newest: bool,
        read_only: bool = False,
    ) -> None:
        super().__init__()
        self._read_only = read_only
        self._desktop, self._remote, self._message = desktop, remote, message
        self._reading, self._email = desktop.reading, desktop.email
        self._newest, self._details, self._zoom = newest, False, 1.0
        self.view: MailView | None = None  # made when it is opened first
        self.head = MessageHead()
        self.head.toggled.connect(self._toggle)
        self.tick = QCheckBox()
        self.tick.hide()
        self.tick.toggled.connect(lambda _on: self.picked.emit())
        self._body = QWidget()
        self._body.hide()
        top = row(self.tick, self.head, spacing=0)
        top.setStretch(1, 1)
        self.setLayout(column(top, self._body, spacing=0))
        self.retranslate()

    # -- what it shows

    @property
    def message(self) -> MessageView:
        return self._message

    @property
    def opened(self) -> bool:
        wanted = self._reading.look(self._message.message_id).open
        troubled = self._message.delivery is Delivery.FAILED
        return (self._newest or troubled) if wanted is None else wanted

    def show_message(self, message: MessageView, *, newest: bool) -> None:
        """The same message, as it stands now."""
        if message != self._message or newest != self._newest:
            self._message, self._newest = message, newest
            self.retranslate()

    def set_zoom(self, zoom: float) -> None:
        self._zoom = zoom
        if self.view is not None:
            self.view.set_zoom(zoom)

    def set_selecting(self, *, on: bool) -> None:
        self.tick.setVisible(on)
        if not on:
            self.tick.setChecked(False)

    def refresh(self) -> None:
        self.retranslate()

    def retranslate(self) -> None:
        self._render_head()
        if self.opened:
            if self.view is None:
                self._build()
            self._render_body()
        self._body.setVisible(self.opened)

    def _render_head(self) -> None:
        message, head = self._message, self.head
        mine = message.author is not Author.CUSTOMER
        set_style(self, mine=mine, tone="bad" if message.delivery is Delivery.FAILED else "")
        name = author_name(message)
        head.avatar.set_name(name)
        head.name.setText(name)
        head.when.setText(formats.when(message.at, self._desktop.store.now()))
        folded = " ".join(message.text[:SNIPPET].split())
        head.line.setText(self._to_line() if self.opened else folded)
        head.clip.setVisible(bool(visible_files(message)))
        head.mark.setText(reasons.automatic(message.automatic) if message.automatic else "")
        head.mark.setVisible(bool(message.automatic))
        shown = mine and message.delivery is not Delivery.SENT
        head.delivery.setText(reasons.delivery(message.delivery) if shown else "")
        head.delivery.set_tone(_DELIVERY_TONES.get(message.delivery, ""))
        head.delivery.setVisible(shown)
        state = self.tr("open") if self.opened else self.tr("folded")
        head.setAccessibleName(f"{name}, {head.when.text()}, {state}")
        self.tick.setAccessibleName(self.tr("Choose the message of {name}").format(name=name))

    def _to_line(self) -> str:
        everybody = (*self._message.to, *self._message.cc)
        names = [a.name or a.address for a in everybody[:NAMED]]
        more = max(self._message.recipients, len(everybody)) - len(names)
        line = self.tr("to {names}").format(names=", ".join(names)) if names else ""
        return f"{line} {self.tr('and %n more', '', more)}" if more > 0 else line

    # -- the open one

    def _build(self) -> None:
        self.view = MailView()
        self.view.set_zoom(self._zoom)
        self.images = MailImages(self._desktop.blobs, self._remote, self)
        self.view.image_wanted.connect(self.images.want, Qt.ConnectionType.QueuedConnection)
        self.images.came.connect(self.view.give_image)
        self.view.link_asked.connect(self.link_asked)
        self.view.link_hovered.connect(self.link_hovered)
        self.view.zoom_asked.connect(self.zoom_asked)
        self.headers = Text("", "small", wrap=True, select=True)
        self.blocked = Notice("")
        self.blocked.acted.connect(self._show_images)
        self.failed = Notice("bad")
        self.failed.acted.connect(self._retry)
        self.cut = Notice("")
        self.cut.acted.connect(lambda: self._reading.fetch(self._message))
        self.quote = Button("", "link", icon="more", small=True)
        self.quote.clicked.connect(self._toggle_quote)
        self.quoted = MailView()
        self.quoted.link_asked.connect(self.link_asked)
        self.quoted.image_wanted.connect(self.images.want, Qt.ConnectionType.QueuedConnection)
        self.images.came.connect(self.quoted.give_image)
        self.files = AttachmentStrip(self._desktop)
        self._body_layout = QVBoxLayout(self._body)
        self._body_layout.setContentsMargins(14, 0, 14, 12)
        self._body_layout.setSpacing(8)
        self._body_layout.addLayout(self._bar())
        for part in (
            self.headers,
            self.failed,
            self.blocked,
            self.cut,
            self.view,
            self.quote,
            self.quoted,
            self.files,
        ):
            self._body_layout.addWidget(part)
        self._body_layout.setAlignment(self.quote, Qt.AlignmentFlag.AlignLeft)

    def _bar(self) -> QVBoxLayout:
        self.reply = Button("", "quiet", icon="reply", small=True)
        self.reply_all = Button("", "quiet", icon="reply-all", small=True)
        self.forward = Button("", "quiet", icon="forward", small=True)
        for button, mode in (
            (self.reply, "reply"),
            (self.reply_all, "reply_all"),
            (self.forward, "forward"),
        ):
            button.clicked.connect(lambda _=False, m=mode: self._answer(m))
        self.details = Button("", "link", small=True)
        self.details.clicked.connect(self._toggle_details)
        self.more = Button("", "quiet", icon="more", small=True)
        self.more.clicked.connect(self._menu)
        return column(
            row(self.details, None, self.reply, self.reply_all, self.forward, self.more, spacing=0)
        )

    def _render_body(self) -> None:
        shown = self._reading.message(self._message)
        look = self._reading.look(shown.message_id)
        assert self.view is not None
        self.images.show_message(shown, remote=look.images)
        fresh, history = split_history(shown.html)
        html = bool(fresh) and not look.plain and self.view.show_html(fresh)
        if not html:
            self.view.show_text(shown.text)
            history = shown.quoted
        self.headers.setText(full_headers(shown))
        self.headers.setVisible(self._details)
        self._render_bars(shown)
        self.quote.setVisible(bool(history))
        self.quote.setText(self.tr("Hide what was quoted") if look.quoted else self.tr("Quoted"))
        self.quoted.setVisible(look.quoted and self.quote.isVisibleTo(self._body))
        if look.quoted and not (html and self.quoted.show_html(history)):
            self.quoted.show_text(shown.quoted)
        self.files.show_attachments(visible_files(shown))
        self.files.setVisible(bool(visible_files(shown)))
        self._name_buttons()

    def _render_bars(self, shown: MessageView) -> None:
        look = self._reading.look(shown.message_id)
        blocked = shown.remote_images if not look.images and not look.plain else 0
        said = self.tr("%n image(s) of other servers not loaded", "", blocked) if blocked else ""
        self.blocked.say(said, icon="image", action=self.tr("Show"))
        failed = self._message.delivery is Delivery.FAILED
        why = self._message.delivery_detail
        self.failed.say(
            self.tr("Not sent: {why}").format(why=why or "–") if failed else "",
            action=self.tr("Try again"),
        )
        cut = self._message.cut and look.whole is None
        busy = self._reading.fetching(shown.message_id)
        self.cut.say(
            self.tr("This is the beginning of a long message") if cut else "",
            action="" if busy else self.tr("Show all"),
        )

    def _name_buttons(self) -> None:
        self.details.setText(self.tr("Fewer details") if self._details else self.tr("Details"))
        writable = self._email.may_write(self._message.interaction_id)
        may = writable and not self._read_only
        for button, name in (
            (self.reply, self.tr("Reply")),
            (self.reply_all, self.tr("Reply to all")),
            (self.forward, self.tr("Forward")),
            (self.more, self.tr("More")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(name)
            button.setVisible(may or button is self.more)
        self.reply_all.setVisible(may and len(self._message.to) + len(self._message.cc) > 1)

    # -- what can be done

    def _toggle(self) -> None:
        self._reading.toggle(self._message.message_id, open_now=self.opened)

    def _toggle_details(self) -> None:
        self._details = not self._details
        self._render_body()

    def _toggle_quote(self) -> None:
        look = self._reading.look(self._message.message_id)
        self._reading.show_quoted(self._message.message_id, quoted=not look.quoted)

    def _show_images(self) -> None:
        assert self.view is not None
        self._reading.show_images(self._message.message_id)
        self.view.again()

    def _retry(self) -> None:
        self._email.retry(self._message.interaction_id, self._message.message_id)

    def _answer(self, mode: str) -> None:
        self.answer_asked.emit(mode, self._message.message_id)

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        plain = self._reading.look(self._message.message_id).plain
        if self._message.html:
            words = self.tr("Show as designed") if plain else self.tr("Show as plain text")
            menu.addAction(
                words,
                lambda: self._reading.show_plain(self._message.message_id, plain=not plain),
            )
        menu.addAction(self.tr("Larger"), lambda: self.zoom_asked.emit(1))
        menu.addAction(self.tr("Smaller"), lambda: self.zoom_asked.emit(-1))
        menu.addAction(self.tr("Print…"), lambda: self.print_asked.emit(self.view))
        menu.addAction(
            self.tr("Headers and original…"), lambda: self.original_asked.emit(self._message)
        )
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


def author_name(message: MessageView) -> str:
    if message.name:
        return message.name
    return (message.sender.name or message.sender.address) if message.sender else "–"


def visible_files(message: MessageView) -> tuple[AttachmentView, ...]:
    """Attachments that do not stand inside the text."""
    shown = message.html
    return tuple(f for f in message.attachments if not f.inline or f"cid:{f.inline}" not in shown)


def full_headers(message: MessageView) -> str:
    """From, To and Cc, a line each; of very many recipients the first."""
    translate = QCoreApplication.translate
    lines = []
    if message.sender is not None:
        lines.append(f"{translate('Mail', 'From')}: {addresses.spoken(message.sender)}")
    if message.to:
        lines.append(f"{translate('Mail', 'To')}: {listed(message.to)}")
    if message.cc:
        lines.append(f"{translate('Mail', 'Cc')}: {listed(message.cc)}")
    more = message.recipients - min(len(message.to), LISTED) - min(len(message.cc), LISTED)
    if more > 0:
        lines.append(translate("Mail", "and %n more recipient(s)", "", more))
    if message.subject:
        lines.append(f"{translate('Mail', 'Subject')}: {message.subject}")
    return "\n".join(lines)


def listed(everybody: tuple[Address, ...]) -> str:
    return ", ".join(addresses.spoken(a) for a in everybody[:LISTED])
