"""Conversations that may be one matter: a suggestion, and nothing more. Nothing is joined by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from domain.mail.subjects import bare_subject
from infra.postgres.database import Connection
from projections.conversation import inbox
from projections.conversation.history import opened_in_anothers_name
from projections.conversation.inbox import Item

DAYS = 14
"""How far apart two of them begin, at most."""
MOST_LOOKED_AT = 50
MOST_SHOWN = 3


def alike(connection: Connection, item: Item) -> Sequence[Item]:
    """The other conversations of the same customer over mail with the same subject, which began within some days of
    this one, the newest first. Of two with no subject, nothing is known; nor of one that a mail opened which somebody
    else sent in the customer's name."""
    subject = bare_subject(item.subject or "").casefold()
    if item.channel != "mail" or not subject or item.merged_into:
        return []
    others = inbox.OF_CUSTOMER.read(connection, limit=MOST_LOOKED_AT, id=item.customer_id).rows
    found = [
        each
        for each in others
        if each.conversation_id != item.conversation_id
        and each.channel == "mail"
        and each.merged_into is None
        and each.conversation_id not in item.apart
        and item.conversation_id not in each.apart
        and bare_subject(each.subject or "").casefold() == subject
        and abs(each.opened_at - item.opened_at) <= timedelta(days=DAYS)
    ]
    forged = opened_in_anothers_name(connection, [item.conversation_id, *(each.conversation_id for each in found)])
    if item.conversation_id in forged:
        return []
    return [each for each in found if each.conversation_id not in forged][:MOST_SHOWN]
