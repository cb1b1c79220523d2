"""Tokens with which a cut desktop comes back without its password."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cti_bridge.protocol.vocabulary import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a token stands for; `lost_at` is None while its session is up."""

    agent: AgentId
    login: str
    watch: bool
    lost_at: float | None = None


class Tickets:
    """Held in memory by SHA-256 of a random 256 bit token, so a dump of it opens no session.

    A token lives as long as its session, and `seconds` after the session's loss.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._tickets: dict[bytes, Ticket] = {}

    def issue(self, ticket: Ticket, now: float) -> str:
        self._expire(now)
        token = secrets.token_urlsafe(32)
        self._tickets[_key(token)] = ticket
        return token

    def find(self, token: str, now: float) -> Ticket | None:
        self._expire(now)
        return self._tickets.get(_key(token))

    def lost(self, token: str, now: float) -> None:
        self._set_lost(token, now)

    def back(self, token: str) -> None:
        self._set_lost(token, None)

    def revoke(self, token: str) -> None:
        self._tickets.pop(_key(token), None)

    def _set_lost(self, token: str, at: float | None) -> None:
        key = _key(token)
        if key in self._tickets:
            self._tickets[key] = replace(self._tickets[key], lost_at=at)

    def _expire(self, now: float) -> None:
        dead = [
            key
            for key, ticket in self._tickets.items()
            if ticket.lost_at is not None and now - ticket.lost_at > self._seconds
        ]
        for key in dead:
            del self._tickets[key]


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
