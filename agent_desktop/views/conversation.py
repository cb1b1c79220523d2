"""The contact in hand: tabs, who and how, what was said, the wrap-up, the journey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.views.bodies import BODIES
from agent_desktop.views.conversation_head import WORKED, Head
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.journey import JourneyCard
from agent_desktop.views.match_panel import MatchPanel
from agent_desktop.views.sections import Sections
from agent_desktop.views.tabs import WorkTabs
from agent_desktop.views.widgets import EmptyState, column, scrolled
from agent_desktop.views.wrap_up_card import WrapUpCard
from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.views.bodies import Body
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import Channel, InteractionId, MessageId


_IN_HAND: Final = (InteractionState.CONNECTED, InteractionState.HELD)


class Conversation(Retranslated, QWidget):
    """A channel whose body fills the page has two sections: what is said, and the column with
    result, notes and journey. The others have it all in one column."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._work = desktop, desktop.work
        self.setMinimumWidth(360)
        self.setProperty("level", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._empty = EmptyState("work")
        self.bodies: dict[Channel, QWidget] = {}
        self.tabs = WorkTabs(desktop)
        self.head = Head(desktop, self._chosen_messages)
        self.sections = Sections(desktop)
        self.sections.chosen.connect(self._section)
        self.match = MatchPanel(desktop)
        self.wrap_up = WrapUpCard(desktop)
        self.journey = JourneyCard(desktop)
        self._first = QVBoxLayout()  # bodies that do not fill the page
        self._page = QStackedWidget()
        self._stack = QStackedLayout(self)
        self._lay_out()
        self._state: InteractionState | None = None
        self._shown: InteractionId | None = None
        self._chosen: dict[InteractionId, bool] = {}  # whose result section was asked for
        self._work.selected_changed.connect(self.refresh)
        self._work.interaction_changed.connect(self.refresh)
        desktop.work_actions.asked_to_work.connect(self.focus_work)
        desktop.wrap_up.changed.connect(self._follow_result)
        self.retranslate()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setLayout(
            column(
                self._first,
                self.match,
                self.wrap_up,
                self.journey,
                None,
                spacing=16,
                margins=(24, 16, 24, 24),
            )
        )
        self._column = scrolled(inner)
        self._page.addWidget(self._column)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.tabs, self.head, self.sections):
            layout.addWidget(part)
        layout.addWidget(self._page, 1)
        self._page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)

    def retranslate(self) -> None:
        self._empty.set_words(
            self.tr("Nothing in hand"),
            self.tr("Choose a contact on the left, or press Ctrl+K to find a customer or call."),
        )
        self.refresh()

    # -- what is shown

    @property
    def body(self) -> QWidget | None:
        """Of the open contact's channel; made at its first contact."""
        view = self._work.interaction
        if view is None or view.channel not in BODIES:
            return None
        made = self.bodies.get(view.channel)
        if made is None:
            made = self.bodies[view.channel] = BODIES[view.channel](self._desktop)
            if _fills(made):
                self._page.addWidget(made)
            else:
                self._first.addWidget(made)
        return made

    def refresh(self) -> None:
        view = self._work.interaction
        self._stack.setCurrentIndex(0 if view is None else 1)
        before, self._state = self._state, view.state if view else None
        another = self._shown != (view.interaction_id if view else None)
        self._shown = view.interaction_id if view else None
        if view is None:
            return
        self.head.refresh()
        self.wrap_up.setVisible(view.state in WORKED)
        over = view.state is InteractionState.WRAP_UP and before in _IN_HAND and not another
        typing = _takes_text(self.window().focusWidget())
        if over:  # the result comes forth, unless somebody is typing
            self._chosen[view.interaction_id] = not typing
        self._show_body(view)
        if over and not typing and self.window().isActiveWindow():
            self.wrap_up.focus_first()

    def _show_body(self, view: InteractionView) -> None:
        body = self.body
        for other in self.bodies.values():
            if not _fills(other):
                other.setVisible(other is body)
        fills = body is not None and _fills(body)
        self.sections.setVisible(fills)
        result = not fills or self._wants_result(view)
        self.sections.show_section(result=result)
        wanted = self._column if result or body is None else body
        if self._page.currentWidget() is not wanted:
            self._page.setCurrentWidget(wanted)

    def _wants_result(self, view: InteractionView) -> bool:
        wraps = view.state is InteractionState.WRAP_UP
        return self._chosen.get(view.interaction_id, wraps)

    # -- what a person asks

    def focus_work(self) -> None:
        """Where one writes on the open contact: its conversation, or the result."""
        body = self.body
        view = self._work.interaction
        if view is None:
            return
        if body is not None and view.state is not InteractionState.WRAP_UP:
            self._section(False)
            cast("Body", body).focus_first()
        elif view.state in WORKED:
            self.show_result()
            self.wrap_up.focus_first()

    def show_result(self) -> None:
        self._section(True)

    def toggle_section(self) -> None:
        if not self.sections.isHidden():
            self._section(not self.sections.result)
            if not self.sections.result:
                self.focus_work()

    def _section(self, result: bool) -> None:
        view = self._work.interaction
        if view is not None:
            here = self._work.store.state.interactions
            self._chosen = {k: on for k, on in self._chosen.items() if k in here}
            self._chosen[view.interaction_id] = result
            self._show_body(view)

    def _chosen_messages(self) -> tuple[MessageId, ...]:
        body = self.body
        return cast("Body", body).selected_messages() if body is not None else ()

    # -- what happens

    def _follow_result(self) -> None:
        """Finishing without a result asks for one: it must be seen."""
        view = self._work.interaction
        asks = self._desktop.wrap_up.asks_disposition and view is not None
        if asks and view is not None and not self._wants_result(view):
            self.show_result()
            self.wrap_up.focus_first()


def _fills(body: QWidget) -> bool:
    return bool(getattr(body, "FILLS", False))


def _takes_text(widget: QWidget | None) -> bool:
    return isinstance(widget, QWidget) and widget.testAttribute(
        Qt.WidgetAttribute.WA_InputMethodEnabled
    )
