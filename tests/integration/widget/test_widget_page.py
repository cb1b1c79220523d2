"""The widget on pages as they are: strict, hostile, without storage; and what it does to them."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from cti_bridge.channels.chat import frames as f
from tests.helpers.chat_site import config, page
from tests.helpers.chromium import Visitor

HOSTILE_CSS = """<style>
html { font-size: 62.5%; direction: rtl; color-scheme: normal }
body { transform: translate(40px, 40px); filter: blur(1px); opacity: .5 }
body * { display: none !important }
* { color: red !important; background: yellow !important; position: static !important;
    visibility: hidden !important; opacity: 0 !important; pointer-events: none !important;
    font: 4px "Comic Sans MS" !important; width: 10px !important; float: left !important;
    text-transform: uppercase !important; line-height: 9 !important; z-index: -1 !important }
ficha-chat, ficha-chat * { display: none !important; clip-path: inset(50%) !important }
button, textarea, input { all: unset !important }
</style>"""


async def test_a_page_with_a_strict_policy_runs_it_whole(site, pages, profile):
    origin = site.url
    pages.headers = {
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                f"script-src {origin}",
                f"connect-src {origin} {origin.replace('http', 'ws')}",
                f"img-src {origin}",
                "style-src 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
            )
        )
    }
    visitor = await Visitor.arrives(await profile(), pages.url)
    await visitor.start()
    await site.join()
    await visitor.say("Strict?")
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Delivered")
    width = await visitor.panel.evaluate("el => getComputedStyle(el).width")
    assert width == "384px"
    await visitor.text.fill("a\nb\nc\nd")
    assert int(await visitor.text.evaluate("el => el.offsetHeight")) > 60
    assert visitor.problems == []


async def test_a_page_without_our_pictures_shows_their_names(site, pages, profile):
    origin = site.url
    pages.headers = {
        "Content-Security-Policy": f"default-src {origin} {origin.replace('http', 'ws')};"
        "img-src 'none'"
    }
    visitor = await Visitor.arrives(await profile(), pages.url)
    await visitor.start()
    await site.join()
    site.files["k"] = ("plant.png", b"png", "image/png")
    await site.say("", (f.FileFrame(file="k", name="plant.png", media_type="image/png", size=3),))
    await expect(visitor.log.locator("a.file")).to_contain_text("plant.png")
    assert all("Content Security Policy" in problem for problem in visitor.problems)


async def test_a_page_that_hides_and_bends_everything_does_not_reach_it(site, pages, profile):
    pages.html = page(site.url, head=HOSTILE_CSS)
    visitor = await Visitor.arrives(await profile(), pages.url)
    await visitor.start()
    await visitor.say("Can you see me?")
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Sent")
    await visitor.still()
    panel = await visitor.panel.bounding_box()
    assert panel == {"x": 1280 - 20 - 384, "y": 800 - 92 - 640, "width": 384, "height": 640}
    look = await visitor.text.evaluate(
        "el => { const s = getComputedStyle(el);"
        "return [s.fontSize, s.direction, s.color, s.textTransform, s.opacity] }"
    )
    assert look == ["16px", "ltr", "rgb(23, 26, 31)", "none", "1"]
    button = await visitor.launcher.evaluate("el => getComputedStyle(el).width")
    assert button == "58px"


async def test_it_leaves_the_page_as_it_was(site, pages, profile):
    pages.html = page(site.url, head="<style>p{color:rgb(1,2,3)}</style>", body="<p id=p>Text</p>")
    context = await profile()
    await context.add_init_script(
        "window.before = new Set(Object.keys(window));"
        "window.keysSeen = 0; addEventListener('keydown', () => window.keysSeen++)"
    )
    visitor = await Visitor.arrives(context, pages.url)
    body = await visitor.page.evaluate("document.body.outerHTML")
    await visitor.start()
    await visitor.say("x")
    added = await visitor.page.evaluate(
        "Object.keys(window).filter(k => !before.has(k) && k !== 'before' && k !== 'keysSeen')"
    )
    assert added == ["FichaChat"]
    assert await visitor.page.evaluate("Object.keys(FichaChat)") == [
        "open",
        "close",
        "identify",
        "on",
    ]
    assert await visitor.page.evaluate("document.body.outerHTML") == body
    assert await visitor.page.evaluate("document.styleSheets.length") == 1
    assert await visitor.page.evaluate("document.cookie") == ""
    assert await visitor.page.evaluate("keysSeen") == 0
    await visitor.page.locator("#outside").click()


async def test_a_page_of_another_origin_is_told_why_there_is_no_chat(site, pages, profile):
    site.deny_origin = True
    visitor = await Visitor.arrives(await profile(), pages.url)
    await expect(visitor.widget).to_be_attached()
    await visitor.page.wait_for_function("FichaChat.open() || true")
    await visitor.until(lambda: visitor.warnings)
    assert any("does not allow pages of http://127.0.0.1" in said for said in visitor.warnings)
    await expect(visitor.launcher).to_be_hidden()


async def test_a_chat_that_is_away_can_be_tried_again(site, pages, profile):
    context = await profile()
    await context.route("**/config?*", lambda route: route.abort())
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.open()
    await expect(visitor.panel).to_contain_text("The chat cannot be reached just now.")
    await context.unroute("**/config?*")
    await visitor.panel.get_by_role("button", name="Try again").click()
    await expect(visitor.panel.locator("#f-name")).to_be_focused()
    assert visitor.problems == []


async def test_a_press_is_heard_while_the_chat_is_drawn_anew(site, visitor):
    await expect(visitor.widget.locator("#title")).to_have_text("Tienda")
    box = await visitor.launcher.bounding_box()
    await visitor.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await visitor.page.mouse.down()
    await visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await visitor.page.mouse.up()
    await expect(visitor.panel).to_be_visible()


async def test_settings_that_come_anew_leave_the_focus_where_it_is(site, pages, profile):
    context = await profile()
    await context.clock.install()
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.open()
    await visitor.panel.locator("#f-name").fill("Eva")
    await visitor.page.keyboard.press("Escape")
    site.config, written = config(waiting=3), asyncio.Event()

    async def held(route):
        await written.wait()
        await route.continue_()

    await context.route("**/config?*", held)
    await visitor.page.clock.run_for(61_000)
    await visitor.open()
    await visitor.panel.locator("#f-email").fill("eva@")
    written.set()
    await expect(visitor.panel).to_contain_text("3 people are waiting")
    await expect(visitor.panel.locator("#f-email")).to_be_focused()
    await expect(visitor.panel.locator("#f-email")).to_have_value("eva@")
    await expect(visitor.panel.locator("#f-name")).to_have_value("Eva")


BLOCKED = """for (const kind of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, kind, {
    get() { throw new DOMException("no", "SecurityError") } });"""
FULL = """Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError") };"""


