"""What goes out of one mailbox: when it is due, until the server has it or will never take it.

The state is stored before and after the server is asked. A bridge that dies between the server's
250 and the next write sends that one mail again, by the same Message-ID.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.mail.ports import BoxError
from cti_bridge.channels.mail.smtp import Outcome, SmtpSession
from cti_bridge.errors import StoreError
from cti_bridge.protocol.vocabulary import Author, Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cti_bridge.acd.ports import Clock, Contacts
    from cti_bridge.channels.conversation.ports import Blobs, Message, MessageStore
    from cti_bridge.channels.mail.ports import Journal, Permit
    from cti_bridge.channels.mailbook import MailBook, Outgo
    from cti_bridge.config.values import Mailbox

logger = logging.getLogger(__name__)
RETRY: Final = (60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)  # seconds, the last until GIVE_UP
GIVE_UP: Final = timedelta(days=3)  # RFC 5321 section 4.5.4.1: at least 4-5 days for an MTA;
# an agent who waits for an answer is told sooner
RECONNECT: Final = (2.0, 5.0, 15.0, 60.0, 120.0, 300.0)
DENIED: Final = (60.0, 300.0, 900.0)
BATCH: Final = 20
NEVER: Final = 550  # as a server says it of a mailbox: no use in trying again
LONGEST_SLEEP: Final = 300.0


class Outbox:
    def __init__(
        self,
        box: Mailbox,
        *,
        journal: Journal,
        store: MessageStore,
        blobs: Blobs,
        book: MailBook,
        contacts: Contacts,
        permit: Permit,
        clock: Clock,
        status: Callable[[bool, str], None],
        count: Callable[[str], None] = lambda _what: None,
        session: Callable[[Mailbox], SmtpSession] = SmtpSession,
        retry: Sequence[float] = RETRY,
        reconnect: Sequence[float] = RECONNECT,
    ) -> None:
        self._box, self._journal, self._store, self._blobs = box, journal, store, blobs
        self._book, self._contacts, self._clock = book, contacts, clock
        self._status, self._session_of, self._count = status, session, count
        self._permit = permit
        self._retry, self._reconnect = retry, reconnect
        self._woken = asyncio.Event()
        self._failures = 0

    def wake(self) -> None:
        """There is something new to send, or to send at once."""
        self._woken.set()

    async def run(self) -> None:
        while True:
            try:
                await self._send_due()
                self._failures = 0
                wait = await self._until_next()
            except BoxError as error:
                self._status(False, str(error))
                wait = self._pause(DENIED if error.denied else self._reconnect)
            except StoreError as error:
                logger.warning("%s: the outbox waits for the database: %s", self._box.id, error)
                wait = self._pause(self._reconnect)
            except Exception:
                logger.exception("%s: sending mail failed", self._box.id)
                self._status(False, "sending mail failed: see the bridge's log")
                wait = self._pause(self._reconnect)
            else:
                await self._sleep(wait)
                continue
            await asyncio.sleep(wait)

    def _pause(self, waits: Sequence[float]) -> float:
        self._failures += 1
        return waits[min(self._failures, len(waits)) - 1] * random.uniform(0.75, 1.25)

    async def _until_next(self) -> float:
        due = await self._book.next_due(self._box.id)
        if due is None:
            return LONGEST_SLEEP
        return min(max(0.0, (due - self._clock.now()).total_seconds()), LONGEST_SLEEP)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # 3.11's wait_for may lose a cancellation
                await self._woken.wait()
        self._woken.clear()

    async def _send_due(self) -> None:
        rows = await self._book.outgoing(self._box.id, self._clock.now(), BATCH)
        if not rows:
            return
        for row in rows:
            await self._delivery(row, Delivery.SENDING)
        session = self._session_of(self._box)
        try:
            await session.open()
            self._status(True, self._box.smtp)
            while rows:
                for row in rows:
                    await self._send(session, row)
                rows = await self._book.outgoing(self._box.id, self._clock.now(), BATCH)
        finally:
            await session.close()

    async def _send(self, session: SmtpSession, row: Outgo) -> None:
        row = replace(row, attempts=row.attempts + 1)
        if not await self._book.begin(row):
            return  # taken back in this moment
        await self._delivery(row, Delivery.SENDING)
        try:
            data = await self._blobs.get(row.blob)
        except LookupError:
            lost = dict.fromkeys(row.recipients, (554, "its bytes are not in the store"))
            await self._settle(row, Outcome(refused=lost))
            return
        barred = await self._barred(row)
        people = tuple(one for one in row.recipients if one not in barred)
        outcome = await session.send(row.sender, people, data) if people else Outcome()
        await self._settle(row, Outcome(refused={**barred, **outcome.refused}))

    async def _barred(self, row: Outgo) -> dict[str, tuple[int, str]]:
        """Who must not be written to, whoever wrote the mail, an agent or a rule; asked at the
        last moment, for the list may have grown since."""
        found = {one: await self._permit.may_write(one, answering=True) for one in row.recipients}
        return {one: (NEVER, f"not sent: {code}") for one, code in found.items() if code}

    async def _settle(self, row: Outgo, outcome: Outcome) -> None:
        now = self._clock.now()
        never = "; ".join(filter(None, (row.detail, outcome.detail() if outcome.never() else "")))
        later = outcome.later()
        if later and now - row.made_at < GIVE_UP:
            wait = self._retry[min(row.attempts, len(self._retry)) - 1]
            await self._book.save_outgo(
                replace(
                    row,
                    recipients=later,
                    due_at=now + timedelta(seconds=wait),
                    detail=never[:300],
                )
            )
            await self._delivery(row, Delivery.SENDING, outcome.detail())
            self._count("retried")
        elif len(outcome.refused) == len(row.recipients):
            await self._failed(row, outcome)
        else:
            detail = "; ".join(filter(None, (never, outcome.detail() if later else "")))
            await self._delivery(row, Delivery.SENT, detail[:300])
            await self._book.sent(row.id, now)
            self._count("sent")

    async def _failed(self, row: Outgo, outcome: Outcome) -> None:
        """Nobody takes it: the agent must know, so a contact that is done comes back."""
        detail = outcome.detail()
        logger.warning("%s: mail %s was refused: %s", self._box.id, row.id, _codes(outcome))
        await self._book.save_outgo(replace(row, state="failed", detail=detail))
        self._count("failed")
        message = await self._delivery(row, Delivery.FAILED, detail)
        if message is not None and message.author is Author.AGENT:
            await self._contacts.customer_wrote(message.interaction, self._clock.now())

    async def _delivery(self, row: Outgo, delivery: Delivery, detail: str = "") -> Message | None:
        message = await self._store.get(row.message) if row.message else None
        if message is None or (message.delivery, message.delivery_detail) == (delivery, detail):
            return message
        at: datetime = self._clock.now()
        changed = replace(
            message, delivery=delivery, delivery_detail=detail, changed_at=at, undo_until=None
        )
        await self._journal.changed(changed)
        return changed


def _codes(outcome: Outcome) -> str:
    return ", ".join(sorted({str(code) for code, _ in outcome.refused.values()}))
