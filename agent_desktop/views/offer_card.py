"""Ringing calls, bottom right: painted by hand, built beforehand, never in the way.

The card is a child of the window, so that no window manager can give it the focus. Its texts
are painted in one `paintEvent` instead of by labels: nothing is polished or laid out on the way
from the frame to the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from agent_desktop.views import sentences, theme, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.shortcuts import KEYS
from agent_desktop.views.timeline import line
from agent_desktop.views.widgets import Button
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtGui import QPaintEvent

    from agent_desktop.desktop import Desktop
    from agent_desktop.state import Offer
    from cti_bridge.protocol.values import InteractionView
    from cti_bridge.protocol.vocabulary import OfferId

WIDTH: Final = 376
NARROW: Final = 308
SMALL: Final = 1_200  # a window below this width has the narrow card: what is typed stays seen
URGENT: Final = 120  # seconds: a deadline that is farther away hurries nobody
SHADE: Final = 20  # the shadow's reach on every side
FIRST: Final = 140  # height of the first row
NEXT: Final = 60
ROWS: Final = 4
MARGIN: Final = 24


class OfferCard(Retranslated, QWidget):
    """Hidden while nothing rings."""

    def __init__(self, desktop: Desktop, parent: QWidget) -> None:
        super().__init__(parent)
        self._desktop, self._model = desktop, desktop.offers
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing below is painted
        self.resize(WIDTH, FIRST)
        self._shadow = _Shadow(parent)
        self._painted: list[OfferId] = []
        self._known: set[OfferId] = set()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_shadow)
        self.answers = [Button("", "answer", small=n > 0, parent=self) for n in range(ROWS)]
        self.declines = [
            Button("", "secondary", small=n > 0, icon="" if n == 0 else "close", parent=self)
            for n in range(ROWS)
        ]
        for number in range(ROWS):
            for button in (self.answers[number], self.declines[number]):
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # F9; Tab stays where it was
                button.setProperty("row", number)
            self.answers[number].clicked.connect(lambda _=False, n=number: self._answer(n))
            self.declines[number].clicked.connect(lambda _=False, n=number: self._decline(n))
            self._place_buttons(number)
        self.hide()
        parent.installEventFilter(self)
        self._model.changed.connect(self.refresh)
        desktop.ticked.connect(self._tick)
        self.retranslate()

    def retranslate(self) -> None:
        for number in range(ROWS):
            self.declines[number].setToolTip(self.tr("Decline"))
        self.declines[0].setText(self.tr("Decline"))
        self.refresh()

    def refresh(self) -> None:
        offers = self._model.offers
        if not offers:
            self._known = set()
            self.hide()
            self._shadow.hide()
            return
        for number in range(ROWS):
            here = number < len(offers)
            enabled = here and self._model.can_answer(offers[number].view.offer_id)
            self.answers[number].setVisible(here)
            self.declines[number].setVisible(here)
            self.answers[number].setEnabled(enabled)
            if here:
                self._name_buttons(number, offers[number].view.interaction)
            self.declines[number].setEnabled(enabled)
        more = 28 if len(offers) > ROWS else 0
        height = FIRST + NEXT * (min(len(offers), ROWS) - 1) + more
        if height != self.height():
            self.resize(self.width(), height)
        self._place()
        self.setAccessibleName(self._spoken(offers[0]))
        if self.isHidden():
            self.raise_()
            self.show()
        fresh = any(o.view.offer_id not in self._known for o in offers)
        self._known = {o.view.offer_id for o in offers}
        if fresh:
            self._paint_now()
        else:
            self.update()

    def _name_buttons(self, number: int, view: InteractionView) -> None:
        """A call is answered, other work is accepted. Who it is, is heard with each button."""
        said = self.tr("Answer") if view.channel is Channel.VOICE else self.tr("Accept")
        text = f"{said}  {KEYS['answer']}" if number == 0 else said
        if text != self.answers[number].text():
            self.answers[number].setText(text)
        caller = sentences.caller(view)
        for button, verb in (
            (self.answers[number], said),
            (self.declines[number], self.tr("Decline")),
        ):
            if button.accessibleName() != f"{verb}: {caller}":
                button.setAccessibleName(f"{verb}: {caller}")

    def _paint_now(self) -> None:
        """A new call is on the screen when this returns, before the rest of the window moves."""
        self.repaint()
        for offer_id in self.take_painted():
            self._model.painted(offer_id)
        self._later.start()

    def take_painted(self) -> list[OfferId]:
        """The offers painted since the last call; the window asks after its screen is synced."""
        painted, self._painted = self._painted, []
        return painted

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        painter.setPen(theme.colour("line-strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.fillRect(0, 0, 4, self.height(), theme.colour("accent"))
        offers = self._model.offers
        left, right = 20, self.width() - 16
        for number, offer in enumerate(offers[:ROWS]):
            if number == 0:
                self._paint_first(painter, offer, left, right)
            else:
                self._paint_next(painter, offer, number, left, right)
            self._painted.append(offer.view.offer_id)
        if len(offers) > ROWS:
            rest = self.tr("%n more ringing", "", len(offers) - ROWS)
            box = QRect(left, self.height() - 30, right - left, 20)
            line(painter, theme.font("small"), "text-2", box, rest)

    def _paint_first(self, painter: QPainter, offer: Offer, left: int, right: int) -> None:
        view = offer.view.interaction
        small = theme.font("small")
        top = 14
        left_over = self._countdown(offer)
        width = theme.metrics("small").horizontalAdvance(left_over)
        line(painter, small, "text-2", QRect(right - width, top, width + 1, 18), left_over)
        head = " · ".join(
            p for p in (words.channel(view.channel), view.queue_name, sentences.number(view)) if p
        )
        line(painter, small, "text-2", QRect(left, top, right - left - width - 12, 18), head)
        name = theme.font("lead", strong=True, tabular=False)
        line(
            painter, name, "text", QRect(left, top + 20, right - left, 24), sentences.caller(view)
        )
        below = QRect(left, top + 45, right - left, 20)
        line(painter, theme.font("body"), "text-2", below, self._detail(offer))

    def _paint_next(
        self, painter: QPainter, offer: Offer, number: int, left: int, right: int
    ) -> None:
        view = offer.view.interaction
        top = FIRST + NEXT * (number - 1)
        painter.fillRect(left, top, right - left, 1, theme.colour("line"))
        free = self.answers[number].x() - 8 - left
        strong = theme.font("body", strong=True, tabular=False)
        line(painter, strong, "text", QRect(left, top + 9, free, 20), sentences.caller(view))
        said = (self._countdown(offer), view.queue_name, self._detail(offer))
        detail = " · ".join(p for p in said if p)
        line(painter, theme.font("small"), "text-2", QRect(left, top + 30, free, 18), detail)

    def _detail(self, offer: Offer) -> str:
        """What the agent should know before answering."""
        view = offer.view.interaction
        about = sentences.about_contact(view)
        if about:
            return view.handover or about
        result = view.match
        if result is None:
            return view.handover
        if len(result.matches) == 1:
            card = result.matches[0].card
            if card.last_contacts:
                ago = self._desktop.store.since(card.last_contacts[0].started_at)
                return sentences.last_contact(card, ago)
            return sentences.about(card) or self.tr("No contact before")
        if result.matches:
            return self.tr("%n customers share this number", "", result.total)
        return words.match_kind(result.kind)

    def _countdown(self, offer: Offer) -> str:
        """ "26 s" until it goes to somebody else; "" while that is far away."""
        seconds = round(self._model.seconds_left(offer))
        return f"{seconds}\N{NO-BREAK SPACE}s" if seconds <= URGENT else ""

    def _spoken(self, offer: Offer) -> str:
        view = offer.view.interaction
        if view.channel is Channel.VOICE:
            text = self.tr("Ringing: {caller}, {queue}")
        else:
            text = self.tr("{channel} offered: {caller}, {queue}")
        return text.format(
            channel=words.channel(view.channel),
            caller=sentences.caller(view),
            queue=view.queue_name,
        )

    # -- inside

    def _place_buttons(self, number: int) -> None:
        right = self.width() - 16
        if number == 0:
            top, left = FIRST - 52, 20
            self.declines[0].setGeometry(right - 112, top, 112, 36)
            self.answers[0].setGeometry(left, top, right - 112 - 8 - left, 36)
        else:
            top = FIRST + NEXT * (number - 1) + 16
            self.declines[number].setGeometry(right - 36, top, 36, 28)
            self.answers[number].setGeometry(right - 36 - 8 - 96, top, 96, 28)

    def _answer(self, number: int) -> None:
        offers = self._model.offers
        if number < len(offers):
            self._model.answer(offers[number].view.offer_id)

    def _decline(self, number: int) -> None:
        offers = self._model.offers
        if number < len(offers):
            self._model.decline(offers[number].view.offer_id)

    def _tick(self) -> None:
        if self.isVisible():
            self.update()

    def _show_shadow(self) -> None:
        if not self.isHidden():
            self._shadow.show_under(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is event.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        small = parent.width() < SMALL
        width, margin = (NARROW, MARGIN // 3) if small else (WIDTH, MARGIN)
        if width != self.width():
            self.resize(width, self.height())
            for number in range(ROWS):
                self._place_buttons(number)
        self.move(parent.width() - width - margin, parent.height() - self.height() - margin)
        self._later.start()


class _Shadow(QWidget):
    """A widget of its own, shown a moment after the card: it costs what lies below it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._drawn: QPixmap | None = None
        theme.theme().changed.connect(self._forget)
        self.hide()

    def show_under(self, card: QWidget) -> None:
        self.setGeometry(card.geometry().adjusted(-SHADE, -SHADE, SHADE, SHADE))
        self.stackUnder(card)
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawn is None or self._drawn.deviceIndependentSize().toSize() != self.size():
            self._drawn = _shade(self.width(), self.height(), self.devicePixelRatio())
        QPainter(self).drawPixmap(0, 0, self._drawn)

    def _forget(self) -> None:
        self._drawn = None


def _shade(width: int, height: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    body = QRectF(SHADE, SHADE, width - 2 * SHADE, height - 2 * SHADE)
    shade = QColor(theme.colour("shadow"))
    shade.setAlphaF(0.02 if theme.theme().dark else 0.006)
    painter.setBrush(shade)
    for spread in range(SHADE - 4, 0, -1):
        grown = body.adjusted(-spread, -spread, spread, spread).translated(0, 3)
        painter.drawRoundedRect(grown, 6 + spread, 6 + spread)
    painter.end()
    return pixmap
