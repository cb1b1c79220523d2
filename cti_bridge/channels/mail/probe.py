"""Whether a mailbox works: both of its servers are opened as the bridge does it, and left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.mail.imap import ImapSession
from cti_bridge.channels.mail.ports import BoxError
from cti_bridge.channels.mail.smtp import SmtpSession

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from cti_bridge.channels.mail.trouble import Door
    from cti_bridge.config.values import Mailbox

SECONDS: Final = 15.0  # for an answer: who checks is waiting
MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    door: Door
    works: bool
    text: str


async def probe(box: Mailbox, *, to: str = "", at: datetime) -> AsyncIterator[Finding]:
    """What was found at each of its doors, one after the other; with `to` a short mail is sent
    there. Nothing is read, marked or moved; the folder of `done = "move"` is made."""
    try:
        yield Finding(door="imap", works=True, text=await asyncio.to_thread(_imap, box))
    except BoxError as error:
        yield Finding(door="imap", works=False, text=str(error))
    try:
        yield Finding(door="smtp", works=True, text=await _smtp(box, to, at))
    except BoxError as error:
        yield Finding(door="smtp", works=False, text=str(error))


def _imap(box: Mailbox) -> str:
    if not box.imap:
        return "none: nothing is read"
    session = ImapSession(box, read_seconds=SECONDS)
    try:
        session.open()
        unseen = len(session.unseen(session.next_uid))
        heard = "new mail is told at once" if session.idles else "it is asked each minute"
    finally:
        session.close()
    return (
        f"{box.imap}, {box.imap_security}: signed in as {box.user}; {box.folder} has {unseen} "
        f"not seen; {heard}"
    )


async def _smtp(box: Mailbox, to: str, at: datetime) -> str:
    if not box.smtp:
        return "none: nothing can be sent"
    session = SmtpSession(box, timeout=SECONDS)
    try:
        await session.open()
        who = f"signed in as {box.user}" if session.signed_in else "not signed in: it asks nobody"
        takes = f"; takes up to {session.largest // MB} MB" if session.largest else ""
        sent = f"; {await _send(session, box, to, at)}" if to else ""
    finally:
        await session.close()
    return f"{box.smtp}, {box.smtp_security}: {who}{takes}{sent}"


async def _send(session: SmtpSession, box: Mailbox, to: str, at: datetime) -> str:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = box.address, to, "Ficha: a test"
    mail["Date"], mail["Auto-Submitted"] = format_datetime(at), "auto-generated"
    mail["Message-ID"] = make_msgid(domain=box.address.rpartition("@")[2])
    mail.set_content(f"{box.address} can send.\n")
    outcome = await session.send(box.address, [to], mail.as_bytes(policy=WIRE))
    if outcome.refused:
        raise BoxError(f"{box.smtp} (smtp): it did not take the mail: {outcome.detail()}")
    return f"took a mail to {to}"
