"""`antiphon split`, `undo-split`: split a message off into a conversation of its own, and undo it. `antiphon remove`:
take a message out."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cli.verbs.conversation.acting import Conversation, Key, carry_out
from cli.verbs.customer.customers import Reason
from cli.verbs.customer.holds import told_if_it_waits
from cli.wiring.actors import As, context
from commands.conversation import removing, splitting
from domain.conversation.removing import RemoveMessage
from domain.conversation.splitting import SplitMessage, UndoSplit


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (split, undo_split, remove):
        app.command(verb.__name__.replace("_", "-"))(verb)


def split(
    conversation_id: Conversation,
    message_id: Annotated[str, typer.Argument(metavar="message-…", help="A message of the customer's in it.")],
    kind: Annotated[str, typer.Argument(help="What it is: inquiry, complaint, order or feedback.")],
    subject: Annotated[str | None, typer.Option(help="What the new conversation is about.")] = None,
    area: Annotated[str | None, typer.Option(help="The product area.")] = None,
    order: Annotated[str | None, typer.Option(metavar="order-…", help="The order it is about.")] = None,
    reason: Reason = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Split a message off into a new conversation, and print its id. Nothing is moved; the split can be undone
    exactly."""
    command = SplitMessage(
        message_id=message_id,
        kind=kind,  # type: ignore[arg-type] # checked by the model
        subject=subject,
        product_area=area,
        order_id=order,
    )
    carry_out(
        lambda parts: splitting.split(
            parts.executor, conversation_id, command, replace(context(parts.executor, as_, key), reason=reason)
        )
    )


def undo_split(conversation_id: Conversation, reason: Reason = None, as_: As = None, key: Key = None) -> None:
    """Undo a split, by the conversation that it made: the message returns to its old conversation."""
    carry_out(
        lambda parts: splitting.undo_split(
            parts.executor, conversation_id, UndoSplit(), replace(context(parts.executor, as_, key), reason=reason)
        )
    )


def remove(
    conversation_id: Conversation,
    message_id: Annotated[str, typer.Argument(metavar="message-…|note-…", help="What is taken out.")],
    reason: Annotated[str, typer.Option(help="Why; no personal text.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Take a message or a note out for good: its text is gone everywhere, its place stays. This cannot be undone."""
    command = RemoveMessage(message_id=message_id)
    carry_out(
        lambda parts: told_if_it_waits(
            removing.remove(
                parts.executor, conversation_id, command, replace(context(parts.executor, as_, key), reason=reason)
            )
        )
    )
