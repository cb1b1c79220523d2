"""The whole desktop, composed as in production, against a bridge played by hand."""

from __future__ import annotations

import asyncio

import pytest
import shiboken6

from agent_desktop import app as composition
from agent_desktop.link import LinkState
from agent_desktop.views import theme
from agent_desktop.views.pages_table import PAGES
from cti_bridge.protocol.commands import OfferShown, SaveNotes, SignOut
from cti_bridge.protocol.events import InteractionChanged, OfferMade
from cti_bridge.protocol.vocabulary import InteractionState
from tests.gui.work.test_desktop_link import Bridge, running, until
from tests.helpers import screens_work as made


@pytest.fixture
async def desktop(qapp, tmp_path):
    made_app = composition.make_application()  # closing the last window must not end the loop
    assert made_app is qapp
    options = composition.Options(preferences=tmp_path / "desk.ini", language="en", theme="light")
    up = composition.compose(qapp, options)
    up.window.show()
    yield up
    if shiboken6.isValid(up.window):  # not stopped by the test itself
        up.window.close()
        await composition.stop(up)
    qapp.setQuitOnLastWindowClosed(True)


async def test_from_sign_in_to_the_pop_and_out_again(desktop):
    bridge = Bridge()
    async with running(bridge) as port:
        page = desktop.window.sign_in
        page.server.setText(f"127.0.0.1:{port}")
        page.login.setText("ana")
        page.password.setText("secret")
        page.button.click()
        await until(lambda: desktop.link.state is LinkState.ONLINE)
        assert not page.isVisible()
        await bridge.tell(OfferMade(seq=2, offer=made.offer(7)))
        await until(lambda: bridge.of(OfferShown))
        assert bridge.of(OfferShown)[0].paint_ms > 0
        talking = made.contact(7, InteractionState.CONNECTED, version=2)
        await bridge.tell(InteractionChanged(seq=3, interaction=talking))
        await until(lambda: desktop.desktop.work.own)
        desktop.desktop.wrap_up.type("half a sent")
        desktop.window.close()
        await asyncio.wait_for(desktop.closed.wait(), 2)
        await composition.stop(desktop)
        await until(lambda: bridge.of(SignOut))
        assert bridge.of(SaveNotes)[-1].notes == "half a sent"


async def test_every_page_opens(desktop):
    bridge = Bridge()
    async with running(bridge) as port:
        desktop.link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: desktop.link.state is LinkState.ONLINE)
        for page in PAGES:
            desktop.window.show_page(page.id)
            await asyncio.sleep(0.02)
            assert desktop.window.page() is desktop.window.built[page.id]


async def test_the_theme_changes_while_it_runs(desktop):
    desktop.desktop.settings.choose_theme("dark")
    try:
        assert theme.theme().dark
        assert desktop.desktop.preferences.text("theme") == "dark"
    finally:
        theme.theme().apply("light")
