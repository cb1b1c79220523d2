"""Cuts, reloads and tabs: nothing that was said is lost, and nothing is said twice."""

from __future__ import annotations

from playwright.async_api import expect

from cti_bridge.channels.chat import frames as f
from tests.helpers.chat_site import config
from tests.helpers.chromium import Visitor


async def test_a_reload_in_the_middle_shows_everything_and_takes_no_focus(site, visitor):
    await visitor.start()
    await site.join()
    await visitor.say("one")
    await site.until(lambda: len(site.said()) == 1)
    await site.say("two")
    await visitor.text.fill("half a sent")
    await visitor.page.reload()
    await expect(visitor.log).to_contain_text("two")
    await expect(visitor.text).to_have_value("half a sent")
    await visitor.reads("one", "two")
    assert await visitor.page.evaluate("document.activeElement === document.body")
    await visitor.text.press("Enter")
    await site.until(lambda: len(site.said()) == 2)
    assert len(site.of(f.Start)) == 1


async def test_a_reload_before_the_answer_begins_no_second_chat(site, visitor):
    site.mute = True
    await visitor.open()
    await visitor.panel.locator("#f-name").fill("Eva")
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    await site.until(lambda: site.unheard)
    first = await visitor.page.evaluate("sessionStorage.getItem('ficha:shop:starting')")
    site.mute = False
    await visitor.page.reload()
    assert (await site.begun()).start.start_id in first
    await expect(visitor.panel).to_contain_text("number 2 in the queue")
    assert await visitor.page.evaluate("sessionStorage.getItem('ficha:shop:starting')") is None


async def test_a_cut_loses_and_repeats_nothing(site, visitor):
    await visitor.start()
    await site.join()
    await visitor.say("before")
    await site.until(site.said)
    for round_ in range(4):
        await site.cut()
        await visitor.say(f"mine {round_}")
        await site.say(f"yours {round_}")
        await site.until(lambda wanted=f"mine {round_}": wanted in site.said())
    await visitor.reads(*(entry.text for entry in site.talk.entries if entry.text))
    assert site.said() == ["before", *(f"mine {round_}" for round_ in range(4))]
    assert len(site.of(f.Start)) == 1


async def test_a_receipt_that_was_lost_makes_no_second_message(site, visitor):
    await visitor.start()
    await site.join()
    swallowed = []

    async def keep_and_cut(socket, frame):
        swallowed.append(frame.id)
        await site._add(socket, id=frame.id, author="customer", text=frame.text)
        await site.cut()

    site._say, answered = keep_and_cut, site._say
    await visitor.say("only once")
    await site.until(lambda: swallowed)
    site._say = answered
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Delivered")
    await visitor.reads("only once")
    assert site.said() == ["only once"]
    await expect(visitor.panel.locator(".bar.warn")).to_be_hidden()


async def test_the_outbox_survives_a_reload_without_a_network(site, visitor):
    await visitor.start()
    await site.join()
    site.mute = True
    await visitor.say("first")
    await visitor.say("second")
    await expect(visitor.log.locator(".own")).to_have_count(2)
    await visitor.page.reload()
    site.mute = False
    await site.cut()
    # a socket whose first frame went unheard is given up after a beat and ten seconds
    await site.until(lambda: len(site.said()) == 2, within=60)
    assert site.said() == ["first", "second"]
    await visitor.reads("first", "second")


async def test_without_a_network_it_says_so_and_catches_up(site, visitor):
    await visitor.start()
    await site.join()
    await visitor.page.context.set_offline(True)
    await expect(visitor.panel.locator(".bar.warn")).to_have_text(
        "You have no internet connection. What you write will be sent later."
    )
    await visitor.say("written in a tunnel")
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Sending")
    await expect(visitor.panel.get_by_role("button", name="Attach a file")).to_be_hidden()
    await visitor.page.context.set_offline(False)
    await site.until(site.said)
    await expect(visitor.panel.locator(".bar.warn")).to_be_hidden()
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Delivered")
    assert site.said() == ["written in a tunnel"]


async def test_a_silent_connection_is_found_dead_and_left(site, pages, profile):
    context = await profile()
    await context.clock.install()
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.start()
    await site.join()
    await visitor.until(lambda: "joined" in visitor.received)
    [first] = site.talk.sockets
    await visitor.stop_time()
    site.mute = True
    await visitor.page.clock.run_for(30_000)
    await site.until(lambda: f.Beat() in site.unheard)
    assert site.talk.sockets == [first]
    site.mute = False
    await visitor.page.clock.run_for(16_000)  # ten seconds without an answer, looked at each five
    await site.until(lambda: site.of(f.Resume))
    await site.say("still here")
    await visitor.until(lambda: visitor.received.count("entry") == 2)
    await visitor.page.clock.run_for(100)
    await expect(visitor.log).to_contain_text("still here")


async def test_a_living_connection_is_asked_and_kept(site, pages, profile):
    context = await profile()
    await context.clock.install()
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.start()
    await site.join()
    await visitor.until(lambda: "joined" in visitor.received)
    await visitor.stop_time()
    for asked in (1, 2):
        await visitor.page.clock.run_for(31_000)
        await site.until(lambda wanted=asked: len(site.of(f.Beat)) >= wanted)
        await visitor.until(lambda wanted=asked: visitor.received.count("beaten") >= wanted)
    assert site.of(f.Resume) == []


