"""The mail server behind us, to which replies are handed over by SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
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

    def send(self, mail: EmailMessage, sender: str, recipient: str, *, reports: str | None = None) -> None:
        """Hand a mail over; returns once the server took it. `reports`: under this name, the server is asked for
        reports of its delivery (RFC 3461), where it offers them. Raises TryAgain, RefusedForGood."""
        asyncio.run(self._send(mail, sender, recipient, reports))

    def offers(self) -> frozenset[str]:
        """Connect, log in, and send nothing: the extensions that the server offers, in lower case. Raises TryAgain,
        RefusedForGood."""
        return asyncio.run(self._offers())

    async def _offers(self) -> frozenset[str]:
        async with self._connected() as client:
            return frozenset(map(str.lower, client.esmtp_extensions))

    async def _send(self, mail: EmailMessage, sender: str, recipient: str, reports: str | None) -> None:
        async with self._connected() as client:
            options = ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8(recipient) else []
            if options and not client.supports_extension("smtputf8"):
                raise RefusedForGood(553)  # RFC 6531: such an address cannot be written in another way
            asks: list[str] = []
            if reports and client.supports_extension("dsn"):
                asks = ["NOTIFY=SUCCESS,FAILURE,DELAY"]
                if not options:  # an address in UTF-8 is said another way there (RFC 6533)
                    asks.append(f"ORCPT=rfc822;{_xtext(recipient)}")
                options += ["RET=HDRS", f"ENVID={reports}"]
            await client.sendmail(sender, [recipient], mail.as_bytes(), mail_options=options, rcpt_options=asks)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
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
                with suppress(aiosmtplib.SMTPHeloError):  # an old server offers nothing, and takes mails all the same
                    await client.ehlo()
                yield client
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _as_said(error.recipients[0].code) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _as_said(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise TryAgain(type(error).__name__) from None


def _xtext(address: str) -> str:
    """An address as a parameter of a command (RFC 3461, 4)."""
    return "".join(sign if "!" <= sign <= "~" and sign not in "+=" else f"+{ord(sign):02X}" for sign in address)


def _as_said(code: int) -> Exception:
    # A refused login or a server without TLS is the operator's to mend, and no fault of the mail.
    return RefusedForGood(code) if 550 <= code <= 559 else TryAgain(f"SMTP {code}")
