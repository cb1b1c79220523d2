"""Who is signing in: argon2id, throttled, and the same work for a name that does not exist."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.server.throttle import Rule, Throttle

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.server.ports import Account, Accounts

logger = logging.getLogger(__name__)
T = TypeVar("T")
MIN_PASSWORD: Final = 10  # characters
MAX_PASSWORD: Final = 256
MAX_LOGIN: Final = 80
ONE_DESK: Final = Rule(free=5, cap=300)  # this login from this address
LOGIN: Final = Rule(free=50, cap=60)  # this login from anywhere; low, so nobody is locked out long
ADDRESS: Final = Rule(free=50, cap=300)  # this address with any login: an office may share one


def new_hasher() -> PasswordHasher:
    """argon2id, 64 MiB, three passes (RFC 9106 section 4, second choice), in one lane: a
    sign-in must not take every core from the calls that are talking."""
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


def policy_fault(password: str, login: str = "") -> str:
    """What is wrong with a new password, in English; "" when nothing is."""
    if len(password) < MIN_PASSWORD:
        return f"a password has at least {MIN_PASSWORD} characters"
    if len(password) > MAX_PASSWORD:
        return f"a password has at most {MAX_PASSWORD} characters"
    if login and password.casefold() == login.casefold():
        return "a password must not be the login"
    if len(set(password)) < 4:
        return "a password has at least four different characters"
    return ""


class Passwords:
    """Hashing in threads, so that the loop goes on; one core is always left to the loop."""

    def __init__(self, hasher: PasswordHasher | None = None, *, threads: int = 0) -> None:
        self._hasher = hasher or new_hasher()
        workers = threads or max(1, min(2, (os.cpu_count() or 1) - 1))
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="argon2")
        # beside the rest of the start: a tenth of a second of a core
        self._nobody = self._pool.submit(self._hasher.hash, "nobody has this password")

    async def hash(self, password: str) -> str:
        return await self._run(self._hasher.hash, password)

    async def verify(self, password_hash: str, password: str) -> bool:
        """False also where the stored hash is none, after the same work."""
        return await self._run(self._verify, password_hash, password)

    async def waste(self, password: str) -> None:
        """The work of a verification, for a user that does not exist."""
        await self._run(self._waste, password)

    def stale(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except InvalidHashError:
            logger.error("a stored password hash is not argon2: that user cannot sign in")
            return self._waste(password)
        except VerificationError:
            return False

    def _waste(self, password: str) -> bool:
        self._verify(self._nobody.result(), password)
        return False

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)


class Authenticator:
    """Answers one question: is this the password of that user."""

    def __init__(
        self,
        accounts: Accounts,
        passwords: Passwords | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts, self._clock = accounts, clock
        self.passwords = passwords or Passwords()
        self._desks, self._logins, self._addresses = (
            Throttle(rule) for rule in (ONE_DESK, LOGIN, ADDRESS)
        )

    async def sign_in(self, login: str, password: str, address: str) -> Account:
        """The account; raises `CommandRefused`: THROTTLED with `retry_after_s` (the right
        password too, until then), or WRONG_CREDENTIALS whatever was wrong."""
        login = login.strip()
        account = await self._accounts.by_login(login) if 0 < len(login) <= MAX_LOGIN else None
        # one user's guesses count together, however the login is spelt
        desk = self._begin(account.login if account else login.casefold()[:MAX_LOGIN], address)
        matches = await self._matches(account, password)
        if not matches or account is None or account.disabled:
            self._addresses.failed(address, self._clock())
            raise CommandRefused(RefusalCode.WRONG_CREDENTIALS)
        self._end(desk)
        self._desks.succeeded(desk)
        await self._refresh(account, password)
        return account

    async def change(self, account: Account, current: str, new: str, address: str) -> None:
        """Sets a new password for a user who knows the current one; raises as `sign_in`, or
        INVALID with field "new" where the policy says no."""
        checked = await self.sign_in(account.login, current, address)
        if fault := policy_fault(new, account.login):
            raise CommandRefused(RefusalCode.INVALID, fault, field="new")
        await self._accounts.set_password(checked.agent_id, await self.passwords.hash(new))

    def close(self) -> None:
        self.passwords.close()

    def _begin(self, name: str, address: str) -> tuple[str, str]:
        """Counts the attempt as failed until it has succeeded, so that a hundred guesses sent
        at once are no better than a hundred in a row."""
        now = self._clock()
        desk = (name, address)
        wait = max(
            self._desks.closed_for(desk, now),
            self._logins.closed_for(name, now),
            self._addresses.closed_for(address, now),
        )
        if wait > 0:
            raise CommandRefused(RefusalCode.THROTTLED, retry_after_s=round(wait, 1) or 0.1)
        self._desks.failed(desk, now)
        self._logins.failed(name, now)
        return desk

    def _end(self, desk: tuple[str, str]) -> None:
        """Takes back what `_begin` counted."""
        now = self._clock()
        self._desks.forgive(desk, now)
        self._logins.forgive(desk[0], now)

    async def _matches(self, account: Account | None, password: str) -> bool:
        if account is None or len(password) > MAX_PASSWORD:
            await self.passwords.waste(password[:MAX_PASSWORD])
            return False
        return await self.passwords.verify(account.password_hash, password)

    async def _refresh(self, account: Account, password: str) -> None:
        """Hashes anew where the parameters have changed; that it fails must stop nobody."""
        if not self.passwords.stale(account.password_hash):
            return
        try:
            await self._accounts.set_password(
                account.agent_id, await self.passwords.hash(password)
            )
        except Exception:
            logger.exception("password of %s not hashed anew", account.agent_id)
