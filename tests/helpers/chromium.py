"""Chromium of the system, driven by Playwright, and the widget in it as a visitor sees it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright, expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from playwright.async_api import Browser, BrowserContext, Locator, Page, WebSocket

expect.set_options(timeout=30_000)
SIZES = {"desk": (1280, 800), "phone": (390, 844), "narrow": (320, 568)}


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser; root may not use its sandbox."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=arguments
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(slots=True, kw_only=True)
class Visitor:
    """One tab. `problems`: dialogs, uncaught errors and errors of the console, as they came.

    `received`: the types of the frames that the page got, since it was loaded last or before.
    """

    page: Page
    received: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @classmethod
    async def arrives(cls, context: BrowserContext, url: str) -> Visitor:
        visitor = cls(page=await context.new_page())
        visitor.listen()
        await visitor.page.goto(url)
        return visitor

    def listen(self) -> None:
        async def dialog(box: object) -> None:
            self.problems.append(f"dialog {box.message}")  # type: ignore[attr-defined]
            await box.dismiss()  # type: ignore[attr-defined]

        self.page.on("dialog", dialog)
        self.page.on("pageerror", lambda error: self.problems.append(f"error {error}"))
        self.page.on("console", lambda said: self._console(said.type, said.text))
        self.page.on("websocket", lambda socket: self._socket(socket))

    def _socket(self, socket: WebSocket) -> None:
        def got(payload: bytes | str) -> None:
            with contextlib.suppress(ValueError, TypeError, KeyError):  # tests send nonsense too
                self.received.append(json.loads(payload)["type"])

        socket.on("framereceived", got)

    def _console(self, kind: str, text: str) -> None:
        away = text.startswith("Failed to load resource") or "net::ERR" in text
        if kind == "error" and not away:
            self.problems.append(f"console {text}")
        elif kind == "warning":
            self.warnings.append(text)

    @property
    def widget(self) -> Locator:
        return self.page.locator("ficha-chat")

    @property
    def panel(self) -> Locator:
        return self.widget.get_by_role("dialog")

    @property
    def log(self) -> Locator:
        return self.widget.get_by_role("log")

    @property
    def text(self) -> Locator:
        return self.panel.locator("footer textarea")

    @property
    def launcher(self) -> Locator:
        return self.widget.locator(".launcher")

    async def open(self) -> None:
        await self.launcher.click()
        try:
            await expect(self.panel).to_be_visible()
        except AssertionError as error:
            error.add_note(f"{self.page.url}: {self.problems}, {self.warnings}")
            raise

    async def until(self, met: Callable[[], object], within: float = 30) -> None:
        """For what no locator can wait for: `received`, `warnings`."""
        async with asyncio.timeout(within):
            while not met():
                await asyncio.sleep(0.02)

    async def start(self, name: str = "Eva") -> None:
        """Opens the chat, fills the form in, and waits for the session that it leads to."""
        await self.open()
        before = self.received.count("session")
        await self.panel.locator("#f-name").fill(name)
        await self.panel.locator("form button[type=submit]").click()
        await expect(self.text).to_be_visible()
        await self.until(lambda: self.received.count("session") > before)

    async def still(self) -> None:
        """Waits until the panel has come to its place."""
        await self.panel.evaluate("el => Promise.all(el.getAnimations().map(one => one.finished))")

    async def stop_time(self) -> None:
        """From here on the page's time stands, but where `page.clock` moves it. Its context had
        `clock.install()` before the page came."""
        now = await self.page.evaluate("Date.now()")
        await self.page.clock.pause_at(datetime.fromtimestamp(now / 1000 + 1, UTC))

    async def say(self, text: str) -> None:
        await self.text.fill(text)
        await self.text.press("Enter")

    async def reads(self, *texts: str, sort: bool = False) -> None:
        """Waits until the log shows these, and in this order or `sort`ed."""
        wanted, seen = (sorted(texts) if sort else list(texts)), list[str]()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(30):
                while seen != wanted:
                    seen = await self.bubbles()
                    seen = sorted(seen) if sort else seen
                    await asyncio.sleep(0.02)
        assert seen == wanted

    async def bubbles(self) -> list[str]:
        """What the log shows now, without the words for screen readers."""
        return await self.log.evaluate(
            "log => [...log.querySelectorAll('.bubble')].map(b => "
            "[...b.childNodes].filter(n => n.className !== 'sr').map(n => n.textContent).join(''))"
        )
