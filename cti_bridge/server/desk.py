"""Who is signed in, with which session: opening, taking over, losing, coming back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace

from cti_bridge.protocol.commands import SignedIn
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import Permission, RefusalCode
from cti_bridge.server.hub import Viewer
from cti_bridge.server.limits import Close
from cti_bridge.server.permissions import granted
from cti_bridge.server.tickets import Ticket, Tickets

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.commands import Resume, SignIn
    from cti_bridge.protocol.values import Snapshot
    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.server.auth import Authenticator
    from cti_bridge.server.hub import Hub
    from cti_bridge.server.ports import Account, Accounts, Rooms

logger = logging.getLogger(__name__)
RESUME_SECONDS: Final = 15 * 60.0
"""How long a lost session's token lives at least: an outage of the network must not make a
whole site type its passwords. The calls go after `session_grace`, this only spares typing."""
QUIET_TRIES: Final = 3


class Seat(Protocol):
    """A session, as the desk sees it."""

    def opened(self, account: Account, viewer: Viewer, token: str) -> None: ...
    def begin(self, reply: SignedIn, missed: list[bytes]) -> None: ...
    def end(self, reason: str, code: int) -> None: ...


class _Place:
    """An agent's chair: who sits there, and since when nobody does."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.seat: Seat | None = None
        self.token = ""
        self.lost_at: float | None = None


