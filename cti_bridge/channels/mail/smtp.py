"""One SMTP connection (RFC 5321): what a server took, refused for now, or refused for good."""

from __future__ import annotations

import contextlib
import logging
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from cti_bridge.channels.mail.ports import BoxError
from cti_bridge.channels.mail.servers import smtp_address, tls_context, token_of
from cti_bridge.channels.mail.trouble import denied, explained, said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cti_bridge.config.values import Mailbox

logger = logging.getLogger(__name__)
TIMEOUT: Final = 60.0  # for an answer; a server that scans a large mail takes its time
MAX_SAID: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Who was refused, by recipient: the code and what the server said."""

    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def later(self) -> tuple[str, ...]:
        """Those that the server may take another time (4yz)."""
        return tuple(one for one, (code, _) in self.refused.items() if code < 500)

    def never(self) -> tuple[str, ...]:
        return tuple(one for one, (code, _) in self.refused.items() if code >= 500)

    def detail(self) -> str:
        said = (f"{who}: {code} {text}" for who, (code, text) in self.refused.items())
        return "; ".join(said)[:MAX_SAID]


class SmtpSession:
    """Signed in. `open` and `send` raise BoxError where nothing is known of the mail: then it is
    sent again, by the same Message-ID."""

    def __init__(self, box: Mailbox, *, timeout: float = TIMEOUT) -> None:
        self._box, self._timeout = box, timeout
        self._smtp: SMTP | None = None
        self.signed_in = False
        self.largest = 0
        """Bytes that the server takes (RFC 1870); 0: it does not say."""

    async def open(self) -> None:
        host, port = smtp_address(self._box)
        security = self._box.smtp_security
        smtp = SMTP(
            hostname=host,
            port=port,
            use_tls=security == "tls",
            start_tls=security == "starttls",
            tls_context=None if security == "none" else tls_context(self._box),
            timeout=self._timeout,
        )
        try:
            await smtp.connect()
            await _greet(smtp)  # what it can is known only then, and again after STARTTLS
            self.signed_in = await self._sign_in(smtp)
            size = smtp.esmtp_extensions.get("size", "")
            self.largest = int(size) if size.isdecimal() else 0
        except SMTPAuthenticationError as error:
            smtp.close()
            raise self._failed(denied(error, self._box), denied=True) from error
        except (SMTPException, OSError, ssl.SSLError, ValueError) as error:
            smtp.close()
            raise self._failed(explained(error, self._box, "smtp")) from error
        self._smtp = smtp

    async def _sign_in(self, smtp: SMTP) -> bool:
        """False: the server asks nobody to, or there is nothing to do it with."""
        if self._box.oauth2_token_file:
            await smtp.auth_xoauth2(self._box.user, token_of(self._box))
            return True
        if self._box.user and self._box.password and smtp.supports_extension("auth"):
            await smtp.login(self._box.user, self._box.password)
            return True
        return False

    async def send(self, sender: str, recipients: Sequence[str], data: bytes) -> Outcome:
        assert self._smtp is not None
        try:
            refused, _ = await self._smtp.sendmail(sender, list(recipients), data)
        except SMTPRecipientsRefused as error:
            return Outcome(
                refused={
                    one.recipient: (one.code, _short(one.message)) for one in error.recipients
                }
            )
        except SMTPResponseException as error:
            if error.code == 421 or not 400 <= error.code < 600:  # the server goes away
                raise self._failed(said(error)) from error
            answer = (error.code, _short(error.message))
            return Outcome(refused=dict.fromkeys(recipients, answer))
        except (SMTPException, OSError, ssl.SSLError, ValueError) as error:
            raise self._failed(said(error)) from error
        return Outcome(
            refused={who: (one.code, _short(one.message)) for who, one in refused.items()}
        )

    async def close(self) -> None:
        if (smtp := self._smtp) is not None:
            self._smtp = None
            with contextlib.suppress(SMTPException, OSError):
                await smtp.quit(timeout=5)
            smtp.close()

    def _failed(self, what: str, *, denied: bool = False) -> BoxError:
        return BoxError(f"{self._box.smtp} (smtp): {what}", denied=denied)


async def _greet(smtp: SMTP) -> None:
    """EHLO, or HELO to a server that does not know it (RFC 5321 section 3.2)."""
    try:
        await smtp.ehlo()
    except SMTPHeloError:
        await smtp.helo()


def _short(text: str) -> str:
    return " ".join(text.split())[:MAX_SAID]
