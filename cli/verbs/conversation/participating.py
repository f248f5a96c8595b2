"""`antiphon add-participant`, `remove-participant`: somebody takes part in a conversation beside its customer."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cli.verbs.conversation.acting import WHO, Conversation, Key, carry_out, participant
from cli.verbs.customer.customers import Reason
from cli.wiring.actors import As, context
from commands.conversation import participating
from domain.conversation.participants import AddParticipant, RemoveParticipant

Who = Annotated[str, typer.Argument(metavar="WHO", help=WHO)]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (add_participant, remove_participant):
        app.command(verb.__name__.replace("_", "-"))(verb)


def add_participant(
    conversation_id: Conversation,
    who: Who,
    name: Annotated[str | None, typer.Option(help="Their name, should they be new.")] = None,
    channel: Annotated[str | None, typer.Option(help="By which channel answers go to them.")] = None,
    reason: Reason = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Add somebody who takes part from now on, whether or not they ever write."""
    command = AddParticipant(participant=participant(who, name), channel=channel)
    carry_out(
        lambda parts: participating.add(
            parts.executor, conversation_id, command, replace(context(parts.executor, as_, key), reason=reason)
        )
    )


def remove_participant(
    conversation_id: Conversation,
    participant_id: Annotated[str, typer.Argument(metavar="customer-…|stranger-…", help="The participant's id.")],
    reason: Reason = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Remove a participant: what was said by and to them stays. If they write again, they take part again."""
    command = RemoveParticipant(participant_id=participant_id)
    carry_out(
        lambda parts: participating.remove(
            parts.executor, conversation_id, command, replace(context(parts.executor, as_, key), reason=reason)
        )
    )
