"""A chat in a real browser, on a page of another origin, from the form to the rating."""

from __future__ import annotations

from playwright.async_api import expect

from cti_bridge.channels.chat import frames as f
from tests.helpers.chat_site import config, page
from tests.helpers.chromium import Visitor


async def test_a_first_chat_from_the_form_to_the_rating(site, visitor):
    await visitor.start("Eva Gil")
    start = (await site.begun()).start
    assert (start.form, start.language) == ({"name": "Eva Gil"}, "en")
    await expect(visitor.panel).to_contain_text("You are number 2 in the queue.")
    await expect(visitor.panel).to_contain_text("about 3 minutes")
    await visitor.say("Where is my order?")
    await expect(visitor.log).to_contain_text("Where is my order?")
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Sent")
    await site.join("Ana Ruiz")
    await expect(visitor.panel.get_by_role("heading")).to_have_text("Tienda")
    await expect(visitor.panel.locator("header")).to_contain_text("You are talking to Ana Ruiz")
    await site.type(on=True)
    await expect(visitor.panel.locator(".dots")).to_be_visible()
    await site.say("It left yesterday.")
    await expect(visitor.panel.locator(".dots")).to_be_hidden()
    await site.until(lambda: site.of(f.Read) and site.of(f.Read)[-1].seq == 3)
    await site.read()
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Read")
    await site.end()
    await visitor.panel.get_by_role("radio", name="4 stars").check(force=True)
    await visitor.panel.get_by_label("Anything to add").fill("Quick")
    await visitor.panel.get_by_role("button", name="Send rating").click()
    await site.until(lambda: site.of(f.Rate))
    assert site.of(f.Rate) == [f.Rate(stars=4, comment="Quick")]
    await expect(visitor.panel).to_contain_text("Thank you!")
    await visitor.panel.get_by_label("Get a copy by e-mail").fill("eva@example.com")
    await visitor.panel.get_by_role("button", name="Send", exact=True).click()
    await expect(visitor.panel).to_contain_text("Sent to eva@example.com")
    await visitor.panel.get_by_role("button", name="Start a new chat").click()
    await expect(visitor.panel.locator("#f-name")).to_be_focused()
    assert await visitor.page.evaluate("localStorage.getItem('ficha:shop:chat')") is None


async def test_a_page_in_spanish_speaks_spanish(site, pages, profile):
    pages.html = page(site.url, lang="es-ES")
    visitor = await Visitor.arrives(await profile(), pages.url)
    await expect(visitor.launcher).to_have_attribute("aria-label", "Abrir el chat")
    await visitor.start("Eva")
    await expect(visitor.panel).to_contain_text("Es usted el número 2 de la cola.")
    assert site.languages == ["es"]
    assert (await site.begun()).start.language == "es"
    await site.join()
    await expect(visitor.panel).to_contain_text("Ana Ruiz se ha unido al chat")
    assert visitor.problems == []


async def test_the_tag_may_say_the_language(site, pages, profile):
    pages.html = page(site.url, lang="en", tag='data-language="es"')
    visitor = await Visitor.arrives(await profile(), pages.url)
    await expect(visitor.launcher).to_have_attribute("aria-label", "Abrir el chat")


async def test_the_words_follow_a_page_that_changes_its_language(site, visitor):
    await visitor.open()
    await visitor.panel.locator("#f-name").fill("Eva")
    await visitor.page.evaluate("document.documentElement.lang = 'es'")
    await expect(visitor.panel.get_by_role("button", name="Empezar el chat")).to_be_visible()
    await expect(visitor.panel.locator("#f-name")).to_have_value("Eva")
    await expect(visitor.panel.locator("label[for=f-name]")).to_have_text("Nombre")


async def test_a_site_in_a_third_language_gets_the_chats_own(site, pages, profile):
    pages.html = page(site.url, lang="ca")
    visitor = await Visitor.arrives(await profile(), pages.url)
    await expect(visitor.launcher).to_have_attribute("aria-label", "Abrir el chat")
    assert site.languages == ["ca"]


async def test_what_is_missing_in_the_form_is_said_beside_it(site, visitor):
    await visitor.open()
    await visitor.panel.locator("#f-email").fill("eva@")
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    await expect(visitor.panel.locator("#f-name")).to_be_focused()
    await expect(visitor.panel.locator("#f-name")).to_have_attribute("aria-invalid", "true")
    await expect(visitor.panel.locator("#f-name-wrong")).to_have_text("Please fill this in.")
    await expect(visitor.panel.locator("#f-email-wrong")).to_contain_text("e-mail address")
    await visitor.panel.locator("#f-name").fill("Eva")
    await expect(visitor.panel.locator("#f-name-wrong")).to_be_hidden()
    await visitor.panel.locator("#f-email").fill("")
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    await expect(visitor.text).to_be_focused()
    assert (await site.begun()).start.form == {"name": "Eva"}


