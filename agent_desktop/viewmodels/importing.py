"""Customers brought in: the files and sources, one import's columns, its runs, its report."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from msgspec.structs import replace as changed_struct
from PySide6.QtCore import QObject, QTimer, Signal

from agent_desktop.link import LinkState
from agent_desktop.viewmodels.asking import Asker, is_back
from agent_desktop.viewmodels.import_refusals import RefusalsSaver
from agent_desktop.viewmodels.import_sending import ImportSender
from cti_bridge.protocol.commands import Done, Refused
from cti_bridge.protocol.importing import (
    IMPORT_DATES,
    BeginImport,
    DropImport,
    ImportChanged,
    ImportDropped,
    ImportOpened,
    ImportsListed,
    ImportState,
    ListImports,
    OpenImport,
    ReadImport,
    RunImport,
    SteerImport,
)
from cti_bridge.protocol.vocabulary import FieldType, Permission

if TYPE_CHECKING:
    from pathlib import Path

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.customer_values import FieldView
    from cti_bridge.protocol.importing import ImportColumn, ImportSource, ImportView

logger = logging.getLogger(__name__)
LIST, OPEN, BEGIN = "list", "open", "begin"
READ_MS: Final = 400
"""A pause in choosing after which the bridge looks at the source again."""
SETTLED: Final = frozenset(
    {ImportState.READY, ImportState.FAULTY, ImportState.STOPPED, ImportState.DONE}
)
AT_WORK: Final = frozenset({ImportState.TRYING, ImportState.RUNNING, ImportState.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen for the source; sent as a whole."""

    sheet: str = ""
    source: str = ""
    rule: str = ""


