"""To which conversation a mail belongs, the strongest evidence first.

Only what nobody can guess joins a mail to a conversation: a token with a MAC, or the id of a mail that was seen in the
conversation. A bare number, an id of ours without a MAC, the same sender or the same subject never do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from domain.mail.mail import Mail
from domain.mail.tokens import MailTokens

JoinedBy = Literal[
    "address-token", "return-address", "own-message-id", "returned-message", "known-message-id", "subject-tag"
]
"""The kinds of evidence: a token in the address to which the mail was sent; the return address of a message of ours;
the id of a mail of ours to which it answers, or that it brings back; the id of somebody's mail that came into the
conversation before; a tag in the subject."""

MOST_REFERENCES = 50
"""How many ids of a mail are looked at: those that it answers, and the last ones of its exchange."""


@dataclass(frozen=True, slots=True)
class JoinEvidence:
    """Why a mail belongs to a conversation. `said`: what the mail says that shows it."""

    joined_by: JoinedBy
    conversation_id: str
    said: str


def evidence(mail: Mail, tokens: MailTokens, known: Callable[[str], str | None]) -> Iterator[JoinEvidence]:
    """What shows that a mail belongs to a conversation, the strongest first. `known`: the conversation into which a
    mail with this Message-ID came before; None where none did.

    Whoever hands another mail on (a forward) brings the other mail's ids and subject: only the address counts then.
    """
    for address in dict.fromkeys((mail.recipient, *(each.address for each in (*mail.to, *mail.cc)))):
        if conversation_id := tokens.in_address(address):
            yield JoinEvidence("address-token", conversation_id, address)
    if mail.forwards:
        return
    if mail.message_id and (own := tokens.in_message_id(mail.message_id)):
        yield JoinEvidence("own-message-id", own.conversation_id, mail.message_id)
    answered = dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))
    for number, id in enumerate(answered):
        if number == MOST_REFERENCES:
            break
        if own := tokens.in_message_id(id):
            yield JoinEvidence("own-message-id", own.conversation_id, id)
        elif conversation_id := known(id):
            yield JoinEvidence("known-message-id", conversation_id, id)
    if mail.subject and (conversation_id := tokens.in_subject(mail.subject)):
        yield JoinEvidence("subject-tag", conversation_id, mail.subject)
