"""A mail as a server hands it over, taken in: into the conversation to which it provably belongs, or into a new one.

Nothing is dropped, and nothing is guessed: what is spam, encrypted, unreadable, empty or huge is kept, with the reason
why it shows no text; the raw mail is kept beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from commands.conversation.delivering import Delivery, Placing, SentContact, deliver
from commands.customer.contact_points import Name
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.mail_reports import AboutReply, about_reply, record
from domain.conversation.as_sent import SentAttachment
from domain.conversation.events import MailTakenIn, MessageReceived, MessageSent, Opened, SubjectChanged
from domain.conversation.inline_files import FileParts, HeldFile
from domain.customer.contact_point import Comparing, bare, compared
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.kernel.text import readable
from domain.kernel.values import Fields
from domain.mail.authentication import failed
from domain.mail.mail import AutomaticBecause, Mail, Mailbox
from domain.mail.quoted import Quoted, quoted
from domain.mail.recorded import CheckedSender, MailRecipient, QuotedLines
from domain.mail.subjects import changed
from domain.mail.threading import JoinEvidence, evidence
from domain.mail.tokens import MailTokens

CHANNEL = "mail"
RAW = "raw-mail"
"""The id of the attachment that is the mail itself."""
_SYSTEM = Mailbox("mailer-daemon")
"""Who speaks where a mail system reports on a reply and names nobody."""
EARLIER = 30
"""How many earlier messages of a conversation are looked through for what a mail quotes, the last ones first."""


def tokens_of(executor: CommandExecutor) -> MailTokens:
    """The tokens of this installation, under a key derived from that of its unique keys."""
    return MailTokens(executor.fingerprint("mail-tokens"))


@dataclass(frozen=True, slots=True)
class _Placed(JoinEvidence):
    """Why a mail belongs to a conversation, and whose conversation that is."""

    customer_id: str


@dataclass(frozen=True, slots=True)
class MailDelivery(Delivery):
    """A mail as a delivery. The same mail over another way has other trace fields: what it says makes it the same."""

    said: str = ""

    @property
    def content(self) -> Fields:
        """What the same mail says again."""
        return {"said": self.said}


def receive(
    executor: CommandExecutor,
    mail: Mail,
    mailbox: str,
    context: Context,
    *,
    by_people: Collection[str] = (),
    colleagues: Collection[str] = (),
) -> Answer:
    """Take a mail in, once however often it comes: its claim is its Message-ID. A mail without one, or that says
    something else under an id that was used, is claimed by its content, and kept as well.

    `mailbox`: the address of ours to which it came, without a token. `by_people`: addresses, and domains as
    `@example.org`, whose mails people write, whatever their header says, unless somebody else sent it in their name.
    `colleagues`: such addresses and domains of our own people, who never become customers. Raises Refusal as `deliver`.
    """
    because = _automatic(executor, mail, by_people)
    ours = is_listed(mail.sender, colleagues)
    about = about_reply(executor, mail, tokens_of(executor))
    placed = _placed(executor, mail, about)
    try:
        answer = _deliver(executor, mail, mailbox, context, placed, because, ours)
    except Refusal as refusal:
        if placed is None or refusal.code != "customer-erased":
            raise
        # The conversation's customer was erased just now: whoever writes there is somebody new.
        answer = _deliver(executor, mail, mailbox, context, None, because, ours)
    if about is not None:
        # After the mail: where the process dies in between, the mail comes again, and both are recorded once.
        record(executor, about, context)
    return answer


def _deliver(
    executor: CommandExecutor,
    mail: Mail,
    mailbox: str,
    context: Context,
    placed: _Placed | None,
    because: AutomaticBecause | None,
    ours: bool,
) -> Answer:
    before = _Before.read(executor, placed.conversation_id) if placed else _Before()
    lines = quoted(mail.body, before.texts)

    def mark(customer_id: str, message_id: str, participant_id: str | None) -> Event:
        return MailTakenIn(
            customer_id=customer_id,
            message_id=message_id,
            participant_id=participant_id,
            mailbox=mailbox,
            joined_by=placed.joined_by if placed else None,
            evidence=readable(placed.said) if placed else None,
            automatic_because=because,
            body_from=mail.body_from,
            no_body=mail.no_body,
            cut=mail.cut,
            subject_changed=changed(mail.subject, before.subject),
            quoted=tuple(map(_recorded, lines)),
            recipients=(
                *(MailRecipient(role="to", address=each.address, name=each.name) for each in mail.to),
                *(MailRecipient(role="cc", address=each.address, name=each.name) for each in mail.cc),
            ),
            size=mail.size,
            colleague=mail.sender.address if ours and mail.sender else None,
            authentication=tuple(CheckedSender(method=each.method, result=each.result) for each in mail.authentication),
            sender_failed=failed(mail.authentication),
        )

    placing = Placing((placed.conversation_id, placed.customer_id) if placed else None, mark)
    return deliver(executor, _delivery(mail, placed, automatic=because is not None, ours=ours), context, placing)


def _recorded(lines: Quoted) -> QuotedLines:
    return QuotedLines(begin=lines.begin, end=lines.end)


@dataclass(frozen=True, slots=True)
class _Before:
    """What a conversation said so far: its subject, and its texts, the last one first."""

    subject: str | None = None
    texts: Sequence[str] = ()

    @classmethod
    def read(cls, executor: CommandExecutor, conversation_id: str) -> _Before:
        said = [MessageReceived.stored_name, MessageSent.stored_name]
        spoken = [each.event for each in executor.log.last_of([conversation_id], said, EARLIER)[conversation_id]]
        named = executor.log.last_of([conversation_id], [Opened.stored_name, SubjectChanged.stored_name], 1)
        subject = next((each.event.subject for each in named[conversation_id] if isinstance(each.event, Opened)), None)
        bodies = [each.body for each in reversed(spoken) if isinstance(each, MessageReceived | MessageSent)]
        return cls(subject, bodies)


def _placed(executor: CommandExecutor, mail: Mail, about: AboutReply | None) -> _Placed | None:
    """The strongest evidence that leads to a conversation whose customer is there. Nobody speaks in a conversation
    without saying who they are, but a mail system that reports on a reply there."""
    if mail.sender is None and about is None:
        return None

    def known(id: str) -> str | None:
        # A mail whose own id had no brackets is answered by its id with brackets.
        forms: list[Name] = [("channel-message", f"{CHANNEL}\x00{each}") for each in (id, id.strip("<>"))]
        return next(filter(None, executor.find_all(forms)), None)

    found = [about.evidence] if about is not None else []
    if mail.sender is not None:
        found += evidence(mail, tokens_of(executor), known)
    for each in found:
        opened = executor.log.last_of([each.conversation_id], [Opened.stored_name], 1)[each.conversation_id]
        for one in opened:
            if isinstance(one.event, Opened) and not executor.log.vault.destroyed([one.event.customer_id]):
                return _Placed(each.joined_by, each.conversation_id, each.said, one.event.customer_id)
    return None


def _delivery(mail: Mail, placed: JoinEvidence | None, *, automatic: bool, ours: bool) -> MailDelivery:
    raw, files = HeldFile(mail.raw), [HeldFile(each.content) for each in mail.files]
    named = [SentAttachment(id=RAW, name="mail.eml", type="message/rfc822")]
    named += [
        SentAttachment(id=f"part-{number}", name=each.name, type=each.type) for number, each in enumerate(mail.files, 1)
    ]
    # Mails of an exchange name its first mail first; a mail that opens a conversation is the first one.
    before = (*mail.references, *mail.in_reply_to) if placed else ()
    sender = mail.sender or (_SYSTEM if placed else None)
    if ours and placed is None:
        sender = None  # whom it is about, nobody knows: the matter is nobody's, and the colleague no customer
    return MailDelivery(
        channel=CHANNEL,
        channel_message_id=mail.message_id or f"raw-{raw.sum.hex()}",
        contact=SentContact("mail", sender.address if sender else "", sender.name if sender else None),
        body=mail.body,
        thread=before[0] if before else None,
        subject=mail.subject,
        attachments=named,
        automatic=automatic,
        files=dict(enumerate([raw, *files])),
        said=_said(mail, raw, files),
    )


def _said(mail: Mail, raw: FileParts, files: Sequence[FileParts]) -> str:
    """A hash of what the mail says and brings, without its header's trace of the way that it came."""
    said = hashlib.sha256()
    parts = [
        mail.sender.address if mail.sender else "",
        mail.subject or "",
        mail.body,
        *(each.name for each in mail.files),
    ]
    for part in parts:
        said.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
    for file in files:
        said.update(file.sum)
    # What shows nothing is told apart by its bytes alone.
    return said.hexdigest() if mail.body or mail.files else raw.sum.hex()


