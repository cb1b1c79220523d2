"""One mailbox, watched: connects, reads what is new, marks what is done, waits for more.

What was found stands in the book before it is fetched, and is crossed off after the mailbox was
told; so whatever dies in between is taken up again, and nothing is taken twice.
"""

from __future__ import annotations

import asyncio
import logging
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from cti_bridge.channels.mail.imap import ImapSession
from cti_bridge.channels.mail.intake import message_id
from cti_bridge.channels.mail.ports import BoxError
from cti_bridge.channels.mailbook import BoxPlace
from cti_bridge.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cti_bridge.acd.ports import Clock
    from cti_bridge.channels.mail.intake import Intake
    from cti_bridge.channels.mail.parse import Parsed
    from cti_bridge.channels.mail.ports import RawMail
    from cti_bridge.channels.mailbook import MailBook, Todo
    from cti_bridge.config.values import Mailbox

T = TypeVar("T")
logger = logging.getLogger(__name__)
IDLE_SECONDS: Final = 240.0
"""Far below the 29 minutes of RFC 2177: routers forget a silent connection sooner."""
POLL_SECONDS: Final = 30.0  # where the server does not do IDLE
BACKOFF: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds, the last for ever
DENIED: Final = (60.0, 300.0, 900.0)  # servers lock out who insists
BATCH: Final = 20
BEFORE: Final = timedelta(days=2)
"""After a mailbox was numbered anew, what came since so long before the last look is read again;
copies are recognised."""


class Watcher:
    def __init__(
        self,
        box: Mailbox,
        *,
        intake: Intake,
        book: MailBook,
        clock: Clock,
        status: Callable[[bool, str], None],
        count: Callable[[str], None] = lambda _what: None,
        session: Callable[[Mailbox], ImapSession] = ImapSession,
        idle_seconds: float = IDLE_SECONDS,
        backoff: Sequence[float] = BACKOFF,
    ) -> None:
        self._box, self._intake, self._book, self._clock = box, intake, book, clock
        self._status, self._session_of, self._count = status, session, count
        self._idle, self._backoff = idle_seconds, backoff
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=f"imap-{box.id}")
        self._session: ImapSession | None = None
        self._failures = 0
        self._tried: set[int] = (
            set()
        )  # since the connection stands, so that none is tried for ever

    async def run(self) -> None:
        while True:
            try:
                await self._serve()
            except BoxError as error:
                self._status(False, str(error))
                waits = DENIED if error.denied else self._backoff
            except StoreError as error:
                logger.warning("%s: mail waits for the database: %s", self._box.id, error)
                waits = self._backoff
            except Exception:
                logger.exception("%s: reading mail failed", self._box.id)
                self._status(False, "reading mail failed: see the bridge's log")
                waits = self._backoff
            finally:
                self._leave()
            self._failures += 1
            wait = waits[min(self._failures, len(waits)) - 1]
            await asyncio.sleep(wait * random.uniform(0.75, 1.25))

    async def stop(self) -> None:
        """After `run` was cancelled: the thread is let go."""
        self._leave()
        await asyncio.get_running_loop().run_in_executor(None, self._executor.shutdown)

    def _leave(self) -> None:
        if (session := self._session) is not None:
            self._session = None
            session.abort()
            self._executor.submit(session.close)

    async def _serve(self) -> None:
        session = self._session = self._session_of(self._box)
        await self._call(session.open)
        self._tried.clear()
        await self._settle(session)
        self._status(True, self._box.imap)
        while True:
            await self._sync(session)
            self._failures = 0
            if session.idles:
                await self._call(partial(session.wait, self._idle))
            else:
                await asyncio.sleep(POLL_SECONDS)
                await self._call(session.check)

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    # -- what is to be done ----------------------------------------------------------------------

    async def _settle(self, session: ImapSession) -> None:
        """The place in this mailbox: at the first meeting, and after it was numbered anew."""
        place = await self._book.place(self._box.id)
        now = self._place(session.uid_validity, session.next_uid)
        if place is None:
            unseen = await self._call(partial(session.unseen, session.next_uid))
            await self._book.found(now, unseen)
        elif place.uid_validity != session.uid_validity:
            logger.warning("%s: the mailbox was numbered anew: read again", self._box.id)
            day = place.synced_at - BEFORE
            again = await self._call(partial(session.unseen_or_since, day, session.next_uid))
            await self._finish_old()
            await self._book.moved(now, again)

    async def _finish_old(self) -> None:
        """Mail that is stored, and whose contact may not know."""
        for row in await self._book.todo(self._box.id, 1_000_000):
            if row.message and not row.arrived:
                await self._intake.finish(row.message)

    def _place(self, uid_validity: int, next_uid: int) -> BoxPlace:
        return BoxPlace(
            mailbox=self._box.id,
            uid_validity=uid_validity,
            next_uid=next_uid,
            synced_at=self._clock.now(),
        )

    async def _sync(self, session: ImapSession) -> None:
        place = await self._book.place(self._box.id)
        first = place.next_uid if place else session.next_uid
        new = await self._call(partial(session.new, first))
        if new or place is None or self._clock.now() - place.synced_at > timedelta(hours=1):
            await self._book.found(
                self._place(session.uid_validity, max(new, default=first - 1) + 1), new
            )
            self._tried.clear()
        while rows := await self._next():
            await self._work(session, rows)

    async def _next(self) -> tuple[Todo, ...]:
        rows = await self._book.todo(self._box.id, BATCH + len(self._tried))
        return tuple(row for row in rows if row.uid not in self._tried)[:BATCH]

    # -- doing it ------------------------------------------------------------------------------

    async def _work(self, session: ImapSession, rows: Sequence[Todo]) -> None:
        ready = [row for row in rows if row.arrived]
        waiting = {row.uid: row for row in rows if not row.arrived}
        if waiting:
            mails, seen = await self._call(partial(session.fetch, list(waiting)))
            try:
                arrived = await self._take_all(mails, waiting)
            finally:
                for mail in mails:
                    mail.file.close()
            ready += arrived
            self._tried.update(seen)
            there = {mail.uid for mail in mails}
            await self._book.done([waiting[uid] for uid in seen if uid not in there])
        if ready:
            self._tried.update(row.uid for row in ready)
            await self._call(partial(session.done, [row.uid for row in ready]))
            await self._book.done(ready)

    async def _take_all(self, mails: Iterable[RawMail], rows: dict[int, Todo]) -> list[Todo]:
        """What became of them is in the book before the mailbox hears of it."""
        read = [(mail, await self._intake.read(mail)) for mail in mails]
        begun = {uid for uid, row in rows.items() if row.message}
        known = [replace(rows[mail.uid], message=message_id(said.digest)) for mail, said in read]
        await self._book.save_todo(known)
        arrived = [
            replace(row, arrived=True)
            for (mail, said), row in zip(read, known, strict=True)
            if await self._take(mail, said, row, mail.uid in begun)
        ]
        await self._book.save_todo(arrived)
        for _ in arrived:
            self._count("taken")
        return arrived

    async def _take(self, mail: RawMail, said: Parsed, row: Todo, begun: bool) -> bool:
        """False: this one could not be taken, and is tried again later; the others go on."""
        try:
            await self._intake.take(self._box, mail, said, begun=begun)
        except StoreError:
            raise
        except Exception:
            logger.exception("%s: uid %d could not be taken", self._box.id, mail.uid)
            await self._book.save_todo([replace(row, attempts=row.attempts + 1)])
            return False
        return True
