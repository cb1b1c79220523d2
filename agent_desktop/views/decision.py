"""Why a contact went to that agent: who won and why, who else could, who could not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import reasons
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.widgets import Button, IconLabel, Text

if TYPE_CHECKING:
    from cti_bridge.protocol.values import Candidate, RoutingDecision


class DecisionView(Retranslated, QFrame):
    """A routing decision for people: a sentence, what was asked for, a table of candidates."""

    def __init__(self, decision: RoutingDecision, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.decision = decision
        self._summary = Text("", "strong", wrap=True, select=True)
        self._asked = Text("", "small", wrap=True, select=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        self._rows: list[tuple[Candidate, Text, Text]] = []
        self._rest = Text("", "faint", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addWidget(self._summary)
        layout.addWidget(self._asked)
        layout.addLayout(self._grid)
        layout.addWidget(self._rest)
        for candidate in decision.candidates:
            self._add(candidate)
        self.retranslate()

    def _add(self, candidate: Candidate) -> None:
        row, top = len(self._rows), Qt.AlignmentFlag.AlignTop
        won, able = candidate.rank == 1, candidate.rank > 0
        icon = "check" if won else "agent" if able else "close"
        mark = IconLabel(icon, "ok" if won else "text-2" if able else "text-3", 16)
        name = Text(candidate.name, "strong" if won else "small", wrap=True)
        why = Text("", "small" if able else "faint", wrap=True, select=True)
        for column, part in enumerate((mark, name, why)):
            self._grid.addWidget(part, row, column, top)
        self._rows.append((candidate, name, why))

    def retranslate(self) -> None:
        decision = self.decision
        self._summary.setText(reasons.summary(decision))
        self._asked.setText(self._said_of_it())
        for candidate, _name, why in self._rows:
            able = candidate.rank > 0
            why.setText(reasons.standing(candidate) if able else reasons.bar(candidate.bar))
        self._rest.setText(self._said_of_others())
        self._rest.setVisible(bool(self._rest.text()))
        self.setAccessibleName(self._summary.text())

    def _said_of_it(self) -> str:
        decision = self.decision
        place = decision.queue_position
        parts = [
            self.tr("Waited {time}").format(time=formats.duration(decision.waited_seconds)),
            self.tr("place {place} in the queue").format(place=formats.number(place))
            if place
            else "",
            self.tr("points {score}").format(score=formats.decimal(decision.score, 1)),
        ]
        lines = [" · ".join(p for p in parts if p)]
        if decision.skills:
            asked = self.tr("Asked for: {skills}").format(skills=reasons.skills(decision.skills))
            lines.append(f"{asked}{self._relaxed()}")
        elif decision.relaxed:
            lines.append(self.tr("Nothing is asked for any more") + self._relaxed())
        return "\n".join(lines)

    def _relaxed(self) -> str:
        steps = self.decision.relaxed
        return " · " + self.tr("relaxed %n time(s)", "", steps) if steps else ""

    def _said_of_others(self) -> str:
        """How many there were beyond those that are listed."""
        decision = self.decision
        listed = len(decision.candidates)
        more = decision.able + decision.barred - listed
        return self.tr("and %n more agent(s)", "", more) if more > 0 else ""


class WhyButton(Retranslated, QWidget):
    """ "Why this agent?", and the decision beneath it while it is open."""

    def __init__(self, decision: RoutingDecision, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decision = decision
        self.view: DecisionView | None = None
        self.button = Button("", "link", icon="question", small=True)
        self.button.clicked.connect(self.toggle)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 4)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def retranslate(self) -> None:
        shown = self.view is not None and not self.view.isHidden()
        self.button.setText(self.tr("Hide why") if shown else self.tr("Why this agent?"))

    def toggle(self) -> None:
        if self.view is None:
            self.view = DecisionView(self._decision)
            self.view.setProperty("why", True)
            self._layout.addWidget(self.view)
            self.view.show()
        else:
            self.view.setVisible(self.view.isHidden())
        self.retranslate()
