"""For everybody: keyboard, screen readers, contrast, small and zoomed screens, both themes."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from cti_bridge.channels.chat import frames as f
from tests.helpers.chat_site import config, page
from tests.helpers.chromium import Visitor

RULES = """host => {
  const root = host.shadowRoot, found = [];
  const seen = el => el.getClientRects().length && getComputedStyle(el).visibility === "visible";
  const name = el => (el.getAttribute("aria-label") || (el.getAttribute("aria-labelledby") || "")
      .split(" ").map(id => id && root.getElementById(id)?.textContent).join(" ").trim()
    || [...(el.labels || [])].map(l => l.textContent).join(" ").trim()
    || (/^(BUTTON|A)$/.test(el.tagName) ? [...el.querySelectorAll("img")].map(i => i.alt).join("")
      + el.textContent : "")).trim();
  const tell = (rule, el) => found.push(`${rule}: ${el.outerHTML.slice(0, 120)}`);
  const ids = [...root.querySelectorAll("[id]")].map(el => el.id);
  for (const id of ids) if (ids.filter(one => one === id).length > 1) found.push(`id ${id} twice`);
  for (const el of root.querySelectorAll("*")) {
    for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls", "for"])
      for (const id of (el.getAttribute(attribute) || "").split(" "))
        if (id && !root.getElementById(id)) tell(`${attribute} leads nowhere`, el);
    if (el.hasAttribute("style") && !/^(height|--v)/.test(el.getAttribute("style")))
      tell("inline style", el);
    if (!seen(el)) continue;
    if (el.matches("button,a[href],input,textarea,[role=dialog],[role=log],[role=group],fieldset")
        && !name(el) && !el.querySelector("legend")) tell("has no name", el);
    if (el.matches("img") && !el.alt) tell("has no alt", el);
    if (el.matches("svg") && el.getAttribute("aria-hidden") !== "true") tell("svg is read", el);
    if (el.matches("button:not([type])")) tell("button without type", el);
    if (el.tabIndex > 0) tell("positive tabindex", el);
    if (el.closest("[aria-hidden=true]") && el.matches("button,a,input,textarea"))
      tell("hidden and focusable", el);
    if (el.matches("button,a.file,.choice label,.stars label,.in")) {
      const box = el.getBoundingClientRect();
      if (box.width < 24 || box.height < 24) tell(`small target ${box.width}x${box.height}`, el);
    }
    const box = el.getBoundingClientRect();
    if (box.right > innerWidth + 1 && !el.classList.contains("sr")) tell("beyond the edge", el);
  }
  return found;
}"""

CONTRAST = """host => {
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = colour => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1); const d = paint.getImageData(0, 0, 1, 1).data;
    return [d[0], d[1], d[2], d[3] / 255]; };
  const light = c => { const [r, g, b] = c.map(n => (n /= 255) <= 0.04045 ? n / 12.92
    : ((n + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const over = (top, under) => top.slice(0, 3).map((n, i) => n * top[3] + under[i] * (1 - top[3]));
  const up = el => el.parentElement || (el.getRootNode().host ? null : null);
  const ground = el => { const layers = [];
    for (let at = el; at; at = up(at)) { const c = rgba(getComputedStyle(at).backgroundColor);
      if (c[3]) layers.push(c); if (c[3] === 1) break; }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]); };
  const found = [];
  for (const el of host.shadowRoot.querySelectorAll("*")) {
    const own = [...el.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    const words = own || (el.matches("input,textarea") && (el.value || el.placeholder));
    if (!words || !el.getClientRects().length || el.closest(".sr,:disabled")) continue;
    const under = ground(el), hint = el.placeholder && !el.value ? "::placeholder" : null;
    const text = over(rgba(getComputedStyle(el, hint).color), under);
    const [a, b] = [light(text), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    found.push([Math.round(ratio * 100) / 100, el.className || el.localName,
      el.textContent.slice(0, 30)]);
  }
  return found;
}"""


async def everything(site, pages, profile, **options):
    """A talk with all that can be seen in one, from the form on; yields at each stop."""
    visitor = await Visitor.arrives(await profile(**options), pages.url)
    await visitor.open()
    await visitor.panel.locator("form button[type=submit]").click()
    await expect(visitor.panel.locator("#f-name-wrong")).to_be_visible()
    yield visitor, "form"
    await visitor.panel.locator("#f-name").fill("Eva")
    await visitor.panel.locator("form button[type=submit]").click()
    await expect(visitor.panel.locator(".queue strong")).to_have_text(
        "You are number 2 in the queue."
    )
    yield visitor, "queue"
    await site.join()
    await site.say("Have a look: https://example.com/" + "a" * 60)
    site.files["x"] = ("b.pdf", b"x", "application/pdf")
    await site.say(
        "", (f.FileFrame(file="x", name="b.pdf", media_type="application/pdf", size=900),)
    )
    await visitor.text.fill("Thanks, " + "a" * 80)
    await visitor.panel.locator(".send").click()
    await site.until(site.said)
    await site.read()
    await visitor.panel.locator("input[type=file]").set_input_files(
        [{"name": "n.txt", "mimeType": "text/plain", "buffer": b"x"}]
    )
    await expect(visitor.panel.locator(".chip progress")).to_have_count(0)
    await visitor.panel.locator(".more").click()
    await site.type(on=True)
    await expect(visitor.panel.locator(".dots")).to_be_visible()
    yield visitor, "talk"
    await visitor.page.keyboard.press("Escape")
    await site.end()
    await visitor.panel.locator(".stars label").nth(2).click()
    await expect(visitor.panel.locator(".end textarea")).to_be_visible()
    yield visitor, "end"
    await visitor.panel.locator(".end > button").click()
    await expect(visitor.panel.locator("#f-name")).to_be_visible()
    site.config = config(open=False)
    await visitor.page.reload()
    await visitor.panel.get_by_text("Call me back").click()
    await visitor.panel.locator(".tick").nth(1).click()
    yield visitor, "away"
    assert visitor.problems == []


@pytest.mark.parametrize("size", ["desk", "phone", "narrow"])
async def test_each_view_keeps_the_rules_of_access(site, pages, profile, size):
    async for visitor, stop in everything(site, pages, profile, size=size):
        assert (stop, await visitor.widget.evaluate(RULES)) == (stop, [])


ACCENTS = ("#0F6E84", "#FFD500", "#000000", "#FFFFFF", "#E4002B", "#7F7F7F")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_in_both_themes(site, pages, profile, scheme):
    pages.html = page(site.url, head='<meta name="color-scheme" content="light dark">')
    async for visitor, stop in everything(site, pages, profile, color_scheme=scheme):
        seen = await visitor.widget.evaluate(CONTRAST)
        assert len(seen) > 4
        assert (stop, [one for one in seen if one[0] < 4.5]) == (stop, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_on_any_accent(site, pages, profile, scheme):
    pages.html = page(site.url, tag=f'data-theme="{scheme}"')
    visitor = await Visitor.arrives(await profile(), pages.url)
    await visitor.start()
    await site.join()
    await visitor.say("Hello https://example.com")
    await site.until(site.said)
    await site.read()
    await expect(visitor.log.locator(".own .meta .done")).to_be_visible()
    await site.end()
    await expect(visitor.panel.locator(".stars")).to_be_visible()
    for accent in ACCENTS:
        await visitor.page.evaluate(
            "accent => { document.querySelector('[data-site]').dataset.accent = accent;"
            "document.documentElement.className = accent }",
            accent,
        )
        await expect(visitor.panel.locator("header")).to_have_css(
            "background-color",
            f"rgb({', '.join(str(int(accent[i : i + 2], 16)) for i in (1, 3, 5))})",
        )
        seen = await visitor.widget.evaluate(CONTRAST)
        assert (accent, [one for one in seen if one[0] < 4.5]) == (accent, [])


async def test_the_page_decides_the_theme(site, pages, profile):
    ground = "el => getComputedStyle(el).backgroundColor"
    dark, light = "rgb(22, 25, 30)", "rgb(255, 255, 255)"
    for scheme, head, tag, expected in (
        ("dark", "", "", light),  # the page is white: so is the chat
        ("light", "<style>body{background:#111}</style>", "", dark),
        ("dark", "<style>html{color-scheme:light dark}</style>", "", dark),
        ("light", "<style>html{color-scheme:light dark}</style>", "", light),
        ("light", "<style>html{color-scheme:dark}</style>", "", dark),
        ("dark", "<style>html{color-scheme:dark}</style>", 'data-theme="light"', light),
    ):
        pages.html = page(site.url, head=head, tag=tag)
        visitor = await Visitor.arrives(await profile(color_scheme=scheme), pages.url)
        await visitor.open()
        assert (head, await visitor.panel.evaluate(ground)) == (head, expected)
    await visitor.page.evaluate("document.documentElement.className = 'changed'")
    assert await visitor.panel.evaluate(ground) == light


async def test_the_site_dresses_it_with_css(site, pages, profile):
    pages.html = page(
        site.url,
        head="<style>ficha-chat{--ficha-accent:rebeccapurple;--ficha-radius:0px;"
        "--ficha-right:60px;--ficha-font:monospace}</style>",
    )
    visitor = await Visitor.arrives(await profile(), pages.url)
    await visitor.open()
    look = await visitor.panel.evaluate(
        "el => { const s = getComputedStyle(el); return [s.borderRadius, s.right, s.fontFamily,"
        "getComputedStyle(el.querySelector('header')).backgroundColor] }"
    )
    assert look == ["0px", "60px", "monospace", "rgb(102, 51, 153)"]


async def focused(visitor: Visitor) -> str:
    """The name of what has the focus now."""
    return await visitor.widget.evaluate(
        "host => { const el = host.shadowRoot.activeElement;"
        "return el ? el.getAttribute('aria-label') || el.name || el.textContent : '' }"
    )


async def test_a_whole_chat_by_keyboard_alone(site, visitor):
    press = visitor.page.keyboard.press
    await expect(visitor.launcher).to_be_visible()
    await visitor.page.locator("#outside").focus()
    await press("Tab")
    assert await focused(visitor) == "Open the chat"
    await press("Enter")
    await expect(visitor.panel.locator("#f-name")).to_be_focused()  # with the site's settings
    await visitor.page.keyboard.type("Eva")
    await press("Enter")
    await expect(visitor.text).to_be_focused()
    await site.join()
    await visitor.page.keyboard.type("By keyboard")
    await press("Enter")
    await site.until(site.said)
    await press("Escape")
    await expect(visitor.panel).to_be_hidden()
    assert await focused(visitor) == "Open the chat"
    await press("Space")
    await expect(visitor.text).to_be_focused()
    await press("Shift+Tab")
    assert await focused(visitor) == "Attach a file"
    await press("Shift+Tab")  # the log, so that it can be scrolled
    await press("Shift+Tab")
    assert await focused(visitor) == "Close the chat"
    await press("Shift+Tab")
    assert await focused(visitor) == "Options"
    await press("Enter")
    await press("ArrowDown")
    assert await focused(visitor) == "End the chat"
    await press("Escape")
    assert await focused(visitor) == "Options"
    await press("Enter")
    await press("ArrowUp")
    await press("Enter")
    assert await focused(visitor) == "End the chat"
    await press("Escape")
    await expect(visitor.text).to_be_focused()
    await site.end()
    await expect(visitor.panel.get_by_text("The chat has ended")).to_be_focused()
    await press("Tab")
    await press("Space")
    await press("ArrowRight")
    await expect(visitor.panel.get_by_role("radio", name="2 stars")).to_be_checked()
    await press("Tab")
    await press("Tab")
    await press("Enter")
    await site.until(lambda: site.of(f.Rate))
    assert site.of(f.Rate) == [f.Rate(stars=2)]


async def test_on_a_phone_it_is_a_sheet_that_holds_the_focus(site, pages, profile):
    visitor = await Visitor.arrives(await profile(size="phone"), pages.url)
    await visitor.launcher.tap()
    await expect(visitor.panel).to_have_attribute("aria-modal", "true")
    await expect(visitor.panel.locator("#f-name")).to_be_visible()
    box = await visitor.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    await expect(visitor.launcher).to_be_hidden()
    await expect(visitor.panel).to_be_focused()  # no virtual keyboard before it is wanted
    names = set()
    for _ in range(12):
        await visitor.page.keyboard.press("Tab")
        names.add(await focused(visitor))
    assert names == {"Options", "Close the chat", "name", "email", "Start the chat"}
    await visitor.page.evaluate(
        "Object.defineProperty(visualViewport, 'height', {get: () => 500});"
        "visualViewport.dispatchEvent(new Event('resize'))"
    )
    assert (await visitor.panel.bounding_box())["height"] == 500
    await visitor.panel.get_by_role("button", name="Close the chat").tap()
    await expect(visitor.launcher).to_be_focused()


async def test_on_a_phone_enter_is_a_new_line(site, pages, profile):
    visitor = await Visitor.arrives(await profile(size="phone"), pages.url)
    await visitor.start()
    await site.join()
    await visitor.text.tap()
    await visitor.page.keyboard.type("one")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.keyboard.type("two")
    await visitor.panel.get_by_role("button", name="Send", exact=True).tap()
    await site.until(site.said)
    assert site.said() == ["one\ntwo"]


async def test_at_twice_the_size_everything_is_reached(site, pages, profile):
    context = await profile()
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.page.set_viewport_size({"width": 640, "height": 400})  # 1280 x 800 at 200 %
    await visitor.start()
    await site.join()
    assert await visitor.widget.evaluate(RULES) == []
    for part in (visitor.text, visitor.panel.get_by_role("button", name="Close the chat")):
        await expect(part).to_be_in_viewport(ratio=1)


async def test_nothing_moves_for_those_who_asked_for_rest(site, pages, profile):
    visitor = await Visitor.arrives(await profile(reduced_motion="reduce"), pages.url)
    await visitor.start()
    await site.join()
    await site.type(on=True)
    await expect(visitor.panel.locator(".dots")).to_be_visible()
    running = await visitor.widget.evaluate(
        "host => host.shadowRoot.getAnimations().map(a => a.animationName || 'transition')"
    )
    assert running == []


async def test_forced_colours_leave_edges_to_everything(site, pages, profile):
    visitor = await Visitor.arrives(await profile(forced_colors="active"), pages.url)
    await visitor.start()
    await site.join()
    await visitor.say("Edges?")
    await site.until(site.said)
    for part in (visitor.launcher, visitor.log.locator(".own .bubble"), visitor.panel):
        edge = await part.evaluate(
            "el => { const s = getComputedStyle(el); return [s.borderTopWidth, s.borderTopStyle] }"
        )
        assert edge == ["1px", "solid"]


async def test_what_a_screen_reader_is_given(site, visitor):
    await visitor.start()
    await site.join()
    await site.say("Good morning")
    await visitor.say("Hello")
    await site.until(site.said)
    await site.read()
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Read")
    snapshot = await visitor.panel.aria_snapshot()
    for line in (
        '- dialog "Tienda"',
        '- heading "Tienda" [level=2]',
        "- paragraph: You are talking to Ana Ruiz",
        '- button "Options"',
        '- button "Close the chat"',
        '- log "Messages"',
        "Ana Ruiz has joined the chat",
        "Ana Ruiz: Good morning",
        "You: Hello",
        '- textbox "Write a message"',
        '- button "Send" [disabled]',
    ):
        assert line in snapshot, snapshot
    assert await visitor.log.get_attribute("aria-live") == "polite"
    await expect(visitor.panel).to_have_attribute("aria-modal", "false")


async def test_what_is_new_below_is_not_forced_on_who_reads_above(site, visitor):
    await visitor.start()
    await site.join()
    for number in range(30):
        await site.say(f"Line {number}")
    await expect(visitor.log.locator(".theirs")).to_have_count(30)
    main = visitor.panel.locator("main")
    await main.evaluate(  # the page hears of it with its next frame
        "el => { el.scrollTop = 0; return new Promise(then =>"
        " requestAnimationFrame(() => requestAnimationFrame(then))); }"
    )
    await expect(visitor.panel.get_by_role("button", name="New messages")).to_be_hidden()
    await site.say("The newest")
    new = visitor.panel.get_by_role("button", name="New messages")
    await expect(new).to_be_visible()
    assert await main.evaluate("el => el.scrollTop") == 0
    await new.click()
    await expect(visitor.log.get_by_text("The newest")).to_be_in_viewport()
    await expect(new).to_be_hidden()