class Desk:
    def __init__(
        self,
        *,
        accounts: Accounts,
        rooms: Rooms,
        hub: Hub,
        auth: Authenticator,
        grace: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts, self._rooms, self._hub, self._auth = accounts, rooms, hub, auth
        self._grace, self._clock = grace, clock
        self._tickets = Tickets(seconds=max(grace, RESUME_SECONDS))
        self._places: defaultdict[AgentId, _Place] = defaultdict(_Place)
        self._watchers: set[Seat] = set()
        self._seated: dict[Seat, tuple[Account, str]] = {}  # with the token

    @property
    def signed_in(self) -> int:
        return len(self._seated)

    async def sign_in(self, seat: Seat, command: SignIn, address: str) -> None:
        """Opens a session with a password; raises `CommandRefused`."""
        account = await self._auth.sign_in(command.login, command.password, address)
        held = granted(account.role, watch=command.watch)
        if command.watch and Permission.WATCH not in held:
            raise CommandRefused(
                RefusalCode.NOT_ALLOWED, "only a supervisor or an administrator may watch"
            )
        ticket = Ticket(agent=account.agent_id, login=account.login, watch=command.watch)
        if command.watch:
            token = self._tickets.issue(ticket, self._clock())
            await self._open_watch(seat, account, token, command.request_id, None)
            return
        place = self._places[account.agent_id]
        async with place.lock:
            if place.seat is not None and not command.take_over:
                raise CommandRefused(RefusalCode.BUSY, "this user has another session")
            self._tickets.revoke(place.token)
            token = self._tickets.issue(ticket, self._clock())
            await self._open(seat, account, token, command.request_id, None)

    async def resume(self, seat: Seat, command: Resume) -> None:
        """Goes on with a session; raises `CommandRefused`: NOT_SIGNED_IN where it is over."""
        ticket = self._tickets.find(command.token, self._clock())
        account = await self._accounts.by_login(ticket.login) if ticket else None
        if ticket is None or account is None or account.disabled:
            self._tickets.revoke(command.token)
            raise CommandRefused(RefusalCode.NOT_SIGNED_IN)
        after = command.seq if command.epoch == self._hub.epoch else None
        if ticket.watch:
            if Permission.WATCH not in granted(account.role, watch=True):
                raise CommandRefused(RefusalCode.NOT_ALLOWED)
            await self._open_watch(seat, account, command.token, command.request_id, after)
            return
        async with self._places[account.agent_id].lock:
            if self._tickets.find(command.token, self._clock()) is None:  # taken over meanwhile
                raise CommandRefused(RefusalCode.NOT_SIGNED_IN)
            await self._open(seat, account, command.token, command.request_id, after)

    async def lost(self, seat: Seat, account: Account, token: str) -> None:
        """The seat's socket is gone without a sign-out."""
        self._seated.pop(seat, None)
        if seat in self._watchers:
            self._watchers.discard(seat)
            self._tickets.lost(token, self._clock())
            return
        place = self._places[account.agent_id]
        async with place.lock:
            if place.seat is not seat:
                return
            self._leave(place)
            await self._rooms.session_lost(account.agent_id)

    async def sign_out(self, seat: Seat, account: Account, token: str) -> None:
        """The user leaves: the token dies with the session."""
        self._seated.pop(seat, None)
        self._tickets.revoke(token)
        if seat in self._watchers:
            self._watchers.discard(seat)
            return
        place = self._places[account.agent_id]
        async with place.lock:
            if place.seat is not seat:
                return
            place.seat, place.lost_at = None, None
            await self._rooms.signed_out(account.agent_id)

    async def expel_disabled(self) -> None:
        """Ends the sessions of users that were disabled or removed since they signed in."""
        for seat, (account, token) in tuple(self._seated.items()):
            now = await self._accounts.by_login(account.login)
            if now is None or now.disabled:
                logger.info("%s was disabled: session ended", account.login)
                seat.end("disabled", Close.ENDED)
                await self.sign_out(seat, account, token)

    async def _open(
        self, seat: Seat, account: Account, token: str, request_id: int, after: int | None
    ) -> None:
        """Seats an agent; the place is locked. What fails leaves the agent as a cut would."""
        place = self._places[account.agent_id]
        present = self._present(place)
        if place.seat is not None and place.seat is not seat:
            self._seated.pop(place.seat, None)
            place.seat.end("taken_over", Close.ENDED)
        place.seat, place.token = seat, token
        try:
            await self._rooms.signed_in(account, resumed=present)
            await self._begin(seat, account, token, request_id, after, watch=False)
        except BaseException:
            self._leave(place)
            await self._rooms.session_lost(account.agent_id)
            raise
        place.lost_at = None
        self._tickets.back(token)

    async def _open_watch(
        self, seat: Seat, account: Account, token: str, request_id: int, after: int | None
    ) -> None:
        await self._begin(seat, account, token, request_id, after, watch=True)
        self._watchers.add(seat)
        self._tickets.back(token)

    async def _begin(
        self,
        seat: Seat,
        account: Account,
        token: str,
        request_id: int,
        after: int | None,
        *,
        watch: bool,
    ) -> None:
        """Answers with the missed events, or with a snapshot and what came after it.

        From the last await to the subscription nothing else runs, so no event falls between.
        """
        held = granted(account.role, watch=watch)
        viewer = Viewer(
            agent=None if watch else account.agent_id,
            queues=account.queues,
            permissions=held,
            watch=watch,
            role=account.role,
        )
        snapshot: Snapshot | None = None
        missed = None if after is None else self._hub.missed(viewer, after)
        if missed is None and watch:
            after, missed = self._hub.seq, []
        elif missed is None:
            snapshot, after, missed = await self._snapshot(account, viewer)
        settings = replace(self._rooms.settings(account), permissions=tuple(sorted(held)))
        seat.opened(account, viewer, token)
        self._seated[seat] = account, token
        seat.begin(
            SignedIn(
                request_id=request_id,
                token=token,
                epoch=self._hub.epoch,
                seq=after or 0,
                agent_id=account.agent_id,
                role=account.role,
                settings=settings,
                snapshot=snapshot,
                now=datetime.now(UTC),
            ),
            missed,
        )

    async def _snapshot(
        self, account: Account, viewer: Viewer
    ) -> tuple[Snapshot, int, list[bytes]]:
        """A snapshot, its `seq`, and the events after it that the viewer may see.

        Taken again while events for this viewer pass during it, so that none is both inside
        and behind; on a site that is never quiet the events that passed follow the snapshot,
        which they repeat: each carries the whole of what it tells, so the end is the same.
        """
        for _ in range(QUIET_TRIES):
            before = self._hub.seq
            snapshot = await self._rooms.snapshot(account)
            missed = self._hub.missed(viewer, before)
            if missed == []:
                return snapshot, self._hub.seq, missed
        if missed is None:
            raise CommandRefused(RefusalCode.OVERLOADED, retry_after_s=1.0)
        return snapshot, before, missed

    def _present(self, place: _Place) -> bool:
        """Whether the agent is there, or gone for less than the grace time."""
        if place.seat is not None:
            return True
        return place.lost_at is not None and self._clock() - place.lost_at <= self._grace

    def _leave(self, place: _Place) -> None:
        place.seat, place.lost_at = None, self._clock()
        self._tickets.lost(place.token, place.lost_at)
