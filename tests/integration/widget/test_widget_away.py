"""Outside the hours, or with nobody there: a message, or a call at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from cti_bridge.channels.chat import frames as f
from tests.helpers.chat_site import CONFIG, config, page
from tests.helpers.chromium import Visitor

OPENS = (datetime.now(UTC) + timedelta(days=2)).replace(hour=7, minute=0, second=0, microsecond=0)


@pytest.fixture
def closed(site):
    site.config = config(open=False, opens_at=OPENS)
    return site


async def test_a_message_is_left(closed, visitor):
    await visitor.open()
    await expect(visitor.panel).to_contain_text("We are closed now. We are back on")
    await visitor.panel.get_by_role("button", name="Send the message").click()
    await expect(visitor.panel.locator("[aria-invalid]")).to_have_count(3)
    await visitor.panel.get_by_label("Name").fill("Eva")
    await visitor.panel.get_by_label("E-mail").fill("eva@example.com")
    await visitor.panel.get_by_label("Your message").fill("Do you have Pileas?")
    await visitor.panel.get_by_role("button", name="Send the message").click()
    await expect(visitor.panel).to_contain_text("We have your message and will answer by e-mail.")
    [left] = closed.of(f.Leave)
    assert (left.kind, left.text, left.at) == ("message", "Do you have Pileas?", None)
    assert left.form == {"name": "Eva", "email": "eva@example.com"}
    await visitor.panel.get_by_role("button", name="Done").click()
    await expect(visitor.panel).to_be_hidden()
    await visitor.open()
    await expect(visitor.panel.get_by_label("Name")).to_have_value("")


async def test_a_call_is_asked_for_at_a_time_of_the_visitors_zone(closed, pages, profile):
    pages.html = page(closed.url, lang="es")
    context = await profile(timezone_id="America/Bogota", locale="es-CO")
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.open()
    await visitor.panel.get_by_text("Que me llamen").click()
    await visitor.panel.get_by_label("A la hora que yo elija").check()
    await expect(visitor.panel).to_contain_text("Su zona horaria: America/Bogota")
    when = visitor.panel.locator("#f-at")
    assert await when.input_value() == (OPENS - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    await visitor.panel.get_by_label("Nombre").fill("Eva")
    await visitor.panel.get_by_label("Teléfono").fill("call me")
    await when.fill("2020-01-01T10:00")
    await visitor.panel.get_by_role("button", name="Pedir la llamada").click()
    await expect(visitor.panel.locator("#f-phone-wrong")).to_contain_text("número de teléfono")
    await expect(visitor.panel.locator("#f-at-wrong")).to_have_text("Elija una hora futura.")
    await visitor.panel.get_by_label("Teléfono").fill("+57 301 555 0199")
    await when.fill((OPENS + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"))
    await visitor.panel.get_by_role("button", name="Pedir la llamada").click()
    await expect(visitor.panel).to_contain_text("Le llamaremos el")
    [left] = closed.of(f.Leave)
    assert left.at == OPENS + timedelta(hours=8)
    assert left.form == {"name": "Eva", "phone": "+57 301 555 0199"}
    assert (left.kind, left.language) == ("callback", "es")


async def test_a_call_as_soon_as_possible_has_no_time(closed, visitor):
    await visitor.open()
    await visitor.panel.get_by_text("Call me back").click()
    await expect(visitor.panel.locator("#f-at")).to_be_hidden()
    await visitor.panel.get_by_label("Name").fill("Eva")
    await visitor.panel.get_by_label("Telephone").fill("600 100 200")
    await visitor.panel.get_by_role("button", name="Ask for the call").click()
    await expect(visitor.panel).to_contain_text("We will call you.")
    [left] = closed.of(f.Leave)
    assert (left.kind, left.at) == ("callback", None)


async def test_a_word_whose_answer_was_lost_is_left_once_with_the_same_id(closed, visitor):
    closed.mute = True
    await visitor.open()
    await visitor.panel.get_by_label("Name").fill("Eva")
    await visitor.panel.get_by_label("E-mail").fill("eva@example.com")
    await visitor.panel.get_by_label("Your message").fill("Hello")
    button = visitor.panel.get_by_role("button", name="Send the message")
    await button.click()
    await expect(button).to_be_disabled()
    await closed.until(lambda: closed.unheard)
    kept = await visitor.page.evaluate("JSON.parse(sessionStorage['ficha:shop:starting'])")
    closed.mute = False
    await visitor.page.reload()
    await expect(visitor.panel).to_contain_text("We have your message")
    assert [left.leave_id for left in closed.of(f.Leave)] == [kept["leave_id"]]


@pytest.mark.parametrize(
    ("code", "words"),
    [("full", "Everybody is busy just now."), ("nobody", "Nobody is here just now.")],
)
async def test_who_is_turned_away_at_the_door_may_leave_word_with_what_is_written(
    site, visitor, code, words
):
    site.refuse = lambda frame: (
        f.RefusedFrame(code=code, id=frame.start_id) if isinstance(frame, f.Start) else None
    )
    await visitor.open()
    await visitor.panel.locator("#f-name").fill("Eva")
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    await expect(visitor.panel).to_contain_text(words)
    await expect(visitor.panel.get_by_label("Name")).to_have_value("Eva")
    await visitor.panel.get_by_text("Call me back").click()
    await visitor.panel.get_by_label("Telephone").fill("600100200")
    await visitor.panel.get_by_role("button", name="Ask for the call").click()
    await expect(visitor.panel).to_contain_text("We will call you.")


async def test_a_site_that_takes_no_word_says_when_it_is_back(site, visitor):
    site.config = config(open=False, opens_at=OPENS, offline=())
    await visitor.page.reload()
    await visitor.open()
    await expect(visitor.panel).to_contain_text("We are closed now. We are back on")
    await expect(visitor.panel.get_by_role("textbox")).to_have_count(0)
    site.config = config(open=False, offline=("callback",))
    await visitor.page.reload()
    await expect(visitor.panel).to_contain_text("Nobody is here just now.")
    await expect(visitor.panel.get_by_role("button", name="Ask for the call")).to_be_visible()
    await expect(visitor.panel.get_by_role("radio", name="Write to us")).to_have_count(0)


async def test_settings_are_asked_for_again_when_they_are_old(site, pages, profile):
    context = await profile()
    await context.clock.install()
    visitor = await Visitor.arrives(context, pages.url)
    await expect(visitor.widget.locator("#title")).to_have_text("Tienda")  # the first are here
    site.config = config(open=False, opens_at=OPENS)
    await visitor.page.clock.run_for(61_000)
    await visitor.launcher.click()
    await expect(visitor.panel).to_contain_text("We are closed now.")
    site.config = CONFIG
