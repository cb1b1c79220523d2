"""Failures that several rooms must tell apart, whichever adapter raises them."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

StoreFailure: TypeAlias = Literal[
    "bad_url",
    "unreadable",  # no such directory, no permission
    "read_only",
    "not_a_database",
    "corrupt",
    "no_key",  # what is sealed under a key that is not at hand
    "locked",
    "full",
    "io",
    "newer_schema",
    "in_use",
    "unreachable",
    "wrong_credentials",
    "no_database",
    "overloaded",
    "closed",
    "failed",
]
TRANSIENT: Final[frozenset[StoreFailure]] = frozenset(
    {"locked", "full", "io", "unreachable", "overloaded"}
)
"""Failures that may pass without anybody touching the configuration: worth another try."""


class StoreError(Exception):
    """The database did not do it: what, where, and what to do; nothing was changed."""

    def __init__(self, kind: StoreFailure, what: str, *, where: str = "", todo: str = "") -> None:
        text = f"{where}: {what}" if where else what
        super().__init__(f"{text}. {todo}" if todo else text)
        self.kind, self.what, self.where, self.todo = kind, what, where, todo

    @property
    def transient(self) -> bool:
        return self.kind in TRANSIENT
