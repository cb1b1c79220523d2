"""One pair after the other: why they may be one, what differs, and three answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.pair_choices import sides_of
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.merging import wording
from agent_desktop.views.merging.compare import EDGE, TITLE, Lines
from agent_desktop.views.widgets import (
    Button,
    Elided,
    EmptyState,
    FlowLayout,
    Notice,
    Panel,
    Tag,
    Text,
    column,
    row,
    scrolled,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.duplicates import Decided
    from cti_bridge.protocol.merge_values import MergeField, PairView
    from cti_bridge.protocol.values import CustomerCard

KEYS: Final = {
    "merge": "Return",
    "distinct": "Delete",
    "later": "L",
    "swap": "S",
    "undo": "Ctrl+Z",
}
REASONS: Final = 8


class ReviewView(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._store = desktop.duplicates, desktop.store
        self._why, self._share = QWidget(), Text("", "strong")
        self._reasons = FlowLayout(self._why, spacing=8)
        self._doubts = Notice("warn")
        self._names = [Elided("", "lead", lines=2) for _ in range(2)]
        self._about = [Text("", "overline") for _ in range(2)]
        self.swap = Button("", "quiet", icon="swap", small=True)
        self.lines = Lines()
        self.merge = Button("", "primary", icon="check")
        self.distinct = Button("", "secondary", icon="close")
        self.later = Button("", "quiet", icon="clock")
        self._keys = Elided("", "faint")
        self._said = Notice("")
        self._trouble = Notice("bad")
        self._nothing = EmptyState("done")
        self._stack = QStackedWidget()
        self._shown: tuple[PairView | None, int] = (None, -1)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head = Panel(edge="bottom")
        sides = [column(about, name, None, spacing=2) for about, name in self._sides()]
        names = QHBoxLayout()
        names.setSpacing(12)
        box = QWidget()
        box.setFixedWidth(TITLE)
        box.setLayout(column(self.swap, None))
        names.addWidget(box)
        for side in sides:
            names.addLayout(side, 1)
        head.setLayout(
            column(
                row(self._share, self._why, spacing=12),
                self._doubts,
                names,
                spacing=12,
                margins=(EDGE, 12, EDGE, 12),
            )
        )
        self._why.setSizePolicy(
            self._why.sizePolicy().Policy.Expanding, self._why.sizePolicy().Policy.Preferred
        )
        foot = Panel(edge="top")
        answers = row(self.merge, self.distinct, self.later, 12, margins=(EDGE, 12, EDGE, 12))
        answers.addWidget(self._keys, 1)
        foot.setLayout(answers)
        pair = QWidget()
        whole = QVBoxLayout(pair)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(scrolled(self.lines), 1)
        whole.addWidget(foot)
        self._stack.addWidget(pair)
        self._stack.addWidget(self._nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self._trouble, self._said):
            part.hide()
            layout.addWidget(part)
        layout.addWidget(self._stack, 1)

    def _sides(self) -> list[tuple[Text, Elided]]:
        return list(zip(self._about, self._names, strict=True))

    def _connect(self) -> None:
        model = self._model
        # not Enter: on another button it must never merge
        self.lines.entered.connect(model.merge)
        self.merge.clicked.connect(model.merge)
        acts: dict[str, Callable[[], object]] = {
            "distinct": model.distinct,
            "later": model.later,
            "swap": model.swap,
            "undo": model.undo,
        }
        for name, act in acts.items():
            key = QShortcut(QKeySequence(KEYS[name]), self)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.setAutoRepeat(False)
            key.activated.connect(act)
            button = getattr(self, name, None)
            if isinstance(button, Button):
                button.clicked.connect(act)
        self.lines.stepped.connect(model.step)
        self.lines.sided.connect(self._side)
        self.lines.picked.connect(self._picked)
        self._said.acted.connect(model.undo)
        self._trouble.acted.connect(model.again)
        self._nothing.acted.connect(self._look_again)
        model.changed.connect(self.refresh)

    def entered(self) -> None:
        self._model.enter()
        self.rest()

    def rest(self) -> None:
        self.lines.setFocus()

    # -- keys ----------------------------------------------------------------------------------

    def _side(self, by: int) -> None:
        """Left is the file that stays, right the one that goes into it."""
        model = self._model
        if model.field >= model.differing:
            return
        field = model.fields[model.field]
        sides = sides_of(field)
        at = sides.index(field.side) if field.side in sides else 0
        model.choose(sides[min(max(at + by, 0), len(sides) - 1)])

    def _picked(self, line: int, side: str) -> None:
        if line < self._model.differing:
            self._model.go_to(line)
            self._model.choose("survivor" if side == "survivor" else "absorbed")

    def _look_again(self) -> None:
        if self._model.only_put_off:
            self._model.look_at_put_off()
        else:
            self._model.again()

    # -- words ---------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.merge.setText(self.tr("Merge"))
        self.distinct.setText(self.tr("Not the same"))
        self.later.setText(self.tr("Later"))
        self.swap.setText(self.tr("Swap sides"))
        for name in ("merge", "distinct", "later", "swap"):
            keys = QKeySequence(KEYS[name]).toString(QKeySequence.SequenceFormat.NativeText)
            getattr(self, name).setToolTip(keys)
        self._keys.setText(self.tr("Enter · Del · L · arrows choose · S swaps · Ctrl+Z undoes"))
        self._about[0].setText(self.tr("Stays"))
        self._about[1].setText(self.tr("Goes into it"))
        self.lines.setAccessibleName(self.tr("Fields of both files"))
        self._shown = (None, -1)
        self.refresh()

    # -- what is shown -------------------------------------------------------------------------

    def refresh(self) -> None:
        model = self._model
        pair = model.current
        self._stack.setCurrentIndex(0 if pair is not None else 1)
        self._trouble.say(
            words.refusal(model.error) if model.error else "", action=self.tr("Try again")
        )
        self._say_last()
        if pair is None:
            self._say_nothing()
            return
        if pair is not self._shown[0]:
            self._show_pair(pair)
        self._shown = (pair, model.field)
        self.lines.set_here(model.field if model.differing else -1)
        self._speak(model.field)
        self.merge.setEnabled(model.fresh)

    def _say_nothing(self) -> None:
        model = self._model
        if model.loading:
            self._nothing.set_words(self.tr("Loading…"))
        elif model.only_put_off:
            self._nothing.set_words(
                self.tr("Nothing new to look at"),
                self.tr("%n pair(s) were put off.", "", model.put_off),
                self.tr("Look at them now"),
            )
        else:
            self._nothing.set_words(
                self.tr("No duplicates to look at"),
                self.tr("Pairs that may be one customer stand here after each search for them."),
                self.tr("Look again"),
            )

    def _say_last(self) -> None:
        last = self._model.last
        if last is None:
            self._said.say("")
            return
        undo = self.tr("Undo") if last.state != "refused" else self.tr("Show it again")
        bad = last.state == "refused" or last.refusal is not None
        self._said.say(
            self._sentence(last),
            tone="bad" if bad else "",
            action=undo if self._model.can_undo else "",
        )

    def _sentence(self, last: Decided) -> str:
        first, second = last.names
        if last.refusal is not None:
            told = self.tr("{first} and {second}: {why}")
            return told.format(first=first, second=second, why=words.refusal(last.refusal))
        if last.take_back:
            return self.tr("Taking it back…")
        told = {
            "merged": self.tr("{second} was merged into {first}."),
            "distinct": self.tr("{first} and {second} are two customers."),
            "later": self.tr("{first} and {second} come again later."),
        }[last.verdict]
        return told.format(first=first, second=second)

    def _show_pair(self, pair: PairView) -> None:
        plan = pair.plan
        cards = (plan.survivor, plan.absorbed)
        for name, card in zip(self._names, cards, strict=True):
            name.setText(card.name)
        found = self.tr("{percent} the same customer").format(
            percent=formats.percent(pair.probability)
        )
        self._share.setText(found if pair.probability else self.tr("Chosen by hand"))
        self._show_reasons(pair)
        self._doubts.say(" ".join(wording.doubt(code) for code in plan.doubts))
        owners = dict(self._store.state.settings.owners)
        count = 0
        for field in self._model.fields:
            self._show_field(count, field, owners)
            count += 1
        count = self._show_parts(count, pair)
        self.lines.end_at(count)

    def _show_reasons(self, pair: PairView) -> None:
        while (item := self._reasons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        told = [(wording.reason(one), wording.tone(one)) for one in pair.reasons]
        for text, tone in [one for one in told if one[0]][:REASONS]:
            self._reasons.addWidget(Tag(text, tone))
        self._why.setVisible(bool(told))

    def _show_field(self, number: int, field: MergeField, owners: dict[str, str]) -> None:
        line = self.lines.line(number)
        differs = field.why != "same"
        line.say("≠" if differs else "=", wording.field_title(field.name), differs=differs)
        why = wording.why(field) if differs else ""
        for side, values, mine in (
            (line.left, field.survivor, "survivor"),
            (line.right, field.absorbed, "absorbed"),
        ):
            on = field.side in (mine, "both")
            text = wording.values_text(field.name, values, owners) or self.tr("(empty)")
            side.show_value(
                text,
                on=on and differs,
                why=why if on and differs else "",
                pick=differs,
            )

    def _show_parts(self, number: int, pair: PairView) -> int:
        """What comes together whatever is chosen."""
        plan = pair.plan
        rows = (
            (
                self.tr("Numbers and addresses"),
                _identities(plan.survivor),
                _identities(plan.absorbed),
            ),
            (
                self.tr("Comes with it"),
                wording.counted(plan.stays),
                wording.counted(plan.moves),
            ),
        )
        for title, left, right in rows:
            line = self.lines.line(number)
            line.say("+", title, differs=False)
            nothing = self.tr("(nothing)")
            line.left.show_value(left or nothing, on=bool(left), pick=False)
            line.right.show_value(right or nothing, on=bool(right), pick=False)
            number += 1
        return number

    def _speak(self, number: int) -> None:
        """For a screen reader: the field that the keyboard is at, and what is chosen."""
        model = self._model
        if number >= model.differing:
            self.lines.setAccessibleDescription("")
            return
        field = model.fields[number]
        owners = dict(self._store.state.settings.owners)
        result = wording.values_text(field.name, field.result, owners) or self.tr("(empty)")
        told = self.tr("{field}: {value}, {why}").format(
            field=wording.field_title(field.name), value=result, why=wording.why(field)
        )
        self.lines.setAccessibleDescription(told)


def _identities(card: CustomerCard) -> str:
    return ", ".join(formats.phone(one.value) for one in card.identities)
