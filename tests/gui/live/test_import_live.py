"""A spreadsheet saved by LibreOffice, from a desk into the file of a real bridge."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from agent_desktop.app import Options, compose, sound_of, stop
from agent_desktop.audio.fake import FakeSound
from agent_desktop.link import LinkState
from cti_bridge.protocol.commands import CustomersFound, SearchCustomers
from cti_bridge.protocol.importing import ImportState
from cti_bridge.protocol.privacy import AccessListed, ListAccess
from cti_bridge.protocol.vocabulary import AccessKind
from tests.helpers import libreoffice
from tests.helpers.serving import PASSWORD, cli, configure, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent_desktop.app import Running
    from cti_bridge.protocol.commands import AnyCommand, AnyReply

pytestmark = [pytest.mark.timeout(300), pytest.mark.peer("libreoffice")]
SHEET = """Código;Nombre y apellidos;Móvil;Alta;Observaciones
C-1;Marta Nuñes;612345099;31/01/2024;tardes
C-2;Peio Ruiz;doce;03/02/2024;
C-3;Iñigo de la Peña;698112233;05/02/2024;=1+1
"""


async def until(condition: Callable[[], object], seconds: float = 120) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def asked(running: Running, command: AnyCommand) -> AnyReply:
    replies: list[AnyReply] = []
    running.link.request(command, replies.append)
    await until(lambda: replies)
    return replies[0]


async def imports_noted(running: Running, least: int) -> list[str]:
    """What the access log says of imports; its end is written just after it is told."""
    async with asyncio.timeout(60):
        while True:
            log = await asked(running, ListAccess(request_id=0, kinds=(AccessKind.IMPORT,)))
            assert isinstance(log, AccessListed)
            if len(log.entries) >= least:
                return [one.detail for one in log.entries]
            await asyncio.sleep(0.1)


async def test_from_the_spreadsheet_to_the_customer(tmp_path: Path) -> None:
    source = tmp_path / "clientes.csv"
    source.write_text(SHEET)
    sheet = libreoffice.convert(source, "xlsx", tmp_path)
    config = configure(tmp_path, "")
    await cli("user", "add", "rosa", "--name", "Rosa", "--role", "supervisor",
              "--password-stdin", "--config", str(config), stdin=f"{PASSWORD}\n")  # fmt: skip
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    options = Options(ca=None, language="en", preferences=tmp_path / "desk.ini")
    running = compose(app, options, audio=lambda link, kept: sound_of(FakeSound(), link, kept))
    running.window.show()
    model = running.desktop.importing
    try:
        async with serving(config) as served:
            running.link.sign_in(served.url, "rosa", PASSWORD)
            await until(lambda: running.link.state is LinkState.ONLINE)
            running.window.show_page("import")
            await until(lambda: model.max_bytes)
            model.send(sheet)
            await until(lambda: model.can_run)
            assert [one.field for one in model.columns] == [
                "key", "name", "mobile", "since", "note",
            ]  # fmt: skip
            assert model.opened is not None
            assert [bool(one.reason) for one in model.opened.preview] == [False, True, False]
            model.choose_field(4, "tags")
            await until(lambda: model.can_run and model.columns[4].field == "tags")
            model.run()
            await until(lambda: model.view and model.view.state is ImportState.DONE)
            assert model.view is not None
            assert (model.view.counts.created, model.view.counts.refused) == (2, 1)

            await until(lambda: model.opened and model.opened.refused)
            told: list[object] = []
            model.refusals.ended.connect(told.append)
            model.save_refusals(tmp_path / "refused.csv")
            await until(lambda: told)
            assert (tmp_path / "refused.csv").read_text("utf-8-sig").splitlines()[1].startswith(
                "3,mobile,"
            )  # fmt: skip

            found = await asked(running, SearchCustomers(request_id=0, text="marta nuñes"))
            assert isinstance(found, CustomersFound)
            assert [(one.name, one.tags) for one in found.customers] == [
                ("Marta Nuñes", ("tardes",))
            ]
            assert await imports_noted(running, 2) == [
                "clientes: 2 new, 0 changed", "clientes: clientes.xlsx",
            ]  # fmt: skip
            model.drop()
            await until(lambda: not model.imports)
            assert list((tmp_path / "spool" / "imports").iterdir()) == []
    finally:
        await stop(running)
