"""The mail servers of the tests: what they are good for, before anything is asked of Ficha."""

from __future__ import annotations

import asyncio
import smtplib
import ssl

import pytest

from tests.helpers.dovecot import Dovecot
from tests.helpers.postfix import Postfix

MAIL = b"Subject: hola\r\nMessage-ID: <1@example.net>\r\n\r\nbuenos d\xc3\xadas\r\n"


@pytest.mark.peer("dovecot")
async def test_dovecot_keeps_mail_over_a_restart_and_counts_anew_when_told():
    async with Dovecot.at({"soporte": "secret"}) as imap:
        imap.append("soporte", MAIL, MAIL)
        assert imap.mails("soporte") == [MAIL, MAIL]
        with imap.client("soporte", tls=True) as client:
            assert client.noop()[0] == "OK"
        before = _validity(imap)
        await imap.stop()
        with pytest.raises(OSError, match="refused"):
            imap.client("soporte")
        await imap.start()
        assert _validity(imap) == before
        await imap.stop()
        imap.new_uidvalidity("soporte")
        await asyncio.sleep(1.1)  # it counts in seconds
        await imap.start()
        assert _validity(imap) != before
        assert imap.mails("soporte") == [MAIL, MAIL]


@pytest.mark.peer("dovecot")
@pytest.mark.peer("postfix")
async def test_postfix_delivers_what_is_for_its_domain_and_nothing_else():
    async with Dovecot.at({"soporte": "secret"}) as imap, Postfix.at(imap) as smtp:
        smtp.send("ana@example.net", "Soporte+t-1@example.org", MAIL)
        async with asyncio.timeout(60):
            while not (arrived := imap.mails("soporte")):
                await asyncio.sleep(0.1)
        assert arrived[0].endswith(MAIL.partition(b"\r\n\r\n")[2])
        assert b"Delivered-To: Soporte+t-1@example.org" in arrived[0]
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.send("ana@example.net", "x@elsewhere.test", MAIL)
        with smtplib.SMTP(smtp.host, smtp.port) as client:
            client.starttls(context=ssl.create_default_context(cafile=str(imap.ca_file)))
            assert client.login("soporte", "secret")[0] == 235
        with (
            smtplib.SMTP(smtp.host, smtp.port) as client,
            pytest.raises(smtplib.SMTPAuthenticationError),
        ):
            client.login("soporte", "wrong")


def _validity(imap: Dovecot) -> bytes:
    with imap.client("soporte") as client:
        client.select()
        [value] = client.response("UIDVALIDITY")[1]
    assert isinstance(value, bytes)
    return value
