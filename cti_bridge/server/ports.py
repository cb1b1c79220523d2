"""What the server needs of the rooms behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cti_bridge.accounts import Account

if TYPE_CHECKING:
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.values import Settings, Snapshot
    from cti_bridge.protocol.vocabulary import AgentId

__all__ = ["Account", "Accounts", "Rooms"]


class Accounts(Protocol):
    async def by_login(self, login: str) -> Account | None: ...
    async def set_password(self, agent: AgentId, password_hash: str) -> None: ...


class Rooms(Protocol):
    """The composition root's answer to what sessions ask."""

    async def signed_in(self, account: Account, *, resumed: bool) -> None:
        """A session of this agent is up (again): ends the grace time, logs the agent in."""

    async def session_lost(self, agent: AgentId) -> None:
        """The socket went without a sign-out: the grace time runs."""

    async def signed_out(self, agent: AgentId) -> None: ...

    async def snapshot(self, account: Account) -> Snapshot: ...

    def settings(self, account: Account) -> Settings: ...

    async def handle(self, account: Account, command: AnyCommand) -> AnyReply:
        """Does one permitted command; raises `protocol.refusal.CommandRefused`."""