@pytest.mark.parametrize("script", [BLOCKED, FULL], ids=["blocked", "full"])
async def test_without_storage_the_chat_lasts_as_long_as_the_page(site, pages, profile, script):
    context = await profile()
    await context.add_init_script(script)
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.start()
    await site.join()
    await visitor.say("Hello")
    await site.until(site.said)
    await site.cut()
    await site.say("Still with you")
    await expect(visitor.log).to_contain_text("Still with you")
    await visitor.reads("Hello", "Still with you")
    assert visitor.problems == []


async def test_without_random_uuid_ids_are_made_by_hand(site, pages, profile):
    context = await profile()
    await context.add_init_script("crypto.randomUUID = undefined")
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.start()
    start = (await site.begun()).start
    pattern = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
    for made in (start.start_id, start.visitor):
        assert await visitor.page.evaluate("([id, p]) => new RegExp(p).test(id)", [made, pattern])


async def test_the_page_opens_it_says_who_it_is_and_hears_what_happens(site, pages, profile):
    pages.html = page(
        site.url,
        tag='data-identity="of-the-tag"',
        body="<script>window.log = [];</script>",
    )
    visitor = await Visitor.arrives(await profile(), pages.url)
    await visitor.page.evaluate(
        "for (const name of ['open', 'start', 'message', 'unread', 'end', 'close'])"
        "  window['off_' + name] = FichaChat.on(name, () => log.push(name));"
        "FichaChat.on('open', () => { throw new Error('of the page') });"
        "FichaChat.identify('signed.by.shop', {name: 'Eva Gil', email: 'eva@example.com'});"
        "FichaChat.open();"
    )
    await expect(visitor.panel.locator("#f-name")).to_have_value("Eva Gil")
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    start = (await site.begun()).start
    assert start.identity == "signed.by.shop"
    assert start.form == {"name": "Eva Gil", "email": "eva@example.com"}
    assert start.page == pages.url + "/"
    await site.join()
    await expect(visitor.panel).to_contain_text("You are talking to")
    await visitor.page.evaluate("FichaChat.close()")
    await expect(visitor.panel).to_be_hidden()
    await site.say("Hello?")
    await expect(visitor.launcher).to_have_attribute(
        "aria-label", "Open the chat, 1 unread message"
    )
    await visitor.page.evaluate("off_end()")
    await site.end()
    await visitor.open()
    await expect(visitor.panel).to_contain_text("The chat has ended")
    heard = await visitor.page.evaluate("log")
    assert heard == ["open", "start", "close", "message", "unread", "unread", "open"]
    assert visitor.problems == ["console Error: of the page\n    at <anonymous>:2:55"] or any(
        "of the page" in problem for problem in visitor.problems
    )