async def test_what_the_bridge_refuses_of_the_form_is_said_beside_it(site, visitor):
    site.refuse = lambda frame: (
        f.RefusedFrame(code="invalid", id=frame.start_id, field="email")
        if isinstance(frame, f.Start)
        else None
    )
    await visitor.open()
    await visitor.panel.locator("#f-name").fill("Eva")
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    await expect(visitor.panel.locator("#f-email-wrong")).to_have_text("Please check this.")
    await expect(visitor.panel.locator("#f-email")).to_be_focused()
    site.refuse = lambda _: None
    await visitor.panel.locator("#f-email").fill("eva@example.com")
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    await site.begun()
    assert len({start.start_id for start in site.of(f.Start)}) == 2


async def test_a_flood_of_chats_is_answered_in_words(site, visitor):
    site.refuse = lambda frame: f.RefusedFrame(code="throttled", retry_after_s=30)
    await visitor.open()
    await visitor.panel.locator("#f-name").fill("Eva")
    await visitor.panel.get_by_role("button", name="Start the chat").click()
    await expect(visitor.panel.get_by_role("alert")).to_have_text(
        "Too much at once. One moment, please."
    )
    await expect(visitor.panel.get_by_role("button", name="Start the chat")).to_be_enabled()


async def test_without_a_form_the_first_words_begin_the_chat(site, visitor):
    site.config = config(form=(), greeting="Hello there")
    await visitor.page.reload()
    await visitor.open()
    await expect(visitor.panel).to_contain_text("Hello there")
    await visitor.say("Is it open on Sunday?")
    start = (await site.begun()).start
    assert (start.form, start.text) == ({}, "Is it open on Sunday?")
    await expect(visitor.log.locator(".own .meta")).to_contain_text("Sent")
    await visitor.reads("Is it open on Sunday?")


async def test_the_place_and_the_wait_are_told_in_words(site, visitor):
    await visitor.start()
    place = visitor.panel.locator(".queue")
    for position, expected, words in (
        (5, 61, ("You are number 5 in the queue.", "about 2 minutes")),
        (2, 59, ("You are number 2 in the queue.", "less than a minute")),
        (1, 60, ("You are next.", "about 1 minute.")),
        (3, 4000, ("You are number 3 in the queue.", "more than an hour")),
        (0, None, ("We are looking for somebody for you", "You can write to us already.")),
    ):
        await site.wait_at(position, expected)
        for word in words:
            await expect(place).to_contain_text(word)
    await site.join()
    await expect(place).to_be_hidden()
    await site.wait_at(1, None)
    await expect(place).to_contain_text("You are next.")
    await expect(visitor.panel.locator("header")).not_to_contain_text("You are talking to")


async def test_typing_is_told_now_and_then_and_its_end_too(site, pages, profile):
    context = await profile()
    await context.clock.install()
    visitor = await Visitor.arrives(context, pages.url)
    await visitor.start()
    await visitor.stop_time()
    await visitor.text.press_sequentially("Hello, I have a question", delay=5)
    await site.until(lambda: site.of(f.Typing))
    assert site.of(f.Typing) == [f.Typing(on=True)]
    await visitor.text.press("Enter")
    await site.until(lambda: site.of(f.Say))
    assert site.of(f.Typing) == [f.Typing(on=True), f.Typing(on=False)]


async def test_what_is_typed_is_sent_only_where_the_site_peeks_and_says_so(site, visitor):
    await visitor.start()
    await expect(visitor.panel.get_by_text("can see what you write")).to_be_hidden()
    site.config = config(sneak_peek=True)
    await visitor.page.reload()
    await expect(visitor.panel.get_by_text("can see what you write")).to_be_visible()
    await visitor.text.fill("My card is")
    await site.until(lambda: site.of(f.Typing))
    assert site.of(f.Typing) == [f.Typing(on=True, text="My card is")]


async def test_a_new_line_needs_shift_and_a_character_that_is_composed_sends_nothing(
    site, visitor
):
    await visitor.start()
    await visitor.text.press_sequentially("one")
    await visitor.text.press("Shift+Enter")
    await visitor.text.press_sequentially("two")
    await visitor.text.evaluate(
        "el => el.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert site.said() == []
    await visitor.text.press("Enter")
    await site.until(site.said)
    assert site.said() == ["one\ntwo"]


async def test_only_addresses_become_links(site, visitor):
    await visitor.start()
    await site.join()
    await site.say(
        "See https://example.com/a(b)?c=1. or (www.example.org), write to ana@example.com; "
        "call tel:+34600100200! Not javascript:alert(1), data:text/html,x or file:///etc/passwd"
    )
    links = visitor.log.locator("a")
    await expect(links).to_have_count(4)
    found = await links.evaluate_all(
        "all => all.map(a => [a.textContent, a.href, a.rel, a.target])"
    )
    safe = ["noopener noreferrer", "_blank"]
    assert found == [
        ["https://example.com/a(b)?c=1", "https://example.com/a(b)?c=1", *safe],
        ["www.example.org", "https://www.example.org/", *safe],
        ["ana@example.com", "mailto:ana@example.com", *safe],
        ["tel:+34600100200", "tel:+34600100200", *safe],
    ]


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(2)</script>",
    "</textarea><svg onload=alert(3)>",
    '"><iframe srcdoc="<script>alert(4)</script>">',
    "javascript:alert(5) https://javascript:alert(6)@x",
    "{{constructor.constructor('alert(7)')()}}",
    "https://example.com/\u202egpj.exe \u2066x\u2069 \u0000 \ud7ff " + "\U0001f600" * 50,
    "A" * 4000,
)


