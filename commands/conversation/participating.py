"""Adding somebody to a conversation, and removing them again."""

from __future__ import annotations

from commands.conversation.participants import speaker_of
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import check_version
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.channel import CONTACT_KINDS
from domain.conversation.decisions import merged
from domain.conversation.participants import AddParticipant, RemoveParticipant, decide_addition, decide_removal
from domain.conversation.state import CONVERSATION
from domain.customer.contact_point import check_usable


def add(
    executor: CommandExecutor,
    id: str,
    command: AddParticipant,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Answer:
    """Add a participant: a known customer or stranger, or whoever has a contact point. The conversation's own customer
    takes part already: nothing changes.

    Raises Refusal `not-found`, `contact-point-unusable`, `conversation-merged`, `participants-too-many`,
    `version-changed`, or as `CommandExecutor.run`.
    """
    who = command.participant

    def work() -> UnitOfWork:
        before = executor.existing(CONVERSATION, id)
        if who.participant_id is None and who.contact_kind is not None and who.contact is not None:
            check_usable(who.contact_kind, who.contact, executor.comparing)
        check_version(before, expected_version)
        if before.state.merged_into is not None:
            raise merged(before.state.merged_into)
        speaker = speaker_of(executor, who, before.state.customer_id)
        usual = next((by for by, kind in CONTACT_KINDS.items() if kind == who.contact_kind), before.state.channel)
        events = decide_addition(before.state, speaker.participant, command.channel or usual)
        return UnitOfWork(
            id,
            [*speaker.changes, Change(id, before, events)],
            list(speaker.unique_keys),
            subject=before.state.customer_id,
            participant=speaker.id,
        )

    return executor.run(context, work, body=body_of(context, command, id), streams=[id])


def remove(
    executor: CommandExecutor,
    id: str,
    command: RemoveParticipant,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Answer:
    """Remove a participant from the conversation in which they take part, also from a part of another.

    Raises Refusal `not-found`, `participant-unknown`, `version-changed`, or as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        before = executor.existing(CONVERSATION, id)
        check_version(before, expected_version)
        events = decide_removal(before.state, command)
        return UnitOfWork(id, [Change(id, before, events)], subject=before.state.customer_id)

    return executor.run(context, work, body=body_of(context, command, id), streams=[id])
