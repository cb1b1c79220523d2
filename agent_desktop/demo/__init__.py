"""The demo: a desktop with a bridge of its own, and callers that really ring it."""
