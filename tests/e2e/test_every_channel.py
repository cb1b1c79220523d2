"""A call, a chat and an e-mail through the real programs: one queue, one log."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest

from cti_bridge.channels.web.simulator import SimulatedVisitor
from cti_bridge.protocol.searching import (
    SearchHistory,
)
from cti_bridge.protocol.values import HistoryFilter
from cti_bridge.protocol.vocabulary import Channel, InteractionState
from cti_bridge.telephony.simulator.caller import SimulatedCaller
from tests.helpers.centre import BusyAgent, Manner, Tale
from tests.helpers.dovecot import Dovecot
from tests.helpers.ports import free_port, free_range
from tests.helpers.postfix import Postfix
from tests.helpers.serving import add_users, cli, configure, serving, trunk

ORIGIN = "https://shop.example.org"
DNIS = "+34900100200"


def channels(imap: Dovecot, smtp: Postfix | None) -> str:
    """A chat site, and a mailbox on the servers of the test."""
    sending = f'smtp = "127.0.0.1:{smtp.port}"\nsmtp_security = "none"' if smtp else ""
    return f"""
[[queues]]
id = "written"
name = "Written"
offer_seconds = 20
[web]
enabled = true
port = 0
[[chats]]
id = "shop"
queue = "written"
origins = ["{ORIGIN}"]
[[mailboxes]]
id = "info"
address = "soporte@example.org"
queue = "written"
imap = "127.0.0.1:{imap.port}"
imap_security = "none"
user = "soporte"
password = "secret"
undo_seconds = 0
{sending}
"""


def mail(subject: str, sender: str = "marta@example.net") -> bytes:
    message = EmailMessage(policy=default)
    message["From"], message["To"], message["Subject"] = sender, "soporte@example.org", subject
    message["Message-ID"] = f"<{subject.replace(' ', '-')}@example.net>"
    message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0100"
    message.set_content("¿Cuándo llega mi pedido?\n")
    return message.as_bytes()


def web_of(lines: list[str]) -> str:
    ready = next(line for line in lines if line.startswith("cti-bridge ready"))
    return ready.partition(" web: ")[2].split()[0]


@pytest.mark.peer("dovecot")
@pytest.mark.peer("postfix")
async def test_a_call_a_chat_and_an_email_reach_the_agent_and_the_log(tmp_path):
    async with AsyncExitStack() as stack:
        imap = await stack.enter_async_context(Dovecot.at({"soporte": "secret", "marta": "m"}))
        smtp = await stack.enter_async_context(Postfix.at(imap, ("example.org", "example.net")))
        sip = free_port()
        config = configure(tmp_path, trunk(sip, free_range(40)) + channels(imap, smtp))
        await add_users(config, ["ana"])
        (tmp_path / "customers.csv").write_text(
            "name,phone,email\nMarta Núñez,612345099,marta@example.net\n", encoding="utf-8"
        )
        await cli("customers", "import", str(tmp_path / "customers.csv"), "--config", str(config))
        served = await stack.enter_async_context(serving(config))
        tale = Tale()
        manner = Manner(answers_mail=True)
        ana = await stack.enter_async_context(BusyAgent.signed_in(served.url, "ana", manner, tale))

        caller = await SimulatedCaller.open()
        stack.push_async_callback(caller.close)
        call = await caller.call("127.0.0.1", sip, DNIS, number="612345099", asserted="612345099")
        await call.answered(60)
        await call.ended(60)

        visitor = await stack.enter_async_context(
            await SimulatedVisitor.open(web_of(served.process.lines), "shop", origin=ORIGIN)
        )
        await visitor.start({"name": "Marta", "email": "marta@example.net"}, "Buenos días")
        await visitor.heard(lambda entry: entry.text == manner.says, within=60)

        imap.append("soporte", mail("Pedido 123"))
        async with asyncio.timeout(60):
            while not (answers := imap.mails("marta")):
                await asyncio.sleep(0.2)
        answer = BytesParser(policy=default).parsebytes(answers[0])
        assert answer["Subject"] == "Re: Pedido 123"
        assert "<Pedido-123@example.net>" in str(answer["References"])
        assert manner.says in answer.get_body(("plain",)).get_content()

        async with asyncio.timeout(60):
            while tale.done.total() < 3:
                await asyncio.sleep(0.05)
        assert not tale.refused
        found = await ana.desk.ask(
            SearchHistory(request_id=ana.desk.next_id(), filter=HistoryFilter())
        )
        contacts = {one.channel: one for one in found.contacts}
        assert set(contacts) == {Channel.VOICE, Channel.CHAT, Channel.EMAIL}
        for contact in found.contacts:
            assert contact.state is InteractionState.CLOSED, contact
            assert contact.customer_name == "Marta Núñez", contact
        assert contacts[Channel.EMAIL].subject == "Pedido 123"
