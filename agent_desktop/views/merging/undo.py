"""What an undo of a merge will do, item by item, before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.views import words
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.merging import wording
from agent_desktop.views.widgets import (
    Button,
    Card,
    Elided,
    Notice,
    Panel,
    Text,
    column,
    row,
    scrolled,
)

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.unmerging import UnmergingViewModel
    from cti_bridge.protocol.merge_values import MergeSide, UndoItem, UndoPlan

SIDES: Final[tuple[MergeSide, MergeSide]] = ("survivor", "absorbed")
SHOWN: Final = 200


class ItemRow(Retranslated, QWidget):
    """One thing that came since, and whose it will be."""

    def __init__(self, model: UnmergingViewModel, item: UndoItem, names: tuple[str, str]) -> None:
        super().__init__()
        self._model, self._item, self._names = model, item, names
        self._title, self._text = Text("", "strong"), Elided("", "muted")
        self._when = Text("", "small")
        self._group = QButtonGroup(self)
        self.sides: dict[MergeSide, Button] = {}
        for number, side in enumerate(SIDES):
            button = Button("", "toggle", small=True)
            button.setMaximumWidth(200)
            self._group.addButton(button, number)
            self.sides[side] = button
        self._group.idClicked.connect(lambda number: model.give(item, SIDES[number]))
        line = row(self._title, self._when, None, *self.sides.values(), spacing=8)
        self.setLayout(column(line, self._text, spacing=2, margins=(0, 6, 0, 6)))
        self.retranslate()

    def retranslate(self) -> None:
        item = self._item
        self._title.setText(wording.item_title(item))
        self._text.setText(wording.item_text(item))
        self._when.setText(formats.when(item.at) if item.at else "")
        for side, name in zip(SIDES, self._names, strict=True):
            button = self.sides[side]
            shown = button.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, 160)
            button.setText(shown)
            button.setToolTip(name)
            whose = self.tr("{thing}: to {name}").format(
                thing=f"{self._title.text()} {self._text.text()}", name=name
            )
            button.setAccessibleName(whose)
        self.renew()

    def renew(self) -> None:
        chosen = self._model.side(self._item)
        for side, button in self.sides.items():
            button.setChecked(side == chosen)
            button.set_icon("check" if side == chosen else "")


class UndoView(Retranslated, Panel):
    """Signals: `left` when nobody wants it any more."""

    left = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._model = desktop.unmerging
        self._shown: UndoPlan | None = None
        self.rows: list[ItemRow] = []
        self._title, self._hint = Text("", "title", wrap=True), Text("", "muted", wrap=True)
        self._trouble = Notice("warn")
        self._back = Card()
        self._goes = Text("", wrap=True)
        self._back.body.addWidget(self._goes)
        self._since = Card()
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._since.body.addLayout(self._list)
        self._more = Text("", "muted", wrap=True)
        self._since.body.addWidget(self._more)
        self.distinct = QCheckBox()
        self.undo = Button("", "primary", icon="undo")
        self.cancel = Button("", "secondary")
        self._lay_out()
        self.undo.clicked.connect(self._model.confirm)
        self.cancel.clicked.connect(self._leave)
        self.distinct.toggled.connect(self._model.set_distinct)
        escape = QShortcut(QKeySequence("Escape"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._leave)
        self._model.changed.connect(self.refresh)
        self.retranslate()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(860)
        inner.setLayout(
            column(
                self._title,
                self._hint,
                self._trouble,
                self._back,
                self._since,
                self.distinct,
                None,
                spacing=12,
                margins=(24, 20, 24, 24),
            )
        )
        area = scrolled(inner)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft)
        foot = Panel(edge="top")
        foot.setLayout(row(self.undo, self.cancel, None, margins=(24, 12, 24, 12)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(foot)

    def retranslate(self) -> None:
        self._back.set_title(self.tr("Goes back"))
        self._since.set_title(self.tr("Came since"))
        self.distinct.setText(self.tr("They are two customers: do not propose them again"))
        self.undo.setText(self.tr("Undo the merge"))
        self.cancel.setText(self.tr("Leave it merged"))
        self._shown = None
        self.refresh()

    def rest(self) -> None:
        self.undo.setFocus()

    def _leave(self) -> None:
        self._model.close()
        self.left.emit()

    def refresh(self) -> None:
        model, plan = self._model, self._model.plan
        self.undo.setEnabled(plan is not None and not model.busy)
        self.distinct.setChecked(model.distinct)
        self._say_trouble()
        for part in (self._back, self._since, self.distinct):
            part.setVisible(plan is not None)
        if plan is None:
            loading = self.tr("Loading…") if model.busy else ""
            self._title.setText(loading or self.tr("This merge cannot be undone now"))
            self._hint.setText("")
            return
        if plan is not self._shown:
            self._show_plan(plan)
            self._shown = plan
        for one in self.rows:
            one.renew()

    def _say_trouble(self) -> None:
        error = self._model.error
        if error == "wrong_state":
            told = self.tr("The file was merged into another one: undo that merge first.")
        elif error == "conflict":
            told = self.tr("The file was changed meanwhile. Look once more at what goes where.")
        elif error == "too_late":
            told = self.tr("Somebody has undone it already.")
        else:
            told = words.refusal(error) if error else ""
        self._trouble.say(told)

    def _show_plan(self, plan: UndoPlan) -> None:
        names = (plan.survivor_name, plan.absorbed_name)
        self._title.setText(
            self.tr("{first} and {second} become two again").format(
                first=names[0], second=names[1]
            )
        )
        merge = plan.merge
        self._hint.setText(f"{merge.absorbed_name} {wording.merged_by(merge)}")
        goes = wording.back(plan.back) or self.tr("only the file itself")
        self._goes.setText(f"{plan.absorbed_name}: {goes}")
        clear(self._list)
        self.rows = [ItemRow(self._model, item, names) for item in plan.items[:SHOWN]]
        for one in self.rows:
            self._list.addWidget(one)
        rest = len(plan.items) - len(self.rows) + plan.more
        if not plan.items:
            self._more.setText(self.tr("Nothing came to the file since."))
        else:
            self._more.setText(
                self.tr("%n more go(es) where the number belongs.", "", rest) if rest else ""
            )
        self._more.setVisible(bool(self._more.text()))
