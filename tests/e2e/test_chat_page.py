"""The chat whole: a page in Chromium, the bridge as a program, and an agent's wire."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from playwright.async_api import expect

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import ConversationChanged, MessageAdded
from cti_bridge.protocol.searching import (
    SearchHistory,
)
from cti_bridge.protocol.values import HistoryFilter
from cti_bridge.protocol.vocabulary import Author, Channel, InteractionState, MessageId
from tests.helpers.agent import TestAgent
from tests.helpers.chat_site import Pages, listening, page
from tests.helpers.chromium import Visitor, chromium
from tests.helpers.ports import free_port
from tests.helpers.serving import add_users, configure, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.peer("chromium")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def another_day() -> str:
    """Hours that are closed now, and open in two or three days."""
    day = DAYS[(datetime.now(UTC).weekday() + 3) % 7]
    return f'[[hours]]\nid = "another-day"\n{day} = ["09:00-18:00"]\n'


def chat(port: int, origin: str, hours: str = "") -> str:
    return f"""
{another_day() if hours else ""}
[[queues]]
id = "written"
name = "Written"
hours = "{hours}"
offer_seconds = 20
[web]
enabled = true
demo_page = true
port = {port}
[[chats]]
id = "shop"
queue = "written"
origins = ["{origin}", "http://127.0.0.1:{port}"]
title = {{ en = "Shop chat", es = "Chat de la tienda" }}
"""


class Shop:
    """A page of its own origin, the address of the chat that it holds, and the bridge's file."""

    def __init__(self, config: Path, pages: Pages, chat_url: str) -> None:
        self.config, self.pages, self.chat_url = config, pages, chat_url


@contextlib.asynccontextmanager
async def shop(folder: Path, hours: str = "") -> AsyncIterator[Shop]:
    pages, port = Pages(), free_port()
    app = web.Application()
    app.router.add_get("/{path:.*}", pages.answer)
    async with listening(app) as pages.url:
        url = f"http://127.0.0.1:{port}"
        pages.html = page(url)
        config = configure(folder, chat(port, pages.url, hours))
        await add_users(config, ["ana"])
        yield Shop(config, pages, url)


def heard(agent: TestAgent) -> list[str]:
    added = [event.message for event in agent.events if isinstance(event, MessageAdded)]
    return [message.text for message in added if message.author is Author.CUSTOMER]


def _types(event: object) -> bool:
    return isinstance(event, ConversationChanged) and event.customer_typing


async def says(agent: TestAgent, contact: str, text: str) -> None:
    message = MessageId(str(uuid.uuid4()))
    await agent.do(c.SendMessage, interaction_id=contact, message_id=message, text=text)


@pytest.mark.timeout(300)  # two lives of the bridge and a browser
async def test_a_visitor_and_an_agent_chat_over_a_bridge_that_is_killed(tmp_path):
    async with shop(tmp_path) as here, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        async with contextlib.AsyncExitStack() as first:
            bridge = await first.enter_async_context(serving(here.config))
            agent = await first.enter_async_context(TestAgent.signed_in(bridge.url))
            visitor = await Visitor.arrives(context, here.pages.url)
            await visitor.open()
            await expect(visitor.panel.get_by_role("heading")).to_have_text("Shop chat")
            await visitor.panel.locator("#f-name").fill("Eva Gil")
            await visitor.panel.locator("#f-email").fill("eva@example.com")
            await visitor.panel.get_by_role("button", name="Start the chat").click()
            await expect(visitor.panel.locator(".queue")).to_contain_text("write to us")
            await visitor.say("Where is order 4417?")
            await expect(visitor.log.locator(".own .meta")).to_contain_text("Sent")

            contact = await agent.answer()
            assert contact.channel is Channel.CHAT
            assert contact.match is not None
            await expect(visitor.panel.locator("header")).to_contain_text("You are talking to Ana")
            await agent.do(c.OpenConversation, interaction_id=contact.interaction_id)
            await agent.do(c.SetTyping, interaction_id=contact.interaction_id, typing=True)
            await expect(visitor.panel.locator(".dots")).to_be_visible()
            await says(agent, contact.interaction_id, "It <b>left</b> yesterday.")
            await expect(visitor.log).to_contain_text("It <b>left</b> yesterday.")
            await visitor.say("Thank you")
            await agent.until(lambda: "Thank you" in heard(agent))
            await visitor.panel.locator("input[type=file]").set_input_files(
                [{"name": "receipt.txt", "mimeType": "text/plain", "buffer": b"total 12"}]
            )
            await expect(visitor.panel.locator(".chip progress")).to_have_count(0)
            await visitor.say("with a file")
            await agent.until(lambda: "with a file" in heard(agent))
            bridge.process.process.kill()
            await visitor.say("Written while it was gone")
            await expect(visitor.panel.locator(".bar.warn")).to_be_visible()
        async with (
            serving(here.config, "again") as bridge,
            TestAgent.signed_in(bridge.url) as agent,
        ):
            await expect(visitor.panel.locator(".bar.warn")).to_be_hidden(timeout=40_000)
            await expect(visitor.log.locator(".own .meta").last).not_to_contain_text("Sending")
            again = await agent.answer()
            assert again.interaction_id == contact.interaction_id
            await says(agent, again.interaction_id, "Here I am again.")
            await expect(visitor.log).to_contain_text("Here I am again.")
            await visitor.reads(
                "Where is order 4417?",
                "It <b>left</b> yesterday.",
                "Thank you",
                "with a file",
                "Written while it was gone",
                "Here I am again.",
            )
            opened = await agent.do(c.OpenConversation, interaction_id=again.interaction_id)
            said = [m for m in opened.conversation.messages if m.author is Author.CUSTOMER]
            assert [m.text for m in said][:3] == [
                "Where is order 4417?",
                "Thank you",
                "with a file",
            ]
            assert [a.name for m in said for a in m.attachments] == ["receipt.txt"]
            await agent.do(
                c.MarkRead,
                interaction_id=again.interaction_id,
                message_id=opened.conversation.messages[-1].message_id,
            )
            await expect(visitor.log.locator(".own .meta").last).to_contain_text("Read")
            await agent.do(c.ClearCall, interaction_id=again.interaction_id)
            await agent.reaches(again.interaction_id, InteractionState.WRAP_UP)
            await visitor.panel.get_by_role("radio", name="5 stars").check(force=True)
            await visitor.panel.get_by_role("button", name="Send rating").click()
            await expect(visitor.panel).to_contain_text("Thank you!")
            await agent.do(
                c.CompleteWrapUp, interaction_id=again.interaction_id, disposition="resolved"
            )
            await agent.reaches(again.interaction_id, InteractionState.CLOSED)
        assert visitor.problems == []


