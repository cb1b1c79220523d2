"""One browser for all tests of the widget; each has its own profile, chat and page."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.helpers.chat_site import chat_site
from tests.helpers.chromium import SIZES, Visitor, chromium
from tests.helpers.peers import absent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from playwright.async_api import Browser, BrowserContext

    from tests.helpers.chat_site import ChatSite, Pages


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them share the session's loop with the browser."""
    for item in items:
        if "/integration/widget/" in item.path.as_posix():
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.peer("chromium"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if why := absent("chromium"):
        pytest.skip(f"peer chromium: {why}")
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncIterator[tuple[ChatSite, Pages]]:
    async with chat_site() as both:
        yield both


@pytest.fixture
def site(shop: tuple[ChatSite, Pages]) -> ChatSite:
    return shop[0]


@pytest.fixture
def pages(shop: tuple[ChatSite, Pages]) -> Pages:
    return shop[1]


@pytest_asyncio.fixture(loop_scope="session")
async def profile(browser: Browser) -> AsyncIterator[Callable[..., Awaitable[BrowserContext]]]:
    """Makes profiles: `await profile(size="phone", color_scheme="dark")`."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(*, size: str = "desk", **options: object) -> BrowserContext:
            width, height = SIZES[size]
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                has_touch=size == "phone",
                is_mobile=size == "phone",
                **options,  # type: ignore[arg-type]
            )
            stack.push_async_callback(context.close)
            return context

        yield make


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(
    profile: Callable[..., Awaitable[BrowserContext]], pages: Pages
) -> AsyncIterator[Visitor]:
    """A first visitor; that nothing went wrong in the page is looked at afterwards."""
    visitor = await Visitor.arrives(await profile(), pages.url)
    yield visitor
    assert visitor.problems == []
