"""One import: its columns, its first rows, its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from agent_desktop.viewmodels.importing import AT_WORK
from agent_desktop.views.attachments import file_size
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.importing import wording
from agent_desktop.views.importing.columns import ColumnsView
from agent_desktop.views.importing.preview import PreviewView
from agent_desktop.views.importing.running import STEPS, RunView
from agent_desktop.views.widgets import Button, Elided, EmptyState, Notice, Panel, Text, row
from cti_bridge.protocol.importing import ImportState

if TYPE_CHECKING:
    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.importing import ImportView

COLUMNS: Final = 0
RUN: Final = 2
MAX_TOLD: Final = 3
"""Problems that are told at once; the next ones when these are solved."""


class ImportJob(Retranslated, QWidget):
    """Signal: `left`, back to where imports begin."""

    left = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.importing
        self._seen = ""  # the import that was shown last, and its state then
        self._state: ImportState | None = None
        self.back, self.drop = Button("", "quiet", icon="left"), Button("", "quiet", icon="remove")
        self._name, self._about = Elided("", "strong"), Text("", "muted")
        self._sheet_title, self.sheet = Text("", "muted"), Choice()
        self.tabs = QButtonGroup(self)
        self.to_columns, self.to_preview, self.to_run = (
            Button("", "toggle", small=True) for _ in range(3)
        )
        for number, button in enumerate((self.to_columns, self.to_preview, self.to_run)):
            self.tabs.addButton(button, number)
        self.problems = Notice("warn")
        self.columns, self.preview, self.run = (
            ColumnsView(desktop),
            PreviewView(desktop),
            RunView(desktop),
        )
        self._steps = QStackedWidget()
        for part in (self.columns, self.preview, self.run):
            self._steps.addWidget(part)
        self._waiting, self.bar = EmptyState("file"), QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self._shown = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head = Panel(edge="bottom")
        lines = QVBoxLayout(head)
        lines.setContentsMargins(16, 8, 24, 8)
        lines.setSpacing(6)
        first = row(self.back, spacing=8)
        first.addWidget(self._name, 1)
        for part in (self._about, self._sheet_title, self.sheet, self.drop):
            first.addWidget(part)
        lines.addLayout(first)
        lines.addLayout(
            row(self.to_columns, self.to_preview, self.to_run, None, margins=(8, 0, 0, 0))
        )
        waiting = QWidget()
        inside = QVBoxLayout(waiting)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.bar)
        inside.addWidget(self._waiting, 1)
        for shown in (self._steps, waiting):
            self._shown.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.problems)
        layout.addWidget(self._shown, 1)

    def _connect(self) -> None:
        model = self._model
        self.back.clicked.connect(model.leave)
        self.drop.clicked.connect(model.drop)
        self.sheet.activated.connect(lambda _: model.choose_sheet(self.sheet.currentData()))
        self.tabs.idClicked.connect(self.show_step)
        model.changed.connect(self.refresh)

    def show_step(self, number: int) -> None:
        self.tabs.button(number).setChecked(True)
        self._steps.setCurrentIndex(number)
        step = (self.columns, self.preview, self.run)[number]
        step.entered()

    def rest(self) -> None:
        """The keyboard where it presses nothing."""
        self.tabs.button(max(self.tabs.checkedId(), COLUMNS)).setFocus()

    def retranslate(self) -> None:
        self.back.setToolTip(self.tr("All imports"))
        self.back.setAccessibleName(self.tr("All imports"))
        self.drop.setAccessibleName(self.tr("Forget this import and its file"))
        self.to_columns.setText(self.tr("1  Columns"))
        self.to_preview.setText(self.tr("2  First rows"))
        self.to_run.setText(self.tr("3  Import"))
        self._sheet_title.setText(self.tr("Sheet"))
        self.sheet.setAccessibleName(self.tr("Sheet of the spreadsheet"))
        self.refresh()

    def refresh(self) -> None:
        view = self._model.view
        if view is None:
            return
        self._follow(view)
        self._name.setText(view.name)
        about = (wording.state(view), wording.about(view), view.by)
        self._about.setText(" · ".join(filter(None, about)))
        self._show_sheets()
        self._show_problems(view)
        self._show_waiting(view)
        online = self._model.online
        still = view.state not in AT_WORK | {ImportState.LOOKING}
        self.drop.setEnabled(online and still and not self._model.pending("drop"))
        forget = self.tr("Forget this import and its file")
        self.drop.setToolTip(forget if online else self.tr("No connection to the server"))

    def _follow(self, view: ImportView) -> None:
        """Another import begins at its columns; one that runs is shown running."""
        fresh = self._seen != view.import_id
        started = view.state in AT_WORK and self._state not in AT_WORK
        self._seen, self._state = view.import_id, view.state
        if fresh:
            over = view.state in AT_WORK | {ImportState.DONE, ImportState.STOPPED}
            self.tabs.button(RUN if over else COLUMNS).setChecked(True)
            self._steps.setCurrentIndex(RUN if over else COLUMNS)
        elif started:
            self.tabs.button(RUN).setChecked(True)
            self._steps.setCurrentIndex(RUN)

    def _show_sheets(self) -> None:
        model = self._model
        sheets = model.opened.sheets if model.opened is not None else ()
        several = len(sheets) > 1
        self.sheet.set_choices([(name, name) for name in sheets])
        self.sheet.choose(model.choices.sheet or (sheets[0] if sheets else ""))
        for part in (self._sheet_title, self.sheet):
            part.setVisible(several)
        self.sheet.setEnabled(model.can_choose)

    def _show_problems(self, view: ImportView) -> None:
        opened, custom = self._model.opened, self._model.fields
        told = opened.problems[:MAX_TOLD] if opened is not None else ()
        if view.state is ImportState.FAULTY:
            self.problems.say(wording.fault(view), tone="bad")
        else:
            self.problems.say("\n".join(wording.problem(one, custom) for one in told), tone="warn")

    def _show_waiting(self, view: ImportView) -> None:
        model = self._model
        coming = view.state is ImportState.RECEIVING
        nothing = not model.columns and (view.state is ImportState.LOOKING or coming)
        faulty = view.state is ImportState.FAULTY and not model.columns
        self._shown.setCurrentIndex(1 if nothing or faulty else 0)
        for button in self.tabs.buttons():
            button.setEnabled(not (nothing or faulty))
        self.bar.setVisible(coming)
        if coming:
            self.bar.setValue(int(STEPS * view.received / max(view.size, 1)))
            sent = f"{file_size(view.received)} / {file_size(view.size)}"
            self._waiting.set_words(self.tr("The file is on its way"), sent)
            self.bar.setAccessibleName(sent)
        elif faulty:
            self._waiting.set_words(self.tr("This source cannot be read"))
        else:
            self._waiting.set_words(self.tr("Being read…"))
