"""The demo's customers who write: a visitor of its web page, and one who sends an e-mail."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Final

import aiohttp

from cti_bridge.channels.chat import frames
from cti_bridge.channels.web.simulator import Refused, SimulatedVisitor
from cti_bridge.customers.sample import SCRIPT
from cti_bridge.protocol.demo import DemoCase, DemoFailed, Written
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.app import Bridge
    from cti_bridge.protocol.demo import Line as DemoLine

logger = logging.getLogger(__name__)
SITE: Final = "shop"
MAILBOX: Final = "info"
ADDRESS: Final = "info@example.com"
MOST_CHATS: Final = 6
CHATTER: Final = {"es": SCRIPT.shared_names[0], "en": SCRIPT.english_name}
CHATTER_MAIL: Final = {
    "es": "lucia.ortega@example.com",
    "en": "eleanor.featherstonehaugh@example.com",
}
WRITER_MAIL: Final = "marta.nunez@example.com"
CHAT: Final = {
    "es": "Hola, el router parpadea en rojo desde esta mañana. ¿Me podéis ayudar?",
    "en": "Hello, the router has been blinking red since this morning. Can you help me?",
}
MAIL: Final = {
    "es": (
        "Factura de octubre",
        "Buenos días:\n\nEn la factura de octubre me habéis cobrado dos veces la instalación. "
        "¿Lo podéis mirar?\n\nGracias,\nMarta Núñez\n",
    ),
    "en": (
        "October invoice",
        "Good morning,\n\nYou have charged me twice for the installation on the October invoice. "
        "Could you look into it?\n\nThank you,\nMarta Núñez\n",
    ),
}
REPORT: Final = b"date;item;amount\n2026-10-03;installation;49.00\n2026-10-03;installation;49.00\n"


class DemoWriters:
    """`say` is told what they get from the agent."""

    def __init__(self, bridge: Bridge, language: str, say: Callable[[DemoLine], None]) -> None:
        self._bridge, self._language, self._say = bridge, language, say
        self._scope = Scope("demo writers")
        self._visitors: list[SimulatedVisitor] = []

    async def close(self) -> None:
        await self._scope.close()
        for visitor in self._visitors:
            await visitor.close()

    @property
    def page(self) -> str:
        web = self._bridge.doors.web
        return f"{web.addresses[0]}/demo?language={self._language}" if web else ""

    def begin(self, case: DemoCase) -> None:
        if case is DemoCase.EMAIL:
            self._scope.spawn(self._send(), "mail")
        else:
            self._scope.spawn(self._chat(), "chat")

    def more(self, text: str) -> None:
        """The visitor who came last says something more."""
        if not self._visitors:
            self._say(DemoFailed(what="no chat has begun"))
            return
        self._scope.spawn(self._speak(self._visitors[-1], text), "say")

    async def _chat(self) -> None:
        web = self._bridge.doors.web
        if web is None or len(self._visitors) >= MOST_CHATS:
            self._say(DemoFailed(what=f"{len(self._visitors)} chats have begun already"))
            return
        origin = web.addresses[0]
        try:
            visitor = await SimulatedVisitor.open(origin, SITE, origin=origin)
            self._visitors.append(visitor)
            visitor.on_frame = self._frame
            form = {"name": CHATTER[self._language], "email": CHATTER_MAIL[self._language]}
            await visitor.start(form, CHAT[self._language], language=self._language)
        except (Refused, OSError, aiohttp.ClientError, TimeoutError) as error:
            self._say(DemoFailed(what=f"the chat did not begin: {error}"))

    async def _speak(self, visitor: SimulatedVisitor, text: str) -> None:
        await visitor.send(frames.Typing(on=True))
        await asyncio.sleep(0.3)
        await visitor.say(text)

    def _frame(self, frame: frames.ForBrowser, _at_ns: int) -> None:
        match frame:
            case frames.Entry(author="agent", text=text):
                self._say(Written(case=DemoCase.CHAT, text=text))
            case frames.Ended():
                self._say(Written(case=DemoCase.CHAT, text="", ended=True))
            case _:
                pass

    async def _send(self) -> None:
        subject, text = MAIL[self._language]
        mail = EmailMessage(policy=default)
        mail["From"] = f'"{SCRIPT.known_name}" <{WRITER_MAIL}>'
        mail["To"], mail["Subject"] = ADDRESS, subject
        mail["Message-ID"], mail["Date"] = (
            make_msgid(domain="example.com"),
            format_datetime(datetime.now(UTC)),
        )
        mail.set_content(text)
        rows = "".join(
            f"<tr><td>{line.replace(';', '</td><td>')}</td></tr>"
            for line in REPORT.decode().splitlines()
        )
        body = text.replace("\n\n", "</p><p>").replace("\n", "<br>")
        mail.add_alternative(f"<p>{body}</p><table border=1>{rows}</table>", subtype="html")
        mail.add_attachment(
            REPORT, maintype="text", subtype="csv", filename=f"{subject.lower()}.csv"
        )
        await self._bridge.doors.mail.deliver(MAILBOX, mail.as_bytes())

    def got_mail(self, data: bytes) -> None:
        """What the agent sent has arrived at the customer's."""
        mail = BytesParser(policy=default).parsebytes(data)
        body = mail.get_body(("plain",))
        text = str(body.get_content()) if body is not None else ""
        self._say(Written(case=DemoCase.EMAIL, text=text[:2000]))
