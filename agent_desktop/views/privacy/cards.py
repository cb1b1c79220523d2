"""What may be done with one customer: a hold, a copy of everything, an erasure. Each in a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QProgressBar, QWidget

from agent_desktop.viewmodels.archive import DISK
from agent_desktop.viewmodels.revealing import MOST_REASON
from agent_desktop.viewmodels.subject_rights import ERASE, HOLD, good_reason
from agent_desktop.views import i18n
from agent_desktop.views.attachments import file_size
from agent_desktop.views.choices import Choice
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.interaction_detail import clear
from agent_desktop.views.privacy import wording
from agent_desktop.views.saving import choose_path
from agent_desktop.views.widgets import Button, Card, Field, Notice, Text, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agent_desktop.desktop import Desktop
    from agent_desktop.viewmodels.archive import Language
    from cti_bridge.protocol.subject_rights import ErasurePlan

MAX_NAME: Final = 300
NUMBER: Final = 72  # pixels that a count takes
WIDEST: Final = 1_840  # pixels that cards take together


class Reason(QLineEdit):
    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(MOST_REASON)


class Counts(QWidget):
    """What, and how many, below a title."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Text("", "overline")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnMinimumWidth(1, NUMBER)
        self._none = Text("", "muted")
        self.setLayout(column(self._title, self._grid, self._none, None, spacing=8))

    def show_counts(self, title: str, counts: Sequence[tuple[str, str]], nothing: str) -> None:
        self._title.setText(title)
        self._none.setText(nothing)
        self._none.setVisible(not counts)
        clear(self._grid)
        for line, (what, many) in enumerate(counts):
            number = Text(many)
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(Text(what, wrap=True), line, 0)
            self._grid.addWidget(number, line, 1)
        said = ", ".join(f"{what}: {many}" for what, many in counts)
        self.setAccessibleName(f"{title}: {said or nothing}")