async def test_hostile_words_are_only_words(site, visitor):
    site.config = config(title=HOSTILE[0], greeting=HOSTILE[1])
    await visitor.page.reload()
    await visitor.start(HOSTILE[2])
    await site.join(HOSTILE[3])
    for words in HOSTILE:
        await site.say(words)
    await expect(visitor.log.locator(".theirs")).to_have_count(len(HOSTILE))
    await visitor.reads(*HOSTILE)
    await visitor.launcher.click()
    await site.say(HOSTILE[0])
    await expect(visitor.widget.locator(".teaser .say span")).to_have_text(HOSTILE[0])
    inside = await visitor.widget.evaluate(
        "host => [...host.shadowRoot.querySelectorAll('*')].map(el => el.localName)"
        ".filter(name => ['script', 'iframe', 'img'].includes(name))"
    )
    assert inside == []
    links = await visitor.widget.locator(".log a").evaluate_all("all => all.map(a => a.protocol)")
    assert set(links) == {"https:"}
    assert visitor.problems == []


async def test_the_end_is_asked_for_and_can_be_taken_back(site, visitor):
    await visitor.start()
    await site.join()
    await visitor.panel.get_by_role("button", name="Options").click()
    await visitor.panel.get_by_role("button", name="End the chat").click()
    await expect(visitor.panel).to_contain_text("End this chat?")
    await visitor.panel.get_by_role("button", name="Go on").click()
    await expect(visitor.text).to_be_focused()
    assert site.of(f.End) == []
    await visitor.panel.get_by_role("button", name="Options").click()
    await visitor.panel.get_by_role("button", name="End the chat").click()
    await visitor.panel.get_by_role("button", name="End the chat").click()
    await expect(visitor.panel).to_contain_text("You have ended the chat")
    await expect(visitor.text).to_be_hidden()


async def test_a_site_without_rating_and_transcript_asks_for_none(site, visitor):
    site.config = config(rating=False, transcript=False)
    await visitor.page.reload()
    await visitor.start()
    await site.end("idle")
    await expect(visitor.panel).to_contain_text("nothing was said for a while")
    await expect(visitor.panel.get_by_role("radio")).to_have_count(0)
    await expect(visitor.panel.locator("#f-copy")).to_have_count(0)


async def test_a_transcript_that_could_not_be_sent_can_be_asked_for_again(site, visitor):
    await visitor.start()
    await site.end()
    site.refuse = lambda frame: (
        f.RefusedFrame(code="unavailable") if isinstance(frame, f.SendTranscript) else None
    )
    await visitor.panel.get_by_role("radio", name="3 stars").check(force=True)
    await visitor.panel.get_by_label("Anything to add").fill("Half a thought")
    await visitor.panel.get_by_label("Get a copy by e-mail").fill("eva@example.com")
    await visitor.panel.get_by_role("button", name="Send", exact=True).click()
    await expect(visitor.panel.get_by_role("alert")).to_contain_text("That did not work")
    await expect(visitor.panel.get_by_label("Anything to add")).to_have_value("Half a thought")
    site.refuse = lambda _: None
    await visitor.panel.get_by_label("Get a copy by e-mail").fill("eva@example.com")
    await visitor.panel.get_by_role("button", name="Send", exact=True).click()
    await expect(visitor.panel).to_contain_text("Sent to eva@example.com")


async def test_a_message_refused_for_good_says_so_and_can_be_tried_again(site, visitor):
    await visitor.start()
    await site.join()
    site.refuse = lambda frame: (
        f.RefusedFrame(code="too_large", id=frame.id) if isinstance(frame, f.Say) else None
    )
    await visitor.say("Once more")
    await expect(visitor.log.locator(".failed")).to_contain_text("Not sent. It is too long.")
    site.refuse = lambda _: None
    await visitor.log.get_by_role("button", name="Try again").click()
    await site.until(site.said)
    await expect(visitor.log.locator(".failed")).to_have_count(0)
    await visitor.reads("Once more")
    assert site.said() == ["Once more"]


async def test_what_the_site_says_by_itself_is_shown_and_unknown_codes_are_not(site, visitor):
    await visitor.start()
    await site.join()
    for code, fields in (
        ("transferred", {"name": "Luis"}),
        ("left", {"name": "Ana Ruiz"}),
        ("waiting", {}),
        ("reply", {"text": "We are a little late today"}),
        ("of-a-later-bridge", {"text": "nothing"}),
    ):
        await site.system(code, **fields)
    await expect(visitor.log.locator(".system")).to_have_text(
        [
            "Ana Ruiz has joined the chat",
            "You are being passed to Luis",
            "Ana Ruiz has left",
            "You are in the queue again",
            "We are a little late today",
        ]
    )
