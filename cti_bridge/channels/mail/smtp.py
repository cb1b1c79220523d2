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
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from cti_bridge.channels.mail.ports import BoxError
from cti_bridge.channels.mail.servers import smtp_address, tls_context, token_of

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
            if self._box.oauth2_token_file:
                await smtp.auth_xoauth2(self._box.user, token_of(self._box))
            elif self._box.user and self._box.password and smtp.supports_extension("auth"):
                await smtp.login(self._box.user, self._box.password)
        except SMTPAuthenticationError as error:
            smtp.close()
            raise self._failed(f"sign-in refused: {_said(error)}", denied=True) from error
        except (SMTPException, OSError, ssl.SSLError, ValueError) as error:
            smtp.close()
            raise self._failed(_said(error)) from error
        self._smtp = smtp

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
                raise self._failed(_said(error)) from error
            said = (error.code, _short(error.message))
            return Outcome(refused=dict.fromkeys(recipients, said))
        except (SMTPException, OSError, ssl.SSLError, ValueError) as error:
            raise self._failed(_said(error)) from error
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


def _said(error: BaseException) -> str:
    return _short(str(error)) or type(error).__name__


def _short(text: str) -> str:
    return " ".join(text.split())[:MAX_SAID]
