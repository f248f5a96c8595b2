"""Replies over mail leave, each under a Message-ID that is its own; what was taken, and what has failed, is reported as
any gateway reports it.

The queue is the log: a reply is queued once it was reported so (`process/mail.py`), and leaves the queue with the
report that it was sent or failed. A process that dies in between sends the same mail again, under the same Message-ID.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Protocol

import psycopg
import structlog

from commands.content import read as read_content
from commands.conversation.outbound import Leaving, OutboundMessage, Replies
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import KeyKind
from commands.mail import CHANNEL, mailbox_of, tokens_of
from commands.mail_failures import reply_failed
from commands.message import report_delivery
from consumers.mail.composing import AddressUnusable, AnsweredMail, MailReply, composed
from consumers.mail.smarthost import RefusedForGood, TryAgain
from consumers.mail.style import MailStyle
from domain.conversation.events import MailTakenIn, MessageReceived, MessageSent
from domain.conversation.state import CONVERSATION
from domain.customer.contact_point import Comparing, compared
from domain.kernel.event import Actor, Event, Recorded
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.kernel.time import day_of
from domain.mail.mail import MailFile
from domain.message import MESSAGE, ReportDelivery, leaves
from infra.failures import error_code
from infra.postgres import locks
from infra.postgres.database import Database, connect
from projections import message as receipts

ACTOR = Actor(id="service-mail", kind="service")
POLL_SECONDS = 1.0
PAGE = 100
"""How many replies are looked at in a row."""
MOST_SENT_BEFORE = 50
"""How many messages of a conversation are looked through for what a reply names."""
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
"""After each attempt that failed, the last one again and again."""
MOST_FILE_BYTES = 20_000_000
"""How much of files goes with a mail: many servers take no more."""

Claims = Sequence[tuple[KeyKind, str]]
"""The unique keys that a report claims."""

_LOGGER = structlog.get_logger("mail")


class Transport(Protocol):
    """Whatever takes a mail over. Raises TryAgain, RefusedForGood."""

    def send(self, mail: EmailMessage, sender: str, recipient: str, *, reports: str | None = None) -> None:
        """Hand a mail over; returns once it was taken. `reports`: ask for reports of its delivery under this name."""


@dataclass(slots=True)
class _Attempts:
    number: int
    next_at: datetime


class MailSender:
    """Sends what is queued, in a thread of its own within `with`. Several processes may run one: one of them sends."""

    def __init__(
        self,
        executor: CommandExecutor,
        reader: Database,
        lock_url: str,
        transport: Transport,
        mailboxes: Mapping[str, str | None],
        give_up: timedelta,
        style: MailStyle | None = None,
    ) -> None:
        """`reader`: reads views. `lock_url`: the log's database, for the lock. `mailboxes`: our addresses with the name
        of each. `give_up`: for how long a reply is tried. `style`: how replies look."""
        self._executor = executor
        self._reader = reader
        self._lock_url = lock_url
        self._transport = transport
        self._mailboxes = mailboxes
        self._give_up = give_up
        self._style = style or MailStyle()
        self._replies = Replies(executor)
        self._attempts: dict[str, _Attempts] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail-sender", daemon=True)

    def __enter__(self) -> MailSender:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with connect(self._lock_url, "reader") as lock:
                    self._send_while(lock)
            except (Refusal, psycopg.Error, OSError) as error:
                _LOGGER.warning("mail-sender-waits", error=error_code(error))
            self._stopping.wait(POLL_SECONDS)

    def _send_while(self, lock: psycopg.Connection[tuple[object, ...]]) -> None:
        (held,) = lock.execute("SELECT pg_try_advisory_lock(%s)", (locks.MAIL_SENDER,)).fetchone() or (False,)
        while held and not self._stopping.is_set():
            self.send_queued()
            self._stopping.wait(POLL_SECONDS)
            lock.execute("SELECT 1")  # raises where the connection, and with it the lock, is gone

    def send_queued(self) -> int:
        """Send what is queued and due. Answers how many left or failed. Raises Refusal, psycopg.Error."""
        done, after, now = 0, None, datetime.now(UTC)
        since = now - 2 * self._give_up - timedelta(days=1)
        while True:
            with self._reader.connection() as connection:
                queued = receipts.queued(connection, since, after=after, limit=PAGE)
            for each in queued:
                if self._stopping.is_set():
                    return done
                known = self._attempts.get(each.message_id)
                if known is None or known.next_at <= now:
                    done += self._try(each.conversation_id, each.message_id, now)
            if len(queued) < PAGE:
                return done
            after = queued[-1].message_id

    def _try(self, conversation_id: str, message_id: str, now: datetime) -> bool:
        # The view may be behind: only the log knows whether the reply left already.
        state = self._executor.read(MESSAGE, message_id).state
        if state is None or state.state != "queued":
            return False
        recorded = self._recorded(conversation_id, message_id)
        if recorded is None or not isinstance(recorded.event, MessageSent) or recorded.event.channel != CHANNEL:
            self._attempts[message_id] = _Attempts(0, now + self._give_up)
            return False
        leaving = self._replies.leaving([recorded])
        if not leaving:  # erased, or taken out: nobody is to get it any more
            return self._withheld(conversation_id, message_id, now)
        try:
            claims = self._send(leaving[0])
        except TryAgain as error:
            return self._again(recorded, message_id, now, str(error))
        except RefusedForGood as refused:
            return self._failed(conversation_id, message_id, f"smtp-{refused.code}")
        except _NotSent as why:
            # Beyond the limit, a bot answers a bot: that is no news for people.
            return self._failed(conversation_id, message_id, why.code, tells=why.code != "automatic-limit")
        self._report(message_id, ReportDelivery(conversation_id=conversation_id, state="sent"), claims)
        return True

    def _recorded(self, conversation_id: str, message_id: str) -> Recorded[Event] | None:
        last = self._executor.log.last_of([conversation_id], [MessageSent.stored_name], 200)[conversation_id]
        return next(
            (each for each in last if isinstance(each.event, MessageSent) and each.event.message_id == message_id), None
        )

    def _send(self, leaving: Leaving) -> Claims:
        """Send a reply; what its report claims. Raises TryAgain, RefusedForGood, _NotSent."""
        recorded, message = leaving
        if message.to is None or message.to.kind != "mail":
            raise _NotSent("no-address")
        claims = self._automatic(message.to.value, recorded, message.message_id) if message.automatic else ()
        mailbox = self._mailbox(message.conversation_id)
        domain = mailbox.rpartition("@")[2]
        tokens = tokens_of(self._executor)
        reply = MailReply(
            mailbox=mailbox,
            name=self._style.name(self._mailboxes.get(mailbox), message.sender_name),
            token=tokens.address(mailbox, message.conversation_id),
            to=message.to.value,
            to_name=message.to.name,
            subject=message.subject,
            body=message.body,
            message_id=tokens.message_id(message.message_id, message.conversation_id, domain),
            in_reply_to=message.in_reply_to,
            references=self._references(recorded, message, domain),
            sent_at=recorded.at,
            automatic=message.automatic,
            language=message.language,
            files=self._files(recorded),
            html=self._style.html,
            answered=self._answered(recorded, message) if self._style.quotes else None,
        )
        try:
            mail = composed(reply)
        except AddressUnusable:
            raise _NotSent("address-unusable") from None
        # Whatever becomes of the mail is reported to an address that proves which reply it is about.
        returns = tokens.return_address(mailbox, message.message_id)
        self._transport.send(mail, returns, mail["To"].addresses[0].addr_spec, reports=message.message_id)
        return claims

    def _references(self, recorded: Recorded[Event], message: OutboundMessage, domain: str) -> Sequence[str]:
        """The mails of the exchange before a reply, ours among theirs, in order."""
        names = [MessageReceived.stored_name, MessageSent.stored_name]
        id = message.conversation_id
        whose, tokens = message.participant_id or message.customer_id, tokens_of(self._executor)
        found: list[str] = []
        for each in self._executor.log.last_of([id], names, MOST_SENT_BEFORE)[id]:
            if each.position >= recorded.position:
                break
            match each.event:
                case MessageReceived(channel_message_id=theirs) if theirs in message.references:
                    found.append(theirs or "")
                case MessageSent(channel="mail") as ours if ours.whose == whose and leaves(each.envelope):
                    found.append(tokens.message_id(ours.message_id, id, domain))
        return [*(each for each in message.references if each not in found), *found]

    def _mailbox(self, conversation_id: str) -> str:
        """The address of ours that a reply comes from: by the one to which the last mail came, if it is still ours, and
        by the conversation's team."""
        last = self._executor.log.last_of([conversation_id], [MailTakenIn.stored_name], 1)[conversation_id]
        to = [mailbox_of(each.event.mailbox, self._mailboxes) for each in last if isinstance(each.event, MailTakenIn)]
        state = self._executor.read(CONVERSATION, conversation_id).state
        team_id = state.team_id if state else None
        return self._style.mailbox(next(iter(to), None), team_id, next(iter(self._mailboxes)))

    def _answered(self, recorded: Recorded[Event], message: OutboundMessage) -> AnsweredMail | None:
        """The mail that a reply answers, where whoever gets the reply wrote it: nobody is shown what others said."""
        id = message.conversation_id
        for each in reversed(self._executor.log.last_of([id], [MessageReceived.stored_name], MOST_SENT_BEFORE)[id]):
            said = each.event
            if (
                isinstance(said, MessageReceived)
                and each.position < recorded.position
                and said.channel_message_id == message.in_reply_to is not None
                and said.whose == (message.participant_id or message.customer_id)
                and said.body not in ("", ERASED)
            ):
                by = message.to.name if message.to and message.to.name else said.contact or ""
                return AnsweredMail(by, each.at, said.body)
        return None

    def _files(self, recorded: Recorded[Event]) -> list[MailFile]:
        """The files of a reply. Raises TryAgain, _NotSent."""
        assert isinstance(recorded.event, MessageSent)
        files, left = list[MailFile](), MOST_FILE_BYTES
        for each in recorded.event.attachments:
            if each.content_id is None:
                continue
            content = bytearray()
            try:
                for part in read_content(self._executor, each.content_id):
                    content += part
                    if len(content) > left:
                        raise _NotSent("files-too-large")
            except Refusal as refusal:
                if refusal.code == "unavailable":
                    raise TryAgain("content") from None
                raise _NotSent(refusal.code) from None
            left -= len(content)
            files.append(MailFile(each.name, each.type, bytes(content)))
        return files

    def _automatic(self, to: str, recorded: Recorded[Event], message_id: str) -> Claims:
        """The claim of an automatic mail: one for an address and day, in the company's zone, so that two systems that
        answer each other stop by themselves. What we say unasked (closing messages, surveys) answers nobody, and leaves
        on another day. Raises TryAgain, _NotSent."""
        day = day_of(datetime.now(UTC), self._executor.zone)
        key = f"{compared('mail', to, Comparing())}\x00{day.isoformat()}"
        if self._executor.find("mail-automatic", key) not in (None, message_id):
            if recorded.envelope.actor.kind == "system":
                raise TryAgain("automatic-limit")
            raise _NotSent("automatic-limit")
        return [("mail-automatic", key)]

    def _again(self, recorded: Recorded[Event], message_id: str, now: datetime, why: str) -> bool:
        if now - recorded.recorded_at > self._give_up:
            return self._failed(recorded.originator_id, message_id, "given-up")
        known = self._attempts.get(message_id)
        number = known.number + 1 if known else 1
        self._attempts[message_id] = _Attempts(number, now + PAUSES[min(number, len(PAUSES)) - 1])
        _LOGGER.warning("mail-not-sent", message_id=message_id, attempt=number, error=why)
        return False

    def _failed(self, conversation_id: str, message_id: str, code: str, *, tells: bool = True) -> bool:
        """Report a failure; before that, colleagues are told, and the conversation waits for somebody again."""
        _LOGGER.warning("mail-failed", message_id=message_id, code=code)
        if tells:
            reply_failed(self._executor, conversation_id, message_id, code, Context(ACTOR, client="mail"))
            self._attempts.pop(message_id, None)
        else:
            self._report(message_id, ReportDelivery(conversation_id=conversation_id, state="failed", code=code))
        return True

    def _withheld(self, conversation_id: str, message_id: str, now: datetime) -> bool:
        """Report that a reply is held back, unless there is nobody left of whom to report."""
        try:
            return self._failed(conversation_id, message_id, "withheld", tells=False)
        except Refusal as refusal:
            if refusal.code != "customer-erased":
                raise
        self._attempts[message_id] = _Attempts(0, now + self._give_up)
        return False

    def _report(self, message_id: str, report: ReportDelivery, claims: Claims = ()) -> None:
        context = Context(ACTOR, command_id=f"mail {message_id} {report.state}", client="mail")
        report_delivery(self._executor, message_id, report, context, claims=claims)
        self._attempts.pop(message_id, None)


class _NotSent(Exception):
    """A reply cannot be sent at all. `code`: why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
