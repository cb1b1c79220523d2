"""Own state with its running time, the queues at a glance, the way to everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import (
    QFrame,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from agent_desktop import formats
from agent_desktop.viewmodels.work import has_call
from agent_desktop.views import i18n, theme, words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.shares import Shares
from agent_desktop.views.shortcuts import label
from agent_desktop.views.widgets import IconLabel, Kbd, Text, row
from agent_desktop.views.widgets.marks import draw_dot
from agent_desktop.views.widgets.style import set_style
from cti_bridge.protocol.vocabulary import AgentActivity, AgentMode

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.values import AgentView

HEIGHT: Final = 56
DOT: Final = 10
TEXTS: Final = {t: t for t in ("ok", "warn", "bad", "wrap", "accent")}


class StateButton(Retranslated, QPushButton):
    """The own state: a shape, a word, a colour and the time; its menu changes the mode."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._model = desktop, desktop.shell
        self.setFont(theme.font("body", strong=True))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self._model.changed.connect(self.refresh)
        desktop.ticked.connect(self._tick)
        self.retranslate()

    def retranslate(self) -> None:
        self.setToolTip(self.tr("Own state ({keys})").format(keys=label("ready")))
        self.refresh()

    def refresh(self) -> None:
        set_style(self, tone=self._model.tone)
        self.setEnabled(self._model.agent is not None)
        self._tick()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 30 + 32, 36)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # drawn below: a style sheet leaves no room for the mark
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        draw_dot(painter, self._model.tone, QRectF(12, (self.height() - DOT) / 2, DOT, DOT))
        painter.setPen(theme.colour(TEXTS.get(self._model.tone, "text-2")))
        painter.setFont(self.font())
        box = self.rect().adjusted(30, 0, -28, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text())
        role = TEXTS.get(self._model.tone, "text-2")
        theme.draw_icon(painter, "down", role, self.width() - 26, (self.height() - 14) // 2, 14)

    def _tick(self) -> None:
        agent = self._model.agent
        if agent is None:
            self.setText("")
            return
        text = f"{state_words(self._desktop, agent)} · "
        text += formats.duration(self._model.seconds_in_state)
        over = self._model.seconds_too_long
        if over is not None:
            text += " · " + self.tr("{time} too long").format(time=formats.duration(over))
        elif (left := self._model.seconds_of_reason) is not None:
            text += " / " + formats.duration(left + self._model.seconds_in_state)
        set_style(self, tone="bad" if over is not None else self._model.tone)
        if agent.next_mode is not None:
            text += " → " + mode_words(self._desktop, agent.next_mode, agent.next_reason)
        if text != self.text():
            self.setText(text)
            self.updateGeometry()
            self.setAccessibleName(text)

    def _choice(self, mode: AgentMode, reason: str) -> str:
        """A reason says how long it may be used."""
        text = mode_words(self._desktop, mode, reason)
        limits = {r.code: r.limit_seconds for r in self._model.reasons}
        limit = limits.get(reason, 0) if mode is AgentMode.NOT_READY else 0
        if not limit:
            return text
        most = self.tr("at most {time}").format(time=formats.age(limit))
        return f"{text}  ·  {most}"

    def _fill(self) -> None:
        self._menu.clear()
        agent = self._model.agent
        if agent is None:
            return
        wanted = (agent.next_mode or agent.mode, agent.next_reason or agent.reason)
        group = QActionGroup(self._menu)
        choices = [(AgentMode.READY, "")]
        choices += [(AgentMode.NOT_READY, r.code) for r in self._model.reasons]
        if not self._model.reasons:
            choices.append((AgentMode.NOT_READY, ""))
        for mode, reason in choices:
            action = self._menu.addAction(self._choice(mode, reason))
            action.setCheckable(True)
            action.setChecked(wanted == (mode, reason) or wanted[0] == mode == AgentMode.READY)
            action.setEnabled(self._model.can_set_mode)
            action.triggered.connect(lambda _=False, m=mode, r=reason: self._model.set_mode(m, r))
            group.addAction(action)
            if mode is AgentMode.READY:
                self._menu.addSeparator()
        self._menu.addSeparator()
        leave = self._menu.addAction(theme.icon("sign-out", "text-2", 18), self.tr("Sign out"))
        leave.triggered.connect(self._model.sign_out)


def mode_words(desktop: Desktop, mode: AgentMode, reason: str) -> str:
    if mode is AgentMode.NOT_READY and reason:
        return words.choice(desktop.shell.reasons, reason, i18n.language())
    return words.mode(mode)


def state_words(desktop: Desktop, agent: AgentView) -> str:
    if agent.activity is AgentActivity.NOT_READY:
        return mode_words(desktop, AgentMode.NOT_READY, agent.reason)
    own = desktop.store.state.own()
    if agent.activity is AgentActivity.BUSY and own and not any(has_call(i) for i in own):
        return QCoreApplication.translate("TopBar", "Busy")
    return words.activity(agent.activity)


class _Figure(QWidget):
    """Words in grey with one figure in black: "waiting 4"."""

    def __init__(self) -> None:
        super().__init__()
        self._label = Text("", "muted")
        self._value = Text("", "strong")
        self._value.setFont(theme.font("body", strong=True))
        self.setLayout(row(self._label, self._value, spacing=4))

    def say(self, label: str, value: str) -> None:
        self._label.setText(label)
        self._value.setText(value)
        self.setVisible(bool(value))
        self.setAccessibleName(f"{label} {value}")

    def set_tone(self, tone: str) -> None:
        set_style(self._value, tone=tone)


class SearchButton(Retranslated, QPushButton):
    """Looks like a field; opens the command bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(360)
        self.setMinimumWidth(150)
        self._key = Kbd()
        self.setLayout(row(None, self._key, margins=(0, 0, 10, 0)))
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(320, 36)

    def retranslate(self) -> None:
        self._key.setText(label("command"))
        self.setAccessibleName(self.tr("Search customer, number, action"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QStylePainter(self)
        painter.setPen(theme.colour("text-3"))
        painter.setFont(theme.font("body"))
        theme.draw_icon(painter, "search", "text-3", 10, (self.height() - 16) // 2, 16)
        box = self.rect().adjusted(34, 0, -self._key.width() - 18, 0)
        text = painter.fontMetrics().elidedText(
            self.tr("Search customer, number, action…"), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)


class TopBar(Retranslated, QFrame):
    """Signals: `search_asked`."""

    search_asked = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop, self._model = desktop, desktop.shell
        self.setFixedHeight(HEIGHT)
        self._logo = Text("f", "title", tone="accent")
        self._logo.setFixedWidth(64)
        self._logo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.state = StateButton(desktop)
        self.shares = Shares(desktop)
        self._waiting, self._oldest, self._level = _Figure(), _Figure(), _Figure()
        self.search = SearchButton()
        self.search.clicked.connect(self.search_asked)
        self._who = Text("", "muted")
        self.phone = IconLabel("voice", "text-2", 16)
        self._phone = Text("", "muted")
        self._at = QWidget()
        self._at.setLayout(row(self.phone, self._phone, spacing=4))
        glance = row(self._waiting, self._oldest, self._level, spacing=16)
        layout = row(
            self._logo,
            self.state,
            self.shares,
            4,
            glance,
            None,
            self.search,
            self._at,
            self._who,
            margins=(0, 0, 16, 0),
        )
        layout.setSpacing(12)
        layout.setStretch(layout.indexOf(self.search), 100)
        layout.setStretch(layout.indexOf(self.search) - 1, 1)
        self.setLayout(layout)
        self._model.changed.connect(self.refresh)
        desktop.ticked.connect(self._tick)
        self.retranslate()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        agent = self._model.agent
        self._who.setText(agent.name if agent else "")
        phone = agent.phone if agent else ""
        said = self.tr("Telephone {number}").format(number=phone) if phone else ""
        self._phone.setText(said)
        self._at.setToolTip(self.tr("Calls ring at your telephone, not at this computer."))
        self._at.setAccessibleName(said)
        self._at.setVisible(bool(phone))
        glance = self._model.glance
        if glance is None:
            for figure in (self._waiting, self._level):
                figure.say("", "")
        else:
            label = (
                self.tr("{queue} waiting").format(queue=glance.name)
                if glance.name
                else self.tr("Waiting")
            )
            self._waiting.say(label, formats.number(glance.waiting))
            level = glance.service_level
            self._level.say(
                self.tr("Service level"), formats.percent(level) if level is not None else ""
            )
        self._tick()
        self._fit()

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        """A narrow window keeps state, waiting and search."""
        wide = self.width()
        self._who.setVisible(wide >= 1240 and bool(self._who.text()))
        glance = self._model.glance
        level = glance is not None and glance.service_level is not None
        self._level.setVisible(wide >= 1180 and level)
        self._oldest.setVisible(wide >= 940 and self._model.oldest_wait() is not None)

    def _tick(self) -> None:
        oldest = self._model.oldest_wait()
        if oldest is None:
            self._oldest.setVisible(False)
            return
        self._oldest.say(self.tr("Oldest"), formats.duration(oldest))
        self._oldest.set_tone("bad" if oldest >= 60 else "warn" if oldest >= 30 else "")
        self._oldest.setVisible(self.width() >= 940)