def _automatic(executor: CommandExecutor, mail: Mail, by_people: Collection[str]) -> AutomaticBecause | None:
    """What shows that no person wrote the mail: also an id of ours, under which we sent it."""
    if mail.message_id and tokens_of(executor).in_message_id(mail.message_id):
        return "own-mail"
    listed = is_listed(mail.sender, by_people) and not failed(mail.authentication)
    return None if listed else mail.automatic


def is_listed(sender: Mailbox | None, listed: Collection[str]) -> bool:
    """Whether an address is among these addresses and domains (`@example.org`)."""
    if sender is None or not listed:
        return False
    address = compared("mail", sender.address, Comparing())
    known = {compared("mail", each, Comparing()) if not each.startswith("@") else each.lower() for each in listed}
    return address in known or "@" + address.rpartition("@")[2] in known


def mailbox_of(address: str, mailboxes: Mapping[str, str | None]) -> str | None:
    """The mailbox to which an address of ours belongs, with or without a token behind a `+`; None where it is none of
    ours. `mailboxes`: the name of each, by its address."""
    said = compared("mail", bare("mail", address), Comparing())
    local, _, domain = said.rpartition("@")
    by_form = {compared("mail", each, Comparing()): each for each in mailboxes}
    return by_form.get(said) or by_form.get(f"{local.partition('+')[0]}@{domain}")