class HoldCard(Retranslated, Card):
    """Held back by law, or not; who may, ends it."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._rights = desktop.rights
        self._about = Text("", "muted", wrap=True)
        self._held = Notice("warn")
        self.reason = Reason()
        self._field = Field(self.reason)
        self.act = Button("", "secondary", icon="lock")
        self._trouble = Notice("bad")
        line = row(self._field, self.act)
        line.setStretch(0, 1)
        line.setAlignment(self.act, Qt.AlignmentFlag.AlignBottom)
        self._form = QWidget()
        self._form.setLayout(line)
        for part in (self._about, self._held, self._form, self._trouble):
            self.body.addWidget(part)
        self.reason.textChanged.connect(lambda _text: self.refresh())
        self.reason.returnPressed.connect(self._asked)
        self.act.clicked.connect(self._asked)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Legal hold"))
        self._about.setText(
            self.tr("While a customer is held, nothing goes: by no erasure and no deadline.")
        )
        self.refresh()

    def refresh(self) -> None:
        rights, plan = self._rights, self._rights.plan
        hold = plan.hold if plan else None
        self._held.say(wording.held(hold) if hold else "", icon="lock")
        label = self.tr("Why it ends") if hold else self.tr("Why it must stay")
        self._field.set_label(label)
        self.act.setText(self.tr("End the hold") if hold else self.tr("Hold"))
        self.act.set_icon("unlock" if hold else "lock")
        self._form.setVisible(hold is None or rights.may_erase)
        ready = plan is not None and good_reason(self.reason.text()) and not rights.busy(HOLD)
        self.act.setEnabled(ready)
        refused = rights.error if rights.failed == HOLD else None
        self._trouble.say(wording.refusal(refused) if refused else "")

    def _asked(self) -> None:
        if self._rights.hold(self.reason.text()):
            self.reason.clear()


class ArchiveCard(Retranslated, Card):
    """Everything of a customer, for that customer, as one file on the desk's disk."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._rights, self._archive = desktop.rights, desktop.archive
        self._about = Text("", "muted", wrap=True)
        self.reason, self.language = Reason(), Choice()
        self._field, self._tongue = Field(self.reason), Field(self.language)
        self.save = Button("", "secondary", icon="save")
        self.cancel = Button("", "quiet", small=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._said, self._outcome = Text("", "muted"), Notice("ok")
        line = row(self._field, self._tongue, self.save)
        line.setStretch(0, 1)
        line.setAlignment(self.save, Qt.AlignmentFlag.AlignBottom)
        self._form, self._running = QWidget(), QWidget()
        self._form.setLayout(line)
        running = row(self._said, None, self.cancel)
        self._running.setLayout(column(self._bar, running, spacing=4))
        for part in (self._about, self._form, self._running, self._outcome):
            self.body.addWidget(part)
        self.reason.textChanged.connect(lambda _text: self.refresh())
        self.reason.returnPressed.connect(self._asked)
        self.save.clicked.connect(self._asked)
        self.cancel.clicked.connect(self._archive.cancel)
        self._archive.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Everything of this customer"))
        self._about.setText(
            self.tr(
                "For the customer who asks: a page to read, the same as JSON, every recording,"
                " attachment and e-mail, and who looked at it. Nothing of it is hidden."
            )
        )
        self._field.set_label(self.tr("Why it is handed out"))
        self._tongue.set_label(self.tr("Language of the page"))
        chosen = self.language.currentData()
        self.language.set_choices([(code, title) for code, title in i18n.LANGUAGES.items()])
        if chosen is None:
            self.language.choose(i18n.language())
        self.save.setText(self.tr("Save as…"))
        self.cancel.setText(self.tr("Cancel"))
        self._bar.setAccessibleName(self.tr("Progress"))
        self.refresh()

    def refresh(self) -> None:
        archive, customer = self._archive, self._rights.customer_id
        mine = archive.customer_id == customer
        self._form.setVisible(not archive.busy)
        self._running.setVisible(archive.busy)
        ready = customer is not None and self._rights.plan is not None
        self.save.setEnabled(ready and good_reason(self.reason.text()) and not archive.busy)
        self._bar.setRange(0, max(archive.size // 1024, 1) if archive.size else 0)
        self._bar.setValue(archive.received // 1024)
        self._said.setText(self._progress())
        failed = archive.stage == "failed" or archive.unreadable > 0
        self._outcome.say(self._told() if mine else "", tone="bad" if failed else "ok")

    def _progress(self) -> str:
        archive = self._archive
        if archive.stage == "making":
            return self.tr("It is being made…")
        return self.tr("{size} of {whole}").format(
            size=file_size(archive.received), whole=file_size(archive.size)
        )

    def _told(self) -> str:
        """What came of it; "" while nothing has."""
        archive = self._archive
        if archive.stage == "done":
            said = self.tr("%Ln entry(ies) in {path}.", "", archive.entries)
            if archive.unreadable:
                said += " " + self.tr(
                    "%Ln file(s) could not be opened: damaged, or their key is missing.",
                    "",
                    archive.unreadable,
                )
            return said.replace("{path}", str(archive.path))
        if archive.stage == "failed" and archive.error == DISK:
            said = self.tr("{path} cannot be written. Nothing was kept of it.")
            return said.format(path=archive.path)
        if archive.stage == "failed":
            return wording.of_code(archive.error)
        return ""

    def _asked(self) -> None:
        if self.save.isEnabled():
            choose_path(self, self.tr("Save as…"), f"{self._rights.name}.zip", self.save_to)

    def save_to(self, path: Path) -> None:
        customer = self._rights.customer_id
        if customer is None:
            return
        language: Language = "en" if self.language.currentData() == "en" else "es"
        if self._archive.take(customer, path, self.reason.text(), language):
            self.reason.clear()


class EraseCard(Retranslated, Card):
    """What goes and what stays; then, with the name typed and a reason, it is done."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._rights = desktop.rights
        self._shown: ErasurePlan | None = None
        self._goes, self._stays = Counts(), Counts()
        self._why = Text("", "muted", wrap=True)
        self._bar = Notice("warn")
        self._hint = Text("", wrap=True)
        self.typed, self.reason = QLineEdit(), Reason()
        self.typed.setMaxLength(MAX_NAME)
        self._name, self._reason = Field(self.typed), Field(self.reason)
        self.erase = Button("", "danger", icon="remove")
        self._trouble = Notice("bad")
        both = row(self._goes, self._stays, spacing=24)
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        self.body.setSpacing(12)
        self.body.addLayout(both)
        self.body.addWidget(self._why)
        self._form = QWidget()
        fields = row(self._name, self._reason, spacing=12)
        self._form.setLayout(column(self._hint, fields, row(self.erase, None), spacing=12))
        for part in (self._bar, self._form, self._trouble):
            self.body.addWidget(part)
        for field in (self.typed, self.reason):
            field.textChanged.connect(lambda _text: self.refresh())
            field.returnPressed.connect(self._asked)
        self.erase.clicked.connect(self._asked)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_title(self.tr("Erase"))
        self._name.set_label(self.tr("The customer's name, or a reference"))
        self._reason.set_label(self.tr("Why it is erased"))
        self.erase.setText(self.tr("Erase for good"))
        self._shown = None
        self.refresh()

    def refresh(self) -> None:
        rights, plan = self._rights, self._rights.plan
        if plan is not self._shown:
            self._shown = plan
            if plan is not None:
                self._show_plan(plan)
        for part in (self._goes, self._stays, self._why):
            part.setVisible(plan is not None)
        self._bar.say(wording.bar(plan.bar) if plan else "", icon="lock")
        free = plan is not None and not plan.bar
        self._form.setVisible(free and rights.may_erase)
        self.erase.setEnabled(rights.can_erase(self.typed.text(), self.reason.text()))
        refused = rights.error if rights.failed == ERASE else None
        self._trouble.say(wording.refusal(refused) if refused else "")

    def _show_plan(self, plan: ErasurePlan) -> None:
        nothing = self.tr("Nothing")
        self._goes.show_counts(self.tr("Goes for good"), wording.goes(plan), nothing)
        self._stays.show_counts(self.tr("Stays, and is nobody's"), wording.stays(plan), nothing)
        self._why.setText(wording.kept_for(plan))
        hint = self.tr("Nobody can take this back. Type {name} to do it.")
        name = f"“{plan.name}”" if plan.name else self.tr("a reference of this customer")
        self._hint.setText(hint.format(name=name))

    def _asked(self) -> None:
        if self._rights.erase(self.typed.text(), self.reason.text()):
            self.refresh()

    def forget(self) -> None:
        """Nothing typed for one customer stands ready for the next."""
        for field in (self.typed, self.reason):
            field.clear()
