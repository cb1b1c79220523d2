"""Where imports begin: a file of the desk, a source with a name; and those that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QVBoxLayout, QWidget

from agent_desktop import formats
from agent_desktop.models.table import ROW, Column, RowsModel
from agent_desktop.views.attachments import file_size
from agent_desktop.views.i18n import Retranslated
from agent_desktop.views.importing import wording
from agent_desktop.views.tables import HEAD_HEIGHT, ROW_HEIGHT, Table, Width
from agent_desktop.views.widgets import Button, Notice, Text, row
from cti_bridge.protocol.importing import ImportSource, ImportView

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from agent_desktop.desktop import Desktop

ENDINGS: Final = "*.csv *.txt *.tsv *.xlsx *.xlsm *.xlsb *.xls *.ods *.vcf *.vcard"
IMPORT_WIDTHS: Final = (
    Width(least=170, share=3),
    Width(least=120, share=1),
    Width(least=130, share=1, drop=2),
    Width(least=110, share=1, drop=1),
    Width(least=120, share=1),
)
SOURCE_WIDTHS: Final = (
    Width(least=170, share=3),
    Width(least=140, share=1),
    Width(least=100, share=1, drop=1),
    Width(least=130, share=1),
    Width(least=110, share=1),
)
MOST_ROWS: Final = 5
"""Of the table of imports; more are scrolled."""
LEAST_ROWS: Final = 2
"""Of either table in a small window."""


class ImportStart(Retranslated, QWidget):
    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = desktop.importing
        self.setAcceptDrops(True)
        self.choose = Button("", "primary", icon="file")
        self._hint, self._limit = Text("", "muted", wrap=True), Text("", "small")
        self._trouble = Notice("bad")
        self._trouble.hide()
        self._imports_title, self._sources_title = Text("", "strong"), Text("", "strong")
        self.imports_table, self.sources_table = Table(IMPORT_WIDTHS), Table(SOURCE_WIDTHS)
        self.imports = RowsModel[ImportView](
            self._import_columns(), key=lambda one: one.import_id, parent=self
        )
        self.sources = RowsModel[ImportSource](
            self._source_columns(), key=lambda one: one.name, parent=self
        )
        self.imports.set_spoken(self._spoken_import)
        self.sources.set_spoken(self._spoken_source)
        self.imports_table.setModel(self.imports)
        self.sources_table.setModel(self.sources)
        self.open, self.begin = Button("", "secondary"), Button("", "secondary", icon="play")
        self._no_sources = Text("", "muted", wrap=True)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        place = QFrame()
        place.setProperty("drop", True)
        inside = QVBoxLayout(place)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(8)
        inside.addLayout(row(self.choose, self._limit, None, spacing=12))
        inside.addWidget(self._hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._trouble)
        layout.addWidget(place)
        self._imports_head = QWidget()
        self._imports_head.setLayout(
            row(self._imports_title, None, self.open, margins=(24, 8, 24, 8))
        )
        layout.addWidget(self._imports_head)
        layout.addWidget(self.imports_table, 2)
        layout.addLayout(row(self._sources_title, None, self.begin, margins=(24, 12, 24, 8)))
        layout.addLayout(row(self._no_sources, margins=(24, 0, 24, 0)))
        layout.addWidget(self.sources_table, 1)
        layout.addStretch(0)

    def _connect(self) -> None:
        model = self._model
        self.choose.clicked.connect(self.ask_file)
        self.open.clicked.connect(self._open)
        self.begin.clicked.connect(self._begin)
        self.imports_table.entered_row.connect(lambda _index: self._open())
        self.sources_table.entered_row.connect(lambda _index: self._begin())
        for table in (self.imports_table, self.sources_table):
            table.chosen.connect(lambda _index: self._refresh_buttons())
        model.changed.connect(self.refresh)
        model.trouble.connect(self._say)

    def entered(self) -> None:
        self.choose.setFocus()

    # -- words

    def _import_columns(self) -> list[Column[ImportView]]:
        return [
            Column(
                self.tr("File or source"),
                lambda v: v.name,
                style=lambda _v: "strong",
                tip=lambda v: v.name,
            ),
            Column(
                self.tr("State"),
                wording.state,
                style=lambda v: wording.LOOKS[v.state][0],
                icon=lambda v: (wording.LOOKS[v.state][1], "text-2"),
            ),
            Column(self.tr("By"), lambda v: v.by, style=lambda _v: "muted"),
            Column(self.tr("When"), lambda v: formats.when(v.at), style=lambda _v: "muted"),
            Column(self.tr("Rows"), self._rows, right=True),
        ]

    def _rows(self, view: ImportView) -> str:
        return formats.number(view.counts.rows) if view.counts.rows else ""

    def _source_columns(self) -> list[Column[ImportSource]]:
        return [
            Column(
                self.tr("Source"),
                lambda s: s.name,
                style=lambda _s: "strong",
                tip=lambda s: s.name,
            ),
            Column(self.tr("What it is"), lambda s: wording.say(wording.KINDS[s.kind])),
            Column(
                self.tr("Rows"), lambda s: formats.number(s.rows) if s.rows else "", right=True
            ),
            Column(
                self.tr("Last import"),
                lambda s: formats.when(s.last_at) if s.last_at else self.tr("never"),
                style=lambda _s: "muted",
            ),
            Column(
                self.tr("State"),
                lambda s: wording.say(wording.RAN[s.last_state]) if s.last_state else "",
                style=lambda s: "warn" if s.last_state == "stopped" else "muted",
            ),
        ]

    def _spoken_import(self, view: ImportView) -> str:
        return ", ".join((view.name, wording.state(view), view.by, formats.when(view.at)))

    def _spoken_source(self, source: ImportSource) -> str:
        when = formats.when(source.last_at) if source.last_at else self.tr("never")
        return ", ".join((source.name, wording.say(wording.KINDS[source.kind]), when))

    def retranslate(self) -> None:
        self.choose.setText(self.tr("Choose a file…"))
        self._hint.setText(
            self.tr(
                "CSV, Excel, OpenDocument or vCard; or drop it here. Nothing is written before "
                "you have seen how its rows will be."
            )
        )
        self._imports_title.setText(self.tr("Imports"))
        self._sources_title.setText(self.tr("Sources with a name"))
        self.open.setText(self.tr("Open"))
        self.begin.setText(self.tr("Import again…"))
        self._no_sources.setText(
            self.tr(
                "None yet. A file is kept as one by its import; "
                "databases are named in bridge.toml."
            )
        )
        self.imports_table.setAccessibleName(self.tr("Imports"))
        self.sources_table.setAccessibleName(self.tr("Sources with a name"))
        self.imports.set_columns(self._import_columns())
        self.sources.set_columns(self._source_columns())
        self.refresh()

    # -- what is shown

    def refresh(self) -> None:
        model = self._model
        self.imports.set_rows(model.imports)
        self.sources.set_rows(model.sources)
        most = file_size(model.max_bytes) if model.max_bytes else ""
        self._limit.setText(self.tr("Up to {size}").format(size=most) if most else "")
        self.choose.setEnabled(bool(model.max_bytes))
        shown = bool(model.imports)
        self._imports_head.setVisible(shown)
        self.imports_table.setVisible(shown)
        rows = min(len(model.imports), MOST_ROWS)
        self.imports_table.setMinimumHeight(HEAD_HEIGHT + min(rows, LEAST_ROWS) * ROW_HEIGHT)
        self.imports_table.setMaximumHeight(HEAD_HEIGHT + rows * ROW_HEIGHT)
        rows = min(len(model.sources), LEAST_ROWS)
        self.sources_table.setMinimumHeight(HEAD_HEIGHT + rows * ROW_HEIGHT)
        self.sources_table.setVisible(bool(model.sources))
        self._no_sources.setVisible(not model.sources and model.loaded)
        if model.error:
            self._say(model.error)
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        self.open.setEnabled(self._chosen(self.imports_table) is not None)
        source = self._chosen(self.sources_table)
        self.begin.setEnabled(isinstance(source, ImportSource) and bool(source.kind))

    def _chosen(self, table: Table) -> object:
        index = table.currentIndex()
        return index.data(ROW) if index.isValid() else None

    def _say(self, why: object) -> None:
        self._trouble.say(wording.trouble(str(why)))

    # -- doing

    def ask_file(self) -> QFileDialog:
        """Returns at once."""
        dialog = QFileDialog(self.window(), self.tr("Choose a file to import"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [
                self.tr("Customers ({endings})").format(endings=ENDINGS),
                self.tr("All files (*)"),
            ]
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.send)
        dialog.open()
        return dialog

    def send(self, path: str) -> None:
        self._trouble.hide()
        self._model.send(path)

    def _open(self) -> None:
        view = self._chosen(self.imports_table)
        if isinstance(view, ImportView):
            self._model.open(view.import_id)

    def _begin(self) -> None:
        source = self._chosen(self.sources_table)
        if isinstance(source, ImportSource) and source.kind:
            self._trouble.hide()
            self._model.begin(source.name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.send(paths[0])