async def test_the_sample_page_of_the_bridge_chats_too(tmp_path):
    async with (
        shop(tmp_path) as here,
        serving(here.config) as bridge,
        chromium() as browser,
        TestAgent.signed_in(bridge.url) as agent,
    ):
        context = await browser.new_context(locale="es-ES")
        visitor = await Visitor.arrives(context, f"{here.chat_url}/demo")
        await visitor.page.get_by_role("button", name="Abrir el chat").first.click()
        await expect(visitor.panel.get_by_role("heading")).to_have_text("Chat de la tienda")
        await visitor.panel.locator("#f-name").fill("Eva")
        await visitor.panel.get_by_role("button", name="Empezar el chat").click()
        contact = await agent.answer()
        await says(agent, contact.interaction_id, "Buenos días")
        await expect(visitor.log).to_contain_text("Buenos días")
        await visitor.page.get_by_role("button", name="English").press("Enter")
        await expect(visitor.text).to_have_attribute("placeholder", "Write a message")
        await visitor.text.press_sequentially("Hi", delay=10)
        await agent.until(lambda: any(_types(event) for event in agent.events))
        assert visitor.problems == []


async def test_a_page_that_is_not_allowed_is_told_why(tmp_path):
    async with shop(tmp_path) as here, serving(here.config), chromium() as browser:
        stranger = web.Application()
        stranger.router.add_get("/", here.pages.answer)
        async with listening(stranger) as url:
            visitor = await Visitor.arrives(await browser.new_context(), url)
            async with asyncio.timeout(60):
                while not visitor.warnings:
                    await asyncio.sleep(0.05)
            await expect(visitor.launcher).to_be_hidden()
            assert f"does not allow pages of {url}" in visitor.warnings[0]


async def test_outside_the_hours_a_message_and_a_call_are_left(tmp_path):
    async with (
        shop(tmp_path, hours="another-day") as here,
        serving(here.config) as bridge,
        chromium() as browser,
        TestAgent.signed_in(bridge.url) as agent,
    ):
        visitor = await Visitor.arrives(await browser.new_context(), here.pages.url)
        await visitor.open()
        await expect(visitor.panel).to_contain_text("We are closed now.")
        await visitor.panel.get_by_label("Name").fill("Eva")
        await visitor.panel.get_by_label("E-mail").fill("eva@example.com")
        await visitor.panel.get_by_label("Your message").fill("Please write to me")
        await visitor.panel.get_by_role("button", name="Send the message").click()
        await expect(visitor.panel).to_contain_text("We have your message")
        await visitor.panel.get_by_role("button", name="Done").click()
        await visitor.open()
        await visitor.panel.get_by_text("Call me back").click()
        await visitor.panel.get_by_label("Name").fill("Eva")
        await visitor.panel.get_by_label("Telephone").fill("+34 612 345 678")
        await visitor.panel.get_by_role("button", name="Ask for the call").click()
        await expect(visitor.panel).to_contain_text("We will call you.")
        found = await agent.do(SearchHistory, filter=HistoryFilter())
        channels = sorted(row.channel for row in found.contacts)
        assert channels == sorted([Channel.CALLBACK, Channel.EMAIL]), found
        assert visitor.problems == []
