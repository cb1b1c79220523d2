"""The dry run, the run with its progress, and the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.viewmodels.importing import AT_WORK
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.importing import wording
from agent_desktop.views.importing.preview import RefusedTable
from agent_desktop.views.widgets import (
    Button,
    Field,
    FlowLayout,
    Notice,
    Panel,
    Text,
    row,
)
from cti_bridge.protocol.importing import IMPORT_RULES, ImportState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent_desktop.desktop import Desktop
    from cti_bridge.protocol.importing import ImportCounts, ImportView

FIGURES: Final = ("created", "updated", "unchanged", "held", "refused")
STEPS: Final = 1000
MAX_SOURCE: Final = 73


class Figure(QWidget):
    """A number and its word."""

    def __init__(self) -> None:
        super().__init__()
        self.number, self.word = Text("", "title"), Text("", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 28, 0)
        layout.setSpacing(0)
        layout.addWidget(self.number)
        layout.addWidget(self.word)

    def say(self, number: str, word: str) -> None:
        self.number.setText(number)
        self.word.setText(word)
        self.setAccessibleName(f"{word}: {number}")


class RunView(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.importing
        self.source, self.rule = QLineEdit(), Choice()
        self.source.setMaxLength(MAX_SOURCE)
        self._source, self._rule = Field(self.source), Field(self.rule)
        self.try_it, self.run = Button("", "secondary", icon="eye"), Button("", "primary")
        self.pause, self.resume = Button("", "secondary", icon="hold"), Button("", "primary")
        self.cancel = Button("", "danger", icon="stop")
        self.save = Button("", "secondary", icon="save")
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self._title, self._speed = Text("", "strong"), Text("", "muted")
        self._notice = Notice("warn")
        self._told = ("", "")  # of the refused rows, and its tone; until something else happens
        self._figures = {name: Figure() for name in FIGURES}
        self._held = Text("", "small", wrap=True)
        self.refused = RefusedTable(desktop)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        choose = Panel(edge="bottom")
        self._choose = choose
        choose.setLayout(row(self._source, self._rule, None, spacing=16, margins=(24, 12, 24, 12)))
        self._source.setFixedWidth(280)
        figures = QWidget()
        self._flow = FlowLayout(figures, spacing=8)
        for figure in self._figures.values():
            self._flow.addWidget(figure)
        policy = figures.sizePolicy()
        policy.setHeightForWidth(True)
        figures.setSizePolicy(policy)
        self._all_figures = figures
        body = QVBoxLayout()
        body.setContentsMargins(24, 16, 24, 12)
        body.setSpacing(10)
        body.addLayout(row(self._title, None, self._speed))
        body.addWidget(self.bar)
        body.addWidget(self._notice)
        body.addWidget(figures)
        body.addWidget(self._held)
        buttons = (self.try_it, self.run, self.resume, self.pause, self.cancel, None, self.save)
        body.addLayout(row(*buttons))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(choose)
        layout.addLayout(body)
        layout.addWidget(self.refused, 1)
        layout.addStretch(0)

    def _connect(self) -> None:
        model = self._model
        self.source.editingFinished.connect(lambda: model.choose_source(self.source.text()))
        self.rule.activated.connect(lambda _: model.choose_rule(self.rule.currentData()))
        self.try_it.clicked.connect(model.try_it)
        self.run.clicked.connect(model.run)
        self.pause.clicked.connect(lambda: model.steer("pause"))
        self.resume.clicked.connect(lambda: model.steer("resume"))
        self.cancel.clicked.connect(lambda: model.steer("cancel"))
        self.save.clicked.connect(self.ask_place)
        model.refusals.ended.connect(self._saved)
        model.changed.connect(self.refresh)

    def entered(self) -> None:
        for button in (self.try_it, self.pause, self.resume):
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                return

    # -- words

    def retranslate(self) -> None:
        self._source.set_label(self.tr("Kept under the name"))
        self.source.setToolTip(
            self.tr(
                "By the same name the same rows are known again: the next file of it changes them."
            )
        )
        self._rule.set_label(self.tr("Where file and source differ, what counts is"))
        self.try_it.setText(self.tr("Dry run"))
        self.run.setText(self.tr("Import"))
        self.pause.setText(self.tr("Pause"))
        self.resume.setText(self.tr("Go on"))
        self.cancel.setText(self.tr("Stop"))
        self.save.setText(self.tr("Save refused rows…"))
        self.refresh()

    def _word(self, name: str, *, would: bool) -> str:
        words = {
            "created": (self.tr("new"), self.tr("would be new")),
            "updated": (self.tr("changed"), self.tr("would be changed")),
            "unchanged": (self.tr("the same"), self.tr("the same")),
            "held": (self.tr("held back"), self.tr("held back")),
            "refused": (self.tr("refused"), self.tr("would be refused")),
        }
        return words[name][would]

    def _heading(self, view: ImportView) -> str:
        match view.state:
            case ImportState.TRYING:
                return self.tr("Dry run: nothing is written")
            case ImportState.RUNNING:
                return self.tr("Importing")
            case ImportState.READY if view.tried:
                return self.tr("Dry run done: nothing was written")
            case ImportState.READY:
                return self.tr("Ready. A dry run says what would be done, and does nothing.")
            case ImportState.DONE:
                took = formats.duration(view.seconds)
                return self.tr("Done in {time}").format(time=took)
            case _:
                return wording.state(view)

    # -- what is shown

    def refresh(self) -> None:
        model, view = self._model, self._model.view
        if view is None:
            return
        working = view.state in AT_WORK
        rules = ("", *IMPORT_RULES)
        self.rule.set_choices([(one, wording.say(wording.RULES[one])) for one in rules])
        self.rule.choose(model.choices.rule)
        if not self.source.hasFocus():
            self.source.setText(model.choices.source)
        self.source.setEnabled(model.can_choose and not view.named)
        self.rule.setEnabled(model.can_choose)
        self._title.setText(self._heading(view))
        self._speed.setText(wording.speed(view) if working else "")
        self._show_bar(view, working=working)
        self._show_figures(view)
        self._say(view)
        self._show_buttons(view, working=working)
        rows = model.opened.refused if model.opened is not None and not working else ()
        self.refused.show_rows(rows)
        self.refused.setVisible(bool(rows))

    def _say(self, view: ImportView) -> None:
        if view.state in AT_WORK:
            self._told = ("", "")
        text, tone = self._told
        if text:
            self._notice.say(text, tone=tone)
        else:
            self._notice.say(wording.fault(view), tone="warn")

    def _show_bar(self, view: ImportView, *, working: bool) -> None:
        self.bar.setVisible(working)
        known = view.fraction is not None
        self.bar.setRange(0, STEPS if known or view.state is ImportState.PAUSED else 0)
        self.bar.setValue(int((view.fraction or 0.0) * STEPS))
        self.bar.setAccessibleName(wording.speed(view))

    def _show_figures(self, view: ImportView) -> None:
        counts = view.counts
        told = bool(counts.rows) or view.state is ImportState.DONE
        for name, figure in self._figures.items():
            figure.say(formats.number(getattr(counts, name)), self._word(name, would=view.tried))
        self._all_figures.setVisible(told)
        self._held.setText("\n".join(self._remarks(counts)))
        self._held.setVisible(told and bool(counts.held or counts.unrelated))

    def _remarks(self, counts: ImportCounts) -> Iterator[str]:
        if counts.held:
            yield self.tr(
                "Held back: rows that say something else than the file, whose word stays."
            )
        if counts.unrelated:
            text = self.tr(
                "{count} relations wait: whoever is named is not on file, or not alone so called. "
                "The next run looks again."
            )
            yield text.format(count=formats.number(counts.unrelated))

    def _show_buttons(self, view: ImportView, *, working: bool) -> None:
        model = self._model
        ready = view.state is ImportState.READY
        for button in (self.try_it, self.run):
            button.setVisible(ready or view.state in (ImportState.LOOKING, ImportState.FAULTY))
            button.setEnabled(model.can_run and not model.pending("run"))
        self.pause.setVisible(view.state is ImportState.RUNNING)
        self.resume.setVisible(view.state in (ImportState.PAUSED, ImportState.STOPPED))
        self.cancel.setVisible(working)
        for button in (self.pause, self.resume, self.cancel):
            button.setEnabled(model.can_steer)
        away = "" if model.online else self.tr("No connection to the server")
        for button in (self.try_it, self.run, self.pause, self.resume, self.cancel):
            button.setToolTip(away)
        self.save.setVisible(view.refusals and not working)

    # -- the refused rows

    def ask_place(self) -> QFileDialog:
        """Returns at once."""
        dialog = QFileDialog(self.window(), self.tr("Save refused rows"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        view = self._model.view
        dialog.selectFile(f"{Path(view.source).name if view else ''}.refused.csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._model.save_refusals)
        dialog.open()
        return dialog

    def _saved(self, why: object) -> None:
        saved = self.tr("The refused rows are saved.")
        self._told = (wording.trouble(str(why)), "bad") if why else (saved, "ok")
        self.refresh()
