"""The window: sign-in, or rail, top bar, banners and pages; the offer card above it all."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.views import i18n, theme, words
from agent_desktop.views.actions import actions
from agent_desktop.views.banners import Banners
from agent_desktop.views.command_bar import CommandBar
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.notify import Notifier
from agent_desktop.views.offer_card import OfferCard
from agent_desktop.views.pages_table import PAGES, in_order
from agent_desktop.views.rail import Rail
from agent_desktop.views.remembering import remember_splitters
from agent_desktop.views.sensitive import FocusWatch
from agent_desktop.views.shortcuts import KEYS
from agent_desktop.views.sign_in import SignInPage
from agent_desktop.views.top_bar import TopBar
from agent_desktop.views.widgets import Toast

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent
    from PySide6.QtWidgets import QPushButton

    from agent_desktop.desktop import Desktop
    from agent_desktop.state import State
    from agent_desktop.views.pages.customers import CustomersPage
    from agent_desktop.views.pages.work import WorkPage
    from cti_bridge.protocol.commands import Refused
    from cti_bridge.protocol.values import TextHit

logger = logging.getLogger(__name__)
SHAPE = "window"
REPEAT = frozenset({"next-contact", "previous-contact"})
"""Keys that act again while they are held down; nobody holds and retrieves ten times a second."""


class Window(Retranslated, QMainWindow):
    """Signals: `closing` when the user closes it."""

    closing = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self.setMinimumSize(1024, 640)
        self.resize(1440, 900)
        self.restoreGeometry(desktop.preferences.shape(SHAPE))
        self.sign_in = SignInPage(desktop.sign_in)
        self.rail = Rail(desktop)
        self.top = TopBar(desktop)
        self.banners = Banners(desktop)
        self.pages = QStackedWidget()
        self.built: dict[str, QWidget] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(self.sign_in)
        self._stack.addWidget(self._whole())
        self.setCentralWidget(self._stack)
        self.offers = OfferCard(desktop, self)
        self.command_bar = CommandBar(desktop.command_bar, self)
        self.toast = Toast(self)
        self._notifier = Notifier(desktop, self, self)
        self._focus = FocusWatch(desktop.sensitive, self)
        self.rail.page_chosen.connect(self.show_page)
        self.top.search_asked.connect(self.open_command_bar)
        desktop.shell.page_asked.connect(self.show_page)
        for asking in (desktop.duplicates, desktop.unmerging):
            asking.asked.connect(lambda: self.show_page("duplicates"))
        for private in (desktop.privacy, desktop.rights):
            private.asked.connect(lambda: self.show_page("privacy"))
        desktop.commands.refused.connect(self._refused)
        desktop.command_bar.customer_asked.connect(self._open_customer)
        desktop.command_bar.text_asked.connect(self._open_text)
        desktop.store.changed.connect(self._changed)
        self._bind_keys()
        self._show_session(desktop.store.state)
        self.retranslate()

    def retranslate(self) -> None:
        site = self._desktop.store.state.settings.site_name
        self.setWindowTitle(f"Ficha · {site}" if site else "Ficha")

    # -- pages

    def show_page(self, page_id: str) -> None:
        page = next(p for p in PAGES if p.id == page_id)
        if not self._desktop.store.state.may(page.permission):
            return
        widget = self.built.get(page_id)
        if widget is None:
            widget = self.built[page_id] = page.build(self._desktop)
            self.pages.addWidget(widget)
            remember_splitters(widget, self._desktop.preferences)
            self._listen_to(widget)
        self.pages.setCurrentWidget(widget)
        self.rail.show_page(page_id)
        self.banners.on_page(page_id)
        if callable(entered := getattr(widget, "entered", None)):
            entered()

    def _listen_to(self, page: QWidget) -> None:
        """What a page may ask of the rest of the desktop."""
        asked: tuple[tuple[str, Callable[..., object]], ...] = (
            ("call_requested", self._desktop.call.originate),
            ("customer_requested", self._open_customer),
            ("contact_requested", self._open_contact),
        )
        for name, slot in asked:
            if (signal := getattr(page, name, None)) is not None:
                signal.connect(slot)

    def _open_contact(self, interaction_id: object) -> None:
        self._desktop.history.open(interaction_id)  # type: ignore[arg-type]
        self.show_page("history")

    def _open_text(self, hit: TextHit) -> None:
        """In the customer's file, where the contact has its place; else in the history."""
        if hit.customer_id is not None:
            self._open_customer(hit.customer_id)
            if self._desktop.customers.selected == hit.customer_id:  # no form held it back
                panel = cast("CustomersPage", self.built["customers"]).panel
                if hit.contact is not None:
                    panel.read_contact(hit.contact.interaction_id)
                else:
                    panel.show_notes()
                return
        if hit.contact is not None:
            self._open_contact(hit.contact.interaction_id)

    def page(self) -> QWidget | None:
        return self.pages.currentWidget()

    def open_command_bar(self) -> None:
        if self._desktop.store.state.session is not None:
            self._desktop.command_bar.begin(actions(self._desktop, self.show_page))
            self.command_bar.open()

    # -- inside

    def _whole(self) -> QWidget:
        whole = QWidget()
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.banners)
        right.addWidget(self.pages, 1)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.rail)
        below.addLayout(right, 1)
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top)
        layout.addLayout(below, 1)
        return whole

    def _bind_keys(self) -> None:
        desktop = self._desktop
        bound: dict[str, Callable[[], object]] = {
            "answer": desktop.offers.answer_first,
            "decline": desktop.offers.decline_first,
            "hold": desktop.call.hold_or_retrieve,
            "mute": desktop.call.toggle_mute,
            "transfer": self._transfer,
            "record": desktop.call.record_or_pause,
            "stop-recording": desktop.call.stop_recording,
            "hang-up": desktop.call.hang_up,
            "take": self._take,
            "park": self._park,
            "split": self._split,
            "finish": desktop.wrap_up.finish,
            "extend": desktop.wrap_up.extend,
            "notes": self._notes,
            "write": self._write,
            "section": self._section,
            "command": self.open_command_bar,
            "ready": desktop.shell.toggle_ready,
            "next-contact": lambda: desktop.work.step(1),
            "previous-contact": lambda: desktop.work.step(-1),
        }
        for name, act in bound.items():
            key = QShortcut(QKeySequence(KEYS[name]), self)
            key.setAutoRepeat(name in REPEAT)
            key.activated.connect(act)
        for digit in range(9):
            QShortcut(QKeySequence(f"Alt+{digit + 1}"), self).activated.connect(
                lambda d=digit: self._show_nth(d)
            )
            QShortcut(QKeySequence(f"Ctrl+{digit + 1}"), self).activated.connect(
                lambda d=digit: self._disposition(d)
            )

    def _show_nth(self, place: int) -> None:
        seen = in_order(self._desktop.shell.state.may)
        if place < len(seen):
            self.show_page(seen[place].id)

    def _work_page(self) -> WorkPage | None:
        """Brought to the front; None before anybody is signed in."""
        work = self.built.get("work")
        if work is None:
            return None
        self.show_page("work")
        return cast("WorkPage", work)

    def _transfer(self) -> None:
        if (work := self._work_page()) is not None:
            _toggle(work.conversation.head.strip.transfer)

    def _split(self) -> None:
        if (work := self._work_page()) is not None:
            _toggle(work.conversation.head.strip.split)

    def _park(self) -> None:
        if (work := self._work_page()) is not None:
            head = work.conversation.head
            if head.strip.park.isEnabled() and not head.strip.park.isHidden():
                head.open_park()

    def _take(self) -> None:
        """The open contact where it waits, else the first of those that are shown waiting."""
        actions, work = self._desktop.work_actions, self._desktop.work
        view = work.interaction
        if view is not None and (work.ringing or actions.can_take(view)):
            actions.take()
            return
        first = next((v for v in work.waiting if actions.can_take(v)), None)
        if first is not None:
            actions.take(first.interaction_id)

    def _notes(self) -> None:
        if (work := self._work_page()) is not None:
            work.conversation.show_result()
            work.conversation.wrap_up.notes.setFocus()

    def _write(self) -> None:
        if (work := self._work_page()) is not None:
            work.conversation.focus_work()

    def _section(self) -> None:
        if (work := self._work_page()) is not None:
            work.conversation.toggle_section()

    def _disposition(self, index: int) -> None:
        dispositions = self._desktop.wrap_up.dispositions
        if index < len(dispositions) and self._desktop.wrap_up.interaction is not None:
            self._desktop.wrap_up.choose(dispositions[index].code)

    def _open_customer(self, customer_id: object) -> None:
        self._desktop.customers.open(customer_id)  # type: ignore[arg-type]
        self.show_page("customers")

    def _refused(self, refusal: Refused) -> None:
        logger.info("refused: %s %s %s", refusal.code, refusal.field, refusal.detail)
        self.toast.show_text(words.refusal(refusal.code), "bad")

    def _changed(self, old: State, new: State) -> None:
        if old.session is not new.session:
            self._show_session(new, again=old.session is not None)
        if old.settings is not new.settings:
            self.retranslate()

    def _show_session(self, state: State, *, again: bool = False) -> None:
        """Who signs in begins at the first page; who is signed in `again`, after the bridge was
        restarted, stays where they are."""
        inside = state.session is not None
        self._stack.setCurrentIndex(1 if inside else 0)
        if not inside:
            self.command_bar.close_bar()
        elif not again or self.page() is None:
            first = next((p.id for p in PAGES if state.may(p.permission)), None)
            if first is not None:
                self.show_page(first)

    def focusNextPrevChild(self, next_: bool) -> bool:
        """Qt asks this also when the widget with the keyboard is hidden or switched off: it then
        goes to rest, and no button that happens to be next is pressed by the space bar."""
        holder: QWidget | None = self.focusWidget()
        page = self.page()
        gone = holder is not None and not (holder.isVisible() and holder.isEnabled())
        if not gone or page is None or not page.isVisible():
            return super().focusNextPrevChild(next_)
        rest = getattr(page, "rest", None)
        (rest or page.setFocus)()
        return True

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.UpdateRequest:
            # the backing store is synced: what was painted is on the screen
            for offer_id in self.offers.take_painted():
                self._desktop.offers.painted(offer_id)
        return done

    def closeEvent(self, event: QCloseEvent) -> None:
        self._desktop.preferences.set_shape(SHAPE, self.saveGeometry())
        self._desktop.wrap_up.save_all()
        self._desktop.email.save_all()
        self.closing.emit()
        super().closeEvent(event)


def _toggle(button: QPushButton) -> None:
    if button.isEnabled() and not button.isHidden():
        button.toggle()


def choose_language(desktop: Desktop, code: str) -> None:
    desktop.preferences.set_text("language", code)
    i18n.use_language(code)


def choose_theme(desktop: Desktop, mode: str) -> None:
    chosen: theme.Mode = "dark" if mode == "dark" else "light" if mode == "light" else "system"
    desktop.preferences.set_text("theme", chosen)
    theme.theme().apply(chosen)
