"""Users in the database; implements `server.ports.Accounts`, and what the command line needs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from cti_bridge.accounts import Account
from cti_bridge.customers.text import clean_line, fold
from cti_bridge.ids import new_id
from cti_bridge.protocol.vocabulary import AgentId, QueueId, Role
from cti_bridge.store.tables import users

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row

    from cti_bridge.store.engine import Database

MAX_LOGIN: Final = 80
MAX_NAME: Final = 80


class AccountError(ValueError):
    """The user cannot be made or found; says why."""


def no_queues(_login: str) -> frozenset[QueueId]:
    return frozenset()


def fold_login(text: str) -> str:
    """Logins are one whatever their case and accents; raises AccountError for an unusable one."""
    if len(text) > MAX_LOGIN * 4:
        raise AccountError(f"a login has at most {MAX_LOGIN} characters")
    login = fold(clean_line(text))
    if not login or len(login) > MAX_LOGIN or any(c.isspace() for c in login):
        raise AccountError(f"a login has 1 to {MAX_LOGIN} characters and no spaces")
    return login


class SqlAccounts:
    """`queues` says which queues a login works in: bridge.toml knows, the database does not."""

    def __init__(
        self,
        database: Database,
        *,
        queues: Callable[[str], frozenset[QueueId]] = no_queues,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._queues, self._clock = database, queues, clock

    async def by_login(self, login: str) -> Account | None:
        """None for an unknown login, and for text that could be none."""
        try:
            folded = fold_login(login)
        except AccountError:
            return None
        query = select(users).where(users.c.login == folded)
        row = await self._database.reading(lambda c: c.execute(query).first(), urgent=True)
        return None if row is None else self._account(row)

    async def set_password(self, agent: AgentId, password_hash: str) -> None:
        """Raises AccountError when the user is gone."""
        if not await self._change(users.c.id == agent, password_hash=password_hash):
            raise AccountError("no such user")

    async def set_disabled(self, login: str, disabled: bool) -> None:
        """Raises AccountError for an unknown login."""
        if not await self._change(users.c.login == fold_login(login), disabled=disabled):
            raise AccountError(f'there is no user "{login}"')

    async def all(self) -> tuple[Account, ...]:
        """By login."""
        query = select(users).order_by(users.c.login)
        rows = await self._database.reading(lambda c: c.execute(query).all())
        return tuple(self._account(row) for row in rows)

    async def add(self, *, login: str, name: str, role: Role, password_hash: str) -> Account:
        """Raises AccountError where the login is taken or unusable."""
        folded, now = fold_login(login), self._clock()
        name = clean_line(name[: MAX_NAME * 4])[:MAX_NAME] or folded
        row = {
            "id": new_id(),
            "login": folded,
            "name": name,
            "role": role,
            "password_hash": password_hash,
            "disabled": False,
            "created_at": now,
            "updated_at": now,
        }

        def work(connection: Connection) -> bool:
            if connection.execute(select(users.c.id).where(users.c.login == folded)).first():
                return False
            try:
                with connection.begin_nested():
                    connection.execute(insert(users).values(row))
            except IntegrityError:  # another process added it between the two statements
                return False
            return True

        if not await self._database.writing(work):
            raise AccountError(f"the login {folded!r} is taken")
        return self._account_of(row)

    async def _change(self, which: Any, **values: object) -> bool:
        statement = update(users).where(which).values(updated_at=self._clock(), **values)
        return await self._database.writing(lambda c: c.execute(statement).rowcount == 1)

    def _account(self, row: Row[*tuple[Any, ...]]) -> Account:
        return self._account_of(row._asdict())

    def _account_of(self, row: dict[str, Any]) -> Account:
        return Account(
            agent_id=AgentId(row["id"]),
            login=row["login"],
            name=row["name"],
            role=row["role"],
            queues=self._queues(row["login"]),
            password_hash=row["password_hash"],
            disabled=row["disabled"],
        )
