"""`antiphon merge-conversation`, `separate-conversation`, `dismiss-suggestion`: merge two conversations, or do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cli.verbs.conversation.acting import Conversation, Key, carry_out
from cli.verbs.customer.customers import Reason
from cli.wiring.actors import As, context
from commands.conversation import merging, suggestions
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.suggestions import DismissSuggestion


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (merge_conversation, separate_conversation, dismiss_suggestion):
        app.command(verb.__name__.replace("_", "-"))(verb)


def merge_conversation(
    conversation_id: Conversation,
    into: Annotated[str, typer.Argument(metavar="conversation-…", help="Where it is shown from now on.")],
    reason: Reason = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Merge a conversation into another one of the same customer. Nothing is moved; the merge can be undone exactly."""
    command = MergeInto(into=into)
    carry_out(
        lambda parts: merging.merge(
            parts.executor, conversation_id, command, replace(context(parts.executor, as_, key), reason=reason)
        )
    )


def separate_conversation(
    conversation_id: Conversation, reason: Reason = None, as_: As = None, key: Key = None
) -> None:
    """Undo a merge: separate a conversation from the other one, with all that came in since."""
    carry_out(
        lambda parts: merging.separate(
            parts.executor, conversation_id, Separate(), replace(context(parts.executor, as_, key), reason=reason)
        )
    )


def dismiss_suggestion(
    conversation_id: Conversation,
    other: Annotated[str, typer.Argument(metavar="conversation-…", help="What `show` names behind `perhaps`.")],
    reason: Reason = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Leave two conversations apart that may be one matter, so that they are suggested no more."""
    command = DismissSuggestion(other_id=other)
    carry_out(
        lambda parts: suggestions.dismiss(
            parts.executor, conversation_id, command, replace(context(parts.executor, as_, key), reason=reason)
        )
    )
