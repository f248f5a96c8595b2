"""What mail systems report of replies: each report is tied to the message that it is about, and recorded of it."""

from __future__ import annotations

from dataclasses import dataclass

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.mail_failures import reply_arrived, reply_failed
from domain.kernel.refusal import Refusal
from domain.mail.mail import Mail
from domain.mail.reports import MailReport, delivery_report, own_message
from domain.mail.threading import JoinEvidence
from domain.mail.tokens import MailTokens
from domain.message import MESSAGE


@dataclass(frozen=True, slots=True)
class AboutReply:
    """A mail about a reply of ours, what shows that, and what it reports; None where it only came to the return address
    of the reply, as what answers automatically does."""

    message_id: str
    evidence: JoinEvidence
    report: MailReport | None


def about_reply(executor: CommandExecutor, mail: Mail, tokens: MailTokens) -> AboutReply | None:
    """The reply that a mail is about, the strongest evidence first: the return address to which it came; the mail that
    it brings back; the ids in its header. None where nobody can know."""
    says = delivery_report(mail)
    if message_id := tokens.in_return_address(mail.recipient):
        state = executor.read(MESSAGE, message_id).state
        if state is not None:
            return AboutReply(message_id, JoinEvidence("return-address", state.conversation_id, mail.recipient), says)
    if says is None:
        return None
    if found := own_message(mail, tokens):
        own, said = found
        return AboutReply(own.message_id, JoinEvidence("returned-message", own.conversation_id, said), says)
    for id in (*mail.in_reply_to, *reversed(mail.references)):
        if answered := tokens.in_message_id(id):
            evidence = JoinEvidence("own-message-id", answered.conversation_id, id)
            return AboutReply(answered.message_id, evidence, says)
    return None


def record(executor: CommandExecutor, about: AboutReply, context: Context) -> None:
    """Record what a mail reports of a reply, once however often the mail comes. Raises Refusal as
    `CommandExecutor.run`."""
    if about.report is None:
        return
    conversation_id = about.evidence.conversation_id
    try:
        match about.report.outcome:
            case "failed":
                code = about.report.code or "bounced"
                reply_failed(executor, conversation_id, about.message_id, code, context)
            case "delivered":
                reply_arrived(executor, conversation_id, about.message_id, context)
            case "delayed" | "passed-on":
                pass  # it is still on its way, or nobody will say more
    except Refusal as refusal:
        # Whoever was erased has no receipts, and no mail of theirs comes back for that.
        if refusal.code not in ("customer-erased", "not-found"):
            raise
