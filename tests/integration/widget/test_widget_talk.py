"""A chat in a real browser, on a page of another origin, from the form to the rating."""

from __future__ import annotations

from playwright.async_api import expect

from cti_bridge.channels.chat import frames as f


async def test_a_first_chat_from_the_form_to_the_rating(site, visitor):
    await visitor.start("Eva Gil")
    await site.until(lambda: site.talks)
    assert site.talk.start.form == {"name": "Eva Gil"}
    assert site.talk.start.language == "en"
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