class ImportsViewModel(QObject):
    """Signals: `changed`; `trouble` with a RefusalCode or a word of `ImportSender.failed`."""

    changed = Signal()
    trouble = Signal(object)

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        commands: Commands,
        parent: QObject | None = None,
        *,
        pause_ms: int = READ_MS,
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._commands = link, store, commands
        self._asker = Asker(link)
        self.sending = ImportSender(link, store, self)
        self.refusals = RefusalsSaver(link, self)
        self._pause = QTimer(self, singleShot=True, interval=pause_ms)
        self._pause.timeout.connect(self._read)
        self._forget()
        link.received.connect(self._received)
        store.changed.connect(self._follow)
        commands.changed.connect(self.changed)
        self.sending.changed.connect(self.changed)
        self.sending.begun.connect(self.open)
        self.sending.failed.connect(self.trouble)

    def _forget(self) -> None:
        for topic in (LIST, OPEN, BEGIN):
            self._asker.forget(topic)
        self._pause.stop()
        self.imports: tuple[ImportView, ...] = ()
        self.sources: tuple[ImportSource, ...] = ()
        self.max_bytes = 0
        self.loaded = False
        self.error = ""
        self.import_id = ""  # of the one that is open; "": none
        self.opened: ImportOpened | None = None
        self.columns: tuple[ImportColumn, ...] = ()  # as chosen here
        self.choices = Choices()
        self._unread = False  # something was chosen that the bridge has not looked at

    # -- what is shown

    @property
    def may(self) -> bool:
        return self._store.state.may(Permission.IMPORT)

    @property
    def view(self) -> ImportView | None:
        """Of the open one, as it was told last."""
        return next((one for one in self.imports if one.import_id == self.import_id), None)

    @property
    def fields(self) -> tuple[FieldView, ...]:
        """Those that the configuration adds."""
        return self._store.state.settings.fields

    @property
    def reading(self) -> bool:
        """Whether what is shown is not yet what was chosen."""
        view = self.view
        looking = view is not None and view.state in (ImportState.LOOKING, ImportState.RECEIVING)
        asked = self._asker.waiting(OPEN) or self.pending("read")
        return looking or self._unread or asked

    @property
    def can_choose(self) -> bool:
        """Whether columns may be chosen: not while rows go in."""
        view = self.view
        return view is not None and (view.state in SETTLED or view.state is ImportState.LOOKING)

    @property
    def online(self) -> bool:
        """Whether anything can be asked of the bridge now."""
        return self._link.state is LinkState.ONLINE

    @property
    def can_steer(self) -> bool:
        return self.online and not self.pending("steer")

    @property
    def can_run(self) -> bool:
        view, opened = self.view, self.opened
        if view is None or opened is None or self.reading or not self.online:
            return False
        return view.state is ImportState.READY and not opened.problems

    def is_date(self, field: str) -> bool:
        custom = {f"custom.{one.code}": one.type for one in self.fields}
        return field in IMPORT_DATES or custom.get(field) is FieldType.DATE

    def pending(self, what: str) -> bool:
        return self._commands.pending(f"import-{what}")

    # -- coming and going

    def look(self) -> None:
        """The page is looked at."""
        if self.may:
            self._asker.ask(LIST, ListImports(request_id=0), self._listed)
            if self.import_id:
                self._ask_open()

    def send(self, path: str | Path) -> None:
        self.sending.start(path, self.max_bytes)

    def begin(self, source: str) -> None:
        command = BeginImport(request_id=0, source=source)
        self._asker.ask(BEGIN, command, self._begun)

    def open(self, import_id: str) -> None:
        self.import_id, self.opened, self.columns = import_id, None, ()
        self.choices, self._unread = Choices(), False
        self._pause.stop()
        self._ask_open()
        self.changed.emit()

    def leave(self) -> None:
        """Back to the list; what is being sent or done goes on."""
        self._flush()
        self.import_id, self.opened, self.columns = "", None, ()
        self.look()
        self.changed.emit()

    # -- choosing

    def choose_field(self, column: int, field: str) -> None:
        order = self.columns[column].order if self.is_date(field) else ""
        self._choose(column, field=field, order=order, guessed=False)

    def choose_order(self, column: int, order: str) -> None:
        self._choose(column, order=order)

    def choose_sheet(self, sheet: str) -> None:
        if sheet != self.choices.sheet:
            self.choices = replace(self.choices, sheet=sheet)
            self.columns = ()  # another sheet has other columns
            self._chosen()

    def choose_source(self, name: str) -> None:
        name = " ".join(name.split())
        if name and name != self.choices.source:
            self.choices = replace(self.choices, source=name)
            self._chosen()

    def choose_rule(self, rule: str) -> None:
        if rule != self.choices.rule:
            self.choices = replace(self.choices, rule=rule)
            self._chosen()

    def _choose(self, column: int, **fields: str | bool) -> None:
        if not self.can_choose or not 0 <= column < len(self.columns):
            return
        one = changed_struct(self.columns[column], **fields)
        if one != self.columns[column]:
            self.columns = (*self.columns[:column], one, *self.columns[column + 1 :])
            self._chosen()

    def _chosen(self) -> None:
        self._unread = True
        self._pause.start()
        self.changed.emit()

    def _flush(self) -> None:
        if self._unread and self._pause.isActive():
            self._pause.stop()
            self._read()

    def _read(self) -> None:
        """Waits where the bridge still looks: what comes of it is old already."""
        view = self.view
        if view is None or view.state not in SETTLED:
            return
        command = ReadImport(
            request_id=0,
            import_id=self.import_id,
            fields=tuple(one.field for one in self.columns),
            orders=tuple(one.order for one in self.columns),
            sheet=self.choices.sheet,
            source="" if view.named else self.choices.source,
            rule=self.choices.rule,
        )
        self._unread = not self._commands.do("import-read", command)
        if self._unread:  # the last one is still on its way
            self._pause.start()

    # -- doing

    def try_it(self) -> None:
        self._run(dry_run=True)

    def run(self) -> None:
        self._run(dry_run=False)

    def _run(self, *, dry_run: bool) -> None:
        if self.can_run:
            command = RunImport(request_id=0, import_id=self.import_id, dry_run=dry_run)
            self._commands.do("import-run", command)

    def steer(self, do: Literal["pause", "resume", "cancel"]) -> None:
        command = SteerImport(request_id=0, import_id=self.import_id, do=do)
        self._commands.do("import-steer", command)

    def drop(self) -> None:
        """Forgets the open one, and its file."""
        view = self.view
        if view is None:
            return
        if view.state is ImportState.RECEIVING and self.sending.import_id == view.import_id:
            self.sending.stop()
        else:
            command = DropImport(request_id=0, import_id=view.import_id)
            self._commands.do("import-drop", command)

    def save_refusals(self, path: str | Path) -> None:
        self.refusals.save(self.import_id, path)

    # -- what comes

    def _listed(self, reply: AnyReply) -> None:
        match reply:
            case ImportsListed(imports=imports, sources=sources, max_bytes=most):
                self.imports, self.sources, self.max_bytes = imports, sources, most
                self.loaded, self.error = True, ""
            case Refused(code=code):
                self.error = code
            case _:
                pass
        self.changed.emit()

    def _begun(self, reply: AnyReply) -> None:
        match reply:
            case Done(id=made):
                self.open(made)
            case Refused(code=code):
                self.trouble.emit(str(code))
            case _:
                pass

    def _ask_open(self) -> None:
        command = OpenImport(request_id=0, import_id=self.import_id)
        self._asker.ask(OPEN, command, self._answered_open)

    def _answered_open(self, reply: AnyReply) -> None:
        match reply:
            case ImportOpened():
                self.opened = reply
                self._put(reply.view)
                if not self._unread:
                    self.columns = reply.columns
                    self.choices = Choices(
                        sheet=reply.sheet, source=reply.view.source, rule=reply.rule
                    )
            case Refused():
                self.import_id, self.opened = "", None
                self.look()
            case _:
                pass
        self.changed.emit()

    def _received(self, event: object) -> None:
        match event:
            case ImportChanged(view=view):
                before = next((o for o in self.imports if o.import_id == view.import_id), None)
                self._put(view)
                if view.import_id == self.import_id:
                    self._follow_open(before, view)
            case ImportDropped(import_id=gone):
                self.imports = tuple(o for o in self.imports if o.import_id != gone)
                if gone == self.import_id:
                    self.import_id, self.opened, self.columns = "", None, ()
            case _:
                return
        self.changed.emit()

    def _follow_open(self, before: ImportView | None, view: ImportView) -> None:
        """Once something ended there are other columns, rows or reasons to show."""
        settled = view.state in SETTLED and (before is None or before.state is not view.state)
        if settled and self._unread and not self._pause.isActive():
            self._read()
        elif settled:
            self._ask_open()

    def _put(self, view: ImportView) -> None:
        others = tuple(one for one in self.imports if one.import_id != view.import_id)
        every = sorted((view, *others), key=lambda one: one.at, reverse=True)
        self.imports = tuple(every)

    def _follow(self, old: State, new: State) -> None:
        if old.session is not None and new.session is None:
            self._forget()
            self.changed.emit()
        elif is_back(old, new) and (self.loaded or self.import_id):
            self.look()
        if old.link is not new.link:
            self.changed.emit()
