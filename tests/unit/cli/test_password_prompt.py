"""The prompt for a password, asked while an event loop runs."""

from __future__ import annotations

import asyncio
import signal

import pytest
import typer

from cti_bridge.cli import passwords


def test_ctrl_c_ends_the_prompt_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop would only note the first one, and the prompt wait for ever."""
    handlers = []

    def prompt(*_words: object, **_more: object) -> str:
        signal.raise_signal(signal.SIGINT)
        pytest.fail("went on after Ctrl+C")

    async def work() -> None:
        handlers.append(signal.getsignal(signal.SIGINT))
        try:
            passwords.ask(stdin=False, file=None, confirm=True)
        finally:
            handlers.append(signal.getsignal(signal.SIGINT))

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(typer, "prompt", prompt)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(work())
    assert handlers[0] is handlers[1] is not signal.default_int_handler