async def test_the_address_is_told_without_its_query(site, pages, profile):
    visitor = await Visitor.arrives(await profile(), pages.url + "/cart?reset=SECRET#x")
    await visitor.start()
    assert (await site.begun()).start.page == pages.url + "/cart"


async def test_what_was_not_read_is_counted_shown_and_in_the_title(site, pages, profile):
    context = await profile()
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.start()
    await site.join()
    await site.until(lambda: site.of(f.Read))
    await visitor.page.keyboard.press("Escape")
    await site.say("First")
    await site.say("Second")
    await expect(visitor.widget.locator(".badge")).to_have_text("2")
    await expect(visitor.widget.locator(".teaser")).to_contain_text("Second")
    assert site.of(f.Read) == [f.Read(seq=1)]
    await visitor.widget.get_by_role("button", name="Hide this message").click()
    await expect(visitor.widget.locator(".teaser")).to_be_hidden()
    await expect(visitor.launcher).to_be_focused()
    await visitor.page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true});"
        "window.away = true; document.dispatchEvent(new Event('visibilitychange'))"
    )
    await expect(visitor.page).to_have_title("(2) Shop")
    await visitor.page.evaluate("document.title = 'Cart'")
    await site.say("Third")
    await expect(visitor.page).to_have_title("(3) Cart")
    await visitor.page.evaluate(
        "window.away = false; document.dispatchEvent(new Event('visibilitychange'))"
    )
    await expect(visitor.page).to_have_title("Cart")
    await visitor.widget.locator(".teaser .say").click()
    await expect(visitor.widget.locator(".badge")).to_have_count(0)
    await site.until(lambda: site.of(f.Read)[-1] == f.Read(seq=4))
    await visitor.page.keyboard.press("Escape")
    await visitor.page.reload()
    await expect(visitor.launcher).to_have_attribute("aria-label", "Open the chat")


async def test_what_arrived_is_told_once_for_many(site, pages, profile):
    context = await profile()
    await context.clock.install()
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.start()
    await site.join()
    await visitor.until(lambda: "joined" in visitor.received)
    await visitor.stop_time()
    for number in range(20):
        await site.say(f"Line {number}")
    await visitor.until(lambda: visitor.received.count("entry") == 21)
    await visitor.page.clock.run_for(1_000)
    await site.until(lambda: site.of(f.Got))
    assert site.of(f.Got) == [f.Got(seq=21)]


async def test_two_tags_are_one_widget_and_a_tag_without_a_site_is_none(site, pages, profile):
    again = f'<script src="{site.url}/widget.js" data-site="shop"></script>'
    pages.html = page(site.url, body=again)
    visitor = await Visitor.arrives(await profile(), pages.url)
    await expect(visitor.widget).to_have_count(1)
    pages.html = page(site.url).replace('data-site="shop"', "")
    await visitor.page.reload()
    await visitor.page.wait_for_load_state()
    await expect(visitor.widget).to_have_count(0)
    await visitor.until(lambda: visitor.warnings)
    assert visitor.warnings == ["Ficha: the script tag names no data-site"]


async def test_a_page_that_writes_itself_anew_keeps_the_chat(site, visitor):
    await visitor.start()
    await site.join()
    await visitor.page.evaluate(
        "document.body.replaceWith(document.createElement('body'));"
        "document.querySelector('ficha-chat').remove()"
    )
    await expect(visitor.text).to_be_visible()
    await visitor.say("Still here")
    await site.until(site.said)


async def test_the_sound_is_off_until_it_is_asked_for(site, visitor):
    await visitor.page.evaluate(
        "window.rang = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (...a) { rang++;"
        "return start.apply(this, a) }; void 0"
    )
    await visitor.start()
    await site.join()
    await visitor.page.keyboard.press("Escape")
    await visitor.page.wait_for_timeout(1600)  # what comes with the connection rings nothing
    await site.say("Silent")
    await expect(visitor.widget.locator(".badge")).to_have_text("1")
    assert await visitor.page.evaluate("rang") == 0
    await visitor.open()
    await visitor.panel.get_by_role("button", name="Options").click()
    await visitor.panel.get_by_role("button", name="Turn the sound on").click()
    assert await visitor.page.evaluate("rang") == 2
    await visitor.page.keyboard.press("Escape")
    await site.say("Rings")
    await expect(visitor.widget.locator(".badge")).to_have_text("1")
    assert await visitor.page.evaluate("rang") == 4