async def test_a_throttled_message_waits_and_keeps_its_order(site, visitor):
    await visitor.start()
    await site.join()
    refused = []

    def once(frame):
        if isinstance(frame, f.Say) and not refused:
            refused.append(frame.id)
            return f.RefusedFrame(code="throttled", id=frame.id, retry_after_s=1)
        return None

    site.refuse = once
    await visitor.say("first")
    await visitor.until(lambda: "refused" in visitor.received)
    await visitor.say("second")
    await site.until(lambda: len(site.said()) == 2)
    assert site.said() == ["first", "second"]


async def test_two_tabs_are_one_chat(site, pages, profile):
    context = await profile()
    one = await Visitor.arrives(context, pages.url)
    two = await Visitor.arrives(context, pages.url)
    await expect(two.launcher).to_be_visible()
    await one.page.bring_to_front()
    await one.start()
    await site.join()
    await two.page.bring_to_front()
    await two.open()
    await expect(two.panel).to_contain_text("You are talking to Ana Ruiz")
    await one.say("from the first")
    await two.say("from the second")
    await site.say("to both")
    for tab in (one, two):
        await tab.reads("from the first", "from the second", "to both", sort=True)
    assert len(site.talks) == 1
    await site.end()
    await one.panel.get_by_role("button", name="Start a new chat").click()
    await expect(two.panel.locator("#f-name")).to_be_visible()
    assert one.problems == two.problems == []


async def test_a_token_that_has_expired_leads_back_to_the_form(site, visitor):
    await visitor.start()
    await site.join()
    site.talks.clear()
    await visitor.page.reload()
    await expect(visitor.panel.locator("#f-name")).to_be_visible()
    assert await visitor.page.evaluate("localStorage.getItem('ficha:shop:chat')") is None


async def test_a_bridge_that_is_busy_is_asked_again_with_the_same_token(site, visitor):
    await visitor.start()
    await site.join()
    refused = []

    def once(frame):
        if isinstance(frame, f.Resume) and not refused:
            refused.append(frame.token)
            return f.RefusedFrame(code="unavailable", retry_after_s=1)
        return None

    site.refuse = once
    await site.cut()
    await site.until(lambda: len(site.of(f.Resume)) == 2)
    await site.say("again")
    await expect(visitor.log).to_contain_text("again")
    assert {frame.token for frame in site.of(f.Resume)} == {site.talk.token}


async def test_an_ended_chat_is_rated_after_a_reload_and_forgotten_when_closed(site, visitor):
    await visitor.start()
    await site.join()
    await site.end()
    await expect(visitor.panel.get_by_role("radio")).to_have_count(5)
    await visitor.page.reload()
    await visitor.panel.get_by_role("radio", name="5 stars").check(force=True)
    await visitor.panel.get_by_role("button", name="Send rating").click()
    await site.until(lambda: site.of(f.Rate))
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.panel).to_be_hidden()
    await visitor.open()
    await expect(visitor.panel.locator("#f-name")).to_be_visible()


async def test_frames_that_make_no_sense_end_nothing(site, visitor):
    await visitor.start()
    await site.join()
    [socket] = site.talk.sockets
    for text in ("not json", "[]", "null", '{"type":"of-a-later-bridge"}', '{"type":"toString"}'):
        await socket.send_str(text)
    await site.say("goes on")
    await expect(visitor.log).to_contain_text("goes on")
    await visitor.until(lambda: len(visitor.warnings) >= 3)
    assert visitor.warnings == ["Ficha: what came is no frame"] * 3


async def test_a_chat_that_begins_while_the_bridge_is_away_begins_later(site, pages, visitor):
    await visitor.open()
    await visitor.panel.locator("#f-name").fill("Eva")
    await visitor.page.context.set_offline(True)
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    await expect(visitor.panel.locator(".bar.warn")).to_contain_text("no internet connection")
    await visitor.page.context.set_offline(False)
    await site.begun()
    await expect(visitor.panel).to_contain_text("number 2 in the queue")


async def test_settings_that_come_late_dress_the_widget(site, pages, profile):
    site.config = config(title="First")
    context = await profile()
    visitor = await Visitor.arrives(context, pages.url)
    await expect(visitor.widget.locator("#title")).to_have_text("First")  # the settings are here
    await context.set_offline(True)
    await visitor.page.evaluate("window.kept = true")
    await visitor.open()
    await expect(visitor.panel.get_by_role("heading")).to_have_text("First")
    await context.set_offline(False)
    assert visitor.problems == []


async def test_what_comes_again_is_neither_shown_nor_told_again(site, visitor):
    await visitor.page.evaluate(
        "window.told = []; FichaChat.on('message', ({ text }) => told.push(text)); void 0"
    )
    await visitor.start()
    await site.join()
    await site.say("once")
    await expect(visitor.log).to_contain_text("once")
    [socket] = site.talk.sockets
    for entry in site.talk.entries:
        await socket.send_str(f.encode(entry).decode())
    await site.say("twice")
    await expect(visitor.log).to_contain_text("twice")
    await visitor.reads("once", "twice")
    assert await visitor.page.evaluate("told") == ["once", "twice"]
