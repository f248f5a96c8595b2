"""Mails from the server of mail in front: each is answered for only once it is in the log."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import structlog

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.mail import mailbox_of, receive
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.mail.mail import Mail
from infra.mail.parsing import parse
from infra.mail.server import Received

AT_ONCE = 16
"""How many mails of a process are taken in at once; the others wait."""
CONTEXT = Context(Actor(id="service-mail", kind="service"), client="mail")

_LOGGER = structlog.get_logger("mail")


class MailIntake:
    """Takes in what the server hands over, within `with`. `mailboxes`: our addresses, with the name of each.
    `by_people`, `colleagues`: as of `commands.mail.receive`; our own addresses are colleagues, too.
    `authserv_ids`: as of `parse`."""

    def __init__(
        self,
        executor: CommandExecutor,
        mailboxes: Mapping[str, str | None],
        by_people: Collection[str] = (),
        colleagues: Collection[str] = (),
        authserv_ids: Collection[str] = (),
    ) -> None:
        self._executor = executor
        self._mailboxes = mailboxes
        self._by_people = by_people
        self._authserv_ids = authserv_ids
        self._colleagues = (*colleagues, *mailboxes)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail")

    def __enter__(self) -> MailIntake:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()

    def accepts(self, address: str) -> bool:
        """Whether an address is one of ours."""
        return mailbox_of(address, self._mailboxes) is not None

    async def take(self, received: Received) -> Sequence[bool]:
        """Take a mail in for each of its recipients. True only after the commit; False: the client has to try again,
        because a database is away, or whatever else hinders. A repeat is recorded once."""
        loop = asyncio.get_running_loop()
        mail = await loop.run_in_executor(self._threads, self._parsed, received)
        return await asyncio.gather(
            *(loop.run_in_executor(self._threads, self._take_in, mail, each) for each in received.recipients)
        )

    def take_fetched(self, raw: bytes, size: int) -> bool:
        """Take in a mail of a mailbox of ours, for the address of ours to which it was delivered, as far as it says so.
        Answers as `take`. `raw`: its beginning, of `size` bytes."""
        mail = parse(raw, "", size=size, authserv_ids=self._authserv_ids)
        addresses = [each.address for each in (*mail.delivered_to, *mail.to, *mail.cc)]
        recipient = next((each for each in addresses if self.accepts(each)), next(iter(self._mailboxes)))
        return self._take_in(mail, recipient)

    def _parsed(self, received: Received) -> Mail:
        return parse(
            received.raw,
            received.recipients[0],
            envelope_sender=received.sender,
            size=received.size,
            authserv_ids=self._authserv_ids,
        )

    def _take_in(self, mail: Mail, recipient: str) -> bool:
        mailbox = mailbox_of(recipient, self._mailboxes)
        assert mailbox is not None  # it was accepted
        try:
            receive(
                self._executor,
                replace(mail, recipient=recipient),
                mailbox,
                CONTEXT,
                by_people=self._by_people,
                colleagues=self._colleagues,
            )
        except Refusal as refusal:
            _LOGGER.warning("mail-deferred", code=refusal.code, size=mail.size)
            return False
        return True
