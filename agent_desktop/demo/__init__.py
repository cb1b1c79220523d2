"""The demo: a desktop with a bridge of its own, and callers that really ring it."""

from agent_desktop.demo.run import run_demo

__all__ = ["run_demo"]
