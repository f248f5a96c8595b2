"""The mail server behind us, to which replies are handed over by SMTP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

import aiosmtplib

from consumers.mail.composing import needs_utf8

SECONDS = 60.0
"""How long a step with that server may take (RFC 5321 allows minutes)."""


class TryAgain(Exception):
    """The server is away, or says that it does not take the mail now; or nobody knows whether it took it."""


class RefusedForGood(Exception):
    """The server refuses the mail for good. `code`: its reply code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Smarthost:
    """A mail server: where it is, how to connect, and as whom."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "none"
    user: str | None = None
    password: str | None = None

    def send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
        """Hand a mail over; returns once the server took it. Raises TryAgain, RefusedForGood."""
        asyncio.run(self._send(mail, sender, recipient))

    async def _send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            timeout=SECONDS,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            username=self.user,
            password=self.password,
        )
        try:
            async with client:
                options = ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8(recipient) else []
                if options and not client.supports_extension("smtputf8"):
                    raise RefusedForGood(553)  # RFC 6531: such an address cannot be written in another way
                await client.sendmail(sender, [recipient], mail.as_bytes(), mail_options=options)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _as_said(error.recipients[0].code) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _as_said(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise TryAgain(type(error).__name__) from None


def _as_said(code: int) -> Exception:
    # A refused login or a server without TLS is the operator's to mend, and no fault of the mail.
    return RefusedForGood(code) if 550 <= code <= 559 else TryAgain(f"SMTP {code}")
